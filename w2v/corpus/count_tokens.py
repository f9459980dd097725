"""Count the tokens of a Hugging Face tokenizer, in parallel batches."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.corpus.count_numbers import count_numbers
from w2v.corpus.counts import Provisional

BATCH_CHARACTERS = 1 << 20
"""Number of characters passed to a tokenizer at a time: enough to keep its threads busy, whether lines are short or long."""


def count_tokens(lines: Iterable[str], tokenizer: Any) -> Provisional:
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


def _tokenized(lines: Iterable[str], tokenizer: Any) -> Iterator[list[NDArray[np.int64]]]:
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
