"""What all campaigns share: options, a deadline, verdicts as JSON lines, and a table at the end.

A campaign tries many cases and says of each what came of it. A verdict is either right or a failure; after a failure the
exit status is 1. A campaign is a function of a `Campaign`, and a script ends with

    if __name__ == "__main__":
        sys.exit(main(__doc__, run))

where ``run`` makes cases for as long as ``campaign.goes_on()``, draws from ``campaign.random`` only, and reports each case
with ``campaign.saw(case, verdict, failed=..., **whatever repeats it)``. The same seed gives the same cases in the same
order, so ``--seed S --cases N`` repeats the first N.
"""

import argparse
import base64
import faulthandler
import hashlib
import json
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

SMALL = 4096
"""Inputs up to this many bytes are written whole (base64), larger ones as their size and digest."""
MOST_LINES = 20
"""Failures of one kind that are written with all that repeats them; the others are only counted."""


class Campaign:
    """A running campaign.

    Attributes
    ----------
    options : argparse.Namespace
        ``minutes``, ``seed``, ``output``, ``cases``, and what the campaign has added.
    random : random.Random
        Seeded with ``--seed``.
    tried : int
        Number of cases so far.
    notes : list of str
        Lines to print under the table.
    """

    def __init__(self, name: str, options: argparse.Namespace) -> None:
        self.name = name
        self.options = options
        self.random = random.Random(options.seed)
        self.tried = 0
        self.notes: list[str] = []
        self._started = time.monotonic()
        self._counts: Counter[tuple[str, str, bool]] = Counter()
        self._output: TextIO | None = None
        if options.output:
            self._output = open(options.output, "w", encoding="utf-8")  # noqa: SIM115 (closed by `finish`)

    def goes_on(self, share: float = 1.0) -> bool:
        """Whether there is time for another case; of a campaign in parts, until ``share`` of the minutes has passed."""
        if self.options.cases is not None and self.tried >= self.options.cases:
            return False
        return self.seconds() < 60 * float(self.options.minutes) * share

    def seconds(self) -> float:
        """Return the seconds since the start."""
        return time.monotonic() - self._started

    def saw(self, case: str, verdict: str, *, failed: bool = False, **repeat: Any) -> None:
        """Record what came of a case.

        Parameters
        ----------
        case : str
            Kind of case, a row of the table, such as ``".bin, cut"``.
        verdict : str
            What came of it, such as ``"rejected"``.
        failed : bool, optional
            Whether this must not happen.
        **repeat
            What repeats the case: JSON values or bytes. Written for the first case of each kind and verdict, and for the
            first `MOST_LINES` failures.
        """
        self.tried += 1
        self._counts[case, verdict, failed] += 1
        seen = self._counts[case, verdict, failed]
        if seen == 1 or (failed and seen <= MOST_LINES):
            self._write({"case": case, "verdict": verdict, "failed": failed, "number": self.tried, **_plain(repeat)})

    def rate(self, case: str, verdict: str) -> float:
        """Return the share of a kind of case that had this verdict; 0 if there was none."""
        total = sum(count for (kind, _, _), count in self._counts.items() if kind == case)
        return sum(count for (*key, _), count in self._counts.items() if key == [case, verdict]) / max(total, 1)

    def finish(self) -> int:
        """Write the totals, print the table; return the exit status."""
        for (case, verdict, failed), count in sorted(self._counts.items()):
            self._write({"case": case, "verdict": verdict, "failed": failed, "count": count})
        print(self.table())
        for note in self.notes:
            print(note)
        print(f"\nfor docs/reliability.md:\n{self.row()}")
        if self._output:
            self._output.close()
        return int(any(failed for _, _, failed in self._counts))

    def table(self) -> str:
        """Return the totals as a Markdown table; failures are in capitals."""
        verdicts = sorted({(failed, verdict) for _, verdict, failed in self._counts})
        heads = [verdict.upper() if failed else verdict for failed, verdict in verdicts]
        rows = [
            f"{self.name}: seed {self.options.seed}, {self.seconds() / 60:.1f} min, {self.tried} cases\n",
            "| " + " | ".join(["case", *heads]) + " |",
            "|---|" + "---:|" * len(heads),
        ]
        for case in sorted({case for case, _, _ in self._counts}):
            counts = [self._counts[case, verdict, failed] for failed, verdict in verdicts]
            rows.append("| " + " | ".join([case, *(str(count or "") for count in counts)]) + " |")
        return "\n".join(rows)

    def row(self) -> str:
        """Return the row of this run for the table in ``docs/reliability.md``: its failures, and how often each."""
        failures = [
            f"{count} {case}: {verdict}" for (case, verdict, failed), count in sorted(self._counts.items()) if failed
        ]
        minutes, said = self.seconds() / 60, "; ".join(failures) or "no failure"
        return f"| `{self.name}` | {self.options.seed} | {minutes:.1f} | {self.tried:,} | {said} |"

    def _write(self, record: dict[str, Any]) -> None:
        if self._output:
            print(
                json.dumps({"campaign": self.name, "seed": self.options.seed, **record}), file=self._output, flush=True
            )


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes) and len(value) <= SMALL:
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, bytes):
        return {"bytes": len(value), "sha256": hashlib.sha256(value).hexdigest()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return repr(value)[:200]


def options_parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser of the options that all campaigns have."""
    parser = argparse.ArgumentParser(description=(description or "").strip().splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0, help="time to spend (default: 1)")
    parser.add_argument("--seed", type=int, default=1, help="seed of all that is drawn (default: 1)")
    parser.add_argument("--cases", type=int, help="stop after this many cases, even if there is time left")
    parser.add_argument("--output", metavar="FILE.jsonl", help="write verdicts and what repeats them as JSON lines")
    return parser


def main(
    description: str | None,
    run: Callable[[Campaign], None],
    add_options: Callable[[argparse.ArgumentParser], None] | None = None,
    arguments: list[str] | None = None,
) -> int:
    """Run a campaign; return the exit status: 1 if a verdict was a failure.

    Parameters
    ----------
    description : str
        The script's docstring; its first line is shown by ``--help``.
    run : callable
        The campaign.
    add_options : callable, optional
        Adds options of its own to the parser.
    arguments : list of str, optional
        Command line, by default that of the process.
    """
    parser = options_parser(description)
    if add_options:
        add_options(parser)
    campaign = Campaign(Path(sys.argv[0]).stem if arguments is None else run.__module__, parser.parse_args(arguments))
    if arguments is None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # what has been started must be ended too
        faulthandler.enable()  # a crash ends the campaign, with a traceback; the seed repeats it
    try:
        run(campaign)
    except KeyboardInterrupt:
        campaign.notes.append("interrupted")
    except Exception as problem:  # what was tried before is still told
        traceback.print_exc()
        campaign.saw("the campaign itself", "ends by an error", failed=True, error=repr(problem))
    return campaign.finish()


def command_environment(**variables: str) -> dict[str, str]:
    """Return the environment of a process that a campaign starts: one thread in libraries, the same seed of hashes."""
    return os.environ | {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"} | variables
