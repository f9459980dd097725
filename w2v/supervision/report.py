"""What supervised training did: read from where, left out what, and the held-out accuracies before and after."""

from dataclasses import asdict, dataclass
from typing import Any

from w2v.arguments import amount, some
from w2v.geometry.exclusions import exclusions
from w2v.supervision.scores import Accuracy, Change, Separation

COLLAPSED = -1.0
"""Uniformity above which vectors are said to have collapsed."""


@dataclass(frozen=True)
class HeldOut:
    """Accuracies on the items that were not trained on.

    Attributes
    ----------
    before, after : Separation
    mean_change, nearest_change : Change
        Of the mean classifier and of the 15 nearest, by training.
    majority : Accuracy
        Of always guessing the largest class.
    lda, regression : Accuracy or None
        Of LDA and logistic regression on the vectors before; None if there is an obstacle.
    lda_space : Separation or None
        In the space of LDA; None for two classes, for which it is a line.
    obstacle : str
        Why LDA and logistic regression are left out, such as that scikit-learn is not installed; else empty.
    """

    before: Separation
    after: Separation
    mean_change: Change
    nearest_change: Change
    majority: Accuracy
    lda: Accuracy | None
    regression: Accuracy | None
    lda_space: Separation | None
    obstacle: str

    def lines(self) -> list[str]:
        """Return a table in text; ``own`` is the accuracy of a method with its own rule."""
        rows = [
            ("before", self.before, ""),
            ("after", self.after, ""),
            ("change", None, ""),
            ("LDA", self.lda_space, str(self.lda)),
            ("logistic regression", None, str(self.regression)),
            ("always the largest class", None, str(self.majority)),
        ]
        if self.lda is None:
            rows = [row for row in rows if row[0] not in ("LDA", "logistic regression")]
        lines = [
            f"{'accuracy (%)':24}  {'mean classifier':>18}  {'15 nearest':>18}  {'own':>18}  tolerance  uniformity"
        ]
        for name, space, own in rows:
            cells = ["", ""] if space is None else [str(space.mean_classifier), str(space.nearest)]
            if name == "change":
                cells = [str(self.mean_change), str(self.nearest_change)]
            line = f"{name:24}  {cells[0]:>18}  {cells[1]:>18}  {own:>18}"
            if space is not None:
                within = "-" if space.tolerance is None else f"{space.tolerance:.3f}"
                line += f"  {within:>9}  {space.uniformity:10.3f}"
            lines.append(line.rstrip())
        if self.lda is None:
            lines.append(f"LDA and logistic regression: left out, {self.obstacle}")
        elif self.lda_space is None:
            lines.append("LDA of two classes has one dimension: only its own accuracy is measured, not its neighbours")
        return lines


@dataclass(frozen=True)
class SupervisionReport:
    """Result of a supervised training.

    Attributes
    ----------
    source, layout, items : str
        Where the labels came from, how they were read, and whether they were of words or texts.
    classes : dict of str to tuple of int
        Members of each class: trained on, held out.
    excluded : dict of str to int
        Number of items left out, by reason.
    single : tuple of str
        Classes with one member, which were left out.
    losses : tuple of float
        Mean over the first and over the last tenth of the steps.
    uniformity : float
        Of the vectors of the items that were trained on, after training.
    held_out : HeldOut or None
        None if nothing was held out.
    """

    source: str
    layout: str
    items: str
    classes: dict[str, tuple[int, int]]
    excluded: dict[str, int]
    single: tuple[str, ...]
    losses: tuple[float, float]
    uniformity: float
    held_out: HeldOut | None

    @property
    def collapsed(self) -> bool:
        """Whether the vectors are nearly all in a few places."""
        return self.uniformity > COLLAPSED

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        train, test = (sum(sizes[side] for sizes in self.classes.values()) for side in (0, 1))
        lines = [
            f"{self.source}: read as {self.layout}; {train + test:,} {self.items} in {len(self.classes):,} classes"
        ]
        lines += [f"left out: {reason}" for reason in exclusions(self.excluded)]
        if self.single:
            classes = amount(len(self.single), "class", "classes")
            lines.append(f"left out: {classes} with a single member: {some(self.single)}")
        lines.append(f"trained on {train:,}; loss {self.losses[0]:.4f} -> {self.losses[1]:.4f}; held out {test:,}")
        return "\n".join(lines + (["", *self.held_out.lines()] if self.held_out else []))
