"""The door to the ``tokenizers`` library: read a tokenizer from a file or the Hub, and count tokens in parallel batches."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from w2v.corpus.count_numbers import count_numbers
from w2v.corpus.counts import Provisional
from w2v.errors import ConfigError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BATCH_CHARACTERS = 1 << 20
"""Number of characters passed to a tokenizer at a time: enough to keep its threads busy, whether lines are short or long."""


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


def count_tokens(lines: Iterable[str], tokenizer: "Tokenizer") -> Provisional:
    """Count the tokens of a text, one sentence per line; their ids serve as words until the end.

    The tokenizer works on one batch, in several threads and without the GIL, while the tokens of the last are counted.
    """
    counted = count_numbers(chain.from_iterable(_tokenized(lines, tokenizer)))
    to_token, to_id = tokenizer.id_to_token, tokenizer.token_to_id
    values, counted_find = counted.word, counted.find

    def find(word: str) -> int:
        number = to_id(word)
        return -1 if number is None else counted_find(str(number))

    counted.word = lambda i: str(to_token(int(values(i))))
    counted.find = find
    counted.numbers, counted.keys = False, None  # only its ids are; the words are the tokens
    return counted


def _tokenized(lines: Iterable[str], tokenizer: "Tokenizer") -> Iterator[list[NDArray[np.int64]]]:
    """Yield the ids of the tokens of a batch of lines, one batch behind the tokenizer."""

    def encode(batch: list[str]) -> list[NDArray[np.int64]]:
        encodings = tokenizer.encode_batch_fast(batch, add_special_tokens=False)
        return [np.array(encoding.ids, np.int64) for encoding in encodings]

    before: Future[list[NDArray[np.int64]]] | None = None
    with ThreadPoolExecutor(1) as pool:
        for batch in _batches(lines):
            encoded = pool.submit(encode, batch)
            if before is not None:
                yield before.result()
            before = encoded
        if before is not None:
            yield before.result()


def _batches(lines: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    characters = 0
    for line in lines:
        batch.append(line)
        characters += len(line) + 1
        if characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
