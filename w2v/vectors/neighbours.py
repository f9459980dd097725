"""Methods of `KeyedVectors` that search for the words nearest to a word, a vector, or a combination of them.

Words of equal similarity are returned in row order. If a query asks for more words than exist, it returns all of them.

Parameters that several methods share:

positive, negative : str, int, vector, (word or vector, weight), or a list of them
    Words that contribute positively or negatively. A bare word has weight 1 or -1; an explicit weight is used as given,
    also in ``negative``.
topn : int or None
    Number of words to return. None returns the similarities of all searched rows, as an array.
restrict_vocab : int, optional
    Search only the first rows, which hold the most frequent words.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v.annotations import checked
from w2v.arguments import array
from w2v.arrays import Float32, Float64, Rows
from w2v.errors import ConfigError
from w2v.vectors.bounds import checked_topn, rows_to_search
from w2v.vectors.cosines import cosine, cosmul, fast_cosines, unit
from w2v.vectors.keys import Key, as_inputs, as_ordered, as_weighted, is_vector
from w2v.vectors.lookup import get_vector, weighted_mean
from w2v.vectors.rows import has_index_for
from w2v.vectors.search import Search, cosmul_nearest, nearest, queries_at_once
from w2v.vectors.store import VectorStore

Neighbours: TypeAlias = list[tuple[str, float]]


@checked
def most_similar(
    store: VectorStore,
    positive: Any = None,
    negative: Any = None,
    topn: int | None = 10,
    clip_start: int = 0,
    clip_end: int | None = None,
    restrict_vocab: int | None = None,
    indexer: None = None,
    *,
    ignore_missing: bool = False,
) -> Neighbours | Float32:
    """Find the words whose vectors have the largest cosine with a mean of words and vectors.

    Vectors of words are scaled to length 1, weighted and averaged; vectors that are passed are not scaled, so a longer one
    has more influence. Words among the inputs are excluded from the result. If the inputs cancel out, every similarity is 0.

    Parameters
    ----------
    positive, negative, topn, restrict_vocab
        See the top of this module.
    clip_start, clip_end : int
        Search only rows ``clip_start <= row < clip_end``; not together with ``restrict_vocab``.
    indexer : None
        Approximate search is not supported; see `most_similar_batch` for fast exact search.
    ignore_missing : bool
        Ignore unknown words instead of raising an error.

    Returns
    -------
    list of (word, similarity), best first; or ndarray of float32, shape (rows searched,), in row order

    Raises
    ------
    ArgumentError
        If an argument has another type.
    UnknownWordError
        If a word is unknown.
    ConfigError
        If there is no input, a vector has the wrong shape or contains NaN, or a number is out of range.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> words = ["man", "woman", "king", "queen", "tree"]
    >>> vectors = KeyedVectors.from_arrays(words, [[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [1, 0, -1]])
    >>> vectors.most_similar(positive=["king", "woman"], negative=["man"], topn=1)[0][0]
    'queen'
    """
    if indexer is not None:
        raise ConfigError(
            f"indexer must be None, as approximate search is not supported: got {type(indexer).__name__}; "
            "leave it out for exact search, or use most_similar_batch for many queries"
        )
    start, stop = rows_to_search(store, clip_start, clip_end, restrict_vocab)
    pairs = as_weighted(positive, 1.0) + as_weighted(negative, -1.0)
    if ignore_missing:
        pairs = [pair for pair in pairs if _is_known(store, pair[0])]
    if not pairs:
        raise ConfigError("positive and negative must contain at least one known word or vector: got none")
    mean, rows = weighted_mean(store, pairs, pre_normalize=True, ignore_missing=False)
    if topn is None:
        query = unit(mean)[np.newaxis].astype(np.float32)
        return fast_cosines(store.search_space(), query, start, stop).ravel()
    return nearest_words(store, [(mean, rows)], checked_topn(topn), start, stop)[0]


@checked
def most_similar_batch(
    store: VectorStore,
    queries: Iterable[Key] | NDArray[Any],
    topn: int = 10,
    *,
    clip_start: int = 0,
    clip_end: int | None = None,
    restrict_vocab: int | None = None,
    ignore_missing: bool = False,
) -> list[Neighbours]:
    """Answer many queries at once, with the same results as `most_similar`, but much faster and in bounded memory.

    Parameters
    ----------
    queries : iterable of str or int, or ndarray, shape (n, d)
        Words or vectors. Row numbers must be in a list, because an array of numbers is taken as a vector. The word of a
        query is excluded from its result.
    topn : int
        Number of words per query.
    clip_start, clip_end, restrict_vocab
        As in `most_similar`.
    ignore_missing : bool
        Return an empty list for an unknown word instead of raising an error.

    Returns
    -------
    list of list of (word, similarity)
        One list per query, best first.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type, or is out of range.
    UnknownWordError
        If a word is unknown.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    >>> [found[0][0] for found in vectors.most_similar_batch(["a", "c"], topn=1)]
    ['b', 'b']
    """
    start, stop = rows_to_search(store, clip_start, clip_end, restrict_vocab)
    k = min(checked_topn(topn), stop - start)
    items = as_ordered(as_inputs(queries) if is_vector(queries) else queries)
    answers: list[Neighbours] = [[] for _ in items]
    at_once = queries_at_once(k)
    for first in range(0, len(items), at_once):
        places, means = [], []
        for place, item in enumerate(items[first : first + at_once], first):
            if not ignore_missing or _is_known(store, item):
                places.append(place)
                means.append(weighted_mean(store, [(item, 1.0)], pre_normalize=True, ignore_missing=False))
        for place, answer in zip(places, nearest_words(store, means, k, start, stop), strict=True):
            answers[place] = answer
    return answers


def similar_by_key(
    store: VectorStore, key: Key, topn: int | None = 10, restrict_vocab: int | None = None
) -> Neighbours | Float32:
    """Find the words most similar to one word; see `most_similar`.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type, or is out of range.
    UnknownWordError
        If a word is unknown.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    >>> [word for word, similarity in vectors.similar_by_key("a")]
    ['b', 'c']
    """
    return most_similar(store, [key], topn=topn, restrict_vocab=restrict_vocab)


def similar_by_word(
    store: VectorStore, word: Key, topn: int | None = 10, restrict_vocab: int | None = None
) -> Neighbours | Float32:
    """Find the words most similar to one word; the same as `similar_by_key`.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type, or is out of range.
    UnknownWordError
        If a word is unknown.
    """
    return most_similar(store, [word], topn=topn, restrict_vocab=restrict_vocab)


def similar_by_vector(
    store: VectorStore, vector: ArrayLike, topn: int | None = 10, restrict_vocab: int | None = None
) -> Neighbours | Float32:
    """Find the words most similar to a vector, shape (d,); see `most_similar`.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type, or is out of range.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    >>> vectors.similar_by_vector([0, 2], topn=1)
    [('c', 1.0)]
    """
    return most_similar(store, [array("vector", vector)], topn=topn, restrict_vocab=restrict_vocab)


@checked
def most_similar_cosmul(
    store: VectorStore,
    positive: Any = None,
    negative: Any = None,
    topn: int | None = 10,
    restrict_vocab: int | None = None,
) -> Neighbours | Float64:
    """Find words by the product of their cosines, 3CosMul (Levy & Goldberg 2014, equation 4).

    Unlike in a sum, no single input can dominate in a product. All inputs are scaled to length 1 and have equal weight.

    Parameters
    ----------
    positive, negative, topn, restrict_vocab
        See the top of this module.

    Returns
    -------
    list of (word, score), best first; or ndarray of float64, shape (rows searched,), in row order

    Raises
    ------
    ArgumentError
        If an argument has another type.
    UnknownWordError
        If a word is unknown.
    ConfigError
        If there is no input, an input has a weight, or a vector has the wrong shape or contains NaN.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> words = ["man", "woman", "king", "queen", "tree"]
    >>> vectors = KeyedVectors.from_arrays(words, [[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [1, 0, -1]])
    >>> vectors.most_similar_cosmul(positive=["king", "woman"], negative=["man"], topn=1)[0][0]
    'queen'
    """
    _, stop = rows_to_search(store, 0, None, restrict_vocab)
    signed = [as_weighted(positive, 1.0), as_weighted(negative, 1.0)]
    if not any(signed) or any(weight != 1 for pairs in signed for _, weight in pairs):
        raise ConfigError(
            "positive and negative must contain at least one word or vector, without weights: "
            f"got positive={positive!r:.60}, negative={negative!r:.60}"
        )
    inputs = [[weighted_mean(store, [p], pre_normalize=True, ignore_missing=False) for p in pairs] for pairs in signed]
    above, below = (unit(np.array([mean for mean, _ in side]).reshape(-1, store.vector_size)) for side in inputs)
    if topn is None:
        both = np.concatenate([above, below]).astype(np.float32)
        cosines = fast_cosines(store.search_space(), both, 0, stop)
        return cosmul(cosines[: len(above)], cosines[len(above) :])
    if checked_topn(topn) == 0:
        return []
    own = np.array([row for side in inputs for _, rows in side for row in rows], dtype=np.int64)
    search = Search(checked_topn(topn), 0, stop, np.zeros_like(own), own)
    return _named(store, *cosmul_nearest(store.search_space(), above, below, search))


@checked
def relative_cosine_similarity(store: VectorStore, wa: Key, wb: Key, topn: int = 10) -> float:
    """Return the cosine of two words divided by the sum of the cosines of the first with its ``topn`` nearest words.

    Above ``1 / topn``, the second word is nearer than these neighbours on average (Leeuwenberg et al. 2016).

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type, or is out of range.
    UnknownWordError
        If a word is unknown.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [1, 0], [1, 0]])
    >>> vectors.relative_cosine_similarity("a", "b", topn=2)
    0.5
    """
    own = weighted_mean(store, [(wa, 1.0)], pre_normalize=True, ignore_missing=False)
    nearest_ones = nearest_words(store, [own], checked_topn(topn), 0, len(store))[0]
    total = sum(score for _, score in nearest_ones)
    if total == 0:
        raise ConfigError(f"the cosines of {wa!r} with its nearest words must not add up to 0: got 0")
    return float(cosine(get_vector(store, wa), get_vector(store, wb))) / total


def _is_known(store: VectorStore, item: Any) -> bool:
    """Return whether an input is a vector or a known word."""
    return is_vector(item) or has_index_for(store, item)


def nearest_words(
    store: VectorStore, means: list[tuple[Float64, list[int]]], k: int, start: int, stop: int
) -> list[Neighbours]:
    """Search for the neighbours of (vector, excluded rows) pairs, as `weighted_mean` returns them."""
    if not means or k == 0:
        return [[] for _ in means]
    excluded_query = np.repeat(np.arange(len(means)), [len(rows) for _, rows in means])
    excluded_row = np.array([row for _, rows in means for row in rows], dtype=np.int64)
    search = Search(k, start, stop, excluded_query, excluded_row)
    queries = unit(np.array([mean for mean, _ in means]))
    return [_named(store, *found) for found in nearest(store.search_space(), queries, search)]


def _named(store: VectorStore, rows: Rows, scores: Float32) -> Neighbours:
    """Return rows and scores as words and Python floats."""
    return [(store.index_to_key[row], score) for row, score in zip(rows.tolist(), scores.tolist(), strict=True)]
