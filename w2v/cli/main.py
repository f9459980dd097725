"""``w2v``: the group of commands, and the handling of errors."""

import logging
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

import click

from w2v.cli import standard_streams, usage
from w2v.cli.commands import LazyGroup
from w2v.cli.output import EXIT_CODES, FAILED, INTERRUPTED, LoggedWarnings, exit_code, one_line, tell
from w2v.errors import CutFileError, FormatError, W2VError
from w2v.machine import isa
from w2v.version import __version__


class _Commands(LazyGroup):
    """The group; it converts `CutFileError`, an EOFError as in gensim, because click would take that for Ctrl-D."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CutFileError as problem:
            raise FormatError(str(problem)) from problem


@click.group(
    cls=_Commands,
    epilog=EXIT_CODES,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
@click.version_option(__version__, prog_name="w2v")
@click.pass_context
def cli(context: click.Context) -> None:
    """Train, query, evaluate and convert word vectors."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        return
    isa()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code. An error is reported as one line on stderr, without a traceback."""
    standard_streams.prepare()
    before = _on_sigterm(_interrupt)
    logged, log = LoggedWarnings(), logging.getLogger("w2v")
    log.addHandler(logged)
    try:
        cli.main(args=None if arguments is None else list(arguments), prog_name="w2v", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as wanted:
        return wanted.exit_code
    except click.ClickException as problem:
        said = usage.of_option(problem) if isinstance(problem, click.NoSuchOption) else problem.format_message()
        tell(f"w2v: {said}")
        return problem.exit_code
    except (KeyboardInterrupt, click.Abort):
        tell("w2v: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has closed the pipe, as `| head` does: discard what Python would flush at exit.
        standard_streams.give_up_stdout()
    except (W2VError, OSError) as problem:
        tell(f"w2v: {one_line(problem)}")
        if not isinstance(problem, W2VError) and problem.filename is None:
            standard_streams.give_up_stdout()
        return exit_code(problem)
    except MemoryError:  # of Python or NumPy, where no estimate was made before
        tell("w2v: not enough memory; use a smaller text or model, or free memory for this process")
        return FAILED
    finally:
        log.removeHandler(logged)
        _on_sigterm(before)
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _on_sigterm(handler: Any) -> Any:
    """Set the handler, if this is the main thread, and return the previous one."""
    try:
        return signal.signal(signal.SIGTERM, handler)
    except ValueError:
        return None
