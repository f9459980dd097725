"""Dividing labelled items into those that are trained on and those that are tested."""

import numpy as np

from w2v.arrays import Rows

MOST_HELD_OUT = 0.9
"""Largest share of a class that may be tested."""


def stratified(classes: Rows, share: float, seed: int) -> tuple[Rows, Rows]:
    """Divide items so that each class is tested with the same share of its members, but has at least one on either side.

    Parameters
    ----------
    classes : ndarray of int64, shape (n,)
        Each class with at least two members.
    share : float
        Of the items to be tested; with 0 all are trained on.
    seed : int

    Returns
    -------
    train, test : ndarray of int64
        Places, in order.

    Examples
    --------
    >>> train, test = stratified(np.array([0, 0, 0, 0, 1, 1]), 0.25, 1)
    >>> len(train), len(test)
    (4, 2)
    """
    if share == 0:
        return np.arange(len(classes)), np.zeros(0, np.int64)
    sizes = np.bincount(classes)
    tested = np.clip(np.round(share * sizes).astype(np.int64), 1, np.maximum(sizes - 1, 0))
    shuffled = np.random.default_rng(seed).permutation(len(classes))
    order = shuffled[np.argsort(classes[shuffled], kind="stable")]
    starts = np.concatenate([[0], np.cumsum(sizes)])[classes[order]]
    held = np.arange(len(order)) - starts < tested[classes[order]]
    return np.sort(order[~held]), np.sort(order[held])
