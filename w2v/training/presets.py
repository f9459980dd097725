"""Presets: parameters of training that are chosen for a text.

The defaults are gensim's, so that both engines do the same work. They are not the fastest way to vectors as good as
those: a larger learning rate, fewer occurrences of frequent words, a smaller window, and noise with more weight reach the
same scores with less than half of the work. The window is smaller because the words that are left of a sentence without
its frequent words are farther apart in the text. ``benchmarks/README.md`` has the search that found the values, and what
they mean for gensim.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from w2v.annotations import checked
from w2v.arguments import one_of
from w2v.config import TrainConfig
from w2v.corpus.subsampling import keep_probabilities
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError

CHOSEN = ("epochs", "alpha", "sample", "negative", "negative_weight", "window")
"""Parameters that a preset chooses."""

LEAST_KEPT = 0.4
"""Share of the words that subsampling must leave, or else ``sample`` stays at its default. Of text in any language that was
tried more is left (0.5 to 0.7 with the values below). Less is left where no words are much more frequent than others, as
the nodes of walks or the items of sessions, so that it would drop what there is to learn from."""


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
    _Choice(10_000_000, epochs=4, alpha=0.05, sample=4e-5, negative=5, negative_weight=2.0, window=3),
    _Choice(3_000_000, epochs=4, alpha=0.05, sample=1e-4, negative=5, negative_weight=1.6, window=4),
    _Choice(800_000, epochs=4, alpha=0.05, sample=1e-4, negative=5, negative_weight=2.0, window=5),
    _Choice(0, epochs=5, alpha=0.1, sample=1e-4, negative=6, negative_weight=1.5, window=5),
)
"""Of what was tried, the least work whose scores are those of gensim's defaults (five epochs) on texts of that size."""

PRESETS = {"fast": FAST}


def chosen(name: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the values of `CHOSEN` that a preset has for a text of which these are the words, with counts."""
    words = int(vocabulary.counts.sum())
    choice = next(choice for choice in PRESETS[name] if words >= choice.words)
    found = {field: getattr(choice, field) for field in CHOSEN}
    if words and keep_probabilities(vocabulary.counts, choice.sample) @ vocabulary.counts < LEAST_KEPT * words:
        found["sample"] = TrainConfig.sample
    return found


@checked
def preset(name: str, vocabulary: Vocabulary, config: TrainConfig | None = None) -> TrainConfig:
    """Return a configuration whose parameters suit a text, for `train`.

    Parameters
    ----------
    name : {"fast"}
        "fast": vectors as good as those of gensim's and our defaults, in the least time. Chooses ``epochs``, ``alpha``,
        ``sample``, ``negative``, ``negative_weight`` and ``window``.
    vocabulary : Vocabulary
        The words of the text with their counts, as in ``corpus.vocabulary``.
    config : TrainConfig, optional
        All other parameters.

    Raises
    ------
    ArgumentError
        If an argument has the wrong type.
    ConfigError
        If there is no such preset, or ``config`` has a value for what the preset chooses, or an objective other than sgns.

    Examples
    --------
    >>> import w2v
    >>> corpus = w2v.encode([["a", "b", "c"]] * 99, w2v.VocabularyConfig(min_count=1))
    >>> config = w2v.preset("fast", corpus.vocabulary, w2v.TrainConfig(vector_size=4, workers=1))
    >>> model = w2v.train(corpus, config)
    """
    config = config or TrainConfig()
    check_preset(name, different(config), config)
    return with_preset(name, vocabulary, config)


def with_preset(name: str | None, vocabulary: Vocabulary, config: TrainConfig) -> TrainConfig:
    """Return a configuration with the values that a preset, if there is one, chooses for a text with these words."""
    if name is None:
        return config
    check_preset(name, {}, config)
    return replace(config, **chosen(name, vocabulary))


def different(config: TrainConfig) -> dict[str, Any]:
    """Return those of `CHOSEN` that differ from their defaults."""
    values = {field: (getattr(config, field), getattr(TrainConfig, field)) for field in CHOSEN}
    return {field: value for field, (value, default) in values.items() if value != default}


def check_preset(name: str, given: Mapping[str, Any], config: TrainConfig) -> None:
    """Raise ConfigError if there is no such preset, or parameters were given that contradict it."""
    one_of("preset", name, tuple(PRESETS))
    for field, value in given.items():
        raise ConfigError(
            f'{field} must be left out with preset="{name}", which chooses it: got {value!r}; leave one of them out'
        )
    if config.objective != "sgns":
        raise ConfigError(
            f'objective must be "sgns" with preset="{name}": got {config.objective!r}; leave one of them out'
        )
