"""Figures, sentences and reports of made-up runs: recomputed by hand, and honest in both directions."""

import json
import statistics
import sys
from dataclasses import replace

import numpy as np
import pytest

from w2v.evaluation.statistics import interval, resampled_spearman
from w2v.experiments.compare import picture, report
from w2v.experiments.compare.journal import Step
from w2v.experiments.compare.result import Comparison
from w2v.experiments.compare.runner import write_reports
from w2v.experiments.compare.statistics import Contrast, Intervals, Ratios, overlap
from w2v.experiments.compare.verdicts import faster, higher, likeness

DOUBT = " The pairs disagree, probably because other programs were running at times; do not quote this result."
HUMAN = [float(n) for n in range(40)]


def made_up_run(speed, scored=None, read=1.0, peak=100_000_000):
    run = {
        "seconds": {"read": read, "train": 1e6 / speed},
        "words": 1_000_000,
        "words_per_second": speed,
        "read_share": 1.0,
        "peak_memory_bytes": peak,
        "loss": [],
    }
    return run | ({} if scored is None else {"scores": scored})


def made_up_scores(correct, noise, seed, neighbours):
    cosines = np.array(HUMAN) + noise * np.random.default_rng(seed).normal(size=len(HUMAN))
    total = {"asked": 200, "answered": 100, "accuracy": correct / 100, "accuracy_of_all": correct / 200}
    pairs = {"spearman": 0.5 + correct / 1000, "found": 40, "asked": 50, "human": HUMAN, "cosines": cosines.tolist()}
    return {
        "analogies": {"restricted": total, "full": total},
        "pairs": {"MEN": pairs},
        "geometry": {"alignment": 1.0 + seed / 100, "uniformity": -2.0, "shared_loss": 0.4},
        "neighbours": neighbours,
    }


def near(*rows):
    return [list(rows), list(rows)]


ABOUT = {
    "machine": {"cpu": "Abacus", "processors": 2, "isa": "avx2", "platform": "Linux"},
    "versions": {"w2v": "0.1.0", "python": "3.11", "numpy": "2", "gensim": "4.4.0"},
    "date": "2026-11-24",
    "text": {"sources": ["t.txt"], "as_it_was": True, "words": 1_100_000, "sentences": 9, "cut": False, "sha256": "ab"},
    "parameters": {"vector_size": 100, "epochs": 5, "min_count": 5},
    "vocabulary": {"words": 500, "tokens": 1_000_000, "equal": True},
    "questions": {"analogies": 200, "pairs": {"MEN": 50}},
}


@pytest.fixture
def comparison():
    """Three pairs of runs for speed, two seeds."""
    steps = [Step("speed", 2, n) for n in (1, 2, 3)] + [Step("quality", 2, n) for n in (1, 2)]
    speeds = ((4e6, 1e6), (9e6, 3e6), (2e6, 1e6))
    records = [
        {
            **vars(step),
            "first": "w2v",
            "w2v": made_up_run(ours),
            "gensim": made_up_run(theirs, read=2.0, peak=150_000_000),
        }
        for step, (ours, theirs) in zip(steps, speeds, strict=False)
    ]
    for step, correct, rows in ((steps[3], 60, (1, 2)), (steps[4], 62, (1, 3))):
        ours = made_up_scores(correct, 3.0, step.number, near(*rows))
        theirs = made_up_scores(correct - 10, 30.0, 10 + step.number, near(2, 3 + step.number))
        records.append(
            {**vars(step), "first": "gensim", "w2v": made_up_run(5e6, ours), "gensim": made_up_run(1e6, theirs)}
        )
    return Comparison(ABOUT, steps, records)


def test_the_ratio_is_the_median_of_ratios_of_pairs(comparison):
    training = comparison.figures.training[0]
    assert training.ratios == (4.0, 3.0, 2.0)
    assert training.median_ratio == 3.0
    assert statistics.median(training.w2v) / statistics.median(training.gensim) != 3.0
    reading, everything, memory = comparison.figures.resources
    assert reading.median_ratio == 2.0
    assert everything.ratios == pytest.approx([(1 + 1.0) / (1 + 0.2)] * 2)
    assert memory.median_ratio == 1.5


def test_figures_over_seeds(comparison):
    restricted, full, men = comparison.figures.scores
    assert restricted.w2v == pytest.approx((60, 62))
    assert full.gensim == pytest.approx((25, 26))
    assert restricted.difference == pytest.approx(10)
    assert restricted.spread == pytest.approx(2)
    assert men.w2v == pytest.approx((56, 56.2))
    assert men.intervals.w2v[0] > men.intervals.gensim[1]
    assert men.intervals.difference[0] > 0
    assert comparison.figures.geometry[0].w2v == pytest.approx((1.01, 1.02))


def test_neighbours_are_compared_between_different_seeds_alone(comparison):
    overlaps = comparison.figures.overlaps
    # w2v has {1, 2} and {1, 3}, gensim {2, 4} and {2, 5}: seed 1 of w2v with seed 2 of gensim, and the other way round.
    assert overlaps == {"w2v with gensim": (50.0, 0.0), "gensim with gensim": (50.0,), "w2v with w2v": (50.0,)}
    alone = replace(comparison, steps=comparison.steps[:4], records=comparison.records[:4])
    assert alone.figures.overlaps == {"w2v with gensim": (50.0,)}
    assert overlap([[1, 2, 3, 4]], [[4, 3, 9, 8]]) == 0.5


def test_json_has_everything_and_is_consistent_with_its_runs(comparison):
    data = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert {"complete", "machine", "versions", "date", "text", "parameters", "vocabulary", "questions"} <= set(data)
    assert {"sentences", "training", "resources", "quality", "geometry", "neighbour_overlap_percent", "runs"} <= set(
        data
    )
    assert (data["complete"], data["planned"], data["measured"], len(data["runs"])) == (True, 5, 5, 5)
    speed = [run for run in data["runs"] if run["kind"] == "speed"]
    again = [run["w2v"]["words_per_second"] / run["gensim"]["words_per_second"] for run in speed]
    assert data["training"][0]["ratios"] == pytest.approx(again)
    assert data["training"][0]["median_ratio"] == pytest.approx(statistics.median(again))
    quality = [run for run in data["runs"] if run["kind"] == "quality"]
    men = next(row for row in data["quality"] if row["name"] == "MEN")
    assert men["w2v"] == pytest.approx([100 * run["w2v"]["scores"]["pairs"]["MEN"]["spearman"] for run in quality])
    assert men["difference"] == pytest.approx(statistics.mean(men["w2v"]) - statistics.mean(men["gensim"]))
    assert "cosines" not in quality[0]["w2v"]["scores"]["pairs"]["MEN"]
    assert "neighbours" not in quality[0]["w2v"]["scores"]
    assert "cosines" in comparison.records[3]["w2v"]["scores"]["pairs"]["MEN"]  # what was measured is left as it is


@pytest.mark.parametrize(
    ("ours", "theirs", "better", "unit", "said"),
    [
        (
            (4, 9, 2),
            (1, 3, 1),
            "higher",
            "words/s",
            "name: w2v is 3.00 times as fast (median of 3 pairs, 2.00 to 4.00)." + DOUBT,
        ),
        (
            (1, 3, 1),
            (4, 9, 2),
            "higher",
            "words/s",
            "name: gensim is 3.00 times as fast (median of 3 pairs, 2.00 to 4.00)." + DOUBT,
        ),
        (
            (1, 3, 1),
            (4, 9, 2),
            "lower",
            "s",
            "name: w2v is 3.00 times as fast (median of 3 pairs, 2.00 to 4.00)." + DOUBT,
        ),
        ((6, 5), (2, 2), "higher", "words/s", "name: w2v is 2.75 times as fast (median of 2 pairs, 2.50 to 3.00)."),
        ((200,), (100,), "lower", "MB", "name: w2v needs 2.00 times as much (one pair)."),
        ((100,), (200,), "lower", "MB", "name: gensim needs 2.00 times as much (one pair)."),
        (
            (1, 2),
            (2, 1),
            "higher",
            "words/s",
            "name: neither engine is better in every pair (ratio 0.50 to 2.00, median 1.25).",
        ),
    ],
)
def test_who_is_faster_is_said_by_one_rule(ours, theirs, better, unit, said):
    assert faster(Ratios("name", unit, better, ours, theirs)) == said


MANY = Intervals((0, 1), (0, 1), (0.2, 1.2))
TURNED = Intervals((0, 1), (0, 1), (-0.3, 1.2))


@pytest.mark.parametrize(
    ("ours", "theirs", "more", "said"),
    [
        ((28.0, 28.2), (27.4, 27.6), {}, "SimLex: w2v is higher by 0.6, more than the spread over seeds (0.2)."),
        ((27.4, 27.6), (28.0, 28.2), {}, "SimLex: gensim is higher by 0.6, more than the spread over seeds (0.2)."),
        (
            (27.0, 28.0),
            (27.4, 28.0),
            {},
            "SimLex: no difference beyond chance: gensim is higher by 0.2, within the spread over seeds (1.0).",
        ),
        ((27.51,), (27.49,), {}, "SimLex: no difference (less than 0.05)."),
        (
            (27.0,),
            (28.0,),
            {},
            "SimLex: gensim is higher by 1.0, with one seed each, so it may be chance.",
        ),
        ((1.0,), (9.0,), {"count": 7}, "SimLex: only 7 of the questions could be answered, too few to compare."),
        (
            (2.0, 2.2),
            (2.5, 2.7),
            {"better": "lower"},
            "SimLex: w2v is lower by 0.5, more than the spread over seeds (0.2).",
        ),
        (
            (2.5, 2.7),
            (2.0, 2.2),
            {"better": "lower"},
            "SimLex: gensim is lower by 0.5, more than the spread over seeds (0.2).",
        ),
        (
            (28.0, 28.2),
            (27.4, 27.6),
            {"intervals": MANY},
            "SimLex: w2v is higher by 0.6, more than the spread over seeds (0.2), and significant over word pairs "
            "(95 % interval over pairs 0.2 to 1.2).",
        ),
        (
            (27.4, 27.6),
            (28.0, 28.2),
            {"intervals": Intervals((0, 1), (0, 1), (-1.2, 0.3))},
            "SimLex: gensim is higher by 0.6, more than the spread over seeds (0.2), but not significant over word pairs "
            "(95 % interval over pairs -0.3 to 1.2).",
        ),
        (
            (28.0, 28.2),
            (27.4, 27.6),
            {"intervals": TURNED},
            "SimLex: w2v is higher by 0.6, more than the spread over seeds (0.2), but not significant over word pairs "
            "(95 % interval over pairs -0.3 to 1.2).",
        ),
    ],
)
def test_who_is_better_is_said_by_one_rule(ours, theirs, more, said):
    contrast = Contrast("SimLex", "rho x 100", more.pop("better", "higher"), 1, ours, theirs, **more)
    assert higher(contrast) == said


def test_what_makes_figures_doubtful_is_said(comparison):
    assert not any("by its own count" in line for line in comparison.sentences)
    comparison.records[0]["gensim"]["read_share"] = 1.2
    comparison.records[1]["w2v"]["seconds"]["train"] = 0.1
    doubtful = replace(comparison)
    assert "by its own count, gensim trained on 100 to 120 % of the words in the text." in doubtful.sentences
    assert not any("w2v trained on" in line for line in doubtful.sentences)
    assert any("trained for less than a second" in line for line in doubtful.sentences)


def test_likeness_is_measured_against_two_runs_of_gensim():
    cross, ceiling = "w2v with gensim", "gensim with gensim"
    assert likeness({}) == []
    assert likeness({cross: (60.0,)})[0].endswith("for the share of two runs of gensim, use two or more seeds.")
    assert likeness({cross: (60.0, 61.0), ceiling: (60.0, 61.5)})[0].endswith("agree as much as two runs of gensim.")
    assert likeness({cross: (64.0,), ceiling: (60.0,)})[0].endswith("agree as much as two runs of gensim.")
    assert likeness({cross: (58.0,), ceiling: (60.0, 60.5)})[0].endswith(
        "only in the seed share 60.2 %, 2.2 points more."
    )


def test_the_report_shows_everything(comparison):
    text = report.markdown(comparison, "report.svg")
    for part in (
        "# w2v 0.1.0 and gensim 4.4.0 on the same text",
        "Abacus, 2 processors (avx2)",
        "both engines read this file",
        "500 words, in the same order and with the same counts in both engines",
        "vector_size=100, epochs=5, min_count=5",
        "![Scores and speed of both engines](report.svg)",
        "| training, 2 threads, words/s ",
        "100 answered of 200",
        "gensim with gensim",
        "- **peak memory**",
        "| quality | 2 ",
        *comparison.sentences,
    ):
        assert part in text
    assert "{" not in text
    assert "Incomplete" not in text
    for table in (block for block in text.split("\n\n") if block.startswith("|")):
        assert len({line.count("|") for line in table.splitlines()}) == 1


@pytest.mark.parametrize("made", range(5))
def test_what_was_measured_before_an_interruption_makes_a_report(comparison, tmp_path, made):
    part = replace(comparison, records=comparison.records[:made])
    write_reports(part, tmp_path)
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert f"{made} of 5 pairs of runs" in text
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["complete"] is False
    assert report.summary(part)


def test_the_picture_is_an_svg_and_a_png_and_left_out_without_matplotlib(comparison, tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    write_reports(comparison, tmp_path)
    data = (tmp_path / "report.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20], "big") > 1000  # pixels across
    drawn = (tmp_path / "report.svg").read_bytes()
    assert drawn.rstrip().endswith(b"</svg>")
    # A stored report gives the same picture, bit for bit.
    picture.draw(json.loads((tmp_path / "report.json").read_text(encoding="utf-8")), tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_bytes() == drawn
    assert (tmp_path / "again.png").read_bytes() == data
    for name in picture_files(tmp_path):
        name.unlink()
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    write_reports(comparison, tmp_path)
    assert not picture_files(tmp_path)
    assert "report.svg" not in (tmp_path / "report.md").read_text(encoding="utf-8")


def picture_files(folder):
    return [path for path in folder.iterdir() if path.suffix in (".svg", ".png")]


def test_a_set_that_is_given_under_two_names_is_drawn_once(comparison):
    analogies, _, men = comparison.figures.scores
    few = replace(men, name="few", count=3, w2v=(1.0, 2.0))
    assert picture.scores([analogies, men, replace(men, name="MEN again"), few]) == [analogies, men]


def test_statistics_are_restored_from_json(comparison):
    data = json.loads(json.dumps(comparison.to_dict()))
    assert [Contrast.from_dict(one) for one in data["quality"]] == comparison.figures.scores
    assert [Ratios.from_dict(one) for one in data["training"]] == comparison.figures.training


def test_bootstrap_of_perfect_and_of_no_correlation():
    rng = np.random.default_rng(1)
    human, noise = np.arange(200.0), rng.normal(size=200)
    found = resampled_spearman(human, [human**3, -human, noise, noise, np.zeros(200)])
    assert found.shape == (1000, 5)
    assert found[:, 0] == pytest.approx(1)
    assert found[:, 1] == pytest.approx(-1)
    assert (found[:, 2] == found[:, 3]).all()  # every row is judged on the same draws
    # The standard error of rho without correlation is 1 / sqrt(n - 1) = 0.071.
    assert 0.8 < found[:, 2].std() / 0.0709 < 1.25
    assert np.isnan(interval(found[:, 4])).all()  # of nothing but constants no correlation is defined
    assert interval([np.nan, 1.0, 1.0]) == (1, 1)
    low, high = interval(found[:, 2])
    assert high - low == pytest.approx(2 * 1.96 * found[:, 2].std(), rel=0.15)


def test_bootstrap_is_scipys_spearman_draw_by_draw(monkeypatch):
    stats = pytest.importorskip("scipy.stats")
    monkeypatch.setattr("w2v.evaluation.statistics.PAIRS_AT_ONCE", 70)  # several blocks, the last not full
    rng = np.random.default_rng(2)
    human, cosines = rng.integers(0, 5, 30).astype(float), rng.normal(size=(2, 30))
    found = resampled_spearman(human, cosines, resamples=7, seed=5)
    draws = np.random.default_rng(5)
    drawn = np.concatenate([draws.integers(0, 30, (n, 30)) for n in (2, 2, 2, 1)])
    expected = [[stats.spearmanr(human[d], row[d])[0] for row in cosines] for d in drawn]
    assert found == pytest.approx(np.array(expected))
