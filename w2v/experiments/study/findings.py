"""What the figures say, in sentences that claim no more than the intervals allow."""

from collections.abc import Sequence

from w2v.experiments.study.analysis import CLAIMED, EVERYTHING, FIXED_OBJECTIVE, SOUND
from w2v.experiments.study.best_settings import ALL, Choice
from w2v.experiments.study.correlation import Correlation
from w2v.experiments.study.quality import MAIN


def findings(views: dict[str, list[Correlation]], choices: Sequence[Choice]) -> list[str]:
    """Return the findings of a study, a paragraph each."""
    return [
        *(claim(view, views[view]) for view in (EVERYTHING, SOUND, FIXED_OBJECTIVE) if view in views),
        *(by_metric(metric, views[EVERYTHING]) for metric in CLAIMED),
        *strongest(views[EVERYTHING]),
        *order(choices),
    ]


def claim(view: str, correlations: Sequence[Correlation]) -> str:
    """Say how far theory's claim, that lower is better, holds for alignment, uniformity and their sum."""
    about = [c for c in correlations if c.metric in CLAIMED and c.score in MAIN and c.rho is not None]
    if not about:
        return f"**{_capital(view)}:** too few models to say anything."
    low, high = (sum(c.sign == sign for c in about) for sign in (-1, 1))
    unclear = len(about) - low - high
    if low == len(about):
        verdict = "the claim that lower is better holds throughout"
    elif not low and not high:
        verdict = "neither the claim that lower is better nor its opposite can be seen"
    elif not high:
        verdict = "the claim that lower is better holds in part"
    elif not low:
        verdict = "the claim that lower is better does not hold; where anything can be seen, higher is better"
    else:
        verdict = "the claim that lower is better holds for some and is contradicted by others"
    return (
        f"**{_capital(view)}** ({about[0].n} models): {verdict}. Of the {len(about)} correlations of alignment, uniformity "
        f"and their sum with {_list(MAIN)}, {low} {_are(low)} negative (lower is better), {high} positive, and of {unclear} "
        "the interval contains 0."
    )


def by_metric(metric: str, correlations: Sequence[Correlation]) -> str:
    """Say how one metric goes with each main score."""
    found = {c.score: c for c in correlations if c.metric == metric}
    return f"{_capital(metric)}: " + "; ".join(phrase(found[score]) for score in MAIN if score in found) + "."


def strongest(correlations: Sequence[Correlation]) -> list[str]:
    """Say which of all metrics goes best with each main score, if one can be seen to."""
    found = []
    for score in MAIN:
        seen = [c for c in correlations if c.score == score and c.sign and c.rho is not None]
        if seen:
            best = max(seen, key=lambda c: abs(c.rho or 0))
            found.append(f"with {score}, {best.metric} ({show(best)})")
    if not found:
        return []
    return [
        "Of all metrics, what goes best (and, as the best of many, looks better than it is): " + "; ".join(found) + "."
    ]


def phrase(correlation: Correlation) -> str:
    """Say in a few words what one correlation shows."""
    score = correlation.score
    if correlation.rho is None:
        return f"with {score} no correlation is defined ({correlation.n} models)"
    numbers = f"{show(correlation)}"
    if not correlation.sign:
        return f"with {score} no correlation can be seen ({numbers})"
    return f"lower goes with {'better' if correlation.sign < 0 else 'worse'} {score} ({numbers})"


def show(correlation: Correlation) -> str:
    """Return a correlation and its interval."""
    if correlation.rho is None or correlation.low is None or correlation.high is None:
        return "undefined"
    return f"{correlation.rho:+.2f} [{correlation.low:+.2f}, {correlation.high:+.2f}]".replace("-", "−")


def order(choices: Sequence[Choice]) -> list[str]:
    """Say whether Wang & Isola's order, alignment with uniformity above the contrastive loss, is found again."""
    best = {choice.family: choice for choice in choices}
    found = []
    if "align_uniform" in best and "nt_xent" in best:
        parts = [compare(best["align_uniform"], best["nt_xent"], score) for score in MAIN]
        found.append(
            "Wang & Isola's best encoder minimises alignment and uniformity directly, above the contrastive loss. On words, "
            "the best align_uniform against the best nt_xent: " + "; ".join(parts) + "."
        )
    if "sgns" in best and ALL in best and best[ALL].chosen.model.objective != "sgns":
        parts = [compare(best[ALL], best["sgns"], score) for score in MAIN]
        found.append(f"The best of all, {best[ALL].chosen.model.label}, against the best sgns: {'; '.join(parts)}.")
    elif ALL in best:
        found.append(f"The best of all by mean rank is {best[ALL].chosen.model.label}.")
    return found


def compare(first: Choice, second: Choice, score: str) -> str:
    """Say which of two is higher on a score, if every fresh seed of the one is above every one of the other."""
    a, b = first.repeated.values(score), second.repeated.values(score)
    if min(len(a), len(b)) < 2:
        return f"{score}: too few seeds to tell"
    means = f"{100 * sum(a) / len(a):.1f} and {100 * sum(b) / len(b):.1f}"
    if min(a) > max(b):
        return f"{score}: higher ({means})"
    if max(a) < min(b):
        return f"{score}: lower ({means})"
    return f"{score}: no difference that exceeds that of the seeds ({means})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _list(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + f" and {words[-1]}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
