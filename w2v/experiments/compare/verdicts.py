"""What the figures say, in words: for w2v and against it by the same rules, and no more than they bear.

A difference between seeds' means counts if it is larger than the wider of the two ranges over seeds. For word pairs it is
added whether other pairs of the same kind could turn it round (the bootstrap interval of the difference holds 0).
"""

import statistics

from w2v.experiments.compare.engines import ENGINES, OURS, THEIRS
from w2v.experiments.compare.statistics import Contrast, Figures, Ratios

SHORT_RUN = 1.0
"""Seconds of training below which start and end of a run are a large part of it."""


DISAGREE = 1.5
"""Largest over smallest ratio of a quiet machine's pairs: there they stay within a few percent."""
MISREAD = 1.0
"""Percent. gensim's threads start at byte offsets and stop by a count of words, so of short texts some is read twice."""


def sentences(figures: Figures) -> list[str]:
    """Return all sentences, in the order of the report."""
    said = [faster(ratios) for ratios in (*figures.training, *figures.resources)]
    seconds = [record[engine]["seconds"]["train"] for record in figures.speed for engine in ENGINES]
    if seconds and min(seconds) < SHORT_RUN:
        said.append("some runs trained for less than a second: take a longer text before you trust their ratio.")
    said += [line for engine in ENGINES if (line := _read(engine, figures))]
    said += [higher(contrast) for contrast in (*figures.scores, *figures.geometry)]
    return [*said, *likeness(figures.overlaps)]


def _read(engine: str, figures: Figures) -> str | None:
    """Return how much of the text an engine trained on by its own count, if that was not all of it once an epoch."""
    shares = [100 * record[engine]["read_share"] for record in (*figures.speed, *figures.quality)]
    if all(abs(share - 100) < MISREAD for share in shares):
        return None
    return f"{engine} read {min(shares):.0f} to {max(shares):.0f} % of the text's words for training, by its own count."


def faster(ratios: Ratios) -> str:
    """Return who is how many times better in alternating pairs."""
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
    doubt = " The pairs disagree: something else was running, so do not quote this." if high > DISAGREE * low else ""
    return f"{name}: {verdict} ({among}).{doubt}"


def higher(contrast: Contrast) -> str:
    """Return who scores higher or lower by how much, and whether that is more than chance."""
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
        return f"{name}: {by}, from one seed each: how much of it is chance cannot be told."
    if size <= contrast.spread:
        return f"{name}: no difference beyond chance: {by}, the spread over seeds is {contrast.spread:.{digits}f}."
    return f"{name}: {by}, more than the spread over seeds ({contrast.spread:.{digits}f}){_other_pairs(contrast)}."


def _other_pairs(contrast: Contrast) -> str:
    """Add whether the choice of word pairs matters, as the interval of the difference in favour of who is ahead."""
    if contrast.intervals is None:
        return ""
    low, high = sorted(end if contrast.difference > 0 else -end for end in contrast.intervals.difference)
    interval = f"(95 % interval over pairs {low:.1f} to {high:.1f})"
    return (
        f", but other pairs could turn it round {interval}" if low <= 0 else f", and other pairs would agree {interval}"
    )


def likeness(overlaps: dict[str, tuple[float, ...]]) -> list[str]:
    """Return how alike the engines' neighbours are, against how alike those of two gensim runs are."""
    cross, ceiling = (overlaps.get(f"{engine} with {THEIRS}", ()) for engine in (OURS, THEIRS))
    if not cross:
        return []
    share = f"nearest neighbours: w2v and gensim share {statistics.mean(cross):.1f} %"
    if not ceiling:
        return [f"{share}; what two runs of gensim share needs two seeds."]
    missing = statistics.mean(ceiling) - statistics.mean(cross)
    two = f"two runs of gensim that differ in the seed alone share {statistics.mean(ceiling):.1f} %"
    if missing <= max(ceiling) - min(ceiling) or round(missing, 1) <= 0:
        return [f"{share}; {two}: the engines are as alike as two runs of gensim."]
    return [f"{share}; {two}: {missing:.1f} points less alike than two runs of gensim."]
