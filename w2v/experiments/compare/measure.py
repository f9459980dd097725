"""Plan the runs and make them, with a progress bar; each result is written to the journal immediately."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from w2v.evaluation.exam import Exam
from w2v.experiments.compare.config import ComparisonConfig
from w2v.experiments.compare.engines import ENGINES, OURS, check_same_vocabulary, load_vectors, run
from w2v.experiments.compare.journal import Journal, Step
from w2v.experiments.compare.scores import score
from w2v.experiments.compare.shared_samples import SharedSamples
from w2v.experiments.compare.shared_text import SharedText
from w2v.experiments.compare.statistics import threads
from w2v.progress import make_bar

BAR = "{desc}: {n_fmt} of {total_fmt} pairs of runs |{bar}| {elapsed}, {remaining} left"


def plan(config: ComparisonConfig) -> list[Step]:
    """Return all steps: speed for each number of threads, then quality with the largest."""
    most = config.threads[-1]
    speed = [Step("speed", n, number) for n in config.threads for number in range(1, config.rounds + 1)]
    return speed + [Step("quality", most, seed) for seed in range(1, config.seeds + 1)]


@dataclass(frozen=True)
class Bench:
    """Everything that all runs share.

    Attributes
    ----------
    text : SharedText
    parameters : dict
        Arguments of both constructors; ``epochs`` is that of the quality runs.
    ours : dict
        Further parameters of w2v only.
    exam : Exam
    samples : SharedSamples
    folder : Path
        Output folder of the runs; may be removed afterwards.
    """

    text: SharedText
    parameters: dict[str, Any]
    ours: dict[str, Any]
    exam: Exam
    samples: SharedSamples
    folder: Path

    def measure(self, step: Step) -> dict[str, Any]:
        """Run both engines and return the line for the journal."""
        order = ENGINES if step.number % 2 else ENGINES[::-1]
        quality = step.kind == "quality"
        options = self.parameters | {"workers": step.workers, "seed": step.number}
        options["epochs"] = self.parameters["epochs"] if quality else 1
        folders = {engine: self.folder / engine for engine in ENGINES}
        results = {}
        for engine in order:
            own = self.ours if engine == OURS else {}
            results[engine] = run(engine, self.text.path, options | own, folders[engine], keep=quality)
            results[engine]["read_share"] = results[engine]["read_words"] / (self.text.words * options["epochs"])
        check_same_vocabulary(results, folders)
        if quality:
            for engine in order:
                results[engine]["scores"] = self._score(folders[engine])
        return {**vars(step), "first": order[0], **results}

    def _score(self, folder: Path) -> dict[str, Any]:
        found, output = load_vectors(folder)
        answered = score(self.exam, found.words, found.vectors)
        return answered | self.samples.measure(found.words, found.vectors, output)


def measure_all(bench: Bench, steps: Sequence[Step], journal: Journal, progress: bool | None) -> None:
    """Make the runs of the given steps, with a progress bar that estimates the remaining time from the second step on.

    Parameters
    ----------
    bench : Bench
    steps : sequence of Step
    journal : Journal
        Receives a line after each step.
    progress : bool, optional
        Whether to show a progress bar; by default only in a terminal.
    """
    disable = None if progress is None else not progress
    with make_bar(total=len(steps), bar_format=BAR, disable=disable) as bar:
        for step in steps:
            what = "speed, round" if step.kind == "speed" else "quality, seed"
            bar.set_description_str(f"{threads(step.workers)}, {what} {step.number}")
            journal.add(bench.measure(step))
            bar.update()
