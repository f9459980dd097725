"""Rotate one model onto another, so that the same word in both models is a positive pair."""

from dataclasses import replace

import numpy as np

from w2v.annotations import checked
from w2v.arrays import Float64
from w2v.errors import GeometryError
from w2v.geometry.pairs import PositivePairs
from w2v.geometry.row_views import View, blocks
from w2v.geometry.space import Space, common_words
from w2v.vectors.procrustes import best_rotation


@checked
def identity_pairs(first: Space, second: Space) -> tuple[Space, PositivePairs]:
    """Pair each word with itself in another model, after rotating the second model onto the first.

    The rotation is the orthogonal matrix that minimises the distance between unit rows (Schönemann 1966). The common words
    are used, in the order of the first model; if words are unknown, row i of both models must be the same word. Only input
    vectors are used.

    Returns
    -------
    space : Space
        The vectors of the first model, with the rotated vectors of the second as partners.
    pairs : PositivePairs
        Row i with row i.

    Raises
    ------
    GeometryError
        If the dimensions differ, or there is no common word whose vectors are both other than zero and finite.

    Examples
    --------
    >>> import numpy as np
    >>> first = Space(np.array([[1.0, 0], [0, 1]]), words=["a", "b"])
    >>> second = Space(np.array([[0.0, 1], [-1, 0]]), words=["a", "b"])  # the first, rotated by 90 degrees
    >>> both, pairs = identity_pairs(first, second)
    >>> np.allclose(np.asarray(both.partners), first.vectors)
    True
    """
    if first.dim != second.dim:
        raise GeometryError(
            "both models must have the same number of dimensions: "
            f"got {first.dim} in {first.name} and {second.dim} in {second.name}"
        )
    first, second = common_words(first, second)
    if not any(_both_directed(block, first.vectors[rows]) for rows, block in blocks(second.vectors)):
        raise GeometryError(
            f"a word must have vectors other than zero in both {first.name} and {second.name}: got none, so that no "
            "rotation is better than another"
        )
    rotation = best_rotation((block, first.vectors[rows]) for rows, block in blocks(second.vectors))
    space = replace(
        first,
        partners=View(second.vectors, rotation=rotation),
        name=f"{first.name} and {second.name}",
    )
    own = np.arange(len(first), dtype=np.int64)
    law = f"each word of {first.name} and itself in {second.name}, rotated by orthogonal Procrustes"
    return space, PositivePairs(own, own, law, sampled=False)


def _both_directed(first: Float64, second: Float64) -> bool:
    """Whether there is a row whose vectors both have a direction."""
    directed = [np.isfinite(rows).all(axis=1) & rows.any(axis=1) for rows in (first, second)]
    return bool((directed[0] & directed[1]).any())
