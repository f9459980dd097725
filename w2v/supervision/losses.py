"""The supervised contrastive losses and their gradients (Khosla et al. 2020, equations 2 and 3).

    u_i = z_i / |z_i|,  s_ia = u_i.u_a / tau         of the rows of a batch
    A(i): all rows but i;  P(i): those of A(i) that have the class of i

    L_out = mean_i -1/|P(i)| sum_{p in P(i)} log p_ip        p_ia = exp s_ia / sum_{b in A(i)} exp s_ib
    L_in  = mean_i -log (1/|P(i)| sum_{p in P(i)} p_ip)

The mean is over the anchors i that have a positive. L_in <= L_out, as the logarithm is concave (Jensen); with one positive
per anchor both are NT-Xent (Chen et al. 2020).

    dL/ds_ia = (p_ia - t_ia) / anchors      t_ia = [a in P(i)] / |P(i)|                             (out)
                                            t_ia = [a in P(i)] p_ia / sum_{p in P(i)} p_ip          (in)
    dL/du_i  = sum_a (D_ia + D_ai) u_a / tau,    D = dL/ds
    dL/dz_i  = (g - (g.u_i) u_i) / |z_i|,        g = dL/du_i
"""

from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float64, Rows

KINDS = ("in", "out")
"""Where the sum over the positives stands: in the logarithm, or out of it."""


@dataclass(frozen=True)
class Loss:
    """A loss of one batch and its gradient.

    Attributes
    ----------
    value : float
        0 without an anchor that has a positive.
    gradient : ndarray of float64, shape (n, d)
        With respect to the rows.
    anchors : int
        Rows that have a positive.
    """

    value: float
    gradient: Float64
    anchors: int


def contrast(z: Float64, classes: Rows, temperature: float, kind: str = "in") -> Loss:
    """Compute L_in or L_out of a batch.

    Parameters
    ----------
    z : ndarray of float64, shape (n, d)
        Rows of any length but 0.
    classes : ndarray of int64, shape (n,)
    temperature : float
        tau.
    kind : {"in", "out"}

    Examples
    --------
    >>> z, classes = np.array([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0]]), np.array([0, 0, 1])
    >>> loss = contrast(z, classes, 0.1)
    >>> loss.anchors, round(loss.value, 4)
    (2, 0.0001)
    """
    lengths = np.linalg.norm(z, axis=1, keepdims=True)
    u = z / lengths
    positive = classes[:, np.newaxis] == classes
    np.fill_diagonal(positive, False)
    numbers = positive.sum(axis=1)
    has = numbers > 0
    anchors = int(has.sum())
    if not anchors:
        return Loss(0.0, np.zeros_like(z), 0)
    s = u @ u.T / temperature
    np.fill_diagonal(s, -np.inf)
    log_p = s - _log_sum_exp(s)[:, np.newaxis]
    if kind == "out":
        shares = positive / np.maximum(numbers, 1)[:, np.newaxis]
        losses = -np.where(positive, log_p, 0.0).sum(axis=1) / np.maximum(numbers, 1)
    else:
        own = np.where(positive, log_p, -np.inf)
        own[~has] = 0.0  # no positive, and no anchor: any finite number
        total = _log_sum_exp(own)
        shares = np.exp(own - total[:, np.newaxis])
        losses = np.log(np.maximum(numbers, 1)) - total
    d = (np.exp(log_p) - shares) / (anchors * temperature)
    d[~has] = 0.0
    g = (d + d.T) @ u
    g -= np.einsum("nd,nd->n", g, u)[:, np.newaxis] * u
    return Loss(float(losses[has].mean()), g / lengths, anchors)


def _log_sum_exp(s: Float64) -> Float64:
    top = s.max(axis=1)
    return np.asarray(top + np.log(np.exp(s - top[:, np.newaxis]).sum(axis=1)))
