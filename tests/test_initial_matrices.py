"""Initial matrices are those of one random stream, however many threads draw its numbers."""

import numpy as np
import pytest

from w2v.training import matrices as module
from w2v.training.matrices import Matrices, Uniform, initial_divisor


@pytest.mark.parametrize("seed", [1, (3, 5, 8), 2**63 - 1])
def test_the_stream_can_be_entered_anywhere(seed):
    whole = np.random.default_rng(seed).random(2000, dtype=np.float32)
    for first in (0, 1, 2, 7, 1000):
        for skip in (0, 1, 2, 333):
            found = Uniform(seed, first).generator(skip).random(20, dtype=np.float32)
            assert (found == whole[first + skip : first + skip + 20]).all()


@pytest.mark.parametrize("length", [None, 0.5])
@pytest.mark.parametrize(("rows", "dim"), [(1, 1), (5, 3), (97, 7), (1000, 16)])
@pytest.mark.parametrize("threads", [1, 3])
def test_rows_are_one_stream(monkeypatch, rows, dim, length, threads):
    monkeypatch.setattr(module, "PART_FLOATS", 210)
    monkeypatch.setattr(module, "BLOCK_FLOATS", 33)
    made = Matrices.initialise(rows, dim, 7, length, threads)
    rng = np.random.default_rng(7)
    assert length is not None or not made.output.any()
    for matrix in (made.vectors, made.output_vectors)[: 1 if length is None else 2]:
        expected = rng.random((rows, dim), dtype=np.float32)
        expected *= 2.0
        expected -= 1.0
        expected /= initial_divisor(dim, length)
        assert (matrix == expected).all()
    assert not made.input[:, dim:].any()
