"""``Word2Vec``: a model with gensim's interface.

It trains skip-gram with negative sampling. gensim's default is CBOW (``sg=0``); requesting that, or hierarchical softmax
(``hs=1``), raises an error instead of silently training something else.

A model has a corpus, its rows (`RowsInStep`), assignable parameters, and methods: functions of the modules beside this one.
"""

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from w2v import gensim_names
from w2v.annotations import checked
from w2v.arguments import word_set
from w2v.atomic_files import PathLike
from w2v.config import TrainConfig, VocabularyConfig
from w2v.corpus.encoded_corpus import EncodedCorpus, ReadLedger
from w2v.corpus.phrase_table import PhraseTable
from w2v.corpus.phrases import wanted_phrases
from w2v.corpus.select_words import TrimRule
from w2v.gensim_compat import (
    files,
    locking,
    old_names,
    parameters,
    training_methods,
    vocabulary_methods,
    weight_methods,
)
from w2v.gensim_compat.callbacks import as_callbacks
from w2v.gensim_compat.rows_in_step import RowsInStep
from w2v.gensim_compat.source import Source
from w2v.gensim_names import ExplainsNames, accepts_old_names
from w2v.training.checkpoint import Checkpoints
from w2v.training.epoch_report import EpochReport
from w2v.training.memory import MemoryEstimate
from w2v.vectors.keyed_vectors import KeyedVectors

if TYPE_CHECKING:
    from w2v.geometry import Trajectory


class Word2Vec(metaclass=ExplainsNames):
    """A model that trains, holds and saves word vectors, with gensim's interface.

    Parameters
    ----------
    sentences : iterable of sentences, optional
        Read once, so a generator works. A sentence is a list, tuple, array, set or column of words or of integers; or a
        string, if there is a ``tokenizer``: ``Word2Vec(table["text"], tokenizer="words")``. Or a table, if ``column`` names
        its column: ``Word2Vec(table, column="text", tokenizer="words")``. Readers such as `LineSentence` are replaced by
        their files. Without a corpus, call :meth:`build_vocab` and :meth:`train` later.
    corpus_file : path or list of paths, optional
        Text files with one sentence per line: a file, several, a folder, a URL, or ``-``; plain, .gz, .bz2, .xz or .zst. Or
        tables (.parquet, .arrow, .jsonl, .csv, .tsv), if ``column`` names their column.
    vector_size, alpha, window, min_count, sample, seed, workers, min_alpha, negative, ns_exponent, epochs
        As in gensim, also ``max_final_vocab`` and ``shrink_windows``; see ``TrainConfig`` and ``VocabularyConfig``.
        ``workers=0`` uses every processor. All are attributes, which may be assigned.
    max_vocab_size : int, optional
        While counting, forget the rarest words whenever there are more. This changes counts, and saves hardly any memory.
    sg, hs, null_word
        gensim parameters with only one valid value here.
    cbow_mean : {1, 0}
        Whether :meth:`predict_output_word` uses the mean of the context's vectors or their sum.
    trim_rule : callable, optional
        Function of a word, its count and ``min_count`` that returns ``RULE_KEEP``, ``RULE_DISCARD`` or ``RULE_DEFAULT``.
    sorted_vocab : {1, 0}
        Whether to sort words by descending count; otherwise they stay in order of first appearance.
    callbacks : iterable
        See ``CallbackAny2Vec``; called by the training in the constructor, or else by the first call of `train`.
    comment : str, optional
        Stored in the model's metadata.
    hashfxn, batch_words, compute_loss
        Accepted for compatibility with gensim, and ignored: nothing is hashed, and the loss is always computed.
    noise_windows : int
        Number of consecutive windows of a sentence that share their noise words.
    shards : int
        Copies of the matrices that are trained side by side and merged in rounds; see ``TrainConfig``.
    objective : {"sgns", "nt_xent", "decoupled", "triplet", "triplet_dot", "align_uniform", "spectral"}
        The training loss; ``training/objectives.py`` defines them.
    negative_weight : float
        Weight of each noise word's term in the loss of sgns; see ``TrainConfig``.
    temperature, margin, align_weight, align_power, uniform_t : float
        Parameters of the objectives other than sgns; see ``TrainConfig``.
    tokenizer, errors, encoding, as_lines, column
        How to split text (``corpus_file``, or strings in ``sentences``) into words, how to treat bytes that are not text,
        the encoding of files, whether to read tables as lines of text, or which column of them; see ``TextOptions``.
    keep, drop : collections of str
        Words that are kept regardless of their count, and words that are always excluded.
    cache : path, optional
        A folder of encoded corpora; see `w2v.encode`.
    phrases : bool, PhraseConfig, PhraseTable or Phrases
        Merge phrases into single words (new_york); see `w2v.encode`. Texts that are passed to `train` later get the same
        phrases as the one that the vocabulary is from.
    preset : {"fast"}, optional
        Choose ``epochs``, ``alpha``, ``sample``, ``negative``, ``negative_weight`` and ``window`` for the size of the text
        when the vocabulary is built: "fast" for vectors as good as those of the defaults, in the least time. Passing one
        of them too is an error, unless its value is the default. See `w2v.preset`.
    progress, checkpoints
        As in `w2v.train`.
    geometry_every, geometry_every_words : float, int, optional
        Interval in epochs (0.1: ten times per epoch) or words for recording alignment, uniformity and loss on a fixed
        sample of pairs and words, in ``model.trajectory``, which is saved with the model; ``w2v geometry --plot`` draws it.
    backend, address, nodes
        Train on several machines, with ``"ray"`` or ``"mpi"``; see `w2v.distributed.train`. The corpus must be files, which
        are read there, with the vocabulary if the model has none yet; ``workers`` is the number of threads of each worker.

    Attributes
    ----------
    wv : KeyedVectors
        Words and input vectors. Assigning another object keeps the output vectors of the words that both have.
    reports : list of EpochReport
        One per epoch of the last training; ``loss`` is a mean, comparable between corpora of different size.
    corpus_count, corpus_total_words : int
        Number of sentences and words read, including out-of-vocabulary words.
    effective_min_count : int
        The effective minimum count: ``min_count``, or more because of ``max_final_vocab``.
    raw_vocab : dict of str or int to int
        Counted words, before selection; see `scan_vocab`.
    total_train_time, train_count : float, int
        Seconds spent in all calls of `train`, and number of calls.
    min_alpha_yet_reached : float
        The last learning rate.
    phrases : PhraseTable or None
        The phrases that were merged. It is not saved with the model; it may be assigned, for further texts.
    trajectory : w2v.geometry.Trajectory or None
        The record requested by ``geometry_every``; after a resume, only from there on.

    Raises
    ------
    ConfigError
        If a parameter is out of range or requests something that is not offered.
    CorpusError, MemoryLimitError, TrainingError
        From reading and training.

    Examples
    --------
    >>> model = Word2Vec([["a", "b", "c"]] * 99, vector_size=4, min_count=1, workers=1)
    >>> model.wv["a"].shape, len(model.reports)
    ((4,), 5)
    """

    # Fields of TrainConfig and VocabularyConfig under gensim's names: they may be assigned, and are checked on use.
    vector_size: int
    window: int
    negative: int
    epochs: int
    alpha: float
    min_alpha: float
    sample: float
    workers: int
    seed: int
    objective: str
    min_count: int
    max_final_vocab: int | None

    @accepts_old_names(size="vector_size", iter="epochs")
    @checked
    def __init__(
        self,
        sentences: Any = None,
        corpus_file: Any = None,
        vector_size: int = 100,
        alpha: float = 0.025,
        window: int = 5,
        min_count: int = 5,
        max_vocab_size: int | None = None,
        sample: float = 1e-3,
        seed: int = 1,
        workers: int = 3,
        min_alpha: float = 0.0001,
        sg: bool | int = 1,
        hs: bool | int = 0,
        negative: int = 5,
        ns_exponent: float = 0.75,
        cbow_mean: bool | int = 1,
        hashfxn: Callable[[Any], int] = hash,
        epochs: int = 5,
        null_word: int = 0,
        trim_rule: TrimRule | None = None,
        sorted_vocab: bool | int = 1,
        batch_words: int = 10_000,
        compute_loss: bool = False,
        callbacks: Iterable[Any] = (),
        comment: str | None = None,
        max_final_vocab: int | None = None,
        shrink_windows: bool = True,
        *,
        noise_windows: int = TrainConfig.noise_windows,
        shards: int = TrainConfig.shards,
        objective: str = TrainConfig.objective,
        negative_weight: float = TrainConfig.negative_weight,
        temperature: float = TrainConfig.temperature,
        margin: float = TrainConfig.margin,
        align_weight: float = TrainConfig.align_weight,
        align_power: float = TrainConfig.align_power,
        uniform_t: float = TrainConfig.uniform_t,
        tokenizer: Any = None,
        errors: str = "strict",
        encoding: str = "utf-8",
        as_lines: bool = False,
        column: str | None = None,
        keep: Iterable[str] = (),
        drop: Iterable[str] = (),
        cache: PathLike | None = None,
        phrases: Any = False,
        preset: str | None = None,
        progress: bool | None = None,
        checkpoints: Checkpoints | PathLike | None = None,
        geometry_every: float | None = None,
        geometry_every_words: int | None = None,
        backend: str | None = None,
        address: str | None = None,
        nodes: int = 0,
    ) -> None:
        given = dict(locals())
        parameters.refuse_other_models(**{name: given[name] for name in parameters.ONE_VALUE})
        given |= {"keep": word_set("keep", keep), "drop": word_set("drop", drop)}
        for part in (TrainConfig, VocabularyConfig):
            config = part(**{f.name: given[f.name] for f in fields(part)})
            vars(self).update({f.name: getattr(config, f.name) for f in fields(part)})
        self.sg, self.hs, self.null_word = sg, hs, null_word
        self.cbow_mean, self.max_vocab_size, self.sorted_vocab = cbow_mean, max_vocab_size, sorted_vocab
        self.hashfxn, self.batch_words = hashfxn, batch_words
        self.compute_loss, self.comment = bool(compute_loss), comment
        self.tokenizer, self.errors, self.encoding, self.as_lines = tokenizer, errors, encoding, as_lines
        self.column = column
        self.geometry_every, self.geometry_every_words = parameters.checked_every(geometry_every, geometry_every_words)
        if checkpoints is not None and not isinstance(checkpoints, Checkpoints):
            checkpoints = Checkpoints(os.fspath(checkpoints))
        self._checkpoints, self._callbacks = checkpoints, as_callbacks(callbacks)
        self._rule, self._cache, self._progress = trim_rule, cache, progress
        self._phrases = wanted_phrases(phrases)
        self.preset = parameters.checked_preset(preset, self.config)
        self.backend, self.address, self.nodes = backend, address, nodes
        if (backend, address, nodes) != (None, None, 0):
            from w2v.gensim_compat import many_machines  # not at the top: most models are trained without it

            many_machines.refuse_local(self)
        self._begin()
        if sentences is None and corpus_file is None:
            return
        if backend is None:
            self.build_vocab(sentences, corpus_file)
            self.train(compute_loss=compute_loss)
        else:
            self.train(sentences, corpus_file, compute_loss=compute_loss)

    def _begin(self) -> None:
        """Initialise a model without words; check early the parameters for reading."""
        vocabulary_methods.choice(self, self._rule)
        self.text  # noqa: B018  (raises for an unknown value of `errors`)
        self.rows = RowsInStep(self.vector_size)
        self._busy = threading.Lock()
        self._source: Source | None = None
        self._corpus: EncodedCorpus | None = None
        self._sources: tuple[str, ...] = ()
        self.read_ledger: ReadLedger | None = None
        self.corpus_count = self.corpus_total_words = 0
        self.effective_min_count = self.min_count
        self.raw_vocab: dict[Any, int] = {}
        self.reports: list[EpochReport] = []
        self.trajectory: Trajectory | None = None
        self.phrases: PhraseTable | None = None
        self._told: dict[str, Any] = {}  # what a file says besides, such as how phrases were found
        self.total_train_time, self.train_count, self.min_alpha_yet_reached = 0.0, 0, self.alpha
        self.__dict__["load"] = files.refuse_on_instance

    build_vocab = vocabulary_methods.build_vocab
    scan_vocab = vocabulary_methods.scan_vocab
    prepare_vocab = vocabulary_methods.prepare_vocab
    prepare_weights = weight_methods.prepare_weights
    init_weights = weight_methods.init_weights
    update_weights = weight_methods.update_weights
    estimate_memory = weight_methods.estimate_memory
    build_vocab_from_freq = vocabulary_methods.build_vocab_from_freq
    reset_from = vocabulary_methods.reset_from
    cum_table = property(weight_methods.cum_table)
    make_cum_table = weight_methods.make_cum_table
    from_cache = property(vocabulary_methods.from_cache)
    train = training_methods.train
    ledger = property(training_methods.token_ledger)
    running_training_loss = property(training_methods.running_training_loss)
    get_latest_training_loss = training_methods.get_latest_training_loss
    predict_output_word = training_methods.predict_output_word
    alone = locking.alone
    save = files.save
    metadata = files.metadata
    __getstate__ = files.state_to_copy
    __setstate__ = files.restore_copy

    @classmethod
    @checked
    def load(cls, fname: PathLike, mmap: str | None = None, rethrow: bool = False, *, tokenizer: Any = None) -> Self:
        """Read a model written by `save`; see `w2v.gensim_compat.files.load`."""
        return files.load(cls, fname, mmap, rethrow, tokenizer=tokenizer)

    config = property(parameters.train_config)
    vocabulary_config = property(parameters.vocabulary_config)
    text = property(parameters.text_options)
    layer1_size = property(lambda self: self.vector_size, doc="Columns of the output vectors.")
    iter = property(old_names.epochs, old_names.set_epochs)
    __getitem__ = old_names.vector
    __contains__ = old_names.has_word

    @property
    def wv(self) -> KeyedVectors:
        """Words and input vectors."""
        return self.rows.wv

    @wv.setter
    def wv(self, vectors: KeyedVectors) -> None:
        self.rows.take_words(vectors)

    @property
    def syn1neg(self) -> NDArray[np.float32]:
        """The output vectors, float32, shape (V, vector_size): a view. Assigning copies."""
        return self.rows.bring(self.config).output_vectors

    @syn1neg.setter
    @checked
    def syn1neg(self, vectors: ArrayLike) -> None:
        self.rows.take_output(vectors)

    @property
    def memory(self) -> MemoryEstimate | None:
        """The estimated memory of training, from when the vectors were initialised."""
        return self.rows.memory

    def __getattr__(self, name: str) -> Any:
        """Return the value of a gensim 3 name, or raise an error that explains why a gensim name is not offered."""
        return gensim_names.OF_MODELS.find(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        gensim_names.OF_MODELS.refuse_assigning(name)
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *gensim_names.OF_MODELS.old]

    def __str__(self) -> str:
        return f"{type(self).__name__}<vocab={len(self.wv)}, vector_size={self.wv.vector_size}, alpha={self.alpha}>"

    def _repr_html_(self) -> str:
        return self.wv._repr_html_()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(vocab={len(self.wv)}, vector_size={self.vector_size}, alpha={self.alpha:g})"
