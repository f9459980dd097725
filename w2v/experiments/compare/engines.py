"""Run one engine in its own process, and check that both engines have the same vocabulary."""

import json
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v import formats
from w2v.corpus.source_files import file_digest
from w2v.errors import ComparisonError
from w2v.formats import Contents
from w2v.gensim_compat import bridge

OURS, THEIRS = "w2v", "gensim"
ENGINES = (OURS, THEIRS)


def run(engine: str, text: str, parameters: dict[str, Any], folder: Path, *, keep: bool) -> Any:
    """Train in a new process; return the result of `w2v.gensim_compat.bridge.train`, and a digest of the vocabulary.

    Parameters
    ----------
    engine : {"w2v", "gensim"}
    text : str
        A file with one sentence per line.
    parameters : dict
        Arguments of the model's constructor.
    folder : Path
        Output folder.
    keep : bool
        Whether to save the matrices too, not only the vocabulary.

    Raises
    ------
    ComparisonError
        If the process fails.
    """
    folder.mkdir(exist_ok=True)
    task = {"engine": engine, "text": text, "parameters": parameters, "folder": str(folder), "keep": keep}
    # -P: measure the installed package, whatever the current directory.
    command = [sys.executable, "-P", bridge.__file__]
    done = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise ComparisonError(f"cannot train with {engine}: {said[-1]}")
    try:
        found = json.loads(done.stdout)
    except ValueError:
        shown = (done.stdout + done.stderr).strip()[-300:]
        raise ComparisonError(f"cannot read the result of {engine}: it is not JSON: {shown}") from None
    found["words_per_second"] = found["words"] * found["epochs"] / found["seconds"]["train"]
    found["vocabulary"] = file_digest(folder / bridge.VOCABULARY)
    return found


def load_vectors(folder: Path) -> tuple[Contents, NDArray[Any]]:
    """Read the results of a run with ``keep``: words with input vectors, and the output matrix."""
    return formats.load(folder / bridge.VECTORS), np.load(folder / bridge.OUTPUT, allow_pickle=False)


def check_same_vocabulary(results: dict[str, Any], folders: dict[str, Path]) -> None:
    """Raise ComparisonError unless both engines have the same words, in the same order, with the same counts."""
    if results[OURS]["vocabulary"] == results[THEIRS]["vocabulary"]:
        return
    ours, theirs = (
        folders[engine].joinpath(bridge.VOCABULARY).read_text(encoding="utf-8").split("\n")[:-1] for engine in ENGINES
    )
    row, (a, b) = next((n, pair) for n, pair in enumerate(zip_longest(ours, theirs)) if pair[0] != pair[1])
    raise ComparisonError(
        f"both engines must have the same vocabulary: got {len(ours):,} words in w2v and {len(theirs):,} in gensim; "
        f"the first difference is in row {row:,}: {_entry(a)} in w2v and {_entry(b)} in gensim"
    )


def _entry(line: str | None) -> str:
    if line is None:
        return "none"
    word, count = line.rsplit(" ", 1)
    return f"{word!r} ({int(count):,} times)"
