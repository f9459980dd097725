"""The header of a native file: what it says, its one form, and how it is verified.

A header is accepted only if writing what it says gives the same bytes again. That one comparison refuses duplicate and
unknown keys, gaps, overlaps, other spellings of a number or a string, and padding that is not the padding.
"""

import hashlib
import json
import math
import struct
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from w2v.errors import FormatError
from w2v.formats.streams import Input

SCHEMA = "w2v 1"
# JSON may take twenty times its length in memory, and it has to be parsed before anything vouches for it.
MAX_HEADER_BYTES = 1 << 20
DTYPES: dict[str, np.dtype[Any]] = {
    "I64": np.dtype("<i8"),
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "U8": np.dtype("u1"),
}
ATTRIBUTE = "attribute."
"""What the names of tensors begin with that hold an attribute."""
_LENGTH = struct.Struct("<Q")
_ZEROS = "0" * 64  # stands in for a SHA-256 that is not known yet


@dataclass(frozen=True)
class Tensor:
    """Name, safetensors dtype and shape of one tensor."""

    name: str
    dtype: str
    shape: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """Size in the file."""
        return math.prod(self.shape) * DTYPES[self.dtype].itemsize


@dataclass(frozen=True)
class Header:
    """All that a header says.

    Attributes
    ----------
    words, dim : int
        Shape of the matrices.
    dtype : str
        Of the vectors: F32 or F16.
    blob : int
        Bytes of all words together.
    counts, output : bool
        Whether these tensors are there.
    attributes : dict of str to str
        Dtypes of the attributes, by name.
    metadata : str
        Canonical JSON of an object.
    digests : dict of str to str
        SHA-256 in hexadecimal, by tensor name, and of length and header under ``header``.
    """

    words: int
    dim: int
    dtype: str
    blob: int
    counts: bool
    output: bool
    attributes: dict[str, str]
    metadata: str
    digests: dict[str, str]

    @property
    def tensors(self) -> list[Tensor]:
        """The tensors in file order, which is safetensors' own: widest dtype first, so all stay aligned, then by name."""
        tensors = [
            Tensor("counts", "I64", (self.words,)),
            Tensor("word_offsets", "I64", (self.words + 1,)),
            Tensor("output", "F32", (self.words, self.dim)),
            Tensor("vectors", self.dtype, (self.words, self.dim)),
            Tensor("words", "U8", (self.blob,)),
            *(Tensor(ATTRIBUTE + name, dtype, (self.words,)) for name, dtype in self.attributes.items()),
        ]
        absent = {"counts": not self.counts, "output": not self.output}
        order = list(DTYPES)
        return sorted(
            (tensor for tensor in tensors if not absent.get(tensor.name)),
            key=lambda tensor: (order.index(tensor.dtype), tensor.name),
        )

    def encode(self) -> bytes:
        """Return length and header: what comes before the first tensor. Its size does not depend on the digests."""
        names = [*(tensor.name for tensor in self.tensors), "header"]
        digests = {f"sha256.{name}": self.digests.get(name, _ZEROS) for name in names}
        fields: dict[str, Any] = {"__metadata__": {"schema": SCHEMA, "metadata": self.metadata, **digests}}
        end = 0
        for tensor in self.tensors:
            start, end = end, end + tensor.nbytes
            fields[tensor.name] = {"dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": [start, end]}
        text = json.dumps(fields, separators=(",", ":")).encode("ascii")
        text += b" " * (-len(text) % 8)
        if len(text) > MAX_HEADER_BYTES:
            raise FormatError(f"the metadata makes a header of {len(text)} bytes; allowed: {MAX_HEADER_BYTES}")
        return _LENGTH.pack(len(text)) + text

    def sealed(self) -> "Header":
        """Return the header with its own digest, in whose computation that digest is zeros."""
        unsealed = replace(self, digests={**self.digests, "header": _ZEROS})
        return replace(self, digests={**self.digests, "header": hashlib.sha256(unsealed.encode()).hexdigest()})


def read_header(source: Input) -> Header:
    """Read and verify a header and the size of the file; leave the stream at the first tensor.

    Raises
    ------
    FormatError
        If the file is not exactly as long as its header says, or the header not exactly as w2v writes it.
    """
    size = source.size or 0  # of what is decompressed on the way no size is known, and it is no native file
    prefix = source.stream.read(_LENGTH.size)
    length = _LENGTH.unpack(prefix)[0] if len(prefix) == _LENGTH.size else 0
    if not 0 < length <= min(MAX_HEADER_BYTES, size - _LENGTH.size):
        raise FormatError(f"{source.name}: is no native w2v file, or is cut: {size} bytes, {length} of header")
    raw = source.stream.read(length)
    try:
        header = _decode(raw)
        intact = header.encode() == prefix + raw and header.sealed() == header
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise FormatError(f"{source.name}: is no native w2v file, or is damaged: {error!r:.200}") from error
    if not intact:
        raise FormatError(f"{source.name}: the header is damaged: its form or its SHA-256 is not as it was written")
    expected = len(prefix) + length + sum(tensor.nbytes for tensor in header.tensors)
    if size != expected:
        raise FormatError(f"{source.name}: is {size} bytes; its header says {expected}")
    return header


def looks_native(start: bytes) -> bool:
    """Whether nine bytes could begin a native file: the length of a header of allowed size, and a brace."""
    return len(start) == 9 and _LENGTH.unpack(start[:8])[0] <= MAX_HEADER_BYTES and start.endswith(b"{")


def _decode(raw: bytes) -> Header:
    """Take the facts out of a header; it is sound only if they encode to the same bytes again."""
    fields = json.loads(raw.decode("ascii"))
    about = fields["__metadata__"]
    if about["schema"] != SCHEMA or not all(isinstance(text, str) for text in about.values()):
        raise ValueError(f"schema {about['schema']!r}; allowed: {SCHEMA!r}")
    metadata = json.loads(about["metadata"])
    if not isinstance(metadata, dict) or dump_json(metadata) != about["metadata"]:
        raise ValueError("the metadata is not a canonical JSON object")
    (words, dim), (blob,) = fields["vectors"]["shape"], fields["words"]["shape"]
    if not all(type(size) is int and size >= least for size, least in ((words, 1), (dim, 1), (blob, 0))):
        raise ValueError(f"shapes {words!r} x {dim!r} and {blob!r}")
    dtype = fields["vectors"]["dtype"]
    if dtype not in ("F32", "F16"):
        raise ValueError(f"vectors of dtype {dtype!r}; allowed: F32, F16")
    digests = {key.removeprefix("sha256."): text for key, text in about.items() if key.startswith("sha256.")}
    there = {name: name in fields for name in ("counts", "output")}
    attributes = {
        key.removeprefix(ATTRIBUTE): tensor["dtype"] for key, tensor in fields.items() if key.startswith(ATTRIBUTE)
    }
    if not set(attributes.values()) <= {"I64", "F64", "F32"}:
        raise ValueError(f"attributes of dtypes {attributes}; allowed: I64, F64, F32")
    return Header(words, dim, dtype, blob, **there, attributes=attributes, metadata=about["metadata"], digests=digests)


def metadata_text(metadata: dict[str, Any]) -> str:
    """Return the one JSON text of ``metadata``.

    Raises
    ------
    FormatError
        If reading the text would not give the metadata back (tuples excepted, which come back as lists).
    """
    try:
        text = dump_json(metadata)
        survives = _has_text_keys(metadata) and dump_json(json.loads(text)) == text
    except (TypeError, ValueError, RecursionError) as error:
        raise FormatError(f"the metadata is not JSON: {error}; allowed: JSON values, without NaN") from error
    if not survives:
        raise FormatError(
            "the metadata would not survive JSON; allowed: keys that are strings, without surrogate pairs"
        )
    return text


def dump_json(value: object) -> str:
    """Return canonical JSON: ASCII, sorted keys, no spaces, no NaN."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True, allow_nan=False)


def _has_text_keys(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _has_text_keys(item) for key, item in value.items())
    return all(map(_has_text_keys, value)) if isinstance(value, list | tuple) else True
