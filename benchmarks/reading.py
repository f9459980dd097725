"""Read, count and encode a text with 1 to N threads; gensim counts the same file for comparison.

    python benchmarks/reading.py TEXT [--rounds 3]

"scan" is the scanner alone on one thread, from bytes in memory to counts and provisional ids; "encode" is everything from
the text file to a file of ids. All of them run in every round; the best round counts.
"""

import argparse
import os
import time
from pathlib import Path

from machine import show

from w2v import TextOptions, encode
from w2v._text import WordTable

BLOCK = 4 << 20


def scan(data: bytes) -> float:
    """Return the seconds that one thread takes to scan the text."""
    table, start, number, began = WordTable(), 0, 0, time.perf_counter()
    while start < len(data):
        end = data.rfind(b"\n", start, start + BLOCK) + 1 or len(data)
        end = len(data) if start + BLOCK >= len(data) else end
        table.scan(data[start:end], number << 32)
        start, number = end, number + 1
    return time.perf_counter() - began


def timed_encode(path: str, threads: int) -> float:
    """Return the seconds from file to ids."""
    began = time.perf_counter()
    encode(path, text=TextOptions(threads=threads))
    return time.perf_counter() - began


def timed_gensim(path: str) -> float:
    """Return the seconds that gensim takes to count the same file."""
    from gensim.models import Word2Vec

    began = time.perf_counter()
    Word2Vec(workers=1).build_vocab(corpus_file=path)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", help="a text file, one sentence per line")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    data = Path(options.text).read_bytes()
    threads = sorted({1, 2, len(os.sched_getaffinity(0))})
    best: dict[str, float] = {}
    for _ in range(options.rounds):
        seconds = {"w2v scan, 1 thread": scan(data), "gensim build_vocab": timed_gensim(options.text)}
        seconds |= {f"w2v encode, {n} threads": timed_encode(options.text, n) for n in threads}
        best = {name: min(s, best.get(name, s)) for name, s in seconds.items()}
    megabytes = len(data) / 1e6
    rows = [{"what": name, "seconds": s, "megabytes_per_second": megabytes / s} for name, s in best.items()]
    show("reading", rows, ["what", "seconds", "megabytes_per_second"], megabytes=megabytes)


if __name__ == "__main__":
    main()
