"""Classes of real words: which quantities of the theory can be measured on a text, and what they say.

The labels give each word one class, and the text gives rho and D_c: how often the classes and their words occur in positive
pairs. Two distributions of pairs are compared:

    the text's       pairs of labelled words within a window, as skip-gram is trained on them
    the classes'     two words drawn independently from one class, as the theory assumes

L_sup, s, the error and R_mu are of the classes alone. Theorem 4.1 holds for L_un over the pairs of the classes, whatever the
vectors are; but these are not the pairs of the text, and L_un over the pairs of the text bounds nothing.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from w2v.annotations import checked
from w2v.arguments import amount, integer
from w2v.arrays import Float64, Rows
from w2v.errors import ConfigError, GeometryError
from w2v.geometry.exclusions import exclusions
from w2v.geometry.labels import Labels
from w2v.geometry.pairs import PositivePairs
from w2v.machine import one_thread
from w2v.theory import losses
from w2v.theory.bounds import collision_bound
from w2v.theory.information import classifier
from w2v.theory.losses import LOSSES, class_scores, deviation
from w2v.theory.negatives import expected_hinge
from w2v.theory.representation import Representation
from w2v.theory.world import World

ROWS_AT_ONCE = 256
FEWEST_PAIRS = 100
"""Fewer pairs tell nothing of a text: a share of 100 is known to 10 points."""


@dataclass(frozen=True, eq=False)
class LabelledText:
    """Labelled words, and the pairs of a text between them.

    Attributes
    ----------
    rows : ndarray of int64, shape (n,)
        Their rows in the model.
    classes : ndarray of int64, shape (n,)
    world : World
        rho and D_c over the n words.
    pairs : ndarray of int64, shape (P, 2)
        Numbers from 0 to n - 1.
    drawn : int
        Pairs of the text between words with and without a label.
    excluded : dict of str to int
        Number of labelled words left out, by reason.
    """

    rows: Rows
    classes: Rows
    world: World
    pairs: Rows
    drawn: int
    excluded: dict[str, int] = field(default_factory=dict)

    @classmethod
    @checked
    def of(cls, labels: Labels, pairs: PositivePairs, rows: int, most: int = 5_000) -> "LabelledText":
        """Select the labelled words of a text.

        Parameters
        ----------
        labels : Labels
        pairs : PositivePairs
            Drawn from the text.
        rows : int
            Number of rows of the model.
        most : int
            Largest number of words; the most frequent ones are kept.

        Raises
        ------
        GeometryError
            If there are fewer than two classes, or fewer than 100 pairs between labelled words.
        """
        integer("most", most, 4, 20_000)
        p = pairs.distribution(rows)
        frequent = labels.rows[np.argsort(-p[labels.rows], kind="stable")[:most]]
        kept = labels.only(frequent[p[frequent] > 0])
        place = np.full(rows, -1)
        place[kept.rows] = np.arange(len(kept))
        numbers = place[np.column_stack([pairs.anchors, pairs.positives])]
        numbers = numbers[(numbers >= 0).all(axis=1)]
        excluded = {
            **labels.excluded,
            "not in the pairs": int((p[labels.rows] == 0).sum()),
            f"rarer than the {most:,} most frequent": int((p[labels.rows] > 0).sum() - (p[frequent] > 0).sum()),
            "alone in their class": kept.excluded["words that are the only one of their class"],
        }
        if len(numbers) < FEWEST_PAIRS:
            raise GeometryError(
                f"the text must have at least {FEWEST_PAIRS} pairs of labelled words: got {len(numbers):,} of "
                f"{len(pairs):,} pairs, between {amount(len(kept), 'word')}{_left_out(excluded)}; draw more pairs or label "
                "more words"
            )
        words = np.zeros((len(kept.names), len(kept)))
        words[kept.classes, np.arange(len(kept))] = p[kept.rows] / p[kept.rows].sum()
        rho = words.sum(axis=1)
        return cls(kept.rows, kept.classes, World(words / rho[:, np.newaxis], rho), numbers, len(pairs), excluded)

    @property
    def left_out(self) -> str:
        """The numbers of labelled words left out, in text; empty if there are none."""
        return _left_out(self.excluded)

    @cached_property
    def same_class(self) -> float:
        """The share of the pairs whose words have the same class: 1 in the theory, tau for independent words."""
        return float((self.classes[self.pairs[:, 0]] == self.classes[self.pairs[:, 1]]).mean())

    @cached_property
    def class_information(self) -> float:
        """The mutual information of the classes of a pair in nats, estimated from the counts of the pairs in both orders."""
        count = len(self.world.rho)
        first, second = self.classes[self.pairs].T
        both = np.bincount(first * count + second, minlength=count**2).reshape(count, count).astype(float)
        both = (both + both.T) / both.sum() / 2
        outer = np.outer(both.sum(axis=1), both.sum(axis=0))
        seen = both > 0
        return float((both[seen] * np.log(both[seen] / outer[seen])).sum())


@dataclass(frozen=True)
class WordsMeasured:
    """Quantities of one representation; the hinge loss, and informations in nats.

    Attributes
    ----------
    name : str
    L_sup, s, error, accuracy, R_mu : float
        Of the classes.
    L_un_classes, bound : float
        Over pairs of the classes; the bound of theorem 4.1 on L_sup.
    L_un_text, unaware : float
        Over pairs of the text; what theorem 4.1 would give if they were of one class. No bound.
    captured_classes, captured_text : float
        -limit for both: R_mu <= H(rho) - captured_classes; captured_text is at most the information of the text's pairs.
    """

    name: str
    L_sup: float
    s: float
    error: float
    accuracy: float
    R_mu: float
    L_un_classes: float
    bound: float
    L_un_text: float
    unaware: float
    captured_classes: float
    captured_text: float

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return asdict(self)


@checked
def measure_words(text: LabelledText, vectors: Representation) -> WordsMeasured:
    """Measure vectors of the labelled words: shape (n, d), in their order.

    Raises
    ------
    ConfigError
        If the number of vectors is not that of the words.
    """
    world = text.world
    if len(vectors.f) != len(text.rows):
        raise ConfigError(f"vectors must be of the {len(text.rows)} labelled words: got {len(vectors.f)}")
    with one_thread():
        by_class = class_scores(world, vectors)
        hinge_text = hinge_classes = captured_text = captured_classes = 0.0
        for own, loss, captured in _by_anchor(text, vectors):
            in_class = text.classes[own, np.newaxis] == text.classes
            weights = in_class * world.margin / world.rho[text.classes[own], np.newaxis] * world.margin[own, np.newaxis]
            hinge_classes += float((weights * loss).sum())
            captured_classes += float((weights * captured).sum())
            counts = _counts(text, own)
            hinge_text += float((counts * loss).sum())
            captured_text += float((counts * captured).sum())
        return WordsMeasured(
            vectors.name,
            losses.supervised(world, by_class, LOSSES["hinge"].of),
            deviation(world, vectors),
            losses.supervised(world, by_class, losses.wrong),
            losses.accuracy(world, by_class),
            classifier(world, vectors).cross_entropy,
            hinge_classes,
            collision_bound(hinge_classes, 1 - world.collision),
            hinge_text,
            collision_bound(hinge_text, 1 - world.collision),
            captured_classes,
            captured_text,
        )


def _left_out(excluded: dict[str, int]) -> str:
    reasons = ", ".join(exclusions(excluded))
    return f"; left out: {reasons}" if reasons else ""


def _by_anchor(text: LabelledText, vectors: Representation) -> Iterator[tuple[Rows, Float64, Float64]]:
    """Yield anchors, and for each of their positives the expected hinge loss and the log-ratio that is captured: (b, n)."""
    noise = text.world.margin
    for start in range(0, len(text.rows), ROWS_AT_ONCE):
        own = np.arange(start, min(start + ROWS_AT_ONCE, len(text.rows)))
        scores = vectors.f[own] @ vectors.g.T
        top = scores.max(axis=1, keepdims=True)
        partition = np.log(np.exp(scores - top) @ noise)[:, np.newaxis] + top
        yield own, expected_hinge(scores, scores, noise, [1])[0], scores - partition


def _counts(text: LabelledText, own: Rows) -> Float64:
    """Return the share of all pairs that each of these anchors has with each word: shape (b, n)."""
    n = len(text.rows)
    inside = (text.pairs[:, 0] >= own[0]) & (text.pairs[:, 0] <= own[-1])
    first, second = text.pairs[inside].T
    found = np.bincount((first - own[0]) * n + second, minlength=len(own) * n)
    return np.asarray(found.reshape(len(own), n) / len(text.pairs))
