"""How well quality is predicted for a setting that was left out: from alignment and uniformity, beside the objective.

In sample, every model with more parameters explains more. So each setting is predicted by a linear regression on all
others, and R2 = 1 - sum of squared errors / sum of squared errors of the mean of the others. It is 0 for predictions as
good as that mean, and negative for worse ones.
"""

import numpy as np

from w2v.arrays import Float64
from w2v.experiments.study.correlation import Groups, indicators

OBJECTIVE, PLANE, CURVED, BOTH = (
    "objective",
    "alignment and uniformity",
    "alignment and uniformity, quadratic",
    "objective, alignment and uniformity",
)
MODELS = (OBJECTIVE, PLANE, CURVED, BOTH)


LARGEST = 1e70
"""Numbers beyond are damage: no alignment, uniformity or score is that large."""


def predictions(places: Float64, quality: Float64, objectives: Groups) -> dict[str, float | None]:
    """Return R2 of each model for settings left out.

    Parameters
    ----------
    places : ndarray of float64, shape (n, 2)
        Alignment and uniformity of each setting.
    quality : ndarray of float64, shape (n,)
    objectives : ndarray of int, shape (n,)
    """
    if not _are_measured(places, quality):
        return dict.fromkeys((OBJECTIVE, PLANE, CURVED, BOTH))
    a, u = places.T
    chosen = indicators(objectives)
    regressors = {
        OBJECTIVE: chosen,
        PLANE: places,
        CURVED: np.column_stack([places, a * a, a * u, u * u]),
        BOTH: np.column_stack([chosen, places]),
    }
    return {name: left_out_r2(columns, quality) for name, columns in regressors.items()}


def transferred(places: Float64, quality: Float64, objectives: Groups) -> float | None:
    """Return R2 of `PLANE` if all settings of an objective are left out at a time; None with few objectives or settings."""
    names, sizes = np.unique(objectives, return_counts=True)
    known = np.column_stack([np.ones(len(quality)), places])
    if len(names) < 3 or len(quality) - sizes.max() < known.shape[1] + 1 or not _are_measured(places, quality):
        return None
    squares = np.zeros(2)
    for name in names:
        out = objectives == name
        solution, *_ = np.linalg.lstsq(known[~out], quality[~out], rcond=None)
        squares += [
            ((quality[out] - known[out] @ solution) ** 2).sum(),
            ((quality[out] - quality[~out].mean()) ** 2).sum(),
        ]
    return float(1 - squares[0] / squares[1]) if squares[1] > 0 else None


def _are_measured(*numbers: Float64) -> bool:
    """Whether numbers can be measurements: their squares are finite, and the squares of those."""
    return all(np.abs(some).max(initial=0) < LARGEST for some in numbers)


def left_out_r2(columns: Float64, y: Float64) -> float | None:
    """Return R2 of a linear regression with a constant, each row being predicted from the others.

    Returns
    -------
    float or None
        None if there are too few rows, a row that only it tells, or no variance.
    """
    n = len(y)
    known = np.column_stack([np.ones(n), columns])
    if n < known.shape[1] + 2 or np.ptp(y) == 0:
        return None
    # The error of a row left out is its residual over 1 - h, h its leverage (Allen 1974).
    basis, values, _ = np.linalg.svd(known, full_matrices=False)
    basis = basis[:, values > 1e-10 * values[0]]
    left = 1 - (basis**2).sum(axis=1)
    if left.min() < 1e-9:
        return None
    errors = (y - basis @ (basis.T @ y)) / left
    baseline = (y - y.mean()) * n / (n - 1)
    return float(1 - (errors**2).sum() / (baseline**2).sum())
