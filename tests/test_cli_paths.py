"""No command overwrites what it reads: every output of every command against every input."""

import os
from pathlib import Path

import click
import numpy as np
import pytest

from w2v import KeyedVectors
from w2v.cli import main
from w2v.cli.main import cli
from w2v.cli.paths import WRITTEN_FOLDER, FileOr, Written, is_read
from w2v.errors import ConfigError

READ = {
    "compare": "CORPUS --pairs --analogies --tokenizer",
    "convert": "IN",
    "explore": "MODEL --against --column --results",
    "geometry": "MODEL --corpus --pairs --against --labels --tokenizer",
    "phrases": "CORPUS --connector-words --tokenizer",
    "sentences compare": "VECTORS TEXT --sts --pairs --probe --tokenizer",
    "sentences encode": "VECTORS TEXT --fit --tokenizer",
    "sentences train": "VECTORS TEXT --pairs --probe --tokenizer",
    "study": "CORPUS --pairs --analogies --sentences --data --tokenizer",
    "supervise": "VECTORS LABELS --tokenizer",
    "train": "CORPUS --tokenizer --keep --drop --phrases-connector-words --phrase-table",
}
WRITTEN = {
    "compare": "--output",
    "convert": "OUT",
    "corpus generate": "OUT --analogies",
    "explore": "--output",
    "geometry": "--plot",
    "phrases": "--output",
    "sentences compare": "--output",
    "sentences encode": "--output",
    "sentences train": "--output",
    "study": "--output",
    "supervise": "--output",
    "theory lab": "--plot",
    "theory violations": "--plot",
    "train": "--output --cache --checkpoint",
}
"""By command: what the help calls its parameters for paths."""
NO_PATHS = {
    "--address",
    "--encoding",
    "--column",
    "--columns",
    "--label-column",
    "--variant",
    "--ms",
    "--ks",
    "--blocks",
    "--objective",
}


def commands(command=cli, name=()):
    if not isinstance(command, click.Group):
        return {" ".join(name): command}
    context = click.Context(command)
    listed = ((part, command.get_command(context, part)) for part in command.list_commands(context))
    return {full: made for part, found in listed for full, made in commands(found, (*name, part)).items()}


COMMANDS = commands()


def flag(parameter):
    is_option = isinstance(parameter, click.Option)
    return max(parameter.opts, key=len) if is_option else parameter.human_readable_name.rstrip(".")


def flags(command, wanted):
    return {flag(p): p for p in COMMANDS[command].params if wanted(p)}


def written(command):
    return flags(command, lambda p: isinstance(p.type, Written))


PAIRS = [
    (command, one, other)
    for command in WRITTEN
    for one in WRITTEN[command].split()
    for other in [*READ.get(command, "").split(), *WRITTEN[command].split()]
    if one != other
]


def test_it_is_known_of_every_parameter_whether_it_is_written_or_read():
    assert {name: set(written(name)) for name in COMMANDS if written(name)} == {
        name: set(found.split()) for name, found in WRITTEN.items()
    }
    for name in WRITTEN:
        assert set(flags(name, is_read)) == set(READ.get(name, "").split()), name
        text = flags(name, lambda p: isinstance(p.type, click.types.StringParamType))
        assert set(text) - set(written(name)) - set(flags(name, is_read)) <= NO_PATHS, name
    for name, command in COMMANDS.items():
        # --output and what help calls OUT or FOLDER are outputs, whoever adds them
        named = {p.name for p in command.params if "--output" in p.opts or p.human_readable_name == "OUT"}
        assert named <= {p.name for p in written(name).values()}


@pytest.mark.parametrize("link", [os.link, os.symlink, None])
@pytest.mark.parametrize(("command", "one", "other"), PAIRS)
def test_no_output_is_an_input(tmp_path, monkeypatch, command, one, other, link):
    monkeypatch.chdir(tmp_path)
    found, called = COMMANDS[command], []
    monkeypatch.setattr(found, "callback", lambda **_: called.append(1))
    paths = {}
    for number, parameter in enumerate(found.params):
        if flag(parameter) in (one, other) or parameter.required:
            paths[flag(parameter)] = f"file{number}"
            if flag(parameter) != one:
                Path(f"file{number}").write_text("text", encoding="utf-8")

    def run():
        options = [part for name, path in paths.items() if name.startswith("--") for part in (name, path)]
        arguments = [path for name, path in paths.items() if not name.startswith("--")]
        with found.make_context(command, [*options, *arguments]) as context:
            found.invoke(context)

    run()
    assert called.pop()
    if link is not None:
        link(paths[other], "link")
    paths[one] = "link" if link is not None else f"./{paths[other]}"
    is_folder = written(command)[one].type is WRITTEN_FOLDER  # for which a file is another error
    if is_folder or (
        link is os.link and other in written(command)
    ):  # or the new file takes the place of one of the two
        return
    with pytest.raises(ConfigError, match=r"must be different files: got .* for both; choose another name") as problem:
        run()
    assert {one, other} <= set(str(problem.value).split())
    assert not called
    assert Path(paths[other]).read_text(encoding="utf-8") == "text"


@pytest.mark.parametrize(("command", "output"), [("compare", "-o"), ("study", "-o"), ("train", "--cache")])
def test_no_folder_of_outputs_is_one_of_inputs(tmp_path, capsys, command, output):
    (tmp_path / "a.txt").write_text("cat dog\n", encoding="utf-8")
    model = ["-o", str(tmp_path.parent / "v.txt")] if command == "train" else []
    assert main([command, str(tmp_path), output, f"{tmp_path}/.", *model]) == 2
    assert "and CORPUS must be different folders" in capsys.readouterr().err


def test_names_are_no_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for option, command in (("--tokenizer", "train"), ("--pairs", "sentences train")):
        parameter = flags(command, lambda p: type(p.type) is FileOr)[option]
        monkeypatch.setattr(COMMANDS[command], "callback", lambda **_: None)
        for name in parameter.type.names:
            Path(name).write_text("an earlier output", encoding="utf-8")
            with COMMANDS[command].make_context(command, ["a", "b", option, name, "-o", name]) as context:
                COMMANDS[command].invoke(context)


def test_outputs_in_a_folder_of_inputs_and_inputs_by_a_pattern(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("texts").mkdir()
    Path("texts", "a.txt").write_text("new york\n" * 30, encoding="utf-8")
    for paths, output in (("texts", "texts/a.txt"), ("texts", "texts/new.tsv"), ("texts/*.txt", "texts/a.txt")):
        assert main(["phrases", paths, "-o", output]) == 2
        assert "--output" in capsys.readouterr().err
    assert main(["phrases", "texts/*.txt", "-o", "texts/new.tsv", "--quiet"]) == 0
    assert sorted(os.listdir("texts")) == ["a.txt", "new.tsv"]
    assert main(["phrases", "-", "/dev/null", "-o", "/dev/null"]) != 2  # a device has nothing to lose


def test_vectors_do_not_become_those_that_they_were_made_from(tmp_path, capsys):
    model = tmp_path / "v.safetensors"
    KeyedVectors.from_arrays(["cat", "dog"], np.eye(2, dtype=np.float32), [2, 1]).save(model)
    (tmp_path / "text.txt").write_text("cat dog\ndog cat\n", encoding="utf-8")
    before = model.read_bytes()
    assert main(["sentences", "train", str(model), str(tmp_path / "text.txt"), "-o", str(model)]) == 2
    assert f"--output and VECTORS must be different files: got {model} for both" in capsys.readouterr().err
    assert model.read_bytes() == before
