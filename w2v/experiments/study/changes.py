"""The changed vectors of a study, over seeds: what each change did to the metrics and to the scores."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from w2v.experiments.study.grid import Model
from w2v.experiments.study.interventions import CHANGES, COMMON, TRAINED
from w2v.experiments.study.metrics import ALIGNMENT, INFORMATION, INPUT, SUM, UNIFORMITY, key
from w2v.experiments.study.quality import QUALITIES
from w2v.experiments.study.settings import Setting

COLUMNS = (ALIGNMENT, UNIFORMITY, SUM, INFORMATION)
"""The metrics of changed vectors that are reported, of input vectors with each other."""


@dataclass(frozen=True)
class Changed:
    """One setting as trained and after each change.

    Attributes
    ----------
    model : Model
    seeds : int
    values : dict of str to dict of str to tuple of float
        By change, and by name of the metric or score: the value of each seed. Scores that a seed lacks are missing.
    """

    model: Model
    seeds: int
    values: dict[str, dict[str, tuple[float, ...]]]

    def without(self, scores: Collection[str]) -> "Changed":
        """Return the model without some scores."""
        kept = {
            change: {name: values for name, values in columns.items() if name not in scores}
            for change, columns in self.values.items()
        }
        return Changed(self.model, self.seeds, kept)

    def mean(self, change: str, column: str) -> float | None:
        """Return the mean over seeds."""
        found = self.values.get(change, {}).get(column)
        return float(np.mean(found)) if found else None

    def seed_sd(self, column: str) -> float | None:
        """Return the standard deviation between seeds, as trained."""
        found = self.values[TRAINED].get(column, ())
        return float(np.std(found, ddof=1)) if len(found) > 1 else None

    def spread(self, column: str) -> float | None:
        """Return the largest difference, within a seed, between lengths of the common vector."""
        rows = [self.values[name][column] for name in COMMON if column in self.values.get(name, {})]
        return float(np.ptp(np.array(rows), axis=0).max()) if len(rows) > 1 else None


def changed_models(settings: Sequence[Setting]) -> list[Changed]:
    """Return the settings whose vectors were changed, with all seeds that were."""
    found = []
    for setting in settings:
        records = [record for record in setting.records if record.changes]
        if records:
            values = {TRAINED: _columns([(record.metrics, record.scores) for record in records])}
            for name in CHANGES:
                made = [record.changes[name] for record in records if name in record.changes]
                if len(made) == len(records):
                    values[name] = _columns([(one["metrics"], one["scores"]) for one in made])
            found.append(Changed(setting.model, len(records), values))
    return found


def _columns(
    measured: Sequence[tuple[Mapping[str, float | None], Mapping[str, float | None]]],
) -> dict[str, tuple[float, ...]]:
    """Return the values of each metric and score that all seeds have."""
    found = {}
    for name in (*COLUMNS, *QUALITIES):
        values = [
            scores.get(name) if name in QUALITIES else metrics.get(key(INPUT, name)) for metrics, scores in measured
        ]
        if None not in values:
            found[name] = tuple(value for value in values if value is not None)
    return found
