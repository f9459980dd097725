"""The findings of a study in words, with no claim beyond what the intervals support."""

from collections.abc import Sequence

from w2v.experiments.study.analysis import CLAIMED, EVERYTHING, FIXED_OBJECTIVE, SOUND
from w2v.experiments.study.best_settings import ALL, Choice
from w2v.experiments.study.correlation import Correlation
from w2v.experiments.study.quality import MAIN, PROBE


def findings(views: dict[str, list[Correlation]], choices: Sequence[Choice]) -> list[str]:
    """Return the findings of a study, one paragraph each."""
    return [
        *(claim(view, views[view]) for view in (EVERYTHING, SOUND, FIXED_OBJECTIVE) if view in views),
        *(by_metric(metric, views[EVERYTHING]) for metric in CLAIMED),
        *strongest(views[EVERYTHING]),
        *order(choices),
    ]


def claim(view: str, correlations: Sequence[Correlation]) -> str:
    """State how far the claim of the theory, that lower is better, holds for alignment, uniformity and their sum."""
    about = [c for c in correlations if c.metric in CLAIMED and c.score in MAIN and c.rho is not None]
    if not about:
        return f"**{_capital(view)}:** too few models for a conclusion."
    low, high = (sum(c.sign == sign for c in about) for sign in (-1, 1))
    unclear = len(about) - low - high
    if low == len(about):
        verdict = "lower is better throughout"
    elif not low and not high:
        verdict = "no significant correlation in either direction"
    elif not high:
        verdict = "lower is better in some cases, and the others are not significant"
    elif not low:
        verdict = "lower is not better; wherever the correlation is significant, higher is better"
    else:
        verdict = "lower is better in some cases, and higher is better in others"
    return (
        f"**{_capital(view)}** ({about[0].n} models): {verdict}. Of the {len(about)} correlations of alignment, uniformity "
        f"and their sum with {_list([_named(score) for score in MAIN])}, {low} {_are(low)} significantly negative (lower "
        f"is better), {high} significantly positive, and {unclear} not significant (the interval contains 0)."
    )


def by_metric(metric: str, correlations: Sequence[Correlation]) -> str:
    """State how one metric correlates with each main score."""
    found = {c.score: c for c in correlations if c.metric == metric}
    return f"{_capital(_words(metric))}: " + "; ".join(phrase(found[score]) for score in MAIN if score in found) + "."


def strongest(correlations: Sequence[Correlation]) -> list[str]:
    """State which metric correlates most strongly with each main score, among the significant ones."""
    found = []
    for score in MAIN:
        seen = [c for c in correlations if c.score == score and c.sign and c.rho is not None]
        if seen:
            best = max(seen, key=lambda c: abs(c.rho or 0))
            found.append(f"with {_named(score)}, {_words(best.metric)} ({show(best)})")
    if not found:
        return []
    return [
        "Strongest correlations of any metric (optimistic, as they are selected from many): " + "; ".join(found) + "."
    ]


def phrase(correlation: Correlation) -> str:
    """Describe one correlation in a few words."""
    score = _named(correlation.score)
    if correlation.rho is None:
        return f"correlation with {score} undefined ({correlation.n} models)"
    if not correlation.sign:
        return f"no significant correlation with {score} ({show(correlation)})"
    return f"lower values go with {'better' if correlation.sign < 0 else 'worse'} {score} ({show(correlation)})"


def show(correlation: Correlation) -> str:
    """Format a correlation and its interval."""
    if correlation.rho is None or correlation.low is None or correlation.high is None:
        return "undefined"
    return f"{correlation.rho:+.2f} [{correlation.low:+.2f}, {correlation.high:+.2f}]".replace("-", "−")


def order(choices: Sequence[Choice]) -> list[str]:
    """State whether minimising alignment and uniformity beats the contrastive loss, as for Wang & Isola."""
    best = {choice.family: choice for choice in choices}
    found = []
    if "align_uniform" in best and "nt_xent" in best:
        parts = [compare(best["align_uniform"], best["nt_xent"], score) for score in MAIN]
        found.append(
            "The best encoder of Wang & Isola minimises alignment and uniformity directly and beats the contrastive loss. "
            "For words, the best align_uniform compares with the best nt_xent as follows: " + "; ".join(parts) + "."
        )
    if "sgns" in best and ALL in best and best[ALL].chosen.model.objective != "sgns":
        parts = [compare(best[ALL], best["sgns"], score) for score in MAIN]
        found.append(
            f"The best setting, {best[ALL].chosen.model.label}, compares with the best sgns as follows: {'; '.join(parts)}."
        )
    elif ALL in best:
        found.append(f"The best setting by mean rank is {best[ALL].chosen.model.label}.")
    return found


def compare(first: Choice, second: Choice, score: str) -> str:
    """State which of two settings scores higher, if every held-out seed of one is above every held-out seed of the other."""
    a, b = first.repeated.values(score), second.repeated.values(score)
    if min(len(a), len(b)) < 2:
        return f"{score}: too few seeds to compare"
    means = f"{100 * sum(a) / len(a):.1f} against {100 * sum(b) / len(b):.1f}"
    if min(a) > max(b):
        return f"{score}: higher ({means})"
    if max(a) < min(b):
        return f"{score}: lower ({means})"
    return f"{score}: no difference beyond that between seeds ({means})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _words(metric: str) -> str:
    """Return the key of a metric without its colon, for use in a sentence."""
    return metric.replace(": ", " ")


def _named(score: str) -> str:
    """Return the name of a score, for use in a sentence."""
    return "probe accuracy" if score == PROBE else score


def _list(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + f" and {words[-1]}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
