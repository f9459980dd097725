"""Methods of `Word2Vec` that choose the words of a model: read a corpus, give words rows; later add more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from w2v.corpus.encode import count, progress_bar, remembered
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.select_words import Choice, Chosen, Counted, Frequencies, TrimRule, choose
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ArgumentError, ConfigError, EmptyCorpusError, NoVocabularyError
from w2v.gensim_compat.source import Source
from w2v.gensim_names import accepts_old_names
from w2v.training import memory
from w2v.training.matrices import initial_divisor
from w2v.training.objectives import TABLE

if TYPE_CHECKING:
    from w2v.gensim_compat.word2vec import Word2Vec

CUM_TABLE_DOMAIN = 2**31 - 1


@accepts_old_names(sentences="corpus_iterable")
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
    """Read a corpus, choose its words and make the starting vectors. The corpus is kept, encoded, for `train`.

    Parameters
    ----------
    corpus_iterable, corpus_file
        As in the constructor.
    update : bool
        Add to the words that there are: these keep their vectors, their counts grow, and new words that occur often
        enough in this corpus follow them in order of appearance, with the vectors of an untrained model.
    progress_per
        Without effect: progress shows in a bar.
    keep_raw_vocab : bool
        Keep all words with their counts in `raw_vocab`. That takes a second reading.
    trim_rule : callable, optional
        Instead of the constructor's.
    min_count, sample : optional
        Replace those of the model.

    Raises
    ------
    NoVocabularyError
        If ``update`` is set and there are no words yet.
    CorpusError
        If it cannot be read, or too few words are left.
    ModelBusyError
        If the model is being trained.
    """
    with model.alone():
        source = Source.of(corpus_iterable, corpus_file, model.text)
        if keep_raw_vocab and isinstance(source.corpus, Iterator):
            raise ConfigError("keep_raw_vocab reads the corpus twice, which an iterator does not allow: pass a list")
        known = _words_to_extend(model) if update else None
        with _changed(model, min_count, sample):
            corpus = source.encode(choice(model, trim_rule or model._rule, known), model._cache, model._progress)
            _take_over(model, corpus.vocabulary, update)
        model._corpus, model._source = corpus, source
        model.read_ledger, model._sources = corpus.ledger, corpus.sources
        model.corpus_count, model.corpus_total_words = corpus.ledger.sentences, corpus.ledger.tokens
        model.effective_min_count = corpus.ledger.min_count
        model.raw_vocab = _count(model, source, trim_rule)[0] if keep_raw_vocab else {}


def scan_vocab(
    model: Word2Vec,
    corpus_iterable: Any = None,
    corpus_file: Any = None,
    progress_per: int = 10_000,
    workers: int | None = None,
    trim_rule: TrimRule | None = None,
) -> tuple[int, int]:
    """Count the words of a corpus into `raw_vocab`, for `prepare_vocab` to choose from.

    `build_vocab` does both, and keeps the encoded corpus besides.

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


def prepare_vocab(
    model: Word2Vec,
    update: bool = False,
    keep_raw_vocab: bool = False,
    trim_rule: TrimRule | None = None,
    min_count: int | None = None,
    sample: float | None = None,
    dry_run: bool = False,
) -> dict[str, int]:
    """Choose words from `raw_vocab` and give them rows; see `build_vocab` for the parameters.

    Parameters
    ----------
    dry_run : bool
        Only say what would be chosen.

    Returns
    -------
    dict
        ``drop_unique``: words left out; ``num_retained_words`` and ``retain_total``: words chosen, and their
        occurrences; ``downsample_unique`` and ``downsample_total``: how many of the words are thinned out, and how many
        occurrences of all are left then.
    """
    with model.alone():
        counted = Frequencies.of(model.raw_vocab)
        known = _words_to_extend(model) if update else None
        with _changed(model, min_count, sample, keep=not dry_run):
            chosen = choose(counted, choice(model, trim_rule or model._rule, known))
            report = _report(counted, chosen, model.config.sample)
            if not dry_run:
                _take_over(model, chosen.vocabulary, update)
                model._corpus = model._source = None
        model.effective_min_count = chosen.min_count
        if not (keep_raw_vocab or dry_run):
            model.raw_vocab = {}
        return report


def prepare_weights(model: Word2Vec, update: bool = False) -> None:
    """Make the vectors of an untrained model, or, to ``update``, those of words that have none."""
    if update:
        update_weights(model)
    else:
        init_weights(model)


def init_weights(model: Word2Vec) -> None:
    """Give all words the vectors of an untrained model."""
    model.rows.vocabulary()
    model.rows.point_to(model.rows.new_matrices(len(model.wv), model.config))


def update_weights(model: Word2Vec) -> None:
    """Give untrained vectors to words that have none, after they were added to ``wv.index_to_key`` by assignment."""
    wv, length = model.wv, TABLE[model.objective].initial_length
    old = len(wv.vectors)
    wv.resize_vectors(seed=model.seed)
    if length is not None:  # of an objective of the cosine, whose steps depend on it
        wv.vectors[old:] *= np.float32(initial_divisor(wv.vector_size) / initial_divisor(wv.vector_size, length))
    model.rows.bring(model.config)


def estimate_memory(
    model: Word2Vec, vocab_size: int | None = None, report: dict[str, int] | None = None
) -> dict[str, int]:
    """Return the bytes that training takes by gensim's names, and the ``total`` with what the process holds now."""
    estimate = memory.estimate_memory(vocab_size or len(model.wv), model.config)
    return {
        **(report or {}),
        "vocab": estimate.vocabulary,
        "vectors": estimate.matrices // 2,
        "syn1neg": estimate.matrices // 2,
        "noise_pool": estimate.noise_pool,
        "workspaces": estimate.workspaces,
        "process": estimate.process,
        "total": estimate.total,
    }


def build_vocab_from_freq(
    model: Word2Vec,
    word_freq: Mapping[Any, int],
    keep_raw_vocab: bool = False,
    corpus_count: int | None = None,
    trim_rule: TrimRule | None = None,
    update: bool = False,
) -> None:
    """Choose words from a mapping of words, or of whole numbers, to counts.

    Parameters
    ----------
    word_freq : mapping of str or int to int
    keep_raw_vocab, trim_rule, update
        As in `build_vocab`.
    corpus_count : int, optional
        Becomes `corpus_count`.

    Raises
    ------
    ConfigError
        If a word is not a string, or a count not a whole number from 0 on.
    EmptyCorpusError
        If no word is left.
    """
    model.raw_vocab = dict(word_freq)
    prepare_vocab(model, update, keep_raw_vocab, trim_rule)
    model.corpus_count = corpus_count or 0


def reset_from(model: Word2Vec, other_model: Word2Vec) -> None:
    """Take over the words, counts and encoded corpus of another model, and begin with untrained vectors.

    The models share nothing that changes: either may go on as if the other were not there.
    """
    with model.alone():
        model.rows.adopt(other_model.rows.vocabulary(), model.config)
        model._corpus, model._source = other_model._corpus, other_model._source
        model.read_ledger, model._sources = other_model.read_ledger, other_model._sources
        model.corpus_count, model.corpus_total_words = other_model.corpus_count, other_model.corpus_total_words
        model.effective_min_count = other_model.effective_min_count


def choice(model: Word2Vec, rule: TrimRule | None, known: Vocabulary | None = None) -> Choice:
    """Return how words are selected."""
    most = model.max_vocab_size
    if most is not None and not (isinstance(most, int | np.integer) and most >= 1):
        raise ConfigError(f"max_vocab_size must be None or a whole number from 1 on: got {most!r}")
    if rule is not None and not callable(rule):
        raise ConfigError(f"trim_rule must be a function of (word, count, min_count): got {rule!r}")
    return Choice(model.vocabulary_config, rule, most, bool(model.sorted_vocab), known)


def cum_table(model: Word2Vec) -> NDArray[np.uint32] | None:
    """Return the noise distribution as gensim keeps it: cumulative shares of 2**31 - 1, shape (V,); None without words.

    Computed from the counts when asked for; the engine draws from the same distribution (`Vocabulary.noise_pool`).
    """
    if not len(model.wv):
        return None
    return model.rows.vocabulary().cumulative_noise(model.config.ns_exponent, CUM_TABLE_DOMAIN)


def make_cum_table(model: Word2Vec, domain: int = CUM_TABLE_DOMAIN) -> None:
    """Do nothing: `cum_table` is always that of the present counts."""
    if domain != CUM_TABLE_DOMAIN:
        raise ConfigError(f"domain must be {CUM_TABLE_DOMAIN}: got {domain!r}; scale cum_table to any other")


def corpus_to_train(model: Word2Vec, corpus_iterable: Any, corpus_file: Any) -> EncodedCorpus:
    """Return a corpus encoded in the words of `wv`: the one that is kept, if that is meant, or another."""
    vocabulary, held = model.rows.vocabulary(), model._corpus
    is_current = held is not None and held.vocabulary.words == vocabulary.words
    if corpus_iterable is None and corpus_file is None:
        if held is None or not is_current:
            why = "the words changed since one was read" if held else "none has been read"
            raise ArgumentError(f"pass a corpus to train(): {why}")
        return replace(held, vocabulary=vocabulary)
    source = Source.of(corpus_iterable, corpus_file, model.text)
    if held is not None and is_current and model._source is not None and model._source.is_same(source):
        return replace(held, vocabulary=vocabulary)
    return source.encode(vocabulary, model._cache, model._progress)


def _count(model: Word2Vec, source: Source, rule: TrimRule | None) -> tuple[dict[str, int], int, int]:
    """Return words in order of appearance with their counts, and the numbers of words and sentences."""
    with progress_bar(source.corpus, model._progress) as bar:
        read = count(source.corpus, source.text, bar)
    counted = remembered(read, choice(model, rule or model._rule))
    order = np.argsort(counted.first_seen, kind="stable")
    raw = {counted.word(int(i)): int(counted.counts[i]) for i in order if counted.counts[i]}
    return raw, int(read.counts.sum()), sum(len(segment.ends) for segment in read.segments)


def _words_to_extend(model: Word2Vec) -> Vocabulary:
    try:
        model.rows.bring(model.config)
        return model.rows.vocabulary()
    except NoVocabularyError as problem:
        raise NoVocabularyError(f"update=True adds words to those of a model, but {problem}") from None


def _take_over(model: Word2Vec, vocabulary: Vocabulary, update: bool) -> None:
    if not len(vocabulary):
        raise EmptyCorpusError(f"no word may enter the vocabulary: lower min_count={model.min_count}")
    if update:
        model.rows.extend(vocabulary, model.config)
    else:
        model.rows.adopt(vocabulary, model.config)


@contextmanager
def _changed(model: Word2Vec, min_count: int | None, sample: float | None, keep: bool = True) -> Iterator[None]:
    """Set parameters, and set them back if the block fails or ``keep`` is not set."""
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
    """Return what `prepare_vocab` says of a choice, by gensim's names; of words that occur in this corpus."""
    ids = chosen.ids[chosen.ids >= 0]
    retained = Vocabulary([counted.word(int(i)) for i in ids], counted.counts[ids])
    probabilities = retained.keep_probabilities(sample)
    return {
        "drop_unique": int((counted.counts > 0).sum()) - len(ids),
        "retain_total": int(retained.counts.sum()),
        "downsample_unique": int((probabilities < 1).sum()),
        "downsample_total": int(probabilities @ retained.counts),
        "num_retained_words": len(ids),
    }
