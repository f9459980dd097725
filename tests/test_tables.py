"""One column of a table as a corpus: files and objects of every kind give what the same texts or lists give."""

import csv
import gzip
import io
import json
import re
import sys
import warnings
from contextlib import suppress

import numpy as np
import pytest

import w2v
from w2v import TextOptions, VocabularyConfig, Word2Vec, encode
from w2v.cli.main import main
from w2v.compression import OPENERS
from w2v.errors import (
    ConfigError,
    CorpusError,
    CorpusTypeError,
    CorpusWarning,
    EmptyCorpusError,
    MissingExtraError,
    TextEncodingError,
)

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

ALL = VocabularyConfig(min_count=1)
WORDS = TextOptions("words", column="text")
TEXTS = ["The cat, and the dog.", "A Cat!\nTwo dogs", "", "naïve\u00a0cats", 'a "quoted"; one, and\ttab'] * 3
LISTS = [["the", "cat"], [], ["a", "naïve cat", "the"], ["dog"]] * 3
IDS = [[7, 3, 7], [], [3, 2**40, 11], [7]] * 3


def sentences_of(corpus):
    words = corpus.vocabulary.words
    bounds = zip(corpus.offsets[:-1], corpus.offsets[1:], strict=True)
    return [[words[i] for i in corpus.tokens[a:b]] for a, b in bounds]


def same(corpus, expected):
    assert sentences_of(corpus) == sentences_of(expected)
    assert corpus.vocabulary.words == expected.vocabulary.words  # ties too
    assert corpus.vocabulary.counts.tolist() == expected.vocabulary.counts.tolist()
    assert corpus.vocabulary.numbers == expected.vocabulary.numbers
    assert corpus.ledger == expected.ledger


# ----------------------------------------------------------------------------------------------------------------- files


def rows(values):
    return [{"id": i, "text": value} for i, value in enumerate(values)]


def as_json(path, values, opened=open):
    with opened(path, "wt", encoding="utf-8") as file:
        for i, row in enumerate(rows(values)):
            file.write(json.dumps(row, ensure_ascii=bool(i % 2)) + "\n" * (1 + (i == 2)))  # and a blank line


def as_csv(path, values, opened=open, delimiter=",", encoding="utf-8", quoting=csv.QUOTE_MINIMAL):
    with opened(path, "wt", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, ["id", "text"], delimiter=delimiter, quoting=quoting)
        writer.writeheader()
        writer.writerows(rows(values))


def table(values, kind=None):
    return pa.table({"id": range(len(values)), "text": pa.array(values, kind)})


def as_stream(path, values):
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table(values).schema) as writer:
        writer.write_table(table(values), max_chunksize=4)


def as_file(path, values):
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table(values).schema) as writer:
        writer.write_table(table(values), max_chunksize=4)


FILES = {
    "t.jsonl": as_json,
    "t.ndjson.gz": lambda path, values: as_json(path, values, gzip.open),
    "t.csv": as_csv,
    "t.CSV.gz": lambda path, values: as_csv(path, values, gzip.open),
    "bom.csv": lambda path, values: as_csv(path, values, encoding="utf-8-sig"),
    "semicolon.csv": lambda path, values: as_csv(path, values, delimiter=";"),
    "quoted.csv": lambda path, values: as_csv(path, values, delimiter=";", quoting=csv.QUOTE_ALL),
    "bar.csv": lambda path, values: as_csv(path, values, delimiter="|"),
    "t.tsv": lambda path, values: as_csv(path, values, delimiter="\t"),
    "t.parquet": lambda path, values: pq.write_table(table(values), path, row_group_size=4),
    "t.pq": lambda path, values: pq.write_table(table(values, pa.large_string()), path, compression="zstd"),
    "t.arrow": as_stream,
    "t.feather": as_file,
}


@pytest.mark.parametrize("name", FILES)
def test_texts_in_files(tmp_path, name):
    path = tmp_path / name
    FILES[name](path, TEXTS)
    expected = encode(iter(TEXTS), ALL, TextOptions("words"))
    corpus = encode(path, ALL, WORDS)
    same(corpus, expected)
    assert corpus.sources == (str(path),)
    assert corpus.text == WORDS
    with pytest.warns(CorpusWarning, match="is read twice"):
        twice = encode([path, str(path)], ALL, WORDS)
    same(twice, encode(iter(TEXTS * 2), ALL, TextOptions("words")))
    by_space = encode(path, ALL, TextOptions(column="text"))  # as a file of text is split by default
    assert by_space.vocabulary.words == encode(iter(TEXTS), ALL, TextOptions("whitespace")).vocabulary.words
    with pytest.raises(CorpusError, match=r"got no column; pass column=.NAME., one of 'id', 'text'"):
        encode(path, ALL)
    with pytest.raises(CorpusError, match=r"must (have|be a header with) the column 'body': got 'id', 'text'"):
        encode(path, ALL, TextOptions("words", column="body"))
    model = Word2Vec(
        corpus_file=path, column="text", tokenizer="words", min_count=1, vector_size=4, epochs=1, workers=1
    )
    assert set(model.wv.index_to_key) == set(expected.vocabulary.words)


LIST_FILES = [name for name in FILES if "csv" not in name.lower() and name not in ("t.tsv", "t.pq")]


@pytest.mark.parametrize("name", LIST_FILES)
@pytest.mark.parametrize("values", [LISTS, IDS], ids=["words", "ids"])
def test_lists_in_files(tmp_path, name, values):
    FILES[name](tmp_path / name, values)
    same(encode(tmp_path / name, ALL, TextOptions(column="text")), encode(values, ALL))


def test_a_folder_of_shards(tmp_path):
    for i in range(3):
        pq.write_table(table(TEXTS[i::3]), tmp_path / f"part-{i}.parquet")
    (tmp_path / "_SUCCESS").touch()
    (tmp_path / ".crc").write_text("x")
    expected = encode(iter([*TEXTS[0::3], *TEXTS[1::3], *TEXTS[2::3]]), ALL, TextOptions("words"))
    same(encode(tmp_path, ALL, WORDS), expected)
    cached = [encode(tmp_path, ALL, WORDS, cache=tmp_path / "cache") for _ in range(2)]
    assert [corpus.from_cache for corpus in cached] == [False, True]
    for corpus in cached:
        same(corpus, expected)
        assert corpus.text == WORDS
    with pytest.raises(CorpusError, match="must hold texts"):
        encode(tmp_path, ALL, TextOptions(column="id"), cache=tmp_path / "cache")  # another column, another entry
    (tmp_path / "README.md").write_text("words")
    with pytest.raises(ConfigError, match=r"column must be left out for a file that is not a table .*README.md"):
        encode(tmp_path, ALL, WORDS)
    (tmp_path / "README.md").rename(tmp_path / "more.jsonl")
    with pytest.raises(ConfigError, match=r"must have one format in a corpus: got .* and .*; pass them"):
        encode(tmp_path, ALL, WORDS)


def test_nested_columns(tmp_path):
    nested = [{"id": 1, "doc": {"body": {"en": text}, "n": 2}} for text in TEXTS]
    expected = encode(iter(TEXTS), ALL, TextOptions("words"))
    pq.write_table(pa.Table.from_pylist(nested), tmp_path / "t.parquet")
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, nested)))
    options = TextOptions("words", column="doc.body.en")
    frames = [pa.Table.from_pylist(nested), pl.DataFrame(nested), nested]
    for corpus in (tmp_path / "t.parquet", tmp_path / "t.jsonl", *frames):
        same(encode(corpus, ALL, options), expected)
        for wrong in ("doc.body.fr", "doc.body.en.x", "doc."):
            with pytest.raises(CorpusError, match=r"the column|one column"):
                encode(corpus, ALL, TextOptions("words", column=wrong))
        with pytest.raises(CorpusError):
            encode(corpus, ALL, TextOptions("words", column="doc"))
    pq.write_table(pa.table({"a.b": TEXTS}), tmp_path / "dot.parquet")
    same(encode(tmp_path / "dot.parquet", ALL, TextOptions("words", column="a.b")), expected)


BAD_JSON = {
    '{"text": "a"}\n\n{"body": "b"}\n': r"line 3 of '.*' must have the column 'text': got 'body'; pass column=",
    '{"text": "a"}\n{"text": null}\n': r"line 2 of '.*': 'text' must be .*: got null \(a missing value\?\)",
    '{"text": "a"}\n{"text": NaN}\n': r"line 2 of '.*': 'text' must be .*: got NaN",
    '{"text": "a"}\n{"text": 5}\n': r"line 2 of '.*': 'text' must be a string or a list of words: got 5",
    '{"text": "a"}\n{"text": {"x": 1}}\n': r"line 2 of '.*': .* got \{\"x\": 1\}",
    '{"text": "a"}\n{"text": ["b"]}\n': r"all strings or all lists of words: got \['b'\] as row 1 of '.*'",
    '{"text": ["a"]}\n{"text": "b"}\n': r"row 1 of '.*' must be a list of words, not a string",
    '{"text": ["a"]}\n{"text": ["b", 5]}\n': r"got 5 in row 1 of '.*'",
    '{"text": ["a"]}\n{"text": [null]}\n': r"got None in row 1 of '.*'",
    '{"text": [1]}\n{"text": [2, -3]}\n': r"from 0 to 2\*\*63 - 1: got -3 in row 1 of '.*'",
    '{"text": "a"}\nplain words\n': r"line 2 of '.*' must be a JSON object: got 'plain words'",
    '[{"text": "a"}]\n': r"line 1 of '.*' must be a JSON object: got .*; write one object per line, as jq",
    '{"text": "a\\u0000b"}\n': r"row 0 of '.*' must be text: got a NUL",
    '{"text": "\\ud800"}\n': r"row 0 of '.*' must be valid Unicode",
    "": "must contain words: got none",
    "\n \n": "must contain words: got none",
}


@pytest.mark.parametrize("content", BAD_JSON)
def test_json_that_is_no_column(tmp_path, content):
    path = tmp_path / "t.jsonl"
    path.write_text(content)
    with pytest.raises(CorpusError, match=BAD_JSON[content]):
        encode(path, ALL, TextOptions(column="text"))


BAD_CSV = {
    "id,text\n1,a\n2,b,c\n": r"line 3 of '.*': a row must have 2 fields, as the header has: got 3; put fields",
    "id,text\n1\n": r"line 2 of '.*': a row must have 2 fields, .* got 1",
    "1,some words\n2,more\n": r"line 1 of '.*' must be a header with the column 'text': got '1', 'some words'",
    "text,text\na,b\n": r"line 1 of '.*' must name the column 'text' once: got it 2 times",
    'id,text\n1,"a "b" c"\n': r"line 2 of '.*': cannot read a row .*; close quotation marks",
    'id,text\n1,"a\n2,b\n': r"line 3 of '.*': cannot read a row .*; close quotation marks",
    "id,text\n1,a\0b\n": r"row 0 of '.*' must be text: got a NUL",
    "": r"must be a header with the column 'text': got none",
    "id,text\n": "must contain words: got none",
}


@pytest.mark.parametrize("content", BAD_CSV)
def test_csv_that_is_no_column(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_text(content)
    before = csv.field_size_limit()
    with pytest.raises(CorpusError, match=BAD_CSV[content]):
        encode(path, ALL, TextOptions(column="text"))
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("name", ["t.json", "t.csv"])
def test_an_endless_line_is_not_taken_into_memory(tmp_path, monkeypatch, name):
    monkeypatch.setattr("w2v.corpus.lines.LONGEST_LINE", 1 << 20)
    line, text = (1, '{{"text": "{}"}}') if name == "t.json" else (2, "text\n{}")
    (tmp_path / name).write_text(text.format("a b " * 200_000))
    assert len(encode(tmp_path / name, ALL, WORDS).tokens) == 400_000
    (tmp_path / name).write_text(text.format("a b " * 800_000))
    with pytest.raises(CorpusError, match=rf"line {line} of .* at most 1 MiB: .* one row per line"):
        encode(tmp_path / name, ALL, WORDS)


def test_csv_of_one_column_and_of_long_fields(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("text\na b\n\nc; d\n" + "word " * 100_000 + "\n")
    assert encode(path, ALL, TextOptions(column="text")).ledger.tokens == 4 + 100_000
    path.write_text('"text"\n"a, b"\n')
    assert sentences_of(encode(path, ALL, WORDS)) == [["a", "b"]]


def test_the_encoding_of_tables_of_text(tmp_path):
    for encoding in ("latin-1", "utf-16", "utf-16-le"):
        as_csv(tmp_path / "t.csv", ["café au lait"], encoding=encoding)
        options = TextOptions("words", column="text", encoding=encoding)
        assert sentences_of(encode(tmp_path / "t.csv", ALL, options)) == [["café", "au", "lait"]]
    as_csv(tmp_path / "t.csv", ["plain words", "café au lait"], encoding="latin-1")
    with pytest.raises(TextEncodingError, match=r"line 3 of '.*t.csv' must be UTF-8 text: .* \(0xe9\); .*encoding="):
        encode(tmp_path / "t.csv", ALL, WORDS)
    corpus = encode(tmp_path / "t.csv", ALL, TextOptions("words", "replace", column="text"))
    assert corpus.ledger.replaced == 1


def test_lines_longer_than_a_block(tmp_path, monkeypatch):
    monkeypatch.setattr("w2v.corpus.lines.READ_BYTES", 7)
    as_json(tmp_path / "t.jsonl", TEXTS)
    as_csv(tmp_path / "t.csv", TEXTS, encoding="utf-8-sig")
    for name in ("t.jsonl", "t.csv"):
        same(encode(tmp_path / name, ALL, WORDS), encode(iter(TEXTS), ALL, TextOptions("words")))


def test_parquet_that_is_no_column(tmp_path):
    path = tmp_path / "t.parquet"
    for values, message in (
        (["a b", None], r"row 1 of '.*' must be a text or a list of words: got null"),
        ([["a"], None], r"row 1 of '.*' must be .*: got null"),
        ([["a"], ["b", None]], r"row 1 of '.*' must be a list without missing words: got null"),
        ([["a"], ["b", ""]], r"at least one character: got '' in row 1 of '.*'"),
        ([[1], [2, -5]], r"got -5 in row 1 of '.*'"),
        ([1.5, 2.5], "must hold texts, lists of words or lists of integers: got values of the Arrow type double"),
        ([[1.5], [2.5]], "Arrow type list<.*: double>"),
        ([[["a"]], [["b"]]], "Arrow type list<"),
        ([b"a", b"b"], "Arrow type binary; decode them"),
        (["a", "b\0"], r"row 1 of '.*' must be text: got a NUL"),
        ([None, None], r"row 0 of '.*' must be .*: got null"),
    ):
        pq.write_table(table(values), path)
        with pytest.raises(CorpusError, match=message):
            encode(path, ALL, TextOptions(column="text"))
    path.write_bytes(path.read_bytes()[:-20])
    for options in (TextOptions(), WORDS):
        with pytest.raises(CorpusError, match=r"cannot read corpus .*: it is damaged, or not what its name says"):
            encode(path, ALL, options)


def test_row_groups_are_read_one_after_another(tmp_path, monkeypatch):
    path = tmp_path / "t.parquet"
    pq.write_table(table([f"w{i} common" for i in range(50_000)]), path, row_group_size=20_000)
    sizes = []
    from w2v.corpus import count

    blocks = count.text_blocks
    monkeypatch.setattr(
        count, "text_blocks", lambda parts, errors: blocks((sizes.append(len(p.array)) or p for p in parts), errors)
    )
    corpus = encode(path, ALL, WORDS)
    assert corpus.ledger.tokens == 100_000 + 50_000  # "w1" is "w", "1"
    assert max(sizes) <= 8192
    assert sum(sizes) == 50_000


# --------------------------------------------------------------------------------------------------------------- objects


def chunked(values, kind=None):
    array = pa.array([*values[:1], *values], kind).slice(1)  # an offset that is not 0
    return pa.chunked_array([array.slice(0, 3), array.slice(3, 0), array.slice(3)])


class Capsule:
    """An object of an unknown library that has Arrow's interface alone."""

    def __init__(self, array):
        self.array = array

    def __arrow_c_stream__(self, requested_schema=None):
        return self.array.__arrow_c_stream__(requested_schema)


COLUMNS = {
    "pandas": pd.Series,
    "pandas, other index": lambda v: pd.Series(v, index=range(100, 100 + len(v))),
    "pandas objects": lambda v: pd.Series(v, dtype=object),
    "pandas categorical": lambda v: pd.Series(v, dtype="category"),
    "pandas arrow": lambda v: pd.Series(v, dtype=pd.ArrowDtype(pa.string())),
    "polars": pl.Series,
    "polars categorical": lambda v: pl.Series(v, dtype=pl.Categorical),
    "arrow": pa.array,
    "arrow chunks": chunked,
    "arrow large": lambda v: chunked(v, pa.large_string()),
    "arrow view": lambda v: chunked(v, pa.string_view()),
    "arrow dictionary": lambda v: pa.array(v).dictionary_encode(),
    "arrow runs": lambda v: pa.compute.run_end_encode(pa.array(v)),
    "capsule": lambda v: Capsule(chunked(v)),
    "iterator of arrow scalars": lambda v: iter(pa.array(v)),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_columns_of_texts(kind):
    expected = encode(iter(TEXTS), ALL, TextOptions("words"))
    same(encode(COLUMNS[kind](TEXTS), ALL, TextOptions("words")), expected)
    model = Word2Vec(COLUMNS[kind](TEXTS), tokenizer="words", min_count=1, vector_size=4, epochs=1, workers=1)
    assert set(model.wv.index_to_key) == set(expected.vocabulary.words)
    with pytest.raises(
        CorpusTypeError, match=r'sentences\[0\] must be a list of words, not a string.*tokenizer="words"'
    ):
        encode(COLUMNS[kind](TEXTS), ALL)
    with pytest.raises(
        ConfigError, match="column must be left out for a corpus that is not a table: got column='text'"
    ):
        encode(COLUMNS[kind](TEXTS), ALL, WORDS)


def test_a_column_whose_library_exports_it_wrongly_is_read_item_by_item():
    class Wrong(list):
        def __arrow_c_stream__(self, requested_schema=None):
            raise OSError("The iterator produced an item of data type UInt32")

    same(encode(Wrong(TEXTS), ALL, TextOptions("words")), encode(iter(TEXTS), ALL, TextOptions("words")))


LIST_COLUMNS = {
    "pandas": pd.Series,
    "polars": pl.Series,
    "arrow": chunked,
    "arrow large": lambda v: chunked(v, pa.large_list(pa.array(v[0]).type)),
    "arrow views": lambda v: chunked(v, pa.list_view(pa.array(v[0]).type)),
    "arrow dictionary": lambda v: pa.chunked_array(
        [pa.ListArray.from_arrays(c.offsets, c.values.dictionary_encode()) for c in [pa.array(v)]]
    ),
    "capsule": lambda v: Capsule(chunked(v)),
}


@pytest.mark.parametrize("kind", LIST_COLUMNS)
@pytest.mark.parametrize("values", [LISTS, IDS], ids=["words", "ids"])
def test_columns_of_lists(kind, values):
    same(encode(LIST_COLUMNS[kind](values), ALL), encode(values, ALL))


def test_lists_of_one_length_and_views_of_words():
    pairs = [["a", "b"], ["b", "c"], ["c", "a"]]
    fixed = pa.array(pairs, pa.list_(pa.string(), 2))
    same(encode(fixed.slice(1), ALL), encode(pairs[1:], ALL))
    same(encode(pl.Series(pairs, dtype=pl.Array(pl.String, 2)), ALL), encode(pairs, ALL))
    same(encode(pa.array(pairs, pa.list_(pa.string_view())), ALL), encode(pairs, ALL))
    for kind in (pa.int8(), pa.uint16(), pa.uint64()):
        same(encode(pa.array([[1, 2], [2]], pa.list_(kind)), ALL), encode([[1, 2], [2]], ALL))
    unused = pa.DictionaryArray.from_arrays([2, 1], ["x", "a", "b"])  # "x" does not occur, and "b" comes first
    same(encode(pa.ListArray.from_arrays([0, 2], unused), ALL), encode([["b", "a"]], ALL))


def test_words_that_are_not_utf_8_are_an_error_of_ours():
    offsets, data = pa.py_buffer(np.int32([0, 1, 3])), pa.py_buffer(b"a\x8b\xff")
    words = pa.StringArray.from_buffers(2, offsets, data)
    with pytest.raises(w2v.errors.TextEncodingError, match=r"must be UTF-8: got b'.x8b.xff'"):
        encode(pa.ListArray.from_arrays([0, 2], words), ALL)


def test_missing_values_are_named_by_their_row():
    for corpus, row in (
        (pd.Series(["a b", None, "c"]), 1),
        (pd.Series(["a b", None, "c"], index=[7, 8, 9]), 1),
        (pd.Series(["a b", float("nan")], dtype=object), 1),
        (pd.Series(["a b", 1.5], dtype=object), 1),
        (pd.Series(["a", None], dtype="category"), 1),
        (pl.Series(["a b", "c", None]), 2),
        (pa.chunked_array([["a"], ["b", None]]), 2),
        (pa.array(["a", "b", None]).slice(1), 1),
        (pa.array(["a", None]).dictionary_encode(), 1),
        (pa.chunked_array([[], [None]], pa.string()), 0),
        (["a b", None], 1),
    ):
        with pytest.raises(CorpusTypeError, match=rf"sentences\[{row}\]"):
            encode(corpus, ALL, TextOptions("words"))
    for corpus, row in (
        (pd.Series([["a"], None]), 1),
        (pl.Series([["a"], None]), 1),
        (pa.array([["a"], ["b"], ["c", None]]), 2),
        (pa.array([["a"], ["b"], ["c", None]]).slice(1), 1),
        (pa.array([[1], [None]]), 1),
    ):
        with pytest.raises(CorpusTypeError, match=rf"sentences\[{row}\]"):
            encode(corpus, ALL)


def test_no_rows_and_no_chunks():
    for corpus in (
        pa.chunked_array([], pa.string()),
        pa.array([], pa.string()),
        pa.array([], pa.null()),
        pa.array([[], []]),
        pd.Series([], dtype=object),
        pl.Series([], dtype=pl.String),
        iter([]),
    ):
        with pytest.raises(w2v.errors.EmptyCorpusError, match="must contain words: got none"):
            encode(corpus, ALL, TextOptions("words"))


FRAMES = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "arrow": pa.table,
    "record batch": lambda data: pa.RecordBatch.from_pydict(data),
    "reader": lambda data: pa.table(data).to_reader(),
    "capsule": lambda data: Capsule(pa.table(data)),
    "records": lambda data: [dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True)],
    "generator": lambda data: iter(FRAMES["records"](data)),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_tables_whole(kind):
    make = FRAMES[kind]
    data = {"n": list(range(len(TEXTS))), "text": TEXTS, "mixed": ["a"] * (len(TEXTS) - 1) + ["b"]}
    same(encode(make(data), ALL, WORDS), encode(iter(TEXTS), ALL, TextOptions("words")))
    model = Word2Vec(make(data), column="text", tokenizer="words", min_count=1, vector_size=4, epochs=1, workers=1)
    assert model.metadata()["text"] == {"tokenizer": "words", "errors": "strict", "encoding": "utf-8", "column": "text"}
    for values in (LISTS, IDS):
        same(encode(make({"x": range(len(values)), "w": values}), ALL, TextOptions(column="w")), encode(values, ALL))
    with pytest.raises(CorpusError, match=r"the column 'body'|one column 'body'"):
        encode(make(data), ALL, TextOptions("words", column="body"))
    with pytest.raises(CorpusError, match=r"'n', 'text'|got the dict"):
        encode(make(data), ALL, TextOptions("words"))
    with pytest.raises(CorpusError):
        encode(make(data), ALL, TextOptions("words", column="n"))


def test_tables_with_odd_columns():
    frame = pd.DataFrame([["a b", "c"]], columns=["text", "text"])
    with pytest.raises(CorpusError, match="must have one column 'text': got 'text', 'text'"):
        encode(frame, ALL, WORDS)
    with pytest.raises(CorpusError, match="must have one column 'text': got 2"):
        encode(pa.Table.from_arrays([pa.array(["a"])] * 2, ["text", "text"]).to_reader(), ALL, WORDS)
    assert encode(pd.DataFrame([["a b", "c"]]), ALL, TextOptions("words", column="0")).vocabulary.words == ["b", "a"]
    mixed = pd.DataFrame({"text": ["a b", "c"], "other": [1, "x"]})  # Arrow has no type for the other column
    assert len(encode(mixed, ALL, WORDS).vocabulary) == 3
    with pytest.raises(CorpusTypeError, match=r"got a query \(LazyFrame\); pass its collect\(\)"):
        encode(pl.DataFrame({"text": ["a"]}).lazy(), ALL, WORDS)
    with pytest.raises(CorpusTypeError, match=r"got a dict of 'text'; pass its values\(\), or one of them"):
        encode({"text": TEXTS}, ALL, WORDS)
    with pytest.raises(CorpusTypeError, match=r"sentences\[1\] must have the column 'text': got 'body'"):
        encode([{"text": "a b"}, {"body": "c"}], ALL, WORDS)
    with pytest.raises(ConfigError, match=r"got column='text' and list \['a'\] as sentences\[0\]"):
        encode([["a"]], ALL, WORDS)
    with pytest.raises(ConfigError, match="column must be left out for a pair of arrays"):
        encode((np.arange(3), np.array([0, 3])), ALL, WORDS)
    with pytest.raises(ConfigError, match="as_lines and column must not be given both"):
        TextOptions(column="text", as_lines=True)
    for wrong in ("", 5, ["text"]):
        with pytest.raises(ConfigError, match="column must be the name of a column"):
            TextOptions(column=wrong)


def test_a_model_knows_its_column(tmp_path):
    frame = pd.DataFrame({"text": TEXTS, "other": ["x y"] * len(TEXTS)})
    model = Word2Vec(frame, column="text", tokenizer="words", min_count=1, vector_size=4, epochs=1, workers=1)
    model.train(frame)
    model.save(tmp_path / "m.safetensors")
    again = Word2Vec.load(tmp_path / "m.safetensors")
    assert again.column == "text"
    again.train(frame)
    again.tokenizer = None
    with pytest.raises(ConfigError, match="column must be left out"):
        again.train([["the", "cat"]])
    again.column = again.tokenizer = None
    again.train([["the", "cat"]] * 50)
    model.column = "other"
    with pytest.raises(CorpusError, match="none of them in it"):  # not the kept corpus of the other column
        model.train(frame)


# -------------------------------------------------------------------------------------------- Hugging Face, DuckDB, others


def test_hugging_face_datasets():
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    dataset = datasets.Dataset.from_dict(
        {"n": range(len(TEXTS)), "text": TEXTS, "w": [LISTS[i % 4] for i in range(15)]}
    )
    expected = encode(iter(TEXTS), ALL, TextOptions("words"))
    nested = datasets.Dataset.from_list([{"doc": {"body": text}} for text in TEXTS])
    for corpus in (dataset, dataset.to_iterable_dataset(), dataset.to_iterable_dataset(num_shards=3)):
        same(encode(corpus, ALL, WORDS), expected)
        same(encode(corpus, ALL, TextOptions(column="w")), encode([LISTS[i % 4] for i in range(15)], ALL))
        with pytest.raises(CorpusError, match="got a dataset with the columns 'n', 'text', 'w'; name it"):
            encode(corpus, ALL, TextOptions("words"))
        with pytest.raises(CorpusError, match="must have the column 'body'"):
            encode(corpus, ALL, TextOptions("words", column="body"))
    same(encode(dataset["text"], ALL, TextOptions("words")), expected)
    same(encode(list(dataset["w"]), ALL), encode(dataset["w"], ALL))
    same(
        encode(dataset.select([4, 2, 0]), ALL, WORDS),
        encode(iter([TEXTS[i] for i in (4, 2, 0)]), ALL, TextOptions("words")),
    )
    same(encode(nested, ALL, TextOptions("words", column="doc.body")), expected)
    same(encode(iter(dataset), ALL, WORDS), expected)
    stream = datasets.IterableDataset.from_generator(lambda: iter([{"text": text} for text in TEXTS]))
    same(encode(stream, ALL, WORDS), expected)
    with pytest.raises(CorpusError, match="got a table with the columns 'text'; name it"):
        encode(stream, ALL)
    with pytest.raises(CorpusTypeError, match=r"got a DatasetDict of 'train'; pass its values\(\), or one of them"):
        encode(datasets.DatasetDict({"train": dataset}), ALL, WORDS)
    with pytest.raises(CorpusTypeError, match=r"sentences\[1\] must be .* got null"):
        encode(datasets.Dataset.from_dict({"text": ["a", None]}), ALL, WORDS)
    model = Word2Vec(dataset["text"], tokenizer="words", min_count=1, vector_size=4, epochs=1, workers=1)
    assert len(model.wv) == len(expected.vocabulary)


def test_duckdb():
    duckdb = pytest.importorskip("duckdb")
    frame = pd.DataFrame({"n": range(len(TEXTS)), "text": TEXTS, "w": [LISTS[i % 4] for i in range(15)]})  # noqa: F841
    relation = duckdb.sql("select * from frame order by n")
    same(encode(relation, ALL, WORDS), encode(iter(TEXTS), ALL, TextOptions("words")))
    same(encode(relation, ALL, TextOptions(column="w")), encode([LISTS[i % 4] for i in range(15)], ALL))
    with pytest.raises(CorpusError, match=r"with the columns 'n', 'text', 'w'"):
        encode(relation, ALL, TextOptions("words"))


@pytest.mark.parametrize("text", [TextOptions(), TextOptions("words")], ids=["split", "text"])
@pytest.mark.parametrize("kind", [pa.string(), pa.list_(pa.string()), pa.list_(pa.int64()), pa.null()], ids=str)
def test_an_empty_column(kind, text):
    for column in (pa.array([], kind), pa.chunked_array([], kind)):
        with pytest.raises(EmptyCorpusError, match="must contain words: got none"):
            encode(column, ALL, text)


def test_without_pyarrow(tmp_path, monkeypatch):
    pq.write_table(table(TEXTS), tmp_path / "t.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r'pyarrow is not installed; pip install "w2v\[arrow\]"'):
        encode(tmp_path / "t.parquet", ALL, WORDS)
    expected = encode(iter(TEXTS), ALL, TextOptions("words"))
    for column in (pd.Series(TEXTS), pl.Series(TEXTS)):
        same(encode(column, ALL, TextOptions("words")), expected)
    for frame in (pd.DataFrame({"text": TEXTS}), pl.DataFrame({"text": TEXTS})):
        same(encode(frame, ALL, WORDS), expected)


# ---------------------------------------------------------------------------------------------------------- command line


def test_the_command_line(tmp_path, capsys, monkeypatch):
    out = str(tmp_path / "v.safetensors")
    train = ["train", "-o", out, "--min-count", "1", "--vector-size", "4", "--quiet", "--tokenizer", "words"]
    for name in ("t.parquet", "t.jsonl", "t.csv"):
        FILES[name](tmp_path / name, TEXTS)
        path = str(tmp_path / name)
        assert main([*train, path]) == 65
        message = capsys.readouterr().err
        assert "got no column; pass --column NAME, one of 'id', 'text'" in message
        assert "TextOptions" not in message
        assert main([*train, path, "--column", "text"]) == 0
        assert main(["info", out]) == 0
        assert re.search("^column +text$", capsys.readouterr().out, re.MULTILINE)
        assert main([*train, path, "--column", "body"]) == 65
        assert "pass --column NAME with one of these" in capsys.readouterr().err
    assert main([*train, path, "--column", "text", "--as-lines"]) == 2
    assert "--as-lines and --column must not be given both" in capsys.readouterr().err
    content = (tmp_path / "t.jsonl").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert main([*train, "-", "--column", "text"]) == 0
    (tmp_path / "plain.txt").write_text("a b c\n" * 9)
    assert main([*train, str(tmp_path / "plain.txt"), "--column", "text"]) == 2
    assert "--column must be left out for a file that is not a table" in capsys.readouterr().err
    assert main([*train, str(tmp_path / "missing one.txt")]) == 65
    assert "No such file" in capsys.readouterr().err


# --------------------------------------------------------------------------------------------------- lists of strings


def test_a_list_of_strings_is_texts_or_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "b.txt", "plain"):
        (tmp_path / name).write_text(f"from {name[0]}\n" * 2)
    words = TextOptions("words")
    same(encode(TEXTS, ALL, words), encode(iter(TEXTS), ALL, words))
    same(encode(tuple(TEXTS), ALL, words), encode(iter(TEXTS), ALL, words))
    assert sentences_of(encode(["a b", "c d"], ALL, TextOptions("whitespace"))) == [["a", "b"], ["c", "d"]]
    for paths in (["a.txt", "b.txt"], ["plain", "a.txt"], [tmp_path / "a.txt", "b.txt"]):
        for options in (words, TextOptions()):
            assert "from" in encode(paths, ALL, options).vocabulary.words
    with pytest.raises(CorpusError, match=r"cannot read corpus 'c.txt': No such file"):
        encode(["a.txt", "c.txt"], ALL, words)  # one of them is misspelt
    with pytest.raises(CorpusError, match=r"cannot read corpus 'c.txt'"):
        encode(["c.txt", "d.txt.gz"], ALL, words)  # all of them are
    with pytest.raises(
        ConfigError, match=r"all paths or all texts: got 'a.txt', a path, and 'the cat', .*; pass .*iter"
    ):
        encode(["the cat", "a.txt"], ALL, words)
    with pytest.raises(
        CorpusError, match=r"cannot read corpus 'the cat sat on the mat .*; if this is text itself, pass"
    ):
        encode(["the cat sat on the mat and the dog ran off"], ALL)
    for texts in (
        ["Preface", "It was a dark night."],
        ["Preface.", "Chapter one.", "It was No. 5 of them"],
        ["", "It was a dark night."],
        ["king", "queen"],
    ):
        with pytest.raises(
            CorpusError, match=r"corpus .*; if this is text itself, pass a list of texts and a tokenizer"
        ):
            encode(texts, ALL)
    for paths in (
        ["a.txt", "c.txt"],
        ["my text.txt", "plain"],
        ["corpus"],
        [tmp_path / "x", tmp_path / "y"],
        ["d/x", "d/y"],
    ):
        with pytest.raises(CorpusError, match=r"cannot read corpus '[^']+': No such file or directory$"):
            encode(paths, ALL)
    assert len(encode(["the cat sat", "-", "https://t.co/x", "x" * 5000], ALL, words).vocabulary) == 8
    assert len(encode(iter(["plain", "and a.txt"]), ALL, words).vocabulary) == 4


def test_every_compression_of_tables(tmp_path):
    data = json.dumps({"text": "some words"}).encode() + b"\n"
    for suffix in OPENERS:
        if suffix != ".zst":
            import bz2
            import lzma

            pack = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}[suffix]
            (tmp_path / f"t.jsonl{suffix}").write_bytes(pack(data))
            assert len(encode(tmp_path / f"t.jsonl{suffix}", ALL, WORDS).vocabulary) == 2
            (tmp_path / f"t.jsonl{suffix}").write_bytes(pack(data * 99)[:-9])
            with pytest.raises(CorpusError, match=r"damaged or unreadable"):
                encode(tmp_path / f"t.jsonl{suffix}", ALL, WORDS)


def warned(corpus, text):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read = encode(corpus, VocabularyConfig(min_count=1), text)
    return read, [str(w.message) for w in caught]


@pytest.mark.parametrize("delimiter", ["\t", ",", ";", "|"])
def test_a_quotation_mark_that_merges_rows_is_noticed(tmp_path, delimiter):
    path = tmp_path / "t.tsv"
    rows = [("id", "text"), ("1", "the cat"), ("2", '"the dog sat'), ("3", "a bird"), ("4", 'so it"'), ("5", "the end")]
    path.write_text("".join(delimiter.join(row) + "\n" for row in rows), encoding="utf-8")
    read, said = warned(str(path), WORDS)
    assert read.ledger.tokens == 13
    assert [re.sub("'.*t.tsv'", "F", message) for message in said] == [
        "lines 3 to 5 of F were read as one row, because a field begins with a quotation mark that is closed only there: if "
        "it is part of the text, put that field in quotation marks and double those inside"
    ]


@pytest.mark.parametrize(
    "content",
    [
        'id\ttext\n1\t"the cat\nsat, there"\n2\tso\n',
        'id,text\n1,"Dear Anna, dear Bob\nyes, I came\nand, well, no"\n2,so\n',
        'id,text\n1,"10, 20\n30, 40"\n2,so\n'.replace("10, 20\n30", "ten\nx"),
        'text,id\n"a, b\nc, d",1\n',
        'id\ttext\n1\t"a ""quoted"" word\nthere"\n\n2\tso\n',
    ],
)
def test_fields_of_several_lines_are_not(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_text(content, encoding="utf-8")
    assert warned(str(path), WORDS)[1] == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_excel_writes(tmp_path, end):
    path = tmp_path / "t.csv"
    for first, delimiter in (("sep=;", ";"), ('"sep=,"', ","), ("sep=\t", "\t"), ("\ufeffsep=;", ";"), ("SEP=^", "^")):
        lines = [first, f"id{delimiter}text", f"1{delimiter}the cat", f'2{delimiter}"a dog{end}sat"', ""]
        path.write_text(end.join(lines), encoding="utf-8", newline="")
        read, said = warned(str(path), WORDS)
        assert (sorted(read.vocabulary.words), said) == (["a", "cat", "dog", "sat", "the"], [])
        with pytest.raises(CorpusError, match=r"one of 'id', 'text'"):
            encode(str(path))


def test_empty_cells_are_texts_without_words(tmp_path):
    for name, content in {
        "t.csv": 'id,text\n1,the cat\n2,\n3,""\n4,a dog\n',
        "t.jsonl": '{"text": "the cat"}\n{"text": ""}\n{"text": "a dog"}\n',
    }.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        read, said = warned(str(tmp_path / name), WORDS)
        assert (read.ledger.sentences, said) == (2, [])


def test_workbooks_and_nested_columns_say_what_to_do(tmp_path):
    (tmp_path / "t.xlsx").write_bytes(b"PK\x03\x04....[Content_Types].xml xl/workbook.xml")
    for text in (WORDS, None):
        with pytest.raises(CorpusError, match=r"got an Excel workbook \(.xlsx\); save it as CSV .* column=.NAME."):
            encode(str(tmp_path / "t.xlsx"), text=text)
    row = {"text": [["a", "b"], ["c"]], "meta": {"body": "a b"}}
    (tmp_path / "t.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    pq.write_table(pa.Table.from_pylist([row] * 3), tmp_path / "t.parquet")
    for name in ("t.jsonl", "t.parquet"):
        with pytest.raises(CorpusError, match="; make each of the inner lists a"):
            encode(str(tmp_path / name), text=WORDS)
        with pytest.raises(CorpusError, match=r"; name a field inside.* \w+\.body$"):
            encode(str(tmp_path / name), text=TextOptions(column="meta"))
        with pytest.raises(CorpusError, match=r"pass column=.NAME. with one of these names"):
            encode(str(tmp_path / name), text=TextOptions(column="other"))
    with pytest.raises(CorpusError, match="make each of the inner lists a sentence"):
        encode([row["text"]])


def test_what_other_programs_write(tmp_path):
    (tmp_path / "t.json").write_text(
        json.dumps({"name": "x", "text": [{"id": 1, "text": "a b"}] * 3}), encoding="utf-8"
    )
    with pytest.raises(
        CorpusError, match=r"got a list of objects, .*; write each of them as a line, as jq -c '.text\[\]'"
    ):
        encode(str(tmp_path / "t.json"), text=WORDS)
    (tmp_path / "t.json").write_text(json.dumps({"text": "a b"}, indent=1), encoding="utf-8")
    with pytest.raises(CorpusError, match=r"jq -c '.NAME\[\]' with a list inside of an object"):
        encode(str(tmp_path / "t.json"), text=WORDS)
    (tmp_path / "t.tsv").write_text('text\tlabel\n"1"\t"the cat"\t1\n', encoding="utf-8")  # R's write.table
    with pytest.raises(CorpusError, match="name the first column too, as R does not"):
        encode(str(tmp_path / "t.tsv"), text=WORDS)
    folder = tmp_path / "saved"  # by save_to_disk of Hugging Face's datasets
    folder.mkdir()
    table = pa.table({"text": ["a b", "b c"] * 3})
    with (
        pa.OSFile(str(folder / "data-00000-of-00001.arrow"), "wb") as file,
        pa.ipc.new_stream(file, table.schema) as out,
    ):
        out.write_table(table)
    for name in ("dataset_info.json", "state.json"):
        (folder / name).write_text("{}", encoding="ascii")
    assert sorted(encode(str(folder), ALL, WORDS).vocabulary.words) == ["a", "b", "c"]


def arrow_file(path, column):
    with pa.ipc.new_file(path, pa.schema([("text", column.type)])) as file:
        file.write_table(pa.table({"text": column}))
    return bytearray(path.read_bytes())


@pytest.mark.parametrize("values", [TEXTS, LISTS, IDS], ids=["texts", "words", "ids"])
def test_offsets_beyond_an_arrow_file(tmp_path, values):
    """Arrow takes offsets as they stand, and ended the process, or read what is behind its memory."""
    path = tmp_path / "t.arrow"
    data = arrow_file(path, pa.array(values))
    last = int(np.cumsum([len(value.encode()) if isinstance(value, str) else len(value) for value in values])[-1])
    at = data.rindex(last.to_bytes(4, "little"))
    for wrong in (last + 1, 2**31 - 1, -1):
        data[at : at + 4] = wrong.to_bytes(4, "little", signed=True)
        path.write_bytes(data)
        with pytest.raises(CorpusError, match="it is damaged, or not what its name says"):
            encode(path, ALL, WORDS)


@pytest.mark.parametrize("name", ["t.arrow", "t.parquet"])
def test_any_damage_is_an_error_of_ours(tmp_path, name):
    path, rng = tmp_path / name, np.random.default_rng(5)
    if name == "t.arrow":
        whole = arrow_file(path, pa.array(LISTS))
    else:
        pq.write_table(table(LISTS), path)
        whole = bytearray(path.read_bytes())
    for _ in range(200):
        data = whole.copy()
        for at in rng.integers(0, len(data), rng.integers(1, 20)):
            data[at] = rng.integers(256)
        path.write_bytes(data)
        with suppress(CorpusError, ConfigError):
            encode(path, ALL, WORDS)


@pytest.mark.parametrize(
    ("name", "content", "column", "words"),
    [
        ("t.tsv", "text\nthe cat, the dog\na; b\n", "text", "the cat, the dog a; b"),  # one column
        ("t.tsv.gz", "text\nthe cat, the dog\n", "text", "the cat, the dog"),
        ("t.tsv", "text, raw\tid\nthe cat, so\t1\n", "text, raw", "the cat, so"),
        ("t.tsv", "id,text\n1,the cat\n", "text", "the cat"),  # commas all the same
        ("t.csv", "id\ttext\n1\tthe cat, so\n", "text", "the cat, so"),
        ("t.csv", "id;text\n1;the cat, so\n", "text", "the cat, so"),
        ("t.csv", "id|text\n1|the cat, so\n", "text", "the cat, so"),
        # Between tabs, what goes on after a second quotation mark is a field that is not quoted.
        ("t.tsv", 'id\ttext\n1\t"the" cat\n2\t"so, it"\n3\tthe "end"\n', "text", '"the" cat so, it the "end"'),
        ("t.csv", 'id\ttext\r\n1\t"the" cat\r\n', "text", '"the" cat'),
    ],
)
def test_delimiters_are_told_by_the_header_and_the_name(tmp_path, name, content, column, words):
    data = content.encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    read = encode(str(tmp_path / name), ALL, TextOptions(column=column))
    assert sorted(read.vocabulary.words) == sorted(set(words.split()))
    assert read.ledger.tokens == len(words.split())


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        (
            "t.csv",
            "text\nthe cat, the dog\n",
            "line 2 .* must have 1 fields.*; if each line is a text, pass as_lines=True",
        ),
        ("t.csv", 'id,text\n1,"the" cat\n', "line 2 .*cannot read a row delimited by ','"),
        ("t.tsv", 'id\ttext\n1\t"the" cat\tdog\n', "line 2 .*must have 2 fields"),
        ("t.tsv", 'id\ttext\n1\t"the cat\n2\t"the dog\n', "line 3 .* in a row that begins in line 2"),
        (
            "t.tsv",
            "id, nr\ttext, raw\n1\tthe cat\n",
            "must be a header with the column 'text': got 'id, nr', 'text, raw'",
        ),
    ],
)
def test_rows_that_are_not_as_the_header_says(tmp_path, name, content, match):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match=match):
        encode(str(tmp_path / name), ALL, WORDS)
