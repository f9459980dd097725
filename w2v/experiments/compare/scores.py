"""Scoring one run's vectors: questions, word pairs, yardsticks. Both engines' vectors are read from the same format."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.errors import ConfigError, MissingExtraError
from w2v.evaluation import (
    AnalogySection,
    WordPair,
    dataset,
    evaluate_analogies,
    evaluate_pairs,
    read_analogies,
    read_pairs,
)
from w2v.evaluation.similarity import pair_cosines
from w2v.evaluation.space import WordSpace

SHIPPED_PAIRS = ("wordsim353", "simlex999")

SCORINGS = {"restricted": 30_000, "full": None}
"""How many of the most frequent words are known; see `w2v.evaluation.analogies`."""


@dataclass(frozen=True)
class Questions:
    """What vectors are asked.

    Attributes
    ----------
    analogies : sequence of AnalogySection
        Empty if there are none.
    pairs : dict of str to list of WordPair
        Sets of word pairs by name.
    """

    analogies: Sequence[AnalogySection]
    pairs: dict[str, list[WordPair]]

    @classmethod
    def read(cls, analogies: str | None, pairs: Sequence[str]) -> "Questions":
        """Read Google's analogies (or another file), gensim's two sets of word pairs, and further sets from files.

        What comes with gensim is left out where a gensim came without it.

        Raises
        ------
        ConfigError
            If two sets have the same name.
        CorpusError
            If a file has a fault.
        """
        questions = analogies or _shipped("questions-words")
        files = [path for path in map(_shipped, SHIPPED_PAIRS) if path is not None] + list(pairs)
        sets: dict[str, list[WordPair]] = {}
        for path in files:
            name = Path(path).stem
            if name in sets:
                raise ConfigError(f"two sets of word pairs are called {name}: give the second file another name")
            sets[name] = read_pairs(path)
        return cls(read_analogies(questions) if questions is not None else [], sets)

    def score(self, words: list[str], vectors: NDArray[Any]) -> dict[str, Any]:
        """Return all scores as JSON values; word pairs with the human scores and cosines that they come from."""
        space = WordSpace.build(words, vectors, restrict=None, case_insensitive=True)
        analogies = {
            name: evaluate_analogies(words, vectors, self.analogies, restrict=limit).total.to_dict()
            for name, limit in SCORINGS.items()
            if self.analogies
        }
        pairs = {}
        for name, judged in self.pairs.items():
            human, cosines = pair_cosines(space, judged)
            score = evaluate_pairs(words, vectors, judged).to_dict()
            pairs[name] = score | {"human": human.tolist(), "cosines": np.round(cosines, 7).tolist()}
        return {"analogies": analogies, "pairs": pairs}


def _shipped(name: str) -> str | None:
    try:
        return str(dataset(name))
    except MissingExtraError:
        return None
