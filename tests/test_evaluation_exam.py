"""An exam is read once and scores as the functions for single files do."""

import hashlib
import re

import numpy as np
import pytest

from w2v.errors import ConfigError, CorpusError
from w2v.evaluation import evaluate_analogies, evaluate_pairs
from w2v.evaluation.exam import Exam
from w2v.evaluation.solver import METHODS

pytest.importorskip("scipy")
WORDS = [f"w{i}" for i in range(40)]
VECTORS = np.random.default_rng(1).standard_normal((40, 8)).astype(np.float32)


@pytest.fixture
def files(tmp_path):
    rng = np.random.default_rng(2)
    questions = [" ".join(f"w{i}" for i in row) for row in rng.integers(0, 40, (60, 4))]
    (tmp_path / "questions.txt").write_text("\n".join([": a", *questions[:30], ": gram1-b", *questions[30:]]))
    (tmp_path / "pairs.tsv").write_text("".join(f"w{i} w{i + 1} {i % 7}\n" for i in range(20)))
    return tmp_path / "questions.txt", tmp_path / "pairs.tsv"


def test_an_exam_gives_what_its_files_give(files):
    questions, pairs = files
    exam = Exam.read(questions, [pairs])
    assert exam.digests == {p.stem: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    found = exam.score(WORDS, VECTORS, restrict=20, methods=METHODS)
    assert found.pairs == {"pairs": evaluate_pairs(WORDS, VECTORS, pairs)}
    assert found.analogies == {
        scoring: {m: evaluate_analogies(WORDS, VECTORS, questions, restrict=limit, method=m) for m in METHODS}
        for scoring, limit in (("restricted", 20), ("full", None))
    }


def test_where_all_words_are_among_the_frequent_ones_both_scorings_are_one(files):
    found = Exam.read(files[0]).score(WORDS, VECTORS).analogies
    assert found["restricted"] is found["full"]
    assert found["full"] == {"3cosadd": evaluate_analogies(WORDS, VECTORS, files[0], restrict=None)}


def test_an_exam_may_be_of_one_kind(files):
    assert Exam.read(None, [files[1]]).score(WORDS, VECTORS).analogies == {}
    assert Exam.read(files[0]).score(WORDS, VECTORS).pairs == {}


def test_what_cannot_be_an_exam(files, tmp_path):
    with pytest.raises(
        ConfigError, match=re.escape("test sets must have different file names: got questions twice; rename one")
    ):
        Exam.read(files[0], [files[0]])
    with pytest.raises(CorpusError, match="cannot read"):
        Exam.read(tmp_path / "none.txt")
