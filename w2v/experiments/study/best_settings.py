"""Which setting of each objective is best: chosen among many, then trained again with seeds that no choice has seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from w2v.arrays import Float64
from w2v.evaluation.statistics import ranks
from w2v.experiments.study.grid import Model
from w2v.experiments.study.journal import Record
from w2v.experiments.study.quality import MAIN

ALL = "all objectives"


@dataclass(frozen=True)
class Setting:
    """The models that differ only in their seeds."""

    model: Model
    records: tuple[Record, ...]

    def mean(self, score: str) -> float | None:
        """Return a score's mean over the seeds; None if one has none."""
        values = [value for record in self.records if (value := record.scores.get(score)) is not None]
        return float(np.mean(values)) if len(values) == len(self.records) else None

    def values(self, score: str) -> list[float]:
        """Return a score of each seed that has it."""
        return [value for record in self.records if (value := record.scores.get(score)) is not None]


@dataclass(frozen=True)
class Choice:
    """The best setting of a family.

    Attributes
    ----------
    family : str
        An objective, or all.
    among : int
        Settings it was chosen from.
    chosen : Setting
        With the grid's seeds: its scores are optimistic, being the best of several.
    repeated : Setting
        The same setting with fresh seeds.
    """

    family: str
    among: int
    chosen: Setting
    repeated: Setting


def settings(records: Sequence[Record]) -> list[Setting]:
    """Return the settings of the models that were trained, in the order of their first records."""
    groups: dict[Model, list[Record]] = {}
    for record in records:
        if record.failure is None:
            groups.setdefault(record.model.setting, []).append(record)
    return [Setting(model, tuple(group)) for model, group in groups.items()]


def mean_ranks(found: Sequence[Setting]) -> Float64:
    """Return each setting's mean rank over the main scores, higher is better; a missing score ranks last.

    Ranks, because scores of different kinds have no common scale.
    """
    table = [[-np.inf if (v := one.mean(score)) is None else v for score in MAIN] for one in found]
    return np.asarray(ranks(np.array(table).reshape(-1, len(MAIN))).mean(axis=1))


def choose(records: Sequence[Record], repeated: Sequence[Record] = ()) -> list[Choice]:
    """Return the best setting of each objective and of all, by the mean rank over the main scores."""
    found = settings(records)
    if not found:
        return []
    merits = mean_ranks(found)
    again = {one.model: one for one in settings(repeated)}
    choices = []
    for family in (*dict.fromkeys(one.model.objective for one in found), ALL):
        members = [i for i, one in enumerate(found) if family in (one.model.objective, ALL)]
        best = found[max(members, key=lambda i: merits[i])]
        choices.append(Choice(family, len(members), best, again.get(best.model, Setting(best.model, ()))))
    return choices


def repetitions(records: Sequence[Record], seeds: Sequence[int]) -> list[Model]:
    """Return the models that repeat the best setting of each objective with fresh seeds."""
    best = dict.fromkeys(choice.chosen.model for choice in choose(records))
    return [replace(model, seed=seed) for model in best for seed in seeds]
