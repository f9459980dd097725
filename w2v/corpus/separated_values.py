"""CSV and TSV: a header that names the columns, and rows whose fields may be quoted and then contain line feeds.

The delimiter is the one that makes the column one of the fields of the header: a comma, a semicolon, a tab or a bar. A .tsv
file with a tab in its header has no other, as its fields may contain commas.
"""

import csv
import re
from collections.abc import Iterator

from w2v.corpus.lines import Lines
from w2v.corpus.notices import notice_merged
from w2v.corpus.source_files import extension
from w2v.errors import CorpusError

EXCEL = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
DELIMITERS, TABS_FIRST = ",;\t|", "\t,;|"
LONGEST_FIELD = 1 << 26
"""So that a quotation mark that is never closed does not take the rest of a large file into memory."""


def columns(lines: Lines) -> list[str]:
    """Return the fields of the header, with the delimiter that occurs most often in it."""
    header, delimiters = _header(lines)
    return _columns(header, delimiters, lines)


def values(lines: Lines, column: str) -> Iterator[str]:
    """Yield the field of a column in each row.

    Raises
    ------
    CorpusError
        If the header has no such column, or a row is not as the header says; the message names the line.
    """
    header, delimiters = _header(lines)
    found = [(d, fields) for d, fields in _readings(header, delimiters, lines).items() if column in fields]
    if not found:
        names = ", ".join(map(repr, _columns(header, delimiters, lines)))[:200] or "none"
        raise CorpusError(
            f'{lines.place} must be a header with the column {column!r}: got {names}; pass column="NAME" with one of these '
            "names, or add a header"
        )
    delimiter, fields = max(found, key=lambda pair: len(pair[1]))
    if fields.count(column) > 1:
        raise CorpusError(f"{lines.place} must name the column {column!r} once: got it {fields.count(column)} times")
    place, wanted = fields.index(column), len(fields)
    first, is_told = lines.number + 1, False
    for row in _rows(lines, delimiter, lines):
        if len(row) == wanted:
            if lines.number > first and not is_told and _looks_merged(row, delimiter):
                notice_merged(lines.name, first, lines.number)
                is_told = True
            first = lines.number + 1
            yield row[place]
        elif not row:  # a blank line
            first = lines.number + 1
        else:
            also = "; name the first column too, as R does not" if len(row) == wanted + 1 > 2 else ""
            also = "; if each line is a text, pass as_lines=True instead of a column" if wanted == 1 else also
            raise CorpusError(
                f"{lines.place}: a row must have {wanted} fields, as the header has: got {len(row)}; put fields that "
                f"contain delimiters or quotation marks in quotation marks, and double those inside{also}"
            )


def _header(lines: Lines) -> tuple[str, str]:
    """Return the header, and what may delimit its fields: what Excel's own first line says, as in ``sep=;``."""
    header = next(lines, "")
    if said := EXCEL.fullmatch(header):
        return next(lines, ""), said[1]
    if extension(lines.name) == ".tsv":
        return header, "\t" if "\t" in header else TABS_FIRST
    return header, DELIMITERS


def _looks_merged(row: list[str], delimiter: str) -> bool:
    """Whether a field of several lines holds whole rows, as after a quotation mark that is part of the text."""
    number, field = next(((number, field) for number, field in enumerate(row) if "\n" in field), (0, "\n"))
    *inner, last = field.split("\n")[1:]
    begins = [line.split(delimiter)[0] for line in (*inner, last)]
    # Sentences have commas, but rarely tabs or bars.
    is_alike = delimiter in "\t|" or all(cell.isdigit() for cell in (row[0], *begins))
    return (
        is_alike
        and all(line.count(delimiter) == len(row) - 1 for line in inner)
        and last.count(delimiter) == number
        and number > 0
    )


def _columns(header: str, delimiters: str, lines: Lines) -> list[str]:
    readings = _readings(header, delimiters, lines)
    return readings[max(readings, key=header.count)]


def _readings(header: str, delimiters: str, lines: Lines) -> dict[str, list[str]]:
    """Return the fields of the header by delimiter, for those with which it can be read: "a";"b" cannot with commas."""
    found, problems = {}, {}
    for delimiter in delimiters:
        try:
            fields = next(_rows(iter([header]), delimiter, lines), [])
            found[delimiter] = [field.strip() for field in fields]
        except CorpusError as problem:
            problems[delimiter] = problem
    if not found:
        raise problems[max(problems, key=header.count)]
    return found


def _rows(source: Iterator[str], delimiter: str, lines: Lines) -> Iterator[list[str]]:
    read: list[str] = []
    reader = csv.reader(_last_kept(source, read), delimiter=delimiter, strict=True)
    while True:
        first = lines.number + (source is lines)
        before = csv.field_size_limit(LONGEST_FIELD)  # process-wide, so it is set for the time of a call only
        try:
            row = next(reader, None)
        except csv.Error as problem:
            # Many programs quote nothing between tabs: what goes on after its second quotation mark is such a field.
            if delimiter != "\t" or first < lines.number or "expected after" not in str(problem):
                opened = f", in a row that begins in line {first}" if first < lines.number else ""
                raise CorpusError(
                    f"{lines.place}: cannot read a row delimited by {delimiter!r}{opened}: {problem}; close quotation "
                    "marks, and double those inside quoted fields"
                ) from None
            row = read[0].rstrip("\r\n").split("\t")
        finally:
            csv.field_size_limit(before)
        if row is None:
            return
        yield row


def _last_kept(source: Iterator[str], read: list[str]) -> Iterator[str]:
    """Yield lines, and keep the last one in ``read``."""
    for line in source:
        read[:] = [line]
        yield line
