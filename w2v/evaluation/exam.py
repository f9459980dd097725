"""An exam: test sets of analogies and of word pairs, read once and used to score any number of models."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from w2v import html
from w2v.arguments import amount
from w2v.arrays import Float64
from w2v.atomic_files import PathLike
from w2v.corpus.source_files import file_digest
from w2v.errors import ConfigError
from w2v.evaluation.analogies import RESTRICT, AnalogyResult, AnalogySection, evaluate_analogies, read_analogies
from w2v.evaluation.columns import Columns
from w2v.evaluation.similarity import SimilarityResult, WordPair, judged_cosines, judged_pairs
from w2v.evaluation.solver import METHODS, Method
from w2v.evaluation.space import WordSpace


@dataclass(frozen=True)
class ExamResult:
    """Scores of one set of vectors.

    Attributes
    ----------
    analogies : dict of str to dict of str to AnalogyResult
        By scoring, ``"restricted"`` and ``"full"`` (see `w2v.evaluation.analogies`), and method; empty without analogies.
    pairs : dict of str to SimilarityResult
        By name of the set.
    cosines : dict of str to (ndarray, ndarray)
        By name of the set: human scores and cosines of the pairs whose words are both known, float64.
    """

    analogies: dict[str, dict[Method, AnalogyResult]]
    pairs: dict[str, SimilarityResult]
    cosines: dict[str, tuple[Float64, Float64]]

    def _repr_html_(self) -> str:
        """Return one row per test set, for notebooks."""
        rows: list[tuple[str, float | None, str]] = [
            (f"analogies, {scoring}, {method}", result.total.accuracy, f"{amount(result.total.answered, 'question')}")
            for scoring, results in self.analogies.items()
            for method, result in results.items()
        ]
        rows += [(name, result.spearman, f"{amount(result.found, 'pair')}") for name, result in self.pairs.items()]
        return html.table("Scores", ["test set", "accuracy or Spearman", "of"], rows)


@dataclass(frozen=True)
class Exam:
    """Test sets that vectors are scored on.

    Attributes
    ----------
    analogies : list of AnalogySection
        Empty if there are none.
    pairs : dict of str to list of WordPair
        Sets of word pairs by name: the file name without its extension.
    digests : dict of str to str
        SHA-256 of each file by name, the analogies first.
    unscored : dict of str to int
        Number of pairs of each set that were left out because nobody has judged them.
    """

    analogies: list[AnalogySection]
    pairs: dict[str, list[WordPair]]
    digests: dict[str, str]
    unscored: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(
        cls, analogies: PathLike | None = None, pairs: Sequence[PathLike] = (), *, columns: Columns | None = None
    ) -> "Exam":
        """Read a file of analogy questions (optional) and files of word pairs, whose ``columns`` `read_pairs` describes.

        Raises
        ------
        ConfigError
            If two files have the same name.
        CorpusError
            If a file cannot be read or is malformed.
        """
        sections = [] if analogies is None else read_analogies(analogies)
        digests = {} if analogies is None else {_name(analogies): file_digest(analogies)}
        sets, unscored = {}, {}
        for path in pairs:
            name = _name(path)
            if name in digests:
                raise ConfigError(
                    f"test sets must have different file names: got {name} twice; rename one of the files"
                )
            sets[name], unscored[name] = judged_pairs(path, columns=columns)
            digests[name] = file_digest(path)
        return cls(sections, sets, digests, unscored)

    def score(
        self,
        words: Sequence[str],
        vectors: NDArray[Any],
        *,
        restrict: int = RESTRICT,
        methods: Sequence[Method] = METHODS[:1],
    ) -> ExamResult:
        """Score vectors, shape (V, dim), on all test sets.

        Raises
        ------
        ConfigError
            If words and vectors differ in number.
        MissingExtraError
            If there are word pairs and scipy is not installed.
        """

        def answered(rows: int | None) -> dict[Method, AnalogyResult]:
            return {m: evaluate_analogies(words, vectors, self.analogies, restrict=rows, method=m) for m in methods}

        analogies: dict[str, dict[Method, AnalogyResult]] = {}
        if self.analogies:
            restricted = answered(restrict)
            analogies = {"restricted": restricted, "full": answered(None) if len(words) > restrict else restricted}
        space = WordSpace.build(words, vectors, restrict=None, case_insensitive=True)
        cosines = {name: judged_cosines(space, judged) for name, judged in self.pairs.items()}
        pairs = {
            name: SimilarityResult.of(judged, *cosines[name], self.unscored.get(name, 0))
            for name, judged in self.pairs.items()
        }
        return ExamResult(analogies, pairs, cosines)


def _name(path: PathLike) -> str:
    return Path(os.fsdecode(path)).stem
