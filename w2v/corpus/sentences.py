"""Sentences as programs have them: lists, arrays, sets, columns of pandas, polars or Arrow, or strings still to be split.

Every kind becomes a list (words) or an array (integers) here; what cannot be a sentence is an error that says which one.
Objects of other libraries are recognised by their methods, so none of these libraries is imported.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

import numpy as np

from w2v import arguments
from w2v.errors import CorpusTypeError
from w2v.missing_values import PRINTED

SPLIT_IT = (
    'pass text=TextOptions("words"), in Word2Vec tokenizer="words" (or another tokenizer), to split strings into words, or '
    "split them yourself"
)


def peek(corpus: Any) -> tuple[Any, Iterator[Any]]:
    """Return the first item of a corpus, None if it is empty, and an iterator over all items, also if the first is None.

    Raises
    ------
    CorpusTypeError
        If it is not an iterable of sentences, but a string or a mapping.
    """
    items = _items(corpus)
    first = list(islice(items, 1))
    return (first[0] if first else None), chain(first, items)


def _items(corpus: Any) -> Iterator[Any]:
    if isinstance(corpus, Mapping):
        raise CorpusTypeError(
            f"sentences must be an iterable of lists of words: got a {type(corpus).__name__} of {_keys(corpus)}; "
            "pass its values(), or one of them, such as corpus[key]"
        )
    single = isinstance(corpus, np.ndarray) and corpus.ndim == 0
    if isinstance(corpus, (str, bytes)) or single or not isinstance(corpus, Iterable):
        hint = "; call it, and pass what it returns" if callable(corpus) else ""
        raise CorpusTypeError(f"sentences must be an iterable of lists of words: got {type(corpus).__name__}{hint}")
    return map(_plain, iter(corpus))


def _plain(item: Any) -> Any:
    """Return a value of an Arrow column as a Python object, anything else as it is."""
    return item.as_py() if type(item) not in (list, np.ndarray) and hasattr(item, "as_py") else item


def _keys(corpus: Mapping[Any, Any]) -> str:
    return ", ".join(map(repr, corpus))[:80] or "nothing"


Place = Callable[[int], str]
"""A function that returns where the sentence of a number, from 0, comes from, for messages."""


def place_in_list(number: int) -> str:
    """Return where a sentence of an iterable is."""
    return f"sentences[{number}]"


class SentenceStart(list[str]):
    """The first words of a sentence, which continues in the next."""


def as_sentence(sentence: Any, number: int, place: Place = place_in_list) -> Any:
    """Return a sentence as a list, a tuple, or an array of integers.

    The items of a set come in sorted order, so that the result does not depend on the process.

    Parameters
    ----------
    sentence : iterable of str or int
    number : int
        Its place among the sentences, from 0.
    place : callable
        Tells where that is, for messages.

    Raises
    ------
    CorpusTypeError
        If it is a string, a mapping, a table, or not iterable.

    Examples
    --------
    >>> as_sentence({"b", "a"}, 0), as_sentence({"x": 1}.keys(), 1)
    (['a', 'b'], ['x'])
    """
    if type(sentence) in (list, tuple, SentenceStart):
        return sentence
    if type(sentence) is np.ndarray:  # before what is asked of other types: short walks are many
        return _of_array(sentence, number, place)
    if isinstance(sentence, (str, bytes)):
        remedy = SPLIT_IT if isinstance(sentence, str) else "decode it, or open the file as text"
        raise CorpusTypeError(f"{place(number)} must be a list of words, not a string: got {sentence[:40]!r}; {remedy}")
    if isinstance(sentence, Mapping):
        raise CorpusTypeError(
            f"{place(number)} must be a list of words: got the {type(sentence).__name__} {shown(sentence)}; "
            "pass its keys() or values(), or name one of its entries, as in "
            'text=TextOptions(column="text"), in Word2Vec column="text"'
        )
    if isinstance(sentence, (set, frozenset)):
        return sorted(sentence, key=str)
    if hasattr(
        sentence, "__array__"
    ):  # NumPy, pandas, polars, Arrow, PyTorch; never by index, which may begin anywhere
        return _of_array(np.asarray(sentence), number, place)
    if isinstance(sentence, Iterable):
        return list(sentence)
    raise CorpusTypeError(f"{place(number)} must be a list of words: got {described(sentence)}")


def _of_array(array: Any, number: int, place: Place) -> Any:
    if array.ndim != 1:
        raise CorpusTypeError(
            f"{place(number)} must be a list of words or a one-dimensional array: got {array.dtype} of shape "
            f"{array.shape}"
        )
    return array if array.dtype.kind in "iu" else array.tolist()


def described(value: Any) -> str:
    """Return what cannot be a sentence for a message: its type and value, or that it is missing."""
    text = shown(value)
    return f"{text} (a missing value?); drop it first" if text in PRINTED else f"{type(value).__name__} {text}"


def shown(value: Any) -> str:
    """Return an item of a corpus for a message, shorter than an argument."""
    return arguments.shown(value, 80)


def is_unicode(word: str) -> bool:
    """Return whether a word has no lone surrogate, and so can be written as UTF-8."""
    return word.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in word)
