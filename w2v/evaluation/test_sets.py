"""Test sets: the standard ones that come with gensim, and reading such small text files, every fault with its line.

gensim is only located, never imported. Other sets are files that a user passes by path.
"""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

from w2v.atomic_files import PathLike
from w2v.errors import ConfigError, CorpusError, MissingExtraError, TextEncodingError

# name -> file in gensim/test/test_data
_FILES = {
    "questions-words": "questions-words.txt",
    "wordsim353": "wordsim353.tsv",
    "simlex999": "simlex999.txt",
}

#: Names that ``dataset`` knows: Google analogies (19,544 questions), WordSim-353 and SimLex-999 (word pairs).
DATASETS = tuple(_FILES)
#: What vectors are scored on where nothing else is asked for.
ANALOGIES, *PAIRS = DATASETS


def dataset(name: str) -> Path:
    """Return the path of a standard question set.

    Parameters
    ----------
    name : {"questions-words", "wordsim353", "simlex999"}
        Google analogies, WordSim-353 or SimLex-999.

    Raises
    ------
    ConfigError
        If the name is unknown.
    MissingExtraError
        If gensim, whose test data holds the files, is not installed or came without them.
    """
    if name not in _FILES:
        raise ConfigError(f"dataset {name!r}; one of {', '.join(DATASETS)} is needed, or the path of a file")
    spec = importlib.util.find_spec("gensim")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder, "test", "test_data", _FILES[name])
        if path.is_file():
            return path
    raise MissingExtraError(
        f'dataset {name!r} comes with gensim: pip install "w2v[gensim]", or pass a file by its path'
    )


def read_lines(path: PathLike, encoding: str = "utf-8-sig") -> Iterator[tuple[int, str]]:
    """Yield ``(line number, stripped line)`` for every line that is not blank.

    Parameters
    ----------
    path : path-like
        A regular file of text.
    encoding : str
        The default is UTF-8, with or without a byte-order mark.

    Raises
    ------
    ConfigError
        If the encoding is unknown to Python.
    CorpusError
        If the file is missing, unreadable, not a regular file, binary, or holds no text.
    TextEncodingError
        If the bytes are not text in ``encoding``; gives the byte offset.
    """
    text = _decode(_read_bytes(Path(path)), path, encoding)
    blank = True
    # split("\n"), not splitlines(): words of other languages may hold U+0085 or U+2028.
    for number, line in enumerate(text.split("\n"), start=1):
        if stripped := line.strip():
            blank = False
            yield number, stripped
    if blank:
        raise CorpusError(f"{os.fspath(path)}: the file is empty; at least one line of words is needed")


def _read_bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():  # a directory, a device, a pipe that would never end
            raise CorpusError(f"{path}: not a regular file; a text file is needed")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, CorpusError):
            raise
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise CorpusError(f"{path}: cannot be read ({reason}); an existing text file is needed") from error


def _decode(data: bytes, path: PathLike, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except LookupError:
        raise ConfigError(f"encoding={encoding!r} is unknown; a name such as 'utf-8' is needed") from None
    except UnicodeError as error:
        offset = getattr(error, "start", 0)
        raise TextEncodingError(f"{os.fspath(path)}: not {encoding} text at byte {offset}") from error
    if "\0" in text:
        position = text.index("\0")
        raise CorpusError(f"{os.fspath(path)}: a binary file (NUL at character {position}); a text file is needed")
    return text
