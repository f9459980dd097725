"""Scores and measurements that ``w2v evaluate --json`` and ``w2v geometry --json`` wrote, to show them on the page."""

import json
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from statistics import NormalDist
from typing import Any

from w2v.arguments import path as a_path
from w2v.arguments import shown
from w2v.atomic_files import PathLike
from w2v.errors import FormatError, UnreadableFileError, W2VError
from w2v.explorer.measures import Measure
from w2v.json_values import ANY, Real, Whole, check, require_shallow

Z = NormalDist().inv_cdf(0.975)
FEWEST = 4
"""Pairs of which a rank correlation has an interval."""
LARGEST = 1 << 26
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
VECTORS = (".safetensors", ".parquet", ".bin", ".txt", ".vec", ".model", ".kv")


@dataclass(frozen=True)
class Score:
    """One score of a model.

    Attributes
    ----------
    test : str
    value : float
    low, high : float or None
        Ends of the 95 % interval.
    of : str
        What the value is, and of how many questions or pairs.
    """

    test: str
    value: float
    low: float | None = None
    high: float | None = None
    of: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)


def title(path: PathLike) -> str:
    """Return what a page calls a model: the name of its file without its extension.

    >>> title("runs/news.vec.gz"), title("GoogleNews.v2.bin")
    ('news', 'GoogleNews.v2')
    """
    name = os.path.basename(os.fsdecode(path).rstrip("/"))
    for endings in (COMPRESSED, VECTORS):
        stem, ending = os.path.splitext(name)
        name = stem if ending.lower() in endings and stem else name
    return name


@dataclass
class Reports:
    """What was found in the files: by `title` of the model."""

    scores: dict[str, list[Score]] = field(default_factory=dict)
    measures: dict[str, list[Measure]] = field(default_factory=dict)
    places: dict[str, dict[str, Any]] = field(default_factory=dict)
    _paths: dict[str, str] = field(default_factory=dict)

    def name_of(self, path: str) -> str:
        """Return the title of a model; raise ValueError if a model of another folder has the same.

        ``w2v geometry`` records no folders: its models may be those of the other files.
        """
        name = title(path)
        if os.path.dirname(path) and self._paths.setdefault(name, path) != path:
            raise ValueError(f"{path} and {self._paths[name]} are two models called {name}: rename one of the files")
        return name


def read_reports(paths: Sequence[PathLike]) -> Reports:
    """Read files of results.

    Raises
    ------
    ArgumentError
        If one of the paths is none.
    UnreadableFileError
        If there is no such file, or it may not be read.
    FormatError
        If a file is neither of the two kinds.
    """
    found = Reports()
    for path in paths:
        name = os.fsdecode(a_path("results", path))
        values = _json(name)
        try:
            if isinstance(values, dict) and "models" in values:
                _geometry(values, found)
            else:
                _evaluation(values, found)
        except ValueError as problem:
            raise FormatError(
                f"results must be what w2v evaluate --json or w2v geometry --json writes: got {name}, where {problem}"
            ) from problem
    return found


@contextmanager
def readable(path: PathLike, argument: str) -> Iterator[None]:
    """Say of a file that cannot be opened which argument names it."""
    try:
        yield
    except OSError as problem:
        if isinstance(problem, W2VError):
            raise
        said = f"{problem.strerror}; {argument} must be the path of a file" if problem.strerror else str(problem)
        raise UnreadableFileError(f"cannot read {shown(os.fsdecode(path))}: {said}") from problem


def _json(name: str) -> Any:
    with readable(name, "results"), open(name, "rb") as stream:
        text = stream.read(LARGEST + 1)
    try:
        if len(text) > LARGEST:
            raise ValueError(f"the file is larger than {LARGEST >> 20} MiB")
        values = json.loads(text)
        require_shallow(values)
    except (ValueError, RecursionError) as problem:
        raise FormatError(
            f"results must be what w2v evaluate --json or w2v geometry --json writes: got {name}, which is no JSON: "
            f"{problem}"
        ) from problem
    return values


NUMBER = Real()
MEASUREMENT = {"value": NUMBER, "low": (NUMBER, None), "high": (NUMBER, None), "definition": str}
SHOWN = {
    "alignment": "Alignment, by w2v geometry",
    "uniformity": "Uniformity, by w2v geometry",
    "information": "Information of the pairs (nats), by w2v geometry",
    "wasserstein": "Distance from uniform (W2), by w2v geometry",
}
"""Measurements of ``w2v geometry`` that the page adds to its own, and by their names tells apart from these."""


def _geometry(values: dict[str, Any], found: Reports) -> None:
    check(values, {"models": [{"name": str, "law": str}]}, "the result")
    for model in values["models"]:
        check(model, dict.fromkeys(SHOWN, MEASUREMENT), "the model")
        name = found.name_of(model["name"])
        found.measures[name] = [
            Measure(title, float(m["value"]), m["definition"].partition(" (")[0], m["low"], m["high"])
            for key, title in SHOWN.items()
            for m in [model[key]]
        ]
        place = {key: float(model[key]["value"]) for key in ("uniformity", "alignment")}
        found.places[name] = {"name": name, **place}


COUNTS = {"correct": Whole(), "answered": Whole(), "asked": Whole()}


def _evaluation(values: Any, found: Reports) -> None:
    check(values, {"model": str, "pairs": {str: ANY}}, "the result")
    scores = found.scores.setdefault(found.name_of(values["model"]), [])
    if "analogies" in values:
        check(values["analogies"], {str: {str: {"total": COUNTS}}}, "analogies")
        for scoring, methods in values["analogies"].items():
            for method, result in methods.items():
                total = result["total"]
                asked = total["asked" if scoring == "full" else "answered"]
                if asked:
                    scores.append(_accuracy(f"{method}, {scoring}", total["correct"], asked))
    for test, result in values["pairs"].items():
        check(result, {"spearman": (Real(-1, 1), None), "found": Whole()}, f"pairs.{test[:80]}")
        if result["spearman"] is not None:
            scores.append(_correlation(test, float(result["spearman"]), result["found"]))


def _accuracy(test: str, correct: int, asked: int) -> Score:
    """Return an accuracy with Wilson's interval (1927)."""
    if correct > asked:
        raise ValueError(f"{test} must have at most {asked} correct answers: got {correct}")
    share = correct / asked
    middle = (share + Z * Z / (2 * asked)) / (1 + Z * Z / asked)
    half = Z / (1 + Z * Z / asked) * math.sqrt(share * (1 - share) / asked + Z * Z / (4 * asked * asked))
    return Score(test, share, max(middle - half, 0.0), min(middle + half, 1.0), f"accuracy, {asked:,} analogies")


def _correlation(test: str, rho: float, pairs: int) -> Score:
    """Return a rank correlation with the interval of Bonett & Wright (2000): Fisher's z, wider by sqrt(1 + rho^2/2)."""
    of = f"Spearman, {pairs:,} pairs"
    if pairs < FEWEST or abs(rho) == 1:
        return Score(test, rho, None, None, of)
    half = Z * math.sqrt((1 + rho * rho / 2) / (pairs - 3))
    return Score(test, rho, math.tanh(math.atanh(rho) - half), math.tanh(math.atanh(rho) + half), of)


def recorded_scores(metadata: dict[str, Any]) -> list[Score]:
    """Return the scores in the metadata of vectors: a mapping of names to numbers, as model cards show it."""
    known = metadata.get("scores")
    if not isinstance(known, dict):
        return []
    return [
        Score(str(test), float(value), of="recorded in the file")
        for test, value in known.items()
        if type(value) in (int, float) and math.isfinite(value) and abs(value) < 1e300
    ]
