"""Scores of a model: analogies, human similarity of words, a linear probe and, if wanted, human similarity of sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from w2v.atomic_files import PathLike
from w2v.config import TextOptions
from w2v.corpus.source_files import file_digest
from w2v.corpus.tokenizers import WHITESPACE, WORDS
from w2v.errors import ConfigError
from w2v.evaluation import dataset
from w2v.evaluation.exam import Exam
from w2v.evaluation.probe import ProbeSettings, categories, probe
from w2v.evaluation.statistics import ENOUGH
from w2v.evaluation.test_sets import ANALOGIES as GOOGLE
from w2v.evaluation.test_sets import PAIRS
from w2v.experiments.tables import file_name
from w2v.sentences import ScoredPair, Sentences, read_sentence_pairs
from w2v.vectors import KeyedVectors

ANALOGIES, SIMILARITY, PROBE, SENTENCES = "analogies", "similarity", "probe", "sentences"
QUALITIES = (ANALOGIES, SIMILARITY, PROBE, SENTENCES)
"""The scores of a model. Those of individual sets are added as ``similarity: NAME`` and ``sentences: NAME``."""


@dataclass(frozen=True)
class StudyExam:
    """Test sets of words, and of sentences.

    Attributes
    ----------
    words : Exam
    sentences : dict of str to list of ScoredPair
        By name.
    digests : dict of str to str
        SHA-256 of each file by name.
    """

    words: Exam
    sentences: dict[str, list[ScoredPair]]
    digests: dict[str, str]

    @classmethod
    def read(
        cls, analogies: PathLike | None = None, pairs: Sequence[PathLike] = (), sentences: Sequence[PathLike] = ()
    ) -> "StudyExam":
        """Read test sets; those of words that come with gensim, if none is given, unless there are sentences.

        Raises
        ------
        ConfigError
            If two files have the same name.
        MissingExtraError
            If the default sets are used and gensim is not installed.
        Also those of `Exam.read` and of `w2v.sentences.read_sentence_pairs`.
        """
        if not sentences:
            analogies = dataset(GOOGLE) if analogies is None else analogies
            pairs = list(pairs) or [*map(dataset, PAIRS)]
        words = Exam.read(analogies, pairs)
        names = [file_name(str(path)) for path in sentences]
        if len({*names, *words.digests}) < len(names) + len(words.digests):
            raise ConfigError(f"test sets must have different file names: got {', '.join([*words.digests, *names])}")
        read = {name: read_sentence_pairs(path) for name, path in zip(names, sentences, strict=True)}
        return cls(words, read, words.digests | dict(zip(names, map(file_digest, sentences), strict=True)))


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


def mark(
    exam: StudyExam, vectors: KeyedVectors, settings: ProbeSettings | None = None, text: TextOptions | None = None
) -> Marks:
    """Score vectors on an exam, and probe them for the categories in its analogies.

    Parameters
    ----------
    exam : StudyExam
    vectors : KeyedVectors
        With counts, if there are sentences.
    settings : ProbeSettings, optional
    text : TextOptions, optional
        How sentences are split into words.

    Raises
    ------
    MissingExtraError
        If scipy or scikit-learn is not installed.
    """
    words, matrix = vectors.words, vectors.vectors
    found = exam.words.score(words, matrix)
    asked = found.analogies["restricted"]["3cosadd"].total if found.analogies else None
    rho = {name: result.spearman if result.found >= ENOUGH else None for name, result in found.pairs.items()}
    sizes = {name: result.found for name, result in found.pairs.items()}
    probed = probe(words, matrix, categories(exam.words.analogies), settings) if asked else None
    sentences = _of_sentences(exam, vectors, text) if exam.sentences else {}
    scores = {
        ANALOGIES: asked.accuracy if asked and asked.answered >= ENOUGH else None,
        SIMILARITY: mean_of_sets(rho, sizes),
        PROBE: probed.accuracy if probed else None,
        SENTENCES: mean_of_sets(
            {name: score for name, (score, _) in sentences.items()}, {name: n for name, (_, n) in sentences.items()}
        ),
        **{f"{SIMILARITY}: {name}": value for name, value in rho.items()},
        **{f"{SENTENCES}: {name}": score for name, (score, _) in sentences.items()},
    }
    coverage = {
        "questions": asked.asked if asked else 0,
        "answered": asked.answered if asked else 0,
        "pairs": {name: [result.found, result.asked] for name, result in found.pairs.items()},
        "sentences": {name: [known, len(exam.sentences[name])] for name, (_, known) in sentences.items()},
        "probe": asdict(probed) if probed else None,
    }
    return Marks(scores, coverage)


def _of_sentences(
    exam: StudyExam, vectors: KeyedVectors, text: TextOptions | None
) -> dict[str, tuple[float | None, int]]:
    """Return the rank correlation of each set, and how many of its pairs have known words in both sentences.

    Sentences are means of unit vectors of words, weighted by SIF (Arora et al. 2017); nothing is taken away from them,
    since what would be, the common vector, is what interventions change.
    """
    text = TextOptions(tokenizer=WORDS) if text is None or text.tokenizer in (None, WHITESPACE) else text
    encoder = Sentences(vectors, centre=False, text=text)
    found = {name: encoder.evaluate(pairs) for name, pairs in exam.sentences.items()}
    return {name: (scores.spearman, scores.pairs - scores.unknown) for name, scores in found.items()}


def mean_of_sets(scores: Mapping[str, float | None], sizes: Mapping[str, int]) -> float | None:
    """Return the mean of the scores of several sets, weighted by their sizes; None if no set has a score.

    The variance of a rank correlation is in inverse proportion to the size: equal weights would make the score as noisy as
    its smallest set.
    """
    known = {name: score for name, score in scores.items() if score is not None}
    if not known:
        return None
    return float(np.average(list(known.values()), weights=[sizes[name] for name in known]))
