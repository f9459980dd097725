"""Positive pairs, and the distribution they are drawn from: co-occurrence in a text, or a file."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from w2v.arrays import Rows
from w2v.atomic_files import PathLike
from w2v.config import TextOptions, option, validate
from w2v.corpus.encode import encode
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.subsampling import keep_thresholds
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError, CorpusError, GeometryError
from w2v.evaluation import read_pairs
from w2v.evaluation.space import first_rows
from w2v.evaluation.test_sets import read_lines

ROUNDS = 64
"""Rounds of as many draws as pairs are wanted, before fewer are accepted."""


@dataclass(frozen=True, eq=False)
class PositivePairs:
    """Pairs of rows whose vectors should be alike.

    Attributes
    ----------
    anchors, positives : ndarray of int64, shape (P,)
        Rows of the space's vectors, and of its targets. They come in no particular order.
    law : str
        Where they come from, in a sentence; printed with every measurement.
    excluded : dict of str to int
        What was left out, by reason.
    sampled : bool
        Whether they stand for more pairs than these, so that averages over them have an interval.
    """

    anchors: Rows
    positives: Rows
    law: str
    excluded: dict[str, int] = field(default_factory=dict)
    sampled: bool = True

    def __post_init__(self) -> None:
        if self.anchors.shape != self.positives.shape or self.anchors.ndim != 1:
            raise ConfigError(f"anchors {self.anchors.shape} and positives {self.positives.shape}: one each is needed")

    def __len__(self) -> int:
        return len(self.anchors)


@dataclass(frozen=True)
class _Sampling:
    """How pairs are drawn from a text; see `text_pairs`."""

    window: int = option(5, "largest distance between centre and context", 1, 1_000)
    n: int = option(100_000, "pairs to draw", 1, 10**8)
    seed: int = option(1, "seed of the draw", 0, 2**63 - 1)
    held_out: bool | None = None
    sample: float = option(1e-3, "subsampling threshold for frequent words; 0 keeps every word", 0.0, 1e12)

    def __post_init__(self) -> None:
        validate(self)

    def __str__(self) -> str:
        held = {True: "held out from training", False: "the text of the training", None: "held out or not is not known"}
        subsampling = f"subsampling {self.sample:g}" if self.sample else "no subsampling"
        return f"{held[self.held_out]}; window 1 to {self.window} at random, {subsampling}, seed {self.seed}"


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
    """Draw independent (centre, context) pairs as skip-gram training sees them.

    A centre is drawn from all tokens; the reach of its window is uniform on 1..window, so that a context at distance j
    is drawn with a probability in proportion to window - j + 1; frequent words are dropped before distances are counted.
    Windows end where sentences do.

    Parameters
    ----------
    corpus : EncodedCorpus, or anything that `w2v.encode` reads
    vocabulary : Vocabulary, optional
        The words of the space in row order, with counts, by which frequent words are dropped: where all are 0, those of
        the text. Needed unless the corpus is encoded.
    window : int
        Largest distance between centre and context, as in training.
    n : int
        Pairs to draw, with replacement.
    seed : int
    held_out : bool, optional
        Whether the text was kept from training; None if that is not known. It only becomes part of the description.
    sample : float
        Threshold of subsampling, as in training; 0 keeps every word.
    text : TextOptions, optional
        How the text becomes words.

    Raises
    ------
    ConfigError
        If a number is out of range, or the vocabulary is missing.
    CorpusError
        If the text cannot be read, or holds no word of the vocabulary.
    GeometryError
        If no two of its words co-occur.
    """
    sampling = _Sampling(window, n, seed, held_out, sample)
    if not isinstance(corpus, EncodedCorpus):
        if vocabulary is None:
            raise ConfigError(
                "text_pairs needs the vocabulary of the space to read a text: pass Vocabulary(words, counts)"
            )
        corpus = counted(encode(corpus, vocabulary, text))
    anchors, positives = _draw(corpus, sampling)
    if not len(anchors):
        raise GeometryError(f"{_source(corpus)}: no two words of the vocabulary co-occur; a longer text is needed")
    ledger = corpus.ledger
    unknown = 100 * ledger.out_of_vocabulary / ledger.tokens
    sentence = (
        f"{len(anchors):,} co-occurring pairs of {_source(corpus)} ({ledger.tokens:,} words, {unknown:.1f} % of them "
        f"unknown and left out), {sampling}"
    )
    return PositivePairs(anchors, positives, sentence)


def counted(corpus: EncodedCorpus) -> EncodedCorpus:
    """Return a corpus whose vocabulary has counts: where all are 0, because nobody knows them, those of the corpus."""
    words, counts = corpus.vocabulary.words, corpus.vocabulary.counts
    if counts.any():
        return corpus
    return replace(
        corpus, vocabulary=Vocabulary(words, np.bincount(corpus.tokens, minlength=len(words)).astype(np.int64))
    )


def file_pairs(path: PathLike, words: Sequence[str], *, min_score: float | None = None) -> PositivePairs:
    """Read pairs of words that mean the same, or nearly so: two words per line, ``#`` begins a comment.

    A word is looked up as it is written and then in lower case. Pairs with an unknown word, or of a word with itself, are
    left out and counted.

    Parameters
    ----------
    path : path-like
    words : sequence of str
        Of the space, in row order.
    min_score : float, optional
        For files of word similarity, with a score in the third column: pairs of at least this score are positive.

    Raises
    ------
    CorpusError
        If the file cannot be read, or a line has not two words (and a score).
    GeometryError
        If no pair is left.
    """
    listed = _scored(path, min_score) if min_score is not None else _listed(path)
    index = first_rows(words)
    rows = [[index.get(word, index.get(word.lower(), -1)) for word in pair] for pair in listed]
    table = np.array(rows, dtype=np.int64).reshape(-1, 2)
    unknown = (table < 0).any(axis=1)
    same = ~unknown & (table[:, 0] == table[:, 1])
    excluded = {"pairs with an unknown word": int(unknown.sum()), "pairs of a word with itself": int(same.sum())}
    table = table[~unknown & ~same]
    if not len(table):
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in excluded.items() if count)
        raise GeometryError(
            f"{os.fspath(path)}: no positive pair is left of {len(listed):,}: {reasons or 'none given'}"
        )
    score = "" if min_score is None else f" of score {min_score:g} or more"
    law = f"{len(table):,} pairs of {os.fspath(path)}{score}"
    return PositivePairs(table[:, 0], table[:, 1], law, excluded)


def _listed(path: PathLike) -> list[tuple[str, str]]:
    pairs = []
    for number, line in read_lines(path):
        fields = line.split()
        if line.startswith("#"):
            continue
        if len(fields) != 2:
            hint = "; if the third is a score, pass min_score (--min-score)" if len(fields) == 3 else ""
            raise CorpusError(f"{os.fspath(path)}, line {number}: {len(fields)} words; a pair has two{hint}")
        pairs.append((fields[0], fields[1]))
    return pairs


def _scored(path: PathLike, min_score: float) -> list[tuple[str, str]]:
    judged = read_pairs(path)
    pairs = [(pair.first, pair.second) for pair in judged if pair.score >= min_score]
    if not pairs:
        best = max(pair.score for pair in judged)
        raise GeometryError(f"{os.fspath(path)}: no pair has a score of {min_score:g} or more; the highest is {best:g}")
    return pairs


def _source(corpus: EncodedCorpus) -> str:
    names = corpus.sources
    if not names:
        return "sentences from Python"
    return names[0] if len(names) == 1 else f"{len(names)} files ({names[0]}, ...)"


def _draw(corpus: EncodedCorpus, sampling: _Sampling) -> tuple[Rows, Rows]:
    """Draw up to ``sampling.n`` pairs; each round throws away the centres that are dropped or have no such context."""
    rng = np.random.default_rng([sampling.seed, 0x70616972])  # "pair": a stream of its own
    keep = keep_thresholds(corpus.vocabulary.counts, sampling.sample) / 2.0**32
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
    sampling: _Sampling,
    keep: np.ndarray[Any, np.dtype[np.float64]],
    centres: Rows,
    rng: np.random.Generator,
) -> Rows:
    """Return the place of a context for each centre, -1 where the sentence ends before it."""
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
