"""Which positive pairs help weighted means of word vectors? SimCSE's comparison, under one number of steps.

runner     ``compare_pairs``: from vectors and a text to a comparison
kinds      the kinds of positive pairs
marking    agreement with human scores on all sets, with intervals
journal    one JSON line per training, so that a comparison can be interrupted and continued
findings   its numbers as sentences
report     the comparison as data, as a table and as Markdown
picture    trajectories through the alignment-uniformity plane
"""

from w2v.experiments.sentence_pairs.report import PairComparison, Row
from w2v.experiments.sentence_pairs.runner import compare_pairs

__all__ = ["PairComparison", "Row", "compare_pairs"]
