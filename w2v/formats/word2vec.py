"""The text and binary formats of word2vec.c, also used by gensim, fastText (``.vec``) and GloVe (no header).

Files are compressed if the extension says so (``.gz``, ``.bz2``, ``.xz``). These formats have no digest: the reader checks
everything it can (width, number and finiteness of the rows, duplicate words), but cannot detect a changed value.
"""

import re

import numpy as np
from numpy.typing import DTypeLike, NDArray

from w2v.atomic_files import PathLike
from w2v.errors import ConfigError, FormatError
from w2v.formats.contents import Contents, check_contents, check_counts, finite_blocks
from w2v.formats.streams import open_input, open_output
from w2v.formats.word2vec_binary import read_binary, write_binary
from w2v.formats.word2vec_rows import MAX_DIM, MAX_WORD_BYTES, Reading
from w2v.formats.word2vec_text import read_text, write_text


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
        A codec and an error handler for decoding words, as for `bytes.decode`.
    dtype : float32 or float16
        Type of the returned vectors; the files hold float32.
    no_header : bool
        Always read the first line of a text as a row. By default, a first line of exactly two integers is a header.
    fvocab : str or os.PathLike, optional
        A file of lines ``word count``, as word2vec.c writes it; fills ``counts``.
    strict : bool
        Reject ambiguous files. If false: of duplicate words keep the first; in a text row, treat everything before the
        last ``dim`` values as the word, even if it contains spaces; in a binary file, skip newlines before words; accept a
        text without a final newline; and count these repairs in ``metadata["repairs"]``.

    Returns
    -------
    Contents

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    UnsafeFormatError
        If the file is a pickle.
    FormatError
        If anything in the file violates the format; the message gives row and byte. `CutFileError` if the file ends too
        early, `WordEncodingError` if a word is not valid in this encoding.
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
        rows = read_binary(source, reading) if binary else read_text(source, reading, no_header=no_header)
        words, vectors = rows.finish()
    counts = None if fvocab is None else _read_counts(fvocab, words, reading)
    return Contents(words, vectors, counts, metadata={} if strict else {"repairs": dict(rows.repairs)})


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
    FormatError
        If a word is empty, very long, or contains white space or a lone surrogate (it could not be read back), or the
        contents are inconsistent or not finite.
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
    words = [_storable(prefix + word) for word in contents.words]
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


def _storable(word: str) -> bytes:
    """Return the word's bytes; raise FormatError if they could not be read back as the same word."""
    try:
        encoded = word.encode()
    except UnicodeEncodeError as error:
        raise FormatError(f"a word must be encodable as UTF-8: got {word!r}, {error.reason}") from error
    if encoded.split() != [encoded] or len(encoded) > MAX_WORD_BYTES:
        raise FormatError(
            f"a word must be 1 to {MAX_WORD_BYTES} bytes without white space in a word2vec format: got {word!r:.80}; "
            "save in the native format (.safetensors), which accepts any word"
        )
    return encoded


def _read_counts(path: PathLike, words: list[str], reading: Reading) -> NDArray[np.int64]:
    counts: dict[str, int] = {}
    with open_input(path) as source:
        number = 0
        while line := source.stream.readline(MAX_WORD_BYTES + 32):
            number += 1
            where = f"{source.name}: line {number}"
            match = re.fullmatch(rb"(\S+)[ \t](\d{1,18}) ?\r?\n", line)
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
