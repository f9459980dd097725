"""Texts read in ranges: the words, order, counts, ids and chunks are those of one process that reads all of it."""

import gzip
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import w2v
from w2v import TextOptions, TrainConfig, VocabularyConfig
from w2v._text import WordTable
from w2v.corpora import write
from w2v.corpus.file_parts import FilePart, after_line_feed, divide_files
from w2v.corpus.source_files import find_sources
from w2v.distributed.checks import expected_disk
from w2v.distributed.encoded_range import EncodedRange, Layout, chunk_edges, read_range
from w2v.distributed.word_counts import MergedCounts, WordCounts
from w2v.errors import ConfigError, CorpusChangedError, CorpusError, EmptyCorpusError, TextEncodingError
from w2v.training.chunked_text import LocalText

pytestmark = pytest.mark.filterwarnings("ignore::w2v.errors.CorpusWarning")  # the texts are no language
ALL = VocabularyConfig(min_count=1)
NUMBERS = (1, 2, 3, 5, 8)


def in_ranges(paths, number, text, wanted=ALL):
    """Read a text in ranges; return the vocabulary, the counts of what was read, and the ranges."""
    sources = find_sources(paths)
    ranges = divide_files(sources, number, text)
    assert len(ranges) == number
    read = [read_range(parts, text) for parts in ranges]
    merged = MergedCounts(sources, text)
    for one in read:
        merged.add(WordCounts.of(one))
    chosen, ledger = merged.select(wanted)
    return chosen.vocabulary, ledger, [EncodedRange(one, chosen.vocabulary, text.threads) for one in read]


def assert_equal(paths, number, text=None, wanted=ALL, config=None):
    """Assert that ranges have everything that `w2v.encode` finds, and the chunks that `Trainer` makes of it."""
    text, config = text or TextOptions(), config or TrainConfig(shards=2, window=2)
    whole = w2v.encode(paths, wanted, text)
    vocabulary, ledger, ranges = in_ranges(paths, number, text, wanted)
    assert vocabulary.words == whole.vocabulary.words
    np.testing.assert_array_equal(vocabulary.counts, whole.vocabulary.counts)
    assert vocabulary.numbers == whole.vocabulary.numbers
    assert ledger == whole.ledger
    layout = Layout(len(whole.tokens), config)
    bases = np.cumsum([0, *map(len, ranges)])
    assert bases[-1] == layout.tokens
    edges = chunk_edges([one.edges(int(base), layout) for one, base in zip(ranges, bases, strict=False)], layout.tokens)
    local = LocalText(whole, config)
    np.testing.assert_array_equal(edges, local.edges)
    pieces = [one.piece(0, len(one), layout) for one in ranges]
    np.testing.assert_array_equal(np.concatenate([tokens for tokens, _ in pieces]), whole.tokens)
    ends = np.concatenate([ends + base for (_, ends), base in zip(pieces, bases, strict=False)])
    np.testing.assert_array_equal(np.append(0, ends), whole.pieces(layout.piece))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    path = tmp_path_factory.mktemp("ranges") / "world.txt"
    write(path, words=60_000, seed=1)
    return path


@pytest.mark.parametrize("number", NUMBERS)
def test_a_file(world, number):
    assert_equal(str(world), number, wanted=VocabularyConfig())


@pytest.mark.parametrize("tokenizer", ["whitespace", "words", str.split])
@pytest.mark.parametrize("threads", [1, 3])
def test_tokenizers(tmp_path, tokenizer, threads):
    path = tmp_path / "a.txt"
    path.write_text("The Cat's paw.\nIt SAT, again\n\n  Donau\u00adampf\u3000and 2nd \ufeffplace\n" * 50)
    assert_equal(str(path), 5, TextOptions(tokenizer, threads=threads))


@pytest.mark.parametrize("number", NUMBERS)
def test_many_files(tmp_path, number):
    texts = ["one two\nthree\n", "", "two four", "\n\n", "five six\r\nseven\r\n" * 200, "last line\nwithout end"]
    for i, text in enumerate(texts):
        (tmp_path / f"{i}.txt").write_bytes(text.encode())
    (tmp_path / "6.txt.gz").write_bytes(gzip.compress(b"packed words\nin lines\n" * 99))
    assert_equal(str(tmp_path), number)
    assert_equal(str(tmp_path), number, TextOptions("words"))


def outcome(function, *arguments):
    """Return what an error says; nothing if there is none."""
    try:
        function(*arguments)
    except EmptyCorpusError as problem:
        return str(problem)
    return ""


lines = st.lists(
    st.sampled_from(["a", "b", "ab", "é", " ", "\t", "\n", "\r\n", "\r", "\x0b", "\u2028", "\ufeff", "\x85"])
)


@settings(deadline=None, max_examples=60)
@given(texts=st.lists(lines.map("".join), min_size=1, max_size=4), number=st.integers(1, 9))
@example(texts=["\ufeffa b\nc"], number=2)
@example(texts=["a b\rc d\r" * 9 + "\n", "e\n"], number=3)
@example(texts=["a\n\n\n\n\n\n", "\n\nb c"], number=5)
def test_any_text(tmp_path_factory, texts, number):
    folder = tmp_path_factory.mktemp("any")
    for i, text in enumerate(texts):
        (folder / f"{i}.txt").write_bytes(text.encode())
    if len(set("".join(texts).replace("\ufeff", "").split())) > 2:
        assert_equal(str(folder), number)
    else:
        assert outcome(w2v.encode, str(folder), ALL) == outcome(in_ranges, str(folder), number, TextOptions())


def test_the_vocabulary_is_chosen_as_ever(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("c b a\nb a\nd d d\n" * 5 + "e f\n")
    for wanted in (
        VocabularyConfig(min_count=5),
        VocabularyConfig(min_count=1, max_final_vocab=3),
        VocabularyConfig(min_count=6, keep=frozenset("e"), drop=frozenset("d")),
        w2v.encode([["a", "f", "z"]], ALL).vocabulary,
    ):
        assert_equal(str(path), 4, wanted=wanted)
    with pytest.raises(EmptyCorpusError, match="must contain words of the vocabulary: got 42 words, none of them"):
        in_ranges(str(path), 3, TextOptions(), w2v.encode([["x", "y"]], ALL).vocabulary)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "shift_jis", "utf-8-sig", "ascii", "cp037"])
def test_encodings(tmp_path, encoding):
    word = {"shift_jis": "表", "ascii": "e", "cp037": "é"}.get(encoding, "é")
    path = tmp_path / "a.txt"
    path.write_bytes(f"caf{word} au lait\nol{word} again\n".encode(encoding) * 40)
    options = TextOptions(encoding=encoding)
    assert_equal(str(path), 4, options)
    parts = [part for parts in divide_files([str(path)], 4, options) for part in parts]
    assert (len(parts) == 4) == (encoding in ("latin-1", "cp1252", "ascii"))


def test_what_is_no_text_is_refused_with_its_place(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"good words\n" * 100 + b"bad \xff word\n" + b"good words\n" * 100)
    with pytest.raises(TextEncodingError, match=r"got invalid UTF-8 .0xff. at byte 1104"):
        in_ranges(str(path), 4, TextOptions())
    assert_equal(str(path), 4, TextOptions(errors="replace"))
    (tmp_path / "b.txt").write_bytes(b"PK\x03\x04" + bytes(9999))
    with pytest.raises(CorpusError, match="must be plain text: got"):
        divide_files([str(tmp_path / "b.txt")], 4, TextOptions())
    with pytest.raises(ConfigError, match=r"standard input.*can be read only once; save it to a file"):
        divide_files(["-"], 2, TextOptions())
    with pytest.raises(CorpusError, match="No such file"):
        divide_files([str(tmp_path / "none.txt")], 2, TextOptions())


def test_a_file_that_became_shorter_is_noticed(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("some words\n" * 100)
    part = divide_files([str(path)], 2, TextOptions())[1]
    path.write_text("some words\n" * 60)
    with pytest.raises(CorpusChangedError, match="has become 440 bytes shorter"):
        read_range(part, TextOptions())


def test_lines_that_are_too_long_are_not_searched_to_their_end(tmp_path, monkeypatch):
    monkeypatch.setattr("w2v.corpus.file_parts.LONGEST_SEARCH", 1 << 17)
    path = tmp_path / "a.txt"
    path.write_text("word " * 100_000 + "\nend of it\n")
    assert after_line_feed(str(path), 5, 500_011) == 0
    assert after_line_feed(str(path), 400_000, 500_011) == 500_001
    assert after_line_feed(str(path), 500_010, 500_011) == 500_011
    assert [len(parts) for parts in divide_files([str(path)], 4, TextOptions())] == [0, 0, 1, 1]
    assert_equal(str(path), 4)


@contextmanager
def memory_files():
    files = pytest.importorskip("fsspec").filesystem("memory")
    files.store.clear()
    yield files
    files.store.clear()


def test_addresses(world, tmp_path):
    with memory_files() as files:
        files.pipe("/texts/a.txt", world.read_bytes()[:50_000])
        files.pipe("/texts/b.txt.gz", gzip.compress(b"packed words\n" * 99))
        files.pipe("/texts/c.txt", b"")
        for number in NUMBERS:
            assert_equal("memory://texts", number)
        assert_equal(f"file://{world}", 3)
        parts = divide_files(["memory://texts/a.txt"], 3, TextOptions())
        assert [part.cut is not None for range_ in parts for part in range_] == [True] * 3
        files.pipe("/texts/a.txt", b"shorter\n")
        with pytest.raises(CorpusChangedError, match="shorter"):
            read_range(parts[1], TextOptions())


def test_parquet_is_divided_between_row_groups(tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    texts = [f"the {i % 7} cat {i % 11}\nsat on {i % 3}" for i in range(300)]
    columns = {"text": texts, "words": [text.split() for text in texts], "ids": [[i % 5, i % 7] for i in range(300)]}
    for name, group in (("a", 40), ("b", 1000)):
        pq.write_table(pa.table(columns), tmp_path / f"{name}.parquet", row_group_size=group)
    for column in columns:
        for number in NUMBERS:
            assert_equal(str(tmp_path), number, TextOptions(column=column))
    assert_equal(str(tmp_path), 3, TextOptions("words", column="text"))
    ranges = divide_files(find_sources(str(tmp_path)), 4, TextOptions(column="text"))
    assert [[(part.source[-9], part.cut) for part in parts] for parts in ranges] == [
        [("a", (0, 3))],
        [("a", (3, 6))],
        [("a", (6, 8))],
        [("b", None)],
    ]


def test_tables_of_lines_stay_whole(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text('{"text": "one two two"}\n{"text": "three"}\n' * 20)
    assert_equal(str(tmp_path), 5, TextOptions(column="text"))


def test_columns_of_several_kinds_are_refused(tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table({"x": ["a b", "c"]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"x": [["a", "b"], ["c"]]}), tmp_path / "b.parquet")
    with pytest.raises(ConfigError, match="must hold values of one kind"):
        in_ranges(str(tmp_path), 2, TextOptions(column="x"))


@settings(deadline=None)
@given(parts=st.lists(st.lists(st.sampled_from(["a", "b", "the", "é", "x" * 300])), max_size=5))
def test_tables_of_words_leave_their_process(parts):
    whole, merged, place = WordTable(), WordTable(), 0
    for number, words in enumerate(parts):
        one = WordTable()
        text = " ".join(words).encode()
        whole.scan(text, number << 32)
        one.scan(text, 0)
        order = np.argsort(one.first_seen(), kind="stable")
        data, ends = one.dump(order)
        merged.load(data, ends, one.counts()[order], place)
        place += len(order)
    assert len(whole) == len(merged)
    order = [np.argsort(table.first_seen(), kind="stable") for table in (whole, merged)]
    assert [whole.word(i) for i in order[0]] == [merged.word(i) for i in order[1]]
    np.testing.assert_array_equal(whole.counts()[order[0]], merged.counts()[order[1]])


def test_a_damaged_table_is_refused():
    table = WordTable()
    data, one = np.frombuffer(b"ab", np.uint8), np.ones(1, np.int64)
    for words, ends, counts in (
        (data, one, one),
        (data, 2 * one, np.ones(2, np.int64)),
        (data, 3 * one, one),
        (data, np.array([2, 1]), np.ones(2, np.int64)),
        (data, np.array([0, 2]), np.ones(2, np.int64)),
    ):
        with pytest.raises(ValueError, match="do not fit together"):
            table.load(words, ends, counts, 0)
    with pytest.raises(IndexError, match="word index must be in"):
        table.dump(np.zeros(1, np.int64))


def test_a_part_says_what_it_is():
    assert FilePart("a.txt", (3, 9), 20) == FilePart("a.txt", (3, 9))


def test_parts_say_how_many_bytes_they_are(tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    rows = pa.table({"text": [f"{number} words of a row" for number in range(1000)]})
    pq.write_table(rows, tmp_path / "t.parquet", row_group_size=100)
    for name in ("a.txt", "b.txt", "c.txt.gz"):
        text = b"some words of a line\n" * 300
        (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    plain = [str(tmp_path / name) for name in ("a.txt", "b.txt")]
    for sources, options, slack in (
        (plain, TextOptions(), 0),
        ([str(tmp_path / "t.parquet")], TextOptions(column="text"), 4),
    ):
        ranges = divide_files(sources, 4, options)
        sizes = [sum(part.size for part in parts) for parts in ranges]
        total = sum((tmp_path / source).stat().st_size for source in sources)
        assert total - slack <= sum(sizes) <= total
        assert min(sizes) > total / 6
    whole = divide_files([str(tmp_path / "c.txt.gz")], 2, TextOptions())
    assert expected_disk(whole[0] + whole[1]) == pytest.approx(3 * 0.8 * (tmp_path / "c.txt.gz").stat().st_size)
    assert expected_disk(divide_files(plain, 1, TextOptions())[0]) == pytest.approx(0.8 * 2 * 6300)
