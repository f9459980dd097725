"""``encode``: turn any supported input into an :class:`~w2v.corpus.encoded_corpus.EncodedCorpus`, reading it once."""

import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v._text import OUT_OF_VOCABULARY, renumber, trim_memory
from w2v.annotations import checked
from w2v.arguments import amount
from w2v.atomic_files import PathLike
from w2v.config import TextOptions, VocabularyConfig
from w2v.corpus.cache import CacheEntry
from w2v.corpus.count import count
from w2v.corpus.counts import Progress, Provisional, Segment
from w2v.corpus.encoded_corpus import EncodedCorpus, ReadLedger
from w2v.corpus.notices import notice_text, notice_tokenizer
from w2v.corpus.paths import Files, resolved
from w2v.corpus.phrases import WantedPhrases, wanted_phrases, with_phrases
from w2v.corpus.select_words import Choice, Chosen, Counted, choose, prune
from w2v.corpus.sentence_layout import Sentences, all_alone
from w2v.corpus.source_files import total_bytes
from w2v.corpus.tokenizers import WHITESPACE, WORDS
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ArgumentError, ConfigError, CorpusError, EmptyCorpusError, OutputError
from w2v.file_kinds import advice
from w2v.overwriting import Named, paths_in, refuse_overwriting
from w2v.progress import make_bar

MAX_VOCABULARY = OUT_OF_VOCABULARY - 1


@checked
def encode(
    corpus: Any,
    vocabulary: VocabularyConfig | Choice | Vocabulary | None = None,
    text: TextOptions | None = None,
    progress: bool | None = None,
    cache: PathLike | None = None,
    phrases: Any = False,
) -> EncodedCorpus:
    """Read a corpus once and turn its words into ids; every training epoch then reads the ids, not the text.

    Parameters
    ----------
    corpus : str, path, list of them, iterable of sentences or texts, table, or EncodedCorpus
        - Text files with one sentence per line: a file, several, a folder, a URL, or ``-`` for standard input; plain, .gz,
          .bz2, .xz or .zst. A *list* of strings is a list of paths, or of texts if ``text`` names a tokenizer and none of
          them is named like a file or exists.
        - An iterable, possibly one-shot, of sentences: lists, tuples, arrays, sets or columns of words or of integers; or
          of strings, if ``text`` names a tokenizer. Columns of pandas, polars, Arrow and others are read in their own
          layout.
        - A table, if ``text`` names its ``column``: files (.parquet, .arrow, .jsonl, .csv, .tsv), data frames, datasets,
          records (mappings).
        - A pair of arrays ``(ids, offsets)``, in which sentence s is ``ids[offsets[s]:offsets[s + 1]]``.
        - An `EncodedCorpus`, which is returned as it is; ``vocabulary``, ``text``, ``cache`` and ``phrases`` must then
          be left out.
    vocabulary : VocabularyConfig, Choice or Vocabulary, optional
        How to select the words; or the words themselves, in row order.
    text : TextOptions, optional
        How to split text into words; ignored for sentences that are split already.
    progress : bool, optional
        Show a progress bar; by default only in a terminal.
    cache : path, optional
        A folder of encoded corpora. Files with the same contents that were encoded before, with the same options, are
        loaded from there instead of being read again; new ones are added.
    phrases : bool, PhraseConfig, PhraseTable or Phrases
        Merge phrases into single words (new_york) before the vocabulary is selected: those that are found in this corpus,
        by default (True) or with a configuration, or those of a table.

    Returns
    -------
    EncodedCorpus

    Raises
    ------
    ArgumentError
        If ``vocabulary`` or ``text`` has the wrong type, or one is given for an `EncodedCorpus`.
    ConfigError
        If ``cache`` is given for anything but files, is their folder, or is given together with a rule, whose answers may
        change between runs.
    CorpusError
        If the corpus cannot be read, or too few words are left to train on (`EmptyCorpusError`).

    Warns
    -----
    CorpusWarning
        If a text looks like something else than sentences of words: markup, a table, a log, a token per line, wrapped
        lines; if many words end in punctuation, are joined by commas, or are long runs of a script without spaces; if
        there is a tokenizer, but nothing to split.

    Examples
    --------
    >>> corpus = encode([["a", "b", "a"], ["b", "a"]], VocabularyConfig(min_count=1))
    >>> corpus.vocabulary.words, corpus.tokens.tolist(), corpus.offsets.tolist()
    (['a', 'b'], [0, 1, 0, 1, 0], [0, 3, 5])
    """
    if isinstance(corpus, EncodedCorpus):
        given = {"vocabulary": vocabulary, "text": text, "cache": cache, "phrases": wanted_phrases(phrases)}
        for name in (name for name, value in given.items() if value is not None):
            raise ArgumentError(
                f"{name} must be left out for an EncodedCorpus: got both; encode the text again instead"
            )
        return corpus
    text = text or TextOptions()
    vocabulary = VocabularyConfig() if vocabulary is None else vocabulary
    wanted = Choice(vocabulary) if isinstance(vocabulary, VocabularyConfig) else vocabulary
    joined = wanted_phrases(phrases)
    corpus = resolved(corpus, text)
    with progress_bar(corpus, progress) as bar:
        encoded = (
            _encode(corpus, wanted, text, joined, bar)
            if cache is None
            else _cached(corpus, wanted, text, joined, bar, cache)
        )
    if isinstance(corpus, Files) or text.column is not None:
        encoded = replace(encoded, text=text)
    selection = wanted.config if isinstance(wanted, Choice) else None
    return replace(encoded, selection=selection)


def progress_bar(corpus: Any, progress: bool | None) -> Any:
    """Return a progress bar in bytes (`Files`) or sentences; if ``progress`` is None, it shows only in a terminal."""
    files = isinstance(corpus, Files)
    size = total_bytes(list(corpus.sources)) if files else None
    unit, disable = "B" if files else " sentences", None if progress is None else not progress
    return make_bar(total=size, unit=unit, unit_scale=True, desc="read", disable=disable)


def _cached(
    corpus: Any,
    wanted: Choice | Vocabulary,
    text: TextOptions,
    joined: WantedPhrases,
    progress: Progress,
    folder: PathLike,
) -> EncodedCorpus:
    if not isinstance(corpus, Files):
        raise ConfigError(
            f"cache must be used with regular files: got {type(corpus).__name__}, whose contents cannot be looked up; "
            "leave cache out"
        )
    if isinstance(wanted, Choice) and wanted.rule is not None:
        raise ConfigError(
            "cache must not be combined with trim_rule, whose answers may change between runs: got both; "
            "use keep= and drop= instead of the rule"
        )
    refuse_overwriting([Named("cache", folder, is_folder=True)], paths_in("corpus", corpus.paths))
    entry = CacheEntry.of(folder, corpus.sources, wanted, text, joined)
    found = entry.read()
    if found is None:
        entry.check_writable()
        found = _encode(corpus, wanted, text, joined, progress)
        try:
            entry.write(found)
        except OutputError as problem:  # this run has its corpus; only a later one has to read the text again
            warnings.warn(f"the encoded corpus was not cached: {problem}", RuntimeWarning, stacklevel=3)
    return found


def remembered(read: Provisional, choice: Choice) -> Counted:
    """Return the counts to select from: all of them, or those left after pruning to ``choice.max_vocab_size``."""
    return read if choice.max_vocab_size is None else prune(read, choice, choice.max_vocab_size)


def _encode(
    corpus: Any, wanted: Choice | Vocabulary, text: TextOptions, joined: WantedPhrases, progress: Progress | None
) -> EncodedCorpus:
    read = count(corpus, text, progress)
    if read.text is None and len(read.counts) and text.tokenizer not in (None, WHITESPACE):
        notice_tokenizer()
    unjoined, sentences = read, Sentences.first(read)
    read, table = with_phrases(read, joined, text.threads)
    if isinstance(wanted, Choice):
        chosen = choose(remembered(read, wanted), wanted)
        notice_text(unjoined, chosen.vocabulary, sentences)
        refuse_empty(read, chosen, wanted.config)
    else:
        chosen = known_words(read, wanted)
    encoded = replace(encode_counted(read, chosen, text.threads), text=read.text, phrases=table)
    refuse_without_known_words(read, encoded.ledger.out_of_vocabulary)
    del read, unjoined, sentences
    trim_memory()  # the freed word tables may be as large as the matrices: return them to the system first
    return encoded


def known_words(read: Provisional, vocabulary: Vocabulary) -> Chosen:
    """Return words that are given, with their ids in what was read."""
    return Chosen(vocabulary, np.array([read.find(word) for word in vocabulary.words], np.int64), new=0, min_count=0)


def encode_counted(read: Provisional, chosen: Chosen, threads: int = 1) -> EncodedCorpus:
    """Replace provisional ids by rows of the vocabulary; drop the words that have none, and sentences left empty."""
    # ids of a table  --read.mappings-->  common ids  --final-->  rows, or OUT_OF_VOCABULARY
    final = np.full(len(read.counts), OUT_OF_VOCABULARY, np.uint32)
    occurring = np.flatnonzero(chosen.ids >= 0)
    final[chosen.ids[occurring]] = occurring.astype(np.uint32)

    tokens, ends = read.spool.rewritten(), []
    for ids, sentence_ends in _renumbered(read, final, threads):
        ends.append(sentence_ends + tokens.append(ids))
    read.spool.close()
    offsets = np.concatenate([np.zeros(1, np.int64), *ends])
    offsets = offsets[np.append(True, np.diff(offsets) > 0)]  # sentences that lost all their words
    read_tokens = int(read.counts.sum())
    ledger = ReadLedger(
        tokens=read_tokens,
        out_of_vocabulary=read_tokens - tokens.length,
        distinct=read.distinct,
        sentences=sum(len(segment.ends) for segment in read.segments),
        replaced=read.replaced,
        min_count=chosen.min_count,
    )
    return EncodedCorpus(chosen.vocabulary, tokens.array(), offsets, ledger, tuple(read.sources))


def refuse_without_known_words(read: Provisional, out_of_vocabulary: int) -> None:
    """Raise EmptyCorpusError if no word of a corpus is in the vocabulary."""
    words = int(read.counts.sum())
    if out_of_vocabulary == words:
        raise EmptyCorpusError(
            f"{_where(read)} must contain words of the vocabulary: got {words} words, none of them in it; "
            "use a different text or vocabulary"
        )


def _renumbered(
    read: Provisional, final: NDArray[np.uint32], threads: int
) -> Iterator[tuple[NDArray[np.uint32], NDArray[np.int64]]]:
    """Yield the words and sentence ends of every segment with final ids, in order, a few segments at a time."""
    mappings = [final[mapping] for mapping in read.mappings]

    def work(segment: Segment) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        ids = read.spool.read(segment.start, segment.length)
        # A sentence that continues in the next segment has no end here; its words still have to be renumbered.
        is_open = not len(segment.ends) or segment.ends[-1] < segment.length
        ends = np.append(segment.ends, segment.length) if is_open else segment.ends
        words, word_ends = renumber(ids, ends, mappings[segment.table])
        return words, word_ends[:-1] if is_open else word_ends

    waiting = iter(read.segments)
    with ThreadPoolExecutor(threads) as pool:
        while batch := list(islice(waiting, 4 * threads)):
            yield from pool.map(work, batch)


def _where(read: Provisional) -> str:
    return f"corpus {', '.join(read.sources)}" if read.sources else "the corpus"


def _is_words(read: Provisional) -> bool:
    return read.text is not None and read.text.tokenizer == WORDS


def refuse_empty(read: Provisional, chosen: Chosen, config: VocabularyConfig) -> None:
    """Raise CorpusError unless a vocabulary that was chosen from a corpus has at least two words, and not too many."""
    words, tokens = len(chosen.vocabulary), int(read.counts.sum())
    if not tokens:
        remedy = 'tokenizer="words" keeps only letters and digits' if _is_words(read) else "use a different text"
        if read.replaced:
            remedy = (
                f"{amount(read.replaced, 'character was', 'characters were')} replaced: {advice('legacy', 'corpus')}"
            )
        raise EmptyCorpusError(f"{_where(read)} must contain words: got none; {remedy}")
    if words > MAX_VOCABULARY:
        raise CorpusError(f"the vocabulary must have at most {MAX_VOCABULARY} words: got {words}; raise min_count")
    if words < 2:
        remedies = [f"lower min_count={config.min_count}"] if config.min_count > 1 else []
        if config.max_final_vocab is not None:
            remedies.append(f"raise max_final_vocab={config.max_final_vocab}")
        if config.drop:
            remedies.append("drop fewer words")
        remedy = " or ".join(remedies if remedies and read.distinct > 1 else ["use a different text"])
        if read.distinct > 1 and all_alone(read):
            remedy = (
                "each is alone in its sentence, without a context: put the words of a sentence on one line, with spaces "
                "between them (of DNA or proteins: k-mers)"
            )
        raise EmptyCorpusError(
            f"the vocabulary of {_where(read)} must have at least 2 words: got {words} of {read.distinct} distinct "
            f"ones ({tokens} words in all); {remedy}"
        )
