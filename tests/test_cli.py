"""The command line: results on stdout, everything else on stderr, one line for a mistake, documented exit codes."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import w2v
from w2v import TrainConfig, Trainer, VocabularyConfig, encode, formats
from w2v.cli import main

WORDS = 300_000


@pytest.fixture(scope="module")
def world(make_world):
    folder = make_world(WORDS)
    model = folder / "v.safetensors"
    arguments = ["train", str(folder / "world.txt"), "-o", str(model), "--vector-size", "50", "--epochs", "8", "--json"]
    result = subprocess.run([*W2V, *arguments], capture_output=True, text=True, check=True)
    return folder, str(model), json.loads(result.stdout)


W2V = [sys.executable, "-c", "import sys; from w2v.cli import main; sys.exit(main())"]


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_train_reports(world):
    _, _, result = world
    tokens, seconds = result["tokens"], result["seconds"]
    assert tokens["read"] >= WORDS
    assert tokens["read"] == tokens["in_vocabulary"] + tokens["out_of_vocabulary"]
    assert tokens["in_vocabulary"] * 8 == tokens["subsampled"] + tokens["isolated"] + tokens["trained"]
    assert set(seconds) == {"read", "train", "save"}
    assert result["words_per_second"] == pytest.approx(tokens["in_vocabulary"] * 8 / seconds["train"], rel=1e-6)
    assert len(result["loss"]) == 8
    assert result["loss"][-1] < result["loss"][0]
    assert result["peak_memory_bytes"] > 10**7


def test_world_analogies_come_out_right(world, capsys):
    folder, model, _ = world
    files = ["--analogies", folder / "analogies.txt", "--pairs", folder / "pairs.tsv"]
    code, out, _ = run(capsys, "evaluate", model, *files, "--json")
    result = json.loads(out)
    assert code == 0
    assert result["analogies"]["full"]["3cosadd"]["total"]["accuracy"] > 0.9
    assert result["pairs"]["pairs"]["spearman"] > 0.7
    code, out, _ = run(capsys, "evaluate", model, *files)
    assert "of all 3,312 questions (3,312 with known words)" in out
    assert "Spearman" in out


def test_queries(world, capsys):
    _, model, _ = world
    code, out, err = run(capsys, "neighbors", model, "king", "rome", "-n", "3")
    assert (code, err) == (0, "")
    assert [line.split("\t")[0] for line in out.splitlines()] == ["king"] * 3 + ["rome"] * 3
    code, out, _ = run(capsys, "analogy", model, "paris", "france", "rome")
    assert out.split("\t")[0] == "italy"
    code, out, _ = run(capsys, "analogy", model, "paris", "france", "rome", "--json")
    assert json.loads(out)["answers"][0][0] == "italy"
    code, out, _ = run(capsys, "similarity", model, "king", "king")
    assert float(out) == pytest.approx(1, abs=1e-4)


def test_known_words_are_answered_beside_unknown_ones(world, capsys):
    _, model, _ = world
    code, out, err = run(capsys, "neighbors", model, "kign", "king", "zzz", "-n", "2")
    assert code == 65
    assert [line.split("\t")[0] for line in out.splitlines()] == ["king"] * 2
    assert err.startswith("w2v: 'kign' is not among the ")
    assert "did you mean 'king'" in err
    assert err.count("is not among") == 2
    assert err.count("\n") == 1
    code, out, _ = run(capsys, "neighbors", model, "kign", "king", "--json")
    assert (code, list(json.loads(out)["neighbors"])) == (65, ["king"])
    assert run(capsys, "neighbors", model, "kign", "zzz", "--json")[:2] == (65, "")
    for command in (["similarity", model, "kign", "zzz"], ["analogy", model, "kign", "king", "zzz"]):
        code, out, err = run(capsys, *command)
        assert (code, out, err.count("is not among")) == (65, "", 2)


def test_convert_and_info(world, capsys, tmp_path):
    _, model, _ = world
    for name in ("v.bin", "v.txt.gz", "v.vec", "again.safetensors"):
        code, out, _ = run(capsys, "convert", model, tmp_path / name, "--json")
        assert code == 0
        assert json.loads(out)["dim"] == 50
        code, out, _ = run(capsys, "info", tmp_path / name, "--json")
        assert json.loads(out)["words"] == json.loads(run(capsys, "info", model, "--json")[1])["words"]
    code, out, _ = run(capsys, "info", model, "--json")
    assert json.loads(out)["metadata"]["config"]["vector_size"] == 50
    code, out, _ = run(capsys, "info", "--json")
    assert json.loads(out)["isa"] in json.loads(out)["isa_available"]


def facts(out):
    """Labels and values of ``w2v info``, which are aligned in two columns."""
    lines = out.splitlines()
    column = max(len(re.match(r"(?:\S+ )*\S+", line)[0]) for line in [re.split(r"  +", line)[0] for line in lines]) + 2
    assert all(line[column - 1] == " " and line[column] != " " for line in lines)
    return {line[:column].strip(): line[column:] for line in lines}


def test_info_shows_one_fact_per_line(world, capsys, tmp_path):
    folder, model, _ = world
    found = facts(run(capsys, "info", model)[1])
    assert found["file"] == model
    assert found["format"] == "w2v 1"
    assert (found["dimensions"], found["counts"], found["output vectors"]) == ("50", "yes", "no")
    assert (found["vector_size"], found["alpha"], found["objective"]) == ("50", "0.025", "sgns")
    assert found["negative_weight"] == "1"
    assert "margin" not in found  # sgns has none
    assert found["corpus"] == str(folder / "world.txt")
    assert found["epochs trained"] == "8"
    assert re.fullmatch(r"\d\.\d{4} in the first epoch, \d\.\d{4} in the last", found["loss"])
    assert not re.search(r"[{}\[\]]", "".join(found.values()))
    run(capsys, "convert", model, tmp_path / "v.bin")
    assert list(facts(run(capsys, "info", tmp_path / "v.bin")[1])) == ["file", "size", "words", "dimensions"]
    installation = facts(run(capsys, "info")[1])
    assert installation["instruction set"] in installation["available"].split(", ")


def test_info_shows_the_metadata_of_strangers(capsys, tmp_path):
    odd = {"epochs": [["a"]], "config": [1], "geometry": 3, "mine": {"a": {"b": None, "c": [True]}, "d": "two\nlines"}}
    contents = formats.Contents(["a", "b"], np.eye(2, dtype=np.float32), metadata=odd)
    formats.save(tmp_path / "odd.safetensors", contents)
    found = facts(run(capsys, "info", tmp_path / "odd.safetensors")[1])
    assert (found["mine a c"], found["mine d"], found["geometry recorded"]) == ("True", "two lines", "3")


def test_corpus_generate_does_not_write_both_to_one_file(capsys, tmp_path):
    code, _, err = run(capsys, "corpus", "generate", tmp_path / "w", "--analogies", tmp_path / "w")
    assert (code, err.count("\n")) == (2, 1)
    assert "OUT and --analogies must be different files" in err
    assert not (tmp_path / "w").exists()


def test_corpus_commands(capsys, tmp_path):
    code, out, _ = run(capsys, "corpus", "list", "--json")
    assert "text8" in json.loads(out)["corpora"]
    target, questions = tmp_path / "w.txt", tmp_path / "q.txt"
    code, out, _ = run(capsys, "corpus", "generate", target, "--words", "1000", "--analogies", questions)
    assert code == 0
    assert 1000 <= len(target.read_text().split()) < 1100
    assert questions.read_text().startswith(":")


def test_without_a_command_there_is_help_and_no_description_is_cut(capsys):
    code, out, err = run(capsys)
    assert (code, err) == (0, "")
    assert out == run(capsys, "--help")[1]
    described = [
        line.split(maxsplit=1) for line in out.split("Commands:")[1].split("Exit codes")[0].strip().splitlines()
    ]
    assert len(described) == 19
    assert not [name for name, text in described if text.endswith("...")]


MISTAKES = [
    (["train", "{t}"], 2, "Missing option"),
    (["train", "{d}/missing.txt", "-o", "{d}/v.bin"], 65, "No such file"),
    (["train", "{t}", "-o", "{d}/none/v.bin"], 74, "none"),
    (["train", "{d}/no.txt", "-o", "{d}/v.bin", "--checkpoint", "{d}/none/c"], 74, "cannot write"),
    (["train", "{t}", "-o", "{d}/v.npy"], 2, "must be one of .safetensors, .parquet, .bin, .txt, .vec, .w2v (the last"),
    (["train", "{t}", "-o", "{d}/v.xyz"], 2, "must be one of .safetensors"),
    (
        ["train", "{t}", "-o", "{d}/v.vec", "--margin", "0.3"],
        2,
        "--margin must be used with --objective triplet or triplet_dot: got sgns",
    ),
    (
        ["train", "{t}", "-o", "{d}/v.vec", "--objective", "nt_xent", "--negative-weight", "2"],
        2,
        "--negative-weight must be 1 with --objective 'nt_xent', as it weighs a term of the loss of sgns: got 2; leave it",
    ),
    (["train", "{t}", "-o", "{d}/v.vec", "--negative-weight", "0"], 2, "--negative-weight must be a number from"),
    (["train", "{t}", "-o", "{d}/v.vec", "--margin", "0.2"], 2, "--margin must be used with --objective triplet"),
    (
        ["train", "{t}", "-o", "{d}/v.vec", "--objective", "nt_xent", "--align-power", "2"],
        2,
        "--align-power must be used with --objective align_uniform: got nt_xent; choose it, or leave the option out",
    ),
    (
        ["train", "{t}", "-o", "{d}/v.vec", "--min-alpha", "0.1"],
        2,
        "--min-alpha must be at most --alpha 0.025: got 0.1",
    ),
    (["train", "{t}", "-o", "{d}/v.vec", "--keep", "{one}", "--drop", "{one}"], 2, "--keep and --drop must not share"),
    (["train", "-", "-o", "{d}/v.vec", "--cache", "{d}/c"], 2, "'-', which can be read only once; leave --cache out"),
    (
        ["train", "{t}", "-o", "{d}/v.vec", "--checkpoint", "{d}/c", "--checkpoint-minutes", "0"],
        2,
        "--checkpoint-minutes must be a positive number",
    ),
    (["evaluate", "{m}", "--pairs", "{pairs}"], 65, "bad.pairs must contain"),  # a path is not an option
    (
        ["train", "{t}", "-o", "{d}/v.bin", "--window", "0"],
        2,
        "--window must be an integer from 1 to 1000000000: got 0",
    ),
    (["train", "{t}", "-o", "{d}/v.bin", "--alpha", "nan"], 2, "--alpha must be a number"),
    (["train", "{t}", "-o", "{d}/v.bin", "--workers", "-1"], 2, "--workers must be"),
    (["train", "{t}", "-o", "{d}/v.bin", "--vector-size", "big"], 2, "--vector-size must be an integer: got 'big'"),
    (["train", "{t}", "-o", "{d}/v.bin", "--min-count", "99999"], 65, "--min-count 99999"),
    (["train", "{b}", "-o", "{d}/v.bin"], 65, "at byte"),
    (["train", "{t}", "-o", "{d}/v.bin", "--tokenizer", "best"], 2, "tokenizer must be"),
    (["train", "{t}", "-o", "{d}/v.bin", "--resume"], 2, "--resume must be used with --checkpoint"),
    (["train", "{t}", "-o", "{d}/v.bin", "--keep", "{d}/no.txt"], 65, "cannot read"),
    (["neighbors", "{m}", "kign"], 65, "did you mean"),
    (["neighbors", "{d}/missing.safetensors", "king"], 65, "missing.safetensors"),
    (["neighbors", "{t}", "king"], 65, "world.txt"),
    (["neighbors", "{d}", "king"], 65, ""),
    (["neighbors", "{m}", "king", "-n", "0"], 2, "topn"),
    (["evaluate", "{m}", "--analogies", "{t}"], 65, "line 1"),
    (["convert", "{m}", "{d}/x.xyz"], 2, "OUT: the extension of"),
    (["convert", "{m}", "{d}"], 2, "OUT must be a file: got the folder"),
    (["train", "{d}/no.txt", "-o", "{d}"], 2, "--output must be a file: got the folder"),
    (["train", "{t}", "-o", "{d}/v.bin", "--checkpoint", "{d}"], 2, "--checkpoint must be a file"),
    (["train", "{t}", "-o", "{d}/v.bin", "--errors", "ignore"], 2, "--errors must be one of 'strict', 'replace': got"),
    (["train", "{d}/no.txt", "-o", "{d}/v.bin", "--window", "0"], 2, "--window must be"),
    (["train", "{t}", "-o", "{d}/v.bin", "--shards", "65"], 2, "--shards must be an integer from 0 to 32: got 65"),
    (["train", "{t}", "-o", "{d}/v.bin", "--shards", "2.5"], 2, "--shards must be an integer: got '2.5'"),
    (["train", "{t}", "-o", "{d}/v.bin", "--alpha", "x"], 2, "--alpha must be a number: got 'x'"),
    (["train", "{t}", "-o", "{d}/v.bin", "--nodes", "-1"], 2, "--nodes must be an integer of at least 0: got -1"),
    (["train", "{d}/no.txt", "-o", "{d}/v.safetensors", "--geometry-every", "0"], 2, "--geometry-every must be"),
    (["geometry", "{d}/no.bin", "--corpus", "{t}", "--plot", "{d}"], 2, "--plot"),
    (["compare", "{t}", "-o", "{t}"], 2, "--output must be a folder: got the file"),
    (["study", "{t}", "-o", "{t}"], 2, "--output must be a folder: got the file"),
    (["corpus", "fetch", "nonsense"], 2, "nonsense"),
    (["frobnicate"], 2, "No such command"),
    (["train", "{t}", "-o", "{d}/v.bin", "--objective", "ntxent"], 2, "--objective must be one of 'sgns', 'nt_xent'"),
    (["train", "{t}", "-o", "{d}/v.bin", "--temperature", "0"], 2, "--temperature must be a number from 0.001"),
    (
        ["train", "{t}", "-o", "{d}/v.bin", "--whole-model"],
        2,
        "--whole-model must be used with an --output that ends in .safetensors",
    ),
    (
        ["train", "{t}", "-o", "{d}/v.bin", "--geometry-every", "1"],
        2,
        "--geometry-every must be used with an --output that ends",
    ),
    (["train", "{one}", "-o", "{d}/v.bin", "--min-count", "1"], 65, "use a different text"),
    (
        ["train", "{single}", "-o", "{d}/v.bin", "--min-count", "1", "--quiet"],
        1,
        "put the words of a sentence, a paragraph or a session on one line",
    ),
    (["neighbors", "{cut}", "king"], 65, "its header, which says 9 rows"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "message"), MISTAKES, ids=lambda v: " ".join(v)[:50] if isinstance(v, list) else None
)
def test_a_mistake_is_one_line(world, capsys, tmp_path, arguments, code, message):
    folder, model, _ = world
    binary = tmp_path / "binary"
    binary.write_bytes(np.random.default_rng(0).bytes(5000))
    (tmp_path / "cut.txt").write_text("9 2\nking 1 2\n", encoding="ascii")
    (tmp_path / "one").write_text("word " * 20, encoding="ascii")
    (tmp_path / "bad.pairs").write_text("king queen high\n", encoding="ascii")
    (tmp_path / "single").write_text("alone\nwords\n" * 20, encoding="ascii")
    small = {name: tmp_path / name.replace("cut", "cut.txt") for name in ("cut", "one", "single")}
    names = small | {"t": folder / "world.txt", "d": tmp_path, "m": model, "b": binary, "pairs": tmp_path / "bad.pairs"}
    got, out, err = run(capsys, *(a.format(**names) for a in arguments))
    assert (got, out) == (code, "")
    assert err.startswith("w2v: ")
    assert message in err
    assert err.count("\n") == 1
    assert not list(tmp_path.glob("v.*"))


def test_a_broken_pipe_is_quiet(world):
    _, model, _ = world
    command = " ".join(f"'{part}'" for part in [*W2V, "neighbors", model, "king", "-n", "900"]) + " | head -1"
    result = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert result.stderr == ""
    assert result.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_saves_a_checkpoint_and_resume_goes_on(world, tmp_path, number, wait_until):
    folder, _, _ = world
    checkpoint = tmp_path / "c.safetensors"
    output = tmp_path / "v.bin"
    arguments = [
        "train",
        str(folder / "world.txt"),
        "-o",
        str(output),
        "--epochs",
        "5000",
        "--checkpoint",
        str(checkpoint),
        "--checkpoint-epochs",
        "5",
    ]
    process = subprocess.Popen([*W2V, *arguments, "--vector-size", "4"], stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: checkpoint.exists() or process.poll() is not None)
        before = checkpoint.stat()
        process.send_signal(number)
        err = process.communicate(timeout=60)[1]  # all epochs take minutes
    finally:
        process.kill()
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert checkpoint.stat().st_mtime_ns > before.st_mtime_ns  # written at the end, too
    assert not output.exists()


def test_importing_brings_no_extra():
    extras = ("gensim", "scipy", "matplotlib", "plotly", "ot")
    code = f"import sys, w2v, w2v.cli; print([m for m in {extras} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert result.stdout.strip() == "[]"


def test_nothing_that_is_read_is_written(capsys, tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    text = folder / "t.txt"
    text.write_text("a b c\n" * 100, encoding="utf-8")
    (tmp_path / "link.txt").symlink_to(text)
    out = tmp_path / "v.bin"
    for arguments in (
        [text, "-o", text],
        [text, "-o", tmp_path / "link.txt"],
        [folder, "-o", folder / "v.bin"],
        [text, "-o", out, "--checkpoint", text],
        [text, "-o", out, "--checkpoint", out],
        [folder, "-o", out, "--cache", folder],
    ):
        code, _, err = run(capsys, "train", *arguments, "--min-count", 1)
        assert (code, err.count("\n")) == (2, 1), err
    assert text.read_text(encoding="utf-8") == "a b c\n" * 100
    assert [path.name for path in folder.iterdir()] == ["t.txt"]


def test_a_checkpoint_that_cannot_be_removed_is_no_failure(capsys, tmp_path, monkeypatch):
    text, out, checkpoint = tmp_path / "t.txt", tmp_path / "v.bin", tmp_path / "c.safetensors"
    text.write_text("a b c\n" * 100, encoding="utf-8")

    def fails(*_, **__):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "unlink", fails)
    code, _, err = run(capsys, "train", text, "-o", out, "--min-count", 1, "--checkpoint", checkpoint, "--quiet")
    assert code == 0
    assert out.exists()
    assert "the vectors are saved, but their checkpoint is still there: " in err
    assert "Input/output error; remove it" in err


def test_a_checkpoint_is_neither_overwritten_nor_left_behind(capsys, tmp_path):
    text, out, checkpoint = tmp_path / "t.txt", tmp_path / "v.bin", tmp_path / "c.safetensors"
    text.write_text("a b c\n" * 100, encoding="utf-8")
    arguments = ["train", text, "-o", out, "--min-count", 1, "--sample", 0, "--checkpoint", checkpoint]
    code, _, err = run(capsys, *arguments, "--resume")
    assert code == 0
    assert "starting from the beginning" in err
    corpus = encode(str(text), VocabularyConfig(min_count=1))
    trainer = Trainer(corpus, TrainConfig(vector_size=100, epochs=5, sample=0))
    for _ in range(4 * trainer.chunks):
        trainer.advance(1)
    trainer.seconds, trainer.reports = 0.0, [replace(report, seconds=100.0) for report in trainer.reports]
    trainer.save(str(checkpoint))
    code, _, err = run(capsys, *arguments, "--resume", "--seed", 2)
    assert code == 65
    assert "written with --seed 1, now --seed 2" in err
    assert "continuing from" not in err
    code, text_out, err = run(capsys, *arguments, "--resume", "--json")
    assert code == 0
    assert f"continuing from {checkpoint}" in err
    assert json.loads(text_out)["words_per_second"] == pytest.approx(300 * 5 / 400, rel=0.01)  # all epochs, all seconds
    assert not checkpoint.exists()
    checkpoint.write_text("precious", encoding="utf-8")
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert "continue from it with --resume, or remove it" in err
    assert checkpoint.read_text(encoding="utf-8") == "precious"


def test_failures_of_training_are_one_line_and_exit_1(capsys, tmp_path, monkeypatch):
    text, out = tmp_path / "t.txt", tmp_path / "v.bin"
    text.write_text("a b c d\n" * 300, encoding="utf-8")
    for options, message, finite in (
        ([], "training diverged", False),
        (["--sample", 1e-12], "no word was trained", True),
    ):
        monkeypatch.setattr("w2v.training.matrices.Matrices.finite", lambda *_, finite=finite: finite)
        code, _, err = run(capsys, "train", text, "-o", out, "--min-count", 1, "--quiet", *options)
        assert (code, err.count("\n")) == (1, 1)
        assert message in err
        assert not out.exists()


def test_a_full_standard_output_is_one_line(world):
    command = [*W2V, "info", world[1]]
    with open("/dev/full", "wb") as full:
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert result.returncode == 74
    assert result.stderr == "w2v: standard output: No space left on device\n"


def test_phrases_from_text_to_neighbours(tmp_path, capsys):
    text, table, model = tmp_path / "text.txt", tmp_path / "phrases.tsv", tmp_path / "model.safetensors"
    text.write_text("i love new york\nthe bank of america\nnew york is big\na new car\n" * 30, encoding="utf-8")
    options = ["--min-count", 20, "--threshold", 0.1, "--connector-words", "english", "--quiet"]
    code, out, _ = run(capsys, "phrases", text, "-o", table, *options, "--json")
    result = json.loads(out)
    assert code == 0
    assert result["found"] == len(w2v.PhraseTable.load(table)) > 1
    assert result["most_frequent"][0]["phrase"] == "new_york"
    assert result["config"]["connector_words"][:2] == ["a", "an"]
    small = ["--vector-size", 8, "--epochs", 1, "--workers", 1, "--quiet"]
    code, out, _ = run(capsys, "train", text, "-o", model, "--phrase-table", table, *small, "--json")
    assert code == 0
    assert json.loads(out)["phrases"]["found"] == result["found"]
    assert {"new_york", "bank_of_america"} <= set(w2v.KeyedVectors.load(model).index_to_key)
    named = ["--phrases", "--phrases-min-count", 40, "--phrases-threshold", 0.05]
    assert run(capsys, "train", text, "-o", model, *named, *small)[0] == 0
    assert [word for word in w2v.KeyedVectors.load(model).index_to_key if "_" in word] == ["new_york"]
    code, _, err = run(capsys, "neighbors", model, "new york")
    assert code == 65
    assert "did you mean 'new_york'" in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--phrases-rounds", 2], "--phrases-rounds must be used with --phrases: got it without"),
        (["--phrases", "--phrase-table", "x.tsv"], "--phrase-table must be used without --phrases: got both"),
        (["--phrases", "--phrases-threshold", -1], "--phrases-threshold must be a number from 0"),
        (["--phrases", "--phrases-min-count", 0], "--phrases-min-count must be an integer from 1"),
    ],
)
def test_options_of_phrases_that_do_not_fit(tmp_path, capsys, options, message):
    (tmp_path / "text.txt").write_text("new york\n" * 30, encoding="utf-8")
    code, _, err = run(capsys, "train", tmp_path / "text.txt", "-o", tmp_path / "v.txt", *options)
    assert code == 2
    assert err.startswith(f"w2v: {message}")
    assert not (tmp_path / "v.txt").exists()


def test_a_table_of_phrases_does_not_replace_the_text(tmp_path, capsys):
    text = tmp_path / "text.txt"
    text.write_text("new york\n" * 30, encoding="utf-8")
    code, _, err = run(capsys, "phrases", text, "-o", text)
    assert code == 2
    assert "--output and CORPUS must be different files" in err
