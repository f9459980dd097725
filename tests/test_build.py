"""What a build installs; needs the source tree and the build tools."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytest.importorskip("Cython")
pytest.importorskip("setuptools")
if not (ROOT / "setup.py").exists():
    pytest.skip("there is no source tree", allow_module_level=True)


def test_modules_of_an_earlier_build_are_not_installed(tmp_path):
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    source, built = tmp_path / "w2v", tmp_path / "built" / "w2v"
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    for package in settings["packages"]:
        folder = tmp_path / settings["package-dir"].get(package, package.replace(".", "/"))
        folder.mkdir(parents=True, exist_ok=True)
    for folder, names in (
        (source, ["__init__.py", "version.py", "py.typed", "cli/__init__.py"]),
        (built, ["version.py", "old.py", "cli/old.py", "room/__init__.py", "_old.abi3.so", "_testing.so", "_core.so"]),
    ):
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text('__version__ = "1"\n')
    build = [sys.executable, "setup.py", "-q", "build_py", "--build-lib", "built"]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True)
    left = {str(path.relative_to(built)) for path in built.rglob("*") if path.is_file()}
    assert left == {"__init__.py", "version.py", "py.typed", "cli/__init__.py", "_core.so"}
