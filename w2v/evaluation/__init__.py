"""Score word vectors on analogies and on human judgements of word similarity."""

from w2v.evaluation.analogies import (
    AnalogyResult,
    AnalogyScore,
    AnalogySection,
    evaluate_analogies,
    read_analogies,
)
from w2v.evaluation.gensim_style import evaluate_word_analogies, evaluate_word_pairs
from w2v.evaluation.similarity import SimilarityResult, WordPair, evaluate_pairs, read_pairs
from w2v.evaluation.test_sets import DATASETS, dataset

__all__ = [
    "DATASETS",
    "AnalogyResult",
    "AnalogyScore",
    "AnalogySection",
    "SimilarityResult",
    "WordPair",
    "dataset",
    "evaluate_analogies",
    "evaluate_pairs",
    "evaluate_word_analogies",
    "evaluate_word_pairs",
    "read_analogies",
    "read_pairs",
]
