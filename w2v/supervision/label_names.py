"""Labels that are hardly meant as classes of their own: missing values, and one class written in several ways."""

import unicodedata
from collections import Counter
from collections.abc import Sequence

from w2v.arguments import amount
from w2v.errors import warn
from w2v.missing_values import UNKNOWN

MISSING_LABELS = UNKNOWN - {"none"}
"""None is a class of many data sets, of stances for example; what is blank has no label."""


def notice_labels(labels: Sequence[str], source: str) -> None:
    """Warn of labels that are written like missing values, and of those that are spelled alike.

    Those are labels that differ in case, white space, or the width or composition of letters alone, unlike 10² and 102.

    Warns
    -----
    UserWarning
    """
    counts = Counter(labels)
    if missing := [name for name in counts if name.casefold() in MISSING_LABELS]:
        are = "it is taken for a class" if len(missing) == 1 else "they are taken for classes"
        warn(
            f"{source} has {_counted(missing, counts)}, as missing values are written: {are} like the others; leave the "
            "label blank, or drop these items, if nobody has labelled them"
        )
    alike: dict[str, list[str]] = {}
    for name in counts:
        alike.setdefault(_folded(name), []).append(name)
    if several := [names for names in alike.values() if len(names) > 1]:
        more = f" (and {amount(len(several) - 1, 'more such class', 'more such classes')})" if len(several) > 1 else ""
        warn(
            f"{source} has {_counted(several[0], counts)}{more}, which differ only in case, white space, or the width or "
            "composition of letters: they are taken for different classes; write them alike if they are one"
        )


def _folded(name: str) -> str:
    """Return a label in lower case, with single spaces, and letters of the usual width and composition."""
    letters = (
        unicodedata.normalize("NFKC", letter)
        if unicodedata.decomposition(letter).startswith(("<wide>", "<narrow>"))
        else letter
        for letter in name
    )
    return " ".join(unicodedata.normalize("NFC", "".join(letters).casefold()).split())


def _counted(names: list[str], counts: Counter[str]) -> str:
    """Return labels with how often they occur, for a message."""
    some = [f"{name!r:.40} ({amount(counts[name], 'item')})" for name in names[:5]]
    several = "the labels " if len(some) > 1 else "the label "
    return several + " and ".join([", ".join(some[:-1]), some[-1]] if len(some) > 1 else some)
