"""`load` and `save` for all formats, chosen by the extension of the file."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from w2v.annotations import checked
from w2v.atomic_files import PathLike
from w2v.compression import OPENERS
from w2v.errors import FormatError, UnsafeFormatError
from w2v.extras import pyarrow
from w2v.file_names import check_name
from w2v.formats import native, parquet, word2vec
from w2v.formats.contents import Contents
from w2v.formats.streams import CONVERT


@dataclass(frozen=True)
class Format:
    """The extensions of a format, and its functions to load (which takes ``strict``), to save, and to find what it holds."""

    extensions: tuple[str, ...]
    load: Callable[..., Contents]
    save: Callable[[PathLike, Contents], None]
    rows: Callable[[list[str]], Sequence[int]]


def _word2vec(extensions: tuple[str, ...], *, binary: bool) -> Format:
    compressed = tuple(extension + compression for extension in extensions for compression in OPENERS)
    return Format(
        extensions + compressed,
        partial(_load_word2vec, binary=binary),
        partial(word2vec.save_word2vec, binary=binary),
        partial(word2vec.storable_rows, binary=binary),
    )


def _load_word2vec(path: PathLike, *, binary: bool, strict: bool) -> Contents:
    # In a binary file, undecodable bytes are usually parts of vectors, except at the end of a word.
    errors = "strict" if strict else "cut" if binary else "replace"
    return word2vec.load_word2vec(path, binary=binary, strict=strict, errors=errors)


def _load_native(path: PathLike, *, strict: bool) -> Contents:
    return native.load(path)  # its digests leave nothing to be lenient about


def _load_parquet(path: PathLike, *, strict: bool) -> Contents:
    return parquet.load(path)  # its types leave nothing to be lenient about


def _all_rows(words: list[str]) -> range:
    return range(len(words))


FORMATS = {
    "native": Format((".safetensors",), _load_native, native.save, _all_rows),
    "parquet": Format((".parquet",), _load_parquet, parquet.save, _all_rows),
    "binary": _word2vec((".bin",), binary=True),
    "text": _word2vec((".txt", ".vec", ".w2v"), binary=False),
}
EXTENSIONS = ".safetensors, .parquet, .bin, .txt, .vec, .w2v (the last four also followed by .gz, .bz2, .xz or .zst)"
# Extensions that gensim, numpy, joblib and torch use for files that are, or may contain, pickles.
_PICKLES = (".model", ".kv", ".npy", ".npz", ".pkl", ".pickle", ".joblib", ".pt", ".pth")


@checked
def load(path: PathLike, format: str | None = None, *, strict: bool = True) -> Contents:
    """Read word vectors.

    Parameters
    ----------
    path : str or os.PathLike
        A local file.
    format : {"native", "parquet", "binary", "text"}, optional
        By default, a file that begins like a native file or like Parquet is read as one, regardless of its name. Otherwise
        the extension decides: ``.safetensors`` is the native format, ``.parquet`` Parquet (extra "arrow"), ``.bin`` word2vec
        binary, and ``.txt``, ``.vec`` and ``.w2v`` are word2vec, fastText or GloVe text. Binary and text files may be
        compressed (``.gz``, ``.bz2``, ``.xz``, ``.zst``).
    strict : bool
        Reject ambiguous files in word2vec's formats. If false, read them as `load_word2vec` does with ``strict=False``,
        replace undecodable bytes of words by U+FFFD (in a binary file, only at the end of a word), and count all repairs in
        ``metadata["repairs"]``.

    Returns
    -------
    Contents

    Raises
    ------
    MemoryLimitError
        If the vectors do not fit into memory.
    ArgumentError
        If an argument has another type.
    FileNotFoundError
        If there is no such file.
    UnsafeFormatError
        If the file is or may be a pickle; it is not loaded.
    FormatError
        If the format is unknown, or the file is not in that format; content of another kind (an archive, an HTML page) is
        named.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(f"{folder}/v.txt", Contents(["a", "b"], np.eye(2, dtype=np.float32)))
    ...     load(f"{folder}/v.txt").words
    ['a', 'b']
    """
    if format is None and parquet.is_parquet(path):
        return parquet.load(path)
    if format is None and native.is_native(path):  # raises UnsafeFormatError for a pickle, regardless of its extension
        return native.load(path)
    if format is None and os.fsdecode(path).lower().endswith(_PICKLES):
        name = os.fsdecode(path)
        raise UnsafeFormatError(
            f"cannot read {name}: by its extension it may be a pickle, which can run code when it is loaded; in gensim, "
            f"export it with save_word2vec_format; {CONVERT.format(name)}"
        )
    return _find(path, format).load(path, strict=strict)


@checked
def save(path: PathLike, contents: Contents, format: str | None = None) -> None:
    """Write word vectors atomically.

    Parameters
    ----------
    path : str or os.PathLike
        A local file.
    contents : Contents
        The data to write. Only the native format keeps all of it; Parquet keeps all but the output matrix, as float32.
    format : {"native", "parquet", "binary", "text"}, optional
        By default determined by the extension.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    FormatError
        If the format is unknown, or cannot represent the contents.
    OutputError
        If the file cannot be written; an existing file is then unchanged.
    """
    _find(path, format).save(path, contents)


@checked
def storable_part(path: PathLike, contents: Contents) -> Contents:
    """Return the contents without the words that the format of this path cannot hold, such as words with spaces in text.

    Raises
    ------
    ArgumentError, ConfigError
        If it is not a path, or cannot be one.
    FormatError
        If the extension names no format.

    Examples
    --------
    >>> import numpy as np
    >>> storable_part("v.txt", Contents(["a", "b c"], np.eye(2, dtype=np.float32))).words
    ['a']
    """
    rows = list(_find(path, None).rows(contents.words))
    if len(rows) == len(contents.words):
        return contents
    counts = None if contents.counts is None else contents.counts[rows]
    return replace(
        contents,
        words=[contents.words[row] for row in rows],
        vectors=contents.vectors[rows],
        counts=counts,
        output=None,
        attributes={},
    )


@checked
def has_format(path: PathLike) -> bool:
    """Whether the extension of this path names a format that `save` can write.

    Raises
    ------
    ArgumentError, ConfigError
        If it is not a path, or cannot be one.
    """
    return os.fsdecode(path).lower().endswith(tuple(e for format in FORMATS.values() for e in format.extensions))


@checked
def check_native_name(path: PathLike) -> None:
    """Raise FormatError if a native file under this name would deceive: its extension is that of another kind of file.

    Raises
    ------
    ArgumentError, ConfigError
        If it is not a path, or cannot be one.
    FormatError
        If it is.

    Examples
    --------
    >>> check_native_name("vectors.kv")
    """
    check_name(path, ".safetensors")


@checked
def check_format(path: PathLike) -> None:
    """Raise now what `save` would raise because of the extension of this path.

    Raises
    ------
    ArgumentError, ConfigError
        If it is not a path, or cannot be one.
    FormatError
        If there is no such format.
    MissingExtraError
        If pyarrow is not installed, for a ``.parquet`` file.
    """
    if _find(path, None) is FORMATS["parquet"]:
        pyarrow()


def _find(path: PathLike, name: str | None) -> Format:
    """Return the format with this name; without one, the format that the extension of the path names."""
    if name is not None:
        if name not in FORMATS:
            raise FormatError(f"format must be one of {', '.join(FORMATS)}: got {name!r}")
        return FORMATS[name]
    file = os.fsdecode(path)
    lowered = file.lower()
    for format in FORMATS.values():
        if lowered.endswith(format.extensions):
            return format
    raise FormatError(_unknown(file))


def _unknown(file: str) -> str:
    return f"the extension of {file} must be one of {EXTENSIONS}: got {os.path.splitext(file)[1] or 'none'}"
