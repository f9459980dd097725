"""``w2v neighbors``, ``w2v similarity`` and ``w2v analogy``: query a model."""

import click

from w2v.cli.command import command
from w2v.cli.inputs import lenient_option, read_vectors
from w2v.cli.output import emit, json_option
from w2v.cli.standard_streams import Word
from w2v.vectors.rows import refuse_unknown

Neighbours = list[tuple[str, float]]


def _lines(found: Neighbours) -> list[str]:
    return [f"{word}\t{score:.4f}" for word, score in found]


@command()
@click.argument("model")
@click.argument("words", metavar="WORD...", nargs=-1, required=True, type=Word())
@click.option(
    "-n", "--topn", type=click.IntRange(min=1), default=10, show_default=True, help="number of neighbours per word"
)
@lenient_option
@json_option
def neighbors(model: str, words: tuple[str, ...], topn: int, lenient: bool, as_json: bool) -> None:
    """Find the words most similar to each WORD.

    Prints word, neighbour and cosine, separated by tabs. Unknown words are reported after the answers for the others.
    """
    vectors = read_vectors(model, lenient)
    known = [word for word in words if word in vectors]
    if known:
        found = dict(zip(known, vectors.most_similar_batch(known, topn=topn), strict=True))
        text = "\n".join(f"{word}\t{line}" for word, near in found.items() for line in _lines(near))
        emit({"neighbors": found}, text, as_json)
    refuse_unknown(vectors, words)


@command()
@click.argument("model")
@click.argument("a", type=Word())
@click.argument("b", type=Word())
@lenient_option
@json_option
def similarity(model: str, a: str, b: str, lenient: bool, as_json: bool) -> None:
    """Compute the cosine similarity of two words."""
    vectors = read_vectors(model, lenient)
    refuse_unknown(vectors, (a, b))
    cosine = float(vectors.similarity(a, b))
    emit({"a": a, "b": b, "similarity": cosine}, f"{cosine:.4f}", as_json)


@command()
@click.argument("model")
@click.argument("a", type=Word())
@click.argument("b", type=Word())
@click.argument("c", type=Word())
@click.option("-n", "--topn", type=click.IntRange(min=1), default=5, show_default=True, help="number of answers")
@lenient_option
@json_option
def analogy(model: str, a: str, b: str, c: str, topn: int, lenient: bool, as_json: bool) -> None:
    """Answer the analogy "A is to B as C is to ...?".

    Prints the best answers and their cosines (3CosAdd).
    """
    vectors = read_vectors(model, lenient)
    refuse_unknown(vectors, (a, b, c))
    found = list(vectors.most_similar(positive=[b, c], negative=[a], topn=topn))
    emit({"a": a, "b": b, "c": c, "answers": found}, "\n".join(_lines(found)), as_json)
