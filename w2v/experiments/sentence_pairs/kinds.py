"""The kinds of positive pairs that are compared, and what they are called."""

from dataclasses import dataclass

NEIGHBOURS, LABELLED, SWAP = "neighbours", "labelled", "swap"

KINDS = {
    "none": "a sentence with itself",
    "fixed": "fixed mask",
    "dropout": "dropout",
    "deletion": "RD, random deletion",
    SWAP: "RS, random swap",
    "insertion": "RI, random insertion",
    "replacement": "SR, synonym replacement",
    NEIGHBOURS: "neighbouring sentences",
    LABELLED: "labelled pairs",
}
"""Kind -> its name in reports, in their order. Two words that are swapped leave a bag as it is, so RS is "none" by another
name: it is shown, and not trained."""


@dataclass(frozen=True)
class Baseline:
    """An encoder before training.

    Attributes
    ----------
    label : str
    weights : str
        See `w2v.Sentences`.
    centre, random : bool
        Whether the mean sentence is taken away, and whether random vectors are used instead of those given.
    """

    label: str
    weights: str
    centre: bool = False
    random: bool = False


RANDOM = Baseline("random vectors, SIF", "sif", random=True)
STARTS = {False: Baseline("SIF", "sif"), True: Baseline("SIF, centred", "sif", centre=True)}
"""Where all trainings begin, without or with the mean sentence taken away."""
BASELINES = (RANDOM, Baseline("mean", "mean"), Baseline("uSIF", "usif", centre=True), *STARTS.values())
