"""The geometry of contrastive learning: alignment, uniformity, NT-Xent and its limit, and related metrics.

row_views, space   rows of a matrix; the vectors that are measured
pairs, margin      positive pairs from a text, and the distribution of their words
listed_pairs       positive pairs from a file
exclusions         what was left out, in words
labels             classes of words, and how well vectors separate them
procrustes         pairs of a word with itself in another model
directions         unit rows and their cosines, computed block by block
alignment, uniformity, contrastive, spectrum, hubness, frequency    one metric each, on plain arrays
information        mutual information that the cosines capture
baselines          random, collapsed and uniform vectors, to compare with
weighting          the distribution of single words
sampling           which rows are measured, and bootstrap resamples
measurement        values with interval, sample and definition
context, contrast, measure_labels, measure    all metrics at once
trace              some of them during training
"""

from w2v.geometry.alignment import alignment
from w2v.geometry.baselines import collapsed, random_space, uniform, uniform_alignment, uniform_law
from w2v.geometry.contrastive import log_partition, nt_xent
from w2v.geometry.frequency import norm_frequency
from w2v.geometry.hubness import hubness
from w2v.geometry.information import Information, information
from w2v.geometry.labels import Labels, read_labels
from w2v.geometry.listed_pairs import file_pairs
from w2v.geometry.measure import measure
from w2v.geometry.measurement import Geometry, Measurement, Settings
from w2v.geometry.pairs import PositivePairs, text_pairs
from w2v.geometry.procrustes import identity_pairs
from w2v.geometry.space import Space, common_words
from w2v.geometry.spectrum import effective_rank, isoscore, mean_cosine, partition_isotropy, wasserstein
from w2v.geometry.trace import Every, Trace, TracePoint, Trajectory
from w2v.geometry.uniformity import uniformity

__all__ = [
    "Every",
    "Geometry",
    "Information",
    "Labels",
    "Measurement",
    "PositivePairs",
    "Settings",
    "Space",
    "Trace",
    "TracePoint",
    "Trajectory",
    "alignment",
    "collapsed",
    "common_words",
    "effective_rank",
    "file_pairs",
    "hubness",
    "identity_pairs",
    "information",
    "isoscore",
    "log_partition",
    "mean_cosine",
    "measure",
    "norm_frequency",
    "nt_xent",
    "partition_isotropy",
    "random_space",
    "read_labels",
    "text_pairs",
    "uniform",
    "uniform_alignment",
    "uniform_law",
    "uniformity",
    "wasserstein",
]
