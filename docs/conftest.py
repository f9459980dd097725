"""The examples in these pages run as doctests, each page in a folder of its own: ``make docs-test``.

Tutorials begin with the texts of tests/data in their folder.
"""

import shutil
from pathlib import Path

import pytest

TEXTS = Path(__file__).parents[1] / "tests" / "data"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.path.parent.name == "tutorials":
        shutil.copytree(TEXTS, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
