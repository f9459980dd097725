"""gensim 3's uses of a model that need code; those that are only names are in `w2v.gensim_names`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from w2v.annotations import checked
from w2v.gensim_names import warn_of_old_name

if TYPE_CHECKING:
    from w2v.gensim_compat.word2vec import Word2Vec


def epochs(model: Word2Vec) -> int:
    """Old name of ``epochs``."""
    warn_of_old_name("iter", "epochs")
    return model.epochs


@checked
def set_epochs(model: Word2Vec, epochs: int) -> None:
    """Set ``epochs`` by its old name."""
    warn_of_old_name("iter", "epochs")
    model.epochs = epochs


def vector(model: Word2Vec, word: Any) -> NDArray[Any]:
    """Return the vector of a word, as ``model[word]`` did."""
    warn_of_old_name("model[word]", "model.wv[word]")
    return model.wv[word]


def has_word(model: Word2Vec, word: Any) -> bool:
    """Return whether a word has a vector, as ``word in model`` did."""
    warn_of_old_name("word in model", "word in model.wv")
    return word in model.wv
