"""Compute all metrics of one space on one distribution of positive pairs."""

from dataclasses import dataclass, replace

import numpy as np

from w2v.annotations import checked
from w2v.arrays import Float64, Rows
from w2v.errors import GeometryError
from w2v.evaluation.statistics import interval
from w2v.geometry import contrastive
from w2v.geometry.alignment import pair_distances
from w2v.geometry.directions import unit_rows
from w2v.geometry.frequency import norm_frequency
from w2v.geometry.hubness import occurrences, skewness
from w2v.geometry.measurement import Geometry, Measurement, Settings
from w2v.geometry.pairs import PositivePairs
from w2v.geometry.sampling import Population, resampled_means, rows_with_direction, stream
from w2v.geometry.space import Space
from w2v.geometry.spectrum import Moments
from w2v.geometry.uniformity import log_mean_kernel
from w2v.vectors.cosines import row_norms

Interval = tuple[float | None, float | None]
EXACT: Interval = (None, None)


@checked
def measure(space: Space, pairs: PositivePairs, settings: Settings | None = None) -> Geometry:
    """Measure a space on a distribution of positive pairs.

    Rows without a direction (zero, NaN, infinite) are left out, together with their pairs, and the result says how many.
    With up to ``settings.exact_rows`` rows, uniformity, the limit of NT-Xent and hubness are computed over all pairs of
    rows; with more, they are estimated from a random sample of the rows, with a bootstrap interval. Memory is bounded
    regardless of the number of rows.

    Parameters
    ----------
    space : Space
    pairs : PositivePairs
        Rows of this space.
    settings : Settings, optional

    Returns
    -------
    Geometry

    Raises
    ------
    GeometryError
        If fewer than 2 rows or no positive pair is left, or the vectors have fewer than 2 dimensions.
    ConfigError
        If weighting by token is requested and there are no counts.

    Examples
    --------
    >>> import numpy as np
    >>> space = Space(np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]]))
    >>> pairs = PositivePairs(np.array([0]), np.array([1]), "one orthogonal pair", sampled=False)
    >>> geometry = measure(space, pairs)
    >>> print(geometry.alignment)
    alignment 2.0000 exact, 1 positive pairs: mean of |x - y|^2 over positive pairs (Wang & Isola 2020)
    """
    settings = settings or Settings()
    if space.dim < 2:
        raise GeometryError(f"{space.name} must have vectors of at least 2 dimensions: got {space.dim}")
    directed, excluded = rows_with_direction(space)
    population = Population.of(space, directed, settings)
    pairs, lost = _pairs_with_direction(space, pairs, directed)
    metrics = _Metrics(space, pairs, population, settings)
    curve, limits = metrics.contrast()
    mean_cosine, rank, isotropy = metrics.spectrum()
    return Geometry(
        name=space.name,
        towers=space.towers,
        rows=len(directed),
        dim=space.dim,
        law=pairs.law,
        excluded=excluded | pairs.excluded | {"pairs with a row that has no direction": lost},
        alignment=metrics.alignment(),
        uniformity=metrics.uniformity(),
        nt_xent=curve,
        limit_alignment=limits[0],
        limit_uniformity=limits[1],
        mean_cosine=mean_cosine,
        effective_rank=rank,
        isotropy=isotropy,
        hubness=metrics.hubness(),
        norm_frequency=metrics.norm_frequency(directed),
        settings=settings,
    )


def _pairs_with_direction(space: Space, pairs: PositivePairs, directed: Rows) -> tuple[PositivePairs, int]:
    """Remove the pairs with a row that has no direction; return the rest and the number removed."""
    if not len(pairs):
        raise GeometryError(f"pairs must contain at least one positive pair to measure {space.name}: got none")
    both = np.concatenate([pairs.anchors, pairs.positives])
    if both.min() < 0 or both.max() >= len(space):
        raise GeometryError(
            f"pairs must be of rows 0 to {len(space) - 1} of {space.name}: got rows {both.min()} to {both.max()}"
        )
    has_direction = np.zeros(len(space), bool)
    has_direction[directed] = True
    kept = has_direction[pairs.anchors] & has_direction[pairs.positives]
    if not kept.any():
        raise GeometryError(
            f"cannot measure {space.name}: all {len(pairs):,} positive pairs have a row that is zero or not finite"
        )
    return replace(pairs, anchors=pairs.anchors[kept], positives=pairs.positives[kept]), int((~kept).sum())


@dataclass(frozen=True, eq=False)
class _Metrics:
    """The space, the pairs and the sample, which all measurements use."""

    space: Space
    pairs: PositivePairs
    population: Population
    settings: Settings

    def _measured(self, name: str, value: float, ends: Interval, n: int, of: str, definition: str) -> Measurement:
        return Measurement(name, float(value), *ends, n=n, of=of, seed=self.settings.seed, definition=definition)

    @property
    def _words(self) -> str:
        """The distribution of words, as stated in definitions."""
        return "words weighted equally" if self.settings.weighting == "type" else "words weighted by their counts"

    @property
    def _rows(self) -> str:
        return f"rows of {len(self.population.everyone):,}" if self.population.sampled else "rows"

    def alignment(self) -> Measurement:
        alpha = self.settings.alpha
        distances = pair_distances(self.space.vectors, self.space.targets, self.pairs.anchors, self.pairs.positives)
        values = distances**alpha
        ends = interval(resampled_means(values, self.settings)) if self.pairs.sampled else EXACT
        definition = f"mean of |x - y|^{alpha:g} over positive pairs (Wang & Isola 2020)"
        return self._measured("alignment", values.mean(), ends, len(values), "positive pairs", definition)

    def uniformity(self) -> Measurement:
        t, rows = self.settings.t, self.population.rows
        y = None if self.space.partners is None else unit_rows(self.space.partners, rows)
        values = log_mean_kernel(unit_rows(self.space.vectors, rows), y, t, self.population.weights)
        ends = interval(values[1:]) if self.population.sampled else EXACT
        definition = (
            f"log of the mean of exp(-{t:g} |x - y|^2) over {self._different}, {self._words} (Wang & Isola 2020)"
        )
        return self._measured("uniformity", values[0], ends, len(rows), self._rows, definition)

    def contrast(self) -> tuple[tuple[Measurement, ...], tuple[Measurement, Measurement]]:
        """Measure NT-Xent for each number of negatives, and the two terms of its limit, all on the same pairs."""
        settings, population = self.settings, self.population
        tau = settings.temperature
        chosen = np.arange(len(self.pairs))
        if len(self.pairs) > settings.sample:
            rng = stream(settings, "pairs for NT-Xent")
            chosen = np.sort(rng.choice(len(self.pairs), size=settings.sample, replace=False))
        anchors, positives = self.pairs.anchors[chosen], self.pairs.positives[chosen]
        x, y = unit_rows(self.space.vectors, anchors), unit_rows(self.space.targets, positives)
        n, of = len(x), "positive pairs"

        rng = stream(settings, "negatives")
        values = contrastive.losses(x, y, lambda size: self._negatives(size, rng), tau, settings.ms)
        replicates = resampled_means(values, settings)
        fraction = f"e^(x.y/{tau:g}) / (e^(x.y/{tau:g}) + sum of e^(x.n/{tau:g}))"
        loss = f"mean of -log({fraction}) with M random negatives n, {self._words} (Wang & Isola 2020, eq. 1)"
        curve = tuple(
            self._measured(f"nt_xent M={m}", values[:, i].mean(), interval(replicates[:, i]), n, of, loss)
            for i, m in enumerate(settings.ms)
        )

        scores = -np.einsum("pd,pd->p", x, y) / tau
        some = self.pairs.sampled or n < len(self.pairs)
        ends = interval(resampled_means(scores, settings)) if some else EXACT
        first = self._measured(
            "limit_alignment", scores.mean(), ends, n, of, f"minus the mean of x.y/{tau:g}, the first term of the limit"
        )
        logs, places = self._log_partitions(anchors)
        second = self._measured(
            "limit_uniformity",
            logs[places, 0].mean(),
            self._limit_interval(logs, places, some),
            n,
            f"anchors, {len(population.rows):,} {self._rows}",
            f"mean over x of log mean over n of e^(x.n/{tau:g}), {self._words}; the second term of the limit",
        )
        return curve, (first, second)

    def _negatives(self, size: int, rng: np.random.Generator) -> Float64:
        drawn = rng.choice(self.population.everyone, size=size, p=self.population.probabilities)
        return unit_rows(self.space.targets, drawn)

    def _log_partitions(self, anchors: Rows) -> tuple[Float64, Rows]:
        """Return log E e^(x.n/tau) for each distinct anchor and each weighting, and the index of each anchor among them.

        If negatives are input vectors too, a word is sometimes its own negative. Its cosine of 1 outweighs all others, so
        it enters with its exact probability, whether or not it is in the sample.
        """
        population, tau = self.population, self.settings.temperature
        unique, places = np.unique(anchors, return_inverse=True)
        x, y = unit_rows(self.space.vectors, unique), unit_rows(self.space.targets, population.rows)
        if self.space.partners is not None:
            return contrastive.log_partitions(x, y, tau, population.weights), places
        own = np.searchsorted(population.rows, unique).clip(max=len(population.rows) - 1)
        own[population.rows[own] != unique] = -1
        p = np.zeros(len(self.space))
        p[population.everyone] = population.probabilities
        p = p[unique][:, np.newaxis]
        others = contrastive.log_partitions(x, y, tau, population.weights, own)
        with np.errstate(divide="ignore"):  # log 0, for an anchor whose count is 0
            return np.logaddexp(np.log(p) + 1 / tau, np.log1p(-p) + others), places

    def _limit_interval(self, logs: Float64, places: Rows, pairs_sampled: bool) -> Interval:
        """Resample whichever are samples: the pairs, the rows, or both together."""
        if not pairs_sampled:
            return interval(logs[places, 1:].mean(axis=0)) if self.population.sampled else EXACT
        if not self.population.sampled:
            return interval(resampled_means(logs[places, 0], self.settings))
        rng = stream(self.settings, "pairs")
        means = [logs[places[rng.integers(len(places), size=len(places))], b].mean() for b in range(1, logs.shape[1])]
        return interval(np.array(means))

    @property
    def _different(self) -> str:
        return f"pairs of different rows{'' if self.space.partners is None else ', input with output'}"

    @property
    def _input_rows(self) -> str:
        return "rows" if self.space.partners is None else "input rows"

    def spectrum(self) -> tuple[Measurement, Measurement, Measurement]:
        """Measure mean cosine, effective rank and IsoScore, always over all rows."""
        everyone = self.population.everyone
        moments = Moments.of(self.space.vectors, self.space.partners, everyone, self.population.probabilities)
        n = len(everyone)
        return (
            self._measured(
                "mean_cosine",
                moments.mean_cosine,
                EXACT,
                n,
                "rows",
                f"mean cosine over {self._different}, {self._words}",
            ),
            self._measured(
                "effective_rank",
                moments.effective_rank,
                EXACT,
                n,
                "rows",
                f"exponential of the entropy of the singular values of the unit {self._input_rows}, {self._words}; "
                "1 to d (Roy & Vetterli 2007)",
            ),
            self._measured(
                "isotropy",
                moments.isoscore,
                EXACT,
                n,
                "rows",
                f"IsoScore of the unit {self._input_rows}, {self._words}; 0: a line, 1: evenly spread (Rudman et al. 2022)",
            ),
        )

    def hubness(self) -> Measurement:
        k, rng, rows = self.settings.neighbours, stream(self.settings, "hubs"), self.population.everyone
        if self.population.sampled:  # uniformly, regardless of the weighting, because neighbours are counted per word
            rows = np.sort(rng.choice(rows, size=self.settings.sample, replace=False))
        x = unit_rows(self.space.vectors, rows)
        y = x if self.space.partners is None else unit_rows(self.space.partners, rows)
        counts = occurrences(x, y, k)
        ends = EXACT
        if self.population.sampled:
            resamples = (counts[rng.integers(len(rows), size=len(rows))] for _ in range(self.settings.bootstrap))
            ends = interval(np.array([skewness(sample) for sample in resamples]))
        among = " in the sample" if self.population.sampled else ""
        definition = (
            f"skewness of how often a row is among the {k} nearest{among}; 0: no hubs (Radovanovic et al. 2010)"
        )
        return self._measured("hubness", skewness(counts), ends, len(rows), self._rows, definition)

    def norm_frequency(self, directed: Rows) -> Measurement | None:
        if self.space.counts is None:
            return None
        value = norm_frequency(row_norms(self.space.vectors)[directed], np.asarray(self.space.counts)[directed])
        if value is None:
            return None
        of = "a vector" if self.space.partners is None else "an input vector"
        definition = f"Spearman's rank correlation of the length of {of} with the count of its word"
        return self._measured("norm_frequency", value, EXACT, len(directed), "rows", definition)
