"""Plain safetensors files, without the digests of the native format: for folders that other tools read.

8 bytes   length of the header, little-endian
header    JSON: name of each tensor to dtype, shape and data_offsets; ``__metadata__``
data      the tensors without gaps, in the order of their offsets
"""

import json
import math
import os
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.atomic_files import PathLike, atomic_write
from w2v.errors import FormatError
from w2v.formats.contents import finite_blocks
from w2v.formats.streams import open_input
from w2v.json_values import Whole, check

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1"}
MAX_HEADER_BYTES = 1 << 20
_SHAPE = {"dtype": set(DTYPES), "shape": [Whole()], "data_offsets": [Whole()]}


def write_tensors(path: PathLike, tensors: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays atomically, block by block; raise FormatError if a matrix is not finite."""
    codes = {np.dtype(kind): code for code, kind in DTYPES.items()}
    # Widest first, so that all are aligned.
    order = sorted(tensors, key=lambda name: (-tensors[name].itemsize, name))
    header: dict[str, Any] = {}
    end = 0
    for name in order:
        array = tensors[name]
        start, end = end, end + array.size * array.itemsize
        header[name] = {"dtype": codes[array.dtype], "shape": array.shape, "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with atomic_write(path) as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        for name in order:
            blocks = (
                finite_blocks(tensors[name], tensors[name].dtype, name) if tensors[name].ndim == 2 else [tensors[name]]
            )
            for block in blocks:
                stream.write(np.ascontiguousarray(block).data)


def read_tensors(path: PathLike) -> dict[str, NDArray[Any]]:
    """Read all tensors whose dtype NumPy has.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    FormatError
        If the file is damaged.
    MemoryLimitError
        If it does not fit into memory.
    """
    with open_input(path, decompress=False) as source:
        size = source.size or 0
        prefix = source.stream.read(8)
        length = struct.unpack("<Q", prefix)[0] if len(prefix) == 8 else 0
        if not 0 < length <= min(MAX_HEADER_BYTES, size - 8):
            raise FormatError(f"cannot read {source.name}: it is not a safetensors file, or it is truncated")
        try:
            header = check(json.loads(source.stream.read(length)), {str: {}}, "header")
            header.pop("__metadata__", None)
            check(header, {str: {"dtype": str}}, "header")
            known = {name: entry for name, entry in header.items() if entry["dtype"] in DTYPES}
            for name, entry in known.items():
                check(entry, _SHAPE, name)
        except (ValueError, RecursionError) as error:
            raise FormatError(f"cannot read {source.name}: its header is damaged: {error}") from error
        tensors = {}
        for name, entry in known.items():
            kind, shape = np.dtype(DTYPES[entry["dtype"]]), entry["shape"]
            start, end = entry["data_offsets"] if len(entry["data_offsets"]) == 2 else (0, -1)
            if end - start != math.prod(shape) * kind.itemsize or not 0 <= start <= end <= size - 8 - length:
                raise FormatError(f"cannot read {source.name}: the tensor {name!r} does not fit into the file")
            try:
                array: NDArray[Any] = np.empty(shape, kind)
            except ValueError as error:  # an empty one of a shape that NumPy does not have
                raise FormatError(f"cannot read {source.name}: the tensor {name!r}: {error}") from error
            source.stream.seek(8 + length + start, os.SEEK_SET)
            if source.stream.readinto(array.reshape(-1).view(np.uint8).data) != end - start:
                raise FormatError(f"cannot read {source.name}: it became shorter while it was read")
            tensors[name] = array
    return tensors
