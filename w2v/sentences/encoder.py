"""``Sentences``: vectors of sentences as weighted means of vectors of words.

    weights        one weight per word
    common         what all sentences have in common, and is taken away
    bags, reader   sentences as rows of the vocabulary, and their sums
    fitting        estimating it from a text
    files          encoding whole files; saving and loading
    lessons        training
    judging        evaluation

All linear steps are applied to the vectors of the words, so encoding a sentence is one sum of rows and a division.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from w2v.annotations import checked
from w2v.arguments import instance, integer, positive, shown, truth
from w2v.arrays import Float32
from w2v.atomic_files import PathLike
from w2v.config import NAMED_TOKENIZERS, TextOptions
from w2v.corpus.sentences import peek
from w2v.corpus.table_objects import items_of
from w2v.corpus.tokenizers import WORDS, tokenizer_of
from w2v.errors import ConfigError, CorpusTypeError
from w2v.sentences import files, fitting, judging, lessons
from w2v.sentences.bags import Bags, sums, unit, weight_sums
from w2v.sentences.common import Common
from w2v.sentences.reader import Reader
from w2v.sentences.weights import USUAL_LENGTH, frequencies, word_weights
from w2v.vectors.keyed_vectors import KeyedVectors


class Sentences:
    """An encoder of sentences: the weighted mean of the vectors of their words, with length 1.

    Parameters
    ----------
    vectors : KeyedVectors
        Vectors of words, with counts unless the weights are "mean" or a mapping.
    weights : {"sif", "usif", "mean"} or mapping of str to float
        How much each word counts: see `w2v.sentences.weights`. Words that a mapping lacks are left out.
    a : float
        Frequency at which "sif" gives a word half the weight of a rare one.
    centre : bool
        Take away what sentences have in common: their mean, or the first five principal components for "usif", as expected
        from the counts; `fit` estimates them from a text instead.
    text : TextOptions, optional
        How texts are split into words; by default as `w2v.corpus.tokenizers.tokenizer_of` tells: with the model's tokenizer,
        or with "words" for a text that had been split before into words without capitals.

    Attributes
    ----------
    words : list of str
    vectors : ndarray of float32, shape (V, d)
        Of the words, such that a sentence is their weighted mean: unit vectors ("mean": as they were), without what
        sentences have in common.
    weights : ndarray of float32, shape (V,)
    counts : ndarray of int64, shape (V,), optional
    metadata : dict
        JSON values: how it was made, and the trajectory of training.

    Raises
    ------
    ArgumentError, ConfigError
        If a parameter has another type or is out of range, or counts are missing.

    Examples
    --------
    >>> words = KeyedVectors.from_arrays(["a", "cat", "dog", "sleeps"], [[1, 1], [2, 0], [2, 1], [0, 3]], [50, 5, 5, 3])
    >>> encoder = Sentences(words, centre=False)
    >>> encoder.encode(["A cat sleeps.", "?"]).astype(float).round(2).tolist()
    [[0.53, 0.85], [0.0, 0.0]]
    >>> round(encoder.similarity("a cat", "A dog!"), 2)
    0.91
    """

    @checked
    def __init__(
        self,
        vectors: KeyedVectors,
        weights: str | Mapping[str, float] = "sif",
        a: float = 1e-3,
        centre: bool = True,
        text: TextOptions | None = None,
    ) -> None:
        instance("vectors", vectors, KeyedVectors, "KeyedVectors.load reads them")
        a, centre = positive("a", a), truth("centre", centre)
        found = word_weights(vectors, weights, a)
        raw = np.asarray(vectors.vectors, np.float32)
        # A word without weight is no part of any mean either.
        start = raw * (found > 0)[:, np.newaxis].astype(np.float32) if weights == "mean" else unit(raw)
        scheme = weights if isinstance(weights, str) else "given"
        text = text or TextOptions(tokenizer=_tokenizer(vectors))
        metadata = {"weights": scheme, "a": a, "centre": centre, "text": text.to_dict()}
        counts = vectors.true_counts()
        counts = None if counts is None else np.array(counts)
        self._set(list(vectors.words), counts, start, found.astype(np.float32), text, metadata)
        if centre:
            self._without(Common.of_words(start, found, frequencies(counts), USUAL_LENGTH, self._by_components))

    fit = fitting.fit
    encode_file = files.encode_file
    save = files.save
    evaluate = judging.evaluate
    train = lessons.train

    def _set(
        self,
        words: list[str],
        counts: NDArray[np.int64] | None,
        vectors: Float32,
        weights: Float32,
        text: TextOptions,
        metadata: dict[str, Any],
    ) -> None:
        """Set all attributes, for vectors from which nothing was taken away."""
        self.words, self.counts, self.weights, self.metadata = words, counts, weights, metadata
        self.read_with(text)
        self.take_vectors(vectors)

    @checked
    def read_with(self, text: TextOptions) -> None:
        """Split texts into words in another way from now on.

        Raises
        ------
        ArgumentError, ConfigError
            If it is something else, or there is no such tokenizer.
        """
        self.text = text
        self._reader = Reader(self.words, text)
        self.metadata["text"] = text.to_dict()

    @checked
    def take_vectors(self, vectors: Float32) -> None:
        """Continue with other vectors of the same words, shape (V, d), from which nothing common was taken away.

        Raises
        ------
        ArgumentError
            If they are no array.
        ConfigError
            If they have another shape, or are no floats.
        """
        if vectors.ndim != 2 or len(vectors) != len(self.words) or vectors.dtype.kind != "f":
            raise ConfigError(
                f"vectors must be a row of floats for each of {len(self.words)} words: got {shown(vectors)}"
            )
        self._start: Float32 | None = vectors
        self._common = Common.nothing(vectors.shape[1])
        self._become(vectors)

    def _without(self, common: Common) -> None:
        """Take away from the vectors as they were at the start what sentences have in common."""
        if self._start is None:
            raise AssertionError("the vectors of the start are needed")
        self._common = common
        self._become(common.removed(self._start))

    def _become(self, vectors: Float32) -> None:
        self.vectors = vectors
        self._table = np.ascontiguousarray(vectors * self.weights[:, np.newaxis])

    @property
    def _by_components(self) -> bool:
        """Whether several components are taken away, not the mean."""
        return bool(self.metadata["weights"] == "usif")

    @property
    def vector_size(self) -> int:
        """Number of values of a sentence's vector."""
        return int(self.vectors.shape[1])

    def __repr__(self) -> str:
        return f"Sentences({len(self.words):,} words, vector_size={self.vector_size}, weights={self.metadata['weights']!r})"

    @checked
    def encode(self, texts: Any) -> Float32:
        """Return the vectors of texts, of length 1; zeros for a text without a known word (see `known`).

        A vector depends on nothing but its own text.

        Parameters
        ----------
        texts : iterable of str or of lists of words; or one str
            For a file, see `encode_file`.

        Returns
        -------
        ndarray of float32, shape (n, d); (d,) for one string

        Raises
        ------
        CorpusTypeError, TextEncodingError
            If a text is something else, or no valid Unicode.
        """
        if isinstance(texts, str):
            return np.asarray(self.encode([texts])[0])
        return self.encode_bags(self._reader.read(texts))

    def encode_bags(self, bags: Bags) -> Float32:
        """Return the vectors of sentences that are rows of the vocabulary already, shape (n, d)."""
        return unit(sums(self._table, bags))

    @checked
    def known(self, texts: Any) -> NDArray[np.bool_]:
        """Return which texts have a known word of positive weight, shape (n,).

        Raises
        ------
        CorpusTypeError, TextEncodingError
            As `encode`.
        """
        bags = self._reader.read([texts] if isinstance(texts, str) else texts)
        return np.asarray(weight_sums(self.weights, bags) > 0)

    @checked
    def similarity(self, first: str, second: str) -> float:
        """Return the cosine of two sentences; 0 if one has no known word."""
        one, two = self.encode([first, second]).astype(np.float64)
        return float(np.clip(one @ two, -1, 1))

    @checked
    def most_similar(self, query: str, texts: Iterable[Any], topn: int = 10) -> list[tuple[Any, float]]:
        """Return the texts nearest to a query with their cosines, best first; of equals, the first.

        Parameters
        ----------
        query : str
        texts : iterable of str or of lists of words
            As for `encode`; a column of a data frame is read in its order, whatever its index.
        topn : int

        Raises
        ------
        ArgumentError, ConfigError
            If an argument has another type, or ``topn`` is below 1.
        """
        if isinstance(texts, str):
            raise CorpusTypeError(f"texts must be a list of strings: got {texts!r:.60}")
        integer("topn", topn, 1)
        _, items = peek(items_of(texts, None))
        listed = [str(item) if isinstance(item, str) else item for item in items]  # a plain string instead of NumPy's
        cosines = self.encode(listed) @ self.encode(query)
        best = np.argsort(-cosines, kind="stable")[:topn]
        return [(listed[i], float(cosines[i])) for i in best.tolist()]

    @checked
    def to_static_embedding(self, folder: PathLike, tokenizer: str | None = None) -> None:
        """Write a folder that model2vec and sentence-transformers load; see `KeyedVectors.to_static_embedding`.

        The vector of each word is multiplied by its weight: the mean that they compute has the direction of `encode`.

        Raises
        ------
        ConfigError
            If texts are split by another tokenizer than "words" or "whitespace", and none of these is named.
        OutputError
            If the folder cannot be written, or has other files in it. It is then unchanged.
        """
        metadata = {"text": self.text.to_dict(), "sentences": self.metadata}
        table = KeyedVectors.from_arrays(self.words, self._table, self.counts, metadata)
        table.to_static_embedding(folder, tokenizer)

    @classmethod
    @checked
    def load(cls, path: PathLike, text: TextOptions | None = None) -> Self:
        """Read an encoder.

        Parameters
        ----------
        path : path
        text : TextOptions, optional
            How texts are split into words; needed if the encoder was made with a tokenizer that is not named in the file.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        FormatError
            If the file is damaged, or not one of an encoder.
        """
        return files.load(cls, path, text)


def _tokenizer(vectors: KeyedVectors) -> str:
    """Return the tokenizer of the vectors; "words" if it is not one that a name alone makes."""
    name = tokenizer_of(vectors.metadata, vectors.index_to_key)
    return name if name in NAMED_TOKENIZERS else WORDS
