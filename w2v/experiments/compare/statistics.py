"""Statistics of the runs: a pure function of the journal, so that each can be checked by hand.

runs -> `Ratios` (speed, reading, memory; pair by pair), `Contrast` (quality; over seeds), overlaps of neighbours
"""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import product
from typing import Any

from w2v.evaluation.statistics import ENOUGH, interval, resampled_spearman
from w2v.experiments.compare.engines import ENGINES, OURS, THEIRS

Record = dict[str, Any]
Values = tuple[float, ...]
Range = tuple[float, float]


@dataclass(frozen=True)
class Ratios:
    """One quantity of both engines in alternating pairs of runs.

    Attributes
    ----------
    name, unit : str
    better : {"higher", "lower"}
    w2v, gensim : tuple of float
        One value per pair of runs.
    """

    name: str
    unit: str
    better: str
    w2v: Values
    gensim: Values

    @property
    def ratios(self) -> Values:
        """How many times better w2v is, pair by pair: 2 means twice the speed, half the time or half the memory."""
        pairs = zip(self.w2v, self.gensim, strict=True)
        return tuple(ours / theirs if self.better == "higher" else theirs / ours for ours, theirs in pairs)

    @property
    def median_ratio(self) -> float:
        """The median of the ratios within pairs, not the ratio of the medians."""
        return statistics.median(self.ratios)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {**vars(self), "ratios": self.ratios, "median_ratio": self.median_ratio}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Ratios":
        """Restore it from the result of `to_dict`, also after JSON made lists of tuples."""
        return cls(data["name"], data["unit"], data["better"], tuple(data["w2v"]), tuple(data["gensim"]))


@dataclass(frozen=True)
class Intervals:
    """95 % bootstrap intervals, over word pairs, of the mean over seeds; ``difference`` is w2v minus gensim."""

    w2v: Range
    gensim: Range
    difference: Range


@dataclass(frozen=True)
class Contrast:
    """One score of both engines over several seeds.

    Attributes
    ----------
    name, unit : str
    better : {"higher", "lower", "neither"}
    digits : int
        Decimal places.
    w2v, gensim : tuple of float
        One value per seed.
    of : str
        What the score is computed over.
    count : int, optional
        Number of questions or pairs that could be answered.
    intervals : Intervals, optional
    """

    name: str
    unit: str
    better: str
    digits: int
    w2v: Values
    gensim: Values
    of: str = ""
    count: int | None = None
    intervals: Intervals | None = None

    @property
    def says_something(self) -> bool:
        """Whether enough questions could be answered for a comparison; the scores are reported in any case."""
        return self.count is None or self.count >= ENOUGH

    @property
    def difference(self) -> float:
        """Mean of w2v minus mean of gensim."""
        return statistics.mean(self.w2v) - statistics.mean(self.gensim)

    @property
    def spread(self) -> float | None:
        """The larger of the two ranges over seeds (largest minus smallest value); None with one seed."""
        if len(self.w2v) < 2:
            return None
        return max(max(values) - min(values) for values in (self.w2v, self.gensim))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        means = {f"{engine}_mean": statistics.mean(getattr(self, engine)) for engine in ENGINES}
        intervals = None if self.intervals is None else vars(self.intervals)
        return {**vars(self), "intervals": intervals, **means, "difference": self.difference, "spread": self.spread}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Contrast":
        """Restore it from the result of `to_dict`, also after JSON made lists of tuples."""
        values = {field.name: data[field.name] for field in fields(cls)}
        given = values.pop("intervals")
        intervals = None if given is None else Intervals(**{name: tuple(ends) for name, ends in given.items()})
        return cls(**values | {engine: tuple(data[engine]) for engine in ENGINES}, intervals=intervals)


@dataclass(frozen=True)
class Figures:
    """All statistics of a journal.

    Parameters
    ----------
    speed, quality : list of records
        The planned runs that are done.
    threads : int
        The largest number of threads.
    """

    speed: Sequence[Record]
    quality: Sequence[Record]
    threads: int

    @cached_property
    def training(self) -> list[Ratios]:
        """Training speed for each number of threads."""
        numbers = sorted({record["workers"] for record in self.speed})
        return [
            _ratios(
                f"training, {threads(n)}",
                "words/s",
                "higher",
                [record for record in self.speed if record["workers"] == n],
                lambda run: float(run["words_per_second"]),
            )
            for n in numbers
        ]

    @cached_property
    def resources(self) -> list[Ratios]:
        """Reading time, total time and peak memory, with the largest number of threads."""
        speed = [record for record in self.speed if record["workers"] == self.threads]
        at = threads(self.threads)
        found = [
            _ratios(f"reading and counting, {at}", "s", "lower", speed, lambda run: float(run["seconds"]["read"])),
            _ratios(
                f"reading and all epochs, {at}", "s", "lower", self.quality, lambda run: sum(run["seconds"].values())
            ),
            _ratios(f"peak memory, {at}", "MB", "lower", speed, lambda run: run["peak_memory_bytes"] / 1e6),
        ]
        return [ratios for ratios in found if ratios.w2v]

    @cached_property
    def scores(self) -> list[Contrast]:
        """Analogies and word pairs."""
        if not self.quality:
            return []
        return [*self._analogies(), *(self._pairs(name) for name in self._first["pairs"] if self._known(name))]

    @cached_property
    def geometry(self) -> list[Contrast]:
        """Alignment, uniformity and loss on the shared samples."""
        if not self.quality:
            return []
        rows = (("alignment", "neither"), ("uniformity", "neither"), ("shared_loss", "lower"))
        return [
            self._contrast(
                name.replace("_", " "), "nats" if "loss" in name else "", better, 4, _getter("geometry", name)
            )
            for name, better in rows
        ]

    @cached_property
    def overlaps(self) -> dict[str, Values]:
        """Percentage of nearest neighbours that two runs share: w2v and gensim, two of gensim, and two of w2v.

        Runs of the same seed start from the same vectors, so only runs of different seeds are compared; with one seed
        there are no others.
        """
        near = {
            (engine, record["number"]): record[engine]["scores"]["neighbours"]
            for record in self.quality
            for engine in ENGINES
        }
        seeds = [record["number"] for record in self.quality]
        cross = [(a, b) for a, b in product(seeds, seeds) if a != b or len(seeds) == 1]
        rising = [(a, b) for a, b in product(seeds, seeds) if a < b]
        kinds = {
            f"{OURS} with {THEIRS}": [((OURS, a), (THEIRS, b)) for a, b in cross],
            f"{THEIRS} with {THEIRS}": [((THEIRS, a), (THEIRS, b)) for a, b in rising],
            f"{OURS} with {OURS}": [((OURS, a), (OURS, b)) for a, b in rising],
        }
        return {
            name: tuple(100 * overlap(near[a], near[b]) for a, b in pairs) for name, pairs in kinds.items() if pairs
        }

    @property
    def _first(self) -> Record:
        scores: Record = self.quality[0][OURS]["scores"]
        return scores

    def _known(self, name: str) -> bool:
        return self._first["pairs"][name]["spearman"] is not None

    def _contrast(
        self, name: str, unit: str, better: str, digits: int, value: Callable[[Record], float], **more: Any
    ) -> Contrast:
        ours, theirs = (tuple(value(record[engine]["scores"]) for record in self.quality) for engine in ENGINES)
        return Contrast(name, unit, better, digits, ours, theirs, **more)

    def _analogies(self) -> list[Contrast]:
        found = []
        for scoring, key in (("restricted", "accuracy"), ("full", "accuracy_of_all")):
            total = self._first["analogies"].get(scoring)
            if total is None or not total["answered"]:
                continue
            asked, answered = total["asked"], total["answered"]
            of = f"{answered:,} answered of {asked:,}" if scoring == "restricted" else f"all {asked:,}"
            value = _getter("analogies", scoring, key, scale=100)
            found.append(self._contrast(f"analogies, {scoring}", "%", "higher", 1, value, of=of, count=answered))
        return found

    def _pairs(self, name: str) -> Contrast:
        found = self._first["pairs"][name]
        runs = [record[engine]["scores"]["pairs"][name]["cosines"] for engine in ENGINES for record in self.quality]
        drawn = 100 * resampled_spearman(found["human"], runs)
        ours, theirs = (half.mean(axis=1) for half in (drawn[:, : len(self.quality)], drawn[:, len(self.quality) :]))
        intervals = Intervals(*(interval(values) for values in (ours, theirs, ours - theirs)))
        return self._contrast(
            name,
            "rho x 100",
            "higher",
            1,
            _getter("pairs", name, "spearman", scale=100),
            of=f"{found['found']:,} of {found['asked']:,} pairs",
            count=found["found"],
            intervals=intervals if math.isfinite(intervals.difference[0]) else None,
        )


def overlap(first: Sequence[Sequence[int]], second: Sequence[Sequence[int]]) -> float:
    """Return the fraction of neighbours that two runs have in common, averaged over words."""
    return statistics.mean(len({*a} & {*b}) / len(a) for a, b in zip(first, second, strict=True))


def threads(number: int) -> str:
    """Return, for example, ``1 thread`` or ``2 threads``."""
    return f"{number} thread" if number == 1 else f"{number} threads"


def _ratios(name: str, unit: str, better: str, records: Sequence[Record], value: Callable[[Record], float]) -> Ratios:
    ours, theirs = (tuple(value(record[engine]) for record in records) for engine in ENGINES)
    return Ratios(name, unit, better, ours, theirs)


def _getter(*path: str, scale: float = 1.0) -> Callable[[Record], float]:
    def get(scores: Record) -> float:
        found: Any = scores
        for key in path:
            found = found[key]
        return scale * float(found)

    return get
