from typing import Any

from numpy.typing import NDArray

class Engine:
    def __init__(
        self,
        input: NDArray[Any],
        output: NDArray[Any],
        tokens: NDArray[Any],
        offsets: NDArray[Any],
        chunks: NDArray[Any],
        keep: NDArray[Any],
        noise: NDArray[Any],
        settings: Any,
        isa: str,
        seen: Any = None,
    ) -> None: ...
    def begin(
        self, epoch: int, first_chunk: int, end_chunk: int, counts: NDArray[Any], losses: NDArray[Any]
    ) -> None: ...
    def work(self) -> None: ...
    def stop(self) -> None: ...
    @property
    def position(self) -> int: ...
    @property
    def progress(self) -> int: ...

def variants() -> list[str]: ...
def check_trains(isa: str) -> None: ...
def update_tile(
    variant: str,
    contexts: NDArray[Any],
    targets: NDArray[Any],
    signs: NDArray[Any],
    weights: NDArray[Any] | None,
    dim: int,
    learning_rate: float,
    max_weight: int = 1,
) -> tuple[NDArray[Any], NDArray[Any], float]: ...
