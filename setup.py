"""Build the compiled core. Everything else is in pyproject.toml.

Environment: W2V_DEBUG=1 compiles with bounds checks and -O1 -g; W2V_SANITIZE=address,undefined (or thread) adds a
sanitizer; W2V_ANNOTATE=1 writes cython_ext/*.html.
"""

import os
from glob import glob

from Cython.Build import cythonize
from setuptools import Extension, setup

DEBUG = os.environ.get("W2V_DEBUG") == "1"
SANITIZE = os.environ.get("W2V_SANITIZE", "")

DIRECTIVES = {
    "language_level": 3,
    "embedsignature": True,
    "boundscheck": DEBUG,
    "wraparound": False,
    "cdivision": True,
    "initializedcheck": DEBUG,
}
# No flag names a CPU: tile_*.c choose their own target, and the machine's best is picked at import.
# -fno-wrapv: CPython's own -fwrapv would hide signed overflow from the undefined-behaviour sanitizer.
COMPILE = ["-O1", "-g"] if DEBUG else ["-O3"]
# -fno-math-errno: a square root is one instruction, not a call that may set errno.
COMPILE += ["-Wno-psabi", "-fvisibility=hidden", "-fno-math-errno"]
LINK: list[str] = []
if SANITIZE:
    COMPILE += [f"-fsanitize={SANITIZE}", "-fno-omit-frame-pointer", "-fno-wrapv"]
    LINK += [f"-fsanitize={SANITIZE}"]

TILES = [f"cython_ext/tile_{name}.c" for name in ("base", "avx2", "avx512", "emulated512", "float64")]
HEADERS = sorted(glob("cython_ext/*.h"))


def extension(name: str, *sources: str) -> Extension:
    """Describe one extension module of the package, built from ``cython_ext/``."""
    return Extension(
        f"w2v.{name}",
        [f"cython_ext/{name}.pyx", *sources],
        include_dirs=["."],
        depends=HEADERS,
        extra_compile_args=COMPILE,
        extra_link_args=LINK,
    )


setup(
    ext_modules=cythonize(
        [extension("_core", *TILES), extension("_replay"), extension("_text")],
        include_path=["."],
        compiler_directives=DIRECTIVES,
        annotate=os.environ.get("W2V_ANNOTATE") == "1",
    )
)
