"""Words/s, quality and memory of w2v and gensim by number of threads, without a network, within a time budget.

    benchmarks/many_cores.sh TEXT [--output FOLDER] [--wheels FOLDER] [--evaluation FOLDER] [--seconds 560] ...

The working tree is built in a scratch folder; gensim is installed from wheels unless it is already there. Every training
runs in its own process, and one script (w2v/gensim_compat/bridge.py) trains both engines with the same parameters.
Words/s is in-vocabulary words x epochs / seconds of the training call; "seconds" is the whole process, from text file to
saved vectors. The most informative measurements come first, and the results are rewritten after each of them. So if the
script ends early, for whatever reason, the output folder contains everything measured so far: runs.jsonl (one run per line),
result.json, table.md, build.log.

This file imports only the standard library, and neither engine.
"""

import argparse
import hashlib
import importlib.metadata
import json
import lzma
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TREE = HERE.parent
SOURCES = ("w2v", "corpora", "cython_ext", "setup.py", "pyproject.toml", "README.md", "LICENSE")
OURS, SHARDS, THEIRS = "w2v", "w2v shards", "gensim"
"""What is measured: threads that share rows; as many shards as threads, at least two; gensim."""
SETS = ("EN-MEN-TR-3k", "EN-WS-353-ALL", "EN-SIMLEX-999", "EN-RW-STANFORD", "EN-MTurk-771")
"""Sets of word pairs, looked for in the evaluation folder as NAME.txt."""
GENSIM_RATE = (
    "Each of gensim's n threads lowers its learning rate by the words that it has read itself, which are only 1/n of all "
    "words by the end of an epoch, so gensim's scores after one epoch depend on n."
)
SHORTEST = 2.0
"""With fewer seconds than this left, nothing is started."""


class Failed(Exception):
    """Something could not be measured; the message says why, in one line."""


@dataclass(frozen=True)
class Step:
    """One training."""

    engine: str
    epochs: int
    threads: int
    round: int

    def __str__(self) -> str:
        return f"{self.engine}, epochs={self.epochs}, threads={self.threads}, round {self.round}"


@dataclass(frozen=True)
class Clock:
    """The time budget, counted from the start of the script."""

    budget: float
    began: float = field(default_factory=time.monotonic)

    @property
    def passed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        """Seconds until the end of the budget."""
        return self.budget - self.passed

    def say(self, text: str) -> None:
        """Print a line of progress."""
        print(f"[{self.passed:5.1f} s] {text}")


@dataclass
class Results:
    """What was measured so far; rewritten after each measurement."""

    folder: Path
    clock: Clock
    facts: dict[str, Any]
    runs: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Record and print what failed or was left out."""
        self.notes.append(text)
        self.clock.say(f"note: {text}")
        self.write()

    def add(self, run: dict[str, Any]) -> None:
        """Record one run."""
        self.runs.append(run)
        with (self.folder / "runs.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(run) + "\n")
        self.write()

    def write(self) -> None:
        """Write result.json and table.md."""
        rows = table_rows(self.runs)
        result = {"benchmark": "many cores", **self.facts, "notes": self.notes, "rows": rows, "runs": self.runs}
        (self.folder / "result.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        (self.folder / "table.md").write_text(markdown(self.facts, self.notes, rows), encoding="utf-8")


def main() -> None:
    """Prepare, measure and print."""
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends child processes, removes the scratch folder
    clock = Clock(options.seconds)
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "runs.jsonl").write_text("", encoding="utf-8")
    settings = {name: str(v) if isinstance(v, Path) else v for name, v in vars(options).items()}
    results = Results(options.output, clock, {"options": settings, "machine": hardware()})
    clock.say(f"results go to {options.output}")
    with tempfile.TemporaryDirectory(prefix="many-cores-", ignore_cleanup_errors=True) as scratch:
        try:
            prepare_and_measure(options, results, Path(scratch))
        except (Failed, OSError) as problem:
            results.note(str(problem))
    results.facts["seconds"] = clock.passed
    results.write()
    print("\n" + (options.output / "table.md").read_text(encoding="utf-8"))
    sys.exit(0 if results.runs else 1)


def parse() -> argparse.Namespace:
    """Read the command line; errors are reported before anything is built."""
    parser = argparse.ArgumentParser(prog="many_cores.sh", description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("text", type=Path, help="text file, plain or .xz, one sentence per line")
    stamp = time.strftime("%Y%m%dT%H%M%S")
    parser.add_argument("--output", type=Path, default=TREE / "build" / f"many-cores-{stamp}", help="overwritten")
    parser.add_argument(
        "--wheels", type=Path, help="folder of wheels: gensim and the dependencies that this Python lacks"
    )
    parser.add_argument("--evaluation", type=Path, help=f"folder of {SETS[0]}.txt ..., optionally questions-words.txt")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2, 4, 8, 16])
    parser.add_argument("--epochs", type=int, nargs="+", default=[1, 5], help="most important first")
    parser.add_argument("--rounds", type=int, default=3, help="repetitions, if the time allows")
    parser.add_argument("--megabytes", type=float, help="use the beginning of the text only")
    parser.add_argument("--seconds", type=float, default=560, help="time budget, including the build")
    parser.add_argument("--note", help="saved with the results, e.g. the commit if there is no git")
    options = parser.parse_args()
    if not options.text.is_file():
        parser.error(f"TEXT: got {options.text}, expected an existing file")
    for name in ("threads", "epochs"):
        if min(getattr(options, name)) < 1:
            parser.error(f"--{name}: got {min(getattr(options, name))}, expected positive numbers")
    if options.rounds < 1 or options.seconds <= 0 or (options.megabytes or 1) <= 0:
        parser.error("--rounds, --seconds and --megabytes: expected positive numbers")
    return options


def prepare_and_measure(options: argparse.Namespace, results: Results, scratch: Path) -> None:
    """Build, find gensim, unpack the text, then measure until the plan is finished or the time is over."""
    site, clock = scratch / "site", results.clock
    clock.say("building w2v")
    with (options.output / "build.log").open("w", encoding="utf-8") as log:
        building = start_build(scratch, site, log)
        try:  # during the build, which leaves most processors idle
            text = unpack(options.text, options.megabytes, scratch / "text.txt")
            building.wait(timeout=max(SHORTEST, clock.left))
        except subprocess.TimeoutExpired:
            raise Failed(f"building takes longer than the time budget of {clock.budget:g} s") from None
        finally:
            with suppress(ProcessLookupError):  # setup.py and the compilers it started
                os.killpg(building.pid, signal.SIGKILL)
    if building.returncode:
        raise Failed(f"w2v does not build: {last_line(options.output / 'build.log')}; see build.log")
    environment = child_environment(site)
    results.facts |= {"text_bytes": text.stat().st_size, **describe_build(environment, clock)}
    clock.say(f"built for {results.facts['w2v']['isa']}; {text.stat().st_size / 1e6:.1f} MB of text")
    engines = [OURS, SHARDS]
    try:
        results.facts["gensim"] = provide_gensim(options.wheels, site, environment, clock)
        engines.append(THEIRS)
    except Failed as problem:
        results.note(f"gensim is not measured: {problem}")
    threads = possible_threads(options.threads, results)
    questions = find_questions(options.evaluation, environment, results)
    steps = [step for step in plan(threads, options.epochs, options.rounds) if step.engine in engines]
    measure_all(steps, text, questions, scratch, environment, results)


# ---- preparing -------------------------------------------------------------------------------------------------------


def start_build(scratch: Path, site: Path, log: Any) -> "subprocess.Popen[bytes]":
    """Start compiling a copy of the working tree, which stays unchanged; needs neither a network nor pip."""
    source = scratch / "source"
    source.mkdir()
    for name in SOURCES:
        if (TREE / name).is_dir():  # without the products of earlier builds, which may have used other flags
            shutil.copytree(TREE / name, source / name, ignore=shutil.ignore_patterns("_*.c", "*.so", "__pycache__"))
        else:
            shutil.copy(TREE / name, source / name)
    build = [sys.executable, "setup.py", "build", "--build-base", str(scratch / "build"), "--build-lib", str(site)]
    return subprocess.Popen(
        [*build, "--parallel", "3"], cwd=source, start_new_session=True, stdout=log, stderr=subprocess.STDOUT
    )


def unpack(path: Path, megabytes: float | None, target: Path) -> Path:
    """Return the text as a plain file: unpacked if it is .xz, cut at a line end if only its beginning is wanted."""
    packed = path.suffix == ".xz"
    if not packed and megabytes is None:
        return path.resolve()
    left = int(megabytes * 1e6) if megabytes else sys.maxsize
    try:
        with lzma.open(path) if packed else path.open("rb") as source, target.open("wb") as file:
            while left > 0 and (block := source.read(min(left, 1 << 20))):
                file.write(block)
                left -= len(block)
            if left == 0:
                file.write(source.readline())  # the rest of the line
    except (lzma.LZMAError, EOFError) as problem:
        raise Failed(f"{path} cannot be unpacked: {problem}") from None
    return target


def child_environment(site: Path) -> dict[str, str]:
    """Return an environment in which w2v and gensim are importable, and nothing from the current folder is."""
    paths = [str(site), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONSAFEPATH": "1"}


def child(arguments: Sequence[str], environment: dict[str, str], seconds: float, told: str | None = None) -> str:
    """Run Python and return what it printed.

    Raises
    ------
    Failed
        If it fails (the message is the last line of its stderr) or takes longer than ``seconds``.
    """
    command, limit = [sys.executable, *arguments], max(1.0, seconds)
    try:
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, input=told, env=environment, timeout=limit
        )
        return done.stdout
    except subprocess.TimeoutExpired:
        raise Failed(f"stopped after {seconds:.0f} s, at the end of the time budget") from None
    except subprocess.CalledProcessError as problem:
        said = problem.stderr.strip().splitlines() or [f"exit code {problem.returncode}"]
        raise Failed(said[-1]) from None


def describe_build(environment: dict[str, str], clock: Clock) -> dict[str, Any]:
    """Return the machine and versions as the other benchmarks report them; fails if w2v cannot be imported."""
    program = "import json, sys; sys.path.append(sys.argv[1]); import machine; print(json.dumps(machine.machine()))"
    try:
        return {"w2v": json.loads(child(["-c", program, str(HERE)], environment, clock.left))}
    except Failed as problem:
        raise Failed(f"w2v was built but cannot be imported: {problem}") from None


def provide_gensim(wheels: Path | None, site: Path, environment: dict[str, str], clock: Clock) -> dict[str, Any]:
    """Install gensim from wheels unless it is already installed; return its version.

    Only packages that this Python lacks are installed, so that both engines use the same numpy.
    """
    problem = ""
    if wheels is not None:
        if not wheels.is_dir():
            raise Failed(f"{wheels} is not a folder")
        names = sorted({wheel.name.split("-")[0] for wheel in wheels.glob("*.whl")})
        lacking = [name for name in names if not is_installed(name)]
        install = ["-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile"]
        try:
            if lacking:
                child([*install, "--find-links", str(wheels), "--target", str(site), *lacking], environment, clock.left)
        except Failed as failed:
            problem = f" ({failed})"
    program = (
        "import json, gensim, gensim.models.word2vec as m; print(json.dumps([gensim.__version__, m.FAST_VERSION]))"
    )
    try:
        version, fast = json.loads(child(["-c", program], environment, clock.left))
    except Failed as failed:
        raise Failed(f"{failed}{problem}") from None
    clock.say(f"gensim {version}")
    return {"version": version, "fast_version": fast}


def is_installed(name: str) -> bool:
    """Return whether a package is installed."""
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def possible_threads(wanted: Sequence[int], results: Results) -> list[int]:
    """Return the requested numbers of threads that do not exceed the number of processors."""
    processors = results.facts["machine"]["processors"]
    beyond = sorted(n for n in set(wanted) if n > processors)
    if beyond:
        results.note(f"threads {', '.join(map(str, beyond))} skipped: {processors} processors")
    return sorted(set(wanted) - set(beyond))


def find_questions(folder: Path | None, environment: dict[str, str], results: Results) -> list[str]:
    """Return the arguments of many_cores_scores.py after the first: analogies ("" if there are none) and word pairs."""
    analogies = folder / "questions-words.txt" if folder else None
    if analogies is None or not analogies.is_file():
        program = "from w2v.evaluation import dataset; print(dataset('questions-words'))"
        try:
            analogies = Path(child(["-c", program], environment, results.clock.left).strip())
        except Failed:
            analogies = None
            results.note("no analogies: questions-words.txt is neither in the evaluation folder nor with gensim")
    files = [folder / f"{name}.txt" for name in SETS] if folder else []
    lacking = [path.name for path in files if not path.is_file()]
    if not folder or lacking:
        results.note(
            f"no word pairs: {', '.join(lacking)} not in {folder}" if folder else "no word pairs: no --evaluation"
        )
    return [str(analogies or ""), *(str(path) for path in files if path.is_file())]


# ---- measuring -------------------------------------------------------------------------------------------------------


def plan(threads: Sequence[int], epochs: Sequence[int], rounds: int) -> list[Step]:
    """Return all training runs, the most informative first.

    First the first number of epochs with all numbers of threads: w2v from few threads to many, with shared rows and with
    shards in turn, then gensim from many to few, since it takes longest with few. Then w2v again, to see the spread; then
    the other numbers of epochs, gensim only with the most threads; then repetitions. gensim's slowest runs, more epochs
    with fewer threads, come last.
    """
    up, down = sorted(threads), sorted(threads, reverse=True)
    first, *more = epochs

    def ours(epochs: int, number: int) -> list[Step]:
        both = [Step(engine, epochs, n, number) for n in up for engine in (OURS, SHARDS)]
        return [step for step in both if step.engine == OURS or step.threads > 1]

    steps = ours(first, 1) + [Step(THEIRS, first, n, 1) for n in down]
    steps += ours(first, 2) if rounds > 1 else []
    for many in more:
        steps += ours(many, 1) + [Step(THEIRS, many, n, 1) for n in down[:1]]
    for number in range(2, rounds + 1):
        steps += [step for many in more for step in ours(many, number)]
        steps += [Step(THEIRS, first, n, number) for n in down]
        steps += ours(first, number) if number > 2 else []
    return steps + [Step(THEIRS, many, n, 1) for many in more for n in down[1:]]


def measure_all(
    steps: Sequence[Step],
    text: Path,
    questions: Sequence[str],
    scratch: Path,
    environment: dict[str, str],
    results: Results,
) -> None:
    """Carry out the steps in order, skipping those for which too little time seems to be left."""
    clock = results.clock
    skipped: list[Step] = []
    for step in steps:
        if clock.left < max(SHORTEST, expected_seconds(step, results.runs)):
            skipped.append(step)
            continue
        try:
            run = measure(step, text, questions, scratch / "run", environment, clock)
        except (Failed, OSError) as problem:
            results.note(f"{step}: {problem}")
            continue
        results.add(run)
        clock.say(f"{step}: {in_words(run)}")
        if "scoring_failed" in run:
            results.note(f"{step}: trained, but not scored: {run['scoring_failed']}")
    if skipped:
        lacking = "; ".join(str(step) for step in skipped if step.round == 1) or "repetitions only"
        results.note(f"left out for lack of time: {len(skipped)} of {len(steps)} training runs, among them {lacking}")
    if len({run["vocabulary"] for run in results.runs}) > 1:
        results.note("the engines' vocabularies differ, so their words/s count different words")


def expected_seconds(step: Step, runs: Sequence[dict[str, Any]]) -> float:
    """Return how long a step should take, from earlier runs of the same engine; 0 if there are none.

    Based on the run with the nearest number of threads: fewer threads are assumed to be slower in proportion, more threads
    not to be faster.
    """
    known = [run for run in runs if (run["engine"] == THEIRS) == (step.engine == THEIRS)]
    if not known:
        return 0.0
    run = min(known, key=lambda run: (abs(run["threads"] - step.threads), abs(run["epochs"] - step.epochs)))
    train = run["seconds"]["train"]
    other = run["seconds"]["all"] - train + run["seconds"]["scoring"]
    slower = max(1.0, run["threads"] / step.threads) * step.epochs / run["epochs"]
    return float(1.1 * (other + train * slower))


def measure(
    step: Step, text: Path, questions: Sequence[str], folder: Path, environment: dict[str, str], clock: Clock
) -> dict[str, Any]:
    """Train in a new process, then score the vectors in another."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    load = os.getloadavg()[0]
    parameters = {"vector_size": 100, "window": 5, "negative": 5, "epochs": step.epochs, "workers": step.threads}
    parameters["seed"] = step.round
    if step.engine == SHARDS:
        parameters["shards"] = step.threads
    engine = THEIRS if step.engine == THEIRS else OURS
    task = {"engine": engine, "text": str(text), "parameters": parameters, "folder": str(folder), "keep": True}
    bridge = child_file(environment, "w2v/gensim_compat/bridge.py")
    began = time.monotonic()
    found = json.loads(child([bridge], environment, clock.left, json.dumps(task)))
    found["seconds"]["all"] = time.monotonic() - began
    found["words_per_second"] = found["words"] * step.epochs / found["seconds"]["train"]
    found["vocabulary"] = hashlib.sha256((folder / "vocabulary.txt").read_bytes()).hexdigest()
    began, scores = time.monotonic(), {}
    try:
        if any(questions):
            command = [str(HERE / "many_cores_scores.py"), str(folder), *questions]
            scores = json.loads(child(command, environment, clock.left))
    except Failed as problem:
        found["scoring_failed"] = str(problem)
    found["seconds"]["scoring"] = time.monotonic() - began
    return {**found, **asdict(step), "scores": scores, "load_before": load, "at": clock.passed}


def child_file(environment: dict[str, str], name: str) -> str:
    """Return the path of a file in the built package."""
    return str(Path(environment["PYTHONPATH"].split(os.pathsep)[0], name))


def hardware() -> dict[str, Any]:
    """Describe the machine; lscpu's summary, if available, has cores, threads per core and NUMA nodes."""
    try:
        said = subprocess.run(["lscpu"], capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"}).stdout
    except OSError:
        said = ""
    lines = [line.split(":", 1) for line in said.splitlines() if ":" in line]
    lscpu = {key.strip(): value.strip() for key, value in lines}
    memory = Path("/proc/meminfo").read_text(encoding="ascii").split("MemTotal:")[1].split()[0]
    return {
        "processors": len(os.sched_getaffinity(0)),
        "memory_bytes": int(memory) * 1024,
        "load_average": os.getloadavg(),
        "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "lscpu": {key: value for key, value in lscpu.items() if not key.startswith(("Flags", "Vulnerability"))},
    }


def last_line(path: Path) -> str:
    """Return the last line of a file that is not blank."""
    return next((line for line in reversed(path.read_text(errors="replace").splitlines()) if line.strip()), "no output")


# ---- reporting -------------------------------------------------------------------------------------------------------


def in_words(run: dict[str, Any]) -> str:
    """Format one run as a line of progress."""
    scores = ", ".join(f"{name} {show(score)}" for name, score in run["scores"].items())
    speed, seconds = run["words_per_second"] / 1e6, run["seconds"]
    memory = f"{run['peak_memory_bytes'] / 1e6:.0f} MB"
    return (
        f"{speed:.3f} M words/s, {seconds['train']:.2f} s of {seconds['all']:.1f} s, {memory}; {scores or 'no scores'}"
    )


def table_rows(runs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row per number of epochs and threads: medians over the rounds, and each engine's speed-up."""
    rows: list[dict[str, Any]] = []
    least = min((run["threads"] for run in runs), default=1)
    for epochs, threads in sorted({(run["epochs"], run["threads"]) for run in runs}):
        row: dict[str, Any] = {"epochs": epochs, "threads": threads}
        for engine in (OURS, SHARDS, THEIRS):
            same = [r for r in runs if (r["engine"], r["epochs"]) == (engine, epochs)]
            chosen = [r for r in same if r["threads"] == threads]
            if chosen:
                row[engine] = summary(chosen)
                of = THEIRS if engine == THEIRS else OURS
                base = [r for r in runs if (r["engine"], r["epochs"], r["threads"]) == (of, epochs, least)]
                if base:
                    row[engine]["speed_up"] = row[engine]["words/s"] / median_speed(base)
        if OURS in row and THEIRS in row:
            row["ratio"] = row[OURS]["words/s"] / row[THEIRS]["words/s"]
        rows.append(row)
    return rows


def summary(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the medians, mean scores and highest memory of repetitions of one training."""
    names = {name: None for run in runs for name in run["scores"]}
    scores = {name: [s for run in runs if (s := run["scores"].get(name)) is not None] for name in names}
    return {
        "runs": len(runs),
        "words/s": median_speed(runs),
        "lowest": min(run["words_per_second"] for run in runs),
        "highest": max(run["words_per_second"] for run in runs),
        "seconds": statistics.median(run["seconds"]["all"] for run in runs),
        "MB": max(run["peak_memory_bytes"] for run in runs) / 1e6,
        "scores": {name: statistics.mean(values) for name, values in scores.items() if values},
    }


def median_speed(runs: Sequence[dict[str, Any]]) -> float:
    """Return the median of words/s."""
    return float(statistics.median(run["words_per_second"] for run in runs))


def markdown(facts: dict[str, Any], notes: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    """Return the machine, a table, and what was left out. "a / b / c": w2v with shared rows, with shards, gensim."""
    machine, built, lscpu = facts["machine"], facts.get("w2v", {}), facts["machine"]["lscpu"]
    parts = [f"{lscpu.get('Model name', '?')}, {machine['processors']} processors"]
    parts += [f"{key} {lscpu[key]}" for key in ("Thread(s) per core", "Socket(s)", "NUMA node(s)") if key in lscpu]
    parts += [
        f"{name} {built[name]}" for name in ("isa", "w2v", "gensim", "python", "numpy", "commit") if name in built
    ]
    parts += [f"load average {machine['load_average'][0]:.1f}", machine["started"]]
    engines = (OURS, SHARDS, THEIRS)
    scores = {name: None for row in rows for engine in engines for name in row.get(engine, {}).get("scores", {})}
    columns = ["epochs", "threads", "words/s", "w2v over gensim", "speed-up"]
    columns += [*(name.removeprefix("EN-") for name in scores), "seconds", "peak MB", "runs"]
    lines = ["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
    for row in rows:
        of = [row.get(engine, {}) for engine in engines]
        shown = [show(row["epochs"]), show(row["threads"]), together(one.get("words/s") for one in of)]
        shown += [show(row.get("ratio")), together(one.get("speed_up") for one in of)]
        shown += [together(one.get("scores", {}).get(name) for one in of) for name in scores]
        shown += [together(one.get(name) for one in of) for name in ("seconds", "MB", "runs")]
        lines.append("| " + " | ".join(shown) + " |")
    least = min((row["threads"] for row in rows), default=1)
    about = (
        "a / b / c: w2v with shared rows / with as many shards as threads / gensim. Words/s and seconds (from text file to "
        f"saved vectors): medians of the runs; speed-up: over threads={least} (of shards: over shared rows); scores: "
        f"Spearman x 100, analogies in percent, means; peak MB: the highest. {GENSIM_RATE}"
    )
    return "\n".join([", ".join(parts), "", *lines, "", about, *(f"- {note}" for note in notes), ""])


def together(figures: Iterable[Any]) -> str:
    """Format the figures of all engines in one cell."""
    return " / ".join(map(show, figures))


def show(value: Any) -> str:
    """Format one figure."""
    if isinstance(value, float):
        return f"{value:,.{0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2}f}"
    return "-" if value is None else str(value)


if __name__ == "__main__":
    main()
