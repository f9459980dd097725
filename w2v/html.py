"""Tables in HTML for notebooks: what ``_repr_html_`` of vectors, models and results returns."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from w2v.facts import facts


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a heading and a table; floats with four decimals, everything escaped.

    Examples
    --------
    >>> table("t", ["word", "n"], [["<a>", 0.5]])
    '<p><b>t</b></p><table><thead><tr><th>word</th><th>n</th></tr></thead><tbody><tr><td>&lt;a&gt;</td><td>0.5000</td></tr></tbody></table>'
    """
    heads = "".join(f"<th>{escape(label)}</th>" for label in head)
    body = "".join("<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row) + "</tr>" for row in rows)
    start = f"<thead><tr>{heads}</tr></thead>" if head else ""
    return f"<p><b>{escape(title)}</b></p><table>{start}<tbody>{body}</tbody></table>"


def about(metadata: dict[str, Any]) -> str:
    """Return how vectors were made, folded up; "" if nothing is known."""
    known = facts(metadata)
    rows = "".join(f"<tr><td>{escape(label)}</td><td>{escape(value)}</td></tr>" for label, value in known)
    return f"<details><summary>how they were made</summary><table>{rows}</table></details>" if known else ""


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else escape(str(value))
