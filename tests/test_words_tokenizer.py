"""``tokenizer="words"``: what belongs to a word, in the style of Unicode's WordBreakTest.txt.

A case is a line of code points, ÷ where words end and × where they go on, as in that file. The cases are written from
the rules of UAX #29; only words of letters or digits count, so what lies between ÷ and ÷ may be no word at all.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.corpus.tokenizers import _word_normalizer, split_words

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


@pytest.mark.parametrize(("case", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_word_breaks(case, words):
    text = "".join(chr(int(part, 16)) for part in case.split() if part not in "÷×")
    assert split_words(text).split() == words
    assert split_words(f"{text}\n{text}").split() == words * 2
    assert split_words(f"x {text}. x").split() == ["x", *words, "x"]


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
    assert split_words(text).split() == words


def test_a_block_ends_as_its_text_does():
    """Whether the last sentence goes on in the next block depends on it."""
    assert split_words("one\ntwo\n").endswith("\n")
    assert not split_words("one\ntwo").endswith("\n")


@given(st.text(st.characters(max_codepoint=127, exclude_characters="\n")))
def test_the_short_way_of_ascii_is_the_long_way(line):
    assert split_words(line).split() == _word_normalizer().normalize_str(f" {line} ").split()
