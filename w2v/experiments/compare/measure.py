"""Making the runs: which there are, in which order, with a progress bar; what is made goes into the journal at once."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm.auto import tqdm

from w2v.experiments.compare.config import ComparisonConfig
from w2v.experiments.compare.engines import ENGINES, check_same_vocabulary, load_vectors, run
from w2v.experiments.compare.journal import Step
from w2v.experiments.compare.scores import Questions
from w2v.experiments.compare.shared_samples import Yardsticks
from w2v.experiments.compare.shared_text import SharedText
from w2v.experiments.compare.statistics import threads


def plan(config: ComparisonConfig) -> list[Step]:
    """Return all steps: speed for every number of threads, then quality with the largest."""
    most = config.threads[-1]
    speed = [Step("speed", n, number) for n in config.threads for number in range(1, config.rounds + 1)]
    return speed + [Step("quality", most, seed) for seed in range(1, config.seeds + 1)]


class Clock:
    """A progress bar of estimated seconds: it moves on during a step as time passes, and is put right after it.

    Parameters
    ----------
    total : float
        Seconds that all steps will take.
    progress : bool, optional
        Whether to show it; by default only in a terminal.
    """

    def __init__(self, total: float, progress: bool | None) -> None:
        disable = None if progress is None else not progress
        layout = "{desc}{percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
        self._bar = tqdm(total=total, desc="calibration: ", bar_format=layout, disable=disable)
        self._began, self._done, self._seconds = time.perf_counter(), 0.0, 0.0

    @contextmanager
    def step(self, step: Step, seconds: float) -> Iterator[None]:
        """Show that a step is being measured, which will take so many seconds."""
        what = "speed, round" if step.kind == "speed" else "quality, seed"
        self._bar.set_description(f"{threads(step.workers)}, {what} {step.number}")
        self._began, self._seconds = time.perf_counter(), seconds
        yield
        self._done += seconds
        self._show(self._done)

    def tick(self) -> None:
        """Move on as time does, but not beyond the end of the step."""
        self._show(self._done + min(self._seconds, time.perf_counter() - self._began))

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()

    def _show(self, seconds: float) -> None:
        if not self._bar.disable:
            self._bar.n = seconds
            self._bar.refresh()


@dataclass(frozen=True)
class Bench:
    """Everything that the runs have in common.

    Attributes
    ----------
    text : SharedText
    parameters : dict
        Of both constructors; ``epochs`` are those of the quality runs.
    questions : Questions
    yardsticks : Yardsticks
    folder : Path
        For what the runs leave; may be removed afterwards.
    """

    text: SharedText
    parameters: dict[str, Any]
    questions: Questions
    yardsticks: Yardsticks
    folder: Path

    def measure(self, step: Step, tick: Callable[[], object]) -> dict[str, Any]:
        """Run both engines and return the journal's line."""
        order = ENGINES if step.number % 2 else ENGINES[::-1]
        quality = step.kind == "quality"
        options = self.parameters | {"workers": step.workers, "seed": step.number}
        options["epochs"] = self.parameters["epochs"] if quality else 1
        folders = {engine: self.folder / engine for engine in ENGINES}
        results = {}
        for engine in order:
            results[engine] = run(engine, self.text.path, options, folders[engine], keep=quality, tick=tick)
            results[engine]["read_share"] = results[engine]["read_words"] / (self.text.words * options["epochs"])
        check_same_vocabulary(results, folders)
        if quality:
            for engine in order:
                results[engine]["scores"] = self._score(folders[engine])
        return {**vars(step), "first": order[0], **results}

    def _score(self, folder: Path) -> dict[str, Any]:
        found = load_vectors(folder)
        answered = self.questions.score(found.words, found.vectors)
        return answered | self.yardsticks.measure(found.words, found.vectors, found.output)
