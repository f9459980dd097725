"""The quick form of each campaign: a fixed seed, a few seconds, and no failure."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CAMPAIGNS = Path(__file__).parents[1] / "campaigns"
QUICK = {
    "files": ["--cases", "1500"],
    "kills": ["--cases", "150"],
    "load": ["--cases", "300"],
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
    assert "| odd | 4 | 1 |" in capsys.readouterr().out
    assert campaign.main("Odd.", tries, arguments=["--cases", "2"]) == 0
