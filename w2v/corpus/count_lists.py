"""Count the words of sentences passed as Python objects: lists of words or integers, or lists in Arrow's layout.

`sentences` says what else may be a sentence.

A one-shot iterator works as well as a list: nothing is read twice, and only one batch is in memory at a time.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np

from w2v.corpus.arrow import Lists, distinct_words
from w2v.corpus.count_numbers import BATCH_TOKENS, as_ids, count_numbers
from w2v.corpus.counts import Progress, Provisional, Tally
from w2v.corpus.sentences import Place, SentenceStart, as_sentence, peek, place_in_list, shown
from w2v.errors import CorpusError, CorpusTypeError, TextEncodingError


def count_sentences(
    sentences: Iterable[Any], progress: Progress | None = None, place: Place = place_in_list
) -> Provisional:
    """Count an iterable of sentences of any kind (see `as_sentence`) of words or integers; it is read once.

    ``place`` tells where a sentence comes from, for messages.

    Raises
    ------
    CorpusError
        If a sentence is a string, or contains anything but words or integers. Exceptions of the iterable propagate.
    """
    _, items = peek(sentences)
    iterator = (as_sentence(item, number, place) for number, item in enumerate(items))
    head: list[Sequence[Any]] = []
    for sentence in iterator:  # up to the first non-empty sentence, whose first element tells words from integers
        head.append(sentence)
        if len(sentence):
            break
    rest = chain(head, iterator)
    if head and len(head[-1]) and isinstance(head[-1][0], (int, np.integer)) and not isinstance(head[-1][0], bool):
        return count_numbers((as_ids(ids, number, place) for number, ids in enumerate(rest)), progress, place)
    return _count_words(rest, progress, place)


def count_arrow_words(batches: Iterable[Lists], progress: Progress | None = None) -> Provisional:
    """Count lists of words in Arrow's layout: each batch brings its distinct words, which alone become strings.

    Raises
    ------
    CorpusError
        If one is empty.
    """
    tally, numbers = Tally(), _WordNumbers()
    for batch in batches:
        words, indices = distinct_words(batch.items)
        numbers.where = lambda: batch.place(int(np.argmax(indices == words.index(""))))  # noqa: B023  (called here only)
        ids = np.array([numbers[word] for word in words], np.uint32)[indices]
        tally.count(ids, batch.ends, len(numbers))
        if progress is not None:
            progress.update(len(batch.ends))
    return _words_counted(tally, numbers)


def _count_words(sentences: Iterable[Sequence[str]], progress: Progress | None, place: Place) -> Provisional:
    tally, numbers = Tally(), _WordNumbers()
    batch: list[int] = []
    ends: list[int] = []
    number = 0
    numbers.where = lambda: place(number)

    def flush() -> None:
        tally.count(np.array(batch, np.uint32), np.array(ends, np.int64), len(numbers))
        batch.clear()
        ends.clear()

    for number, sentence in enumerate(sentences):
        try:
            batch += [numbers[word] for word in sentence]
        except CorpusTypeError:
            raise
        except TypeError:  # a word that cannot be looked up, such as a list
            nested = any(isinstance(word, (list, tuple, np.ndarray)) for word in sentence)
            hint = (
                "; make each of the inner lists a sentence of its own; of tagged documents, pass the words"
                if nested
                else ""
            )
            raise CorpusTypeError(
                f"{place(number)} must be a list of words (str): got {shown(sentence)}{hint}"
            ) from None
        if type(sentence) is not SentenceStart:
            ends.append(len(batch))
        if progress is not None:
            progress.update(1)
        if len(batch) >= BATCH_TOKENS:
            flush()
    flush()
    return _words_counted(tally, numbers)


def _words_counted(tally: Tally, numbers: "_WordNumbers") -> Provisional:
    words = list(numbers)
    return tally.provisional(words.__getitem__, lambda w: numbers.get(w, -1))


class _WordNumbers(dict[Any, int]):
    """A mapping from words to provisional ids: a new word is checked, and gets the next id.

    ``where`` tells where the word comes from, for messages.
    """

    where: Callable[[], str]

    def __missing__(self, word: Hashable) -> int:
        if not isinstance(word, str):
            hint = "; decode it first" if isinstance(word, bytes) else "; drop it or make it a string"
            if isinstance(word, tuple) and word and isinstance(word[0], str):
                hint = "; of words with tags, pass the words alone"
            raise CorpusTypeError(
                f"a sentence must be a list of words (str) or of integers: got {shown(word)} in {self.where()}{hint}"
            )
        if not word:
            raise CorpusError(f"a word must have at least one character: got '' in {self.where()}")
        try:
            word.encode("utf-8")
        except UnicodeEncodeError:
            raise TextEncodingError(
                f"a word must be valid Unicode, without lone surrogates: got {word!r} in {self.where()}"
            ) from None
        self[str.__str__(word)] = number = len(self)  # a string of NumPy or of another subclass becomes a str
        return number
