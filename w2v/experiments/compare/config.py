"""What is compared: the parameters that both engines have, and how often everything is measured."""

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
"""Fields of ``TrainConfig`` that gensim has under the same names; ``min_count`` is one more. Seeds and threads are not
among them: they are varied here."""

QUICK_WORDS = 1_000_000


@dataclass(frozen=True)
class ComparisonConfig:
    """How often, and with how many threads, both engines are run.

    Raises
    ------
    ConfigError
        If a value is not of its type or outside its range.
    """

    seeds: int = option(3, "trainings of each engine that are scored, with seeds 1, 2, ...", 1, 100)
    rounds: int = option(3, "alternating pairs of runs that speed is measured by, for each number of threads", 1, 100)
    workers: int = option(0, "largest number of threads; 0: one per processor", 0, 1_024)
    min_count: int = option(5, "drop words that occur less often", 0, 2**62)
    most_words: int | None = option(None, "cut the text after this many words", 1, 2**62)

    def __post_init__(self) -> None:
        validate(self)

    @property
    def threads(self) -> list[int]:
        """The numbers of threads that speed is measured with: 1, 2, 4, ... and the largest."""
        most = self.workers or processors()
        powers = [1 << n for n in range(most.bit_length()) if 1 << n < most]
        return [*powers, most]


def parameters_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return every parameter of training that the engines share: what is given, and gensim's defaults.

    Raises
    ------
    ConfigError
        If a name is none of ``SHARED``, or a value out of range.
    """
    for name in given:
        if name not in SHARED:
            raise ConfigError(f"{name} is no parameter that both engines have; allowed: {', '.join(SHARED)}")
    config = TrainConfig(**given)
    return {name: getattr(config, name) for name in SHARED}
