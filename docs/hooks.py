"""What the documentation site needs beyond Markdown; MkDocs calls these functions (``hooks`` in mkdocs.yml)."""

import importlib
import re
from dataclasses import MISSING, Field, fields
from html import unescape
from typing import Any

FIELDS = re.compile(
    r"^<!-- fields: (\S+)\.(\w+) \(a table on the site, which docs/hooks\.py writes\) -->$", re.MULTILINE
)
FORMULA = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.+?)\\[)\]]</\1>', re.DOTALL)
ROLES = re.compile(r":(?:attr|class|func|meth|mod):(?=<code>)")

UNBOUNDED = 1e9
"""From here on an upper bound is there for the data type, not for the reader."""


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace ``<!-- fields: MODULE.CLASS (a table ...) -->`` with a table of that configuration's fields."""
    return FIELDS.sub(lambda found: _table(getattr(importlib.import_module(found[1]), found[2])), markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Drop the reStructuredText roles that docstrings put before a name, and typeset formulas."""
    return FORMULA.sub(_mathml, ROLES.sub("", html))


def _mathml(found: re.Match[str]) -> str:
    """Return a formula in LaTeX as MathML, which browsers show without a script or a font from elsewhere."""
    from latex2mathml.converter import convert

    return convert(unescape(found[2]), display="block" if found[1] == "div" else "inline")


def _table(config: type) -> str:
    rows = [f"| `{f.name}` | {_default(f)} | {_allowed(f)} | {_meaning(f)} |" for f in fields(config)]
    return "\n".join(["| parameter | default | allowed | meaning |", "|---|---|---|---|", *rows])


def _default(f: Field[Any]) -> str:
    return "" if f.default is MISSING else f"`{sorted(f.default) if isinstance(f.default, frozenset) else f.default!r}`"


def _allowed(f: Field[Any]) -> str:
    low, high = f.metadata.get("low"), f.metadata.get("high")
    if low is None or high is None:
        return ""
    return f"{low:g} to {high:g}" if high < UNBOUNDED else f"from {low:g}"


def _meaning(f: Field[Any]) -> str:
    return str(f.metadata.get("help", "")).replace("|", "\\|")
