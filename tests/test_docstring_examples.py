"""The examples in docstrings are run, so that they stay true."""

import doctest
import importlib
from pathlib import Path

import pytest

import w2v

PACKAGE = Path(w2v.__file__).parent
MODULES = [
    ".".join(("w2v", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for path in sorted([*PACKAGE.rglob("*.py"), *(PACKAGE / "corpora").glob("*.py")])  # a link is not descended into
    if ">>> " in path.read_text(encoding="utf-8")
]

NEED = {"frames": ("pyarrow", "pandas"), "sklearn": ("sklearn",), "usearch": ("usearch",)}
"""What the examples of modules of `w2v.integrations` need."""


@pytest.mark.parametrize("name", sorted(set(MODULES)))
def test_examples(name):
    for extra in NEED.get(name.removeprefix("w2v.integrations."), ()):
        pytest.importorskip(extra)
    assert doctest.testmod(importlib.import_module(name)).failed == 0
