"""Positive pairs, and how they are drawn from the co-occurrences of a text."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from w2v.annotations import checked
from w2v.arrays import Float64, Rows
from w2v.config import TextOptions, option, validate
from w2v.corpus.encode import encode
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.subsampling import keep_thresholds
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError, GeometryError
from w2v.geometry.margin import margin

ROUNDS = 64
"""Largest number of rounds, each of as many draws as pairs are wanted; after them, fewer pairs are accepted."""


@dataclass(frozen=True, eq=False)
class PositivePairs:
    """Pairs of rows whose vectors should be alike.

    Attributes
    ----------
    anchors, positives : ndarray of int64, shape (P,)
        Rows of the space's vectors, and of its targets, in no particular order.
    law : str
        Description of where the pairs come from; printed with every measurement.
    excluded : dict of str to int
        Number of pairs left out, by reason.
    sampled : bool
        Whether the pairs are a sample of a larger population, so that averages over them have an interval.
    margin : ndarray of float64, shape (V,), optional
        Distribution of single words in the population of pairs, if it is known better than from the pairs themselves.
    """

    anchors: Rows
    positives: Rows
    law: str
    excluded: dict[str, int] = field(default_factory=dict)
    sampled: bool = True
    margin: Float64 | None = None

    def __post_init__(self) -> None:
        if self.anchors.shape != self.positives.shape or self.anchors.ndim != 1:
            raise ConfigError(
                "anchors and positives must be 1-D and of the same length: "
                f"got shapes {self.anchors.shape} and {self.positives.shape}"
            )

    def __len__(self) -> int:
        return len(self.anchors)

    def distribution(self, rows: int) -> Float64:
        """Return the distribution of single words in the pairs, over this number of rows: float64, shape (rows,).

        Without a known ``margin``, it is that of the positives, which negatives stand in for.
        """
        if self.margin is None:
            return np.bincount(self.positives, minlength=rows) / len(self)
        if self.margin.shape != (rows,):
            raise ConfigError(f"margin must be one probability per row, {rows} in all: got shape {self.margin.shape}")
        return self.margin


@dataclass(frozen=True)
class Sampling:
    """Parameters of `text_pairs`."""

    window: int = option(5, "largest distance between centre and context", 1, 1_000)
    n: int = option(100_000, "pairs to draw", 1, 10**8)
    seed: int = option(1, "seed of the draw", 0, 2**63 - 1)
    held_out: bool | None = None
    sample: float = option(1e-3, "subsampling threshold for frequent words; 0 keeps every word", 0.0, 1e12)

    def __post_init__(self) -> None:
        validate(self)

    def __str__(self) -> str:
        held = {
            True: "held out from training",
            False: "the training text",
            None: "unknown whether held out from training",
        }
        subsampling = f"subsampling {self.sample:g}" if self.sample else "no subsampling"
        return f"{held[self.held_out]}; window 1 to {self.window} at random, {subsampling}, seed {self.seed}"


@checked
def text_pairs(
    corpus: Any,
    vocabulary: Vocabulary | None = None,
    *,
    window: int = 5,
    n: int = 100_000,
    seed: int = 1,
    held_out: bool | None = None,
    sample: float = 1e-3,
    text: TextOptions | None = None,
) -> PositivePairs:
    """Draw independent (centre, context) pairs from the distribution that skip-gram training uses.

    A centre is drawn uniformly from all tokens. The width of its window is uniform on 1..window, so a context at distance j
    is drawn with a probability proportional to window - j + 1. Subsampling drops frequent words before distances are
    counted. Windows do not cross the ends of sentences.

    Parameters
    ----------
    corpus : EncodedCorpus, or anything that `w2v.encode` reads
    vocabulary : Vocabulary, optional
        The words of the space in row order, with the counts used for subsampling; if all counts are 0, those of the text
        are used. Required unless the corpus is encoded.
    window : int
        Largest distance between centre and context, as in training.
    n : int
        Pairs to draw, with replacement.
    seed : int
    held_out : bool, optional
        Whether the text was held out from training; None if unknown. Affects only the description.
    sample : float
        Subsampling threshold, as in training; 0 keeps every word.
    text : TextOptions, optional
        How the text is split into words.

    Raises
    ------
    ConfigError
        If a number is out of range, or the vocabulary is missing.
    CorpusError
        If the text cannot be read, or contains no word of the vocabulary.
    GeometryError
        If no two words of the vocabulary co-occur in it.

    Examples
    --------
    >>> import w2v
    >>> corpus = w2v.encode([["a", "b"]] * 100, w2v.VocabularyConfig(min_count=1))
    >>> pairs = text_pairs(corpus, n=3, sample=0)
    >>> (pairs.anchors + pairs.positives).tolist()  # "a", row 0, with "b", row 1, in any order
    [1, 1, 1]
    """
    sampling = Sampling(window, n, seed, held_out, sample)
    if not isinstance(corpus, EncodedCorpus):
        if vocabulary is None:
            raise ConfigError(
                "vocabulary must be that of the space to read a text: got None; pass Vocabulary(words, counts)"
            )
        corpus = counted(encode(corpus, vocabulary, text))
    rng = np.random.default_rng([seed, 0x6D617267])  # "marg": a stream of its own
    return replace(draw(corpus, sampling), margin=margin(corpus, _kept(corpus, sampling), window, rng))


def draw(corpus: EncodedCorpus, sampling: Sampling) -> PositivePairs:
    """Draw the pairs of `text_pairs`, without their margin.

    Raises
    ------
    GeometryError
        If no two words of the vocabulary co-occur.
    """
    anchors, positives = _draw(corpus, sampling)
    if not len(anchors):
        raise GeometryError(
            f"cannot draw pairs from {_source(corpus)}: no two words of the vocabulary co-occur; use a longer text"
        )
    ledger = corpus.ledger
    unknown = 100 * ledger.out_of_vocabulary / ledger.tokens
    sentence = (
        f"{len(anchors):,} co-occurring pairs of {_source(corpus)} ({ledger.tokens:,} words, {unknown:.1f} % of them "
        f"unknown and left out), {sampling}"
    )
    return PositivePairs(anchors, positives, sentence)


def counted(corpus: EncodedCorpus) -> EncodedCorpus:
    """Return the corpus with counts in its vocabulary: if all are 0 (unknown), count them in the corpus."""
    words, counts = corpus.vocabulary.words, corpus.vocabulary.counts
    if counts.any():
        return corpus
    return replace(
        corpus, vocabulary=Vocabulary(words, np.bincount(corpus.tokens, minlength=len(words)).astype(np.int64))
    )


def _source(corpus: EncodedCorpus) -> str:
    names = corpus.sources
    if not names:
        return "sentences from Python"
    return names[0] if len(names) == 1 else f"{len(names)} files ({names[0]}, ...)"


def _kept(corpus: EncodedCorpus, sampling: Sampling) -> Float64:
    """Return the probability that an occurrence of each word survives subsampling."""
    return np.asarray(keep_thresholds(corpus.vocabulary.counts, sampling.sample) / 2.0**32)


def _draw(corpus: EncodedCorpus, sampling: Sampling) -> tuple[Rows, Rows]:
    """Draw up to ``sampling.n`` pairs; each round discards subsampled centres, and those without a context that far."""
    rng = np.random.default_rng([sampling.seed, 0x70616972])  # "pair": a stream of its own
    keep = _kept(corpus, sampling)
    found: list[tuple[Rows, Rows]] = []
    missing = sampling.n
    for _ in range(ROUNDS):
        centres = rng.integers(len(corpus.tokens), size=sampling.n)
        centres = centres[rng.random(sampling.n) < keep[corpus.tokens[centres]]]
        contexts = _walk(corpus, sampling, keep, centres, rng)
        inside = contexts >= 0
        anchors, positives = (
            corpus.tokens[places[inside][:missing]].astype(np.int64) for places in (centres, contexts)
        )
        found.append((anchors, positives))
        missing -= len(anchors)
        if not missing:
            break
    return np.concatenate([a for a, _ in found]), np.concatenate([p for _, p in found])


def _walk(
    corpus: EncodedCorpus,
    sampling: Sampling,
    keep: Float64,
    centres: Rows,
    rng: np.random.Generator,
) -> Rows:
    """Return the position of a context for each centre, or -1 if the sentence ends before it.

    The distance of the context counts only kept words, so the walk goes token by token until that many were kept.
    """
    sentence = np.searchsorted(corpus.offsets, centres, side="right") - 1
    first, end = corpus.offsets[sentence], corpus.offsets[sentence + 1]
    distances = np.arange(1, sampling.window + 1)
    steps = rng.choice(distances, size=len(centres), p=distances[::-1] / distances.sum())
    step = rng.choice((-1, 1), size=len(centres))
    places, walking = centres.copy(), np.arange(len(centres))
    while len(walking):
        places[walking] += step[walking]
        at = places[walking]
        outside = (at < first[walking]) | (at >= end[walking])
        places[walking[outside]] = -1
        walking = walking[~outside]
        kept = rng.random(len(walking)) < keep[corpus.tokens[places[walking]]]
        steps[walking[kept]] -= 1
        walking = walking[steps[walking] > 0]
    return places
