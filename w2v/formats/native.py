"""The native format: a safetensors file with digests, which plain safetensors files lack.

Any safetensors reader can open it. Layout, all little-endian, without gaps:

    8 bytes         length of the header
    header          JSON, ASCII, padded with spaces to a multiple of 8
    attribute.NAME  I64 (V,)         any number of them, also F64, and F32 before output
    counts          I64 (V,)         optional
    word_offsets    I64 (V + 1,)     word i is words[word_offsets[i]:word_offsets[i + 1]]
    output          F32 (V, d)       optional
    scales          F32 (V,)         only if the vectors are I8: row i is vectors[i] * scales[i]
    vectors         F32, F16 or, after the words, I8 (V, d)
    words           U8 (bytes,)      UTF-8, nothing between the words

``__metadata__`` holds the schema, the metadata of the contents as JSON, the SHA-256 of every tensor, and the SHA-256 of the
length and the header (computed with this digest itself set to zeros). Equal contents give equal bytes, and a damaged file is
never accepted.
"""

import hashlib
import json
import math
import mmap as memory_map
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import accumulate
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from w2v._rows import decode_words
from w2v.annotations import checked
from w2v.atomic_files import PathLike, atomic_write
from w2v.errors import FormatError
from w2v.formats.contents import (
    Contents,
    check_contents,
    check_finite,
    check_shapes,
    check_words,
    finite_blocks,
    index_words,
)
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
from w2v.formats.streams import PARQUET, Input, open_input

Found = TypeVar("Found")


def save(path: PathLike, contents: Contents) -> None:
    """Write ``contents`` to ``path`` atomically.

    Equal contents give equal bytes. Each matrix is read once, block by block, and its digest is computed while it is
    written, so rows may be strided and no copy of a matrix is made.

    Raises
    ------
    FormatError
        If the contents are inconsistent, contain a NaN, an infinity or a lone surrogate, or their metadata is not JSON or
        too large for a header (1 MiB).
    OutputError
        If the file cannot be written; an existing file is then unchanged.
    """
    check_contents(contents)
    blob, offsets = _pack(contents.words)
    header = Header(
        words=len(contents.words),
        dim=contents.vectors.shape[1],
        dtype={1: "I8", 2: "F16", 4: "F32"}[contents.vectors.dtype.itemsize],
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
    if contents.scales is not None:
        blocks["scales"] = [np.ascontiguousarray(contents.scales, DTYPES["F32"])]
    for name, values in contents.attributes.items():
        blocks[ATTRIBUTE + name] = [np.ascontiguousarray(values, DTYPES[header.attributes[name]])]
    placeholder = header.encode()
    with atomic_write(path) as stream:
        if not stream.seekable():
            raise FormatError(
                f"cannot write {path}: it is a pipe, but the digests at the start of the file are known only at its end; "
                "write to a regular file"
            )
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
        Map ``vectors`` and ``output`` into memory, read-only, instead of copying them. They are still verified once, now.
        If another program truncates the file later, the system kills the process (SIGBUS), so map only files that you
        control; `save` never truncates a file, it replaces it.

    Returns
    -------
    Contents

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    UnsafeFormatError
        If the file is a pickle.
    FormatError
        If the file is not a native file, or a single bit of it changed since it was written.
    MemoryLimitError
        If the file does not fit into memory.
    """
    return _load(path, mmap, check_words)[0]


def load_indexed(path: PathLike, *, mmap: bool = False) -> tuple[Contents, dict[str, int]]:
    """Read and verify a native file as `load` does; return also the row of each word, found while matrices are verified."""
    return _load(path, mmap, index_words)


def _load(path: PathLike, mmap: bool, examine: Callable[[list[str]], Found]) -> tuple[Contents, Found]:
    """Return the contents, and what ``examine`` finds in the words.

    The digest of a matrix takes longest, and threads cannot share it: one reads and verifies the matrix, in few calls that
    all release the GIL, while this one makes and examines the words.
    """
    with open_input(path, decompress=False) as source, ThreadPoolExecutor(2) as pool:
        header = read_header(source)
        mapped = memory_map.mmap(source.stream.fileno(), 0, access=memory_map.ACCESS_READ) if mmap else None
        places = accumulate((tensor.nbytes for tensor in header.tensors), initial=source.stream.tell())
        placed = list(zip(header.tensors, places, strict=False))
        read = partial(_read_verified, source, mapped, Lock(), header.digests)
        arrays = {tensor.name: read(tensor, place) for tensor, place in placed if len(tensor.shape) == 1}
        matrices = {tensor.name: pool.submit(read, tensor, place) for tensor, place in placed if len(tensor.shape) == 2}
        words = _unpack(source.name, arrays["words"], arrays["word_offsets"])
        with _naming(source.name):
            found = examine(words)
        arrays |= {name: matrix.result() for name, matrix in matrices.items()}
        return _contents(source.name, header, words, arrays), found


def _contents(file: str, header: Header, words: list[str], arrays: dict[str, NDArray[Any]]) -> Contents:
    """Return the tensors as contents, checked: matching digests do not guarantee that valid data was written."""
    attributes = {name: arrays[ATTRIBUTE + name] for name in header.attributes}
    vectors = arrays["vectors"]
    if "scales" in arrays:
        vectors = vectors * arrays["scales"][:, np.newaxis]
        _require_finite(file, "vectors", vectors)
    metadata = json.loads(header.metadata)
    contents = Contents(words, vectors, arrays.get("counts"), arrays.get("output"), metadata, attributes)
    with _naming(file):
        check_shapes(contents)
    return contents


@contextmanager
def _naming(path: PathLike) -> Iterator[None]:
    """Begin the message of a FormatError with the name of the file."""
    try:
        yield
    except FormatError as error:
        raise FormatError(f"{os.fsdecode(path)}: {error}") from error


@checked
def is_native(path: PathLike) -> bool:
    """Whether a file begins like a native file, regardless of its name; only `load` verifies that it is intact.

    Raises
    ------
    ArgumentError, ConfigError
        If it is not a path, or cannot be one.
    FileNotFoundError, UnsafeFormatError, FormatError
        If there is no such file, or it is a pickle, a directory or a device.
    """
    with open_input(path, decompress=False, accept=PARQUET) as source:
        return looks_native(source.stream.read(9))


@checked
def read_metadata(path: PathLike) -> dict[str, Any]:
    """Read the header of a native file, in time that does not depend on the size of the file.

    The header and the size of the file are verified, the tensors are not.

    Returns
    -------
    dict
        ``schema`` (str), ``words`` and ``dim`` (int), ``dtype`` (str, of the vectors), ``counts`` and ``output`` (bool:
        whether the file has them), ``attributes`` (list of str), ``metadata`` (dict, as passed to `save`).

    Raises
    ------
    ArgumentError, ConfigError
        If it is not a path, or cannot be one.
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
    """Return the safetensors name of an attribute's dtype; raise FormatError if the attribute's name cannot be saved."""
    if not name.isprintable():  # lone surrogates are not printable either
        raise FormatError(f"the name of an attribute must be printable: got {name!r}")
    dtype = values.dtype.newbyteorder("<")
    return next(code for code, known in DTYPES.items() if known == dtype)


def _pack(words: list[str]) -> tuple[bytes, NDArray[np.int64]]:
    encoded = []
    for row, word in enumerate(words):
        try:
            encoded.append(word.encode())
        except UnicodeEncodeError as error:
            raise FormatError(f"word {row} must be encodable as UTF-8: got {word!r}, {error.reason}") from error
    offsets = np.zeros(len(words) + 1, DTYPES["I64"])
    np.cumsum([len(word) for word in encoded], out=offsets[1:])
    return b"".join(encoded), offsets


def _unpack(file: str, blob: NDArray[Any], offsets: NDArray[Any]) -> list[str]:
    try:
        return decode_words(blob.tobytes(), offsets.astype(np.int64, copy=False))
    except UnicodeDecodeError as error:
        raise FormatError(f"cannot read {file}: a word is not UTF-8: {error}") from error
    except ValueError:
        raise FormatError(
            f"{file}: word_offsets must increase from 0 to {len(blob)}: got {offsets[0]} to {offsets[-1]}"
        ) from None


def _read_verified(
    source: Input, mapped: memory_map.mmap | None, turn: Lock, digests: dict[str, str], tensor: Tensor, place: int
) -> NDArray[Any]:
    """Read one tensor, or map it if it is a matrix; raise FormatError if it does not have its digest or is not finite.

    `read_header` has checked its size against that of the file. Threads take turns with the stream.
    """
    array: NDArray[Any]
    if mapped is not None and len(tensor.shape) == 2:
        array = np.frombuffer(mapped, DTYPES[tensor.dtype], math.prod(tensor.shape), place).reshape(tensor.shape)
    else:
        array = np.empty(tensor.shape, DTYPES[tensor.dtype])
        with turn:
            source.stream.seek(place)
            if source.stream.readinto(array.reshape(-1).view(np.uint8).data) != tensor.nbytes:
                raise FormatError(f"cannot read {source.name}: it became shorter while it was read")
    if hashlib.sha256(array.reshape(-1).data).hexdigest() != digests[tensor.name]:
        raise FormatError(f"cannot read {source.name}: {tensor.name} is damaged: its SHA-256 does not match")
    if array.ndim == 2 and array.dtype.kind == "f":
        _require_finite(source.name, tensor.name, array)
    return array


def _require_finite(file: str, name: str, matrix: NDArray[Any]) -> None:
    with _naming(file):
        check_finite(matrix, name)
