"""The native format: a safetensors file with the digests that safetensors lacks.

Any safetensors reader opens it. Layout, all little-endian, without holes:

    8 bytes         length of the header
    header          JSON, ASCII, padded with spaces to a multiple of 8
    attribute.NAME  I64 (V,)         any number of them, also F64, and F32 before output
    counts          I64 (V,)         optional
    word_offsets    I64 (V + 1,)     word i is words[word_offsets[i]:word_offsets[i + 1]]
    output          F32 (V, d)       optional
    vectors         F32 or F16 (V, d)
    words           U8 (bytes,)      UTF-8, nothing between the words

``__metadata__`` holds the schema, the metadata of the contents as JSON, the SHA-256 of every tensor, and that of length
and header (itself counted as zeros). There is exactly one file for given contents, and no damaged one is accepted.
"""

import hashlib
import json
import math
import mmap as memory_map
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.atomic_files import PathLike, atomic_write
from w2v.errors import FormatError
from w2v.formats.contents import Contents, check_contents, finite_blocks
from w2v.formats.native_header import (
    ATTRIBUTE,
    DTYPES,
    SCHEMA,
    Header,
    Tensor,
    looks_native,
    metadata_text,
    read_header,
)
from w2v.formats.streams import Input, open_input


def save(path: PathLike, contents: Contents) -> None:
    """Write ``contents`` to ``path``: wholly or not at all.

    Equal contents give equal bytes. Each matrix is read once, a block at a time, and digested as it is written, so rows
    may be strided and memory does not grow with them.

    Raises
    ------
    FormatError
        If the contents do not belong together, hold a NaN, an infinity or a lone surrogate, or their metadata is not
        JSON or larger than a header may be (1 MiB).
    OutputError
        If the file cannot be written; what was there before is still there.
    """
    check_contents(contents)
    blob, offsets = _pack(contents.words)
    header = Header(
        words=len(contents.words),
        dim=contents.vectors.shape[1],
        dtype="F16" if contents.vectors.dtype.itemsize == 2 else "F32",
        blob=len(blob),
        counts=contents.counts is not None,
        output=contents.output is not None,
        attributes={name: _code(name, values) for name, values in contents.attributes.items()},
        metadata=metadata_text(contents.metadata),
        digests={},
    )
    blocks: dict[str, Iterable[NDArray[Any]]] = {
        "word_offsets": [offsets],
        "vectors": finite_blocks(contents.vectors, DTYPES[header.dtype], "vectors"),
        "words": [np.frombuffer(blob, np.uint8)],
    }
    if contents.counts is not None:
        blocks["counts"] = [np.ascontiguousarray(contents.counts, DTYPES["I64"])]
    if contents.output is not None:
        blocks["output"] = finite_blocks(contents.output, DTYPES["F32"], "output")
    for name, values in contents.attributes.items():
        blocks[ATTRIBUTE + name] = [np.ascontiguousarray(values, DTYPES[header.attributes[name]])]
    placeholder = header.encode()
    with atomic_write(path) as stream:
        if not stream.seekable():
            raise FormatError(f"{path}: is a pipe; allowed: a file, as the digests stand first but are known last")
        stream.write(placeholder)
        digests = {}
        for tensor in header.tensors:
            digest = hashlib.sha256()
            for block in blocks[tensor.name]:
                digest.update(block.reshape(-1).data)
                stream.write(block.data)
            digests[tensor.name] = digest.hexdigest()
        stream.seek(0)
        stream.write(replace(header, digests=digests).sealed().encode())


def load(path: PathLike, *, mmap: bool = False) -> Contents:
    """Read and verify a native file.

    Parameters
    ----------
    path : str or os.PathLike
        A local file.
    mmap : bool
        Map ``vectors`` and ``output`` read-only instead of copying them. They are verified all the same, once, now. If
        someone truncates the file later, the system ends the process (SIGBUS), so map only files of your own;
        `save` never truncates, it replaces.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    UnsafeFormatError
        If the file is a pickle.
    FormatError
        If a single bit is not as it was written, or the file was never one of ours.
    MemoryLimitError
        If the file does not fit into memory.
    """
    with open_input(path, decompress=False) as source:
        header = read_header(source)
        mapped = memory_map.mmap(source.stream.fileno(), 0, access=memory_map.ACCESS_READ) if mmap else None
        arrays = {}
        offset = source.stream.tell()
        for tensor in header.tensors:
            arrays[tensor.name] = _read_tensor(source, tensor, offset, mapped)
            if hashlib.sha256(arrays[tensor.name].reshape(-1).data).hexdigest() != header.digests[tensor.name]:
                raise FormatError(f"{source.name}: {tensor.name} is damaged: its SHA-256 is not as it was written")
            offset += tensor.nbytes
        words = _unpack(source.name, arrays["words"], arrays["word_offsets"])
        metadata = json.loads(header.metadata)
        attributes = {name: arrays[ATTRIBUTE + name] for name in header.attributes}
        contents = Contents(words, arrays["vectors"], arrays.get("counts"), arrays.get("output"), metadata, attributes)
        _check_loaded(source.name, contents)
    return contents


def is_native(path: PathLike) -> bool:
    """Whether a file begins as native files do, whatever it is called; whether it is sound, only `load` can tell.

    Raises
    ------
    FileNotFoundError, UnsafeFormatError, FormatError
        If there is no such file, or it is a pickle, a directory or a device.
    """
    with open_input(path, decompress=False) as source:
        return looks_native(source.stream.read(9))


def read_metadata(path: PathLike) -> dict[str, Any]:
    """Read what a native file says about itself, in time that does not depend on its size.

    The header is verified, and so is the size of the file, but no tensor is.

    Returns
    -------
    dict
        ``schema`` (str), ``words`` and ``dim`` (int), ``dtype`` (str, of the vectors), ``counts`` and ``output`` (bool:
        are they there?), ``attributes`` (list of str), ``metadata`` (dict, as it was given to `save`).

    Raises
    ------
    FileNotFoundError, UnsafeFormatError, FormatError
        As `load`.
    """
    with open_input(path, decompress=False) as source:
        header = read_header(source)
    return {
        "schema": SCHEMA,
        "words": header.words,
        "dim": header.dim,
        "dtype": DTYPES[header.dtype].name,
        "counts": header.counts,
        "output": header.output,
        "attributes": sorted(header.attributes),
        "metadata": json.loads(header.metadata),
    }


def _code(name: str, values: NDArray[Any]) -> str:
    """Return safetensors' name of an attribute's dtype; refuse a name that no file can hold."""
    if not name.isprintable():  # nor are lone surrogates
        raise FormatError(f"the attribute {name!r} cannot be saved: its name is not printable")
    dtype = values.dtype.newbyteorder("<")
    return next(code for code, known in DTYPES.items() if known == dtype)


def _pack(words: list[str]) -> tuple[bytes, NDArray[np.int64]]:
    encoded = []
    for row, word in enumerate(words):
        try:
            encoded.append(word.encode())
        except UnicodeEncodeError as error:
            raise FormatError(f"word {row} is {word!r}, which has no UTF-8 form: {error.reason}") from error
    offsets = np.zeros(len(words) + 1, DTYPES["I64"])
    np.cumsum([len(word) for word in encoded], out=offsets[1:])
    return b"".join(encoded), offsets


def _unpack(file: str, blob: NDArray[Any], offsets: NDArray[Any]) -> list[str]:
    if offsets[0] != 0 or offsets[-1] != len(blob) or (offsets[1:] < offsets[:-1]).any():
        raise FormatError(f"{file}: word_offsets do not rise from 0 to {len(blob)}")
    data = blob.tobytes()
    try:
        return [data[start:end].decode() for start, end in pairwise(offsets.tolist())]
    except UnicodeDecodeError as error:
        raise FormatError(f"{file}: a word is not UTF-8: {error}") from error


def _read_tensor(source: Input, tensor: Tensor, offset: int, mapped: memory_map.mmap | None) -> NDArray[Any]:
    """Read one tensor, or map it if it is a matrix. The size of the file has vouched for that of the tensor."""
    dtype = DTYPES[tensor.dtype]
    if mapped is not None and len(tensor.shape) == 2:
        return np.frombuffer(mapped, dtype, math.prod(tensor.shape), offset).reshape(tensor.shape)
    array: NDArray[Any] = np.empty(tensor.shape, dtype)
    source.stream.seek(offset)
    if source.stream.readinto(array.reshape(-1).view(np.uint8).data) != tensor.nbytes:
        raise FormatError(f"{source.name}: became shorter while it was read")
    return array


def _check_loaded(file: str, contents: Contents) -> None:
    """Check what digests cannot know: that whoever computed them began with sound contents."""
    try:
        check_contents(contents)
        for matrix in (contents.vectors, contents.output):
            if matrix is not None:
                for _ in finite_blocks(matrix, matrix.dtype, "vectors" if matrix is contents.vectors else "output"):
                    pass
    except FormatError as error:
        raise FormatError(f"{file}: {error}") from error
