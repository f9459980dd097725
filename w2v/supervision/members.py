"""The items that can be learned from: known, and in a class with another one."""

from dataclasses import dataclass

import numpy as np

from w2v.arrays import Rows
from w2v.errors import GeometryError
from w2v.geometry.labels import classes_found
from w2v.supervision.labelled import Labelled


@dataclass(frozen=True, eq=False)
class Members:
    """The items that can be learned from: each in a class with another one.

    Attributes
    ----------
    places : ndarray of int64, shape (n,)
        Among the items that were read.
    classes : ndarray of int64, shape (n,)
    names : list of str
    single : tuple of str
        Classes that were left out because they have one member.
    """

    places: Rows
    classes: Rows
    names: list[str]
    single: tuple[str, ...]

    @classmethod
    def among(cls, places: Rows, classes: Rows, names: list[str], found: Labelled) -> "Members":
        """Keep the classes with two members.

        Raises
        ------
        GeometryError
            If fewer than two classes are left.
        """
        sizes = np.bincount(classes, minlength=len(names))
        single = tuple(names[c] for c in np.flatnonzero(sizes == 1).tolist())
        kept = sizes[classes] >= 2
        used, renumbered = np.unique(classes[kept], return_inverse=True)
        if len(used) < 2:
            words = '; if they are texts, say so with items="texts"'
            hint = words if found.kind == "words" else "; check tokenizer and language"
            hint = hint if single or len(names) > 1 else ""
            raise GeometryError(
                f"{found.source}, read as {found.layout}, must have at least two classes of two known {found.kind}: got "
                f"{classes_found([names[c] for c in used.tolist()], single)}{hint}"
            )
        return cls(places[kept], renumbered.astype(np.int64), [names[c] for c in used.tolist()], single)


def numbered(labels: list[str]) -> tuple[Rows, list[str]]:
    """Return the number of each label, and the labels by number."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(labels))}
    return np.array([numbers[label] for label in labels], np.int64), list(numbers)
