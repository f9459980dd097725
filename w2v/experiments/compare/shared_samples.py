"""Measurements besides test sets, on the same pairs, rows and words for every run of both engines."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Rows
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.noise import noise_probabilities
from w2v.evaluation.analogies import RESTRICT
from w2v.geometry import PositivePairs, alignment, text_pairs, uniformity
from w2v.vectors import KeyedVectors

SEED = 20_200_505
"""Seed of all samples, independent of the training seeds."""
PAIRS, ROWS, QUERIES, NEIGHBOURS = 100_000, 4_000, 1_000, 10


@dataclass(frozen=True, eq=False)
class SharedSamples:
    """Samples that are drawn from a text once and used for all runs.

    Attributes
    ----------
    pairs : PositivePairs
        PAIRS pairs of centre and context, drawn as in training; see `w2v.geometry.text_pairs`.
    noise : ndarray of int64, shape (PAIRS, negative)
        Noise words for each pair.
    rows : ndarray of int64, shape (at most ROWS,)
        Words drawn uniformly from the vocabulary without replacement.
    queries : ndarray of int64, shape (at most QUERIES,)
        Words drawn likewise from the RESTRICT most frequent words, among which their neighbours are searched.
    """

    pairs: PositivePairs
    noise: Rows
    rows: Rows
    queries: Rows

    @classmethod
    def of(cls, corpus: EncodedCorpus, parameters: dict[str, Any]) -> "SharedSamples":
        """Draw all samples from a text that is encoded with the vocabulary of both engines."""
        draws, words = np.random.default_rng(SEED), len(corpus.vocabulary)
        pairs = text_pairs(
            corpus, window=parameters["window"], n=PAIRS, seed=SEED, held_out=False, sample=parameters["sample"]
        )
        cumulative = np.cumsum(noise_probabilities(corpus.vocabulary.counts, parameters["ns_exponent"]))
        noise = np.searchsorted(
            cumulative, draws.random((len(pairs), parameters["negative"])) * cumulative[-1], side="right"
        )
        frequent = min(words, RESTRICT)
        rows = draws.choice(words, min(words, ROWS), replace=False)
        queries = draws.choice(frequent, min(frequent, QUERIES), replace=False)
        return cls(pairs, noise.astype(np.int64), np.sort(rows), np.sort(queries))

    def measure(self, words: list[str], vectors: NDArray[Any], output: NDArray[Any]) -> dict[str, Any]:
        """Return all measurements as JSON values; ``neighbours`` are rows, nearest first."""
        geometry = {
            "alignment": alignment(vectors[self.pairs.anchors], vectors[self.pairs.positives]),
            "uniformity": uniformity(vectors[self.rows]),
            "shared_loss": pair_loss(vectors, output, self.pairs, self.noise),
        }
        return {"geometry": geometry, "neighbours": neighbours(words, vectors, self.queries)}


def pair_loss(vectors: NDArray[Any], output: NDArray[Any], pairs: PositivePairs, noise: Rows) -> float:
    """Return the mean loss of skip-gram with negative sampling (Mikolov et al. 2013, equation 4) over all pairs, in nats.

    The input vector of the context is scored with the output vectors of the centre (positive) and of the noise words
    (negative); noise words that equal the centre are skipped.
    """
    inputs = vectors[pairs.positives].astype(np.float64)
    positive = np.einsum("nd,nd->n", inputs, output[pairs.anchors].astype(np.float64))
    total, count = np.logaddexp(0, -positive).sum(), len(pairs)
    for column in noise.T:
        kept = column != pairs.anchors
        scores = np.einsum("nd,nd->n", inputs[kept], output[column[kept]].astype(np.float64))
        total, count = total + np.logaddexp(0, scores).sum(), count + len(scores)
    return float(total / count)


def neighbours(words: list[str], vectors: NDArray[Any], queries: Rows) -> list[list[int]]:
    """Return the rows of the nearest words of each query, by cosine, among the most frequent words."""
    keyed = KeyedVectors.from_arrays(words[:RESTRICT], vectors[:RESTRICT])
    found = keyed.most_similar_batch([words[row] for row in queries], topn=NEIGHBOURS)
    return [[keyed.key_to_index[word] for word, _ in near] for near in found]
