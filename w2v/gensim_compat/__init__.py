"""What exists only because gensim has it, so that code written for gensim keeps working.

word2vec             ``Word2Vec``: gensim's constructor over corpus, training and vectors
parameters           gensim's parameters as attributes
vocabulary_methods   build_vocab and its relatives
training_methods     train and what can be asked afterwards
rows_in_step         words, input and output vectors, kept in step
files                Word2Vec.save and load
callbacks            CallbackAny2Vec
source               a corpus as it was passed to a model
readers              LineSentence, PathLineSentences, Text8Corpus
gensim3              names of gensim 3, with a warning
replay               gensim's own training, computed again from its seed
bridge               the only import of gensim
"""
