"""A text that was decoded wrongly, now or when it was saved, gets a notice; other texts of the same letters get none."""

import contextlib
import lzma
import re
import warnings
from pathlib import Path

import pytest

from w2v import TextOptions, VocabularyConfig, encode
from w2v.cli.main import main
from w2v.errors import CorpusWarning, EmptyCorpusError

NOVEL = lzma.decompress((Path(__file__).parent / "data" / "emma.txt.xz").read_bytes()).decode("ascii")[:60_000]
WORDS = re.findall("[a-z]+", NOVEL.lower())
ENGLISH = [" ".join(WORDS[i : i + 9]) for i in range(0, len(WORDS), 9)]
FRENCH = [re.sub("e(?=[rs])", "é", line) for line in ENGLISH]
GERMAN = [re.sub("o(?=[rsn])", "ö", line) for line in ENGLISH]
LETTERS = dict(zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопярстужвшыз", strict=True))
RUSSIAN = ["".join(LETTERS.get(c, c) for c in line).capitalize() for line in ENGLISH]
GREEK = ["".join(chr(0x3B1 + ord(c) % 24) if c.isalpha() else c for c in line) for line in ENGLISH]
ALL = VocabularyConfig(min_count=1)


def messages(corpus, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with contextlib.suppress(EmptyCorpusError):
            encode(corpus, ALL, TextOptions(**options) if options else None)
    return [str(warning.message) for warning in caught if warning.category is CorpusWarning]


def written(tmp_path, lines, encoding="utf-8", errors="strict"):
    path = tmp_path / "t.txt"
    path.write_bytes("".join(line + "\n" for line in lines).encode(encoding, errors))
    return str(path)


def again(lines, written_in, read_in):
    return ["".join(c.encode(written_in).decode(read_in, "replace") for c in line) for line in lines]


@pytest.mark.parametrize("tokenizer", [None, "words", lambda line: line.split()])
@pytest.mark.parametrize(
    ("lines", "encoding", "read_in"),
    [(FRENCH, "latin-1", "utf-8"), (GERMAN, "cp1252", "ascii")],
    ids=["french", "german"],
)
def test_characters_that_were_replaced(lines, encoding, read_in, tokenizer, tmp_path):
    path = written(tmp_path, lines, encoding)
    (message,) = messages(path, tokenizer=tokenizer, errors="replace", encoding=read_in)
    assert re.match(
        r"the text is read as [\w-]+, in which [\d,]+ characters of [\d,]+ words are not valid and were", message
    )
    assert 'name it: encoding="cp1252" (Western European), "cp1251"' in message
    assert messages(path, tokenizer=tokenizer, errors="replace", encoding=read_in, as_lines=True) == []


def test_a_text_of_nothing_but_replaced_characters(tmp_path):
    path = written(tmp_path, RUSSIAN, "koi8-r")
    assert len(messages(path, errors="replace")) == 1
    with pytest.warns(CorpusWarning, match="were replaced"), pytest.raises(EmptyCorpusError, match="another encoding"):
        encode(path, ALL, TextOptions("words", errors="replace"))


def test_the_ledger_counts_what_the_notice_says(tmp_path):
    path = written(tmp_path, FRENCH, "latin-1")
    with pytest.warns(CorpusWarning) as caught:
        corpus = encode(path, ALL, TextOptions(errors="replace"))
    assert f"{corpus.ledger.replaced:,} characters of {corpus.ledger.tokens:,} words are not valid" in str(
        caught[0].message
    )


def test_a_few_damaged_bytes_are_replaced_silently(tmp_path):
    lines = [line.encode() + (b" caf\xe9" if number % 100 == 0 else b"") for number, line in enumerate(FRENCH)]
    path = tmp_path / "t.txt"
    path.write_bytes(b"\n".join(lines))
    assert messages(path, errors="replace") == []


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([line.encode("ascii", "replace").decode() for line in RUSSIAN], "95% of the words consist of question marks"),
        (
            [line.encode("ascii", "replace").decode() for line in FRENCH],
            "of the words have question marks between letters",
        ),
        ([line.encode("latin-1").decode("utf-8", "replace") for line in FRENCH], r"of the words contain U\+FFFD"),
        (again(FRENCH, "latin-1", "cp1251"), "of the words mix Latin and Cyrillic letters.*cp1252"),
        (again(FRENCH, "latin-1", "koi8-r"), "of the words mix Latin and Cyrillic letters"),
        (again(RUSSIAN, "cp1251", "koi8-r"), "of the words begin with a small letter and go on in capitals"),
        (again(RUSSIAN, "koi8-r", "cp1251"), "of the words begin with a small letter and go on in capitals"),
        (again(RUSSIAN, "cp1251", "latin-1"), "of the words consist of letters with accents"),
        (again(GREEK, "cp1253", "cp1252"), "of the words consist of letters with accents"),
    ],
    ids=range(9),
)
def test_letters_that_were_decoded_wrongly(lines, says, tmp_path):
    path = written(tmp_path, lines)
    for corpus, options in (
        (path, {}),
        (path, {"tokenizer": "words"}),
        ([line.split() for line in lines], {}),
    ):
        (message,) = messages(corpus, **options)
        assert re.search(says, message)


@pytest.mark.parametrize(("lines", "encoding"), [(FRENCH, "cp1251"), (FRENCH, "koi8-r")], ids=["cyrillic", "koi8"])
def test_a_file_that_is_read_in_a_wrong_encoding(lines, encoding, tmp_path):
    (message,) = messages(written(tmp_path, lines, "latin-1"), encoding=encoding)
    assert "mix Latin and Cyrillic letters" in message


@pytest.mark.parametrize(
    "lines",
    [
        ENGLISH,
        FRENCH,
        RUSSIAN,
        GREEK,
        [f"{a} {b}" for a, b in zip(FRENCH, RUSSIAN, strict=True)],
        [line.replace("и", "i") for line in RUSSIAN],  # as Ukrainian is typed
        [line.upper() for line in RUSSIAN],
        [line + " ?" for line in ENGLISH],
        [line + (" ??" if number % 9 == 0 else "") for number, line in enumerate(ENGLISH)],
        [line + (" php?id" if number % 30 == 0 else "") for number, line in enumerate(ENGLISH)],
        [line.replace("the", "été àéô") if number % 9 == 0 else line for number, line in enumerate(FRENCH)],
    ],
    ids=range(11),
)
def test_other_texts_get_none(lines, tmp_path):
    path = written(tmp_path, lines)
    assert messages(path) == messages(path, tokenizer="words") == messages([line.split() for line in lines]) == []


def test_the_command_line_says_it(tmp_path, capsys):
    path = written(tmp_path, FRENCH, "latin-1")
    warnings.simplefilter("default")  # pytest restores the filters
    assert (
        main(
            ["train", path, "-o", str(tmp_path / "v.txt"), "--errors", "replace", "--vector-size", "8", "--epochs", "1"]
        )
        == 0
    )
    assert "characters of 11,066 words are not valid" in capsys.readouterr().err


@pytest.mark.parametrize("tokenizer", [None, "words", lambda line: line.split()])
@pytest.mark.parametrize(
    ("lines", "read_in"),
    [(FRENCH, "ascii"), (RUSSIAN, "ascii"), (RUSSIAN, "cp1252"), (GREEK, "cp932"), (GREEK, "euc-kr")],
)
def test_utf8_read_in_another_encoding_is_noticed_once(lines, read_in, tokenizer, tmp_path):
    said = messages(written(tmp_path, lines), tokenizer=tokenizer, encoding=read_in, errors="replace")
    assert [bool(re.search('is read as [^ ]+, but it is valid UTF-8; .* encoding="utf-8"', one)) for one in said] == [
        True
    ]
    table = tmp_path / "t.csv"
    table.write_text("text\n" + "".join(line + "\n" for line in lines), encoding="utf-8")
    said = messages(str(table), tokenizer=tokenizer, encoding=read_in, errors="replace", column="text")
    assert [bool(re.search("but it is valid UTF-8", one)) for one in said] == [True]
