"""A decorator that holds public functions to their annotations, so that wrong types are noticed at the door.

The body of a `checked` function gets plain integers, numbers, truth values, paths and arrays, whatever kind of them was
passed.
"""

import builtins
import functools
import inspect
import os
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from w2v.arguments import (
    OTHER_TYPE,
    one_of,
    to_array,
    to_dtype,
    to_integer,
    to_iterable,
    to_number,
    to_path,
    to_sequence,
    to_text,
    to_truth,
    wrong_type,
)

P = ParamSpec("P")
R = TypeVar("R")

REMEDIES = {
    "EncodedCorpus": "w2v.encode makes one of a text",
    "KeyedVectors": "KeyedVectors.load reads them, and KeyedVectors.from_arrays makes them",
    "LabConfig": "pass LabConfig(...)",
    "LabelledText": "LabelledText.of makes one of labels and pairs",
    "Representation": "pass Representation(f, g)",
    "TextOptions": "pass TextOptions(tokenizer)",
    "TrainConfig": "pass TrainConfig(...)",
    "TrainedModel": "w2v.load reads one",
    "VocabularyConfig": "pass VocabularyConfig(min_count=...)",
    "World": "make_world makes one",
}
"""What to do where an object of a class is wanted."""


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Check the arguments of a function against its annotations, and convert them to plain values.

    ``int``, ``float``, ``bool``, ``str``, paths, ``Literal``, arrays (``ArrayLike``, ``NDArray``), callables, mappings,
    iterables (a sequence is made of an iterator), classes, and unions of these are checked; anything else is passed on as
    it is. Elements are not looked at. A first argument ``self``, ``cls`` or ``store`` is the object of a method.

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
            if made is not OTHER_TYPE:
                return made
        raise wrong_type(self.name, self.wanted, value, self.remedy)


def hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the annotations of a function as types; names that only type checkers import are ``Any``."""
    names = vars(builtins) | vars(typing) | getattr(function, "__globals__", {})
    while True:
        try:
            return get_type_hints(function, globalns=names)
        except NameError as missing:
            names[missing.name] = Any


def _checks(function: Callable[..., Any]) -> tuple[list[_Check | None], dict[str, _Check]]:
    hints = hints_of(function)
    positional: list[_Check | None] = []
    by_name: dict[str, _Check] = {}
    for place, parameter in enumerate(inspect.signature(function).parameters.values()):
        known = None
        if not (place == 0 and parameter.name in ("self", "cls", "store")):
            known = _check(parameter.name, hints.get(parameter.name, Any))
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            positional.append(known)
        if known is not None and parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            by_name[parameter.name] = known
    return positional, by_name


def _check(name: str, hint: Any) -> _Check | None:
    parts: list[Any] = list(get_args(hint)) if get_origin(hint) in (Union, types.UnionType) else [hint]
    for special, kind in ((ArrayLike, (to_array, "an array of numbers")), (DTypeLike, (to_dtype, "a type of numbers"))):
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
        return (lambda _, value: value if callable(value) else OTHER_TYPE), "a function"
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
    return (lambda _, value: value if isinstance(value, kind) else OTHER_TYPE), f"{article} {kind.__name__}"


_KINDS: dict[Any, tuple[Callable[[str, Any], Any], str]] = {
    int: (to_integer, "an integer"),
    float: (to_number, "a number"),
    bool: (to_truth, "True or False"),
    str: (to_text, "a string"),
    os.PathLike: (to_path, "a path"),
    np.ndarray: (to_array, "an array of numbers"),
    Mapping: ((lambda _, value: value if isinstance(value, Mapping) else OTHER_TYPE), "a mapping"),
    Sequence: (to_sequence, "a list"),
    Iterable: (to_iterable, "an iterable"),
}
