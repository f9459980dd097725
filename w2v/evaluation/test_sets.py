"""Test sets: the paths of the standard ones, which come with gensim, and reading of lines.

gensim is only located, never imported.
"""

import codecs
import glob
import importlib.util
import os
import re
from collections.abc import Iterator
from pathlib import Path

from w2v.annotations import checked
from w2v.arguments import encoding as checked_encoding
from w2v.atomic_files import PathLike
from w2v.errors import ConfigError, CorpusError, MissingExtraError, TextEncodingError
from w2v.file_kinds import HEAD_BYTES, advice, is_legacy, kind_of

# name -> file in gensim/test/test_data
_FILES = {
    "questions-words": "questions-words.txt",
    "wordsim353": "wordsim353.tsv",
    "simlex999": "simlex999.txt",
}

#: Names that ``dataset`` knows: Google analogies (19,544 questions), WordSim-353 and SimLex-999 (word pairs).
DATASETS = tuple(_FILES)
#: Default test sets.
ANALOGIES, *PAIRS = DATASETS


MOST_BYTES = 1 << 28
"""Largest size of a file of words that is read as a whole: a hundred times the largest test set."""


@checked
def dataset(name: str) -> Path:
    """Return the path of a standard test set.

    Parameters
    ----------
    name : {"questions-words", "wordsim353", "simlex999"}
        Google analogies, WordSim-353 or SimLex-999.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    ConfigError
        If the name is unknown.
    MissingExtraError
        If gensim, whose test data contains the files, is not installed or was packaged without them.

    Examples
    --------
    >>> dataset("wordsim353").name  # doctest: +SKIP
    'wordsim353.tsv'
    """
    if name not in _FILES:
        raise ConfigError(f"dataset must be one of {', '.join(DATASETS)}: got {name!r}; for another one pass a file")
    spec = importlib.util.find_spec("gensim")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder, "test", "test_data", _FILES[name])
        if path.is_file():
            return path
    raise MissingExtraError(
        f'cannot find the test set {name}: it comes with gensim; pip install "w2v[gensim]", or pass a file'
    )


MARGINS = re.compile(r"^[^\S\t]+|[^\S\t]+$")


def read_lines(path: PathLike, encoding: str = "utf-8-sig", *, keep_tabs: bool = False) -> Iterator[tuple[int, str]]:
    """Yield ``(line number, stripped line)`` for each line that is not blank; lines end with LF, CRLF or CR.

    Parameters
    ----------
    path : path-like
        A text file.
    encoding : str
        By default UTF-8, with or without a byte-order mark.
    keep_tabs : bool
        Whether tabs at the ends of a line stay, as they are next to empty fields.

    Raises
    ------
    ConfigError
        If Python does not know the encoding.
    CorpusError
        If the file is missing, unreadable, not a regular file, empty, binary, or of another kind, which the message names.
    TextEncodingError
        If the bytes are not valid in ``encoding``; the message gives the byte offset.
    """
    text = read_text(path, encoding).replace("\r\n", "\n").replace("\r", "\n")
    blank = True
    # split("\n"), not splitlines(): words of some languages may contain U+0085 or U+2028.
    for number, line in enumerate(text.split("\n"), start=1):
        if stripped := line.strip():
            blank = False
            yield number, MARGINS.sub("", line) if keep_tabs and "\t" in line else stripped
    if blank:
        raise CorpusError(f"{os.fspath(path)} must contain at least one line of words: got an empty file")


def read_text(path: PathLike, encoding: str = "utf-8-sig") -> str:
    """Return the text of a file of words, such as a test set; see `read_lines` for the errors."""
    data = _read_bytes(Path(path))
    if kind := kind_of(data[:HEAD_BYTES], "test set", checked_encoding("encoding", encoding)):
        raise CorpusError(f"cannot read {os.fspath(path)}: it is {kind.name}; {kind.advice}")
    return _decode(data, path, encoding)


def _read_bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():  # a directory, or a device or pipe that might never end
            raise CorpusError(f"cannot read {path}: it is not a regular file; pass a text file")
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise CorpusError(f"{path} must have at most {MOST_BYTES:,} bytes: got more; pass a shorter file")
        return data
    except (OSError, ValueError) as error:
        if isinstance(error, CorpusError):
            raise
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        if glob.has_magic(str(path)):
            reason = f"{reason}; patterns are matched only for a corpus, so pass each file"
        raise CorpusError(f"cannot read {path}: {reason}") from error


def _decode(data: bytes, path: PathLike, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        offset = getattr(error, "start", 0)
        is_utf8 = codecs.lookup(encoding).name.startswith("utf-8")
        name = "UTF-8" if is_utf8 else encoding
        remedy = "; " + advice("legacy", "test set") if is_utf8 and is_legacy(data) else ""
        raise TextEncodingError(
            f"cannot read {os.fspath(path)}: it is not {name} text, from byte {offset} on{remedy}"
        ) from error
    if "\0" in text:
        position = text.index("\0")
        raise CorpusError(
            f"cannot read {os.fspath(path)}: it is a binary file, with a NUL at character {position}; pass a text file"
        )
    return text
