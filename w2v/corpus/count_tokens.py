"""Count the tokens of a Hugging Face tokenizer, in parallel batches."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from w2v.corpus.count_numbers import count_numbers
from w2v.corpus.counts import Provisional

Batch: TypeAlias = list[tuple[str, bool]]
"""Lines, and whether the next one continues each."""

BATCH_CHARACTERS = 1 << 20
"""Number of characters passed to a tokenizer at a time: enough to keep its threads busy, whether lines are short or long."""


def count_tokens(lines: Iterable[tuple[str, bool]], tokenizer: Any) -> Provisional:
    """Count the tokens of a text, one sentence per line; their ids serve as words until the end.

    With each line comes whether the next one continues it.

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


def _tokenized(lines: Iterable[tuple[str, bool]], tokenizer: Any) -> Iterator[list[NDArray[np.int64]]]:
    """Yield the ids of the tokens of a batch of lines, one batch behind the tokenizer."""

    def encode(batch: Batch) -> list[tuple[NDArray[np.int64], bool]]:
        encodings = tokenizer.encode_batch_fast([line for line, _ in batch], add_special_tokens=False)
        return [(np.array(encoding.ids, np.int64), more) for encoding, (_, more) in zip(encodings, batch, strict=True)]

    before: Future[list[tuple[NDArray[np.int64], bool]]] | None = None
    parts: list[NDArray[np.int64]] = []
    with ThreadPoolExecutor(1) as pool:
        for batch in _batches(lines):
            encoded = pool.submit(encode, batch)
            if before is not None:
                yield _whole(before.result(), parts)
            before = encoded
        if before is not None:
            yield _whole(before.result(), parts)


def _whole(encoded: list[tuple[NDArray[np.int64], bool]], parts: list[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Return lines whose parts are joined; ``parts`` are those so far of a line that is not at its end."""
    lines = []
    for ids, continues in encoded:
        parts.append(ids)
        if not continues:
            lines.append(ids if len(parts) == 1 else np.concatenate(parts))
            parts.clear()
    return lines


def _batches(lines: Iterable[tuple[str, bool]]) -> Iterator[Batch]:
    batch: Batch = []
    characters = 0
    for line, continues in lines:
        batch.append((line, continues))
        characters += len(line) + 1
        if characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
