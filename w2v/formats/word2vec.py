"""The text and binary formats of word2vec.c, also used by gensim, fastText (``.vec``) and GloVe (no header).

Files are compressed if the extension says so (``.gz``, ``.bz2``, ``.xz``, ``.zst``). These formats have no digest: the
reader checks everything it can (width, number and finiteness of the rows, duplicate words), but cannot detect a changed
value.

They do not record whether words are whole numbers (nodes, products). A file in which every word is a whole number is read
as such: the key 7 is then the word "7", not row 7.
"""

import re

import numpy as np
from numpy.typing import DTypeLike, NDArray

from w2v.annotations import checked
from w2v.atomic_files import PathLike
from w2v.errors import ConfigError, FormatError
from w2v.formats.contents import Contents, check_contents, check_counts, finite_blocks
from w2v.formats.native_header import looks_native
from w2v.formats.streams import Input, open_input, open_output
from w2v.formats.word2vec_binary import read_binary, write_binary
from w2v.formats.word2vec_counts import column_of_counts, has_counts
from w2v.formats.word2vec_header import BOM, MAX_DIM
from w2v.formats.word2vec_numbers import CONTROLS
from w2v.formats.word2vec_rows import MAX_WORD_BYTES, Reading
from w2v.formats.word2vec_text import read_text, write_text


@checked
def load_word2vec(
    path: PathLike,
    *,
    binary: bool,
    limit: int | None = None,
    encoding: str = "utf8",
    errors: str = "strict",
    dtype: DTypeLike = np.float32,
    no_header: bool = False,
    fvocab: PathLike | None = None,
    strict: bool = True,
) -> Contents:
    r"""Read word vectors in one of word2vec's formats.

    Parameters
    ----------
    path : str or os.PathLike
        A local file.
    binary : bool
        Whether the file is in the binary or the text format.
    limit : int, optional
        Read at most this many rows, from the beginning.
    encoding, errors : str
        A codec and an error handler for decoding words, as for `bytes.decode`; or the handler "cut", which replaces only an
        incomplete character at the end of a word, as left by programs that cut words at a number of bytes.
    dtype : float32 or float16
        Type of the returned vectors; the files hold float32.
    no_header : bool
        Always read the first line of a text as a row. By default, a first line of exactly two integers, between any white
        space, is a header.
    fvocab : str or os.PathLike, optional
        A file of lines ``word count``, as word2vec.c writes it; fills ``counts``.
    strict : bool
        Reject ambiguous files. If false, read them as follows, and count it in ``metadata["repairs"]``. Of duplicate words,
        the first is kept. In a text, everything before the last ``dim`` values is the word, even if it is white space,
        empty, or contains spaces (but not numbers, and not in most rows); blank lines are skipped; the last newline may be
        missing.
        A first or last value that looks like the count of the word is read as a value.
        In a binary file, newlines before words are skipped. Rows beyond those that the header says are read.

    Returns
    -------
    Contents

    Raises
    ------
    ArgumentError
        If an argument has another type.
    FileNotFoundError
        If there is no such file.
    UnsafeFormatError
        If the file is a pickle.
    FormatError
        If the file is of another kind, which the message names, or anything in it violates the format; the message gives row
        and byte. `CutFileError` if
        the file ends too early, `WordEncodingError` if a word is not valid in this encoding.
    ConfigError
        If a parameter is out of range.
    MemoryLimitError
        If the vectors do not fit into memory.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w") as file:
    ...     _ = file.write("2 3\na 1 2 3\nb 4 5 6\n")
    ...     file.flush()
    ...     load_word2vec(file.name, binary=False).vectors
    array([[1., 2., 3.],
           [4., 5., 6.]], dtype=float32)
    """
    if binary and no_header:
        raise ConfigError("no_header must be False for a binary file, whose header gives the dimension: got True")
    reading = Reading(limit, encoding, errors, np.dtype(dtype), strict)
    with open_input(path) as source:
        _refuse_native(source)
        rows = read_binary(source, reading) if binary else read_text(source, reading, no_header=no_header)
        words, vectors = rows.finish()
        if not binary and (place := column_of_counts(vectors)) is not None:
            if strict:
                raise FormatError(has_counts(source.name, words[0], vectors[0], place))
            rows.repairs["column_of_counts"] += 1
    counts = None if fvocab is None else _read_counts(fvocab, words, reading)
    repairs = {} if strict else {name: count for name, count in rows.repairs.items() if count}
    metadata = ({"repairs": repairs} if repairs else {}) | ({"numbers": True} if are_numbers(words) else {})
    return Contents(words, vectors, counts, metadata=metadata)


def are_numbers(words: list[str]) -> bool:
    """Whether every word is a whole number, written as Python writes it.

    Examples
    --------
    >>> are_numbers(["0", "12"]), are_numbers(["0", "012"])
    (True, False)
    """
    return all(re.fullmatch("0|[1-9][0-9]{0,18}", word) for word in words)


def _refuse_native(source: Input) -> None:
    if looks_native(source.stream.read(9)):
        raise FormatError(
            f"cannot read {source.name} in a word2vec format: it is a safetensors file; use KeyedVectors.load, or let its "
            "name end in .safetensors"
        )
    source.stream.seek(0)


@checked
def save_word2vec(
    path: PathLike,
    contents: Contents,
    *,
    binary: bool,
    header: bool = True,
    prefix: str = "",
    total: int | None = None,
    fvocab: PathLike | None = None,
) -> None:
    """Write word vectors in one of word2vec's formats, atomically.

    Both formats preserve float32 values exactly. They have no place for the output matrix and the metadata.

    Parameters
    ----------
    path : str or os.PathLike
        A local file.
    contents : Contents
        ``words`` and ``vectors`` are written, in row order.
    binary : bool
        Write the binary format, without newlines after the vectors (as gensim does), or the text format.
    header : bool
        Begin a text with a header line; a file without it is in GloVe's format.
    prefix : str
        Prepended to every word.
    total : int, optional
        Number of rows to state in the header, if more rows will be appended to the file later.
    fvocab : str or os.PathLike, optional
        Write ``contents.counts`` to this file, in lines ``word count``.

    Raises
    ------
    ArgumentError
        If an argument has another type.
    FormatError
        If a word is empty, very long, or contains white space, a lone surrogate or, in the binary format, a control
        character (it could not be read back), or the contents are inconsistent or not finite.
    ConfigError
        If a parameter contradicts the contents or another one.
    OutputError
        If a file cannot be written; an existing file is then unchanged.
    """
    check_contents(contents)
    n_rows, dim = contents.vectors.shape
    if dim > MAX_DIM:
        raise FormatError(
            f"vectors must have at most {MAX_DIM} values, the largest dimension that can be read: got {dim}"
        )
    if total is not None and total < n_rows:
        raise ConfigError(f"total must be None or at least the number of rows, {n_rows}: got {total}")
    if not header and (binary or dim == 1):
        raise ConfigError(
            "header must be True for a binary file, and for text with 1 value per row, which would be ambiguous: got False"
        )
    words = [_storable(prefix + word, binary) for word in contents.words]
    if not header and words[0].startswith(BOM):
        raise FormatError(
            f"the first word must not begin with a byte-order mark without a header: got {words[0]!r:.80}"
        )
    if fvocab is not None:
        _write_counts(fvocab, words, contents.counts)
    render = write_binary if binary else write_text
    with open_output(path) as stream:
        if header:
            stream.write(b"%d %d\n" % (total or n_rows, dim))
        row = 0
        for block in finite_blocks(contents.vectors, "<f4", "vectors"):
            stream.write(render(words[row : row + len(block)], block))
            row += len(block)


def storable_rows(words: list[str], binary: bool) -> list[int]:
    """Return the rows of the words that the text or the binary format can hold."""
    return [row for row, word in enumerate(words) if _is_storable(word.encode(errors="replace"), binary)]


def _is_storable(word: bytes, binary: bool) -> bool:
    controls = binary and word.translate(None, CONTROLS) != word
    return word.split() == [word] and len(word) <= MAX_WORD_BYTES and not controls


def _storable(word: str, binary: bool) -> bytes:
    """Return the word's bytes; raise FormatError if they could not be read back as the same word."""
    try:
        encoded = word.encode()
    except UnicodeEncodeError as error:
        raise FormatError(f"a word must be encodable as UTF-8: got {word!r}, {error.reason}") from error
    if not _is_storable(encoded, binary):
        raise FormatError(
            f"a word must be 1 to {MAX_WORD_BYTES} bytes without white space in a word2vec format, and without control "
            f"characters in a binary one: got {word!r:.80}; "
            "save in the native format (.safetensors), which accepts any word"
        )
    return encoded


def _read_counts(path: PathLike, words: list[str], reading: Reading) -> NDArray[np.int64]:
    pattern = rb"(\S+)[ \t](\d{1,18}) ?\r?\n" if reading.strict else rb"(.*?)[ \t]+(\d{1,18})\s*"
    counts: dict[str, int] = {}
    with open_input(path) as source:
        number = 0
        while line := source.stream.readline(MAX_WORD_BYTES + 32):
            number += 1
            where = f"{source.name}: line {number}"
            match = re.fullmatch(pattern, line)
            if match is None and line.isspace() and not reading.strict:
                continue
            if match is None:
                raise FormatError(f"{where} must be a word, a space and its count: got {line!r:.80}")
            word = reading.decode(match[1])
            if counts.setdefault(word, int(match[2])) != int(match[2]):
                raise FormatError(f"{where}: each word must have one count: got a second one for {word!r:.80}")
        missing = next((word for word in words if word not in counts), None)
        if missing is not None:
            raise FormatError(f"{source.name} must have a count for every word: got none for {missing!r:.80}")
    result = np.array([counts[word] for word in words], np.int64)
    check_counts(result)
    return result


def _write_counts(path: PathLike, words: list[bytes], counts: NDArray[np.int64] | None) -> None:
    if counts is None:
        raise ConfigError(f"fvocab must be None if the words have no counts: got {path!r}")
    with open_output(path) as stream:
        stream.writelines(b"%b %d\n" % pair for pair in zip(words, counts.tolist(), strict=True))
