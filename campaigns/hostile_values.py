"""About 100 values that a program may pass where something else is expected, and what an annotation says of each."""

import math
import os
import types
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import numpy as np


class OwnError(Exception):
    """What the odd objects raise themselves; it is the caller's, so it may pass through."""


class OddIndex:
    """An object that claims to be an integer, and raises when asked for it."""

    def __index__(self) -> int:
        raise OwnError


class OddLength(list):  # type: ignore[type-arg]
    """A list that says it is longer than it is."""

    def __len__(self) -> int:
        return 3


class Raising(dict):  # type: ignore[type-arg]
    """A class that raises when it is called, as a function that a program passes may do."""

    def __init__(self, *_: object) -> None:
        raise OwnError


class NoText:
    """An object that cannot be printed."""

    def __repr__(self) -> str:
        raise OwnError

    __str__ = __repr__


class OddFloat:
    """An object that converts to NaN."""

    def __float__(self) -> float:
        return math.nan


class OddPath(os.PathLike):  # type: ignore[type-arg]
    """A path whose name is bytes."""

    def __fspath__(self) -> bytes:
        return b"missing"


class Unhashable:
    """An object that cannot be a key, with an equality that is no truth value."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> Any:
        return np.array([True, False])


def _failing() -> Any:
    yield "a"
    raise OwnError


def _nested(depth: int) -> Any:
    nested: Any = []
    for _ in range(depth):
        nested = [nested]
    return nested


INTEGERS = [-(10**400), -(2**63), -1, 0, 1, 3, 1000, 2**31, 2**32, 2**62, 2**63, 2**64, 10**400]
FLOATS = [-1.0, -0.0, 0.5, 2.0, 1e308, 5e-324, math.nan, math.inf, -math.inf]
STRINGS = [
    "",
    " ",
    "a",
    "unknown",
    "3",
    "-1",
    "nan",
    "utf-16",
    "count",
    "r",
    "\0",
    "a\nb",
    "\ud800",
    "x\udcff",
    "\N{ARABIC-INDIC DIGIT THREE}",
    "e\u0301\N{ZERO WIDTH JOINER}",
    "%s{0}",
    "y" * 5000,
    "1e308",
    "missing/file.txt",
    "folder",
    "text.txt",
    "vectors.bin",
    "vectors.txt",
    "noise.safetensors",
    "/dev/null",
    "/dev/full",
    "-",
]

VALUES: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "True": lambda: True,
    "False": lambda: False,
    **{f"int {i if abs(i) < 10**30 else '10**400' if i > 0 else '-10**400'}": lambda i=i: i for i in INTEGERS},
    **{f"float {x}": lambda x=x: x for x in FLOATS},
    **{f"str {text[:20]!r}": lambda text=text: text for text in STRINGS},
    "complex": lambda: 1j,
    "bytes": lambda: b"a",
    "bytes that are no text": lambda: b"\xff\0",
    "bytearray": lambda: bytearray(b"a"),
    "Path": lambda: Path("missing.txt"),
    "Path of a folder": lambda: Path("folder"),
    "path of bytes": OddPath,
    "empty list": list,
    "list of None": lambda: [None],
    "list of words": lambda: ["a", "b"],
    "list of unknown words": lambda: ["unknown", "a"],
    "list of numbers": lambda: [0, 1],
    "list of one huge number": lambda: [10**400],
    "list of NaN": lambda: [math.nan] * 4,
    "list of kinds": lambda: ["a", 1, None, 2.5],
    "list of lists": lambda: [["a", "b"], ["c"]],
    "ragged matrix": lambda: [[1.0], [1.0, 2.0]],
    "matrix": lambda: [[1.0, 2.0, 3.0, 4.0]] * 2,
    "pairs": lambda: [("a", 1.0), ("b", math.nan)],
    "pair": lambda: ("a", 0.5),
    "deep list": lambda: _nested(500),
    "long list": lambda: ["a"] * 100_000,
    "list of odd length": lambda: OddLength(["a"]),
    "empty tuple": tuple,
    "set": lambda: {"a", "b"},
    "frozenset of numbers": lambda: frozenset({1, 2}),
    "empty dict": dict,
    "dict": lambda: {"a": 1},
    "dict of odd": lambda: {None: None, 3: "x"},
    "range": lambda: range(3),
    "generator": lambda: (word for word in ("a", "b")),
    "failing generator": _failing,
    "function": lambda: len,
    "class": lambda: Raising,
    "object": object,
    "Ellipsis": lambda: ...,
    "slice": lambda: slice(None),
    "odd index": OddIndex,
    "odd float": OddFloat,
    "no text": NoText,
    "odd equality": Unhashable,
    "numpy int": lambda: np.int64(1),
    "numpy uint64": lambda: np.uint64(2**64 - 1),
    "numpy float": lambda: np.float32(0.5),
    "numpy NaN": lambda: np.float64(math.nan),
    "numpy bool": lambda: np.bool_(True),
    "numpy str": lambda: np.str_("a"),
    "numpy date": lambda: np.datetime64("2020-01-01"),
    "0-d array": lambda: np.array(1),
    "empty array": lambda: np.zeros(0),
    "array": lambda: np.ones(4, np.float32),
    "array of another length": lambda: np.ones(7, np.float32),
    "array of integers": lambda: np.arange(4),
    "array of bools": lambda: np.ones(4, bool),
    "array of NaN": lambda: np.full(4, np.nan),
    "array of infinities": lambda: np.full((2, 4), np.inf, np.float32),
    "array of complex": lambda: np.ones(4, complex),
    "array of objects": lambda: np.array([None, "a", 1], object),
    "array of words": lambda: np.array(["a", "b"]),
    "array of dates": lambda: np.array(["2020-01-01"], "M8[D]"),
    "structured array": lambda: np.zeros(2, [("x", "f4")]),
    "big-endian array": lambda: np.ones((2, 4), ">f4"),
    "huge numbers": lambda: np.full((2, 4), 1e308),
    "matrix of numpy": lambda: np.ones((2, 4), np.float32),
    "matrix without columns": lambda: np.ones((2, 0), np.float32),
    "cube": lambda: np.ones((2, 2, 2), np.float32),
    "masked array": lambda: np.ma.masked_array(np.ones(4), mask=[0, 1, 0, 1]),
    "memoryview": lambda: memoryview(b"abcd"),
    "dtype": lambda: np.dtype("f8"),
}

ARGUMENTS = [
    *(text for text in STRINGS if "\0" not in text and "\ud800" not in text),
    "0",
    "1",
    "1.5",
    "inf",
    "-inf",
    "1e-320",
    str(2**31),
    str(2**63),
    str(2**64),
    "9" * 400,
    "1_000",
    "0x10",
    "true",
    "None",
    "a,b,c",
    "1,2,3",
    ",",
    "[]",
    "*",
    "model.safetensors",
    "words.txt",
    "pairs.tsv",
    "--help",
    ".",
    "http://localhost:1/x",
    "/dev/zero",
]
"""Hostile strings for the command line, where a NUL and half a surrogate pair cannot occur."""


def accepts(hint: Any, value: Any) -> bool | None:
    """Return whether an annotation allows a value of this type; None where it does not say for sure."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any or isinstance(hint, TypeVar):
        return None
    if hint is None or hint is type(None):
        return value is None
    if origin in (Union, types.UnionType):
        found = [accepts(argument, value) for argument in arguments]
        return True if True in found else None if None in found else False
    if origin is Literal:
        return isinstance(value, tuple({type(argument) for argument in arguments}))
    kind = origin or hint
    if not isinstance(kind, type):
        return None
    simple = {int: _is_integer, float: _is_number, bool: _is_truth, str: lambda value: isinstance(value, str)}
    return simple[kind](value) if kind in simple else _is_of(kind, value)


def _is_of(kind: type, value: Any) -> bool | None:
    if kind is os.PathLike:
        return None if isinstance(value, bytes) else isinstance(value, os.PathLike)
    if kind.__name__ == "Callable":
        return None if callable(value) else False
    if kind is np.ndarray:  # whatever can be one
        return None if isinstance(value, (np.number, np.bool_, int, float, Iterable)) else False
    if issubclass(kind, Mapping):
        return None if isinstance(value, Mapping) else False
    if issubclass(kind, (Iterable, Collection)) and kind.__module__ in ("builtins", "collections.abc"):
        return None if hasattr(value, "__iter__") or hasattr(value, "__getitem__") else False
    if getattr(kind, "_is_protocol", False):
        return None
    return None if isinstance(value, kind) else False


def _is_integer(value: Any) -> bool | None:
    if isinstance(value, (int, np.integer)):
        return not isinstance(value, bool)
    return None if hasattr(value, "__index__") else False


def _is_number(value: Any) -> bool | None:
    if isinstance(value, (bool, np.bool_)):
        return False
    if isinstance(value, (int, float, np.integer, np.floating)):
        return True
    return None if hasattr(value, "__float__") or hasattr(value, "__index__") else False


def _is_truth(value: Any) -> bool | None:
    if isinstance(value, (bool, np.bool_)):
        return True
    return None if isinstance(value, (int, float, np.number)) and value in (0, 1) else False
