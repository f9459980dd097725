"""``w2v geometry``: alignment, uniformity, NT-Xent and its limit, for one model or two side by side."""

import os
from dataclasses import dataclass, fields, replace
from typing import Any, get_args

import click
import numpy as np

from w2v.cli.command import command, field_options, quiet_option, require, text_file_options, tokenizer_option
from w2v.cli.geometry_table import Baselines, table
from w2v.cli.inputs import columns_option, integers, lenient_option, read_contents
from w2v.cli.option_names import named
from w2v.cli.output import emit, json_option, tell
from w2v.cli.plots import check_plot_output, plot_option
from w2v.config import TextOptions, TrainConfig
from w2v.corpus.encode import encode
from w2v.corpus.paths import Files
from w2v.corpus.source_files import find_sources
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError
from w2v.formats import is_native, read_metadata
from w2v.geometry import (
    PositivePairs,
    Settings,
    Space,
    Trajectory,
    common_words,
    file_pairs,
    identity_pairs,
    measure,
    random_space,
    read_labels,
    text_pairs,
)
from w2v.geometry.information import LOWEST_TEMPERATURE
from w2v.geometry.measurement import MOST_NEGATIVES, Weighting
from w2v.geometry.pairs import Sampling, counted
from w2v.geometry.space import components
from w2v.json_values import as_format_error
from w2v.plotting.geometry_panels import Subject, panels
from w2v.plotting.plots import save_plot
from w2v.training.provenance import Provenance

OF_MODEL = ("temperature", "ns_exponent")
"""Settings whose default is that of the model's training."""
OF_TEXTS = ("window", "subsampling", "draws", "tokenizer", "encoding", "errors", "as_lines", "column", "held_out")
"""Options of ``--corpus``."""


@dataclass(frozen=True)
class Wanted:
    """The models, and the source of positive pairs; fields are named like the options.

    Raises
    ------
    ConfigError
        If there is not exactly one source of pairs, or options contradict each other.
    """

    model: str
    against: str | None
    corpus: tuple[str, ...]
    pairs: str | None
    procrustes: bool
    min_score: float | None
    towers: str
    window: int | None
    subsampling: float | None
    draws: int
    tokenizer: str | None
    encoding: str | None
    as_lines: bool
    column: str | None
    errors: str | None
    held_out: bool | None
    columns: str | None
    lenient: bool

    def __post_init__(self) -> None:
        sources = [bool(self.corpus), self.pairs is not None, self.procrustes]
        if sum(sources) != 1:
            raise ConfigError(
                f"there must be exactly one source of positive pairs: got {sum(sources)}; give --corpus TEXT (words that "
                "co-occur), --pairs FILE (two words per line), or --against OTHER --procrustes (each word with itself)"
            )
        if self.procrustes and (self.against is None or self.towers != "input-input"):
            raise ConfigError("--procrustes must be used with --against OTHER and --towers input-input")
        if self.min_score is not None and self.pairs is None:
            raise ConfigError("--min-score must be used with --pairs FILE: got no --pairs")
        if self.columns is not None and self.pairs is None:
            raise ConfigError("--columns must be used with --pairs FILE: got no --pairs")
        with named({"n": "--draws", "sample": "--subsampling"}):
            self._sampling(TrainConfig())  # raises if a number is out of range, before anything is read

    def _sampling(self, config: TrainConfig, seed: int = 1, held_out: bool | None = None) -> Sampling:
        """Return the parameters of drawing pairs from a text; the defaults are those of the model's ``config``."""
        window = config.window if self.window is None else self.window
        sample = config.sample if self.subsampling is None else self.subsampling
        return Sampling(window, self.draws, seed, held_out, sample)

    def read(self, seed: int) -> tuple[list[Space], PositivePairs]:
        """Return the models, with the same words in the same rows, and the pairs, which are drawn with ``seed``."""
        spaces = [self._space(self.model)]
        if self.against is not None:
            spaces = list(common_words(spaces[0], self._space(self.against)))
        words = spaces[0].words or []
        counts = next((space.counts for space in spaces if space.counts is not None), None)
        if self.procrustes:
            both, pairs = identity_pairs(*spaces)
            return [replace(both, counts=counts)], pairs
        if self.pairs is not None:
            pairs = file_pairs(self.pairs, words, min_score=self.min_score, columns=self.columns)
        else:
            pairs, counts = self._from_text(list(words), counts, seed)
        return [replace(space, counts=counts) for space in spaces], pairs

    def _space(self, path: str) -> Space:
        output = self.towers == "input-output"
        if is_native(path):
            return replace(Space.load(path, output=output), name=os.path.basename(path))
        return Space.from_contents(read_contents(path, self.lenient), os.path.basename(path), output=output)

    def _from_text(self, words: list[str], counts: Any, seed: int) -> tuple[PositivePairs, Any]:
        """Draw pairs as in the training of the model; if no model has counts, use those of the text."""
        known = _recorded(self.model)
        config, text = (known.config, known.text) if known else (TrainConfig(), TextOptions())
        tokenizer, encoding = self.tokenizer or text.tokenizer, self.encoding or text.encoding
        options = TextOptions(tokenizer, self.errors or text.errors, encoding=encoding, as_lines=self.as_lines)
        options = replace(options, column=self.column)
        paths = list(self.corpus)
        vocabulary = Vocabulary(words, np.zeros(len(words), np.int64) if counts is None else counts)
        corpus = counted(encode(Files.at(paths), vocabulary, options))
        held_out = self._held_out(paths, known.sources if known else ())
        pairs = text_pairs(corpus, **vars(self._sampling(config, seed, held_out)))
        return pairs, corpus.vocabulary.counts

    def _held_out(self, paths: list[str], sources: tuple[str, ...]) -> bool | None:
        """Return the choice of the user; by default False if the text is among the sources in the model file."""
        # Compared as names: nothing on this machine is looked up because a model file mentions it.
        trained = {os.path.abspath(source) for source in sources}
        given = find_sources(paths)
        if trained.isdisjoint([*map(os.path.abspath, given), *map(os.path.realpath, given)]):
            return self.held_out
        if self.held_out:
            raise ConfigError(
                f"--held-out must not be used with a text that {self.model} was trained on: got {paths[0]}; use --trained-on"
            )
        return False


def _metadata(path: str) -> dict[str, Any]:
    metadata: dict[str, Any] = read_metadata(path)["metadata"] if is_native(path) else {}
    return metadata


def _recorded(path: str) -> Provenance | None:
    """Return how the vectors in a file were trained; None if it does not say."""
    metadata = _metadata(path)
    return Provenance.from_metadata(metadata, repr(path)) if "config" in metadata else None


def _trajectory(path: str) -> list[dict[str, Any]]:
    """Return the points of the trajectory in a file, if there is one."""
    with as_format_error(repr(path)):
        found = Trajectory.from_dict(_metadata(path))
    return [] if found is None else [vars(point) for point in found.points]


@command(alpha="--align-power", t="--uniform-t", neighbours="--neighbors", sample="--sample-rows")
@click.argument("model")
@click.option("--corpus", metavar="TEXT", multiple=True, help="positive pairs: words that co-occur in TEXT")
@click.option("--pairs", metavar="FILE", help="positive pairs: two words per line, optionally with a score")
@click.option(
    "--min-score", type=float, help="with --pairs: minimum score (third column) for a pair to count as positive"
)
@click.option(
    "--against", metavar="OTHER", help="a second model, measured on the same pairs and on the words in common"
)
@click.option(
    "--procrustes",
    is_flag=True,
    help="positive pairs: each word with itself in OTHER, after rotating OTHER onto MODEL",
)
@click.option(
    "--towers",
    type=click.Choice(["input-input", "input-output"]),
    default="input-input",
    show_default=True,
    help="compare input vectors with input or with output vectors",
)
@click.option("--variant", default="raw", show_default=True, help="raw, centred, or all-but-the-top-K")
@click.option(
    "--weighting",
    type=click.Choice(get_args(Weighting)),
    help="weight words equally (type), by frequency (token), as in the positive pairs (pairs), or as negatives in training "
    "(noise)  [default: pairs with --corpus, otherwise type]",
)
@click.option(
    "--labels", metavar="FILE", help="also measure how well classes of words are separated: word, tab, label per line"
)
@click.option(
    "--ms", default=",".join(map(str, Settings().ms)), show_default=True, help="NT-Xent: numbers of negatives"
)
@field_options(Settings, [f.name for f in fields(Settings) if f.name not in OF_MODEL])
@click.option("--temperature", type=float, help="NT-Xent: temperature of the cosines  [default: the model's, or 0.1]")
@click.option("--ns-exponent", type=float, help="with --weighting noise: its exponent  [default: the model's, or 0.75]")
@click.option("--window", type=int, help="with --corpus: window size  [default: the model's, or 5]")
@click.option(
    "--subsampling",
    type=float,
    help="with --corpus: subsampling threshold; 0 disables  [default: the model's, or 0.001]",
)
@click.option("--draws", type=int, default=100_000, show_default=True, help="with --corpus: number of pairs to draw")
@tokenizer_option(None)
@columns_option
@lenient_option
@text_file_options("with --corpus: ", of_model=True)
@click.option(
    "--held-out/--trained-on", default=None, help="with --corpus: whether TEXT was held out from training or trained on"
)
@plot_option("also plot the result to FILE")
@quiet_option
@json_option
def geometry(
    ms: str, variant: str, labels: str | None, plot: str | None, quiet: bool, as_json: bool, **options: Any
) -> None:
    """Measure how vectors are distributed on the sphere.

    Prints alignment, uniformity, NT-Xent and its limit, isotropy, hubness and other measures of the vectors of MODEL.

    Positive pairs are words with a common context (--corpus) or pairs from a file (--pairs). Their vectors should be
    similar, while all vectors together should be spread over the sphere. For alignment, uniformity and NT-Xent, lower is
    better.
    """
    wanted = Wanted(**{f.name: options.pop(f.name) for f in fields(Wanted)})
    given = {name: options.pop(name) for name in OF_MODEL}
    chosen = {name: value for name, value in given.items() if value is not None}
    settings = Settings(ms=integers("--ms", ms, MOST_NEGATIVES), **chosen, **options)
    require("--corpus TEXT", bool(wanted.corpus), *OF_TEXTS)
    require("--weighting noise", settings.weighting == "noise", "ns_exponent")
    components(variant)  # raises if there is no such variant, before anything is read
    check_plot_output(plot)
    settings = replace(settings, **{**_of_model(wanted.model), **chosen})
    spaces, pairs = wanted.read(settings.seed)
    classes = None if labels is None else read_labels(labels, spaces[0].words or [])
    subjects = []
    for space, path in zip(spaces, (wanted.model, wanted.against), strict=False):
        if not quiet:
            tell(f"measuring {space.name}: {len(space):,} words, {len(pairs):,} positive pairs")
        varied = space.variant(variant)
        measured = measure(varied, pairs, settings, labels=classes)
        subjects.append(Subject.of(varied, pairs, measured, _trajectory(str(path))))
    if not quiet:
        tell("measuring random vectors, to compare with")
    random = measure(random_space(spaces[0], settings.seed), pairs, settings, labels=classes)
    if plot is not None:
        save_plot(plot, panels(subjects, random), f"positive pairs: {pairs.law}")
    baselines, found = Baselines.of(random), [subject.geometry for subject in subjects]
    data = {
        "models": [measured.to_dict() for measured in found],
        "baselines": baselines.to_dict(),
        "variant": variant,
        "plot": plot,
    }
    emit(data, table(found, baselines), as_json)


def _of_model(path: str) -> dict[str, float]:
    """Return the settings that a model was trained with: the exponent of the noise and, for NT-Xent, the temperature."""
    known = _recorded(path)
    if known is None:
        return {}
    config = known.config
    own = {"temperature": max(config.temperature, LOWEST_TEMPERATURE)} if config.objective == "nt_xent" else {}
    return {"ns_exponent": config.ns_exponent, **own}
