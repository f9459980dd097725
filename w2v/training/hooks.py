"""Callbacks that training calls, and the state of the progress bar and of checkpoints."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from w2v.training.checkpoint import Checkpoints


@dataclass(frozen=True)
class Hooks:
    """Callbacks, and the argument they are called with.

    Attributes
    ----------
    callbacks : sequence of objects
        Objects with any of the methods on_train_begin, on_epoch_begin, on_words, on_epoch_end, on_train_end; a method that
        returns True stops the training at that point. A callback with on_words must have an attribute ``every_words``
        after on_train_begin: on_words is called about every ``every_words`` words, between two chunks.
    subject : Any
        The argument of every call: the trainer or, for `Word2Vec`, the model.
    """

    callbacks: Sequence[Any] = ()
    subject: Any = None

    def call(self, event: str) -> bool:
        """Call a method of every callback that has it; return whether one of them asked to stop."""
        answers = [getattr(callback, event)(self.subject) for callback in self.callbacks if hasattr(callback, event)]
        return any(answer is True for answer in answers)

    @property
    def every_words(self) -> int | None:
        """The smallest ``every_words`` of all callbacks; None if none has it."""
        asked = [callback.every_words for callback in self.callbacks if getattr(callback, "every_words", None)]
        return min(asked, default=None)


@dataclass
class Display:
    """The progress bar, the number of tokens it shows, and the checkpoint settings, used while threads work."""

    bar: Any = None
    checkpoints: Checkpoints | None = None
    shown: int = 0

    def advance(self, done: int, **figures: str) -> None:
        """Move the bar to ``done`` tokens of the current range of chunks."""
        if self.bar is not None and not self.bar.disable:
            self.bar.set_postfix(**figures, refresh=False)
            self.bar.update(done - self.shown)
        self.shown = done
