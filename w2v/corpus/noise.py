"""The noise distribution of negative sampling, and the pool of words that the engine draws from."""

import numpy as np
from numpy.typing import NDArray

from w2v import _core

GENSIM_SHARES = 2**31 - 1
"""Resolution of gensim's cumulative noise distribution."""


def noise_probabilities(counts: NDArray[np.int64], ns_exponent: float) -> NDArray[np.float64]:
    """Return the noise distribution, proportional to count ** ns_exponent (Mikolov et al. 2013, section 2.2).

    Examples
    --------
    >>> noise_probabilities(np.array([3, 1]), ns_exponent=1.0)
    array([0.75, 0.25])
    """
    logs = ns_exponent * np.log(np.maximum(counts, 1).astype(np.float64))
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def cumulative_noise(counts: NDArray[np.int64], ns_exponent: float) -> NDArray[np.uint32]:
    """Return the cumulative noise distribution, scaled to integers up to `GENSIM_SHARES`, shape (V,), as in gensim."""
    cumulative = np.cumsum(noise_probabilities(counts, ns_exponent))
    return np.asarray(np.round(cumulative / cumulative[-1] * GENSIM_SHARES), np.uint32)


def noise_pool(counts: NDArray[np.int64], ns_exponent: float, seed: int) -> NDArray[np.uint32]:
    """Return a shuffled array of words in the proportions of the noise distribution; its length is a power of two.

    Drawing from a small region of such a pool causes hardly any cache misses, while an alias table causes one per draw.
    Systematic sampling gives each word the floor or the ceiling of its expected share, unbiased over seeds.
    """
    size = pool_length(len(counts))
    rng = np.random.default_rng([seed, 0x6E6F697365])  # "noise" in ASCII: an independent random stream
    edges = np.floor(np.cumsum(noise_probabilities(counts, ns_exponent)) * size + rng.random()).astype(np.int64)
    edges[-1] = size
    shares = np.diff(np.minimum(edges, size), prepend=0)
    return _core.shuffled_pool(shares, int(rng.integers(2**63)))


def pool_length(words: int) -> int:
    """Return the length of a noise pool: 32 entries per word, so that rare words keep their share; 2**16 to 2**28.

    So it takes at most 1 GiB, which 8.4 million words have; the rarest of 10 million still get half a dozen entries.
    """
    return 1 << min(28, max(16, (32 * words - 1).bit_length()))
