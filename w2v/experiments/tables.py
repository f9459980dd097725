"""Markdown tables."""

import os
from collections.abc import Sequence


def markdown_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table with columns aligned in the source too."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |" for row in (columns, *rows)]
    return "\n".join([lines[0], rule, *lines[1:]])


def file_name(path: str) -> str:
    """Return the name of a file without its folder, as it can be printed: bytes that are not UTF-8 become U+FFFD."""
    return os.fsencode(os.path.basename(path)).decode("utf-8", "replace")
