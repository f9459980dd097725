"""A whole study on the generated world: every model a line, gone on with where it stopped, a report to publish."""

import json
import re
import sys
from dataclasses import replace

import pytest

from w2v.cli import main
from w2v.config import VocabularyConfig
from w2v.corpus.encode import encode
from w2v.errors import ConfigError, DivergedError, MissingExtraError
from w2v.evaluation.probe import ProbeSettings
from w2v.experiments.study import runner
from w2v.experiments.study.grid import Model
from w2v.experiments.study.journal import FILE
from w2v.experiments.study.metrics import METRICS
from w2v.experiments.study.quality import QUALITIES
from w2v.experiments.study.runner import Plan, run
from w2v.geometry import Settings, uniform_law

pytest.importorskip("scipy")
pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")

GRID = tuple(
    Model(objective, vector_size=dim, alpha=0.05)
    for objective in ("sgns", "nt_xent", "triplet", "align_uniform")
    for dim in (8, 16)
)
SMALL = Settings(ms=(4,), exact_rows=200, sample=200, bootstrap=20)
PLAN = Plan(epochs=1, workers=1, settings=SMALL, probe=ProbeSettings(folds=2), seeds=(101,))


@pytest.fixture(scope="module")
def world(make_world):
    folder = make_world(60_000)
    (folder / "pairs.tsv").rename(folder / "related.tsv")
    corpus = encode(str(folder / "world.txt"), VocabularyConfig(5))
    return folder, corpus


@pytest.fixture
def _without_figures(monkeypatch):
    monkeypatch.setattr("w2v.experiments.study.report.draw", lambda *arguments: None)


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


def test_every_model_is_a_line_with_every_metric_and_score(finished):
    folder, report = finished
    written = lines(folder)
    assert len(written) == len(GRID) + 4  # and the best of each objective with a fresh seed
    assert [r.model for r in report.records] == list(GRID)
    assert {r.model.seed for r in report.repeated} == {101}
    for line in written:
        assert line["failure"] is None
        assert set(line["metrics"]) == {metric.key for metric in METRICS}
        assert set(line["scores"]) == {*QUALITIES, "similarity: related"}
        assert None not in line["scores"].values()
    assert written[0]["coverage"]["answered"] == written[0]["coverage"]["questions"] == 6 * 552


def test_vectors_without_information_are_in_the_table_of_models(finished):
    """Collapsed and uniform vectors, in closed form, below the models."""
    report = finished[1]
    table = report.markdown().split("## All models")[1].split("## ")[0]
    rows = {row.split("|")[1].strip(): row.split("|")[2:-1] for row in table.splitlines() if row.startswith("|")}
    dims = {record.model.vector_size for record in report.trained}
    assert [cell.strip() for cell in rows["collapsed vectors"]][1:6] == ["0.00", "0.00", "0.00", "1.00", "1.00"]
    for dim in dims:
        uniformity = f"{uniform_law(2.0, dim):.2f}".replace("-", "−")
        assert [cell.strip() for cell in rows[f"uniform vectors, dim {dim}"]][1:3] == ["2.00", uniformity]


@pytest.mark.usefixtures("_without_figures")
def test_a_finished_study_trains_nothing_and_reports_the_same(world, finished, monkeypatch):
    folder, report = finished
    monkeypatch.setattr(runner, "Trainer", None)
    before = (folder / FILE).read_bytes()
    assert study(world, folder).markdown() == report.markdown()
    assert (folder / FILE).read_bytes() == before


@pytest.mark.usefixtures("_without_figures")
def test_a_stopped_study_goes_on_where_it_was(world, finished, tmp_path, monkeypatch):
    whole = (finished[0] / FILE).read_bytes().splitlines(keepends=True)
    (tmp_path / FILE).write_bytes(b"".join(whole[:3]) + whole[3][:70])

    class Interrupted(runner.Trainer):
        def run(self, *args, **options):
            if self.config.objective == "triplet":
                raise KeyboardInterrupt
            return super().run(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(runner, "Trainer", Interrupted)
        with pytest.raises(KeyboardInterrupt):
            study(world, tmp_path)
    assert len(lines(tmp_path)) == 4
    assert not (tmp_path / "report.md").exists()
    study(world, tmp_path)
    without_clocks = [
        [line | {"training": 0, "sha256": 0} for line in lines(folder)] for folder in (tmp_path, finished[0])
    ]
    assert without_clocks[0] == without_clocks[1]  # one thread: bitwise the same models


def test_other_epochs_are_another_study(world, finished, monkeypatch):
    monkeypatch.setattr(runner, "Trainer", None)
    with pytest.raises(TypeError):  # it wants to train
        study(world, finished[0], plan=replace(PLAN, epochs=2))


@pytest.mark.usefixtures("_without_figures")
def test_a_diverged_model_is_a_line_with_its_reason(world, tmp_path, monkeypatch):
    class Diverging(runner.Trainer):
        def run(self, *args, **options):
            if self.config.vector_size == 16:
                raise DivergedError("training diverged in epoch 1 of 1")
            return super().run(*args, **options)

    monkeypatch.setattr(runner, "Trainer", Diverging)
    report = study(world, tmp_path, grid=GRID[:2])
    assert [line["failure"] for line in lines(tmp_path)[:2]] == [None, "training diverged in epoch 1 of 1"]
    assert len(report.trained) == 1
    assert "- sgns, dim=16, alpha=0.05, seed 1: training diverged in epoch 1 of 1" in report.markdown()


def test_the_report_can_be_published_as_it_is(world, finished):
    folder, _ = finished
    page = (folder / "report.md").read_text(encoding="utf-8")
    linked = re.findall(r"!\[.*?\]\((.*?)\)", page)
    assert len(linked) == 4
    for name in linked:
        picture = (folder / name).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert 5_000 < len(picture) < 200_000
    assert "72.80" in page
    assert "74.60" in page
    for text in (page, (folder / "report.json").read_text(encoding="utf-8")):
        assert str(world[0]) not in text
        assert "NaN" not in text
    assert "co-occurring pairs of world.txt" in page
    widths = [
        [line.count("|") for line in table.splitlines()] for table in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE)
    ]
    assert len(widths) >= 5
    assert all(len(set(width)) == 1 for width in widths)


@pytest.mark.usefixtures("_without_figures")
def test_the_command_reports_and_goes_on(world, tmp_path, capsys, monkeypatch):
    place, _ = world
    monkeypatch.setattr("w2v.cli.study.quick_grid", lambda: GRID[:1])
    sets = ["--analogies", str(place / "analogies.txt"), "--pairs", str(place / "related.tsv")]
    command = ["study", str(place / "world.txt"), "-o", str(tmp_path / "s"), "--quick", "--epochs", "1", *sets]
    assert main([*command, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["models"][0]["label"] == "sgns, dim=8, alpha=0.05"
    assert first["corpus"]["names"] == ["world.txt"]
    monkeypatch.setattr(runner, "Trainer", None)
    assert main(command) == 0
    assert "report.md: 1 models" in capsys.readouterr().out


def test_a_study_reads_with_the_threads_it_was_asked_for(world, tmp_path, monkeypatch):
    seen = []

    def reading(source, text):
        seen.append(text.threads)
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "encode", reading)
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
def test_workers_and_seed_are_those_of_the_command(world, tmp_path, monkeypatch):
    folder, _ = world
    monkeypatch.setattr("w2v.cli.study.quick_grid", lambda: (Model(), Model(seed=2)))
    given = {}

    def noted(corpus, output, *, grid, plan, **options):
        given.update(grid=grid, plan=plan)
        raise KeyboardInterrupt

    monkeypatch.setattr("w2v.cli.study.run", noted)
    command = ["study", str(folder / "world.txt"), "-o", str(tmp_path), "--quick", "--workers", "3", "--seed", "7"]
    assert main(command) == 130
    assert [model.seed for model in given["grid"]] == [7, 8]
    assert given["plan"].workers == 3
