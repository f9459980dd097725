"""Bytes to words: what counts as a word, what is refused, and that nothing is lost however the text is cut."""

import bz2
import errno
import gzip
import io
import lzma
import os
import sys
import threading
import time
import warnings
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from w2v._text import WordTable
from w2v.config import TextOptions, VocabularyConfig
from w2v.corpus import text_files
from w2v.corpus.encode import encode
from w2v.errors import (
    ConfigError,
    CorpusChangedError,
    CorpusError,
    CorpusWarning,
    EmptyCorpusError,
    TextEncodingError,
)

ALL = VocabularyConfig(min_count=1)

EVERYTHING = VocabularyConfig(min_count=1)


def write(folder, data, name="t.txt"):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return str(path)


def sentences_of(corpus):
    words = corpus.vocabulary.words
    bounds = zip(corpus.offsets[:-1], corpus.offsets[1:], strict=True)
    return [[words[i] for i in corpus.tokens[a:b]] for a, b in bounds]


def read(path, threads=1, errors="strict", tokenizer="whitespace"):
    return encode(path, EVERYTHING, TextOptions(tokenizer, errors, threads))


RULES = {
    "crlf": (b"a b\r\nc a\r\n", [["a", "b"], ["c", "a"]]),
    "no newline at the end": (b"a b\nc a", [["a", "b"], ["c", "a"]]),
    "empty lines": (b"\n\na b\n \n\t\nb\n\n", [["a", "b"], ["b"]]),
    "byte-order mark": (b"\xef\xbb\xbfa b\n", [["a", "b"]]),
    "byte-order mark inside": ("a \ufeffb\n", [["a", "\ufeffb"]]),
    "nbsp": ("a\u00a0b\n", [["a", "b"]]),
    "ideographic space": ("日本\u3000語\n", [["日本", "語"]]),
    "line separator is a space": ("a\u2028b\n", [["a", "b"]]),
    "lone carriage return is a space": (b"a\rb\n", [["a", "b"]]),
    "four-byte characters": ("😀 a 😀\n", [["😀", "a", "😀"]]),
}


@pytest.mark.parametrize("name", RULES)
def test_rules(tmp_path, name):
    data, expected = RULES[name]
    assert sentences_of(read(write(tmp_path, data))) == expected


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"fine words\nbad \xff word\n", r"invalid UTF-8 \(0xff\) at byte 15"),
        (b"a\xc3\n b", "must be UTF-8 text: got invalid UTF-8 .* at byte 1;"),
        (b"\xed\xa0\x80 a\n", "invalid UTF-8 .* at byte 0"),
        (b"\xc0\xaf a\n", "at byte 0"),
        (b"a b\nc \0 d\n", "a NUL byte at byte 6"),
        (b"a " + b"x" * 70_000 + b" b\n", "a word must be at most 65536 bytes: got a longer one at byte 2"),
        (b"\x1f\x8b\x08 not named gz", r"must be plain text: got gzip-compressed data; rename it to end in \.gz"),
    ],
)
def test_what_is_not_text_is_refused_with_its_place(tmp_path, data, message):
    with pytest.raises(CorpusError, match=message):
        read(write(tmp_path, data))


def test_replace_reads_on_and_counts(tmp_path):
    path = write(tmp_path, b"a \xffb \0c \xef\xbf\xbd\nd\n")
    corpus = read(path, errors="replace")
    assert sentences_of(corpus) == [["a", "\ufffdb", "\ufffdc", "\ufffd"], ["d"]]
    assert corpus.ledger.replaced == 2
    with pytest.raises(TextEncodingError, match="at byte 2"):
        read(path, tokenizer="words")


@pytest.mark.filterwarnings("ignore::w2v.errors.CorpusWarning")  # some of these texts look like tables
@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8), max_size=12), max_size=12
    ),
    st.integers(1, 4),
    st.integers(16, 200),
)
def test_agrees_with_str_split_for_any_text_threads_and_blocks(tmp_path_factory, lines, threads, block):
    """The oracle is two lines of Python; blocks are made tiny so that lines and words meet their edges."""
    content = "a b\n" + "\n".join(" ".join(line) for line in lines)
    path = write(tmp_path_factory.mktemp("t"), content)
    expected = [line.split() for line in content.split("\n") if line.split()]
    expected[0][0] = expected[0][0].removeprefix("\ufeff")
    before = text_files.BLOCK_BYTES
    text_files.BLOCK_BYTES = block
    try:
        corpus = read(path, threads)
    finally:
        text_files.BLOCK_BYTES = before
    assert sentences_of(corpus) == expected
    counts = Counter(word for line in expected for word in line)
    assert dict(zip(corpus.vocabulary.words, corpus.vocabulary.counts.tolist(), strict=True)) == counts


def test_first_places_do_not_depend_on_which_block_a_table_sees_first():
    table = WordTable()
    table.scan(b"b a c", 1 << 32)
    table.scan(b"c b", 0)
    assert {table.word(i): int(place) for i, place in enumerate(table.first_seen())} == {
        "c": 0,
        "b": 1,
        "a": (1 << 32) + 1,
    }


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_ledger_and_order_do_not_depend_on_threads(tmp_path, monkeypatch, threads):
    rng = np.random.default_rng(5)
    lines = [" ".join(f"w{int(x) % 3000}" for x in rng.zipf(1.3, size=30)) for _ in range(3000)]
    path = write(tmp_path, "\n".join(lines))
    monkeypatch.setattr(text_files, "BLOCK_BYTES", 10_000)
    corpus = encode(path, VocabularyConfig(min_count=3), TextOptions(threads=threads))
    words = [word for line in lines for word in line.split()]
    counts = Counter(words)
    first = {word: i for i, word in reversed(list(enumerate(words)))}
    kept = [w for w in counts if counts[w] >= 3]
    assert corpus.vocabulary.words == sorted(kept, key=lambda w: (-counts[w], -first[w]))
    assert corpus.ledger.tokens == len(words) == len(corpus.tokens) + corpus.ledger.out_of_vocabulary
    assert corpus.ledger.distinct == len(counts)


def test_one_line_of_many_words_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(text_files, "BLOCK_BYTES", 4096)
    words = [f"w{i % 777}" for i in range(50_000)]
    assert sentences_of(read(write(tmp_path, " ".join(words)), threads=3)) == [words]


@pytest.mark.parametrize(
    ("suffix", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_compressed_text(tmp_path, suffix, compress):
    data = b"a b c\nb c\n" * 1000
    path = write(tmp_path, compress(data), f"t.txt{suffix}")
    assert len(read(path).tokens) == 5000
    with pytest.raises(CorpusError, match="damaged or unreadable"):
        read(write(tmp_path, compress(data)[:-9], f"cut.txt{suffix}"))


def test_folders_several_files_and_stdin(tmp_path, monkeypatch):
    write(tmp_path, "b b", "2.txt")
    write(tmp_path, "a a", "1.txt")
    write(tmp_path, "hidden", ".hidden")
    assert sentences_of(read(str(tmp_path))) == [["a", "a"], ["b", "b"]]
    both = [tmp_path / "2.txt", str(tmp_path / "1.txt")]
    assert sentences_of(read(both)) == [["b", "b"], ["a", "a"]]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x y\ny")))
    assert sentences_of(read("-")) == [["x", "y"], ["y"]]


def test_a_pipe_that_does_not_block_is_read_to_its_end(monkeypatch):
    ends = os.pipe()
    os.set_blocking(ends[0], False)
    monkeypatch.setattr(sys, "stdin", os.fdopen(ends[0]))

    def say():
        with os.fdopen(ends[1], "wb", buffering=0) as pipe:
            for line in (b"a b\n", b"c\n"):
                time.sleep(0.2)  # until the reader has found nothing; if it is slower, it is not tested
                pipe.write(line)

    speaker = threading.Thread(target=say)
    speaker.start()
    assert sentences_of(read("-")) == [["a", "b"], ["c"]]
    speaker.join()
    sys.stdin.close()


@pytest.mark.parametrize(
    "kind", ["missing", "empty", "blank", "empty folder", "below min_count", "below max_final_vocab", "one word"]
)
def test_nothing_to_read(tmp_path, kind):
    if kind == "missing":
        with pytest.raises(CorpusError, match="No such file"):
            read(str(tmp_path / "nothing.txt"))
    elif kind == "empty folder":
        with pytest.raises(CorpusError, match="must contain files: got none"):
            read(str(tmp_path))
    elif kind == "below max_final_vocab":
        with pytest.raises(EmptyCorpusError, match=r"\(4 words in all\); raise max_final_vocab=1 or drop fewer words$"):
            encode(write(tmp_path, "a b c c"), VocabularyConfig(1, 1, drop=frozenset("ab")))
    elif kind == "one word":
        with pytest.raises(
            EmptyCorpusError, match=r"got 1 of 1 distinct ones \(3 words in all\); use a different text"
        ):
            encode(write(tmp_path, "a a a"), VocabularyConfig(2))
    elif kind == "below min_count":
        with pytest.raises(EmptyCorpusError, match=r"at least 2 words: got 0 of 3 .* \(4 words .* lower min_count=5"):
            encode(write(tmp_path, "a b c c"), VocabularyConfig())
    else:
        with pytest.raises(EmptyCorpusError, match="must contain words: got none"):
            read(write(tmp_path, b"" if kind == "empty" else b" \n\n"))


def test_a_file_that_changes_while_it_is_read(tmp_path, monkeypatch):
    path = write(tmp_path, "a b\n" * 5000)
    monkeypatch.setattr(text_files, "BLOCK_BYTES", 1000)
    cut = text_files._cut

    def slow(*arguments):
        for i, block in enumerate(cut(*arguments)):
            if i == 3:
                with open(path, "ab") as file:
                    file.write(b"more\n")
            yield block

    monkeypatch.setattr(text_files, "_cut", slow)
    with pytest.raises(CorpusChangedError, match="changed while it was being read"):
        read(path)


# ------------------------------------------------------------------------------------------------------- tokenizers


def test_raw_prose(tmp_path):
    path = write(tmp_path, "The 2nd CAFÉ—naïve ﬁsh.\nDon't! 한국어 텍스트 covid19\n")
    expected = [["the", "2", "nd", "café", "naïve", "fish"], ["don", "t", "한국어", "텍스트", "covid", "19"]]
    assert sentences_of(read(path, tokenizer="words")) == expected


def test_any_tokenizer(tmp_path):
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "low": 1, "er": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    path = write(tmp_path, "low er low\nnew low\n")
    expected = [["low", "er", "low"], ["[UNK]", "low"]]
    assert sentences_of(read(path, tokenizer=tokenizer)) == expected
    # The ids of a tokenizer are no numbers of the text: a model's integer keys are rows.
    assert not read(path, tokenizer=tokenizer).vocabulary.numbers
    file = str(tmp_path / "tokenizer.json")
    tokenizer.save(file)
    assert sentences_of(read(path, tokenizer=file)) == expected
    dropped = encode(path, VocabularyConfig(min_count=1, drop={"[UNK]"}), TextOptions(tokenizer))
    assert dropped.vocabulary.words == ["low", "er"]
    tokenizer.enable_truncation(2)
    with pytest.raises(ConfigError, match="must not truncate texts: got one that cuts them at 2 tokens"):
        read(path, tokenizer=tokenizer)


@pytest.mark.parametrize("wrong", ["nonsense", 3, "t.txt"])
def test_wrong_tokenizer(tmp_path, wrong, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path, "a b")
    with pytest.raises(ConfigError, match="tokenizer"):
        read(path, tokenizer=wrong)


# -------------------------------------------------------------------------------------------------------- iterables


def test_iterables_generators_and_ids():
    sentences = [["a", "b", "a"], [], ["new york", "a"]]
    for given_as in (sentences, tuple(sentences), iter(sentences), (s for s in sentences)):
        assert sentences_of(encode(given_as, EVERYTHING)) == [["a", "b", "a"], ["new york", "a"]]
    walks = [np.array([5, 3, 5]), np.array([], int), np.array([9])]
    expected = [["5", "3", "5"], ["9"]]
    flat = (np.array([5, 3, 5, 9]), np.array([0, 3, 3, 4]))
    for given_as in (walks, [w.tolist() for w in walks], flat):
        assert sentences_of(encode(given_as, EVERYTHING)) == expected
    assert encode(walks, VocabularyConfig(min_count=1, drop={"9"})).vocabulary.words == ["5", "3"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["a string"], "No such file"),
        (iter(["a string"]), "not a string: got 'a string'"),
        ([["a"], "b"], "not a string: got 'b'"),
        (5, "must be an iterable of lists of words: got int"),
        ([5], "must be a list of words: got int"),
        ([["a", 5]], r"got 5 in sentences\[0\]"),
        ([["a", None]], r"got None in sentences\[0\]"),
        ([["a", ""]], "at least one character"),
        ([["\ud800", "a"]], "valid Unicode"),
        ([[1, -2]], "integers from 0 to .*: got -2"),
        ([[1, 2], ["a"]], "integers"),
        ((np.array([1, 2]), np.array([0, 3])), "offsets must increase from 0 to the number of ids, 2"),
        ((np.array([1.5, 2]), np.array([0, 2])), "integers"),
        ([], "must contain words: got none"),
    ],
)
def test_wrong_sentences(wrong, message):
    with pytest.raises(CorpusError, match=message):
        encode(wrong, EVERYTHING)


def test_an_exception_in_the_users_iterator_comes_through():
    def sentences():
        yield ["a", "b"]
        raise ZeroDivisionError("mine")

    threads, began = threading.active_count(), time.monotonic()
    with pytest.raises(ZeroDivisionError, match="mine"):
        encode(sentences(), EVERYTHING)
    assert time.monotonic() - began < 1
    assert threading.active_count() == threads


def test_unreadable_file(tmp_path):
    path = write(tmp_path, "a b")
    os.chmod(path, 0)
    if os.access(path, os.R_OK):
        pytest.skip("the superuser may read anything")
    with pytest.raises(CorpusError, match="Permission denied"):
        read(path)


def test_a_padding_tokenizer_is_refused_and_crlf_is_one_line_break(tmp_path):
    tokenizer = Tokenizer(models.WordLevel({"a": 0, "b": 1, "\r": 2, "[UNK]": 3}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "removed")
    path = write(tmp_path, b"a b a\r\nb a b\r\n")
    assert encode(path, EVERYTHING, TextOptions(tokenizer)).vocabulary.words == ["b", "a"]
    tokenizer.enable_padding()
    with pytest.raises(ConfigError, match=r"call its no_padding\(\) first"):
        encode(path, EVERYTHING, TextOptions(tokenizer))


def test_a_disk_that_fails_is_an_error_about_the_corpus(tmp_path, monkeypatch):
    path = tmp_path / "t.txt"
    path.write_text("a b\n" * 9)

    def fails(*_, **__):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr("w2v.corpus.source_files.os.fstat", fails)
        with pytest.raises(CorpusError, match=r"cannot read corpus .*Input/output error"):
            encode(path, VocabularyConfig(min_count=1))


def test_utf16_without_a_mark_is_not_to_be_read_as_it_is(tmp_path):
    path = tmp_path / "t.txt"
    path.write_bytes(("война и мир, глава первая\n" * 50).encode("utf-16-le"))
    with pytest.raises(CorpusError, match=r'NUL byte .* UTF-16 without a mark: pass encoding="utf-16-le"'):
        encode(path, EVERYTHING)
    assert "война" in encode(path, EVERYTHING, TextOptions(encoding="utf-16-le")).vocabulary.words
    path.write_bytes(b"a few words and one damaged byte \0 in a long line of text\n" * 5)
    with pytest.raises(CorpusError, match='errors="replace" to read it anyway'):
        encode(path, EVERYTHING)


@pytest.mark.parametrize("block", [64, 1 << 20])
@pytest.mark.parametrize("encoding", ["utf-8", "mac-roman", "utf-16"])
def test_carriage_returns_end_lines_where_nothing_else_does(tmp_path, monkeypatch, block, encoding):
    monkeypatch.setattr(text_files, "BLOCK_BYTES", block)
    path = tmp_path / "mac.txt"
    path.write_bytes(("the café sat\r" * 30).encode(encoding))
    for tokenizer in (None, "words", str.split):
        read = encode(str(path), ALL, TextOptions(tokenizer, encoding=encoding))
        assert read.ledger.sentences == 30
        assert read.offsets.tolist() == list(range(0, 91, 3))
    path.write_bytes(b"a b\r" * 30 + b"\n")  # what other programs add
    assert encode(str(path), ALL).ledger.sentences == 30
    for data in (b"a b\r\n" * 30, b"a b\r\r\n" * 30, b"a \r b\n" * 30):
        path.write_bytes(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # carriage returns within lines are noticed
            assert encode(str(path), ALL).ledger.sentences == 30


def test_a_file_that_is_read_twice_is_noticed(tmp_path):
    (tmp_path / "a.txt").write_text("a b c\n" * 9, encoding="utf-8")
    path = str(tmp_path / "a.txt")
    with pytest.warns(CorpusWarning, match=r"a.txt' is read twice: its words count twice") as caught:
        assert encode([path, path], ALL).ledger.tokens == 54
    assert [w.filename for w in caught] == [__file__]
    with pytest.warns(CorpusWarning, match="is read twice, also as"):
        encode([path, os.path.relpath(path)], ALL)
    with pytest.warns(CorpusWarning, match="is read twice"):
        encode([path, str(tmp_path)], ALL)
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"a b c\n"))
    with pytest.warns(CorpusWarning, match=r"a.txt.gz' is read twice, also as .*a.txt': its words count twice"):
        encode(str(tmp_path), ALL)
    (tmp_path / "b.txt").write_text("a b c\n" * 9, encoding="utf-8")
    (tmp_path / "a.txt.gz").unlink()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encode(str(tmp_path), ALL)


@pytest.mark.parametrize(
    ("sentences", "hint"),
    [
        ([(1, ["a", "b"])], "of a number and its words, as groupby and iterrows give them, pass the words"),
        (lambda: [["a"]], "call it, and pass what it returns"),
        ([[("the", "DT"), ("cat", "NN")]], "of words with tags, pass the words alone"),
        ([(["a", "b"], ["tag"])], "of tagged documents, pass the words"),
    ],
)
def test_what_is_nearly_sentences_says_what_to_pass(sentences, hint):
    with pytest.raises(CorpusError, match=hint):
        encode(sentences, ALL)


def test_patterns_and_home_folders(tmp_path):
    for name in ("b", "a", "c d"):
        (tmp_path / f"{name}.txt").write_text(f"{name} x y\n" * 5, encoding="utf-8")
    (tmp_path / "folder.txt").mkdir()
    for pattern in (f"{tmp_path}/*.txt", [tmp_path / "?.txt", f"{tmp_path}/c*"], f"{tmp_path}/**/*.txt"):
        read = encode(pattern, ALL)
        assert [os.path.basename(source) for source in read.sources] == ["a.txt", "b.txt", "c d.txt"]
    with pytest.raises(CorpusError, match="no such file, and no file that this pattern matches"):
        encode(f"{tmp_path}/*.csv", ALL)
    with pytest.raises(CorpusError, match=r"the home folder must be written out, as os.path.expanduser does"):
        encode("~/no such file.txt", ALL)


@pytest.mark.parametrize("text", [TextOptions(), TextOptions(column="text")])
def test_a_compressed_stream_cannot_be_renamed(monkeypatch, text):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(b"a b c\n"))))
    with pytest.raises(CorpusError, match=r"got gzip-compressed data; decompress it first, as in zcat FILE \| ..."):
        encode("-", ALL, text)


def test_a_sentence_does_not_go_on_in_the_next_file(tmp_path):
    # The first block of the second file is white space alone.
    (tmp_path / "0.txt").write_text("aa a")
    (tmp_path / "1.txt").write_text(" aaa")
    assert encode(str(tmp_path), VocabularyConfig(min_count=1)).offsets.tolist() == [0, 2, 3]


@pytest.mark.parametrize("tokenizer", [None, "words", str.split])
@pytest.mark.parametrize("lines", [3, 400_000])
@pytest.mark.parametrize("encoding", ["latin-1", "cp932", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_the_place_of_a_nul_is_that_in_the_file(tmp_path, encoding, lines, tokenizer):
    """Not that in the text after its conversion to UTF-8, where nobody can look it up."""
    path = tmp_path / "t.txt"
    sign = "é" if encoding == "latin-1" else "日"
    before, after = f"{sign} an island\n".encode(encoding), "\0 in the sea\n".encode(encoding)
    mark = len("".encode(encoding))
    data = before + before[mark:] * lines
    path.write_bytes(data + after[mark:])
    options = TextOptions(tokenizer, encoding=encoding)
    with pytest.raises(
        TextEncodingError, match=rf'got a NUL at byte {len(data)}; pass errors="replace" to read it anyway'
    ):
        encode(str(path), text=options)
    replaced = encode(str(path), ALL, TextOptions(tokenizer, "replace", encoding=encoding))
    assert replaced.ledger.replaced == 1


def test_many_nuls_are_another_encoding(tmp_path):
    text = "the cat sat on the mat\n" * 99
    (tmp_path / "t.txt").write_bytes(text.encode("utf-32-le"))
    with pytest.raises(
        TextEncodingError, match=r'NUL byte at byte 1; .* UTF-32 without a mark: pass encoding="utf-32-le"'
    ):
        encode(str(tmp_path / "t.txt"))
    with pytest.raises(TextEncodingError, match="must be utf-16-le text: got a NUL at byte 2; pass another encoding"):
        encode(str(tmp_path / "t.txt"), text=TextOptions(encoding="utf-16-le"))
    assert encode(str(tmp_path / "t.txt"), ALL, TextOptions(encoding="utf-32-le")).ledger.tokens == 6 * 99
