"""Which format a file is in, by its extension."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from w2v.atomic_files import PathLike
from w2v.errors import FormatError, UnsafeFormatError
from w2v.formats import native, word2vec
from w2v.formats.contents import Contents
from w2v.formats.streams import COMPRESSIONS, CONVERT


@dataclass(frozen=True)
class Format:
    """A format that w2v reads and writes."""

    extensions: tuple[str, ...]
    load: Callable[[PathLike], Contents]
    save: Callable[[PathLike, Contents], None]


def _word2vec(extensions: tuple[str, ...], *, binary: bool) -> Format:
    compressed = tuple(extension + compression for extension in extensions for compression in COMPRESSIONS)
    return Format(
        extensions + compressed,
        partial(word2vec.load_word2vec, binary=binary),
        partial(word2vec.save_word2vec, binary=binary),
    )


FORMATS = {
    "native": Format((".safetensors",), native.load, native.save),
    "binary": _word2vec((".bin",), binary=True),
    "text": _word2vec((".txt", ".vec", ".w2v"), binary=False),
}
# What gensim, numpy, joblib and torch give to files that are, or may contain, pickles.
_PICKLES = (".model", ".kv", ".npy", ".npz", ".pkl", ".pickle", ".joblib", ".pt", ".pth")


def load(path: PathLike, format: str | None = None) -> Contents:
    """Read word vectors.

    Parameters
    ----------
    path : str or os.PathLike
        A local file.
    format : {"native", "binary", "text"}, optional
        By default native if the file begins as such files do, whatever it is called. Otherwise what the extension says:
        ``.safetensors`` is the native format, ``.bin`` word2vec binary, ``.txt``, ``.vec`` and ``.w2v`` word2vec,
        fastText or GloVe text; the latter two perhaps followed by ``.gz``, ``.bz2`` or ``.xz``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    UnsafeFormatError
        If the file is or may be a pickle; it is not opened.
    FormatError
        If the format is unknown, or the file is not in it.
    """
    if format is None and native.is_native(path):  # which calls a pickle one, whatever its extension
        return native.load(path)
    return _find(path, format).load(path)


def save(path: PathLike, contents: Contents, format: str | None = None) -> None:
    """Write word vectors: wholly or not at all.

    Parameters
    ----------
    path : str or os.PathLike
        A local file.
    contents : Contents
        What to write. Only the native format keeps all of it.
    format : {"native", "binary", "text"}, optional
        By default what the extension says.

    Raises
    ------
    FormatError
        If the format is unknown, or cannot hold the contents.
    OutputError
        If the file cannot be written; what was there before is still there.
    """
    _find(path, format).save(path, contents)


def has_format(path: PathLike) -> bool:
    """Whether `save` could tell a format from this path's extension."""
    return os.fsdecode(path).lower().endswith(tuple(e for format in FORMATS.values() for e in format.extensions))


def check_format(path: PathLike) -> None:
    """Raise FormatError now if `save` could not tell a format from this path's extension."""
    _find(path, None)


def _find(path: PathLike, name: str | None) -> Format:
    if name is not None:
        if name not in FORMATS:
            raise FormatError(f"format is {name!r}; allowed: {', '.join(FORMATS)}")
        return FORMATS[name]
    file = os.fsdecode(path)
    lowered = file.lower()
    for format in FORMATS.values():
        if lowered.endswith(format.extensions):
            return format
    if lowered.endswith(_PICKLES):
        raise UnsafeFormatError(
            f"{file}: a file of this extension may be a pickle, which can run code when opened: w2v neither reads nor "
            f"writes it; allowed: .safetensors, or from gensim the output of save_word2vec_format; {CONVERT.format(file)}"
        )
    allowed = ", ".join(extension for format in FORMATS.values() for extension in format.extensions)
    raise FormatError(f"{file}: unknown extension; allowed: {allowed}")
