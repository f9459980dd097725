"""A replay of gensim's skip-gram training: the same result, computed from the same seed. The only caller of ``_replay``.

    sentences -> jobs -> subsample -> reaches -> train, pair by pair

With ``workers=1``, gensim (4.x, ``sg=1``, fed by sentences) is deterministic: one generator provides two numbers and the
windows of each job, and a small generator per job does the rest. The replay gives the same vectors, up to the order of
float32 additions, which shows that vocabulary, noise distribution, subsampling, windows, learning rates and updates have the
same meaning here. It is slow, single-threaded and keeps the text in memory: use it for comparisons only.
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
from w2v.corpus.noise import cumulative_noise
from w2v.corpus.subsampling import keep_thresholds
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError, CorpusError
from w2v.training.matrices import Matrices
from w2v.training.memory import estimate_memory, require

MOST_KEPT = 10_000
"""Number of words per job that gensim trains; it drops the rest of a longer job (long sentence, large ``batch_words``)."""

TABLE_ENTRIES, ENTRIES_PER_UNIT = 1000, 83
"""Size of the sigmoid table. 1000 entries for scores from -6 to 6 are 83.33 per unit, but gensim uses integer division."""


@dataclass(frozen=True)
class Replayed:
    """The result of a replay: words in row order, and both matrices."""

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
        Not an encoded corpus, because empty sentences and out-of-vocabulary words influence gensim's jobs and learning
        rates. The word of an integer is its decimal representation; gensim itself mistakes an integer below V for a row.
    config : TrainConfig, optional
        ``workers`` has no effect.
    vocabulary : VocabularyConfig or Vocabulary, optional
        How to select the words; or the words themselves.
    batch_words : int
        Number of words per job, known or not; gensim's parameter of this name.

    Returns
    -------
    Replayed

    Raises
    ------
    ConfigError
        If a parameter does not exist in gensim or has another meaning there: ``noise_windows``, ``sample=1``, a seed of more
        than 32 bits.
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
        cumulative_noise(text.vocabulary.counts, config.ns_exponent),
        config.negative,
        sigmoid_table(),
        ENTRIES_PER_UNIT,
    )
    keep = keep_thresholds(text.vocabulary.counts, config.sample)
    generator = np.random.RandomState(config.seed)  # the legacy generator, because it is gensim's
    for epoch in range(config.epochs):
        for first, end in jobs(text.lengths, batch_words):
            progress = (epoch + first / len(text.lengths)) / config.epochs
            learning_rate = config.alpha - (config.alpha - config.min_alpha) * progress
            state = (generator.randint(1 << 24) << 24) + generator.randint(1 << 24)
            words, offsets = text.sentences(first, end)
            if config.sample:
                words, offsets, state = _replay.subsample(words, offsets, keep, MOST_KEPT, state)
            else:  # without subsampling, gensim draws no random numbers
                words, offsets = words[:MOST_KEPT], np.minimum(offsets, MOST_KEPT)
            pairs.train(words, offsets, _reaches(generator, len(words), config), learning_rate, state)
    return Replayed(text.vocabulary, matrices)


def jobs(lengths: Sequence[int], batch_words: int) -> Iterator[tuple[int, int]]:
    """Yield (first, end) of runs of whole sentences with at most ``batch_words`` words in total.

    A longer sentence is a job by itself; if it is the very first sentence, an empty job precedes it, as in gensim, where
    this advances the random numbers.
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
        raise ConfigError(f"objective must be 'sgns' to replay gensim, the only one it has: got {config.objective!r}")
    if config.noise_windows != 1:
        raise ConfigError(
            f"noise_windows must be 1 to replay gensim, which lacks this parameter: got {config.noise_windows}"
        )
    if config.sample == 1:
        raise ConfigError("sample must not be 1 to replay gensim, which takes 1 as a count: got 1")
    if config.seed > 2**32 - 1:
        raise ConfigError(f"seed must be at most {2**32 - 1} to replay gensim: got {config.seed}")
    if not isinstance(batch_words, int) or batch_words < 1:
        raise ConfigError(f"batch_words must be a positive integer: got {batch_words!r}")


@dataclass(frozen=True)
class _Text:
    """All sentences, including empty ones: known words as ids, and ``lengths`` that include unknown words."""

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
        # The word of an integer is its decimal representation.
        known = [[rows[word] for word in map(str, sentence) if word in rows] for sentence in held]
        tokens = np.fromiter(chain.from_iterable(known), np.uint32)
        offsets = np.cumsum([0, *map(len, known)], dtype=np.int64)
        return cls(vocabulary, tokens, offsets, [len(sentence) for sentence in held])

    def sentences(self, first: int, end: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """Return the words of the sentences from ``first`` up to ``end``, and the offset of each sentence among them."""
        start, stop = self.offsets[first], self.offsets[end]
        return self.tokens[start:stop], self.offsets[first : end + 1] - start
