"""Experiments that the tool makes of itself, each a tenant that nothing else imports.

compare   w2v and gensim on the same text
study     whether alignment and uniformity predict the quality of word vectors
journal   results on disk as JSON lines, so that an experiment can be interrupted and continued
tables    Markdown tables of reports
"""
