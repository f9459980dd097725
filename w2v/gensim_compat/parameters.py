"""gensim's parameters as attributes of a model; they may be assigned, and are checked when they are used."""

from dataclasses import fields
from typing import Any

import numpy as np

from w2v.config import TrainConfig, VocabularyConfig
from w2v.corpus.select_words import Choice, TrimRule
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError
from w2v.not_offered import SaysWhatIsNotOffered

ONE_VALUE: dict[str, tuple[Any, str]] = {
    "sg": (1, "this is a skip-gram engine and does not train CBOW; leave sg out or pass sg=1"),
    "hs": (0, "hierarchical softmax is not offered; leave hs out and set negative"),
    "null_word": (0, "only CBOW with concatenation uses it"),
}
"""Parameters of gensim's that have one value here, and what to do instead."""


class Parameters(SaysWhatIsNotOffered):
    """Attributes by gensim's names: fields of `TrainConfig` and `VocabularyConfig`, and a few that only a model has."""

    vector_size: int
    window: int
    negative: int
    epochs: int
    alpha: float
    min_alpha: float
    sample: float
    workers: int
    seed: int
    objective: str
    min_count: int
    max_final_vocab: int | None
    sg: int
    hs: int
    null_word: int
    cbow_mean: int
    max_vocab_size: int | None
    sorted_vocab: int

    def _set_parameters(self, config: TrainConfig, vocabulary: VocabularyConfig, **others: Any) -> None:
        for part in (config, vocabulary):
            for f in fields(part):
                setattr(self, f.name, getattr(part, f.name))
        for name, value in others.items():
            setattr(self, name, value)

    @property
    def config(self) -> TrainConfig:
        """The parameters of training.

        Raises
        ------
        ConfigError
            If one has been assigned a value that is not allowed.
        """
        refuse_other_models(**{name: getattr(self, name) for name in ONE_VALUE})
        return TrainConfig(**{f.name: getattr(self, f.name) for f in fields(TrainConfig)})

    @property
    def vocabulary_config(self) -> VocabularyConfig:
        """Which words enter the vocabulary; see `config`."""
        return VocabularyConfig(**{f.name: getattr(self, f.name) for f in fields(VocabularyConfig)})

    @property
    def layer1_size(self) -> int:
        """Columns of the output vectors: as many as of the input vectors."""
        return self.vector_size

    def _choice(self, rule: TrimRule | None, known: Vocabulary | None = None) -> Choice:
        """Return how words are chosen."""
        most = self.max_vocab_size
        if most is not None and not (isinstance(most, int | np.integer) and most >= 1):
            raise ConfigError(f"max_vocab_size must be None or a whole number from 1 on: got {most!r}")
        if rule is not None and not callable(rule):
            raise ConfigError(f"trim_rule must be a function of (word, count, min_count): got {rule!r}")
        return Choice(self.vocabulary_config, rule, most, bool(self.sorted_vocab), known)


def refuse_other_models(**given: Any) -> None:
    """Raise ConfigError for a parameter of `ONE_VALUE` whose value asks for another model."""
    for name, value in given.items():
        allowed, reason = ONE_VALUE[name]
        if value != allowed:
            raise ConfigError(f"{name} must be {allowed!r}: got {value!r}; {reason}")
