"""The scores of phrases as functions, with gensim's parameters; the counts of a whole text are scored in C."""

import inspect
from collections.abc import Callable
from math import log
from typing import Any

from w2v.arguments import shown
from w2v.errors import ConfigError

Scorer = Callable[..., float]
PARAMETERS = ("worda_count", "wordb_count", "bigram_count", "len_vocab", "min_count", "corpus_word_count")
"""Names of the parameters of a function that scores."""

NEVER = float("-inf")


def original_scorer(
    worda_count: int, wordb_count: int, bigram_count: int, len_vocab: int, min_count: float, corpus_word_count: int
) -> float:
    """Return Mikolov's score, as gensim computes it; see `PhraseConfig`."""
    pairs = worda_count * wordb_count
    return (bigram_count - min_count) / float(pairs) * len_vocab if pairs else NEVER


def npmi_scorer(
    worda_count: int, wordb_count: int, bigram_count: int, len_vocab: int, min_count: float, corpus_word_count: int
) -> float:
    """Return the normalised pointwise mutual information; minus infinity for fewer than ``min_count`` occurrences."""
    if bigram_count < min_count or not (worda_count and wordb_count and bigram_count):
        return NEVER
    total = float(corpus_word_count)
    both = bigram_count / total
    return log(both / ((worda_count / total) * (wordb_count / total))) / -log(both)


SCORERS: dict[str, Scorer] = {"default": original_scorer, "npmi": npmi_scorer}


def find_scorer(scoring: Any) -> tuple[str, Scorer]:
    """Return the name of a score, "custom" for a function of the caller's, and the function.

    Raises
    ------
    ConfigError
        If it is neither a known name nor a function with these parameters.
    """
    if isinstance(scoring, str):
        if scoring not in SCORERS:
            raise ConfigError(f"scoring must be default, npmi or a function: got {shown(scoring)}")
        return scoring, SCORERS[scoring]
    if not callable(scoring):
        raise ConfigError(f"scoring must be default, npmi or a function: got {shown(scoring)}")
    missing = [name for name in PARAMETERS if name not in inspect.signature(scoring).parameters]
    if missing:
        raise ConfigError(f"scoring must have the parameters {', '.join(PARAMETERS)}: got none named {missing[0]}")
    return next((name for name, known in SCORERS.items() if known is scoring), "custom"), scoring
