"""Words to ids, once: a corpus encoded for training, however it came in.

``EncodedCorpus`` is what the trainer reads: a stream of uint32 ids, mapped into memory, with the sentences' offsets, the
vocabulary, and the ledger of what was read. It can be read any number of times and may be larger than memory.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v._text import OUT_OF_VOCABULARY, renumber
from w2v.config import VocabularyConfig
from w2v.counting import Progress, Provisional, Segment, TextOptions, count_ids, count_sentences, count_text
from w2v.errors import CorpusError, EmptyCorpusError
from w2v.records import ReadLedger
from w2v.spool import Spool
from w2v.vocabulary import Vocabulary, select

MAX_VOCABULARY = OUT_OF_VOCABULARY - 1
CHUNKS_WANTED = 64
"""Enough pieces of work for many threads on a small corpus; their number depends on the corpus alone."""
SMALLEST_CHUNK = 1024


@dataclass(frozen=True)
class EncodedCorpus:
    """A corpus as word ids.

    Attributes
    ----------
    vocabulary : Vocabulary
    tokens : ndarray of uint32, shape (N,)
        In-vocabulary words in the order of the text; usually a read-only memory map.
    offsets : ndarray of int64, shape (S + 1,)
        Sentence s is ``tokens[offsets[s]:offsets[s + 1]]``.
    ledger : ReadLedger
    sources : tuple of str
        Where it was read from; empty if it came from Python.
    """

    vocabulary: Vocabulary
    tokens: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    ledger: ReadLedger
    sources: tuple[str, ...] = ()

    def pieces(self, most: int) -> NDArray[np.int64]:
        """Return the offsets with every sentence longer than ``most`` tokens cut into pieces of that length.

        Windows do not reach over a cut; no token is left out.
        """
        lengths = np.diff(self.offsets)
        if not len(lengths) or lengths.max() <= most:
            return self.offsets
        counts = np.maximum(-(-lengths // most), 1)
        starts = np.repeat(self.offsets[:-1], counts)
        first = np.repeat(np.cumsum(counts) - counts, counts)
        cuts = starts + (np.arange(len(starts)) - first) * most
        return np.append(cuts, self.offsets[-1])

    def chunks(self, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Divide the corpus into chunks of about ``most`` tokens, or smaller ones if it is small.

        Returns
        -------
        offsets : ndarray of int64, shape (S' + 1,)
            Of sentences and pieces of long ones.
        chunks : ndarray of int64, shape (C + 1,)
            Chunk c is the sentences ``chunks[c]`` to ``chunks[c + 1]``.
        """
        size = min(most, max(SMALLEST_CHUNK, len(self.tokens) // CHUNKS_WANTED))
        offsets = self.pieces(size)
        edges = np.searchsorted(offsets, np.arange(0, len(self.tokens), size))
        return offsets, np.unique(np.append(edges, len(offsets) - 1)).astype(np.int64)


def encode(
    corpus: Any,
    vocabulary: VocabularyConfig | Vocabulary | None = None,
    text: TextOptions | None = None,
    progress: Progress | None = None,
) -> EncodedCorpus:
    """Encode anything that is a corpus.

    Parameters
    ----------
    corpus : str, path, list of them, or iterable of sentences
        A file, several, a folder, ``-`` for standard input (plain, .gz, .bz2, .xz); an iterable, one-shot or not, of
        lists of words or of whole numbers; or a pair of arrays ``(ids, offsets)``.
    vocabulary : VocabularyConfig or Vocabulary, optional
        Which words to keep; or the very words, in row order.
    text : TextOptions, optional
        How text is read; of no effect on iterables.
    progress : Progress, optional
        Is told bytes (text) or sentences.

    Raises
    ------
    CorpusError
        If it cannot be read, or nothing is left to train on (EmptyCorpusError).
    """
    if isinstance(corpus, EncodedCorpus):
        return corpus
    text = text or TextOptions()
    if is_paths(corpus):
        provisional = count_text(corpus, text, progress)
    elif isinstance(corpus, tuple) and len(corpus) == 2 and all(isinstance(part, np.ndarray) for part in corpus):
        provisional = count_ids(*corpus, progress=progress)
    else:
        provisional = count_sentences(corpus, progress)
    if isinstance(vocabulary, Vocabulary):
        return encode_counted(provisional, _find_all(provisional, vocabulary), vocabulary, text.threads)
    config = vocabulary or VocabularyConfig()
    kept, dropped = (_ids_of(provisional, words) for words in (config.keep, config.drop))
    order = select(provisional.counts, provisional.first_seen, config, kept, dropped)
    _refuse_empty(provisional, order, config)
    words = Vocabulary([provisional.word(int(i)) for i in order], provisional.counts[order])
    return encode_counted(provisional, order, words, text.threads)


def is_paths(corpus: Any) -> bool:
    """Whether a corpus is given by the name of a file, or by several."""
    if isinstance(corpus, (str, bytes, os.PathLike)):
        return True
    return isinstance(corpus, (list, tuple)) and bool(corpus) and all(isinstance(c, (str, os.PathLike)) for c in corpus)


def encode_counted(
    read: Provisional, order: NDArray[np.int64], vocabulary: Vocabulary, threads: int = 1
) -> EncodedCorpus:
    """Renumber what was counted: provisional id ``order[i]`` becomes word i; -1 stands for a word that did not occur."""
    final = np.full(len(read.counts), OUT_OF_VOCABULARY, np.uint32)
    occurring = np.flatnonzero(order >= 0)
    final[order[occurring]] = occurring.astype(np.uint32)

    tokens, ends = Spool(), []
    for ids, sentence_ends in _renumbered(read, final, threads):
        ends.append(sentence_ends + tokens.append(ids))
    read.spool.close()
    offsets = np.concatenate([np.zeros(1, np.int64), *ends])
    offsets = offsets[np.append(True, np.diff(offsets) > 0)]  # sentences that lost all their words
    read_tokens = int(read.counts.sum())
    if not tokens.length:
        raise EmptyCorpusError(f"{_where(read)} has {read_tokens} words, none of which is in the vocabulary")
    ledger = ReadLedger(
        tokens=read_tokens,
        out_of_vocabulary=read_tokens - tokens.length,
        distinct=len(read.counts),
        sentences=sum(len(segment.ends) for segment in read.segments),
        replaced=read.replaced,
    )
    return EncodedCorpus(vocabulary, tokens.array(), offsets, ledger, tuple(read.sources))


def _renumbered(
    read: Provisional, final: NDArray[np.uint32], threads: int
) -> Iterator[tuple[NDArray[np.uint32], NDArray[np.int64]]]:
    """Yield every segment under final ids, in order, a few at a time."""
    spooled = read.spool.array()
    mappings = [final[mapping] for mapping in read.mappings]

    def work(segment: Segment) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        ids = spooled[segment.start : segment.start + segment.length]
        # A sentence that goes on in the next segment is open here; its words count all the same.
        is_open = not len(segment.ends) or segment.ends[-1] < segment.length
        ends = np.append(segment.ends, segment.length) if is_open else segment.ends
        words, word_ends = renumber(ids, ends, mappings[segment.table])
        return words, word_ends[:-1] if is_open else word_ends

    waiting = iter(read.segments)
    with ThreadPoolExecutor(threads) as pool:
        while batch := list(islice(waiting, 4 * threads)):
            yield from pool.map(work, batch)


def _ids_of(read: Provisional, words: frozenset[str]) -> NDArray[np.int64]:
    found = [read.find(word) for word in sorted(words)]
    return np.array([i for i in found if i >= 0], np.int64)


def _find_all(read: Provisional, vocabulary: Vocabulary) -> NDArray[np.int64]:
    return np.array([read.find(word) for word in vocabulary.words], np.int64)


def _where(read: Provisional) -> str:
    return f"corpus {', '.join(read.sources)}" if read.sources else "the corpus"


def _refuse_empty(read: Provisional, order: NDArray[np.int64], config: VocabularyConfig) -> None:
    tokens = int(read.counts.sum())
    if not tokens:
        raise EmptyCorpusError(f"{_where(read)} has no words in it")
    if len(order) > MAX_VOCABULARY:
        raise CorpusError(f"the vocabulary must not exceed {MAX_VOCABULARY} words: got {len(order)}; raise min_count")
    if len(order) < 2:
        raise EmptyCorpusError(
            f"{_where(read)} has {tokens} words, {len(read.counts)} distinct, of which {len(order)} occur at least "
            f"min_count={config.min_count} times and are not excluded: training needs at least 2; lower min_count"
        )
