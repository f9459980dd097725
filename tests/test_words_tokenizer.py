"""``tokenizer="words"``: what belongs to a word, and NFKC and lower case in C against Python's ``unicodedata``.

A case is a line of code points, ÷ where words end and × where they go on, in the style of Unicode's WordBreakTest.txt. The
cases are written from the rules of UAX #29; only words of letters or digits count, so what lies between ÷ and ÷ may be no
word at all.
"""

import re
import runpy
import unicodedata
from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from w2v._text import MAX_WORD_BYTES, UNICODE_VERSION, ScanError, WordTable
from w2v.config import TextOptions, VocabularyConfig
from w2v.corpus.encode import encode
from w2v.corpus.tokenizers import split_words
from w2v.errors import CorpusError

CASES = [
    # WB4: marks, variation selectors and format characters belong to what precedes them
    ("WB4 combining mark", "÷ 0061 × 0308 × 0062 ÷", ["\u00e4b"]),
    ("WB4 two marks", "÷ 0078 × 0323 × 0302 × 0079 ÷", ["x\u0323\u0302y"]),
    ("WB4 enclosing mark", "÷ 0061 × 20DD × 0062 ÷", ["a\u20ddb"]),
    ("WB4 spacing mark", "÷ 0915 × 093E × 092E ÷", ["\u0915\u093e\u092e"]),
    ("WB4 soft hyphen", "÷ 0061 × 00AD × 0062 ÷", ["ab"]),
    ("WB4 soft hyphen at an end", "÷ 0061 × 00AD ÷ 0020 ÷ 0062 ÷", ["a", "b"]),
    ("WB4 soft hyphen before a mark", "÷ 0061 × 00AD × 0308 × 0062 ÷", ["\u00e4b"]),
    ("WB4 word joiner", "÷ 0061 × 2060 × 0062 ÷", ["ab"]),
    ("WB4 byte-order mark inside", "÷ 0061 × FEFF × 0062 ÷", ["ab"]),
    ("WB4 left-to-right mark", "÷ 05D0 × 200E × 05D1 ÷", ["\u05d0\u05d1"]),
    ("WB4 isolates", "÷ 2066 ÷ 0061 × 2069 ÷ 002C ÷ 0062 ÷", ["a", "b"]),
    ("WB4 variation selector", "÷ 0061 × FE00 × 0062 ÷", ["a\ufe00b"]),
    ("WB4 digits", "÷ 0031 × 0308 × 0032 ÷", ["1\u0308", "2"]),  # ours: a mark ends the digits
    ("WB4 keycap", "÷ 0031 × FE0F × 20E3 ÷", ["1\ufe0f\u20e3"]),
    # WB4: joiners
    ("WB4 ZWNJ, Persian", "÷ 0645 × 06CC × 200C × 062E × 0648 ÷", ["\u0645\u06cc\u200c\u062e\u0648"]),
    ("WB4 ZWJ, Sinhala", "÷ 0DC1 × 0DCA × 200D × 0DBB × 0DD3 ÷", ["\u0dc1\u0dca\u200d\u0dbb\u0dd3"]),
    ("WB4 ZWNJ, Latin", "÷ 0061 × 200C × 0062 ÷", ["a\u200cb"]),
    ("joiner at an end", "÷ 0061 × 200C ÷ 0020 ÷ 0062 ÷", ["a", "b"]),
    ("joiner at the end of the text", "÷ 0061 × 200D ÷", ["a"]),
    ("joiner at the start", "÷ 200D ÷ 0061 ÷", ["a"]),
    ("joiner between digit and letter", "÷ 0031 ÷ 200C ÷ 0061 ÷", ["1", "a"]),
    ("joiner between letter and digit", "÷ 0061 ÷ 200C ÷ 0031 ÷", ["a", "1"]),
    # WB3c: a joiner between emoji makes one emoji, which is no word
    ("WB3c family", "÷ 1F469 × 200D × 1F469 × 200D × 1F466 ÷", []),
    ("WB3c heart", "÷ 2764 × FE0F × 200D × 1F525 ÷", []),
    ("WB3c beside words", "÷ 0061 ÷ 1F469 × 200D × 1F525 ÷ 0062 ÷", ["a", "b"]),
    ("WB3c after a letter", "÷ 0061 × 200D ÷ 1F525 ÷ 0062 ÷", ["a", "b"]),
    ("emoji with a tag sequence", "÷ 1F3F4 × E0067 × E0062 × E007F ÷ 0061 ÷", ["a"]),
    ("emoji with a skin tone", "÷ 1F44D × 1F3FD ÷ 0061 ÷", ["a"]),
    # A word has a letter or a digit
    ("variation selector of a heart", "÷ 0049 ÷ 0020 ÷ 2764 × FE0F ÷ 0020 ÷ 0079 ÷", ["i", "y"]),
    ("mark after a space", "÷ 0061 ÷ 0020 × 0308 ÷ 0062 ÷", ["a", "b"]),
    ("mark at the start", "÷ 0308 ÷ 0061 ÷", ["a"]),
    ("marks alone", "÷ 0308 × 0301 ÷", []),
    ("spacing accent", "÷ 006E ÷ 00B4 ÷ 0074 ÷", ["n", "t"]),  # NFKC makes it a space and a mark
    # WB5 to WB13
    ("WB5 letters", "÷ 0041 × 0062 ÷", ["ab"]),
    ("WB8 digits", "÷ 0031 × 0032 ÷", ["12"]),
    ("zero width space", "÷ 0061 ÷ 200B ÷ 0062 ÷", ["a", "b"]),
    ("WB13 katakana", "÷ 30AB × 30BF ÷", ["カタ"]),
    ("WB999", "÷ 0061 ÷ 0020 ÷ 0062 ÷ 002E ÷", ["a", "b"]),
    ("hangul", "÷ D55C × AE00 ÷ 0020 ÷ D14D ÷", ["한글", "텍"]),
    ("WB6 apostrophe", "÷ 006E ÷ 0027 ÷ 0074 ÷", ["n", "t"]),  # ours
    ("WB9 letter and digit", "÷ 0061 ÷ 0031 ÷ 0062 ÷", ["a", "1", "b"]),  # ours
    ("WB13a underscore", "÷ 0061 ÷ 005F ÷ 0062 ÷", ["a", "b"]),  # ours
]


def test_what_no_corpus_may_have_ends_a_word_of_a_string():
    assert split_words("\0a\0b \ud800c\udfff") == ["a", "b", "c"]
    with pytest.raises(CorpusError, match="a word must be at most 65536 bytes"):
        split_words("a" * 70_000)


@pytest.mark.parametrize(("case", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_word_breaks(case, words):
    text = "".join(chr(int(part, 16)) for part in case.split() if part not in "÷×")
    assert split_words(text) == words
    assert split_words(f"{text}\n{text}") == words * 2
    assert split_words(f"x {text}. x") == ["x", *words, "x"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("من می\u200cخواهم بروم.", ["من", "می\u200cخواهم", "بروم"]),
        ("ශ්\u200dරී ලංකාව", ["ශ්\u200dරී", "ලංකාව"]),
        ("Donau\u00adampf\u00adschiff", ["donauampfschiff"]),
        ("I \u2764\ufe0f you", ["i", "you"]),
        ("क्षत्रिय, हिन्दी।", ["क्षत्रिय", "हिन्दी"]),
        ("Don't stop: rock´n´roll, 3rd", ["don", "t", "stop", "rock", "n", "roll", "3", "rd"]),
        ("\u202bשלום\u202c עולם", ["שלום", "עולם"]),
    ],
)
def test_words_of_people(text, words):
    assert split_words(text) == words


# ------------------------------------------------------------------------------------- the same in Python, step by step

JOINERS = "\u200c\u200d"
FORMAT = re.compile(
    "[\u00ad\u061c\u180e\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)
BREAK = re.compile("(?<=N)J*(?=L)|(?<=[LM])J*(?=N)")


def kind(c):
    category = unicodedata.category(c)[0]
    return "J" if c in JOINERS else category if category in "LMN" else "O"


def reference(text):
    """Return the words of a text of one line."""
    text = unicodedata.normalize("NFKC", FORMAT.sub("", text))
    text = "".join(c.lower() for c in text)  # character by character: a sigma at the end of a word is like any other
    kinds = "".join(map(kind, text))
    words = []
    for run in re.finditer("[LN][LMNJ]*", kinds):
        breaks = [0, *(at for m in BREAK.finditer(run[0]) for at in m.span()), len(run[0])]
        words += [text[run.start() :][a:b].rstrip(JOINERS) for a, b in list(pairwise(breaks))[::2]]
    return words


def known(version):
    return tuple(map(int, version.split(".")))


newer = pytest.mark.skipif(
    known(unicodedata.unidata_version) > known(UNICODE_VERSION),
    reason="this Python knows more characters than the tables",
)
CHARACTERS = [chr(c) for c in range(1, 0xF0000) if unicodedata.category(chr(c)) not in ("Cn", "Cs") and c != 10]
COMPOSING = [c for c in CHARACTERS if unicodedata.normalize("NFKD", c) != c]
MARKS = [c for c in CHARACTERS if unicodedata.combining(c)]


@newer
@pytest.mark.parametrize("around", ["x{}y", "1{}2{}", "\u1100{}\u0301"])
def test_every_character(around):
    texts = [around.format(c, c) for c in CHARACTERS]
    words, ends, *_ = scan("\n".join(f"q {text}" for text in texts).encode())
    for text, start, end in zip(texts, [0, *ends], ends, strict=False):
        assert words[start + 1 : end] == reference(text), text.encode("unicode_escape")


def test_the_tables_are_what_their_script_writes():
    source = Path(__file__).parent.parent / "cython_ext"
    script = runpy.run_path(str(source / "unicode_tables.py"))
    assert script["VERSION"] == UNICODE_VERSION
    if unicodedata.unidata_version == UNICODE_VERSION:
        assert (source / "unicode_tables.h").read_text() == script["header"]()


@newer
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_every_character_that_normalisation_changes(form):
    for c in COMPOSING:
        text = unicodedata.normalize(form, f"a{c}\u0323\u0302z") + "\u0302\u0323"
        assert split_words(text) == reference(text), f"U+{ord(c):04X}"


@newer
def test_every_composition_with_marks_between():
    pairs = [unicodedata.normalize("NFD", c) for c in COMPOSING if len(unicodedata.normalize("NFD", c)) == 2]
    for first, second in pairs:
        for marks in ("\u0323", "\u0301", "\u0334", "\u3099", "\u0f74", second):
            for text in (first + marks + second, first + second + marks):
                assert split_words(f"b{text}b") == reference(f"b{text}b"), text.encode("unicode_escape")


def test_marks_in_any_order():
    """Classes 1, 9, 202, 220, 220 and 230, of which only the two of class 220 must keep their order."""
    for marks in permutations("\u0334\u094d\u0327\u0323\u0325\u0302"):
        text = "a" + "".join(marks)
        assert split_words(text) == reference(text)


@newer
def test_hangul_is_composed():
    for first in range(0x1100, 0x1113):
        text = "".join(
            chr(first) + chr(0x1161 + v) + (chr(0x11A7 + t) if t else "") for v in range(21) for t in range(28)
        )
        assert split_words(text) == [unicodedata.normalize("NFC", text)] == reference(text)
    assert split_words("\uac01\u11a8 \u1100\u1161\u0301\u11a8") == reference("\uac01\u11a8 \u1100\u1161\u0301\u11a8")


PIECES = st.one_of(
    st.sampled_from(
        ["a", "B", "1", " ", "-", "=", "\u0338", "\u200d", "\u200c", "\u00ad", "\u0130", "\u03a3", "\u00b4"]
    ),
    st.sampled_from(COMPOSING),
    st.sampled_from(MARKS),
    st.sampled_from(["\u1100", "\u1161", "\u11a8", "\uac00", "\uac01", "\u0b47\u0b3e", "\u1112", "\u3131", "\uffc2"]),
    st.characters(min_codepoint=1, exclude_categories=["Cn", "Cs"], exclude_characters="\n"),
)


@newer
@given(st.lists(PIECES, max_size=30).map("".join))
@example("abc\u0301 1\u0301a 1a\u03011")
@example("\u0300=\u0338a <\u0338")
@example("a\u200d\u0301\u200c1\u200d\u200c2\u200d")
@example("\ufdfa" * 300)
@example("a" + "\u0301\u0323" * 3000)
def test_any_text(text):
    assert split_words(text) == reference(text)


# --------------------------------------------------------------------------------------------------------- the scanner


def scan(data):
    table = WordTable()
    ids, ends, broken, is_open = table.scan(data, 0, True)
    return [table.word(i) for i in ids.tolist()], ends.tolist(), broken, is_open


def test_sentences_of_prose():
    assert scan(b"One two.\n\n...\nThree\r\n4") == (["one", "two", "three", "4"], [2, 3, 4], False, True)
    assert scan(b".\nOne\n") == (["one"], [1], True, False)
    assert scan("É\nÉ".encode()) == (["é", "é"], [1, 2], False, True)
    assert scan(b"") == ([], [], False, False)
    assert scan(b"...") == ([], [], False, True)


@pytest.mark.parametrize(
    ("data", "reason", "place"),
    [
        (b"one \xff two", "utf-8", 4),
        (b"one\xff two", "utf-8", 3),
        ("é".encode() + b"\xc3", "utf-8", 2),
        (b"one \xed\xa0\x80", "utf-8", 4),
        (b"one\0two", "nul", 3),
        ("é\0".encode(), "nul", 2),
        (b"one " + b"a" * (MAX_WORD_BYTES + 1), "long", 4),
        (b"one " + "é".encode() * (MAX_WORD_BYTES // 2 + 1), "long", 4),
    ],
)
def test_what_is_not_text(data, reason, place):
    with pytest.raises(ScanError) as problem:
        scan(data)
    assert problem.value.args == (reason, place)


@pytest.mark.parametrize("letter", ["a", "1", "é", "\u1e9b\u0323"])
def test_the_longest_word(letter):
    small = unicodedata.normalize("NFKC", letter)
    word = letter * (MAX_WORD_BYTES // len(small.encode()))
    assert split_words(f"x {word}, {word}") == reference(f"x {word}, {word}")


def test_words_end_where_the_text_ends():
    """The scanner must not look at what follows it in memory."""
    whole = np.frombuffer("élan vital".encode() + b"abc\xcc\x81", np.uint8)
    for end in range(len(whole)):
        data = bytes(whole[:end])
        try:
            want = reference(data.decode())
        except UnicodeDecodeError:
            with pytest.raises(ScanError):
                scan(whole[:end])
        else:
            assert scan(whole[:end])[0] == want


@pytest.mark.parametrize("size", [16, 40, 100])
@pytest.mark.parametrize("threads", [1, 3])
def test_blocks_and_threads_do_not_change_the_words(size, threads, tmp_path, monkeypatch):
    lines = [
        "Don\u2019t, caf\u00e9 cafe\u0301 12ab!",
        "",
        "...",
        "\u1112\u1161\u11ab\uae00, ok " * 9,
        "\ufb01sh \u0301a \u200da\u200d",
    ] * 20
    path = tmp_path / "prose.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr("w2v.corpus.text_files.BLOCK_BYTES", size)
    corpus = encode(path, VocabularyConfig(min_count=1), TextOptions("words", threads=threads))
    bounds = corpus.offsets.tolist()
    found = [[corpus.vocabulary.words[i] for i in corpus.tokens[a:b]] for a, b in pairwise(bounds)]
    assert found == [reference(line) for line in lines if reference(line)]
