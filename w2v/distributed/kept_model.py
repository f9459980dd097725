"""The model that the process that drives a training has taken from its workers, and when it takes the next one.

    span      |--|--|--|--|--|--|--|--|--|       all rows are merged after each: there is one model, with the workers
    here      0        3           7     9       taken when it is due, and when work ends: an epoch, a checkpoint

Taking it is a cost, C seconds in which the workers wait; the later it is taken, the more is trained again after a worker was
lost. Over a long training with M seconds between losses, both together are least if it is taken every sqrt(2 C M) seconds
(J. W. Young, A first order approximation to the optimum checkpoint interval, Communications of the ACM 17, 1974).
"""

import math
import time
from collections.abc import Iterable

import numpy as np

from w2v.training.matrices import Matrices
from w2v.training.merging import Rows

SECONDS_BETWEEN_LOSSES = 3600.0
"""Of workers, all together, where machines may be taken away at any time. If they are lost less often, longer intervals
would cost less, but not much: at 10 Gbit/s, a million words of 100 dimensions take 0.64 s, and are sent every 68 s."""


FIRST_SECONDS = 30.0
"""When it is taken first, before it is known what that takes."""


class KeptModel:
    """See the module.

    Parameters
    ----------
    matrices : Matrices
        The model to begin with; they hold the one that was taken last, whatever happens while the next one is.

    Attributes
    ----------
    matrices : Matrices
    place : int
        Of the round before which it is the model.
    """

    def __init__(self, matrices: Matrices) -> None:
        self.matrices, self.place = matrices, 0
        self._next = Matrices.empty_as(matrices)  # until all of it is here
        for matrix in (self._next.input, self._next.output):
            matrix.fill(0)  # takes its memory now, before workers on this machine say how much they have
        self._taken, self._interval = time.monotonic(), FIRST_SECONDS

    @property
    def is_due(self) -> bool:
        """Whether the next one should be taken at the end of this span."""
        return time.monotonic() - self._taken >= self._interval

    def take(self, place: int, parts: Iterable[tuple[int, int, Rows]]) -> None:
        """Take the model before the round at this place, in parts: first and end of some rows, and these."""
        began = time.monotonic()
        for first, end, rows in parts:
            self._next.vectors[first:end], self._next.output_vectors[first:end] = rows
        np.copyto(self.matrices.input, self._next.input)
        np.copyto(self.matrices.output, self._next.output)
        self.place, self._taken = place, time.monotonic()
        self._interval = interval(self._taken - began)


def interval(cost: float) -> float:
    """Return after how many seconds the model is taken again if that takes ``cost`` seconds.

    Examples
    --------
    >>> [round(interval(cost)) for cost in (0.01, 0.64, 20.0)]
    [8, 68, 379]
    """
    return math.sqrt(2 * cost * SECONDS_BETWEEN_LOSSES)
