"""What a measurement says about where it was made."""

import importlib.metadata
import os
import platform
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from w2v.machine import isa
from w2v.version import __version__


def machine() -> dict[str, Any]:
    """Return the processor and what w2v makes of it."""
    return {"cpu": _cpu(), "processors": len(os.sched_getaffinity(0)), "isa": isa(), "platform": platform.platform()}


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


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
