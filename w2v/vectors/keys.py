"""Convert keys (words, row numbers, vectors, weights) to rows, and suggest known words for unknown ones."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, TypeAlias, TypeGuard
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from w2v.arguments import array, shown
from w2v.errors import ArgumentError, ConfigError, UnknownWordError

Key: TypeAlias = str | int
Weighted: TypeAlias = tuple[Key | NDArray[Any], float]

# Suggestions are searched for among this many words at the top of the vocabulary (the frequent ones), of which at most this
# many are compared letter by letter: a few milliseconds together, regardless of the size of the vocabulary.
WORDS_SCANNED = 50_000
WORDS_COMPARED = 500
FIRST_WORDS = 10
"""Whether words are ids shows in the first few, of which one or two may be a mark such as ``</s>``."""
# A larger difference in length is unlikely to be a typing error.
LENGTH_DIFFERENCE = 2
LARGEST = float(np.finfo(np.float32).max)
"""Largest number in a query vector, and largest weight: their products and sums are finite in float64."""


def suggestions(word: str, words: Sequence[str], known: dict[str, int]) -> list[str]:
    """Return up to two known words that resemble ``word``: those that look the same, those that differ in case, others.

    Only words with the same first letter, in either case, are compared.
    """
    same = (normalize("NFC", word), normalize("NFD", word))
    bare = word.strip()
    joined = "_".join(bare.split())
    forms = (form for text in (word, bare, joined) for form in (text, text.lower(), text.capitalize(), text.upper()))
    cases = [form for form in dict.fromkeys((*same, *forms)) if form in known]
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
    """The message of an `UnknownWordError`, composed only when it is read, because most programs never read it."""

    word: str
    words: Sequence[str]
    known: dict[str, int]

    def __str__(self) -> str:
        """Return the word, the size of the vocabulary, and suggestions."""
        meant = suggestions(self.word, self.words, self.known)
        question = f"; did you mean {', '.join(map(self._shown, meant))}?" if meant else ""
        return f"{self.word!r} is not among the {len(self.known)} words{question}"

    def _shown(self, other: str) -> str:
        looks_same = normalize("NFC", other) == normalize("NFC", self.word)
        return f"{other!a} (accents written differently)" if looks_same else repr(other)

    def __repr__(self) -> str:
        """Return the message, without the vocabulary."""
        return repr(str(self))

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Pickle the message instead of the vocabulary, for an error that is passed to another process."""
        return str, (str(self),)


def is_integer(key: Any) -> TypeGuard[int]:
    """Return whether a key is an integer of Python or NumPy, and no bool."""
    return isinstance(key, int | np.integer) and not isinstance(key, bool)


def number_of(word: Any) -> int | None:
    """Return the integer that a word is in decimal digits, such as "7"; None for any other word, such as "07"."""
    if is_integer(word):
        return int(word)
    if not isinstance(word, str) or not word.isascii() or not word.removeprefix("-").isdecimal():
        return None
    return int(word) if len(word) < 4000 and str(int(word)) == word else None


def share_of_numbers(words: Sequence[Any]) -> float:
    """Return which share of words are integers in decimal digits; 0 if the first words, as most often, are none."""
    if not any(number_of(word) is not None for word in words[:FIRST_WORDS]):
        return 0.0
    return sum(number_of(word) is not None for word in words) / len(words)


def as_numbers(words: Iterable[Any]) -> list[int]:
    """Return words that represent integers as these.

    Raises
    ------
    ConfigError
        If one is not an integer in decimal digits.
    """
    words = list(words)
    numbers = [number_of(word) for word in words]
    if None in numbers:
        raise ConfigError(f"words must be integers, as the other ids are: got {words[numbers.index(None)]!r}")
    return numbers  # type: ignore[return-value]


def find_row(key: Any, words: Sequence[Any], known: dict[Any, int], numbers: bool = False) -> int | None:
    """Return the row of a word, or the row number itself; None if there is no such word or row.

    If words are integers (``numbers``), an integer is never a row number, and a string of its digits stands for it.

    Raises
    ------
    ConfigError
        If the key is neither a string nor an integer.
    """
    if not isinstance(key, str) and not is_integer(key):
        raise ArgumentError(
            f"a key must be a word (str) or a row number (int), or a list of them: got {type(key).__name__}"
        )
    if numbers:
        number = number_of(key)
        return None if number is None else known.get(number)
    if isinstance(key, str):
        return known.get(key)
    return int(key) if 0 <= key < len(words) else None


def missing(key: Key, words: Sequence[Any], known: dict[Any, int], numbers: bool = False) -> UnknownWordError:
    """Return the error to raise for a key that `find_row` does not find."""
    if numbers:
        return UnknownWordError(f"{key!s} is not among the {len(words)} ids")
    if isinstance(key, str):
        return UnknownWordError(MissingWord(key, words, known))
    return UnknownWordError(f"a row number must be from 0 to {len(words) - 1}: got {key}")


def is_vector(value: Any) -> TypeGuard[NDArray[Any]]:
    """Return whether a value is an array of numbers rather than of words."""
    return isinstance(value, np.ndarray) and value.dtype.kind in "fiu"


def as_list(keys: Any) -> list[Any]:
    """Return a single key as a list of one, a collection of keys as a list, and None as an empty list.

    A string is one word, never a collection of letters. The items of a set come in sorted order, so that the result does not
    depend on the process.
    """
    if keys is None:
        return []
    if isinstance(keys, str) or is_integer(keys):
        return [keys]
    if isinstance(keys, set | frozenset):
        return sorted(keys, key=str)
    if isinstance(keys, Iterable) and not (isinstance(keys, np.ndarray) and keys.ndim == 0):
        return list(keys)
    raise ArgumentError(f"keys must be a word, a row number, a vector or a list of them: got {type(keys).__name__}")


def as_ordered(keys: Any) -> list[Any]:
    """Return keys as `as_list` does, for an answer that has one row per key: a set has no order to match.

    Raises
    ------
    ArgumentError
        If they are a set or a mapping.
    """
    if isinstance(keys, set | frozenset | Mapping):
        raise ArgumentError(f"keys must be in order, as in a list: got a {type(keys).__name__}; pass sorted(keys)")
    return as_list(keys)


def as_inputs(items: Any) -> list[Any]:
    """Return a single key or vector as a list of one, several as a list; the rows of a matrix are vectors."""
    return [items] if is_vector(items) and items.ndim != 2 else as_list(items)


def is_pair(item: Any) -> bool:
    """Return whether an item is a (key or vector, weight) pair."""
    return isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[1], Real)


def as_weighted(items: Any, weight: float) -> list[Weighted]:
    """Return (key or vector, weight) pairs: a bare item gets ``weight``, a pair keeps its own weight."""
    if isinstance(items, tuple) and is_pair(items) and isinstance(items[0], str | np.ndarray):
        items = [items]
    if isinstance(items, Mapping):
        raise ArgumentError(
            f"words must be a list of them: got a {type(items).__name__}; pass list(weights.items()) to weight them"
        )
    pairs: list[Weighted] = []
    for item in as_inputs(items):
        key, own = item if is_pair(item) else (item, weight)
        if not abs(own) <= LARGEST:
            raise ConfigError(f"a weight must be a finite number of at most {LARGEST:.1e}: got {shown(own)}")
        pairs.append((key, float(own)))
    return pairs


def as_vector(value: Any, dim: int) -> NDArray[np.float64]:
    """Return a query vector as float64, shape (dim,).

    Raises
    ------
    ConfigError
        If it has another shape, or holds NaN or infinity.
    """
    vector = array("a query vector", value)
    if vector.shape != (dim,) or vector.dtype.kind not in "fiu":
        raise ConfigError(
            f"a query vector must be numbers of shape ({dim},): got {vector.dtype} of shape {vector.shape}"
        )
    if not (np.abs(vector) <= LARGEST).all():
        raise ConfigError(
            f"a query vector must hold numbers of at most {LARGEST:.1e}: got NaN, infinity or a larger one"
        )
    return vector.astype(np.float64, copy=False)
