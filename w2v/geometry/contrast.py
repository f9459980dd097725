"""Measure NT-Xent, its limit, and the information that the cosines capture, all on the same pairs."""

from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float64, Rows
from w2v.evaluation.statistics import interval
from w2v.geometry import contrastive
from w2v.geometry.context import EXACT, Anchors, Context, Interval
from w2v.geometry.directions import unit_rows
from w2v.geometry.information import Moments, best_inverse_temperature, moments, with_own
from w2v.geometry.measurement import Measurement
from w2v.geometry.sampling import Population, resampled_means, stream

SEARCHED = 1000
"""Number of pairs on which the best temperature is searched: near the maximum, the information hardly depends on it."""


@dataclass(frozen=True, eq=False)
class Contrast:
    """The pairs on which NT-Xent is measured: all, or a sample.

    Attributes
    ----------
    context : Context
    anchors, positives : ndarray of int64, shape (n,)
        Rows of the pairs.
    x, y : ndarray of float64, shape (n, d)
        Their unit rows.
    sampled : bool
        Whether they are a sample, of the pairs or of a larger population.
    """

    context: Context
    anchors: Rows
    positives: Rows
    x: Float64
    y: Float64
    sampled: bool

    @classmethod
    def of(cls, context: Context) -> "Contrast":
        """Choose the pairs."""
        pairs, settings = context.pairs, context.settings
        chosen = np.arange(len(pairs))
        if len(pairs) > settings.sample:
            rng = stream(settings, "pairs for NT-Xent")
            chosen = np.sort(rng.choice(len(pairs), size=settings.sample, replace=False))
        anchors, positives = pairs.anchors[chosen], pairs.positives[chosen]
        x, y = unit_rows(context.space.vectors, anchors), unit_rows(context.space.targets, positives)
        return cls(context, anchors, positives, x, y, pairs.sampled or len(chosen) < len(pairs))

    def losses(self) -> tuple[Measurement, ...]:
        """Measure NT-Xent for each number of negatives."""
        settings = self.context.settings
        tau, rng = settings.temperature, stream(settings, "negatives")
        values = contrastive.losses(self.x, self.y, lambda size: self._negatives(size, rng), tau, settings.ms)
        replicates = resampled_means(values, settings)
        fraction = f"e^(x.y/{tau:g}) / (e^(x.y/{tau:g}) + sum of e^(x.n/{tau:g}))"
        loss = f"mean of -log({fraction}) with M random negatives n, {self.context.words} (Wang & Isola 2020, eq. 1)"
        return tuple(
            self.context.measured(
                f"nt_xent M={m}", values[:, i].mean(), interval(replicates[:, i]), len(self.x), "positive pairs", loss
            )
            for i, m in enumerate(settings.ms)
        )

    def _negatives(self, size: int, rng: np.random.Generator) -> Float64:
        population = self.context.population
        drawn = rng.choice(population.everyone, size=size, p=population.probabilities)
        return unit_rows(self.context.space.targets, drawn)

    def limit(self) -> tuple[Measurement, Measurement, Measurement]:
        """Measure the two terms of the limit, and the second without the word itself among the negatives."""
        tau, words = self.context.settings.temperature, self.context.words
        scores = self._scores / -tau
        ends = interval(resampled_means(scores, self.context.settings)) if self.sampled else EXACT
        first = self.context.measured(
            "limit_alignment",
            scores.mean(),
            ends,
            len(scores),
            "positive pairs",
            f"minus the mean of x.y/{tau:g}, the first term of the limit",
        )
        anchors, population = (
            Anchors.of(self.context.space, self.anchors, self.context.population),
            self.context.population,
        )
        with_itself, others = self._log_partitions(anchors, population, tau)
        definition = f"mean over x of log mean over n of e^(x.n/{tau:g}), {words}; the second term of the limit"
        return (
            first,
            self._second("limit_uniformity", with_itself, anchors, definition),
            self._second("limit_uniformity_others", others, anchors, f"{definition}, over other words n than x"),
        )

    @property
    def _scores(self) -> Float64:
        return np.asarray(np.einsum("pd,pd->p", self.x, self.y))

    def _second(self, name: str, logs: Float64, anchors: Anchors, definition: str) -> Measurement:
        of = f"anchors, {len(self.context.population.rows):,} {self.context.rows}"
        ends = self._interval(logs, anchors.places)
        return self.context.measured(name, logs[anchors.places, 0].mean(), ends, len(anchors.places), of, definition)

    def _log_partitions(self, anchors: Anchors, population: Population, tau: float) -> tuple[Float64, Float64]:
        """Return log E e^(x.n/tau) for each anchor and weighting, with and without its own word among the n.

        If negatives are input vectors too, a word is sometimes its own negative. Its cosine of 1 outweighs all others, so
        it enters with its exact probability, whether or not it is in the sample.
        """
        y = unit_rows(self.context.space.targets, population.rows)
        others = contrastive.log_partitions(anchors.x, y, tau, population.weights, anchors.own)
        p = anchors.p[:, np.newaxis]
        with np.errstate(divide="ignore"):  # log 0, for an anchor whose weight is 0
            own = np.log(p) + anchors.cosines[:, np.newaxis] / tau
            return np.logaddexp(own, np.log1p(-p) + others), others

    def _interval(self, logs: Float64, places: Rows, scores: Float64 | None = None) -> Interval:
        """Resample whichever are samples: the pairs, the rows, or both together; ``scores`` are added per pair."""
        added = np.zeros(len(places)) if scores is None else scores
        rows_sampled = logs.shape[1] > 1
        if not self.sampled:
            return interval(logs[places, 1:].mean(axis=0) + added.mean()) if rows_sampled else EXACT
        if not rows_sampled:
            return interval(resampled_means(logs[places, 0] + added, self.context.settings))
        rng = stream(self.context.settings, "pairs")
        draws = (rng.integers(len(places), size=len(places)) for _ in range(1, logs.shape[1]))
        means = [(logs[places[drawn], b] + added[drawn]).mean() for b, drawn in enumerate(draws, start=1)]
        return interval(np.array(means))

    def information(self, population: Population | None) -> tuple[Measurement, float | None]:
        """Measure the maximum over temperatures of minus the limit.

        ``population`` has the words of the pairs; None if there is only one, so that there is nothing to predict.
        """
        tau = None if population is None else self._best_temperature(population)
        definition = (
            "maximum over temperatures of minus the limit, in nats, words weighted as in the positive pairs: "
            "a lower bound of the mutual information of the pairs; "
        )
        if population is None or tau is None:
            definition += "0, because pairs are no more similar than random words"
            return self.context.measured("information", 0.0, EXACT, len(self.x), "positive pairs", definition), None
        anchors = Anchors.of(self.context.space, self.anchors, population)
        logs, _ = self._log_partitions(anchors, population, tau)
        scores = self._scores / -tau
        value = -float((scores + logs[anchors.places, 0]).mean())
        low, high = self._interval(logs, anchors.places, scores)
        ends = EXACT if low is None or high is None else (-high, -low)
        definition += f"at temperature {tau:.3g} (van den Oord et al. 2018)"
        of = f"positive pairs, {len(population.rows):,} rows"
        return self.context.measured("information", value, ends, len(self.x), of, definition), tau

    def _best_temperature(self, population: Population) -> float | None:
        pairs = np.linspace(0, len(self.x) - 1, min(len(self.x), SEARCHED)).astype(np.int64)
        anchors = Anchors.of(self.context.space, self.anchors[pairs], population)
        y = unit_rows(self.context.space.targets, population.rows)
        weights, mean = population.weights[:, 0], float(self._scores[pairs].mean())
        share = np.bincount(anchors.places) / len(pairs)

        def slope_and_variance(beta: float) -> tuple[float, float]:
            others = moments(anchors.x, y, beta, weights, anchors.own)
            found: Moments = with_own(others, beta, anchors.cosines, anchors.p)
            return mean - float(share @ found.mean), float(share @ (found.square - found.mean**2))

        beta = best_inverse_temperature(slope_and_variance)
        return 1 / beta if beta else None
