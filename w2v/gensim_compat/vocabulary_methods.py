"""The vocabulary of a model: read a corpus, choose words, give them rows; later add more."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from w2v.atomic_files import PathLike
from w2v.corpus.count_text import TextOptions
from w2v.corpus.encode import count, remembered
from w2v.corpus.encoded_corpus import EncodedCorpus, ReadLedger
from w2v.corpus.select_words import Chosen, Counted, Frequencies, TrimRule, choose
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ArgumentError, ConfigError, EmptyCorpusError, ModelBusyError, NoVocabularyError
from w2v.gensim_compat.gensim3 import Gensim3Model, accepts_old_names
from w2v.gensim_compat.source import Source


class Building(Gensim3Model):
    """Methods that choose the words of a model.

    Attributes
    ----------
    corpus_count : int
        Sentences read, or what `build_vocab_from_freq` was told.
    corpus_total_words : int
        Words read, with those out of vocabulary.
    effective_min_count : int
        Occurrences that a word needed to enter: ``min_count``, or more under ``max_final_vocab``.
    raw_vocab : dict of str to int
        Words that were counted but not chosen from yet; see `scan_vocab`.
    """

    def _start_without_words(
        self, text: TextOptions, rule: TrimRule | None, cache: PathLike | None, progress: bool | None
    ) -> None:
        self._start_without_rows()
        self._choice(rule)  # refuses what is no rule before anything is read
        self.text, self._rule, self._cache, self._progress = text, rule, cache, progress
        self._busy = threading.Lock()
        self._source: Source | None = None
        self._corpus: EncodedCorpus | None = None
        self._sources: tuple[str, ...] = ()
        self.read_ledger: ReadLedger | None = None
        self.corpus_count = self.corpus_total_words = 0
        self.effective_min_count = self.min_count
        self.raw_vocab: dict[str, int] = {}

    @accepts_old_names(sentences="corpus_iterable")
    def build_vocab(
        self,
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
        with self._alone():
            source = Source.of(corpus_iterable, corpus_file, self.text)
            if keep_raw_vocab and isinstance(source.corpus, Iterator):
                raise ConfigError(
                    "keep_raw_vocab reads the corpus twice, which an iterator does not allow: pass a list"
                )
            known = self._words_to_extend() if update else None
            with self._changed(min_count, sample):
                corpus = source.encode(self._choice(trim_rule or self._rule, known), self._cache, self._progress)
                self._take_over(corpus.vocabulary, update)
            self._corpus, self._source = corpus, source
            self.read_ledger, self._sources = corpus.ledger, corpus.sources
            self.corpus_count, self.corpus_total_words = corpus.ledger.sentences, corpus.ledger.tokens
            self.effective_min_count = corpus.ledger.min_count
            self.raw_vocab = self._count(source, trim_rule)[0] if keep_raw_vocab else {}

    def scan_vocab(
        self,
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
        with self._alone():
            self.raw_vocab, total, sentences = self._count(
                Source.of(corpus_iterable, corpus_file, self.text), trim_rule
            )
            self.corpus_total_words, self.corpus_count = total, sentences
            return total, sentences

    def prepare_vocab(
        self,
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
        with self._alone():
            counted = Frequencies.of(self.raw_vocab)
            known = self._words_to_extend() if update else None
            with self._changed(min_count, sample, keep=not dry_run):
                chosen = choose(counted, self._choice(trim_rule or self._rule, known))
                report = _report(counted, chosen, self.config.sample)
                if not dry_run:
                    self._take_over(chosen.vocabulary, update)
                    self._corpus = self._source = None
            self.effective_min_count = chosen.min_count
            if not (keep_raw_vocab or dry_run):
                self.raw_vocab = {}
            return report

    def prepare_weights(self, update: bool = False) -> None:
        """Make the vectors of an untrained model, or, to ``update``, those of words that have none."""
        if update:
            self.update_weights()
        else:
            self.init_weights()

    def build_vocab_from_freq(
        self,
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
        self.raw_vocab = dict(word_freq)
        self.prepare_vocab(update, keep_raw_vocab, trim_rule)
        self.corpus_count = corpus_count or 0

    def reset_from(self, other_model: "Building") -> None:
        """Take over the words, counts and encoded corpus of another model, and begin with untrained vectors.

        The models share nothing that changes: either may go on as if the other were not there.
        """
        with self._alone():
            self._adopt(other_model._vocabulary())
            self._corpus, self._source = other_model._corpus, other_model._source
            self.read_ledger, self._sources = other_model.read_ledger, other_model._sources
            self.corpus_count, self.corpus_total_words = other_model.corpus_count, other_model.corpus_total_words
            self.effective_min_count = other_model.effective_min_count

    @property
    def from_cache(self) -> bool:
        """Whether the corpus was found encoded in the cache."""
        return self._corpus is not None and self._corpus.from_cache

    # ---------------------------------------------------------------------------------------------------- for training

    def _corpus_to_train(self, corpus_iterable: Any, corpus_file: Any) -> EncodedCorpus:
        """Return a corpus encoded in the words of `wv`: the one that is kept, if that is meant, or another."""
        vocabulary, held = self._vocabulary(), self._corpus
        is_current = held is not None and held.vocabulary.words == vocabulary.words
        if corpus_iterable is None and corpus_file is None:
            if held is None or not is_current:
                why = "the words changed since one was read" if held else "none has been read"
                raise ArgumentError(f"pass a corpus to train(): {why}")
            return replace(held, vocabulary=vocabulary)
        source = Source.of(corpus_iterable, corpus_file, self.text)
        if held is not None and is_current and self._source is not None and self._source.is_same(source):
            return replace(held, vocabulary=vocabulary)
        return source.encode(vocabulary, self._cache, self._progress)

    def _count(self, source: Source, rule: TrimRule | None) -> tuple[dict[str, int], int, int]:
        """Return words in order of appearance with their counts, and the numbers of words and sentences."""
        with source.progress_bar(self._progress) as bar:
            read = count(source.corpus, source.text, bar)
        counted = remembered(read, self._choice(rule or self._rule))
        order = np.argsort(counted.first_seen, kind="stable")
        raw = {counted.word(int(i)): int(counted.counts[i]) for i in order if counted.counts[i]}
        return raw, int(read.counts.sum()), sum(len(segment.ends) for segment in read.segments)

    def _words_to_extend(self) -> Vocabulary:
        try:
            self._rows()
            return self._vocabulary()
        except NoVocabularyError as problem:
            raise NoVocabularyError(f"update=True adds words to those of a model, but {problem}") from None

    def _take_over(self, vocabulary: Vocabulary, update: bool) -> None:
        if not len(vocabulary):
            raise EmptyCorpusError(f"no word may enter the vocabulary: lower min_count={self.min_count}")
        if update:
            self._extend(vocabulary)
        else:
            self._adopt(vocabulary)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other threads, and callbacks, from changing the model meanwhile."""
        if not self._busy.acquire(blocking=False):
            raise ModelBusyError("this model is being trained: wait for the end of that, or use a second model")
        try:
            yield
        finally:
            self._busy.release()

    @contextmanager
    def _changed(self, min_count: int | None, sample: float | None, keep: bool = True) -> Iterator[None]:
        """Set parameters, and set them back if the block fails or ``keep`` is not set."""
        before = self.min_count, self.sample
        self.min_count = before[0] if min_count is None else min_count
        self.sample = before[1] if sample is None else sample
        try:
            yield
        except BaseException:
            keep = False
            raise
        finally:
            if not keep:
                self.min_count, self.sample = before


def _report(counted: Counted, chosen: Chosen, sample: float) -> dict[str, int]:
    """Return what `Building.prepare_vocab` says of a choice, by gensim's names; of words that occur in this corpus."""
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
