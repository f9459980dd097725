from typing import Any

from numpy.typing import NDArray

def variants() -> list[str]: ...
def update_tile(
    variant: str,
    contexts: NDArray[Any],
    targets: NDArray[Any],
    counts: tuple[Any, Any],
    dim: int,
    learning_rate: float,
    settings: Any,
    steps: Any = None,
    target_steps: Any = None,
    kernel_mean: float | None = None,
    within_output: bool = False,
) -> tuple[NDArray[Any], NDArray[Any], float]: ...
