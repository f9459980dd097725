"""``w2v evaluate``: score vectors on analogies and word similarity."""

from pathlib import Path
from typing import Any

import click

from w2v.arguments import amount
from w2v.cli.command import command
from w2v.cli.inputs import columns_option, lenient_option, read_vectors
from w2v.cli.output import emit, json_option, tell
from w2v.evaluation import AnalogyScore, dataset
from w2v.evaluation.analogies import RESTRICT
from w2v.evaluation.exam import Exam, ExamResult
from w2v.evaluation.solver import METHODS
from w2v.evaluation.test_sets import ANALOGIES, PAIRS
from w2v.vectors import KeyedVectors


@command(
    phrases={" of rows, or None for all of them": " of words"},
    advice="test sets are given with --pairs FILE and --analogies FILE",
)
@click.argument("model")
@click.option("--analogies", metavar="FILE", help="analogies in the format of questions-words.txt")
@click.option("--pairs", metavar="FILE", multiple=True, help="word pairs with human scores; may be repeated")
@click.option(
    "--restrict",
    type=click.IntRange(min=1),
    default=RESTRICT,
    show_default=True,
    help="restricted scoring: number of most frequent words to use; questions with other words are skipped",
)
@columns_option
@lenient_option
@json_option
def evaluate(
    model: str,
    analogies: str | None,
    pairs: tuple[str, ...],
    restrict: int,
    columns: str | None,
    lenient: bool,
    as_json: bool,
) -> None:
    """Score vectors on analogies and word similarity.

    By default, uses the test sets that come with gensim: questions-words, WordSim-353 and SimLex-999.
    """
    if analogies is None and not pairs:
        analogies, pairs = str(dataset(ANALOGIES)), tuple(str(dataset(name)) for name in PAIRS)
    exam = Exam.read(analogies, pairs, columns=columns)
    vectors = read_vectors(model, lenient)
    found = exam.score(vectors.index_to_key, vectors.vectors, restrict=restrict, methods=METHODS)
    result: dict[str, Any] = {"model": model}
    lines = []
    if analogies is not None:
        result["analogies"], text = show_analogies(analogies, found)
        lines.append(text)
    result["pairs"] = {name: score.to_dict() for name, score in found.pairs.items()}
    lines += [f"{name}: {score}" for name, score in found.pairs.items()]
    _tell_unknown(exam, found)
    emit(result, "\n".join(lines), as_json)


def _tell_unknown(exam: Exam, found: ExamResult) -> None:
    """Say on stderr that all words of a test set are unknown, which is rarely meant."""
    unknown = [
        (name, " ".join((exam.pairs[name][0].first, exam.pairs[name][0].second)))
        for name, score in found.pairs.items()
        if not score.found
    ]
    if found.analogies and not any(score.total.answered for score in found.analogies["full"].values()):
        unknown.insert(0, ("analogies", " ".join(next(s.questions[0] for s in exam.analogies if s.questions))))
    for name, words in unknown:
        tell(
            f"w2v: {name}: no line has only known words, and the first reads {words!r}; check language, case and columns"
        )


def score_analogies(vectors: KeyedVectors, path: str) -> tuple[dict[str, Any], str]:
    """Score one file of analogies, restricted and full, with both methods; return JSON values and a table."""
    return show_analogies(path, Exam.read(path).score(vectors.index_to_key, vectors.vectors, methods=METHODS))


def show_analogies(path: str, found: ExamResult) -> tuple[dict[str, Any], str]:
    """Format the scores of a file of analogies as JSON values and as a table."""
    lines = [
        f"{Path(path).stem}: correct answers in percent, by the sum of cosines (3cosadd) and by their product (3cosmul)"
    ]
    for scoring, by_method in found.analogies.items():
        lines += [f"  {scoring:10} {method}  {_of(score.total, scoring)}" for method, score in by_method.items()]
    values = {
        scoring: {method: score.to_dict() for method, score in by_method.items()}
        for scoring, by_method in found.analogies.items()
    }
    return values, "\n".join(lines)


def _of(total: AnalogyScore, scoring: str) -> str:
    """Format a score together with its denominator: the questions with known words, or all questions."""
    accuracy = total.accuracy if scoring == "restricted" else total.accuracy_of_all
    shown = "undefined" if accuracy is None else f"{100 * accuracy:.2f}"
    if scoring == "restricted":
        return f"{shown:>9}  of the {amount(total.answered, 'question')} with known words ({total.asked:,} asked)"
    return f"{shown:>9}  of all {amount(total.asked, 'question')} ({total.answered:,} with known words)"
