"""The chunks of a corpus, wherever they are: in this process, or with the workers of `w2v.distributed`."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property, partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from w2v import _core
from w2v.config import TrainConfig
from w2v.corpus.disk_array import forget, sha256_of
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.subsampling import keep_thresholds
from w2v.corpus.vocabulary import Vocabulary
from w2v.training.checkpoint import fingerprint, fingerprint_of_portions
from w2v.training.engines import make_engine
from w2v.training.matrices import Matrices
from w2v.training.memory import estimate_memory, require
from w2v.training.merging import Updates, rule_of
from w2v.training.rounds import Round, number_of_shards, portions, rounds
from w2v.training.schedule import divide
from w2v.training.shards import Shards, part_of


class ChunkedText(Protocol):
    """The interface of a text in chunks.

    Attributes
    ----------
    edges : ndarray of int64, shape (C + 1,)
        Chunk c consists of the tokens from ``edges[c]`` up to, but not including, ``edges[c + 1]``.
    """

    edges: NDArray[np.int64]

    @property
    def fingerprint(self) -> str:
        """A digest of the text, its words, and who trains what of it, for checkpoints."""

    def engine(
        self, matrices: Matrices, noise: NDArray[np.uint32], steps: NDArray[np.float32] | None
    ) -> "_core.Engine | Any":
        """Return what trains the matrices on it: an engine, or something with a `Course`."""

    def forget(self, trained: Iterable[tuple[int, int]]) -> None:
        """Release the memory of chunks that are trained: first and end of each run of them."""

    def require_memory(self) -> None:
        """Raise MemoryLimitError if what this process needs to train on it does not fit into memory."""


class LocalText:
    """A corpus of this process.

    Parameters
    ----------
    corpus : EncodedCorpus
    config : TrainConfig
    """

    def __init__(self, corpus: EncodedCorpus, config: TrainConfig) -> None:
        self._corpus, self._config = corpus, config
        offsets, chunks = divide(corpus, config)
        keep = keep_thresholds(corpus.vocabulary.counts, config.sample)
        self._text = _core.Text(corpus.tokens, offsets, chunks, keep)
        self.edges = offsets[chunks]

    @cached_property
    def fingerprint(self) -> str:
        """See `ChunkedText`."""
        if not self._config.shards:
            return fingerprint(self._corpus)
        texts = (part_of(self._text, *portion) for portion in portions_of(self.edges, self._config))
        return fingerprint_of_portions(self._corpus.vocabulary, [portion_digest(text) for text in texts])

    def engine(
        self, matrices: Matrices, noise: NDArray[np.uint32], steps: NDArray[np.float32] | None
    ) -> _core.Engine | Shards:
        """See `ChunkedText`."""
        seen, chunks = partial(forget, self._corpus.tokens), portions_of(self.edges, self._config)
        config = replace(self._config, shards=min(self._config.shards, len(chunks)))
        if config.shards < 2:
            return make_engine(matrices, self._text, noise, config, (steps, None), 1, seen)
        words = self._corpus.vocabulary
        plan = plan_of(self.edges, words, config)
        updates = Updates.expected(words.counts, config)
        rule = rule_of(config, matrices, updates, plan, int(self.edges[-1]), steps)
        engine = make_engine(matrices, self._text, noise, config, rule.steps, rule.boost, seen)
        return Shards(engine, matrices, rule, self._text, chunks, plan)

    def forget(self, trained: Iterable[tuple[int, int]]) -> None:
        """See `ChunkedText`."""
        for first, end in trained:
            forget(self._corpus.tokens, int(self.edges[end]), int(self.edges[first]))

    def require_memory(self) -> None:
        """See `ChunkedText`."""
        shards = number_of_shards(self._config, len(self.edges) - 1, int(self.edges[-1]))
        require(estimate_memory(len(self._corpus.vocabulary), replace(self._config, shards=shards)))


def portions_of(edges: NDArray[np.int64], config: TrainConfig) -> list[tuple[int, int]]:
    """Return the chunks of each shard; of one if the configuration has none."""
    chunks = len(edges) - 1
    return portions(chunks, max(1, number_of_shards(config, chunks, int(edges[-1]))))


def plan_of(edges: NDArray[np.int64], vocabulary: Vocabulary, config: TrainConfig) -> list[Round]:
    """Return the rounds of a training on chunks with these edges."""
    shards = len(portions_of(edges, config))
    return rounds(replace(config, shards=shards), len(edges) - 1, int(edges[-1]), len(vocabulary))


def portion_digest(text: _core.Text) -> str:
    """Return a digest of the part of a text that a shard trains."""
    return sha256_of(text.tokens, text.offsets, text.chunks)
