"""gensim's names that are old or not offered: one table, asked for when a class has no such name itself.

`KeyedVectors` and `Word2Vec` ask it from ``__getattr__``: a name of gensim 3 works, with a warning that gives the name of
today; a name that is not offered is an error that gives the reason, and what to do instead.
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
    """What to use instead of a name of gensim 3, and what it stood for."""

    new: str
    value: Callable[[Any], Any]


@dataclass(frozen=True)
class Names:
    """Names of one class of gensim's that the class here does not have itself."""

    old: Mapping[str, OldName]
    not_offered: Mapping[str, str]

    def find(self, subject: Any, name: str) -> Any:
        """Return what ``subject.name`` is; to be called by ``__getattr__``.

        Raises
        ------
        NotOfferedError
            With the reason, if gensim has the name.
        AttributeError
            If nobody has it.
        """
        if name in self.old:
            warn_of_old_name(name, self.old[name].new, depth=3)
            return self.old[name].value(subject)
        if name in self.not_offered:
            raise NotOfferedError(f"{type(subject).__name__}.{name} of gensim is not offered: {self.not_offered[name]}")
        raise AttributeError(f"{type(subject).__name__!r} object has no attribute {name!r}", name=name, obj=subject)


def warn_of_old_name(old: str, new: str, depth: int = 2) -> None:
    """Warn the caller ``depth`` calls above of a name of gensim 3."""
    warnings.warn(f"{old} is the name of gensim 3; use {new}", DeprecationWarning, stacklevel=depth + 1)


def accepts_old_names(**new_names: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a function take arguments by older names, given as old="new"; its signature stays."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            for old, new in new_names.items():
                if old in kwargs:
                    warn_of_old_name(f"{old}=", f"{new}=")
                    if new in kwargs:
                        raise ArgumentError(f"{old}= and {new}= are the same: pass {new}= alone")
                    kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return wrapper

    return decorate


@dataclass(frozen=True)
class VocabularyEntry:
    """Row and number of occurrences of a word; the number is 0 where it is not known."""

    index: int
    count: int


class VocabularyMapping(Mapping[str, VocabularyEntry]):
    """Words as gensim 3 gave them, read-only: word -> (index, count)."""

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


_PROVENANCE = "how vectors were made is in their metadata, with a comment of your own if the model got one (comment=)"
_SOFTMAX = "it belongs to hierarchical softmax (hs=1), and this engine trains by negative sampling"
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
        "log_accuracy": "evaluate_word_analogies returns all that it would log",
        "log_evaluate_word_pairs": "evaluate_word_pairs returns all that it would log",
        "mapfile_path": "gensim does not use it either",
        "next_index": "words are added behind the last one: their rows are those from len(vectors) on",
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
        "random": "every random stream follows from seed, epoch and place in the corpus; there is no generator to share",
        "score": _SOFTMAX,
        "seeded_vector": "gensim does not use it any more; numpy.random.default_rng(seed) makes vectors",
        "syn1": _SOFTMAX,
    },
)
