"""Time the score, objective and apply kernels for each instruction set, as a share of this core's multiply-add peak.

    python benchmarks/kernel.py [--rows 85000] [--objective nt_xent]

Compiles kernel.c with the kernels of cython_ext/ and runs it. All rows are in the first-level cache, unless ``--rows N``
picks them at random from matrices of N rows. Only useful operations count, not padding or sums across lanes.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from machine import show

from w2v import _core
from w2v.config import OBJECTIVES

ROOT = Path(__file__).parent.parent
SHIPPED = ("base", "avx2", "avx512")  # an empty file where the processor is another
FLAGS = [
    "-O3",
    "-fPIC",
    "-fwrapv",
    "-fno-math-errno",
    "-Wno-psabi",
]  # as setup.py and CPython build it
SHAPES = [(100, 6, 6), (300, 6, 6), (100, 11, 6), (100, 6, 16), (50, 6, 6), (200, 6, 11)]  # dim, contexts, targets


def main() -> None:
    """Build, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=0, help="rows in each matrix; 0: those of one tile only")
    parser.add_argument("--objective", default="sgns", choices=OBJECTIVES)
    options = parser.parse_args()
    variants = _core.variants()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "kernel")
        sources = [ROOT / "benchmarks/kernel.c", *(ROOT / f"cython_ext/tile_{name}.c" for name in SHIPPED)]
        command = [
            os.environ.get("CC", "cc"),
            *FLAGS,
            f"-I{ROOT}",
            *map(str, sources),
            "-lm",
            "-o",
            program,
        ]
        if subprocess.run(command, check=False).returncode:
            sys.exit("the kernels could not be compiled")
        for variant in variants:
            for dim, contexts, targets in SHAPES:
                arguments = [variant, dim, contexts, targets, max(options.rows, contexts + targets), options.objective]
                output = subprocess.run(
                    [program, *map(str, arguments)], check=True, capture_output=True, text=True
                ).stdout
                rows += [json.loads(line) for line in output.splitlines()]
    columns = ["variant", "objective", "dim", "contexts", "targets", "kernel", "nanoseconds", "gflops", "share_of_peak"]
    show("kernel", [row for row in rows if row["kernel"] != "peak" or row["dim"] == 100], columns)


if __name__ == "__main__":
    main()
