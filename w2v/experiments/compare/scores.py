"""Score the vectors of a run on analogies and word pairs; the vectors of both engines are read from the same format."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.arguments import path
from w2v.atomic_files import PathLike
from w2v.errors import MissingExtraError
from w2v.evaluation import dataset
from w2v.evaluation.exam import Exam
from w2v.evaluation.test_sets import ANALOGIES, PAIRS


def comparison_exam(analogies: PathLike | None, pairs: Sequence[PathLike]) -> Exam:
    """Read Google's analogies (or another file), WordSim-353, SimLex-999, and further sets of word pairs from files.

    Test sets that the installed gensim lacks are left out. Raises the errors of `Exam.read`.
    """
    shipped = [path for path in map(_shipped, PAIRS) if path is not None]
    more = [path("pairs", file) for file in ([pairs] if isinstance(pairs, str) else pairs)]
    return Exam.read(analogies or _shipped(ANALOGIES), [*shipped, *more])


def score(exam: Exam, words: list[str], vectors: NDArray[Any]) -> dict[str, Any]:
    """Return all scores as JSON values, for word pairs with the underlying human scores and cosines."""
    found = exam.score(words, vectors)
    pairs = {}
    for name, (human, cosines) in found.cosines.items():
        bulky = {"human": human.tolist(), "cosines": np.round(cosines, 7).tolist()}
        pairs[name] = found.pairs[name].to_dict() | bulky
    analogies = {name: by_method["3cosadd"].total.to_dict() for name, by_method in found.analogies.items()}
    return {"analogies": analogies, "pairs": pairs}


def _shipped(name: str) -> Path | None:
    try:
        return dataset(name)
    except MissingExtraError:
        return None
