"""``w2v corpus list|fetch|generate``: texts to train on."""

import click

from w2v.atomic_files import atomic_write
from w2v.cli.command import Command, quiet_option
from w2v.cli.output import emit, json_option, tell
from w2v.cli.paths import WRITTEN_FILE
from w2v.corpora import analogies, fetch, load_manifest, world, write

LONG, WORDS_PER_MINUTE = 100_000_000, 100_000_000
"""Number of words from which an estimate is printed, and what one processor generates."""


@click.group()
def corpus() -> None:
    """List, fetch or generate texts to train on."""


@corpus.command(name="list", cls=Command)
@json_option
def list_corpora(as_json: bool) -> None:
    """List the public corpora that can be fetched."""
    entries = load_manifest()
    data = {
        name: {
            "url": e.url,
            "size": e.size,
            "licence": e.licence,
            "tokenizer": e.tokenizer,
            "description": e.description,
            "advice": e.advice,
        }
        for name, e in entries.items()
    }
    lines = [f"{name:24} {_size(e.size):>10}  {e.description} Licence: {e.licence}" for name, e in entries.items()]
    emit({"corpora": data}, "\n".join(lines), as_json)


def _size(size: int | None) -> str:
    return "varies" if size is None else f"{size / 1e6:,.0f} MB"


@corpus.command(name="fetch", cls=Command)
@click.argument("name")
@click.option("--folder", metavar="FOLDER", help="folder to store it in  [default: $W2V_DATA, or else ~/.cache/w2v]")
@quiet_option
@json_option
def fetch_corpus(name: str, folder: str | None, quiet: bool, as_json: bool) -> None:
    """Download, verify and unpack the corpus NAME.

    An interrupted download is resumed.
    """
    fetched = fetch(name, folder, progress=not quiet)
    data = {"path": str(fetched.path), "bytes": fetched.size, "sha256": fetched.sha256, "verified": fetched.verified}
    emit(data, str(fetched), as_json)


@corpus.command(cls=Command)
@click.argument("output", metavar="OUT", type=WRITTEN_FILE)
@click.option("--words", type=int, default=1_000_000, show_default=True, help="approximate number of words")
@click.option("--seed", type=int, default=0, show_default=True, help="random seed")
@click.option(
    "--analogies",
    "questions",
    metavar="FILE",
    type=WRITTEN_FILE,
    help="also write analogy questions about this world to FILE",
)
@quiet_option
@json_option
def generate(output: str, words: int, seed: int, questions: str | None, quiet: bool, as_json: bool) -> None:
    """Generate a text about a small world.

    The analogies and similarities of its words are known. The text has one sentence per line.
    """
    world.generate(words, seed)  # raises if a number is out of range
    world.refuse_full_disk(output, words)
    if words > LONG and not quiet:
        size, minutes = world.estimated_bytes(words) / 1e9, words / WORDS_PER_MINUTE
        tell(f"{output}: about {size:,.1f} GB, {minutes:,.0f} minutes")
    write(output, words, seed, progress=False if quiet else None)
    if questions is not None:
        with atomic_write(questions) as file:
            file.write(analogies().encode())
    emit({"output": output, "words": words, "seed": seed, "analogies": questions}, output, as_json)
