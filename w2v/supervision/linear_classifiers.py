"""LDA and logistic regression, to compare with: the only module of this package that needs scikit-learn."""

import warnings
from dataclasses import dataclass

import numpy as np

from w2v.arrays import Float64, Rows
from w2v.errors import MissingExtraError
from w2v.extras import library
from w2v.machine import one_thread


@dataclass(frozen=True, eq=False)
class LinearClassifiers:
    """What the linear classifiers make of test rows.

    Attributes
    ----------
    lda, regression : ndarray of int64, shape (n,)
        Classes predicted by linear discriminant analysis, and by logistic regression on standardised components.
    lda_train, lda_test : ndarray of float64, shape (n, k)
        The rows in the space of LDA.
    """

    lda: Rows
    regression: Rows
    lda_train: Float64
    lda_test: Float64


def obstacle(rows: Float64, classes: Rows) -> str:
    """Return why the classifiers cannot be trained on rows of these classes; empty if they can."""
    if len(classes) <= classes.max() + 1:
        return "there are not more items than classes"
    _, first, of_row = np.unique(classes, return_index=True, return_inverse=True)
    if np.array_equal(rows, rows[first[of_row]]):
        return "all items of a class have the same vector"
    try:
        library("sklearn.discriminant_analysis", "sklearn", "compare with LDA", "scikit-learn")
    except MissingExtraError as problem:
        return str(problem).partition(": ")[2]
    return ""


def linear_classifiers(train: Float64, classes: Rows, test: Float64) -> LinearClassifiers | None:
    """Train both on rows and their classes, and classify other rows; None if there is an `obstacle`."""
    if obstacle(train, classes):
        return None
    discriminant = library("sklearn.discriminant_analysis", "sklearn", "compare with LDA", "scikit-learn")
    linear, pipeline, preparing = (
        library(f"sklearn.{name}", "sklearn", "compare with logistic regression", "scikit-learn")
        for name in ("linear_model", "pipeline", "preprocessing")
    )
    regression = pipeline.make_pipeline(preparing.StandardScaler(), linear.LogisticRegression(max_iter=1000, tol=1e-3))
    with one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that has not fully converged classifies as well
        lda = discriminant.LinearDiscriminantAnalysis().fit(train, classes)
        regression.fit(train, classes)
        return LinearClassifiers(
            np.asarray(lda.predict(test)),
            np.asarray(regression.predict(test)),
            np.asarray(lda.transform(train), np.float64),
            np.asarray(lda.transform(test), np.float64),
        )
