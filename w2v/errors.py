"""Every error that w2v raises on purpose.

One root, one branch per family, and each branch is also the built-in exception a Python user would try to catch.
A message says what was received and what is allowed; the command line prints it as one line. Where gensim raises another
built-in exception in the same case, and a sane one, the error is that one too: what catches it goes on working.
"""


class W2VError(Exception):
    """Root of all errors that w2v raises on purpose."""


class ConfigError(W2VError, ValueError):
    """A parameter is outside its range, or two parameters contradict each other."""


class ArgumentError(ConfigError, TypeError):
    """Arguments that exclude each other, or none where one is needed."""


class NoVocabularyError(ConfigError, RuntimeError):
    """A model has no vocabulary yet, or no output vectors: it cannot be trained or asked."""


class NotOfferedError(ConfigError, AttributeError):
    """A name of gensim's that has no counterpart; the message gives the reason and what to do instead."""


class UnknownAttributeError(ConfigError, KeyError):
    """No value of that name is kept for words."""

    def __str__(self) -> str:
        """Return the message itself: ``KeyError`` would print it in quotation marks."""
        return str(self.args[0])


class CorpusError(W2VError, ValueError):
    """The text cannot be read or cannot be trained on."""


class CorpusTypeError(CorpusError, TypeError):
    """A corpus or a sentence is not of a type that can be one."""


class EmptyCorpusError(CorpusError, RuntimeError):
    """No trainable word is left: the text is empty, or every word is below ``min_count``."""


class TextEncodingError(CorpusError):
    """The text is not valid UTF-8; the message gives the byte offset."""


class CorpusChangedError(CorpusError):
    """A file changed while it was being read."""


class VerificationError(CorpusError):
    """A downloaded corpus has not the size or the SHA-256 digest that the manifest states."""


class MemoryLimitError(W2VError, MemoryError):
    """The estimated memory does not fit; raised before any of it is taken."""


class OutputError(W2VError, OSError):
    """A file cannot be written; what was there before is still there."""


class TrainingError(W2VError, RuntimeError):
    """Training cannot go on."""


class NothingTrainedError(TrainingError, RuntimeWarning):
    """Every word was subsampled away, or stood alone in its sentence. `Word2Vec` warns of it, as toy texts do that."""


class DivergedError(TrainingError):
    """A weight or the loss became NaN or infinite; the message names the epoch."""


class CheckpointError(TrainingError):
    """A file is no checkpoint, or damaged, or one of another corpus or configuration."""


class ModelBusyError(TrainingError):
    """The model is being trained by another thread."""


class ComparisonError(TrainingError):
    """Two engines cannot be compared: one failed, or they do not see the same words."""


class FormatError(W2VError, ValueError):
    """A model file is damaged, hostile, or not in the stated format."""


class CutFileError(FormatError, EOFError):
    """A file ends before it holds what its header says."""


class NotAModelError(FormatError, AttributeError):
    """A file holds vectors alone, where a whole model is needed."""


class WordEncodingError(FormatError, UnicodeDecodeError):
    """A word in a file is not in the encoding it was read as; made from a message and the error of the codec."""

    def __init__(self, message: str, problem: UnicodeDecodeError) -> None:
        UnicodeDecodeError.__init__(self, *problem.args)
        self.message = message

    def __str__(self) -> str:
        """Return the message, which says more than that of a `UnicodeDecodeError`."""
        return self.message

    def __reduce__(self) -> tuple[type["WordEncodingError"], tuple[str, UnicodeDecodeError]]:
        """Let the error cross to another process."""
        return type(self), (self.message, UnicodeDecodeError(*self.args))


class UnsafeFormatError(FormatError):
    """A pickled file: opening it could run code, so it is never opened."""


class GeometryError(W2VError, ValueError):
    """What is to be measured is not there: too few rows, no positive pair, no output matrix."""


class MissingExtraError(W2VError, ImportError):
    """An optional dependency is not installed; the message names the extra."""


class UnknownWordError(W2VError, KeyError):
    """A word is not in the vocabulary."""

    def __str__(self) -> str:
        """Return the message itself: ``KeyError`` would print it in quotation marks."""
        return str(self.args[0]) if self.args else ""
