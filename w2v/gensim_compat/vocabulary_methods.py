"""Methods of `Word2Vec` that build the vocabulary: read a corpus, select words, add more words later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v.annotations import checked
from w2v.arguments import shown
from w2v.corpus.count import count
from w2v.corpus.encode import progress_bar, remembered
from w2v.corpus.encoded_corpus import EncodedCorpus, ScatteredCorpus
from w2v.corpus.phrases import with_phrases
from w2v.corpus.select_words import Choice, Chosen, Counted, Frequencies, TrimRule, choose
from w2v.corpus.subsampling import keep_probabilities
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ArgumentError, ConfigError, EmptyCorpusError, NoVocabularyError
from w2v.gensim_compat.rows_in_step import RowsInStep
from w2v.gensim_compat.source import Source
from w2v.gensim_names import accepts_old_names
from w2v.training.presets import CHOSEN, check_preset, with_preset

if TYPE_CHECKING:
    from w2v.gensim_compat.word2vec import Word2Vec


@accepts_old_names(sentences="corpus_iterable")
@checked
def build_vocab(
    model: Word2Vec,
    corpus_iterable: Any = None,
    corpus_file: Any = None,
    update: bool = False,
    progress_per: int = 10_000,
    keep_raw_vocab: bool = False,
    trim_rule: TrimRule | None = None,
    *,
    min_count: int | None = None,
    sample: float | None = None,
) -> None:
    """Read a corpus, select its words and initialise the vectors. The encoded corpus is kept for `train`.

    Parameters
    ----------
    corpus_iterable, corpus_file
        As in the constructor.
    update : bool
        Extend the existing vocabulary: its words keep their vectors, their counts are increased, and new words that occur
        often enough in this corpus follow in order of appearance, with untrained vectors.
    progress_per
        Accepted for compatibility with gensim, and ignored: a bar shows the progress.
    keep_raw_vocab : bool
        Keep all words with their counts in `raw_vocab`; for this the corpus is read a second time.
    trim_rule : callable, optional
        Replaces the rule of the constructor.
    min_count, sample : optional
        Replace those of the model.

    Raises
    ------
    NoVocabularyError
        If ``update`` is set and there are no words yet.
    CorpusError
        If the corpus cannot be read, or too few words are left.
    ModelBusyError
        If the model is being trained.
    """
    with model.alone():
        source = Source.of(corpus_iterable, corpus_file, model.text)
        if keep_raw_vocab and isinstance(source.corpus, Iterator):
            raise ConfigError(
                "keep_raw_vocab must be False for an iterator, as it reads the corpus twice: got True; pass a list"
            )
        known = _words_to_extend(model) if update else None
        with _changed(model, min_count, sample):
            phrases = model.phrases if update or model._phrases is None else model._phrases
            wanted = choice(model, trim_rule or model._rule, known)
            corpus = source.encode(wanted, model._cache, model._progress, phrases)
            _take_over(model, corpus.vocabulary, update)
        model._corpus, model._source, model.phrases = corpus, source, corpus.phrases
        model._told = model._told if update else {}
        model.read_ledger, model._sources = corpus.ledger, corpus.sources
        model.corpus_count, model.corpus_total_words = corpus.ledger.sentences, corpus.ledger.tokens
        model.effective_min_count = corpus.ledger.min_count
        model.raw_vocab = _count(model, source, trim_rule)[0] if keep_raw_vocab else {}


@checked
def scan_vocab(
    model: Word2Vec,
    corpus_iterable: Any = None,
    corpus_file: Any = None,
    progress_per: int = 10_000,
    workers: int | None = None,
    trim_rule: TrimRule | None = None,
) -> tuple[int, int]:
    """Count the words of a corpus into `raw_vocab`, from which `prepare_vocab` selects.

    `build_vocab` does both, and also keeps the encoded corpus.

    Returns
    -------
    words, sentences : int
    """
    with model.alone():
        model.raw_vocab, total, sentences = _count(
            model, Source.of(corpus_iterable, corpus_file, model.text), trim_rule
        )
        model.corpus_total_words, model.corpus_count = total, sentences
        return total, sentences


@checked
def prepare_vocab(
    model: Word2Vec,
    update: bool = False,
    keep_raw_vocab: bool = False,
    trim_rule: TrimRule | None = None,
    min_count: int | None = None,
    sample: float | None = None,
    dry_run: bool = False,
) -> dict[str, int]:
    """Select words from `raw_vocab` and give them rows; see `build_vocab` for the parameters.

    Parameters
    ----------
    dry_run : bool
        Only report what would be selected.

    Returns
    -------
    dict
        ``drop_unique``: number of dropped words; ``num_retained_words`` and ``retain_total``: number of selected words and
        of their occurrences; ``downsample_unique`` and ``downsample_total``: number of words that are subsampled, and
        expected number of occurrences of all words after subsampling.
    """
    with model.alone():
        counted = Frequencies.of(model.raw_vocab)
        known = _words_to_extend(model) if update else None
        with _changed(model, min_count, sample, keep=not dry_run):
            chosen = choose(counted, choice(model, trim_rule or model._rule, known))
            config = model.config if update else with_preset(model.preset, chosen.vocabulary, model.config)
            report = _report(counted, chosen, config.sample)
            if not dry_run:
                _take_over(model, chosen.vocabulary, update)
                model._corpus = model._source = None
        model.effective_min_count = chosen.min_count
        if not (keep_raw_vocab or dry_run):
            model.raw_vocab = {}
        return report


@checked
def build_vocab_from_freq(
    model: Word2Vec,
    word_freq: Mapping[Any, int],
    keep_raw_vocab: bool = False,
    corpus_count: int | None = None,
    trim_rule: TrimRule | None = None,
    update: bool = False,
) -> None:
    """Select words from a mapping of words, or of integers, to counts.

    Parameters
    ----------
    word_freq : mapping of str or int to int
    keep_raw_vocab, trim_rule, update
        As in `build_vocab`.
    corpus_count : int, optional
        The new value of the attribute `corpus_count`.

    Raises
    ------
    ConfigError
        If a word is neither a string nor an integer, or a count is not a non-negative integer.
    EmptyCorpusError
        If no word is left.
    """
    model.raw_vocab = dict(word_freq)
    prepare_vocab(model, update, keep_raw_vocab, trim_rule)
    model.corpus_count = corpus_count or 0


def take_words(model: Word2Vec, corpus: ScatteredCorpus, source: Source) -> None:
    """Let a model begin with the words of a text that is on other machines, and with untrained vectors."""
    model.rows.adopt(corpus.vocabulary, replace(model.config, shards=0))
    model._corpus, model._source, model.phrases, model._told = None, source, None, {}
    model.corpus_count, model.corpus_total_words = corpus.ledger.sentences, corpus.ledger.tokens
    model.effective_min_count, model.raw_vocab = corpus.ledger.min_count, {}


@checked
def reset_from(model: Word2Vec, other_model: Word2Vec) -> None:
    """Take over the words, counts and encoded corpus of another model, with untrained vectors.

    The models share no mutable state and can be used independently.
    """
    if not isinstance(getattr(other_model, "rows", None), RowsInStep):
        raise ArgumentError(f"other_model must be a Word2Vec: got {shown(other_model)}")
    with model.alone():
        _adopt(model, other_model.rows.vocabulary())
        model._corpus, model._source = other_model._corpus, other_model._source
        model.read_ledger, model._sources = other_model.read_ledger, other_model._sources
        model.phrases, model._told = other_model.phrases, other_model._told
        model.corpus_count, model.corpus_total_words = other_model.corpus_count, other_model.corpus_total_words
        model.effective_min_count = other_model.effective_min_count


def choice(model: Word2Vec, rule: TrimRule | None, known: Vocabulary | None = None) -> Choice:
    """Return the selection rules for words; raise ConfigError if they are invalid."""
    most = model.max_vocab_size
    if most is not None and not (isinstance(most, int | np.integer) and most >= 1):
        raise ConfigError(f"max_vocab_size must be None or a positive integer: got {most!r}")
    return Choice(model.vocabulary_config, rule, most, bool(model.sorted_vocab), known)


def from_cache(model: Word2Vec) -> bool:
    """Return whether the corpus was loaded from the cache."""
    return model._corpus is not None and model._corpus.from_cache


def corpus_to_train(model: Word2Vec, corpus_iterable: Any, corpus_file: Any) -> EncodedCorpus:
    """Return the corpus to train on, encoded with the words of `wv`: the kept one, or the one that is passed."""
    vocabulary, held = model.rows.vocabulary(), model._corpus
    is_current = held is not None and held.vocabulary.words == vocabulary.words
    if corpus_iterable is None and corpus_file is None:
        if held is None or not is_current:
            why = "the words changed since the last one was read" if held else "none was read before"
            raise ArgumentError(f"cannot train without a corpus: {why}; pass a corpus to train()")
        return replace(held, vocabulary=vocabulary)
    source = Source.of(corpus_iterable, corpus_file, model.text)
    if held is not None and is_current and model._source is not None and model._source.is_same(source):
        return replace(held, vocabulary=vocabulary)
    return source.encode(vocabulary, model._cache, model._progress, model.phrases)


def _count(model: Word2Vec, source: Source, rule: TrimRule | None) -> tuple[dict[Any, int], int, int]:
    """Return the words in order of appearance with their counts, and the total numbers of words and sentences."""
    readable = source.readable
    with progress_bar(readable, model._progress) as bar:
        read = count(readable, source.text, bar)
    wanted = model.phrases if model._phrases is None else model._phrases
    read, model.phrases = with_phrases(read, wanted, source.text.threads)
    counted = remembered(read, choice(model, rule or model._rule))
    order = np.argsort(counted.first_seen, kind="stable")
    raw: dict[Any, int] = {counted.word(int(i)): int(counted.counts[i]) for i in order if counted.counts[i]}
    if counted.numbers:
        raw = {int(word): times for word, times in raw.items()}
    return raw, int(read.counts.sum()), sum(len(segment.ends) for segment in read.segments)


def _words_to_extend(model: Word2Vec) -> Vocabulary:
    try:
        model.rows.bring(model.config)
        return model.rows.vocabulary()
    except NoVocabularyError as problem:
        raise NoVocabularyError(f"cannot add words (update=True): {problem}") from None


def _take_over(model: Word2Vec, vocabulary: Vocabulary, update: bool) -> None:
    if not len(vocabulary):
        raise EmptyCorpusError(
            f"the vocabulary must have at least one word: got none; lower min_count={model.min_count}"
        )
    if update:
        model.rows.extend(vocabulary, model.config)
        return
    _adopt(model, vocabulary)


def _adopt(model: Word2Vec, vocabulary: Vocabulary) -> None:
    """Begin with these words and untrained vectors, and with the parameters that the preset chooses for them."""
    config = with_preset(model.preset, vocabulary, model.config)
    model.rows.adopt(vocabulary, config)
    if model.preset is not None:
        vars(model).update({field: getattr(config, field) for field in CHOSEN})


@contextmanager
def _changed(model: Word2Vec, min_count: int | None, sample: float | None, keep: bool = True) -> Iterator[None]:
    """Set parameters; restore them afterwards if the block fails or ``keep`` is false."""
    if sample is not None and model.preset is not None:
        check_preset(model.preset, {"sample": sample}, model.config)
    before = model.min_count, model.sample
    model.min_count = before[0] if min_count is None else min_count
    model.sample = before[1] if sample is None else sample
    try:
        yield
    except BaseException:
        keep = False
        raise
    finally:
        if not keep:
            model.min_count, model.sample = before


def _report(counted: Counted, chosen: Chosen, sample: float) -> dict[str, int]:
    """Return the report of `prepare_vocab`, with gensim's names, on the words that occur in this corpus."""
    ids = chosen.ids[chosen.ids >= 0]
    retained = Vocabulary([counted.word(int(i)) for i in ids], counted.counts[ids])
    probabilities = keep_probabilities(retained.counts, sample)
    return {
        "drop_unique": int((counted.counts > 0).sum()) - len(ids),
        "retain_total": int(retained.counts.sum()),
        "downsample_unique": int((probabilities < 1).sum()),
        "downsample_total": int(probabilities @ retained.counts),
        "num_retained_words": len(ids),
    }
