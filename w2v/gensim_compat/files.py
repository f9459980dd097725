"""Saving a whole model, and loading it to train further."""

import os
import threading
from collections.abc import Iterable
from typing import Any, Self

from w2v.atomic_files import PathLike
from w2v.corpus.encoded_corpus import ReadLedger
from w2v.errors import FormatError, NotAModelError
from w2v.formats import Contents, native
from w2v.gensim_compat.training_methods import STATE, Training
from w2v.geometry import Trajectory
from w2v.training.epoch_report import EpochReport
from w2v.training.matrices import Matrices
from w2v.training.memory import estimate_memory, require
from w2v.vectors import KeyedVectors


def only_of_the_class(*arguments: Any, **named: Any) -> None:
    """Stand in for `Files.load` in an instance, where what it returns would be taken for a change of the instance."""
    raise AttributeError("load returns a new model: call it on the class, as in model = Word2Vec.load(path)")


class Files(Training):
    """Methods that save and load a model."""

    def save(
        self,
        path: PathLike,
        separately: Iterable[str] | None = None,
        sep_limit: int = 0,
        ignore: Iterable[str] = (),
        pickle_protocol: int = 0,
    ) -> None:
        """Write the whole model (both matrices, counts, frozen rows, parameters, ledgers) as safetensors, atomically.

        Parameters
        ----------
        path : str or os.PathLike
            Of any name.
        separately, sep_limit, ignore, pickle_protocol
            gensim's, without effect: there is one file, without pickle.

        Raises
        ------
        NoVocabularyError
            If there is nothing to save yet.
        OutputError
            If it cannot be written; what was there before is still there.
        """
        output, about = self.syn1neg, self.wv.contents()
        contents = Contents(about.words, about.vectors, about.counts, output, self.metadata(), about.attributes)
        native.save(path, contents)

    @classmethod
    def load(cls, fname: PathLike, mmap: str | None = None, rethrow: bool = False, *, tokenizer: Any = None) -> Self:
        """Read a model that `save` wrote. It can be trained further, on a corpus passed to `train`.

        Parameters
        ----------
        fname : str or os.PathLike
        mmap, rethrow
            gensim's, without effect: a model that can be trained has its matrices in memory.
        tokenizer : optional
            Replaces the one the model was made with; it has to be passed if that was a Python object.

        Raises
        ------
        UnsafeFormatError
            If it is a pickle, as gensim's `save` writes.
        NotAModelError
            If it holds vectors without the output matrix, or is another file altogether.
        FormatError
            If the file is damaged.
        MemoryLimitError
            If the model does not fit.
        """
        if not native.is_native(fname):
            raise NotAModelError(
                f"{os.fspath(fname)!r} is no file of Word2Vec.save, or its beginning is damaged; vectors are loaded by "
                "KeyedVectors.load or KeyedVectors.load_word2vec_format"
            )
        contents = native.load(fname, mmap=True)
        known = contents.metadata
        if contents.output is None or contents.counts is None or "config" not in known:
            raise NotAModelError(
                f"{os.fspath(fname)!r} holds vectors, not a model to train further: use KeyedVectors.load"
            )
        try:
            model = cls._of_metadata(known, tokenizer)
        except (KeyError, TypeError) as problem:
            raise FormatError(f"{os.fspath(fname)!r}: what it says of its model is not whole: {problem!r}") from problem
        require(estimate_memory(len(contents.words), model.config))
        model.wv = KeyedVectors.from_contents(contents)
        model._point_to(Matrices.copy_of(contents.vectors, contents.output))
        return model

    @classmethod
    def _of_metadata(cls, known: dict[str, Any], tokenizer: Any) -> Self:
        """Return a model without vectors, of which `metadata` would say what is ``known``."""
        vocabulary_options = {name: known["vocabulary"][name] for name in ("min_count", "max_final_vocab")}
        text = {"errors": "strict", "tokenizer": "whitespace"} | known.get("text", {})
        if tokenizer is not None:
            text["tokenizer"] = tokenizer
        about = {"comment": known["comment"]}
        model = cls(**known["config"], **vocabulary_options, **text, **about)
        if known["read"]:
            read = model.read_ledger = ReadLedger(**known["read"])
            model.corpus_count, model.corpus_total_words = read.sentences, read.tokens
        model.reports = [EpochReport(*row) for row in known["epochs"]]
        model.trajectory = Trajectory.from_dict(known)
        for name in STATE & known.get("state", {}).keys():
            setattr(model, name, known["state"][name])
        return model

    def __getstate__(self) -> dict[str, Any]:
        """Let the model be copied or sent to another process: without its corpus, and with rows that are made anew."""
        left_out = dict.fromkeys(["_busy", "_corpus", "_source", "_matrices", "_rule"])
        state = self.__dict__ | left_out | {"_callbacks": []}
        output = None if self._matrices is None else self.syn1neg.copy()
        return state | {"_output": output}

    def __setstate__(self, state: dict[str, Any]) -> None:
        output = state.pop("_output")
        self.__dict__.update(state | {"_busy": threading.Lock()})
        if output is not None:
            self.syn1neg = output
