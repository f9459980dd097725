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
        after on_train_begin: its on_words is called between two chunks whenever a multiple of ``every_words`` words has
        been passed; with None, never.
    subject : Any
        The argument of every call: the trainer or, for `Word2Vec`, the model.
    """

    callbacks: Sequence[Any] = ()
    subject: Any = None

    def call(self, event: str) -> bool:
        """Call a method of every callback that has it; return whether one of them asked to stop."""
        return self._call(event, self.callbacks)

    def call_at_words(self, before: int, after: int) -> bool:
        """Call ``on_words`` of the callbacks that became due when words ``before`` to ``after`` were trained."""
        due = [callback for callback, every in self._regular() if after // every > before // every]
        return self._call("on_words", due)

    def next_words(self, words: int) -> int | None:
        """Return the number of words after ``words`` at which a callback is due next; None if there is none."""
        return min([(words // every + 1) * every for _, every in self._regular()], default=None)

    def _regular(self) -> list[tuple[Any, int]]:
        """Return the callbacks with ``every_words``, and its value."""
        return [(callback, every) for callback in self.callbacks if (every := getattr(callback, "every_words", None))]

    def _call(self, event: str, callbacks: Sequence[Any]) -> bool:
        answers = [getattr(callback, event)(self.subject) for callback in callbacks if hasattr(callback, event)]
        return any(answer is True for answer in answers)


BARS = "▁▂▃▄▅▆▇█"
EPOCHS_SHOWN = 12


def curve(losses: Sequence[float]) -> str:
    """Return numbers as bars of eighths of a line, from the least to the largest; nothing of fewer than two.

    Examples
    --------
    >>> curve([3.0, 2.0, 1.0])
    '█▅▁'
    """
    if len(losses) < 2:
        return ""
    low, high = min(losses), max(losses)
    return "".join(BARS[round((len(BARS) - 1) * (loss - low) / ((high - low) or 1))] for loss in losses)


@dataclass
class Display:
    """The progress bar, the number of tokens it shows, and the checkpoint settings, used while threads work."""

    bar: Any = None
    checkpoints: Checkpoints | None = None
    shown: int = 0

    def advance(self, done: int, losses: Sequence[float], **figures: str) -> None:
        """Move the bar to ``done`` tokens of the current range of chunks; ``losses`` are those of the epochs so far."""
        if self.bar is not None and not self.bar.disable:
            drawn = "" if self.bar.ascii else curve(losses[-EPOCHS_SHOWN:])  # this terminal may not have such signs
            figures["loss"] = f"{losses[-1]:.4f} {drawn}".rstrip()
            self.bar.set_postfix(**figures, refresh=False)
            self.bar.update(done - self.shown)
        self.shown = done
