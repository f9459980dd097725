"""gensim's own tests of Word2Vec, KeyedVectors and Phrases pass here, or do not for the reasons in gensim_suite.py."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("gensim_suite.py")


def test_no_test_of_gensims_fails(tmp_path):
    for needed in ("gensim", "testfixtures", "ot"):
        pytest.importorskip(needed)
    command = [sys.executable, str(SCRIPT), "--json"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    verdicts = json.loads(result.stdout)
    failed = [verdict for verdict in verdicts if verdict["outcome"] == "failed"]
    assert not failed
    assert result.returncode == 0
    counts = Counter(verdict["outcome"] for verdict in verdicts)
    assert counts["passed"] >= 115
    assert counts["refused"] <= 47
    assert counts["different"] <= 4
