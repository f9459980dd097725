"""What correlations over trained models can tell about alignment and uniformity, and what they cannot."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from w2v.arrays import Float64
from w2v.experiments.study.correlation import (
    Groups,
    holm,
    indicators,
    partial_spearman,
    permutation_p,
    spearman_interval,
)
from w2v.experiments.study.location import Matched, matched
from w2v.experiments.study.metrics import ALIGNMENT, BOTH, CLAIMED, INPUT, METRICS, UNIFORMITY, key
from w2v.experiments.study.prediction import predictions, transferred
from w2v.experiments.study.quality import QUALITIES
from w2v.experiments.study.settings import Setting

ALL, SOUND = "all settings", "collapsed settings left out"
TOWERS = (INPUT, BOTH)


@dataclass(frozen=True)
class Association:
    """How a metric goes with a score over settings: negative, as the theory claims, if lower is better.

    Attributes
    ----------
    metric, score : str
        Key of the metric, and name of the score.
    n : int
        Number of settings.
    rho : float or None
        Spearman's rank correlation.
    low, high : float or None
        Its 95 % interval; None with fewer than 20 settings.
    partial : float or None
        Rank correlation with the other coordinate held fixed: uniformity for alignment, and the reverse. None for the sum.
    within : float or None
        The same with the objective held fixed too.
    p : float or None
        Of ``within``, by permutation within objectives.
    holm : float or None
        ``p``, corrected for all tests of the study.
    """

    metric: str
    score: str
    n: int
    rho: float | None
    low: float | None
    high: float | None
    partial: float | None
    within: float | None
    p: float | None
    holm: float | None = None


@dataclass(frozen=True)
class Place:
    """What the place in the plane of one pair of towers tells about one score.

    Attributes
    ----------
    towers, score : str
    matched : Matched
    holm : float or None
        ``matched.p``, corrected for all tests of the study.
    r2 : dict of str to float or None
        Of settings left out, by model (see `w2v.experiments.study.prediction`).
    transferred : float or None
        Of objectives left out.
    """

    towers: str
    score: str
    matched: Matched
    r2: dict[str, float | None]
    transferred: float | None
    holm: float | None = None


@dataclass(frozen=True)
class View:
    """The analysis of some settings.

    Attributes
    ----------
    name : str
    n : int
        Number of settings.
    coupling : dict of str to float or None
        Rank correlation of alignment with uniformity, by towers.
    associations : tuple of Association
    places : tuple of Place
    """

    name: str
    n: int
    coupling: dict[str, float | None]
    associations: tuple[Association, ...]
    places: tuple[Place, ...]

    @property
    def tests(self) -> list[float | None]:
        """The p-values."""
        return [one.p for one in self.associations] + [one.matched.p for one in self.places]

    def without(self, scores: Collection[str]) -> "View":
        """Return the view without some scores."""
        return replace(
            self,
            associations=tuple(one for one in self.associations if one.score not in scores),
            places=tuple(one for one in self.places if one.score not in scores),
        )

    def corrected(self, adjusted: Sequence[float | None]) -> "View":
        """Return the view with corrected p-values, in the order of ``tests``."""
        split = len(self.associations)
        pairs = zip(self.associations, adjusted[:split], strict=True)
        places = zip(self.places, adjusted[split:], strict=True)
        return replace(
            self,
            associations=tuple(replace(one, holm=p) for one, p in pairs),
            places=tuple(replace(one, holm=p) for one, p in places),
        )


def analyse(settings: Sequence[Setting]) -> list[View]:
    """Analyse all settings and, if some have collapsed, the others alone; all p-values are corrected together."""
    sound = [setting for setting in settings if not setting.collapsed]
    views = [_view(ALL, settings)] + ([_view(SOUND, sound)] if len(sound) < len(settings) else [])
    adjusted = holm([p for view in views for p in view.tests])
    found = []
    for view in views:
        count = len(view.tests)
        found.append(view.corrected(adjusted[:count]))
        adjusted = adjusted[count:]
    return found


def other_metrics(
    settings: Sequence[Setting],
) -> dict[tuple[str, str], tuple[float | None, tuple[float, float] | None]]:
    """Return the rank correlation and its interval of each metric that the theory makes no claim about, and each score."""
    found = {}
    for metric in METRICS:
        for score in QUALITIES:
            table = _Table.of(settings, (metric.key,), score)
            if metric.name not in CLAIMED and table.n:
                x = table.metrics[:, 0]
                rho = partial_spearman(x, table.quality, np.empty((table.n, 0)))
                found[metric.key, score] = (rho, spearman_interval(x, table.quality))
    return found


@dataclass(frozen=True, eq=False)
class _Table:
    """Metrics and a score, means over seeds, of the settings that have all of them."""

    settings: list[Setting]
    metrics: Float64
    quality: Float64
    objectives: Groups

    @classmethod
    def of(cls, settings: Sequence[Setting], keys: Sequence[str], score: str) -> "_Table":
        known = [s for s in settings if s.score(score) and all(s.metric(name) for name in keys)]
        names = {name: number for number, name in enumerate(sorted({s.model.objective for s in known}))}
        return cls(
            known,
            np.array([[np.mean(s.metric(name)) for name in keys] for s in known]).reshape(-1, len(keys)),
            np.array([np.mean(s.score(score)) for s in known]),
            np.array([names[s.model.objective] for s in known], np.int64),
        )

    @property
    def n(self) -> int:
        return len(self.settings)


def _view(name: str, settings: Sequence[Setting]) -> View:
    known = {
        (towers, score): _Table.of(settings, [key(towers, metric) for metric in CLAIMED], score)
        for towers in TOWERS
        for score in QUALITIES
    }
    tables = {place: table for place, table in known.items() if table.n}
    coupling = {}
    for towers in TOWERS:
        both = [(s.metric(key(towers, ALIGNMENT)), s.metric(key(towers, UNIFORMITY))) for s in settings]
        means = np.array([[np.mean(a), np.mean(u)] for a, u in both if a and u]).reshape(-1, 2)
        coupling[towers] = partial_spearman(means[:, 0], means[:, 1], np.empty((len(means), 0)))
    return View(
        name,
        len(settings),
        coupling,
        tuple(one for place, table in tables.items() for one in _associations(*place, table)),
        tuple(_place(*place, table) for place, table in tables.items()),
    )


def _associations(towers: str, score: str, table: _Table) -> list[Association]:
    nothing = np.empty((table.n, 0))
    found = []
    for column, metric in enumerate(CLAIMED):
        x, y = table.metrics[:, column], table.quality
        other = table.metrics[:, [1 - column]] if column < 2 else nothing
        given = np.column_stack([other, indicators(table.objectives)])
        ends = spearman_interval(x, y)
        found.append(
            Association(
                metric=key(towers, metric),
                score=score,
                n=table.n,
                rho=partial_spearman(x, y, nothing),
                low=ends[0] if ends else None,
                high=ends[1] if ends else None,
                partial=partial_spearman(x, y, other) if column < 2 else None,
                within=partial_spearman(x, y, given),
                p=permutation_p(x, y, other, table.objectives),
            )
        )
    return found


def _place(towers: str, score: str, table: _Table) -> Place:
    keys = [key(towers, metric) for metric in (ALIGNMENT, UNIFORMITY)]
    models = [
        (number, *row)
        for number, setting in enumerate(table.settings)
        for row in zip(setting.metric(keys[0]), setting.metric(keys[1]), setting.score(score), strict=True)
    ]
    numbers = np.array([row[0] for row in models], np.int64)
    rows = np.array([row[1:] for row in models], np.float64).reshape(-1, 3)
    places = table.metrics[:, :2]
    return Place(
        towers,
        score,
        matched(rows[:, :2], rows[:, 2], numbers),
        predictions(places, table.quality, table.objectives),
        transferred(places, table.quality, table.objectives),
    )
