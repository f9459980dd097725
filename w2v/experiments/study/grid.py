"""The models that a study trains, and the grid of them: as many settings of each objective, each with the same seeds."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from w2v.config import TrainConfig
from w2v.errors import ConfigError
from w2v.training.objectives import TABLE

OWN: dict[str, tuple[str, ...]] = {
    "nt_xent": ("temperature",),
    "decoupled": ("temperature",),
    "triplet": ("margin",),
    "triplet_dot": ("margin",),
    "align_uniform": ("align_weight", "uniform_t"),
    "spectral": (),
}
"""The parameters of each objective besides the common ones; the others have none."""

OBJECTIVES = tuple(TABLE)

SYMBOLS = {"temperature": "τ", "margin": "m", "align_weight": "λ", "uniform_t": "t"}
COMMON = {
    "negative": "negative",
    "vector_size": "dim",
    "window": "window",
    "ns_exponent": "ns_exponent",
    "alpha": "alpha",
}
OVERHEAD = 0.8
"""Cost of measuring and scoring a model, relative to training the default model on 20 MB of text."""


@dataclass(frozen=True)
class Model:
    """The parameters of one model; those that its objective does not use keep their defaults.

    Raises
    ------
    ConfigError
        If a value is out of range; see `w2v.TrainConfig`.
    """

    objective: str = "sgns"
    temperature: float = 0.15
    margin: float = 0.2
    align_weight: float = 3.0
    uniform_t: float = 3.0
    negative: int = 5
    vector_size: int = 100
    window: int = 5
    ns_exponent: float = 0.75
    alpha: float = 0.025
    seed: int = 1

    def __post_init__(self) -> None:
        self.config(epochs=1)

    def config(self, epochs: int, workers: int = 0) -> TrainConfig:
        """Return the training configuration."""
        return TrainConfig(**asdict(self), epochs=epochs, workers=workers)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)

    @property
    def setting(self) -> "Model":
        """The model without its seed, which is the same for all repetitions."""
        return replace(self, seed=0)

    @property
    def own(self) -> str:
        """The objective with its own parameters, such as ``nt_xent τ=0.15``."""
        values = (f"{SYMBOLS[name]}={getattr(self, name):g}" for name in OWN.get(self.objective, ()))
        return " ".join([self.objective, *values])

    @property
    def label(self) -> str:
        """The setting in one line: the objective, its own parameters, and those common ones that differ from the default."""
        usual = Model()
        others = (
            f"{shown}={getattr(self, name):g}"
            for name, shown in COMMON.items()
            if getattr(self, name) != getattr(usual, name)
        )
        return ", ".join([self.own, *others])

    @property
    def cost(self) -> float:
        """Estimated time for the model, relative to training the default model."""
        work = self.vector_size / 100 * (1 + self.negative) / 6 * (1 + self.window) / 6
        return OVERHEAD + (0.3 + 0.7 * work) * (1.3 if TABLE[self.objective].cosine else 1.0)


_NO_PARAMETER: tuple[dict[str, Any], ...] = ({"window": 10}, {"ns_exponent": 0.5}, {"alpha": 0.05})
_TEMPERATURES = tuple({"temperature": tau} for tau in (0.07, 0.3, 0.5))
_VARIED: dict[str, tuple[dict[str, Any], ...]] = {
    "nt_xent": _TEMPERATURES,
    "decoupled": _TEMPERATURES,
    "triplet": tuple({"margin": m} for m in (0.1, 0.5, 0.7)),
    "align_uniform": ({"align_weight": 1.0}, {"align_weight": 10.0}, {"uniform_t": 2.0}),
}
"""Three settings of each objective: of its own parameters, where it has any that matter, otherwise of common ones."""
_OF_ALL: tuple[dict[str, Any], ...] = ({"window": 2}, {"negative": 2})
"""Settings that all objectives share."""


def default_grid(objectives: Sequence[str] = OBJECTIVES, seeds: int = 3, first_seed: int = 1) -> tuple[Model, ...]:
    """Return the models of a study: six settings of each objective, the default one first, each with all seeds.

    The order is that of the training: all settings with one seed, then with the next one, so that a study that was stopped
    has trained as much of each objective.

    Raises
    ------
    ConfigError
        If an objective is unknown or named twice, or there is none.
    """
    return _with_seeds(
        [
            replace(Model(objective), **changes)
            for objective in _checked(objectives)
            for changes in ({}, *_VARIED.get(objective, _NO_PARAMETER), *_OF_ALL)
        ],
        seeds,
        first_seed,
    )


def quick_grid(objectives: Sequence[str] = OBJECTIVES, seeds: int = 2, first_seed: int = 1) -> tuple[Model, ...]:
    """Return a few small models, two settings of each objective, for a quick look at what a study does."""
    small = [Model(objective, vector_size=dim) for objective in _checked(objectives) for dim in (20, 40)]
    return _with_seeds(small, seeds, first_seed)


def _checked(objectives: Sequence[str]) -> Sequence[str]:
    if not objectives or len(set(objectives)) < len(objectives) or not set(objectives) <= set(TABLE):
        got = ", ".join(objectives) or "none"
        raise ConfigError(f"objectives must be one or more of {', '.join(TABLE)}, each once: got {got}")
    return objectives


def _with_seeds(settings: Sequence[Model], seeds: int, first: int) -> tuple[Model, ...]:
    return tuple(replace(model, seed=seed) for seed in range(first, first + seeds) for model in settings)
