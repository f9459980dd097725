"""From what a user may write for a word to a row, and from a word that is not there to the words that may be meant."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import NDArray

from w2v.errors import ConfigError, UnknownWordError

Key: TypeAlias = str | int
Weighted: TypeAlias = tuple[Key | NDArray[Any], float]

# Suggestions are looked for among so many words from the top of the vocabulary, where the frequent words stand, and
# so many of those are compared letter by letter: together a few milliseconds, whatever the size of the vocabulary.
WORDS_SCANNED = 50_000
WORDS_COMPARED = 500
# Words that differ in length by more are not what a typing error makes.
LENGTH_DIFFERENCE = 2


def suggestions(word: str, words: Sequence[str], known: dict[str, int]) -> list[str]:
    """Return up to two known words that look like ``word``: another case first, then the closest by letters.

    Only words with the same first letter, in either case, are compared.
    """
    cases = [form for form in dict.fromkeys((word.lower(), word.capitalize(), word.upper())) if form in known]
    initials = (word[:1].lower(), word[:1].upper())
    alike = [
        other
        for other in words[:WORDS_SCANNED]
        if other.startswith(initials) and abs(len(other) - len(word)) <= LENGTH_DIFFERENCE
    ]
    close = difflib.get_close_matches(word, alike[:WORDS_COMPARED], n=2, cutoff=0.7)
    return list(dict.fromkeys([*cases, *close]))[:2]


@dataclass(frozen=True, repr=False)
class MissingWord:
    """The message of an `UnknownWordError`, composed only when it is read: most programs catch the error unread."""

    word: str
    words: Sequence[str]
    known: dict[str, int]

    def __str__(self) -> str:
        """Name the word, the size of the vocabulary, and what may be meant."""
        meant = suggestions(self.word, self.words, self.known)
        question = f"; did you mean {', '.join(map(repr, meant))}?" if meant else ""
        return f"{self.word!r} is not among the {len(self.known)} words{question}"

    def __repr__(self) -> str:
        """Show the message, not the vocabulary."""
        return repr(str(self))

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Let an error that crosses to another process carry its message, not the vocabulary."""
        return str, (str(self),)


def find_row(key: Any, words: Sequence[str], known: dict[str, int], numbers: bool = False) -> int | None:
    """Return the row of a word or the row number itself; None where there is no such word or row.

    Where words stand for ``numbers``, a number is not that of a row but a word, its decimal digits.

    Raises
    ------
    ConfigError
        If the key is neither a string nor an integer.
    """
    if isinstance(key, str):
        return known.get(key)
    if isinstance(key, int | np.integer):
        if numbers:
            return known.get(str(key))
        return int(key) if 0 <= key < len(words) else None
    raise ConfigError(f"a key is a word (str) or a row number (int), or a list of them; got {type(key).__name__}")


def missing(key: Key, words: Sequence[str], known: dict[str, int]) -> UnknownWordError:
    """Return the error to raise for a key that `find_row` does not find."""
    if isinstance(key, str):
        return UnknownWordError(MissingWord(key, words, known))
    return UnknownWordError(f"there is no row {key}: rows are numbered from 0 to {len(words) - 1}")


def is_vector(value: Any) -> TypeGuard[NDArray[Any]]:
    """Tell whether a value is an array of numbers rather than of words."""
    return isinstance(value, np.ndarray) and value.dtype.kind in "fiu"


def as_list(keys: Any) -> list[Any]:
    """Return a single key as a list of one, a collection of keys as a list, None as no key.

    A string is one word, never a collection of letters.
    """
    if keys is None:
        return []
    if isinstance(keys, str | int | np.integer):
        return [keys]
    if isinstance(keys, Iterable):
        return list(keys)
    raise ConfigError(f"expected a word, a row number, a vector or a list of them; got {type(keys).__name__}")


def as_inputs(items: Any) -> list[Any]:
    """Return a single key or vector as a list of one, several as a list; the rows of a matrix are vectors."""
    return [items] if is_vector(items) and items.ndim != 2 else as_list(items)


def is_pair(item: Any) -> bool:
    """Tell whether an item is a (key or vector, weight) pair."""
    return isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[1], Real)


def as_weighted(items: Any, weight: float) -> list[Weighted]:
    """Return (key or vector, weight) pairs: a bare item gets ``weight``, a pair keeps its own."""
    if isinstance(items, tuple) and is_pair(items) and isinstance(items[0], str | np.ndarray):
        items = [items]
    pairs: list[Weighted] = []
    for item in as_inputs(items):
        key, own = item if is_pair(item) else (item, weight)
        if not np.isfinite(own):
            raise ConfigError(f"a weight is a finite number; got {own}")
        pairs.append((key, float(own)))
    return pairs


def as_vector(value: Any, dim: int) -> NDArray[np.float64]:
    """Return a query vector as float64, shape (dim,).

    Raises
    ------
    ConfigError
        If it has another shape, or holds NaN or infinity.
    """
    vector = np.asarray(value)
    if vector.shape != (dim,) or vector.dtype.kind not in "fiu":
        raise ConfigError(f"a query vector is numbers of shape ({dim},); got {vector.dtype} of shape {vector.shape}")
    if not np.isfinite(vector).all():
        raise ConfigError("a query vector holds finite numbers only; got NaN or infinity")
    return vector.astype(np.float64, copy=False)
