"""Hold out the end of a corpus: models are trained on the rest, and positive pairs are drawn from what they never saw.

The end of a text, not sentences here and there: neighbouring sentences share their topic and their names. At most one
document is in both parts.
"""

from dataclasses import replace

import numpy as np

from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import CorpusError


def split(corpus: EncodedCorpus, share: float, min_count: int) -> tuple[EncodedCorpus, EncodedCorpus]:
    """Divide a corpus at the end of a sentence; both parts have the vocabulary of the first.

    Parameters
    ----------
    corpus : EncodedCorpus
    share : float
        Share of the tokens to hold out: the last ones.
    min_count : int
        Occurrences in the first part that a word needs. Other words are left out of both.

    Raises
    ------
    CorpusError
        If there is no word left in a part.
    """
    ends = corpus.offsets
    cut = int(np.searchsorted(ends, (1 - share) * ends[-1]))
    first, second = corpus.tokens[: ends[cut]], corpus.tokens[ends[cut] :]
    counts = np.bincount(first, minlength=len(corpus.vocabulary)).astype(np.int64)
    old = np.flatnonzero(counts >= min_count)
    # Most frequent first; ties in reverse order of first appearance, as everywhere.
    tokens, places = np.unique(first, return_index=True)
    seen = np.zeros(len(counts), np.int64)
    seen[tokens] = places
    old = old[np.lexsort((-seen[old], -counts[old]))]
    new = np.full(len(counts), -1, np.int64)
    new[old] = np.arange(len(old))
    words = corpus.vocabulary.words
    vocabulary = Vocabulary([words[row] for row in old], counts[old], corpus.vocabulary.numbers)
    parts = (
        _part(corpus, vocabulary, new[first], ends[: cut + 1], len(tokens)),
        _part(corpus, vocabulary, new[second], ends[cut:] - ends[cut], len(np.unique(second))),
    )
    if not len(parts[0].tokens) or not len(parts[1].tokens):
        raise CorpusError(
            f"the text must be long enough to hold out a part: got {len(parts[0].tokens):,} words of a vocabulary of "
            f"{len(vocabulary):,} (at least {min_count} occurrences) to train on, {len(parts[1].tokens):,} held out; "
            "use a longer text"
        )
    return parts


def _part(
    corpus: EncodedCorpus, vocabulary: Vocabulary, rows: np.ndarray, ends: np.ndarray, distinct: int
) -> EncodedCorpus:
    """Return a corpus of rows, of which -1 are unknown words, and of the ends of its sentences."""
    known = rows >= 0
    before = np.concatenate([[0], np.cumsum(known)])
    ledger = replace(
        corpus.ledger,
        tokens=len(rows),
        out_of_vocabulary=int((~known).sum()),
        distinct=distinct,
        sentences=len(ends) - 1,
    )
    return replace(
        corpus,
        vocabulary=vocabulary,
        tokens=rows[known].astype(np.uint32),
        offsets=before[ends].astype(np.int64),
        ledger=ledger,
    )
