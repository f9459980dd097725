"""The comparison of positive pairs: marks by hand, one budget, the journal, the report, the picture, the command."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hostile import many, mutated
from hypothesis import given, seed
from hypothesis import strategies as st

from w2v import KeyedVectors, Sentences
from w2v.cli import main
from w2v.corpus.tokenizers import split_words
from w2v.errors import ConfigError, CorpusError, DivergedError, FormatError
from w2v.evaluation.statistics import resampled_spearman
from w2v.experiments.journal import open_json_lines
from w2v.experiments.sentence_pairs import picture
from w2v.experiments.sentence_pairs.journal import FILE, Record, read_journal
from w2v.experiments.sentence_pairs.kinds import BASELINES, KINDS, LABELLED, SWAP
from w2v.experiments.sentence_pairs.report import DATA, PICTURES, REPORT
from w2v.experiments.sentence_pairs.runner import compare_pairs
from w2v.plotting.style import drawing
from w2v.sentences import SentenceTraining, read_sentence_pairs

PAIRS = Path(__file__).parent / "data" / "korsts-300.tsv"
CONFIG = SentenceTraining(batch_size=32, steps=45, alpha=0.03)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Vectors of the words of the shipped pairs, and their sentences as a text of documents of two."""
    folder = tmp_path_factory.mktemp("world")
    pairs = read_sentence_pairs(PAIRS)
    counts = Counter(word for pair in pairs for side in (pair.first, pair.second) for word in split_words(side))
    words, numbers = zip(*counts.most_common(), strict=True)
    rows = np.random.default_rng(0).normal(size=(len(words), 12)).astype(np.float32)
    vectors = KeyedVectors.from_arrays(list(words), rows, list(numbers))
    vectors.save(folder / "v.safetensors")
    lines = [f"{pair.first * 2}\n{pair.second * 2}\n" for pair in pairs if len(split_words(pair.first)) > 3]
    (folder / "text.txt").write_text("\n".join(lines), encoding="utf-8")
    for name, part in (("one", pairs[:150]), ("two", pairs[150:])):
        rows = [f"{pair.score}\t{pair.first}\t{pair.second}" for pair in part]
        (folder / f"{name}.tsv").write_text("\n".join(rows), encoding="utf-8")
    return folder


def compared(world, folder=None, **changes):
    given_ = {"labelled": world / "one.tsv", "config": CONFIG, "progress": False} | changes
    vectors = KeyedVectors.load(world / "v.safetensors")
    return compare_pairs(vectors, world / "text.txt", [world / "one.tsv", world / "two.tsv"], folder, **given_)


@pytest.fixture(scope="module")
def done(world, tmp_path_factory):
    pytest.importorskip("matplotlib")
    folder = tmp_path_factory.mktemp("done") / "report"
    return folder, compared(world, folder)


def test_every_kind_is_trained_under_one_budget(done):
    _, comparison = done
    assert [row.label for row in comparison.rows] == [*(b.label for b in BASELINES), *KINDS.values()]
    for row in comparison.rows:
        assert (row.kind is None) == (row.seconds is None)
        if row.kind is not None:
            assert [point.step for point in row.points] == [0, 40, 45]
            assert row.points[-1].alignment == row.marks.alignment
            assert row.points[-1].uniformity == row.marks.uniformity
    marks = {row.kind: row.marks for row in comparison.rows}
    assert marks[SWAP] == marks["none"]
    assert len({marks[kind].average.value for kind in KINDS}) == len(KINDS) - 1
    assert marks[LABELLED].gain.value > 0.05  # trained on half of what it is tested on
    assert marks[LABELLED].gain.low > 0


def test_marks_are_those_of_the_encoders(world, done):
    _, comparison = done
    rows = {row.label: row for row in comparison.rows}
    vectors = KeyedVectors.load(world / "v.safetensors")
    averages, replicates = {}, {}
    for label, encoder in (
        ("mean", Sentences(vectors, "mean", centre=False)),
        ("SIF", Sentences(vectors, centre=False)),
        ("SIF, centred", Sentences(vectors)),
        ("uSIF", Sentences(vectors, "usif")),
    ):
        scores, drawn = [], []
        for name in ("one", "two"):
            expected = encoder.evaluate(world / f"{name}.tsv")
            mark = rows[label].marks.sets[name]
            assert (mark.value, mark.low, mark.high) == pytest.approx((expected.spearman, expected.low, expected.high))
            pairs = read_sentence_pairs(world / f"{name}.tsv")
            first, second = (encoder.encode([getattr(p, side) for p in pairs]) for side in ("first", "second"))
            cosines = (first.astype(np.float64) * second).sum(axis=1)
            drawn.append(resampled_spearman([p.score for p in pairs], cosines[None])[:, 0])
            scores.append(expected.spearman)
        averages[label], replicates[label] = np.mean(scores), np.mean(drawn, axis=0)
        assert rows[label].marks.average.value == pytest.approx(averages[label])
        assert rows[label].marks.alignment == pytest.approx(encoder.evaluate(world / "one.tsv").alignment)
    for label in ("mean", "SIF"):
        gain = rows[label].marks.gain
        assert gain.value == pytest.approx(averages[label] - averages["SIF, centred"])
        ends = np.percentile(replicates[label] - replicates["SIF, centred"], [2.5, 97.5], method="weibull")
        np.testing.assert_allclose([gain.low, gain.high], ends, atol=1e-6)


def test_training_is_that_of_an_encoder(world, done):
    _, comparison = done
    row = next(row for row in comparison.rows if row.kind == "dropout")
    encoder = Sentences(KeyedVectors.load(world / "v.safetensors"))
    encoder.train(world / "text.txt", "dropout", CONFIG, probe=world / "one.tsv", progress=False)
    assert encoder.evaluate(world / "two.tsv").spearman == pytest.approx(row.marks.sets["two"].value)


def test_the_report(done):
    folder, comparison = done
    assert sorted(path.name for path in folder.iterdir()) == sorted([REPORT, DATA, *PICTURES, FILE])
    assert json.loads((folder / DATA).read_text(encoding="utf-8")) == comparison.to_dict()
    page = (folder / REPORT).read_text(encoding="utf-8")
    assert page.count("\n| ") == 2 * (1 + len(comparison.rows))
    assert comparison.table() in page
    assert all(finding in page for finding in comparison.findings)
    assert len(comparison.findings) == 7
    assert "random vectors" in comparison.findings[0].lower()
    assert (folder / PICTURES[1]).read_bytes().startswith(b"\x89PNG")


def test_every_point_of_the_picture_is_named_by_its_own_marker(done, tmp_path, monkeypatch):
    """A name beside a point would be ambiguous where points are near each other."""
    drawn = {}

    def kept(path, fill, size):
        drawn["figure"] = figure = drawing("matplotlib.figure").Figure()
        fill(figure)

    monkeypatch.setattr(picture, "save_figures", kept)
    picture.draw(tmp_path / "plane.png", done[1].rows, 12, "one")
    figure = drawn["figure"]
    handles = figure.legends[0].legend_handles
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    looks = [(handle.get_marker(), handle.get_color(), handle.get_markerfacecolor()) for handle in handles]
    assert len(set(looks)) == len(looks) == len(set(names))
    for axes in figure.axes:
        assert not axes.texts
        points = [line for line in axes.lines if line.get_linestyle() == "None"]
        assert points
        assert {line.get_label() for line in points if len(line.get_xdata()) == 1 and line.get_marker() != "o"} <= set(
            names
        )


def test_a_finished_training_is_not_repeated(world, done, tmp_path, monkeypatch):
    folder, comparison = done
    lines = (folder / FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    again = tmp_path / "again"
    again.mkdir()
    (again / FILE).write_text("".join(lines[:3]), encoding="utf-8")  # interrupted after three
    trained = []

    def learn(encoder, pairs, kind, *rest):
        trained.append(kind)
        raise DivergedError("the loss must be finite")

    monkeypatch.setattr("w2v.experiments.sentence_pairs.runner.learn", learn)
    found = compared(world, again)
    kept = {row.kind: row for row in comparison.rows[:8]}
    assert [row for row in found.rows if row.kind in ("none", "fixed", "dropout")] == [
        kept[kind] for kind in ("none", "fixed", "dropout")
    ]
    assert trained == ["deletion", "insertion", "replacement", "neighbours", "labelled"]
    assert str(found).count("diverged") == 10  # two cells each
    monkeypatch.undo()
    assert compared(world, again) == found  # failures are results too
    other = compared(
        world, again, config=SentenceTraining(batch_size=32, steps=3, alpha=0.03), kinds=["none"], labelled=None
    )
    assert other.rows[-1].points[-1].step == 3  # another setup has lines of its own


def test_some_kinds_and_no_folder(world):
    comparison = compared(world, kinds=[SWAP, "neighbours"], labelled=None, centre=False)
    assert [row.kind for row in comparison.rows if row.kind] == [SWAP, "neighbours"]
    assert comparison.facts["start"] == "SIF"
    assert [row.marks.gain.value for row in comparison.rows if row.label == "SIF"] == [0.0]
    assert all(comparison.findings)


def test_what_cannot_be_compared(world, tmp_path):
    with pytest.raises(ConfigError, match="kinds must be one of"):
        compared(world, kinds=["crop"])
    with pytest.raises(ConfigError, match="labelled must be given"):
        compared(world, labelled=None, kinds=["labelled"])
    with pytest.raises(ConfigError, match="labelled must be given"):
        compared(world, kinds=["none"])
    with pytest.raises(ConfigError, match="epochs must be left out"):
        compared(world, config=SentenceTraining(epochs=2))
    (tmp_path / "p.tsv").write_text("a b\tc d\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="scores"):
        compared(world, probe=tmp_path / "p.tsv")
    vectors = KeyedVectors.load(world / "v.safetensors")
    for files in ([], [world / "one.tsv", world / "one.tsv"]):
        with pytest.raises(ConfigError, match="sts must be files with different names"):
            compare_pairs(vectors, world / "text.txt", files)
    pytest.importorskip("matplotlib")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / REPORT).write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot replace"):
        compared(world, tmp_path / "mine")
    assert (tmp_path / "mine" / REPORT).read_text(encoding="utf-8") == "mine"


def test_undefined_marks_are_reported(world, tmp_path):
    (tmp_path / "same.tsv").write_text("3\t남자\t여자\n3\t남자\t개\n", encoding="utf-8")
    vectors = KeyedVectors.load(world / "v.safetensors")
    comparison = compare_pairs(
        vectors,
        world / "text.txt",
        [tmp_path / "same.tsv"],
        config=CONFIG,
        kinds=["none", "neighbours"],
        progress=False,
    )
    assert comparison.rows[-1].marks.average.value is None
    assert str(comparison)
    assert comparison.markdown()
    json.dumps(comparison.to_dict(), allow_nan=False)


LINE = {
    "setup": "s",
    "kind": "none",
    "pairs": 3,
    "seconds": 1.5,
    "marks": {
        "sets": {"one": {"value": 0.5, "low": 0.4, "high": 0.6}},
        "average": {"value": 0.5, "low": 0.4, "high": 0.6},
        "gain": {"value": None, "low": None, "high": None},
        "alignment": 0.2,
        "uniformity": -2.0,
    },
    "points": [{"step": 0, "loss": None, "alignment": 0.2, "uniformity": -2.0}],
}


@pytest.mark.usefixtures("no_fsync")
@seed(17)
@many(200)
@given(data=st.data())
def test_journals_of_strangers(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("journal")
    with open_json_lines(folder / FILE, "comparison of pairs") as book:
        book.append(mutated(data, LINE, 3))
    try:
        records = read_journal(folder, "s", ["one"])
    except FormatError:
        return
    for record in records.values():
        assert isinstance(record, Record)
        assert record.marks is None or set(record.marks.sets) == {"one"}
        assert Record.from_dict(record.to_dict()) == record


def test_the_command(world, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    out = tmp_path / "out"
    arguments = [
        "sentences",
        "compare",
        str(world / "v.safetensors"),
        str(world / "text.txt"),
        "-o",
        str(out),
        "--quiet",
    ]
    arguments += ["--sts", str(world / "one.tsv"), "--sts", str(world / "two.tsv"), "--pairs", str(world / "two.tsv")]
    arguments += ["--steps", "3", "--batch-size", "16"]
    assert main(arguments) == 0
    told = capsys.readouterr().out
    assert "| neighbouring sentences" in told
    assert str(out / REPORT) in told
    assert main([*arguments, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["encoders"]) == len(BASELINES) + len(KINDS)
    assert main([*arguments[:-4], "--steps", "0"]) == 2
    assert "--steps must be" in capsys.readouterr().err
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main([*arguments[:5], str(tmp_path / "file"), *arguments[6:]]) == 2
