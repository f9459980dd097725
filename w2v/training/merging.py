"""How the copies of shards are merged: their mean, or a multiple of their summed changes for each row and direction.

Between two merges, N shards train the same row from the same start; what should become of their N changes depends on how
close the row comes to equilibrium in that time. The row of a rare word moves by a small fraction of the way: a single copy
trained on all of the text would have moved by the sum of the changes. The row of a frequent word comes to rest in every
copy: a single copy would have moved by their mean. The same row can be of the one kind in one direction, and of the other
in another.

In the linear model of a row, an update with learning rate r moves it by the fraction r h s v_j of its remaining way along
eigenvector j of the second moments of the other matrix's rows, weighted by how often the row meets them. v_j is the
eigenvalue, h the number of pairs in an update, s the mean slope of the sigmoid. (Pairs with noise words pull as often as
they weigh, `negative_weight`.) With n updates between two merges, n / N in each shard, and shards that train with m times
the learning rate, the fraction of the way is

    1 - exp(-A)          for a single copy trained on everything, with A = r n h s v_j
    1 - exp(-A m / N)    in each shard

so the sum of the changes becomes that of a single copy when multiplied by

    beta = (1 - exp(-A)) / (N (1 - exp(-A m / N)))

With m = N this is 1 / N for all rows and directions: the plain mean, which is therefore exact in this model, as long as
training is stable at N times the learning rate (`Mean`). For more shards, m is chosen for each row (`Directional`): A at a
typical eigenvalue, but at least 1 and at most what training bears. Boosting a row that stays far from equilibrium gains
nothing and makes its steps noisier, and those of the rows that it meets.

The updates of a rare word fall into few of the shards, so N is replaced by the effective number of shards, which for n
expected updates is 1 + (N - 1) n / (n + N).

All of this follows from the counts of the words and the plan of rounds, so nothing needs to be counted during training.
Powers of the counts are computed once, where training is driven from (`Updates`): they differ in the last bits between kinds
of processors, and all else is the same on all machines. What it costs and where it falls short: ``benchmarks/README.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v import _merging
from w2v.config import TrainConfig
from w2v.corpus.noise import noise_probabilities
from w2v.corpus.subsampling import keep_probabilities
from w2v.training.changes import Changes
from w2v.training.directions import Basis, Side
from w2v.training.matrices import Matrices
from w2v.training.rounds import SPAN, Round, has_mean
from w2v.training.schedule import learning_rate

RATE = 0.2
"""Learning rate of rows with the largest boost: 8 at the default rate."""

FEW_REPEATED = 3
"""Weight of noise words from which on boosts are smaller, as they are for so many equal pairs in a tile: see
``cython_ext/step.h``."""

TYPICAL_EIGENVALUE = 0.2
"""Of the second moments, as a multiple of h: where boosts are decided."""

FREQUENT = 1 << 13
"""The second moments are taken over the rows of this many words, and again after each merge of all of these rows."""


@dataclass(frozen=True)
class Updates:
    """Expected updates of each row per token of the text, float64, shape (V,).

    ``weighted`` are those of output rows, where one by noise counts as often as it weighs.
    """

    input: NDArray[np.float64]
    output: NDArray[np.float64]
    weighted: NDArray[np.float64]

    @classmethod
    def expected(cls, counts: NDArray[np.int64], config: TrainConfig) -> "Updates":
        """Return them for words with these counts: a centre's rows once, and a noise word's output row."""
        centres = counts / counts.sum() * keep_probabilities(counts, config.sample)
        noise = noise_probabilities(counts, config.ns_exponent)
        drawn = centres.sum() * config.negative * noise
        return cls(centres, centres + drawn, centres + drawn * config.negative_weight)


Steps = tuple[NDArray[np.float32] | None, NDArray[np.float32] | None]
"""What engines multiply the increments of input and of output rows by."""

Rows = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Some rows of the input and of the output matrix, without padding."""

Slice = tuple[int, int]
"""The first and the end of some rows."""

Learned = tuple[Any, Any]
"""What became of some rows of both matrices in a shard, or by merging: `Changes`, or the rows themselves (see `Mean`)."""


def size_of(learned: Learned) -> int:
    """Return the bytes that it takes to send them."""
    return sum(one.size if isinstance(one, Changes) else one.nbytes for one in learned)


class Mean:
    """The mean of the copies, each trained with as many times the learning rate as there are shards.

    Parameters
    ----------
    model : Matrices
        Becomes the first copy.
    shards : int
    steps : ndarray of float32, shape (V,), or None
        Of the run's input rows.

    Attributes
    ----------
    copies : list of Matrices
    boost : float
        By how many times the shards' learning rate is larger than that of the run.
    steps : tuple of ndarray or None
        Those of the shards' engines.
    """

    def __init__(self, model: Matrices, shards: int, steps: NDArray[np.float32] | None) -> None:
        self.copies = [model, *(Matrices.empty_as(model) for _ in range(shards - 1))]
        self.boost, self.steps = float(shards), (steps, None)

    def set_rates(self, alpha: float, min_alpha: float) -> None:
        """Continue with learning rates from ``alpha`` to ``min_alpha``."""

    def begin_intervals(self, place: int, rows: int) -> None:
        """Prepare the first rows, which have just been merged, for the rounds from ``place`` on."""

    def measure(self, place: int, side: int) -> None:
        """Measure what the merge after a round needs; before it, for input rows (0) or output rows (1)."""

    def merge(self, first: int, end: int) -> None:
        """Merge the rows ``first`` to ``end`` of both matrices."""
        _merging.mean_rows([copy.input for copy in self.copies], first, end)
        _merging.mean_rows([copy.output for copy in self.copies], first, end)

    def changes(self, shard: int, slices: list[Slice]) -> list[Learned]:
        """Return slices of the rows of a shard: there is no state of before, of which they are changes."""
        copy = self.copies[shard]
        return [(copy.vectors[first:end].copy(), copy.output_vectors[first:end].copy()) for first, end in slices]

    def merge_changes(self, first: int, end: int, learned: Sequence[Learned]) -> Learned:
        """Return the mean of the rows ``first`` to ``end`` of all shards."""
        copies = [Matrices.copy_of(*rows) for rows in learned]
        _merging.mean_rows([copy.input for copy in copies], 0, end - first)
        _merging.mean_rows([copy.output for copy in copies], 0, end - first)
        return copies[0].vectors, copies[0].output_vectors

    def add(self, first: int, end: int, merged: Learned, shards: Sequence[int]) -> None:
        """Let the model and the copies of some shards have the merged rows ``first`` to ``end``."""
        for shard in {0, *shards}:
            copy = self.copies[shard]
            copy.vectors[first:end], copy.output_vectors[first:end] = merged


class Directional:
    """A multiple of what the copies have learned for each row and direction.

    Parameters
    ----------
    model : Matrices
    config : TrainConfig
    updates : Updates
    plan : sequence of Round
    tokens : int
        Per epoch.
    steps : ndarray of float32, shape (V,), or None
        Of the run's input rows.

    Attributes
    ----------
    copies, boost, steps
        As those of `Mean`; the steps change with the rounds.
    """

    def __init__(
        self,
        model: Matrices,
        config: TrainConfig,
        updates: Updates,
        plan: Sequence[Round],
        tokens: int,
        steps: NDArray[np.float32] | None,
    ) -> None:
        self.copies = [Matrices.empty_as(model) for _ in range(config.shards)]
        self.boost = max(1.0, RATE / config.alpha / max(1.0, config.negative_weight / FEW_REPEATED))
        self._model, self._plan, self._config, self._tokens_per_epoch = model, plan, config, tokens
        self._tokens, self._rated = _tokens_of_rounds(config, plan, tokens)
        contexts = 1 + config.window if config.shrink_windows else 2 * config.window
        # An input row meets the output rows of its contexts and their noise words; an output row the contexts' input rows.
        self._weights = (
            contexts * updates.weighted / updates.input.sum(),
            contexts * updates.input / updates.input.sum(),
        )
        inputs, outputs = [copy.input for copy in self.copies], [copy.output for copy in self.copies]
        typical = TYPICAL_EIGENVALUE * contexts * (1 + config.negative * config.negative_weight)
        self.sides = (
            Side(model.input, inputs, (updates.input, updates.input), steps, (typical, self.boost), model.dim),
            Side(model.output, outputs, (updates.output, updates.weighted), None, (typical, self.boost), model.dim),
        )
        self.steps = self.sides[0].steps, self.sides[1].steps
        self._bases: list[Basis | None] = [None, None]

    def set_rates(self, alpha: float, min_alpha: float) -> None:
        """Continue with learning rates from ``alpha`` to ``min_alpha``: only intervals that begin later know of it."""
        self._config = replace(self._config, alpha=alpha, min_alpha=min_alpha)
        self._tokens, self._rated = _tokens_of_rounds(self._config, self._plan, self._tokens_per_epoch)

    def begin_intervals(self, place: int, rows: int) -> None:
        """Set the multiples of the first rows, which have just been merged, until they are merged again."""
        begun, tokens, rated = 0, 0.0, 0.0
        while begun < rows:
            tokens, rated = tokens + self._tokens[place], rated + self._rated[place]
            merged = min(self._plan[place].rows, rows)
            for side in self.sides:
                side.begin_interval(slice(begun, merged), tokens, rated)
            begun, place = max(begun, merged), place + 1

    def measure(self, place: int, side: int) -> None:
        """Find the directions of a side, if the rows that they come from have changed since."""
        words = min(FREQUENT, len(self._model.input))
        if place < SPAN or self._plan[place - 1].rows >= words:
            other = self._model.input if side else self._model.output
            self._bases[side] = Basis.of(other[:words], self._weights[side][:words], self._model.dim)

    def merge(self, first: int, end: int) -> None:
        """Merge the rows ``first`` to ``end`` of both matrices."""
        for number, side in enumerate(self.sides):
            side.merge(self._basis(number), first, end)

    def changes(self, shard: int, slices: list[Slice]) -> list[Learned]:
        """Return what a shard has learned of some slices of the rows, none of which is empty."""
        return list(zip(*(side.changes(shard, slices) for side in self.sides), strict=True))

    def merge_changes(self, first: int, end: int, learned: Sequence[Learned]) -> Learned:
        """Return what becomes of what all shards, in their order, have learned of the rows ``first`` to ``end``."""
        input, output = (
            side.merge_changes(self._basis(number), first, end, [one[number] for one in learned])
            for number, side in enumerate(self.sides)
        )
        return input, output

    def add(self, first: int, end: int, merged: Learned, shards: Sequence[int]) -> None:
        """Add merged changes to the rows ``first`` to ``end`` of the model, and let the copies of some shards equal it."""
        for side, changes in zip(self.sides, merged, strict=True):
            side.add(first, end, changes, shards)

    def _basis(self, side: int) -> Basis:
        basis = self._bases[side]
        assert basis is not None, "directions are measured before rows are merged"
        return basis


Rule = Mean | Directional


def is_mean(config: TrainConfig) -> bool:
    """Return whether the rule of a run is `Mean`, as it is for a single shard, and not `Directional`."""
    return config.shards < 2 or has_mean(config)


def copies_of(config: TrainConfig) -> int:
    """Return how many copies of both matrices a run needs, the model among them."""
    return max(1, config.shards) if is_mean(config) else config.shards + 1


def bytes_of_row(config: TrainConfig) -> float:
    """Return the bytes that it takes to send what became of a row of both matrices, at most: see `Mean` and `Changes`."""
    if is_mean(config):
        return 2 * 4 * config.vector_size
    return 2 * (config.vector_size + 4 + 1 / 8)


def rule_of(
    config: TrainConfig,
    model: Matrices,
    updates: Updates,
    plan: Sequence[Round],
    tokens: int,
    steps: NDArray[np.float32] | None,
) -> Rule:
    """Return how the shards of a run are merged; see `Directional` for the parameters."""
    if is_mean(config):
        return Mean(model, config.shards, steps)
    return Directional(model, config, updates, plan, tokens, steps)


def _tokens_of_rounds(config: TrainConfig, plan: Sequence[Round], tokens: int) -> tuple[list[float], list[float]]:
    """Return the tokens that all shards train in each round, and the same times the learning rate in its middle."""
    longest = max(one.end for one in plan)
    counts = [(one.end - one.first) * tokens / longest for one in plan]
    middles = [(one.epoch + (one.first + one.end) / (2 * longest)) / config.epochs for one in plan]
    return counts, [count * learning_rate(config, middle) for count, middle in zip(counts, middles, strict=True)]
