"""gensim's parameters as attributes of a model: their translation to our configuration, and those with only one value."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from w2v.arguments import shown
from w2v.config import TextOptions, TrainConfig, VocabularyConfig
from w2v.errors import ConfigError
from w2v.training.presets import check_preset, different

if TYPE_CHECKING:
    from w2v.gensim_compat.word2vec import Word2Vec

ONE_VALUE: dict[str, tuple[Any, str]] = {
    "sg": (1, "w2v does not train CBOW, only skip-gram; leave sg out or pass sg=1"),
    "hs": (0, "hierarchical softmax is not supported; leave hs out and set negative"),
    "null_word": (0, "only CBOW with concatenation uses it; leave it out"),
}
"""gensim parameters that have only one possible value here, with the reason and what to do instead."""


def refuse_other_models(**given: Any) -> None:
    """Raise ConfigError for a parameter of `ONE_VALUE` that requests a model other than skip-gram."""
    for name, value in given.items():
        allowed, reason = ONE_VALUE[name]
        if value != allowed:
            raise ConfigError(f"{name} must be {allowed!r}: got {shown(value)}; {reason}")


def train_config(model: Word2Vec) -> TrainConfig:
    """Return the current training parameters of a model.

    Raises
    ------
    ConfigError
        If one was assigned an invalid value.
    """
    refuse_other_models(**{name: getattr(model, name) for name in ONE_VALUE})
    return TrainConfig(**{f.name: getattr(model, f.name) for f in fields(TrainConfig)})


def vocabulary_config(model: Word2Vec) -> VocabularyConfig:
    """Return the current vocabulary parameters of a model; see `train_config`."""
    return VocabularyConfig(**{f.name: getattr(model, f.name) for f in fields(VocabularyConfig)})


def text_options(model: Word2Vec) -> TextOptions:
    """Return the current text options of a model; it reads with as many threads as it trains with."""
    threads = train_config(model).threads
    return TextOptions(model.tokenizer, model.errors, threads, model.encoding, model.as_lines, model.column)


def checked_preset(preset: str | None, config: TrainConfig) -> str | None:
    """Return the name of a preset; raise ConfigError if it is none, or parameters contradict it."""
    if preset is not None:
        check_preset(preset, different(config), config)
    return preset


def checked_every(epochs: float | None, words: int | None) -> tuple[float | None, int | None]:
    """Return the intervals for recording the geometry, in epochs or words; raise ConfigError if they are invalid."""
    if epochs is not None or words is not None:
        from w2v.geometry import Every  # not at the top: most models are trained without it

        Every(epochs, words)
    return epochs, words
