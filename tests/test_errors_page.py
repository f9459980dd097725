"""docs/guide/errors.md names every error, and says the exit status that the command line has."""

import inspect
import re
from pathlib import Path

import pytest

from w2v import errors
from w2v.cli.output import exit_code

PAGE = Path(__file__).parents[1] / "docs" / "guide" / "errors.md"
if not PAGE.exists():
    pytest.skip("the documentation is not here", allow_module_level=True)

CLASSES = {
    name: found
    for name, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, errors.W2VError) and found is not errors.W2VError
}
ROWS = re.findall(r"^\| `(\w+)`[^|]*\| ([^|]+) \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
STATUS = dict(re.findall(r"^\| (\d+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
SECTIONS = {"ConfigError": "2", "CorpusError": "65", "FormatError": "65", "OutputError": "74", "DivergedError": "1"}


def test_every_error_has_one_row_with_a_reason_and_what_to_do():
    assert sorted(name for name, _, _ in ROWS) == sorted(CLASSES)
    assert all(len(reason) > 10 and len(advice) > 10 for _, reason, advice in ROWS)


def test_errors_stand_under_the_heading_of_their_family():
    text = PAGE.read_text(encoding="utf-8")
    headings = {
        name: heading.splitlines()[0]
        for heading in text.split("\n## ")
        for name in re.findall(r"^\| `(\w+)`", heading, re.M)
    }
    for family, heading in (
        (errors.CorpusError, "Texts"),
        (errors.FormatError, "Files"),
        (errors.TrainingError, "Training"),
        (errors.ConfigError, "Arguments"),
    ):
        assert {headings[name] for name, found in CLASSES.items() if issubclass(found, family)} == {heading}


@pytest.mark.parametrize(("name", "status"), SECTIONS.items())
def test_exit_statuses_are_those_of_the_command_line(name, status):
    assert str(exit_code(CLASSES[name]("message"))) == status
    assert status in STATUS


@pytest.mark.parametrize("name", CLASSES)
def test_every_status_is_explained(name):
    arguments = ("message", UnicodeDecodeError("utf-8", b"x", 0, 1, "bad")) if name == "WordEncodingError" else ("m",)
    assert str(exit_code(CLASSES[name](*arguments))) in STATUS
