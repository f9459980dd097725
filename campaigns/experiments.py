"""A whole comparison and a whole study, small: disturbed and continued, they have the same results, times apart."""

import gzip
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from operations import Operation

import w2v
from w2v.corpora import write
from w2v.experiments.compare import runner as comparison_runner
from w2v.experiments.study import runner as study_runner
from w2v.experiments.study.bench import Plan
from w2v.experiments.study.grid import Model
from w2v.experiments.study.pictures import FIGURES
from w2v.experiments.study.report import DATA
from w2v.geometry import Settings

WEIGHT = 0.02
"""They take seconds, where other operations take hundredths of one."""
TIMES = {"seconds", "words_per_second", "peak_memory_bytes", "date"}
"""Members of the reports that differ from run to run."""
OF_TIMES = {"training", "resources", "sentences"}
"""Parts of a comparison's report that are made of these."""


def comparison(folder: Path) -> Operation:
    """Return a comparison of two pairs of runs; ``folder`` is for what it needs."""
    text, questions, pairs = _inputs(folder)
    import gensim.models  # noqa: F401  (once, not in each process)

    def act(place: Path) -> None:
        options = {"min_count": 2, "vector_size": 4, "epochs": 1, "progress": False}
        w2v.compare(text, place / "c", seeds=1, rounds=1, workers=1, analogies=questions, pairs=[pairs], **options)

    files = {comparison_runner.DATA, comparison_runner.REPORT, *comparison_runner.PICTURES}
    return _experiment("whole comparison", "runs.jsonl", files, act)


def study(folder: Path) -> Operation:
    """Return a study of two models, with its figures."""
    text, questions, pairs = _inputs(folder)
    settings = Settings(ms=(8,), weighting="pairs", exact_rows=50, sample=100, bootstrap=20)
    plan = Plan(epochs=1, workers=1, settings=settings)
    grid = [Model(vector_size=4), Model("nt_xent", vector_size=4)]

    def act(place: Path) -> None:
        study_runner.run(text, place / "c", grid=grid, analogies=questions, pairs=[pairs], plan=plan, progress=False)

    files = {DATA, "report.md", *FIGURES, *(name.replace(".svg", ".png") for name in FIGURES)}
    return _experiment("whole study", "models.jsonl", files, act)


def _inputs(folder: Path) -> tuple[Path, str, str]:
    text, questions, pairs = (folder / name for name in ("text.txt", "questions.txt", "pairs.tsv"))
    write(text, 20_000, 1)
    words = [word for word, _ in Counter(text.read_text().split()).most_common(28)]
    questions.write_text(": family\n" + "".join(" ".join(words[i : i + 4]) + "\n" for i in range(24)))
    pairs.write_text("".join(f"{words[i]}\t{words[i + 1]}\t{i}\n" for i in range(24)))
    return text, str(questions), str(pairs)


def _experiment(name: str, journal: str, files: set[str], act: Callable[[Path], None]) -> Operation:
    """Return an experiment; its results are found by the first run that is looked at, which is undisturbed."""
    wanted: list[str] = []
    (data,) = (file for file in files if ".json" in file)

    def look(place: Path) -> str:
        there = {path.name for path in (place / "c").iterdir()} if (place / "c").exists() else set()
        if not (place / "c" / data).exists():
            return "part" if there else "old"
        text = (place / "c" / data).read_bytes()
        report = json.loads(gzip.decompress(text) if data.endswith(".gz") else text)
        if there != files | {journal} or report.get("complete") is False:
            return "part"
        results = {key: report[key] for key in report if key not in OF_TIMES}
        found = json.dumps(_without_times(results), sort_keys=True)
        if not wanted:
            wanted.append(found)
        return "new" if found == wanted[0] else "other results than an undisturbed run"

    return Operation(name, lambda place: None, act, look, WEIGHT)


def _without_times(value: Any) -> Any:
    """Return a report without what depends on the machine's load."""
    if isinstance(value, dict):
        return {key: _without_times(item) for key, item in value.items() if key not in TIMES}
    return [_without_times(item) for item in value] if isinstance(value, list) else value
