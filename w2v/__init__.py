"""Word vectors from any text: a fast skip-gram negative-sampling engine with gensim's names."""

from w2v.machine import isa  # first: it says what to do if the compiled core is missing

# isort: split
from w2v.comparison import compare
from w2v.config import TrainConfig, VocabularyConfig
from w2v.corpus.count_text import TextOptions
from w2v.corpus.encode import encode
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.select_words import RULE_DEFAULT, RULE_DISCARD, RULE_KEEP
from w2v.gensim_compat.callbacks import CallbackAny2Vec
from w2v.gensim_compat.readers import LineSentence, PathLineSentences, Text8Corpus
from w2v.gensim_compat.word2vec import Word2Vec
from w2v.training.checkpoint import Checkpoints
from w2v.training.trainer import Trainer, train
from w2v.vectors import KeyedVectors
from w2v.version import __version__

__all__ = [
    "RULE_DEFAULT",
    "RULE_DISCARD",
    "RULE_KEEP",
    "CallbackAny2Vec",
    "Checkpoints",
    "EncodedCorpus",
    "KeyedVectors",
    "LineSentence",
    "PathLineSentences",
    "Text8Corpus",
    "TextOptions",
    "TrainConfig",
    "Trainer",
    "VocabularyConfig",
    "Word2Vec",
    "__version__",
    "compare",
    "encode",
    "isa",
    "train",
]
