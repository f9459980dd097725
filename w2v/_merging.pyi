from typing import Any

from numpy.typing import NDArray

MOST_COPIES: int

def mean_rows(copies: list[NDArray[Any]], first: int, end: int) -> None: ...
def merge_by_direction(
    matrices: list[NDArray[Any]], basis: Any, multiples: Any, first: int, end: int, kernels: Any
) -> None: ...
