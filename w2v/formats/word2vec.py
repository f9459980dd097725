"""The formats of word2vec.c, text and binary, which gensim, fastText (``.vec``) and GloVe (no header) share.

Compressed by extension (``.gz``, ``.bz2``, ``.xz``). These formats carry no digest: what a reader can check it does
(width, number and finiteness of the rows, words that stand once), but a value that changed into another goes unseen.
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
    """Read word vectors in one of word2vec's formats.

    Parameters
    ----------
    path : str or os.PathLike
        A local file.
    binary : bool
        Which of the two formats it is in.
    limit : int, optional
        Read only so many rows from the beginning.
    encoding, errors : str
        How words are decoded: a codec and an error handler, as for `bytes.decode`.
    dtype : float32 or float16
        Of the vectors returned; the files hold float32.
    no_header : bool
        Take the first line of a text for a row whatever it looks like. Otherwise two whole numbers alone are a header.
    fvocab : str or os.PathLike, optional
        A file of lines ``word count``, as word2vec.c writes it; fills ``counts``.
    strict : bool
        Refuse what is ambiguous. If false, keep the first of equal words, take what is left of the last ``dim`` values
        of a text row as a word though it holds spaces, skip newlines in front of words of a binary file, forgive a text
        its last newline, and count all that in ``metadata["repairs"]``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    UnsafeFormatError
        If the file is a pickle.
    FormatError
        If anything in the file is not as the format has it; the message gives row and byte. `CutFileError` if it ends
        too early, `WordEncodingError` if a word is not in this encoding.
    ConfigError
        If a parameter is out of range.
    MemoryLimitError
        If the vectors do not fit into memory.
    """
    if binary and no_header:
        raise ConfigError(
            "no_header is True for a binary file; allowed: only for text, as nothing else gives the dimension"
        )
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
    """Write word vectors in one of word2vec's formats: wholly or not at all.

    float32 values survive both formats exactly. The output matrix and the metadata have no place in them.

    Parameters
    ----------
    path : str or os.PathLike
        A local file.
    contents : Contents
        ``words`` and ``vectors`` are written, row by row in their order.
    binary : bool
        Write the binary format, without newlines after the vectors (as gensim does), or the text format.
    header : bool
        Begin a text with its header line; without it, it is a GloVe file.
    prefix : str
        Put before every word.
    total : int, optional
        Number of rows to state in the header, if more are to be appended to the file.
    fvocab : str or os.PathLike, optional
        Write ``contents.counts`` there, in lines ``word count``.

    Raises
    ------
    FormatError
        If a word is empty, holds white space or a lone surrogate or is very long (the formats could not give it back),
        or the contents do not belong together or are not finite.
    ConfigError
        If a parameter contradicts the contents or another one.
    OutputError
        If a file cannot be written; what was there before is still there.
    """
    check_contents(contents)
    n_rows, dim = contents.vectors.shape
    if dim > MAX_DIM:
        raise FormatError(f"vectors have {dim} values; allowed: {MAX_DIM}, as nothing larger is read")
    if total is not None and total < n_rows:
        raise ConfigError(f"total is {total} for {n_rows} rows; allowed: {n_rows} and more, or None")
    if not header and (binary or dim == 1):
        raise ConfigError(
            "header is False; allowed: only for text of at least 2 values a row, or the file is ambiguous"
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
    """Return the word's bytes, if they come back as this word."""
    try:
        encoded = word.encode()
    except UnicodeEncodeError as error:
        raise FormatError(f"the word {word!r} has no UTF-8 form: {error.reason}") from error
    if encoded.split() != [encoded] or len(encoded) > MAX_WORD_BYTES:
        raise FormatError(
            f"the word {word!r:.80} cannot be written in a word2vec format; allowed: 1 to {MAX_WORD_BYTES} bytes "
            "without white space (the native format holds any word)"
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
                raise FormatError(f"{where} is {line!r:.80}; allowed: a word, a space and its count")
            word = reading.decode(match[1])
            if counts.setdefault(word, int(match[2])) != int(match[2]):
                raise FormatError(f"{where} counts {word!r:.80} again, and differently")
        missing = next((word for word in words if word not in counts), None)
        if missing is not None:
            raise FormatError(f"{source.name}: has no count for {missing!r:.80}; allowed: one for every word")
    result = np.array([counts[word] for word in words], np.int64)
    check_counts(result)
    return result


def _write_counts(path: PathLike, words: list[bytes], counts: NDArray[np.int64] | None) -> None:
    if counts is None:
        raise ConfigError("fvocab is given, but the contents have no counts; allowed: None")
    with open_output(path) as stream:
        stream.writelines(b"%b %d\n" % pair for pair in zip(words, counts.tolist(), strict=True))
