"""Compressed files: which extensions are decompressed, and what damaged ones raise.

The one place that knows this; whoever reads a compressed file catches `DAMAGE`, and raises its own family's error.
"""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from typing import Any

OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
"""Functions that open a path or a binary stream for reading, by extension."""

DAMAGE = (OSError, EOFError, zlib.error, lzma.LZMAError)
"""What reading raises if the disk fails, or a compressed file is cut or damaged."""


def reason(problem: BaseException) -> str:
    """Return what is wrong, in words."""
    return getattr(problem, "strerror", None) or str(problem)
