"""w2v and gensim on the same text, with the same parameters, measured in the same ways.

runner           ``compare``: from a text to a report
config           the parameters that both engines have, and how often everything is measured
shared_text      one stream of words for both
engines          one training in a process of its own; both vocabularies are the same
measure          the runs, one pair after the other
journal          what was measured, written as it comes
scores           analogies and word pairs
shared_samples   alignment, uniformity, loss and neighbours on the same samples for both
statistics       runs -> ratios and differences
verdicts         statistics -> sentences
result           `Comparison`: all of that as data
report           as Markdown; picture: as a PNG
"""
