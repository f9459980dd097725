"""Download one file, atomically; a partial download stays in ``<file>.part``, and the next call resumes it.

``<file>.part.version`` stores the server's identifier of this version of the file (ETag or date), so that a resumed
download never joins parts of two versions.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any, BinaryIO
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tqdm import tqdm

from w2v.atomic_files import atomic_write
from w2v.errors import CorpusError, OutputError, VerificationError, W2VError
from w2v.locks import only_writer

from .manifest import PublicCorpus

# Some servers reject Python's default user agent.
_HEADERS = {"User-Agent": "w2v-corpora"}
_TIMEOUT_SECONDS = 30
_CHUNK_BYTES = 1 << 18
_RANGE_NOT_SATISFIABLE = 416


def download(corpus: PublicCorpus, target: Path, *, progress: bool) -> str:
    """Download ``corpus.url`` to ``target``, resuming an interrupted download, and verify size and digest.

    Returns
    -------
    str
        SHA-256 of the file.

    Raises
    ------
    CorpusError
        If the server cannot be reached, refuses, or closes the connection; the partial download is kept.
    OutputError
        If the disk is full or the file cannot be written; the partial download is kept.
    VerificationError
        If size or digest differ from the manifest; the download is removed.
    """
    part, version = part_path(target), version_path(target)
    busy = CorpusError(f"cannot download {corpus.name}: another process is downloading it to {part}; wait for it")
    try:
        with writing(part):
            with only_writer(part, busy), open(part, "ab") as file:
                _receive_rest(corpus, file, version, progress)
                os.fsync(file.fileno())  # before it gets its name: after a power failure it might be cut
            digest = file_digest(part)
            verify(corpus, "download", part.stat().st_size, corpus.size, digest, corpus.sha256)
            record(target, digest)  # before it gets its name too, so that every file of ours has a record
            part.replace(target)
            version.unlink(missing_ok=True)
    except VerificationError:
        part.unlink()
        version.unlink(missing_ok=True)
        raise
    return digest


def record(target: Path, digest: str) -> None:
    """Write the digest of a file beside it, in the format of ``sha256sum --check``."""
    with atomic_write(record_path(target)) as file:
        file.write(f"{digest}  {target.name}\n".encode())


def record_path(target: Path) -> Path:
    """Return the path of a file's digest."""
    return target.with_name(f"{target.name}.sha256")


def part_path(target: Path) -> Path:
    """Return the path of a partial download."""
    return target.with_name(f"{target.name}.part")


def version_path(target: Path) -> Path:
    """Return the path of the server's identifier of the version that is being downloaded."""
    return target.with_name(f"{target.name}.part.version")


def check_record(corpus: PublicCorpus, target: Path, digest: str, *, vouched: bool) -> None:
    """Compare a file from an earlier call with the digest recorded then.

    Raises
    ------
    VerificationError
        If it changed since, or there is no record and, unless ``vouched`` by the manifest, nothing to tell whether it is
        whole.
    """
    path = record_path(target)
    known = path.read_text(encoding="utf-8", errors="replace").split()[:1] if path.exists() else None
    if known is None and not vouched:
        raise VerificationError(
            f"cannot use {target}: nothing tells whether it is whole, as the manifest has no digest of it and there is "
            f"no {path.name}; remove it to fetch it again, or, if it is your own, write that file with sha256sum"
        )
    if known is not None and known != [digest]:
        raise VerificationError(
            f"cannot use {target}: it changed since it was fetched; remove it and {path.name} to fetch it again"
        )


def verify(
    corpus: PublicCorpus, what: str, size: int, expected_size: int | None, digest: str, expected_digest: str | None
) -> None:
    """Compare size and SHA-256 with those of the manifest, if it states them.

    Raises
    ------
    VerificationError
        If one of them differs.
    """
    if expected_size not in (None, size):
        raise VerificationError(
            f"{corpus.name}: the {what} must have {expected_size:,} bytes, as the manifest says: got {size:,}"
        )
    if expected_digest not in (None, digest):
        raise VerificationError(
            f"{corpus.name}: the {what} must have SHA-256 {expected_digest}, as the manifest says: got {digest}"
        )


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Convert a failure to write into an ``OutputError`` that names ``path``."""
    try:
        yield
    except W2VError:
        raise
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}; a partial download is kept, so call again to resume"
        ) from error


@contextmanager
def _reading(corpus: PublicCorpus) -> Iterator[None]:
    try:
        yield
    except HTTPError as error:
        error.close()
        raise CorpusError(
            f"cannot download {corpus.name}: the server answers {error.code} {error.reason} for {corpus.url}"
        ) from error
    except (OSError, HTTPException) as error:  # no network, no such host, time-out, connection lost
        reason = getattr(error, "reason", None) or error
        raise CorpusError(f"cannot download {corpus.name} from {corpus.url}: {reason}; call again to resume") from error


def _receive_rest(corpus: PublicCorpus, file: BinaryIO, version: Path, progress: bool) -> None:
    here = file.tell()
    if corpus.size is not None and here >= corpus.size:
        return  # complete, or too long, which verification will detect
    with _request(corpus, _resume_headers(corpus, here, version)) as response:
        begin = _begin(response)
        if begin not in (0, here):
            raise CorpusError(
                f"cannot resume the download of {corpus.name}: the server was asked to send from byte {here:,}, but sends "
                f"from byte {begin:,}; remove {file.name} to start again"
            )
        if begin == 0:
            if here:
                file.truncate(here := 0)
            _remember_version(response, version)
        total = _total(response, here)
        if total is None and corpus.size is None and corpus.sha256 is None:
            raise CorpusError(
                f"cannot download {corpus.name}: neither the server nor the manifest says how long it is, so that a cut "
                "download could not be noticed; download it yourself"
            )
        if total is not None and corpus.size not in (None, total):  # known before hours are spent on it
            raise VerificationError(
                f"{corpus.name}: the download must have {corpus.size:,} bytes, as the manifest says: "
                f"got an offer of {total:,} from the server"
            )
        _check_space(corpus, Path(file.name).parent, (total or corpus.size or 0) - here)
        with tqdm(total=total, initial=here, unit="B", unit_scale=True, desc=corpus.name, disable=not progress) as bar:
            while chunk := _read(corpus, response):
                file.write(chunk)
                bar.update(len(chunk))
    arrived = file.tell()
    if total is not None and arrived < total:
        raise CorpusError(
            f"cannot download {corpus.name}: the connection ended after {arrived:,} of {total:,} bytes; "
            "call again to resume"
        )


def _resume_headers(corpus: PublicCorpus, here: int, version: Path) -> dict[str, str]:
    if here and version.exists():
        return {"Range": f"bytes={here}-", "If-Range": version.read_text(encoding="latin-1")}
    # Without an identifier of the version, only a digest can tell whether two parts belong together.
    return {"Range": f"bytes={here}-"} if here and (corpus.sha256 or corpus.text_sha256) else {}


def _request(corpus: PublicCorpus, headers: dict[str, str]) -> Any:
    with _reading(corpus):
        try:
            return urlopen(Request(corpus.url, headers=_HEADERS | headers), timeout=_TIMEOUT_SECONDS)
        except HTTPError as error:
            if error.code != _RANGE_NOT_SATISFIABLE:
                raise
            error.close()  # the partial download is as long as the file or longer: start again
            return urlopen(Request(corpus.url, headers=_HEADERS), timeout=_TIMEOUT_SECONDS)


def _begin(response: Any) -> int:
    """Return the offset in the file at which the response begins: 0 unless the server says otherwise."""
    begin = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(begin[1]) if begin else 0


def _total(response: Any, here: int) -> int | None:
    """Return the size of the whole file, as the server states it; None if it does not."""
    whole = re.match(r"bytes \d+-\d+/(\d+)$", response.headers.get("Content-Range", ""))
    if whole:  # a server may send less than was asked for
        return int(whole[1])
    length = re.fullmatch(r"\d{1,18}", response.headers.get("Content-Length", "").strip())
    return here + int(length[0]) if length else None


def _remember_version(response: Any, version: Path) -> None:
    version.unlink(missing_ok=True)
    name = response.headers.get("ETag") or response.headers.get("Last-Modified")
    if name and not name.startswith("W/"):  # a weak ETag does not guarantee identical bytes
        version.write_text(name, encoding="latin-1")


def _check_space(corpus: PublicCorpus, folder: Path, missing: int) -> None:
    needed = missing + (corpus.text_size or 0)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise OutputError(
            f"cannot download {corpus.name}: it needs {needed:,} bytes in {os.fspath(folder)}, and {free:,} are free; "
            "free some space, or choose another folder"
        )


def _read(corpus: PublicCorpus, response: Any) -> bytes:
    with _reading(corpus):
        chunk: bytes = response.read(_CHUNK_BYTES)
        return chunk
