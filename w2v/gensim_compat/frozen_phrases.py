"""``FrozenPhrases``: phrases that merge sentences, with gensim's interface; and what `Phrases` shares with it."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

import numpy as np

from w2v.annotations import checked
from w2v.atomic_files import PathLike
from w2v.corpus.merge_words import Merging
from w2v.corpus.phrase_config import PhraseConfig
from w2v.corpus.phrase_table import PhraseTable
from w2v.corpus.sentences import as_sentence, peek, shown
from w2v.errors import ConfigError, CorpusTypeError
from w2v.gensim_compat.phrase_scores import SCORERS, Scorer, original_scorer


class PhrasesTransformation:
    """What `Phrases` and `FrozenPhrases` share: merging phrases in sentences."""

    config: PhraseConfig
    scoring: Scorer

    @property
    def table(self) -> PhraseTable:
        """The phrases as a table of w2v."""
        raise NotImplementedError

    @property
    def min_count(self) -> int:
        """Pairs that occur less often are no phrases."""
        return self.config.min_count

    @property
    def threshold(self) -> float:
        """The score above which a pair is a phrase."""
        return self.config.thresholds[0]

    @property
    def delimiter(self) -> str:
        """What joins the words of a phrase."""
        return self.config.delimiter

    @property
    def connector_words(self) -> frozenset[str]:
        """Words that may stand inside a phrase only."""
        return self.config.connector_words

    def _merging(self) -> Merging:
        phrases = {found.words: (found.phrase, found.score) for found in self.table}
        return Merging(phrases, self.config.connector_words, None)

    def analyze_sentence(self, sentence: Iterable[str]) -> Iterator[tuple[str, float | None]]:
        """Yield the words and phrases of a sentence; a phrase with its score, a word with None."""
        return self._merging().analyze(sentence)

    def __getitem__(self, sentence: Any) -> Any:
        """Return a sentence, a list of words, with its phrases merged; or an iterable of many of them."""
        single = isinstance(sentence, np.ndarray) and sentence.ndim == 0
        if isinstance(sentence, (str, bytes)) or single or not isinstance(sentence, Iterable):
            raise CorpusTypeError(f"a sentence must be a list of words (str): got {shown(sentence)}")
        iterator = iter(sentence)
        first = list(islice(iterator, 1))
        if not first:
            return []
        if isinstance(first[0], str):
            return self._merging()([*first, *iterator])
        return PhrasedSentences(self, chain(first, iterator) if iterator is sentence else sentence)

    def find_phrases(self, sentences: Iterable[Iterable[str]]) -> dict[str, float]:
        """Return the phrases that occur in sentences, with their scores."""
        analyze = self._merging().analyze
        _, sentences = peek(sentences)
        return {token: score for sentence in sentences for token, score in analyze(sentence) if score is not None}

    @checked
    def score_candidate(
        self, word_a: str, word_b: str, in_between: Iterable[str]
    ) -> tuple[str, float] | tuple[None, None]:
        """Return the token and the score of two words with connector words between them, if they are a phrase."""
        words = as_sentence(in_between, 0)
        try:
            return self._merging().phrases.get((word_a, *words, word_b), (None, None))
        except TypeError:  # what cannot be looked up, such as a list
            raise CorpusTypeError(f"in_between must be a list of words (str): got {shown(in_between)}") from None

    @checked
    def save(self, fname_or_handle: PathLike, **ignored: Any) -> None:
        """Write the phrases to a readable file; see `PhraseTable.save`. The counts of `Phrases` are not saved."""
        self.table.save(fname_or_handle)

    @classmethod
    @checked
    def load(cls, fname: PathLike, **ignored: Any) -> "FrozenPhrases":
        """Read the phrases that `save` or `PhraseTable.save` wrote, one round of them.

        Raises
        ------
        FormatError
            If it is another file, such as a pickle of gensim.
        """
        return FrozenPhrases(PhraseTable.load(fname))


class PhrasedSentences:
    """Sentences with their phrases merged, as often as they are iterated over."""

    def __init__(self, phrases: PhrasesTransformation, sentences: Iterable[Any]) -> None:
        self.phrases, self.sentences = phrases, sentences

    def __iter__(self) -> Iterator[list[str]]:
        merge = self.phrases._merging()
        return (merge(list(as_sentence(sentence, number))) for number, sentence in enumerate(self.sentences))

    def __len__(self) -> int:
        return len(self.sentences)  # type: ignore[arg-type]


class FrozenPhrases(PhrasesTransformation):
    """Phrases that merge sentences, and cannot be extended: the result of `Phrases.freeze`.

    Attributes
    ----------
    phrasegrams : dict of str to float
        The phrases with their scores.
    """

    def __init__(self, phrases_model: PhrasesTransformation | PhraseTable) -> None:
        table = phrases_model if isinstance(phrases_model, PhraseTable) else phrases_model.table
        if table.config.rounds > 1:
            raise ConfigError(
                f"phrases must be of one round: got rounds={table.config.rounds}; use the PhraseTable itself"
            )
        self._table, self.config = table, table.config
        self.scoring = SCORERS.get(table.config.scoring) or getattr(phrases_model, "scoring", None) or original_scorer
        self._found = super()._merging()

    @property
    def table(self) -> PhraseTable:
        """The phrases as a table of w2v, best first."""
        return self._table

    @property
    def phrasegrams(self) -> dict[str, float]:
        """The phrases with their scores."""
        return {found.phrase: found.score for found in self._table}

    def _merging(self) -> Merging:
        return self._found

    def __str__(self) -> str:
        return (
            f"{type(self).__name__}<{len(self._table)} phrases, min_count={self.min_count}, threshold={self.threshold}>"
        )
