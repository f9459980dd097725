"""Labels: vectors that tell classes of words or texts apart, and classifiers.

supervise            `supervise`: from labels to a classifier and its report
classifier           `Classifier`: predicts, and is saved with its vectors
evaluation           scores of a classifier on other labelled items
labelled             which items have which labels (label_files: files, folders, tables)
splits               what is held out
losses               the supervised contrastive losses and their gradients
heads                the linear head, and its training
spaces               unit, centred rows, and how a head is folded into vectors of words
scores, report       held-out accuracies with intervals
linear_classifiers   LDA and logistic regression, to compare with
"""

from w2v.supervision.classifier import Classifier
from w2v.supervision.evaluation import ClassScore, Evaluation
from w2v.supervision.heads import SupervisionConfig
from w2v.supervision.report import HeldOut, SupervisionReport
from w2v.supervision.scores import Accuracy, Change, Separation
from w2v.supervision.supervise import Supervision, supervise

__all__ = [
    "Accuracy",
    "Change",
    "ClassScore",
    "Classifier",
    "Evaluation",
    "HeldOut",
    "Separation",
    "Supervision",
    "SupervisionConfig",
    "SupervisionReport",
    "supervise",
]
