"""Arrow arrays without the layouts that only save space: extension types, dictionaries, runs, views of strings."""

from typing import Any

import numpy as np

from w2v.extras import pyarrow


def plain(array: Any) -> Any:
    """Return an array, or a chunked one, without such layouts; its type is that of `plain_type`."""
    pa = pyarrow()
    if isinstance(array, pa.ChunkedArray):
        return pa.chunked_array([plain(chunk) for chunk in array.chunks], plain_type(array.type))
    while True:
        kind = array.type
        if isinstance(kind, pa.BaseExtensionType):
            array = array.storage
        elif pa.types.is_dictionary(kind):
            values = array.dictionary.cast(pa.large_string()) if is_text(kind.value_type) else array.dictionary
            array = values.take(array.indices)
        elif pa.types.is_run_end_encoded(kind):
            rows = np.arange(array.offset, array.offset + len(array))  # run_end_decode knows no lists before pyarrow 22
            array = array.values.take(pa.array(np.searchsorted(array.run_ends, rows, side="right")))
        elif pa.types.is_string_view(kind):
            array = array.cast(pa.large_string())
        else:
            return array


def plain_type(kind: Any) -> Any:
    """Return the type of an array after `plain`."""
    pa = pyarrow()
    if isinstance(kind, pa.BaseExtensionType):
        return plain_type(kind.storage_type)
    if pa.types.is_dictionary(kind):
        return pa.large_string() if is_text(kind.value_type) else plain_type(kind.value_type)
    if pa.types.is_run_end_encoded(kind):
        return plain_type(kind.value_type)
    return pa.large_string() if pa.types.is_string_view(kind) else kind


def is_text(kind: Any) -> bool:
    """Whether a type is one of strings, in whatever layout."""
    types = pyarrow("types")
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return True
    inner = plain_type(kind)
    return inner != kind and is_text(inner)


def is_list(kind: Any) -> bool:
    """Whether a type is one of lists, of whatever length and offsets."""
    types = pyarrow("types")
    checks = (
        types.is_list,
        types.is_large_list,
        types.is_fixed_size_list,
        types.is_list_view,
        types.is_large_list_view,
    )
    return any(check(kind) for check in checks)
