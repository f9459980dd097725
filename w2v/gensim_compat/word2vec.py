"""The model under gensim's name.

Skip-gram with negative sampling is what it trains. gensim's own default is CBOW (``sg=0``); asking for that, or for
hierarchical softmax (``hs=1``), is an error and never something else silently.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from w2v.atomic_files import PathLike
from w2v.config import TrainConfig, VocabularyConfig
from w2v.corpus.count_text import TextOptions
from w2v.corpus.select_words import TrimRule
from w2v.gensim_compat.files import Files, only_of_the_class
from w2v.gensim_compat.gensim3 import accepts_old_names
from w2v.gensim_compat.parameters import refuse_other_models
from w2v.geometry import Every
from w2v.not_offered import PROVENANCE
from w2v.training.checkpoint import Checkpoints

SOFTMAX = "it belongs to hierarchical softmax (hs=1), and this engine trains by negative sampling"


class Word2Vec(Files):
    """Train, keep and save word vectors.

    Parameters
    ----------
    sentences : iterable of list of str, optional
        Read once, so a generator will do; lists of whole numbers are accepted too. `LineSentence` and the like stand for
        their files. Without a corpus the model waits for :meth:`build_vocab` and :meth:`train`.
    corpus_file : path or list of paths, optional
        Text instead: a file, several, a folder, ``-``; plain, .gz, .bz2, .xz; a sentence a line.
    vector_size, alpha, window, min_count, sample, seed, workers, min_alpha, negative, ns_exponent, epochs
        As in gensim; ``TrainConfig`` and ``VocabularyConfig`` say what each does; ``max_final_vocab`` and
        ``shrink_windows`` too. ``workers=0`` uses every processor. They are attributes, which may be assigned.
    max_vocab_size : int, optional
        While counting, forget the rarest words whenever more are known. That changes counts; memory hardly needs it.
    sg, hs, null_word
        gensim's, at the one value that this engine has.
    cbow_mean : {1, 0}
        Whether :meth:`predict_output_word` takes the mean of the context's vectors or their sum.
    trim_rule : callable, optional
        From a word, its count and the least count to ``RULE_KEEP``, ``RULE_DISCARD`` or ``RULE_DEFAULT``.
    sorted_vocab : {1, 0}
        Most frequent words first, or in order of first appearance.
    callbacks : iterable
        See ``CallbackAny2Vec``; told about the training that the constructor does, or else about the first one.
    comment : str, optional
        Kept with the model.
    hashfxn, batch_words, compute_loss
        gensim's, without effect: nothing is hashed, and the loss is always computed.
    noise_windows : int
        Consecutive windows of a sentence that share their noise words.
    objective : {"sgns", "nt_xent", "triplet", "triplet_dot", "align_uniform"}
        The loss that is trained; ``training/objectives.py`` defines them.
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
    geometry_every : float, optional
        Record alignment, uniformity and loss every so many epochs (0.1: ten times in each) on a fixed sample of pairs and
        words: ``model.trajectory``, kept with the model; ``w2v geometry --plot`` draws it.
    geometry_every_words : int, optional
        The same, every so many words.

    Raises
    ------
    ConfigError
        If a parameter is out of range or asks for what is not offered.
    CorpusError, MemoryLimitError, TrainingError
        From reading and training.
    """

    NOT_OFFERED: ClassVar[dict[str, str]] = {
        "add_lifecycle_event": PROVENANCE,
        "lifecycle_events": PROVENANCE,
        "add_null_word": "only CBOW with concatenation uses it",
        "create_binary_tree": SOFTMAX,
        "random": "every random stream follows from seed, epoch and place in the corpus; there is no generator to share",
        "score": SOFTMAX,
        "seeded_vector": "gensim does not use it any more; numpy.random.default_rng(seed) makes vectors",
        "syn1": SOFTMAX,
    }

    @accepts_old_names(size="vector_size", iter="epochs")
    def __init__(
        self,
        sentences: Iterable[Any] | None = None,
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
        sg: int = 1,
        hs: int = 0,
        negative: int = 5,
        ns_exponent: float = 0.75,
        cbow_mean: int = 1,
        hashfxn: Callable[[Any], int] = hash,
        epochs: int = 5,
        null_word: int = 0,
        trim_rule: TrimRule | None = None,
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
        geometry_every: float | None = None,
        geometry_every_words: int | None = None,
    ) -> None:
        refuse_other_models(sg=sg, hs=hs, null_word=null_word)
        config = TrainConfig(
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
        self._set_parameters(
            config,
            VocabularyConfig(min_count, max_final_vocab, _words(keep), _words(drop)),
            sg=sg,
            hs=hs,
            null_word=null_word,
            cbow_mean=cbow_mean,
            max_vocab_size=max_vocab_size,
            sorted_vocab=sorted_vocab,
            hashfxn=hashfxn,
            batch_words=batch_words,
            comment=comment,
        )
        self._start_without_words(TextOptions(tokenizer, errors, config.threads), trim_rule, cache, progress)
        self._start_untrained(checkpoints, callbacks, compute_loss, Every(geometry_every, geometry_every_words))
        self.__dict__["load"] = only_of_the_class
        if sentences is not None or corpus_file is not None:
            self.build_vocab(sentences, corpus_file)
            self.train(compute_loss=compute_loss)

    def __str__(self) -> str:
        return f"{type(self).__name__}<vocab={len(self.wv)}, vector_size={self.wv.vector_size}, alpha={self.alpha}>"

    def __repr__(self) -> str:
        return f"{type(self).__name__}(vocab={len(self.wv)}, vector_size={self.vector_size}, alpha={self.alpha:g})"


def _words(words: Any) -> Any:
    """Take any collection of words; what is none is left for the configuration to refuse."""
    return words if isinstance(words, str) or not isinstance(words, Iterable) else frozenset(words)
