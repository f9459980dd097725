"""``w2v evaluate``: analogies and word similarity."""

from pathlib import Path
from typing import Any

import click

from w2v.cli.command import command
from w2v.cli.output import emit, json_option
from w2v.evaluation import AnalogyScore, dataset, evaluate_analogies, evaluate_pairs, read_analogies
from w2v.vectors import KeyedVectors

METHODS = ("3cosadd", "3cosmul")


@command()
@click.argument("model")
@click.option("--analogies", metavar="FILE", help="questions in Google's format")
@click.option("--pairs", metavar="FILE", multiple=True, help="word pairs with a human score; may be repeated")
@click.option(
    "--restrict",
    type=int,
    default=30_000,
    show_default=True,
    help="most frequent words that count in restricted scoring",
)
@json_option
def evaluate(model: str, analogies: str | None, pairs: tuple[str, ...], restrict: int, as_json: bool) -> None:
    """Score vectors on analogies and word similarity.

    By default on the test sets that gensim ships: questions-words, WordSim-353 and SimLex-999.
    """
    if analogies is None and not pairs:
        analogies, pairs = str(dataset("questions-words")), (str(dataset("wordsim353")), str(dataset("simlex999")))
    vectors = KeyedVectors.load(model)
    result: dict[str, Any] = {"model": model}
    lines = []
    if analogies is not None:
        result["analogies"], text = score_analogies(vectors, analogies, restrict)
        lines.append(text)
    result["pairs"] = {}
    for path in pairs:
        score = evaluate_pairs(vectors.index_to_key, vectors.vectors, path)
        result["pairs"][Path(path).stem] = score.to_dict()
        lines.append(f"{Path(path).stem}: {score}")
    emit(result, "\n".join(lines), as_json)


def score_analogies(vectors: KeyedVectors, path: str, restrict: int = 30_000) -> tuple[dict[str, Any], str]:
    """Score one file both ways and by both methods; return JSON values and a table."""
    sections = read_analogies(path)
    result: dict[str, Any] = {}
    lines = [
        f"{Path(path).stem}: correct answers in percent, by the sum of cosines (3cosadd) and by their product (3cosmul)"
    ]
    for scoring, limit in (("restricted", restrict), ("full", None)):
        for method in METHODS:
            score = evaluate_analogies(vectors.index_to_key, vectors.vectors, sections, restrict=limit, method=method)
            result.setdefault(scoring, {})[method] = score.to_dict()
            lines.append(f"  {scoring:10} {method}  {_of(score.total, scoring)}")
    return result, "\n".join(lines)


def _of(total: AnalogyScore, scoring: str) -> str:
    """Return a score with what it is a share of: the questions whose words are all known, or all questions."""
    accuracy = total.accuracy if scoring == "restricted" else total.accuracy_of_all
    shown = "undefined" if accuracy is None else f"{100 * accuracy:.2f}"
    if scoring == "restricted":
        return f"{shown:>9}  of the {total.answered:,} questions with known words ({total.asked:,} asked)"
    return f"{shown:>9}  of all {total.asked:,} questions ({total.answered:,} with known words)"
