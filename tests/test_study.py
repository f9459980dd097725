"""A whole study on the generated world: every model a line, gone on with where it stopped, a report to publish."""

import json
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from w2v.cli import main
from w2v.config import TextOptions, VocabularyConfig
from w2v.corpus.encode import encode
from w2v.errors import ConfigError, DivergedError, FormatError, MissingExtraError
from w2v.evaluation.probe import ProbeSettings
from w2v.experiments.study import bench, runner
from w2v.experiments.study.bench import Plan, StudyBench
from w2v.experiments.study.grid import Model
from w2v.experiments.study.interventions import CHANGES, COMMON, LENGTHS, TRAINED
from w2v.experiments.study.journal import FILE
from w2v.experiments.study.metrics import ALIGNMENT, METRICS
from w2v.experiments.study.quality import QUALITIES, SENTENCES, StudyExam
from w2v.experiments.study.report import DATA, REPORT
from w2v.experiments.study.runner import run
from w2v.geometry import Settings, uniform_law

pytest.importorskip("scipy")
pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")

GRID = tuple(
    Model(objective, vector_size=dim, alpha=0.05, seed=seed)
    for seed in (1, 2)
    for objective in ("sgns", "nt_xent", "triplet", "align_uniform")
    for dim in (8, 16)
)
SMALL = Settings(ms=(4,), weighting="pairs", exact_rows=200, sample=200, bootstrap=20)
PLAN = Plan(epochs=1, workers=1, settings=SMALL, probe=ProbeSettings(folds=2), changed=("nt_xent",))


@pytest.fixture(scope="module")
def world(make_world):
    folder = make_world(60_000)
    (folder / "pairs.tsv").rename(folder / "related.tsv")
    corpus = encode(str(folder / "world.txt"), VocabularyConfig(1))
    return folder, corpus


@pytest.fixture
def _without_figures(monkeypatch):
    monkeypatch.setattr("w2v.experiments.study.report.draw", lambda *arguments: [])


def study(world, folder, **changes):
    place, corpus = world
    sets = {"analogies": place / "analogies.txt", "pairs": [place / "related.tsv"]}
    return run(corpus, folder, **{"grid": GRID, "plan": PLAN, "progress": False, **sets, **changes})


@pytest.fixture(scope="module")
def finished(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    return folder, study(world, folder)


def lines(folder):
    return [json.loads(line) for line in (folder / FILE).read_text(encoding="utf-8").splitlines()]


def without_clocks(folder):
    return [line | {"training": 0, "sha256": 0} for line in lines(folder)]


def test_every_model_is_a_line_with_every_metric_and_score(finished):
    folder, report = finished
    written = lines(folder)
    assert len(written) == len(GRID)
    assert [r.model for r in report.records] == list(GRID)
    for line in written:
        assert line["failure"] is None
        assert set(line["metrics"]) == {metric.key for metric in METRICS}
        assert set(line["scores"]) == {*QUALITIES, "similarity: related"}
        assert [name for name, value in line["scores"].items() if value is None] == [SENTENCES]
    assert written[0]["coverage"]["answered"] == written[0]["coverage"]["questions"] == 6 * 552


def test_default_settings_are_changed_first_and_by_the_closed_form(finished):
    folder, report = finished
    written = lines(folder)
    assert [line["model"]["objective"] for line in written[:2]] == ["nt_xent", "nt_xent"]
    assert [set(line["changes"]) for line in written[:2]] == [set(CHANGES)] * 2
    assert not any(line["changes"] for line in written[2:])
    (one,) = report.changes
    assert one.seeds == 2
    assert tuple(one.values) == (TRAINED, *CHANGES)
    start = np.array(one.values[COMMON[0]][ALIGNMENT])
    for name, b in zip(COMMON, LENGTHS, strict=True):
        np.testing.assert_allclose(one.values[name][ALIGNMENT], start / (1 + b * b), rtol=1e-4)
        assert one.values[name]["analogies"] == one.values[COMMON[0]]["analogies"]


def test_models_never_saw_the_text_that_pairs_come_from(world):
    place, corpus = world
    exam = StudyExam.read(place / "analogies.txt", [place / "related.tsv"])
    held = StudyBench.of(corpus, TextOptions(), exam, PLAN)
    whole = corpus.ledger.tokens
    facts = held.facts["corpus"]
    assert facts["words"] + facts["words_held_out"] == whole
    assert facts["words_held_out"] == pytest.approx(whole / 10, rel=0.01)
    assert "held out from training" in held.facts["positive_pairs"]
    tail = {corpus.vocabulary.words[row] for row in corpus.tokens[facts["words"] :]}
    words = held.corpus.vocabulary.words
    assert {words[row] for row in held.pairs.anchors} <= tail
    assert min(held.corpus.vocabulary.counts) >= bench.MIN_COUNT


def test_vectors_without_information_are_in_every_table_of_places(finished):
    report = finished[1]
    page = report.markdown(())
    for heading in ("\n## Interventions", "\n## All settings"):
        section = page.split(heading)[1].split("\n## ")[0]
        rows = {row.split("|")[1].strip(): row.split("|")[2:-1] for row in section.splitlines() if row.startswith("|")}
        cells = [cell.strip() for cell in rows["collapsed"]]
        assert [cell for cell in cells if cell][:3] == ["0.00", "0.00", "0.00"]
        for dim in {one.model.vector_size for one in report.changes}:
            uniformity = f"{uniform_law(2.0, dim):.2f}".replace("-", "−")
            cells = [cell.strip() for cell in rows[f"uniform, dim {dim}"] if cell.strip()]
            assert cells[:2] == ["2.00", uniformity]
        assert "random vectors" in rows


@pytest.mark.usefixtures("_without_figures")
def test_a_finished_study_trains_nothing_and_reports_the_same(world, finished, tmp_path, monkeypatch):
    folder, report = finished
    monkeypatch.setattr(bench, "Trainer", None)
    before = (folder / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(before)
    assert study(world, tmp_path).markdown(()) == report.markdown(())
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.usefixtures("_without_figures")
def test_a_stopped_study_goes_on_where_it_was(world, finished, tmp_path, monkeypatch):
    whole = (finished[0] / FILE).read_bytes().splitlines(keepends=True)
    (tmp_path / FILE).write_bytes(b"".join(whole[:3]) + whole[3][:70])

    class Interrupted(bench.Trainer):
        def run(self, *args, **options):
            if self.config.objective == "triplet":
                raise KeyboardInterrupt
            return super().run(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(bench, "Trainer", Interrupted)
        with pytest.raises(KeyboardInterrupt):
            study(world, tmp_path)
    assert 3 < len(lines(tmp_path)) < len(GRID)
    assert not (tmp_path / REPORT).exists()
    study(world, tmp_path)
    assert without_clocks(tmp_path) == without_clocks(finished[0])  # one thread: bitwise the same models


def test_a_killed_study_goes_on_where_it_was(world, tmp_path):
    """Killed by SIGKILL after its first line; the same command trains the rest, and the first line is as it was."""
    place, _ = world
    sets = ["--analogies", str(place / "analogies.txt"), "--pairs", str(place / "related.tsv")]
    command = [
        "study",
        str(place / "world.txt"),
        "-o",
        str(tmp_path),
        "--quick",
        "--seeds",
        "1",
        "--epochs",
        "1",
        *sets,
    ]
    command += ["--objective", "sgns", "--objective", "triplet", "--workers", "1", "--quiet"]
    process = subprocess.Popen([sys.executable, "-m", "w2v", *command])
    try:
        deadline = time.monotonic() + 300
        while not (tmp_path / FILE).exists() or not (tmp_path / FILE).read_bytes().count(b"\n"):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        process.wait()
    first = (tmp_path / FILE).read_bytes().splitlines()[0]
    assert main(command) == 0
    assert (tmp_path / FILE).read_bytes().splitlines()[0] == first
    assert len({json.dumps(line["model"]) for line in lines(tmp_path)}) == len(lines(tmp_path)) == 4


def test_other_epochs_are_another_study(world, finished, monkeypatch):
    monkeypatch.setattr(bench, "Trainer", None)
    with pytest.raises(TypeError):  # it wants to train
        study(world, finished[0], plan=replace(PLAN, epochs=2))


@pytest.mark.usefixtures("_without_figures")
def test_a_model_that_is_to_be_changed_after_all_is_trained_again(world, finished, tmp_path):
    (tmp_path / FILE).write_bytes((finished[0] / FILE).read_bytes())
    report = study(world, tmp_path, plan=replace(PLAN, changed=("nt_xent", "sgns")))
    assert [one.model.objective for one in report.changes] == ["sgns", "nt_xent"]
    assert len(lines(tmp_path)) == len(GRID) + 2


@pytest.mark.usefixtures("_without_figures")
def test_a_diverged_model_is_a_line_with_its_reason(world, tmp_path, monkeypatch):
    class Diverging(bench.Trainer):
        def run(self, *args, **options):
            if self.config.vector_size == 16:
                raise DivergedError("training diverged in epoch 1 of 1")
            return super().run(*args, **options)

    monkeypatch.setattr(bench, "Trainer", Diverging)
    report = study(world, tmp_path, grid=GRID[:2])
    assert [line["failure"] for line in lines(tmp_path)] == [None, "training diverged in epoch 1 of 1"]
    assert len(report.trained) == 1
    assert "- sgns, dim=16, alpha=0.05, seed 1: training diverged in epoch 1 of 1" in report.markdown(())


def test_an_earlier_versions_journal_is_refused_before_anything_is_read(tmp_path):
    with runner.open_journal(tmp_path) as book:
        book.append({"setup": "s", "model": {}, "stage": "grid"})
    with pytest.raises(FormatError, match="another version of w2v study"):
        run("no such file", tmp_path)


def test_the_report_can_be_published_as_it_is_and_made_again_of_its_data(world, finished, tmp_path):
    folder, _ = finished
    page = (folder / REPORT).read_text(encoding="utf-8")
    linked = re.findall(r"!\[.*?\]\((.*?)\)", page)
    assert len(linked) == 5
    for name in linked:
        picture = (folder / name).read_bytes()
        assert picture.rstrip().endswith(b"</svg>")
        assert 5_000 < len(picture) < 250_000
        assert (folder / name).with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    assert str(world[0]) not in page
    assert "NaN" not in page
    assert "co-occurring pairs of world.txt" in page
    widths = [
        [line.count("|") for line in table.splitlines()] for table in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE)
    ]
    assert len(widths) >= 6
    assert all(len(set(width)) == 1 for width in widths)
    assert main(["study", "--data", str(folder / DATA), "-o", str(tmp_path / "again"), "--quiet"]) == 0
    for name in (REPORT, DATA, *linked):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes(), name


@pytest.mark.usefixtures("_without_figures")
def test_the_command_reports_and_goes_on(world, tmp_path, capsys, monkeypatch):
    place, _ = world
    monkeypatch.setattr("w2v.cli.study.quick_grid", lambda *arguments: GRID[:1])
    sets = ["--analogies", str(place / "analogies.txt"), "--pairs", str(place / "related.tsv")]
    command = ["study", str(place / "world.txt"), "-o", str(tmp_path / "s"), "--quick", "--epochs", "1", *sets]
    assert main([*command, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["models"][0]["label"] == "sgns, dim=8, alpha=0.05"
    assert first["facts"]["corpus"]["names"] == ["world.txt"]
    monkeypatch.setattr(bench, "Trainer", None)
    assert main(command) == 0
    assert "report.md: 1 model" in capsys.readouterr().out


@pytest.mark.parametrize("given", [[], ["text.txt", "--data", "study.json.gz"]])
def test_either_a_text_or_data(given, tmp_path, capsys):
    assert main(["study", *given, "-o", str(tmp_path)]) == 2
    assert "either CORPUS or --data must be given" in capsys.readouterr().err


def test_a_study_reads_with_the_threads_it_was_asked_for(world, tmp_path, monkeypatch):
    seen = []

    def reading(source, vocabulary, text):
        seen.append(text.threads)
        raise KeyboardInterrupt

    monkeypatch.setattr(bench, "encode", reading)
    with pytest.raises(KeyboardInterrupt):
        study((world[0], str(world[0] / "world.txt")), tmp_path, plan=replace(PLAN, workers=3))
    assert seen == [3]


def test_epochs_out_of_range_are_refused_before_anything_is_read():
    with pytest.raises(ConfigError, match="epochs"):
        Plan(epochs=0)


@pytest.mark.parametrize("missing", ["sklearn.linear_model", "matplotlib"])
def test_a_missing_extra_is_said_before_anything_is_read(missing, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingExtraError, match=r"w2v\[(study|plot)\]"):
        run("no such file", tmp_path)


@pytest.mark.usefixtures("_without_figures")
def test_workers_seeds_and_objectives_are_those_of_the_command(world, tmp_path, monkeypatch):
    folder, _ = world
    given = {}

    def noted(corpus, output, *, grid, plan, **options):
        given.update(grid=grid, plan=plan, options=options)
        raise KeyboardInterrupt

    monkeypatch.setattr("w2v.cli.study.run", noted)
    command = ["study", str(folder / "world.txt"), "-o", str(tmp_path), "--workers", "3", "--seed", "7", "--seeds", "2"]
    assert main([*command, "--objective", "sgns", "--objective", "spectral", "--sentences", "sts.tsv"]) == 130
    assert {model.seed for model in given["grid"]} == {7, 8}
    assert {model.objective for model in given["grid"]} == {"sgns", "spectral"}
    assert given["plan"].workers == 3
    assert given["options"]["sentences"] == ("sts.tsv",)
