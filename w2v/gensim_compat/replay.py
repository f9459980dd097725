"""The oracle: gensim's own skip-gram run, computed again from its seed. The only caller of ``_replay``.

    sentences -> jobs -> subsample -> reaches -> train, pair by pair

With ``workers=1`` gensim (4.x, ``sg=1``, fed by sentences) is deterministic: one generator gives each job two numbers and
its windows, and a job's own small generator does the rest. So the same vectors, up to the order of float32 additions, can
be had here, which shows that vocabulary, noise law, subsampling, windows, learning rates and updates mean the same. Slow,
on one thread, with the text in memory: to compare with, not to work with.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v import _replay
from w2v.config import TrainConfig, VocabularyConfig
from w2v.corpus.encode import encode
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError, CorpusError
from w2v.training.matrices import Matrices
from w2v.training.memory import estimate_memory, require

MOST_KEPT = 10_000
"""Words that gensim trains of one job. Only a longer sentence (or larger ``batch_words``) has more; the rest is lost."""

SHARES = 2**31 - 1
"""Resolution of the noise distribution."""

TABLE_ENTRIES, ENTRIES_PER_UNIT = 1000, 83
"""Of the sigmoid. 1000 entries for scores from -6 to 6 would be 83.33 for one unit; gensim divides whole numbers."""


@dataclass(frozen=True)
class Replayed:
    """What a replay gives: words in row order, and both matrices."""

    vocabulary: Vocabulary
    matrices: Matrices


def replay(
    sentences: Iterable[Sequence[Any]],
    config: TrainConfig | None = None,
    vocabulary: VocabularyConfig | Vocabulary | None = None,
    batch_words: int = 10_000,
) -> Replayed:
    """Train as gensim does with one worker and the same seed.

    Parameters
    ----------
    sentences : iterable of lists of words
        Not an encoded corpus: empty sentences and words out of the vocabulary take part in gensim's jobs and rates. Of
        whole numbers the decimal digits are the words; gensim itself confuses a number that is below V with a row.
    config : TrainConfig, optional
        ``workers`` has no effect.
    vocabulary : VocabularyConfig or Vocabulary, optional
        Which words get a vector.
    batch_words : int
        Words of the text, known or not, that make a job; gensim's parameter of this name.

    Raises
    ------
    ConfigError
        If a parameter is one that gensim lacks or reads otherwise: ``noise_windows``, ``sample=1``, a seed of more than
        32 bits.
    CorpusError, MemoryLimitError
        As for training.
    """
    config = config or TrainConfig()
    _refuse_what_gensim_lacks(config, batch_words)
    text = _Text.read(sentences, vocabulary)
    require(estimate_memory(len(text.vocabulary), config))
    matrices = Matrices.initialise(len(text.vocabulary), config.vector_size, config.seed)
    pairs = _replay.Replay(
        matrices.input,
        matrices.output,
        config.vector_size,
        text.vocabulary.cumulative_noise(config.ns_exponent, SHARES),
        config.negative,
        sigmoid_table(),
        ENTRIES_PER_UNIT,
    )
    keep = text.vocabulary.keep_thresholds(config.sample)
    generator = np.random.RandomState(config.seed)  # the legacy generator, because it is gensim's
    for epoch in range(config.epochs):
        for first, end in jobs(text.lengths, batch_words):
            progress = (epoch + first / len(text.lengths)) / config.epochs
            learning_rate = config.alpha - (config.alpha - config.min_alpha) * progress
            state = (generator.randint(1 << 24) << 24) + generator.randint(1 << 24)
            words, offsets = text.sentences(first, end)
            if config.sample:
                words, offsets, state = _replay.subsample(words, offsets, keep, MOST_KEPT, state)
            else:  # nothing is drawn
                words, offsets = words[:MOST_KEPT], np.minimum(offsets, MOST_KEPT)
            pairs.train(words, offsets, _reaches(generator, len(words), config), learning_rate, state)
    return Replayed(text.vocabulary, matrices)


def jobs(lengths: Sequence[int], batch_words: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the end of runs of whole sentences that have up to ``batch_words`` words together.

    A longer sentence is a job of its own; if it is the first of all, an empty job goes before it, as in gensim, where that
    moves the random numbers on.
    """
    first = words = 0
    for sentence, length in enumerate(lengths):
        if words + length > batch_words:
            yield first, sentence
            first, words = sentence, 0
        words += length
    yield first, len(lengths)


def sigmoid_table() -> NDArray[np.float32]:
    """Return exp(x) / (exp(x) + 1) in float32 at 1000 points from -6 to 6, the latter excluded."""
    points = (np.arange(TABLE_ENTRIES, dtype=np.float32) / np.float32(TABLE_ENTRIES) * 2 - 1) * 6
    exponentials = np.exp(points.astype(np.float64)).astype(np.float32)
    return np.asarray(exponentials / (exponentials + 1), np.float32)


def _reaches(generator: Any, words: int, config: TrainConfig) -> NDArray[np.int32]:
    if not config.shrink_windows:
        return np.full(words, config.window, np.int32)
    return np.asarray(config.window - generator.randint(0, config.window, words), np.int32)


def _refuse_what_gensim_lacks(config: TrainConfig, batch_words: int) -> None:
    if config.objective != "sgns":
        raise ConfigError(f"objective must be 'sgns' to replay gensim, which has no other: got {config.objective!r}")
    if config.noise_windows != 1:
        raise ConfigError(
            f"noise_windows must be 1 to replay gensim, which has no such thing: got {config.noise_windows}"
        )
    if config.sample == 1:
        raise ConfigError("sample must be below 1 to replay gensim, which takes 1 for a count: got 1")
    if config.seed > 2**32 - 1:
        raise ConfigError(f"seed must be at most {2**32 - 1} to replay gensim: got {config.seed}")
    if not isinstance(batch_words, int) or batch_words < 1:
        raise ConfigError(f"batch_words must be a whole number from 1: got {batch_words!r}")


@dataclass(frozen=True)
class _Text:
    """Every sentence, the empty ones too: its known words as ids, and its ``lengths`` with the unknown words."""

    vocabulary: Vocabulary
    tokens: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    lengths: list[int]

    @classmethod
    def read(cls, sentences: Iterable[Sequence[Any]], vocabulary: VocabularyConfig | Vocabulary | None) -> "_Text":
        if isinstance(sentences, (str, bytes)) or not isinstance(sentences, Iterable):
            raise CorpusError(f"sentences must be an iterable of lists of words: got {type(sentences).__name__}")
        held = list(sentences)
        vocabulary = encode(iter(held), vocabulary).vocabulary
        rows = {word: row for row, word in enumerate(vocabulary.words)}
        # A whole number's word is its decimal digits.
        known = [[rows[word] for word in map(str, sentence) if word in rows] for sentence in held]
        tokens = np.fromiter(chain.from_iterable(known), np.uint32)
        offsets = np.cumsum([0, *map(len, known)], dtype=np.int64)
        return cls(vocabulary, tokens, offsets, [len(sentence) for sentence in held])

    def sentences(self, first: int, end: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """Return the words of sentences ``first`` to ``end``, and where each begins among them."""
        start, stop = self.offsets[first], self.offsets[end]
        return self.tokens[start:stop], self.offsets[first : end + 1] - start
