"""Vectors -> page: the public function."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from w2v.annotations import checked
from w2v.arguments import integer, sequence, wrong_type
from w2v.atomic_files import PathLike, check_writable
from w2v.errors import ConfigError
from w2v.explorer.columns import Column
from w2v.explorer.layouts import Name
from w2v.explorer.making import Wanted, make
from w2v.explorer.page import Page, check_page_name
from w2v.explorer.reports import read_reports, readable, title
from w2v.vectors import KeyedVectors

MOST_WORDS = 200_000


@checked
def explore(
    model: Any,
    against: Any = None,
    words: int = 20_000,
    column: Any = None,
    path: PathLike | None = None,
    *,
    results: Iterable[PathLike] = (),
    layout: Name = "auto",
    seed: int = 1,
    names: Sequence[str] = (),
    progress: Callable[[str], None] | None = None,
) -> Page:
    """Make a page to look at vectors: one HTML file that needs no network.

    It shows neighbours, analogies, axes between words, a map, the geometry and the origin of the vectors; and with
    ``against``, what differs between two models.

    Parameters
    ----------
    model : KeyedVectors, TrainedModel, Word2Vec or path
    against : the same, optional
        A second model.
    words : int
        Number of words, at most 200,000: those of the column, then the most frequent ones of either model.
    column : path or mapping of str to value, optional
        A value for each word, to colour the map by: a word, a tab and the value per line. If every value is a number, they
        are a scale, otherwise categories; a warning says so if there are both.
    path : path, optional
        Where to write the page.
    results : iterable of paths
        Files that ``w2v evaluate --json`` and ``w2v geometry --json`` wrote, whose scores and measurements are shown.
    layout : {"auto", "pca", "tsne", "umap"}
        What places the words on the map: "auto" is t-SNE; UMAP needs the extra "umap".
    seed : int
        The same vectors and seed give the same page, byte for byte.
    names : sequence of str
        What to call the models; by default the names of their files, without extensions.
    progress : callable, optional
        Called with a line of text before each step.

    Returns
    -------
    Page
        ``page.html`` are its bytes, ``page.save(path)`` writes it, and in a notebook it shows itself.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type or is out of range, or there are no words.
    CorpusError, FormatError
        If the column, the results or a file of vectors cannot be read; `UnreadableFileError` if there is no such file.
    MissingExtraError
        If the library of UMAP is not installed.
    OutputError
        If the page cannot be written; an existing file is then unchanged.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [1, 1], [0, 1]])
    >>> page = explore(vectors, layout="pca")
    >>> page.about["words"], page.html[:15]
    (['a', 'b', 'c'], b'<!doctype html>')
    """
    integer("words", words, 1, MOST_WORDS)
    integer("seed", seed, 0, 2**63 - 1)
    if path is not None:
        check_page_name(path)
        check_writable(path)
    given = [model] if against is None else [model, against]
    stores = [_vectors(one, name) for one, name in zip(given, ("model", "against"), strict=False)]
    called = [str(name) for name in sequence("names", names, "a list of names")] or list(map(_name, given))
    if len(called) != len(given):
        raise ConfigError(f"names must be one for each model, {len(given)} in all: got {len(called)}")
    wanted = Wanted(words, _column(column), read_reports(list(results)), layout, seed, progress or (lambda _: None))
    page = make(stores, _distinct(called), wanted)
    if path is not None:
        page.save(path)
    return page


def _vectors(model: Any, name: str) -> KeyedVectors:
    if isinstance(model, KeyedVectors):
        return model
    if isinstance(model, (str, bytes, os.PathLike)):
        path = os.fsdecode(model)
        with readable(path, name):
            return KeyedVectors.load(path)
    for attribute in ("vectors", "wv"):  # of a TrainedModel, of a Word2Vec
        held = getattr(model, attribute, None)
        if isinstance(held, KeyedVectors):
            return held
    raise wrong_type(name, "vectors, a model, or a path", model)


def _name(model: Any) -> str:
    return title(os.fsdecode(model)) if isinstance(model, (str, bytes, os.PathLike)) else "vectors"


def _distinct(names: Sequence[str]) -> list[str]:
    """Return the names; that of the second model with a number if it is the first one's."""
    return [name if name not in names[:i] else f"{name} (2)" for i, name in enumerate(names)]


def _column(column: Any) -> Column | None:
    if column is None or isinstance(column, Column):
        return column
    if isinstance(column, Mapping):
        return Column.of("column", column)
    if not isinstance(column, (str, bytes, os.PathLike)):
        raise wrong_type("column", "a path, or a mapping of words to values", column)
    return Column.read(os.fsdecode(column))
