"""CSV and TSV: a header that names the columns, and rows whose fields may be quoted and then contain line feeds.

The delimiter is the one that makes the column one of the header's fields: a comma, a semicolon, a tab or a bar.
"""

import csv
from collections.abc import Iterator

from w2v.corpus.lines import Lines
from w2v.errors import CorpusError

DELIMITERS = ",;\t|"
LONGEST_FIELD = 1 << 26
"""So that a quotation mark that is never closed does not take the rest of a large file into memory."""


def columns(lines: Lines) -> list[str]:
    """Return the fields of the header, with the delimiter that occurs most often in it."""
    return _columns(next(lines, ""), lines)


def values(lines: Lines, column: str) -> Iterator[str]:
    """Yield the field of a column in each row.

    Raises
    ------
    CorpusError
        If the header has no such column, or a row is not as the header says; the message names the line.
    """
    header = next(lines, "")
    found = [(d, fields) for d, fields in _readings(header, lines).items() if column in fields]
    if not found:
        names = ", ".join(map(repr, _columns(header, lines)))[:200] or "none"
        raise CorpusError(
            f"{lines.place} must be a header with the column {column!r}: got {names}; pass one of them as column=, or "
            "add a header"
        )
    delimiter, fields = max(found, key=lambda pair: len(pair[1]))
    if fields.count(column) > 1:
        raise CorpusError(f"{lines.place} must name the column {column!r} once: got it {fields.count(column)} times")
    place, wanted = fields.index(column), len(fields)
    for row in _rows(lines, delimiter, lines):
        if len(row) == wanted:
            yield row[place]
        elif row:  # not a blank line
            raise CorpusError(
                f"{lines.place}: a row must have {wanted} fields, as the header has: got {len(row)}; put fields that "
                "contain delimiters or quotation marks in quotation marks, and double those inside"
            )


def _columns(header: str, lines: Lines) -> list[str]:
    readings = _readings(header, lines)
    return readings[max(readings, key=header.count)]


def _readings(header: str, lines: Lines) -> dict[str, list[str]]:
    """Return the fields of the header by delimiter, for those with which it can be read: "a";"b" cannot with commas."""
    found, problems = {}, {}
    for delimiter in DELIMITERS:
        try:
            fields = next(_rows(iter([header]), delimiter, lines), [])
            found[delimiter] = [field.strip() for field in fields]
        except CorpusError as problem:
            problems[delimiter] = problem
    if not found:
        raise problems[max(problems, key=header.count)]
    return found


def _rows(source: Iterator[str], delimiter: str, lines: Lines) -> Iterator[list[str]]:
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        before = csv.field_size_limit(LONGEST_FIELD)  # process-wide, so it is set for the time of a call only
        try:
            row = next(reader, None)
        except csv.Error as problem:
            raise CorpusError(
                f"{lines.place}: cannot read a row delimited by {delimiter!r}: {problem}; close quotation marks, and double "
                "those inside quoted fields"
            ) from None
        finally:
            csv.field_size_limit(before)
        if row is None:
            return
        yield row
