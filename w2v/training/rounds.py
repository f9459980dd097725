"""The rounds of a training on several copies of the matrices (shards): who trains what, and what is merged when.

    portions  0 . 1 . 2 . 3 . 4 . 5 | 6 . 7 . 8 . 9 . 10 . 11       one epoch: a contiguous part of the chunks for each shard
    round     shard 0 trains 0, 1; shard 1 trains 6, 7; then the first rows of all copies are merged
    span      16 rounds, after which all rows are merged: only then is there one model, which can be saved

How copies are merged, and with what learning rates they are trained before it, is in `merging`.

The first rounds are short, since rows that are near zero build each step on the one before: a round has at most a quarter of
what was trained before it. Rare words change little in a round, so fewer rounds merge their rows.

Everything here depends on the corpus and the configuration alone, never on the machine or the number of threads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from w2v.config import TrainConfig
from w2v.training.schedule import CHUNK_OPERATIONS, operations_per_word

ROUNDS_WANTED, FEWEST_ROUNDS, LEAST_TOKENS = 160, 40, 1 << 17
"""Number of rounds of a long training. With the mean of shards, short rounds are worse (``benchmarks/README.md``): four
shards of 3 M tokens lose 2.9 points in the mean of five scores with 256 rounds, and 0.8 with 40. So a short training with
the mean has fewer, down to the second number, with the third as the tokens of a shard in a round. Merged by direction, 98
rounds are worse than 174: by 0.9 points with 8 shards."""

RATE_OF_MEAN = 0.05
"""Largest rate at which the mean of shards is as good: of two shards at the default rate. Of four, at 0.1, rare words
are worse."""

MOST_OPERATIONS = 32 * CHUNK_OPERATIONS
"""Floating-point operations of a shard in a round: 1.6 million words with the default settings, half a second or more, so
that Ctrl-C does not wait longer. (With a quarter of it, eight shards of a billion words merged 1600 times, and not 400.)"""

TOKENS_OF_A_SHARD = 2_000_000
"""Tokens that a shard trains in all epochs, at least. With less, rows move so far between two merges that their changes
cannot be added up: 16 shards of 600,000 tokens in all diverge on generated texts."""

START = 0.25
"""A round is at most this part of what was trained before."""

ROWS_EACH_ROUND, GROWTH, SPAN = 1024, 4, 16
"""Every round merges the rows of this many words; every second one, this many times as many; and so on; the last round of a
span merges all. With growth 2, rare rows were merged too rarely."""


@dataclass(frozen=True)
class Round:
    """One round.

    Attributes
    ----------
    epoch : int
    first, end : int
        Each shard trains the chunks ``first`` to ``end`` of its portion, as far as the portion goes.
    rows : int
        Number of first rows that are merged after it.
    whole : bool
        Whether that are all rows: a span ends.
    """

    epoch: int
    first: int
    end: int
    rows: int
    whole: bool


def has_mean(config: TrainConfig) -> bool:
    """Whether the shards of a run are merged by their mean, not by direction; `merging` explains both.

    The linear model is that of a sigmoid of dot products, so other objectives know no other rule.
    """
    return config.shards * config.alpha <= RATE_OF_MEAN or config.objective != "sgns"


def number_of_shards(config: TrainConfig, chunks: int, tokens: int) -> int:
    """Return how many shards a text of so many tokens is divided into: ``config.shards``, or fewer if it is short."""
    return max(min(config.shards, 1), min(config.shards, chunks, tokens * config.epochs // TOKENS_OF_A_SHARD))


def portions(chunks: int, shards: int) -> list[tuple[int, int]]:
    """Return the first and the end of the chunks of each shard's portion; they differ by at most one chunk in length.

    Examples
    --------
    >>> portions(chunks=8, shards=3)
    [(0, 2), (2, 5), (5, 8)]
    """
    return list(pairwise(chunks * shard // shards for shard in range(shards + 1)))


def rounds(config: TrainConfig, chunks: int, tokens: int, words: int) -> list[Round]:
    """Return the rounds of a training of ``words`` words on ``tokens`` tokens, which are ``chunks`` chunks, per epoch.

    Examples
    --------
    >>> found = rounds(TrainConfig(shards=2, epochs=1), chunks=100, tokens=1_000_000, words=5_000)
    >>> found[0]
    Round(epoch=0, first=0, end=1, rows=1024, whole=False)
    >>> [one.rows for one in found[:4]], found[-1].whole
    ([1024, 4096, 1024, 5000], True)
    """
    per_round = chunks_per_round(config, chunks, tokens)
    return list(_rounds(config, chunks, per_round, words))


def chunks_per_round(config: TrainConfig, chunks: int, tokens: int) -> int:
    """Return how many chunks a shard trains in a round, after the start."""
    share = tokens * config.epochs / config.shards
    wanted = max(share / ROUNDS_WANTED, min(share / FEWEST_ROUNDS, LEAST_TOKENS) if has_mean(config) else 0)
    most = MOST_OPERATIONS / operations_per_word(config)
    return max(1, round(min(wanted, most) / (tokens / chunks)))


def _rounds(config: TrainConfig, chunks: int, per_round: int, words: int) -> Iterator[Round]:
    number, longest = 0, -(-chunks // config.shards)
    for epoch in range(config.epochs):
        first = 0
        while first < longest:
            number += 1
            each = max(1, min(per_round, int(START * (epoch * longest + first))))
            end = min(first + each, longest)
            whole = number % SPAN == 0 or end == longest
            twos = (number & -number).bit_length() - 1
            yield Round(epoch, first, end, words if whole else min(ROWS_EACH_ROUND * GROWTH**twos, words), whole)
            first = end
