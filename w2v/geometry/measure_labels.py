"""Measure how well the input vectors separate classes of words."""

import numpy as np

from w2v.evaluation.statistics import interval
from w2v.geometry.context import Context
from w2v.geometry.directions import unit_rows
from w2v.geometry.labels import NEIGHBOURS, Labels, by_means, by_neighbours, class_similarities
from w2v.geometry.measurement import Measurement
from w2v.geometry.sampling import resampled_means


def measure_labels(context: Context, labels: Labels) -> tuple[Measurement, ...]:
    """Measure tolerance, and the accuracy of the mean classifier and of the nearest neighbours."""
    x, classes = unit_rows(context.space.vectors, labels.rows), labels.classes
    of = f"words in {len(labels.names)} classes of {labels.source}"
    similar, others = class_similarities(x, classes)
    resampled = resampled_means(np.column_stack([similar, others]), context.settings)
    most = np.bincount(classes).max() / len(classes)
    leaving = f"each word left out in turn; the largest class has {most:.4f} of the words"
    found = [
        context.measured(
            "tolerance",
            similar.sum() / others.sum(),
            interval(resampled[:, 0] / resampled[:, 1]),
            len(labels),
            of,
            "mean cosine over pairs of different words of a class (Wang & Liu 2021)",
        )
    ]
    for name, predicted, how in (
        (
            "mean_classifier",
            by_means(x, classes),
            "the class whose mean has the largest inner product (Arora et al. 2019)",
        ),
        ("15_nearest", by_neighbours(x, classes), f"the most frequent class of the {NEIGHBOURS} nearest words"),
    ):
        right = (predicted == classes).astype(np.float64)
        ends = interval(resampled_means(right, context.settings))
        definition = f"accuracy of predicting {how}; {leaving}"
        found.append(context.measured(name, right.mean(), ends, len(labels), of, definition))
    return tuple(found)
