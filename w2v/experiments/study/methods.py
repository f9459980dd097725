"""What a report says about its methods."""

from collections.abc import Sequence
from typing import Any

from w2v.evaluation.analogies import RESTRICT
from w2v.experiments.study.analysis import SOUND
from w2v.experiments.study.correlation import ENOUGH, PERMUTATIONS
from w2v.experiments.study.findings import LEVEL
from w2v.experiments.study.journal import Record
from w2v.experiments.study.location import NEAR
from w2v.experiments.study.quality import ANALOGIES, PROBE, SENTENCES, SIMILARITY
from w2v.experiments.study.settings import COLLAPSED
from w2v.json_values import ANY, Real, Whole

FACTS = {
    "corpus": {
        "names": [str],
        "tokenizer": str,
        "words": Whole(),
        "words_held_out": Whole(),
        "vocabulary": Whole(),
    },
    "epochs": Whole(),
    "measured": {
        "alpha": Real(0.001, 100),
        "t": Real(0.001, 100),
        "temperature": Real(0.005, 1e3),
        "ms": [Whole(1, 65_536)],
        "exact_rows": Whole(),
        "sample": Whole(),
    },
    "positive_pairs": str,
    "probe": {"folds": Whole()},
    "test_sets": {str: str},
    "w2v": ANY,
}
"""The shape of what all models share."""

INTERVENTIONS = """\
Nothing is retrained: the vectors of trained models are changed, and measured and scored again (mean ± standard
deviation over seeds; scores × 100). *Common vector b*: the part of the unit vectors along their mean is taken
out, the rest scaled to length 1, and the common direction put back with length b. Every cosine c becomes (c +
b²) / (1 + b²), so the order of all cosines is the same for every b, and with it neighbours, rank correlations
with people's scores, and answers to analogies; alignment is divided by 1 + b², and uniformity goes to 0. (A
constant coordinate b, added to the vectors as trained, does the same to these.) *Noise s*: normally
distributed, of about length s, added to *common vector 0*. Whitening: by the covariance of the words in the
positive pairs. *Random*: independent directions."""

CORRELATIONS = f"""\
One row per metric and score, over settings (means over seeds, which are not independent of each other). ρ:
Spearman's rank correlation, with a 95 % interval (bootstrap over settings) from {ENOUGH} settings on. *The
other fixed*: partial rank correlation, with uniformity held fixed for alignment and the reverse. *Objective
fixed too*: within objectives, with a p-value by permutation within objectives ({PERMUTATIONS:,}; Freedman &
Lane 1983), then corrected for all tests of this report (Holm 1979), bold below {LEVEL:g}. By the theory, ρ is
negative. None of them says what causes quality: a setting that moves alignment changes everything else at once."""


def introduction(facts: dict[str, Any], settings: int, models: int) -> str:
    """Return what was run."""
    corpus = facts["corpus"]
    return (
        f"{models} models ({settings} settings, as many of each objective, each with the same seeds) were trained on "
        f"{corpus['words']:,} words ({', '.join(corpus['names']) or 'a text'}, tokenizer {corpus['tokenizer']}; "
        f"vocabulary of {corpus['vocabulary']:,} words; epochs: {facts['epochs']}), measured on positive pairs from "
        f"the {corpus['words_held_out']:,} words at the end of the text, which no model was trained on, and scored. "
        "According to Wang & Isola (2020, arXiv 2005.10242), representations are better if alignment (positive "
        "pairs are close) and uniformity (vectors are spread) are lower. Written by `w2v study`."
    )


def method(facts: dict[str, Any], trained: Sequence[Record]) -> str:
    """Return the methods as a list."""
    coverage = trained[0].coverage if trained else {}
    lines = [
        f"Positive pairs: {facts['positive_pairs']}. All models have the same pairs.",
        "One law throughout: single words are weighted as in the positive pairs, as theorem 1 of Wang & Isola "
        "assumes; so are the mean and the covariance that interventions take away.",
        *_measured(facts["measured"]),
        f"*{SOUND[:1].upper()}{SOUND[1:]}*: without those whose effective rank is below {COLLAPSED:g} times the dimension.",
        f"One place: models of different settings within {NEAR:g} of each other in both coordinates; the standard "
        "deviation is the root of the mean of half their squared differences, as between the seeds of a setting. "
        "The test is about disjoint pairs of settings, nearest first: seeds are exchanged between the two of each "
        "pair at random, and the sum of the squared differences of their means is compared.",
        "R²: linear regression on all other settings; 0 is as good as the mean of the others, and negative is worse.",
        *_scored(coverage, facts["probe"]["folds"]),
        "The data are in `study.json.gz`; `w2v study --data study.json.gz -o FOLDER` makes this report of them again.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _measured(settings: dict[str, Any]) -> list[str]:
    return [
        f"Metrics: alignment with α = {settings['alpha']:g}, uniformity with t = {settings['t']:g}. *Information*: "
        "the largest, over temperatures, of minus the limit of NT-Xent, in nats: how much of the mutual information "
        f"of the pairs the cosines capture. With more than {settings['exact_rows']:,} words, a random sample of "
        f"{settings['sample']:,} draws, the same for all models. In input-input metrics, positives and negatives are "
        "input vectors; in input-output metrics they are output vectors. (`w2v geometry` prints all definitions.)",
        "*Wasserstein*: distance to the uniform distribution; *isotropy*: IsoScore; *partition_isotropy*: of Mu & "
        "Viswanath; *hubness*: skewness of how often a word is among the nearest neighbours of another; "
        "*norm_frequency*: rank correlation of the length of a vector with the count of its word.",
    ]


def _scored(coverage: dict[str, Any], folds: int) -> list[str]:
    lines = []
    if coverage.get("questions"):
        lines.append(
            f"*{ANALOGIES}*: 3CosAdd among the {RESTRICT:,} most frequent words; {coverage['answered']:,} of "
            f"{coverage['questions']:,} questions have known words."
        )
    for kind, label, what in (("pairs", SIMILARITY, "words"), ("sentences", SENTENCES, "sentences")):
        if coverage.get(kind):
            sets = ", ".join(f"{name} ({found:,} of {asked:,})" for name, (found, asked) in coverage[kind].items())
            lines.append(
                f"*{label}*: mean of Spearman's rank correlations of cosines of {what} with people's scores, "
                f"weighted by the number of pairs: {sets}."
            )
    if coverage.get("sentences"):
        lines.append(
            "A sentence is the mean of unit vectors of its words weighted by SIF (Arora et al. 2017), without its "
            "common component taken away. Most of such a score is overlap of rare words: compare with the random "
            "vectors."
        )
    if probed := coverage.get("probe"):
        lines.append(
            f"*{PROBE}*: logistic regression on unit vectors with {folds}-fold cross-validation, {probed['words']:,} "
            f"words in {probed['categories']} categories; the largest has {100 * probed['majority']:.1f} % of the "
            "words."
        )
    return lines
