"""``Word2Vec``: gensim's names over corpus, trainer and vectors.

parameters  gensim's parameters as attributes
weights     words, input and output vectors, kept in step
source      a corpus as it was passed
building    reading it, choosing words
callbacks   whom training tells about epochs
training    training, its losses, its ledger
files       saving and loading
gensim3     older names, with a warning
word2vec    all of it under one name
"""

from w2v.model.callbacks import CallbackAny2Vec
from w2v.model.word2vec import Word2Vec

__all__ = ["CallbackAny2Vec", "Word2Vec"]
