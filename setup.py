"""Build the compiled core. Everything else is in pyproject.toml.

Environment: W2V_TESTING=1 also builds what only tests need (w2v._testing); W2V_DEBUG=1 compiles with bounds checks and
-O1 -g; W2V_SANITIZE=address,undefined (or thread) adds a sanitizer; W2V_ANNOTATE=1 writes cython_ext/*.html.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from glob import glob

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py
from setuptools.modified import newer_group

TESTING = os.environ.get("W2V_TESTING") == "1"
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
# -fno-math-errno: a square root is one instruction, not a call that may set errno. No flag names a CPU: tile_*.c choose
# their own target, and the machine's best is picked at import.
COMPILE = ["-Wno-psabi", "-fvisibility=hidden", "-fno-math-errno"]
COMPILE += ["-g" if DEBUG else "-g1" if SANITIZE else "-g0"]  # -g1: lines for the sanitizer's report
LINK = ["-s"] if sys.platform == "linux" and not (DEBUG or SANITIZE) else []
if SANITIZE:  # -fno-wrapv: CPython's own -fwrapv would hide signed overflow from the undefined-behaviour sanitizer
    COMPILE += [f"-fsanitize={SANITIZE}", "-fno-omit-frame-pointer", "-fno-wrapv"]
    LINK += [f"-fsanitize={SANITIZE}"]

KERNELS = [f"cython_ext/tile_{name}.c" for name in ("base", "avx2", "avx512")]
TEST_KERNELS = [f"cython_ext/tile_{name}.c" for name in ("emulated512", "float64")]
# tile_emulated512.c takes 8 s at -O1 and 41 s at -O3; nobody waits for what it computes.
QUICKLY = ["cython_ext/_testing.c", *TEST_KERNELS]
# What every extension depends on: if any of it changes, all are built again.
SHARED = ["setup.py", *glob("cython_ext/*.h"), *glob("cython_ext/*.pxd")]


def extension(name: str, *sources: str) -> Extension:
    """Describe one extension module of the package, built from ``cython_ext/``."""
    return Extension(f"w2v.{name}", [f"cython_ext/{name}.pyx", *sources], depends=SHARED, extra_link_args=LINK)


class FreshBuild(build_py):
    """Remove from the build folder what an earlier build left there: it would be installed too."""

    def run(self) -> None:
        """Remove files that this build does not make, then copy the modules."""
        copied = set(map(os.path.abspath, self.get_outputs(include_bytecode=False)))
        compiled = {ext.name.rpartition(".")[2] for ext in self.distribution.ext_modules or ()}
        for path in map(os.path.abspath, glob(f"{self.build_lib}/w2v/**/*", recursive=True)):
            is_compiled = path.endswith((".so", ".pyd")) and os.path.basename(path).partition(".")[0] in compiled
            if os.path.isfile(path) and path not in copied and not is_compiled:
                os.remove(path)
        super().run()


class ParallelBuild(build_ext):
    """Compile the files of all extensions side by side, where setuptools takes one after another.

    Cython translates one file while the compiler works on others. What is left for setuptools is to link.
    """

    def build_extensions(self) -> None:
        """Compile what has changed, then link."""
        if not TESTING:  # an earlier build's would be installed too
            for path in glob(f"{self.build_lib}/w2v/_testing.*"):
                os.remove(path)
        changed = [ext for ext in self.extensions if self.force or self._has_changed(ext)]
        processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        with ThreadPoolExecutor(processors) as pool:
            files = [[pool.submit(self._compile, source) for source in ext.sources[1:]] for ext in changed]
            for ext, compiled in zip(changed, files, strict=True):
                compiled.insert(0, pool.submit(self._compile, self._translate(ext)))
            for ext, compiled in zip(changed, files, strict=True):
                ext.extra_objects = [file.result() for file in compiled]
        for ext in self.extensions:
            ext.depends, ext.sources = [*ext.depends, *ext.sources], []
        super().build_extensions()

    def _has_changed(self, ext: Extension) -> bool:
        return newer_group([*ext.depends, *ext.sources], self.get_ext_fullpath(ext.name), "newer")

    def _translate(self, ext: Extension) -> str:
        pyx = ext.sources[0]
        cythonize(
            [Extension(ext.name, [pyx])],
            include_path=["."],
            compiler_directives=DIRECTIVES,
            annotate=os.environ.get("W2V_ANNOTATE") == "1",
            force=True,  # Cython would not see that directives have changed
        )
        return pyx.replace(".pyx", ".c")

    def _compile(self, source: str) -> str:
        level = "-O1" if DEBUG or source in QUICKLY else "-O3"
        [compiled] = self.compiler.compile(
            [source], output_dir=self.build_temp, include_dirs=["."], extra_postargs=[level, *COMPILE]
        )
        return compiled


extensions = [extension("_core", *KERNELS), *map(extension, ("_phrases", "_replay", "_rows", "_text"))]
if TESTING:
    extensions.append(extension("_testing", *TEST_KERNELS))
setup(ext_modules=extensions, cmdclass={"build_ext": ParallelBuild, "build_py": FreshBuild})
