"""Extract the text from a .zip or .tar archive, in one pass and without trusting any file name in it."""

import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import IO, BinaryIO

from tqdm import tqdm

from w2v.compression import DAMAGE
from w2v.errors import VerificationError

from .manifest import PublicCorpus

_CHUNK_BYTES = 1 << 20
_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    *DAMAGE,
    RuntimeError,
    NotImplementedError,
)


def unpack(corpus: PublicCorpus, archive: Path, text: BinaryIO, *, progress: bool) -> tuple[int, str]:
    """Write the members that match ``corpus.member`` to ``text``, one after the other.

    Returns
    -------
    size, digest : int, str
        Size in bytes and SHA-256 of the text.

    Raises
    ------
    VerificationError
        If the archive is damaged, no member matches, several match although ``corpus.member`` is None, or the text is longer
        than the manifest says.
    """
    size, digest, members = 0, sha256(), 0
    streams = _zip_members if archive.name.endswith(".zip") else _tar_members
    with tqdm(
        total=corpus.text_size, unit="B", unit_scale=True, desc=f"{corpus.name}: unpacking", disable=not progress
    ) as bar:
        for stream in streams(corpus, archive):
            members += 1
            if members > 1 and corpus.member is None:
                raise VerificationError(
                    f"{corpus.name}: {archive.name} must contain one file if the manifest has no `member`: got several"
                )
            while chunk := _read(corpus, archive, stream):
                size += len(chunk)
                if corpus.text_size is not None and size > corpus.text_size:
                    raise VerificationError(
                        f"{corpus.name}: the text must have {corpus.text_size:,} bytes, as the manifest says: got more"
                    )
                digest.update(chunk)
                text.write(chunk)
                bar.update(len(chunk))
    if members == 0:
        wanted = f"a file {corpus.member}" if corpus.member else "a file"
        raise VerificationError(f"{corpus.name}: {archive.name} must contain {wanted}: got none")
    return size, digest.hexdigest()


def _zip_members(corpus: PublicCorpus, archive: Path) -> Iterator[IO[bytes]]:
    with _damage(corpus, archive):
        opened = zipfile.ZipFile(archive)
    with opened:
        for info in opened.infolist():
            if not info.is_dir() and fnmatchcase(info.filename, corpus.member or "*"):
                with _damage(corpus, archive):
                    stream = opened.open(info)
                with stream:
                    yield stream


def _tar_members(corpus: PublicCorpus, archive: Path) -> Iterator[IO[bytes]]:
    with _damage(corpus, archive):
        opened = tarfile.open(archive, mode="r|*")  # noqa: SIM115 (closed below; only the opening is guarded here)
    with opened:
        while True:
            with _damage(corpus, archive):
                info = opened.next()
            if info is None:
                return
            if info.isfile() and fnmatchcase(info.name, corpus.member or "*"):
                with _damage(corpus, archive):
                    stream = opened.extractfile(info)
                if stream is not None:
                    yield stream


def _read(corpus: PublicCorpus, archive: Path, stream: IO[bytes]) -> bytes:
    with _damage(corpus, archive):
        return stream.read(_CHUNK_BYTES)


@contextmanager
def _damage(corpus: PublicCorpus, archive: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise VerificationError(f"cannot unpack {corpus.name}: {archive.name} is damaged: {error}") from error
