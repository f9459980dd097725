"""Words/s when the matrices do not fit the caches: generated ids under a Zipf law, a small vocabulary beside a large one.

    python benchmarks/large_vocabulary.py [--tokens 4000000] [--words 1000000]

The text is made up: it measures memory, not quality. Sentences of 20 words; frequencies proportional to 1 / rank.
"""

import argparse
import time

import numpy as np
from machine import show

from w2v import TrainConfig, VocabularyConfig, encode, train


def generated(tokens: int, words: int) -> tuple[np.ndarray, np.ndarray]:
    """Return ids and offsets; every word occurs."""
    rng = np.random.default_rng(1)
    law = np.cumsum(1 / np.arange(1, words + 1))
    ids = np.searchsorted(law, rng.random(tokens - words) * law[-1])
    ids = np.concatenate([ids, np.arange(words)])
    rng.shuffle(ids)
    return ids.clip(0, words - 1), np.arange(0, tokens + 1, 20)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokens", type=int, default=4_000_000)
    parser.add_argument("--words", type=int, default=1_000_000)
    options = parser.parse_args()
    rows = []
    corpora = {
        words: encode(generated(options.tokens, words), VocabularyConfig(min_count=1))
        for words in (3_000, options.words)
    }
    for dim in (100, 300):
        speeds = {}
        for words, corpus in corpora.items():
            best = 0.0
            for _ in range(2):
                began = time.perf_counter()
                trainer = train(corpus, TrainConfig(vector_size=dim, epochs=1, sample=0), progress=False)
                best = max(best, options.tokens / trainer.reports[0].seconds)
            speeds[words] = best
            rows.append(
                {
                    "dim": dim,
                    "words": words,
                    "words_per_second": best,
                    "share": best / speeds[3_000],
                    "seconds_with_preparation": time.perf_counter() - began,
                }
            )
    show("large vocabulary", rows, ["dim", "words", "words_per_second", "share", "seconds_with_preparation"])


if __name__ == "__main__":
    main()
