"""Word vectors from any text: a fast skip-gram negative-sampling engine with gensim's names.

>>> import w2v
>>> corpus = w2v.encode([["to", "be", "or", "not", "to", "be"]] * 50, w2v.VocabularyConfig(min_count=1))
>>> model = w2v.train(corpus, w2v.TrainConfig(vector_size=10, workers=1))
"""

import importlib
import logging
from typing import TYPE_CHECKING, Any

from w2v.machine import isa  # says what to do if the compiled core is missing
from w2v.version import __version__

if TYPE_CHECKING:
    from w2v.config import TextOptions, TrainConfig, VocabularyConfig
    from w2v.corpus.encode import encode
    from w2v.corpus.encoded_corpus import EncodedCorpus
    from w2v.corpus.phrase_config import PhraseConfig
    from w2v.corpus.phrase_table import PhraseTable
    from w2v.corpus.phrases import phrases
    from w2v.corpus.select_words import RULE_DEFAULT, RULE_DISCARD, RULE_KEEP
    from w2v.experiments.compare.runner import compare
    from w2v.explorer.explore import explore
    from w2v.gensim_compat.callbacks import CallbackAny2Vec
    from w2v.gensim_compat.phrases import Phrases
    from w2v.gensim_compat.readers import LineSentence, PathLineSentences, Text8Corpus
    from w2v.gensim_compat.word2vec import Word2Vec
    from w2v.sentences.encoder import Sentences
    from w2v.supervision.classifier import Classifier
    from w2v.supervision.heads import SupervisionConfig
    from w2v.supervision.supervise import supervise
    from w2v.training.checkpoint import Checkpoints
    from w2v.training.presets import preset
    from w2v.training.train import train
    from w2v.training.trained_model import TrainedModel, load
    from w2v.training.trainer import Trainer
    from w2v.vectors.keyed_vectors import KeyedVectors

__all__ = [
    "RULE_DEFAULT",
    "RULE_DISCARD",
    "RULE_KEEP",
    "CallbackAny2Vec",
    "Checkpoints",
    "Classifier",
    "EncodedCorpus",
    "KeyedVectors",
    "LineSentence",
    "PathLineSentences",
    "PhraseConfig",
    "PhraseTable",
    "Phrases",
    "Sentences",
    "SupervisionConfig",
    "Text8Corpus",
    "TextOptions",
    "TrainConfig",
    "TrainedModel",
    "Trainer",
    "VocabularyConfig",
    "Word2Vec",
    "__version__",
    "compare",
    "encode",
    "explore",
    "isa",
    "load",
    "phrases",
    "preset",
    "supervise",
    "train",
]

# The module of each public name, imported on first use: `import w2v` takes little longer than `import numpy`, and a
# program that only queries vectors loads neither the trainer nor the tokenizers.
_HOMES = {
    "RULE_DEFAULT": "corpus.select_words",
    "RULE_DISCARD": "corpus.select_words",
    "RULE_KEEP": "corpus.select_words",
    "CallbackAny2Vec": "gensim_compat.callbacks",
    "Checkpoints": "training.checkpoint",
    "Classifier": "supervision.classifier",
    "EncodedCorpus": "corpus.encoded_corpus",
    "KeyedVectors": "vectors.keyed_vectors",
    "LineSentence": "gensim_compat.readers",
    "PathLineSentences": "gensim_compat.readers",
    "PhraseConfig": "corpus.phrase_config",
    "PhraseTable": "corpus.phrase_table",
    "Phrases": "gensim_compat.phrases",
    "Sentences": "sentences.encoder",
    "SupervisionConfig": "supervision.heads",
    "Text8Corpus": "gensim_compat.readers",
    "TextOptions": "config",
    "TrainConfig": "config",
    "TrainedModel": "training.trained_model",
    "Trainer": "training.trainer",
    "VocabularyConfig": "config",
    "Word2Vec": "gensim_compat.word2vec",
    "compare": "experiments.compare.runner",
    "encode": "corpus.encode",
    "explore": "explorer.explore",
    "load": "training.trained_model",
    "phrases": "corpus.phrases",
    "preset": "training.presets",
    "supervise": "supervision.supervise",
    "train": "training.train",
}
_PACKAGES = (
    *("cli", "corpora", "corpus", "distributed", "evaluation", "experiments", "explorer", "formats"),
    *("gensim_compat", "geometry", "integrations", "plotting", "sentences", "server"),
    *("supervision", "theory", "training", "vectors"),
)

logging.getLogger("w2v").addHandler(logging.NullHandler())  # silent until a program configures logging


def __getattr__(name: str) -> Any:
    """Import a public name, or a package such as ``w2v.geometry``, on first use (PEP 562)."""
    if name in _HOMES:
        value = getattr(importlib.import_module(f"w2v.{_HOMES[name]}"), name)
    elif name in _PACKAGES:
        value = importlib.import_module(f"w2v.{name}")
    else:
        raise AttributeError(f"module 'w2v' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, *_PACKAGES})
