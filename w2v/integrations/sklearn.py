"""Documents to vectors, as a step of a pipeline of scikit-learn: importing this module needs the extra "sklearn"."""

from array import array
from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from w2v.arguments import integer, one_of, positive, shown
from w2v.arrays import Float64
from w2v.atomic_files import PathLike
from w2v.config import TrainConfig, VocabularyConfig
from w2v.corpus.encode import encode
from w2v.errors import ArgumentError, ConfigError, UnknownAttributeError, warn
from w2v.extras import library
from w2v.integrations.documents import documents_of, splitter, words_of
from w2v.sentences.weights import frequencies, sif
from w2v.training.train import train
from w2v.vectors.keyed_vectors import KeyedVectors
from w2v.vectors.keys import number_of

library("sklearn", "sklearn", "make a step of scikit-learn", "scikit-learn")

from scipy.sparse import csr_array  # noqa: E402  # only after the error that names the extra
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin  # noqa: E402
from sklearn.utils.validation import check_is_fitted  # noqa: E402

EMPTY = ("zeros", "mean", "error")
LEAST_TRAINED = 100_000
"""Words times epochs: with 50,000 a classifier of two topics was right in 50 to 100 % of the cases, with 100,000 in all."""
FEW_KNOWN = 0.05


class Word2VecVectorizer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The vector of a document is the mean or the sum of the vectors of its known words, weighted or not.

    Parameters
    ----------
    vectors : KeyedVectors, or str or os.PathLike of a file of them, optional
        By default vectors are trained on the documents passed to `fit`. Copies of this estimator, as in a grid search, share
        them.
    pooling : {"mean", "sum"}
        The mean divides the weighted sum by the number of known words.
    weights : {"uniform", "idf", "sif"}
        "idf": ln((1 + n) / (1 + df)) + 1 over the documents passed to `fit`, as scikit-learn's ``TfidfTransformer``.
        "sif": a / (a + p), with the relative frequency p of the word in the text that the vectors were trained on (Arora et
        al. 2017); the vectors must have counts.
    sif_a : float
        The a of "sif".
    components : int, optional
        Number of common components to remove: the first right singular vectors of the vectors of the documents passed to
        `fit`. By default 1 with "sif", otherwise 0.
    tokenizer : {"whitespace", "words"}, path of a tokenizer.json, tokenizers.Tokenizer, or callable, optional
        How documents are split into words; a callable returns a list of words. By default as recorded with the vectors, or
        "words". A document that is a list of words is not split.
    empty : {"zeros", "mean", "error"}
        What becomes of documents without known words: zeros, the mean vector of the documents passed to `fit`, or an error.
    config : TrainConfig, optional
        Parameters of training, if ``vectors`` is None.
    vocabulary : VocabularyConfig, optional
        Selection of words, if ``vectors`` is None.

    Attributes
    ----------
    vectors_ : KeyedVectors
    weights_ : ndarray of float64, shape (V,)
        The weight of each word; 1 for "uniform".
    components_ : ndarray of float64, shape (components, d)
    mean_ : ndarray of float64, shape (d,)
        Mean vector of the documents that have known words.
    known_ : float
        Fraction of the words of the documents passed to `fit` that are known.

    Raises
    ------
    ConfigError
        If a parameter has another value, there are not more documents with known words than components to remove, or a
        document has no known word and ``empty`` is "error".
    ArgumentError
        If a document is neither a string nor a list of words; the message says which.
    UnknownAttributeError
        If "sif" lacks the counts of the words.

    Warns
    -----
    UserWarning
        If vectors are trained on so few words that they tell nothing, or hardly any word of the documents is known.

    Notes
    -----
    `transform` returns float32, shape (documents, d), never NaN. In pipelines, ``set_output(transform="pandas")`` works.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["good", "bad"], [[1, 0], [0, 1]])
    >>> Word2VecVectorizer(vectors).fit_transform(["Good, good, bad!", "unknown words"]).round(2).tolist()
    [[0.6700000166893005, 0.33000001311302185], [0.0, 0.0]]
    """

    def __init__(
        self,
        vectors: KeyedVectors | PathLike | None = None,
        *,
        pooling: str = "mean",
        weights: str = "uniform",
        sif_a: float = 1e-3,
        components: int | None = None,
        tokenizer: Any = None,
        empty: str = "zeros",
        config: TrainConfig | None = None,
        vocabulary: VocabularyConfig | None = None,
    ) -> None:
        self.vectors = vectors
        self.pooling = pooling
        self.weights = weights
        self.sif_a = sif_a
        self.components = components
        self.tokenizer = tokenizer
        self.empty = empty
        self.config = config
        self.vocabulary = vocabulary

    def fit(self, X: Iterable[Any], y: Any = None) -> Self:
        """Learn weights, common components and, without ``vectors``, the vectors from documents; ``y`` is ignored."""
        self._fit(X)
        return self

    def fit_transform(self, X: Iterable[Any], y: Any = None, **_: Any) -> NDArray[np.float32]:
        """Do `fit` and `transform` at once."""
        return self._finish(*self._fit(X))

    def transform(self, X: Iterable[Any]) -> NDArray[np.float32]:
        """Return the vectors of documents, float32, shape (documents, d)."""
        check_is_fitted(self, "vectors_")
        bags, _ = self._bags(documents_of(X))
        return self._finish(self._pooled(bags), np.diff(bags.indptr) > 0)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[Any]:
        """Return ``word2vecvectorizer0`` and so on."""
        check_is_fitted(self, "vectors_")
        names: NDArray[Any] = super().get_feature_names_out(input_features)
        return names

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    @property
    def _n_features_out(self) -> int:
        return self.vectors_.vector_size

    def _fit(self, X: Iterable[Any]) -> tuple[Float64, NDArray[np.bool_]]:
        one_of("pooling", self.pooling, ("mean", "sum"))
        one_of("weights", self.weights, ("uniform", "idf", "sif"))
        one_of("empty", self.empty, EMPTY)
        positive("sif_a", self.sif_a)
        wanted = int(self.weights == "sif") if self.components is None else integer("components", self.components, 0)
        documents = documents_of(X)
        vectors = self._vectors(documents)
        self.vectors_ = vectors
        bags, self.known_ = self._bags(documents)
        if documents and self.known_ < FEW_KNOWN:
            warn(
                f"{self.known_:.0%} of the words of the documents have a vector, so documents become zeros or nearly the "
                "same vector; check that they are split into words as the text was (tokenizer=), and language and case"
            )
        known = np.diff(bags.indptr) > 0
        self.weights_ = self._weights(vectors, bags)
        pooled = self._pooled(bags)
        self.components_ = _common_components(pooled[known], wanted)
        kept = self._without_components(pooled[known])
        self.mean_ = kept.mean(axis=0) if len(kept) else np.zeros(vectors.vector_size)
        return pooled, known

    def _vectors(self, documents: list[Any]) -> KeyedVectors:
        if isinstance(self.vectors, KeyedVectors):
            return self.vectors
        if self.vectors is not None:
            try:
                return KeyedVectors.load(self.vectors)
            except ArgumentError as problem:
                raise ArgumentError(
                    "vectors must be a KeyedVectors, such as model.vectors or model.wv, a path, or None: "
                    f"got {shown(self.vectors)}"
                ) from problem
        split = splitter(self.tokenizer, None)
        words = [words_of(document, split) for document in documents]
        corpus, config = encode(words, self.vocabulary or VocabularyConfig()), self.config or TrainConfig()
        if corpus.offsets[-1] * config.epochs < LEAST_TRAINED:
            warn(
                f"vectors are trained on only {corpus.offsets[-1]:,} words in {config.epochs} epochs, so all documents get "
                "nearly the same vector, from which a classifier learns at most the most frequent class; pass vectors= that "
                "were trained on more text, or more epochs, such as config=TrainConfig(epochs="
                f"{-(-LEAST_TRAINED // int(corpus.offsets[-1]))})"
            )
        return train(corpus, config).vectors

    def _bags(self, documents: list[Any]) -> tuple[Any, float]:
        """Return how often each document has each word, sparse, shape (documents, V); and the fraction of known words."""
        rows_of, numbers = self.vectors_.key_to_index, self.vectors_.numbers
        split = splitter(self.tokenizer, None if self.vectors is None else self.vectors_)
        found, starts, total = array("q"), [0], 0
        for place, document in enumerate(documents):
            words = list(words_of(document, split))
            total += len(words)
            keys = map(number_of, words) if numbers else words
            try:
                found.extend(row for key in keys if (row := rows_of.get(key)) is not None)
            except TypeError as problem:  # a list of lists
                raise ArgumentError(
                    f"document {place} must be a string or a list of words: got {shown(words)}"
                ) from problem
            starts.append(len(found))
        shape = (len(documents), len(rows_of))
        bags = csr_array((np.ones(len(found)), np.array(found, np.int64), np.array(starts)), shape=shape)
        bags.sum_duplicates()
        return bags, len(found) / total if total else 0.0

    def _weights(self, vectors: KeyedVectors, bags: Any) -> Float64:
        if self.weights == "idf":
            documents = np.bincount(bags.indices, minlength=len(vectors))
            found: Float64 = np.log((1 + bags.shape[0]) / (1 + documents)) + 1
            return found
        if self.weights == "sif":
            frequency = frequencies(vectors.true_counts())
            if frequency is None:
                raise UnknownAttributeError(
                    'weights="sif" needs the counts of the words, which these vectors lack: set them with '
                    'set_vecattr(word, "count", n), load a file that keeps them (.safetensors, .parquet), or use "idf"'
                )
            return sif(frequency, self.sif_a)
        return np.ones(len(vectors))

    def _pooled(self, bags: Any) -> Float64:
        """Return the weighted sums, or means, of the vectors of the words of each document, float64."""
        used = np.unique(bags.indices)
        matrix = self.vectors_.vectors[used].astype(np.float64) * self.weights_[used, np.newaxis]
        if not np.isfinite(matrix).all():
            row = used[np.argmin(np.isfinite(matrix).all(axis=1))]
            raise ConfigError(
                f"vectors must be finite: got a NaN or an infinity for {self.vectors_.index_to_key[row]!r}; drop the word"
            )
        sums: Float64 = bags[:, used] @ matrix
        if self.pooling == "mean":
            sums /= np.maximum(bags.sum(axis=1), 1)[:, np.newaxis]
        return sums

    def _without_components(self, pooled: Float64) -> Float64:
        return pooled - (pooled @ self.components_.T) @ self.components_

    def _finish(self, pooled: Float64, known: NDArray[np.bool_]) -> NDArray[np.float32]:
        made = self._without_components(pooled)
        if not known.all():
            if self.empty == "error":
                raise ConfigError(
                    f"document {int(np.argmin(known))} must have a known word: got none; pass another empty="
                )
            made[~known] = self.mean_ if self.empty == "mean" else 0.0
        return made.astype(np.float32)


def _common_components(pooled: Float64, wanted: int) -> Float64:
    """Return the first right singular vectors, shape (wanted, d), of the vectors of documents, which are not centred."""
    dim = pooled.shape[1]
    if not wanted:
        return np.zeros((0, dim))
    if min(len(pooled), dim) <= wanted:
        raise ConfigError(
            f"components must be fewer than the documents with known words, {len(pooled)}, and than the dimensions, {dim}: "
            f"got {wanted}; pass more documents, or components=0"
        )
    # Of the product of the matrix with itself, which is small however many documents there are.
    _, vectors = np.linalg.eigh(pooled.T @ pooled)
    first: Float64 = vectors[:, ::-1][:, :wanted].T
    return first
