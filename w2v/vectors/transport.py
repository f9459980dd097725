"""The optimal transport cost behind Word Mover's Distance: the only module that imports POT, an optional dependency."""

import numpy as np

from w2v.arrays import Float64
from w2v.extras import library


def transport_cost(weights1: Float64, weights2: Float64, costs: Float64) -> float:
    """Return the minimum cost of moving ``weights1``, shape (n,), onto ``weights2``, shape (m,), each with sum 1.

    Parameters
    ----------
    costs : ndarray of float64, shape (n, m)
        Cost of moving one unit.

    Raises
    ------
    MissingExtraError
        If POT is not installed.
    """
    transport = library("ot", "wmd", "compute wmdistance", "POT")
    return float(transport.emd2(weights1, weights2, np.ascontiguousarray(costs)))
