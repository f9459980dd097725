"""Damaged and hostile files of every format: what is read is what was written, or an error of w2v's own.

    python campaigns/files.py --minutes 10 --seed 1 [--output files.jsonl]

Each case changes a small file of one format and reads it. Ways: *random* bytes; *mutated* at any place; *structured*, by a
change that knows the format; *sealed*, the same with all digests computed again; *cut*, at each length in turn.

Verdicts: *identical*; *rejected* by an error of w2v (of a cache entry: ignored, and the text read again); *fewer lines* of a
journal, all of them as written, because a torn last line is left out by design; *different*, a failure for formats with
digests and a rate, printed beside gensim's, for those without; *accepted*, for sealed files, which may say anything valid.
Any other exception, a value that no reader may return, and a crash or a hang are failures.
"""

import faulthandler
import os
import resource
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import mutations
from campaign import Campaign, main
from formats import Kind, kinds

from w2v.errors import W2VError

MEMORY = 8 << 30
"""Address space of the process, so that a file that asks for more is an error and not the end of the machine."""
HANGS = 120
"""Seconds after which a case is taken to hang; the process then prints where it is and ends."""
WAYS = ("random", "mutated", "structured", "sealed", "cut")


def run(campaign: Campaign) -> None:
    """Draw a format and a way, change the file, and read it; again and again."""
    warnings.simplefilter("ignore")
    os.fsync = lambda fd: None  # thousands of small files: nobody waits for the disk
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "honest")
        folder.mkdir()
        every = list(kinds(folder))
        target = Path(name, "t")
        target.mkdir()
        tries = [_Tries(campaign, kind, target) for kind in every]
        while campaign.goes_on():
            campaign.random.choice(tries).next()
    campaign.notes += [note for tried in tries for note in tried.notes()]


class _Tries:
    """The cases of one format."""

    def __init__(self, campaign: Campaign, kind: Kind, target: Path) -> None:
        self.campaign, self.kind, self.path = campaign, kind, target / kind.file
        self.ways = [way for way in WAYS if way != "sealed" or kind.seal]
        self.cuts = 0
        self.gensim: Counter[tuple[str, str]] = Counter()
        self.path.write_bytes(kind.honest)
        self.written = kind.read(self.path)
        self.written_by_gensim = kind.gensim(self.path) if kind.gensim else None

    def next(self) -> None:
        """Try one more file."""
        way = self.campaign.random.choice(self.ways)
        data = self._case(way)
        self.path.write_bytes(data)
        faulthandler.dump_traceback_later(HANGS, exit=True)
        verdict, failed, error = self._verdict(way)
        faulthandler.cancel_dump_traceback_later()
        self.campaign.saw(
            f"{self.kind.name}: {way}", verdict, failed=failed, file=self.kind.file, data=data, error=error
        )
        if self.kind.gensim:
            self.gensim[way, self._verdict_of_gensim(data)] += 1
        self.path.unlink(missing_ok=True)

    def _case(self, way: str) -> bytes:
        honest, draw = self.kind.honest, self.campaign.random
        match way:
            case "random":
                return mutations.random_bytes(honest, draw)
            case "mutated":
                return mutations.mutated(honest, draw)
            case "cut":
                self.cuts += 1
                return honest[: (self.cuts - 1) % len(honest)]
        data = self.kind.other(honest, draw)
        return self.kind.seal(data) if way == "sealed" and self.kind.seal else data

    def _verdict(self, way: str) -> tuple[str, bool, str]:
        """Return the verdict, whether it is a failure, and the error."""
        try:
            found = self.kind.read(self.path)
        except W2VError as problem:
            return "rejected", False, f"{type(problem).__name__}: {problem}"
        except BaseException as problem:
            if isinstance(problem, KeyboardInterrupt):
                raise
            return f"foreign {type(problem).__name__}", True, repr(problem)
        if found is None:
            return "rejected", False, "ignored"
        if found == self.written:
            return "identical", False, ""
        if self.kind.part(found, self.written):
            return "fewer lines", False, ""
        if way == "sealed":
            return "accepted", False, ""
        return "different", way in self.kind.noticed, ""

    def _verdict_of_gensim(self, data: bytes) -> str:
        self.path.write_bytes(data)
        try:
            found = self.kind.gensim(self.path) if self.kind.gensim else None
        except Exception:
            return "rejected"
        return "identical" if found == self.written_by_gensim else "different"

    def notes(self) -> list[str]:
        """Return how many lengths were tried, and the rates of files that were read as something else."""
        lengths = min(self.cuts, len(self.kind.honest))
        notes = [f"{self.kind.name}: cut at {lengths} of its {len(self.kind.honest)} lengths"]
        for way in self.ways:
            ours = self.campaign.rate(f"{self.kind.name}: {way}", "different")
            total = sum(count for (tried, _), count in self.gensim.items() if tried == way)
            if total:
                theirs = self.gensim[way, "different"] / total
                notes.append(f"{self.kind.name}: {way}: read as something else: w2v {ours:.1%}, gensim {theirs:.1%}")
        return notes


if __name__ == "__main__":
    sys.exit(main(__doc__, run))
