"""The checks of single arguments: wrong types, and values out of range, in one wording.

An argument of another type is an `ArgumentError` (a `ConfigError` that is also a `TypeError`), a value out of range is a
`ConfigError`. `w2v.annotations.checked` checks all arguments of a function against its annotations; what these do not say,
such as a range, its body checks with the functions here.
"""

import codecs
import inspect
import os
import sys
from collections.abc import Iterable
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from w2v.errors import ArgumentError, ConfigError

P = ParamSpec("P")
R = TypeVar("R")

SHOWN = 200
"""Characters of a value in a message."""

OTHER_TYPE = object()
"""What a check returns for a value of another type."""


def amount(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number of things for a message.

    Examples
    --------
    >>> amount(1, "word"), amount(2000, "class", "classes")
    ('1 word', '2,000 classes')
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def some(names: Iterable[str], most: int = 5) -> str:
    """Return the first of some names for a message, in quotes.

    Examples
    --------
    >>> some("abc", 2), some("ab", 2)
    ("'a', 'b', ...", "'a', 'b'")
    """
    listed = [shown(name) for name in names]
    return ", ".join(listed[:most]) + (", ..." if len(listed) > most else "")


def shown(value: Any, most: int = SHOWN) -> str:
    """Return a value for a message: one line, shortened to ``most`` characters; an array by its type and shape.

    Examples
    --------
    >>> shown("a"), shown([1] * 1000)[-12:], shown(np.zeros(3))
    ("'a'", ', 1, 1, 1...', 'an array of float64, shape (3,)')
    """
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}, shape {value.shape}"
    if isinstance(value, (list, tuple)) and len(value) > most:
        value = value[:most]  # whose text is longer than is shown
    try:
        text = repr(value)
    except Exception:  # of an object that cannot be printed
        return f"a {type(value).__name__}"
    text = text if text.isprintable() else " ".join(text.split())
    return text if len(text) <= most else text[: most - 3] + "..."


def wrong_type(name: str, wanted: str, value: Any, remedy: str = "") -> ArgumentError:
    """Return the error for an argument of another type, with what to do if there is something to say."""
    return ArgumentError(f"{name} must be {wanted}: got {shown(value)}{'; ' if remedy else ''}{remedy}")


# -------------------------------------------------------------------------------------------------------- single values


def integer(name: str, value: Any, low: int, high: int | None = None) -> int:
    """Return an integer of any kind as Python's; raise an error if it is none, or out of its closed range."""
    wanted = f"an integer from {low} to {high}" if high is not None else f"an integer of at least {low}"
    whole = to_integer(name, value)
    if whole is OTHER_TYPE:
        raise wrong_type(name, wanted, value)
    if whole < low or (high is not None and whole > high):
        raise ConfigError(f"{name} must be {wanted}: got {shown(value)}")
    return int(whole)


def number(name: str, value: Any, low: float, high: float) -> float:
    """Return a number of any kind as Python's float; raise an error if it is none, NaN, or out of its closed range."""
    wanted = f"a number from {low:g} to {high:g}"
    real = to_number(name, value)
    if real is OTHER_TYPE:
        raise wrong_type(name, wanted, value)
    if not low <= real <= high:
        raise ConfigError(f"{name} must be {wanted}: got {shown(value)}")
    return float(real)


def positive(name: str, value: Any, high: float = sys.float_info.max) -> float:
    """Return a number above 0 and up to ``high`` as Python's float; raise an error for anything else."""
    real = to_number(name, value)
    if real is OTHER_TYPE:
        raise wrong_type(name, "a positive number", value)
    if not 0 < real <= high:
        limit = f", at most {high:g}" if real > high else ""
        raise ConfigError(f"{name} must be a positive number{limit}: got {shown(value)}")
    return float(real)


def truth(name: str, value: Any) -> bool:
    """Return a truth value of any kind as Python's; 0 and 1 are taken too."""
    found = to_truth(name, value)
    if found is OTHER_TYPE:
        raise wrong_type(name, "True or False", value)
    return bool(found)


def text(name: str, value: Any) -> str:
    """Return a string of any kind as Python's."""
    found = to_text(name, value)
    if found is OTHER_TYPE:
        raise wrong_type(name, "a string", value)
    return str(found)


def one_of(name: str, value: Any, allowed: Iterable[str]) -> str:
    """Return one of a few strings; raise an error for anything else."""
    listed = list(allowed)
    wanted = f"one of {', '.join(listed)}"
    if not isinstance(value, str):
        raise wrong_type(name, wanted, value)
    if value not in listed:
        raise ConfigError(f"{name} must be {wanted}: got {shown(value)}")
    return value


def word_set(name: str, value: Any) -> frozenset[str]:
    """Return a collection of words as a set."""
    single = isinstance(value, (str, bytes)) or to_iterable(name, value) is OTHER_TYPE
    words = None if single else list(value)
    if words is None or not all(isinstance(word, str) for word in words):
        raise wrong_type(name, "a collection of words", value if words is None else words)
    return frozenset(words)


def instance(name: str, value: Any, kind: type, what: str) -> None:
    """Raise an error unless a value is of this class; ``what``: how to get one."""
    if not isinstance(value, kind):
        raise ArgumentError(f"{name} must be a {kind.__name__}: got {shown(value)}; {what}")


def path(name: str, value: Any) -> str | os.PathLike[str]:
    """Return a path; one of bytes as a string."""
    found = to_path(name, value)
    if found is OTHER_TYPE:
        raise wrong_type(name, "a path", value)
    return found  # type: ignore[no-any-return]


def encoding(name: str, value: Any) -> str:
    """Return Python's name of a text encoding; raise an error if there is none of this name."""
    wanted = f"{name} must be the name of a text encoding, such as utf-8, latin-1 or utf-16"
    if not isinstance(value, str):
        raise ArgumentError(f"{wanted}: got {shown(value)}")
    try:
        "".encode(value)  # refuses what is no text encoding, such as "rot13" or "hex"
        codecs.getincrementaldecoder(value)
    except (LookupError, TypeError, ValueError):
        raise ConfigError(f"{wanted}: got {shown(value)}") from None
    return str(codecs.lookup(value).name)


def sequence(name: str, value: Any, what: str) -> Any:
    """Return something that has a length and elements; a list of what can only be iterated over."""
    found = to_sequence(name, value)
    if found is OTHER_TYPE:
        raise wrong_type(name, what, value)
    return found


def takes(name: str, function: Any, *parameters: str) -> None:
    """Raise an error unless a function can be called with so many arguments; one that does not tell is not refused."""
    wanted = f"a function of {', '.join(parameters)}"
    if not callable(function):
        raise wrong_type(name, wanted, function)
    try:
        inspect.signature(function).bind(*parameters)
    except TypeError:
        raise wrong_type(name, wanted, function) from None
    except ValueError:  # it has no signature, as some of Python's own
        pass


def column(value: Any) -> str | None:
    """Return the name of a column as Python's string; None stays None."""
    if value is not None and not isinstance(value, str):
        raise wrong_type("column", "the name of a column", value)
    if value == "":
        raise ConfigError("column must be the name of a column: got ''; leave it out if the corpus is not a table")
    return None if value is None else str.__str__(value)


def dtype(name: str, value: Any) -> np.dtype[Any]:
    """Return a type of NumPy."""
    found = to_dtype(name, value)
    if found is OTHER_TYPE:
        raise wrong_type(name, "a type of NumPy", value)
    return found  # type: ignore[no-any-return]


def array(name: str, value: Any) -> NDArray[Any]:
    """Return an array of numbers; raise an error for anything else."""
    found = to_array(name, value)
    if found is OTHER_TYPE:
        raise wrong_type(name, "an array of numbers", value)
    return np.asarray(found)


# ------------------------------------------------------------------------------- conversions; OTHER_TYPE for another type


def to_integer(_: str, value: Any) -> Any:
    """Return an integer of any kind as Python's, or `OTHER_TYPE`."""
    if isinstance(value, bool):
        return OTHER_TYPE
    try:
        return int(value.__index__())
    except (AttributeError, TypeError):
        return OTHER_TYPE


def to_number(_: str, value: Any) -> Any:
    """Return a number of any kind as Python's float, or `OTHER_TYPE`."""
    if isinstance(value, (str, bytes, bytearray, bool, np.bool_)) or getattr(value, "ndim", 0) != 0:
        return OTHER_TYPE
    if isinstance(value, np.generic) and value.dtype.kind not in "iuf":
        return OTHER_TYPE
    try:
        return float(value)
    except (TypeError, ValueError):
        return OTHER_TYPE
    except OverflowError:  # an integer beyond the largest float
        return sys.float_info.max if value > 0 else -sys.float_info.max


def to_truth(_: str, value: Any) -> Any:
    """Return a truth value of any kind, or 0 or 1, as Python's, or `OTHER_TYPE`."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    return bool(value) if isinstance(value, (int, float, np.number)) and (value == 0 or value == 1) else OTHER_TYPE


def to_text(_: str, value: Any) -> Any:
    """Return a string of any kind as Python's, or `OTHER_TYPE`."""
    return str.__str__(value) if isinstance(value, str) else OTHER_TYPE


def to_path(name: str, value: Any) -> Any:
    """Return a path, one of bytes as a string, or `OTHER_TYPE`; raise ConfigError if no system can hold it."""
    if not isinstance(value, (str, bytes, os.PathLike)):
        return OTHER_TYPE
    try:
        text = os.fsdecode(value)
        valid = b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        valid = False
    if not valid:
        raise ConfigError(f"{name} must be a path that a system can hold: got {shown(value)}")
    return text if isinstance(value, bytes) or isinstance(os.fspath(value), bytes) else value


def to_array(_: str, value: Any) -> Any:
    """Return an array of numbers, or `OTHER_TYPE`."""
    try:
        found = np.asarray(value)
    except (TypeError, ValueError, OverflowError):  # ragged, or deeper than an array can be
        return OTHER_TYPE
    return found if found.dtype.kind in "biuf" else OTHER_TYPE


def to_iterable(_: str, value: Any) -> Any:
    """Return what can be iterated over, or `OTHER_TYPE`."""
    single = isinstance(value, np.ndarray) and value.ndim == 0
    return value if isinstance(value, Iterable) and not single else OTHER_TYPE


def to_sequence(name: str, value: Any) -> Any:
    """Return what has a length and elements, a list of another iterable, or `OTHER_TYPE`."""
    if isinstance(value, (bytes, bytearray, memoryview)) or to_iterable(name, value) is OTHER_TYPE:
        return OTHER_TYPE
    return value if hasattr(value, "__getitem__") and hasattr(value, "__len__") else list(value)


def to_dtype(name: str, value: Any) -> Any:
    """Return a type of NumPy, or `OTHER_TYPE`."""
    try:
        return np.dtype(value)
    except (TypeError, ValueError, OverflowError):
        return OTHER_TYPE
