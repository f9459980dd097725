"""The command line: one file per command family, thin over the Python API."""

from w2v.cli.main import main

__all__ = ["main"]
