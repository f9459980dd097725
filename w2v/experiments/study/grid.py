"""The models that a study trains, and the grid of them."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from w2v.config import TrainConfig
from w2v.training.objectives import TABLE

OWN = {
    "sgns": (),
    "nt_xent": ("temperature",),
    "decoupled": ("temperature",),
    "triplet": ("margin",),
    "triplet_dot": ("margin",),
    "align_uniform": ("align_weight", "uniform_t"),
    "spectral": (),
}
"""The parameters of each objective besides the common ones."""

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
    margin: float = 0.5
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
        values = (f"{SYMBOLS[name]}={getattr(self, name):g}" for name in OWN[self.objective])
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


def default_grid() -> tuple[Model, ...]:
    """Return the models of a full study.

    The grid varies the parameters of each objective, and for the main objectives the common parameters one at a time; some
    models are repeated with a second seed. A few align_uniform models are known to collapse, because alignment outweighs
    uniformity or vice versa; they extend the range of the plane.
    """
    temperatures = [Model("nt_xent", temperature=tau) for tau in (0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)]
    weights = ((3, 3), (2, 2), (1, 1), (4, 4), (5, 5), (3, 2), (2, 3), (4, 3), (3, 5), (5, 2), (3, 1), (1, 2))
    both = [Model("align_uniform", align_weight=weight, uniform_t=t) for weight, t in weights]
    margins = [Model(kind, margin=m) for kind in ("triplet", "triplet_dot") for m in (0.2, 0.5, 1.0)]
    main = (Model(), Model("nt_xent"), Model("align_uniform"))
    repeated = (*main, Model("triplet"), Model("triplet_dot"), Model("align_uniform", align_weight=2, uniform_t=2))
    grid = [Model(), *temperatures, *margins, *both]
    for model in main:
        grid += around(model)
    grid += [replace(model, negative=15) for model in (Model("nt_xent", temperature=0.07), *repeated[3:])]
    grid += [replace(model, seed=2) for model in repeated]
    return tuple(dict.fromkeys(grid))


def around(model: Model) -> list[Model]:
    """Vary the parameters that all objectives share, one at a time."""
    values: dict[str, tuple[float, ...]] = {
        "negative": (15,),
        "vector_size": (50, 200),
        "window": (2, 10),
        "ns_exponent": (0.5, 1.0),
        "alpha": (0.05,),
    }
    return [replace(model, **{name: value}) for name, several in values.items() for value in several]  # type: ignore[arg-type]


def quick_grid() -> tuple[Model, ...]:
    """Return a few small models, for a quick look at what a study does."""
    main = (
        Model(),
        Model("nt_xent", temperature=0.07),
        Model("nt_xent"),
        Model("nt_xent", temperature=0.5),
        Model("triplet"),
        Model("triplet_dot"),
        Model("align_uniform"),
        Model("align_uniform", align_weight=2, uniform_t=2),
        Model("align_uniform", align_weight=5, uniform_t=2),
    )
    return tuple(replace(model, vector_size=dim) for model in main for dim in (20, 40))
