"""What a build installs; needs the source tree and the build tools."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIMITED_API = not sysconfig.get_config_var("Py_GIL_DISABLED")
CORE = "_core.abi3.so" if LIMITED_API else "_core" + sysconfig.get_config_var("EXT_SUFFIX")

pytest.importorskip("Cython")
pytest.importorskip("setuptools")
if not (ROOT / "setup.py").exists():
    pytest.skip("there is no source tree", allow_module_level=True)


def test_modules_of_an_earlier_build_are_not_installed(tmp_path):
    (tmp_path / "cython_ext").mkdir()
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE", "cython_ext/building.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    source, built = tmp_path / "w2v", tmp_path / "built" / "w2v"
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    for package in settings["packages"]:
        folder = tmp_path / settings["package-dir"].get(package, package.replace(".", "/"))
        folder.mkdir(parents=True, exist_ok=True)
    for folder, names in (
        (source, ["__init__.py", "version.py", "py.typed", "cli/__init__.py"]),
        (built, ["version.py", "old.py", "cli/old.py", "room/__init__.py", "_old.abi3.so", "_testing.abi3.so"]),
        (built, [CORE, "_core.cpython-311-x86_64-linux-gnu.so", "_core.so"]),
    ):
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text('__version__ = "1"\n')
    build = [sys.executable, "setup.py", "-q", "build_py", "--build-lib", "built"]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True, env=os.environ | {"W2V_TESTING": "0"})
    left = {str(path.relative_to(built)) for path in built.rglob("*") if path.is_file()}
    assert left == {"__init__.py", "version.py", "py.typed", "cli/__init__.py", CORE}
