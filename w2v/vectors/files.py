"""Methods of `KeyedVectors` that read and write files."""

import os
import warnings
from collections.abc import Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import DTypeLike

from w2v import formats
from w2v.annotations import checked
from w2v.arguments import number
from w2v.atomic_files import PathLike
from w2v.errors import ConfigError
from w2v.file_names import check_name
from w2v.formats import native
from w2v.formats.by_extension import EXTENSIONS
from w2v.vectors.editing import add_vectors, counts_by_rank, vectors_for_all
from w2v.vectors.lookup import get_vectors
from w2v.vectors.rows import get_index, has_index_for
from w2v.vectors.store import VectorStore

Store = TypeVar("Store", bound=VectorStore)


@checked
def save(
    store: VectorStore,
    path: PathLike,
    separately: Iterable[str] | None = None,
    sep_limit: int = 0,
    ignore: Iterable[str] = (),
    pickle_protocol: int = 0,
) -> None:
    """Write to a file in the format given by its extension; without a known extension, in the native format (safetensors).

    The native format and Parquet (which needs the extra "arrow") keep words, vectors, counts, further numeric attributes
    (`expandos`), frozen rows and metadata; the other formats keep only words and vectors. See `w2v.formats.save`.

    Parameters
    ----------
    path : str or os.PathLike
    separately, sep_limit, ignore, pickle_protocol
        Accepted for compatibility with gensim, and ignored: there is always one file, never a pickle, whose vectors
        `load` can map into memory.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    FormatError
        If the extension belongs to another format, such as .csv, or the format cannot hold the words.
    OutputError
        If the file cannot be written; an existing file is then unchanged.

    Examples
    --------
    >>> import tempfile
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     vectors.save(f"{folder}/v.safetensors")
    ...     KeyedVectors.load(f"{folder}/v.safetensors")
    KeyedVectors(vector_size=2, 2 keys)
    """
    named = formats.has_format(path)
    if not named:
        check_name(path, EXTENSIONS)
    formats.save(path, store.contents(), None if named else "native")


def load(cls: type[Store], fname: PathLike, mmap: str | None = None, *, strict: bool = True) -> Store:
    r"""Read a file: a native file under any name, any other in the format given by its extension.

    Pickles, such as gensim's `save` writes, are refused. See `w2v.formats.load` for the errors.

    Parameters
    ----------
    fname : str or os.PathLike
    mmap : {None, "r"}
        "r" maps the vectors of a native file into memory, read-only, instead of copying them.
    strict : bool
        Reject ambiguous files in word2vec's formats. If false, read them as `load_word2vec_format` does, replace undecodable
        bytes of words, and warn of what was repaired.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type, or is out of range.
    FileNotFoundError
        If there is no such file.
    FormatError
        If the format is unknown, or the file is damaged or of another kind; `UnsafeFormatError` if it is a pickle.
    MemoryLimitError
        If the vectors do not fit into memory.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from w2v import KeyedVectors
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "v.vec").write_text("2 2\na\t1\t0\nb\t0\t1\n")
    ...     KeyedVectors.load(f"{folder}/v.vec").index_to_key
    ['a', 'b']
    """
    if mmap not in (None, "r"):
        raise ConfigError(f"mmap must be None or 'r' (read-only): got {mmap!r}")
    if mmap is None and not formats.is_native(fname):
        contents = formats.load(fname, strict=strict)
        _tell_repairs(fname, contents)
        return cls.from_contents(contents)
    return cls._from_verified(*native.load_indexed(fname, mmap=mmap is not None))


def _tell_repairs(fname: PathLike, contents: formats.Contents) -> None:
    """Warn of the repairs of a file in word2vec's formats; those recorded in another were told when it was made."""
    if "repairs" in contents.metadata:
        warnings.warn(formats.describe_repairs(os.fsdecode(fname), contents.metadata["repairs"]), stacklevel=5)


@checked
def save_word2vec_format(
    store: VectorStore,
    fname: PathLike,
    fvocab: PathLike | None = None,
    binary: bool = False,
    total_vec: int | None = None,
    write_header: bool = True,
    prefix: str = "",
    append: bool = False,
    sort_attr: str = "count",
) -> None:
    """Write word2vec's text or binary format, which keep only words and vectors.

    Parameters
    ----------
    fname : str or os.PathLike
    fvocab : str or os.PathLike, optional
        Write the counts to this file.
    binary : bool
    total_vec : int, optional
        Number of rows to state in the header instead of the actual number.
    write_header : bool
        Write a header line; a text without one is in GloVe's format.
    prefix : str
        Prepended to every word.
    append : bool
        Not supported, because files are written atomically.
    sort_attr : str
        Write rows in descending order of this attribute, if it exists.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type, or contradicts the vectors or another argument.
    FormatError
        If the format cannot hold a word.
    OutputError
        If a file cannot be written; an existing file is then unchanged.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from w2v import KeyedVectors
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     KeyedVectors.from_arrays(["a"], [[1, 0.5]]).save_word2vec_format(f"{folder}/v.txt")
    ...     pathlib.Path(folder, "v.txt").read_text().splitlines()
    ['1 2', 'a 1 0.5']
    """
    if append:
        raise ConfigError(
            "append must be False, because files are written atomically: got True; write all vectors in one call"
        )
    ordered = store
    if sort_attr in store.expandos:
        values = store.expandos[sort_attr]
        order = np.argsort(-values, kind="stable")
        if (values[1:] > values[:-1]).any():
            ordered = vectors_for_all(store, [store.index_to_key[row] for row in order], copy_vecattrs=True)
    formats.save_word2vec(
        fname,
        ordered.contents(),
        binary=binary,
        header=write_header,
        prefix=prefix,
        total=total_vec,
        fvocab=fvocab,
    )


def load_word2vec_format(
    cls: type[Store],
    fname: PathLike,
    fvocab: PathLike | None = None,
    binary: bool = False,
    encoding: str = "utf8",
    unicode_errors: str = "strict",
    limit: int | None = None,
    datatype: DTypeLike = np.float32,
    no_header: bool = False,
    *,
    strict: bool = False,
) -> Store:
    r"""Read word2vec's text or binary format, as tolerantly as gensim and spaCy; see `w2v.formats.load_word2vec`.

    Counts are read from the file ``fvocab``; without one they are `counts_by_rank`, as in gensim, and `metadata` says so.
    Repairs are counted in one warning and recorded in `metadata`. (`load` is strict by default, and makes up no counts.)
    Words are strings, as in gensim, even if all are whole numbers (`load` reads those as integers): look up ``wv["7"]``.

    Parameters
    ----------
    strict : bool
        Reject ambiguous files instead of repairing them.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type, or is out of range.
    FileNotFoundError
        If there is no such file.
    MemoryLimitError
        If the vectors do not fit into memory.
    FormatError
        If the file is damaged or of another kind, or its rows do not have the width of its header or of its first row.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from w2v import KeyedVectors
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "nodes.emb").write_text("2 2\n7 1 0\n9 0 1\n")
    ...     KeyedVectors.load_word2vec_format(f"{folder}/nodes.emb")["7"].tolist()
    [1.0, 0.0]
    """
    contents = formats.load_word2vec(
        fname,
        fvocab=fvocab,
        binary=binary,
        encoding=encoding,
        errors=unicode_errors,
        limit=limit,
        dtype=datatype,
        no_header=no_header,
        strict=strict,
    )
    _tell_repairs(fname, contents)
    contents.metadata.pop("numbers", None)
    vectors = cls.from_contents(contents)
    if contents.counts is None:
        counts_by_rank(vectors, "the file holds none")
    return vectors


@checked
def intersect_word2vec_format(
    store: VectorStore,
    fname: PathLike,
    lockf: float = 0.0,
    binary: bool = False,
    encoding: str = "utf8",
    unicode_errors: str = "strict",
) -> None:
    """Replace the vectors of known words by those in a file; other words are unchanged.

    The matrix is written in place, so a model that uses it continues training from the new vectors.

    Parameters
    ----------
    fname : str or os.PathLike
        A file in word2vec's text or binary format.
    lockf : float
        The new factor in `vectors_lockf` of the replaced words: 0.0 freezes them, 1.0 lets them be trained further.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ArgumentError
        If an argument has another type.
    ConfigError
        If ``lockf`` is negative or not finite, or the file's vectors have another dimension. Nothing is changed then.
    FormatError
        If the file is damaged. Nothing is changed then.

    Examples
    --------
    >>> import tempfile
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     KeyedVectors.from_arrays(["b", "c"], [[5, 5], [6, 6]]).save(f"{folder}/v.bin")
    ...     vectors.intersect_word2vec_format(f"{folder}/v.bin", binary=True)
    >>> vectors.vectors.tolist(), vectors.vectors_lockf.tolist()
    ([[1.0, 0.0], [5.0, 5.0]], [1.0, 0.0])
    """
    number("lockf", lockf, 0, float(np.finfo(np.float32).max))
    found = load_word2vec_format(type(store), fname, binary=binary, encoding=encoding, unicode_errors=unicode_errors)
    if found.vector_size != store.vector_size:
        raise ConfigError(f"{fname}: vectors must have {store.vector_size} values, as here: got {found.vector_size}")
    shared = [word for word in found.index_to_key if has_index_for(store, word)]
    common = [store.index_to_key[get_index(store, word)] for word in shared]
    if common:
        factors = store.row_factors()
        add_vectors(store, common, get_vectors(found, shared), replace=True)
        if factors is not None or lockf != 1:
            factors = np.ones(len(store), np.float32) if factors is None else factors
            factors[[store.key_to_index[word] for word in common]] = lockf
            store.vectors_lockf = factors
