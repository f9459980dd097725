"""Vectors of sentences from vectors of words: weighted means, trained contrastively if you like.

encoder            `Sentences`
weights            how much each word counts
common             what all sentences have in common, and is taken away
bags, reader       sentences as rows of the vocabulary, and their sums
files              whole files, and files of encoders
scored_pairs       files of pairs of sentences
evaluation         agreement with human scores, beside random vectors (judging: of an encoder)
contrastive        SimCSE's loss and its gradients
augmentations      two views of one sentence
positive_pairs     what is trained on
training, lessons  the steps, and one training from its text to its trajectory
"""

from w2v.sentences.encoder import Sentences
from w2v.sentences.evaluation import SentenceScores
from w2v.sentences.files import EncodedFile
from w2v.sentences.scored_pairs import ScoredPair, read_sentence_pairs
from w2v.sentences.training import SentencePoint, SentenceTraining

__all__ = [
    "EncodedFile",
    "ScoredPair",
    "SentencePoint",
    "SentenceScores",
    "SentenceTraining",
    "Sentences",
    "read_sentence_pairs",
]
