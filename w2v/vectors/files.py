"""Methods of `KeyedVectors` that read and write files."""

import logging
from collections.abc import Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import DTypeLike

from w2v import formats
from w2v.atomic_files import PathLike
from w2v.errors import ConfigError
from w2v.formats import native
from w2v.vectors.editing import add_vectors, counts_by_rank, vectors_for_all
from w2v.vectors.lookup import get_vectors, has_index_for
from w2v.vectors.store import VectorStore

Store = TypeVar("Store", bound=VectorStore)

_LOG = logging.getLogger(__name__)


def save(
    store: VectorStore,
    path: PathLike,
    separately: Iterable[str] | None = None,
    sep_limit: int = 0,
    ignore: Iterable[str] = (),
    pickle_protocol: int = 0,
) -> None:
    """Write to a file, in the format that its extension names; any other name gets the native one, safetensors.

    The native format keeps words, vectors, counts, further numbers of words (`expandos`), which rows are frozen, and
    metadata; the others keep words and vectors. See `w2v.formats.save`.

    Parameters
    ----------
    path : str or os.PathLike
    separately, sep_limit, ignore, pickle_protocol
        gensim's, without effect: there is one file, without pickle, whose vectors `load` can map into memory.
    """
    formats.save(path, store.contents(), None if formats.has_format(path) else "native")


def load(cls: type[Store], fname: PathLike, mmap: str | None = None) -> Store:
    """Read a file: a native one whatever its name, another in the format that its extension names.

    Pickles, as gensim's `save` writes them, are refused. See `w2v.formats.load`.

    Parameters
    ----------
    fname : str or os.PathLike
    mmap : {None, "r"}
        "r" maps the vectors of a native file read-only instead of copying them.
    """
    if mmap not in (None, "r"):
        raise ConfigError(f"mmap is None or 'r' (read-only); got {mmap!r}")
    return cls.from_contents(formats.load(fname) if mmap is None else native.load(fname, mmap=True))


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
    """Write word2vec's text or binary format, which keep words and vectors only.

    Parameters
    ----------
    fname : str or os.PathLike
    fvocab : str or os.PathLike, optional
        Write the counts there.
    binary : bool
    total_vec : int, optional
        Number of rows to state in the header instead of the true one.
    write_header : bool
        Without a header, a text is a GloVe file.
    prefix : str
        Put before every word.
    append : bool
        Not supported: a file is written wholly or not at all.
    sort_attr : str
        Write rows in descending order of this attribute, if there is one of that name.
    """
    if append:
        raise ConfigError("append=True: a file is written wholly or not at all; write all vectors at once")
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
) -> Store:
    """Read word2vec's text or binary format, and forgive what gensim forgives; see `w2v.formats.load_word2vec`.

    Counts are those of the file ``fvocab``; without one they are `counts_by_rank`, as in gensim, and `metadata` says
    so. Repairs are logged as a warning, and in `metadata` too. (`load` forgives nothing, and invents no counts.)
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
        strict=False,
    )
    vectors = cls.from_contents(contents)
    if any(contents.metadata["repairs"].values()):
        _LOG.warning("%s was repaired while it was read: %s", fname, contents.metadata["repairs"])
    else:
        del vectors.metadata["repairs"]
    if contents.counts is None:
        vectors.expandos["count"] = counts_by_rank(len(vectors))
        vectors.metadata["counts"] = "by rank: the file holds none"
    return vectors


def intersect_word2vec_format(
    store: VectorStore,
    fname: PathLike,
    lockf: float = 0.0,
    binary: bool = False,
    encoding: str = "utf8",
    unicode_errors: str = "strict",
) -> None:
    """Take over a file's vectors for the words that are known here; the others stay as they are.

    The matrix is written in place, so that a model whose vectors these are is trained on from there.

    Parameters
    ----------
    fname : str or os.PathLike
        In word2vec's text or binary format.
    lockf : float
        Becomes the factor in `vectors_lockf` of the words that are taken over: 0.0 keeps them from being trained any
        further, 1.0 trains them on.

    Raises
    ------
    ConfigError
        If ``lockf`` is negative or not finite, or the file's vectors have another length.
    FormatError
        If the file is damaged. Nothing is changed then.
    """
    if not 0 <= lockf < np.inf:
        raise ConfigError(f"lockf is a finite number from 0 (frozen) on: got {lockf!r}")
    found = load_word2vec_format(type(store), fname, binary=binary, encoding=encoding, unicode_errors=unicode_errors)
    if found.vector_size != store.vector_size:
        raise ConfigError(f"{fname}: vectors of {found.vector_size} numbers; allowed here: {store.vector_size}")
    common = [word for word in found.index_to_key if has_index_for(store, word)]
    if common:
        factors = store.row_factors()
        add_vectors(store, common, get_vectors(found, common), replace=True)
        if factors is not None or lockf != 1:
            factors = np.ones(len(store), np.float32) if factors is None else factors
            factors[[store.key_to_index[word] for word in common]] = lockf
            store.vectors_lockf = factors
