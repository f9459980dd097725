"""Tokenizers of the ``tokenizers`` library: read one from a file or the Hub, and say what determines its tokens."""

from typing import TYPE_CHECKING

from w2v.errors import ConfigError

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def read_file(path: str) -> "Tokenizer":
    """Read a ``tokenizer.json``; it will neither truncate nor pad texts.

    Raises
    ------
    ConfigError
        If it is not one.
    """
    from tokenizers import Tokenizer

    try:
        return _whole(Tokenizer.from_file(path))
    except Exception as problem:  # tokenizers raises plain Exception
        raise ConfigError(f"cannot read the tokenizer file {path!r}: {problem}") from None


def from_hub(name: str) -> "Tokenizer":
    """Load a tokenizer by its name on the Hugging Face Hub, from the cache of the library if it has been loaded before.

    Raises
    ------
    ConfigError
        If there is none, or no network.
    """
    from tokenizers import Tokenizer

    try:
        return _whole(Tokenizer.from_pretrained(name))
    except Exception as problem:  # of several libraries
        reason = " ".join(str(problem).split())
        raise ConfigError(
            f"cannot load the tokenizer {name!r}, which is not a file, from the Hugging Face Hub: {reason:.300}; check the "
            "name, or, without a network, pass the path of its tokenizer.json"
        ) from None


def _whole(tokenizer: "Tokenizer") -> "Tokenizer":
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def whole_texts(tokenizer: "Tokenizer") -> "Tokenizer":
    """Return a tokenizer, or raise ConfigError if it truncates or pads texts."""
    if tokenizer.truncation is not None:
        raise ConfigError(
            "tokenizer must not truncate texts: got one that cuts them at "
            f"{tokenizer.truncation['max_length']} tokens; call its no_truncation() first"
        )
    if tokenizer.padding is not None:
        raise ConfigError(
            "tokenizer must not pad texts, as padding would be counted as words: got one that does; "
            "call its no_padding() first"
        )
    return tokenizer


def describe(tokenizer: "Tokenizer") -> list[str]:
    """Return all that determines the tokens that a tokenizer finds."""
    import tokenizers

    return [tokenizers.__version__, tokenizer.to_str()]
