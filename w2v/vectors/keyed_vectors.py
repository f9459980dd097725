"""``KeyedVectors``: words and their vectors, with methods from the other modules of this package.

    store          the data: words, matrix, norms, attributes
    checks         words and matrices that users pass
    keys           the forms in which users may specify words
    rows           a word -> its row
    lookup         a word -> its vector; the mean of several words
    attributes     a word -> its count and other attributes
    editing        adding, replacing, sorting, normalising, converting
    selection      some of the words, other words, the words of two
    procrustes     rotating vectors onto those of another training
    quantization   smaller vectors: int8, fewer dimensions
    overlap        how many neighbours stay the same
    similarities   comparing given words (transport: Word Mover's Distance, an extra)
    neighbours     searching for similar words, with one query or many
    bounds         which rows are searched, and how many answers
    search         the arithmetic of both: pure functions of arrays
    files          reading and writing
    notebook       a table for notebooks

Queries never change the arrays that they read, so any number of threads may query at the same time. Editing is not
thread-safe.
"""

import importlib
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from w2v import gensim_names
from w2v.annotations import checked
from w2v.atomic_files import PathLike
from w2v.vectors import (
    attributes,
    editing,
    files,
    lookup,
    neighbours,
    notebook,
    procrustes,
    quantization,
    rows,
    selection,
    similarities,
)
from w2v.vectors.keys import Key
from w2v.vectors.store import VectorStore


class KeyedVectors(VectorStore):
    """Words and their vectors, to look up, compare, search, edit, load and save.

    A `VectorStore` whose methods are functions of the modules of `w2v.vectors`, under the same names.

    Parameters
    ----------
    vector_size : int
        Values per vector, at least 1.
    count : int
        Rows to allocate memory for; the new object has no words in any case.
    dtype : {float32, float16}
        The type in which vectors are stored. Queries are computed in float32 and float64 in both cases.

    Attributes
    ----------
    vectors : ndarray, shape (V, vector_size)
    index_to_key : list of str, or of int
        Integers if the sentences were lists of integers; a key 7 is then the word 7, not row 7.
    key_to_index : dict of str or int to int
    norms : ndarray of float32, shape (V,)
    expandos : dict of str to ndarray, shape (V,)
        Attributes of the words by name, most importantly ``"count"``.
    metadata : dict
        JSON values that record how the vectors were made.

    Notes
    -----
    The cosine with a zero vector, which is undefined, is taken as 0. After writing into `vectors` in place, call
    ``fill_norms(force=True)``; every other change is detected.

    Examples
    --------
    >>> vectors = KeyedVectors.from_arrays(["north", "east", "up"], [[0, 1], [1, 0], [0.1, 2]])
    >>> vectors.most_similar("north", topn=1)[0][0]
    'up'
    """

    _repr_html_ = notebook.repr_html

    has_index_for = rows.has_index_for
    get_index = rows.get_index
    get_vector = lookup.get_vector
    get_normed_vectors = lookup.get_normed_vectors
    matrix_by_id = lookup.matrix_by_id
    get_mean_vector = lookup.get_mean_vector

    get_vecattr = attributes.get_vecattr
    set_vecattr = attributes.set_vecattr
    allocate_vecattrs = attributes.allocate_vecattrs

    similarity = similarities.similarity
    distance = similarities.distance
    distances = similarities.distances
    cosine_similarities = staticmethod(similarities.cosine_similarities)
    n_similarity = similarities.n_similarity
    most_similar_to_given = similarities.most_similar_to_given
    closer_than = similarities.closer_than
    rank = similarities.rank
    rank_by_centrality = similarities.rank_by_centrality
    doesnt_match = similarities.doesnt_match
    wmdistance = similarities.wmdistance

    most_similar = neighbours.most_similar
    most_similar_batch = neighbours.most_similar_batch
    similar_by_key = neighbours.similar_by_key
    similar_by_word = neighbours.similar_by_word
    similar_by_vector = neighbours.similar_by_vector
    most_similar_cosmul = neighbours.most_similar_cosmul
    relative_cosine_similarity = neighbours.relative_cosine_similarity

    add_vector = editing.add_vector
    add_vectors = editing.add_vectors
    resize_vectors = editing.resize_vectors
    sort_by_descending_frequency = editing.sort_by_descending_frequency
    unit_normalize_all = editing.unit_normalize_all
    vectors_for_all = editing.vectors_for_all
    astype = editing.astype

    subset = selection.subset
    drop = selection.drop
    rename = selection.rename
    merge = selection.merge
    align_to = procrustes.align_to
    quantized = quantization.quantized

    save = files.save
    save_word2vec_format = files.save_word2vec_format
    intersect_word2vec_format = files.intersect_word2vec_format

    @classmethod
    @checked
    def load(cls, fname: PathLike, mmap: str | None = None, *, strict: bool = True) -> Self:
        """Read a file of any format; see `w2v.vectors.files.load`.

        Raises
        ------
        ArgumentError, ConfigError
            If an argument has another type, or is out of range.
        FileNotFoundError
            If there is no such file.
        FormatError
            If the file is damaged or of another kind.
        MemoryLimitError
            If the vectors do not fit into memory.
        """
        return files.load(cls, fname, mmap, strict=strict)

    @classmethod
    @checked
    def load_word2vec_format(
        cls,
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
    ) -> Self:
        """Read word2vec's text or binary format, tolerantly; see `w2v.vectors.files.load_word2vec_format`.

        Raises
        ------
        ArgumentError, ConfigError
            If an argument has another type, or is out of range.
        FileNotFoundError
            If there is no such file.
        FormatError
            If the file is damaged or of another kind.
        MemoryLimitError
            If the vectors do not fit into memory.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]]).save_word2vec_format(f"{folder}/v.bin", binary=True)
        ...     KeyedVectors.load_word2vec_format(f"{folder}/v.bin", binary=True)
        KeyedVectors(vector_size=2, 2 keys)
        """
        return files.load_word2vec_format(
            cls, fname, fvocab, binary, encoding, unicode_errors, limit, datatype, no_header, strict=strict
        )

    def to_arrow(self) -> Any:
        """Return a ``pyarrow.Table`` of words, counts and vectors; see `w2v.integrations.frames.to_arrow`."""
        return _integration("frames").to_arrow(self)

    @classmethod
    def from_arrow(cls, table: Any, word: str | None = None, vector: str | None = None) -> Self:
        """Return the vectors in a table of pyarrow, pandas or polars; see `w2v.integrations.frames.from_arrow`."""
        made: Self = _integration("frames").from_arrow(cls, table, word, vector)
        return made

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame`` of words, counts and vectors; see `w2v.integrations.frames.to_pandas`."""
        return _integration("frames").to_pandas(self)

    def neighbours_frame(self, words: Key | Iterable[Key], topn: int = 10) -> Any:
        """Return neighbours as a ``pandas.DataFrame``; see `w2v.integrations.frames.neighbours_frame`."""
        return _integration("frames").neighbours_frame(self, words, topn)

    def to_static_embedding(self, folder: PathLike, tokenizer: str | None = None) -> None:
        """Write a folder for model2vec and sentence-transformers; see `w2v.integrations.static_embedding`."""
        _integration("static_embedding").to_static_embedding(self, folder, tokenizer)

    def push_to_hub(self, name: str, **options: Any) -> str:
        """Upload to the Hugging Face Hub, with a model card; see `w2v.integrations.hub.push_to_hub`."""
        return str(_integration("hub").push_to_hub(self, name, **options))

    @classmethod
    def from_hub(cls, name: PathLike, filename: str | None = None, **options: Any) -> Self:
        """Load from the Hugging Face Hub or a folder of its files; see `w2v.integrations.hub.from_hub`."""
        made: Self = _integration("hub").from_hub(cls, name, filename, **options)
        return made

    def to_usearch(self, exact: bool | None = None) -> Any:
        """Return an index of usearch for approximate search; see `w2v.integrations.usearch.to_usearch`."""
        return _integration("usearch").to_usearch(self, exact)

    def to_projector(self, folder: PathLike, words: int | None = None) -> None:
        """Write files for TensorBoard and the Embedding Projector; see `w2v.integrations.projector.to_projector`."""
        _integration("projector").to_projector(self, folder, words)

    def explore(self, against: Any = None, words: int = 20_000, column: Any = None, **options: Any) -> Any:
        """Return a page to look at the vectors, which a notebook shows; see `w2v.explore` for the parameters."""
        # A higher layer.
        return importlib.import_module("w2v.explorer").explore(self, against, words, column, **options)

    @checked
    def evaluate_word_analogies(
        self,
        analogies: PathLike,
        restrict_vocab: int | None = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
        similarity_function: str = "most_similar",
    ) -> tuple[float, list[dict[str, Any]]]:
        """Score analogies as gensim does; see `w2v.evaluation.evaluate_word_analogies`.

        Raises
        ------
        ArgumentError, ConfigError
            If an argument has another type, or is out of range.
        CorpusError
            If the file cannot be read or is malformed.
        """
        from w2v import evaluation  # not at the top: evaluation is a higher layer

        return evaluation.evaluate_word_analogies(
            self, analogies, restrict_vocab, case_insensitive, dummy4unknown, similarity_function
        )

    @checked
    def evaluate_word_pairs(
        self,
        pairs: PathLike,
        delimiter: str | None = "\t",
        encoding: str = "utf8",
        restrict_vocab: int | None = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
        *,
        columns: str | Sequence[str | int] | None = None,
    ) -> tuple[Any, Any, float]:
        """Score word similarity as gensim does; see `w2v.evaluation.evaluate_word_pairs`.

        Raises
        ------
        ArgumentError, ConfigError
            If an argument has another type, or is out of range.
        CorpusError
            If the file cannot be read or is malformed, or fewer than two pairs can be compared.
        MissingExtraError
            If scipy is not installed.
        """
        from w2v import evaluation

        return evaluation.evaluate_word_pairs(
            self, pairs, delimiter, encoding, restrict_vocab, case_insensitive, dummy4unknown, columns=columns
        )

    def __contains__(self, key: Any) -> bool:
        return rows.has_index_for(self, key)

    def __getitem__(self, key: Key | Iterable[Key]) -> NDArray[Any]:
        """Return the vector of a word, shape (d,), a read-only view; or the vectors of several, shape (n, d), a copy."""
        return lookup.get_vectors(self, key)

    @checked
    def __setitem__(self, key: Key | Iterable[Key], vector: ArrayLike) -> None:
        """Add words, or replace the vectors of known ones."""
        editing.add_vectors(self, key, vector, replace=True)

    def __copy__(self) -> Self:
        """Return an independent copy: with a shared matrix, changes made here would invalidate the norms of the other."""
        return editing.astype(self, self.vectors.dtype)

    def __sklearn_clone__(self) -> Self:
        """Return the object itself: estimators of scikit-learn that are cloned share it, since queries do not change it."""
        return self

    def __getattr__(self, name: str) -> Any:
        """Return the value of a gensim 3 name, or raise an error that explains why a gensim name is not offered."""
        return gensim_names.OF_VECTORS.find(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        gensim_names.OF_VECTORS.refuse_assigning(name)
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *gensim_names.OF_VECTORS.old]


def _integration(name: str) -> ModuleType:
    """Import a module of `w2v.integrations`, a higher layer, when one of its methods is called."""
    return importlib.import_module(f"w2v.integrations.{name}")
