"""What the numbers of a comparison say, in sentences that hold for them and no others."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from w2v.experiments.sentence_pairs.kinds import KINDS, LABELLED, NEIGHBOURS, RANDOM, SWAP
from w2v.experiments.sentence_pairs.marking import Mark, Marks

if TYPE_CHECKING:
    from w2v.experiments.sentence_pairs.report import Row

OWN = [kind for kind in KINDS if kind not in (NEIGHBOURS, LABELLED, SWAP)]

PAPER = """\
Gao et al. (2021, arXiv 2104.08821) pass each sentence through a transformer twice, with two dropout masks. These views are
better positive pairs than deleted or replaced words, and than neighbouring sentences; with one fixed mask, or none,
representations degenerate. In their plane, dropout improves uniformity and keeps alignment. A mean of word vectors has no
layers for a mask to change: a bag of words is recognised through it. RS is no change at all, since a bag has no order."""


def findings(rows: Sequence["Row"], start: str) -> list[str]:
    """Return what was found, one sentence or two per item; ``start`` is the label of the encoder before training."""
    named = {row.kind or row.label: row for row in rows}
    return list(_findings(named, named[start].marks))


def _findings(rows: dict[str, "Row"], start: Marks | None) -> Iterator[str]:
    random = rows[RANDOM.label].marks
    if start is not None and random is not None and None not in (start.average.value, random.average.value):
        yield (
            f"Random vectors with SIF's weights reach {_score(random.average)}, the vectors {_score(start.average)}: only "
            "the difference is what the vectors know; the rest is weighted overlap of words."
        )
    own = [(kind, rows[kind]) for kind in OWN if kind in rows and rows[kind].marks]
    gains = [row.marks.gain for _, row in own if row.marks and row.marks.gain.value is not None]
    if gains:
        values = [100 * gain.value for gain in gains if gain.value is not None]
        better = sum(_verdict(gain) > 0 for gain in gains)
        yield (
            f"A sentence with itself, under {len(own)} kinds of change, moves the average by {min(values):+.1f} to "
            f"{max(values):+.1f}; {better} of {len(gains)} are better than the start by more than chance."
        )
        losses = [row.points[-1].loss for _, row in own if row.points and row.points[-1].loss is not None]
        first = [row.points[1].loss for _, row in own if len(row.points) > 1 and row.points[1].loss is not None]
        if losses and first:
            yield (
                f"Their loss is {min(first):.3f} to {max(first):.3f} over the first {own[0][1].points[1].step} steps, and "
                f"{min(losses):.3f} to {max(losses):.3f} at the end; where it is 0, nothing is left to learn."
            )
    none, fixed, dropout = (rows[kind].marks if kind in rows else None for kind in ("none", "fixed", "dropout"))
    against = [(_differ(dropout, none), "no change at all"), (_differ(dropout, fixed), "one fixed mask")]
    if told := [f"{value:+.2f} points against {what}" for value, what in against if value is not None]:
        yield f"Dropout: {', '.join(told)}."
    for kind in (NEIGHBOURS, LABELLED):
        if kind in rows and (marks := rows[kind].marks) and marks.gain.value is not None:
            judged = {1: "more than chance", 0: "no more than chance", -1: "a loss"}[_verdict(marks.gain)]
            yield f"{KINDS[kind].capitalize()}: {100 * marks.gain.value:+.1f} points ({_ends(marks.gain)}), {judged}."
    yield from _plane(rows)


def _plane(rows: dict[str, "Row"]) -> Iterator[str]:
    """Compare the places at which a kind that changes nothing and neighbours arrive."""
    none, other = (rows[kind].marks if kind in rows else None for kind in ("none", NEIGHBOURS))
    if none is None or other is None or (gain := _differ(other, none)) is None:
        return
    if None in (none.alignment, none.uniformity, other.alignment, other.uniformity):
        return
    yield (
        f'In the plane, "{KINDS["none"]}" arrives at alignment {none.alignment:.2f} and uniformity '
        f"{none.uniformity:.2f}, neighbouring sentences at {other.alignment:.2f} and {other.uniformity:.2f}; their averages "
        f"differ by {gain:+.1f} points."
    )


def _differ(one: Marks | None, other: Marks | None) -> float | None:
    if one is None or other is None or one.average.value is None or other.average.value is None:
        return None
    return 100 * (one.average.value - other.average.value)


def _verdict(gain: Mark) -> int:
    """Return 1 if the interval is above 0, -1 if it is below, else 0."""
    if gain.low is None or gain.high is None:
        return 0
    return int(gain.low > 0) - int(gain.high < 0)


def _score(mark: Mark) -> str:
    return "" if mark.value is None else f"{100 * mark.value:.1f}"


def _ends(mark: Mark) -> str:
    return (
        "no interval" if mark.low is None or mark.high is None else f"{100 * mark.low:+.1f} to {100 * mark.high:+.1f}"
    )
