import bz2
import gzip
import lzma
import os
import random
import tracemalloc
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.errors import ConfigError, FormatError, MemoryLimitError, OutputError, UnsafeFormatError
from w2v.formats import Contents, load_word2vec, save_word2vec
from w2v.vectors import KeyedVectors


def contents(n=5, dim=3, dtype=np.float32, **more):
    vectors = np.random.default_rng(3).normal(size=(n, dim)).astype(dtype)
    return Contents([f"wörd{i}" for i in range(n)], vectors, **more)


def assert_same(a, b):
    assert a.words == b.words
    assert (a.vectors.dtype, a.vectors.shape) == (b.vectors.dtype, b.vectors.shape)
    assert a.vectors.tobytes() == b.vectors.tobytes()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "vectors"


def text_of(file, data, **options):
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return load_word2vec(file, binary=False, **options)


def binary_of(file, rows, newline=b"", head=None, **options):
    dim = len(rows[0][1])
    head = b"%d %d\n" % (len(rows), dim) if head is None else head
    file.write_bytes(head + b"".join(word + b" " + np.array(v, "<f4").tobytes() + newline for word, v in rows))
    return load_word2vec(file, binary=True, **options)


# What goes out comes back.


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize(
    ("suffix", "n", "dim"),
    [
        ("", 1, 1),
        ("", 5, 3),
        ("", 4000, 300),  # more than a block
        ("", 30_000, 2),
        (".gz", 4000, 30),
        (".GZ", 1, 1),
        (".bz2", 400, 30),
        (".xz", 400, 30),
    ],
)
def test_round_trip(tmp_path, binary, suffix, n, dim):
    original = contents(n, dim)
    for name in ("a", "b"):
        save_word2vec(tmp_path / (name + suffix), original, binary=binary)
    assert (tmp_path / ("a" + suffix)).read_bytes() == (tmp_path / ("b" + suffix)).read_bytes()
    loaded = load_word2vec(tmp_path / ("a" + suffix), binary=binary)
    assert_same(original, loaded)
    assert loaded.counts is None
    assert loaded.output is None
    assert loaded.metadata == {}
    assert loaded.vectors.flags.writeable


def test_compressed_files_are_what_their_extension_says(file):
    save_word2vec(file, contents(), binary=False)
    for suffix, decompress in ((".gz", gzip.decompress), (".bz2", bz2.decompress), (".xz", lzma.decompress)):
        save_word2vec(f"{file}{suffix}", contents(), binary=False)
        with open(f"{file}{suffix}", "rb") as stream:
            assert decompress(stream.read()) == file.read_bytes()
    with open(f"{file}.gz", "rb") as stream:
        assert stream.read()[3:8] == bytes(5)  # neither name nor time


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_word_comes_back_or_is_refused_when_it_is_saved(tmp_path_factory, data):
    words = data.draw(st.lists(st.text(st.characters()), min_size=1, max_size=5, unique=True))
    value = st.floats(width=32, allow_nan=False, allow_infinity=False)
    values = data.draw(st.lists(value, min_size=len(words) * 2, max_size=len(words) * 2))
    original = Contents(words, np.array(values, np.float32).reshape(-1, 2))
    header, binary = data.draw(st.sampled_from([(True, True), (True, False), (False, False)]))
    path = tmp_path_factory.getbasetemp() / "hypothesis.vec"
    refused = {*map(chr, range(33)), "\x7f"} if binary else set(" \t\n\v\f\r")
    storable = all(word and not set(word) & refused for word in words)
    storable = storable and (header or not words[0].startswith("\ufeff"))
    if not storable or any("\ud800" <= char <= "\udfff" for word in words for char in word):
        with pytest.raises(FormatError):
            save_word2vec(path, original, binary=binary, header=header)
    else:
        save_word2vec(path, original, binary=binary, header=header)
        assert_same(original, load_word2vec(path, binary=binary))


@pytest.mark.parametrize("binary", [False, True])
def test_float16_and_strided_rows(file, binary):
    original = contents(9, 4, np.float16)
    wide = np.zeros((9, 8), np.float16)
    wide[:, :4] = original.vectors
    save_word2vec(file, Contents(original.words, wide[:, :4]), binary=binary)
    assert_same(original, load_word2vec(file, binary=binary, dtype=np.float16))
    assert load_word2vec(file, binary=binary).vectors.dtype == np.float32


@pytest.mark.parametrize("binary", [False, True])
def test_prefix_total_and_limit(file, binary):
    save_word2vec(file, contents(4, 2), binary=binary, prefix="*en_", total=6)
    assert file.read_bytes().startswith(b"6 2\n*en_w\xc3\xb6rd0 ")
    loaded = load_word2vec(file, binary=binary, limit=4)
    assert loaded.words == [f"*en_wörd{i}" for i in range(4)]
    assert_same(load_word2vec(file, binary=binary, limit=2), Contents(loaded.words[:2], loaded.vectors[:2]))
    for limit in (None, 5, 6, 7):
        with pytest.raises(FormatError):
            load_word2vec(file, binary=binary, limit=limit)
    save_word2vec(file, contents(4, 2), binary=binary, total=4)
    assert len(load_word2vec(file, binary=binary).words) == 4


@pytest.mark.parametrize("name", ["", ".gz"])
def test_limit_reads_no_further(file, name):
    path = f"{file}{name}"
    save_word2vec(path, contents(6, 2), binary=False, header=False)
    assert len(load_word2vec(path, binary=False, limit=2).words) == 2
    assert len(load_word2vec(path, binary=False, limit=60).words) == 6


def test_a_text_has_nine_digits_and_single_spaces(file):
    values = np.array([[1, -0.0, 1 / 3, 1e-45, np.finfo(np.float32).max]], np.float32)
    save_word2vec(file, Contents(["a"], values), binary=False)
    assert file.read_bytes() == b"1 5\na 1 -0 0.333333343 1.40129846e-45 3.40282347e+38\n"


def test_output_errors(file):
    with pytest.raises(OutputError, match="No space left"):
        save_word2vec("/dev/full", contents(), binary=False)
    file.write_bytes(b"old")
    broken = contents()
    broken.vectors[4, 2] = np.nan
    for binary in (False, True):
        with pytest.raises(FormatError, match="vectors: row 4 must be finite: got a NaN"):
            save_word2vec(file, broken, binary=binary)
    with pytest.raises(OutputError):
        save_word2vec(file.parent / "missing" / "x.gz", contents(), binary=True)
    assert file.read_bytes() == b"old"
    assert os.listdir(file.parent) == [file.name]


@pytest.mark.parametrize(
    "word", ["", " ", "a b", "a\nb", "a\n", " a", "a ", "\t", "a\rb", "a\x0bb", "a\x0cb", "\ud800", "x" * 65_537]
)
@pytest.mark.parametrize("binary", [False, True])
def test_words_that_the_format_cannot_hold(file, word, binary):
    with pytest.raises(FormatError, match="a word must be"):
        save_word2vec(file, Contents(["fine", word], np.ones((2, 2), np.float32)), binary=binary)
    assert not file.exists()


@pytest.mark.parametrize("word", ["\x00", "a\x1c", "\x7f"])
def test_control_characters_are_for_text_alone(file, word):
    original = Contents(["fine", word], np.ones((2, 2), np.float32))
    with pytest.raises(FormatError, match="without control characters in a binary one"):
        save_word2vec(file, original, binary=True)
    save_word2vec(file, original, binary=False)
    assert_same(original, load_word2vec(file, binary=False))


@pytest.mark.parametrize("word", ["x" * 65_536, "a\u00a0b", "\u2003", "\ufeff", "\x85", "5", "нет", "🙂"])
@pytest.mark.parametrize("binary", [False, True])
def test_words_that_it_can(file, word, binary):
    original = Contents(["fine", word], np.ones((2, 2), np.float32))
    save_word2vec(file, original, binary=binary)
    assert_same(original, load_word2vec(file, binary=binary))


# What other programs write.


@pytest.mark.parametrize(
    "text",
    [
        "2 2\na 1 -2.5\nb 3 4e-1\n",
        "2 2\na 1.000000 -2.500000 \nb 3.000000 0.400000 \n",  # word2vec.c, fastText
        "2 2 \r\na 1 -2.5\r\nb 3 0.4 \r\n",
        "a 1 -2.5\nb 3 0.4\n",  # GloVe
        "a 1 -2.5 \nb +3 .4 \n",
    ],
)
def test_dialects_of_text(file, text):
    assert_same(text_of(file, text), Contents(["a", "b"], np.array([[1, -2.5], [3, 0.4]], np.float32)))
    with gzip.open(f"{file}.gz", "wb") as stream:
        stream.write(text.encode())
    assert load_word2vec(f"{file}.gz", binary=False).words == ["a", "b"]


def test_a_first_row_that_looks_like_a_header(file):
    assert text_of(file, "5 2\na 1\n", no_header=True).words == ["5", "a"]
    with pytest.raises(FormatError, match="header, which says 5 rows"):
        text_of(file, "5 2\na 1\n")


@pytest.mark.parametrize("newline", [b"", b"\n"])
@pytest.mark.parametrize("n", [1, 2, 40_000])
def test_dialects_of_binary(file, newline, n):
    rows = [(b"w%d" % i, [i, 10.0, 32.0]) for i in range(n)]  # 10.0 and 32.0, and no newline or space among their bytes
    rows[0] = (b"w0", np.frombuffer(b"\n\n\n\n    \n \n ", "<f4"))
    loaded = binary_of(file, rows, newline)
    assert loaded.words == [word.decode() for word, _ in rows]
    np.testing.assert_array_equal(loaded.vectors, np.array([v for _, v in rows], np.float32))


def test_encodings(file):
    rows = [("é".encode("latin-1"), [1, 2]), (b"b", [3, 4])]
    assert binary_of(file, rows, encoding="latin-1").words == ["é", "b"]
    with pytest.raises(FormatError, match=r"row 1 \(byte 4\): a word must be valid utf8: got b'\\xe9'"):
        binary_of(file, rows)
    assert binary_of(file, rows, errors="replace").words == ["\ufffd", "b"]
    with pytest.raises(FormatError, match=r"row 1 \(byte 4\): a word must be non-empty"):
        binary_of(file, rows, errors="ignore")
    rows = [(b"a\xff", [1, 2]), (b"a\xfe", [3, 4])]
    with pytest.raises(FormatError, match=r"row 2 \(byte 15\): a word must occur in one row only: got 'a\ufffd' again"):
        binary_of(file, rows, errors="replace")


def test_counts_beside_the_vectors(tmp_path, file):
    original = contents(3, 2, counts=np.array([9, 5, 0]))
    save_word2vec(file, original, binary=True, fvocab=tmp_path / "vocab.gz", prefix="_")
    loaded = load_word2vec(file, binary=True, fvocab=tmp_path / "vocab.gz")
    assert loaded.counts.tolist() == [9, 5, 0]
    assert loaded.counts.dtype == np.int64
    assert gzip.decompress((tmp_path / "vocab.gz").read_bytes()) == "_wörd0 9\n_wörd1 5\n_wörd2 0\n".encode()
    with pytest.raises(ConfigError, match="fvocab must be None if the words have no counts"):
        save_word2vec(file, contents(), binary=True, fvocab=tmp_path / "v")


@pytest.mark.parametrize(
    "vocab",
    [
        "",
        "a 1\n",
        "a 1\nb x\n",
        "a 1\nb -2\n",
        "a 1\nb 2",
        "a 1\nb\n",
        "a 1\nb 2 3\n",
        "a 1\nb 2\na 3\n",
        "a 1\nb " + "9" * 19 + "\n",
        "\n",
        "a 1\n\xff 2\nb 1\n",
        "a" * 70_000 + " 1\n",
        "a 1\nb 1\nb 1\nb 2\n",
    ],
)
def test_counts_that_are_refused(tmp_path, file, vocab):
    (tmp_path / "v").write_bytes(vocab.encode("latin-1"))
    with pytest.raises(FormatError):
        text_of(file, "a 1 2\nb 3 4\n", fvocab=tmp_path / "v")
    (tmp_path / "v").write_bytes(b"</s> 0\nb 2\r\na\t1\n")
    assert text_of(file, "a 1 2\nb 3 4\n", fvocab=tmp_path / "v").counts.tolist() == [1, 2]


def test_counts_whose_sum_overflows(tmp_path, file):
    (tmp_path / "v").write_bytes(b"".join(b"w%d %d\n" % (i, 10**18 - 1) for i in range(10)))
    with pytest.raises(FormatError, match=r"add up to less than 2\*\*63: got"):
        text_of(file, "".join(f"w{i} 1 2\n" for i in range(10)), fvocab=tmp_path / "v")


def test_repairs_are_counted(file):
    text = "a 1 2\na 3 4\nb c 5 6\nd 7 8\nd 9 9"
    with pytest.raises(FormatError, match=r"row 2 \(byte 6\): a word must occur in one row only: got 'a' again"):
        text_of(file, text.replace("b c", "b") + "\n")
    repaired = text_of(file, text, strict=False)
    assert repaired.words == ["a", "b c", "d"]
    assert repaired.vectors.tolist() == [[1, 2], [5, 6], [7, 8]]
    repairs = {"duplicates": 2, "spaces_in_words": 1, "final_newline": 1}
    assert repaired.metadata == {"repairs": repairs}
    binary = binary_of(file, [(b"a", [1]), (b"a", [2]), (b"b", [3])], strict=False)
    assert (binary.words, binary.vectors.tolist()) == (["a", "b"], [[1], [3]])
    assert binary.metadata == {"repairs": {"duplicates": 1}}
    assert text_of(file, "1 2\na 1 2\n", strict=False).metadata == {}
    for row in ("b 4 5 6\n", "b c 4 5 6\n", "5 6\n", "b 5\n"):
        with pytest.raises(FormatError):
            text_of(file, "a 1 2\n" + row, strict=False)


def test_newlines_that_belong_to_no_format(file):
    rows = [(b"\nabc", [1]), (b"d", [2]), (b"\n\ne", [3])]
    with pytest.raises(FormatError, match="must be non-empty and without white space"):
        binary_of(file, rows)
    read = binary_of(file, rows, strict=False)
    assert (read.words, read.vectors.ravel().tolist()) == (["abc", "d", "e"], [1, 2, 3])
    assert read.metadata["repairs"]["newlines_before_words"] == 2


def test_a_newline_that_became_part_of_a_vector_is_seen_all_the_same(file):
    data = b"3 1\n" + b"".join(b"%s %s\n" % (word, np.float32(1).tobytes()) for word in (b"a", b"b", b"long"))
    for strict in (True, False):
        file.write_bytes(data[:14] + data[15:])  # a byte of the second vector is lost
        with pytest.raises(FormatError, match="must follow a newline, as other rows do"):
            load_word2vec(file, binary=True, strict=strict)


@pytest.mark.parametrize("binary", [False, True])
def test_a_file_that_ends_too_early_is_an_end_of_file_error_too(tmp_path, binary):
    path = tmp_path / "m"
    save_word2vec(path, Contents(["a", "b"], np.ones((2, 3), np.float32)), binary=binary)
    data = path.read_bytes()
    for cut in (data.replace(b"2 3", b"9 3"), data.replace(b"2 3", b"3 3"), data[: data.index(b"b ")]):
        path.write_bytes(cut)
        with pytest.raises(EOFError):
            load_word2vec(path, binary=binary, strict=False)


@pytest.mark.parametrize("binary", [False, True])
def test_words_in_another_encoding_are_a_decode_error_too(file, binary):
    file.write_bytes(b"1 1\n\xe9t\xe9 " + (np.float32(1).tobytes() if binary else b"1\n"))
    message = (
        r"row 1 \(byte 4\): a word must be valid utf8: got b'\\xe9t\\xe9', .*; pass its encoding to .*; strict=False"
    )
    with pytest.raises(UnicodeDecodeError, match=message):
        load_word2vec(file, binary=binary)
    assert load_word2vec(file, binary=binary, encoding="latin-1").words == ["été"]


# What is damaged or hostile.


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "first line must be a header of two numbers, or a word and"),
        ("\n", "first line must be a header of two numbers, or a word and"),
        ("word\n", "first line must be a header of two numbers, or a word and"),
        ("0 3\n", "0 rows"),
        ("3 0\na\nb\nc\n", "of 0 values"),
        ("1 70000\na 1\n", "70,000 values"),
        ("2 2\na 1 2\n", "header, which says 2 rows"),
        ("2 2\na 1 2\nbb 3 4.555\n", None),
        ("1 2\na 1 2\nb 3 4\n", r"row 2 \(byte 10\): the file must have 1 row, .*: got more"),
        ("2 2\na 1 2\n\nb 3 4\n", r"row 2 \(byte 11\) must follow the other rows: got a blank line"),
        ("2 2\na 1 2.000\nb 3\n", r"row 2 \(byte 14\) must have 2 values, .*: got 1"),
        ("2 2\na 1 2 3\nb 3 4\n", r"row 1 \(byte 4\): the row must have 2 values, as the header has: got 3"),
        ("2 2\na 1.000000\nb 3 4\n", "must have 2 values, .*: got 1"),
        ("2 1\na\nb 3333333\n", "must have 1 value, .*: got 0"),
        ("2 2\na 1 2.000\nb 3 4", "must end with a newline: got none"),
        ("2 2\na  1 2.000 5\nb 3 4\n", "must have 2 values, .*: got 3"),
        ("2 2\n 1 2\nb 3 4.000\n", "must be non-empty and without white space"),
        ("2 2\na\tx 1 2\nb 3 4\n", r"row 1 \(byte 4\): a word must be non-empty and without white space: got b'a\\tx'"),
        ("2 2\na 1 x.000\nb 3 4\n", r"row 1 \(byte 4\): values must be numbers"),
        ("2 2\na 1 2.000\nb 3 4_0\n", r"row 2 \(byte 14\): values must be numbers"),
        ("2 2\na 1 2.000\nb 3 0x4\n", "row 2"),
        ("2 2\na 1 2.000\nb 3 ٤\n", "row 2"),
        ("2 2\na 1 2.000\nb 3 \u00a04\n", "row 2"),
        ("2 2\na 1 2,000\nb 3 4\n", "row 1"),
        ("2 2\na 1 2.000\nb 3 \r4\n", "row 2"),
        ('2 2\na 1 2.000\nb 3 "4"\n', "row 2"),
        ("2 2\na 1 2.000\nb 3 #\n", "row 2"),
        ("2 2\na 1 2.000\nb 3 4#5\n", "row 2"),
        (b"2 2\na 1 2.000\nb 3 \xa04\n", "row 2"),
        ("2 1\na \t\nb 1.000000\n", "row 1"),
        ("2 2\na 1 2.000\nb 3 nan\n", r"row 2 \(byte 14\) must be finite in float32: got a NaN"),
        ("2 2\na 1 inf.0\nb 3 -inf\n", "row 1"),
        ("2 2\na 1 2.000\nb 3 -infinity\n", "must be finite in float32: got a NaN or an infinity"),
        ("2 2\na 1 2.000\nb 3 1e39\n", "finite in float32"),
        ("2 2\na 1 2.000\nb 3 1e999\n", "finite in float32"),
        ("2 2\na 1 2.000\na 3 4\n", "a word must occur in one row only"),
        ("+2 2\na 1 2\nb 3 4\n", "the first line must be a header of two numbers"),
        ("2 2\n" + "a" * 65_537 + " 1 2\nb 3 4\n", "a word must be at most 65536 bytes: got 65537"),
        ("2 2\n" + "a" * 200_000, "a line must end within .* bytes: got no newline"),
        ("x" * 3_000_000, "first line must be a header of two numbers, or a word and"),
        ("x" + " 1" * 65_537 + "\n", "first line must be .* a word and 2 to 65536 values"),
    ],
)
def test_bad_text(file, text, message):
    if message is None:  # the control: the same kind of file, but right
        assert len(text_of(file, text).words) == 2
        return
    with pytest.raises(FormatError, match=message) as caught:
        text_of(file, text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < len(str(file)) + 250


def test_values_that_float16_cannot_hold(file):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(FormatError, match="finite in float16"):
            text_of(file, "a 1 70000\n", dtype=np.float16)


BOMBS = [f"{rows} {dim}" for rows in (1, 2**31, 2**32, 2**61, 2**63, 10**18) for dim in (1, 100, 2**16, 2**31, 2**62)]


@pytest.mark.parametrize("claim", [*BOMBS, "100000000 300", "9" * 30 + " 3", "3 " + "9" * 30, "-1 3", "3 -1"])
@pytest.mark.parametrize("binary", [False, True])
def test_header_bombs(file, claim, binary):
    data = claim.encode() + b"\na 1"
    file.write_bytes(data)
    with gzip.open(f"{file}.gz", "wb") as stream:
        stream.write(data)
    tracemalloc.start()
    try:
        for path in (file, f"{file}.gz"):
            with pytest.raises((FormatError, MemoryLimitError)):
                load_word2vec(path, binary=binary)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz"])
def test_a_compressed_file_of_one_endless_line_is_refused_early(file, suffix):
    compress = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}[suffix]
    for head in (b"", b"5 3\n"):
        with open(f"{file}{suffix}", "wb") as stream:
            stream.write(compress(head) + 64 * compress(bytes(1 << 20)))
        tracemalloc.start()
        try:
            for binary in (False, True):
                with pytest.raises(FormatError):
                    load_word2vec(f"{file}{suffix}", binary=binary)
            assert tracemalloc.get_traced_memory()[1] < 32 << 20  # of which the dictionary of xz takes 8
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a word2vec binary file"),
        (b"\xba\x16\x4f\x2f\x0c\x00\x00\x00", "it is a fastText model; read its .vec file"),
        (b"2 2\n", "must have at least"),
        (b"1 1\n" + b"a" * 70_000, "must have a space after at most 65536 bytes: got none"),
        (b"2 1\n 1234bb 1234", "must be non-empty and without white space"),
        (b"1 1\n" + b"a" * 65_537 + b" 1234", "must have a space after at most"),
        (b"1 1\na\tb 1234", "must be non-empty and without white space"),
        (b"1 1\na 12345", "must end after the last row: got more data"),
        (b"1 1\na 1234\n\n", "must end after the last row: got more data"),
        (b"2 1\na 1234\nb 1234", "must end after the last row: got .*no newline"),
        (b"2 1\na 1234b 1234\n", "must end after the last row: got more data"),
        (b"3 1\na 1234\nb 1234c 1234\n", "row 3 .* must follow a newline"),
        (b"3 1\na 1234b 1234\nc 1234", "row 3 .* white space"),
        (b"3 1\na 1234b 1234cc 123", r"row 3 \(byte 16\): the file ends in the middle"),
        (b"2 1\na 1234a 1234", r"row 2 \(byte 10\): a word must occur in one row only: got 'a' again"),
        (b"1 1\na \x00\x00\xc0\x7f", r"row 1 \(byte 4\) must be finite in float32: got a NaN"),
        (b"1 1\na \x00\x00\x80\xff", "must be finite in float32: got a NaN or an infinity"),
        (b"1 1\n\xff 1234", "a word must be valid utf8"),
    ],
)
def test_bad_binary(file, data, message):
    file.write_bytes(data)
    with pytest.raises(FormatError, match=message):
        load_word2vec(file, binary=True)


def test_what_follows_at_the_border_of_a_block_is_refused(file):
    rows = b"".join(b"%03x " % i + bytes(1023 * 4) for i in range(2048))  # 4096 bytes each, two blocks of 4 MiB
    file.write_bytes(b"2048 1023\n" + rows)
    assert load_word2vec(file, binary=True).words[-1] == "7ff"
    file.write_bytes(b"2048 1023\n" + rows + b"x")
    with pytest.raises(FormatError, match="must end after the last row: got more data"):
        load_word2vec(file, binary=True)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("newline", [False, True])
def test_every_truncation_is_refused(file, binary, newline):
    save_word2vec(file, contents(4, 3), binary=binary)
    whole = file.read_bytes()
    if newline and binary:
        whole = whole[:4] + b"".join(whole[4 + i * 19 :][:19] + b"\n" for i in range(4))
    file.write_bytes(whole)
    load_word2vec(file, binary=binary)
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(FormatError):
            load_word2vec(file, binary=binary)


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz"])
def test_damaged_compression(file, suffix):
    path = f"{file}{suffix}"
    original = contents(50, 5)
    rejected = 0
    save_word2vec(path, original, binary=False)
    with open(path, "rb") as stream:
        whole = stream.read()
    rng = random.Random(1)
    for length in (0, 1, 5, len(whole) // 2, len(whole) - 1):
        with open(path, "wb") as stream:
            stream.write(whole[:length])
        with pytest.raises(FormatError):
            load_word2vec(path, binary=False)
    for _ in range(100):
        at = rng.randrange(20, len(whole) - 20)
        with open(path, "wb") as stream:
            stream.write(whole[:at] + bytes([whole[at] ^ 1 << rng.randrange(8)]) + whole[at + 1 :])
        try:
            loaded = load_word2vec(path, binary=False)
        except FormatError:
            rejected += 1
        else:  # bzip2 has bits that mean nothing
            assert_same(loaded, original)
    assert rejected > 90


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("strict", [False, True])
def test_no_mutation_raises_anything_else(file, binary, strict):
    save_word2vec(file, contents(6, 3), binary=binary)
    original = file.read_bytes()
    rng = random.Random(42)
    accepted = 0
    for _ in range(1000):
        data = bytearray(original)
        for _ in range(rng.randint(1, 3)):
            at, length = rng.randrange(len(data)), rng.randint(1, 6)
            data[at : at + length] = rng.choice(
                [rng.randbytes(length), b"", data[at : at + length] * 2, b" ", b"\n", b"0", b"9" * 9]
            )
        file.write_bytes(data)
        try:
            loaded = load_word2vec(file, binary=binary, strict=strict)
        except FormatError:
            continue
        accepted += 1
        assert len(set(loaded.words)) == len(loaded.words) == len(loaded.vectors)
        assert np.isfinite(loaded.vectors).all()
        assert all(loaded.words) or not (strict or binary)
    assert 0 < accepted < 900


@pytest.mark.parametrize("binary", [False, True])
def test_pickles_and_what_is_no_file(file, binary):
    for path in (file.parent, "/dev/zero", "https://example.org/a.txt"):
        with pytest.raises(FormatError):
            load_word2vec(path, binary=binary)
    with pytest.raises(FileNotFoundError):
        load_word2vec(file, binary=binary)
    file.write_bytes(b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x07builtins")
    with pytest.raises(UnsafeFormatError):
        load_word2vec(file, binary=binary)
    with gzip.open(f"{file}.gz", "wb") as stream:
        stream.write(file.read_bytes())
    with pytest.raises(UnsafeFormatError):
        load_word2vec(f"{file}.gz", binary=binary)


@pytest.mark.parametrize(
    "options",
    [
        {"limit": 0},
        {"limit": -1},
        {"dtype": np.float64},
        {"dtype": np.int32},
        {"encoding": "no-such-codec"},
        {"encoding": "base64"},
        {"errors": "surrogateescape"},
        {"errors": "no-such-handler"},
        {"binary": True, "no_header": True},
    ],
)
def test_options_that_are_refused(file, options):
    save_word2vec(file, contents(), binary=False)
    with pytest.raises(ConfigError):
        load_word2vec(file, **{"binary": False} | options)


@pytest.mark.parametrize(
    "options", [{"total": 4}, {"binary": True, "header": False}, {"binary": False, "header": False, "dim": 1}]
)
def test_saving_options_that_are_refused(file, options):
    options = {"binary": False} | options
    with pytest.raises(ConfigError):
        save_word2vec(file, contents(5, options.pop("dim", 3)), **options)
    assert not file.exists()


def test_what_is_refused_at_load_is_refused_at_save(file):
    with pytest.raises(FormatError, match=r"at most 65536 values, .*: got 65537"):
        save_word2vec(file, Contents(["a"], np.ones((1, 65_537), np.float32)), binary=True)
    with pytest.raises(FormatError, match="must differ from the words of earlier rows"):
        save_word2vec(file, Contents(["a", "a"], np.ones((2, 2), np.float32)), binary=True)


@pytest.mark.parametrize("dim", [2, 8, 300])
def test_a_binary_file_read_as_text_is_named(tmp_path, dim):
    rng = np.random.default_rng(dim)
    for _ in range(5):
        vectors = KeyedVectors.from_arrays(["the", "of", "é"], rng.normal(size=(3, dim)).astype(np.float32))
        vectors.save(tmp_path / "v.bin")
        with pytest.raises(FormatError, match="in word2vec's binary format, pass binary=True or let its name end in"):
            KeyedVectors.load_word2vec_format(tmp_path / "v.bin")
