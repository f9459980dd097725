"""Presets: parameters of training that are chosen from the size of the text.

The defaults are gensim's, so that both engines do the same work. They are not the fastest way to vectors as good as
those: a larger learning rate, fewer occurrences of frequent words, a smaller window, and noise with more weight reach the
same scores with less than half of the work. A smaller window, because those that remain of a sentence without its
frequent words are farther apart. ``benchmarks/README.md`` has the search that found the values, and what it means for gensim.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from w2v.annotations import checked
from w2v.arguments import integer, one_of
from w2v.config import TrainConfig
from w2v.errors import ConfigError

CHOSEN = ("epochs", "alpha", "sample", "negative", "negative_weight", "window")
"""Parameters that a preset chooses."""


@dataclass(frozen=True)
class _Choice:
    """Values of `CHOSEN` for texts of at least so many words in the vocabulary, and shorter ones than the choice before."""

    words: int
    epochs: int
    alpha: float
    sample: float
    negative: int
    negative_weight: float
    window: int


FAST = (
    _Choice(10_000_000, epochs=4, alpha=0.05, sample=3e-5, negative=5, negative_weight=2.0, window=3),
    _Choice(0, epochs=3, alpha=0.1, sample=1e-4, negative=6, negative_weight=1.5, window=5),
)
"""Of what was tried, the least work whose scores are those of gensim's defaults (five epochs) on texts of that size."""

PRESETS = {"fast": FAST}


def chosen(name: str, words: int) -> dict[str, Any]:
    """Return the values of `CHOSEN` that a preset has for a text of so many words in the vocabulary."""
    choice = next(choice for choice in PRESETS[name] if words >= choice.words)
    return {field: getattr(choice, field) for field in CHOSEN}


@checked
def preset(name: str, words: int, config: TrainConfig | None = None) -> TrainConfig:
    """Return a configuration whose parameters suit the size of a text, for `train`.

    Parameters
    ----------
    name : {"fast"}
        "fast": vectors as good as those of gensim's and our defaults, in the least time. Chooses ``epochs``, ``alpha``,
        ``sample``, ``negative``, ``negative_weight`` and ``window``.
    words : int
        Number of words of the text, such as ``len(corpus.tokens)``.
    config : TrainConfig, optional
        All other parameters.

    Raises
    ------
    ArgumentError
        If an argument has the wrong type.
    ConfigError
        If there is no such preset, ``words`` is negative, or ``config`` has a parameter that the preset chooses, or an
        objective other than sgns.

    Examples
    --------
    >>> import w2v
    >>> corpus = w2v.encode([["a", "b", "c"]] * 99, w2v.VocabularyConfig(min_count=1))
    >>> config = w2v.preset("fast", len(corpus.tokens), w2v.TrainConfig(vector_size=4, workers=1))
    >>> model = w2v.train(corpus, config)
    """
    config, words = config or TrainConfig(), integer("words", words, 0)
    check_preset(name, different(config), config)
    return replace(config, **chosen(name, words))


def different(config: TrainConfig) -> dict[str, Any]:
    """Return those of `CHOSEN` that differ from their defaults."""
    values = {field: (getattr(config, field), getattr(TrainConfig, field)) for field in CHOSEN}
    return {field: value for field, (value, default) in values.items() if value != default}


def check_preset(name: str, given: Mapping[str, Any], config: TrainConfig) -> None:
    """Raise ConfigError if there is no such preset, or parameters were given that contradict it."""
    one_of("preset", name, tuple(PRESETS))
    for field, value in given.items():
        raise ConfigError(
            f"{field} must be left out with preset={name!r}, which chooses it: got {value!r}; leave one of them out"
        )
    if config.objective != "sgns":
        raise ConfigError(
            f"objective must be 'sgns' with preset={name!r}: got {config.objective!r}; leave one of them out"
        )
