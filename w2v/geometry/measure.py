"""Compute all metrics of one space on one distribution of positive pairs."""

from dataclasses import replace

import numpy as np

from w2v.annotations import checked
from w2v.arrays import Rows
from w2v.errors import GeometryError
from w2v.evaluation.statistics import interval
from w2v.geometry.alignment import pair_distances
from w2v.geometry.context import EXACT, Context
from w2v.geometry.contrast import Contrast
from w2v.geometry.directions import unit_rows
from w2v.geometry.frequency import norm_frequency
from w2v.geometry.hubness import occurrences, skewness
from w2v.geometry.labels import Labels
from w2v.geometry.measure_labels import measure_labels
from w2v.geometry.measurement import Geometry, Measurement, Settings
from w2v.geometry.pairs import PositivePairs
from w2v.geometry.sampling import Population, check_rows, resampled_means, rows_with_direction, stream
from w2v.geometry.space import Space
from w2v.geometry.spectrum import Moments
from w2v.geometry.uniformity import log_mean_kernel
from w2v.geometry.weighting import with_weighting
from w2v.vectors.cosines import row_norms


@checked
def measure(
    space: Space, pairs: PositivePairs, settings: Settings | None = None, *, labels: Labels | None = None
) -> Geometry:
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
    labels : Labels, optional
        Classes of words, of which tolerance and the accuracy of two classifiers are measured.

    Returns
    -------
    Geometry

    Raises
    ------
    GeometryError
        If fewer than 2 rows, no positive pair or fewer than 2 classes are left, or the vectors have fewer than 2 dimensions.
    ConfigError
        If weighting by counts is requested and there are none.

    Examples
    --------
    >>> import numpy as np
    >>> space = Space(np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]]))
    >>> pairs = PositivePairs(np.array([0]), np.array([1]), "one orthogonal pair", sampled=False)
    >>> geometry = measure(space, pairs)
    >>> print(geometry.alignment)
    alignment 2.0000 exact, 1 positive pairs: mean of |x - y|^2 over positive pairs (Wang & Isola 2020)
    """
    settings = with_weighting(settings or Settings(), pairs)
    if space.dim < 2:
        raise GeometryError(f"{space.name} must have vectors of at least 2 dimensions: got {space.dim}")
    directed, excluded = rows_with_direction(space)
    check_rows(space, directed)
    pairs, lost = _pairs_with_direction(space, pairs, directed)
    known = None if labels is None else labels.only(directed)
    population = Population.of(space, directed, settings, pairs)
    context = Context(space, pairs, population, settings)
    contrast = Contrast.of(context)
    limits = contrast.limit()
    information, temperature = contrast.information(_of_pairs(context, directed))
    return Geometry(
        name=space.name,
        towers=space.towers,
        rows=len(directed),
        dim=space.dim,
        law=pairs.law,
        excluded=excluded
        | pairs.excluded
        | {"pairs with a row that has no direction": lost}
        | ({} if known is None else known.excluded),
        alignment=_alignment(context),
        uniformity=_uniformity(context),
        nt_xent=contrast.losses(),
        limit_alignment=limits[0],
        limit_uniformity=limits[1],
        limit_uniformity_others=limits[2],
        information=information,
        information_temperature=temperature,
        **_spectrum(context),
        hubness=_hubness(context, directed),
        norm_frequency=_norm_frequency(context, directed),
        labels=() if known is None else measure_labels(context, known),
        settings=settings,
    )


def _of_pairs(context: Context, directed: Rows) -> Population | None:
    """Return the distribution of the words of the pairs; None if there is only one word."""
    if context.settings.weighting == "pairs":
        return context.population
    if np.count_nonzero(context.pairs.distribution(len(context.space))[directed]) < 2:
        return None
    settings = replace(context.settings, weighting="pairs")
    return Population.of(context.space, directed, settings, context.pairs)


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


def _alignment(context: Context) -> Measurement:
    alpha, space, pairs = context.settings.alpha, context.space, context.pairs
    values = pair_distances(space.vectors, space.targets, pairs.anchors, pairs.positives) ** alpha
    ends = interval(resampled_means(values, context.settings)) if pairs.sampled else EXACT
    definition = f"mean of |x - y|^{alpha:g} over positive pairs (Wang & Isola 2020)"
    return context.measured("alignment", values.mean(), ends, len(values), "positive pairs", definition)


def _uniformity(context: Context) -> Measurement:
    t, rows, space = context.settings.t, context.population.rows, context.space
    y = None if space.partners is None else unit_rows(space.partners, rows)
    values = log_mean_kernel(unit_rows(space.vectors, rows), y, t, context.population.weights)
    ends = interval(values[1:]) if context.population.sampled else EXACT
    definition = (
        f"log of the mean of exp(-{t:g} |x - y|^2) over {context.different}, {context.words} (Wang & Isola 2020)"
    )
    return context.measured("uniformity", values[0], ends, len(rows), context.rows, definition)


def _spectrum(context: Context) -> dict[str, Measurement]:
    """Measure what needs only moments of the rows, always over all of them; by field of `Geometry`."""
    everyone, p, space = context.population.everyone, context.population.probabilities, context.space
    moments = Moments.of(space.vectors, space.partners, everyone, p)
    unit = f"of the unit {context.input_rows}, {context.words}"
    found = {
        "mean_cosine": (moments.mean_cosine, f"mean cosine over {context.different}, {context.words}"),
        "effective_rank": (
            moments.effective_rank,
            f"exponential of the entropy of the singular values {unit}; 1 to d (Roy & Vetterli 2007)",
        ),
        "isotropy": (moments.isoscore, f"IsoScore {unit}; 0: a line, 1: evenly spread (Rudman et al. 2022)"),
        "partition_isotropy": (
            moments.partition_isotropy(space.vectors, everyone, p),
            f"min Z(c) / max Z(c) over the principal directions c, where Z(c) is the mean of e^(c.x) {unit}; "
            "0.135 to 1 (Mu & Viswanath 2018)",
        ),
        "wasserstein": (
            moments.wasserstein,
            f"distance W2 {unit}, to the uniform distribution; 0: uniform, 1.414: all equal (Fang et al. 2024)",
        ),
    }
    return {
        name: context.measured(name, value, EXACT, len(everyone), "rows", definition)
        for name, (value, definition) in found.items()
    }


def _hubness(context: Context, directed: Rows) -> Measurement:
    """Measure hubness over all rows, regardless of their weights, because neighbours are counted per word."""
    settings, space, rows, of = context.settings, context.space, directed, "rows"
    k, rng = settings.neighbours, stream(settings, "hubs")
    sampled = len(directed) > max(settings.exact_rows, settings.sample)
    if sampled:
        of = f"rows of {len(directed):,}"
        rows = np.sort(rng.choice(directed, size=settings.sample, replace=False))
    x = unit_rows(space.vectors, rows)
    y = x if space.partners is None else unit_rows(space.partners, rows)
    counts = occurrences(x, y, k)
    ends = EXACT
    if sampled:
        resamples = (counts[rng.integers(len(rows), size=len(rows))] for _ in range(settings.bootstrap))
        ends = interval(np.array([skewness(sample) for sample in resamples]))
    definition = (
        f"skewness of how often a row is among the {k} nearest{' in the sample' if sampled else ''} of another, of vectors "
        "rounded to float32; 0: no hubs (Radovanovic et al. 2010)"
    )
    return context.measured("hubness", skewness(counts), ends, len(rows), of, definition)


def _norm_frequency(context: Context, directed: Rows) -> Measurement | None:
    space = context.space
    if space.counts is None:
        return None
    value = norm_frequency(row_norms(space.vectors)[directed], np.asarray(space.counts)[directed])
    if value is None:
        return None
    of = "a vector" if space.partners is None else "an input vector"
    definition = f"Spearman's rank correlation of the length of {of} with the count of its word"
    return context.measured("norm_frequency", value, EXACT, len(directed), "rows", definition)
