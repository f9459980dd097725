"""Methods of `KeyedVectors` that compare given words: pairs, sets of words, ranks (`neighbours` searches for words).

Every similarity is a cosine, computed in float64 and returned as float32; the cosine with a zero vector is 0. The exception
are the similarities of one word with all others (`distances` without words, ``most_similar(topn=None)``): a float32 product,
which differs from that by at most (dim + 8) * 2**-24.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v.annotations import checked
from w2v.arrays import Float32, Float64
from w2v.errors import ConfigError
from w2v.vectors.cosines import cosine, cosines_to, fast_cosines, unit
from w2v.vectors.keys import LARGEST, Key, as_list, as_ordered, as_vector
from w2v.vectors.lookup import get_mean_vector, get_vector
from w2v.vectors.rows import get_index, has_index_for, rows_of
from w2v.vectors.search import closer_rows
from w2v.vectors.store import VectorStore
from w2v.vectors.transport import transport_cost

_LOG = logging.getLogger(__name__)


def similarity(store: VectorStore, w1: Key, w2: Key) -> np.float32:
    """Return the cosine of two words.

    Raises
    ------
    ArgumentError, UnknownWordError
        If a word is neither a string nor an integer, or is unknown.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> float(KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]]).similarity("a", "b"))
    0.0
    """
    return cosine(get_vector(store, w1), get_vector(store, w2))


def distance(store: VectorStore, w1: Key, w2: Key) -> np.float32:
    """Return 1 minus the cosine of two words.

    Raises
    ------
    ArgumentError, UnknownWordError
        If a word is neither a string nor an integer, or is unknown.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> float(KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]]).distance("a", "b"))
    1.0
    """
    return np.float32(1) - similarity(store, w1, w2)


@checked
def distances(store: VectorStore, word_or_vector: Key | NDArray[Any], other_words: Iterable[Key] = ()) -> Float32:
    """Return 1 minus the cosine of a word or vector with each of ``other_words``, or with all words if it is empty.

    With all words, the cosines are rounded to float32 while they are computed.

    Returns
    -------
    ndarray of float32, shape (len(other_words),) or (V,)

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type, or a vector another shape.
    UnknownWordError
        If a word is unknown.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]]).distances("a").tolist()
    [0.0, 1.0]
    """
    query = _direction(store, word_or_vector)
    others = as_ordered(other_words)
    if others:
        cosines = cosines_to(store.vectors, query, np.array(rows_of(store, others)))
    else:
        cosines = fast_cosines(store.search_space(), query[np.newaxis].astype(np.float32), 0, len(store)).ravel()
    return np.float32(1) - cosines


@checked
def cosine_similarities(vector_1: ArrayLike, vectors_all: ArrayLike) -> NDArray[Any]:
    """Return the cosines of one vector, shape (d,), with several vectors, shape (n, d), in their floating-point type.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument is not an array of numbers, or has another shape.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> KeyedVectors.cosine_similarities([1.0, 0.0], [[2.0, 0.0], [0.0, 2.0]]).tolist()
    [1.0, 0.0]
    """
    one, several = np.asarray(vector_1), np.asarray(vectors_all)
    if one.ndim != 1 or several.ndim != 2 or several.shape[1] != len(one):
        raise ConfigError(f"shapes must be (d,) and (n, d): got {one.shape} and {several.shape}")
    if not all((np.abs(given) <= LARGEST).all() for given in (one, several)):
        raise ConfigError(f"vectors must hold numbers of at most {LARGEST:.1e}: got NaN, infinity or a larger one")
    cosines = unit(several) @ unit(one)
    return cosines.astype(np.result_type(one, several, np.float16), copy=False)


@checked
def n_similarity(store: VectorStore, ws1: Key | Iterable[Key], ws2: Key | Iterable[Key]) -> np.float32:
    """Return the cosine of the means of two sets of words; unknown words are ignored.

    The vectors are not scaled to length 1 before the mean is taken. If a set has no known word, the cosine is 0.

    Raises
    ------
    ArgumentError, ConfigError
        If a set is not a list of words, or none of them is known.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [0, 1], [1, 1]])
    >>> round(float(vectors.n_similarity(["a", "b"], ["c"])), 4)
    1.0
    """
    return cosine(get_mean_vector(store, ws1, pre_normalize=False), get_mean_vector(store, ws2, pre_normalize=False))


@checked
def most_similar_to_given(store: VectorStore, key1: Key, keys_list: Sequence[Key]) -> Key:
    """Return the word in ``keys_list`` that is most similar to ``key1``; ties go to the first.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type, or there is no word to choose from.
    UnknownWordError
        If a word is unknown.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    >>> vectors.most_similar_to_given("a", ["b", "c"])
    'b'
    """
    keys: list[Key] = as_ordered(keys_list)
    rows = np.array(rows_of(store, keys))
    return keys[int(np.argmax(cosines_to(store.vectors, _direction(store, key1), rows)))]


def closer_than(store: VectorStore, key1: Key, key2: Key) -> list[str]:
    """Return all words that are more similar to ``key1`` than ``key2`` is, in row order, without ``key1``.

    Raises
    ------
    ArgumentError, UnknownWordError
        If a word is neither a string nor an integer, or is unknown.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    >>> vectors.closer_than("a", "c")
    ['b']
    """
    own, other = get_index(store, key1), get_index(store, key2)
    rows = closer_rows(store.search_space(), _direction(store, key1), other)
    return [store.index_to_key[row] for row in rows if row != own]


def rank(store: VectorStore, key1: Key, key2: Key) -> int:
    """Return the rank of ``key2`` among the words most similar to ``key1``: 1 if no word is more similar.

    Raises
    ------
    ArgumentError, UnknownWordError
        If a word is neither a string nor an integer, or is unknown.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    >>> vectors.rank("a", "c")
    2
    """
    return len(closer_than(store, key1, key2)) + 1


@checked
def rank_by_centrality(store: VectorStore, words: Iterable[Key], use_norm: bool = True) -> list[tuple[np.float32, Key]]:
    """Sort words by their similarity to the mean of all of them, most similar first.

    Unknown words are ignored, with a warning in the log.

    Parameters
    ----------
    words : iterable of str or int
    use_norm : bool
        Scale the vectors to length 1 first; otherwise the score is the component of each vector along the mean.

    Returns
    -------
    list of (score, word)
        Words of equal score keep the given order.

    Raises
    ------
    ArgumentError, ConfigError
        If it is not a list of words, or no word is known.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    >>> [word for score, word in vectors.rank_by_centrality(["a", "b", "c"])]
    ['b', 'a', 'c']
    """
    listed = as_list(words)
    known = [word for word in listed if has_index_for(store, word)]
    if len(known) < len(listed):
        unknown = [word for word in listed if not has_index_for(store, word)]
        _LOG.warning("%d of %d words are unknown and ignored: %s", len(unknown), len(listed), unknown[:10])
    if listed and not known:
        raise ConfigError(f"words must have at least one known word: got only unknown ones, such as {listed[0]!r:.80}")
    vectors = store.vectors[rows_of(store, known)].astype(np.float64)
    vectors = unit(vectors) if use_norm else vectors
    scores = (vectors @ unit(vectors.mean(axis=0))).astype(np.float32)
    return [(scores[place], known[place]) for place in np.argsort(-scores, kind="stable")]


@checked
def doesnt_match(store: VectorStore, words: Iterable[Key]) -> Key:
    """Return the word that is least similar to the mean of all given words; unknown words are ignored.

    Raises
    ------
    ArgumentError, ConfigError
        If it is not a list of words, or no word is known.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    >>> vectors.doesnt_match(["a", "b", "c"])
    'c'
    """
    return rank_by_centrality(store, words)[-1][1]


@checked
def wmdistance(store: VectorStore, document1: Sequence[str], document2: Sequence[str], norm: bool = True) -> float:
    """Return the Word Mover's Distance of two lists of words (Kusner et al. 2015).

    Parameters
    ----------
    document1, document2 : sequence of str
        Unknown words are ignored; the distance to a document without known words is infinite.
    norm : bool
        Scale the vectors to length 1 first.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    MissingExtraError
        If POT is not installed.
    ConfigError
        If a document is a string of several words.
    """
    for name, document in (("document1", document1), ("document2", document2)):
        if isinstance(document, str) and len(document.split()) > 1:
            raise ConfigError(f"{name} must be a list of words: got the string {document!r:.80}; split it into words")
    documents = [
        [get_index(store, word) for word in as_list(text) if has_index_for(store, word)]
        for text in (document1, document2)
    ]
    if not all(documents):
        return float("inf")
    (rows1, counts1), (rows2, counts2) = (np.unique(rows, return_counts=True) for rows in documents)
    vectors1, vectors2 = (store.vectors[rows].astype(np.float64) for rows in (rows1, rows2))
    if norm:
        vectors1, vectors2 = unit(vectors1), unit(vectors2)
    costs = np.sqrt(((vectors1[:, np.newaxis] - vectors2) ** 2).sum(axis=-1))
    return transport_cost(counts1 / counts1.sum(), counts2 / counts2.sum(), costs)


def _direction(store: VectorStore, word_or_vector: Key | NDArray[Any]) -> Float64:
    """Return a vector, or the vector of a word, scaled to length 1: float64, shape (d,)."""
    if isinstance(word_or_vector, np.ndarray):
        return unit(as_vector(word_or_vector, store.vector_size))
    return unit(get_vector(store, word_or_vector))
