"""How many of their nearest words two models share, on average and by chance."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from w2v.arrays import Float64, Rows
from w2v.explorer.subjects import Subject


def overlap(subjects: Sequence[Subject], units: Sequence[Float64], near: Sequence[Rows]) -> dict[str, Any]:
    """Compare the nearest words of each word that both models have.

    Parameters
    ----------
    subjects : sequence of Subject
        Two models.
    units : sequence of ndarray of float64, shape (n, d)
        Their unit vectors.
    near : sequence of ndarray of int64, shape (m, k)
        Nearest rows of each row of ``units`` that is not zero, among these.

    Returns
    -------
    dict
        ``of``, how many nearest words were compared; ``mean``, how many of these are shared on average; and ``chance``, how
        many would be if the second model's were drawn at random from its words: the hypergeometric mean, k times the
        fraction of these words that are nearest words in the first.
    """
    k = min(rows.shape[1] for rows in near)
    first, second = (_by_place(*one) for one in zip(subjects, units, near, strict=True))
    both = sorted(first.keys() & second.keys())
    if not both or not k:
        return {"of": k, "mean": 0.0, "chance": 0.0}
    shared = [len(set(first[word][:k]) & set(second[word][:k])) for word in both]
    # Of the first model's nearest words, those that the second does not have cannot be drawn.
    possible = np.mean([sum(one in second for one in first[word][:k]) for word in both])
    return {"of": k, "mean": float(np.mean(shared)), "chance": float(k * possible / max(len(second) - 1, 1))}


def _by_place(subject: Subject, units: Float64, near: Rows) -> dict[int, list[int]]:
    """Return the nearest words of each word, as places on the page."""
    places = np.flatnonzero(subject.present)[units.any(axis=1)]
    return dict(zip(places.tolist(), places[near].tolist(), strict=True))
