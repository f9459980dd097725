"""Machine, versions and date of a measurement."""

import importlib.metadata
import platform
import time
from contextlib import suppress
from typing import Any

from w2v.machine import isa, processor_name, processors
from w2v.version import __version__


def machine() -> dict[str, Any]:
    """Describe the processor, and the instruction set that w2v uses on it."""
    return {"cpu": processor_name(), "processors": processors(), "isa": isa(), "platform": platform.platform()}


def versions() -> dict[str, str]:
    """Return the versions of w2v, gensim, NumPy and Python."""
    found = {"w2v": __version__, "python": platform.python_version()}
    for name in ("numpy", "gensim"):
        with suppress(importlib.metadata.PackageNotFoundError):  # benchmarks of only w2v do not need gensim
            found[name] = importlib.metadata.version(name)
    return found


def today() -> str:
    """Return the date, as in 2026-11-24."""
    return time.strftime("%Y-%m-%d")
