"""JSON that somebody else may have written: values are checked against a shape before anything uses them.

A shape is one of

    Whole(low, high)     an integer in this closed range, and never a boolean
    Real(low, high)      a finite number in this closed range
    str, bool, None      a string, a boolean, null
    ANY                  anything
    {"a", "b"}           one of these strings
    (one, other)         either of two shapes, or of more
    [shape]              a list of any length
    {"name": shape}      an object that has at least these members
    {str: shape}         an object whose members all have this shape
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, get_type_hints

from w2v.errors import FormatError

ANY = object()
DEEPEST = 100
Shape = Any
Record = TypeVar("Record")


@dataclass(frozen=True)
class Whole:
    """The shape of an integer."""

    low: int = 0
    high: int = 2**63 - 1

    def __str__(self) -> str:
        return f"an integer from {self.low} to {self.high}"


@dataclass(frozen=True)
class Real:
    """The shape of a number; both ends are finite, so infinity and NaN are outside."""

    low: float = -1.7e308
    high: float = 1.7e308

    def __str__(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"


def check(value: Any, shape: Shape, what: str) -> Any:
    """Return the value if it has the shape; otherwise raise ValueError, which names the member that has not.

    Examples
    --------
    >>> check({"loss": [0.5], "more": "ignored"}, {"loss": [Real()]}, "report")
    {'loss': [0.5], 'more': 'ignored'}
    >>> check({"loss": [0.5, "x"]}, {"loss": [Real(low=0)]}, "report")
    Traceback (most recent call last):
        ...
    ValueError: report.loss[1] must be a number from 0 to 1.7e+308: got 'x'
    """
    if isinstance(shape, dict) and isinstance(value, dict):
        _check_object(value, shape, what)
    elif isinstance(shape, list) and isinstance(value, list):
        for place, item in enumerate(value):
            check(item, shape[0], f"{what}[{place}]")
    elif isinstance(shape, tuple):
        nested = [part for part in shape if isinstance(part, (dict, list)) and type(part) is type(value)]
        if nested:
            return check(value, nested[0], what)  # so that the message names the member
        if not any(_is(value, part) for part in shape):
            raise _wrong(value, shape, what)
    elif not _is(value, shape):
        raise _wrong(value, shape, what)
    return value


def record(kind: type[Record], values: Any, what: str) -> Record:
    """Return a dataclass of numbers, strings and booleans from an object of its fields, or from a list in their order.

    Raises
    ------
    ValueError
        If a field is missing, unknown, or not of its type. Integers must be from 0 to 2**63 - 1.
    """
    known, types = {f.name: f for f in fields(kind)}, get_type_hints(kind)  # type: ignore[arg-type]
    if isinstance(values, list) and len(values) <= len(known):
        values = dict(zip(known, values, strict=False))
    check(values, {str: ANY}, what)
    for name in values:
        if name not in known:
            raise ValueError(f"{what} must not have {name[:80]!r}: it is unknown to this version of w2v")
    found = {}
    for name, f in known.items():
        if name not in values and f.default is MISSING:
            raise ValueError(f"{what} must have {name!r}: got none")
        if name in values:
            value = check(values[name], _SHAPES[types[name]], f"{what}.{name}")
            found[name] = float(value) if types[name] is float else value
    return kind(**found)


_SHAPES: dict[Any, Shape] = {
    int: Whole(),
    float: Real(),
    bool: bool,
    str: str,
    int | bool: (Whole(), bool),
    int | None: (Whole(), None),
    float | None: (Real(), None),
    str | None: (str, None),
}


def require_shallow(value: Any) -> None:
    """Raise ValueError if lists and objects are nested more than 100 deep, so that who walks through them may recurse."""
    level = [value]
    for _ in range(DEEPEST):
        level = [item for outer in level for item in _items(outer)]
        if not level:
            return
    raise ValueError(f"lists and objects must be nested at most {DEEPEST} deep: got more")


def copied(value: Any) -> Any:
    """Return a copy of JSON values that shares no list and no object with them.

    >>> value = {"a": [1]}
    >>> copied(value) == value, copied(value)["a"] is value["a"]
    (True, False)
    """
    if isinstance(value, Mapping):
        return {key: copied(item) for key, item in value.items()}
    return type(value)(map(copied, value)) if type(value) in (list, tuple) else value


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


@contextmanager
def as_format_error(name: str) -> Iterator[None]:
    """Turn a ValueError about metadata into a FormatError that names the file."""
    try:
        yield
    except ValueError as problem:
        raise FormatError(f"cannot load {name}: its metadata is incomplete or wrong: {problem}") from problem


def _check_object(value: dict[str, Any], shape: dict[Any, Shape], what: str) -> None:
    for name in value if str in shape else shape:
        if name not in value:
            raise ValueError(f"{what} must have {name!r}: got none")
        check(value[name], shape[str] if str in shape else shape[name], f"{what}.{name[:80]}")


def _is(value: Any, shape: Shape) -> bool:
    if isinstance(shape, Whole):
        return type(value) is int and shape.low <= value <= shape.high
    if isinstance(shape, Real):
        return type(value) in (int, float) and shape.low <= value <= shape.high and not math.isnan(value)
    if isinstance(shape, set):
        return isinstance(value, str) and value in shape
    return shape is ANY or (value is None if shape is None else isinstance(shape, type) and isinstance(value, shape))


def _wrong(value: Any, shape: Shape, what: str) -> ValueError:
    return ValueError(f"{what} must be {_said(shape)}: got {value!r:.80}")


def _said(shape: Shape) -> str:
    names: list[tuple[Any, str]] = [(str, "a string"), (bool, "true or false"), (None, "null")]
    if isinstance(shape, tuple):
        return " or ".join(map(_said, shape))
    if isinstance(shape, set):
        return f"one of {', '.join(sorted(shape))}"
    if isinstance(shape, (dict, list)):
        return "an object" if isinstance(shape, dict) else "a list"
    return next((name for known, name in names if known is shape), str(shape))
