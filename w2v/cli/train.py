"""``w2v train``: train vectors on text. Most options are generated from the fields of the configurations."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from w2v.arguments import amount
from w2v.atomic_files import PathLike, check_writable
from w2v.cli.command import (
    check_vectors_output,
    command,
    field_options,
    given,
    quiet_option,
    refuse_unused,
    text_file_options,
    tokenizer_option,
)
from w2v.cli.option_names import named
from w2v.cli.output import emit, json_option, tell
from w2v.cli.paths import WRITTEN_FILE, WRITTEN_FOLDER
from w2v.cli.phrases import phrase_options, wanted_phrases
from w2v.cli.train_on_many import (
    distributed_options,
    leading,
    plan_text,
    planned,
    train_by_backend,
)
from w2v.config import TextOptions, TrainConfig, VocabularyConfig
from w2v.corpus.encode import encode
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.paths import Files
from w2v.corpus.phrases import WantedPhrases
from w2v.corpus.tokenizers import find_tokenizer
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError, CorpusError
from w2v.evaluation.test_sets import read_text
from w2v.formats import has_format
from w2v.machine import isa, peak_memory
from w2v.training.checkpoint import Checkpoints
from w2v.training.memory import MemoryEstimate, estimate_memory
from w2v.training.presets import CHOSEN, PRESETS, check_preset, preset
from w2v.training.rounds import number_of_shards
from w2v.training.train import train as train_model
from w2v.training.trained_model import TrainedModel

if TYPE_CHECKING:
    from w2v.distributed.backend import Connect

T = TypeVar("T")


@command()
@click.argument("corpora", metavar="CORPUS...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=WRITTEN_FILE,
    help="output file: .safetensors (recommended; also without an extension), .parquet, .bin, .txt or .vec",
)
@field_options(TrainConfig)
@click.option(
    "--preset",
    type=click.Choice(tuple(PRESETS)),
    help="choose epochs, alpha, sample, negative, negative weight and window for the size of the text; fast: vectors as "
    "good as those of the defaults, in the least time",
)
@field_options(VocabularyConfig)
@tokenizer_option()
@text_file_options()
@click.option(
    "--keep", metavar="FILE", help="file of words to keep regardless of their counts, separated by white space"
)
@click.option("--drop", metavar="FILE", help="file of words to exclude, separated by white space")
@click.option("--phrases", is_flag=True, help="find phrases, such as new_york, and make each one word")
@phrase_options("phrases")
@click.option("--phrase-table", metavar="TSV", help="make words of the phrases in a table that w2v phrases wrote")
@click.option(
    "--cache",
    metavar="FOLDER",
    type=WRITTEN_FOLDER,
    help="store the encoded text in FOLDER, and reuse it in later runs",
)
@click.option(
    "--checkpoint",
    metavar="FILE",
    type=WRITTEN_FILE,
    help="save the state of training to FILE at intervals and on Ctrl-C",
)
@click.option("--checkpoint-minutes", type=float, help="minutes between checkpoints  [default: 10]")
@click.option("--checkpoint-epochs", type=int, help="epochs between checkpoints")
@click.option("--resume", is_flag=True, help="continue from the checkpoint if there is one")
@click.option("--geometry-every", type=float, help="record alignment and uniformity every N epochs (may be fractional)")
@click.option("--geometry-every-words", type=int, help="record alignment and uniformity every N words")
@click.option("--whole-model", is_flag=True, help="also save the output vectors, for further training and w2v geometry")
@distributed_options()
@quiet_option
@json_option
def train(corpora: tuple[str, ...], output: str | None, quiet: bool, as_json: bool, **options: Any) -> None:
    """Train word vectors on text.

    CORPUS: files, folders, URLs, or - for standard input, with one sentence per line; plain, .gz, .bz2, .xz or .zst. With
    --column: tables, namely .parquet, .arrow, .jsonl, .csv or .tsv files, or JSON lines on standard input.
    """
    if output is None and not options["dry_run"]:
        context = click.get_current_context()
        raise click.MissingParameter(ctx=context, param=next(p for p in context.command.params if p.name == "output"))
    with leading(options) as connect:
        job = _Job.of(list(corpora), output, quiet, options)
        if connect is None:
            _train_here(job, as_json, options)
        else:
            _train_on_many(job, connect, as_json, options)


def _train_here(job: "_Job", as_json: bool, options: dict[str, Any]) -> None:
    began = time.perf_counter()
    corpus = encode(Files.at(job.corpora), job.selection, job.text, job.progress, job.cache, job.phrases)
    read = time.perf_counter()
    job = job.with_preset(corpus.vocabulary)
    shards = number_of_shards(job.config, job.config.shards, len(corpus.tokens))
    memory = estimate_memory(len(corpus.vocabulary), replace(job.config, shards=shards))
    if options["dry_run"]:
        plan = planned(corpus, job.config, options["bandwidth"], memory.total)
        emit(plan, plan_text(plan), as_json)
        return
    resumed = job.announce(corpus, memory)
    model = job.told(lambda: job.train(corpus))
    trained = time.perf_counter()
    job.save(model)
    seconds = {"read": read - began, "train": trained - read, "save": time.perf_counter() - trained}
    result = _result(model, seconds, resumed)
    result |= {
        "from_cache": corpus.from_cache,
        "phrases": None if corpus.phrases is None else corpus.phrases.to_dict(),
        "output": job.output,
        "memory_estimate_bytes": memory.total,
        "peak_memory_bytes": peak_memory(),
    }
    emit(result, _summary(result), as_json)


def _train_on_many(job: "_Job", connect: "Connect", as_json: bool, options: dict[str, Any]) -> None:
    began = time.perf_counter()
    resumed = job.resume and job.checkpoints is not None and job.checkpoints.exists
    model, costs = job.told(lambda: train_by_backend(job, connect, options))
    trained = time.perf_counter()
    job.save(model)
    training = sum(costs["seconds"].values())
    seconds = {"read": trained - began - training, "train": training, "save": time.perf_counter() - trained}
    result = _result(model, seconds, resumed)
    result |= {"output": job.output, "backend": options["backend"], "distributed": costs}
    emit(result, _summary(result), as_json)


def _remove(checkpoint: PathLike) -> None:
    """Remove a checkpoint that is no longer needed."""
    try:
        Path(checkpoint).unlink(missing_ok=True)
    except OSError as problem:
        tell(f"the vectors are saved, but their checkpoint is still there: {checkpoint}: {problem.strerror}; remove it")


@dataclass(frozen=True)
class _Job:
    """The parsed options, checked before anything is read."""

    corpora: list[str]
    output: str | None
    config: TrainConfig
    preset: str | None
    selection: VocabularyConfig
    text: TextOptions
    phrases: WantedPhrases
    cache: str | None
    checkpoints: Checkpoints | None
    resume: bool
    callbacks: list[Any]
    whole_model: bool
    progress: bool | None

    @classmethod
    def of(cls, corpora: list[str], output: str | None, quiet: bool, options: dict[str, Any]) -> "_Job":
        if output is not None:
            check_vectors_output(output)
        config = TrainConfig(**{f.name: options[f.name] for f in fields(TrainConfig)})
        refuse_unused(config.objective)
        _check_preset(options["preset"], config)
        keep, drop = _words("--keep", options["keep"]), _words("--drop", options["drop"])
        selection = VocabularyConfig(options["min_count"], options["max_final_vocab"], keep, drop)
        find_tokenizer(options["tokenizer"])
        phrases = wanted_phrases(options)
        geometry = options["geometry_every"], options["geometry_every_words"]
        _refuse_losing(
            output,
            {
                "--whole-model": options["whole_model"],
                "--geometry-every": geometry[0] is not None,
                "--geometry-every-words": geometry[1] is not None,
            },
        )
        callbacks = _trace(*geometry)
        if output is not None:
            check_writable(output)
        checkpoints = _checkpoints(options)
        _check_resuming(checkpoints, options["resume"])
        return cls(
            corpora,
            output,
            config,
            options["preset"],
            selection,
            TextOptions(
                *(options["tokenizer"], options["errors"], config.threads),
                *(options["encoding"], options["as_lines"], options["column"]),
            ),
            phrases,
            options["cache"],
            checkpoints,
            options["resume"],
            callbacks,
            options["whole_model"],
            False if quiet else None,
        )

    def with_preset(self, vocabulary: Vocabulary) -> "_Job":
        """Return the job with the parameters that its preset chooses for the text."""
        if self.preset is None:
            return self
        found = preset(self.preset, vocabulary, self.config)
        if self.progress is None:
            tell(f"{self.preset}: " + ", ".join(f"{name} {getattr(found, name):g}" for name in CHOSEN))
        return replace(self, config=found)

    def announce(self, corpus: EncodedCorpus, memory: MemoryEstimate) -> bool:
        """Print what is going to be trained; return whether a checkpoint is continued."""
        resumed = self.resume and self.checkpoints is not None and self.checkpoints.exists
        if self.progress is None:
            where = "from the cache; " if corpus.from_cache else ""
            words = f"{amount(len(corpus.vocabulary), 'word')}"
            if corpus.phrases is not None:
                words += f"; {len(corpus.phrases):,} phrases"
            tell(f"{words}; {where}memory {memory}; {isa()}, {amount(self.config.threads, 'thread')}")
        return resumed

    def train(self, corpus: EncodedCorpus) -> TrainedModel:
        """Train on this machine; once a checkpoint has turned out to be that of this run, say that it is continued."""
        resumed = self.resume and self.checkpoints is not None and self.checkpoints.exists
        told = [_Continued(self.checkpoints)] if resumed and self.progress is None and self.checkpoints else []
        return train_model(
            corpus,
            self.config,
            callbacks=[*told, *self.callbacks],
            checkpoints=self.checkpoints,
            resume=self.resume,
            progress=self.progress,
        )

    def save(self, model: TrainedModel) -> None:
        """Save the model, or its vectors; then remove the checkpoint, which is no longer needed."""
        assert self.output is not None
        (model if self.whole_model else model.vectors).save(self.output)
        if self.checkpoints is not None:
            _remove(self.checkpoints.path)

    def told(self, train: Callable[[], T]) -> T:
        """Train; on Ctrl-C print how to continue."""
        try:
            return train()
        except KeyboardInterrupt:
            if self.checkpoints is not None:
                path = self.checkpoints.path
                tell(
                    f"w2v: the state of the run is saved in {path}; the same command with --resume continues from there"
                )
            else:
                tell("w2v: nothing was saved; with --checkpoint FILE, an interrupted run can be continued")
            raise


@dataclass(frozen=True)
class _Continued:
    """The callback that says which checkpoint is continued."""

    checkpoints: Checkpoints

    def on_train_begin(self, trainer: Any) -> None:
        """Say it."""
        tell(f"continuing from {self.checkpoints.path}")


def _trace(epochs: float | None, words: int | None) -> list[Any]:
    """Return the callback that records the geometry, if it was asked for."""
    if epochs is None and words is None:
        return []
    from w2v.geometry import Every, Trace  # imported only if it is used

    return [Trace(Every(epochs, words))]


def _result(model: TrainedModel, seconds: dict[str, float], resumed: bool) -> dict[str, Any]:
    # Part of a resumed run was trained by an earlier process, so add up the seconds of its epochs.
    training = sum(report.seconds for report in model.reports) if resumed else seconds["train"]
    return {
        "vocabulary": len(model),
        "tokens": model.ledger,
        "seconds": seconds,
        "words_per_second": sum(report.tokens for report in model.reports) / training,
        "loss": [report.loss for report in model.reports],
        "isa": isa(),
        "workers": model.config.threads,
    }


def _summary(result: dict[str, Any]) -> str:
    seconds = result["seconds"]
    return (
        f"{result['output']}: {amount(result['vocabulary'], 'word')}; loss {result['loss'][-1]:.4f}; "
        f"{result['words_per_second']:,.0f} words/s; "
        f"read {seconds['read']:.1f} s, train {seconds['train']:.1f} s, save {seconds['save']:.1f} s"
    )


def _checkpoints(options: dict[str, Any]) -> Checkpoints | None:
    path, minutes, epochs = (options[name] for name in ("checkpoint", "checkpoint_minutes", "checkpoint_epochs"))
    if path is None:
        if minutes is not None or epochs is not None:
            raise ConfigError(
                "--checkpoint-minutes and --checkpoint-epochs must be used with --checkpoint FILE: got no --checkpoint"
            )
        if options["resume"]:
            raise ConfigError("--resume must be used with --checkpoint FILE: got no --checkpoint")
        return None
    if os.path.isdir(path):
        raise ConfigError(f"--checkpoint must be a file: got the folder {path}")
    check_writable(path)
    with named({"every_minutes": "--checkpoint-minutes", "every_epochs": "--checkpoint-epochs"}):
        return Checkpoints(path, minutes, epochs)


def _check_preset(name: str | None, config: TrainConfig) -> None:
    if name is not None:
        check_preset(name, {chosen: getattr(config, chosen) for chosen in CHOSEN if given([chosen])}, config)


def _refuse_losing(output: str | None, asked: dict[str, bool]) -> None:
    """Raise ConfigError if the output format cannot store something that was requested."""
    for option, wanted in asked.items():
        if wanted and output is not None and has_format(output) and not output.lower().endswith(".safetensors"):
            raise ConfigError(
                f"{option} must be used with an --output that ends in .safetensors: got {output}; "
                "other formats hold only the vectors"
            )


def _check_resuming(checkpoints: Checkpoints | None, resume: bool) -> None:
    """Raise ConfigError if a checkpoint would be lost; tell if there is none to continue from."""
    if checkpoints is None:
        return
    if checkpoints.exists and not resume:
        raise ConfigError(
            f"--checkpoint must be a new file unless --resume is used: got {checkpoints.path}, which exists; "
            "continue from it with --resume, or remove it"
        )
    if resume and not checkpoints.exists:
        tell(f"there is no checkpoint {checkpoints.path} yet; starting from the beginning")


def _words(option: str, path: str | None) -> frozenset[str]:
    if path is None:
        return frozenset()
    try:
        return frozenset(read_text(path).split())
    except CorpusError as problem:
        raise CorpusError(f"{option}: {problem}") from None
