"""Provenance: the metadata of a model file, which records how the vectors were made."""

from dataclasses import dataclass, field, fields
from typing import Any

from w2v.config import CUSTOM_TOKENIZER, NAMED_TOKENIZERS, RecordedTokenizer, TextOptions, TrainConfig, VocabularyConfig
from w2v.corpus.encoded_corpus import EncodedCorpus, ReadLedger, ScatteredCorpus
from w2v.json_values import ANY, Real, Whole, as_format_error, check, record
from w2v.machine import isa
from w2v.training.earlier_losses import as_of_today
from w2v.training.epoch_report import EpochReport, ledger
from w2v.training.objectives import LOSSES
from w2v.version import __version__

MAX_SOURCES = 20
"""Number of files named in a model's metadata; further ones are only counted, because a file's header must stay small."""


@dataclass
class Provenance:
    """A record of how vectors were made.

    Attributes
    ----------
    config : TrainConfig
    vocabulary : VocabularyConfig or None
        How the words were selected; None if the vocabulary was supplied. A file stores only the lengths of its lists of
        words to keep and to drop.
    text : TextOptions
    read : ReadLedger or None
        Counts of what was read; None if words and counts were supplied.
    reports : list of EpochReport
    sources : tuple of str
        Files of the corpus; empty if it was passed as Python objects.
    numbers : bool
        Whether the words represent integers.
    comment : str or None
    more : dict of str to JSON values
        Entries added by callbacks and other programs, such as ``"geometry"``, the trajectory of a training run; and
        ``"phrases"``, how phrases were found, if they were merged.
    """

    config: TrainConfig
    vocabulary: VocabularyConfig | None
    text: TextOptions
    read: ReadLedger | None = None
    reports: list[EpochReport] = field(default_factory=list)
    sources: tuple[str, ...] = ()
    numbers: bool = False
    comment: str | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        corpus: EncodedCorpus | ScatteredCorpus,
        config: TrainConfig,
        reports: list[EpochReport],
        comment: str | None,
        more: dict[str, Any],
    ) -> "Provenance":
        """Return the record of vectors trained on a corpus."""
        text, numbers = corpus.text or TextOptions(), corpus.vocabulary.numbers
        if corpus.phrases is not None:
            more = {"phrases": corpus.phrases.to_dict(), **more}
        return cls(config, corpus.selection, text, corpus.ledger, reports, corpus.sources, numbers, comment, more)

    @property
    def ledger(self) -> dict[str, int]:
        """Counts that account for every token; see `w2v.training.epoch_report.ledger`. Empty before a corpus is read."""
        return ledger(self.read, self.reports) if self.read else {}

    def to_metadata(self) -> dict[str, Any]:
        """Return everything as JSON values, to be stored in a file."""
        return {
            "w2v": __version__,
            "isa": isa(),
            "losses": LOSSES,
            "config": self.config.to_dict(),
            "vocabulary": self.vocabulary.to_dict() if self.vocabulary else None,
            "text": self.text.to_dict(),
            "sources": list(self.sources[:MAX_SOURCES]),
            "source_files": len(self.sources),
            "numbers": self.numbers,
            "read": self.read.to_dict() if self.read else None,
            "tokens": self.ledger,
            "epoch_columns": [f.name for f in fields(EpochReport)],
            "epochs": [report.to_row() for report in self.reports],
            "comment": self.comment,
            **self.more,
        }

    @classmethod
    def from_metadata(cls, known: dict[str, Any], name: str, tokenizer: Any = None) -> "Provenance":
        """Restore a record from the result of `to_metadata`: known names only, each of its type and in its range.

        A tokenizer file that it names is not opened; see `RecordedTokenizer`.

        Parameters
        ----------
        known : dict
            The metadata of a file.
        name : str
            Name of the file, for messages.
        tokenizer : optional
            Replaces the tokenizer recorded in the file.

        Raises
        ------
        FormatError
            If the metadata is incomplete, or an entry has a wrong type or is out of range.
        """
        with as_format_error(name):
            check(known, SHAPE | {key: OPTIONAL[key] for key in OPTIONAL if key in known}, "metadata")
            read = known["read"]
            config, earlier = as_of_today(_known_names(known["config"]), known.get("losses"), name)
            return cls(
                TrainConfig(**config),
                _selection(known["vocabulary"]),
                _text(known.get("text", {}), tokenizer),
                None if read is None else record(ReadLedger, read, "read"),
                [record(EpochReport, row, "epochs") for row in known["epochs"]],
                tuple(known.get("sources", ())),
                known.get("numbers") is True,
                known["comment"],
                {key: known[key] for key in known.keys() - BASIC} | earlier,
            )


def _selection(known: dict[str, Any] | None) -> VocabularyConfig | None:
    return None if known is None else VocabularyConfig(known["min_count"], known["max_final_vocab"])


def _known_names(config: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters if each is one of training; `TrainConfig` checks their types and ranges."""
    for name in config:
        if name not in TrainConfig.__dataclass_fields__:
            raise ValueError(f"config must not have {name[:80]!r}: it is unknown to this version of w2v")
    return config


def _text(known: dict[str, Any], tokenizer: Any) -> TextOptions:
    """Return how text was split, with the caller's tokenizer instead of the recorded one if there is one."""
    if tokenizer is None:
        tokenizer = known.get("tokenizer", "whitespace")
        if tokenizer not in (*NAMED_TOKENIZERS, CUSTOM_TOKENIZER):
            tokenizer = RecordedTokenizer(tokenizer)
    names = ("errors", "encoding", "as_lines", "column")
    return TextOptions(tokenizer, **{name: known[name] for name in names if name in known})


SHAPE: dict[str, Any] = {
    "config": {str: ANY},
    "vocabulary": ({"min_count": Whole(), "max_final_vocab": (Whole(), None)}, None),
    "read": ({str: ANY}, None),
    "epochs": [ANY],
    "comment": (str, Real(), bool, None),
}
"""What a file has to say about a model, apart from `OPTIONAL`."""

OPTIONAL: dict[str, Any] = {
    "text": {"tokenizer": str, "errors": str},
    "sources": [str],
    "numbers": (bool, None),
}

BASIC = {
    *("w2v", "isa", "losses", "config", "vocabulary", "text", "sources", "source_files", "numbers"),
    *("read", "tokens", "epoch_columns", "epochs", "comment"),
}
"""Names of the entries that `Provenance.to_metadata` itself writes."""
