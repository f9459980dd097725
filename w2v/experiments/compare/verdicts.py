"""The statistics in words, by the same rules for both engines, with no claim beyond what the data support.

A difference between means over seeds counts if it exceeds the larger of the two ranges over seeds. For word pairs, the
sentence adds whether the difference is significant over pairs (its bootstrap interval does not contain 0).
"""

import statistics

from w2v.experiments.compare.engines import ENGINES, OURS, THEIRS
from w2v.experiments.compare.statistics import Contrast, Figures, Ratios

SHORT_RUN = 1.0
"""Seconds of training below which starting and stopping take a large part of a run."""

DISAGREE = 1.5
"""Largest over smallest ratio, above which pairs disagree: on an idle machine they differ by a few percent."""
MISREAD = 1.0
"""Tolerance in percent: gensim's threads start at byte offsets and stop after a number of words, so they read parts of a
short text twice."""


def sentences(figures: Figures) -> list[str]:
    """Return all sentences, in the order of the report."""
    said = [faster(ratios) for ratios in (*figures.training, *figures.resources)]
    seconds = [record[engine]["seconds"]["train"] for record in figures.speed for engine in ENGINES]
    if seconds and min(seconds) < SHORT_RUN:
        said.append("some runs trained for less than a second, so their ratios are unreliable; use a longer text.")
    said += [line for engine in ENGINES if (line := _read(engine, figures))]
    said += [higher(contrast) for contrast in (*figures.scores, *figures.geometry)]
    return [*said, *likeness(figures.overlaps)]


def _read(engine: str, figures: Figures) -> str | None:
    """Report how much of the text an engine trained on by its own count, if that was not all of it once per epoch."""
    shares = [100 * record[engine]["read_share"] for record in (*figures.speed, *figures.quality)]
    if all(abs(share - 100) < MISREAD for share in shares):
        return None
    return f"by its own count, {engine} trained on {min(shares):.0f} to {max(shares):.0f} % of the words in the text."


def faster(ratios: Ratios) -> str:
    """State which engine is better, and by what factor."""
    name = ratios.name
    low, high, median = min(ratios.ratios), max(ratios.ratios), ratios.median_ratio
    if low <= 1 <= high:
        return f"{name}: neither engine is better in every pair (ratio {low:.2f} to {high:.2f}, median {median:.2f})."
    winner, loser = (OURS, THEIRS) if low > 1 else (THEIRS, OURS)
    times, *ends = (median, low, high) if low > 1 else (1 / median, 1 / high, 1 / low)
    verdict = (
        f"{winner} is {times:.2f} times as fast" if ratios.unit != "MB" else f"{loser} needs {times:.2f} times as much"
    )
    among = (
        "one pair"
        if len(ratios.ratios) == 1
        else f"median of {len(ratios.ratios)} pairs, {ends[0]:.2f} to {ends[1]:.2f}"
    )
    doubt = (
        " The pairs disagree, probably because other programs were running at times; do not quote this result."
        if high > DISAGREE * low
        else ""
    )
    return f"{name}: {verdict} ({among}).{doubt}"


def higher(contrast: Contrast) -> str:
    """State which engine scores better, by how much, and whether that exceeds chance."""
    digits, size = contrast.digits, abs(contrast.difference)
    name = contrast.name
    if not contrast.says_something:
        return f"{name}: only {contrast.count} of the questions could be answered, too few to compare."
    if round(size, digits) == 0:
        return f"{name}: no difference (less than {10**-digits / 2:.{digits + 1}f})."
    ahead = OURS if (contrast.difference > 0) == (contrast.better == "higher") else THEIRS
    word = "higher" if contrast.better == "higher" else "lower"
    by = f"{ahead} is {word} by {size:.{digits}f}"
    if contrast.spread is None:
        return f"{name}: {by}, with one seed each, so it may be chance."
    if size <= contrast.spread:
        return (
            f"{name}: no difference beyond chance: {by}, within the spread over seeds ({contrast.spread:.{digits}f})."
        )
    return f"{name}: {by}, more than the spread over seeds ({contrast.spread:.{digits}f}){_other_pairs(contrast)}."


def _other_pairs(contrast: Contrast) -> str:
    """State whether the difference is significant over word pairs, with its interval in favour of the better engine."""
    if contrast.intervals is None:
        return ""
    low, high = sorted(end if contrast.difference > 0 else -end for end in contrast.intervals.difference)
    interval = f"(95 % interval over pairs {low:.1f} to {high:.1f})"
    return f", {'but not' if low <= 0 else 'and'} significant over word pairs {interval}"


def likeness(overlaps: dict[str, tuple[float, ...]]) -> list[str]:
    """Compare the share of neighbours common to both engines with that common to two runs of gensim."""
    cross, ceiling = (overlaps.get(f"{engine} with {THEIRS}", ()) for engine in (OURS, THEIRS))
    if not cross:
        return []
    share = f"nearest neighbours: w2v and gensim share {statistics.mean(cross):.1f} %"
    if not ceiling:
        return [f"{share}; for the share of two runs of gensim, use two or more seeds."]
    missing = statistics.mean(ceiling) - statistics.mean(cross)
    two = f"two runs of gensim that differ only in the seed share {statistics.mean(ceiling):.1f} %"
    if missing <= max(ceiling) - min(ceiling) or round(missing, 1) <= 0:
        return [f"{share}; {two}, so the engines agree as much as two runs of gensim."]
    return [f"{share}; {two}, {missing:.1f} points more."]
