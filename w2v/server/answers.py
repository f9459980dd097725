"""Answers to the queries of a request: pure functions of vectors and queries, with one matrix product per request.

Each returns a list with one JSON object per query, or the error of that query: one unknown word does not spoil the others.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from w2v.arrays import Float32, Float64, Rows
from w2v.errors import ConfigError, UnknownWordError, W2VError
from w2v.evaluation.solver import ranked
from w2v.server.requests import Combination, Request, Word
from w2v.vectors import KeyedVectors
from w2v.vectors.cosines import pair_cosines, unit
from w2v.vectors.lookup import weighted_mean
from w2v.vectors.neighbours import Neighbours, nearest_words
from w2v.vectors.rows import get_index

Answer: TypeAlias = dict[str, Any] | W2VError


def neighbors(vectors: KeyedVectors, request: Request) -> list[Answer]:
    """Find the words nearest to each combination, as `KeyedVectors.most_similar` does."""
    means = [_mean(vectors, query) for query in request.queries]
    known = [mean for mean in means if not isinstance(mean, W2VError)]
    k = min(request.k, len(vectors))
    found = iter(nearest_words(vectors, known, k, 0, len(vectors)))
    return [mean if isinstance(mean, W2VError) else {"neighbors": _listed(next(found))} for mean in means]


def similarity(vectors: KeyedVectors, request: Request) -> list[Answer]:
    """Compute the cosine of each pair of words."""
    rows = [_rows(vectors, query) for query in request.queries]
    known = np.array([pair for pair in rows if not isinstance(pair, W2VError)], np.int64).reshape(-1, 2)
    first = unit(vectors.vectors[known[:, 0]].astype(np.float64))
    cosines = iter(pair_cosines(vectors.vectors, first, np.arange(len(known)), known[:, 1]))
    return [pair if isinstance(pair, W2VError) else {"similarity": float(np.float32(next(cosines)))} for pair in rows]


def analogy(vectors: KeyedVectors, request: Request) -> list[Answer]:
    """Answer ``a is to b as c is to ?``; see `w2v.evaluation.solver`."""
    questions = [_rows(vectors, query) for query in request.queries]
    known = np.array([rows for rows in questions if not isinstance(rows, W2VError)], np.int64).reshape(-1, 3)
    found = zip(*ranked(vectors.search_space(), known, request.method, request.k), strict=True)
    return [
        rows if isinstance(rows, W2VError) else {"answers": _listed(_words(vectors, *next(found)))}
        for rows in questions
    ]


def vectors_of(vectors: KeyedVectors, request: Request) -> list[Answer]:
    """Return the vector of each word."""
    rows = [_rows(vectors, (query,)) for query in request.queries]
    return [
        row if isinstance(row, W2VError) else {"vector": vectors.vectors[row[0]].astype(np.float64).tolist()}
        for row in rows
    ]


def _mean(vectors: KeyedVectors, query: Combination) -> tuple[Float64, list[int]] | W2VError:
    """Return the vector to find neighbours of, and the rows of its words; or the error."""
    pairs = [(item, 1.0) for item in query.positive] + [(item, -1.0) for item in query.negative]
    try:
        for item, _ in pairs:
            _refuse_row_number(vectors, item)
        return weighted_mean(vectors, pairs, pre_normalize=True, ignore_missing=False)
    except (UnknownWordError, ConfigError) as problem:
        return problem


def _rows(vectors: KeyedVectors, words: Sequence[Word]) -> list[int] | W2VError:
    """Return the row of each word, or the error."""
    try:
        for word in words:
            _refuse_row_number(vectors, word)
        return [get_index(vectors, word) for word in words]
    except (UnknownWordError, ConfigError) as problem:
        return problem


def _refuse_row_number(vectors: KeyedVectors, item: Any) -> None:
    if isinstance(item, int) and not vectors.numbers:
        raise ConfigError(f'a word must be a string: got {item}; write "{item}" if it is a word')


def _words(vectors: KeyedVectors, rows: Rows, scores: Float32) -> Neighbours:
    return [
        (vectors.index_to_key[row], score)
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True)
        if row >= 0
    ]


def _listed(found: Neighbours) -> list[dict[str, Any]]:
    return [{"word": word, "score": score} for word, score in found]
