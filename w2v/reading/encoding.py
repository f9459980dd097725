"""Words to ids, once: anything that is a corpus becomes an :class:`~w2v.corpus.EncodedCorpus`."""

import os
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v._text import OUT_OF_VOCABULARY, renumber, trim_memory
from w2v.atomic import PathLike
from w2v.config import VocabularyConfig
from w2v.corpus import EncodedCorpus
from w2v.errors import ConfigError, CorpusError, EmptyCorpusError, OutputError
from w2v.reading.cache import CacheEntry
from w2v.reading.counting import TextOptions, count_text
from w2v.reading.provisional import Progress, Provisional, Segment
from w2v.reading.sentences import count_ids, count_sentences
from w2v.reading.spool import Spool
from w2v.records import ReadLedger
from w2v.vocabulary import Vocabulary, select

MAX_VOCABULARY = OUT_OF_VOCABULARY - 1


def encode(
    corpus: Any,
    vocabulary: VocabularyConfig | Vocabulary | None = None,
    text: TextOptions | None = None,
    progress: Progress | None = None,
    cache: PathLike | None = None,
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
    cache : path, optional
        A folder of encoded corpora. Files whose contents were encoded before, in the same way, are not read again but
        taken from there; what is new is put there.

    Raises
    ------
    ConfigError
        If ``cache`` is given for anything but files.
    CorpusError
        If it cannot be read, or nothing is left to train on (EmptyCorpusError).
    """
    if isinstance(corpus, EncodedCorpus):
        return corpus
    text = text or TextOptions()
    if cache is None:
        return _encode(corpus, vocabulary, text, progress)
    if not is_paths(corpus):
        raise ConfigError("cache is for files: an iterable can be read only once, so its contents are not known before")
    entry = CacheEntry.of(cache, corpus, vocabulary or VocabularyConfig(), text)
    found = entry.read()
    if found is None:
        entry.check_writable()
        found = _encode(corpus, vocabulary, text, progress)
        try:
            entry.write(found)
        except OutputError as problem:  # the text is read; another time it will be again
            warnings.warn(f"the encoded text was not kept: {problem}", RuntimeWarning, stacklevel=2)
    return found


def _encode(
    corpus: Any, vocabulary: VocabularyConfig | Vocabulary | None, text: TextOptions, progress: Progress | None
) -> EncodedCorpus:
    if is_paths(corpus):
        provisional = count_text(corpus, text, progress)
    elif isinstance(corpus, tuple) and len(corpus) == 2 and all(isinstance(part, np.ndarray) for part in corpus):
        provisional = count_ids(*corpus, progress=progress)
    else:
        provisional = count_sentences(corpus, progress)
    if isinstance(vocabulary, Vocabulary):
        order = _find_all(provisional, vocabulary)
    else:
        order, vocabulary = _choose(provisional, vocabulary or VocabularyConfig())
    encoded = encode_counted(provisional, order, vocabulary, text.threads)
    del provisional
    trim_memory()  # counting leaves as much behind as the vectors will take
    return encoded


def _choose(read: Provisional, config: VocabularyConfig) -> tuple[NDArray[np.int64], Vocabulary]:
    kept, dropped = (_ids_of(read, words) for words in (config.keep, config.drop))
    order = select(read.counts, read.first_seen, config, kept, dropped)
    _refuse_empty(read, order, config)
    return order, Vocabulary([read.word(int(i)) for i in order], read.counts[order])


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
    mappings = [final[mapping] for mapping in read.mappings]

    def work(segment: Segment) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        ids = read.spool.read(segment.start, segment.length)
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
        limit = "" if config.max_final_vocab is None else f" or raise max_final_vocab={config.max_final_vocab}"
        raise EmptyCorpusError(
            f"{_where(read)} has {tokens} words, {len(read.counts)} distinct, of which {len(order)} may enter: "
            f"training needs at least 2; lower min_count={config.min_count}{limit}"
        )
