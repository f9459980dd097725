from typing import Any, NamedTuple

from numpy.typing import NDArray

MERGE_WINDOWS: int
MAX_CONTEXTS: int

class Text(NamedTuple):
    tokens: NDArray[Any]
    offsets: NDArray[Any]
    chunks: NDArray[Any]
    keep: NDArray[Any]
    first_chunk: int = 0

class Noise(NamedTuple):
    pool: NDArray[Any]
    region_size: int
    region_step: int

class Engine:
    def __init__(
        self,
        input: NDArray[Any],
        output: NDArray[Any],
        text: Text,
        noise: Noise,
        settings: Any,
        isa: str,
        input_steps: NDArray[Any] | None = None,
        output_steps: NDArray[Any] | None = None,
        boost: float = 1,
        seen: Any = None,
    ) -> None: ...
    def on_copies(self, input: NDArray[Any], output: NDArray[Any], text: Text, seen: Any = None) -> Engine: ...
    def begin(
        self,
        epoch: int,
        first_chunk: int,
        end_chunk: int,
        counts: NDArray[Any],
        losses: NDArray[Any],
        replicated: int = 0,
        merged_share: float = 1.0,
        alone: bool = True,
    ) -> None: ...
    def set_rates(self, alpha: float, min_alpha: float) -> None: ...
    def work(self) -> None: ...
    def stop(self) -> None: ...
    @property
    def position(self) -> int: ...
    @property
    def progress(self) -> int: ...

def variants() -> list[str]: ...
def objectives() -> list[str]: ...
def tile_rate(learning_rate: float, negative: int) -> float: ...
def kernels(name: str) -> Any: ...
def add_kernels(capsule: Any) -> None: ...
def check_trains(isa: str) -> None: ...
def shuffled_pool(shares: NDArray[Any], seed: int) -> NDArray[Any]: ...
