"""Settings: models that differ only in the seed, which are not independent, so that the setting is the unit of a study."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v.experiments.study.grid import Model
from w2v.experiments.study.journal import Record
from w2v.experiments.study.metrics import INPUT, key

COLLAPSED = 0.25
"""Effective rank of the input vectors, relative to their dimension, below which a setting counts as collapsed."""


@dataclass(frozen=True)
class Setting:
    """The records of one setting, one per seed."""

    model: Model
    records: tuple[Record, ...]

    def score(self, name: str) -> tuple[float, ...]:
        """Return a score of each seed; nothing if a seed has none."""
        found = [record.scores.get(name) for record in self.records]
        return tuple(value for value in found if value is not None) if None not in found else ()

    def metric(self, name: str) -> tuple[float, ...]:
        """Return a metric, by its key, of each seed; nothing if a seed has none."""
        found = [record.metrics.get(name) for record in self.records]
        return tuple(value for value in found if value is not None) if None not in found else ()

    @property
    def collapsed(self) -> bool:
        """Whether the input vectors use only a few dimensions."""
        rank = float(np.mean(self.metric(key(INPUT, "effective_rank"))))
        return rank < COLLAPSED * self.model.vector_size


def settings_of(records: Sequence[Record]) -> list[Setting]:
    """Group the models that were trained by setting, in the order of their first records."""
    groups: dict[Model, list[Record]] = {}
    for record in records:
        if record.failure is None:
            groups.setdefault(record.model.setting, []).append(record)
    return [Setting(model, tuple(group)) for model, group in groups.items()]


def mean_sd(values: Sequence[float]) -> tuple[float, float | None] | None:
    """Return the mean of seeds and their standard deviation, None for one; None for no value."""
    if not values:
        return None
    return float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None
