"""Methods of `KeyedVectors` for attributes of words, such as their counts: one number, or another value, per word."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from w2v.annotations import checked
from w2v.arguments import dtype as numpy_dtype
from w2v.arguments import integer, shown
from w2v.errors import ArgumentError, ConfigError, UnknownAttributeError
from w2v.formats.contents import counts_are_made_up
from w2v.vectors.keys import Key
from w2v.vectors.rows import get_index
from w2v.vectors.store import VectorStore


def get_vecattr(store: VectorStore, key: Key, attr: str) -> Any:
    """Return an attribute of a word, such as its ``"count"``.

    Raises
    ------
    ArgumentError, UnknownWordError
        If a word is neither a string nor an integer, or is unknown.
    UnknownAttributeError
        If the words have no such attribute.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]], counts=[7, 3])
    >>> int(vectors.get_vecattr("a", "count"))
    7
    """
    row = get_index(store, key)
    if not isinstance(attr, str):
        raise ArgumentError(f"attr must be a string: got {shown(attr)}")
    if attr not in store.expandos:
        raise UnknownAttributeError(f"attr must be one of {sorted(store.expandos)}: got {shown(attr)}")
    return store.expandos[attr][row]


@checked
def set_vecattr(store: VectorStore, key: Key, attr: str, val: Any) -> None:
    """Set an attribute of a word. Other words get 0 if they have none; a wider type widens the whole attribute.

    Counts count as true from then on, also if they were made up (`VectorStore.true_counts`): set those of all words.

    Raises
    ------
    ArgumentError, UnknownWordError
        If a word is neither a string nor an integer, or is unknown.
    ConfigError
        If the value has another type than the attribute.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]])
    >>> vectors.set_vecattr("b", "weight", 0.5)
    >>> vectors.expandos["weight"].tolist()
    [0.0, 0.5]
    """
    row = get_index(store, key)
    if isinstance(val, int):
        integer("val", int(val), -(2**63), 2**63 - 1)
    allocate_vecattrs(store, [attr], [type(val) if isinstance(val, int | float | np.number) else object])
    store.expandos[attr][row] = val
    if attr == "count" and counts_are_made_up(store.metadata):
        del store.metadata["counts"]


@checked
def allocate_vecattrs(
    store: VectorStore, attrs: Iterable[str] | None = None, types: Iterable[Any] | None = None
) -> None:
    """Extend or create attributes so that they have one value per word; new values are 0.

    Parameters
    ----------
    attrs : iterable of str, optional
        Names; by default all existing attributes, which are extended to new words.
    types : iterable of type, optional
        One per name. An attribute with values of another type is widened to a common type.

    Raises
    ------
    ArgumentError, ConfigError
        If names and types are not lists of equal length, or a type is not one of numbers.
    UnknownAttributeError
        If there is no attribute to give a type to.
    """
    names = list(store.expandos if attrs is None else [attrs] if isinstance(attrs, str) else attrs)
    for name in names:
        if not isinstance(name, str):
            raise ArgumentError(f"attrs must be strings: got {shown(name)}")
        if types is None and name not in store.expandos:
            raise UnknownAttributeError(f"attrs must be among {sorted(store.expandos)}: got {shown(name)}; pass types")
    kinds = [store.expandos[name].dtype for name in names] if types is None else list(types)
    if len(kinds) != len(names):
        raise ConfigError(f"types must be one per attribute, {len(names)} in all: got {len(kinds)}")
    for name, kind in zip(names, kinds, strict=True):
        dtype = numpy_dtype("types", object if kind is str else kind)
        held = store.expandos.get(name, np.zeros(0, dtype))[: len(store)]
        try:
            dtype = np.result_type(held.dtype, dtype)
        except TypeError:
            raise ArgumentError(f"types must fit the values of {name}, {held.dtype}: got {dtype}") from None
        if len(held) < len(store):
            held = np.concatenate([held.astype(dtype), np.zeros(len(store) - len(held), dtype)])
        store.expandos[name] = held.astype(dtype, copy=False)
