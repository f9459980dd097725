"""Build all extensions with gcc's sanitizers into a scratch folder, and run kernels, engine, readers and cache with them.

    python campaigns/sanitizers.py [--only address] [--minutes 30] [--output sanitizers.jsonl]

*address* (with *undefined*, and with Cython's checks of bounds): ``text_core.c``, which gives the headers that read texts,
numbers, phrases and rows random hostile input; ``kernels_core.c``, which does the same with the kernels of every instruction
set, with every objective, and with the merging of copies; at least one file of tests for each extension (`TESTS`); and
trainings with every objective, windows of 5 to 300, rows that are frozen, one and three threads, and shards. *thread*: the
reader and the cache with several threads; trainings of two and three threads with every objective, on shared rows, with
copies of frequent ones and with shards, with checkpoints, and two trainings at once while others query; the tests of the
engine, of shards and of many threads. The threads of a training write to shared rows without locks by design: these
writes, `store_shared` in ``cython_ext/apply.h``, are hidden from ThreadSanitizer, and nothing else is. *control* builds
without hiding them and expects the report, so that the silence of *thread* means something.

Each needs libasan, libubsan or libtsan, which come with gcc; what is missing is skipped with a message. It takes many
minutes, most of them to compile, and is no part of `make test`.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from campaign import Campaign, main

TREE = Path(__file__).resolve().parents[1]
SANITIZERS = {
    "address": ("address,undefined,float-cast-overflow", ("libasan.so", "libubsan.so")),
    "thread": ("thread", ("libtsan.so",)),
    "control": ("thread", ("libtsan.so",)),
}
OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=0",  # Python itself keeps memory until it ends
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=0:exitcode=66:report_signal_unsafe=0",
}
ROUNDS = 2000
"""Of ``text_core.c``: half a minute of processor time. ``kernels_core.c`` has a quarter of them."""
TESTS: dict[str, tuple[str, ...]] = {
    "address": (
        *("tests/test_kernels.py", "tests/test_engine.py", "tests/test_step.py", "tests/test_objectives.py"),
        *("tests/test_replicas.py", "tests/test_merging.py", "tests/test_shards.py", "tests/test_replay.py"),
        *("tests/test_words_tokenizer.py", "tests/test_text_files.py", "tests/test_count_numbers.py"),
        *("tests/test_decimals.py", "tests/test_formats_word2vec.py", "tests/test_phrases.py"),
        *("tests/test_text_ranges.py", "tests/test_sentence_vectors.py"),
    ),
    "thread": ("tests/test_engine.py", "tests/test_threads.py", "tests/test_shards.py", "tests/test_many_threads.py"),
    "control": (),
}
TRAINING = """
import itertools, numpy as np, w2v
from w2v.config import OBJECTIVES
from w2v.training import rounds
from w2v.training.trainer import Trainer
rounds.TOKENS_OF_A_SHARD = 1  # short texts have shards too
draw = np.random.default_rng({seed})
sentences = [[f"w{{i}}" for i in draw.zipf(1.3, n) % 300] for n in draw.integers(1, 400, 60)]
corpus = w2v.encode(sentences, w2v.VocabularyConfig(min_count=1))
steps = draw.integers(0, 2, len(corpus.vocabulary)).astype(np.float32)
def train(**parameters):
    for factors in (None, steps):
        Trainer(corpus, w2v.TrainConfig(epochs=1, **parameters), steps=factors).run(progress=False)
for objective, window, size, workers in itertools.product(OBJECTIVES, (5, 64, 65, 300), (1, 7, 100), (1, 3)):
    train(objective=objective, window=window, vector_size=size, workers=workers)
for objective, size, shards in itertools.product(OBJECTIVES, (1, 7, 100), (2, 5)):
    train(objective=objective, vector_size=size, workers=2, shards=shards, alpha=0.02)
"""
RACING = """
import itertools, tempfile, threading, numpy as np, w2v
from w2v.config import OBJECTIVES
from w2v.training import replicas, rounds
from w2v.training.trainer import Trainer
rounds.TOKENS_OF_A_SHARD = 1  # short texts have shards too
draw = np.random.default_rng({seed})
sentences = [[f"w{{i}}" for i in draw.zipf(1.3, n) % 300] for n in draw.integers(1, 400, 100)]
corpus = w2v.encode(sentences, w2v.VocabularyConfig(min_count=1))
steps = draw.integers(0, 2, len(corpus.vocabulary)).astype(np.float32)
folder = tempfile.TemporaryDirectory()

def train(objective, window, workers, factors, name, shards=0):
    options = {{"objective": objective, "window": window, "workers": workers, "shards": shards}}
    config = w2v.TrainConfig(vector_size=20, epochs=2, alpha=0.01, **options)
    trainer = Trainer(corpus, config, steps=factors)
    trainer.advance(1)
    trainer.save(folder.name + "/" + name)
    trainer.run(progress=False)

for shortest in (10**12, 0):  # shared rows; copies of the frequent ones
    replicas.SHORT_TRAINING = replicas.LONG_TRAINING = shortest
    for objective, window, workers in itertools.product(OBJECTIVES, (5, 70), (2, 3)):
        for factors in (None, steps):
            train(objective, window, workers, factors, "c")
for objective, workers, shards in itertools.product(OBJECTIVES, (2, 3), (2, 8)):
    for factors in (None, steps):
        train(objective, 5, workers, factors, "c", shards)

vectors = w2v.train(corpus, w2v.TrainConfig(vector_size=20, workers=2, epochs=1), progress=False).vectors
def query():
    for n in range(50):
        vectors.most_similar(f"w{{1 + n % 5}}")
two = [threading.Thread(target=train, args=("sgns", 5, 2, None, f"c{{n}}")) for n in range(2)]
threads = [*two, *(threading.Thread(target=query) for _ in range(3))]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
READING = """
import tempfile, threading, numpy as np, w2v
draw = np.random.default_rng({seed})
with tempfile.TemporaryDirectory() as folder:
    text = folder + "/t.txt"
    with open(text, "w") as file:
        for n in draw.integers(1, 50, 20_000):
            print(*(f"w{{i}}" for i in draw.zipf(1.3, n) % 3000), file=file)
    options, wanted = w2v.VocabularyConfig(min_count=2), w2v.PhraseConfig(threshold=2)
    vectors = w2v.KeyedVectors.from_arrays([f"w{{i}}" for i in range(3000)], draw.normal(size=(3000, 50)).astype("f4"))
    vectors.save(folder + "/v.txt")
    def read(tokenizer, threads, cache):
        split = w2v.TextOptions(tokenizer, threads=threads)
        return w2v.encode(text, options, split, cache=cache).tokens, len(w2v.phrases(text, wanted, split))
    for tokenizer in ("whitespace", "words"):
        plain, found = read(tokenizer, 1, None)
        def same():
            tokens, phrases = read(tokenizer, 4, folder + "/cache")
            assert np.array_equal(tokens, plain) and phrases == found
            assert np.array_equal(w2v.KeyedVectors.load(folder + "/v.txt").vectors, vectors.vectors)
        for _ in range(3):
            threads = [threading.Thread(target=same) for _ in range(4)]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
"""


PROGRAMS = {
    "address": {"trainings": TRAINING},
    "thread": {"readers and cache": READING, "trainings": RACING},
    "control": {"trainings": RACING},
}


def run(campaign: Campaign) -> None:
    """Build and run with each sanitizer that is here."""
    if shutil.which("gcc") is None:
        campaign.notes.append("skipped: gcc is not installed")
        return
    for name, (sanitizers, libraries) in SANITIZERS.items():
        found = [_library(library) for library in libraries]
        if campaign.options.only not in (None, name):
            continue
        if None in found:
            campaign.notes.append(f"{name}: skipped: gcc has no {' or no '.join(libraries)} here")
            continue
        with tempfile.TemporaryDirectory(prefix=f"w2v-{name}-") as folder:
            _sanitized(campaign, name, sanitizers, Path(folder), str(found[0]))


def _library(name: str) -> str | None:
    path = subprocess.run(
        ["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True
    ).stdout.strip()
    return path if os.path.isabs(path) else None


def _sanitized(campaign: Campaign, name: str, sanitizers: str, folder: Path, library: str) -> None:
    """Build in a copy of the tree, and run what there is to run."""
    skip = shutil.ignore_patterns("*.so", "__pycache__", "_*.c")
    for part in ("w2v", "corpora", "cython_ext", "tests"):
        shutil.copytree(TREE / part, folder / part, ignore=skip, symlinks=True)
    for part in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(TREE / part, folder)
    (folder / "w2v" / "corpora").unlink(missing_ok=True)  # a link that an installation in place has made
    (folder / "w2v" / "corpora").symlink_to("../corpora")
    if name == "control":
        header = folder / "cython_ext" / "apply.h"
        header.write_text(header.read_text().replace("__SANITIZE_THREAD__", "NOTHING_IS_HIDDEN"))
    environment = os.environ | {"W2V_SANITIZE": sanitizers, "W2V_DEBUG": "1", "PYTHONPATH": str(folder)}
    environment |= {"W2V_TESTING": str(int(name != "control"))}
    build = [sys.executable, "setup.py", "-q", "build_ext", "--inplace"]
    if not _passes(campaign, f"{name}: build", build, folder, environment):
        return
    if name == "address":
        _without_python(campaign, sanitizers, folder)
    environment |= OPTIONS | {"LD_PRELOAD": library, "PYTHONMALLOC": "malloc", "OMP_NUM_THREADS": "1"}
    if name == "control":  # there would be thousands
        environment["TSAN_OPTIONS"] = environment["TSAN_OPTIONS"].replace("halt_on_error=0", "halt_on_error=1")
    for what, program in PROGRAMS[name].items():
        command = [sys.executable, "-c", program.format(seed=campaign.options.seed)]
        _passes(campaign, f"{name}: {what}", command, folder, environment, reports=name == "control")
    for tests in TESTS[name]:
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests]
        _passes(campaign, f"{name}: {tests}", pytest, folder, environment)


def _without_python(campaign: Campaign, sanitizers: str, folder: Path) -> None:
    """Run ``text_core.c`` and ``kernels_core.c``, which need no Python: so leaks are reported too."""
    powers = folder / "powers"
    write_powers(powers)
    kernels = map(str, folder.glob("build/temp*/cython_ext/tile_*.o"))  # of the build of the extensions
    programs = {
        "texts, numbers, phrases and rows": ("text_core", (), (powers, ROUNDS)),
        "kernels and merging": ("kernels_core", kernels, (ROUNDS // 4,)),
    }
    flags = ["-O1", "-g1", "-Wno-psabi", f"-fsanitize={sanitizers}", "-fno-sanitize-recover=undefined", f"-I{TREE}"]
    environment = os.environ | {"UBSAN_OPTIONS": OPTIONS["UBSAN_OPTIONS"]}
    for what, (name, objects, arguments) in programs.items():
        program = str(folder / name)
        build = ["gcc", *flags, str(TREE / "campaigns" / f"{name}.c"), *objects, "-o", program, "-lm"]
        if _passes(campaign, f"{what}: build", build, folder, environment):
            run = [program, *map(str, arguments), str(campaign.options.seed)]
            _passes(campaign, what, run, folder, environment)


def write_powers(path: Path) -> None:
    """Write the powers of five that ``text_core.c`` reads."""
    path.write_bytes(b"".join(map(_power_of_five, range(-342, 309))))


def _power_of_five(q: int) -> bytes:
    """Return 5^q as `_fill_fives` of ``_rows.pyx`` does: the upper and the lower 64 bits."""
    power = 5 ** abs(q)
    bits = power.bit_length()
    five = (1 << (bits + 127)) // power + (q >= -27) if q < 0 else (power << 128) >> bits
    return b"".join(half.to_bytes(8, sys.byteorder) for half in (five >> 64, five & 2**64 - 1))


def _passes(
    campaign: Campaign,
    case: str,
    command: list[str],
    folder: Path,
    environment: dict[str, str],
    *,
    reports: bool = False,
) -> bool:
    """Run a command, and report whether it passes without a word from a sanitizer; with ``reports``, with such words."""
    left = 60 * campaign.options.minutes - campaign.seconds()
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=pipe,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell in the background ignores it
    ) as process:
        try:
            said, _ = process.communicate(timeout=max(left, 1))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # with the compilers that it has started
            campaign.saw(case, "no time left", failed=True)
            return False
    found = [line for line in said.splitlines() if "runtime error:" in line or "Sanitizer" in line]
    verdict = "report" if found else "clean" if process.returncode == 0 else f"status {process.returncode}"
    wanted = "report" if reports else "clean"
    campaign.saw(case, verdict, failed=verdict != wanted, reports=found[:20], said=said[-3000:])
    return verdict == wanted


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this campaign; a build takes longer than a minute."""
    parser.add_argument("--only", choices=SANITIZERS, help="only this sanitizer")
    parser.set_defaults(minutes=30.0)


if __name__ == "__main__":
    sys.exit(main(__doc__, run, add_options))
