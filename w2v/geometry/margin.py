"""The distribution of single words in the (centre, context) pairs of a text: p_data in Wang & Isola (2020), theorem 1."""

import numpy as np

from w2v.arrays import Float64, Rows
from w2v.corpus.encoded_corpus import EncodedCorpus

TOKENS_AT_ONCE = 1 << 20


def margin(corpus: EncodedCorpus, keep: Float64, window: int, rng: np.random.Generator) -> Float64:
    """Return the probability of each word as the centre, and so as the context, of a pair: float64, shape (V,).

    The pairs are those of skip-gram training: a context at distance j has weight window - j + 1. The margin depends on the
    ends of sentences, because words near them have fewer contexts, and on subsampling, which drops frequent words before
    distances are counted. It is exact without subsampling. With it, which words near a centre are kept is drawn once, and
    the centre has its exact probability of being kept, so that no word of the text is missing.

    Parameters
    ----------
    corpus : EncodedCorpus
    keep : ndarray of float64, shape (V,)
        Probability that an occurrence of each word survives subsampling.
    window : int
    rng : Generator
    """
    # reach[m]: sum of the weights of m contexts on one side.
    reach = np.concatenate([[0.0], np.cumsum(np.arange(window, 0, -1.0))])
    total = np.zeros(len(corpus.vocabulary))
    for start, stop in _blocks(corpus.offsets):
        offsets = corpus.offsets[start : stop + 1].astype(np.int64)
        tokens = corpus.tokens[offsets[0] : offsets[-1]]
        edges, probabilities = offsets - offsets[0], keep[tokens]
        before = np.concatenate([[0], np.cumsum(rng.random(len(tokens)) < probabilities)])
        lengths = np.diff(edges)
        left = before[:-1] - np.repeat(before[edges[:-1]], lengths)
        right = np.repeat(before[edges[1:]], lengths) - before[1:]
        sides = reach[np.minimum(left, window)] + reach[np.minimum(right, window)]
        total += np.bincount(tokens, probabilities * sides, minlength=len(total))
    return np.asarray(total / total.sum())


def _blocks(offsets: Rows) -> list[tuple[int, int]]:
    """Divide the sentences into runs of about ``TOKENS_AT_ONCE`` tokens, at least one sentence each."""
    starts = np.searchsorted(offsets, np.arange(offsets[0], offsets[-1], TOKENS_AT_ONCE), side="right") - 1
    edges = np.unique([*starts, len(offsets) - 1])
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
