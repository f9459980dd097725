"""Parameters of a comparison: those of training that both engines have, and the number of runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from w2v.config import TrainConfig, option, validate
from w2v.errors import ConfigError
from w2v.machine import processors

SHARED = (
    "vector_size",
    "window",
    "negative",
    "epochs",
    "alpha",
    "min_alpha",
    "sample",
    "ns_exponent",
    "shrink_windows",
)
"""Fields of ``TrainConfig`` that gensim has under the same names; ``min_count`` is another shared parameter. Seeds and
threads are not listed because a comparison varies them."""

QUICK_WORDS = 1_000_000


@dataclass(frozen=True)
class ComparisonConfig:
    """Number of runs of both engines, and of threads.

    Raises
    ------
    ConfigError
        If a value has the wrong type or is out of range.
    """

    seeds: int = option(3, "training runs of each engine to score, with seeds 1, 2, ...", 1, 100)
    rounds: int = option(3, "pairs of runs to measure speed with, for each number of threads", 1, 100)
    workers: int = option(0, "largest number of threads; 0: one per processor", 0, 1_024)
    min_count: int = option(5, "ignore words that occur less often", 0, 2**62)
    most_words: int | None = option(None, "use only the first words of the text, about this many", 1, 2**62)

    def __post_init__(self) -> None:
        validate(self)

    @property
    def threads(self) -> list[int]:
        """Numbers of threads with which speed is measured: 1, 2, 4, ... and the largest."""
        most = self.workers or processors()
        powers = [1 << n for n in range(most.bit_length()) if 1 << n < most]
        return [*powers, most]


def parameters_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the training parameters that both engines have: those given, and gensim's defaults for the others.

    Raises
    ------
    ConfigError
        If a name is not in ``SHARED``, or a value is out of range.
    """
    for name in given:
        if name not in SHARED:
            raise ConfigError(f"parameters must be among those that both engines have, {', '.join(SHARED)}: got {name}")
    config = TrainConfig(**given)
    return {name: getattr(config, name) for name in SHARED}
