"""``Phrases`` and ``FrozenPhrases``: phrases with gensim's interface, counted in C.

The same text and parameters give gensim's phrases and scores, and of overlapping phrases the first one is merged, as in
gensim. `w2v.phrases` is the plain way to the same thing, and ``Word2Vec(sentences, phrases=...)`` the fast one.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from w2v.annotations import checked
from w2v.arguments import integer, word_set
from w2v.config import TextOptions
from w2v.corpus.count import count
from w2v.corpus.count_pairs import PairCounts
from w2v.corpus.counts import Provisional
from w2v.corpus.merge_words import Merging
from w2v.corpus.phrase_config import ENGLISH_CONNECTOR_WORDS as ENGLISH_CONNECTOR_WORDS
from w2v.corpus.phrase_config import PhraseConfig
from w2v.corpus.phrase_table import Phrase, PhraseTable, ranked
from w2v.errors import ConfigError
from w2v.gensim_compat.frozen_phrases import FrozenPhrases, PhrasesTransformation
from w2v.gensim_compat.phrase_scores import PARAMETERS, find_scorer
from w2v.gensim_compat.phrase_scores import npmi_scorer as npmi_scorer
from w2v.gensim_compat.phrase_scores import original_scorer as original_scorer
from w2v.gensim_compat.readers import Text8Corpus
from w2v.gensim_compat.source import Source


class Phrases(PhrasesTransformation):
    """Find phrases, and merge them in sentences, with gensim's interface.

    Parameters
    ----------
    sentences : iterable of list of str, optional
        Or one of the readers, such as `LineSentence`, which is replaced by its files.
    min_count, threshold, max_vocab_size, delimiter, connector_words
        As in gensim; see `PhraseConfig`. Words are counted exactly; ``max_vocab_size`` bounds the number of pairs.
    progress_per
        Accepted for compatibility with gensim, and ignored.
    scoring : {"default", "npmi"} or callable
        A function has gensim's parameters: ``worda_count``, ``wordb_count``, ``bigram_count``, ``len_vocab``,
        ``min_count``, ``corpus_word_count``.

    Attributes
    ----------
    vocab : dict of str to int
        Counts of words and of pairs, joined; made when it is asked for.
    corpus_word_count : int
        Number of words that were counted.

    Raises
    ------
    ConfigError
        If a parameter is out of range.

    Examples
    --------
    >>> phrases = Phrases([["in", "new", "york"], ["new", "york", "is", "big"]] * 9, min_count=10, threshold=0.1)
    >>> phrases[["new", "york"]], phrases.freeze().phrasegrams
    (['new_york'], {'new_york': 0.2222222222222222})
    """

    @checked
    def __init__(
        self,
        sentences: Iterable[Any] | None = None,
        min_count: int = 5,
        threshold: float = 10.0,
        max_vocab_size: int = 40_000_000,
        delimiter: str = "_",
        progress_per: int = 10_000,
        scoring: Any = "default",
        connector_words: Iterable[str] = frozenset(),
    ) -> None:
        name, self.scoring = find_scorer(scoring)
        self.config = PhraseConfig(
            min_count=integer("min_count", min_count, 1, 2**32 - 1),
            threshold=threshold,
            scoring=name,
            connector_words=word_set("connector_words", connector_words),
            delimiter=delimiter,
            max_vocab_size=max_vocab_size,
            overlaps="first",
        )
        self.corpus_word_count = 0
        self._index: dict[str, int] = {}
        self._words: list[str] = []
        self._counts = np.zeros(0, np.int64)
        self._text = TextOptions()
        self._pairs = PairCounts(self.config.max_vocab_size, self._text.threads)
        self._found: Merging | None = None
        self._table: PhraseTable | None = None
        if sentences is not None:
            self.add_vocab(sentences)

    @checked
    def add_vocab(self, sentences: Iterable[Any]) -> None:
        """Count the words and pairs of further sentences."""
        if isinstance(sentences, Text8Corpus):
            sentences = iter(sentences)  # as pieces of 10,000 words, not as one sentence
        source = Source.of(sentences, None, self._text)
        read = count(source.readable, source.text)
        if read.numbers:
            raise ConfigError("sentences must be lists of words: got integers; make them strings")
        mapping = self._enter(read)
        self._counts[mapping] += read.counts
        self.corpus_word_count += int(read.counts.sum())
        is_connector = np.zeros(len(self._words), np.uint8)
        is_connector[[self._index[word] for word in self.connector_words if word in self._index]] = 1
        self._pairs.add(read, is_connector, mapping)
        self._found = self._table = None

    def _enter(self, read: Provisional) -> Any:
        """Give an index to each new word; return those of all words of a text, in the order of its ids."""
        words = [read.word(i) for i in range(len(read.counts))]
        new = [word for word in words if word not in self._index]
        self._index.update(zip(new, range(len(self._words), len(self._words) + len(new)), strict=True))
        self._words += new
        self._counts = np.concatenate([self._counts, np.zeros(len(new), np.int64)])
        return np.fromiter(map(self._index.__getitem__, words), np.uint32, len(words))

    def _distinct(self) -> int:
        """Return the number of distinct words, without connector words, and of distinct pairs."""
        return len(self._words) - sum(word in self._index for word in self.connector_words) + len(self._pairs)

    @property
    def vocab(self) -> dict[str, int]:
        """Counts of words, without connector words, and of pairs, joined."""
        counts = dict(zip(self._words, self._counts.tolist(), strict=True))
        vocab = {word: times for word, times in counts.items() if word not in self.connector_words}
        candidates = self._pairs.candidates(1)
        everything = candidates.ids(np.arange(len(candidates.counts)))
        for ids, times in zip(everything, candidates.counts.tolist(), strict=True):
            joined = self.delimiter.join(self._words[i] for i in ids)
            vocab[joined] = vocab.get(joined, 0) + times
        return vocab

    @property
    def table(self) -> PhraseTable:
        """The phrases as a table of w2v, best first."""
        if self._table is None:
            self._table = PhraseTable(self.config, tuple(self._scored()))
        return self._table

    def _scored(self) -> list[Phrase]:
        custom = self.config.scoring == "custom"
        candidates = self._pairs.candidates(1 if custom else self.min_count)
        distinct, total = self._distinct(), self.corpus_word_count
        if custom:
            a, b = self._counts[candidates.words].tolist()
            counts = zip(a, b, candidates.counts.tolist(), strict=True)
            scores = np.array(
                [
                    self.scoring(**dict(zip(PARAMETERS, (*c, distinct, self.min_count, total), strict=True)))
                    for c in counts
                ]
            )
        else:
            scores = candidates.scores(self._counts, self.config.scoring, self.min_count, distinct, total)
        places = np.flatnonzero(scores > self.threshold)
        words = [tuple(self._words[i] for i in ids) for ids in candidates.ids(places)]
        return ranked(words, scores[places], candidates.counts[places], self.delimiter)[0]

    def _merging(self) -> Merging:
        if self._found is None:
            self._found = super()._merging()
        return self._found

    def export_phrases(self) -> dict[str, float]:
        """Return all phrases with their scores."""
        return {found.phrase: found.score for found in self.table}

    def freeze(self) -> FrozenPhrases:
        """Return the phrases without the counts: smaller, can be pickled, but not extended."""
        return FrozenPhrases(self)

    def __str__(self) -> str:
        return (
            f"{type(self).__name__}<{self._distinct()} vocab, min_count={self.min_count}, "
            f"threshold={self.threshold}, max_vocab_size={self.config.max_vocab_size}>"
        )


Phraser = FrozenPhrases
"""gensim's older name."""
