"""Words/s when the matrices do not fit the caches: a large vocabulary against a small one, Zipf-distributed ids.

    python benchmarks/large_vocabulary.py [--tokens 4000000] [--words 1000000] [--rounds 3]

The ids are generated, so this measures memory access, not quality. Sentences have 20 words; frequencies are proportional
to 1 / rank. words_per_second is that of the second epoch: in the first (column first_epoch) the system has to provide the
memory of the output matrix page by page. share is the ratio to the small vocabulary in the same round.
"""

import argparse
from itertools import product

import numpy as np
from machine import show

from w2v import EncodedCorpus, TrainConfig, VocabularyConfig, encode, train


def generated(tokens: int, words: int) -> tuple[np.ndarray, np.ndarray]:
    """Return ids and sentence offsets; every word occurs at least once."""
    rng = np.random.default_rng(1)
    cumulative = np.cumsum(1 / np.arange(1, words + 1))
    ids = np.searchsorted(cumulative, rng.random(tokens - words) * cumulative[-1])
    ids = np.concatenate([ids, np.arange(words)])
    rng.shuffle(ids)
    return ids.clip(0, words - 1), np.arange(0, tokens + 1, 20)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokens", type=int, default=4_000_000, help="a multiple of 20, more than --words")
    parser.add_argument("--words", type=int, default=1_000_000, help="size of the large vocabulary")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    corpora = {
        words: encode(generated(options.tokens, words), VocabularyConfig(min_count=1))
        for words in (3_000, options.words)
    }
    rows = []
    for dim, threads in product((100, 300), (1, 2)):
        config = TrainConfig(vector_size=dim, epochs=2, sample=0, workers=threads)
        runs = [{words: speeds(corpus, config) for words, corpus in corpora.items()} for _ in range(options.rounds)]
        for words in corpora:
            first, second = np.median([run[words] for run in runs], axis=0)
            share = np.median([run[words][1] / run[3_000][1] for run in runs])
            rows.append(
                {
                    "dim": dim,
                    "threads": threads,
                    "words": words,
                    "words_per_second": second,
                    "share": share,
                    "first_epoch": first,
                }
            )
    show("large vocabulary", rows, ["dim", "threads", "words", "words_per_second", "share", "first_epoch"])


def speeds(corpus: EncodedCorpus, config: TrainConfig) -> list[float]:
    """Return the words/s of each epoch."""
    return [report.tokens / report.seconds for report in train(corpus, config, progress=False).reports]


if __name__ == "__main__":
    main()
