"""How many dimensions the vectors use, and how evenly: from d x d moments, and partition isotropy from a second pass."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from w2v.annotations import checked
from w2v.arrays import Float64, Rows
from w2v.errors import GeometryError
from w2v.geometry.directions import unit_rows
from w2v.geometry.row_views import Matrix
from w2v.vectors.cosines import NUMBERS_AT_ONCE


@dataclass(frozen=True, eq=False)
class Moments:
    """Weighted moments of any number of unit rows, computed in one pass.

    Attributes
    ----------
    mean, target_mean : ndarray of float64, shape (d,)
        Mean of the rows x of the input vectors, and of the rows y that they are compared with.
    second : ndarray of float64, shape (d, d)
        Mean of x x^T over the input vectors.
    own : float
        Sum of w_i^2 x_i . y_i, the contribution of each row with itself.
    squares : float
        Sum of w_i^2, where the weights sum to one.
    """

    mean: Float64
    target_mean: Float64
    second: Float64
    own: float
    squares: float

    @classmethod
    def of(cls, vectors: Matrix, targets: Matrix | None, rows: Rows, weights: Float64) -> "Moments":
        """Compute the moments of the chosen rows; ``weights``, shape (len(rows),), sum to one."""
        dim = vectors.shape[1]
        mean, target_mean, second, own = np.zeros(dim), np.zeros(dim), np.zeros((dim, dim)), 0.0
        step = max(1, NUMBERS_AT_ONCE // dim)
        for start in range(0, len(rows), step):
            chosen, w = rows[start : start + step], weights[start : start + step]
            x = unit_rows(vectors, chosen)
            y = x if targets is None else unit_rows(targets, chosen)
            mean += w @ x
            target_mean += w @ y
            second += (x * w[:, np.newaxis]).T @ x
            own += float(np.einsum("v,vd,vd->", w**2, x, y))
        return cls(mean, target_mean, second, own, float((weights**2).sum()))

    @property
    def mean_cosine(self) -> float:
        """Mean cosine over pairs of different rows, with weights w_i w_j; from -1 to 1."""
        return float(np.clip((self.mean @ self.target_mean - self.own) / (1 - self.squares), -1.0, 1.0))

    @property
    def effective_rank(self) -> float:
        """Exponential of the entropy of the singular values, from 1 to d (Roy & Vetterli 2007)."""
        singular = np.sqrt(np.maximum(np.linalg.eigvalsh(self.second), 0.0))
        shares = singular[singular > 0] / singular.sum()
        return float(np.exp(-(shares * np.log(shares)).sum()))

    @property
    def isoscore(self) -> float:
        """IsoScore of the centred rows (Rudman et al. 2022), from 0 (a line, or a point) to 1 (a sphere).

        The paper's algorithm simplifies to (r - 1) / (d - 1), where r = (sum lambda)^2 / sum lambda^2 is the participation
        ratio of the eigenvalues of the covariance.
        """
        covariance = self.second - np.outer(self.mean, self.mean)
        spread = float(np.trace(covariance))
        if spread <= 1e-12:  # all rows are equal up to rounding
            return 0.0
        ratio = spread**2 / float((covariance**2).sum())
        return float(np.clip((ratio - 1) / (len(covariance) - 1), 0.0, 1.0))

    @property
    def wasserstein(self) -> float:
        """Wasserstein distance of order 2 to the uniform distribution (Fang et al. 2024), from 0 to sqrt(2).

        Between the normal distribution with the mean m and covariance S of the rows, and that with mean 0 and covariance
        I / d: the square of the distance is |m|^2 + 1 + tr S - (2 / sqrt(d)) tr S^(1/2).
        """
        covariance = self.second - np.outer(self.mean, self.mean)
        roots = np.sqrt(np.maximum(np.linalg.eigvalsh(covariance), 0.0))
        square = float(self.mean @ self.mean + 1 + (roots**2).sum() - 2 * roots.sum() / np.sqrt(len(roots)))
        return float(np.sqrt(max(square, 0.0)))

    def partition_isotropy(self, vectors: Matrix, rows: Rows, weights: Float64) -> float:
        """Return min Z(c) / max Z(c), where Z(c) = E e^{c.x} of the unit rows (Mu & Viswanath 2018, section 2.2).

        The minimum and maximum are over the eigenvectors c of ``second`` and their opposites, because the sign of an
        eigenvector is arbitrary. From e^-2, if all rows are equal, to 1.
        """
        directions = np.linalg.eigh(self.second)[1]
        totals = np.zeros((2, len(directions)))
        step = max(1, NUMBERS_AT_ONCE // len(directions))
        for start in range(0, len(rows), step):
            exponents = unit_rows(vectors, rows[start : start + step]) @ directions
            totals += np.stack([weights[start : start + step] @ np.exp(sign * exponents) for sign in (1, -1)])
        return float(totals.min() / totals.max())


def _uniform_weights(x: Matrix) -> tuple[Rows, Float64]:
    return np.arange(len(x)), np.full(len(x), 1 / len(x))


def _moments(x: ArrayLike) -> Moments:
    matrix = np.asarray(x)
    if matrix.ndim != 2 or len(matrix) < 2 or matrix.shape[1] < 2:
        raise GeometryError(f"x must have at least 2 rows of at least 2 numbers: got shape {matrix.shape}")
    return Moments.of(matrix, None, *_uniform_weights(matrix))


@checked
def mean_cosine(x: ArrayLike) -> float:
    """Return the mean cosine over the pairs i < j of rows; from -1 to 1.

    Examples
    --------
    >>> mean_cosine([[1, 0], [0, 5]])
    0.0
    """
    return _moments(x).mean_cosine


@checked
def effective_rank(x: ArrayLike) -> float:
    """Return the effective rank of the rows, scaled to unit length but not centred; see `Moments.effective_rank`.

    Examples
    --------
    >>> round(effective_rank([[1, 0], [0, 5]]), 2), round(effective_rank([[1, 0], [5, 0]]), 2)
    (2.0, 1.0)
    """
    return _moments(x).effective_rank


@checked
def isoscore(x: ArrayLike) -> float:
    """Return the IsoScore of the rows, scaled to unit length; see `Moments.isoscore`.

    Examples
    --------
    >>> round(isoscore([[1, 0], [0, 1], [-1, 0], [0, -1]]), 2), round(isoscore([[1, 0], [-1, 0]]), 2)
    (1.0, 0.0)
    """
    return _moments(x).isoscore


@checked
def wasserstein(x: ArrayLike) -> float:
    """Return the distance of the rows, scaled to unit length, to the uniform distribution; see `Moments.wasserstein`.

    Unlike uniformity, it sees that only some of the dimensions are used.

    Examples
    --------
    >>> round(wasserstein([[1, 0], [0, 1], [-1, 0], [0, -1]]), 2), round(wasserstein([[1, 0], [5, 0]]), 2)
    (0.0, 1.41)
    """
    return _moments(x).wasserstein


@checked
def partition_isotropy(x: ArrayLike) -> float:
    """Return the partition isotropy of the rows, scaled to unit length; see `Moments.partition_isotropy`.

    Examples
    --------
    >>> round(partition_isotropy([[1, 0], [0, 1], [-1, 0], [0, -1]]), 2), round(partition_isotropy([[1, 0], [5, 0]]), 2)
    (1.0, 0.14)
    """
    matrix = np.asarray(x)
    return _moments(matrix).partition_isotropy(matrix, *_uniform_weights(matrix))
