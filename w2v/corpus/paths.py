"""Paths or texts: what a list of strings is."""

import os
import re
from dataclasses import dataclass
from typing import Any

from w2v.config import TextOptions
from w2v.corpus import remote
from w2v.corpus.notices import notice_twice
from w2v.corpus.source_files import STDIN, Paths, find_sources
from w2v.errors import ConfigError

FILE_NAME = re.compile(
    r"[^\n]*\.(?:txt|text|jsonl|ndjson|json|csv|tsv|parquet|pq|arrow|feather|ipc)(?:\.(?:gz|bz2|xz|zst))?|"
    r"[^\n]*\.(?:gz|bz2|xz|zst)",
    re.IGNORECASE,
)
LONGEST_PATH = 4096


@dataclass(frozen=True)
class Files:
    """A corpus that consists of files.

    Attributes
    ----------
    paths : tuple of str
        Files, folders and URLs, as they were given.
    sources : tuple of str
        The files that they name.
    """

    paths: tuple[str, ...]
    sources: tuple[str, ...]

    @classmethod
    def at(cls, paths: Paths) -> "Files":
        """Find the files that paths name; see `find_sources`."""
        sources = find_sources(paths)
        notice_twice(sources)
        given = [paths] if isinstance(paths, (str, bytes, os.PathLike)) else paths
        return cls(tuple(map(os.fsdecode, given)), tuple(sources))


def resolved(corpus: Any, text: TextOptions) -> Any:
    """Return `Files` for a path or a list of paths, and any other corpus as it is."""
    return Files.at(corpus) if not isinstance(corpus, Files) and is_paths(corpus, text) else corpus


def is_paths(corpus: Any, text: TextOptions) -> bool:
    """Return whether a corpus is a path or a list of paths, and not a list of texts.

    A path is a string alone, or an `os.PathLike`. Strings in a list are paths unless there is a tokenizer, which only texts
    need; with one, they are paths if each of them is named like a file, or exists, and texts if none is.

    Raises
    ------
    ConfigError
        If some are and some are not; the message names one of each.

    Examples
    --------
    >>> is_paths("a.txt", TextOptions()), is_paths(["a.txt", "b.txt"], TextOptions("words"))
    (True, True)
    >>> is_paths(["The cat sat.", "The dog ran."], TextOptions("words"))
    False
    """
    if isinstance(corpus, (str, os.PathLike)):
        return True
    if not (isinstance(corpus, (list, tuple)) and corpus and all(isinstance(c, (str, os.PathLike)) for c in corpus)):
        return False
    strings = [item for item in corpus if isinstance(item, str)]
    if text.tokenizer is None or len(strings) < len(corpus):
        return True
    # "-" and a URL may be either; alone they are paths, as everywhere else.
    certain = [item for item in strings if item != STDIN and not remote.is_url(item)]
    named = [item for item in certain if _is_named_like_a_file(item)]
    if named and len(named) < len(certain):
        prose = next(item for item in certain if not _is_named_like_a_file(item))
        raise ConfigError(
            f"a list of strings must be all paths or all texts: got {named[0][:80]!r}, a path, and {prose[:80]!r}, which is "
            "no file; pass pathlib.Path objects for paths, or iter(strings) for texts"
        )
    return len(named) == len(certain)


def _is_named_like_a_file(text: str) -> bool:
    if len(text) > LONGEST_PATH or "\n" in text or "\0" in text:
        return False
    return FILE_NAME.fullmatch(text) is not None or os.path.exists(text)
