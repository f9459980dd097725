"""Tables and curves in HTML for notebooks: what ``_repr_html_`` of vectors, models and results returns."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from w2v.facts import facts

LONGEST = 100
"""Characters of a text that a cell shows."""
WIDTH, HEIGHT = 240, 48
"""Of a curve, in pixels."""


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a heading and a table; floats with four decimals, long texts cut, everything escaped.

    It has no colours, so that it is legible in light and in dark notebooks. Texts are written in their own direction.

    Examples
    --------
    >>> table("t", ["word", "n"], [["<a>", 0.5]])  # doctest: +ELLIPSIS
    '<p><b>t</b></p><table><thead><tr>...&lt;a&gt;</td><td>0.5000</td></tr></tbody></table>'
    """
    listed = [list(row) for row in rows]
    texts = {place for row in listed for place, value in enumerate(row) if isinstance(value, str)}
    left = ' style="text-align:left"'
    heads = "".join(f"<th{left if n in texts else ''}>{escape(label)}</th>" for n, label in enumerate(head))
    body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in listed)
    start = f"<thead><tr>{heads}</tr></thead>" if head else ""
    return f"<p><b>{escape(title)}</b></p><table>{start}<tbody>{body}</tbody></table>"


def curve(label: str, values: Sequence[float]) -> str:
    """Return the first and the last of some numbers and, if there are several, a small picture in the colour of the text.

    Examples
    --------
    >>> curve("loss", [0.5])
    '<p>loss: 0.5000</p>'
    """
    if len(values) < 2:
        return f"<p>{escape(label)}: {values[0]:.4f}</p>" if values else ""
    low, high = min(values), max(values)
    step, scale = (WIDTH - 4) / (len(values) - 1), (HEIGHT - 4) / ((high - low) or 1)
    points = " ".join(f"{2 + n * step:.1f},{2 + (high - value) * scale:.1f}" for n, value in enumerate(values))
    text = f"{escape(label)}: {values[0]:.4f} to {values[-1]:.4f}"
    return (
        f'<p>{text}<br><svg width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{text}">'
        f'<polyline points="{points}" fill="none" stroke="currentColor" stroke-width="1.5"/></svg></p>'
    )


def about(metadata: dict[str, Any]) -> str:
    """Return how vectors were made, folded up; "" if nothing is known."""
    known = facts(metadata)
    rows = "".join(f"<tr><td>{escape(label)}</td><td>{escape(value)}</td></tr>" for label, value in known)
    return f"<details><summary>how they were made</summary><table>{rows}</table></details>" if known else ""


def _cell(value: Any) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, float):
        return f"<td>{value:.4f}</td>"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"<td>{value:,}</td>"
    text = str(value)
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return f'<td dir="auto" style="text-align:left">{escape(short)}</td>'
