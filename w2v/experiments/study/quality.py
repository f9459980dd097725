"""Scores of a model: analogies, human word similarity, and a linear probe."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.atomic_files import PathLike
from w2v.evaluation import dataset
from w2v.evaluation.exam import Exam
from w2v.evaluation.probe import ProbeSettings, categories, probe
from w2v.evaluation.statistics import ENOUGH
from w2v.evaluation.test_sets import ANALOGIES as GOOGLE
from w2v.evaluation.test_sets import PAIRS

ANALOGIES, ANALOGIES_FULL, SIMILARITY, PROBE = "analogies", "analogies, full", "similarity", "probe"
QUALITIES = (ANALOGIES, ANALOGIES_FULL, SIMILARITY, PROBE)
"""The scores of a model. Those of individual similarity sets are added as ``similarity: NAME``."""
MAIN = (ANALOGIES, SIMILARITY, PROBE)
"""One score of each kind, used to select settings and in the figures."""


@dataclass(frozen=True)
class Marks:
    """The results of an exam and of the probe.

    Attributes
    ----------
    scores : dict of str to float or None
        Accuracies (0 to 1) and rank correlations by name; None if fewer than ``ENOUGH`` questions or pairs are known.
    coverage : dict
        Numbers of questions, pairs and words that the scores are based on.
    """

    scores: dict[str, float | None]
    coverage: dict[str, Any]


def study_exam(analogies: PathLike | None = None, pairs: Sequence[PathLike] = ()) -> Exam:
    """Read questions and word pairs; by default those that come with gensim. Also raises the errors of `Exam.read`.

    Raises
    ------
    MissingExtraError
        If the default sets are used and gensim is not installed.
    """
    return Exam.read(dataset(GOOGLE) if analogies is None else analogies, list(pairs) or [*map(dataset, PAIRS)])


def mark(exam: Exam, words: Sequence[str], vectors: NDArray[Any], settings: ProbeSettings | None = None) -> Marks:
    """Score vectors, shape (V, dim), on an exam, and probe them for the categories in its analogies.

    Raises
    ------
    ConfigError
        If words and vectors differ in number.
    MissingExtraError
        If scipy or scikit-learn is not installed.
    """
    found = exam.score(words, vectors)
    restricted, full = (found.analogies[scoring]["3cosadd"].total for scoring in ("restricted", "full"))
    rho = {name: result.spearman if result.found >= ENOUGH else None for name, result in found.pairs.items()}
    correlations = [value for value in rho.values() if value is not None]
    probed = probe(words, vectors, categories(exam.analogies), settings)
    scores = {
        ANALOGIES: restricted.accuracy if restricted.answered >= ENOUGH else None,
        ANALOGIES_FULL: full.accuracy_of_all if full.answered >= ENOUGH else None,
        SIMILARITY: float(np.mean(correlations)) if correlations else None,
        PROBE: probed.accuracy if probed else None,
        **{f"{SIMILARITY}: {name}": value for name, value in rho.items()},
    }
    coverage = {
        "questions": full.asked,
        "answered": full.answered,
        "answered_restricted": restricted.answered,
        "pairs": {name: [result.found, result.asked] for name, result in found.pairs.items()},
        "probe": asdict(probed) if probed else None,
    }
    return Marks(scores, coverage)
