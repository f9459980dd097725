import gzip
import hashlib
import json
import os
import pickle
import random
import stat
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file
from safetensors.numpy import save as safetensors_save

from w2v import KeyedVectors
from w2v.errors import FormatError, MemoryLimitError, OutputError, UnsafeFormatError
from w2v.formats import Contents, read_metadata
from w2v.formats.native import load, load_indexed, save


def contents(n=3, dim=2, dtype=np.float32, counts=True, output=True, attributes=True, **metadata):
    rng = np.random.default_rng(5)
    numbers = {"weight": rng.normal(size=n).astype(np.float32), "mass": rng.normal(size=n), "rank": np.arange(n)}
    return Contents(
        words=[f"wörd {i}" for i in range(n)],
        vectors=rng.normal(size=(n, dim)).astype(dtype),
        counts=np.arange(n, 0, -1) if counts else None,
        output=rng.normal(size=(n, dim)).astype(np.float32) if output else None,
        metadata=metadata,
        attributes=numbers if attributes else {},
    )


def assert_same(a, b):
    assert a.words == b.words
    assert a.metadata == b.metadata
    assert a.attributes.keys() == b.attributes.keys()
    for name, values in a.attributes.items():
        assert (values.dtype, values.tolist()) == (b.attributes[name].dtype, b.attributes[name].tolist())
    for left, right in ((a.vectors, b.vectors), (a.output, b.output), (a.counts, b.counts)):
        if left is None or right is None:
            assert left is right
        else:
            assert (left.dtype, left.shape, left.tobytes()) == (right.dtype, right.shape, right.tobytes())


@pytest.mark.parametrize("mmap", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize(("counts", "output"), [(True, True), (True, False), (False, True), (False, False)])
def test_round_trip(tmp_path, dtype, counts, output, mmap):
    original = contents(5, 3, dtype, counts, output, config={"dim": 3, "alpha": 0.025}, losses=[1.5, None, True, "é"])
    save(tmp_path / "m", original)
    loaded = load(tmp_path / "m", mmap=mmap)
    assert_same(original, loaded)
    assert loaded.vectors.flags.writeable != mmap
    indexed, rows = load_indexed(tmp_path / "m", mmap=mmap)
    assert_same(original, indexed)
    assert list(rows.items()) == [(word, row) for row, word in enumerate(original.words)]


VALUES = {np.float32: st.floats(width=32, allow_nan=False, allow_infinity=False)}
VALUES[np.float16] = st.floats(width=16, allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_words_any_values_any_metadata(tmp_path_factory, data):
    words = data.draw(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=8, unique=True))
    dim = data.draw(st.integers(1, 4))
    dtype = data.draw(st.sampled_from([np.float32, np.float16]))
    values = data.draw(st.lists(VALUES[dtype], min_size=len(words) * dim, max_size=len(words) * dim))
    matrix = np.array(values, dtype).reshape(len(words), dim)
    metadata = data.draw(st.dictionaries(st.text(), JSON, max_size=2))
    path = tmp_path_factory.getbasetemp() / "hypothesis.safetensors"
    original = Contents(words, matrix, metadata=metadata)
    save(path, original)
    assert_same(original, load(path))


def test_metadata_may_name_files_whose_names_are_not_utf8(tmp_path):
    save(tmp_path / "m", contents(corpus=os.fsdecode(b"/data/\xff\xe9.txt"), shape=(1, 2)))
    assert load(tmp_path / "m").metadata == {"corpus": "/data/\udcff\udce9.txt", "shape": [1, 2]}
    load_file(tmp_path / "m")


def test_the_safetensors_library_reads_and_writes_the_same(tmp_path):
    original = contents(4, 3, run="x")
    save(tmp_path / "m", original)
    tensors = load_file(tmp_path / "m")
    np.testing.assert_array_equal(tensors["vectors"], original.vectors)
    np.testing.assert_array_equal(tensors["output"], original.output)
    np.testing.assert_array_equal(tensors["counts"], original.counts)
    for name, values in original.attributes.items():
        np.testing.assert_array_equal(tensors[f"attribute.{name}"], values)
    offsets = tensors["word_offsets"]
    blob = tensors["words"].tobytes()
    assert [blob[a:b].decode() for a, b in pairwise(offsets)] == original.words
    ours = (tmp_path / "m").read_bytes()
    length = int.from_bytes(ours[:8], "little")
    about = json.loads(ours[8 : 8 + length])["__metadata__"]
    theirs = safetensors_save(tensors, about)
    assert theirs[8 + int.from_bytes(theirs[:8], "little") :] == ours[8 + length :]
    assert len(theirs) == len(ours)


def test_equal_contents_give_equal_bytes(tmp_path):
    save(tmp_path / "a", contents(6, 4, b=1, a=[{"y": 1, "x": 2}]))
    save(tmp_path / "b", contents(6, 4, a=[{"x": 2, "y": 1}], b=1))
    wide = contents(6, 4, b=1, a=[{"y": 1, "x": 2}])
    strided = np.zeros((6, 16), np.float32)
    strided[:, :4] = wide.vectors
    swapped = wide.output.astype(">f4")
    attributes = {
        name: wide.attributes[name].astype(kind) for name, kind in (("mass", ">f8"), ("rank", ">i8"), ("weight", ">f4"))
    }
    narrow = wide.counts.astype(np.uint16)
    save(tmp_path / "c", Contents(wide.words, strided[:, :4], narrow, swapped, wide.metadata, attributes))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == (tmp_path / "c").read_bytes()
    save(tmp_path / "d", load(tmp_path / "a"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "d").read_bytes()


def test_attributes_of_any_printable_name(tmp_path):
    values = np.array([np.nan, -0.0, np.inf])
    for name in ("π", "count", "vectors", "a b", '"'):
        save(tmp_path / "m", replace(contents(), attributes={name: values}))
        assert load(tmp_path / "m").attributes[name].tobytes() == values.tobytes()
    for name, bad in (("\ud800", values), ("a\n", values), ("x", values[:2]), ("x", values.astype(object))):
        with pytest.raises(FormatError, match="attribute"):
            save(tmp_path / "n", replace(contents(), attributes={name: bad}))
    assert not (tmp_path / "n").exists()


def test_metadata_is_read_without_the_tensors(tmp_path):
    path = tmp_path / "m"
    save(path, contents(3, 2, np.float16, output=False, seed=1))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"\xff")  # a damaged word: read_metadata does not look at it, but looks at the size
    assert read_metadata(path) == {
        "schema": "w2v 1",
        "words": 3,
        "dim": 2,
        "dtype": "float16",
        "counts": True,
        "output": False,
        "attributes": ["mass", "rank", "weight"],
        "metadata": {"seed": 1},
    }
    path.write_bytes(whole[:-1])
    with pytest.raises(FormatError):
        read_metadata(path)


def test_saving_a_strided_matrix_and_loading_need_no_second_copy(tmp_path):
    matrix = np.ones((64_000, 128), np.float32)[:, :100]
    words = [str(i) for i in range(len(matrix))]
    tracemalloc.start()
    try:
        save(tmp_path / "m", Contents(words, matrix))
        save_peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        load(tmp_path / "m")
        load_peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    size = matrix.size * 4
    assert save_peak < 0.9 * size
    assert load_peak < 1.9 * size


# Damage: nothing that was changed is ever accepted.


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.safetensors"
    save(path, contents(seed=1))
    return path


def assert_rejected(path, mmap=False, read=load):
    try:
        read(path, mmap=mmap)
    except FormatError:
        return
    raise AssertionError("a damaged file was accepted")


def read_vectors(path, mmap=False):
    return KeyedVectors.load(path, mmap="r" if mmap else None)


def test_every_bit_and_every_byte(small):
    original = small.read_bytes()
    changes = [[byte ^ (1 << bit) for bit in range(8)] for byte in original]
    for byte, values in zip(original, changes, strict=True):
        values += {0x00, 0xFF, 0x7F, 0x80, (byte + 1) % 256, (byte - 1) % 256} - {byte, *values}
    descriptor = os.open(small, os.O_WRONLY)
    tried = 0
    try:
        for position, values in enumerate(changes):
            for value in values:
                os.pwrite(descriptor, bytes([value]), position)
                assert_rejected(small, mmap=tried % 16 == 0)
                if tried % 8 == 0:
                    assert_rejected(small, mmap=tried % 16 == 0, read=load_indexed)
                tried += 1
            os.pwrite(descriptor, original[position : position + 1], position)
    finally:
        os.close(descriptor)
    assert tried > 10 * len(original)
    assert small.read_bytes() == original
    load(small)


def test_every_truncation_and_some_extensions(small):
    original = small.read_bytes()
    for length in range(len(original)):
        small.write_bytes(original[:length])
        assert_rejected(small)
    for tail in (b"\0", b" ", b"\n", b"}", b"\0" * 8, b"\0" * 4096, original):
        small.write_bytes(original + tail)
        assert_rejected(small)
        small.write_bytes(tail + original)
        assert_rejected(small)


def test_random_mutations(small):
    original = small.read_bytes()
    rng = random.Random(42)
    for _ in range(1000):
        data = bytearray(original)
        for _ in range(rng.randint(1, 4)):
            at, other, length = rng.randrange(len(data)), rng.randrange(len(data)), rng.randint(1, 16)
            match rng.randrange(5):
                case 0:
                    data[at : at + length] = rng.randbytes(length)
                case 1:
                    del data[at : at + length]
                case 2:
                    data[at:at] = rng.randbytes(length)
                case 3:
                    data[at : at + length], data[other : other + length] = (
                        data[other : other + length],
                        data[at : at + length],
                    )
                case 4:
                    data[at : at + length] = bytes(length)
        if data != original:
            small.write_bytes(data)
            assert_rejected(small)


# Hostility: files whose digests are right, made by hand.


def digest(data):
    return hashlib.sha256(data).hexdigest()


def forge(path, edit=lambda fields: None, text=lambda text: text, metadata='{"seed":1}', **replaced):
    """Write a native file, independently of the writer; ``edit`` changes the header's fields, ``text`` its JSON."""
    vectors = np.arange(6, dtype="<f4").reshape(3, 2)
    arrays = {
        "counts": np.array([3, 2, 1], "<i8"),
        "word_offsets": np.array([0, 1, 3, 3], "<i8"),
        "output": vectors + 1,
        "vectors": vectors,
        "words": np.frombuffer(b"abc", "u1"),
    } | replaced
    arrays = {name: array for name, array in arrays.items() if array is not None}
    about = {"schema": "w2v 1", "metadata": metadata}
    about |= {f"sha256.{name}": digest(array.tobytes()) for name, array in arrays.items()}
    fields = {"__metadata__": about | {"sha256.header": "0" * 64}}
    end = 0
    for name, array in arrays.items():
        start, end = end, end + array.nbytes
        kind = {"i8": "I64", "f4": "F32", "f2": "F16", "u1": "U8"}[array.dtype.str[1:]]
        fields[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [start, end]}
    edit(fields)

    def encode():
        data = text(json.dumps(fields, separators=(",", ":"))).encode()
        data += b" " * (-len(data) % 8)
        return len(data).to_bytes(8, "little") + data

    fields["__metadata__"]["sha256.header"] = digest(encode())
    path.write_bytes(encode() + b"".join(array.tobytes() for array in arrays.values()))
    return path


def test_the_forger_can_forge(tmp_path):
    vectors = np.arange(6, dtype=np.float32).reshape(3, 2)
    honest = Contents(["a", "bc", ""], vectors, np.array([3, 2, 1]), vectors + 1, {"seed": 1})
    save(tmp_path / "honest", honest)
    assert forge(tmp_path / "forged").read_bytes() == (tmp_path / "honest").read_bytes()
    assert_same(load(tmp_path / "forged"), honest)


HUGE = (2**31, 2**32, 2**61, 2**62, 2**63 - 1, 2**63, 2**64, 10**30, -1, 0)
SET_SHAPES = [(name, [size, 2]) for name in ("vectors", "output") for size in HUGE]
SET_SHAPES += [("vectors", [3, size]) for size in HUGE]
SET_SHAPES += [
    ("vectors", shape) for shape in ([2**33, 2**33], [3], [], [3, 2, 1], "32", None, [3.0, 2], [True, 2], ["3", 2])
]
SET_SHAPES += [("words", [size]) for size in (*HUGE[:-1], "3", None, [3])]
SET_SHAPES += [("counts", [2]), ("word_offsets", [3]), ("word_offsets", [-1])]


@pytest.mark.parametrize(("name", "shape"), SET_SHAPES)
def test_hostile_shapes(tmp_path, name, shape):
    forge(tmp_path / "m", lambda fields: fields[name].update(shape=shape))
    assert_rejected(tmp_path / "m")


OFFSETS = (
    [0, 24],
    [56, 79],
    [56, 81],
    [80, 56],
    [-24, 0],
    [2**63, 2**63 + 24],
    [56],
    [56, 80, 80],
    "56",
    None,
    [56.0, 80],
)


@pytest.mark.parametrize("offsets", OFFSETS)
def test_holes_and_overlaps(tmp_path, offsets):
    forge(tmp_path / "m", lambda fields: fields["output"].update(data_offsets=offsets))
    assert_rejected(tmp_path / "m")


EDITS = {
    "another schema": lambda f: f["__metadata__"].update(schema="w2v 2"),
    "no schema": lambda f: f["__metadata__"].pop("schema"),
    "no metadata": lambda f: f["__metadata__"].pop("metadata"),
    "no digest": lambda f: f["__metadata__"].pop("sha256.vectors"),
    "a number for a digest": lambda f: f["__metadata__"].update({"sha256.vectors": 5}),
    "a list for a digest": lambda f: f["__metadata__"].update({"sha256.vectors": []}),
    "an upper-case digest": lambda f: f["__metadata__"].update(
        {"sha256.vectors": f["__metadata__"]["sha256.vectors"].upper()}
    ),
    "an unknown digest": lambda f: f["__metadata__"].update({"sha256.x": "0" * 64}),
    "another key": lambda f: f["__metadata__"].update(format="pt"),
    "another tensor": lambda f: f.update(x={"dtype": "U8", "shape": [0], "data_offsets": [107, 107]}),
    "an unknown dtype": lambda f: f["vectors"].update(dtype="F64"),
    "a wrong dtype": lambda f: f["vectors"].update(dtype="F16"),
    "a list for a dtype": lambda f: f["vectors"].update(dtype=["F32"]),
    "a wrong dtype of counts": lambda f: f["counts"].update(dtype="U64"),
    "no vectors": lambda f: f.pop("vectors"),
    "no words": lambda f: f.pop("words"),
    "a list for a tensor": lambda f: f.update(vectors=[]),
    "another order": lambda f: f.update(counts=f.pop("counts")),
    "a field of a tensor": lambda f: f["counts"].update(x=1),
}


@pytest.mark.parametrize("name", EDITS)
def test_hostile_fields(tmp_path, name):
    forge(tmp_path / "m", EDITS[name])
    assert_rejected(tmp_path / "m")
    if name not in ("an upper-case digest",):  # which only the tensor can tell
        with pytest.raises(FormatError):
            read_metadata(tmp_path / "m")


TEXTS = {
    "a duplicate key": lambda t: t.replace('"counts":', '"counts":{},"counts":', 1),
    "a duplicate inner key": lambda t: t.replace('"dtype":"F32"', '"dtype":"F32","dtype":"F32"', 1),
    "a duplicate digest": lambda t: t.replace('"schema":"w2v 1"', '"schema":"w2v 1","schema":"w2v 1"'),
    "a space": lambda t: t.replace(":", ": ", 1),
    "an escape": lambda t: t.replace("counts", "\\u0063ounts"),
    "an exponent": lambda t: t.replace("[3,2]", "[3e0,2]"),
    "padding in front": lambda t: " " * 8 + t,
    "more padding": lambda t: t + " " * 8,
    "another padding": lambda t: t + "\n" * (-len(t) % 8 or 8),
    "a second object": lambda t: t + "{}",
    "not JSON": lambda t: t[:-1],
    "a byte order mark": lambda t: "\ufeff" + t,
    "a list": lambda t: "[]",
    "a number": lambda t: "1",
    "null": lambda t: "null",
    "nothing": lambda t: "",
    "empty metadata": lambda t: '{"__metadata__":{}}',
    "metadata of null": lambda t: '{"__metadata__":null}',
    "a huge number": lambda t: t.replace("[3,2]", f"[{'9' * 5000},2]"),
    "deep nesting": lambda t: "[" * 200_000,
    "deep objects": lambda t: '{"a":' * 100_000,
    "not a number": lambda t: t.replace("[3,2]", "[NaN,2]"),
    "infinity": lambda t: t.replace("[3,2]", "[1e999,2]"),
    "one byte too large": lambda t: t + " " * (1 << 20),
}


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_json(tmp_path, name):
    forge(tmp_path / "m", text=TEXTS[name])
    assert_rejected(tmp_path / "m")
    with pytest.raises(FormatError):
        read_metadata(tmp_path / "m")


METADATA = (
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '{"a": 1}',
    '{"a":NaN}',
    '{"a":1e999}',
    "[]",
    "1",
    "",
    "{",
    '{"a":1.50}',
    "[" * 9999,
)


@pytest.mark.parametrize("metadata", METADATA)
def test_hostile_metadata(tmp_path, metadata):
    forge(tmp_path / "m", metadata=metadata)
    assert_rejected(tmp_path / "m")


def test_shapes_that_agree_with_each_other(tmp_path):
    def call_it_true(fields):
        for name in ("vectors", "output", "counts"):
            fields[name]["shape"][0] = True

    row = np.ones((1, 2), "<f4")
    one = {"vectors": row, "output": row, "counts": np.array([1], "<i8")}
    one |= {"word_offsets": np.array([0, 1], "<i8"), "words": np.frombuffer(b"a", "u1")}
    none = {name: array[:0] for name, array in one.items()} | {"word_offsets": np.array([0], "<i8")}
    load(forge(tmp_path / "m", **one))
    for path in (
        forge(tmp_path / "true", call_it_true, **one),
        forge(tmp_path / "none", **none),
        forge(tmp_path / "no_columns", **one | {"vectors": row[:, :0], "output": row[:, :0]}),
        forge(tmp_path / "integers", **one | {"vectors": row.astype("<i8")}),
    ):
        assert_rejected(path)
        with pytest.raises(FormatError):
            read_metadata(path)


@pytest.mark.parametrize(
    "replaced",
    [
        {"words": np.frombuffer(b"aaa", "u1"), "word_offsets": np.array([0, 1, 2, 3], "<i8")},
        {"words": np.frombuffer(b"ab\xff", "u1")},
        {"words": np.frombuffer("é".encode(), "u1"), "word_offsets": np.array([0, 1, 2, 2], "<i8")},
        {"words": np.frombuffer(b"\xed\xa0\x80", "u1")},  # a surrogate
        {"words": np.frombuffer(b"\xc0\x80b", "u1")},  # an overlong NUL
        {"word_offsets": np.array([0, 1, 3, 2], "<i8")},
        {"word_offsets": np.array([0, 3, 1, 3], "<i8")},
        {"word_offsets": np.array([1, 2, 3, 3], "<i8")},
        {"word_offsets": np.array([0, -1, 3, 3], "<i8")},
        {"word_offsets": np.array([0, -(2**63), 2**63 - 1, 3], "<i8")},
        {"word_offsets": np.array([0, 1, 3, 4], "<i8")},
        {"counts": np.array([3, -1, 1], "<i8")},
        {"counts": np.array([2**62, 2**62, 1], "<i8")},
        {"vectors": np.array([[1, 2], [3, np.nan], [5, 6]], "<f4")},
        {"vectors": np.array([[1, 2], [3, np.inf], [5, 6]], "<f2")},
        {"output": np.array([[1, 2], [3, -np.inf], [5, 6]], "<f4")},
        {"output": np.ones((3, 3), "<f4")},
        {"output": np.ones((3, 2), "<f2")},
        {"word_offsets": None},
    ],
)
def test_hostile_tensors(tmp_path, replaced):
    forge(tmp_path / "m", **replaced)
    for mmap in (False, True):
        assert_rejected(tmp_path / "m", mmap)
        assert_rejected(tmp_path / "m", mmap, read_vectors)


def test_a_word_that_occurs_twice_is_named(tmp_path):
    path = forge(tmp_path / "m", words=np.frombuffer(b"aba", "u1"), word_offsets=np.array([0, 1, 2, 3], "<i8"))
    for read in (load, load_indexed, read_vectors):
        with pytest.raises(FormatError, match=r"m: word 2 must differ from the words of earlier rows: got 'a' again"):
            read(path)


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 2**20, 2**20 + 1, 2**31, 2**32, 2**63 - 1, 2**63, 2**64 - 1])
def test_header_bombs(tmp_path, length):
    path = tmp_path / "m"
    for body in (b"", b"{}", b"{" * 100):
        path.write_bytes(length.to_bytes(8, "little") + body)
        tracemalloc.start()
        try:
            assert_rejected(path)
            assert tracemalloc.get_traced_memory()[1] < 1 << 20
        finally:
            tracemalloc.stop()


def test_a_sparse_terabyte(tmp_path):
    path = tmp_path / "m"
    for length in (0, 1 << 30, 1 << 39):
        path.write_bytes(length.to_bytes(8, "little") + b"{")
        os.truncate(path, 1 << 40)
        tracemalloc.start()
        try:
            assert_rejected(path)
            assert tracemalloc.get_traced_memory()[1] < 1 << 20
        finally:
            tracemalloc.stop()


def test_foreign_safetensors(tmp_path):
    (tmp_path / "m").write_bytes(safetensors_save({"vectors": np.ones((2, 2), np.float32)}))
    with pytest.raises(FormatError, match="not a native w2v file"):
        load(tmp_path / "m")


def test_pickles_are_not_opened(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "exploded"),))

    for protocol in (2, 3, 4, 5):
        (tmp_path / "m").write_bytes(pickle.dumps(Bomb(), protocol))
        with pytest.raises(UnsafeFormatError, match="pickle"):
            load(tmp_path / "m")
    assert os.listdir(tmp_path) == ["m"]


def test_a_header_length_that_looks_like_a_pickle_is_none(tmp_path):
    # 0x80 0x04 0 0 0 0 0 0 is a length of 1152, and the PROTO opcode of a pickle.
    for padding in range(0, 2000, 8):
        save(tmp_path / "m", contents(attributes=False, padding="x" * padding))
        if (tmp_path / "m").read_bytes()[:2] == b"\x80\x04":
            break
    else:
        raise AssertionError("no header had the length 0x480")
    load(tmp_path / "m")


def test_a_file_that_is_swapped_for_a_pipe_while_it_is_opened(small, monkeypatch):
    real_stat = os.stat

    def stat_and_swap(path, *args, **kwargs):
        seen = real_stat(path, *args, **kwargs)
        if path == str(small):
            small.unlink()
            os.mkfifo(small)
        return seen

    monkeypatch.setattr(os, "stat", stat_and_swap)
    with pytest.raises(FormatError, match="a device, a pipe or a socket"):
        load(str(small))


def test_devices_are_not_even_opened(monkeypatch):
    monkeypatch.setattr(os, "open", lambda *args, **kwargs: pytest.fail("opened"))
    with pytest.raises(FormatError, match="a device, a pipe or a socket"):
        load("/dev/null")


def test_too_little_memory(small, monkeypatch):
    def no_memory(*args, **kwargs):
        raise MemoryError

    monkeypatch.setattr(np, "empty", no_memory)
    with pytest.raises(MemoryLimitError, match="not enough memory"):
        load(small)


def test_what_is_no_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "missing")
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path, tmp_path / "fifo", "/dev/zero", "/dev/null", "http://example.org/m", "file:///m", "nul\0"):
        with pytest.raises(FormatError):
            load(path)
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(FormatError, match="symbolic links"):
        load(tmp_path / "loop")
    (tmp_path / "m").write_bytes(b"")
    assert_rejected(tmp_path / "m")
    save(tmp_path / "m", contents())
    (tmp_path / "m.gz").write_bytes(gzip.compress((tmp_path / "m").read_bytes()))
    with pytest.raises(FormatError, match="not a native w2v file"):
        load(tmp_path / "m.gz")


# Saving: what could not be loaded is not written, and what was there stays.


def matrix(*shape, fill=1.0, dtype=np.float32):
    return np.full(shape, fill, dtype)


@pytest.mark.parametrize(
    "bad",
    [
        Contents([], matrix(0, 2)),
        Contents(["a"], matrix(1, 0)),
        Contents(["a"], matrix(1)),
        Contents(["a"], matrix(1, 2, 1)),
        Contents(["a"], matrix(2, 2)),
        Contents(["a", "b"], matrix(1, 2)),
        Contents(["a"], matrix(1, 2, dtype=np.float64)),
        Contents(["a"], matrix(1, 2, dtype=np.int32)),
        Contents(["a"], matrix(1, 2, fill=np.nan)),
        Contents(["a"], matrix(1, 2, fill=-np.inf)),
        Contents(["a", "a"], matrix(2, 2)),
        Contents(["a", b"a"], matrix(2, 2)),
        Contents(["a", None], matrix(2, 2)),
        Contents(["\ud800"], matrix(1, 2)),
        Contents(["a"], matrix(1, 2), output=matrix(1, 3)),
        Contents(["a"], matrix(1, 2), output=matrix(1, 2, dtype=np.float16)),
        Contents(["a"], matrix(1, 2), output=matrix(1, 2, fill=np.nan)),
        Contents(["a"], matrix(1, 2), counts=np.array([-1])),
        Contents(["a"], matrix(1, 2), counts=np.array([1.0])),
        Contents(["a"], matrix(1, 2), counts=np.array([1, 2])),
        Contents(["a"], matrix(1, 2), counts=np.array([2**63], np.uint64)),
        Contents(["a", "b"], matrix(2, 2), counts=np.array([2**62, 2**62])),
        Contents(["a"], matrix(1, 2), metadata={"x": float("nan")}),
        Contents(["a"], matrix(1, 2), metadata={"x": object()}),
        Contents(["a"], matrix(1, 2), metadata={"x": {1: 2}}),
        Contents(["a"], matrix(1, 2), metadata={"x": [({None: 2},)]}),
        Contents(["a"], matrix(1, 2), metadata={"x": "y" * (1 << 20)}),
        Contents(["a"], matrix(1, 2), metadata={"\ud83d\ude00": 1, "\uffff": 2}),  # joined, it sorts elsewhere
    ],
)
def test_contents_that_are_refused(small, bad):
    before = small.read_bytes()
    with pytest.raises(FormatError) as caught:
        save(small, bad)
    assert "\n" not in str(caught.value)
    assert small.read_bytes() == before
    assert os.listdir(small.parent) == [small.name]


def test_the_row_is_named_in_whatever_block_it_is(tmp_path):
    values = matrix(3000, 512)  # a block and a half
    values[2900, 7] = np.inf
    with pytest.raises(FormatError, match="vectors: row 2900 must be finite"):
        save(tmp_path / "m", Contents([str(i) for i in range(3000)], values))


def test_a_full_disk_and_a_pipe(tmp_path):
    with pytest.raises(OutputError, match="No space left on device"):
        save("/dev/full", contents())
    script = "import numpy as np\nfrom w2v.formats import *\n"
    script += "save('/dev/stdout', Contents(['a'], np.ones((1, 2), 'f4')), 'native')"
    piped = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert piped.stdout == b""
    assert b"FormatError: cannot write /dev/stdout: it is a pipe" in piped.stderr


def test_mode_is_that_of_an_ordinary_file(tmp_path):
    save(tmp_path / "m", contents())
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((tmp_path / "m").stat().st_mode) == 0o666 & ~umask


# A process of its own forks the savers, for forking the test process with its threads would not be safe.
KILLER = """
import hashlib, os, random, signal, sys, time
import numpy as np
from w2v.formats import Contents
from w2v.formats.native import load, load_indexed, save
path, kills = sys.argv[1], int(sys.argv[2])
def versions(fill):
    return Contents([str(i) for i in range(2000)], np.full((2000, 50), fill, np.float32), metadata={"fill": fill})
rng = random.Random(7)
for kill in range(kills):
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        for i in range(10**9):
            save(path, versions(kill * 1000 + i))
            os.write(outlet, b"saved")
    os.read(inlet, 1)
    time.sleep(rng.uniform(0, 0.02))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found = load(path)
    assert (found.vectors == found.metadata["fill"]).all()
    os.close(inlet), os.close(outlet)
    print(found.metadata["fill"], len(os.listdir(os.path.dirname(path))))
"""


def test_kill_during_save_leaves_a_whole_file(tmp_path):
    path = tmp_path / "m.safetensors"
    kills = 40
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLER, path, str(kills)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    assert len(rows) == kills
    assert [fill // 1000 for fill, _ in rows] == list(range(kills))
    assert max(files for _, files in rows) == 2  # at most one left-over, swept by the next save
    assert sum(files == 2 for _, files in rows) > kills // 8  # and kills did hit in the middle
    save(path, contents())
    assert os.listdir(tmp_path) == [path.name]


def test_a_safetensors_file_of_another_program_is_named(tmp_path):
    header = b'{"embeddings.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}'
    (tmp_path / "m.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + bytes(8))
    with pytest.raises(
        FormatError, match=r"of another program, with the tensors 'embeddings.weight'; read it with safetensors"
    ):
        load(tmp_path / "m.safetensors")
