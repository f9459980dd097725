"""Methods of `Word2Vec` that save and load a model."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from w2v.annotations import checked
from w2v.atomic_files import PathLike
from w2v.config import VocabularyConfig
from w2v.formats import Contents, check_native_name, has_format, native
from w2v.gensim_compat.rows_in_step import RowsInStep
from w2v.json_values import ANY, as_format_error, check, record
from w2v.training.matrices import Matrices
from w2v.training.provenance import Provenance
from w2v.training.trained_model import read_model
from w2v.vectors.keyed_vectors import KeyedVectors

if TYPE_CHECKING:
    from w2v.gensim_compat.word2vec import Word2Vec

Model = TypeVar("Model", bound="Word2Vec")


OWN = ("state", "geometry", "geometry_law")
"""Entries of a file that are attributes of a model, and may change."""


@dataclass
class State:
    """Attributes stored in a file in addition to the parameters of training and of the vocabulary."""

    cbow_mean: int | bool = 1
    compute_loss: bool = False
    corpus_count: int = 0
    corpus_total_words: int = 0
    effective_min_count: int = 0
    max_vocab_size: int | None = None
    min_alpha_yet_reached: float = 0.0
    sorted_vocab: int | bool = 1
    total_train_time: float = 0.0
    train_count: int = 0


@checked
def save(
    model: Word2Vec,
    path: PathLike,
    separately: Iterable[str] | None = None,
    sep_limit: int = 0,
    ignore: Iterable[str] = (),
    pickle_protocol: int = 0,
) -> None:
    """Write the whole model to a safetensors file, atomically: matrices, counts, frozen rows, parameters, token counts.

    Parameters
    ----------
    path : str or os.PathLike
        A path with any extension.
    separately, sep_limit, ignore, pickle_protocol
        Accepted for compatibility with gensim, and ignored: there is always one file, never a pickle.

    Raises
    ------
    NoVocabularyError
        If the model has no words yet.
    OutputError
        If the file cannot be written; an existing file is then unchanged.
    """
    if not has_format(path):  # gensim's users give models the names of vectors too, such as model.bin
        check_native_name(path)
    output, about = model.syn1neg, model.wv.contents()
    contents = Contents(about.words, about.vectors, about.counts, output, metadata(model), about.attributes)
    native.save(path, contents)


def metadata(model: Word2Vec) -> dict[str, Any]:
    """Return the record of how the vectors were made, as JSON values: parameters, token counts, losses, engine."""
    trajectory = {} if model.trajectory is None else model.trajectory.to_dict()
    phrases = {} if model.phrases is None else {"phrases": model.phrases.to_dict()}
    return Provenance(
        model.config,
        model.vocabulary_config,
        model.text,
        model.read_ledger,
        model.reports,
        model._sources,
        model.wv.numbers,
        model.comment,
        {**model._told, "state": {f.name: getattr(model, f.name) for f in fields(State)}, **phrases, **trajectory},
    ).to_metadata()


def load(
    cls: type[Model], fname: PathLike, mmap: str | None = None, rethrow: bool = False, *, tokenizer: Any = None
) -> Model:
    """Read a model written by `save` or `TrainedModel.save`. It can be trained further, on a corpus passed to `train`.

    Parameters
    ----------
    fname : str or os.PathLike
    mmap, rethrow
        Accepted for compatibility with gensim, and ignored: a model that can be trained has its matrices in memory.
    tokenizer : optional
        Replaces the tokenizer of the model; required to split text if that was a Python object or a file.

    Raises
    ------
    UnsafeFormatError, NotAModelError, FormatError, MemoryLimitError
        As `w2v.load`.
    """
    file = read_model(fname, tokenizer)
    known = file.provenance
    selection = known.vocabulary or VocabularyConfig(min_count=0)  # a supplied vocabulary: no word was left out
    vocabulary: dict[str, Any] = {"min_count": selection.min_count, "max_final_vocab": selection.max_final_vocab}
    text = {name: getattr(known.text, name) for name in ("tokenizer", "errors", "encoding", "as_lines", "column")}
    model = cls(**known.config.to_dict(), **vocabulary, **text, comment=known.comment)
    if known.read:
        model.read_ledger = known.read
        model.corpus_count, model.corpus_total_words = known.read.sentences, known.read.tokens
    model.reports, model._sources = known.reports, known.sources
    model._told = {name: value for name, value in known.more.items() if name not in OWN}
    model.trajectory = _trajectory(known.more, repr(os.fspath(fname)))
    _set_state(model, known.more.get("state", {}), repr(os.fspath(fname)))
    model.rows.wv = KeyedVectors.from_contents(file.contents)
    model.rows.point_to(Matrices.copy_of(file.contents.vectors, file.output))
    return model


def _trajectory(known: dict[str, Any], name: str) -> Any:
    if "geometry" not in known:
        return None
    from w2v.geometry import Trajectory

    with as_format_error(name):
        return Trajectory.from_dict(known)


def _set_state(model: Word2Vec, known: Any, name: str) -> None:
    """Set the attributes of `State` that a file names, and no others."""
    with as_format_error(name):
        check(known, {str: ANY}, "state")
        names = [f.name for f in fields(State) if f.name in known]
        found = record(State, {key: known[key] for key in names}, "state")
    for key in names:
        setattr(model, key, getattr(found, key))


def refuse_on_instance(*arguments: Any, **named: Any) -> None:
    """Guard against ``model.load(path)``, which would discard its result."""
    raise AttributeError(
        "load must be called on the class, as it returns a new model: got a call on an instance; "
        "use model = Word2Vec.load(path)"
    )


def state_to_copy(model: Word2Vec) -> dict[str, Any]:
    """Return the state for copying and pickling: without the corpus, and with output vectors instead of matrices."""
    left_out = dict.fromkeys(["_busy", "_corpus", "_source", "_rule"])
    rows = model.rows
    output = None if rows.matrices is None else model.syn1neg.copy()
    state = model.__dict__ | left_out | {"_callbacks": [], "_output": output, "_wv": model.wv, "_memory": rows.memory}
    del state["rows"]
    return state


def restore_copy(model: Word2Vec, state: dict[str, Any]) -> None:
    """Initialise a copy from the result of `state_to_copy`."""
    output, wv, memory = state.pop("_output"), state.pop("_wv"), state.pop("_memory")
    model.__dict__.update(state | {"_busy": threading.Lock(), "rows": RowsInStep(wv.vector_size)})
    model.rows.wv, model.rows.memory = wv, memory
    if output is not None:
        model.rows.take_output(output)
