"""Reading pairs with human scores for an encoder, and evaluating it with them."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from w2v.annotations import checked
from w2v.arguments import instance
from w2v.atomic_files import PathLike
from w2v.evaluation.columns import Columns
from w2v.sentences.evaluation import JudgedBags, SentenceScores
from w2v.sentences.reader import Reader
from w2v.sentences.scored_pairs import ScoredPair, judged_sentence_pairs

if TYPE_CHECKING:
    from w2v.sentences.encoder import Sentences


@checked
def evaluate(
    model: "Sentences", pairs: PathLike | Sequence[ScoredPair], columns: Columns | None = None
) -> SentenceScores:
    """Correlate cosines with human scores, beside random vectors with the same weights.

    Parameters
    ----------
    pairs : path or list of ScoredPair
    columns : str or sequence of str or int, optional
        See `read_sentence_pairs`.

    Raises
    ------
    CorpusError
        If the file cannot be read, or has no pairs with scores.
    """
    return read_judged(pairs, model._reader, columns).scores(model.vectors, model.weights)


def read_judged(pairs: PathLike | Sequence[ScoredPair], reader: Reader, columns: Columns | None = None) -> JudgedBags:
    """Read a file of scored pairs, or a list of them, as bags of words."""
    if isinstance(pairs, (str, os.PathLike)):
        listed, unscored = judged_sentence_pairs(pairs, columns)
    else:
        listed, unscored = list(pairs), 0
    for pair in listed:
        instance("pairs", pair, ScoredPair, "read_sentence_pairs reads them")
    return JudgedBags.of(listed, reader.read, unscored)
