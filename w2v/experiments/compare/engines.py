"""One training of one engine, in a process of its own, and the proof that both engines count the same words."""

import json
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v import formats
from w2v.corpus.text_files import file_digest
from w2v.errors import ComparisonError
from w2v.formats import Contents
from w2v.gensim_compat import bridge

OURS, THEIRS = "w2v", "gensim"
ENGINES = (OURS, THEIRS)


def run(engine: str, text: str, parameters: dict[str, Any], folder: Path, *, keep: bool) -> Any:
    """Train in a new process; return what `w2v.gensim_compat.bridge.train` says, and the digest of the vocabulary.

    Parameters
    ----------
    engine : {"w2v", "gensim"}
    text : str
        A file, a sentence a line.
    parameters : dict
        Of the constructors.
    folder : Path
        Where the results go.
    keep : bool
        Whether the matrices are wanted, not only the vocabulary.

    Raises
    ------
    ComparisonError
        If the process fails.
    """
    folder.mkdir(exist_ok=True)
    task = {"engine": engine, "text": text, "parameters": parameters, "folder": str(folder), "keep": keep}
    # -P: what is measured is the installed package, wherever the command is given.
    command = [sys.executable, "-P", bridge.__file__]
    done = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise ComparisonError(f"{engine} failed: {said[-1]}")
    try:
        found = json.loads(done.stdout)
    except ValueError:
        shown = (done.stdout + done.stderr).strip()[-300:]
        raise ComparisonError(f"{engine} said something unexpected: {shown}") from None
    found["words_per_second"] = found["words"] * parameters["epochs"] / found["seconds"]["train"]
    found["vocabulary"] = file_digest(folder / bridge.VOCABULARY)
    return found


def load_vectors(folder: Path) -> tuple[Contents, NDArray[Any]]:
    """Read what a run left that was told to keep its matrices: words with input vectors, and the output matrix."""
    return formats.load(folder / bridge.VECTORS), np.load(folder / bridge.OUTPUT, allow_pickle=False)


def check_same_vocabulary(results: dict[str, Any], folders: dict[str, Path]) -> None:
    """Raise ComparisonError, with the first difference, unless both engines have the same words, order and counts."""
    if results[OURS]["vocabulary"] == results[THEIRS]["vocabulary"]:
        return
    ours, theirs = (
        folders[engine].joinpath(bridge.VOCABULARY).read_text(encoding="utf-8").split("\n")[:-1] for engine in ENGINES
    )
    row, (a, b) = next((n, pair) for n, pair in enumerate(zip_longest(ours, theirs)) if pair[0] != pair[1])
    raise ComparisonError(
        f"the vocabularies differ, so nothing can be compared: w2v has {len(ours):,} words and gensim {len(theirs):,}; "
        f"in row {row:,} w2v has {_entry(a)} and gensim {_entry(b)}"
    )


def _entry(line: str | None) -> str:
    if line is None:
        return "none"
    word, count = line.rsplit(" ", 1)
    return f"{word!r} ({int(count):,} times)"
