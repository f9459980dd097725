"""Processor seconds to find and merge the phrases of a text, one thread: w2v and gensim, alternating.

    python benchmarks/phrases.py TEXT [--rounds 3]

"file": from a file with one sentence per line to merged sentences (gensim: `LineSentence` twice; w2v: ids on disk).
"memory": from lists of words. gensim, and w2v.Phrases, return lists of words; w2v.phrases leaves ids, as in `w2v.encode`.
Each run is a process of its own; the table has the fastest of each.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from time import process_time
from typing import Any

RUNS = ("w2v file", "gensim file", "w2v memory", "w2v.Phrases memory", "gensim memory")


def timed(steps: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Run the steps and return the seconds of each."""
    seconds = {}
    for name, step in steps.items():
        began = process_time()
        step()
        seconds[name] = process_time() - began
    return seconds


def measure(who: str, source: str, path: str) -> dict[str, float]:
    """Return the seconds of each step of one run."""
    made: dict[str, Any] = {}
    sentences: Any = None
    if source == "memory":
        with open(path, encoding="utf-8") as lines:
            sentences = [line.split() for line in lines]
    if who == "w2v":
        import w2v
        from w2v.corpus.encode import count
        from w2v.corpus.phrases import find_phrases

        text, config = w2v.TextOptions(threads=1), w2v.PhraseConfig(overlaps="first")
        return timed(
            {
                "read": lambda: made.update(read=count(sentences or path, text)),
                "find": lambda: find_phrases(made["read"], config, 1, merging=True),
            }
        )
    if who == "gensim":
        from gensim.models.phrases import Phrases
        from gensim.models.word2vec import LineSentence

        sentences = sentences or LineSentence(path)
    else:
        from w2v import Phrases
    return timed(
        {
            "find": lambda: made.update(phrases=Phrases(sentences)),
            "freeze": lambda: made.update(frozen=made["phrases"].freeze()),
            "apply": lambda: [None for _ in made["frozen"][sentences]],
        }
    )


def main() -> None:
    """Measure in processes of their own, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--run", choices=RUNS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        print(json.dumps(measure(*options.run.split(), options.text)))
        return
    best: dict[str, dict[str, float]] = {}
    for _ in range(options.rounds):
        for run in RUNS:
            command = [sys.executable, __file__, options.text, "--run", run]
            seconds = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            if run not in best or sum(seconds.values()) < sum(best[run].values()):
                best[run] = seconds
    print("| | read | find (w2v: and merge) | freeze | apply | together |\n|---|---|---|---|---|---|")
    for run, seconds in best.items():
        cells = [f"{seconds[step]:.2f}" if step in seconds else "" for step in ("read", "find", "freeze", "apply")]
        print(f"| {run} | {' | '.join(cells)} | {sum(seconds.values()):.2f} |")


if __name__ == "__main__":
    main()
