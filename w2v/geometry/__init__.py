"""The geometry of contrastive learning, measured: alignment, uniformity, NT-Xent and its limit, and what users ask beside.

view, space      rows of a matrix; what is measured
pairs            positive pairs and their distribution; procrustes: a word in two models
directions       unit rows and their cosines, a block at a time
alignment, uniformity, contrastive, spectrum, hubness, frequency    one notion each, on plain arrays
sampling         the rows that stand for all, and intervals
measurement      values with interval, sample and definition
measure          all of it at once
trace            a few of it, while training goes on
"""

from w2v.geometry.alignment import alignment
from w2v.geometry.contrastive import log_partition, nt_xent
from w2v.geometry.frequency import norm_frequency
from w2v.geometry.hubness import hubness
from w2v.geometry.measure import measure
from w2v.geometry.measurement import Geometry, Measurement, Settings
from w2v.geometry.pairs import PositivePairs, file_pairs, text_pairs
from w2v.geometry.procrustes import identity_pairs
from w2v.geometry.space import Space, common_words
from w2v.geometry.spectrum import effective_rank, isoscore, mean_cosine
from w2v.geometry.trace import Every, Trace, TracePoint, Trajectory
from w2v.geometry.uniformity import uniformity

__all__ = [
    "Every",
    "Geometry",
    "Measurement",
    "PositivePairs",
    "Settings",
    "Space",
    "Trace",
    "TracePoint",
    "Trajectory",
    "alignment",
    "common_words",
    "effective_rank",
    "file_pairs",
    "hubness",
    "identity_pairs",
    "isoscore",
    "log_partition",
    "mean_cosine",
    "measure",
    "norm_frequency",
    "nt_xent",
    "text_pairs",
    "uniformity",
]
