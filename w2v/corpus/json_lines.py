"""JSON lines: one object per line, one of whose entries is a text or a list of words. Blank lines are skipped."""

import json
from collections.abc import Iterator
from typing import Any

from w2v.corpus.lines import Lines
from w2v.errors import CorpusError, CorpusTypeError

WANTED = "a string or a list of words"


def columns(lines: Lines) -> list[str]:
    """Return the names in the first object."""
    return list(next(_objects(lines), {}))


def values(lines: Lines, column: str) -> Iterator[Any]:
    """Yield the value of a column in each object: a string or a list.

    Raises
    ------
    CorpusError
        If a line is no object, or has no such column; the message names the line.
    CorpusTypeError
        If a value is something else.
    """
    for value in cells(lines, column):
        if type(value) is not str and type(value) is not list:
            got = "null (a missing value?); drop such rows first" if value is None else f"{json.dumps(value)[:80]}"
            if type(value) is dict and value:
                got += f"; name a field inside, such as {column}.{next(iter(value))}"
            raise CorpusTypeError(f"{lines.place}: {column!r} must be {WANTED}: got {got}")
        if type(value) is list and value and type(value[0]) is dict:
            raise CorpusTypeError(
                f"{lines.place}: {column!r} must be {WANTED}: got a list of objects, {json.dumps(value)[:80]}; write each "
                f"of them as a line, as jq -c '.{column}[]' does"
            )
        yield value


def cells(lines: Lines, column: str) -> Iterator[Any]:
    """Yield the value of a column in each object, whatever it is.

    Raises
    ------
    CorpusError
        If a line is no object, or has no such column; the message names the line.
    """
    for row in _objects(lines):
        yield row[column] if column in row else _inside(row, column, lines)


def _objects(lines: Lines) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.isspace():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as problem:
            raise CorpusError(
                f"{lines.place} must be a JSON object: got {line.strip()[:40]!r}: {getattr(problem, 'msg', problem)}; write "
                "one object per line, as jq -c '.[]' does with a list, and jq -c '.NAME[]' with a list inside of an object"
            ) from None
        if type(row) is not dict:
            raise CorpusError(
                f"{lines.place} must be a JSON object: got {line.strip()[:40]!r}; write one object per line, as "
                "jq -c '.[]' does"
            )
        yield row


def _inside(row: dict[str, Any], column: str, lines: Lines) -> Any:
    """Return the entry of a nested object, as in ``"outer.inner"``."""
    found: Any = row
    for name in column.split("."):
        if type(found) is not dict or name not in found:
            raise CorpusError(
                f'{lines.place} must have the column {column!r}: got {_names(row)}; pass column="NAME" with one of these '
                "names"
            )
        found = found[name]
    return found


def _names(row: dict[str, Any]) -> str:
    return ", ".join(map(repr, row))[:200] or "none"
