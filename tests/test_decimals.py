"""The compiled parser of vector files rounds decimals as Python and NumPy do, and leaves to them what it cannot decide."""

import struct
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from w2v._rows import decode_words, parse_rows
from w2v.errors import FormatError
from w2v.formats import load_word2vec, text_blocks


def parse(texts):
    """Return the bits of the float32 that each text was parsed as; None for those left to the caller."""
    rows = "".join(f"w {text}\n" for text in texts).encode()
    _, values, _, others = parse_rows(rows, 1, 10, len(rows) + 1)
    bits = values.ravel().view(np.uint32).tolist()
    for place in (row + number for number, (row, _, _) in enumerate(others.tolist())):
        bits.insert(place, None)
    return bits


def bits_of(text):
    """Return the bits of the float32 nearest to the float64 nearest to a decimal: what numpy.loadtxt returns."""
    with np.errstate(over="ignore"):
        return int(np.float64(float(text)).astype(np.float32).view(np.uint32))


def check(texts, decided=True):
    for text, bits in zip(texts, parse(texts), strict=True):
        assert bits == bits_of(text) or (bits is None and not decided), text


digits = st.text("0123456789", min_size=1, max_size=40)
decimals = st.builds(
    lambda sign, whole, fraction, power: f"{sign}{whole}{fraction}{power}",
    st.sampled_from(["", "-", "+"]),
    digits,
    st.one_of(st.just(""), st.just("."), digits.map(".{}".format)),
    st.one_of(st.just(""), st.integers(-400, 400).map("e{}".format), st.integers(0, 60).map("E+{:03}".format)),
)


@settings(max_examples=1500, deadline=None)
@given(decimals)
@example("9007199254740993")  # 2**53 + 1: a tie of float64
@example("9007199254740993e22")
@example("8.988465674311579e307")
@example("1.17549435082228750797e-38")  # the smallest normal float32, and between subnormal ones
@example("2.1019476964872256e-45")
@example("7.006492321624085e-46")  # half of the smallest float32: a tie to 0
@example("3.4028235677973366e38")  # half a unit above the largest float32: infinite
@example("3.4028235677973362e38")
@example("1.00000005960464477539062500001")  # rounded twice: to 1.0000000596046448, then to 1
@example("-0")
@example("0e999999999999999999999")
def test_any_decimal_is_rounded_as_numpy_rounds(text):
    check([text], decided=False)


@settings(max_examples=500, deadline=None)
@given(st.floats(width=32, allow_nan=False, allow_infinity=False), st.integers(1, 17), st.sampled_from("efg"))
def test_what_programs_write_is_decided_here(value, precision, kind):
    check([f"{value:.{precision}{kind}}"] if abs(value) < 1e9 else [f"{value:.{precision}e}"])
    assert parse([f"{value:.9g}"]) == [int(np.float32(value).view(np.uint32))]


@settings(max_examples=500, deadline=None)
@given(st.integers(0, 2**64 - 1))
def test_float64_of_any_bits(bits):
    value = struct.unpack("d", struct.pack("Q", bits))[0]
    normal = np.isfinite(value) and (value == 0 or abs(value) > 2.3e-308)
    check([repr(value), f"{value:.18e}"] if np.isfinite(value) else [], decided=bool(normal))


def exact(value):
    """Return a fraction whose denominator is a power of two as a decimal."""
    shift = value.denominator.bit_length() - 1
    text = str(value.numerator * 5**shift).rjust(shift + 1, "0")
    return f"{text[: len(text) - shift]}.{text[len(text) - shift :] or 0}"


def test_ties_and_their_neighbours():
    rng = np.random.default_rng(16)
    for kind in (np.float32, np.float64):
        for value in rng.normal(size=300).astype(kind):
            half = Fraction(float(np.spacing(np.abs(value)))) / 2
            tie = abs(Fraction(float(value))) + half
            for distance in (0, Fraction(1, 2**140), Fraction(-1, 2**140)):
                check([exact(tie + distance)], decided=False)
    odd = [2 * int(n) + 1 for n in rng.integers(2**52, 2**53, 300)]  # between two float64
    check([f"{n}{power}" for n in odd for power in ("", "e0", ".0", "00e-2", "e1", "e-1", "e4", "e-4")])


def test_every_power_of_ten():
    check([f"{digits}e{power}" for power in range(-290, 289) for digits in ("1", "9007199254740993", "9" * 19)])
    check([f"{digits}e{power}" for power in range(-420, 420) for digits in ("1", "17" * 9)], decided=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "-",
        "+-1",
        "--1",
        "1e",
        "1e+",
        "e5",
        "1.2.3",
        "0x1",
        "1_0",
        "nan",
        "inf",
        "1,5",
        "1d5",
        "1\x0b",
        "1\0",
        "٣",
    ],
)
def test_what_is_no_plain_decimal_is_left_alone(text):
    assert parse(["1", text, "2"]) == [bits_of("1"), None, bits_of("2")]


# Rows.


def test_rows_and_other_lines_in_their_order():
    text = b"a 1 2\n\nb\t3  4 \r\nnew york 5 6\n  c 7 8\nd 9\ne 1 2 3\nf 1 nan\ng 0 1\nh 1 2"
    words, values, places, others = parse_rows(text, 2, 10, 100)
    assert words == [b"a", b"b", b"c", b"g"]
    assert values.tolist() == [[1, 2], [3, 4], [7, 8], [0, 1]]
    assert [text[place : place + 1] for place in places.tolist()] == [b"a", b"b", b" ", b"g"]
    assert [(row, text[start:end]) for row, start, end in others.tolist()] == [
        (1, b"\n"),
        (2, b"new york 5 6\n"),
        (3, b"d 9\n"),
        (3, b"e 1 2 3\n"),
        (3, b"f 1 nan\n"),
        (4, b"h 1 2"),
    ]


def test_long_words_and_lines():
    assert parse_rows(b"abc 1\nabcd 1\n", 1, 3, 100)[0] == [b"abc"]
    words, _, _, others = parse_rows(b"a 1\n" + b"x" * 25 + b"\nb 2\n", 1, 99, 9)
    assert words == [b"a", b"b"]
    assert others.tolist() == [[1, 4, 14], [1, 14, 24], [1, 24, 30]]


@pytest.mark.parametrize(
    "text", [b"", b"\n" * 1000, b"a", b" ", b"a 1 " * 50, b"1" * 1000, b"\n a", b"-", b"a -\n", b"a 1e\n"]
)
@pytest.mark.parametrize("dim", [1, 2, 70_000])
def test_memory_follows_the_text_not_the_dimension(text, dim):
    words, values, _, others = parse_rows(text, dim, 99, 999)
    assert (words, values.shape) == ([], (0, dim))
    assert b"".join(text[start:end] for _, start, end in others.tolist()) == text


@pytest.mark.parametrize("lengths", [(0, 9), (-1, 9), (1, 0)])
def test_lengths_below_one_are_refused(lengths):
    with pytest.raises(ValueError, match="at least 1"):
        parse_rows(b"a 1\n", lengths[0], 9, lengths[1])


# Blocks.


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
@pytest.mark.parametrize("header", [b"", b"300 3\n"])
def test_blocks_end_anywhere(tmp_path, monkeypatch, size, header):
    monkeypatch.setattr(text_blocks, "_BLOCK_BYTES", size)
    rows = [b"w%d %.4f %.5g %d\n" % (i, i / 7, -i / 3, i) for i in range(300)]
    rows[100] = b"new york 1 2 3\n\n"
    path = tmp_path / "v.vec"
    path.write_bytes(header + b"".join(rows))
    contents = load_word2vec(path, binary=False, strict=False)
    assert contents.words == [f"w{i}" if i != 100 else "new york" for i in range(300)]
    wanted = np.loadtxt(
        [row.strip().rpartition(b"w")[2].split(b" ", 1)[1] for row in rows if row[:1] == b"w"], np.float32
    )
    assert np.delete(contents.vectors, 100, axis=0).tobytes() == wanted.tobytes()
    assert contents.metadata["repairs"] == {"spaces_in_words": 1, "blank_lines": 1}
    assert load_word2vec(path, binary=False, strict=False, limit=150).words == contents.words[:150]
    path.write_bytes(path.read_bytes().replace(b"w200 ", b"w100000 w"))
    with pytest.raises(FormatError, match=rf"row 201 \(byte {path.read_bytes().index(b'w100000')}\)"):
        load_word2vec(path, binary=False, strict=False)


def test_threads_give_what_one_gives(tmp_path, monkeypatch):
    monkeypatch.setattr(text_blocks, "_BLOCK_BYTES", 5000)
    vectors = np.random.default_rng(1).normal(size=(2000, 20))
    path = tmp_path / "v.vec"
    path.write_text(
        "".join(f"w{i} {' '.join(map(repr, row))}\n" for i, row in enumerate(vectors.tolist())), encoding="ascii"
    )
    for threads in (1, 2, 4):
        monkeypatch.setattr(text_blocks, "processors", lambda threads=threads: threads)
        contents = load_word2vec(path, binary=False)
        assert contents.vectors.tobytes() == vectors.astype(np.float32).tobytes()
        assert contents.words == [f"w{i}" for i in range(2000)]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5)))
def test_words_of_bytes(words):
    encoded = [word.encode() for word in words]
    bounds = np.cumsum([0, *map(len, encoded)])
    assert decode_words(b"".join(encoded), bounds) == words


@pytest.mark.parametrize(
    "bounds", [[], [0], [0, 2], [1, 3], [0, -1, 3], [0, 2, 1, 3], [0, 4], [0, 4, 3], [-(2**63), 3]]
)
def test_bounds_of_words_that_are_not_in_order(bounds):
    with pytest.raises(ValueError, match="from 0 to 3"):
        decode_words(b"abc", np.array(bounds, np.int64))


def test_words_that_are_not_utf8():
    with pytest.raises(UnicodeDecodeError):
        decode_words("é".encode(), np.array([0, 1, 2]))
