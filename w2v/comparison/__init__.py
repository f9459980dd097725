"""w2v and gensim on the same text, with the same parameters, measured in the same ways.

comparing   `compare`: from a text to a report
config      the parameters that both have, how often everything is measured
text        one stream of words for both
runs        one training in a process of its own; the vocabularies are the same
costs       how long it will take
measuring   the runs, one pair after the other
journal     what was measured, written as it comes
scores      questions and word pairs
yardsticks  alignment, uniformity, loss, neighbours: the same samples for both
figures     runs -> ratios and differences
sentences   figures -> words
result      `Comparison`: all of that as data
report      as Markdown; picture: as a PNG
machine     where it was measured
"""

from w2v.comparison.comparing import FOLDER, compare
from w2v.comparison.journal import Step
from w2v.comparison.result import Comparison

__all__ = ["FOLDER", "Comparison", "Step", "compare"]
