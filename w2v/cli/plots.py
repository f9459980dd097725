"""``--plot`` of commands."""

import os
from collections.abc import Callable
from typing import Any

import click

from w2v.atomic_files import check_writable
from w2v.cli.paths import WRITTEN_FILE
from w2v.errors import ConfigError
from w2v.plotting.plots import check_plot


def plot_option(text: str) -> Callable[[Any], Any]:
    """Return ``--plot``."""
    return click.option("--plot", metavar="FILE", type=WRITTEN_FILE, help=f"{text}: .png, .svg, .pdf or .html")


def check_plot_output(path: str | None) -> None:
    """Raise an error if a plot cannot be saved under this name, before anything is computed."""
    if path is None:
        return
    if os.path.isdir(path):
        raise ConfigError(f"--plot must be a file: got the folder {path}")
    check_plot(path)
    check_writable(path)
