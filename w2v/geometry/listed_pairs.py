"""Positive pairs from a file: words of the same meaning, or pairs that people rated as similar."""

import os
from collections.abc import Sequence

import numpy as np

from w2v.annotations import checked
from w2v.atomic_files import PathLike
from w2v.errors import ConfigError, CorpusError, GeometryError
from w2v.evaluation import read_pairs
from w2v.evaluation.columns import Columns, Table
from w2v.evaluation.space import first_rows
from w2v.geometry.exclusions import exclusions
from w2v.geometry.pairs import PositivePairs


@checked
def file_pairs(
    path: PathLike, words: Sequence[str], *, min_score: float | None = None, columns: Columns | None = None
) -> PositivePairs:
    """Read pairs of words with the same or nearly the same meaning: two words per line; ``#`` starts a comment.

    A word is looked up as written and then in lower case. Pairs with an unknown word, and pairs of a word with itself, are
    left out; the result says how many.

    Parameters
    ----------
    path : path-like
    words : sequence of str
        Words of the space, in row order.
    min_score : float, optional
        For files of word similarity, with a score in the third column: minimum score of a positive pair.
    columns : str or sequence of str or int, optional
        Columns of the two words and, with ``min_score``, the score; see `w2v.evaluation.read_pairs`.

    Raises
    ------
    CorpusError
        If the file cannot be read, or a line does not have two words (and a score).
    GeometryError
        If no pair is left.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "synonyms.txt")
    ...     _ = path.write_text("car automobile")
    ...     pairs = file_pairs(path, ["tree", "automobile", "car"])
    >>> pairs.anchors, pairs.positives
    (array([2]), array([1]))
    """
    listed = _listed(path, columns) if min_score is None else _scored(path, min_score, columns)
    index = first_rows(words)
    rows = [[index.get(word, index.get(word.lower(), -1)) for word in pair] for pair in listed]
    table = np.array(rows, dtype=np.int64).reshape(-1, 2)
    unknown = (table < 0).any(axis=1)
    same = ~unknown & (table[:, 0] == table[:, 1])
    excluded = {"pairs with an unknown word": int(unknown.sum()), "pairs of a word with itself": int(same.sum())}
    table = table[~unknown & ~same]
    if not len(table):
        reasons = ", ".join(exclusions(excluded))
        raise GeometryError(
            f"{os.fspath(path)} must contain a pair of two different known words: got {reasons or 'no pairs'}"
        )
    score = "" if min_score is None else f" of score {min_score:g} or more"
    return PositivePairs(table[:, 0], table[:, 1], f"{len(table):,} pairs of {os.fspath(path)}{score}", excluded)


def _listed(path: PathLike, columns: Columns | None) -> list[tuple[str, str]]:
    table = Table.read(path, least=2)
    places = [0, 1] if columns is None else table.places(columns)
    if len(places) != 2:
        raise ConfigError(f"columns must be two without min_score (--min-score): got {len(places)}")
    pairs = []
    for line in table.lines if columns is None else table.rows():
        fields = line.fields if columns is None else line.at(places)
        if len(fields) != 2:
            hint = "; if the third is a score, pass min_score (--min-score)" if len(fields) == 3 else ""
            raise CorpusError(f"{table.path}, line {line.number}: a pair must have two words: got {len(fields)}{hint}")
        pairs.append((fields[0], fields[1]))
    return pairs


def _scored(path: PathLike, min_score: float, columns: Columns | None) -> list[tuple[str, str]]:
    judged = read_pairs(path, columns=columns)
    pairs = [(pair.first, pair.second) for pair in judged if pair.score >= min_score]
    if not pairs:
        best = max(pair.score for pair in judged)
        raise GeometryError(
            f"{os.fspath(path)} must contain a pair with a score of at least {min_score:g}: got at most {best:g}; "
            "lower min_score"
        )
    return pairs
