"""The names that the model and its parameters had in gensim 3: they work, with a warning that gives the name of today."""

import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from numpy.typing import NDArray

from w2v.errors import ArgumentError
from w2v.gensim_compat.rows_in_step import Weights

P = ParamSpec("P")
T = TypeVar("T")

OF_WV = {
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
}
"""What was asked of the model, and is now of its `wv`."""


def _warn(old: str, new: str) -> None:
    warnings.warn(f"{old} is the name of gensim 3; use {new}", DeprecationWarning, stacklevel=3)


def accepts_old_names(**new_names: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a function take arguments by older names, given as old="new"; its signature stays."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            for old, new in new_names.items():
                if old in kwargs:
                    _warn(f"{old}=", f"{new}=")
                    if new in kwargs:
                        raise ArgumentError(f"{old}= and {new}= are the same: pass {new}= alone")
                    kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return wrapper

    return decorate


class Gensim3Model(Weights):
    """Old names of methods and attributes of a model."""

    def __getattr__(self, name: str) -> Any:
        """Ask `wv` what is its own now."""
        if name in OF_WV:
            _warn(f"model.{name}", f"model.wv.{name}")
            return getattr(self.wv, name)
        return super().__getattr__(name)

    def __getitem__(self, word: Any) -> NDArray[Any]:
        _warn("model[word]", "model.wv[word]")
        return self.wv[word]

    def __contains__(self, word: Any) -> bool:
        _warn("word in model", "word in model.wv")
        return word in self.wv

    @property
    def syn0(self) -> NDArray[Any]:
        """Old name of ``wv.vectors``."""
        _warn("syn0", "wv.vectors")
        return self.wv.vectors

    @property
    def iter(self) -> int:
        """Old name of ``epochs``."""
        _warn("iter", "epochs")
        return self.epochs

    @iter.setter
    def iter(self, epochs: int) -> None:
        _warn("iter", "epochs")
        self.epochs = epochs

    def init_sims(self, replace: bool = False) -> None:
        """Compute norms, or scale all vectors to length 1: old name of methods of `wv`."""
        _warn("init_sims", "wv.fill_norms(), or wv.unit_normalize_all() for replace=True")
        if replace:
            self.wv.unit_normalize_all()
        else:
            self.wv.fill_norms()
