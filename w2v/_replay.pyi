from typing import Any

from numpy.typing import NDArray

class Replay:
    def __init__(
        self,
        input: NDArray[Any],
        output: NDArray[Any],
        dim: int,
        noise: NDArray[Any],
        negative: int,
        sigmoid: NDArray[Any],
        per_unit: float,
    ) -> None: ...
    def train(
        self,
        words: NDArray[Any],
        offsets: NDArray[Any],
        reach: NDArray[Any],
        learning_rate: float,
        state: int,
    ) -> None: ...

def subsample(
    words: NDArray[Any], offsets: NDArray[Any], keep: NDArray[Any], most: int, state: int
) -> tuple[NDArray[Any], NDArray[Any], int]: ...
