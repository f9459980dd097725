"""Draw the pictures of the documentation anew: ``make pictures``.

Those of long experiments are drawn from their stored results, the theory's from experiments that take two minutes. Which
command made what is on the page developing/pictures.md.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from w2v.cli import main
from w2v.experiments.compare import picture as comparison
from w2v.experiments.sentence_pairs import picture as sentence_pairs
from w2v.experiments.sentence_pairs.report import Row
from w2v.experiments.study.report import read_report, write_report

DOCS = Path(__file__).parent
THEORY = ("lab", "violations")


def stored(path: Path) -> Any:
    """Return the data of a report."""
    with gzip.open(path) as stream:
        return json.load(stream)


def draw_comparison(data: Path, picture: Path) -> None:
    """Draw the scores and speeds of w2v and gensim."""
    comparison.draw(stored(data), picture)


def draw_sentence_pairs(data: Path, picture: Path) -> None:
    """Draw the trainings of sentences in the plane."""
    report = stored(data)
    rows = [Row.from_dict(row) for row in report["encoders"]]
    sentence_pairs.draw(picture, rows, report["vectors"]["dimensions"], report["probe"])


def draw_study(folder: Path) -> None:
    """Draw the figures of a study, and write its report."""
    write_report(folder, read_report(folder / "study.json.gz"))


def draw_theory(name: str, picture: Path, *options: str) -> None:
    """Train on worlds with latent classes, and draw bounds and truth."""
    code = main(["theory", name, "--plot", str(picture), "--quiet", *options])
    assert code == 0, f"w2v theory {name} failed"


def draw_all(docs: Path) -> None:
    """Draw every picture of a copy of the documentation; its pages use the .svg files."""
    draw_comparison(docs / "comparison" / "report.json.gz", docs / "comparison" / "report.svg")
    draw_sentence_pairs(docs / "images" / "sentence-pairs.json.gz", docs / "images" / "sentence-pairs.svg")
    for folder in (docs / "study", docs / "study" / "korean"):
        draw_study(folder)
    for picture in docs.rglob("*.png"):
        if picture.with_suffix(".svg").exists():
            picture.unlink()


if __name__ == "__main__":
    draw_all(DOCS)
    for theory in sys.argv[1:] or THEORY:
        draw_theory(theory, DOCS / "images" / f"theory-{theory}.svg")
