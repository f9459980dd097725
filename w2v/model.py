"""``Word2Vec``: gensim's names over corpus, trainer and vectors.

Skip-gram with negative sampling is what it trains. gensim's own default is CBOW (``sg=0``); asking for that, or for
hierarchical softmax (``hs=1``), is an error and never something else silently.
"""

import os
import re
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from w2v.atomic import PathLike
from w2v.checkpoint import Checkpoints
from w2v.compiled import isa
from w2v.config import TrainConfig, VocabularyConfig
from w2v.corpus import EncodedCorpus
from w2v.errors import ConfigError, CorpusError, FormatError, ModelBusyError
from w2v.formats import Contents, native
from w2v.matrices import Matrices
from w2v.memory import MemoryEstimate, estimate_memory, require
from w2v.objectives import TABLE
from w2v.reading import (
    FileState,
    TextOptions,
    encode,
    file_states,
    find_sources,
    is_paths,
    refuse_changed,
    text_size,
)
from w2v.records import EpochReport, ReadLedger, ledger
from w2v.trainer import Hooks, Trainer
from w2v.vectors import KeyedVectors
from w2v.version import __version__
from w2v.vocabulary import Vocabulary

NOT_OFFERED: dict[str, tuple[Any, str]] = {
    "sg": (1, "this is a skip-gram engine and does not train CBOW; leave sg out or pass sg=1"),
    "hs": (0, "hierarchical softmax is not offered; leave hs out and set negative"),
    "max_vocab_size": (None, "counting prunes nothing on the way; use max_final_vocab"),
    "trim_rule": (None, "use keep= and drop=, collections of words"),
    "null_word": (0, "only CBOW with concatenation uses it"),
    "sorted_vocab": (1, "rows are always sorted by count"),
}
"""Parameters of gensim's that have one value here, and what to do instead."""


FORMATS_OF_VECTORS = re.compile(r"\.(bin|txt|vec)(\.gz)?$", re.IGNORECASE)

MAX_SOURCES = 20
"""Files named in a model's provenance; the rest is counted."""


class Word2Vec:
    """Train, keep and save word vectors.

    Parameters
    ----------
    sentences : iterable of list of str, optional
        Read once, so a generator will do; lists of whole numbers are accepted too. Without a corpus the model waits for
        :meth:`build_vocab` and :meth:`train`.
    corpus_file : path or list of paths, optional
        Text instead: a file, several, a folder, ``-``; plain, .gz, .bz2, .xz; a sentence a line.
    vector_size, alpha, window, min_count, sample, seed, workers, min_alpha, negative, ns_exponent, epochs
        As in gensim; ``TrainConfig`` and ``VocabularyConfig`` say what each does;
        ``max_final_vocab`` and ``shrink_windows`` too. ``workers=0`` uses every processor.
    callbacks : iterable
        Objects with any of on_train_begin, on_epoch_begin, on_epoch_end, on_train_end, each given the model; one that
        returns True stops the training.
    noise_windows : int
        Consecutive windows of a sentence that share their noise words.
    objective : {"sgns", "nt_xent", "triplet", "triplet_dot", "align_uniform"}
        The loss that is trained; ``objectives.py`` defines them.
    temperature, margin, align_weight, align_power, uniform_t : float
        Parameters of the objectives other than sgns; ``TrainConfig`` says whose.
    tokenizer : {"whitespace", "words"} or path or tokenizers.Tokenizer
        How text of ``corpus_file`` becomes words.
    errors : {"strict", "replace"}
        What to do about bytes that are not UTF-8.
    keep, drop : collections of str
        Words that stay whatever their count, and words that never enter.
    cache : path, optional
        A folder of encoded texts: one whose contents were read before, in the same way, is taken from there.
    progress : bool, optional
        Show progress bars; by default only in a terminal.
    checkpoints : Checkpoints or path, optional
        Where and how often to save the state of a run.
    cbow_mean, hashfxn, batch_words, compute_loss
        Accepted for gensim's sake and of no effect: the loss is always computed, and nothing is hashed.
    max_vocab_size, sg, hs, null_word, trim_rule, sorted_vocab
        gensim's, at the one value that this engine has.
    comment : str, optional
        Kept with the model.

    Raises
    ------
    ConfigError
        If a parameter is out of range or asks for what is not offered.
    CorpusError, MemoryLimitError, TrainingError
        From reading and training.
    """

    def __init__(
        self,
        sentences: Iterable[Any] | None = None,
        corpus_file: Any = None,
        vector_size: int = 100,
        alpha: float = 0.025,
        window: int = 5,
        min_count: int = 5,
        max_vocab_size: None = None,
        sample: float = 1e-3,
        seed: int = 1,
        workers: int = 3,
        min_alpha: float = 0.0001,
        sg: int = 1,
        hs: int = 0,
        negative: int = 5,
        ns_exponent: float = 0.75,
        cbow_mean: int = 1,
        hashfxn: Any = None,
        epochs: int = 5,
        null_word: int = 0,
        trim_rule: None = None,
        sorted_vocab: int = 1,
        batch_words: int = 10_000,
        compute_loss: bool = False,
        callbacks: Iterable[Any] = (),
        comment: str | None = None,
        max_final_vocab: int | None = None,
        shrink_windows: bool = True,
        *,
        noise_windows: int = TrainConfig.noise_windows,
        objective: str = TrainConfig.objective,
        temperature: float = TrainConfig.temperature,
        margin: float = TrainConfig.margin,
        align_weight: float = TrainConfig.align_weight,
        align_power: float = TrainConfig.align_power,
        uniform_t: float = TrainConfig.uniform_t,
        tokenizer: Any = "whitespace",
        errors: str = "strict",
        keep: Iterable[str] = (),
        drop: Iterable[str] = (),
        cache: PathLike | None = None,
        progress: bool | None = None,
        checkpoints: Checkpoints | PathLike | None = None,
    ) -> None:
        refuse_other_models(
            sg=sg,
            hs=hs,
            max_vocab_size=max_vocab_size,
            trim_rule=trim_rule,
            null_word=null_word,
            sorted_vocab=sorted_vocab,
        )
        self.config = TrainConfig(
            vector_size=vector_size,
            window=window,
            negative=negative,
            noise_windows=noise_windows,
            epochs=epochs,
            alpha=alpha,
            min_alpha=min_alpha,
            sample=sample,
            ns_exponent=ns_exponent,
            shrink_windows=shrink_windows,
            seed=seed,
            workers=workers,
            objective=objective,
            temperature=temperature,
            margin=margin,
            align_weight=align_weight,
            align_power=align_power,
            uniform_t=uniform_t,
        )
        self.vocabulary_config = VocabularyConfig(min_count, max_final_vocab, _words(keep), _words(drop))
        self._trained = self.config  # with what train() was told besides
        self.text = TextOptions(tokenizer, errors, self.config.threads)
        self.callbacks, self.comment = _callbacks(callbacks), comment
        self._cache, self._progress = cache, progress
        if checkpoints is not None and not isinstance(checkpoints, Checkpoints):
            checkpoints = Checkpoints(os.fspath(checkpoints))
        self._checkpoints = checkpoints
        self._corpus: EncodedCorpus | None = None
        self._source: Any = None
        self._states: dict[str, FileState] = {}
        self._sources: tuple[str, ...] = ()
        self._vocabulary: Vocabulary | None = None
        self._matrices: Matrices | None = None
        self._busy = threading.Lock()
        self.wv = KeyedVectors(self.config.vector_size)
        self.reports: list[EpochReport] = []
        self.read_ledger: ReadLedger | None = None
        self.memory: MemoryEstimate | None = None
        self.total_train_time, self.train_count = 0.0, 0
        if sentences is not None or corpus_file is not None:
            self.build_vocab(sentences, corpus_file)
            self.train()

    # ------------------------------------------------------------------------------------------------------- training

    def build_vocab(self, corpus_iterable: Any = None, corpus_file: Any = None, update: bool = False) -> None:
        """Read a corpus, choose its words and make the starting vectors. The corpus is kept, encoded, for :meth:`train`.

        Raises
        ------
        ConfigError
            If ``update=True``: words cannot be added to a trained model.
        CorpusError
            If it cannot be read, or too few words are left.
        """
        if update:
            raise ConfigError("update=True is not offered: words cannot be added to a trained model; train a new one")
        source = _one_corpus(corpus_iterable, corpus_file)
        states = file_states(find_sources(source)) if is_paths(source) else {}
        corpus = self._encode(source, self.vocabulary_config)
        self._adopt(corpus.vocabulary, None)
        self._corpus, self._source, self._states = corpus, source, states
        self.read_ledger, self._sources = corpus.ledger, corpus.sources

    def train(
        self,
        corpus_iterable: Any = None,
        corpus_file: Any = None,
        total_examples: int | None = None,
        total_words: int | None = None,
        epochs: int | None = None,
        start_alpha: float | None = None,
        end_alpha: float | None = None,
        callbacks: Iterable[Any] = (),
        resume: bool = False,
    ) -> tuple[int, int]:
        """Train on the corpus of :meth:`build_vocab`, or on another one with the same vocabulary.

        ``total_examples`` and ``total_words`` are accepted for gensim's sake; the encoded corpus knows its size.

        Returns
        -------
        trained, total : int
            Centre words trained, and words of the corpus times epochs.

        Raises
        ------
        ModelBusyError
            If another thread is training this model.
        """
        if not self._busy.acquire(blocking=False):
            raise ModelBusyError("this model is being trained by another thread: wait for it, or train a second model")
        try:
            corpus = self._corpus_to_train(corpus_iterable, corpus_file)
            config = replace(
                self.config,
                epochs=self.config.epochs if epochs is None else epochs,
                alpha=self.config.alpha if start_alpha is None else start_alpha,
                min_alpha=self.config.min_alpha if end_alpha is None else end_alpha,
            )
            self._run(self._trainer(corpus, config, resume), [*self.callbacks, *_callbacks(callbacks)])
            return sum(report.trained for report in self.reports), corpus.ledger.tokens * config.epochs
        finally:
            self._busy.release()

    def _corpus_to_train(self, corpus_iterable: Any, corpus_file: Any) -> EncodedCorpus:
        if self._vocabulary is None:
            raise ConfigError(
                "the model has no vocabulary yet: call build_vocab() first, or pass a corpus to the constructor"
            )
        if self._corpus is not None and corpus_iterable is None and corpus_file is None:
            return self._corpus
        source = _one_corpus(corpus_iterable, corpus_file)
        if self._corpus is not None and (source is self._source or (is_paths(source) and source == self._source)):
            if is_paths(source):
                refuse_changed(self._states)
            return self._corpus
        return self._encode(source, self._vocabulary)

    def _trainer(self, corpus: EncodedCorpus, config: TrainConfig, resume: bool) -> Trainer:
        saved = self._checkpoints
        if resume and saved is None:
            raise ConfigError("resume=True needs checkpoints=Checkpoints(path)")
        if resume and saved is not None and saved.exists:
            return Trainer.resume(saved.path, corpus, config)
        return Trainer(corpus, config, self._matrices)

    def _run(self, trainer: Trainer, callbacks: list[Any]) -> None:
        self._adopt(trainer.corpus.vocabulary, trainer.matrices)
        self.read_ledger, self._sources, self._trained = trainer.corpus.ledger, trainer.corpus.sources, trainer.config
        self.reports = trainer.reports  # which grow, and which callbacks look at
        try:
            trainer.run(Hooks([_Refresh(), *callbacks], self), self._checkpoints, self._progress)
        finally:  # after Ctrl-C too the model is whole: it holds what was trained so far
            self.total_train_time += sum(report.seconds for report in trainer.reports)
            self.train_count += 1
            self.wv.metadata = self.metadata()
            with suppress(ConfigError):  # after divergence there are no norms, and its own error is on the way
                self.wv.fill_norms(force=True)

    def _encode(self, source: Any, vocabulary: VocabularyConfig | Vocabulary) -> EncodedCorpus:
        disable = None if self._progress is None else not self._progress
        size = text_size(source) if is_paths(source) else None
        unit = "B" if is_paths(source) else " sentences"
        with tqdm(total=size, unit=unit, unit_scale=True, desc="read", disable=disable) as bar:
            return encode(source, vocabulary, self.text, bar, self._cache)

    def _adopt(self, vocabulary: Vocabulary, matrices: Matrices | None) -> None:
        if matrices is None:
            self.memory = estimate_memory(len(vocabulary), self.config)
            require(self.memory)
            length = TABLE[self.config.objective].initial_length
            matrices = Matrices.initialise(len(vocabulary), self.config.vector_size, self.config.seed, length)
        self._vocabulary, self._matrices = vocabulary, matrices
        self.wv = KeyedVectors.from_arrays(vocabulary.words, matrices.vectors, vocabulary.counts)

    # -------------------------------------------------------------------------------------------------------- looking

    def metadata(self) -> dict[str, Any]:
        """Return how the vectors were made, as JSON values: parameters, ledgers, losses, engine."""
        sources = list(self._sources)
        return {
            "w2v": __version__,
            "isa": isa(),
            "config": self._trained.to_dict(),
            "vocabulary": self.vocabulary_config.to_dict(),
            "text": self.text.to_dict(),
            "sources": sources[:MAX_SOURCES],
            "source_files": len(sources),
            "read": self.read_ledger.to_dict() if self.read_ledger else None,
            "tokens": self.ledger,
            "epoch_columns": [f.name for f in fields(EpochReport)],
            "epochs": [report.to_row() for report in self.reports],
            "comment": self.comment,
        }

    @property
    def ledger(self) -> dict[str, int]:
        """Where every token went; see ``records.ledger``. Empty before a corpus is read."""
        return ledger(self.read_ledger, self.reports) if self.read_ledger else {}

    def get_latest_training_loss(self) -> float:
        """Return the last epoch's mean loss in nats, per pair (other objectives: per positive pair); 0 before the first.

        gensim returns a running sum of float32 that threads overwrite; a mean can be compared.
        """
        return self.reports[-1].loss if self.reports else 0.0

    def estimate_memory(self, vocab_size: int | None = None, report: dict[str, int] | None = None) -> dict[str, int]:
        """Return the bytes that this process holds and those that training takes, part by part, and the ``total``."""
        estimate = estimate_memory(len(self.wv) if vocab_size is None else vocab_size, self.config)
        return {**(report or {}), **asdict(estimate), "total": estimate.total}

    @property
    def syn1neg(self) -> NDArray[np.float32]:
        """The output vectors, float32, shape (V, vector_size): a view."""
        if self._matrices is None:
            raise ConfigError("the model has no vocabulary yet: call build_vocab() first")
        return self._matrices.output_vectors

    @property
    def from_cache(self) -> bool:
        """Whether the corpus was found encoded in the cache."""
        return self._corpus is not None and self._corpus.from_cache

    @property
    def corpus_count(self) -> int:
        """Sentences read."""
        return self.read_ledger.sentences if self.read_ledger else 0

    @property
    def corpus_total_words(self) -> int:
        """Words read, with those out of vocabulary."""
        return self.read_ledger.tokens if self.read_ledger else 0

    def __getattr__(self, name: str) -> Any:
        """Parameters can be read from the model by gensim's names."""
        if name == "layer1_size":
            return self.config.vector_size
        if name == "effective_min_count":
            return self.vocabulary_config.min_count
        for config in ("config", "vocabulary_config"):
            if config in self.__dict__ and name in type(self.__dict__[config]).__dataclass_fields__:
                return getattr(self.__dict__[config], name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self) -> str:
        return f"Word2Vec(vocab={len(self.wv)}, vector_size={self.config.vector_size}, alpha={self.config.alpha:g})"

    # ---------------------------------------------------------------------------------------------------------- files

    def save(self, path: PathLike) -> None:
        """Write the whole model (both matrices, counts, parameters, ledgers) as safetensors, atomically.

        Raises
        ------
        OutputError
            If it cannot be written; what was there before is still there.
        """
        if self._vocabulary is None:
            raise ConfigError("the model has no vocabulary yet: there is nothing to save")
        if FORMATS_OF_VECTORS.search(os.fsdecode(path)):
            raise ConfigError(
                f"a whole model is saved as safetensors, not as {os.fsdecode(path)!r} says: give it another name, or save "
                "its vectors alone with model.wv.save()"
            )
        words, counts = self._vocabulary.words, self._vocabulary.counts
        native.save(path, Contents(words, self.wv.vectors, counts, self.syn1neg, self.metadata()))

    @classmethod
    def load(cls, path: PathLike, *, tokenizer: Any = None) -> Self:
        """Read a model that :meth:`save` wrote. It can be trained further, on a corpus passed to :meth:`train`.

        ``tokenizer`` replaces the one the model was made with; it has to be passed if that was a Python object.

        Raises
        ------
        FormatError
            If the file is damaged, or holds vectors without the output matrix.
        MemoryLimitError
            If the model does not fit.
        """
        contents = native.load(path, mmap=True)
        known = contents.metadata
        if contents.output is None or contents.counts is None or "config" not in known:
            raise FormatError(f"{os.fspath(path)!r} holds vectors, not a model to train further: use KeyedVectors.load")
        vocabulary_options = {name: known["vocabulary"][name] for name in ("min_count", "max_final_vocab")}
        text = {"errors": "strict", "tokenizer": "whitespace"} | known.get("text", {})
        if tokenizer is not None:
            text["tokenizer"] = tokenizer
        model = cls(**known["config"], **vocabulary_options, **text, comment=known["comment"])
        vocabulary = Vocabulary(contents.words, contents.counts)
        require(estimate_memory(len(vocabulary), model.config))
        model._adopt(vocabulary, Matrices.copy_of(contents.vectors, contents.output))
        model.read_ledger = ReadLedger(**known["read"]) if known["read"] else None
        model.reports = [EpochReport(*row) for row in known["epochs"]]
        model.wv.metadata = known
        return model


class _Refresh:
    """Training writes the vectors in place: what was computed from them is out of date after every epoch."""

    def on_epoch_end(self, model: Word2Vec) -> None:
        """Compute the norms anew, before the user's callbacks look."""
        model.wv.fill_norms(force=True)


def refuse_other_models(**given: Any) -> None:
    """Raise ConfigError for a parameter of gensim's whose value asks for another model."""
    for name, value in given.items():
        allowed, reason = NOT_OFFERED[name]
        if value != allowed:
            raise ConfigError(f"{name} must be {allowed!r}: got {value!r}; {reason}")


EVENTS = ("on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end")


def _callbacks(callbacks: Iterable[Any]) -> list[Any]:
    listed = list(callbacks)
    for callback in listed:
        if not any(callable(getattr(callback, event, None)) for event in EVENTS):
            raise ConfigError(f"a callback needs one of the methods {', '.join(EVENTS)}: got {callback!r}")
    return listed


def _words(words: Any) -> Any:
    """Take any collection of words; what is none is left for the configuration to refuse."""
    return words if isinstance(words, str) or not isinstance(words, Iterable) else frozenset(words)


def _one_corpus(corpus_iterable: Any, corpus_file: Any) -> Any:
    if (corpus_iterable is None) == (corpus_file is None):
        both = "both" if corpus_file is not None else "neither"
        raise ConfigError(f"pass either sentences or corpus_file: got {both}")
    if corpus_file is not None:
        if not is_paths(corpus_file):
            raise ConfigError(f"corpus_file must be a path or a list of paths: got {type(corpus_file).__name__}")
        return corpus_file
    if isinstance(corpus_iterable, (str, bytes, os.PathLike)):
        raise CorpusError(f"sentences must be lists of words: got {corpus_iterable!r:.60}; pass a path as corpus_file=")
    if is_paths(corpus_iterable):
        raise CorpusError(f"a sentence must be a list of words, not a string: got {corpus_iterable[0]!r:.60}; split it")
    return corpus_iterable
