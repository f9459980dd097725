"""A range of a text as word ids on the disk of the process that read it, and its share of the chunks of the whole text.

ranges      |------ 0 ------|-------- 1 --------|------ 2 ------|      as the bytes of the files are divided
chunks      . . . . . . . . . . . . . . . . . . . . . . . . . . .      as `divide` lays them over all tokens
portions    |-------- 0 --------|-------- 1 -------|----- 2 ----|      whole chunks: what each shard trains
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from w2v.config import TextOptions, TrainConfig
from w2v.corpus.count import count_parts_of_files
from w2v.corpus.counts import Provisional
from w2v.corpus.disk_array import forget, sha256_of
from w2v.corpus.encode import encode_counted, known_words
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.file_parts import FilePart
from w2v.corpus.vocabulary import Vocabulary
from w2v.training.schedule import piece_length, size_of_chunks

Piece = tuple[NDArray[np.uint32], NDArray[np.int64]]
"""Tokens, and where each sentence, or piece of a long one, ends in them."""


@dataclass(frozen=True)
class Layout:
    """The sizes that determine the chunks of a text: how many tokens it has, and the configuration.

    Attributes
    ----------
    tokens : int
        Of the whole text.
    config : TrainConfig
    """

    tokens: int
    config: TrainConfig

    @cached_property
    def size(self) -> int:
        """Number of tokens per chunk, about."""
        return size_of_chunks(self.tokens, self.config)

    @cached_property
    def piece(self) -> int:
        """Length of the pieces into which longer sentences are cut."""
        return piece_length(self.size, self.config)


def read_range(parts: list[FilePart], text: TextOptions) -> Provisional:
    """Read a range of a text and count its words; see `w2v.encode` for the errors."""
    return count_parts_of_files(parts, text, None)


class EncodedRange:
    """The ids of a range of a text.

    Parameters
    ----------
    read : Provisional
        What `read_range` returned.
    vocabulary : Vocabulary
        The words of the whole text.
    threads : int
    """

    def __init__(self, read: Provisional, vocabulary: Vocabulary, threads: int) -> None:
        self._corpus: EncodedCorpus = encode_counted(read, known_words(read, vocabulary), threads)

    def __len__(self) -> int:
        return len(self._corpus.tokens)

    @cached_property
    def digest(self) -> str:
        """A digest of the ids and sentences, by which a text that changed is noticed."""
        return sha256_of(self._corpus.tokens, self._corpus.offsets)

    def edges(self, base: int, layout: Layout) -> NDArray[np.int64]:
        """Return the edges of chunks of the whole text, in tokens, for which this range has the tokens before.

        ``base`` is how many tokens the ranges before have.
        """
        first = base // layout.size + 1
        wanted = np.arange(first * layout.size, base + len(self) + 1, layout.size) - base
        ends = self._pieces(layout)
        return np.unique(ends[np.searchsorted(ends, wanted)]) + base

    def piece(self, first: int, end: int, layout: Layout) -> Piece:
        """Return the tokens ``first`` to ``end``, between edges of chunks or the ends of the range.

        They are a copy, as what is read of the file must not stay in memory.
        """
        offsets = self._pieces(layout)
        within = offsets[np.searchsorted(offsets, first, "right") : np.searchsorted(offsets, end, "right")]
        tokens = self._corpus.tokens[first:end].copy()
        forget(self._corpus.tokens, end, first)
        return tokens, within - first

    def _pieces(self, layout: Layout) -> NDArray[np.int64]:
        if self._cut is None or self._cut[0] != layout.piece:
            self._cut = layout.piece, self._corpus.pieces(layout.piece)
        return self._cut[1]

    _cut: tuple[int, NDArray[np.int64]] | None = None


def chunk_edges(found: list[NDArray[np.int64]], tokens: int) -> NDArray[np.int64]:
    """Return the edges of all chunks of a text of ``tokens`` tokens from those that each range returned."""
    return np.unique(np.concatenate([np.zeros(1, np.int64), *found, np.array([tokens], np.int64)]))
