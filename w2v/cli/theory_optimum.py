"""``w2v theory optimum``: how far a model is from the optimum of its objective."""

from typing import TYPE_CHECKING

import click

from w2v.arguments import amount
from w2v.cli.command import command, quiet_option, text_file_options, tokenizer_option
from w2v.cli.output import emit, json_option, tell
from w2v.config import TextOptions
from w2v.corpus.encode import encode
from w2v.training.trained_model import load

if TYPE_CHECKING:
    from w2v.theory import Optimum


@command()
@click.argument("model")
@click.argument("corpora", metavar="CORPUS...", nargs=-1, required=True)
@click.option(
    "--passes", type=click.IntRange(1, 100), default=1, show_default=True, help="subsample the text this often"
)
@tokenizer_option(None)
@text_file_options(of_model=True)
@quiet_option
@json_option
def optimum(
    model: str,
    corpora: tuple[str, ...],
    passes: int,
    tokenizer: str | None,
    encoding: str | None,
    errors: str | None,
    as_lines: bool,
    column: str | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Compare MODEL with the optimum of its objective on CORPUS.

    MODEL was saved with --whole-model, and trained with the objective spectral, sgns, nt_xent or decoupled. For spectral,
    prints its loss and the least loss of vectors of its dimension. For all, prints how far the scores of frequent pairs of
    words are from those of the optimum, which is known for as many dimensions as words: with fewer, no vectors reach it.
    """
    from w2v.theory import measure_optimum  # loads much

    trained = load(model, tokenizer=tokenizer)
    known = trained.provenance.text
    options = TextOptions(
        known.tokenizer,
        errors or known.errors,
        encoding=encoding or known.encoding,
        as_lines=as_lines,
        column=known.column if column is None else column,
    )
    corpus = encode(list(corpora), trained.vocabulary, options, False if quiet else None)
    if not quiet:
        tell(f"counting the pairs of {len(corpus.tokens):,} words")
    found = measure_optimum(trained, corpus, passes)
    emit(found.to_dict(), _table(found), as_json)


def _table(found: "Optimum") -> str:
    dimensions = amount(found.dimension, "dimension")
    lines = [f"{found.objective}, {found.words:,} words, {dimensions}; {found.pairs:,} different pairs"]
    if found.loss is not None:
        lines += [
            f"loss                               {found.loss:10.4f}",
            f"minimum in {dimensions} {'':13}{found.minimum:10.4f}   {found.share:.1%} of it reached",
            f"minimum in any dimension           {found.minimum_of_any_dimension:10.4f}",
        ]
    lines += [
        f"{found.frequent:,} pairs that occur 10 times, against the optimum in as many dimensions as words:",
        f"  rms difference of scores         {found.rms:10.4f}   (bias {found.bias:+.4f})",
        f"  standard deviation of optimum    {found.deviation:10.4f}",
        f"  correlation                      {found.correlation:10.4f}",
    ]
    return "\n".join(lines)
