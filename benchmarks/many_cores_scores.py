"""Score the vectors saved by one training of many_cores.py: ``many_cores_scores.py FOLDER QUESTIONS-OR-EMPTY [PAIRS ...]``.

Prints JSON: analogies among the 30,000 most frequent words in percent, Spearman's rho x 100 for each set of word pairs.
It runs as a separate process, so that its memory is not counted as that of the training. Works without scipy.
"""

import json
import sys
from pathlib import Path

from w2v.evaluation import evaluate_analogies, read_pairs
from w2v.evaluation.similarity import judged_cosines
from w2v.evaluation.space import WordSpace
from w2v.experiments.compare.engines import load_vectors
from w2v.geometry.frequency import norm_frequency as spearman


def main(folder: str, questions: str, *files: str) -> None:
    """Score and print."""
    found, _ = load_vectors(Path(folder))
    space = WordSpace.build(found.words, found.vectors, restrict=None, case_insensitive=True)
    scores: dict[str, float | None] = {}
    if questions:
        scores["analogies"] = evaluate_analogies(found.words, found.vectors, questions).total.accuracy
    for path in files:
        scores[Path(path).stem] = spearman(*judged_cosines(space, read_pairs(path)))
    print(json.dumps({name: None if score is None else 100 * score for name, score in scores.items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
