"""``fetch``: download a public corpus once, verify it, unpack it, and store its digest.

<folder>/text8.zip.part    partial download, from which an interrupted one is resumed
<folder>/text8.zip         complete and verified; removed after unpacking
<folder>/text8.txt         the text
<folder>/text8.txt.sha256  its digest, in the format of ``sha256sum --check``
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from w2v.annotations import checked
from w2v.atomic_files import atomic_write
from w2v.errors import VerificationError
from w2v.locks import remove_stale_lock

from .download import check_record, download, file_digest, part_path, record, record_path, verify, version_path, writing
from .manifest import PublicCorpus, find_corpus
from .unpack import unpack


@dataclass(frozen=True)
class Fetched:
    """A corpus on disk.

    Attributes
    ----------
    path : Path
        The text, or a compressed text.
    size : int
        Size in bytes.
    sha256 : str
        Digest of the file at ``path``.
    verified : bool
        Whether it was verified against a digest in the manifest. If not, ``sha256`` is the digest of the first download.
    """

    path: Path
    size: int
    sha256: str
    verified: bool

    def __str__(self) -> str:
        state = "verified" if self.verified else "unverified: the manifest has no digest to compare it with"
        return f"{self.path}: {self.size:,} bytes, SHA-256 {self.sha256} ({state})"


def default_folder() -> Path:
    """Return the folder of downloaded corpora: ``$W2V_DATA``, or else ``~/.cache/w2v``."""
    return Path(os.environ.get("W2V_DATA") or Path.home() / ".cache" / "w2v")


@checked
def fetch(
    corpus: str | PublicCorpus, folder: str | os.PathLike[str] | None = None, *, progress: bool = True
) -> Fetched:
    """Return a public corpus, downloading it if necessary.

    Parameters
    ----------
    corpus : str or PublicCorpus
        A name from the manifest, or your own entry.
    folder : path-like, optional
        The folder to keep it in; by default ``default_folder()``.
    progress : bool
        Show progress bars on standard error.

    Returns
    -------
    Fetched

    Raises
    ------
    ConfigError
        If the manifest has no such name.
    CorpusError
        If the network or the server fails; a later call resumes the download.
    OutputError
        If the disk is full or a file cannot be written.
    VerificationError
        If the download, or the file from an earlier call, does not match the manifest or the digest of the first download.

    Examples
    --------
    >>> print(fetch("text8"))  # doctest: +SKIP
    /home/me/.cache/w2v/text8.txt: 100,000,000 bytes, SHA-256 6e890197... (verified)
    """
    entry = find_corpus(corpus) if isinstance(corpus, str) else corpus
    home = Path(folder) if folder is not None else default_folder()
    with writing(home):  # whatever the disk does, where nothing more precise is said
        home.mkdir(parents=True, exist_ok=True)
        return _fetched(entry, home, progress)


def _fetched(entry: PublicCorpus, home: Path, progress: bool) -> Fetched:
    target = home / entry.file_name
    if target.exists():
        return _already_there(entry, target)
    archive = home / entry.download_name
    if archive.exists():  # unpacking was interrupted, or the user put it there
        digest = file_digest(archive)
        verify(entry, f"file {archive}", archive.stat().st_size, entry.size, digest, entry.sha256)
        check_record(entry, archive, digest, vouched=_has_digest(entry))
    else:
        digest = download(entry, archive, progress=progress)
    if entry.packed:
        size, digest = _unpack(entry, archive, target, progress)
        return Fetched(target, size, digest, _has_digest(entry))
    return Fetched(target, target.stat().st_size, digest, _has_digest(entry))


def _already_there(entry: PublicCorpus, target: Path) -> Fetched:
    size, digest = target.stat().st_size, file_digest(target)
    expected_size, expected_digest = (
        (entry.text_size, entry.text_sha256) if entry.packed else (entry.size, entry.sha256)
    )
    verify(entry, f"file {target}", size, expected_size, digest, expected_digest)
    check_record(entry, target, digest, vouched=expected_digest is not None)
    archive = target.with_name(entry.download_name)
    with suppress(OSError):  # of these, a process that was killed did not remove what is ours
        version_path(archive).unlink(missing_ok=True)
        remove_stale_lock(part_path(archive))
        if entry.packed and record_path(archive).exists():
            _remove(archive)
    return Fetched(target, size, digest, _has_digest(entry))


def _unpack(entry: PublicCorpus, archive: Path, target: Path, progress: bool) -> tuple[int, str]:
    try:
        with atomic_write(target) as text:
            size, digest = unpack(entry, archive, text, progress=progress)
            verify(entry, "text", size, entry.text_size, digest, entry.text_sha256)
            # Before the text gets its final name, so that every text written by us has a record.
            record(target, digest)
    except VerificationError:
        _remove(archive)  # so that the next call downloads it again
        raise
    with suppress(OSError):  # the text is there; the next call tidies up
        _remove(archive)
    return size, digest


def _remove(archive: Path) -> None:
    archive.unlink(missing_ok=True)
    record_path(archive).unlink(missing_ok=True)
    version_path(archive).unlink(missing_ok=True)


def _has_digest(entry: PublicCorpus) -> bool:
    return entry.sha256 is not None or entry.text_sha256 is not None
