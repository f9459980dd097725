"""Rotate vectors onto those of another training, and measure how far each word moved: ``KeyedVectors.align_to``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from w2v import html
from w2v.annotations import checked
from w2v.arguments import integer
from w2v.arrays import Float32, Float64, Rows
from w2v.errors import ConfigError
from w2v.vectors.attributes import allocate_vecattrs
from w2v.vectors.cosines import unit
from w2v.vectors.store import VectorStore

Store = TypeVar("Store", bound=VectorStore)
ROWS_AT_ONCE = 8192


@dataclass(frozen=True, eq=False)
class Alignment:
    """Vectors rotated onto others, and the drift of each word that both have.

    Attributes
    ----------
    vectors : KeyedVectors
        The rotated vectors, of all words.
    rotation : ndarray of float64, shape (d, d)
        The orthogonal matrix R with ``vectors = original @ R``.
    words : list of str or of int
        The words that both have, in row order.
    drift : ndarray of float32, shape (len(words),)
        1 minus the cosine of both vectors of each word, after the rotation: 0 to 2. NaN where one of them is zero, and so
        has no direction.
    """

    vectors: Any
    rotation: Float64
    words: Sequence[Any]
    drift: Float32

    def moved(self, topn: int = 10) -> list[tuple[Any, float]]:
        """Return the words that drifted furthest, with their drift; words of equal drift keep their order.

        Words whose drift is NaN are left out.
        """
        known = int(np.isfinite(self.drift).sum())
        order = np.argsort(-self.drift, kind="stable")[:known][: integer("topn", topn, 1)]  # NaN is sorted last
        return [(self.words[row], float(self.drift[row])) for row in order]

    def __repr__(self) -> str:
        return f"Alignment({len(self.words)} shared words, mean drift {np.nanmean(self.drift):.4f})"

    def _repr_html_(self) -> str:
        return html.table(repr(self), ["word", "drift"], self.moved())


@checked
def align_to(store: Store, other: VectorStore) -> Alignment:
    """Rotate the vectors onto those of another training, as well as one rotation can.

    The rotation is the orthogonal matrix that minimises the distance between the unit vectors of the words that both have
    (orthogonal Procrustes; Schönemann 1966, Hamilton et al. 2016). Cosines within the vectors do not change.

    Parameters
    ----------
    other : KeyedVectors
        Vectors of the same number of dimensions; unchanged.

    Raises
    ------
    ConfigError
        If the numbers of dimensions differ, or no word is shared whose vectors are both other than zero.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> old = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [0, 1], [1, 1]])
    >>> new = KeyedVectors.from_arrays(["a", "b", "c"], [[0, 1], [-1, 0], [1, 1]])  # rotated; but c has moved
    >>> aligned = new.align_to(old)
    >>> aligned.moved(topn=1)[0][0]
    'c'
    """
    store.check_rows()
    other.check_rows()
    if store.vector_size != other.vector_size:
        raise ConfigError(
            f"other must have vectors of {store.vector_size} values, as here: got {other.vector_size} values"
        )
    words = [word for word in store.index_to_key if word in other.key_to_index]
    own = np.array([store.key_to_index[word] for word in words], np.int64)
    theirs = np.array([other.key_to_index[word] for word in words], np.int64)
    if not ((store.norms[own] > 0) & (other.norms[theirs] > 0)).any():
        raise ConfigError(f"both must share words whose vectors are not zero: got {len(words)} shared words")
    rotation = best_rotation((store.vectors[own[part]], other.vectors[theirs[part]]) for part in _parts(len(words)))
    made = store.from_arrays(store.index_to_key, _rotated(store.vectors, rotation), metadata=store.metadata)
    allocate_vecattrs(store)
    made.expandos = {name: values.copy() for name, values in store.expandos.items()}
    made._lockf = store.vectors_lockf.copy()
    drift = np.concatenate([_drift(made, other, own[part], theirs[part]) for part in _parts(len(words))])
    return Alignment(made, rotation, words, drift)


def best_rotation(pairs: Iterable[tuple[NDArray[Any], NDArray[Any]]]) -> Float64:
    """Return the orthogonal matrix R that minimises the distance of ``unit(a) @ R`` and ``unit(b)``.

    Parameters
    ----------
    pairs : iterable of (ndarray, ndarray), each of shape (n, d)
        Blocks of rows a and b. Pairs with a row that has no direction (zero, or not finite) do not contribute.

    Returns
    -------
    ndarray of float64, shape (d, d)
    """
    cross: Any = 0.0
    for a, b in pairs:
        with np.errstate(all="ignore"):
            units = unit(np.stack([a, b]))
        finite = np.isfinite(units).all(axis=(0, 2))
        cross = cross + units[0, finite].T @ units[1, finite]
    # If cross = U S V^T, then R = U V^T maximises tr(R^T cross) over orthogonal R, and so minimises the distance.
    left, _, right = np.linalg.svd(cross)
    rotation: Float64 = left @ right
    return rotation


def _parts(rows: int) -> list[slice]:
    return [slice(start, start + ROWS_AT_ONCE) for start in range(0, rows, ROWS_AT_ONCE)]


def _rotated(matrix: NDArray[Any], rotation: Float64) -> NDArray[Any]:
    made = np.empty(matrix.shape, matrix.dtype)
    for part in _parts(len(matrix)):
        made[part] = matrix[part].astype(np.float64) @ rotation
    return made


def _drift(store: VectorStore, other: VectorStore, own: Rows, theirs: Rows) -> Float32:
    first, second = unit(store.vectors[own]), unit(other.vectors[theirs])
    drift: Float32 = np.clip(1 - (first * second).sum(axis=1), 0, 2).astype(np.float32)
    drift[~(first.any(axis=1) & second.any(axis=1))] = np.nan
    return drift
