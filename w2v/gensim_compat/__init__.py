"""gensim compatibility: ``Word2Vec`` and whatever else exists only so that code written for gensim keeps working.

What lower layers need is there: the old names in `w2v.gensim_names`, gensim's methods of vectors in `w2v.vectors`, and its
scores in `w2v.evaluation.gensim_style`.

word2vec             ``Word2Vec``: gensim's constructor over corpus, training and vectors
parameters           gensim's parameters as attributes
vocabulary_methods   build_vocab and related methods
weight_methods       untrained vectors, memory estimate, noise distribution
training_methods     train, and methods that report on training
rows_in_step         words, input and output vectors, kept consistent with each other
files                Word2Vec.save and load
locking              one change of a model at a time
old_names            gensim 3's model[word], word in model, model.iter
callbacks            CallbackAny2Vec
source               a corpus as it was passed to a model
readers              LineSentence, PathLineSentences, Text8Corpus
phrases              Phrases; frozen_phrases: FrozenPhrases; phrase_scores: the scores as functions
replay               gensim's training algorithm, reproduced from its seed
bridge               the only import of gensim
"""
