"""Word similarity: how well cosines agree with human judgements of word pairs (Finkelstein et al. 2002)."""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v import html
from w2v.annotations import checked
from w2v.arguments import amount, instance, shown
from w2v.arrays import Float64
from w2v.atomic_files import PathLike
from w2v.errors import ConfigError, CorpusError
from w2v.evaluation.columns import (
    UNKNOWN_SCORES,
    Columns,
    Line,
    Table,
    number_in,
    refuse_mixed_signs,
    refuse_numbering,
    refuse_thousands,
    split,
)
from w2v.evaluation.space import WordSpace
from w2v.evaluation.statistics import scipy_stats


@dataclass(frozen=True)
class WordPair:
    """Two words and the similarity that people assigned to them, on any scale."""

    first: str
    second: str
    score: float


@dataclass(frozen=True)
class SimilarityResult:
    """Correlation of cosines with human judgements over the pairs whose two words are known.

    Attributes
    ----------
    spearman, pearson : float or None
        Rank and linear correlation, -1 to 1; None if undefined (fewer than two pairs found, or all scores equal).
    found, asked : int
        Number of pairs whose words are both known, and number of pairs in the set.
    duplicates : int
        Number of pairs that repeat an earlier pair, in either order and any case. They are scored like the others.
    unscored : int
        Number of further pairs in the file that were left out because nobody has judged them.
    """

    spearman: float | None
    pearson: float | None
    found: int
    asked: int
    duplicates: int
    unscored: int = 0

    @property
    def coverage(self) -> float | None:
        """Fraction of all pairs that were found; None if the set is empty."""
        return self.found / self.asked if self.asked else None

    @classmethod
    def of(cls, pairs: Sequence[WordPair], human: Float64, cosines: Float64, unscored: int = 0) -> "SimilarityResult":
        """Correlate the human scores and cosines that `judged_cosines` returned for ``pairs``."""
        stats = scipy_stats()
        spearman = pearson = None
        if len(human) >= 2 and np.ptp(human) > 0 and np.ptp(cosines) > 0:
            spearman, pearson = (float(f(human, cosines)[0]) for f in (stats.spearmanr, stats.pearsonr))
        different = {frozenset((pair.first.lower(), pair.second.lower())) for pair in pairs}
        return cls(spearman, pearson, len(human), len(pairs), len(pairs) - len(different), unscored)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {**asdict(self), "coverage": self.coverage}

    def _repr_html_(self) -> str:
        """Return the scores as a table, for notebooks."""
        rows = [(self.spearman, self.pearson, self.found, self.asked, self.duplicates, self.unscored)]
        names = ["Spearman", "Pearson", "pairs found", "asked", "duplicates", "left out without a score"]
        return html.table("Word similarity", names, rows)

    def __str__(self) -> str:
        def show(value: float | None) -> str:
            return "undefined" if value is None else f"{value:.4f}"

        correlations = f"Spearman {show(self.spearman)}, Pearson {show(self.pearson)}"
        reason = ""
        if self.spearman is None:
            reason = " (fewer than two pairs found)" if self.found < 2 else " (all scores, or all cosines, are equal)"
        unscored = f"; {left_out(self.unscored)}" if self.unscored else ""
        return f"{correlations}{reason}, {self.found:,} of {amount(self.asked, 'pair')} found{unscored}"


def left_out(unscored: int) -> str:
    """Return how many pairs were left out because nobody has judged them."""
    return f"{amount(unscored, 'pair')} without a score left out"


@checked
def read_pairs(
    path: PathLike, *, delimiter: str | None = None, encoding: str = "utf-8-sig", columns: Columns | None = None
) -> list[WordPair]:
    r"""Read word pairs: two words and a score per line; further columns are ignored.

    Lines that begin with ``#`` are comments. The first line that is not a comment is a header if no field begins like a
    number. Fields may be quoted, and scores may have a decimal comma. Pairs that nobody has judged, whose score is blank or
    is written NA, nan, None, null, ? or -, are left out.

    Parameters
    ----------
    path : path-like
        A file of text.
    delimiter : str, optional
        Column separator; None: tabs, semicolons or commas if every line has them, otherwise white space.
    encoding : str
        Encoding of the file.
    columns : str or sequence of str or int, optional
        The columns of the two words and the score, by name in the header or by number from 1, such as ``(1, 2, 4)`` or
        ``"word1,word2,SimLex999"``. By default the first three.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    ConfigError
        If the delimiter is empty, the encoding unknown, or a column is not in the file.
    CorpusError
        If the file cannot be read, is empty or binary, or a line does not have two words and a finite number; the message
        gives the line number. Also if a comma may separate columns or decimals, or separates thousands.

    Warns
    -----
    UserWarning
        If a later column than the third, which is taken for the score, is named score, mean, rating, similarity or gold.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "pairs.tsv")
    ...     _ = path.write_text("word1\tword2\tkind\tscore\ncat\tdog\tN\t9,5\n")
    ...     read_pairs(path, columns=(1, 2, "score"))
    [WordPair(first='cat', second='dog', score=9.5)]
    """
    return judged_pairs(path, delimiter, encoding, columns)[0]


def judged_pairs(
    path: PathLike, delimiter: str | None = None, encoding: str = "utf-8-sig", columns: Columns | None = None
) -> tuple[list[WordPair], int]:
    """Return what `read_pairs` does, and the number of pairs that were left out because nobody has judged them."""
    table = Table.read(path, delimiter=delimiter, encoding=encoding)
    places = [0, 1, 2] if columns is None else table.places(columns)
    if len(places) != 3:
        raise ConfigError(f"columns must be three, two words and a score: got {len(places)}")
    if columns is None:
        _refuse_split_decimals(table)
    lines = list(table.rows())
    if (most := max((len(line.fields) for line in lines), default=0)) <= max(places) and columns is not None:
        raise ConfigError(
            f"columns must be in {table.path}, whose lines have at most {amount(most, 'column')}: got {shown(columns)}"
        )
    if columns is None:
        refuse_numbering(table.path, [line.fields for line in lines], places, table.likely())
    scored = [line for line in lines if not _is_unscored(line.at(places))]
    scores = [(line.number, line.fields[places[2]]) for line in scored if len(line.fields) > places[2]]
    refuse_thousands(table.path, scores)
    pairs = [_pair(table, line, places, columns) for line in scored]
    if not pairs:
        raise CorpusError(f"{table.path} must contain at least one line 'word word number': got none")
    refuse_mixed_signs(table.path, scores)
    if columns is None:
        table.notice_other_score()
    return pairs, len(lines) - len(scored)


def _is_unscored(fields: list[str]) -> bool:
    """Whether these are two words and what stands for a score that nobody knows."""
    return len(fields) == 3 and fields[2].casefold() in UNKNOWN_SCORES and all(fields[:2])


def _pair(table: Table, line: Line, places: list[int], columns: Columns | None) -> WordPair:
    fields = line.at(places)
    score = number_in(fields[2]) if len(fields) == 3 else None
    if score is None or not (fields[0] and fields[1]):
        raise CorpusError(
            f"{table.path}, line {line.number} must be two words and a finite number: got {line.text[:60]!r}"
            f"{_hint(table, line, places, columns)}"
        )
    return WordPair(fields[0], fields[1], score)


def _hint(table: Table, line: Line, places: list[int], columns: Columns | None) -> str:
    """Return what to do about a line that is no pair."""
    fields = line.at(places)
    if len(fields) == 2 and all(fields):
        return "; add its score, or leave out the pair"
    if len(line.fields) == 1 and line.separator is not None and len(sep := _separators(line.text)) == 1:
        return f"; its columns seem to be separated by {sep[0]!r}: pass delimiter={sep[0]!r}, or None to find it out"
    if columns is None and len(line.fields) == 3 and number_in(line.fields[0]) is not None:
        return "; if the score comes first, choose the columns, as in columns='2,3,1'"
    likely = table.likely() or ("1,2,4" if len(line.fields) > 3 else None)
    if likely is None or places == [int(number) - 1 for number in likely.split(",")]:
        return ""
    if columns is None:
        return f"; choose the columns, as in columns={likely!r}"
    return f"; the two words and the score seem to be in columns={likely!r}"


def _separators(text: str) -> list[str | None]:
    """Return what separates a line into three columns or more."""
    return [separator for separator in ("\t", ";", ",", " ") if len(split(text, separator)) > 2]


def _refuse_split_decimals(table: Table) -> None:
    """Raise CorpusError if columns 3 and 4 may be one number with a decimal comma."""
    rows = [line.fields for line in table.rows() if line.separator == ","]
    split = [row for row in rows if len(row) > 3 and row[2].isdecimal() and row[3].isdecimal()]
    if split and not any("." in row[2] for row in rows if len(row) > 2):
        place = table.named_score()
        named = f"if the score is {table.names[place]!r}, pass columns='1,2,{place + 1}'; " if place else ""
        raise CorpusError(
            f"{table.path} must have scores with a decimal point, as commas separate its columns: "
            f"got {','.join(split[0])!r:.60}; {named}if column 3 is the score, or one of several, pass columns='1,2,3'"
        )


@checked
def evaluate_pairs(
    words: Sequence[str],
    vectors: NDArray[Any],
    pairs: PathLike | Sequence[WordPair],
    *,
    restrict: int | None = None,
    case_insensitive: bool = True,
    columns: Columns | None = None,
) -> SimilarityResult:
    """Correlate cosines with human judgements, over the pairs whose words are both known.

    Parameters
    ----------
    words : sequence of str, length V
        Most frequent first.
    vectors : ndarray of float, shape (V, dim)
        One row per word.
    pairs : path-like or sequence of WordPair
        A file, or the result of ``read_pairs``.
    restrict : int, optional
        Number of words, counted from the first, that are known; None: all.
    case_insensitive : bool
        Look up each word as written and then, if it is unknown, in lower case. False: only as written.
    columns : str or sequence of str or int, optional
        Columns of the file; see ``read_pairs``.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    ConfigError
        If words and vectors differ in number, or a parameter is out of range.
    CorpusError
        If the file is malformed; see ``read_pairs``.
    MissingExtraError
        If scipy is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> words, vectors = ["cat", "dog", "car"], np.array([[1, 0], [3, 1], [0, 1]], float)
    >>> pairs = [WordPair("cat", "dog", 9), WordPair("cat", "car", 2), WordPair("cat", "cow", 8)]
    >>> print(evaluate_pairs(words, vectors, pairs))
    Spearman 1.0000, Pearson 1.0000, 2 of 3 pairs found
    """
    if isinstance(pairs, (str, os.PathLike)):
        judged, unscored = judged_pairs(pairs, columns=columns)
    else:
        judged, unscored = list(pairs), 0
    for pair in judged:
        instance("pairs", pair, WordPair, "read_pairs reads them")
    space = WordSpace.build(words, vectors, restrict=restrict, case_insensitive=case_insensitive)
    return SimilarityResult.of(judged, *judged_cosines(space, judged), unscored)


def judged_cosines(space: WordSpace, pairs: Sequence[WordPair]) -> tuple[Float64, Float64]:
    """Return the human scores and the cosines of the pairs whose words are both known, in the order of ``pairs``."""
    found = [(rows, pair.score) for pair in pairs if (rows := space.rows((pair.first, pair.second))) is not None]
    return np.array([score for _, score in found], np.float64), space.cosines([rows for rows, _ in found])
