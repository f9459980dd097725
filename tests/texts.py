"""Small texts that several files of tests train on."""

import numpy as np

SENTENCES = [["cat", "purrs", "softly"], ["dog", "barks", "loudly"], ["the", "cat", "and", "the", "dog"]] * 60


def zipf_sentences(sentences, words, exponent, seed, length=20):
    """Return sentences of random words, of which a few are frequent."""
    rng = np.random.default_rng(seed)
    return [[f"w{int(x) % words}" for x in rng.zipf(exponent, size=length)] for _ in range(sentences)]
