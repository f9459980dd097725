"""Vector files as people have them: read like gensim and spaCy, or refused; never read as something else."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v import KeyedVectors
from w2v.errors import CutFileError, FormatError
from w2v.formats import Contents, describe_repairs, load, load_word2vec, save_word2vec, storable_part
from w2v.formats.word2vec_header import Shape, parse_header

ROWS = b"a 1 2 3\nb 1 2 4\n"
MATRIX = [[1, 2, 3], [1, 2, 4]]
BOM = b"\xef\xbb\xbf"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "v.txt"


def read(file, data, **options):
    """Return words and vectors, and check that the loader of `KeyedVectors` says what was repaired, in one warning."""
    file.write_bytes(data)
    contents = load_word2vec(file, binary=file.suffix == ".bin", strict=False, **options)
    repairs = contents.metadata.get("repairs", {})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        vectors = KeyedVectors.load_word2vec_format(file, binary=file.suffix == ".bin")
    assert vectors.index_to_key == contents.words
    assert [str(warning.message) for warning in caught] == ([describe_repairs(file, repairs)] if repairs else [])
    return contents.words, contents.vectors.tolist(), repairs


# Headers.


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    "header",
    [
        b"2 3\n",
        b"2 3  \n",
        b"2 3\t\n",
        b" 2 3\n",
        b"2  3\n",
        b"2\t3\n",
        b"\t2\t3\r\n",
        BOM + b"2 3\n",
        BOM + b" 2 3 \r\n",
    ],
)
def test_a_header_is_two_numbers_between_any_white_space(file, header, strict):
    file.write_bytes(header + ROWS)
    for contents in (load_word2vec(file, binary=False, strict=strict), load(file, strict=strict)):
        assert (contents.words, contents.vectors.tolist(), contents.metadata) == (["a", "b"], MATRIX, {})
    binary = file.with_suffix(".bin")
    save_word2vec(binary, contents, binary=True)
    binary.write_bytes(header + binary.read_bytes()[4:])
    assert load(binary, strict=strict).vectors.tolist() == MATRIX


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"2 3 100\n", "the row must have 2 values, as the first line, b'2 3 100', has: got 3"),
        (b"# vectors\n", "the first line must be a header of two numbers, or a word and .*; remove the comment"),
        (b"# 100\n", "the first line must be a header"),
        (b"# 2 3\n", "the row must have 2 values, as the first line, b'# 2 3', has: got 3"),
        (b"100\n", "the first line must be a header"),
        (b"rows 2\n", "the first line must be a header"),
        (b"2 2\n", "the row must have 2 values, as the header has: got 3"),
        (b"2 1\n", "the row must have 1 value, as the header has: got 3"),
        (b"2 4\n", "must have at least 20 bytes"),
        (b"3 2\n", "must have at least 18 bytes"),
        (b"2,3\n", "the first line must be a header"),
        (b"2.0 3.0\n", "the first line must be a header"),
        (b"\n", "the first line must be a header"),
    ],
)
def test_what_is_not_a_header_is_never_a_row_of_one_or_two_values(file, header, message, strict):
    file.write_bytes(header + ROWS)
    with pytest.raises(FormatError, match=message):
        load(file, strict=strict)


@settings(max_examples=200)
@given(
    st.integers(0, 10**18), st.integers(0, 10**18), st.lists(st.sampled_from([" ", "\t", "  "]), min_size=3, max_size=3)
)
def test_any_white_space_in_any_header(rows, dim, spaces):
    before, between, after = spaces
    line = f"{before}{rows}{between}{dim}{after}\n".encode()
    assert parse_header(line) == Shape(rows, dim, len(line))
    assert parse_header(BOM + line) == Shape(rows, dim, len(line) + 3)
    assert parse_header(line.strip() + b" 7\n") is None


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 5), st.booleans(), st.sampled_from([" ", "\t", "  "]))
def test_another_width_than_that_of_the_rows_is_never_read(tmp_path_factory, width, announced, rows, header, separator):
    path = tmp_path_factory.getbasetemp() / "width.txt"
    first = f"{rows} {announced}\n" if header else separator.join(["x", *["0.5"] * announced]) + "\n"
    body = "".join(separator.join([f"w{i}", *[f"{j}.25" for j in range(width)]]) + "\n" for i in range(rows))
    path.write_text(first + body, encoding="utf-8")
    try:
        contents = load(path, strict=False)
    except FormatError:
        assert width != announced or announced == 1
    else:
        assert contents.vectors.shape == (rows + (not header), announced)
        assert width == announced
        assert contents.words[-1] == f"w{rows - 1}"


def test_a_first_word_is_freed_of_the_byte_order_mark(file):
    assert read(file, BOM + b"the 1 2\nof 3 4\n") == (["the", "of"], [[1, 2], [3, 4]], {})
    with pytest.raises(FormatError, match="must not begin with a byte-order mark"):
        save_word2vec(file, Contents(["\ufeffa"], np.ones((1, 2), np.float32)), binary=False, header=False)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"0.1 0.2 0.3\n0.4 0.5 0.6\n", "rows must begin with a word: got numbers only"),
        (b"1.00e+00 2.5e-01 3\n4.00e+00 5.5e-01 6\n", "rows must begin with a word: got numbers only"),  # numpy.savetxt
        (b"the 100\nof 90\n", "a word and 2 to .*; no_header=True reads rows of 1 value"),  # counts
        (b"a,1,2,3\nb,1,2,3\n", "values must be separated by spaces or tabs"),
        (b"a;1;2;3\nb;1;2;3\n", "values must be separated by spaces or tabs"),
        (b"a 0,5 0,25\nb 0,5 1,5\n", "with a decimal point"),
        (b"2 2\na 0,5 0,25\nb 0,5 1,5\n", "values must be numbers: .*with a decimal point"),
        (b"2 2\ra 1 2\rb 3 4\r", "must be|must not contain a CR"),
        (b"a 1 2\rb 3 4\r", "must not contain a CR"),
        (b"2 2\na 1\xc2\xa02\nb 3\xc2\xa04\n", "must have 2 values"),
    ],
)
def test_what_is_no_vector_file_says_why(file, data, message):
    file.write_bytes(data)
    for strict in (True, False):
        with pytest.raises(FormatError, match=message):
            load(file, strict=strict)


def test_words_that_are_decimal_numbers(file):
    assert read(file, b"2 2\n0.1 1 2\n0.2 3 4\n")[0] == ["0.1", "0.2"]  # a header says that there are words
    file.write_bytes(b"0.1 1 2\n0.2 3 4\n")
    assert load_word2vec(file, binary=False, no_header=True).words == ["0.1", "0.2"]


# Rows.


@pytest.mark.parametrize(
    ("data", "words", "repairs"),
    [
        (b"a\t1\t2\nb\t3\t4\n", ["a", "b"], {}),
        (b"2 2\na\t1 2\nb\t3 4\n", ["a", "b"], {}),
        (b"2 2\nlook  1 2\nb  3  4\n", ["look", "b"], {}),
        (b"2 2\n a 1 2\n b 3 4\n", ["a", "b"], {}),
        (b"2 2\na 1 2 \t\nb 3 4\t\r\n", ["a", "b"], {}),
        (b"2 2\na 1 2\nb 3 4\n\n \n", ["a", "b"], {}),
        (b"2 2\na 1 2\n\n\nb 3 4\n", ["a", "b"], {"blank_lines": 2}),
        (b"2 2\na 1 2\nb 3 4", ["a", "b"], {"final_newline": 1}),
        (b"1 2\na 1 2\nb 3 4\n", ["a", "b"], {"rows_beyond_header": 1}),
        (b"3 2\na 1 2\na 5 6\nb 3 4\n", ["a", "b"], {"duplicates": 1}),
        (b"a 1 2\nat name@domain.com 3 4\n", ["a", "at name@domain.com"], {"spaces_in_words": 1}),
        (b". . . 1 2\na 3 4\n", [". . .", "a"], {"spaces_in_words": 1}),
        (b"2 2\na\tx 1 2\nb 3 4\n", ["a\tx", "b"], {"spaces_in_words": 1}),
        (b"new york\t1\t2\nlos angeles\t3 4\n", ["new york", "los angeles"], {"spaces_in_words": 2}),
        (b"2 2\na 1 2\n\t 3 4\n", ["a", "\t"], {"blank_words": 1}),
        (b"2 2\na 1 2\n 3 4\n", ["a", ""], {"blank_words": 1}),
        (b"2 2\na\t1\t2\n\t3\t4\n", ["a", ""], {"blank_words": 1}),
    ],
)
def test_rows_as_people_have_them(file, data, words, repairs):
    assert read(file, data) == (words, [[1, 2], [3, 4]], repairs)
    if repairs:
        with pytest.raises(FormatError, match="strict=False"):
            load(file)
    else:
        assert load(file).words == words


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_separators_give_what_single_spaces_give(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "separators.txt"
    gap = st.text(" \t", min_size=1, max_size=3)
    number = st.floats(-9, 9, width=32).map(lambda value: f"{value:.6g}")
    rows = data.draw(st.lists(st.tuples(number, number, number), min_size=1, max_size=4))
    lines = [[f"w{i}", *row] for i, row in enumerate(rows)]
    text = "".join("".join(part + data.draw(gap) for part in line) + "\n" for line in lines)
    path.write_text(data.draw(st.sampled_from([f"{len(rows)} 3\n", ""])) + text, encoding="utf-8")
    contents = load(path)
    assert contents.words == [line[0] for line in lines]
    np.testing.assert_array_equal(contents.vectors, np.array(rows, np.float32))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"2 2\na 1 2\nb 3 4 5\n", r"row 2 \(byte 10\): the row must have 2 values, as the header has: got 3"),
        (b"2 2\na 1 2\nb c 3 4 5\n", "got 4"),
        (b"2 2\na 1 2\nnew york 2012 3 4\n", "got 4"),
        (b"2 2\na 1 2\nb nan 3 4\n", "got 3"),
        (b"2 2\nx y 1 2\nz y 3 4\n", "most rows must have 2 values, as the header has: got 3 or more in 2 of 2 rows"),
        (b"2 2\na 1 2\n3 4\n", "got 1"),
        (b"2 2\na 1 2\nb 3\n", "got 1"),
    ],
)
def test_a_row_of_another_width_is_an_error_even_if_lenient(file, data, message):
    file.write_bytes(data)
    with pytest.raises(FormatError, match=message):
        load(file, strict=False)


@pytest.mark.parametrize("strict", [True, False])
def test_rows_that_are_missing_are_an_error_as_in_gensim(file, strict):
    file.write_bytes(b"3 2\na 1.000 2.000\nb 3.000 4.000\n")
    with pytest.raises(CutFileError):
        load(file, strict=strict)


def test_two_million_rows_survive_one_bad_word(file):
    lines = [b"w%d 0.5 1\n" % i for i in range(20_000)]
    lines[7_000], lines[9_000] = b"\t 0.25 1\n", b" 0.125 1\n"
    file.write_bytes(b"%d 2\n" % len(lines) + b"".join(lines))
    with pytest.warns(UserWarning, match="words that are empty or only white space: 2"):
        vectors = KeyedVectors.load_word2vec_format(file)
    assert (vectors["\t"].tolist(), vectors[""].tolist(), len(vectors)) == ([0.25, 1], [0.125, 1], 20_000)


@pytest.mark.parametrize(
    "data",
    [
        b"2 2 \t\na 1 2\nb 3 4\n",
        b"\t2 2\na 1 2\nb 3 4\n",
        b"3 2\na 1 2\na 5 6\nb 3 4",
        b"3 2\na 1 2\n\t 3 4\n 5 6\n",
        b"2 2\na 1 2\nb 3 4\n\n",
        b"2 2\r\na 1 2 \r\nb 3 4\r\n",
    ],
)
def test_gensim_reads_the_same(file, data):
    models = pytest.importorskip("gensim.models")
    words, matrix, _ = read(file, data)
    theirs = models.KeyedVectors.load_word2vec_format(str(file))
    assert list(theirs.key_to_index) == words
    assert theirs.vectors[: len(words)].tolist() == matrix


# Binary files.


def binary(words, dim=8, seed=0):
    matrix = np.random.default_rng(seed).normal(size=(len(words), dim)).astype("<f4")
    rows = [word.encode() + b" " + row.tobytes() for word, row in zip(words, matrix, strict=True)]
    return f"{len(words)} {dim}\n".encode() + b"".join(rows)


@pytest.mark.parametrize("strict", [True, False])
def test_a_control_character_in_a_word_is_an_error(file, strict):
    for code in [*range(1, 32), 127]:
        file.write_bytes(binary(["a", f"b{chr(code)}", "c"]))
        with pytest.raises(FormatError, match=r"row 2 .*without white space and control characters: got b'b"):
            load_word2vec(file, binary=True, strict=strict)


@pytest.mark.parametrize("dim", [20, 50, 100, 300])
@pytest.mark.parametrize("strict", [True, False])
def test_a_word_with_a_space_never_loads_with_garbage(file, dim, strict):
    others = ["york", "a", "of the", "bcd", "de", "mañana", "x y", "angeles city"]
    for seed in range(100):
        words = [f"w{i}" for i in range(9)]
        words[seed % 9] = f"new {others[seed % len(others)]}"
        file.write_bytes(binary(words, dim, seed))
        with pytest.raises(FormatError):
            load_word2vec(file, binary=True, strict=strict)


def test_a_word_with_a_space_is_named(file):
    file.write_bytes(binary(["a", "new york", "b"], 100))
    with pytest.raises(
        FormatError, match=r"row 2 \(byte .*\): a word must be without spaces: got b'new york', which this"
    ):
        load_word2vec(file, binary=True)


@pytest.mark.parametrize("scale", [1e-30, 1e-18, 1e-6, 1, 1e6, 1e18, 1e30])
def test_vectors_of_any_size_are_not_taken_for_words(file, scale):
    matrix = (np.random.default_rng(1).normal(size=(20_000, 12)) * scale).astype(np.float32)
    original = Contents([f"w{i}" for i in range(20_000)], matrix)
    save_word2vec(file, original, binary=True)
    assert load_word2vec(file, binary=True).vectors.tobytes() == matrix.tobytes()


def test_more_rows_than_the_header_of_a_binary_file_says(tmp_path):
    file = tmp_path / "v.bin"
    data = binary(["a", "b", "c"], 4)
    file.write_bytes(b"2" + data[1:])
    with pytest.raises(FormatError, match="must end after the last row"):
        load(file)
    words, _, repairs = read(file, b"2" + data[1:])
    assert (words, repairs) == (["a", "b", "c"], {"rows_beyond_header": 1})
    for rest in (data[1:-3], data[1:] + b"\n", data[1:] + b"x"):
        with pytest.raises(FormatError, match="must end after the last row"):
            read(file, b"2" + rest)
    many = binary([f"w{i}" for i in range(3000)], 1000)  # more than a block
    assert len(read(file, b"2000" + many[4:])[0]) == 3000


def test_text_and_binary_are_told_apart(tmp_path):
    text, binary_file = tmp_path / "v.bin", tmp_path / "v.txt"
    text.write_bytes(b"2 3\n" + ROWS)
    binary_file.write_bytes(binary(["a", "b"], 30))
    for strict in (True, False):
        with pytest.raises(FormatError, match=r"its rows are text; pass binary=False or let its name end in \.txt"):
            load(text, strict=strict)
        with pytest.raises(FormatError, match="if the file is in word2vec's binary format, pass binary=True"):
            load(binary_file, strict=strict)


def rows_of(matrix, newline=b""):
    rows = [b"w%d " % i + row.tobytes() + newline for i, row in enumerate(matrix)]
    return b"%d %d\n" % matrix.shape + b"".join(rows)


MODELS = {
    "normal": lambda shape: np.random.default_rng(1).normal(size=shape) * 0.2,
    "whole": lambda shape: np.random.default_rng(1).integers(-3, 4, shape),
    "tiny": lambda shape: np.random.default_rng(1).normal(size=shape) * 1e-4,
}


@pytest.mark.parametrize("newline", [b"", b"\n"])
@pytest.mark.parametrize("shape", [(30, 20), (5000, 7), (3, 300), (2, 5)])
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (">f4", "values must be little-endian: got big-endian ones"),
        ("<f8", r"values must be float32, .*: got 8 bytes each \(float64\)"),
        (">f8", r"got 8 bytes each \(float64\)"),
        ("<f2", r"got 2 bytes each \(float16\)"),
    ],
)
def test_numbers_of_another_machine_or_program_are_named(tmp_path, kind, message, model, shape, newline):
    path = tmp_path / "v.bin"
    path.write_bytes(rows_of(MODELS[model](shape).astype(kind), newline))
    for strict in (True, False):
        with pytest.raises(FormatError, match=message):
            load(path, strict=strict)
    path.write_bytes(rows_of(MODELS[model](shape).astype("<f4"), newline))
    assert load(path).vectors.tobytes() == MODELS[model](shape).astype("<f4").tobytes()


@pytest.mark.parametrize("exponent", range(-44, 39, 4))
def test_no_size_of_values_is_taken_for_another_byte_order(tmp_path, exponent):
    path = tmp_path / "v.bin"
    for seed in range(5):
        with np.errstate(over="ignore"):
            matrix = (np.random.default_rng(seed).uniform(-1, 1, (20, 9)) * 10.0**exponent).astype("<f4")
        path.write_bytes(rows_of(matrix))
        assert load(path).vectors.tobytes() == matrix.tobytes()


def test_a_header_is_named_where_none_is_expected(file):
    for header, rows in ((b"2 3\n", ROWS), (b"2 1\n", b"a 1\nb 2\n"), (BOM + b" 2\t3 \r\n", ROWS)):
        file.write_bytes(header + rows)
        with pytest.raises(
            FormatError, match=r"must be a row, as no_header=True says: got a header, b'.*'; leave|fits the rows"
        ):
            load_word2vec(file, binary=False, no_header=True)
    for rows in (b"2 1\na 1\n", b"2 1\na 1\nb 2\nc 3\n", b"2 7\na 1\nb 2\n"):
        file.write_bytes(rows)
        assert load_word2vec(file, binary=False, no_header=True).vectors.shape == (rows.count(b"\n"), 1)


def test_words_that_were_cut_within_a_character(tmp_path):
    file = tmp_path / "v.bin"
    row = np.ones(3, "<f4").tobytes()
    file.write_bytes(b"2 3\nb " + row + "été".encode()[:-1] + b" " + row)
    with pytest.raises(UnicodeDecodeError):
        load(file)
    contents = load(file, strict=False)
    assert contents.words == ["b", "ét\ufffd"]
    assert contents.metadata["repairs"] == {"undecodable_words": 1}
    file.write_bytes(b"1 3\n\xe9t\xe9e " + row)  # not at the end: rather a part of a vector
    with pytest.raises(UnicodeDecodeError):
        load(file, strict=False)
    text = tmp_path / "v.txt"
    text.write_bytes(b"2 1\n\xe9t\xe9 1\nb 2\n")
    assert load(text, strict=False).words == ["\ufffdt\ufffd", "b"]


# Whole numbers, and what a format cannot hold.


@pytest.mark.parametrize("name", ["v.bin", "v.txt", "v.vec.gz", "v.safetensors"])
def test_words_that_are_whole_numbers_come_back(tmp_path, name):
    vectors = KeyedVectors.from_arrays(["7", "0", "12"], np.eye(3, dtype=np.float32))
    vectors.numbers = True
    vectors.save(tmp_path / name)
    again = KeyedVectors.load(tmp_path / name)
    assert again.index_to_key == [7, 0, 12]
    assert (again[7].tolist(), again["7"].tolist(), 1 in again) == ([1, 0, 0], [1, 0, 0], False)


def test_gensims_name_reads_strings_as_gensim_does(tmp_path):
    (tmp_path / "v.txt").write_text("2 1\n7 1\n0 2\n", encoding="ascii")
    vectors = KeyedVectors.load_word2vec_format(tmp_path / "v.txt")
    with pytest.warns(UserWarning, match="the integer 0 is taken for the word '0'"):
        assert (vectors.index_to_key, vectors["0"].tolist(), vectors[0].tolist()) == (["7", "0"], [2], [2])


@pytest.mark.parametrize("words", [["7", "seven"], ["07", "8"], ["7.0", "8"], ["\u0667", "8"]])
def test_other_words_stay_words(tmp_path, words):
    KeyedVectors.from_arrays(words, np.eye(2, dtype=np.float32)).save(tmp_path / "v.txt")
    again = KeyedVectors.load(tmp_path / "v.txt")
    assert not again.numbers
    assert again[1].tolist() == [0, 1]


def test_what_a_format_cannot_hold_is_left_out():
    contents = Contents(["a", "b c", "", "d\x01"], np.eye(4, dtype=np.float32), counts=np.arange(4))
    assert storable_part("v.safetensors", contents) is contents
    assert storable_part("v.vec", contents).words == ["a", "d\x01"]
    kept = storable_part("v.bin.gz", contents)
    assert (kept.words, kept.vectors.tolist(), kept.counts.tolist()) == (["a"], [[1, 0, 0, 0]], [0])


def test_counts_are_read_as_leniently_as_vectors(tmp_path, file):
    file.write_bytes(b"a 1 2\nat x 3 4\n")
    (tmp_path / "counts").write_bytes(b"a  9\n\nat x\t7")
    with pytest.warns(UserWarning, match="words with white space: 1"):
        vectors = KeyedVectors.load_word2vec_format(file, tmp_path / "counts")
    assert vectors.expandos["count"].tolist() == [9, 7]


@pytest.mark.parametrize("first", ["word 0 1 2 3", "\t0\t1\t2\t3", "w 1 2 3 4", " 0 1 2 3"])
def test_the_numbers_of_columns_are_no_vector(tmp_path, first):
    path = tmp_path / "frame.txt"
    path.write_text(f"{first}\na 0.5 1 2 3\nb 1 2 3 4.5\n", encoding="ascii")
    with pytest.raises(
        FormatError, match=r"got the numbers of columns, b'.*'; delete this line; strict=False reads it"
    ):
        load(path)
    lenient = load(path, strict=False)
    assert lenient.words[1:] == ["a", "b"]
    assert lenient.metadata["repairs"]["column_numbers"] == 1


@pytest.mark.parametrize("row", ["a 0 1", "a 0 1 2 3.5", "a 1 2 2 4"])
def test_a_vector_of_whole_numbers_is_one(tmp_path, row):
    path = tmp_path / "rows.txt"
    path.write_text(f"{row}\n", encoding="ascii")
    assert load(path).words == ["a"]
