"""``w2v geometry``: the table, JSON and plots of one model and of two on the same pairs; mistakes are one line."""

import json
import re

import numpy as np
import pytest

from w2v import KeyedVectors, Word2Vec
from w2v.cli import main
from w2v.geometry import (
    Settings,
    Space,
    collapsed,
    file_pairs,
    measure,
    uniform,
    uniform_law,
)

QUICK = ["--ms", "1,16", "--bootstrap", "20", "--quiet"]
WORDS = [f"w{i}" for i in range(40)]


def run(capsys, *arguments):
    code = main(["geometry", *(str(a) for a in arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a text, a whole model trained on it, other vectors, and pairs."""
    path = tmp_path_factory.mktemp("geometry")
    rng = np.random.default_rng(0)
    law = 1 / np.arange(1, 41)
    lines = [" ".join(rng.choice(WORDS, size=8, p=law / law.sum())) for _ in range(400)]
    (path / "text.txt").write_text("\n".join([*lines, *(" ".join(WORDS) for _ in range(5))]), encoding="utf-8")
    options = {"vector_size": 8, "epochs": 2, "window": 3, "sample": 0.01, "workers": 1}
    model = Word2Vec(corpus_file=str(path / "text.txt"), geometry_every=0.5, **options)
    model.save(path / "model.safetensors")
    others = [*WORDS[5:], "unknown"]
    KeyedVectors.from_arrays(others, rng.normal(size=(36, 8)).astype(np.float32)).save(path / "other.bin")
    (path / "pairs.txt").write_text("w6 w7\nw8 w9\nw6 zebra\nw10 w11\n", encoding="utf-8")
    return path


def test_one_model_on_its_text(folder, capsys):
    model, text = folder / "model.safetensors", folder / "text.txt"
    code, out, err = run(capsys, model, "--corpus", text, "--draws", "500", *QUICK)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith(f"positive pairs: 500 co-occurring pairs of {text}")
    assert "the training text; window 1 to 3 at random, subsampling 0.01" in lines[0]  # all from the model's file
    assert lines[1] == "model.safetensors: 40 rows x 8, input-input"
    assert [line.split("  ")[0] for line in lines[4:12]] == [
        "alignment",
        "uniformity",
        "nt_xent M=1",
        "nt_xent M=16",
        "limit_alignment",
        "limit_uniformity",
        "limit_uniformity_others",
        "information",
    ]
    assert lines[3].split() == ["model.safetensors", "random", "collapsed", "uniform"]
    assert lines[5].endswith(f"0.0000{uniform_law(2.0, 8):>11.4f}")  # after the model and random vectors
    assert "norm_frequency (40 rows): Spearman's rank correlation" in out
    code, out, _ = run(capsys, model, "--corpus", text, "--draws", "500", *QUICK, "--json")
    found = json.loads(out)["models"][0]
    assert found["alignment"]["n"] == 500
    assert 0 < found["alignment"]["low"] < found["alignment"]["value"] < found["alignment"]["high"] < 4
    assert found["uniformity"]["low"] is None
    assert found["settings"]["bootstrap"] == 20


def test_baselines_are_measured_like_the_model(folder, capsys):
    model, text = folder / "model.safetensors", folder / "text.txt"
    code, out, _ = run(capsys, model, "--corpus", text, "--draws", "500", *QUICK, "--json")
    assert code == 0
    found, baselines = json.loads(out)["models"][0], json.loads(out)["baselines"]
    random, settings = baselines["random"], Settings(ms=(1, 16), temperature=found["settings"]["temperature"])
    assert random["settings"] == found["settings"]
    assert (random["rows"], random["law"]) == (found["rows"], found["law"])
    assert random["uniformity"]["value"] == pytest.approx(uniform_law(2.0, 8), abs=0.3)  # 40 words
    assert baselines["collapsed"] == collapsed(settings)
    assert baselines["uniform"] == uniform(settings, 8)
    _, table, _ = run(capsys, model, "--corpus", text, "--draws", "500", *QUICK)
    temperatures = next(line for line in table.splitlines() if line.startswith("  at temperature")).split()[2:]
    assert float(temperatures[0]) == pytest.approx(found["information_temperature"], abs=1e-4)
    limits = next(line for line in table.splitlines() if line.startswith("limit  ")).split()
    expected = [found["limit"], random["limit"], 0, uniform(settings, 8)["limit_uniformity"]]
    assert [float(value) for value in limits[1:]] == pytest.approx(expected, abs=1e-4)


def test_weightings_of_the_command_line(folder, capsys, tmp_path):
    model, text = folder / "model.safetensors", folder / "text.txt"
    Word2Vec(corpus_file=str(text), ns_exponent=0.5, vector_size=8, epochs=1, workers=1).save(
        tmp_path / "m.safetensors"
    )
    for given, weighting, exponent in (
        ([model, "--corpus", text], "pairs", 0.75),
        ([model, "--pairs", folder / "pairs.txt"], "type", 0.75),
        ([model, "--corpus", text, "--weighting", "type"], "type", 0.75),
        ([model, "--pairs", folder / "pairs.txt", "--weighting", "pairs"], "pairs", 0.75),
        ([tmp_path / "m.safetensors", "--corpus", text, "--weighting", "noise"], "noise", 0.5),
        ([tmp_path / "m.safetensors", "--corpus", text, "--weighting", "noise", "--ns-exponent", "1"], "noise", 1.0),
    ):
        draws = ["--draws", "500"] if "--corpus" in given else []
        code, out, err = run(capsys, *given, *draws, *QUICK, "--json")
        assert (code, err) == (0, "")
        found = json.loads(out)["models"][0]
        assert (found["settings"]["weighting"], found["settings"]["ns_exponent"]) == (weighting, exponent)
    definition = found["uniformity"]["definition"]
    assert "words weighted by count^1, as noise is" in definition


def test_labels(folder, capsys, tmp_path):
    path = tmp_path / "labels.tsv"
    path.write_text("".join(f"w{i}\t{'even' if i % 2 == 0 else 'odd'}\n" for i in range(60)), encoding="utf-8")
    arguments = [folder / "model.safetensors", "--pairs", folder / "pairs.txt", "--labels", path, *QUICK]
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    assert "20 labels of an unknown word left out" in out
    assert f"15_nearest (40 words in 2 classes of {path}): accuracy of predicting the most frequent class" in out
    tolerance = next(line for line in out.splitlines() if line.startswith("tolerance")).split()
    assert [float(value) for value in tolerance[-2:]] == [1, 0]  # collapsed and uniform
    code, out, _ = run(capsys, *arguments, "--json")
    found = json.loads(out)
    assert [m["name"] for m in found["models"][0]["labels"]] == ["tolerance", "mean_classifier", "15_nearest"]
    assert [m["n"] for m in found["baselines"]["random"]["labels"]] == [40] * 3


def test_two_models_share_pairs_rows_and_counts(folder, capsys):
    files = ["--against", folder / "other.bin", "--pairs", folder / "pairs.txt"]
    code, out, _ = run(capsys, folder / "model.safetensors", *files, "--weighting", "token", *QUICK, "--json")
    assert code == 0
    left, right = json.loads(out)["models"]
    assert (left["name"], right["name"]) == ("model.safetensors", "other.bin")
    assert left["rows"] == right["rows"] == 35
    assert left["law"] == right["law"]
    assert left["excluded"]["pairs with an unknown word"] == 1
    assert right["norm_frequency"] is not None  # with the counts of the model
    alone = Space.load(folder / "other.bin")
    rows = np.arange(35)
    pairs = file_pairs(folder / "pairs.txt", alone.words)
    expected = measure(alone.select(rows), pairs, Settings(ms=(1,), bootstrap=20))
    assert right["alignment"]["value"] == pytest.approx(expected.alignment.value)
    code, out, _ = run(capsys, folder / "model.safetensors", *files, *QUICK)
    assert "model.safetensors             other.bin" in out
    assert "left out" in out


def test_counts_come_from_the_text_where_no_model_has_any(folder, capsys):
    arguments = [
        folder / "other.bin",
        "--corpus",
        folder / "text.txt",
        "--weighting",
        "token",
        *QUICK,
        "--draws",
        "500",
        "--json",
    ]
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    found = json.loads(out)["models"][0]
    assert (found["rows"], found["mean_cosine"]["n"]) == (36, 35)  # a word that does not occur has no weight
    assert "window 1 to 5 at random, subsampling 0.001" in found["law"]
    assert "unknown whether held out from training" in found["law"]


def test_towers_variants_and_procrustes(folder, capsys):
    model, other = folder / "model.safetensors", folder / "other.bin"
    pairs = ["--pairs", folder / "pairs.txt"]
    code, out, _ = run(capsys, model, *pairs, "--towers", "input-output", "--variant", "centred", *QUICK, "--json")
    assert code == 0
    assert json.loads(out)["models"][0]["towers"] == "input-output"
    assert json.loads(out)["variant"] == "centred"
    code, out, _ = run(capsys, model, "--against", other, "--procrustes", *QUICK, "--json")
    assert code == 0
    (found,) = json.loads(out)["models"]
    assert found["law"].startswith("each word of model.safetensors and itself in other.bin")
    assert found["alignment"]["n"] == 35
    assert found["alignment"]["low"] is None
    code, out, _ = run(capsys, model, "--against", model, "--procrustes", *QUICK, "--json")
    assert json.loads(out)["models"][0]["alignment"]["value"] == pytest.approx(0, abs=1e-12)


MISTAKES = [
    (["{m}"], 2, "there must be exactly one source of positive pairs: got 0; give --corpus TEXT"),
    (["{m}", "--corpus", "{t}", "--pairs", "{p}"], 2, "got 2"),
    (["{m}", "--procrustes"], 2, "--procrustes must be used with --against OTHER"),
    (["{m}", "--corpus", "{t}", "--draws", "0"], 2, "--draws must be an integer from 1"),
    (["{m}", "--corpus", "{t}", "--subsampling", "-1"], 2, "--subsampling must be a number from 0"),
    (["{m}", "--corpus", "{t}", "--window", "0"], 2, "--window must be an integer from 1 to 1000"),
    (["{m}", "--corpus", "{t}", "--min-score", "3"], 2, "--min-score must be used with --pairs"),
    (["{m}", "--corpus", "{t}", "--temperature", "0"], 2, "temperature must be a number from 0.005"),
    (["{m}", "--corpus", "{t}", "--align-power", "0"], 2, "--align-power must be a number"),
    (["{m}", "--corpus", "{t}", "--uniform-t", "-2"], 2, "--uniform-t must be a number"),
    (["{m}", "--corpus", "{t}", "--ms", "1,x"], 2, "--ms must be integers"),
    (["{m}", "--corpus", "{t}", "--ms", "0"], 2, "--ms must be integers from 1 to"),
    (["{m}", "--corpus", "{t}", "--ms", "4,4"], 2, "each once, such as 4,16: got '4,4'"),
    (["{m}", "--corpus", "{t}", "--ns-exponent", "1"], 2, "--ns-exponent must be used with --weighting noise"),
    (["{m}", "--pairs", "{p}", "--window", "5"], 2, "--window must be used with --corpus TEXT: got it without"),
    (["{m}", "--pairs", "{p}", "--trained-on"], 2, "--held-out must be used with --corpus TEXT"),
    (["{m}", "--pairs", "{p}", "--as-lines"], 2, "--as-lines must be used with --corpus TEXT"),
    (["{m}", "--pairs", "{p}", "--columns", "1,1,3"], 2, "--columns must be different: got '1,1,3'"),
    (
        ["{m}", "--corpus", "{t}", "--weighting", "word"],
        2,
        "--weighting must be one of 'type', 'token', 'pairs', 'noise': got 'word'",
    ),
    (["{m}", "--corpus", "{t}", "--variant", "best"], 2, "--variant must be raw, centred"),
    (["{m}", "--corpus", "{t}", "--window", "0"], 2, "window must be"),
    (["{m}", "--corpus", "{t}", "--held-out"], 2, "was trained on"),
    (["{m}", "--corpus", "{t}", "--plot", "{d}/x.gif"], 2, "one of .png, .svg, .pdf, .html"),
    (["{m}", "--corpus", "{t}", "--plot", "{d}/none/x.png"], 74, "cannot write"),
    (["{m}", "--corpus", "{d}/none.txt"], 65, "No such file"),
    (["{d}/none.safetensors", "--corpus", "{t}"], 65, "none.safetensors"),
    (["{m}", "--pairs", "{d}/none.txt"], 65, "cannot read"),
    (["{m}", "--pairs", "{t}"], 65, "line 1: a pair must have two words: got 8"),
    (
        ["{m}", "--pairs", "{d}/unknown.txt"],
        65,
        "must contain a pair of two different known words: got 1 pair with an unknown word",
    ),
    (["{m}", "--pairs", "{p}", "--labels", "{t}"], 65, "line 1: must be a word, a tab and a label: got 'w"),
    (["{m}", "--pairs", "{p}", "--labels", "{d}/none.tsv"], 65, "cannot read"),
    (["{m}", "--pairs", "{p}", "--ns-exponent", "99"], 2, "--ns-exponent must be a number from -10 to 10"),
    (["{o}", "--pairs", "{p}", "--weighting", "noise"], 2, "--weighting must be 'type' for other.bin"),
    (["{o}", "--pairs", "{p}", "--towers", "input-output"], 65, "no output matrix"),
    (
        ["{o}", "--pairs", "{p}", "--weighting", "token"],
        2,
        "--weighting must be 'type' for other.bin, which has no counts",
    ),
    (["{m}", "--pairs", "{p}", "--against", "{d}/far.bin"], 65, "no word in common"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "message"), MISTAKES, ids=lambda v: " ".join(v)[:60] if isinstance(v, list) else None
)
def test_a_mistake_is_one_line(folder, capsys, tmp_path, arguments, code, message):
    (tmp_path / "unknown.txt").write_text("zebra giraffe\n", encoding="utf-8")
    KeyedVectors.from_arrays(["zebra"], np.ones((1, 8), np.float32)).save(tmp_path / "far.bin")
    if any(str(argument).endswith(".png") for argument in arguments):
        pytest.importorskip("matplotlib")
    names = {
        "m": folder / "model.safetensors",
        "o": folder / "other.bin",
        "t": folder / "text.txt",
        "p": folder / "pairs.txt",
        "d": tmp_path,
    }
    got, out, err = run(capsys, *(a.format(**names) for a in arguments), "--quiet")
    assert (got, out) == (code, ""), err
    assert err.startswith("w2v: ")
    assert message in err
    assert err.count("\n") == 1
    assert not list(tmp_path.glob("x.*"))


# --------------------------------------------------------------------------------------------------------------- plots


@pytest.mark.parametrize(
    ("old", "new", "value"),
    [("--alpha", "--align-power", "1"), ("--t", "--uniform-t", "3"), ("--neighbours", "--neighbors", "2")],
)
def test_old_spellings_work_with_a_notice(folder, capsys, old, new, value):
    arguments = [folder / "model.safetensors", "--pairs", folder / "pairs.txt", *QUICK, "--json"]
    code, wanted, err = run(capsys, *arguments, new, value)
    assert (code, err) == (0, "")
    for given in ([old, value], [f"{old}={value}"]):
        code, out, err = run(capsys, *arguments, *given)
        assert (code, err) == (0, f"w2v: {old} is now called {new}\n")
        assert out == wanted


def test_a_contrastive_model_is_measured_at_its_own_temperature(folder, capsys, tmp_path):
    options = {"objective": "nt_xent", "temperature": 0.3, "vector_size": 8, "epochs": 1, "workers": 1}
    Word2Vec(corpus_file=str(folder / "text.txt"), **options).save(tmp_path / "m.safetensors")
    for model, given, wanted in (
        (tmp_path / "m.safetensors", [], 0.3),
        (tmp_path / "m.safetensors", ["--temperature", "0.2"], 0.2),
        (folder / "model.safetensors", [], 0.1),
        (folder / "other.bin", [], 0.1),
    ):
        _, out, _ = run(capsys, model, "--pairs", folder / "pairs.txt", *given, *QUICK, "--json")
        assert json.loads(out)["models"][0]["settings"]["temperature"] == wanted


def test_png_html_and_svg(folder, capsys, tmp_path):
    pytest.importorskip("matplotlib")
    files = ["--pairs", folder / "pairs.txt", "--against", folder / "other.bin", "--sample-rows", "200", *QUICK]
    for name, start, content in (
        ("p.png", b"\x89PNG", b"IEND"),
        ("p.svg", b"<?xml", b"</svg>"),
        ("p.html", b"<", b"alignment: mean squared distance"),
    ):
        code, out, err = run(capsys, folder / "model.safetensors", *files, "--plot", tmp_path / name, "--json")
        assert (code, err) == (0, "")
        assert json.loads(out)["plot"] == str(tmp_path / name)
        data = (tmp_path / name).read_bytes()
        assert data.startswith(start)
        assert content in data
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "During training" in page
    assert "@media (prefers-color-scheme:dark){body{background:#1e2129}" in page
    assert 'paper_bgcolor":"rgba(0,0,0,0)' in page
    assert re.search(r'"ticktext":\["1","[^"]', page)  # the numbers of negatives, and no ticks of tenths between them
