"""Journals of a comparison and of a study that a stranger sealed: a report of them, or an error of the family."""

import copy
import gzip
import json

import pytest
from hostile import many, mutated
from hypothesis import given, seed
from hypothesis import strategies as st
from test_compare_statistics import ABOUT, made_up_run, made_up_scores, near
from test_study_findings import changes_of, record

from w2v.errors import FormatError
from w2v.experiments.compare import report
from w2v.experiments.compare.journal import NAME, Step, check_contents, open_journal
from w2v.experiments.compare.result import Comparison
from w2v.experiments.journal import open_json_lines
from w2v.experiments.study.grid import Model
from w2v.experiments.study.journal import FILE, read_journal
from w2v.experiments.study.report import DATA, Report, read_report

pytestmark = pytest.mark.usefixtures("no_fsync")

FACTS = {
    "corpus": {
        "names": [],
        "tokenizer": "words",
        "words": 1,
        "words_held_out": 1,
        "words_in_vocabulary": 1,
        "vocabulary": 1,
    },
    "epochs": 1,
    "measured": {"alpha": 2, "t": 2, "temperature": 0.1, "ms": [1], "exact_rows": 1, "sample": 1},
    "positive_pairs": "",
    "probe": {"folds": 3},
    "test_sets": {},
    "w2v": "",
}
STEPS = [Step("speed", 2, 1), Step("quality", 2, 1), Step("quality", 2, 2)]
LINES = [
    {"kind": "header", "subject": {"text": "ab"}, "about": ABOUT},
    {**vars(STEPS[0]), "first": "w2v", "w2v": made_up_run(2e6), "gensim": made_up_run(1e6)},
    *(
        {
            **vars(step),
            "first": "gensim",
            "w2v": made_up_run(2e6, made_up_scores(60, 3.0, step.number, near(1, 2))),
            "gensim": made_up_run(1e6, made_up_scores(50, 3.0, step.number, near(2, 3))),
        }
        for step in STEPS[1:]
    ),
]


def compared(folder, lines):
    """Write the lines with their checksums; return the report that is made of them."""
    (folder / NAME).unlink(missing_ok=True)
    with open_json_lines(folder / NAME, "comparison") as book:
        for line in lines:
            book.append(line)
    with open_journal(folder, lines[0].get("subject"), {}) as journal:
        check_contents(journal)
        found = [made for step in STEPS if (made := journal.find(step)) is not None]
        comparison = Comparison(journal.about, STEPS, found)
    json.dumps(comparison.to_dict(), allow_nan=False)
    return report.markdown(comparison, None)


def test_the_honest_comparison_is_reported(tmp_path):
    assert "Abacus" in compared(tmp_path, LINES)


@seed(16)
@many(300)
@given(data=st.data())
def test_comparisons_with_any_lines(tmp_path, data):
    lines = copy.deepcopy(LINES)
    place = data.draw(st.integers(0, len(lines) - 1))
    lines[place] = mutated(data, lines[place], most=2)
    try:
        compared(tmp_path, lines)
    except FormatError as problem:
        assert NAME in str(problem)  # noqa: PT017  (either is right)


@seed(16)
@many(300)
@given(data=st.data())
def test_studies_with_any_lines(tmp_path, data):
    lines = [record(Model(), 0.5, changes=changes_of()).to_dict(), record(Model("nt_xent"), None).to_dict()]
    lines[0] = mutated(data, lines[0], most=2)
    (tmp_path / FILE).unlink(missing_ok=True)
    with open_json_lines(tmp_path / FILE, "study") as book:
        for line in lines:
            book.append(line)
    try:
        found = read_journal(tmp_path, "s")
    except FormatError:
        return
    Report.of(FACTS, found).markdown(())


@seed(16)
@many(100)
@given(data=st.data())
def test_any_data_of_a_study(tmp_path, data):
    """Compressed data that somebody changed: a report, or an error of the family."""
    honest = Report.of(FACTS, [record(Model(), 0.5, changes=changes_of())]).to_dict()
    path = tmp_path / DATA
    path.write_bytes(gzip.compress(json.dumps(mutated(data, honest, most=2)).encode()))
    try:
        read_report(path).markdown(())
    except FormatError as problem:
        assert DATA in str(problem)  # noqa: PT017  (either is right)


def test_damaged_data_of_a_study_are_an_error(tmp_path):
    path = tmp_path / DATA
    honest = gzip.compress(json.dumps(Report.of(FACTS, []).to_dict()).encode())
    for wrong in (b"", b"{}", honest[:-9], honest[:40] + b"x" + honest[41:]):
        path.write_bytes(wrong)
        with pytest.raises(FormatError, match="it is not the data of a study"):
            read_report(path)
    with pytest.raises(FileNotFoundError):
        read_report(tmp_path / "none")
