"""``w2v train --backend`` and ``--dry-run``: training on several machines, and what it would take."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import click

from w2v.cli.command import with_options
from w2v.cli.output import tell
from w2v.config import TrainConfig
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.paths import Files
from w2v.corpus.source_files import STDIN
from w2v.errors import ConfigError
from w2v.machine import isa
from w2v.training.chunked_text import LocalText, portions_of
from w2v.training.trained_model import TrainedModel
from w2v.training.trainer import Trainer

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


def check_distributed(options: dict[str, Any], corpora: Iterable[str]) -> None:
    """Raise ConfigError if options contradict one another, or the corpus."""
    backend = options["backend"]
    if backend is not None and STDIN in corpora:
        raise ConfigError(
            "CORPUS must be files with --backend: got - (standard input), which only one process can read; save it to a file"
        )
    for name in ("address", "nodes"):
        if options[name] is not None and backend != "ray":
            raise ConfigError(f"--{name} must be used with --backend ray: got {backend or 'no --backend'}")
    if options["bandwidth"] is not None and not options["dry_run"]:
        raise ConfigError("--bandwidth must be used with --dry-run: got no --dry-run")
    for name in ("phrases", "phrase_table", "cache", "geometry_every", "geometry_every_words"):
        if options[name] and backend is not None:
            flag = f"--{name.replace('_', '-')}"
            raise ConfigError(
                f"{flag} must be left out with --backend: got both; "
                + (
                    "train on one machine"
                    if name != "cache"
                    else "each machine keeps the text that it encoded until the end"
                )
            )


def train_by_backend(job: Any, options: dict[str, Any]) -> tuple[TrainedModel, dict[str, Any]]:
    """Train what ``w2v train`` was asked to; return the model, and what it cost, round by round."""
    from w2v.distributed import on_mpi, on_ray  # imported only if they are used
    from w2v.distributed.job import Job, train_with

    wanted = Job(
        files=Files.at(job.corpora),
        wanted=job.selection,
        text=job.text,
        config=job.config,
        checkpoints=job.checkpoints,
        resume=job.resume,
        callbacks=job.callbacks,
        progress=job.progress,
    )
    threads = job.config.workers
    is_mpi, nodes = options["backend"] == "mpi", options["nodes"] or 0
    with on_mpi.connected(threads) if is_mpi else on_ray.connected(options["address"], nodes, threads) as workers:
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


def plan_text(plan: dict[str, Any]) -> str:
    """Return a plan as text."""
    lines = [
        f"{plan['vocabulary']:,} words; {plan['tokens']:,} tokens; {plan['shards']} shards, {plan['rounds']} rounds; "
        f"{plan['words_per_second_of_a_thread']:,.0f} words/s per thread (measured)",
        f"memory on this machine: {plan['memory_estimate_bytes'] / 1e6:,.0f} MB",
        "",
        f"model: threads per worker: {plan['threads']}; between workers {plan['bandwidth_gbit']:g} Gbit/s",
        "workers   seconds   speed-up   bytes/token   MB of each",
    ]
    for one in plan["model"]:
        lines.append(
            f"{one['workers']:>7} {one['seconds']:>9,.1f} {one['speed_up']:>10.1f} {one['bytes_per_token']:>13,.1f} "
            f"{one['memory'] / 1e6:>12,.0f}"
        )
    if plan["shards_proposed"]:
        shards = plan["shards"]
        lines.append(
            f"\nwithout --shards, threads of one machine share the matrices; this is the plan of --shards {shards}"
        )
    return "\n".join(lines)
