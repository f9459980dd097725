"""One tile through one compiled variant, for the tests of kernels and objectives."""

import numpy as np
import pytest

from w2v import _core
from w2v.config import TrainConfig
from w2v.training import reference

try:
    from w2v._testing import update_tile, variants
except ImportError:  # an installation for users
    update_tile, variants = None, _core.variants

VARIANTS = variants()
TRAINING_VARIANTS = [name for name in VARIANTS if name != "float64"]
needs_testing = pytest.mark.skipif(
    update_tile is None, reason="w2v._testing is not installed: build with W2V_TESTING=1"
)


def aligned_rows(values, dtype):
    """Copy rows into 64-byte-aligned, zero-padded storage, as the matrices have."""
    n, dim = values.shape
    stride = -(-dim // 16) * 16
    memory = np.zeros((n * stride + 64) * np.dtype(dtype).itemsize, np.uint8)
    start = -memory.ctypes.data % 64
    rows = memory[start : start + n * stride * np.dtype(dtype).itemsize].view(dtype).reshape(n, stride)
    rows[:, :dim] = values
    return rows


def run(
    variant,
    contexts,
    targets,
    learning_rate,
    context_counts=None,
    target_counts=None,
    config=None,
    steps=None,
    **within,
):
    dtype = np.float64 if variant == "float64" else np.float32
    n, m, dim = len(contexts), len(targets), contexts.shape[1]
    x, y = aligned_rows(contexts, dtype), aligned_rows(targets, dtype)
    counts = (
        np.ones(n) if context_counts is None else context_counts,
        np.ones(m) if target_counts is None else target_counts,
    )
    scores, coefficients, loss = update_tile(
        variant, x, y, counts, dim, learning_rate, config or TrainConfig(), steps, **within
    )
    assert not x[:, dim:].any(), "padding must stay zero"
    assert not y[:, dim:].any(), "padding must stay zero"
    return x[:, :dim], y[:, :dim], reference.TileResult(scores, coefficients, loss)
