"""The parts of a comparison on their own: the shared text, the samples, the journal, a run in its process."""

import bz2
import inspect
import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from w2v import TextOptions, VocabularyConfig, compare, encode
from w2v.config import TrainConfig
from w2v.corpus.noise import noise_probabilities
from w2v.errors import ComparisonError, ConfigError, CorpusError, FormatError, OutputError
from w2v.experiments.compare import measure
from w2v.experiments.compare.config import SHARED, ComparisonConfig, parameters_of
from w2v.experiments.compare.engines import check_same_vocabulary, run
from w2v.experiments.compare.journal import Step, open_journal
from w2v.experiments.compare.measure import plan
from w2v.experiments.compare.shared_samples import SharedSamples, neighbours, pair_loss
from w2v.experiments.compare.shared_text import share
from w2v.experiments.compare.working_folder import working_folder
from w2v.geometry import PositivePairs

# ------------------------------------------------------------------------------------------------------ the shared text


def test_a_text_that_is_ready_is_read_where_it_is(tmp_path):
    source = tmp_path / "t.txt"
    source.write_text("a b c\nd e\n", encoding="utf-8")
    text = share(str(source), tmp_path)
    assert (text.path, text.as_it_was, text.words, text.sentences, text.cut) == (str(source), True, 5, 2, False)
    assert [path.name for path in tmp_path.iterdir()] == ["t.txt"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.txt", b"a  b\tc\r\n\nd e"),
        ("t.txt", "\ufeffa b\u00a0c\nd\u2003e\n".encode()),
        ("t.txt.bz2", bz2.compress(b"a b c\nd e\n")),
    ],
)
def test_any_other_text_is_copied_into_one_form(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    text = share(str(tmp_path / name), tmp_path)
    assert not text.as_it_was
    assert Path(text.path).read_bytes() == b"a b c\nd e\n"
    assert text.sources == (name,)


def test_sentences_raw_prose_and_several_files_are_copied_too(tmp_path):
    assert Path(share(iter([["x", "y"], [], ["z"]]), tmp_path).path).read_bytes() == b"x y\nz\n"
    (tmp_path / "prose").write_text("Hello, World!\n", encoding="utf-8")
    assert Path(share(str(tmp_path / "prose"), tmp_path, TextOptions("words")).path).read_bytes() == b"hello world\n"
    (tmp_path / "more").write_text("a b\n", encoding="utf-8")
    both = share([str(tmp_path / "prose"), str(tmp_path / "more")], tmp_path)
    assert Path(both.path).read_bytes() == b"Hello, World!\na b\n"


def test_no_line_is_longer_than_gensim_reads_at_once(tmp_path):
    (tmp_path / "t").write_text("w v " * 12_500 + "\n", encoding="utf-8")
    text = share(str(tmp_path / "t"), tmp_path)
    assert [len(line.split()) for line in Path(text.path).read_text(encoding="utf-8").splitlines()] == [
        10_000,
        10_000,
        5_000,
    ]
    assert (text.words, text.sentences) == (25_000, 3)


def test_a_text_is_cut_between_sentences(tmp_path):
    text = share([["a"] * 3, ["b"] * 3, ["c"] * 3], tmp_path, most_words=4)
    assert Path(text.path).read_bytes() == b"a a a\nb b b\n"
    assert (text.words, text.cut) == (6, True)
    assert not share([["a", "b", "a"]], tmp_path, most_words=4).cut


def test_tokens_with_white_space_cannot_be_shared(tmp_path):
    with pytest.raises(
        CorpusError, match="must not contain white space, which separates words for gensim: got 'new york'"
    ):
        share([["in", "new york"]], tmp_path)


# --------------------------------------------------------------------------------------------------- the shared samples


def test_the_shared_loss_in_closed_form():
    pairs, noise = PositivePairs(np.array([0, 1]), np.array([1, 0]), "made up"), np.array([[2, 0], [2, 2]])
    zeros = np.zeros((3, 4), np.float32)
    assert pair_loss(zeros, zeros, pairs, noise) == pytest.approx(np.log(2))
    vectors = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
    output = np.array([[0, 2], [3, 0], [1, -1]], np.float32)
    # Inputs are the contexts' (rows 1 and 0); the first pair's second noise word is its centre and is left out.
    scores = [-2.0, -1.0, -3.0, 1.0, 1.0]  # minus the two positive ones (2 and 3), and the three noise words'
    expected = np.mean(np.log1p(np.exp([scores[0], scores[1], scores[2], scores[3], scores[4]])))
    assert pair_loss(vectors, output, pairs, noise) == pytest.approx(expected)


def test_neighbours_are_rows_nearest_first():
    vectors = np.array([[1, 0], [0.9, 0.1], [0, 1], [0.5, 0.5]], np.float32)
    assert neighbours(["a", "b", "c", "d"], vectors, np.array([0])) == [[1, 3, 2]]


def test_shared_samples_are_the_same_every_time_and_fit_small_texts():
    rng = np.random.default_rng(0)
    corpus = encode([[f"w{i}" for i in rng.integers(0, 30, 9)] for _ in range(200)], VocabularyConfig(min_count=1))
    law = {"window": 5, "negative": 3, "ns_exponent": 0.75, "sample": 0.0}
    first, second = (SharedSamples.of(corpus, law) for _ in range(2))
    assert all((getattr(first, name) == getattr(second, name)).all() for name in ("noise", "rows", "queries"))
    assert (first.pairs.anchors == second.pairs.anchors).all()
    assert len(first.pairs) == 100_000
    assert first.noise.shape == (100_000, 3)
    assert first.rows.tolist() == first.queries.tolist() == list(range(30))
    shares = np.bincount(first.noise.ravel(), minlength=30) / first.noise.size
    assert shares == pytest.approx(noise_probabilities(corpus.vocabulary.counts, 0.75), abs=0.005)
    measured = first.measure(corpus.vocabulary.words, rng.normal(size=(30, 4)).astype(np.float32), np.zeros((30, 4)))
    assert 1.8 < measured["geometry"]["alignment"] < 2.2  # random vectors are orthogonal on average
    assert -4 < measured["geometry"]["uniformity"] < -1
    assert measured["geometry"]["shared_loss"] == pytest.approx(np.log(2))
    assert [len(near) for near in measured["neighbours"]] == [10] * 30
    assert json.dumps(measured, allow_nan=False)


# -------------------------------------------------------------------------------------------------- plan, journal


def test_threads_are_powers_of_two_and_the_largest():
    assert ComparisonConfig(workers=1).threads == [1]
    assert ComparisonConfig(workers=2).threads == [1, 2]
    assert ComparisonConfig(workers=6).threads == [1, 2, 4, 6]
    steps = plan(ComparisonConfig(workers=2, rounds=2, seeds=1))
    assert steps == [Step("speed", n, k) for n in (1, 2) for k in (1, 2)] + [Step("quality", 2, 1)]


def test_parameters_are_those_of_both_engines():
    theirs = inspect.signature(pytest.importorskip("gensim.models").Word2Vec).parameters
    assert {*SHARED, "seed", "workers", "min_count"} <= set(theirs)
    assert parameters_of({"epochs": 2}) == {name: getattr(TrainConfig(epochs=2), name) for name in SHARED}
    with pytest.raises(ConfigError, match="must be among those that both engines have, vector_size"):
        parameters_of({"noise_windows": 2})


def test_a_journal_is_taken_up_where_it_ends(tmp_path):
    step, subject = Step("speed", 1, 1), {"text": "ab", "epochs": 5}
    with open_journal(tmp_path, subject, {"date": "today"}) as journal:
        journal.add({**vars(step), "w2v": {}, "gensim": {}})
    with open(journal.lines.path, "ab") as file:
        file.write(b'{"kind": "speed", "wor')  # the machine went down
    with open_journal(tmp_path, subject, {"date": "tomorrow"}) as again:
        assert again.about == {"date": "today"}
        assert again.find(step) == journal.records[0]
        assert again.find(Step("speed", 1, 2)) is None
        again.add({**vars(Step("speed", 1, 2)), "w2v": {}, "gensim": {}})
    with open_journal(tmp_path, subject, {}) as third:
        assert len(third.records) == 2
    with (
        pytest.raises(ConfigError, match="epochs was 5 there, and is 3 now; choose another folder"),
        open_journal(tmp_path, {"text": "ab", "epochs": 3}, {}),
    ):
        pass


def test_two_comparisons_do_not_write_into_one_folder(tmp_path):
    with (
        open_journal(tmp_path, {}, {}),
        pytest.raises(OutputError, match="another comparison is writing it"),
        open_journal(tmp_path, {}, {}),
    ):
        pass


@pytest.mark.parametrize("data", [b"{}\n", b"[]\n", b"3\n", b"\xff\n", b'{"kind": "speed"}\n', b"no json\n"])
def test_another_file_is_no_journal(tmp_path, data):
    (tmp_path / "runs.jsonl").write_bytes(data)
    with pytest.raises(FormatError, match="line 1: it is not a record of a comparison"), open_journal(tmp_path, {}, {}):
        pass
    assert (tmp_path / "runs.jsonl").read_bytes() == data


@pytest.mark.parametrize("order", [[1, 0], [1], [0, 1, 0], [1, 0, 0]])
def test_a_journal_begins_with_its_one_header(tmp_path, order):
    """Each line has the right checksum, but lines were exchanged, doubled or removed."""
    with open_journal(tmp_path, {}, {}) as journal:
        journal.add({**vars(Step("speed", 1, 1)), "w2v": {}, "gensim": {}})
    path = tmp_path / "runs.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[place] for place in order))
    with pytest.raises(FormatError, match="must have one header, in the first line"), open_journal(tmp_path, {}, {}):
        pass


# ------------------------------------------------------------------------------------------------------------------ runs


def test_a_comparison_reads_with_the_threads_it_was_asked_for(tmp_path, monkeypatch):
    seen = []

    def reading(corpus, vocabulary, options):
        seen.append((options.threads, options.tokenizer))
        raise KeyboardInterrupt

    monkeypatch.setattr("w2v.experiments.compare.shared_text.encode", reading)
    pytest.importorskip("gensim")
    (tmp_path / "t.txt").write_text("a b c\n")
    with pytest.raises(KeyboardInterrupt):
        compare(str(tmp_path / "t.txt"), tmp_path / "out", workers=3, tokenizer="words")
    assert seen == [(3, "words")]


def test_the_bar_counts_pairs_of_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(measure.Bench, "measure", lambda bench, step: {**vars(step), "w2v": {}, "gensim": {}})
    steps = plan(ComparisonConfig(workers=1, rounds=1, seeds=2))
    with open_journal(tmp_path, {}, {}) as journal:
        measure.measure_all(measure.Bench(*[None] * 6), steps, journal, progress=True)
        assert all(journal.find(step) for step in steps)
    assert "1 thread, quality, seed 2: 3 of 3 pairs of runs" in capsys.readouterr().err


def test_vocabularies_that_differ_end_the_comparison(tmp_path):
    folders = {engine: tmp_path / engine for engine in ("w2v", "gensim")}
    texts = {"w2v": "the 9\nof 5\n", "gensim": "the 9\nof 4\nto 2\n"}
    for engine, folder in folders.items():
        folder.mkdir()
        (folder / "vocabulary.txt").write_text(texts[engine], encoding="utf-8")
    check_same_vocabulary({engine: {"vocabulary": "same"} for engine in folders}, folders)
    results = {engine: {"vocabulary": engine} for engine in folders}
    with pytest.raises(
        ComparisonError, match=r"got 2 words in w2v and 3 in gensim; .* row 1: 'of' \(5 times\) in w2v and"
    ):
        check_same_vocabulary(results, folders)
    (folders["w2v"] / "vocabulary.txt").write_text("the 9\nof 4\n", encoding="utf-8")
    with pytest.raises(ComparisonError, match=r"row 2: none in w2v and 'to' \(2 times\) in gensim"):
        check_same_vocabulary(results, folders)


def test_a_run_that_fails_says_why(tmp_path):
    with pytest.raises(ComparisonError, match=r"^cannot train with w2v: .*no-such-file.*No such file") as caught:
        run("w2v", str(tmp_path / "no-such-file"), {"epochs": 1}, tmp_path / "w2v", keep=False)
    assert "\n" not in str(caught.value)


def test_gensim_gets_no_name_that_is_not_utf8(tmp_path):
    """It would wait forever for threads that failed."""
    original = tmp_path / "t\udcff.txt"
    original.write_bytes(b"a b c\n" * 30)
    folder = tmp_path / "folder"
    folder.mkdir()
    text = share(original, folder)
    assert (text.path, text.as_it_was, text.sources) == (str(folder / "text.txt"), False, ("t\ufffd.txt",))
    with pytest.raises(ConfigError, match="folder must have a name in UTF-8"), working_folder(tmp_path / "o\udcff"):
        pass


def test_the_working_folder_of_a_killed_comparison_is_removed_by_the_next(tmp_path):
    program = """
import os, signal, sys
from pathlib import Path
from w2v.experiments.compare.working_folder import working_folder
with working_folder(Path(sys.argv[1])) as working:
    (working / "text.txt").write_text("a copy of the text")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert (left / "text.txt").exists()
    (tmp_path / "mine").mkdir()
    with working_folder(tmp_path) as working:
        assert not left.exists()
        with working_folder(tmp_path) as another:  # one that runs keeps its own
            assert working.exists()
            assert another != working
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
