"""Loggers of the package: silent until the program that uses it configures logging."""

import logging

logging.getLogger("w2v").addHandler(logging.NullHandler())


def logger(module: str) -> logging.Logger:
    """Return a module's logger."""
    return logging.getLogger(module)
