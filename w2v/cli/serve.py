"""``w2v serve``: answer queries over HTTP."""

import os
from pathlib import Path

import click

from w2v.cli.command import command
from w2v.cli.inputs import lenient_option
from w2v.cli.output import tell
from w2v.errors import ConfigError, CorpusError


@command()
@click.argument("model")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="address to listen at; 0.0.0.0: all of this machine's"
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="port; 0 takes a free one")
@click.option("--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="processes that answer")
@click.option(
    "--token-file", metavar="FILE", help="file with a token that requests must carry  [default: $W2V_TOKEN, or none]"
)
@click.option(
    "--allow-host", multiple=True, metavar="NAME", help="further value of the Host header that is answered (repeatable)"
)
@click.option(
    "--allow-origin", multiple=True, metavar="URL", help="origin whose pages may read the answers, CORS (repeatable)"
)
@lenient_option
def serve(
    model: str,
    host: str,
    port: int,
    workers: int,
    token_file: str | None,
    allow_host: tuple[str, ...],
    allow_origin: tuple[str, ...],
    lenient: bool,
) -> None:
    """Answer queries of MODEL over HTTP, as JSON, until interrupted.

    \b
      /neighbors?word=king            the nearest words
      /similarity?a=king&b=queen      the cosine of two words
      /analogy?a=man&b=king&c=woman   a is to b as c is to ...?
      /vectors?word=king              the vector of a word
      /health, /openapi.json, /       state, description, a page to try it

    The same paths take up to 1,000 queries as JSON by POST. The server changes nothing and answers only this machine,
    unless --host says otherwise. A native file (.safetensors) is mapped into memory, and workers share it.
    """  # noqa: D301 (the backspace itself is click's mark)
    from w2v import server  # not at the top: other commands do without it

    settings = server.ServerSettings(
        model, host, port, workers, _token(token_file), tuple(allow_host), tuple(allow_origin), lenient
    )
    if settings.is_public and settings.token is None:
        tell(
            f"w2v: {host} can be reached from other machines, and no token is set: everyone there may query this model"
        )
    server.serve(settings, lambda address: tell(f"w2v: serving {model} at {address} (stop: Ctrl-C)"))


def _token(path: str | None) -> str | None:
    if path is None:
        return os.environ.get("W2V_TOKEN") or None
    try:
        token = Path(path).read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise CorpusError(f"--token-file must be a text file: got {path!r}, which is not UTF-8") from None
    if not token:
        raise ConfigError(f"--token-file must contain a token: got {path!r}, which is empty")
    return token
