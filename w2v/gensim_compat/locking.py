"""One change of a model at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from w2v.errors import ModelBusyError

if TYPE_CHECKING:
    from w2v.gensim_compat.word2vec import Word2Vec


@contextmanager
def alone(model: Word2Vec) -> Iterator[None]:
    """Lock the model, so that neither other threads nor callbacks can change it.

    Raises
    ------
    ModelBusyError
        If the model is being changed or trained.
    """
    if not model._busy.acquire(blocking=False):
        raise ModelBusyError("cannot change the model: it is being trained; wait until that ends, or use another model")
    try:
        yield
    finally:
        model._busy.release()
