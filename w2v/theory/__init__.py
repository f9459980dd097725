"""What the theory of contrastive losses says, and how to compare it with what was trained.

world             latent classes, their positive pairs and negatives, and corpora of them
representation    two vectors per word: trained, random, zero, or with given scores
losses            L_un with its parts, L_sup of the mean classifier, s(f), errors: one negative
negatives         the same with k negatives, exact by an integral over a line
blocks            the same with blocks of positives and negatives
information       the limit, mutual information, and the cross-entropy of the mean classifier
generalisation    Gen_M, for a finite sample
bounds            theorems as inequalities between these numbers
lab               train on a world and measure
curves            bound and truth at the points of a training run
sweeps            the same over numbers of negatives, of classes, and overlaps
violations        the same with the assumptions broken
indifference      vectors with equal L_un and opposite L_sup
words             classes of real words: which of the quantities can be measured
optimum           how far a model is from the optimum of its objective
"""

from w2v.theory.bounds import Inequality, Measured, measure
from w2v.theory.curves import Point
from w2v.theory.indifference import Outcome, indifference
from w2v.theory.lab import Experiment, Generalisation, LabConfig, experiment
from w2v.theory.optimum import Optimum, measure_optimum, pair_counts
from w2v.theory.representation import Representation, one_hot, random, zero
from w2v.theory.sweeps import Sweep, sweep, sweeps
from w2v.theory.violations import Case, Violation, violations
from w2v.theory.words import LabelledText, WordsMeasured, measure_words
from w2v.theory.world import World, make_world

__all__ = [
    "Case",
    "Experiment",
    "Generalisation",
    "Inequality",
    "LabConfig",
    "LabelledText",
    "Measured",
    "Optimum",
    "Outcome",
    "Point",
    "Representation",
    "Sweep",
    "Violation",
    "WordsMeasured",
    "World",
    "experiment",
    "indifference",
    "make_world",
    "measure",
    "measure_optimum",
    "measure_words",
    "one_hot",
    "pair_counts",
    "random",
    "sweep",
    "sweeps",
    "violations",
    "zero",
]
