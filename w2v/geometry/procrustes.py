"""Two models of the same words in one space."""

from dataclasses import replace

import numpy as np

from w2v.errors import GeometryError
from w2v.geometry.pairs import PositivePairs
from w2v.geometry.row_views import View, blocks
from w2v.geometry.space import Space, common_words
from w2v.vectors.cosines import unit


def identity_pairs(first: Space, second: Space) -> tuple[Space, PositivePairs]:
    """Pair every word with itself in another model, after the best rotation of the second onto the first.

    The rotation minimises the distance between unit rows over all orthogonal matrices (Schönemann 1966). The words of both
    are taken, in the order of the first; without words the rows must belong together as they are. Only the input vectors
    of both count.

    Returns
    -------
    space : Space
        The first's vectors, with the second's, rotated, as their partners.
    pairs : PositivePairs
        Row i with row i.

    Raises
    ------
    GeometryError
        If the dimensions differ, or no word is common.
    """
    if first.dim != second.dim:
        raise GeometryError(f"{first.name} has {first.dim} dimensions, {second.name} {second.dim}: the same are needed")
    first, second = common_words(first, second)
    cross = np.zeros((first.dim, first.dim))
    for rows, block in blocks(second.vectors):
        with np.errstate(all="ignore"):
            units = unit(np.stack([block, first.vectors[rows]]))
        finite = np.isfinite(units).all(axis=(0, 2))  # zero rows add nothing
        cross += units[0, finite].T @ units[1, finite]
    # Of all orthogonal R, U V^T maximises tr(R^T cross) and so minimises the distance, where cross = U S V^T.
    left, _, right = np.linalg.svd(cross)
    rotation = left @ right
    space = replace(
        first,
        partners=View(second.vectors, rotation=rotation),
        name=f"{first.name} and {second.name}",
    )
    own = np.arange(len(first), dtype=np.int64)
    law = f"each word of {first.name} and itself in {second.name}, rotated by orthogonal Procrustes"
    return space, PositivePairs(own, own, law, sampled=False)
