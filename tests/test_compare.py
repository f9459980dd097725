"""``w2v compare`` from a text to a report, in small; and everything a user can do wrong."""

import errno
import json
import sys

import pytest

from w2v import compare
from w2v.cli import main
from w2v.corpora import analogies
from w2v.experiments.compare import measure

pytest.importorskip("gensim")
pytest.importorskip("scipy")
SMALL = ["--vector-size", "8", "--epochs", "5", "--workers", "1", "--window", "2", "--quiet"]


def run(capsys, *arguments):
    code = main(["compare", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture(scope="module")
def world(make_world):
    folder = make_world(20_000)
    (folder / "analogies.txt").write_text("\n".join(analogies().split("\n")[:200]), encoding="utf-8")
    (folder / "texts").mkdir()
    (folder / "texts" / "a.txt").write_text("a b c\n" * 50, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(world):
    """A comparison with two seeds, and where it lies."""
    said = []
    found = compare(
        str(world / "world.txt"),
        world / "out",
        seeds=2,
        rounds=1,
        workers=1,
        vector_size=8,
        window=2,
        epochs=5,
        pairs=[world / "pairs.tsv"],
        analogies=world / "analogies.txt",
        progress=False,
        say=said.append,
    )
    return world, found, said


def test_everything_promised_is_in_the_json(made):
    folder, found, said = made
    data = json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))
    assert data == json.loads(json.dumps(found.to_dict()))
    assert data["complete"]
    assert data["text"]["as_it_was"]
    assert data["vocabulary"]["equal"]
    assert data["parameters"]["vector_size"] == 8
    assert [ratios["name"] for ratios in data["training"]] == ["training, 1 thread"]
    assert {ratios["unit"] for ratios in data["resources"]} == {"s", "MB"}
    names = [row["name"] for row in data["quality"]]
    assert names == ["analogies, restricted", "analogies, full", "wordsim353", "simlex999", "pairs"]
    assert [row["name"] for row in data["geometry"]] == ["alignment", "uniformity", "shared loss"]
    assert all(len(row["w2v"]) == len(row["gensim"]) == 2 for row in data["quality"] + data["geometry"])
    overlaps = data["neighbour_overlap_percent"]
    assert {name: len(values) for name, values in overlaps.items()} == {
        "w2v with gensim": 2,
        "gensim with gensim": 1,
        "w2v with w2v": 1,
    }
    assert all(0 < value < 100 for values in overlaps.values() for value in values)
    for record in data["runs"]:
        assert record["w2v"]["words"] == record["gensim"]["words"] == data["vocabulary"]["tokens"]
        assert record["w2v"]["vocabulary"] == record["gensim"]["vocabulary"]
        assert record["w2v"]["read_share"] == 1
        for engine in ("w2v", "gensim"):
            one = record[engine]
            assert one["words_per_second"] == pytest.approx(
                one["words"] * (5 if record["kind"] == "quality" else 1) / one["seconds"]["train"]
            )
            assert 10**7 < one["peak_memory_bytes"] < 10**9
    assert [record["first"] for record in data["runs"] if record["kind"] == "quality"] == ["w2v", "gensim"]
    assert any("3 pairs of runs to do" in line for line in said)
    text = (folder / "out" / "report.md").read_text(encoding="utf-8")
    assert all(sentence in text for sentence in data["sentences"])
    assert not list((folder / "out").glob(".w2v-*"))


def test_the_same_command_again_measures_nothing_twice(made, capsys, monkeypatch):
    folder, found, _ = made
    monkeypatch.setattr("w2v.experiments.compare.picture.draw", lambda *given: None)  # drawn before, and slow
    monkeypatch.setattr(measure.Bench, "measure", lambda *args: pytest.fail("measured again"))
    files = ["--pairs", folder / "pairs.tsv", "--analogies", folder / "analogies.txt"]
    more = ["--seeds", 2, "--rounds", 1, "-o", folder / "out", *files, *SMALL]
    code, out, err = run(capsys, folder / "world.txt", *more, "--json")
    assert code == 0
    assert json.loads(out) == json.loads(json.dumps(found.to_dict()))
    assert "the report is in" in err
    code, out, _ = run(capsys, folder / "world.txt", *more)
    assert code == 0
    assert "| w2v with gensim" in out
    code, _, err = run(capsys, folder / "world.txt", *more, "--epochs", "2")
    assert (code, err.count("\n")) == (2, 1)
    assert "epochs was 5 there, and is 2 now" in err


def test_after_an_interruption_there_is_a_report_and_the_command_goes_on(made, capsys, monkeypatch, tmp_path):
    folder, found, _ = made
    monkeypatch.setattr("w2v.experiments.compare.picture.draw", lambda *given: None)
    records = {(record["kind"], record["number"]): record for record in found.records}
    calls = []

    def measured(bench, step):
        calls.append(step)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return records[step.kind, step.number]

    monkeypatch.setattr(measure.Bench, "measure", measured)
    out = tmp_path / "out"
    arguments = [folder / "world.txt", "-o", out, "--seeds", 2, "--rounds", 1, *SMALL]
    code, text, err = run(capsys, *arguments)
    assert (code, text) == (130, "")
    assert f"the finished runs are in {out}; the same command continues from there" in err
    assert "1 of 3 pairs of runs" in (out / "report.md").read_text(encoding="utf-8")
    code, text, err = run(capsys, *arguments, "--json")
    assert code == 0
    assert "1 of 3 pairs of runs are already in" in err
    assert json.loads(text)["complete"]
    assert [(step.kind, step.number) for step in calls] == [
        ("speed", 1),
        ("quality", 1),
        ("quality", 1),
        ("quality", 2),
    ]
    assert not list(out.glob(".w2v-*"))


def test_quick_is_one_seed_and_one_round_of_a_cut_text(world, tmp_path, monkeypatch):
    monkeypatch.setattr("w2v.experiments.compare.runner.QUICK_WORDS", 5_000)
    seen = []
    monkeypatch.setattr(
        "w2v.experiments.compare.runner._measure", lambda bench, journal, steps, *rest: seen.append((bench, steps))
    )
    found = compare(str(world / "world.txt"), tmp_path, quick=True, workers=1, seeds=2)
    (bench, steps) = seen[0]
    assert [(step.kind, step.number) for step in steps] == [("speed", 1), ("quality", 1), ("quality", 2)]
    assert bench.text.cut
    assert 5_000 <= bench.text.words < 5_100
    assert not found.complete


def test_a_full_disk_is_one_line_and_leaves_no_copy(world, tmp_path, monkeypatch, capsys):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device", "text.txt")

    monkeypatch.setattr("w2v.experiments.compare.runner.share", full)
    code, text, err = run(capsys, world / "world.txt", "-o", tmp_path / "out")
    assert (code, text) == (74, "")
    assert err == "w2v: cannot write text.txt: No space left on device\n"
    assert not list((tmp_path / "out").iterdir())


MISTAKES = [
    (["{d}/missing.txt"], 65, "missing.txt"),
    (["{t}", "--seeds", "0"], 2, "seeds must be an integer from 1 to 100: got 0"),
    (["{t}", "--rounds", "0"], 2, "rounds must be"),
    (["{t}", "--workers", "-1"], 2, "workers must be"),
    (["{t}", "--epochs", "0"], 2, "epochs must be"),
    (["{t}", "--vector-size", "big"], 2, "must be an integer: got 'big'"),
    (["{t}", "--min-count", "99999"], 65, "--min-count 99999"),
    (["{t}", "--pairs", "{d}/missing.tsv"], 65, "missing.tsv"),
    (["{t}", "--pairs", "{p}", "--pairs", "{p}"], 2, "different file names: got pairs twice"),
    (["{t}", "--analogies", "{t}"], 65, "line 1"),
    (["{t}", "--tokenizer", "best"], 2, "tokenizer must be"),
    (["{t}", "-o", "{p}"], 2, "--output must be a folder: got the file"),
    (["{f}", "-o", "{f}"], 2, "--output and CORPUS must be different folders"),
    (["{t}", "-o", "/proc/w2v"], 74, "cannot create the folder"),
    ([], 2, "Missing argument"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "message"), MISTAKES, ids=lambda v: " ".join(v)[:40] if type(v) is list else None
)
def test_a_mistake_is_one_line(world, capsys, tmp_path, monkeypatch, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    names = {"t": world / "world.txt", "d": tmp_path, "p": world / "pairs.tsv", "f": world / "texts"}
    got, out, err = run(capsys, *(a.format(**names) for a in arguments))
    assert (got, out) == (code, "")
    assert message in err
    assert err.startswith("w2v: ")
    assert err.count("\n") == 1


def test_without_gensim_one_line_names_the_extra(world, capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim", None)
    code, out, err = run(capsys, world / "world.txt", "-o", tmp_path / "out")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert 'pip install "w2v[gensim]"' in err
    assert not (tmp_path / "out").exists()


def test_another_objective_is_w2vs_alone(world, capsys, tmp_path):
    given = [world / "world.txt", "-o", tmp_path / "out", "--seeds", 1, "--rounds", 1, *SMALL, "--analogies"]
    given += [world / "analogies.txt", "--objective", "nt_xent", "--json"]
    code, out, _ = run(capsys, *given)
    data = json.loads(out)
    assert (code, data["w2v_parameters"]) == (0, {"objective": "nt_xent"})
    report = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert "Parameters of w2v only: objective=nt_xent; gensim trains sgns." in report
    code, _, err = run(capsys, *[value if value != "nt_xent" else "triplet" for value in given])
    assert code == 2
    assert "objective" in err
