"""How the extensions are compiled: flags, and setuptools' commands made parallel and exact. ``setup.py`` says which.

On Pythons with a GIL the extensions use the limited API of Python 3.11 (PEP 384), so that one wheel per platform serves 3.11
and every newer version. Free-threaded Pythons have no limited API up to 3.14; each needs a wheel of its own.
"""

import os
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from glob import glob
from typing import Any

import Cython
from Cython.Build import cythonize
from setuptools import Extension
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py
from setuptools.modified import newer_group

TESTING = os.environ.get("W2V_TESTING") == "1"
DEBUG = os.environ.get("W2V_DEBUG") == "1"
SANITIZE = os.environ.get("W2V_SANITIZE", "")
LIMITED_API = not sysconfig.get_config_var("Py_GIL_DISABLED")
OLDEST_PYTHON = (3, 11)
# What Cython generates for memoryviews is compiled once, not into each extension, which would make the wheel a fifth larger.
SHARED = "w2v._shared"

DIRECTIVES = {
    "language_level": 3,
    "embedsignature": True,
    "boundscheck": DEBUG,
    "wraparound": False,
    "cdivision": True,
    "initializedcheck": DEBUG,
    "freethreading_compatible": True,  # docs/developing/platforms.md says what is shared, and by whom
}
MACROS = [("Py_LIMITED_API", "0x{:02x}{:02x}0000".format(*OLDEST_PYTHON))] if LIMITED_API else []
# -fno-math-errno: a square root is one instruction, not a call that may set errno. No flag names a CPU: tile_*.c choose
# their own target, and the machine's best is picked at import.
COMPILE = ["-Wno-psabi", "-fvisibility=hidden", "-fno-math-errno"]
COMPILE += ["-g" if DEBUG else "-g1" if SANITIZE else "-g0"]  # -g1: lines for the sanitizer's report
if not (DEBUG or SANITIZE):  # tables for debuggers that walk the stack; there are no exceptions to unwind for
    COMPILE += ["-fno-asynchronous-unwind-tables"]
LINK = ["-s"] if sys.platform == "linux" and not (DEBUG or SANITIZE) else []
if SANITIZE:  # -fno-wrapv: CPython's own -fwrapv would hide signed overflow from the undefined-behaviour sanitizer
    COMPILE += [f"-fsanitize={SANITIZE}", "-fno-omit-frame-pointer", "-fno-wrapv"]
    LINK += [f"-fsanitize={SANITIZE}"]
options = {"bdist_wheel": {"py_limited_api": "cp{}{}".format(*OLDEST_PYTHON)}} if LIMITED_API else {}


def extensions(**sources: list[str]) -> list[Extension]:
    """Describe the extension modules of the package: each name with the C files beside its ``.pyx``.

    All depend on ``setup.py`` and on everything that is included: if any of it changes, all are built again.
    """
    depends = [
        "setup.py",
        Cython.__file__,
        *glob("cython_ext/*.py"),
        *glob("cython_ext/*.h"),
        *glob("cython_ext/*.pxd"),
    ]
    files = {f"w2v.{name}": [f"{name}.pyx", *more] for name, more in sources.items() if name != "_testing" or TESTING}
    return [
        Extension(
            name,
            [f"cython_ext/{file}" for file in listed],
            depends=depends,
            extra_link_args=LINK,
            py_limited_api=LIMITED_API,
        )
        for name, listed in {**files, SHARED: ["_shared.c"]}.items()
    ]


class FreshBuild(build_py):
    """Remove from the build folder what an earlier build left there: it would be installed too."""

    def run(self) -> None:
        """Remove files that this build does not make, then copy the modules."""
        build, names = (
            self.get_finalized_command("build_ext"),
            [ext.name for ext in self.distribution.ext_modules or ()],
        )
        compiled = [os.path.join(self.build_lib, build.get_ext_filename(name)) for name in names]
        kept = set(map(os.path.abspath, [*self.get_outputs(include_bytecode=False), *compiled]))
        for path in map(os.path.abspath, glob(f"{self.build_lib}/w2v/**/*", recursive=True)):
            if os.path.isfile(path) and path not in kept:
                os.remove(path)
        super().run()


class ParallelBuild(build_ext):
    """Compile the files of all extensions side by side, where setuptools takes one after another.

    Cython translates one file while the compiler works on others. What is left for setuptools is to link.
    """

    def run(self) -> None:
        """Build, and remove builds of the same modules for one version of Python: it would import them instead."""
        super().run()
        for ext in self.extensions if LIMITED_API else ():
            for path in glob(self.get_ext_fullpath(ext.name).replace(".abi3.", ".cpython-*.")):
                os.remove(path)

    def build_extensions(self) -> None:
        """Compile what has changed, then link."""
        changed = [ext for ext in self.extensions if self.force or self._has_changed(ext)]
        processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        with ThreadPoolExecutor(processors) as pool:
            files = [[pool.submit(self._compile, ext, source) for source in ext.sources[1:]] for ext in changed]
            for ext, compiled in zip(changed, files, strict=True):
                compiled.insert(0, pool.submit(self._compile, ext, self._translate(ext)))
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
            shared_utility_qualified_name=SHARED,
            include_path=["."],
            compiler_directives=DIRECTIVES,
            annotate=os.environ.get("W2V_ANNOTATE") == "1",
            force=True,  # Cython would not see that directives have changed
        )
        return pyx.replace(".pyx", ".c")

    def _compile(self, ext: Extension, source: str) -> str:
        # _shared makes and releases memoryviews, once for each array that is passed: small is better than fast.
        level = "-O1" if DEBUG or ext.name == "w2v._testing" else "-Os" if ext.name == SHARED else "-O3"
        [compiled] = self.compiler.compile(
            [source], output_dir=self.build_temp, macros=MACROS, include_dirs=["."], extra_postargs=[level, *COMPILE]
        )
        return compiled


commands: dict[str, Any] = {"build_ext": ParallelBuild, "build_py": FreshBuild}
