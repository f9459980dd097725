"""Worlds with latent classes, in which positive and negative pairs have known distributions (Arora et al. 2019).

    c ~ rho,  x, x+ ~ D_c      a positive pair: two words of one class, drawn independently
    c- ~ rho, x- ~ D_(c-)      a negative: a word of any class, drawn independently of the pair

``corpus`` writes each pair as a sentence of two words. With ``window=1, sample=0, ns_exponent=1``, skip-gram trains on
exactly these pairs, in both orders, and its noise words have the distribution of single words in the pairs.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from w2v.annotations import checked
from w2v.arguments import array, integer, number, shown
from w2v.arrays import Float64, Rows
from w2v.config import VocabularyConfig
from w2v.corpus.encode import encode
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.errors import ConfigError


@dataclass(frozen=True, eq=False)
class World:
    """Classes of words.

    Attributes
    ----------
    words : ndarray of float64, shape (C, V)
        The distribution D_c of each class over the words.
    rho : ndarray of float64, shape (C,)
        The distribution of classes.

    Raises
    ------
    ConfigError
        If there are fewer than two classes with a positive probability, or a distribution is negative or does not sum to 1.

    Examples
    --------
    >>> world = World(np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]), np.array([0.5, 0.5]))
    >>> world.collision, world.margin.tolist(), world.joint()[0].tolist()
    (0.5, [0.25, 0.25, 0.5], [0.125, 0.125, 0.0])
    """

    words: Float64
    rho: Float64

    def __post_init__(self) -> None:
        for name in ("words", "rho"):
            object.__setattr__(self, name, array(name, getattr(self, name)).astype(np.float64))
        if self.words.ndim != 2 or len(self.words) < 2 or self.rho.shape != self.words.shape[:1]:
            raise ConfigError(
                "words must have shape (C, V) for at least 2 classes, and rho shape (C,): "
                f"got {self.words.shape} and {self.rho.shape}"
            )
        for name, rows in (("words", self.words), ("rho", self.rho[np.newaxis])):
            if not (rows >= 0).all() or not np.allclose(rows.sum(axis=1), 1, rtol=0, atol=1e-9):
                raise ConfigError(
                    f"each row of {name} must be a distribution: got {shown(rows)} with other sums than 1"
                )
        if not self.rho.max() < 1:
            raise ConfigError(f"rho must be positive for at least two classes: got {shown(self.rho.tolist())}")

    @cached_property
    def margin(self) -> Float64:
        """The distribution of single words, which is that of negatives: shape (V,)."""
        return self.rho @ self.words

    @cached_property
    def collision(self) -> float:
        """The probability tau that the negative has the class of the pair."""
        return float(self.rho @ self.rho)

    @cached_property
    def entropy(self) -> float:
        """H(rho), the entropy of the class, in nats."""
        return float(-_sum_p_log(self.rho, self.rho))

    @cached_property
    def information(self) -> float:
        """I(X; Y), the mutual information of the words of a positive pair, in nats."""
        joint = self.joint()
        return float(_sum_p_log(joint, joint) - 2 * _sum_p_log(self.margin, self.margin))

    @cached_property
    def class_information(self) -> float:
        """I(X; C), the mutual information of a word and its class, in nats; at least ``information``."""
        both = self.rho[:, np.newaxis] * self.words
        return float(_sum_p_log(both, both) - _sum_p_log(self.margin, self.margin)) + self.entropy

    @cached_property
    def pair_error(self) -> float:
        """The least possible error (Bayes) of telling two classes apart, which are drawn from rho and differ."""
        total = sum(
            self.rho[c] * self.rho[other] * np.minimum(self.words[c], self.words[other]).sum()
            for c in range(len(self.rho))
            for other in range(c)
        )
        return float(total / (1 - self.collision))

    @cached_property
    def accuracy(self) -> float:
        """The largest possible accuracy (Bayes) of predicting the class of a word among all classes."""
        return float((self.rho[:, np.newaxis] * self.words).max(axis=0).sum())

    def different_joint(self) -> Float64:
        """Return the distribution of two words of different classes, drawn from rho: shape (V, V)."""
        outer = np.outer(self.margin, self.margin) - self._within(self.rho**2)
        return np.asarray(np.maximum(outer, 0) / (1 - self.collision))

    @checked
    def joint(self, wrong: float = 0.0) -> Float64:
        """Return the distribution of positive pairs, of which a share ``wrong`` is of two different classes: (V, V)."""
        number("wrong", wrong, 0, 1)
        right = self._within(self.rho)
        return right if wrong == 0 else (1 - wrong) * right + wrong * self.different_joint()

    @checked
    def pairs(self, n: int, seed: int = 1, *, wrong: float = 0.0) -> Rows:
        """Draw positive pairs: int64, shape (n, 2).

        Parameters
        ----------
        n : int
        seed : int
        wrong : float
            The share of pairs that are of two different classes, which contradicts the theory.

        Raises
        ------
        ConfigError
            If a number is out of range.

        Examples
        --------
        >>> world = make_world(words=4, classes=2, overlap=0.0)
        >>> bool((world.pairs(1000).sum(axis=1) % 2 == 0).all())  # word w belongs to class w % 2
        True
        """
        integer("n", n, 1, 10**9)
        integer("seed", seed, 0, 2**63 - 1)
        number("wrong", wrong, 0, 1)
        rng = np.random.default_rng([seed, 0x776F726C64])  # "world": a stream of its own
        classes = rng.choice(len(self.rho), size=n, p=self.rho)
        others = classes.copy()
        mixed = np.flatnonzero(rng.random(n) < wrong)
        while len(mixed):  # two classes drawn from rho, again until they differ
            classes[mixed], others[mixed] = rng.choice(len(self.rho), size=(2, len(mixed)), p=self.rho)
            mixed = mixed[classes[mixed] == others[mixed]]
        return np.column_stack([self._draw(classes, rng), self._draw(others, rng)])

    def _within(self, weights: Float64) -> Float64:
        """Return the sum over classes of weight times D_c(x) D_c(y): shape (V, V)."""
        return np.asarray((self.words * weights[:, np.newaxis]).T @ self.words)

    def _draw(self, classes: Rows, rng: np.random.Generator) -> Rows:
        """Draw one word of each class: the cumulative distributions of all classes, end to end, are searched at once."""
        count, words = self.words.shape
        ends = np.cumsum(self.words, axis=1)
        ends = ends / ends[:, -1:] + np.arange(count)[:, np.newaxis]
        found = np.searchsorted(ends.ravel(), classes + rng.random(len(classes)), side="right")
        return np.asarray(np.clip(found - classes * words, 0, words - 1), np.int64)


@checked
def make_world(words: int = 200, classes: int = 20, overlap: float = 0.2, rho_exponent: float = 0.0) -> World:
    """Make a world: each word has a class of its own, and classes share a background.

    Parameters
    ----------
    words, classes : int
        Word w belongs to class ``w % classes``, in which the n-th word has a probability in proportion to 1 / n.
    overlap : float
        The share o of each D_c that is the mean of all classes: D_c = (1 - o) core_c + o background.
    rho_exponent : float
        rho is in proportion to 1 / c ** rho_exponent: 0 for equally frequent classes, 1 for Zipf's law.

    Raises
    ------
    ConfigError
        If a number is out of range.

    Examples
    --------
    >>> world = make_world(words=100, classes=5, overlap=0.2)
    >>> world.words.shape, round(world.collision, 6), round(world.pair_error, 6)  # Bayes: half of the overlap
    ((5, 100), 0.2, 0.1)
    """
    integer("words", words, 2, 2_000)
    integer("classes", classes, 2, words)
    number("overlap", overlap, 0, 1)
    number("rho_exponent", rho_exponent, 0, 10)
    own = np.arange(words)
    core = np.zeros((classes, words))
    core[own % classes, own] = 1 / (own // classes + 1)
    core /= core.sum(axis=1, keepdims=True)
    rho = 1 / np.arange(1, classes + 1) ** rho_exponent
    return World((1 - overlap) * core + overlap * core.mean(axis=0), rho / rho.sum())


def corpus(pairs: Rows) -> EncodedCorpus:
    """Return pairs of words as a corpus of sentences of two words; word w is called ``str(w)``.

    Examples
    --------
    >>> encoded = corpus(np.array([[0, 1], [1, 2]]))
    >>> encoded.vocabulary.words[0], len(encoded)  # the most frequent word
    ('1', 2)
    """
    ids = np.ascontiguousarray(pairs).ravel()
    return encode((ids, np.arange(0, len(ids) + 1, 2)), VocabularyConfig(min_count=1), progress=False)


def observed_joint(pairs: Rows, words: int) -> Float64:
    """Return the distribution of the pairs that were drawn, in both orders, as skip-gram is trained on them: (V, V)."""
    found = np.bincount(pairs[:, 0] * words + pairs[:, 1], minlength=words * words).reshape(words, words)
    return np.asarray((found + found.T) / (2 * len(pairs)))


def _sum_p_log(weights: Float64, p: Float64) -> float:
    return float((weights * np.log(np.where(p > 0, p, 1.0))).sum())
