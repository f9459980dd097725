"""Methods of `KeyedVectors` that search for the words nearest to a word, a vector, or a sum of them.

Words of equal similarity come in row order. Asked for more words than there are, a query returns all there are.

Parameters that several methods share:

positive, negative : str, int, vector, (word or vector, weight), or a list of them
    Words that contribute positively or negatively. A bare word has weight 1 or -1; an explicit weight is used as given,
    also in ``negative``.
topn : int or None
    How many words to return. None returns the similarities of all rows searched, as an array.
restrict_vocab : int, optional
    Search only the first rows, which hold the most frequent words.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v.errors import ConfigError
from w2v.vectors.keys import Key, as_inputs, as_weighted, is_vector
from w2v.vectors.lookup import get_vector, has_index_for, weighted_mean
from w2v.vectors.search import (
    Float32,
    Float64,
    Rows,
    Search,
    cosine,
    cosmul,
    cosmul_nearest,
    fast_cosines,
    nearest,
    queries_at_once,
    unit,
)
from w2v.vectors.store import VectorStore

Neighbours: TypeAlias = list[tuple[str, float]]


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

    Vectors of words are scaled to length 1, weighted and averaged; vectors that are given enter as they are, so
    that among several inputs a longer one counts for more. The words of the inputs are no answers. If the inputs
    cancel out, every similarity is 0.

    Parameters
    ----------
    positive, negative, topn, restrict_vocab
        See the top of this module.
    clip_start, clip_end : int
        Search rows ``clip_start <= row < clip_end`` only; not together with ``restrict_vocab``.
    indexer : None
        Approximate search is not supported; see `most_similar_batch` for fast exact search.
    ignore_missing : bool
        Leave unknown words out instead of raising an error.

    Returns
    -------
    list of (word, similarity), best first; or ndarray of float32, shape (rows searched,), in row order

    Raises
    ------
    UnknownWordError
        If a word is unknown.
    ConfigError
        If there is no input, a vector has the wrong shape or holds NaN, or a number is out of its range.
    """
    if indexer is not None:
        raise ConfigError(
            f"indexer={type(indexer).__name__}: approximate search is not supported; leave it out for exact "
            "search, or use most_similar_batch for many queries"
        )
    start, stop = _window(store, clip_start, clip_end, restrict_vocab)
    pairs = as_weighted(positive, 1.0) + as_weighted(negative, -1.0)
    if ignore_missing:
        pairs = [pair for pair in pairs if _is_known(store, pair[0])]
    if not pairs:
        raise ConfigError("no input: at least one known word or vector is needed")
    mean, rows = weighted_mean(store, pairs, pre_normalize=True, ignore_missing=False)
    if topn is None:
        query = unit(mean)[np.newaxis].astype(np.float32)
        return fast_cosines(store.search_space(), query, start, stop).ravel()
    return _nearest(store, [(mean, rows)], _checked_topn(topn), start, stop)[0]


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
    """Answer many queries at once: the answers of `most_similar`, much faster, in bounded memory.

    Parameters
    ----------
    queries : iterable of str or int, or ndarray, shape (n, d)
        Words, or vectors; row numbers in a list, as an array of numbers is a vector. A word is no answer to itself.
    topn : int
        Words per query.
    clip_start, clip_end, restrict_vocab
        As in `most_similar`.
    ignore_missing : bool
        Answer an unknown word with an empty list instead of raising an error.

    Returns
    -------
    list of list of (word, similarity)
        One list per query, best first.
    """
    start, stop = _window(store, clip_start, clip_end, restrict_vocab)
    k = min(_checked_topn(topn), stop - start)
    items = as_inputs(queries)
    answers: list[Neighbours] = [[] for _ in items]
    at_once = queries_at_once(k)
    for first in range(0, len(items), at_once):
        places, means = [], []
        for place, item in enumerate(items[first : first + at_once], first):
            if not ignore_missing or _is_known(store, item):
                places.append(place)
                means.append(weighted_mean(store, [(item, 1.0)], pre_normalize=True, ignore_missing=False))
        for place, answer in zip(places, _nearest(store, means, k, start, stop), strict=True):
            answers[place] = answer
    return answers


def similar_by_key(
    store: VectorStore, key: Key, topn: int | None = 10, restrict_vocab: int | None = None
) -> Neighbours | Float32:
    """Find the words most similar to one word; see `most_similar`."""
    return most_similar(store, [key], topn=topn, restrict_vocab=restrict_vocab)


def similar_by_word(
    store: VectorStore, word: Key, topn: int | None = 10, restrict_vocab: int | None = None
) -> Neighbours | Float32:
    """Find the words most similar to one word; see `most_similar`."""
    return most_similar(store, [word], topn=topn, restrict_vocab=restrict_vocab)


def similar_by_vector(
    store: VectorStore, vector: ArrayLike, topn: int | None = 10, restrict_vocab: int | None = None
) -> Neighbours | Float32:
    """Find the words most similar to a vector, shape (d,); see `most_similar`."""
    return most_similar(store, [np.asarray(vector)], topn=topn, restrict_vocab=restrict_vocab)


def most_similar_cosmul(
    store: VectorStore,
    positive: Any = None,
    negative: Any = None,
    topn: int | None = 10,
    restrict_vocab: int | None = None,
) -> Neighbours | Float64:
    """Find words by the product of their cosines, 3CosMul (Levy & Goldberg 2014, equation 4).

    Unlike a sum, a product lets no single input dominate. All inputs are scaled to length 1; there are no weights.

    Parameters
    ----------
    positive, negative, topn, restrict_vocab
        See the top of this module.

    Returns
    -------
    list of (word, score), best first; or ndarray of float64, shape (rows searched,), in row order

    Raises
    ------
    UnknownWordError
        If a word is unknown.
    ConfigError
        If there is no input, an input has a weight, or a vector has the wrong shape or holds NaN.
    """
    _, stop = _window(store, 0, None, restrict_vocab)
    signed = [as_weighted(positive, 1.0), as_weighted(negative, 1.0)]
    if not any(signed) or any(weight != 1 for pairs in signed for _, weight in pairs):
        raise ConfigError("most_similar_cosmul needs at least one word or vector, and takes no weights")
    inputs = [[weighted_mean(store, [p], pre_normalize=True, ignore_missing=False) for p in pairs] for pairs in signed]
    above, below = (unit(np.array([mean for mean, _ in side]).reshape(-1, store.vector_size)) for side in inputs)
    if topn is None:
        both = np.concatenate([above, below]).astype(np.float32)
        cosines = fast_cosines(store.search_space(), both, 0, stop)
        return cosmul(cosines[: len(above)], cosines[len(above) :])
    if _checked_topn(topn) == 0:
        return []
    own = np.array([row for side in inputs for _, rows in side for row in rows], dtype=np.int64)
    search = Search(_checked_topn(topn), 0, stop, np.zeros_like(own), own)
    return _named(store, *cosmul_nearest(store.search_space(), above, below, search))


def relative_cosine_similarity(store: VectorStore, wa: Key, wb: Key, topn: int = 10) -> float:
    """Return the cosine of two words over the sum of the cosines of the ``topn`` words nearest to the first.

    Above ``1 / topn`` the second is nearer than a neighbour on average (Leeuwenberg et al. 2016).
    """
    own = weighted_mean(store, [(wa, 1.0)], pre_normalize=True, ignore_missing=False)
    nearest_ones = _nearest(store, [own], _checked_topn(topn), 0, len(store))[0]
    total = sum(score for _, score in nearest_ones)
    if total == 0:
        raise ConfigError(f"undefined: the cosines of {wa!r} with its nearest words sum to 0")
    return float(cosine(get_vector(store, wa), get_vector(store, wb))) / total


def _is_known(store: VectorStore, item: Any) -> bool:
    """Tell whether an input is a vector or a known word."""
    return is_vector(item) or has_index_for(store, item)


def _nearest(
    store: VectorStore, means: list[tuple[Float64, list[int]]], k: int, start: int, stop: int
) -> list[Neighbours]:
    """Search for (vector, rows that are no answer) pairs, as `Lookup._weighted_mean` makes them."""
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


def _window(store: VectorStore, clip_start: int, clip_end: int | None, restrict_vocab: int | None) -> tuple[int, int]:
    """Return the first row to search and the row after the last; bounds past the last row count as the last."""
    store.check_rows()
    if restrict_vocab is not None:
        if clip_start != 0 or clip_end is not None:
            raise ConfigError("restrict_vocab and clip_start or clip_end contradict each other: give one")
        clip_end = restrict_vocab
    stop = len(store) if clip_end is None else min(clip_end, len(store))
    if not 0 <= clip_start < stop:
        raise ConfigError(
            f"no rows to search from {clip_start} to {clip_end} of {len(store)}: "
            "0 <= clip_start < clip_end and restrict_vocab >= 1 are needed"
        )
    return clip_start, stop


def _checked_topn(topn: int) -> int:
    """Return the number of words wanted; refuse anything but a natural number."""
    if isinstance(topn, bool) or not isinstance(topn, int | np.integer) or topn < 0:
        raise ConfigError(f"topn is an integer >= 0; got {topn!r}")
    return int(topn)
