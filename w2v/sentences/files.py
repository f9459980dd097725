"""Encoding whole files, and files of encoders."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from w2v import formats
from w2v.annotations import checked
from w2v.arguments import amount
from w2v.atomic_files import PathLike, atomic_write
from w2v.config import CUSTOM_TOKENIZER, NAMED_TOKENIZERS, RecordedTokenizer, TextOptions
from w2v.corpus.paths import is_paths
from w2v.corpus.source_files import find_sources, total_bytes
from w2v.errors import EmptyCorpusError, FormatError
from w2v.file_names import check_name
from w2v.formats.contents import Contents
from w2v.json_values import as_format_error, check
from w2v.overwriting import Named, paths_in, refuse_overwriting
from w2v.progress import make_bar
from w2v.sentences.common import Common

if TYPE_CHECKING:
    from w2v.sentences.encoder import Sentences

Encoder = TypeVar("Encoder", bound="Sentences")

WEIGHT, ENCODER = "weight", "sentences"
"""The attribute, and the key of the metadata, that make a native file that of an encoder."""
ARRAY = ".npy"
"""The extension of the vectors of a file."""
COMMON = "common"
"""Where an encoder's metadata hold what was taken away, so that `Sentences.fit` can put it back."""
TEXT = {"tokenizer": str, "errors": {"strict", "replace"}, "encoding": str}


@dataclass(frozen=True)
class EncodedFile:
    """What `Sentences.encode_file` wrote.

    Attributes
    ----------
    path : str
    sentences, dim : int
        Shape of the array.
    unknown : int
        Rows of zeros: lines without a known word.
    """

    path: str
    sentences: int
    dim: int
    unknown: int

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        unknown = f", {self.unknown:,} without a known word (zeros)" if self.unknown else ""
        return f"{self.path}: {amount(self.sentences, 'sentence')}, {amount(self.dim, 'dimension')}{unknown}"


@checked
def encode_file(model: "Sentences", text: Any, output: PathLike, progress: bool | None = None) -> EncodedFile:
    """Write the vector of each line of text files to an array on disk (.npy), in memory that does not grow.

    Parameters
    ----------
    text : path, list of paths, or iterable of str
    output : path
        ``numpy.load(output, mmap_mode="r")`` maps it into memory. It appears complete or not at all.
    progress : bool, optional
        Show a progress bar; by default only in a terminal.

    Returns
    -------
    EncodedFile
        Numbers of lines, and of those without a known word.

    Raises
    ------
    ConfigError
        If the output is one of the text's files, or in one of its folders.
    CorpusError
        If the text cannot be read, or if files have no line.
    FormatError
        If the extension of the output belongs to another format.
    OutputError
        If the file cannot be written; an existing file is then unchanged.
    """
    check_name(output, ARRAY)
    files, dim = is_paths(text, model.text), model.vector_size
    refuse_overwriting([Named("output", output)], paths_in("text", text) if files else [])
    written = unknown = 0
    with (
        make_bar(
            total=total_bytes(find_sources(text)) if files else None,
            unit="B" if files else " sentences",
            unit_scale=True,
            desc="encode",
            disable=None if progress is None else not progress,
        ) as bar,
        atomic_write(output) as stream,
    ):
        if not stream.seekable():
            raise FormatError(
                f"cannot write {output}: it is a pipe, but the number of sentences, at the start of the file, is known only "
                "at its end; write to a regular file"
            )
        place = _write_header(stream, 0, dim)
        for bags in model._reader.parts(text, bar.update):
            vectors = model.encode_bags(bags)
            stream.write(vectors.data)
            written += len(vectors)
            unknown += int((~vectors.any(axis=1)).sum())
            if not files:
                bar.update(len(bags))
        if files and not written:  # nor is a file replaced by nothing
            raise EmptyCorpusError(
                f"{' and '.join(find_sources(text))} must contain text: got none; use a different text"
            )
        stream.seek(0)
        if _write_header(stream, written, dim) != place:
            raise FormatError(f"cannot write {output}: the header of {written} rows is longer than that of none")
    return EncodedFile(str(output), written, dim, unknown)


def _write_header(stream: Any, rows: int, dim: int) -> int:
    """Write the header of a .npy file, whose length does not depend on the number of rows; return where it ends."""
    np.lib.format.write_array_header_1_0(stream, {"descr": "<f4", "fortran_order": False, "shape": (rows, dim)})
    return int(stream.tell())


@checked
def save(model: "Sentences", path: PathLike) -> None:
    """Write the encoder as a native file, atomically; `KeyedVectors.load` reads its vectors of words too.

    Raises
    ------
    FormatError
        If a vector is not finite, or the extension belongs to another format.
    OutputError
        If the file cannot be written; an existing file is then unchanged.
    """
    formats.check_native_name(path)
    metadata = {ENCODER: model.metadata | {COMMON: model._common.to_dict()}, "text": model.text.to_dict()}
    contents = Contents(
        model.words,
        np.ascontiguousarray(model.vectors, np.float32),
        model.counts,
        metadata=metadata,
        attributes={WEIGHT: model.weights},
    )
    formats.save(path, contents, format="native")


def load(kind: type[Encoder], path: PathLike, text: TextOptions | None) -> Encoder:
    """Read an encoder."""
    contents = formats.load(path)
    made = contents.metadata.get(ENCODER)
    weights = contents.attributes.get(WEIGHT)
    if not isinstance(made, dict) or weights is None:
        raise FormatError(
            f"{path} must be a file of Sentences.save: got vectors of words; make an encoder with "
            "Sentences(KeyedVectors.load(path))"
        )
    if not (np.isfinite(weights) & (weights >= 0)).all() or not weights.any():
        raise FormatError(f"{path} must have finite weights of at least 0, and one above 0: got others")
    made = {"weights": "given", **made}
    with as_format_error(str(path)):
        text = text or _text(contents.metadata.get("text"))
        common = made.pop(COMMON, None)
        known = None if common is None else Common.from_dict(common, contents.vectors.shape[1])
    encoder = kind.__new__(kind)
    vectors = np.asarray(contents.vectors, np.float32)
    encoder._set(contents.words, contents.counts, vectors, np.asarray(weights, np.float32), text, made)
    if known is not None:
        encoder._common, encoder._start = known, known.restored(vectors)
    elif encoder._by_components:  # a file of an earlier version
        encoder._start = None
    return encoder


def _text(recorded: Any) -> TextOptions:
    """Return the options that an encoder was saved with; raise ValueError if they are none."""
    known = check(recorded, TEXT, "text")
    column = check(known.get("column"), (str, None), "text.column")
    name = known["tokenizer"]
    tokenizer = name if name in (*NAMED_TOKENIZERS, CUSTOM_TOKENIZER) else RecordedTokenizer(name)
    return TextOptions(tokenizer, known["errors"], encoding=known["encoding"], column=column)
