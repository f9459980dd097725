"""``PhraseTable``: phrases with their scores; merges them in sentences, and is a readable file."""

import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.annotations import checked
from w2v.arguments import path as checked_path
from w2v.atomic_files import PathLike, atomic_write
from w2v.compression import reason
from w2v.corpus.merge_words import Merging
from w2v.corpus.phrase_config import THRESHOLDS, PhraseConfig
from w2v.corpus.sentences import as_sentence
from w2v.errors import FormatError, UnsafeFormatError
from w2v.file_names import check_name
from w2v.json_values import Real, Whole, check

EXTENSIONS = (".tsv", ".txt")
HEADER = "# w2v phrases "
COLUMNS = ("phrase", "score", "count", "round", "words")
_SHAPE = {
    "min_count": Whole(1),
    "threshold": [Real()],
    "scoring": set(THRESHOLDS),
    "rounds": Whole(1, 8),
    "connector_words": [str],
    "delimiter": str,
    "max_vocab_size": Whole(1),
    "overlaps": {"best", "first"},
}
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_CHARACTERS = {escape: character for character, escape in _ESCAPES.items()}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that was found.

    Attributes
    ----------
    phrase : str
        The token that it becomes.
    score : float
    count : int
        Occurrences of the pair; fewer are merged where it overlaps with other phrases.
    words : tuple of str
        The two words, with the connector words between them; from the second round on, a word may be a phrase itself.
    round : int
        The round that found it, from 1.
    """

    phrase: str
    score: float
    count: int
    words: tuple[str, ...]
    round: int = 1


def ranked(
    words: list[tuple[str, ...]],
    scores: NDArray[np.float64],
    counts: NDArray[np.int64],
    delimiter: str,
    number: int = 1,
) -> tuple[list[Phrase], list[int]]:
    """Return the phrases of a round, best first, and where each was; of equal scores and counts by their words."""
    order = np.lexsort((-counts, -scores))
    equal = (np.diff(scores[order]) == 0) & (np.diff(counts[order]) == 0)
    bounds = np.flatnonzero(~np.concatenate([[False], equal, [False]]))
    places = order.tolist()
    for start in np.flatnonzero(np.diff(bounds) > 1).tolist():
        run = slice(bounds[start], bounds[start + 1])
        places[run] = sorted(places[run], key=words.__getitem__)
    pairs = [words[place] for place in places]
    fields = map(delimiter.join, pairs), scores[places].tolist(), counts[places].tolist(), pairs, repeat(number)
    return list(map(Phrase, *fields)), places


@dataclass(frozen=True)
class PhraseTable:
    """Phrases with their scores, best first within each round; `w2v.phrases` makes one.

    ``table[sentence]`` merges the phrases of a list of words; iterating yields `Phrase` records.

    Attributes
    ----------
    config : PhraseConfig
    phrases : tuple of Phrase

    Examples
    --------
    >>> import w2v
    >>> text = [["i", "love", "new", "york"], ["new", "york", "is", "big"]] * 9
    >>> table = w2v.phrases(text, w2v.PhraseConfig(min_count=10, threshold=0.1))
    >>> table[["in", "new", "york"]], table.apply("in new york")
    (['in', 'new_york'], 'in new_york')
    """

    config: PhraseConfig
    phrases: tuple[Phrase, ...] = ()

    def __len__(self) -> int:
        return len(self.phrases)

    def __iter__(self) -> Iterator[Phrase]:
        return iter(self.phrases)

    def __repr__(self) -> str:
        return f"PhraseTable({len(self):,} phrases, scoring={self.config.scoring!r})"

    @checked
    def of_round(self, number: int) -> list[Phrase]:
        """Return the phrases of one round."""
        return [phrase for phrase in self.phrases if phrase.round == number]

    @cached_property
    def _rounds(self) -> list[Merging]:
        return [
            Merging(
                {phrase.words: (phrase.phrase, phrase.score) for phrase in self.of_round(number)},
                self.config.connector_words,
                threshold if self.config.overlaps == "best" else None,
            )
            for number, threshold in enumerate(self.config.thresholds, 1)
        ]

    def __getitem__(self, sentence: Iterable[str]) -> list[str]:
        """Return a sentence, a list of words, with its phrases merged."""
        words = list(as_sentence(sentence, 0))
        for merging in self._rounds:
            words = merging(words)
        return words

    @checked
    def apply(self, text: str) -> str:
        """Return a text with its phrases merged: words are separated by white space, sentences by line feeds."""
        return "\n".join(" ".join(self[line.split()]) for line in text.split("\n"))

    @checked
    def save(self, path: PathLike) -> None:
        """Write a tab-separated file, atomically: the configuration, a line of column names, and a line per phrase.

        The words of a phrase are the last fields of its line.

        Raises
        ------
        FormatError
            If the extension belongs to another format.
        OutputError
            If it cannot be written; an existing file is then unchanged.
        """
        check_name(path, *EXTENSIONS)
        lines = [HEADER + json.dumps(self.config.to_dict(), ensure_ascii=False), "\t".join(COLUMNS)]
        for p in self.phrases:
            fields = [p.phrase, repr(p.score), str(p.count), str(p.round), *p.words]
            lines.append("\t".join(re.sub(r"[\\\t\n\r]", lambda found: _ESCAPES[found[0]], field) for field in fields))
        with atomic_write(path) as stream:
            stream.write("\n".join([*lines, ""]).encode())

    @classmethod
    @checked
    def load(cls, path: PathLike) -> "PhraseTable":
        """Read a file that `save` wrote.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        UnsafeFormatError
            If it is a pickle, such as gensim's ``save`` writes.
        FormatError
            If it cannot be read, is no table of phrases, or is damaged.
        """
        file = checked_path("path", path)
        try:
            if not stat.S_ISREG(os.stat(file).st_mode):  # a device may have no end
                raise FormatError(f"{path!s} must be a regular file: got a folder, a pipe or a device")
            with open(file, "rb") as stream:
                data = stream.read()
        except FileNotFoundError:
            raise
        except OSError as problem:
            raise FormatError(f"cannot read {path!s}: {reason(problem)}") from problem
        if data[:1] == b"\x80":
            raise UnsafeFormatError(
                f"cannot read {path!s}: it is a pickle, which can run code when it is loaded; find the phrases again, or "
                "export them from gensim"
            )
        try:
            header, columns, *lines = data.decode().split("\n")
            if not header.startswith(HEADER) or columns != "\t".join(COLUMNS) or lines.pop() != "":
                raise ValueError("it does not begin with its configuration and columns, or its end is missing")
            return cls.of_rows(json.loads(header[len(HEADER) :]), map(_fields, lines))
        except (ValueError, IndexError, RecursionError) as problem:
            raise FormatError(
                f"cannot read {path!s}: it is not a table of phrases of w2v, or is damaged: {problem}"
            ) from None

    def to_dict(self) -> dict[str, Any]:
        """Return the configuration and the number of phrases as JSON values, for the record of a model."""
        return self.config.to_dict() | {"found": len(self)}

    def to_rows(self) -> list[list[Any]]:
        """Return the phrases as JSON values: a list per phrase, with the fields of a line of the file."""
        return [[p.phrase, p.score, p.count, p.round, *p.words] for p in self.phrases]

    @classmethod
    def of_rows(cls, config: Any, rows: Iterable[list[Any]]) -> "PhraseTable":
        """Return the table of a configuration and rows as JSON values; raise ValueError if they are not of this form."""
        check(config, _SHAPE, "configuration")
        known = {name: config[name] for name in _SHAPE}
        made = PhraseConfig(
            **(
                known
                | {"threshold": tuple(config["threshold"]), "connector_words": frozenset(config["connector_words"])}
            )
        )
        return cls(made, tuple(_phrase(row, made) for row in rows))


def _fields(line: str) -> list[Any]:
    phrase, score, count, number, *words = (
        re.sub(r"\\[\\tnr]", lambda found: _CHARACTERS[found[0]], field) for field in line.split("\t")
    )
    return [phrase, float(score), int(count), int(number), *words]


def _phrase(row: list[Any], config: PhraseConfig) -> Phrase:
    phrase, score, count, number, *words = row
    check([phrase, *words], [str], "phrase")
    check([score, count, number], [(Real(), Whole())], "phrase")
    check(number, Whole(1, config.rounds), "round")
    if len(words) < 2 or phrase != config.delimiter.join(words) or not score > config.thresholds[number - 1]:
        raise ValueError(f"{phrase!r:.80} must be its words, joined, with a score above the threshold")
    return Phrase(phrase, float(score), count, tuple(words), number)
