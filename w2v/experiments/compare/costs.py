"""How long a comparison will take, from short runs of both engines on the beginning of the text.

A short text has fewer distinct words than the whole one, whose vectors do not fit the caches as well: take it as a guess.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from w2v.evaluation import AnalogySection
from w2v.evaluation.analogies import Question
from w2v.experiments.compare.engines import ENGINES, run
from w2v.experiments.compare.journal import Step
from w2v.experiments.compare.scores import Questions
from w2v.experiments.compare.shared_text import SharedText, beginning

CALIBRATION_WORDS = 200_000
CALIBRATION_QUESTIONS = (10, 1000)


@dataclass(frozen=True)
class Cost:
    """Seconds of one engine's runs with one number of threads: to start, and for a million words to read or train."""

    start: float
    read: float
    train: float


@dataclass(frozen=True)
class Costs:
    """What every step costs.

    Attributes
    ----------
    least, most : dict of str to Cost
        Of each engine, with one thread and with ``threads`` threads.
    threads : int
    millions : float
        Words of the text.
    epochs : int
        Of the quality runs.
    scoring : float
        Seconds to score one run's vectors.
    """

    least: dict[str, Cost]
    most: dict[str, Cost]
    threads: int
    millions: float
    epochs: int
    scoring: float

    def of(self, step: Step) -> float:
        """Return the seconds that a step will take; between the fewest and the most threads speed is taken as linear."""
        share = (step.workers - 1) / max(1, self.threads - 1)
        epochs, scored = (self.epochs, 2 * self.scoring) if step.kind == "quality" else (1, 0.0)
        seconds = scored
        for engine in ENGINES:
            one, many = self.least[engine], self.most[engine]
            train = 1 / ((1 - share) / one.train + share / many.train)
            seconds += many.start + self.millions * (many.read + epochs * train)
        return seconds


def calibrate(
    text: SharedText, parameters: dict[str, Any], threads: int, scoring: float, folder: Path, tick: Callable[[], object]
) -> Costs:
    """Run both engines on the beginning of the text, with one thread and with ``threads``."""
    start = folder / "beginning.txt"
    words = beginning(text, CALIBRATION_WORDS, start) / 1e6

    def cost(engine: str, workers: int) -> Cost:
        began = time.perf_counter()
        options = parameters | {"epochs": 1, "workers": workers, "seed": 1}
        seconds = run(engine, str(start), options, folder / "calibration", keep=False, tick=tick)["seconds"]
        passed = time.perf_counter() - began
        return Cost(passed - seconds["read"] - seconds["train"], seconds["read"] / words, seconds["train"] / words)

    most = {engine: cost(engine, threads) for engine in ENGINES}
    least = {engine: cost(engine, 1) for engine in ENGINES} if threads > 1 else most
    return Costs(least, most, threads, text.words / 1e6, parameters["epochs"], scoring)


def scoring_seconds(questions: Questions, words: list[str], dim: int) -> float:
    """Return about how long analogies take with vectors of this size.

    Few and more questions are asked of random vectors: what they take in common does not grow with their number.
    """
    asked = [question for section in questions.analogies for question in section.questions]
    if not asked:
        return 0.0
    vectors = np.random.default_rng(0).standard_normal((len(words), dim), np.float32)

    def seconds(some: list[Question]) -> float:
        began = time.perf_counter()
        Questions([AnalogySection("some", tuple(some))], {}).score(words, vectors)
        return time.perf_counter() - began

    few, more = (asked[:: max(1, len(asked) // number)] for number in CALIBRATION_QUESTIONS)
    if len(more) <= len(few):
        return seconds(asked)
    least = seconds(few)
    return least + max(0.0, seconds(more) - least) * len(asked) / (len(more) - len(few))


def in_words(seconds: float) -> str:
    """Return a duration as people say it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
