"""A cache of encoded corpora on disk, looked up by content.

The name of an entry is a SHA-256 of the contents of the files and of everything that determines how they become ids, so an
edited text is never confused with the old one, and a renamed or moved one is still found. An entry is one file, written
atomically: NumPy arrays one after another in the format of ``numpy.save`` (ids, offsets, counts, and a JSON object as
bytes), followed by the SHA-256 of all of them. Entries are never removed; the folder may be emptied at any time.
"""

import hashlib
import json
import mmap
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.atomic_files import PathLike, atomic_write, check_writable
from w2v.config import TextOptions
from w2v.corpus.disk_array import FileMapping, forget
from w2v.corpus.encoded_corpus import EncodedCorpus, ReadLedger
from w2v.corpus.phrase_config import PhraseConfig
from w2v.corpus.phrase_table import PhraseTable
from w2v.corpus.select_words import Choice
from w2v.corpus.source_files import FileState, Paths, file_digest, file_states, find_sources, refuse_changed
from w2v.corpus.table_files import table_format
from w2v.corpus.tokenizers import describe, find_tokenizer
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError, OutputError
from w2v.json_values import ANY, check, record
from w2v.version import __version__

SCHEMA = "w2v corpus 5"
SUFFIX = ".w2v-corpus"
BLOCK_BYTES = 4 << 20
_ARRAY = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '(.{3})', 'fortran_order': False, 'shape': \((\d{1,15}),\), \} *\n", re.DOTALL
)
ENTRY: dict[str, Any] = {
    **{"words": [str], "numbers": bool, "ledger": ANY},
    "phrases": ({"config": {str: ANY}, "rows": [[ANY]]}, None),
}
"""What an entry says in its JSON object."""
_DIGEST_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True)
class CacheEntry:
    """The location of one corpus in the cache, encoded with one set of options.

    Attributes
    ----------
    path : str
        Path of the entry's file, which may not exist yet.
    sources : tuple of str
        The text files.
    states : dict
        Size, modification time and inode of each file when its digest was computed.
    """

    path: str
    sources: tuple[str, ...]
    states: dict[str, FileState]

    @classmethod
    def of(
        cls,
        folder: PathLike,
        paths: Paths,
        wanted: Choice | Vocabulary,
        text: TextOptions,
        phrases: PhraseConfig | PhraseTable | None = None,
    ) -> "CacheEntry":
        """Return the entry for these files in ``folder``, which may not exist yet; read the files once for their digests.

        Raises
        ------
        ConfigError
            If standard input or a pipe is among them, because it can be read only once, or the tokenizer is a function.
        CorpusError
            If a file cannot be read.
        """
        sources = tuple(find_sources(paths))
        states = file_states(list(sources))
        table = table_format(list(sources), text)  # raises unless a table is read by column
        streams = [source for source in sources if source not in states]
        if streams:
            raise ConfigError(
                f"cache must be used with regular files: got {streams[0]!r}, which can be read only once; "
                "leave cache out"
            )
        about = {
            "schema": SCHEMA,
            "version": __version__,  # another one may read text in another way
            "contents": [file_digest(source) for source in sources],
            "suffixes": [Path(source).suffix.lower() for source in sources],  # they select the decompression
            "tokenizer": describe(find_tokenizer(text.tokenizer)),
            "errors": text.errors,
            "encoding": text.encoding,
            "as_lines": text.as_lines,
            "column": text.column,
            "table": table,
            "vocabulary": _describe(wanted),
        }
        if isinstance(phrases, PhraseConfig):
            about["phrases"] = phrases.to_dict()
        elif phrases is not None:
            about["phrases"] = _table(phrases)
        key = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
        return cls(os.path.join(folder, key + SUFFIX), sources, states)

    def check_writable(self) -> None:
        """Check, before the text is read, that :meth:`write` will work; create the folder.

        Raises
        ------
        OutputError
            If the folder or the entry cannot be written.
        """
        folder = os.path.dirname(self.path)
        try:
            os.makedirs(folder or ".", exist_ok=True)
        except OSError as problem:
            raise OutputError(f"cannot create the cache folder {folder!r}: {problem.strerror}") from None
        check_writable(self.path)

    def read(self) -> EncodedCorpus | None:
        """Return the cached corpus; None if there is no entry, or it is damaged or not as `write` makes it."""
        try:
            with open(self.path, "rb") as stream:
                return _parse(stream, self.sources) if _is_whole(stream) else None
        except (OSError, ValueError, RecursionError):
            return None

    def write(self, corpus: EncodedCorpus) -> None:
        """Write a corpus to the cache.

        Raises
        ------
        CorpusChangedError
            If a text file changed since its digest was computed.
        OutputError
            If the entry cannot be written.
        """
        refuse_changed(self.states)
        words = corpus.vocabulary
        about = {"words": words.words, "numbers": words.numbers, "ledger": asdict(corpus.ledger)}
        about["phrases"] = None if corpus.phrases is None else _table(corpus.phrases)
        blob = np.frombuffer(json.dumps(about, separators=(",", ":")).encode(), np.uint8)
        with atomic_write(self.path) as stream:
            digested = _Digested(stream)
            for array in (corpus.tokens, corpus.offsets, corpus.vocabulary.counts, blob):
                np.save(digested, array, allow_pickle=False)
            stream.write(digested.digest.digest())
        forget(corpus.tokens, len(corpus.tokens))


class _Digested:
    """A stream wrapper that computes the SHA-256 of everything written; NumPy writes large arrays in small parts."""

    def __init__(self, stream: Any) -> None:
        self.digest = hashlib.sha256()
        self._stream = stream

    def write(self, data: bytes) -> None:
        self.digest.update(data)
        self._stream.write(data)


def _is_whole(stream: Any) -> bool:
    """Whether the digest at the end matches everything before it; leave the stream at the start."""
    rest = os.fstat(stream.fileno()).st_size - _DIGEST_BYTES
    digest = hashlib.sha256()
    while rest > 0 and (block := stream.read(min(BLOCK_BYTES, rest))):
        digest.update(block)
        rest -= len(block)
    whole: bool = rest == 0 and stream.read() == digest.digest()
    stream.seek(0)
    return whole


def _parse(stream: Any, sources: tuple[str, ...]) -> EncodedCorpus:
    """Return the corpus in an entry whose digest matches; raise ValueError if a writer of ours did not make it."""
    mapped = FileMapping(stream.fileno(), 0, access=mmap.ACCESS_READ)
    tokens, offsets, counts, blob = (_array(stream, mapped, dtype) for dtype in ("<u4", "<i8", "<i8", "|u1"))
    about = check(json.loads(blob.tobytes()), ENTRY, "entry")
    words = about["words"]
    if (
        len(counts) != len(words)
        or len(set(words)) != len(words)
        or (counts < 0).any()
        or sum(counts.tolist()) >= 1 << 63
    ):
        raise ValueError("words and counts must belong together")
    if not len(offsets) or offsets[0] != 0 or offsets[-1] != len(tokens) or (np.diff(offsets) <= 0).any():
        raise ValueError("sentences must follow one another from the first token to the last")
    blocks = range(0, len(tokens), BLOCK_BYTES)
    if not len(tokens) or any(tokens[at : at + BLOCK_BYTES].max() >= len(words) for at in blocks):
        raise ValueError("tokens must be rows of the vocabulary")
    forget(tokens, len(tokens))
    ledger = record(ReadLedger, about["ledger"], "ledger")
    vocabulary = Vocabulary(words, counts.copy(), about["numbers"])
    known = about["phrases"]
    phrases = None if known is None else PhraseTable.of_rows(known["config"], known["rows"])
    return EncodedCorpus(vocabulary, tokens, offsets.copy(), ledger, sources, from_cache=True, phrases=phrases)


def _array(stream: Any, mapped: FileMapping, dtype: str) -> NDArray[Any]:
    """Return the array that begins at the stream's position as a view of the mapped file, and move to its end."""
    start = stream.read(10)  # magic, version, and the length of the description that follows
    about = stream.read(int.from_bytes(start[8:], "little"))
    match = _ARRAY.fullmatch(start + about)
    if match is None or match[1].decode("latin-1") != dtype:
        raise ValueError(f"there must be a flat array of {dtype}: got {about!r:.80}")
    array: NDArray[Any] = np.frombuffer(mapped, dtype, int(match[2]), stream.tell())  # ValueError beyond the end
    stream.seek(stream.tell() + array.nbytes)
    return array


def _table(phrases: PhraseTable) -> dict[str, Any]:
    return {"config": phrases.config.to_dict(), "rows": phrases.to_rows()}


def _describe(wanted: Choice | Vocabulary) -> dict[str, Any]:
    if isinstance(wanted, Vocabulary):
        return {"words": wanted.words, "counts": wanted.counts.tolist(), "numbers": wanted.numbers}
    return {
        "min_count": wanted.config.min_count,
        "max_final_vocab": wanted.config.max_final_vocab,
        "keep": sorted(wanted.config.keep),
        "drop": sorted(wanted.config.drop),
        "max_vocab_size": wanted.max_vocab_size,
        "sort": wanted.sort,
        "known": None if wanted.known is None else _describe(wanted.known),
    }
