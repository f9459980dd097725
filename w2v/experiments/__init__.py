"""Experiments with w2v. Only the command line imports them.

compare         w2v and gensim on the same text
study           whether alignment and uniformity predict the quality of word vectors
sentence_pairs  which positive pairs help means of word vectors
journal         results on disk as JSON lines, so that an experiment can be interrupted and continued
tables          Markdown tables of reports
"""
