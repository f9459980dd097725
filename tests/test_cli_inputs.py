"""Commands that read vectors and pairs: strict by default, --lenient with one line on repairs, and --columns."""

import json

import pytest

from w2v import KeyedVectors
from w2v.cli import main
from w2v.cli.commands import COMMANDS
from w2v.cli.main import cli

VECTORS = "4 2\na 1 0\na 9 9\nnew york 0 1\n\t 1 2\nb 1 1"
REPAIRS = (
    "was repaired while it was read: duplicate words left out: 1, words with white space: 1, "
    "words that are empty or only white space: 1, missing newline after the last row: 1, "
    "rows beyond those in the header: 1\n"
)
QUICK = ["--ms", "1", "--bootstrap", "20", "--quiet"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "v.vec").write_text(VECTORS, encoding="utf-8")
    (tmp_path / "pairs.csv").write_text("x;y;kind;score\na;b;N;6,5\na;new york;N;1,5\n", encoding="utf-8")
    (tmp_path / "q.txt").write_text(": s\na b a b\n", encoding="utf-8")
    return tmp_path


def run(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


READERS = {
    "neighbors": ["v.vec", "a"],
    "similarity": ["v.vec", "a", "b"],
    "analogy": ["v.vec", "a", "b", "a"],
    "evaluate": ["v.vec", "--analogies", "q.txt"],
    "geometry": ["v.vec", "--pairs", "pairs.csv", "--columns", "x,y", *QUICK],
    "convert": ["v.vec", "out.safetensors"],
    "explore": ["v.vec", "-o", "page.html", "--quiet"],
    "info": ["v.vec"],
}


@pytest.mark.parametrize("command", READERS)
def test_every_reader_of_vectors_can_be_lenient(folder, capsys, command):
    code, out, err = run(capsys, command, *READERS[command])
    assert (code, out) == (65, "")
    assert err.endswith("; --lenient reads it\n")
    code, out, err = run(capsys, command, *READERS[command], "--lenient")
    assert (code, err) == (0, f"w2v: v.vec {REPAIRS}")
    assert out


def test_the_list_of_commands_says_what_they_say():
    for name, (_, text) in COMMANDS.items():
        command = cli.commands[name]
        assert (command.name, command.get_short_help_str(200)) == (name, text)


def test_no_other_command_reads_vectors():
    lenient = {
        command.name for command in cli.commands.values() if any(option.name == "lenient" for option in command.params)
    }
    assert lenient == {*READERS, "serve", "supervise"}  # which have tests of their own


def test_conversion_leaves_out_what_the_target_cannot_hold(folder, capsys):
    assert run(capsys, "convert", "v.vec", "out.safetensors", "--lenient")[0] == 0
    assert KeyedVectors.load("out.safetensors").index_to_key == ["a", "new york", "\t", "b"]
    assert run(capsys, "info", "out.safetensors", "--lenient")[2] == ""  # said when it was read
    code, _, err = run(capsys, "convert", "v.vec", "out.bin", "--lenient")
    assert code == 0
    assert err.endswith("w2v: out.bin: words left out, because the format cannot hold them: 2; .safetensors can\n")
    assert KeyedVectors.load("out.bin").index_to_key == ["a", "b"]
    code, _, err = run(capsys, "convert", "out.safetensors", "out.txt")
    assert code == 65
    assert "save in the native format (.safetensors)" in err


def test_columns_are_chosen(folder, capsys):
    arguments = ["evaluate", "v.vec", "--lenient", "--pairs", "pairs.csv"]
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (65, "")
    assert "choose the columns, as in --columns '1,2,4'" in err
    for columns in ("x,y,score", "1,2,4"):
        code, out, _ = run(capsys, *arguments, "--columns", columns, "--json")
        assert code == 0
        assert json.loads(out)["pairs"]["pairs"]["spearman"] == pytest.approx(1)
    code, _, err = run(capsys, *arguments, "--columns", "x,y,human")
    assert code == 2
    assert "w2v: --columns must be names in the header of pairs.csv" in err
    code, _, err = run(capsys, "geometry", "v.vec", "--lenient", "--corpus", "q.txt", "--columns", "1,2", *QUICK)
    assert code == 2
    assert "--columns must be used with --pairs FILE" in err


def test_a_set_without_known_words_is_said(folder, capsys):
    (folder / "other.txt").write_text("'a','b',3\n'b','a',4\n", encoding="utf-8")
    (folder / "french.txt").write_text(": s\nroi reine homme femme\n", encoding="utf-8")
    code, out, err = run(
        capsys, "evaluate", "v.vec", "--lenient", "--pairs", "other.txt", "--analogies", "french.txt", "--json"
    )
    assert code == 0
    assert json.loads(out)["pairs"]["other"]["found"] == 0
    assert "w2v: analogies: no line has only known words, and the first reads 'roi reine homme femme'; check" in err
    assert """w2v: other: no line has only known words, and the first reads "'a' 'b'"; check""" in err


@pytest.mark.parametrize("command", READERS)
def test_content_of_another_kind_is_one_line(folder, capsys, command):
    (folder / "v.vec").write_bytes(b"<!DOCTYPE html>\n<html>")
    for more in ([], ["--lenient"]):
        code, out, err = run(capsys, command, *READERS[command], *more)
        assert (code, out) == (65, "")
        assert err.startswith("w2v: cannot read v.vec: it is an HTML page; download the file itself")
        assert err.count("\n") == 1


def test_words_that_begin_with_a_dash(folder, capsys):
    (folder / "dash.vec").write_text("-> 1 0\n:-) 0 1\n", encoding="ascii")
    code, _, err = run(capsys, "neighbors", "dash.vec", "->")
    assert (code, err) == (
        2,
        "w2v: No such option '->'. w2v neighbors --help lists the options. "
        "An argument that begins with a dash goes after the options and --.\n",
    )
    code, out, _ = run(capsys, "neighbors", "dash.vec", "--topn", "1", "--", "->")
    assert (code, out) == (0, "->\t:-)\t0.0000\n")
    assert "--." not in run(capsys, "neighbors", "dash.vec", "--top", "1")[2]
