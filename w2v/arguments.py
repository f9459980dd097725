"""The checks of arguments, at the doors: wrong types, and values out of range, in one wording.

`checked` decorates a public function, whose annotations then hold: an argument of another type is an `ArgumentError` (a
`ConfigError` that is also a `TypeError`), and the body gets plain integers, numbers, truth values, paths and arrays,
whatever kind of them was passed. What an annotation does not say, such as a range, the body checks with the functions
below.
"""

import builtins
import codecs
import functools
import inspect
import os
import sys
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from w2v.errors import ArgumentError, ConfigError

P = ParamSpec("P")
R = TypeVar("R")

SHOWN = 200
"""Characters of a value in a message."""

REMEDIES = {
    "EncodedCorpus": "w2v.encode makes one of a text",
    "KeyedVectors": "KeyedVectors.load reads them, and KeyedVectors.from_arrays makes them",
    "TextOptions": "pass TextOptions(tokenizer)",
    "TrainConfig": "pass TrainConfig(...)",
    "TrainedModel": "w2v.load reads one",
    "VocabularyConfig": "pass VocabularyConfig(min_count=...)",
}
"""What to do where an object of a class is wanted."""

_NO = object()
"""What a check returns for a value of another type."""


def shown(value: Any) -> str:
    """Return a value for a message: one line, shortened; an array by its type and shape.

    Examples
    --------
    >>> shown("a"), shown([1] * 1000)[-12:], shown(np.zeros(3))
    ("'a'", ', 1, 1, 1...', 'an array of float64, shape (3,)')
    """
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}, shape {value.shape}"
    if isinstance(value, (list, tuple)) and len(value) > SHOWN:
        value = value[:SHOWN]  # whose text is longer than is shown
    try:
        text = repr(value)
    except Exception:  # of an object that cannot be printed
        return f"a {type(value).__name__}"
    text = text if text.isprintable() else " ".join(text.split())
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."


def wrong_type(name: str, wanted: str, value: Any, remedy: str = "") -> ArgumentError:
    """Return the error for an argument of another type, with what to do if there is something to say."""
    return ArgumentError(f"{name} must be {wanted}: got {shown(value)}{'; ' if remedy else ''}{remedy}")


# -------------------------------------------------------------------------------------------------------- single values


def integer(name: str, value: Any, low: int, high: int | None = None) -> int:
    """Return an integer of any kind as Python's; raise an error if it is none, or out of its closed range."""
    wanted = f"an integer from {low} to {high}" if high is not None else f"an integer of at least {low}"
    whole = _integer(name, value)
    if whole is _NO:
        raise wrong_type(name, wanted, value)
    if whole < low or (high is not None and whole > high):
        raise ConfigError(f"{name} must be {wanted}: got {shown(value)}")
    return int(whole)


def number(name: str, value: Any, low: float, high: float) -> float:
    """Return a number of any kind as Python's float; raise an error if it is none, NaN, or out of its closed range."""
    wanted = f"a number from {low:g} to {high:g}"
    real = _number(name, value)
    if real is _NO:
        raise wrong_type(name, wanted, value)
    if not low <= real <= high:
        raise ConfigError(f"{name} must be {wanted}: got {shown(value)}")
    return float(real)


def positive(name: str, value: Any, high: float = sys.float_info.max) -> float:
    """Return a number above 0 and up to ``high`` as Python's float; raise an error for anything else."""
    real = _number(name, value)
    if real is _NO:
        raise wrong_type(name, "a positive number", value)
    if not 0 < real <= high:
        limit = f", at most {high:g}" if real > high else ""
        raise ConfigError(f"{name} must be a positive number{limit}: got {shown(value)}")
    return float(real)


def truth(name: str, value: Any) -> bool:
    """Return a truth value of any kind as Python's; 0 and 1 are taken too."""
    found = _truth(name, value)
    if found is _NO:
        raise wrong_type(name, "True or False", value)
    return bool(found)


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
    words = None if isinstance(value, (str, bytes)) or not isinstance(value, Iterable) else list(value)
    if words is None or not all(isinstance(word, str) for word in words):
        raise wrong_type(name, "a collection of words", value if words is None else words)
    return frozenset(words)


def instance(name: str, value: Any, kind: type, what: str) -> None:
    """Raise an error unless a value is of this class; ``what``: how to get one."""
    if not isinstance(value, kind):
        raise ArgumentError(f"{name} must be a {kind.__name__}: got {shown(value)}; {what}")


def path(name: str, value: Any) -> str | os.PathLike[str]:
    """Return a path; one of bytes as a string."""
    found = _path(name, value)
    if found is _NO:
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


def dtype(name: str, value: Any) -> np.dtype[Any]:
    """Return a type of NumPy."""
    found = _dtype(name, value)
    if found is _NO:
        raise wrong_type(name, "a type of NumPy", value)
    return found  # type: ignore[no-any-return]


def array(name: str, value: Any) -> NDArray[Any]:
    """Return an array of numbers; raise an error for anything else."""
    found = _array(name, value)
    if found is _NO:
        raise wrong_type(name, "an array of numbers", value)
    return np.asarray(found)


# ------------------------------------------------------------------------------------------------------------ annotations


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Check the arguments of a function against its annotations, and convert them to plain values.

    ``int``, ``float``, ``bool``, ``str``, paths, ``Literal``, arrays (``ArrayLike``, ``NDArray``), callables, mappings,
    iterables (a sequence is made of an iterator), classes, and unions of these are checked; anything else is passed on as
    it is. Elements are not looked at. A first argument ``self``, ``cls``, ``store`` or ``model`` is the object of a method.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    ConfigError
        If a path cannot be one.

    Examples
    --------
    >>> @checked
    ... def double(x: float) -> float:
    ...     return x + x
    >>> double(np.float32(1.5))
    3.0
    >>> double("a")
    Traceback (most recent call last):
        ...
    w2v.errors.ArgumentError: x must be a number: got 'a'
    """

    @functools.wraps(function)
    def door(*args: P.args, **named: P.kwargs) -> R:
        positional, by_name = doors()
        given: list[Any] | None = None
        for place, (value, check) in enumerate(zip(args, positional, strict=False)):
            if check is not None and type(value) not in check.plain:
                made = check.convert(value)
                if made is not value:
                    given = given if given is not None else list(args)
                    given[place] = made
        for name, value in named.items():
            known = by_name.get(name)
            if known is not None and type(value) not in known.plain:
                named[name] = known.convert(value)
        return function(*args if given is None else given, **named)

    @functools.cache
    def doors() -> tuple[list["_Check | None"], dict[str, "_Check"]]:
        return _checks(function)

    return door


@dataclass(frozen=True)
class _Check:
    """The check of one parameter: the types that pass at once, the conversions that are tried, and what they are called."""

    name: str
    plain: frozenset[type]
    kinds: tuple[Callable[[str, Any], Any], ...]
    wanted: str
    remedy: str

    def convert(self, value: Any) -> Any:
        """Return the plain value, or raise ArgumentError."""
        for kind in self.kinds:
            made = kind(self.name, value)
            if made is not _NO:
                return made
        raise wrong_type(self.name, self.wanted, value, self.remedy)


class _Names(dict[str, Any]):
    """Names of a module; those that only type checkers import are anything."""

    def __missing__(self, name: str) -> Any:
        return Any


def _checks(function: Callable[..., Any]) -> tuple[list[_Check | None], dict[str, _Check]]:
    names = _Names(vars(builtins) | vars(typing) | getattr(function, "__globals__", {}))
    hints = get_type_hints(function, globalns=dict(names), localns=names)
    positional: list[_Check | None] = []
    by_name: dict[str, _Check] = {}
    for place, parameter in enumerate(inspect.signature(function).parameters.values()):
        known = None
        if not (place == 0 and parameter.name in ("self", "cls", "store", "model")):
            known = _check(parameter.name, hints.get(parameter.name, Any))
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            positional.append(known)
        if known is not None and parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            by_name[parameter.name] = known
    return positional, by_name


def _check(name: str, hint: Any) -> _Check | None:
    parts: list[Any] = list(get_args(hint)) if get_origin(hint) in (Union, types.UnionType) else [hint]
    for special, kind in ((ArrayLike, (_array, "an array of numbers")), (DTypeLike, (_dtype, "a type of numbers"))):
        if hint == special or hint == special | None:
            parts = [kind, *([type(None)] if hint != special else [])]
    known = [part if isinstance(part, tuple) else _kind(part) for part in parts if part not in (None, type(None))]
    found = [kind for kind in known if kind is not None]
    if len(found) < len(known):
        return None
    plain = {part for part in parts if part in (str, int, float, bool)}
    wanted = [what for _, what in found]
    if len(found) < len(parts):
        plain.add(type(None))
        wanted.append("None")
    remedy = next(
        (REMEDIES[title] for part in parts if (title := str(getattr(part, "__name__", None))) in REMEDIES), ""
    )
    kinds = tuple(kind for kind, _ in found)
    return _Check(name, frozenset(plain), kinds, " or ".join(dict.fromkeys(wanted)), remedy)


def _kind(hint: Any) -> tuple[Callable[[str, Any], Any], str] | None:
    """Return the conversion for an annotation and what it is called; None if anything passes."""
    origin = get_origin(hint)
    if origin is Literal:
        allowed = get_args(hint)
        return (lambda name, value: one_of(name, value, allowed)), f"one of {', '.join(map(str, allowed))}"
    kind = origin or hint
    if kind is Callable:
        return (lambda _, value: value if callable(value) else _NO), "a function"
    if (
        kind is Any
        or not isinstance(kind, type)
        or (getattr(kind, "_is_protocol", False) and kind.__module__ != "collections.abc")
    ):
        return None
    if kind in _KINDS:
        return _KINDS[kind]
    if issubclass(kind, (Mapping, Sequence, Iterable)) and kind.__module__ in ("builtins", "collections.abc"):
        abstract = next(general for general in (Mapping, Sequence, Iterable) if issubclass(kind, general))
        return _KINDS[abstract]
    article = "an" if kind.__name__[0] in "AEIOU" else "a"
    return (lambda _, value: value if isinstance(value, kind) else _NO), f"{article} {kind.__name__}"


# ------------------------------------------------------------------------------------- conversions; _NO for another type


def _integer(_: str, value: Any) -> Any:
    if isinstance(value, bool):
        return _NO
    try:
        return int(value.__index__())
    except (AttributeError, TypeError):
        return _NO


def _number(_: str, value: Any) -> Any:
    if isinstance(value, (str, bytes, bytearray, bool, np.bool_)) or getattr(value, "ndim", 0) != 0:
        return _NO
    if isinstance(value, np.generic) and value.dtype.kind not in "iuf":
        return _NO
    try:
        return float(value)
    except (TypeError, ValueError):
        return _NO
    except OverflowError:  # an integer beyond the largest float
        return sys.float_info.max if value > 0 else -sys.float_info.max


def _truth(_: str, value: Any) -> Any:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    return bool(value) if isinstance(value, (int, float, np.number)) and (value == 0 or value == 1) else _NO


def _text(_: str, value: Any) -> Any:
    return str.__str__(value) if isinstance(value, str) else _NO


def _path(name: str, value: Any) -> Any:
    if not isinstance(value, (str, bytes, os.PathLike)):
        return _NO
    try:
        text = os.fsdecode(value)
        valid = b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        valid = False
    if not valid:
        raise ConfigError(f"{name} must be a path that a system can hold: got {shown(value)}")
    return text if isinstance(value, bytes) or isinstance(os.fspath(value), bytes) else value


def _array(_: str, value: Any) -> Any:
    try:
        found = np.asarray(value)
    except (TypeError, ValueError, OverflowError):  # ragged, or deeper than an array can be
        return _NO
    return found if found.dtype.kind in "biuf" else _NO


def _dtype(name: str, value: Any) -> Any:
    try:
        return np.dtype(value)
    except (TypeError, ValueError, OverflowError):
        return _NO


def _as_sequence(_: str, value: Any) -> Any:
    if isinstance(value, (bytes, bytearray, memoryview)) or _as_iterable(_, value) is _NO:
        return _NO
    return value if hasattr(value, "__getitem__") and hasattr(value, "__len__") else list(value)


def _as_iterable(_: str, value: Any) -> Any:
    single = isinstance(value, np.ndarray) and value.ndim == 0
    return value if isinstance(value, Iterable) and not single else _NO


_KINDS: dict[Any, tuple[Callable[[str, Any], Any], str]] = {
    int: (_integer, "an integer"),
    float: (_number, "a number"),
    bool: (_truth, "True or False"),
    str: (_text, "a string"),
    os.PathLike: (_path, "a path"),
    np.ndarray: (_array, "an array of numbers"),
    Mapping: ((lambda _, value: value if isinstance(value, Mapping) else _NO), "a mapping"),
    Sequence: (_as_sequence, "a list"),
    Iterable: (_as_iterable, "an iterable"),
}
