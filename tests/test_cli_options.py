"""Errors on the command line: every option under its own name, and values, such as paths, unchanged."""

import click
import pytest

import w2v
from w2v.cli import main
from w2v.cli.main import cli
from w2v.cli.option_names import OptionNames
from w2v.errors import ConfigError, CorpusError, MemoryLimitError

FLAGS = {
    "seed": "--seed",
    "min_count": "--min-count",
    "errors": "--errors",
    "sample": "--sample-rows",
    "keep": "--keep",
}
FLAGS |= {"drop": "--drop", "t": "--uniform-t"}


@pytest.mark.parametrize(
    ("error", "message", "expected"),
    [
        (ConfigError, "seed must be at least 0: got -1", "--seed must be at least 0: got -1"),
        (ConfigError, "keep and drop must not share a word", "--keep and --drop must not share a word"),
        (ConfigError, "got seed=1 (sample=0.5)", "got --seed 1 (--sample-rows 0.5)"),
        (CorpusError, 'not UTF-8; pass errors="replace" to read it', "not UTF-8; pass --errors replace to read it"),
        (
            MemoryLimitError,
            "it is too large; raise min_count, or lower seed",
            "it is too large; raise --min-count, or lower seed",
        ),
        (
            CorpusError,
            "cannot read '/d/seed=1/t.txt': none; lower min_count=5",
            "cannot read '/d/seed=1/t.txt': none; lower --min-count 5",
        ),
        (CorpusError, "no folder /d/seed=1; create it first", None),
        (CorpusError, "cannot read '/d/my seed=1 min_count': none", None),
        (CorpusError, 'the word "seed=1" is odd', None),
        (CorpusError, "no folder my seed=1; create it first", None),
        (CorpusError, "no file my seed=1/v.bin; create it first", None),
        (CorpusError, "seed must contain words", None),
        (CorpusError, "the file sample must contain words; the text must be long; reseed=5, at t", None),
    ],
)
def test_only_names_of_parameters_are_replaced(error, message, expected):
    with pytest.raises(error) as raised, OptionNames(FLAGS, ("my seed=1/v.bin",)).in_errors():
        raise error(message)
    assert str(raised.value) == (expected or message)


@pytest.fixture(scope="module")
def place(make_world):
    folder = make_world(20_000)
    w2v.train(w2v.encode(folder / "world.txt"), w2v.TrainConfig(vector_size=4, epochs=1)).save(folder / "m.safetensors")
    (folder / "labels.tsv").write_text("king\tperson\nqueen\tperson\nparis\tcity\nrome\tcity\n")
    return folder


BEGINNINGS = {
    "train": ["{d}/world.txt", "-o", "{d}/v.safetensors", "--checkpoint", "{d}/c"],
    "neighbors": ["{d}/m.safetensors", "king"],
    "analogy": ["{d}/m.safetensors", "a", "b", "c"],
    "evaluate": ["{d}/m.safetensors"],
    "geometry": ["{d}/m.safetensors", "--corpus", "{d}/world.txt"],
    "study": ["{d}/world.txt", "-o", "{d}/study"],
    "compare": ["{d}/world.txt", "-o", "{d}/comparison"],
    "explore": ["{d}/m.safetensors", "-o", "{d}/page.html"],
    "serve": ["{d}/m.safetensors"],
    "phrases": ["{d}/world.txt", "-o", "{d}/phrases.tsv"],
    "supervise": ["{d}/m.safetensors", "{d}/labels.tsv", "-o", "{d}/v.safetensors"],
    "corpus generate": ["{d}/new.txt"],
}
LOW = {"ns_exponent": -11}
UNBOUNDED = {"min_score"}


def numeric_options():
    for words in BEGINNINGS:
        found = cli
        for word in words.split():
            found = found.commands[word]
        for option in found.params:
            number = isinstance(option.type, (click.IntRange, click.FloatRange)) or option.type in (
                click.INT,
                click.FLOAT,
            )
            if isinstance(option, click.Option) and number and option.name not in UNBOUNDED:
                yield words, max(option.opts, key=len), option.name


OPTIONS = list(numeric_options())


def test_all_commands_with_numbers_are_tried():
    assert len(OPTIONS) > 50
    with_numbers = {name for name, command in cli.commands.items() if not isinstance(command, click.Group)}
    tried = {words for words, _, _ in OPTIONS}
    assert with_numbers - tried == {"similarity", "convert", "info", "demo", "classify"}


@pytest.mark.parametrize(("words", "flag", "name"), OPTIONS)
def test_every_option_is_named_as_it_is_written(place, capsys, words, flag, name):
    if words == "compare":
        pytest.importorskip("gensim")
    if words == "study":
        pytest.importorskip("sklearn")
    begin = [argument.format(d=place) for argument in BEGINNINGS[words]]
    assert main([*words.split(), *begin, flag, str(LOW.get(name, -1))]) == 2
    said = capsys.readouterr().err
    assert flag in said
    assert said.startswith(f"w2v: {flag} must be")
    assert not list(place.glob("[vc].*"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train", "{d}/seed=1/none.txt", "-o", "{d}/v.bin"], "cannot read corpus '{d}/seed=1/none.txt'"),
        (["train", "{d}/world.txt", "-o", "{d}/window=5/o.bin"], "{d}/window=5"),
        (["train", "{d}/world.txt", "-o", "{d}/a window=5/o.bin"], "{d}/a window=5"),
        (
            ["train", "{d}/none.txt", "-o", "{d}/v.bin", "--min-alpha", "1"],
            "--min-alpha must be at most --alpha 0.025: got 1; lower --min-alpha",
        ),
        (
            ["train", "{d}/none.txt", "-o", "{d}/v.bin", "--keep", "{d}/k", "--drop", "{d}/k"],
            "--keep and --drop must not share a word",
        ),
        (
            ["geometry", "{d}/none", "--corpus", "{d}/none", "--subsampling", "-1"],
            "--subsampling must be a number from 0",
        ),
        (
            ["geometry", "{d}/none", "--corpus", "{d}/none", "--sample-rows", "1"],
            "--sample-rows must be an integer from 100",
        ),
    ],
)
def test_what_is_said(place, capsys, arguments, said):
    (place / "k").write_text("king queen")
    assert main([argument.format(d=place) for argument in arguments]) in (2, 65, 74)
    assert said.format(d=place) in capsys.readouterr().err


def test_a_model_trained_with_replaced_bytes_is_measured_on_its_text(place, capsys):
    text, model = place / "latin.txt", str(place / "latin.safetensors")
    text.write_bytes((place / "world.txt").read_bytes() + b"caf\xe9 caf\xe9\n" * 9)
    small = ["--vector-size", "4", "--epochs", "1", "--quiet"]
    assert main(["train", str(text), "-o", model, "--whole-model", "--errors", "replace", *small]) == 0
    measured = ["geometry", model, "--corpus", str(text), "--draws", "500", "--bootstrap", "20", "--quiet"]
    assert main(measured) == 0
    assert main([*measured, "--errors", "strict"]) == 65
    assert "pass --errors replace to read it anyway" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["compare", "study"])
def test_replaced_bytes_reach_comparisons_and_studies(command, tmp_path, monkeypatch):
    seen = {}

    def run(*arguments, **named):
        seen.update(named)
        raise KeyboardInterrupt

    monkeypatch.setattr(f"w2v.cli.{command}.{'run' if command == 'study' else 'compare'}", run)
    (tmp_path / "x.csv").touch()
    main([command, str(tmp_path / "x.csv"), "-o", str(tmp_path / "o"), "--errors", "replace", "--column", "text"])
    assert (seen["errors"], seen["column"]) == ("replace", "text")
