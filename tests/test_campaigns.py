"""The quick form of each campaign: a fixed seed, a few seconds, and no failure."""

import importlib
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import w2v
from w2v.cli.main import cli

CAMPAIGNS = Path(__file__).parents[1] / "campaigns"
QUICK = {
    "files": ["--cases", "1500"],
    "kills": ["--cases", "150", "--quick"],
    "load": ["--cases", "400"],
    "arguments": ["--cases", "300", "--quick"],
}

pytestmark = pytest.mark.skipif(not CAMPAIGNS.exists(), reason="campaigns are not installed")


def run(name, *arguments):
    # The folder of a script comes first on the path, so that it finds what the campaigns share.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONSAFEPATH"}
    return subprocess.run(
        [sys.executable, CAMPAIGNS / f"{name}.py", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


@pytest.mark.parametrize("name", QUICK)
def test_quick(tmp_path, name):
    if name == "kills" and shutil.which("gcc") is None:
        pytest.skip("faults need a C compiler")
    output = tmp_path / "verdicts.jsonl"
    result = run(name, "--minutes", "0.5", "--seed", "1", *QUICK[name], "--output", str(output))
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    assert result.returncode == 0, result.stdout + result.stderr
    assert not [line for line in lines if line["failed"]]
    assert {"campaign": name, "seed": 1} == {key: lines[0][key] for key in ("campaign", "seed")}
    assert sum(line.get("count", 0) for line in lines) > 20


def test_a_failure_is_counted_written_and_the_exit_status(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(CAMPAIGNS)
    import campaign

    def tries(running):
        while running.goes_on():
            running.saw("odd", "wrong", failed=running.tried == 2, data=b"\0", number_drawn=running.random.random())

    output = tmp_path / "verdicts.jsonl"
    assert campaign.main("Odd.", tries, arguments=["--cases", "5", "--seed", "7", "--output", str(output)]) == 1
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    assert [(line.get("number"), line.get("count"), line["failed"]) for line in lines] == [
        (1, None, False),
        (3, None, True),
        (None, 4, False),
        (None, 1, True),
    ]
    assert lines[0]["data"] == {"base64": "AA=="}
    said = capsys.readouterr().out
    assert "| odd | 4 | 1 |" in said
    assert re.search(r"\| `\S+` \| 7 \| \d+\.\d \| 5 \| 1 odd: wrong \|$", said.strip())
    assert campaign.main("Odd.", tries, arguments=["--cases", "2"]) == 0


def test_everything_public_is_tried_with_hostile_arguments(monkeypatch):
    monkeypatch.syspath_prepend(CAMPAIGNS)
    import argument_targets
    import arguments

    assert arguments.untried() == []
    tried = {re.sub(r"(\(\)| =)$", "", name) for name in argument_targets.targets()} | {
        name.removesuffix("()") for name in argument_targets.LEFT_OUT
    }
    public = {
        f"{module}.{name}": getattr(importlib.import_module(module), name)
        for module in argument_targets.MODULES
        for name in importlib.import_module(module).__all__
    }
    takes = {name for name, thing in public.items() if callable(thing) and inspect.signature(thing).parameters}
    assert {"w2v.train", "w2v.KeyedVectors", "w2v.theory.measure"} <= takes
    assert takes <= tried
    assert {name.split("(")[0] for name in argument_targets.LEFT_OUT if name.count(".") == 1} <= set(public)


def test_the_modules_with_public_names_are_those_of_the_campaign(monkeypatch):
    monkeypatch.syspath_prepend(CAMPAIGNS)
    from argument_targets import MODULES

    rooms = [f"w2v.{name}" for name in w2v._PACKAGES if getattr(importlib.import_module(f"w2v.{name}"), "__all__", ())]
    assert {"w2v", *rooms} - set(MODULES) == {"w2v.cli"}, "its commands are tried"


def test_every_command_is_tried_with_hostile_arguments(monkeypatch):
    monkeypatch.syspath_prepend(CAMPAIGNS)
    import argument_targets

    def commands(group, prefix=""):
        for name, command in group.commands.items():
            inner = hasattr(command, "commands")
            yield from commands(command, f"{prefix}{name} ") if inner else [prefix + name]

    every = set(commands(cli))
    assert {"train", "corpus fetch", "serve"} <= every
    assert every == {*argument_targets.COMMANDS, *argument_targets.COMMANDS_LEFT_OUT}


def test_each_extension_has_tests_that_sanitizers_run(monkeypatch):
    tree = CAMPAIGNS.parent
    if not (tree / "setup.py").exists():
        pytest.skip("the extensions are listed in setup.py")
    monkeypatch.syspath_prepend(CAMPAIGNS)
    import sanitizers

    compiled = re.findall(r"^ +(_\w+)=\[", (tree / "setup.py").read_text(), re.MULTILINE)
    assert {"_core", "_merging", "_text"} <= set(compiled)
    tried = {tests: (tree / tests).read_text() for tests in sanitizers.TESTS["address"] + sanitizers.TESTS["thread"]}
    for extension in compiled:
        assert any(re.search(rf"\b{extension}\b", tried[tests]) for tests in sanitizers.TESTS["address"]), extension


def test_programs_of_the_sanitizers_compile(tmp_path, monkeypatch):
    if shutil.which("gcc") is None:
        pytest.skip("there is no gcc")
    monkeypatch.syspath_prepend(CAMPAIGNS)
    import sanitizers

    gcc = ["gcc", "-Wall", "-Werror", "-Wno-psabi", f"-I{CAMPAIGNS.parent}"]
    subprocess.run(
        [*gcc, "-fsyntax-only", CAMPAIGNS / "kernels_core.c"], check=True
    )  # the kernels take long to compile
    program, powers = tmp_path / "text_core", tmp_path / "powers"
    subprocess.run([*gcc, CAMPAIGNS / "text_core.c", "-o", program, "-lm"], check=True)
    sanitizers.write_powers(powers)
    subprocess.run([program, powers, "5", "1"], check=True)


def test_an_error_of_a_campaign_loses_no_verdict(monkeypatch, capsys):
    monkeypatch.syspath_prepend(CAMPAIGNS)
    import campaign

    def tries(running):
        running.saw("odd", "right")
        raise RuntimeError("odd fails undisturbed")

    assert campaign.main("Odd.", tries, arguments=[]) == 1
    said = capsys.readouterr()
    assert "| odd |  | 1 |" in said.out or "| odd | 1 |  |" in said.out
    assert "odd fails undisturbed" in said.err


@pytest.mark.parametrize(
    ("cycles", "leak", "verdict"),
    [(400, 0, "flat"), (400, 12 << 10, "rises"), (400, 1 << 10, "flat"), (80, 6 << 10, "too few cycles to say")],
)
def test_memory_is_judged_by_the_interval_of_its_slope(monkeypatch, cycles, leak, verdict):
    monkeypatch.syspath_prepend(CAMPAIGNS)
    from load import Slope

    count = np.arange(cycles)
    noise = np.random.default_rng(1).normal(0, 200 << 10, cycles)
    slope = Slope.of(count, (60 << 20) + leak * count + noise)
    assert slope.verdict == verdict
    assert slope.low < leak < slope.high
    assert Slope.of(count[:30], noise[:30]) is None


def test_the_faults_list_calls_and_strike_at_one(tmp_path):
    if shutil.which("gcc") is None:
        pytest.skip("faults need a C compiler")
    program = """
import os, sys
from pathlib import Path
from disturber import FAULTS, Disturber, start_with_faults
start_with_faults()
place = Path(sys.argv[1])
disturber = Disturber(place)

def act(place):
    with open(place / "f", "wb", buffering=0) as file:
        print(file.write(b"four"))
    os.rename(place / "f", place / "g")
    os.unlink(place / "g")

calls = disturber.run(act, place).calls
print(calls)
for n, call in enumerate(calls, start=1):
    print(call, disturber.run(act, place, FAULTS["input/output error"], n).error)
made = disturber.trace(act, place).system_calls
print(made > len(calls), all(disturber.trace(act, place, n).killed for n in range(1, len(calls) + 1)))
"""
    # An empty part would stand for the current folder, and what is tested is the installed package.
    paths = filter(None, [str(CAMPAIGNS), os.environ.get("PYTHONPATH")])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path], capture_output=True, text=True, env=environment, check=False
    )
    listed, *struck, traced = done.stdout.splitlines()
    assert [call for call in listed if call in "owcnu"] == list("owcnu"), done.stderr
    assert len(struck) == len(listed)
    # Python ignores that it cannot ask for the size of a block ("x").
    assert all("Input/output error" in line for line in struck if line[0] in "owcnu"), struck
    assert traced == "True True"
