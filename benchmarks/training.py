"""Train one text with w2v and gensim in alternation; print words/s of both and the median ratio, as JSON and Markdown.

    python benchmarks/training.py TEXT [--pairs 3] [--workers 2] [--epochs 1] [--vector-size 100] ...

Each training runs in a process of its own. Words/s are in-vocabulary words x epochs over the seconds of the call that
trains. Only the ratio within one run means anything: machines differ, and so do their neighbours.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from machine import machine

PARAMETERS = {"vector_size": 100, "window": 5, "negative": 5, "epochs": 1, "workers": 2}


def train_w2v(options: argparse.Namespace) -> dict[str, object]:
    """Train with w2v through its command line."""
    flags = [flag for name in PARAMETERS for flag in (f"--{name.replace('_', '-')}", str(getattr(options, name)))]
    code = "import sys; from w2v.cli import main; sys.exit(main())"
    target = Path(options.folder, "w2v.safetensors")
    command = [sys.executable, "-P", "-c", code, "train", options.text, "-o", str(target), "--json", "--quiet", *flags]
    result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return {
        "engine": "w2v",
        "isa": result["isa"],
        "words_per_second": result["words_per_second"],
        "seconds": result["seconds"],
        "peak_memory_bytes": result["peak_memory_bytes"],
    }


def train_gensim(options: argparse.Namespace) -> dict[str, object]:
    """Train with gensim's corpus_file path, in this process (see --gensim)."""
    import resource

    from gensim.models import Word2Vec

    began = time.perf_counter()
    parameters = {name: getattr(options, name) for name in PARAMETERS}
    model = Word2Vec(sg=1, seed=1, **parameters)
    model.build_vocab(corpus_file=options.text)
    read = time.perf_counter()
    model.train(corpus_file=options.text, total_words=model.corpus_total_words, epochs=options.epochs)
    trained = time.perf_counter()
    words = sum(model.wv.get_vecattr(word, "count") for word in model.wv.index_to_key) * options.epochs
    return {
        "engine": "gensim",
        "words_per_second": words / (trained - read),
        "seconds": {"read": read - began, "train": trained - read},
        "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def in_a_process(options: argparse.Namespace) -> dict[str, object]:
    """Run ``train_gensim`` in a fresh process."""
    flags = [flag for name in PARAMETERS for flag in (f"--{name.replace('_', '-')}", str(getattr(options, name)))]
    command = [sys.executable, __file__, options.text, "--gensim", *flags]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--folder", default="/tmp")
    parser.add_argument("--gensim", action="store_true", help=argparse.SUPPRESS)
    for name, default in PARAMETERS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=default)
    options = parser.parse_args()
    if options.gensim:
        print(json.dumps(train_gensim(options)))
        return
    runs = [(train_w2v(options), in_a_process(options)) for _ in range(options.pairs)]
    ratios = [ours["words_per_second"] / theirs["words_per_second"] for ours, theirs in runs]
    parameters = {name: getattr(options, name) for name in PARAMETERS}
    result = {"machine": machine(), "parameters": parameters, "runs": runs, "median_ratio": statistics.median(ratios)}
    print(json.dumps(result))
    print("| pair | w2v words/s | gensim words/s | ratio |\n|---|---|---|---|")
    for number, ((ours, theirs), ratio) in enumerate(zip(runs, ratios, strict=True), 1):
        print(f"| {number} | {ours['words_per_second']:,.0f} | {theirs['words_per_second']:,.0f} | {ratio:.1f} |")
    print(f"\nmedian ratio {result['median_ratio']:.1f}")


if __name__ == "__main__":
    main()
