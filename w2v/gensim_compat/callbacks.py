"""The base class of training callbacks, as in gensim."""

from collections.abc import Iterable
from typing import Any

from w2v.arguments import shown
from w2v.errors import ConfigError

EVENTS = ("on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end")


class CallbackAny2Vec:
    """Base class for callbacks, as in gensim; any object with at least one of the methods can be used.

    A method that returns True stops the training. A callback may assign the model's ``alpha`` and ``min_alpha``, which take
    effect immediately.

    Examples
    --------
    >>> import w2v
    >>> class StopAfterTwo(w2v.CallbackAny2Vec):
    ...     def on_epoch_end(self, model):
    ...         return len(model.reports) == 2
    >>> model = w2v.Word2Vec([["a", "b", "c"]] * 99, min_count=1, workers=1, callbacks=[StopAfterTwo()])
    >>> len(model.reports)
    2
    """

    def on_train_begin(self, model: Any) -> Any:
        """Run before the first epoch."""

    def on_epoch_begin(self, model: Any) -> Any:
        """Run before each epoch."""

    def on_epoch_end(self, model: Any) -> Any:
        """Run after each epoch."""

    def on_train_end(self, model: Any) -> Any:
        """Run after the last epoch."""


def as_callbacks(callbacks: Iterable[Any]) -> list[Any]:
    """Return callbacks as a list; raise ConfigError for an object that has none of the methods."""
    listed = list(callbacks)
    for callback in listed:
        if not any(callable(getattr(callback, event, None)) for event in EVENTS):
            raise ConfigError(f"a callback must have one of the methods {', '.join(EVENTS)}: got {shown(callback)}")
    return listed
