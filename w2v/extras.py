"""Import optional dependencies, or say how to install them."""

import importlib
from typing import Any

from w2v.errors import MissingExtraError


def library(module: str, extra: str, purpose: str, package: str | None = None) -> Any:
    """Return a module of an optional dependency.

    Parameters
    ----------
    module : str
        Its full name, such as ``"pyarrow.parquet"``.
    extra : str
        The extra of w2v that installs it.
    purpose : str
        What it is needed for, after "cannot".
    package : str, optional
        Its name on PyPI, if that is not the first part of ``module``.

    Raises
    ------
    MissingExtraError
        If it is not installed; the message names the extra and the command.

    Examples
    --------
    >>> library("no_such_module", "arrow", "read Parquet")
    Traceback (most recent call last):
        ...
    w2v.errors.MissingExtraError: cannot read Parquet: no_such_module is not installed; pip install "w2v[arrow]"
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        name = package or module.partition(".")[0]
        raise MissingExtraError(f'cannot {purpose}: {name} is not installed; pip install "w2v[{extra}]"') from error


def pyarrow(module: str = "") -> Any:
    """Return pyarrow, or one of its modules such as ``"compute"``; see `library`."""
    name = f"pyarrow.{module}" if module else "pyarrow"
    return library(name, "arrow", "read or make Arrow tables and columns, or Parquet and Arrow files")
