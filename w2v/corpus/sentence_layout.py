"""Signs in the sentences of a corpus, of whatever it was made, that some of them are none: padded, missing, or alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.corpus.counts import Provisional

TOKENS_SEEN = 1 << 20
FEWEST = 10
ALONE = 0.5
"""Share of the words that are alone in their sentence; of queries and titles, a part is."""
PADDED = 0.5
RUN = 3
"""So many equal words at an end of a sentence, the most frequent of all, are padding if half of the sentences have them. Of
sequences of two letters an eighth has them by chance, of text none."""
JOINERS, JOINED, WORDS_SEEN = ("->", "=>", ">", "|", "/", "~", ":", "+", "_", "-"), 0.8, 20_000
FEWEST_WORDS, FEWEST_NUMBERS = 10, 3
"""Distinct ones: runs of a few letters or states are sequences of their own; a matrix of counts has few numbers too."""
MISSING = ("nan", "NaN", "NaT", "<NA>", "NA", "na", "N/A", "#N/A", "NULL", "null", "None", "none", r"\N")
"""How missing values are written by Python, pandas, R, spreadsheets and databases, also in lower case."""
FEWEST_MISSING, MISSING_SHARE = 4, 0.005


@dataclass(frozen=True)
class Sentences:
    """The first sentences of a corpus, as common ids: sentence s is ``ids[bounds[s]:bounds[s + 1]]``."""

    ids: NDArray[np.uint32]
    bounds: NDArray[np.int64]

    @classmethod
    def first(cls, read: Provisional) -> "Sentences":
        """Take them from the first parts that were read, about a million words."""
        ids: list[NDArray[np.uint32]] = []
        bounds: list[NDArray[np.int64]] = [np.zeros(1, np.int64)]
        tokens = 0
        for segment in read.segments:
            length = min(segment.length, TOKENS_SEEN - tokens)
            ids.append(read.mappings[segment.table][read.spool.read(segment.start, length)[:length]])
            bounds.append(segment.ends[segment.ends <= length] + tokens)
            tokens += length
            if tokens == TOKENS_SEEN:
                break
        return cls(np.concatenate([np.zeros(0, np.uint32), *ids]), np.concatenate(bounds))


def odd_sentences(read: Provisional, sentences: Sentences) -> str | None:
    """Say that sentences are padded, or missing values."""
    return _padded(read, sentences) or _missing(read, sentences)


def _padded(read: Provisional, sentences: Sentences) -> str | None:
    starts, ends = sentences.bounds[:-1], sentences.bounds[1:]
    long = ends - starts > RUN
    if long.sum() < FEWEST or read.distinct < (FEWEST_NUMBERS if read.numbers else FEWEST_WORDS):
        return None
    frequent = int(np.argmax(read.counts))
    is_frequent = sentences.ids == frequent
    in_run = np.arange(RUN)
    first = is_frequent[starts[long][:, np.newaxis] + in_run].all(axis=1)
    last = is_frequent[ends[long][:, np.newaxis] - 1 - in_run].all(axis=1)
    share = float((first | last).sum() / len(starts))
    if share < PADDED:
        return None
    return (
        f"{share:.0%} of the sentences begin or end with {read.word(frequent)!r} several times, as padding and matrices of "
        "counts do: it is taken for a word, and fills the windows of the others; pass the words of each sentence, or their "
        "ids, without it"
    )


def _missing(read: Provisional, sentences: Sentences) -> str | None:
    known = {} if read.numbers else {number: name for name in MISSING if (number := read.find(name)) >= 0}
    starts, ends = sentences.bounds[:-1], sentences.bounds[1:]
    single = sentences.ids[starts[ends - starts == 1]] if known else sentences.ids[:0]
    is_missing = np.zeros(len(single), bool)
    for number in known:  # np.isin imports numpy.ma, which takes longer than all of this
        is_missing |= single == number
    found = single[is_missing]
    if len(found) < max(FEWEST_MISSING, MISSING_SHARE * len(starts)):
        return None
    return (
        f"{len(found):,} of the first {len(starts):,} sentences are {known[int(found[0])]!r} alone, as missing values are "
        "written: they are taken for words; drop such rows first"
    )


def all_alone(read: Provisional) -> bool:
    """Whether every word is alone in its sentence."""
    return _single(read) == int(read.counts.sum())


def _single(read: Provisional) -> int:
    return sum(int((np.diff(segment.ends, prepend=0) == 1).sum()) for segment in read.segments)


def alone(read: Provisional) -> str | None:
    """Say that most words are alone in their sentence, and so have no context."""
    single, total = _single(read), int(read.counts.sum())
    if single == total and read.text is not None:
        return _joined(read)
    if single < max(ALONE * total, FEWEST) or single == total:
        return None  # if all are, nothing can be trained, which is an error there
    return (
        f"{single / total:.0%} of the words are alone in their sentence: they have no context, and are not trained on; put "
        "the words of each sentence on one line, or in one list"
    )


def _joined(read: Provisional) -> str | None:
    """Say that each line is one word, in most of which the same sign occurs twice or more."""
    words = [read.word(i) for i in range(min(len(read.counts), WORDS_SEEN))]
    for sign in JOINERS:
        found = [word for word in words if len(list(filter(None, word.split(sign)))) > 2]
        if len(found) >= max(FEWEST, JOINED * len(words)):
            return (
                f"each line is one word, and {len(found) / len(words):.0%} of them contain {sign!r}, such as "
                f"{found[0][:60]!r}: words are separated by white space only; replace {sign!r} by a space"
            )
    return None
