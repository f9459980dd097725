"""gensim's parameters as attributes of a model: what they stand for here, and those that have one value only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from w2v.config import TextOptions, TrainConfig, VocabularyConfig
from w2v.errors import ConfigError

if TYPE_CHECKING:
    from w2v.gensim_compat.word2vec import Word2Vec

ONE_VALUE: dict[str, tuple[Any, str]] = {
    "sg": (1, "this is a skip-gram engine and does not train CBOW; leave sg out or pass sg=1"),
    "hs": (0, "hierarchical softmax is not offered; leave hs out and set negative"),
    "null_word": (0, "only CBOW with concatenation uses it"),
}
"""Parameters of gensim's that have one value here, and what to do instead."""


def refuse_other_models(**given: Any) -> None:
    """Raise ConfigError for a parameter of `ONE_VALUE` whose value asks for another model."""
    for name, value in given.items():
        allowed, reason = ONE_VALUE[name]
        if value != allowed:
            raise ConfigError(f"{name} must be {allowed!r}: got {value!r}; {reason}")


def as_word_set(words: Any) -> Any:
    """Return any collection of words as a frozenset; leave invalid values for `VocabularyConfig` to refuse."""
    return words if isinstance(words, str) or not isinstance(words, Iterable) else frozenset(words)


def train_config(model: Word2Vec) -> TrainConfig:
    """Return the parameters of training, as they are now.

    Raises
    ------
    ConfigError
        If one has been assigned a value that is not allowed.
    """
    refuse_other_models(**{name: getattr(model, name) for name in ONE_VALUE})
    return TrainConfig(**{f.name: getattr(model, f.name) for f in fields(TrainConfig)})


def vocabulary_config(model: Word2Vec) -> VocabularyConfig:
    """Return which words enter the vocabulary; see `train_config`."""
    return VocabularyConfig(**{f.name: getattr(model, f.name) for f in fields(VocabularyConfig)})


def text_options(model: Word2Vec) -> TextOptions:
    """Return how text becomes words, with as many threads as train."""
    return TextOptions(model.tokenizer, model.errors, model.workers)


def checked_every(epochs: float | None, words: int | None) -> tuple[float | None, int | None]:
    """Return how often to record the geometry, in epochs or in words, if that is allowed."""
    if epochs is not None or words is not None:
        from w2v.geometry import Every  # most models are trained without it

        Every(epochs, words)
    return epochs, words
