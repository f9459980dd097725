"""gensim names that are deprecated or not offered: one table, consulted for attributes that a class lacks.

`KeyedVectors` and `Word2Vec` look names up in it from ``__getattr__``. A gensim 3 name works, with a warning that gives the
current name; a name that is not offered raises an error that gives the reason and what to do instead.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from operator import attrgetter
from typing import Any, ParamSpec, TypeVar

from w2v.errors import ArgumentError, NotOfferedError

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class OldName:
    """The current name for a gensim 3 name, and a function that returns its value."""

    new: str
    value: Callable[[Any], Any]


@dataclass(frozen=True)
class Names:
    """Names of one gensim class that our class does not define itself."""

    old: Mapping[str, OldName]
    not_offered: Mapping[str, str]

    def find(self, subject: Any, name: str) -> Any:
        """Return the value of ``subject.name``; called by ``__getattr__``.

        Raises
        ------
        NotOfferedError
            If gensim has the name but w2v does not; the message gives the reason.
        AttributeError
            If neither has it.
        """
        if name in self.old:
            warn_of_old_name(name, self.old[name].new, depth=3)
            return self.old[name].value(subject)
        if name in self.not_offered:
            raise NotOfferedError(f"{type(subject).__name__}.{name} of gensim is not offered: {self.not_offered[name]}")
        raise AttributeError(f"{type(subject).__name__!r} object has no attribute {name!r}", name=name, obj=subject)

    def refuse_assigning(self, name: str) -> None:
        """Raise NotOfferedError for an old name, which, assigned, would hold a value that nothing reads."""
        if name in self.old:
            raise NotOfferedError(f"{name} is a name of gensim 3 and must not be assigned: assign {self.old[name].new}")


def warn_of_old_name(old: str, new: str, depth: int = 2) -> None:
    """Warn the caller ``depth`` levels up that it used a gensim 3 name."""
    warnings.warn(f"{old} is the gensim 3 name; use {new}", DeprecationWarning, stacklevel=depth + 1)


def accepts_old_names(**new_names: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a function accept arguments by old names, given as old="new"; its signature is unchanged."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            for old, new in new_names.items():
                if old in kwargs:
                    warn_of_old_name(f"{old}=", f"{new}=")
                    if new in kwargs:
                        raise ArgumentError(
                            f"{old}= and {new}= are the same parameter, so only one must be passed: got both"
                        )
                    kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return wrapper

    return decorate


@dataclass(frozen=True)
class VocabularyEntry:
    """Row and count of a word; the count is 0 if it is unknown."""

    index: int
    count: int


class VocabularyMapping(Mapping[str, VocabularyEntry]):
    """Read-only mapping from word to (index, count), as in gensim 3."""

    def __init__(self, vectors: Any) -> None:
        self._vectors = vectors

    def __getitem__(self, word: str) -> VocabularyEntry:
        row = self._vectors.key_to_index[word]
        counts = self._vectors.expandos.get("count")
        return VocabularyEntry(row, 0 if counts is None else int(counts[row]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._vectors.index_to_key)

    def __len__(self) -> int:
        return len(self._vectors)


def _init_sims(vectors: Any) -> Callable[..., None]:
    def init_sims(replace: bool = False) -> None:
        if replace:
            vectors.unit_normalize_all()
        else:
            vectors.fill_norms()

    return init_sims


def _add(vectors: Any) -> Callable[..., None]:
    def add(entities: Any, weights: Any, replace: bool = False) -> None:
        vectors.add_vectors(entities, weights, replace=replace)

    return add


def _accuracy(vectors: Any) -> Callable[..., Any]:
    def accuracy(
        questions: Any, restrict_vocab: int = 30_000, most_similar: Any = None, case_insensitive: bool = True
    ) -> Any:
        return vectors.evaluate_word_analogies(questions, restrict_vocab, case_insensitive)[1]

    return accuracy


def _word_vec(vectors: Any) -> Callable[..., Any]:
    def word_vec(word: Any, use_norm: bool = False) -> Any:
        return vectors.get_vector(word, norm=use_norm)

    return word_vec


_PROVENANCE = "the metadata of the vectors records how they were made; add your own text with comment="
_SOFTMAX = "it belongs to hierarchical softmax (hs=1), which is not supported; w2v trains with negative sampling"
_INIT_SIMS = "fill_norms(), or {0}unit_normalize_all() for replace=True"

_COUNTS = "key_to_index, and {0}get_vecattr(word, 'count')"
_ACCURACY = "evaluate_word_analogies, whose second result is the list of sections"

OF_VECTORS = Names(
    {
        "accuracy": OldName(_ACCURACY, _accuracy),
        "add": OldName("add_vectors", _add),
        "index2entity": OldName("index_to_key", attrgetter("index_to_key")),
        "index2word": OldName("index_to_key", attrgetter("index_to_key")),
        "init_sims": OldName(_INIT_SIMS.format(""), _init_sims),
        "syn0": OldName("vectors", attrgetter("vectors")),
        "syn0norm": OldName("get_normed_vectors()", lambda vectors: vectors.get_normed_vectors()),
        "vectors_norm": OldName("get_normed_vectors()", lambda vectors: vectors.get_normed_vectors()),
        "vocab": OldName(_COUNTS.format(""), VocabularyMapping),
        "word_vec": OldName("get_vector", _word_vec),
        "words_closer_than": OldName("closer_than", attrgetter("closer_than")),
        "wv": OldName("the vectors themselves", lambda vectors: vectors),
    },
    {
        "add_lifecycle_event": _PROVENANCE,
        "get_keras_embedding": "make one: keras.layers.Embedding(*wv.vectors.shape, weights=[wv.vectors])",
        "lifecycle_events": _PROVENANCE,
        "log_accuracy": "evaluate_word_analogies returns everything that it would log",
        "log_evaluate_word_pairs": "evaluate_word_pairs returns everything that it would log",
        "mapfile_path": "gensim does not use it either",
        "next_index": "new words are appended: the next row is len(vectors)",
        "similarity_matrix": "most_similar_batch finds the nearest words of many words at once",
        "similarity_unseen_docs": "it belongs to Doc2Vec",
    },
)

_ASKED_OF_THE_MODEL = (
    "closer_than",
    "distance",
    "distances",
    "doesnt_match",
    "evaluate_word_analogies",
    "evaluate_word_pairs",
    "get_vector",
    "intersect_word2vec_format",
    "most_similar",
    "most_similar_cosmul",
    "most_similar_to_given",
    "n_similarity",
    "save_word2vec_format",
    "similar_by_vector",
    "similar_by_word",
    "similarity",
    "vectors_lockf",
    "wmdistance",
)


class Word2VecTrainables:
    """``model.trainables`` of gensim 3, whose attributes are now the model's own."""

    def __init__(self, model: Any) -> None:
        self.__dict__["model"] = model

    def __getattr__(self, name: str) -> Any:
        return OF_TRAINABLES.find(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        OF_TRAINABLES.refuse_assigning(name)
        raise AttributeError(f"{name!r} must be assigned to the model: got an assignment to model.trainables")


class Word2VecVocab:
    """``model.vocabulary`` of gensim 3, whose attributes are now the model's own."""

    def __init__(self, model: Any) -> None:
        self.__dict__["model"] = model

    def __getattr__(self, name: str) -> Any:
        return OF_VOCABULARY.find(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        OF_VOCABULARY.refuse_assigning(name)
        raise AttributeError(f"{name!r} must be assigned to the model: got an assignment to model.vocabulary")


def _now_of_the_model(*names: str, **moved: str) -> dict[str, OldName]:
    """Return the old names of a part of a model: attributes of the same name, or of another, of the model itself."""
    places = dict.fromkeys(names, "") | moved
    return {
        name: OldName(f"model.{place or name}", attrgetter(f"model.{place or name}")) for name, place in places.items()
    }


OF_TRAINABLES = Names(
    _now_of_the_model(
        *("hashfxn", "layer1_size", "prepare_weights", "seed", "syn1neg", "update_weights"),
        reset_weights="init_weights",
        vectors_lockf="wv.vectors_lockf",
    ),
    {"seeded_vector": "draw vectors with numpy.random.default_rng(seed)", "syn1": _SOFTMAX},
)

OF_VOCABULARY = Names(
    _now_of_the_model(
        *("cum_table", "make_cum_table", "max_final_vocab", "max_vocab_size", "min_count", "ns_exponent", "null_word"),
        *("prepare_vocab", "raw_vocab", "sample", "scan_vocab", "sorted_vocab"),
        sort_vocab="wv.sort_by_descending_frequency",
    ),
    {"add_null_word": "only CBOW with concatenation uses it", "create_binary_tree": _SOFTMAX},
)

OF_MODELS = Names(
    {
        **{name: OldName(f"model.wv.{name}", attrgetter(f"wv.{name}")) for name in _ASKED_OF_THE_MODEL},
        "accuracy": OldName("wv." + _ACCURACY, lambda model: _accuracy(model.wv)),
        "finalize_vocab": OldName("prepare_vocab", attrgetter("prepare_vocab")),
        "index2entity": OldName("wv.index_to_key", attrgetter("wv.index_to_key")),
        "index2word": OldName("wv.index_to_key", attrgetter("wv.index_to_key")),
        "init_sims": OldName("wv." + _INIT_SIMS.format("wv."), lambda model: _init_sims(model.wv)),
        "reset_weights": OldName("init_weights", attrgetter("init_weights")),
        "scale_vocab": OldName("prepare_vocab", attrgetter("prepare_vocab")),
        "sort_vocab": OldName("wv.sort_by_descending_frequency", attrgetter("wv.sort_by_descending_frequency")),
        "syn0": OldName("wv.vectors", attrgetter("wv.vectors")),
        "syn0_lockf": OldName("wv.vectors_lockf", attrgetter("wv.vectors_lockf")),
        "syn0norm": OldName("wv.get_normed_vectors()", lambda model: model.wv.get_normed_vectors()),
        "table": OldName("cum_table", attrgetter("cum_table")),
        "trainables": OldName("the model itself, such as model.syn1neg", Word2VecTrainables),
        "vocab": OldName("wv." + _COUNTS.format("wv."), lambda model: VocabularyMapping(model.wv)),
        "vocabulary": OldName("the model itself, such as model.cum_table", Word2VecVocab),
        "word_vec": OldName("wv.get_vector", lambda model: _word_vec(model.wv)),
    },
    {
        "add_lifecycle_event": _PROVENANCE,
        "lifecycle_events": _PROVENANCE,
        "add_null_word": "only CBOW with concatenation uses it",
        "clear_sims": "norms are computed when they are needed; after writing into wv.vectors, call "
        "wv.fill_norms(force=True)",
        "create_binary_tree": _SOFTMAX,
        "delete_temporary_training_data": "there is none; to keep only the vectors, keep model.wv and drop the model",
        "load_word2vec_format": "such a file holds vectors, not a model; use KeyedVectors.load_word2vec_format",
        "log_accuracy": "wv.evaluate_word_analogies returns everything it would log",
        "log_evaluate_word_pairs": "wv.evaluate_word_pairs returns everything it would log",
        "random": "random streams are derived from seed, epoch and position in the corpus; there is no shared generator",
        "score": _SOFTMAX,
        "seeded_vector": "gensim no longer uses it; draw vectors with numpy.random.default_rng(seed)",
        "syn1": _SOFTMAX,
    },
)


class ExplainsNames(type):
    """The class of `Word2Vec`: a name of gensim's that is asked of the class, not of a model, is explained too."""

    def __getattr__(cls, name: str) -> Any:
        """Raise an error with the reason, or with the name of today, for a name of gensim."""
        if name in OF_MODELS.not_offered:
            raise NotOfferedError(f"{cls.__name__}.{name} of gensim is not offered: {OF_MODELS.not_offered[name]}")
        if name in OF_MODELS.old:
            raise NotOfferedError(f"{cls.__name__}.{name} is a name of gensim 3: use {OF_MODELS.old[name].new}")
        raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}", name=name, obj=cls)
