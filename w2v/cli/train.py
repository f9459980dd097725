"""``w2v train``: text in, vectors out. The options are the fields of the configurations, under the same names."""

import os
import time
import warnings
from collections.abc import Callable
from dataclasses import Field, dataclass, fields
from pathlib import Path
from typing import Any

import click

from w2v.atomic_files import check_writable
from w2v.cli.output import emit, json_option, tell
from w2v.config import TrainConfig, VocabularyConfig
from w2v.corpus.text_files import find_sources
from w2v.errors import ConfigError, CorpusError, NothingTrainedError
from w2v.formats import check_format
from w2v.gensim_compat.word2vec import Word2Vec
from w2v.machine import isa, peak_memory
from w2v.training.checkpoint import Checkpoints


def field_option(f: Field[Any]) -> Callable[[Any], Any]:
    """Return the option that a field of a configuration stands for."""
    flag = "--" + f.name.replace("_", "-")
    default = f.default
    if f.type is bool:
        return click.option(f"{flag}/--no-{flag[2:]}", default=default, show_default=True, help=f.metadata["help"])
    kind: Any = click.Choice(f.metadata["allowed"]) if f.type is str else float if f.type is float else int
    return click.option(flag, type=kind, default=default, show_default=default is not None, help=f.metadata["help"])


def config_options(command: Any) -> Any:
    """Add the options of ``TrainConfig``, and of ``VocabularyConfig`` as far as they are numbers."""
    numbers = [f for f in fields(VocabularyConfig) if f.name not in ("keep", "drop")]
    for f in reversed([*fields(TrainConfig), *numbers]):
        command = field_option(f)(command)
    return command


@dataclass
class _Clock:
    """Seconds of each stage."""

    began: float

    def lap(self) -> float:
        """Return the seconds since the last call."""
        now = time.perf_counter()
        passed, self.began = now - self.began, now
        return passed


def _refuse_unobeyed(options: dict[str, Any]) -> None:
    """Raise ConfigError if a parameter was given that the objective does not obey."""
    for f in fields(TrainConfig):
        obeying, value = f.metadata.get("of"), options.get(f.name)
        if obeying and options["objective"] not in obeying and value != f.default:
            raise ConfigError(
                f"--{f.name.replace('_', '-')} belongs to --objective {' and '.join(obeying)}, "
                f"and the objective is {options['objective']}: choose one of these, or leave it out; got {value:g}"
            )


@click.command()
@click.argument("corpora", metavar="CORPUS...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    required=True,
    help="where to save the vectors (.safetensors, .bin, .txt, .vec, ...)",
)
@config_options
@click.option(
    "--tokenizer", default="whitespace", show_default=True, help="whitespace, words (raw prose), or a tokenizer.json"
)
@click.option("--errors", default="strict", show_default=True, help="bytes that are not UTF-8: strict or replace")
@click.option("--keep", metavar="FILE", help="words, one a line, that stay whatever their count")
@click.option("--drop", metavar="FILE", help="words, one a line, that never enter")
@click.option("--cache", metavar="FOLDER", help="keep the encoded text here, and look there for it first")
@click.option("--checkpoint", metavar="FILE", help="save the state of the run here now and then, and on Ctrl-C")
@click.option("--checkpoint-minutes", type=float, help="minutes between checkpoints  [default: 10]")
@click.option("--checkpoint-epochs", type=int, help="epochs between checkpoints")
@click.option("--resume", is_flag=True, help="go on from the checkpoint, if there is one")
@click.option(
    "--geometry-every", type=float, help="record alignment and uniformity every so many epochs, or parts of one"
)
@click.option("--geometry-every-words", type=int, help="the same, every so many words")
@click.option(
    "--whole-model", is_flag=True, help="keep the output vectors too: to train on, or to measure input-output"
)
@click.option("--quiet", is_flag=True, help="no progress bars")
@json_option
def train(
    corpora: tuple[str, ...], output: str, quiet: bool, as_json: bool, resume: bool, whole_model: bool, **options: Any
) -> None:
    """Train vectors on CORPUS: files, folders, or - for standard input; plain, .gz, .bz2 or .xz; a sentence a line."""
    check_format(output)
    _refuse_losing(
        output,
        {"--whole-model": whole_model}
        | {
            "--" + name.replace("_", "-"): options[name] is not None
            for name in ("geometry_every", "geometry_every_words")
        },
    )
    check_writable(output)
    checkpoints = _checkpoints(options)
    if resume and checkpoints is None:
        raise ConfigError("--resume needs --checkpoint FILE")
    if checkpoints is not None:
        check_writable(checkpoints.path)
    _refuse_overwriting(list(corpora), output, checkpoints, resume)
    _refuse_cache_among_texts(list(corpora), options["cache"])
    for name in ("keep", "drop"):
        options[name] = _words(options[name])
    clock = _Clock(time.perf_counter())
    model = Word2Vec(**options, progress=False if quiet else None, checkpoints=checkpoints)
    _refuse_unobeyed(options)
    model.build_vocab(corpus_file=list(corpora))
    read = clock.lap()
    if not quiet:
        where = "found in the cache; " if model.from_cache else ""
        tell(f"{len(model.wv):,} words; {where}memory {model.memory}; {isa()}, {model.config.threads} threads")
    goes_on = resume and checkpoints is not None and checkpoints.exists
    if goes_on and checkpoints is not None and not quiet:
        tell(f"reading the run in {checkpoints.path}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", NothingTrainedError)
            model.train(resume=resume)
    except KeyboardInterrupt:
        if checkpoints is not None:
            tell(f"w2v: the run so far is in {checkpoints.path}: the same command with --resume goes on from there")
        else:
            tell("w2v: nothing was saved; with --checkpoint FILE a run can be gone on with")
        raise
    trained = clock.lap()
    (model if whole_model else model.wv).save(output)
    if checkpoints is not None:
        Path(checkpoints.path).unlink(missing_ok=True)  # it has done its work
    result = {
        "output": output,
        "vocabulary": len(model.wv),
        "tokens": model.ledger,
        "from_cache": model.from_cache,
        "seconds": {"read": read, "train": trained, "save": clock.lap()},
        # A run that went on was partly trained before: its epochs know their own seconds.
        "words_per_second": sum(report.tokens for report in model.reports)
        / (sum(report.seconds for report in model.reports) if goes_on else trained),
        "loss": [report.loss for report in model.reports],
        "isa": isa(),
        "workers": model.config.threads,
        "memory_estimate_bytes": model.memory.total if model.memory else None,
        "peak_memory_bytes": peak_memory(),
    }
    emit(result, _summary(result), as_json)


def _summary(result: dict[str, Any]) -> str:
    seconds = result["seconds"]
    return (
        f"{result['output']}: {result['vocabulary']:,} words; loss {result['loss'][-1]:.4f}; "
        f"{result['words_per_second']:,.0f} words/s; "
        f"read {seconds['read']:.1f} s, train {seconds['train']:.1f} s, save {seconds['save']:.1f} s"
    )


def _checkpoints(options: dict[str, Any]) -> Checkpoints | None:
    path, minutes, epochs = (options.pop(name) for name in ("checkpoint", "checkpoint_minutes", "checkpoint_epochs"))
    if path is None:
        if minutes is not None or epochs is not None:
            raise ConfigError("--checkpoint-minutes and --checkpoint-epochs need --checkpoint FILE")
        return None
    return Checkpoints(path, minutes, epochs)


def _refuse_losing(output: str, asked: dict[str, bool]) -> None:
    """Raise ConfigError if the output's format has no place for what was asked for."""
    for option, wanted in asked.items():
        if wanted and not output.lower().endswith(".safetensors"):
            raise ConfigError(f"{option} needs an output that ends in .safetensors: got {output}")


def _refuse_overwriting(corpora: list[str], output: str, checkpoints: Checkpoints | None, resume: bool) -> None:
    """Raise ConfigError if what is written would replace what is read, or become a part of it."""
    written = {"--output": output} | ({"--checkpoint": checkpoints.path} if checkpoints else {})
    folders = {os.path.realpath(path) for path in corpora if os.path.isdir(path)}
    files = {os.path.realpath(path) for path in find_sources(corpora)}
    for option, path in written.items():
        if os.path.realpath(path) in files or os.path.dirname(os.path.realpath(path)) in folders:
            raise ConfigError(f"{option} {path} is one of the corpus files, or in their folder: put it elsewhere")
    if checkpoints is None:
        return
    if os.path.realpath(output) == os.path.realpath(checkpoints.path):
        raise ConfigError(f"--output and --checkpoint must be two files: got {output} for both")
    if checkpoints.exists and not resume:
        raise ConfigError(f"--checkpoint {checkpoints.path} exists already: go on from it with --resume, or remove it")
    if resume and not checkpoints.exists:
        tell(f"no checkpoint {checkpoints.path} yet: starting from the beginning")


def _refuse_cache_among_texts(corpora: list[str], cache: str | None) -> None:
    """Raise ConfigError if the next run would read the cache's files as text."""
    if cache is not None and os.path.realpath(cache) in {os.path.realpath(path) for path in corpora}:
        raise ConfigError(f"--cache {cache} is a corpus folder: give it one of its own")


def _words(path: str | None) -> list[str]:
    if path is None:
        return []
    try:
        return Path(path).read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as problem:
        raise CorpusError(f"cannot read the words in {path!r}: {problem}") from None
