"""Smaller vectors: int8 codes, and fewer dimensions (PCA): ``KeyedVectors.quantized``.

    code = round(vector / scale), from -127 to 127    one scale per row: its largest magnitude / 127

A row takes d + 4 bytes instead of 4 d. The scale does not change the direction of a row, so cosines suffer from the rounding
alone.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from w2v import html
from w2v.annotations import checked
from w2v.arguments import integer, wrong_type
from w2v.arrays import Float32, Float64
from w2v.atomic_files import PathLike
from w2v.errors import ConfigError
from w2v.formats import check_native_name, native
from w2v.formats.contents import Contents
from w2v.json_values import copied
from w2v.vectors.neighbours import most_similar_batch
from w2v.vectors.overlap import NEIGHBOURS, shared_neighbours
from w2v.vectors.store import VectorStore

LARGEST = 127
ROWS_AT_ONCE = 8192


class Examiner(Protocol):
    """What scores vectors, such as `w2v.evaluation.exam.Exam`."""

    def score(self, words: Any, vectors: Any) -> Any:
        """Return the scores of vectors, shape (V, d)."""


@dataclass(frozen=True, eq=False)
class QuantizedVectors:
    """Vectors as int8 codes, and what the quantisation cost.

    Attributes
    ----------
    words : list of str
    codes : ndarray of int8, shape (V, d)
    scales : ndarray of float32, shape (V,)
        The vector of row i is ``codes[i] * scales[i]``.
    overlap : float
        Mean fraction of the 10 nearest neighbours of 1000 words (all, if there are fewer) that stay the same.
    nbytes_before : int
        Size of the matrix before.
    scores : tuple of two results, or None
        What ``exam`` said before and after.
    """

    words: list[str]
    codes: NDArray[np.int8]
    scales: Float32
    overlap: float
    nbytes_before: int
    rest: dict[str, Any] = field(repr=False)
    scores: tuple[Any, Any] | None = None

    @property
    def nbytes(self) -> int:
        """Size of codes and scales together, in bytes."""
        return self.codes.nbytes + self.scales.nbytes

    def contents(self) -> Contents:
        """Return the contents to write to a file."""
        return Contents(self.words, self.codes, scales=self.scales, **self.rest)

    @checked
    def save(self, path: PathLike) -> None:
        """Write a native file with the codes, atomically; ``KeyedVectors.load`` reads it as float32.

        Raises
        ------
        FormatError
            If the extension belongs to another format.
        OutputError
            If it cannot be written; an existing file is then unchanged.
        """
        check_native_name(path)
        native.save(path, self.contents())

    def __repr__(self) -> str:
        smaller = self.nbytes_before / self.nbytes
        said = (
            f"QuantizedVectors({len(self.words):,} words x {self.codes.shape[1]}, int8, {smaller:.1f} times smaller, "
        )
        said += f"{self.overlap:.1%} of the {NEIGHBOURS} nearest neighbours stay)"
        return said if self.scores is None else f"{said}\nbefore: {self.scores[0]}\nafter:  {self.scores[1]}"

    def _repr_html_(self) -> str:
        rows = [("MB", self.nbytes_before / 1e6, self.nbytes / 1e6), ("neighbours that stay", 1.0, self.overlap)]
        return html.table(repr(self).partition("\n")[0], ["", "before", "after"], rows)


@checked
def quantized(store: VectorStore, dims: int | None = None, exam: Examiner | None = None) -> QuantizedVectors:
    """Return the vectors as int8 codes with one scale per row: four times smaller, with nearly the same neighbours.

    Parameters
    ----------
    dims : int, optional
        First reduce the vectors to this many dimensions: to the directions in which they vary most, from the origin (PCA
        without centring, which keeps dot products best).
    exam : Exam, optional
        Test sets (`w2v.evaluation.exam.Exam`) to score the vectors on before and after.

    Returns
    -------
    QuantizedVectors
        Printed, it says how much smaller it is and how many neighbours stay; ``save`` writes a file that `KeyedVectors.load`
        reads.

    Raises
    ------
    ConfigError
        If there are no words, a value is not finite, or ``dims`` is larger than the number of dimensions.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0.1], [3, 1], [0, 1]])
    >>> vectors.quantized().codes.tolist()
    [[127, 13], [127, 42], [0, 127]]
    """
    if exam is not None and not callable(getattr(exam, "score", None)):
        raise wrong_type("exam", "an Exam", exam, "Exam.read(pairs=[...]) makes one")
    if not len(store) or not np.isfinite(store.norms).all():
        raise ConfigError("there must be words, and their vectors finite: got none, or a NaN or an infinity")
    if dims is not None:
        integer("dims", dims, 1, store.vector_size)
    rows = store.vectors if dims is None else _reduced(store.vectors, dims)
    codes, scales = _codes(rows)
    after = store.from_arrays(store.index_to_key, codes * scales[:, np.newaxis])
    contents = store.contents()
    scores = None
    if exam is not None:
        scores = exam.score(contents.words, store.vectors), exam.score(contents.words, after.vectors)
    rest = {
        "counts": None if contents.counts is None else contents.counts.copy(),
        "metadata": copied(contents.metadata),
        "attributes": {name: values.copy() for name, values in contents.attributes.items()},
    }
    overlap = shared_neighbours(store, partial(most_similar_batch, after))
    return QuantizedVectors(list(contents.words), codes, scales, overlap, store.vectors.nbytes, rest, scores)


def _codes(rows: NDArray[Any]) -> tuple[NDArray[np.int8], Float32]:
    codes = np.empty(rows.shape, np.int8)
    scales = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        block = rows[start : start + ROWS_AT_ONCE].astype(np.float64)
        largest = np.abs(block).max(axis=1)
        scale = (largest / LARGEST).astype(np.float32)
        # The scale of a tiny row has few digits: rounded down, it would give codes that are no int8.
        low = (largest > 0) & (largest >= (LARGEST + 0.5) * scale.astype(np.float64))
        scale[low] = np.nextafter(scale[low], np.float32(1))
        scales[start : start + ROWS_AT_ONCE] = scale
        codes[start : start + ROWS_AT_ONCE] = np.rint(block / np.where(scale > 0, scale, 1)[:, np.newaxis])
    return codes, scales


def _reduced(rows: NDArray[Any], dims: int) -> Float32:
    gram: Float64 = np.zeros((rows.shape[1], rows.shape[1]))
    blocks = [slice(start, start + ROWS_AT_ONCE) for start in range(0, len(rows), ROWS_AT_ONCE)]
    for block in blocks:
        part = rows[block].astype(np.float64)
        gram += part.T @ part
    _, directions = np.linalg.eigh(gram)
    largest = directions[:, ::-1][:, :dims]
    return np.concatenate([(rows[block].astype(np.float64) @ largest).astype(np.float32) for block in blocks])
