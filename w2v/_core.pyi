from typing import Any

from numpy.typing import NDArray

MERGE_WINDOWS: int

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
        steps: NDArray[Any] | None = None,
        seen: Any = None,
    ) -> None: ...
    def begin(
        self,
        epoch: int,
        first_chunk: int,
        end_chunk: int,
        counts: NDArray[Any],
        losses: NDArray[Any],
        replicated: int = 0,
        merged_share: float = 1.0,
    ) -> None: ...
    def set_rates(self, alpha: float, min_alpha: float) -> None: ...
    def work(self) -> None: ...
    def stop(self) -> None: ...
    @property
    def position(self) -> int: ...
    @property
    def progress(self) -> int: ...

def variants() -> list[str]: ...
def check_trains(isa: str) -> None: ...
def shuffled_pool(shares: NDArray[Any], seed: int) -> NDArray[Any]: ...
def update_tile(
    variant: str,
    contexts: NDArray[Any],
    targets: NDArray[Any],
    context_counts: Any,
    target_counts: Any,
    dim: int,
    learning_rate: float,
    settings: Any,
    steps: Any = None,
) -> tuple[NDArray[Any], NDArray[Any], float]: ...
