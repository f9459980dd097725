"""Whom training tells about epochs."""

from collections.abc import Iterable
from typing import Any

from w2v.errors import ConfigError

EVENTS = ("on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end")


class CallbackAny2Vec:
    """A base for callbacks, as in gensim; any object with one of its methods will do.

    A method that returns True stops the training. ``alpha`` and ``min_alpha`` of the model may be assigned in one, and
    apply from then on.
    """

    def on_train_begin(self, model: Any) -> Any:
        """Do something before the first epoch."""

    def on_epoch_begin(self, model: Any) -> Any:
        """Do something before each epoch."""

    def on_epoch_end(self, model: Any) -> Any:
        """Do something after each epoch."""

    def on_train_end(self, model: Any) -> Any:
        """Do something after the last epoch."""


def as_callbacks(callbacks: Iterable[Any]) -> list[Any]:
    """Return callbacks as a list; refuse an object that has none of the methods."""
    listed = list(callbacks)
    for callback in listed:
        if not any(callable(getattr(callback, event, None)) for event in EVENTS):
            raise ConfigError(f"a callback needs one of the methods {', '.join(EVENTS)}: got {callback!r}")
    return listed
