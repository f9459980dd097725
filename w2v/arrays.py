"""Aliases for the array types that packages exchange."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Float32: TypeAlias = NDArray[np.float32]
Float64: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.int64]
"""Row numbers of a matrix of vectors."""
