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


def _word_vec(vectors: Any) -> Callable[..., Any]:
    def word_vec(word: Any, use_norm: bool = False) -> Any:
        return vectors.get_vector(word, norm=use_norm)

    return word_vec


_PROVENANCE = "the metadata of the vectors records how they were made; add your own text with comment="
_SOFTMAX = "it belongs to hierarchical softmax (hs=1), which is not supported; w2v trains with negative sampling"
_INIT_SIMS = "fill_norms(), or {0}unit_normalize_all() for replace=True"

OF_VECTORS = Names(
    {
        "index2entity": OldName("index_to_key", attrgetter("index_to_key")),
        "index2word": OldName("index_to_key", attrgetter("index_to_key")),
        "init_sims": OldName(_INIT_SIMS.format(""), _init_sims),
        "syn0": OldName("vectors", attrgetter("vectors")),
        "syn0norm": OldName("get_normed_vectors()", lambda vectors: vectors.get_normed_vectors()),
        "vectors_norm": OldName("get_normed_vectors()", lambda vectors: vectors.get_normed_vectors()),
        "vocab": OldName("key_to_index, and get_vecattr(word, 'count')", VocabularyMapping),
        "word_vec": OldName("get_vector", _word_vec),
        "words_closer_than": OldName("closer_than", attrgetter("closer_than")),
    },
    {
        "add_lifecycle_event": _PROVENANCE,
        "lifecycle_events": _PROVENANCE,
        "log_accuracy": "evaluate_word_analogies returns everything that it would log",
        "log_evaluate_word_pairs": "evaluate_word_pairs returns everything that it would log",
        "mapfile_path": "gensim does not use it either",
        "next_index": "new words are appended: the next row is len(vectors)",
        "similarity_unseen_docs": "it belongs to Doc2Vec",
    },
)

_ASKED_OF_THE_MODEL = (
    "doesnt_match",
    "evaluate_word_pairs",
    "intersect_word2vec_format",
    "most_similar",
    "most_similar_cosmul",
    "n_similarity",
    "save_word2vec_format",
    "similar_by_vector",
    "similar_by_word",
    "similarity",
    "wmdistance",
)

OF_MODELS = Names(
    {
        **{name: OldName(f"model.wv.{name}", attrgetter(f"wv.{name}")) for name in _ASKED_OF_THE_MODEL},
        "init_sims": OldName("wv." + _INIT_SIMS.format("wv."), lambda model: _init_sims(model.wv)),
        "syn0": OldName("wv.vectors", attrgetter("wv.vectors")),
    },
    {
        "add_lifecycle_event": _PROVENANCE,
        "lifecycle_events": _PROVENANCE,
        "add_null_word": "only CBOW with concatenation uses it",
        "create_binary_tree": _SOFTMAX,
        "random": "random streams are derived from seed, epoch and position in the corpus; there is no shared generator",
        "score": _SOFTMAX,
        "seeded_vector": "gensim no longer uses it; draw vectors with numpy.random.default_rng(seed)",
        "syn1": _SOFTMAX,
    },
)
