"""Comparison of w2v and gensim on the same text, with the same parameters and the same measurements.

runner           ``compare``: from a text to a report
config           parameters that both engines have, and the number of runs
shared_text      one stream of words for both engines
engines          one training run in its own process; check that both vocabularies are equal
measure          all runs, one pair after the other
journal          results on disk
scores           analogies and word pairs
shared_samples   alignment, uniformity, loss and neighbours on the same samples for both engines
statistics       runs -> ratios and differences
verdicts         statistics -> sentences
result           `Comparison`: all results as data
report, picture  results as Markdown and as a PNG
"""
