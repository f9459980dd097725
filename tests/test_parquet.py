"""Parquet files and Arrow tables: w2v's own, those of other programs, and what is wrong with some of them."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v import KeyedVectors
from w2v.cli.main import main
from w2v.errors import ArgumentError, FormatError, OutputError, UnknownWordError
from w2v.formats import Contents, load, read_parquet_metadata, save

pa = pytest.importorskip("pyarrow")
pc = pytest.importorskip("pyarrow.compute")
pq = pytest.importorskip("pyarrow.parquet")
WORDS = ["the", "new york", "", "日本", "a\tb\n", "7"]
MATRIX = np.arange(18, dtype=np.float32).reshape(6, 3) / 7


@pytest.fixture
def vectors():
    made = KeyedVectors.from_arrays(
        WORDS, MATRIX, counts=[9, 8, 7, 6, 5, 4], metadata={"comment": "é", "epochs": [[1]]}
    )
    made.expandos["cluster"] = np.arange(6)
    made.expandos["weight"] = np.linspace(0, 1, 6)
    return made


def same(one, other):
    assert one.index_to_key == other.index_to_key
    assert (one.vectors == other.vectors).all()
    assert one.expandos.keys() == other.expandos.keys()
    assert all((one.expandos[name] == other.expandos[name]).all() for name in one.expandos)
    assert one.metadata == other.metadata


def test_everything_comes_back(tmp_path, vectors):
    vectors.vectors_lockf = [1, 0, 1, 1, 1, 1]
    vectors.save(tmp_path / "v.parquet")
    read = KeyedVectors.load(tmp_path / "v.parquet")
    same(read, vectors)
    assert read.vectors_lockf.tolist() == [1, 0, 1, 1, 1, 1]
    same(KeyedVectors.from_arrow(vectors.to_arrow()), vectors)
    (tmp_path / "v.parquet").rename(tmp_path / "v.bin")
    same(KeyedVectors.load(tmp_path / "v.bin"), vectors)  # by its content


def test_the_columns(vectors):
    table = vectors.to_arrow()
    assert str(table.schema.field("vector").type).startswith("fixed_size_list<item: float")
    assert table.schema.names == ["word", "count", "vector", "cluster", "weight"]
    assert table.column("vector").chunk(0).flatten().to_numpy().ctypes.data == vectors.vectors.ctypes.data  # no copy
    assert KeyedVectors.from_arrays(["a"], [[1, 2]]).to_arrow().schema.names == ["word", "vector"]


def test_what_is_told_of_a_file(tmp_path, vectors):
    vectors.save(tmp_path / "v.parquet")
    told = read_parquet_metadata(tmp_path / "v.parquet")
    assert (told["words"], told["dim"], told["counts"]) == (6, 3, True)
    assert told["attributes"] == ["cluster", "weight"]
    assert told["metadata"] == vectors.metadata
    assert told["columns"][:2] == ["word (string)", "count (int64)"]
    KeyedVectors.from_arrays(["a"], [[1, 2]]).save(tmp_path / "w.parquet")
    told = read_parquet_metadata(tmp_path / "w.parquet")
    assert (told["words"], told["dim"], told["counts"], told["attributes"]) == (1, 2, False, [])


def test_half_precision_and_strided_rows(tmp_path):
    wide = np.arange(12, dtype=np.float16).reshape(3, 4)
    KeyedVectors.from_arrays(["a", "b", "c"], wide[:, :3]).save(tmp_path / "v.parquet")
    read = KeyedVectors.load(tmp_path / "v.parquet")
    assert read.vectors.dtype == np.float32
    assert (read.vectors == wide[:, :3]).all()


def test_integers_stay_integers(tmp_path):
    vectors = KeyedVectors.from_arrays([7, -2, 2**63 - 1], np.eye(3))
    vectors.save(tmp_path / "v.parquet")
    assert str(pq.read_schema(tmp_path / "v.parquet").field("word").type) == "int64"
    read = KeyedVectors.load(tmp_path / "v.parquet")
    assert read.index_to_key == vectors.index_to_key
    assert read[-2].tolist() == [0, 1, 0]
    with pytest.raises(FormatError, match="must fit into 64 bits"):
        KeyedVectors.from_arrays([2**63], [[1.0]]).to_arrow()
    with pytest.raises(FormatError, match=r"words must be integers, as the metadata says that they are: .*'a'"):
        save(tmp_path / "w.parquet", Contents(["a"], np.ones((1, 2), np.float32), metadata={"numbers": True}))


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), min_size=1, max_size=9, unique=True),
    st.integers(1, 4),
)
@settings(max_examples=30, deadline=None)
def test_any_words(words, dim):
    matrix = np.random.default_rng(len(words)).normal(size=(len(words), dim))
    same(
        KeyedVectors.from_arrow(KeyedVectors.from_arrays(words, matrix).to_arrow()),
        KeyedVectors.from_arrays(words, matrix),
    )


def test_what_cannot_be_written_is_an_error(tmp_path, vectors):
    path = tmp_path / "v.parquet"
    vectors.save(path)
    before = path.read_bytes()
    bad = KeyedVectors.from_arrays(["a", "b"], [[1, 2], [3, 4]])
    bad.vectors[1, 1] = np.nan
    with pytest.raises(FormatError, match="row 1 must be finite"):
        bad.save(path)
    with pytest.raises(FormatError, match="UTF-8: got '\\\\ud800'"):
        KeyedVectors.from_arrays(["\ud800"], [[1.0]]).save(path)
    vectors.expandos["vector"] = np.arange(6)
    with pytest.raises(FormatError, match="must not be called 'vector'"):
        vectors.save(path)
    with pytest.raises(FormatError):
        KeyedVectors(3).save(path)
    del vectors.expandos["vector"]
    with pytest.raises(OutputError):
        vectors.save(tmp_path / "none" / "v.parquet")
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["v.parquet"]


# ---------------------------------------------------------------------------------------------------- tables from elsewhere

LISTS = [[1.0, 2.0], [3.0, 4.0]]
CLEAR = {
    "token and embedding": {"token": ["a", "b"], "embedding": LISTS},
    "other names": {"Wort": ["a", "b"], "Vektor": LISTS},
    "more text": {"text": ["x", "y"], "word": ["a", "b"], "vector": LISTS},
    "two lists": {"word": ["a", "b"], "other": LISTS[::-1], "vector": LISTS},
    "float32": {"word": ["a", "b"], "vector": pa.array(LISTS, pa.list_(pa.float32()))},
    "float16": {
        "word": ["a", "b"],
        "vector": pa.array([list(np.float16(row)) for row in LISTS], pa.list_(pa.float16())),
    },
    "large": {"word": pa.array(["a", "b"], pa.large_string()), "vector": pa.array(LISTS, pa.large_list(pa.float64()))},
    "view": {"word": pa.array(["a", "b"], pa.string_view()), "vector": LISTS},
    "runs of words": {"word": pc.run_end_encode(pa.array(["a", "b"])), "vector": LISTS},
    "dictionary of views": {
        "word": pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["a", "b"], pa.string_view())),
        "vector": LISTS,
    },
    "dictionary": {"word": pa.array(["a", "b"]).dictionary_encode(), "vector": LISTS},
    "dictionary of lists": {
        "word": ["a", "b"],
        "vector": pa.DictionaryArray.from_arrays([1, 0], pa.array(LISTS[::-1])),
    },
    "tensors": {"word": ["a", "b"], "vector": pa.FixedShapeTensorArray.from_numpy_ndarray(np.array(LISTS))},
    "runs": {"word": ["a", "b"], "vector": pa.RunEndEncodedArray.from_arrays([1, 2], pa.array(LISTS))},
    "list views": {"word": ["a", "b"], "vector": pa.array(LISTS, pa.list_view(pa.float64()))},
    "chunks": {"word": pa.chunked_array([["a"], [], ["b"]]), "vector": pa.chunked_array([LISTS[:1], LISTS[1:]])},
    "slice": {"word": pa.array(["z", "a", "b"])[1:], "vector": pa.array([[9.0, 9.0], *LISTS])[1:]},
    "fixed slice": {"word": ["a", "b"], "vector": pa.array([[9.0, 9.0], *LISTS], pa.list_(pa.float64(), 2))[1:]},
}


@pytest.mark.parametrize("name", CLEAR)
def test_clear_tables(tmp_path, name):
    table = pa.table(CLEAR[name])
    found = [KeyedVectors.from_arrow(table)]
    in_parquet = name not in ("view", "dictionary of lists", "runs", "runs of words", "dictionary of views")
    if in_parquet and (name != "list views" or int(pa.__version__.partition(".")[0]) > 21):
        pq.write_table(table, tmp_path / "v.parquet")
        found.append(KeyedVectors.load(tmp_path / "v.parquet"))
    for read in found:
        assert read.index_to_key == ["a", "b"]
        assert read.vectors.tolist() == LISTS
        assert "count" not in read.expandos


UNCLEAR = [
    (
        {"a": ["a"], "b": ["b"], "vector": [[1.0]]},
        r"which column holds the words: got a \(string\), b \(string\), vector",
    ),
    ({"word": ["a"], "x": [[1.0]], "y": [[2.0]]}, "which column holds the vectors: .*from_arrow"),
    ({"word": ["a"], "x": [1.0], "y": [2.0]}, "which column holds the vectors"),
    ({"vector": [[1.0]]}, "which column holds the words"),
    ({"n": [1], "vector": [[1.0]]}, "which column holds the words"),
    ({"word": ["a", "a"], "vector": LISTS}, "got 'a' again"),
    ({"word": ["a", None], "vector": LISTS}, "column 'word': row 1 must have a value: got a null"),
    ({"word": ["a", "b"], "vector": [[1.0], None]}, "column 'vector': row 1 must have a value"),
    ({"word": ["a", "b"], "vector": [[1.0], [1.0, 2.0]]}, "row 1 must have 1 value, as the first has: got 2"),
    ({"word": ["a", "b"], "vector": [[1.0], [None]]}, "row 1 must be numbers: got a null"),
    ({"word": ["a", "b"], "vector": [[1.0], [float("nan")]]}, "row 1 must be finite"),
    ({"word": ["a", "b"], "vector": [[1.0], [1e300]]}, "row 1 must be finite"),
    ({"word": ["a"], "vector": pa.array([[]], pa.list_(pa.float32()))}, "neither 0"),
    ({"word": pa.array([], pa.string()), "vector": pa.array([], pa.list_(pa.float32()))}, "neither 0"),
    ({"word": ["a"], "vector": [[1.0]], "count": [-1]}, "counts must be at least 0"),
    ({"word": ["a"], "vector": [[1.0]], "count": [1.5]}, "whole numbers"),
    ({"word": ["a", "b"], "vector": LISTS, "count": [1, None]}, "column 'count': row 1"),
]


@pytest.mark.parametrize(("columns", "said"), UNCLEAR, ids=range(len(UNCLEAR)))
def test_unclear_tables(tmp_path, columns, said):
    pq.write_table(pa.table(columns), tmp_path / "v.parquet")
    with pytest.raises(FormatError, match=said):
        KeyedVectors.load(tmp_path / "v.parquet")
    with pytest.raises(FormatError, match=said):
        KeyedVectors.from_arrow(pa.table(columns))


def test_counts_of_every_type():
    def read(counts):
        return KeyedVectors.from_arrow(pa.table({"word": ["a", "b"], "vector": LISTS, "count": counts})).expandos[
            "count"
        ]

    for counts in ([3, 0], [3.0, 0.0], pa.array([3, 0], pa.uint64()), pa.array([3, 0], pa.int8())):
        assert read(counts).tolist() == [3, 0]
        assert read(counts).dtype == np.int64
    for wrong in ([1.5, 2.0], [float("nan"), 1.0], [float("inf"), 1.0], [1e19, 1.0]):
        with pytest.raises(FormatError, match="must hold whole numbers"):
            read(wrong)
    with pytest.raises(FormatError, match=f"must hold counts below 2\\*\\*63: got {2**63}"):
        read(pa.array([2**63, 1], pa.uint64()))


def test_columns_can_be_named():
    table = pa.table({"a": ["x"], "b": ["y"], "v": [[1]], "w": [[2.0]]})
    assert KeyedVectors.from_arrow(table, word="b", vector="w")["y"].tolist() == [2]
    assert KeyedVectors.from_arrow(table, word="b", vector="v")["y"].tolist() == [1]
    with pytest.raises(FormatError, match="must be one of a, b, v, w: got 'z'"):
        KeyedVectors.from_arrow(table, word="z")
    numbers = pa.array([1.0, 2.0])
    for odd in (
        numbers.dictionary_encode(),
        pa.RunEndEncodedArray.from_arrays([1, 2], numbers),
        pa.array([[("a", 1.0)], [("b", 2.0)]], pa.map_(pa.string(), pa.float64())),
        pa.array([[[1.0]], [[2.0]]]),
    ):
        with pytest.raises(FormatError, match="must hold lists of numbers: got"):
            KeyedVectors.from_arrow(pa.table({"word": ["a", "b"], "vector": odd}), vector="vector")
    with pytest.raises(FormatError, match="must hold lists of numbers: got string"):
        KeyedVectors.from_arrow(table, word="a", vector="b")
    with pytest.raises(FormatError, match="must hold strings or integers"):
        KeyedVectors.from_arrow(table, word="v", vector="w")
    with pytest.raises(ArgumentError, match="the table must be of Arrow"):
        KeyedVectors.from_arrow(7)
    with pytest.raises(FormatError, match="different names"):
        KeyedVectors.from_arrow(pa.table([["a"], [[1.0]], [[1.0]]], names=["word", "v", "v"]))


def test_frames_of_pandas_and_polars(vectors):
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    frame = vectors.to_pandas()
    assert frame.columns.tolist() == ["word", "count", "vector", "cluster", "weight"]
    assert frame["word"].tolist() == WORDS
    assert np.array_equal(np.stack(frame["vector"]), vectors.vectors)
    for column in ("count", "cluster", "weight"):
        assert frame[column].tolist() == vectors.expandos[column].tolist()
    assert KeyedVectors.from_arrow(frame).index_to_key == WORDS
    indexed = pandas.DataFrame({"embedding": LISTS}, index=pandas.Index(["a", "b"], name="term"))
    assert KeyedVectors.from_arrow(indexed).index_to_key == ["a", "b"]
    same(KeyedVectors.from_arrow(polars.from_arrow(vectors.to_arrow())), KeyedVectors.from_arrow(frame))
    near = vectors.neighbours_frame(["the", "日本"], topn=2)
    assert near.columns.tolist() == ["word", "neighbour", "rank", "similarity"]
    assert near["rank"].tolist() == [1, 2, 1, 2]
    assert near["word"].tolist() == ["the", "the", "日本", "日本"]
    found = [pair for word in ("the", "日本") for pair in vectors.most_similar(word, topn=2)]
    assert list(zip(near["neighbour"], near["similarity"], strict=True)) == found
    with pytest.raises(UnknownWordError):
        vectors.neighbours_frame(["nobody"])
    assert len(vectors.neighbours_frame([])) == 0


def test_other_programs_read_it_as_it_is(tmp_path, vectors):
    vectors.save(tmp_path / "v.parquet")
    polars = pytest.importorskip("polars")
    frame = polars.read_parquet(tmp_path / "v.parquet")
    assert frame["word"].to_list() == WORDS
    assert frame["vector"].dtype == polars.Array(polars.Float32, 3)
    assert (frame["vector"].to_numpy() == MATRIX).all()
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.sql(
        f"""SELECT word, array_cosine_similarity(vector::FLOAT[3], [1, 2, 3]::FLOAT[3]) AS c
        FROM '{tmp_path / "v.parquet"}' WHERE count > 5 ORDER BY c DESC LIMIT 2"""
    ).fetchall()
    cosines = vectors.vectors @ np.array([1, 2, 3]) / (np.linalg.norm(vectors.vectors, axis=1) * 14**0.5)
    order = np.argsort(-cosines[:4])[:2]
    assert [word for word, _ in found] == [WORDS[row] for row in order]
    assert np.allclose([c for _, c in found], cosines[order], atol=1e-6)


def test_damaged_files(tmp_path, vectors):
    path = tmp_path / "v.parquet"
    vectors.save(path)
    whole = path.read_bytes()
    random = np.random.default_rng(1)
    refused = []
    for _ in range(150):
        data = bytearray(whole)
        for place in random.integers(0, len(data), 3):
            data[place] ^= 1 << random.integers(8)
        path.write_bytes(data[: random.integers(4, len(data) + 1)] if random.random() < 0.3 else data)
        try:
            KeyedVectors.load(path)  # it may be read, as there are no checksums
        except FormatError as error:
            refused.append(str(error))
    assert len(refused) > 20
    assert not any("\n" in said for said in refused)


def test_foreign_metadata_is_not_trusted(tmp_path):
    table = pa.table({"word": ["a"], "vector": [[1.0]]})
    for said in (b"[1]", b"{", b'{"numbers": true}', b"\xff"):
        pq.write_table(table.replace_schema_metadata({"w2v": said}), tmp_path / "v.parquet")
        if said == b"[1]":
            assert KeyedVectors.load(tmp_path / "v.parquet").metadata == {}
        else:
            with pytest.raises(FormatError):
                KeyedVectors.load(tmp_path / "v.parquet")


def test_command_line(tmp_path, vectors, capsys):
    vectors.save(tmp_path / "v.safetensors")
    parquet = str(tmp_path / "v.parquet")
    assert main(["convert", str(tmp_path / "v.safetensors"), parquet]) == 0
    assert main(["convert", parquet, str(tmp_path / "w.safetensors")]) == 0
    assert (tmp_path / "w.safetensors").read_bytes() == (tmp_path / "v.safetensors").read_bytes()
    assert main(["neighbors", parquet, "the", "-n", "1"]) == 0
    (tmp_path / "text.txt").write_text("a b c\n" * 50)
    trained = str(tmp_path / "trained.parquet")
    assert main(["train", str(tmp_path / "text.txt"), "-o", trained, "--vector-size", "4"]) == 0
    assert set(KeyedVectors.load(trained).index_to_key) == {"a", "b", "c"}
    capsys.readouterr()
    assert main(["info", parquet]) == 0
    said = capsys.readouterr().out
    assert "words                 6" in said
    assert "dimensions            3" in said
    assert "count (int64)" in said


def test_without_pyarrow(tmp_path, monkeypatch, vectors, capsys):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for call in (vectors.to_arrow, lambda: save(tmp_path / "v.parquet", Contents(["a"], np.eye(1, dtype=np.float32)))):
        with pytest.raises(ImportError, match=r'pyarrow is not installed; pip install "w2v\[arrow\]"'):
            call()
    (tmp_path / "text.txt").write_text("a b c\n" * 50)
    assert (
        main(["train", str(tmp_path / "text.txt"), "-o", str(tmp_path / "v.parquet")]) == 1
    )  # before anything is trained
    assert 'pip install "w2v[arrow]"' in capsys.readouterr().err
    (tmp_path / "v.parquet").write_bytes(b"PAR1\x15\x04\x15")
    with pytest.raises(ImportError, match=r"w2v\[arrow\]"):
        load(tmp_path / "v.parquet")
