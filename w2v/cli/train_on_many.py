"""``w2v train --backend`` and ``--dry-run``: training on several machines, and what it would take."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from w2v.cli.command import with_options
from w2v.cli.output import tell
from w2v.config import TrainConfig
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.errors import ConfigError
from w2v.machine import isa
from w2v.training.chunked_text import LocalText, portions_of
from w2v.training.train import Run
from w2v.training.trained_model import TrainedModel
from w2v.training.trainer import Trainer

if TYPE_CHECKING:
    from w2v.distributed.backend import Connect

BANDWIDTH = 10.0
"""Default bandwidth between machines, in Gbit/s."""

MEASURED_SECONDS = 2.0
"""How long words per second are measured."""


def distributed_options() -> Callable[[Any], Any]:
    """Return ``--backend``, ``--address``, ``--nodes``, ``--dry-run`` and ``--bandwidth``."""
    return with_options(
        (
            click.option(
                "--backend",
                type=click.Choice(["ray", "mpi"]),
                help="train on several machines, or in several processes, with Ray or MPI",
            ),
            click.option(
                "--address",
                metavar="HOST:PORT",
                help="Ray cluster, or auto for that of this machine  [default: start Ray on this machine alone]",
            ),
            click.option("--nodes", type=click.IntRange(0), help="number of Ray workers  [default: one per machine]"),
            click.option("--dry-run", is_flag=True, help="read the text, print what training will take, and stop"),
            click.option(
                "--bandwidth",
                type=click.FloatRange(0, min_open=True),
                help=f"--dry-run: bandwidth between machines, in Gbit/s  [default: {BANDWIDTH:g}]",
            ),
        )
    )


@contextmanager
def leading(options: dict[str, Any]) -> Iterator["Connect | None"]:
    """Return how to start workers; None if training is on one machine. Other processes of MPI than the first end here.

    Raises
    ------
    ConfigError
        If options contradict one another.
    """
    if options["bandwidth"] is not None and not options["dry_run"]:
        raise ConfigError("--bandwidth must be used with --dry-run: got no --dry-run")
    given, backend = (options["backend"], options["address"], options["nodes"]), None
    if given != (None, None, None):
        from w2v.distributed.backend import LOCAL, backend_of  # imported only if it is used

        backend = backend_of(*given, **{name: value for name, value in options.items() if name in LOCAL})
    with nullcontext() if backend is None or options["dry_run"] else backend.leading(options["workers"]) as connect:
        yield connect


def train_by_backend(job: Any, connect: "Connect", options: dict[str, Any]) -> tuple[TrainedModel, dict[str, Any]]:
    """Train what ``w2v train`` was asked to; return the model, and what it cost, round by round."""
    from w2v.distributed.backend import files_of
    from w2v.distributed.job import Job, train_with

    run = Run.of(None, job.callbacks, job.checkpoints, job.resume, None, job.progress)
    wanted = Job(files_of(job.corpora), job.selection, job.text, job.config, run)
    if job.progress is None and options["backend"] == "ray":
        address = options["address"]
        tell("starting Ray on this machine" if address is None else f"connecting to Ray at {address}")
    with connect() as workers:
        if job.progress is None:
            tell(f"workers: {workers.size}; threads: {workers.threads}; {isa()}")
        model, costs = train_with(workers, wanted)
    return model, costs.to_dict()


def planned(corpus: EncodedCorpus, config: TrainConfig, bandwidth: float | None, memory: int) -> dict[str, Any]:
    """Return what training on a corpus will take, for `emit`; the speed of a thread is measured on its beginning."""
    from w2v.distributed.job import with_shards
    from w2v.distributed.plan import Plan

    proposed = not config.shards
    config = with_shards(config, config.threads)
    speed = words_per_second(corpus, config)
    edges = LocalText(corpus, config).edges
    config, chunks = replace(config, shards=len(portions_of(edges, config))), len(edges) - 1
    plan = Plan.of(config, len(corpus.vocabulary), len(corpus.tokens), chunks)
    wide = bandwidth or BANDWIDTH
    estimates = plan.estimates(config.threads, speed, wide * 1e9 / 8)
    about = {"words_per_second_of_a_thread": speed, "threads": config.threads, "bandwidth_gbit": wide}
    return {**plan.to_dict(estimates), **about, "memory_estimate_bytes": memory, "shards_proposed": proposed}


def words_per_second(corpus: EncodedCorpus, config: TrainConfig) -> float:
    """Return how many words a thread trains per second, measured on the beginning of a corpus."""
    trainer = Trainer(corpus, TrainConfig(**{**config.to_dict(), "shards": 0, "workers": 1}))
    began, words = time.perf_counter(), 0
    while trainer.epoch < 1 and time.perf_counter() - began < MEASURED_SECONDS:
        words += trainer.advance(1)
    return words / (time.perf_counter() - began)


def duration(seconds: float) -> str:
    """Return a time in seconds, minutes, hours or days.

    Examples
    --------
    >>> [duration(seconds) for seconds in (73.7, 300, 5_400, 200_000)]
    ['73.7 s', '5.0 min', '90.0 min', '2.3 d']
    """
    for most, unit, name in ((120, 1, "s"), (7_200, 60, "min"), (172_800, 3_600, "h")):
        if seconds < most:
            return f"{seconds / unit:,.1f} {name}"
    return f"{seconds / 86_400:,.1f} d"


def plan_text(plan: dict[str, Any]) -> str:
    """Return a plan as text."""
    lines = [
        f"{plan['vocabulary']:,} words; {plan['tokens']:,} tokens; {plan['shards']} shards, {plan['rounds']} rounds; "
        f"{plan['words_per_second_of_a_thread']:,.0f} words/s per thread (measured)",
        f"memory on this machine: {plan['memory_estimate_bytes'] / 1e6:,.0f} MB",
        "",
        f"model: threads per worker: {plan['threads']}; between workers {plan['bandwidth_gbit']:g} Gbit/s",
        "workers      time   speed-up   bytes/token   exchanges   MB of each",
    ]
    for one in plan["model"]:
        lines.append(
            f"{one['workers']:>7} {duration(one['seconds']):>9} {one['speed_up']:>10.1f} {one['bytes_per_token']:>13,.1f} "
            f"{one['exchanges']:>11,} {one['memory'] / 1e6:>12,.0f}"
        )
    if plan["shards_proposed"]:
        shards = plan["shards"]
        lines.append(
            f"\nwithout --shards, threads of one machine share the matrices; this is the plan of --shards {shards}"
        )
    return "\n".join(lines)
