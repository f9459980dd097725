"""The findings of a study in words, made from its numbers: nothing is claimed that they do not identify."""

from collections.abc import Sequence

from w2v.experiments.study.analysis import ALL, Association, Place, View
from w2v.experiments.study.changes import Changed
from w2v.experiments.study.interventions import COMMON, NOISY, RANDOM, TRAINED
from w2v.experiments.study.location import NEAR
from w2v.experiments.study.metrics import ALIGNMENT, INFORMATION, INPUT, SUM, UNIFORMITY
from w2v.experiments.study.numbers import number_of, p_value, points, r2, signed
from w2v.experiments.study.prediction import BOTH, CURVED, OBJECTIVE, PLANE
from w2v.experiments.study.quality import QUALITIES

LEVEL = 0.05
"""Probability of one false finding or more among all tests of a study."""
MOVED = 0.5
"""A coordinate counts as moved if it changes by more than this."""
MIRRORED = 5.0
"""Variance inflation above which the effects of two variables can hardly be told apart (a usual bound)."""
KEPT = 0.005
"""A score counts as kept if it changes by at most this, or by at most the standard deviation between seeds."""


WORTH = (*QUALITIES, INFORMATION)
"""What vectors are good for, as far as it is measured; information is in nats."""


def findings(changes: Sequence[Changed], views: Sequence[View]) -> list[str]:
    """Return the findings of a study, one paragraph each: interventions first, then what correlations add."""
    void = uninformative(changes)
    left_out = [of_random(score, changes) for score in void]
    changes, views = [one.without(void) for one in changes], [view.without(void) for view in views]
    return [answer(changes, views), *left_out, *map(of_common, changes), *map(of_noise, changes), *of_views(views)]


def uninformative(changes: Sequence[Changed]) -> list[str]:
    """Return the scores at which random vectors are at least as good as a trained model: no conclusion rests on them."""
    found = []
    for score in QUALITIES:
        pairs = [(one.mean(RANDOM, score), one.mean(TRAINED, score)) for one in changes]
        if any(r is not None and t is not None and r >= t for r, t in pairs):
            found.append(score)
    return found


def of_random(score: str, changes: Sequence[Changed]) -> str:
    """State that a score does not tell trained vectors from random ones."""
    trained = _list([points(one.mean(TRAINED, score)) for one in changes])
    random = _list([points(one.mean(RANDOM, score)) for one in changes])
    return (
        f"{_capital(score)} cannot tell good vectors here, and no finding rests on it: trained models have "
        f"{trained}, and random vectors {random}."
    )


def answer(changes: Sequence[Changed], views: Sequence[View]) -> str:
    """Answer the question of the study, as far as it is answered."""
    parts = []
    if changes and all(map(moved, changes)) and all(map(kept, changes)):
        worth = _list([name for name in WORTH if any(one.spread(name) is not None for one in changes)])
        parts.append(
            f"Neither alignment nor uniformity determines {worth}: without any training, both were moved through "
            "most of their range, and nothing else changed"
        )
    elif changes:
        parts.append("Moving alignment and uniformity without any training moved scores too; the table says how far")
    spoilt = [one for one in changes if misled(one)]
    if spoilt:
        parts.append(
            f"a lower sum does not mean better vectors: noise lowered it in {len(spoilt)} of {len(changes)} models, "
            "and worsened them by every measure"
        )
    of_place = [one for view in views for one in view.places if one.holm is not None and one.holm < LEVEL]
    if of_place:
        scores = _list(sorted({one.score for one in of_place}, key=QUALITIES.index))
        parts.append(f"settings at the same place of the plane differ in {scores} by more than seeds do")
    if views and any(p is not None for p in views[0].tests):
        parts.append(of_direction(views[0]))
        explained = [
            f"{r2(one.r2[PLANE])} for {one.score}"
            for one in views[0].places
            if one.towers == INPUT and one.r2[PLANE] is not None
        ]
        if explained:
            parts.append(f"the place of settings left out explains their scores with R² = {_list(explained)}")
    return "**Are alignment and uniformity related to quality?** " + (
        ". ".join(part[:1].upper() + part[1:] for part in parts) + "." if parts else "Too few models for an answer."
    )


def moved(one: Changed) -> bool:
    """Check whether the common vector moved both coordinates far."""
    return all((one.spread(column) or 0) > MOVED for column in (ALIGNMENT, UNIFORMITY))


def kept(one: Changed) -> bool:
    """Check whether all scores, and the information, stayed as they were while the common vector changed."""
    spreads = {name: one.spread(name) for name in WORTH}
    known = {name: value for name, value in spreads.items() if value is not None}
    return bool(known) and all(value <= max(KEPT, one.seed_sd(name) or 0) for name, value in known.items())


def misled(one: Changed) -> tuple[str, str] | None:
    """Return what noise was added to what, so that the sum fell, as it should, and all else; None if none did.

    Noise is added to vectors without their common vector, so it is compared with the model as trained and, if that does
    not show it, with the vectors without it. Of several noises it is the one with the lowest sum.
    """
    for start in (TRAINED, COMMON[0]):
        before = one.mean(start, SUM)
        found = {}
        for noise in NOISY:
            after = one.mean(noise, SUM)
            falls = [
                high - low
                for name in WORTH
                if (high := one.mean(start, name)) is not None and (low := one.mean(noise, name)) is not None
            ]
            if before is not None and after is not None and after < before and falls and min(falls) > KEPT:
                found[noise] = after
        if found:
            return start, min(found, key=lambda noise: found[noise])
    return None


def of_common(one: Changed) -> str:
    """State what the length of the common vector changed."""
    first, last = COMMON[0], COMMON[-1]
    places = _list(
        [f"{c} from {number_of(one.mean(first, c))} to {number_of(one.mean(last, c))}" for c in (ALIGNMENT, UNIFORMITY)]
    )
    scores = [
        f"{score} by at most {points(one.spread(score))} (between seeds: {points(one.seed_sd(score))})"
        for score in QUALITIES
        if one.spread(score) is not None
    ]
    information = f"information by at most {number_of(one.spread(INFORMATION), 3)} nats"
    out = [_nats(one, TRAINED, first)] + [
        f"{score} from {points(one.mean(TRAINED, score))} to {points(one.mean(first, score))}"
        for score in QUALITIES
        if one.mean(first, score) is not None
    ]
    return (
        f"{one.model.own}: a common vector of length {last.split()[-1]} instead of {first.split()[-1]} moved "
        f"{places}, and changed {_list([*scores, information])}. Taking the common vector out of the trained vectors "
        f"changed {_list(out)}."
    )


def of_noise(one: Changed) -> str:
    """State what noise changed."""
    found = misled(one)
    start, noise = found or (TRAINED, NOISY[0])
    scores = [
        f"{score} from {points(one.mean(start, score))} to {points(one.mean(noise, score))}"
        for score in QUALITIES
        if one.mean(start, score) is not None
    ]
    sums = f"from {number_of(one.mean(start, SUM))} to {number_of(one.mean(noise, SUM))}"
    verdict = "better by the sum, and worse" if found else "the sum and the scores did not part"
    moved_too = _list([*scores, _nats(one, start, noise)])
    return f"{one.model.own}, {start}: {noise} moved alignment + uniformity {sums}, and {moved_too}: {verdict}."


def _nats(one: Changed, before: str, after: str) -> str:
    values = (number_of(one.mean(change, INFORMATION), 3) for change in (before, after))
    return f"information from {' to '.join(values)} nats"


def significant(view: View) -> list[Association]:
    """Return the associations that are significant after correction for all tests of the study."""
    return [one for one in view.associations if one.holm is not None and one.holm < LEVEL]


def of_direction(view: View) -> str:
    """State how many associations within objectives there are, and whether lower is better."""
    found = significant(view)
    if not found:
        return "among trained models, no association with quality within objectives is identified"
    better = sum((one.within or 0) < 0 for one in found)
    way = (
        "better"
        if better == len(found)
        else "worse"
        if not better
        else f"better in {better}, and with worse in others,"
    )
    tested = sum(one.p is not None for one in view.associations)
    return (
        f"among trained models, within objectives and with the other coordinate held fixed, {len(found)} of {tested} "
        f"associations {'is' if len(found) == 1 else 'are'} significant, which says nothing about causes: lower goes with "
        f"{way} scores"
    )


def of_views(views: Sequence[View]) -> list[str]:
    """State what correlations over settings show."""
    found = []
    for view in views:
        rho = view.coupling.get(INPUT)
        if rho is not None and abs(rho) < 1:
            inflation = 1 / (1 - rho**2)
            mirrored = inflation > MIRRORED
            found.append(
                f"{_capital(view.name)} ({view.n}): alignment and uniformity have a rank correlation of "
                f"{signed(rho)} (input-input), a variance inflation of {inflation:.1f}"
                + (": plain correlations with one largely mirror those with the other." if mirrored else ".")
            )
        found += [of_place(one, view) for one in view.places if one.towers == INPUT]
        found += [of_prediction(one) for one in view.places if one.towers == INPUT and view.name == ALL]
    return [of_tests(views), *found]


def of_tests(views: Sequence[View]) -> str:
    """State how many tests there are, and which associations are significant."""
    tests = [p for view in views for p in view.tests if p is not None]
    if not tests:
        return "No association could be tested: there are too few settings, or no score is left."
    parts = []
    for view in views:
        listed = [
            f"lower {one.metric.replace(': ', ' ')} with {'better' if (one.within or 0) < 0 else 'worse'} "
            f"{one.score} ({signed(one.within)}, p = {p_value(one.holm)})"
            for one in significant(view)
        ]
        parts.append(f"{view.name}: {'; '.join(listed) or 'none'}")
    return (
        f"Associations within objectives that are significant at {100 * LEVEL:g} % after Holm's correction for all "
        f"{len(tests)} tests of the study. {_capital('. '.join(map(_capital, parts)))}."
    )


def of_place(one: Place, view: View) -> str:
    """State how quality differs at one place."""
    found = one.matched
    if found.sd is None or found.seed_sd is None:
        return f"{_capital(one.score)} ({view.name}): no two settings are within {NEAR:g} of each other."
    verdict = ""
    if one.holm is not None:
        verdict = (
            f"; the place does not determine it (p = {p_value(one.holm)})"
            if one.holm < LEVEL
            else f"; not distinguishable from the difference between seeds (p = {p_value(one.holm)})"
        )
    return (
        f"{_capital(one.score)} ({view.name}): models within {NEAR:g} of each other in both coordinates have a "
        f"standard deviation of {points(found.sd)} points, against {points(found.seed_sd)} between seeds "
        f"({found.pairs} pairs){verdict}."
    )


def of_prediction(one: Place) -> str:
    """State how well the plane predicts settings, and objectives, that were left out."""
    shown = {name: r2(value) for name, value in one.r2.items()}
    if all(value is None for value in one.r2.values()):
        return f"{_capital(one.score)}: too few settings to predict any that was left out."
    return (
        f"{_capital(one.score)} of settings left out, R²: from the objective {shown[OBJECTIVE]}; from alignment and "
        f"uniformity {shown[PLANE]} (quadratic: {shown[CURVED]}); from all three {shown[BOTH]}. Of objectives left "
        f"out, from alignment and uniformity: {r2(one.transferred)}."
    )


def _list(words: Sequence[str]) -> str:
    return (
        ", ".join(words[:-1]) + f" and {words[-1]}" if len(words) > 1 else "".join(words) or "nothing that was scored"
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
