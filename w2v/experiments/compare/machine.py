"""What a measurement says about where it was made."""

import importlib.metadata
import platform
import time
from contextlib import suppress
from typing import Any

from w2v.machine import isa, processor_name, processors
from w2v.version import __version__


def machine() -> dict[str, Any]:
    """Return the processor and what w2v makes of it."""
    return {"cpu": processor_name(), "processors": processors(), "isa": isa(), "platform": platform.platform()}


def versions() -> dict[str, str]:
    """Return the versions of what is compared and of what it runs on."""
    found = {"w2v": __version__, "python": platform.python_version()}
    for name in ("numpy", "gensim"):
        with suppress(importlib.metadata.PackageNotFoundError):  # benchmarks of w2v alone do without gensim
            found[name] = importlib.metadata.version(name)
    return found


def today() -> str:
    """Return the date, as in 2026-11-24."""
    return time.strftime("%Y-%m-%d")
