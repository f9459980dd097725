"""Many short trainings and queries in one process, and many processes on one cache and one journal.

    python campaigns/load.py --minutes 10 --seed 1 [--output load.jsonl]

*Threads*: four threads train small models with every objective, query, save, load and resume them, cycle after cycle. The
results of a cycle depend on its seed alone, whatever else runs. Memory, open files and threads are measured after each
cycle; after the first third (warm-up) they must stay flat. For memory a line is fitted to the medians of twenty stretches
of the rest, which are nearly independent of each other, and the 95 % interval of its slope tells: *flat* if it ends below
4 KiB a cycle, *rises* if it begins above; else there were too few cycles to say.

*Processes*: 50 at once encode one text with one cache, whose entry does not exist, exists or is damaged: all get the same
corpus, and one whole entry is left. As many open one journal: one at a time has it, all others are told so, and every line
is whole.
"""

import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from campaign import Campaign, main
from tqdm.auto import tqdm
from tqdm.std import tqdm as plain_tqdm

import w2v
from w2v.config import OBJECTIVES
from w2v.errors import OutputError
from w2v.experiments.journal import open_json_lines, read_json_lines
from w2v.training.trainer import Trainer

THREADS = 4
PROCESSES = 50
STEEPEST = 4 << 10
"""Bytes per cycle by which memory may rise."""
WARM_UP = 1 / 3
STRETCHES = 20
"""Parts of the time after the warm-up; memory is judged by their medians."""
T_95 = 2.101
"""Student's t for a two-sided interval of 95 % with STRETCHES - 2 degrees of freedom."""
PATIENCE = 120
"""Seconds after which a process is taken to hang."""
OPTIONS = w2v.VocabularyConfig(min_count=1)


def run(campaign: Campaign) -> None:
    """Try processes first, while this process has no threads, for a third of the time; then threads."""
    for bar in (tqdm, plain_tqdm):  # either may have one of its own
        bar.set_lock(threading.RLock())  # its default lock is shared between processes
    with tempfile.TemporaryDirectory() as name:
        rounds = 0
        while rounds < 3 or campaign.goes_on(1 / 3):
            _on_one_cache(campaign, Path(name), ("absent", "there", "damaged")[rounds % 3])
            _on_one_journal(campaign, Path(name))
            rounds += 1
        _in_threads(campaign, Path(name))


# ------------------------------------------------------------------------------------------------------------ processes


def _at_once(count: int, act: Callable[[int], bool]) -> list[str]:
    """Run ``act`` in so many processes that start together; return how each of them ended."""
    gate, opener = os.pipe()
    children = []
    for number in range(count):
        child = os.fork()
        if child:
            children.append(child)
            continue
        signal.alarm(PATIENCE)
        status = 3
        try:
            os.close(opener)
            os.read(gate, 1)  # until the parent closes the other end
            status = int(not act(number))
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(opener)
    os.close(gate)
    ends = {0: "right", 1: "wrong", 3: "exception", -signal.SIGALRM: "hangs"}
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    return [ends.get(code, f"exit status {code}") for code in codes]


def _on_one_cache(campaign: Campaign, folder: Path, before: str) -> None:
    text, cache = folder / "t.txt", folder / "cache"
    draw = np.random.default_rng(campaign.random.randrange(2**32))
    text.write_text("\n".join(" ".join(f"w{i}" for i in draw.integers(0, 50, 8)) for _ in range(2000)))
    plain = w2v.encode(text, OPTIONS)
    if before != "absent":
        w2v.encode(text, OPTIONS, cache=cache)
    if before == "damaged":
        for entry in cache.iterdir():
            entry.write_bytes(entry.read_bytes()[:-1])

    def act(number: int) -> bool:
        found = w2v.encode(text, OPTIONS, cache=cache)
        return np.array_equal(found.tokens, plain.tokens) and found.vocabulary.words == plain.vocabulary.words

    ends = _at_once(PROCESSES, act)
    whole = len(list(cache.iterdir())) == 1 and w2v.encode(text, OPTIONS, cache=cache).from_cache
    for end in [*ends, "right" if whole else "no whole entry alone is left"]:
        campaign.saw(f"processes, one cache, {before}", end, failed=end != "right", processes=PROCESSES)
    for entry in cache.iterdir():
        entry.unlink()


def _on_one_journal(campaign: Campaign, folder: Path) -> None:
    path = folder / "runs.jsonl"
    path.unlink(missing_ok=True)

    def act(number: int) -> bool:
        until = time.monotonic() + PATIENCE - 20  # fifty share two processors, and wait for the disk in turn
        while time.monotonic() < until:
            try:
                with open_json_lines(path, "campaign") as journal:
                    journal.append({"number": number, "half": 1, "long": "x" * 5000})
                    journal.append({"number": number, "half": 2})
                    return True
            except OutputError as problem:
                if "another campaign is writing it" not in str(problem):
                    raise
            time.sleep(0.001 * (1 + number % 7))
        return False

    ends = _at_once(PROCESSES, act)
    lines = read_json_lines(path, "campaign", lambda line: (line["number"], line["half"]))
    together = lines[::2] == [(number, 1) for number, _ in lines[1::2]]
    whole = together and sorted(lines) == [(number, half) for number in range(PROCESSES) for half in (1, 2)]
    for end in [*ends, "right" if whole else "lines are lost or mixed"]:
        campaign.saw("processes, one journal", end, failed=end != "right", processes=PROCESSES)


# -------------------------------------------------------------------------------------------------------------- threads


def _in_threads(campaign: Campaign, folder: Path) -> None:
    """Run cycles in threads until the time is up, and look at what the process holds."""
    expected = {seed: _cycle(seed, folder / f"alone{seed}") for seed in range(len(OBJECTIVES))}
    measured: list[tuple[int, ...]] = []
    with ThreadPoolExecutor(THREADS) as pool:
        while len(measured) < 6 or campaign.goes_on():
            seeds = [campaign.random.randrange(len(OBJECTIVES)) for _ in range(THREADS)]
            cycles = [pool.submit(_cycle, seed, folder / f"thread{place}") for place, seed in enumerate(seeds)]
            for seed, cycle in zip(seeds, cycles, strict=True):
                problem = cycle.exception()
                end = repr(problem)[:80] if problem else "right" if cycle.result() == expected[seed] else "wrong"
                campaign.saw("threads, cycles", end, failed=end != "right", cycle_seed=seed)
            measured.append((THREADS * len(measured), *_held()))
    _judge(campaign, np.array(measured[int(len(measured) * WARM_UP) :], float))


def _cycle(seed: int, folder: Path) -> tuple[Any, ...]:
    """Train, query, save, load and resume a small model; return what must be the same each time."""
    folder.mkdir(exist_ok=True)
    draw = np.random.default_rng(seed)
    sentences = [[f"w{i}" for i in row] for row in draw.integers(0, 60, (100, 9))]
    config = w2v.TrainConfig(vector_size=16, epochs=2, workers=1, seed=seed, objective=list(OBJECTIVES)[seed])
    corpus = w2v.encode(sentences, OPTIONS)
    model = w2v.train(corpus, config, progress=False)
    model.save(folder / "m.safetensors")
    model.vectors.save(folder / "v.bin")
    again = w2v.load(folder / "m.safetensors").vectors
    near = again.most_similar("w1", topn=5), w2v.KeyedVectors.load(folder / "v.bin").most_similar("w1", topn=5)
    trainer = Trainer(corpus, config)
    trainer.advance(1)
    trainer.save(str(folder / "c.safetensors"))
    resumed = Trainer.resume(str(folder / "c.safetensors"), corpus, config)
    resumed.run(progress=False)
    return model.vectors.vectors.tobytes(), near, resumed.vectors.tobytes() == model.vectors.vectors.tobytes()


def _held() -> tuple[int, int, int]:
    """Return the resident memory in bytes, the number of open files, and that of threads."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE"), len(os.listdir("/proc/self/fd")), threading.active_count()


@dataclass(frozen=True)
class Slope:
    """By how many bytes per cycle memory rises, with a 95 % interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, cycles: Any, memory: Any) -> "Slope | None":
        """Fit a line to the medians of stretches; None if there are too few measurements."""
        if len(cycles) < 2 * STRETCHES:
            return None
        x, y = (np.array([np.median(part) for part in np.array_split(v, STRETCHES)]) for v in (cycles, memory))
        dx = x - x.mean()
        value = float(dx @ y / (dx @ dx))
        off = y - y.mean() - value * dx
        half = T_95 * float(np.sqrt(off @ off / (STRETCHES - 2) / (dx @ dx)))
        return cls(value, value - half, value + half)

    @property
    def verdict(self) -> str:
        """Whether memory rises, is flat, or neither can be said."""
        return "rises" if self.low > STEEPEST else "flat" if self.high < STEEPEST else "too few cycles to say"


def _judge(campaign: Campaign, measured: Any) -> None:
    """Report whether what was held is flat."""
    cycles, memory, files, threads = measured.T
    slope = Slope.of(cycles, memory)
    verdict = slope.verdict if slope else "too few cycles to say"
    campaign.saw("threads, memory", verdict, failed=verdict == "rises", slope=slope and vars(slope))
    for name, held in (("open files", files), ("threads", threads)):
        grows = bool(held[-1] > held[0])
        campaign.saw(f"threads, {name}", "rises" if grows else "flat", failed=grows, first=held[0], last=held[-1])
    fitted = f"{slope.value:+.0f} bytes per cycle (95 %: {slope.low:+.0f} to {slope.high:+.0f})" if slope else verdict
    campaign.notes.append(
        f"memory after warm-up: {memory[0] / 2**20:.1f} to {memory[-1] / 2**20:.1f} MiB in {int(cycles[-1] - cycles[0])} "
        f"cycles, {fitted}; limit {STEEPEST} bytes per cycle"
    )


if __name__ == "__main__":
    sys.exit(main(__doc__, run))
