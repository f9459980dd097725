"""The compiled core: whether it is there, and which instruction set it uses.

There is no slow path in Python: without the core nothing works, and the message says how to build it.
"""

import os
from contextlib import suppress

from w2v.errors import ConfigError

try:
    from w2v import _core, _text  # noqa: F401  (_text: both are built together)
except ImportError as problem:
    raise ImportError(
        f"w2v's compiled core is missing or does not fit this Python ({problem}). Build it: `pip install .` in the source "
        "tree (or `pip install -e .` to work on it), with a C compiler and Python's headers installed; and do not run "
        "Python inside the source tree unless it was built there."
    ) from problem


def variants() -> list[str]:
    """Return the instruction sets of this machine, best first."""
    return _core.variants()


def isa() -> str:
    """Return the instruction set in use: the best of this machine, or the one that W2V_ISA names.

    Raises
    ------
    ConfigError
        If W2V_ISA names none that this machine can train with.
    """
    wanted = os.environ.get("W2V_ISA", "")
    if not wanted:
        return variants()[0]
    if wanted not in variants():
        with suppress(ImportError):  # it is built for the tests only, and adds its kernels to the core when imported
            from w2v import _testing  # noqa: F401
    try:
        _core.check_trains(wanted)
    except ValueError as problem:
        raise ConfigError(f"W2V_ISA={wanted}: {problem}; choose one of {', '.join(variants())}") from None
    return wanted
