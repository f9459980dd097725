"""Sentence similarity: means, SIF and uSIF of word vectors, random vectors beside them, and trainings on pairs of sentences.

    python benchmarks/sentences.py VECTORS TEXT FOLDER

VECTORS have counts; TEXT is running text with punctuation. FOLDER holds files of a score and two sentences per line,
separated by tabs: sts12.tsv ... sts16.tsv, stsb-dev.tsv, stsb-test.tsv, sick-test.tsv, stsb-train.tsv, sick-train.tsv.
Missing ones are left out. The average is that of all sets but stsb-dev. Times are processor seconds.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from w2v import KeyedVectors, Sentences
from w2v.sentences import SentenceTraining

SETS = ("sts12", "sts13", "sts14", "sts15", "sts16", "stsb-dev", "stsb-test", "sick-test")


def main() -> None:
    """Print the table, and the speed of encoding."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("vectors", "text", "folder"):
        parser.add_argument(name)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="seeds of the training on neighbours")
    options = parser.parse_args()
    words, folder = KeyedVectors.load(options.vectors), Path(options.folder)
    sets = [name for name in SETS if (folder / f"{name}.tsv").exists()]
    print(f"| encoder | {' | '.join(sets)} | average | alignment | uniformity | s |")
    print("|---" * (len(sets) + 5) + "|")

    def row(name: str, encoder: Sentences, seconds: float | None = None, *, random: bool = False) -> None:
        found = {each: encoder.evaluate(folder / f"{each}.tsv") for each in sets}
        values = [100 * ((f.random if random else f.spearman) or 0) for f in found.values()]
        average = np.mean([value for each, value in zip(sets, values, strict=True) if each != "stsb-dev"])
        place = found.get("stsb-dev")
        where = f"{place.alignment:.3f} | {place.uniformity:.2f}" if place and not random else " | "
        took = "" if seconds is None else f"{seconds:.0f}"
        print(f"| {name} | {' | '.join(f'{v:.1f}' for v in values)} | {average:.2f} | {where} | {took} |", flush=True)

    for scheme in ("mean", "sif", "usif"):
        for centre in (False, True):
            row(f"{scheme}{', centred' if centre else ''}", Sentences(words, scheme, centre=centre))
        row(f"{scheme}, random vectors", Sentences(words, scheme), random=True)
    trainings = [("neighbours", seed) for seed in options.seeds]
    trainings += [(kind, 1) for kind in ("none", "dropout", "fixed", "deletion", "insertion", "replacement")]
    for kind, seed in trainings:
        encoder, start = Sentences(words), time.process_time()
        encoder.train(options.text, kind, SentenceTraining(seed=seed), progress=False)
        row(f"sif, centred, then {kind}, seed {seed}", encoder, time.process_time() - start)
    for name in ("stsb-train", "sick-train"):
        if (folder / f"{name}.tsv").exists():
            encoder, start = Sentences(words), time.process_time()
            encoder.train(pairs=folder / f"{name}.tsv", progress=False)
            row(f"sif, centred, then pairs of {name}", encoder, time.process_time() - start)
    speed(Sentences(words), options.text)


def speed(encoder: Sentences, text: str) -> None:
    """Print how many sentences a second are encoded, from text and from ids."""
    reader = encoder._reader
    lines = Path(text).read_text(encoding="utf-8").replace(". ", ".\n").split("\n")
    lines = [line for line in lines if 6 <= len(line.split()) <= 60]
    start = time.process_time()
    bags = reader.read(lines)
    read = time.process_time()
    encoder.encode_bags(bags)
    done = time.process_time()
    n, known = len(lines), len(bags.rows) / len(lines)
    rates = f"{n / (done - read):,.0f}/s from ids, {n / (done - start):,.0f}/s from text"
    print(f"\n{n:,} sentences of {known:.1f} known words: {rates}")


if __name__ == "__main__":
    main()
