"""The header of a native file: its fields, its canonical encoding, and its verification.

A header is accepted only if encoding its fields again gives the same bytes. This single comparison rejects duplicate and
unknown keys, gaps, overlaps, other spellings of a number or a string, and wrong padding.
"""

import hashlib
import json
import math
import struct
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from w2v.arguments import shown
from w2v.errors import FormatError
from w2v.formats.streams import Input
from w2v.json_values import require_shallow

SCHEMA = "w2v 1"
# Parsed JSON may take twenty times its length in memory, and it has to be parsed before it can be verified.
MAX_HEADER_BYTES = 1 << 20
DTYPES: dict[str, np.dtype[Any]] = {
    "I64": np.dtype("<i8"),
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "U8": np.dtype("u1"),
    "I8": np.dtype("i1"),
}
ATTRIBUTE = "attribute."
"""Prefix of the names of tensors that hold an attribute."""
_LENGTH = struct.Struct("<Q")
_ZEROS = "0" * 64  # placeholder for a SHA-256 that is not known yet


@dataclass(frozen=True)
class Tensor:
    """Name, safetensors dtype and shape of one tensor."""

    name: str
    dtype: str
    shape: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """Size in the file, in bytes."""
        return math.prod(self.shape) * DTYPES[self.dtype].itemsize


@dataclass(frozen=True)
class Header:
    """The fields of a header.

    Attributes
    ----------
    words, dim : int
        Shape of the matrices.
    dtype : str
        Type of the vectors: F32, F16, or I8 with one scale per row.
    blob : int
        Bytes of all words together.
    counts, output : bool
        Whether the file has these tensors.
    attributes : dict of str to str
        Dtypes of the attributes, by name.
    metadata : str
        Canonical JSON of an object.
    digests : dict of str to str
        SHA-256 in hexadecimal, by tensor name; that of length and header under ``header``.
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
        """The tensors in file order, as in safetensors: widest dtype first (so that all are aligned), then by name."""
        tensors = [
            Tensor("counts", "I64", (self.words,)),
            Tensor("word_offsets", "I64", (self.words + 1,)),
            Tensor("output", "F32", (self.words, self.dim)),
            Tensor("scales", "F32", (self.words,)),
            Tensor("vectors", self.dtype, (self.words, self.dim)),
            Tensor("words", "U8", (self.blob,)),
            *(Tensor(ATTRIBUTE + name, dtype, (self.words,)) for name, dtype in self.attributes.items()),
        ]
        absent = {"counts": not self.counts, "output": not self.output, "scales": self.dtype != "I8"}
        order = list(DTYPES)
        return sorted(
            (tensor for tensor in tensors if not absent.get(tensor.name)),
            key=lambda tensor: (order.index(tensor.dtype), tensor.name),
        )

    def encode(self) -> bytes:
        """Return length and header, the bytes before the first tensor; their number does not depend on the digests."""
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
            raise FormatError(
                f"the header must be at most {MAX_HEADER_BYTES} bytes: got {len(text)}; shorten the metadata"
            )
        return _LENGTH.pack(len(text)) + text

    def sealed(self) -> "Header":
        """Return the header with its own digest, which is computed with that digest set to zeros."""
        unsealed = replace(self, digests={**self.digests, "header": _ZEROS})
        return replace(self, digests={**self.digests, "header": hashlib.sha256(unsealed.encode()).hexdigest()})


def read_header(source: Input) -> Header:
    """Read and verify a header and the size of the file; leave the stream at the first tensor.

    Raises
    ------
    FormatError
        If the header is not exactly as w2v writes it, or the file does not have the size that follows from it.
    """
    size = source.size or 0  # unknown if the stream is being decompressed: then it is not a native file
    prefix = source.stream.read(_LENGTH.size)
    length = _LENGTH.unpack(prefix)[0] if len(prefix) == _LENGTH.size else 0
    if not 0 < length <= min(MAX_HEADER_BYTES, size - _LENGTH.size):
        raise FormatError(
            f"cannot read {source.name}: it is not a native w2v file, or it is truncated: it has {size} bytes, but its "
            f"header claims to have {length}"
        )
    raw = source.stream.read(length)
    _refuse_other(source.name, raw)
    try:
        header = _decode(raw)
        intact = header.encode() == prefix + raw and header.sealed() == header
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise FormatError(
            f"cannot read {source.name}: it is not a native w2v file, or it is damaged: {error!r:.200}"
        ) from error
    if not intact:
        raise FormatError(f"cannot read {source.name}: the header is damaged: its form or its SHA-256 does not match")
    expected = len(prefix) + length + sum(tensor.nbytes for tensor in header.tensors)
    if size != expected:
        raise FormatError(f"{source.name} must be {expected} bytes, as its header says: got {size}")
    return header


def _refuse_other(name: str, raw: bytes) -> None:
    """Raise FormatError for a safetensors file that another program wrote."""
    try:
        fields = json.loads(raw)
        tensors = [key for key in fields if key != "__metadata__"]
        is_other = "schema" not in fields.get("__metadata__", {}) and "vectors" not in tensors
    except (AttributeError, TypeError, ValueError, RecursionError):
        return  # it is damaged, which its decoder says
    if is_other:
        raise FormatError(
            f"cannot read {name}: it is a safetensors file of another program, with the tensors "
            f"{', '.join(tensors)[:100]!r}; read it with safetensors.numpy.load_file, "
            "and pass words and vectors to KeyedVectors.from_arrays"
        )


def looks_native(start: bytes) -> bool:
    """Whether nine bytes could begin a native file: an allowed header length, then a brace."""
    return len(start) == 9 and _LENGTH.unpack(start[:8])[0] <= MAX_HEADER_BYTES and start.endswith(b"{")


def _decode(raw: bytes) -> Header:
    """Parse a header; it is valid only if the result encodes to the same bytes again."""
    fields = json.loads(raw.decode("ascii"))
    about = fields["__metadata__"]
    if about["schema"] != SCHEMA or not all(isinstance(text, str) for text in about.values()):
        raise ValueError(f"schema must be {SCHEMA!r}: got {about['schema']!r}")
    metadata = json.loads(about["metadata"])
    if not isinstance(metadata, dict) or dump_json(metadata) != about["metadata"]:
        raise ValueError(f"the metadata must be a canonical JSON object: got {about['metadata']:.80}")
    require_shallow(metadata)
    (words, dim), (blob,) = fields["vectors"]["shape"], fields["words"]["shape"]
    if not all(type(size) is int and size >= least for size, least in ((words, 1), (dim, 1), (blob, 0))):
        raise ValueError(f"sizes must be positive integers: got {words!r} x {dim!r} and {blob!r}")
    dtype = fields["vectors"]["dtype"]
    if dtype not in ("F32", "F16", "I8"):
        raise ValueError(f"vectors must be F32, F16 or I8: got {dtype!r}")
    digests = {key.removeprefix("sha256."): text for key, text in about.items() if key.startswith("sha256.")}
    there = {name: name in fields for name in ("counts", "output")}
    attributes = {
        key.removeprefix(ATTRIBUTE): tensor["dtype"] for key, tensor in fields.items() if key.startswith(ATTRIBUTE)
    }
    if not set(attributes.values()) <= {"I64", "F64", "F32"}:
        raise ValueError(f"attributes must be I64, F64 or F32: got {attributes}")
    return Header(words, dim, dtype, blob, **there, attributes=attributes, metadata=about["metadata"], digests=digests)


def metadata_text(metadata: dict[str, Any]) -> str:
    """Return ``metadata`` as canonical JSON.

    Raises
    ------
    FormatError
        If reading the text would not give the same metadata (except that tuples become lists).
    """
    if not isinstance(metadata, dict):
        raise FormatError(f"the metadata must be a dict of JSON values: got {shown(metadata)}")
    try:
        require_shallow(metadata)
        text = dump_json(metadata)
        survives = _has_text_keys(metadata) and dump_json(json.loads(text)) == text
    except (TypeError, ValueError, RecursionError) as error:
        raise FormatError(f"cannot write the metadata: it is not JSON: {error}; use JSON values without NaN") from error
    if not survives:
        raise FormatError(
            "cannot write the metadata: reading it back would not give the same; "
            "use only strings as keys, and no surrogate pairs"
        )
    return text


def dump_json(value: object) -> str:
    """Return canonical JSON: ASCII, sorted keys, no spaces, no NaN."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True, allow_nan=False)


def _has_text_keys(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _has_text_keys(item) for key, item in value.items())
    return all(map(_has_text_keys, value)) if isinstance(value, list | tuple) else True
