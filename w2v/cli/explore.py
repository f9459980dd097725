"""``w2v explore``: a page to look at vectors."""

from contextlib import ExitStack
from dataclasses import replace

import click

from w2v.arguments import amount
from w2v.atomic_files import check_writable
from w2v.cli.command import check_file_output, command, quiet_option
from w2v.cli.inputs import lenient_option, read_vectors
from w2v.cli.output import emit, json_option, tell
from w2v.cli.paths import WRITTEN_FILE
from w2v.errors import ConfigError


@command()
@click.argument("model")
@click.option("--against", metavar="OTHER", help="a second model, to compare with")
@click.option(
    "--words",
    type=click.IntRange(1, 200_000),
    default=20_000,
    show_default=True,
    help="number of words: those of --column, then the most frequent ones of either model",
)
@click.option(
    "--column", metavar="FILE", help="a value for each word, to colour the map by: word, tab, number or label per line"
)
@click.option(
    "--results",
    metavar="FILE",
    multiple=True,
    help="scores or measurements to show, which w2v evaluate --json or w2v geometry --json wrote; may be repeated",
)
@click.option(
    "--layout",
    type=click.Choice(["auto", "pca", "tsne", "umap"]),
    default="auto",
    show_default=True,
    help="what places the words on the map; auto: t-SNE",
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=1, show_default=True, help="random seed of the map")
@click.option("-o", "--output", metavar="PAGE", type=WRITTEN_FILE, help="the page, such as page.html")
@click.option(
    "--serve",
    is_flag=True,
    help="show the page at an address of this machine until interrupted, with neighbours among all words of MODEL",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="--serve: port; 0 takes a free one"
)
@lenient_option
@quiet_option
@json_option
def explore(
    model: str,
    against: str | None,
    words: int,
    column: str | None,
    results: tuple[str, ...],
    layout: str,
    seed: int,
    output: str | None,
    serve: bool,
    port: int,
    lenient: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Make a page to look at vectors: neighbours, axes, a map.

    The page is one HTML file that opens from disk and needs no network. In it: search, neighbours of one or several words,
    analogies, axes between words of your choice, a map, the geometry of the vectors, and how they were made. With
    --against: neighbours side by side, and the words that moved most.

    The same models, options and seed give the same page. With --serve, instead of -o or besides, the page is shown by a
    server on this machine, which finds the neighbours among all words of MODEL, not only those of the page.
    """
    from w2v.explorer import explore as make  # not at the top: help does without it
    from w2v.explorer.page import check_page_name
    from w2v.explorer.reports import title

    if output is None and not serve:
        raise ConfigError("there must be --output PAGE, --serve, or both: got neither")
    if output is not None:
        check_file_output(output, lambda: check_page_name(output))
        check_writable(output)
    paths = [path for path in (model, against) if path is not None]
    names = [title(path) for path in paths]
    with ExitStack() as opened:
        if serve:  # before minutes of other work: whether it is installed, and the port is free
            from w2v.server import ServerSettings
            from w2v.server.process import bind, check_installed
            from w2v.server.process import serve as answer

            check_installed()
            settings = ServerSettings(model, port=port, lenient=lenient)
            bound = opened.enter_context(bind(settings))
        stores = [read_vectors(path, lenient) for path in paths]
        page = make(
            stores[0],
            stores[1] if against is not None else None,
            words,
            column,
            results=results,
            layout=layout,  # type: ignore[arg-type]
            seed=seed,
            names=names,
            progress=None if quiet else lambda text: tell(text),
        )
        if output is not None:
            page.save(output)
        precision = page.about["precision"]
        data = {
            "output": output,
            "bytes": len(page.html),
            "words": len(page.about["words"]),
            "layout": page.about["layout"]["name"],
            "neighbours_in_another_place": precision["positions"],
            "neighbours_missing": precision["members"],
            "seconds": page.seconds,
        }
        text = (
            f"{output or names[0]}: {amount(data['words'], 'word')}, {len(page.html) / 1e6:.1f} MB; {data['layout']}; "
            f"rounding to {precision['bits']} bits changes the place of {precision['positions']:.2%} of the ten nearest "
            "words"
        )
        emit(data, text, as_json)
        if serve:
            answer(
                replace(settings, index=page.served()),
                lambda address: tell(f"w2v: exploring {model} at {address} (stop: Ctrl-C)"),
                vectors=stores[0],
                listening=bound,
            )
