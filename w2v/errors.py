"""All errors that w2v raises on purpose.

There is one root class and one branch per family; each branch also derives from the built-in exception that a Python user
would expect to catch. Where gensim raises a different, sensible built-in exception in the same situation, the error
derives from that too, so existing ``except`` clauses keep working.

Messages are single lines, which the command line prints as they are, in one of two forms:

    <what> must be <what is expected>: got <what was received>; <what to do>
    cannot <do> <what>: <reason>; <what to do>
"""

import sys
import warnings


class W2VError(Exception):
    """Root of all errors that w2v raises on purpose."""


class ConfigError(W2VError, ValueError):
    """A parameter is invalid, or two parameters contradict each other."""


class ArgumentError(ConfigError, TypeError):
    """An argument has the wrong type, is missing, or was passed together with one that excludes it."""


class NoVocabularyError(ConfigError, RuntimeError):
    """A model has no vocabulary or no output vectors yet, so it cannot be trained or queried."""


class NotOfferedError(ConfigError, AttributeError):
    """A gensim name has no counterpart here; the message gives the reason and what to do instead."""


class UnknownAttributeError(ConfigError, KeyError):
    """The words have no attribute of this name."""

    def __str__(self) -> str:
        """Return the message itself: ``KeyError`` would print it in quotation marks."""
        return str(self.args[0])


class CorpusError(W2VError, ValueError):
    """The text cannot be read, or cannot be used for training."""


class CorpusTypeError(CorpusError, TypeError):
    """A corpus or a sentence has the wrong type."""


class EmptyCorpusError(CorpusError, RuntimeError):
    """No trainable word is left: the text is empty, or every word occurs fewer than ``min_count`` times."""


class TextEncodingError(CorpusError):
    """The text is not valid UTF-8; the message gives the byte offset."""


class CorpusWarning(CorpusError, UserWarning):
    """Text that can be trained on, but was most likely not split into words as it should be; only ever a warning."""


class CorpusChangedError(CorpusError):
    """A file changed while it was being read."""


class VerificationError(CorpusError):
    """A downloaded corpus does not have the size or the SHA-256 digest stated in the manifest."""


class MemoryLimitError(W2VError, MemoryError):
    """The estimated memory exceeds what is available; raised before any of it is allocated."""


class OutputError(W2VError, OSError):
    """A file cannot be written; an existing file is unchanged."""


class TrainingError(W2VError, RuntimeError):
    """Training cannot continue."""


class NothingTrainedError(TrainingError, RuntimeWarning):
    """No word was trained: all were subsampled away or alone in their sentence. `Word2Vec` only warns (toy texts)."""


class DivergedError(TrainingError):
    """A weight or the loss became NaN or infinite; the message names the epoch."""


class CheckpointError(TrainingError):
    """A file is not a checkpoint, is damaged, or belongs to another corpus or configuration."""


class ModelBusyError(TrainingError):
    """The model is being trained by another thread."""


class ComparisonError(TrainingError):
    """Two engines cannot be compared because one failed, or because their vocabularies differ."""


class ServerError(W2VError, RuntimeError):
    """The workers of a server die as soon as they are started."""


class FormatError(W2VError, ValueError):
    """A model file is damaged, hostile, or not in the stated format."""


class CutFileError(FormatError, EOFError):
    """A file is truncated: it ends before the data announced in its header."""


class UnreadableFileError(FormatError, OSError):
    """A file that is to be shown does not exist, or may not be read."""


class NotAModelError(FormatError, AttributeError):
    """A file holds only vectors where a whole model is required."""


class WordEncodingError(FormatError, UnicodeDecodeError):
    """A word in a file is not valid in the encoding it is read with; made from a message and the codec's error."""

    def __init__(self, message: str, problem: UnicodeDecodeError) -> None:
        UnicodeDecodeError.__init__(self, *problem.args)
        self.message = message

    def __str__(self) -> str:
        """Return the message, which is more specific than that of a `UnicodeDecodeError`."""
        return self.message

    def __reduce__(self) -> tuple[type["WordEncodingError"], tuple[str, UnicodeDecodeError]]:
        """Support pickling, so that the error can be passed to another process."""
        return type(self), (self.message, UnicodeDecodeError(*self.args))


class UnsafeFormatError(FormatError):
    """A file is a pickle; loading it could run arbitrary code, so it is never loaded."""


class GeometryError(W2VError, ValueError):
    """A measurement lacks its data: too few rows, no positive pair, or no output matrix."""


class MissingExtraError(W2VError, ImportError):
    """An optional dependency is not installed; the message names the extra."""


class UnknownWordError(W2VError, KeyError):
    """A word is not in the vocabulary."""

    def __str__(self) -> str:
        """Return the message itself: ``KeyError`` would print it in quotation marks."""
        return str(self.args[0]) if self.args else ""


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line outside of this package that called it."""
    frame, depth = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("w2v."):
        frame, depth = frame.f_back, depth + 1
    warnings.warn(message, category, stacklevel=depth + 1)
