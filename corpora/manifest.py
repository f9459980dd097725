"""The manifest of public corpora: address, size, licence and digest of each."""

import os
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from w2v.annotations import checked
from w2v.errors import ConfigError

_MANIFEST = Path(__file__).with_name("manifest.toml")
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PACKED = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_SCHEMES = ("http", "https", "file")


@dataclass(frozen=True)
class PublicCorpus:
    """One entry of the manifest; unconfirmed facts are None.

    Attributes
    ----------
    name, url, licence, tokenizer, description, advice : str
        As explained at the top of manifest.toml.
    size, sha256 : int, str, optional
        Size in bytes and digest of the download.
    member : str, optional
        Pattern of the files to extract from an archive; None if the archive has only one file.
    text_size, text_sha256 : int, str, optional
        Size in bytes and digest of the text extracted from an archive.

    Raises
    ------
    ConfigError
        If a field has the wrong type or form.

    Examples
    --------
    >>> entry = PublicCorpus("toy", "https://example.org/toy.zip", "CC0", "words", "A toy.", "", member="toy.txt")
    >>> entry.download_name, entry.packed, entry.file_name
    ('toy.zip', True, 'toy.txt')
    """

    name: str
    url: str
    licence: str
    tokenizer: str
    description: str
    advice: str
    size: int | None = None
    sha256: str | None = None
    member: str | None = None
    text_size: int | None = None
    text_sha256: str | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            allowed = (int, type(None)) if "size" in field.name else (str, type(None) if field.default is None else str)
            if not isinstance(value, allowed) or isinstance(value, bool):
                kind = "an integer" if "size" in field.name else "a string"
                raise ConfigError(f"corpus {self.name!r}: {field.name} must be {kind}: got {value!r}")
        if not _NAME.fullmatch(self.name):
            raise ConfigError(f"a corpus name must be lower-case letters, digits, '.' and '-': got {self.name!r}")
        if urlsplit(self.url).scheme not in _SCHEMES or not self.download_name:
            raise ConfigError(
                f"corpus {self.name!r}: url must be the {', '.join(_SCHEMES)} address of a file: got {self.url!r}"
            )
        for digest in (self.sha256, self.text_sha256):
            if digest is not None and not _SHA256.fullmatch(digest):
                raise ConfigError(
                    f"corpus {self.name!r}: a SHA-256 must be 64 lower-case hexadecimal digits: got {digest!r}"
                )
        if not self.packed and (self.member or self.text_size or self.text_sha256):
            raise ConfigError(
                f"corpus {self.name!r}: url must be an archive ({', '.join(_PACKED)}) if member, text_size or text_sha256 "
                f"is given: got {self.url!r}"
            )

    @property
    def download_name(self) -> str:
        """The last part of the address: the file name of the download."""
        return PurePosixPath(urlsplit(self.url).path).name

    @property
    def packed(self) -> bool:
        """Whether the download is an archive. A single compressed file is not an archive: it is read as it is."""
        return self.download_name.endswith(_PACKED)

    @property
    def file_name(self) -> str:
        """The file name of the text."""
        return f"{self.name}.txt" if self.packed else self.download_name


LARGEST = 16 << 20
"""Bytes of a manifest."""


@checked
def load_manifest(path: str | os.PathLike[str] = _MANIFEST) -> dict[str, PublicCorpus]:
    """Read a manifest; by default the one in the package.

    Returns
    -------
    dict of str to PublicCorpus
        In the order of the file.

    Raises
    ------
    ConfigError
        If the file cannot be read, is not TOML, or an entry has a missing, unknown or malformed field.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:  # a device has no end
            raise ValueError(f"it has more than {LARGEST} bytes")
        entries = tomllib.loads(data.decode()).get("corpus", [])
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read the manifest {os.fspath(path)}: {error}") from error
    if not isinstance(entries, list) or not entries:
        raise ConfigError(f"the manifest {os.fspath(path)} must have [[corpus]] entries: got none")
    corpora = [_entry(entry) for entry in entries]
    named = {corpus.name: corpus for corpus in corpora}
    if len(named) < len(corpora):
        names = [corpus.name for corpus in corpora]
        twice = next(name for name in names if names.count(name) > 1)
        raise ConfigError(f"the names in the manifest {os.fspath(path)} must be unique: got {twice!r} twice")
    return named


@checked
def find_corpus(name: str) -> PublicCorpus:
    """Return the entry of the package's manifest with this name.

    Raises
    ------
    ConfigError
        If there is none.
    """
    corpora = load_manifest()
    if name not in corpora:
        raise ConfigError(f"corpus must be one of {', '.join(corpora)}: got {name!r}")
    return corpora[name]


def _entry(values: Any) -> PublicCorpus:
    if not isinstance(values, dict):
        raise ConfigError(f"a manifest entry must be a [[corpus]] table: got {values!r}")
    known = {field.name for field in fields(PublicCorpus)}
    required = {field.name for field in fields(PublicCorpus) if field.default is not None}
    if unknown := sorted(values.keys() - known):
        raise ConfigError(
            f"manifest entry {values.get('name')!r}: fields must be among {', '.join(sorted(known))}: got {unknown[0]!r}"
        )
    if missing := sorted(required - values.keys()):
        raise ConfigError(f"manifest entry {values.get('name')!r} must have the field {missing[0]!r}: got none")
    return PublicCorpus(**values)
