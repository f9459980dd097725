"""How good word vectors are: analogies, human word similarity, and the linear probe, on sets that are read once."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.atomic_files import PathLike
from w2v.errors import ConfigError
from w2v.evaluation import (
    AnalogySection,
    WordPair,
    dataset,
    evaluate_analogies,
    evaluate_pairs,
    read_analogies,
    read_pairs,
)
from w2v.evaluation.probe import ProbeSettings, categories, probe
from w2v.evaluation.statistics import ENOUGH

RESTRICT = 30_000

ANALOGIES, ANALOGIES_FULL, SIMILARITY, PROBE = "analogies", "analogies, full", "similarity", "probe"
QUALITIES = (ANALOGIES, ANALOGIES_FULL, SIMILARITY, PROBE)
"""The scores of a model. Those of single similarity sets stand beside them, as ``similarity: NAME``."""
MAIN = (ANALOGIES, SIMILARITY, PROBE)
"""One score of each kind: what choices and figures go by."""


@dataclass(frozen=True)
class Exam:
    """What models are scored on.

    Attributes
    ----------
    analogies : sequence of AnalogySection
    pairs : dict of str to list of WordPair
        Similarity sets by name.
    categories : dict of str to tuple of str
        For the probe.
    digests : dict of str to str
        SHA-256 of each file, by name: which sets these are.
    """

    analogies: Sequence[AnalogySection]
    pairs: dict[str, list[WordPair]]
    categories: dict[str, tuple[str, ...]]
    digests: dict[str, str]

    @classmethod
    def read(cls, analogies: PathLike | None = None, pairs: Sequence[PathLike] = ()) -> "Exam":
        """Read questions and word pairs; by default the sets that come with gensim.

        Raises
        ------
        ConfigError
            If two files have the same name.
        CorpusError
            If a file cannot be read or has a fault.
        MissingExtraError
            If the default sets are wanted and gensim is not installed.
        """
        questions = dataset("questions-words") if analogies is None else analogies
        files = list(pairs) or [dataset("wordsim353"), dataset("simlex999")]
        names = [Path(os.fspath(path)).stem for path in (questions, *files)]
        if len(set(names)) < len(names):
            raise ConfigError(f"test sets are told apart by the names of their files: got {', '.join(names)}")
        sections = read_analogies(questions)
        judged = {name: read_pairs(path) for name, path in zip(names[1:], files, strict=True)}
        digests = {name: _digest(path) for name, path in zip(names, (questions, *files), strict=True)}
        return cls(sections, judged, categories(sections), digests)

    def mark(self, words: Sequence[str], vectors: NDArray[Any], settings: ProbeSettings | None = None) -> "Marks":
        """Score some vectors, shape (V, dim), on everything.

        Raises
        ------
        ConfigError
            If words and vectors do not fit each other.
        MissingExtraError
            If scipy or scikit-learn is not installed.
        """
        full = evaluate_analogies(words, vectors, self.analogies, restrict=None).total
        restricted = full
        if len(words) > RESTRICT:
            restricted = evaluate_analogies(words, vectors, self.analogies, restrict=RESTRICT).total
        similar = {name: evaluate_pairs(words, vectors, judged) for name, judged in self.pairs.items()}
        rho = {name: result.spearman if result.found >= ENOUGH else None for name, result in similar.items()}
        correlations = [value for value in rho.values() if value is not None]
        probed = probe(words, vectors, self.categories, settings)
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
            "pairs": {name: [result.found, result.asked] for name, result in similar.items()},
            "probe": asdict(probed) if probed else None,
        }
        return Marks(scores, coverage)


@dataclass(frozen=True)
class Marks:
    """What an exam gave.

    Attributes
    ----------
    scores : dict of str to float or None
        Accuracies (0 to 1) and rank correlations by name; None where fewer than ``ENOUGH`` questions or pairs are known.
    coverage : dict
        How many questions, pairs and words they rest on.
    """

    scores: dict[str, float | None]
    coverage: dict[str, Any]


def _digest(path: PathLike) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
