"""The geometry of contrastive learning: alignment, uniformity, NT-Xent and its limit, and related metrics.

row_views, space   rows of a matrix; the vectors that are measured
pairs              positive pairs and their distribution
procrustes         pairs of a word with itself in another model
directions         unit rows and their cosines, computed block by block
alignment, uniformity, contrastive, spectrum, hubness, frequency    one metric each, on plain arrays
sampling           which rows are measured, and bootstrap resamples
measurement        values with interval, sample and definition
measure            all metrics at once
trace              some of them during training
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
