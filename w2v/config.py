"""Configuration: frozen dataclasses whose fields carry their help text and valid range.

The command line is generated from these fields, and the configuration is saved with the model.
"""

import os
from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from types import NoneType
from typing import Any

from w2v.arguments import column, encoding, integer, number, one_of, truth, word_set, wrong_type
from w2v.errors import ConfigError
from w2v.machine import compiled_objectives, processors


def option(
    default: Any, description: str, low: float | None = None, high: float | None = None, flag: str | None = None
) -> Any:
    """Declare a field with its description, its closed range and, if it differs from the name, its option's spelling."""
    return field(default=default, metadata={"help": description, "low": low, "high": high, "flag": flag})


def option_of(objectives: tuple[str, ...], default: float, description: str, low: float, high: float) -> Any:
    """Declare a field that only some objectives use."""
    told = {"help": f"{', '.join(objectives)}: {description}", "low": low, "high": high, "of": objectives}
    return field(default=default, metadata=told)


def choice(default: str, description: str, allowed: tuple[str, ...]) -> Any:
    """Declare a field that takes one of a few strings."""
    return field(default=default, metadata={"help": description, "allowed": allowed})


OBJECTIVES = compiled_objectives()
"""Losses that the engine trains; `w2v.training.objectives` defines them."""

SMALL_POOL = 1 << 17
"""Length of the noise pool of a vocabulary of 4,096 words."""


MOST_SHARDS = 32
"""With 64 shards, training diverges in its first rounds (``benchmarks/README.md``)."""

LARGEST_RATE_OF_SHARDS = 0.1 * (1 + 1e-9)
"""Where the core holds the rate of a step (``cython_ext/step.h``), and merged shards begin to diverge; of the mean of shards
the rate is that of all of them together."""


@dataclass(frozen=True)
class TrainConfig:
    """Parameters of a training run; names and defaults follow gensim where it has the parameter.

    Raises
    ------
    ConfigError
        If a value has the wrong type, is not finite, or is outside its range.

    Examples
    --------
    >>> config = TrainConfig(vector_size=50, window=10)
    >>> config.vector_size, config.negative, config.objective
    (50, 5, 'sgns')
    """

    vector_size: int = option(100, "dimension of the vectors", 1, 65_536)
    window: int = option(5, "largest distance between centre and context", 1, 10**9)
    negative: int = option(5, "noise words per window", 1, 1_000)
    noise_windows: int = option(1, "consecutive windows that share their noise words", 1, 1_000)
    epochs: int = option(5, "passes over the corpus", 1, 5_000)
    alpha: float = option(0.025, "initial learning rate", 1e-9, 10.0)
    min_alpha: float = option(0.0001, "final learning rate", 0.0, 10.0)
    sample: float = option(
        1e-3, "subsample words above this relative frequency (a value >= 1 is a count; 0 disables)", 0.0, 1e12
    )
    ns_exponent: float = option(0.75, "noise words are drawn in proportion to their counts to this power", -10.0, 10.0)
    shrink_windows: bool = option(True, "draw each window's size uniformly from 1..window")
    seed: int = option(1, "seed of all random streams", 0, 2**63 - 1)
    workers: int = option(0, "number of threads; 0: one per processor", 0, 1_024)
    shards: int = option(
        0, "copies of the matrices, trained side by side and merged in rounds; 0: threads share one", 0, MOST_SHARDS
    )
    objective: str = choice("sgns", "training objective", OBJECTIVES)
    negative_weight: float = option_of(
        ("sgns",), 1.0, "weight of each noise word's term in the loss, as of so many noise words", 1e-3, 1e3
    )
    temperature: float = option_of(("nt_xent", "decoupled"), 0.15, "temperature of the cosines", 1e-3, 1e3)
    margin: float = option_of(
        ("triplet", "triplet_dot"), 0.2, "required margin between positive and negative scores", 0.0, 1e3
    )
    align_weight: float = option_of(
        ("align_uniform",), 3.0, "weight of alignment relative to uniformity (lambda)", 0.0, 1e3
    )
    align_power: float = option_of(("align_uniform",), 2.0, "exponent of the distance in alignment (alpha)", 0.1, 16.0)
    uniform_t: float = option_of(
        ("align_uniform",), 3.0, "steepness of the Gaussian kernel in uniformity (t)", 1e-3, 20.0
    )

    def __post_init__(self) -> None:
        validate(self)
        if self.min_alpha > self.alpha:
            raise ConfigError(
                f"min_alpha must be at most alpha={self.alpha:g}: got {self.min_alpha:g}; lower min_alpha"
            )
        if self.negative_weight != 1 and self.objective != "sgns":
            raise ConfigError(
                f"negative_weight must be 1 with objective={self.objective!r}, as it weighs a term of the loss of sgns: "
                f"got {self.negative_weight:g}; leave it out"
            )
        rate = self.alpha if self.objective == "sgns" else self.shards * self.alpha
        if self.shards > 1 and rate > LARGEST_RATE_OF_SHARDS:
            times = "" if self.objective == "sgns" else f" times shards, with objective={self.objective!r},"
            raise ConfigError(
                f"alpha{times} must be at most {LARGEST_RATE_OF_SHARDS:g} if there are shards: got alpha={self.alpha:g} and "
                f"shards={self.shards}; lower alpha or shards, or let threads share rows (shards=0)"
            )

    @property
    def threads(self) -> int:
        """Number of training threads: ``workers``, or one per processor if that is 0."""
        return self.workers or processors()

    def noise_region(self, pool_length: int) -> int:
        """Return how many consecutive entries of the noise pool a window draws its noise words from; a power of two.

        The region advances by :attr:`noise_step` entries with each draw, so each entry is drawn about five times
        (negative / noise_step) by nearby windows of other centres, while the word's row is in the cache. Every single
        draw follows the noise distribution. Windows whose regions do not overlap (64 windows apart by default) share no
        entry of the pool.

        For a small pool the region is the whole pool: the rows of a small vocabulary fit the cache anyway, and repeated
        noise cost 1.6 points of analogy accuracy on a generated text of 956 words (``benchmarks/README.md``).
        """
        return pool_length if pool_length <= SMALL_POOL else 1 << (12 * self.negative).bit_length()

    @property
    def noise_step(self) -> int:
        """Number of entries by which the region advances with each draw."""
        return max(1, self.negative // 5)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class VocabularyConfig:
    """Rules that decide which words get a vector.

    Raises
    ------
    ConfigError
        As for :class:`TrainConfig`, or if a word is in both lists.

    Examples
    --------
    >>> VocabularyConfig(min_count=10, drop={"the"}).to_dict()
    {'min_count': 10, 'max_final_vocab': None, 'kept_words': 0, 'dropped_words': 1}
    """

    min_count: int = option(5, "ignore words that occur less often", 0, 2**62)
    max_final_vocab: int | None = option(
        None, "limit the vocabulary to about this many words, by raising the minimum count", 1, 2**32 - 2
    )
    keep: frozenset[str] = field(
        default=frozenset(), metadata={"help": "words that are kept regardless of their count"}
    )
    drop: frozenset[str] = field(default=frozenset(), metadata={"help": "words that are always excluded"})

    def __post_init__(self) -> None:
        validate(self)
        both = sorted(self.keep & self.drop)
        if both:
            raise ConfigError(f"keep and drop must not share a word: got {both[0]!r} in both; remove it from one")

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values; only the lengths of the two lists, because a file's header must stay small."""
        return {
            "min_count": self.min_count,
            "max_final_vocab": self.max_final_vocab,
            "kept_words": len(self.keep),
            "dropped_words": len(self.drop),
        }


CUSTOM_TOKENIZER = "custom"
"""Recorded in a model file in place of a tokenizer that was passed as a Python object."""


SEGMENTERS = ("jieba", "janome", "mecab", "pythainlp", "icu")
"""Tokenizers for scripts without spaces, each of them an extra."""

NAMED_TOKENIZERS = ("whitespace", "words", *SEGMENTERS)
"""Tokenizers that a model file may name and that are then used without asking."""

TOKENIZERS = (
    f"{', '.join(map(repr, NAMED_TOKENIZERS))}, the path of a tokenizer.json, the name of a tokenizer on the Hugging Face "
    "Hub, a tokenizers.Tokenizer, or a function from a text to its words"
)
"""What a tokenizer may be, for messages."""


class RecordedTokenizer(str):
    """The path of a tokenizer, or its name on the Hub, as a model file records it.

    It is never opened: a stranger may have written the file.
    """


def recorded_tokenizer(metadata: Mapping[str, Any]) -> Any:
    """Return what the metadata of vectors, which a stranger may have written, says of their tokenizer; None if nothing."""
    text = metadata.get("text")
    return text.get("tokenizer") if isinstance(text, Mapping) else None


@dataclass(frozen=True)
class TextOptions:
    """Options for splitting text into words.

    Attributes
    ----------
    tokenizer : str, path, tokenizers.Tokenizer or function, optional
        "whitespace" splits as ``str.split`` does; "words" is for raw prose (lower case, no punctuation); "jieba" (Chinese),
        "janome" and "mecab" (Japanese), "pythainlp" (Thai) and "icu" (these and more) are for scripts without spaces, and
        extras; otherwise the path of a Hugging Face ``tokenizer.json``, a name on the Hub such as "bert-base-uncased", a
        tokenizer object of the `tokenizers` library, or any function from a text to a list of its words. By default files
        are split at white space, and a string where a list of words is expected is an error.
    errors : {"strict", "replace"}
        Whether bytes that are not text in this encoding raise an error or become U+FFFD.
    encoding : str
        The encoding of files, by any name that Python knows: "latin-1", "cp1252", "utf-16", "gb18030", ...
    as_lines : bool
        Whether to read .csv, .tsv, .json and .jsonl files, HTML, XML and the like as lines of text too, instead of refusing
        them, and any other text without warnings about what its lines and words look like.
    column : str, optional
        The column of a table that holds its texts or lists of words; a field inside of it as "outer.inner". Tables are
        .parquet, .arrow, .csv, .tsv and .jsonl files, data frames, datasets and records, and cannot be read without it.
    threads : int
        Number of reading threads, at most 1024; 0 means one per processor. The result does not depend on it, so options
        that differ in it alone are equal.

    Raises
    ------
    ConfigError
        If ``tokenizer`` or ``column`` has another type, ``errors``, ``encoding``, ``as_lines`` or ``threads`` another value,
        or both ``as_lines`` and ``column`` are given.

    Examples
    --------
    >>> TextOptions(tokenizer="words").to_dict()
    {'tokenizer': 'words', 'errors': 'strict', 'encoding': 'utf-8'}
    """

    tokenizer: Any = None
    errors: str = "strict"
    threads: int = field(default=0, compare=False)
    encoding: str = "utf-8"
    as_lines: bool = False
    column: str | None = None

    def __post_init__(self) -> None:
        named = isinstance(self.tokenizer, (str, bytes, os.PathLike, NoneType))
        if not (named or callable(self.tokenizer) or hasattr(self.tokenizer, "encode_batch")):
            raise wrong_type("tokenizer", TOKENIZERS, self.tokenizer)
        one_of("errors", self.errors, ("strict", "replace"))
        object.__setattr__(self, "encoding", encoding("encoding", self.encoding))
        object.__setattr__(self, "as_lines", truth("as_lines", self.as_lines))
        object.__setattr__(self, "column", column(self.column))
        if self.as_lines and self.column is not None:
            raise ConfigError(
                f"as_lines and column must not be given both: got column={self.column!r}; leave one of them out"
            )
        threads = integer("threads", self.threads, 0, 1024)
        object.__setattr__(self, "threads", threads or processors())

    def to_dict(self) -> dict[str, Any]:
        """Return the options as JSON values; a tokenizer passed as a Python object becomes ``"custom"``."""
        tokenizer = "whitespace" if self.tokenizer is None else self.tokenizer
        known = isinstance(tokenizer, (str, os.PathLike))
        lines: dict[str, Any] = {"as_lines": True} if self.as_lines else {}
        named = lines if self.column is None else {"column": self.column}
        return {
            "tokenizer": os.fspath(tokenizer) if known else CUSTOM_TOKENIZER,
            "errors": self.errors,
            "encoding": self.encoding,
            **named,
        }


def validate(config: Any) -> None:
    """Check every field of a configuration against its type and range; convert numbers to plain Python ones.

    Raises
    ------
    ConfigError
        If a value is not allowed; the message names the field, the allowed values and the value received.
    """
    for f in fields(config):
        object.__setattr__(config, f.name, _checked(f, getattr(config, f.name)))


def _checked(f: Field[Any], value: Any) -> Any:
    if f.type == int | None and value is None:
        return None
    if f.type in (int, int | None):
        return integer(f.name, value, f.metadata["low"], f.metadata["high"])
    if f.type is float:
        return number(f.name, value, f.metadata["low"], f.metadata["high"])
    if f.type is str and "allowed" in f.metadata:
        return one_of(f.name, value, f.metadata["allowed"])
    if f.type is bool:
        return truth(f.name, value)
    return word_set(f.name, value) if f.type == frozenset[str] else value
