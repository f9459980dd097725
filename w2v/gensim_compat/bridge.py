"""The only module that imports gensim: training with its engine, and loading of models that it pickled.

gensim is an optional dependency and imported only when needed. Run as a script (``python -P bridge.py < task.json``), this
file trains either engine with the same code, so that a comparison differs only in an import. gensim's run then loads no
module of w2v, whose memory would be counted as gensim's; this is why w2v too is imported inside functions.
"""

import importlib.metadata
import importlib.util
import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from w2v.formats import Contents

RISK = (
    "a pickle can run any code with your permissions when it is loaded; gensim loads it now, because of --trust-pickle"
)
"""The warning shown to users who pass ``--trust-pickle``."""

VOCABULARY, VECTORS, OUTPUT = "vocabulary.txt", "vectors.bin", "output.npy"
"""Files that a training run writes to its folder: words and counts; vectors in word2vec's binary format; output matrix."""


def gensim_version() -> str:
    """Return the version of the installed gensim, without importing it.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    if importlib.util.find_spec("gensim") is None:
        from w2v.errors import MissingExtraError

        raise MissingExtraError(
            'cannot use gensim: it is not installed; pip install "w2v[gensim]" (Python 3.13 or older)'
        )
    return importlib.metadata.version("gensim")


def load_pickled(path: str | os.PathLike[str]) -> "Contents":
    """Load a model or vectors pickled by gensim, with gensim. Code in the file is executed: load only trusted files.

    Parameters
    ----------
    path : path-like
        A file written by gensim's ``Word2Vec.save``, ``FastText.save`` or ``KeyedVectors.save``; the ``.npy`` files beside
        it are read too. Of a FastText model, the vectors of words are kept, those of n-grams are not.

    Returns
    -------
    Contents
        With counts, if there are any, and with the output matrix of a model trained with negative sampling. A skip-gram
        model can be trained further (``Word2Vec.load``) after it is saved in the native format.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    FormatError
        If gensim cannot load it, or it is neither a model nor vectors.
    MissingExtraError
        If gensim is not installed.
    """
    from w2v.errors import FormatError
    from w2v.formats import Contents

    version, name = gensim_version(), os.fspath(path)
    os.stat(name)  # gensim would take a URL for a file
    from gensim.utils import SaveLoad

    try:
        loaded = SaveLoad.load(name)
    except Exception as problem:  # a pickle can raise anything
        raise FormatError(f"cannot load {name} with gensim {version}: {type(problem).__name__}: {problem}") from problem
    vectors = getattr(loaded, "wv", loaded)
    if not hasattr(vectors, "index_to_key") or not hasattr(vectors, "vectors"):
        raise FormatError(f"{name} must contain a Word2Vec, FastText or KeyedVectors: got {type(loaded).__name__}")
    counts = vectors.expandos.get("count")
    matrix = np.asarray(vectors.vectors, np.float32)
    output = getattr(loaded, "syn1neg", None)
    return Contents(
        list(vectors.index_to_key),
        matrix,
        None if counts is None else np.asarray(counts, np.int64),
        None if output is None or output.shape != matrix.shape else np.asarray(output, np.float32),
        {"converted_from": f"{_kind(loaded)} of gensim {version}", **_training(loaded)},
    )


def _kind(loaded: Any) -> str:
    """Return the class, and for a Word2Vec or FastText what distinguishes it from skip-gram with negative sampling."""
    known = getattr(loaded, "__dict__", {})
    marks = ["CBOW"] * (known.get("sg") == 0) + ["hierarchical softmax"] * bool(known.get("hs"))
    return type(loaded).__name__ + (f" ({', '.join(marks)})" if marks else "")


def _training(model: Any) -> dict[str, Any]:
    """Return the parameters of a skip-gram model in the form of our own metadata; an empty dict for other models."""
    from w2v.config import TrainConfig, VocabularyConfig
    from w2v.errors import ConfigError

    known = vars(model)
    if not known.get("sg") or known.get("hs") or not known.get("negative"):
        return {}
    names = set(TrainConfig.__dataclass_fields__) & set(known)
    with suppress(ConfigError):  # a value that we do not support: the vectors can be used, but not trained further
        config = TrainConfig(**{name: known[name] for name in names})
        vocabulary = VocabularyConfig(known.get("min_count", 0), known.get("max_final_vocab"))
        described = {"config": config.to_dict(), "vocabulary": vocabulary.to_dict()}
        return {**described, "read": None, "epochs": [], "comment": known.get("comment")}
    return {}


def train(task: dict[str, Any]) -> dict[str, Any]:
    """Train one model and return its time, memory and loss.

    Parameters
    ----------
    task : dict
        ``engine`` ("w2v" or "gensim"), ``text`` (a file with one sentence per line), ``parameters`` (of the constructor),
        ``folder`` (for the results), ``keep`` (whether to save the two matrices too).

    Returns
    -------
    dict
        ``seconds``: time of ``build_vocab`` (``read``) and ``train`` (``train``). ``words``: in-vocabulary words of the
        text. ``epochs``: those trained. ``read_words``: words read for training, as counted by the engine.
        ``peak_memory_bytes``: peak of this process until the end of training. ``loss``: mean loss per epoch, only of w2v, as
        gensim reports a running sum, not a mean.
    """
    if task["engine"] == "gensim":
        from gensim.models import Word2Vec
    else:
        from w2v import Word2Vec
    model = Word2Vec(sg=1, **task["parameters"])
    began = time.perf_counter()
    model.build_vocab(corpus_file=task["text"])
    counted = time.perf_counter()
    _, read_words = model.train(corpus_file=task["text"], total_words=model.corpus_total_words, epochs=model.epochs)
    trained = time.perf_counter()
    peak = _peak_memory()
    counts = {word: int(model.wv.get_vecattr(word, "count")) for word in model.wv.index_to_key}
    folder = Path(task["folder"])
    folder.joinpath(VOCABULARY).write_text("".join(f"{w} {n}\n" for w, n in counts.items()), encoding="utf-8")
    if task["keep"]:
        model.wv.save_word2vec_format(str(folder / VECTORS), binary=True)
        np.save(folder / OUTPUT, model.syn1neg)
    return {
        "seconds": {"read": counted - began, "train": trained - counted},
        "words": sum(counts.values()),
        "epochs": int(model.epochs),
        "read_words": int(read_words),
        "peak_memory_bytes": peak,
        "loss": [report.loss for report in getattr(model, "reports", [])],
    }


def _peak_memory() -> int:
    """Return what `w2v.machine.peak_memory` does; without Linux's figures, the resident size now."""
    with suppress(OSError):
        return int(Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) * 1024
    import psutil

    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    json.dump(train(json.load(sys.stdin)), sys.stdout)
