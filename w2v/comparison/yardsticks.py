"""What vectors of both engines are measured by besides questions: the same pairs, rows and words for every run.

Alignment and uniformity are those of Wang & Isola (2020, arXiv:2005.10242, section 4.1), on rows of length 1, in float64.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.corpus import EncodedCorpus
from w2v.errors import EmptyCorpusError
from w2v.vectors import KeyedVectors

Float64 = NDArray[np.float64]
Rows = NDArray[np.int64]

SEED = 20_200_505
"""Of every sample drawn here, whatever the seeds of training."""
PAIRS, ROWS, QUERIES, NEIGHBOURS = 100_000, 4_000, 1_000, 10
FREQUENT = 30_000
"""Words among which neighbours are looked for, as in the restricted scoring of analogies."""


@dataclass(frozen=True, eq=False)
class Yardsticks:
    """Samples of a text, drawn once.

    Attributes
    ----------
    pairs : ndarray of int64, shape (PAIRS, 2)
        Centre and context, co-occurring in the text; see `text_pairs`.
    noise : ndarray of int64, shape (PAIRS, negative)
        Noise words for each pair.
    rows : ndarray of int64, shape (at most ROWS,)
        Words drawn from the vocabulary without replacement, each as likely.
    queries : ndarray of int64, shape (at most QUERIES,)
        Words, drawn likewise from the FREQUENT most frequent, whose neighbours are looked for among these.
    """

    pairs: Rows
    noise: Rows
    rows: Rows
    queries: Rows

    @classmethod
    def of(cls, corpus: EncodedCorpus, window: int, negative: int, ns_exponent: float) -> "Yardsticks":
        """Draw all samples from a text that is encoded with the vocabulary that both engines have."""
        draws, words = np.random.default_rng(SEED), len(corpus.vocabulary)
        pairs = text_pairs(corpus, window, PAIRS, SEED)
        law = np.cumsum(corpus.vocabulary.noise_probabilities(ns_exponent))
        noise = np.searchsorted(law, draws.random((len(pairs), negative)) * law[-1], side="right")
        frequent = min(words, FREQUENT)
        rows = draws.choice(words, min(words, ROWS), replace=False)
        queries = draws.choice(frequent, min(frequent, QUERIES), replace=False)
        return cls(pairs, noise.astype(np.int64), np.sort(rows), np.sort(queries))

    def measure(self, words: list[str], vectors: NDArray[Any], output: NDArray[Any]) -> dict[str, Any]:
        """Return all measurements as JSON values; of ``neighbours`` the rows, nearest first."""
        geometry = {
            "alignment": alignment(vectors, self.pairs),
            "uniformity": uniformity(vectors[self.rows]),
            "shared_loss": pair_loss(vectors, output, self.pairs, self.noise),
        }
        return {"geometry": geometry, "neighbours": neighbours(words, vectors, self.queries)}


def text_pairs(corpus: EncodedCorpus, window: int, n: int, seed: int) -> Rows:
    """Draw n pairs (centre, context) that co-occur in a text.

    The centre is any word of the text that is not alone in its sentence, each place as likely; the context is 1 to
    ``window`` places before or after it, each as likely, and drawn anew if it falls out of the sentence. Words are as
    frequent as in the text: nothing is subsampled.

    Returns
    -------
    ndarray of int64, shape (n, 2)

    Raises
    ------
    EmptyCorpusError
        If every word is alone in its sentence.
    """
    lengths = np.diff(corpus.offsets)
    starts, lengths = corpus.offsets[:-1][lengths > 1], lengths[lengths > 1]
    if not len(lengths):
        raise EmptyCorpusError("no two words of the text are in one sentence: there is nothing to train on")
    ends, draws = np.cumsum(lengths), np.random.default_rng(seed)
    parts: list[Rows] = []
    while sum(map(len, parts)) < n:
        place = draws.integers(0, ends[-1], n)
        sentence = np.searchsorted(ends, place, side="right")
        inside = place - (ends[sentence] - lengths[sentence])
        other = inside + draws.integers(1, window + 1, n) * draws.choice([-1, 1], n)
        valid = (other >= 0) & (other < lengths[sentence])
        places = starts[sentence, np.newaxis] + np.stack([inside, other], axis=1)
        parts.append(corpus.tokens[places[valid]].astype(np.int64))
    return np.concatenate(parts)[:n]


def alignment(vectors: NDArray[Any], pairs: Rows) -> float:
    """Return the mean squared distance of positive pairs, rows scaled to length 1: 0 (the same) to 4 (opposite)."""
    unit = _unit(vectors)
    return float(np.square(unit[pairs[:, 0]] - unit[pairs[:, 1]]).sum(axis=1).mean())


def uniformity(vectors: NDArray[Any]) -> float:
    """Return log mean exp(-2 ‖x − y‖²) over all pairs of rows, scaled to length 1: 0 (all the same) down to about -4."""
    unit = _unit(vectors)
    potential = np.exp(-2 * (2 - 2 * (unit @ unit.T)))
    np.fill_diagonal(potential, 0)
    return float(np.log(potential.sum() / (len(unit) * (len(unit) - 1))))


def pair_loss(vectors: NDArray[Any], output: NDArray[Any], pairs: Rows, noise: Rows) -> float:
    """Return skip-gram's loss with negative sampling (Mikolov et al. 2013, equation 4): the mean over all pairs, in nats.

    The context's input vector is scored against the centre's output vector, which should score high, and against those
    of the noise words, which should not; noise that is the centre itself is left out.
    """
    inputs = vectors[pairs[:, 1]].astype(np.float64)
    positive = np.einsum("nd,nd->n", inputs, output[pairs[:, 0]].astype(np.float64))
    total, count = np.logaddexp(0, -positive).sum(), len(pairs)
    for column in noise.T:
        kept = column != pairs[:, 0]
        scores = np.einsum("nd,nd->n", inputs[kept], output[column[kept]].astype(np.float64))
        total, count = total + np.logaddexp(0, scores).sum(), count + len(scores)
    return float(total / count)


def neighbours(words: list[str], vectors: NDArray[Any], queries: Rows) -> list[list[int]]:
    """Return, for each query, the rows of its nearest words by cosine among the most frequent ones."""
    keyed = KeyedVectors.from_arrays(words[:FREQUENT], vectors[:FREQUENT])
    found = keyed.most_similar_batch([words[row] for row in queries], topn=NEIGHBOURS)
    return [[keyed.key_to_index[word] for word, _ in near] for near in found]


def _unit(vectors: NDArray[Any]) -> Float64:
    wide = vectors.astype(np.float64)
    return np.asarray(wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-12))
