"""Rows as codes of 12 bits, or of 16 where 12 do not do: what the page computes neighbours from.

    code = round(vector / scale), of 12 bits from -2047 to 2047; high byte = code >> 4, low four bits = code & 15

int8 alone keeps 99 % of the ten nearest neighbours, but puts every tenth of them in another place (20,000 words of English
Wikipedia, 100 dimensions: 9.7 %); with four more bits, 0.7 % are in another place, at half as many bytes again. The vectors
of a small text are more alike, and need 16 bits.
"""

from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float64, Rows
from w2v.vectors.cosines import SearchSpace, unit
from w2v.vectors.search import Search, nearest, queries_at_once

BITS = (12, 16)
MOST_MOVED = 0.01
"""Fraction of neighbours in another place up to which 12 bits do."""
TRIED, NEIGHBOURS = 1000, 10


@dataclass(frozen=True)
class Precision:
    """How neighbours by codes differ from those by float32.

    Attributes
    ----------
    bits : int
        Size of a code.
    tried : int
        Words whose ten nearest were compared.
    positions : float
        Fraction of the neighbours that are in another place of the list.
    members : float
        Fraction of the neighbours that are missing in the list.
    """

    bits: int
    tried: int
    positions: float
    members: float


@dataclass(frozen=True, eq=False)
class Codes:
    """Codes of the rows of a matrix, int16, shape (n, d), and how neighbours by them differ."""

    values: np.ndarray
    precision: Precision


def coded(matrix: np.ndarray, units: Float64, seed: int) -> Codes:
    """Return codes of the rows, of as few bits as keep the order of neighbours."""
    for bits in BITS:
        values = codes(matrix, bits)
        found = precision(units, values, bits, seed)
        if found.positions <= MOST_MOVED:
            break
    return Codes(values, found)


def codes(matrix: np.ndarray, bits: int) -> np.ndarray:
    """Return the codes of the rows of a matrix, shape (n, d): int16.

    Examples
    --------
    >>> codes(np.array([[1.0, -0.5], [0.0, 0.0]]), 12).tolist()
    [[2047, -1024], [0, 0]]
    """
    rows = matrix.astype(np.float64)
    largest = np.abs(rows).max(axis=1, keepdims=True)
    scaled = rows / np.where(largest > 0, largest, 1) * (2 ** (bits - 1) - 1)
    found: np.ndarray = np.rint(scaled).astype(np.int16)
    return found


def packed(values: np.ndarray) -> np.ndarray:
    """Return codes of 12 bits as bytes: the upper eight bits of each value, then the lower four of two at a time.

    Examples
    --------
    >>> packed(np.array([[2047, -1024, 5]], np.int16)).tolist()
    [127, 192, 0, 15, 5]
    """
    flat = values.reshape(-1)
    high = (flat >> 4).astype(np.int8).view(np.uint8)
    low = np.zeros(len(flat) + len(flat) % 2, np.uint8)
    low[: len(flat)] = flat & 15
    return np.concatenate([high, low[::2] | (low[1::2] << 4)])


def precision(units: Float64, values: np.ndarray, bits: int, seed: int) -> Precision:
    """Compare the ten nearest neighbours of up to 1000 words by codes with those by float32."""
    k = min(NEIGHBOURS, len(units) - 1)
    if k < 1:
        return Precision(bits, 0, 0.0, 0.0)
    tried = np.sort(np.random.default_rng(seed).permutation(len(units))[:TRIED])
    one, other = (_nearest(rows, tried, k) for rows in (units, unit(values)))
    missing = sum(k - len(set(a) & set(b)) for a, b in zip(one.tolist(), other.tolist(), strict=True))
    return Precision(bits, len(tried), float((one != other).mean()), missing / one.size)


def _nearest(units: Float64, tried: Rows, k: int) -> Rows:
    space = SearchSpace.of(units.astype(np.float32))
    step = queries_at_once(k)
    found = []
    for start in range(0, len(tried), step):
        own = tried[start : start + step]
        found += nearest(space, units[own], Search(k, 0, len(units), np.arange(len(own)), own))
    return np.array([rows for rows, _ in found])
