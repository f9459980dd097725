"""Files on other machines, through fsspec: the only module that imports it.

Every protocol that fsspec knows works if its backend is installed: ``hf://`` comes with `huggingface_hub`, ``https://`` with
the extra ``web``, ``s3://`` and ``gs://`` with extras of these names.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from w2v.errors import CorpusError, MissingExtraError
from w2v.extras import library

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?:::[A-Za-z][A-Za-z0-9+.-]*)*://")

EXTRAS = {"http": "web", "https": "web", "hf": "web", "s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs"}
"""The extra of w2v that installs the backend of a protocol."""

READ_AHEAD = 4 << 20


def is_url(path: str) -> bool:
    """Return whether a path is a URL.

    Examples
    --------
    >>> is_url("s3://bucket/text.parquet"), is_url("notes: a://b.txt")
    (True, False)
    """
    return URL.match(path) is not None


def find(url: str) -> list[str]:
    """Return the files that a URL names: itself, the files of a folder, or those that match a pattern, sorted.

    Raises
    ------
    MissingExtraError
        If the backend of its protocol is not installed.
    CorpusError
        If there is none, or the other machine cannot be reached.
    """
    with _errors(url):
        files, path = _core().url_to_fs(url)
        if re.search(r"[*?\[]", path) and not url.startswith(("http://", "https://")):
            found = files.glob(path)
        elif not url.startswith(("http://", "https://")) and files.isdir(path):
            found = [item["name"] for item in files.ls(path, detail=True) if item["type"] == "file"]
        elif files.exists(path):
            return [url]
        else:
            raise CorpusError(f"cannot read corpus {url!r}: no such file")
    names = sorted(str(name) for name in found if not str(name).rpartition("/")[2].startswith((".", "_")))
    if not names:
        raise CorpusError(f"corpus {url!r} must contain files: got none; subfolders are not searched")
    return [str(files.unstrip_protocol(name)) for name in names]


def size(url: str) -> int | None:
    """Return the size of a file in bytes; None if the other machine does not tell. See `find` for the errors."""
    with _errors(url):
        files, path = _core().url_to_fs(url)
        found = files.size(path)
    return None if found is None else int(found)


@contextmanager
def opened(url: str) -> Iterator[io.BufferedReader]:
    """Open a file for reading; errors while it is read are OSError.

    Raises
    ------
    MissingExtraError
        If the backend of its protocol is not installed.
    CorpusError
        If it cannot be opened.
    """
    with _errors(url):
        stream = _core().open(url, "rb").open()
    with io.BufferedReader(_Reader(stream), READ_AHEAD) as raw:
        yield cast(io.BufferedReader, raw)


def _core() -> Any:
    return library("fsspec.core", "web", "read a corpus from another machine")


@contextmanager
def _errors(url: str) -> Iterator[None]:
    protocol = url.partition("://")[0].rpartition("::")[2]
    try:
        yield
    except (CorpusError, MissingExtraError):
        raise
    except ImportError as problem:
        extra = EXTRAS.get(protocol)
        remedy = f'pip install "w2v[{extra}]"' if extra else _one_line(problem)
        raise MissingExtraError(f"cannot read {protocol}:// URLs: {_one_line(problem)}; {remedy}") from problem
    except Exception as problem:  # every backend has errors of its own
        raise CorpusError(f"cannot read corpus {url!r}: {type(problem).__name__}: {_one_line(problem)}") from problem


def _one_line(problem: BaseException) -> str:
    return " ".join(str(problem).split())[:300] or type(problem).__name__


class _Reader(io.RawIOBase):
    """A file of fsspec as a raw stream; what its backend raises becomes OSError, as for a file on disk."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._stream.seekable())

    def readinto(self, buffer: Any) -> int:
        data = self._call(self._stream.read, len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self._call(self._stream.seek, offset, whence))

    def tell(self) -> int:
        return int(self._call(self._stream.tell))

    def close(self) -> None:
        self._stream.close()
        super().close()

    def _call(self, function: Any, *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except Exception as problem:
            raise OSError(f"{type(problem).__name__}: {_one_line(problem)}") from problem
