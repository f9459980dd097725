"""Select the best setting of each objective, and repeat it with held-out seeds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from w2v.arrays import Float64
from w2v.evaluation.statistics import ranks
from w2v.experiments.study.grid import Model
from w2v.experiments.study.journal import Record
from w2v.experiments.study.quality import MAIN

ALL = "all objectives"


@dataclass(frozen=True)
class Setting:
    """Models that differ only in the seed."""

    model: Model
    records: tuple[Record, ...]

    def mean(self, score: str) -> float | None:
        """Return the mean of a score over the seeds; None if a seed has no such score."""
        values = [value for record in self.records if (value := record.scores.get(score)) is not None]
        return float(np.mean(values)) if values and len(values) == len(self.records) else None

    def values(self, score: str) -> list[float]:
        """Return the score of each seed that has one."""
        return [value for record in self.records if (value := record.scores.get(score)) is not None]


@dataclass(frozen=True)
class Choice:
    """The best setting of a family.

    Attributes
    ----------
    family : str
        An objective, or ``ALL``.
    among : int
        Number of settings it was selected from.
    chosen : Setting
        With the seeds of the grid; its scores are optimistic, because it was selected by them.
    repeated : Setting
        The same setting with held-out seeds.
    """

    family: str
    among: int
    chosen: Setting
    repeated: Setting


def settings(records: Sequence[Record]) -> list[Setting]:
    """Group the trained models by setting, in the order of their first records."""
    groups: dict[Model, list[Record]] = {}
    for record in records:
        if record.failure is None:
            groups.setdefault(record.model.setting, []).append(record)
    return [Setting(model, tuple(group)) for model, group in groups.items()]


def mean_ranks(found: Sequence[Setting]) -> Float64:
    """Return the mean rank of each setting over the main scores; higher is better, and a missing score ranks last.

    Ranks are used because scores of different kinds have no common scale.
    """
    table = [[-np.inf if (v := one.mean(score)) is None else v for score in MAIN] for one in found]
    return np.asarray(ranks(np.array(table).reshape(-1, len(MAIN))).mean(axis=1))


def choose(records: Sequence[Record], repeated: Sequence[Record] = ()) -> list[Choice]:
    """Select the best setting of each objective, and of all together, by the mean rank over the main scores."""
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
    """Return models with the best setting of each objective and held-out seeds: ``seeds``, or the next unused ones."""
    best = dict.fromkeys(choice.chosen.model for choice in choose(records))
    held_out = unused(seeds, {record.model.seed for record in records})
    return [replace(model, seed=seed) for model in best for seed in held_out]


def unused(seeds: Sequence[int], used: Collection[int]) -> list[int]:
    """Return each seed, or the next larger one that is neither in ``used`` nor returned already.

    Examples
    --------
    >>> unused((101, 102), used={1, 101})
    [102, 103]
    """
    chosen: list[int] = []
    for seed in seeds:
        chosen.append(next(number for number in count(seed) if number not in used and number not in chosen))
    return chosen
