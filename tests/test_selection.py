"""Some of the words, other words, the words of two, rotation onto another training, and smaller vectors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v import KeyedVectors
from w2v.cli.main import main
from w2v.errors import ArgumentError, ConfigError, FormatError, GeometryError, UnknownWordError
from w2v.evaluation.exam import Exam
from w2v.formats import read_metadata
from w2v.geometry import Space, identity_pairs


@pytest.fixture
def vectors():
    made = KeyedVectors.from_arrays(
        ["a", "b", "c d"], [[1, 0], [3, 1], [0, 1]], counts=[5, 4, 3], metadata={"text": {"tokenizer": "words"}}
    )
    made.expandos["cluster"] = np.array([1, 2, 3])
    made.vectors_lockf = [1, 0, 1]
    return made


def test_subset_and_drop(vectors):
    chosen = vectors.subset(["c d", "a", "c d"])
    assert chosen.index_to_key == ["c d", "a"]
    assert chosen.vectors.tolist() == [[0, 1], [1, 0]]
    assert chosen.expandos["count"].tolist() == [3, 5]
    assert chosen.expandos["cluster"].tolist() == [3, 1]
    assert vectors.subset("b").vectors_lockf.tolist() == [0]
    assert chosen.metadata == vectors.metadata
    assert vectors.drop(["a"]).index_to_key == ["b", "c d"]
    assert vectors.drop([]).index_to_key == vectors.index_to_key
    assert len(vectors.drop(["a", "b", "c d"])) == 0
    with pytest.raises(UnknownWordError):
        vectors.subset(["a", "x"])
    with pytest.raises(UnknownWordError):
        vectors.drop("x")
    short = KeyedVectors.from_arrays(["a", "b"], np.eye(2))
    short.index_to_key = ["a"]
    for make in (lambda: short.subset("a"), lambda: short.drop("a"), lambda: short.rename({"a": "b"})):
        with pytest.raises(ConfigError, match="vectors must be one per word"):
            make()
    assert vectors.subset(["a", "x"], ignore_missing=True).index_to_key == ["a"]
    assert vectors.drop(["a", "x"], ignore_missing=True).index_to_key == ["b", "c d"]
    vectors.index_to_key = ["a", "b", "c d", "e"]
    vectors.resize_vectors()
    vectors.expandos["cluster"] = vectors.expandos["cluster"][:3]  # as an attribute of fewer words: 0 for the others
    assert vectors.subset(["e", "a"]).expandos["cluster"].tolist() == [0, 1]
    chosen.vectors[:] = 9
    assert vectors["a"].tolist() == [1, 0]  # independent


def test_integers():
    vectors = KeyedVectors.from_arrays([7, 0], np.eye(2))
    assert vectors.subset([0]).index_to_key == [0]
    assert vectors.drop(0).index_to_key == [7]
    assert vectors.rename({7: 8})[8].tolist() == [1, 0]
    with pytest.raises(ArgumentError):
        vectors.rename({7: "x"})
    with pytest.raises(ConfigError, match="words of other must be integers, as here: got strings"):
        vectors.merge(KeyedVectors.from_arrays(["a"], [[1, 2]]))


def test_rename(vectors):
    assert vectors.rename({"a": "b", "b": "a"})["a"].tolist() == [3, 1]
    assert vectors.rename({"a": ""}).index_to_key == ["", "b", "c d"]
    assert vectors.rename({}).index_to_key == vectors.index_to_key
    with pytest.raises(ConfigError, match="got 'b' twice"):
        vectors.rename({"a": "b"})
    with pytest.raises(UnknownWordError):
        vectors.rename({"x": "y"})
    assert vectors.index_to_key == ["a", "b", "c d"]


def test_merge(vectors):
    more = KeyedVectors.from_arrays(
        ["e", "b"], [[7, 7], [8, 8]], counts=[2, 1], metadata={"text": {"tokenizer": "words"}}
    )
    both = vectors.merge(more)
    assert both.index_to_key == ["a", "b", "c d", "e"]
    assert both["b"].tolist() == [3, 1]
    assert both.expandos["count"].tolist() == [5, 4, 3, 2]
    assert both.expandos["cluster"].tolist() == [1, 2, 3, 0]
    assert both.vectors_lockf.tolist() == [1, 0, 1, 1]
    assert both.metadata["text"] == {"tokenizer": "words"}
    assert both.metadata["merged"] == [vectors.metadata, more.metadata]
    theirs = vectors.merge(more, replace=True)
    assert theirs["b"].tolist() == [8, 8]
    assert theirs.expandos["count"].tolist() == [5, 1, 3, 2]
    assert theirs.vectors_lockf.tolist() == [1, 1, 1, 1]
    assert "count" not in vectors.merge(KeyedVectors.from_arrays(["z"], [[1, 1]])).expandos  # rather than wrong
    assert vectors.merge(KeyedVectors(2)).index_to_key == vectors.index_to_key
    assert KeyedVectors(2).merge(vectors).index_to_key == vectors.index_to_key
    with pytest.raises(ConfigError, match="must have vectors of 2 values"):
        vectors.merge(KeyedVectors.from_arrays(["z"], [[1, 1, 1]]))
    with pytest.raises(ArgumentError, match="other must be"):
        vectors.merge({"a": 1})
    more.index_to_key = ["e"]
    for one, other in ((vectors, more), (more, vectors)):
        with pytest.raises(ConfigError, match="vectors must be one per word"):
            one.merge(other)


def rotation(dim, seed=1):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(dim, dim)))[0]


def test_align_to_undoes_a_rotation():
    rng = np.random.default_rng(2)
    matrix = rng.normal(size=(300, 20)).astype(np.float32)
    words = [f"w{i}" for i in range(300)]
    old = KeyedVectors.from_arrays(words, matrix)
    turned = (matrix * rng.uniform(0.5, 2, (300, 1))) @ rotation(20)
    moved = turned.copy()
    moved[5] = rng.normal(size=20)
    new = KeyedVectors.from_arrays([*words[:299], "only here"], moved, counts=range(300))
    aligned = new.align_to(old)
    assert aligned.words == words[:299]
    assert aligned.moved(1)[0][0] == "w5"
    assert np.delete(aligned.drift, 5).max() < 1e-3
    assert aligned.drift[5] > 0.2
    assert np.allclose(aligned.rotation @ aligned.rotation.T, np.eye(20))
    assert np.allclose(aligned.vectors.vectors, moved @ aligned.rotation, atol=1e-5)
    assert aligned.vectors.similarity("w1", "only here") == pytest.approx(new.similarity("w1", "only here"), abs=1e-5)
    assert (aligned.vectors.expandos["count"] == np.arange(300)).all()
    assert "299 shared words" in repr(aligned)
    assert "w5" in aligned._repr_html_()


def test_words_without_direction_have_no_drift():
    rng = np.random.default_rng(5)
    matrix = rng.normal(size=(50, 6)).astype(np.float32)
    words = [f"w{i}" for i in range(50)]
    moved = matrix @ rotation(6).astype(np.float32)
    moved[3] = matrix[4] = 0
    moved[5] *= -1
    aligned = KeyedVectors.from_arrays(words, moved).align_to(KeyedVectors.from_arrays(words, matrix))
    assert np.flatnonzero(np.isnan(aligned.drift)).tolist() == [3, 4]
    assert aligned.moved(1)[0][0] == "w5"
    assert len(aligned.moved(50)) == 48
    assert not {"w3", "w4"} & {word for word, _ in aligned.moved(50)}
    assert f"mean drift {np.nanmean(aligned.drift):.4f}" in repr(aligned)
    assert "nan" not in aligned._repr_html_()


def test_align_to_needs_shared_words(vectors):
    for other in (
        KeyedVectors.from_arrays(["a", "b", "c d"], [[0, 0], [0, 0], [0, 0]]),
        KeyedVectors.from_arrays(["x"], [[1, 1]]),
        KeyedVectors.from_arrays(["a"], [[0, 0]]),
        KeyedVectors(2),
    ):
        with pytest.raises(ConfigError, match="share words whose vectors are not zero"):
            vectors.align_to(other)
    with pytest.raises(ConfigError, match="must have vectors of 2 values"):
        vectors.align_to(KeyedVectors.from_arrays(["a"], [[1]]))
    # Each has a word with a direction, but no word has one in both: every rotation is as good as any other.
    one, other = ([[1, 0], [0, 0]], [[0, 0], [0, 1]])
    with pytest.raises(ConfigError, match="share words whose vectors are not zero"):
        KeyedVectors.from_arrays(["a", "b"], one).align_to(KeyedVectors.from_arrays(["a", "b"], other))
    with pytest.raises(GeometryError, match="must have vectors other than zero in both one and other"):
        identity_pairs(Space(np.array(one), name="one"), Space(np.array(other), name="other"))


# ---------------------------------------------------------------------------------------------------------- smaller vectors


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(3)
    centres = rng.normal(size=(40, 64))
    matrix = centres[rng.integers(0, 40, 2000)] + rng.normal(size=(2000, 64))
    return KeyedVectors.from_arrays(
        [f"w{i}" for i in range(2000)], matrix, counts=range(2000, 0, -1), metadata={"x": 1}
    )


def test_quantized(tmp_path, many):
    smaller = many.quantized()
    assert smaller.codes.dtype == np.int8
    assert smaller.nbytes == 2000 * (64 + 4)
    assert smaller.overlap > 0.97
    assert "3.8 times smaller" in repr(smaller)
    assert ">MB</td><td>0.5120</td><td>0.1360</td>" in smaller._repr_html_()
    assert f">neighbours that stay</td><td>1.0000</td><td>{smaller.overlap:.4f}</td>" in smaller._repr_html_()
    smaller.save(tmp_path / "q.safetensors")
    assert (tmp_path / "q.safetensors").stat().st_size < 0.45 * many.vectors.nbytes
    read = KeyedVectors.load(tmp_path / "q.safetensors")
    assert read.index_to_key == many.index_to_key
    assert (read.vectors == smaller.codes * smaller.scales[:, None]).all()
    assert (np.abs(read.vectors - many.vectors).max(axis=1) <= smaller.scales * 0.51).all()
    assert (read.expandos["count"] == many.expandos["count"]).all()
    assert read.metadata == many.metadata
    assert read_metadata(tmp_path / "q.safetensors")["dtype"] == "int8"
    assert (read.quantized().codes == smaller.codes).all()
    assert (KeyedVectors.load(tmp_path / "q.safetensors", mmap="r").vectors == read.vectors).all()


def test_a_damaged_bit_is_noticed(tmp_path, many):
    path = tmp_path / "q.safetensors"
    many.quantized().save(path)
    whole = path.read_bytes()
    for place in np.random.default_rng(1).integers(0, len(whole), 60):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises((FormatError, FileNotFoundError)):
            KeyedVectors.load(path)


def test_fewer_dimensions(many):
    exact = many.vectors.astype(np.float64)
    smaller = many.quantized(dims=16)
    assert smaller.codes.shape == (2000, 16)
    left, values, _ = np.linalg.svd(exact, full_matrices=False)
    best = (left[:, :16] * values[:16]) @ (left[:, :16] * values[:16]).T
    made = smaller.codes * smaller.scales[:, None].astype(np.float64)
    assert np.abs(made @ made.T - best).max() < 0.02 * np.abs(best).max()
    assert many.quantized(dims=64).overlap > 0.95
    for wrong in (0, 65):
        with pytest.raises(ConfigError, match="dims must be an integer from 1 to 64"):
            many.quantized(dims=wrong)


def test_rows_without_direction():
    smaller = KeyedVectors.from_arrays(["zero", "tiny"], [[0, 0], [1e-40, 0]]).quantized()
    assert smaller.codes.tolist() == [[0, 0], [127, 0]]
    assert smaller.scales[0] == 0
    assert smaller.scales[1] == pytest.approx(1e-40 / 127, rel=1e-3)
    assert KeyedVectors.from_arrays(["one"], [[1, 2]]).quantized().overlap == 1
    with pytest.raises(ConfigError, match="got none, or a NaN"):
        KeyedVectors(2).quantized()
    with pytest.raises((ConfigError, FormatError)):
        KeyedVectors.from_arrays(["a"], [[np.nan, 1]]).quantized()


@pytest.mark.parametrize("exponent", range(-44, -36))
def test_rows_that_are_nearly_zero(exponent):
    """Their scales have few digits: codes must not run over, and no row may vanish."""
    rng = np.random.default_rng(6)
    matrix = (rng.uniform(-1, 1, (3000, 5)) * 10.0**exponent).astype(np.float32)
    smaller = KeyedVectors.from_arrays(range(3000), matrix).quantized()
    exact, made = matrix.astype(np.float64), smaller.codes * smaller.scales[:, None].astype(np.float64)
    assert np.abs(exact - made).max() <= 0.51 * smaller.scales.max()
    assert (smaller.codes > -128).all()
    assert (made.any(axis=1) == exact.any(axis=1)).all()


@given(st.lists(st.floats(-(2.0**126), 2.0**126, width=32), min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_codes_of_any_row(row):
    smaller = KeyedVectors.from_arrays(["a"], [row]).quantized()
    largest = float(np.abs(np.float32(row)).max())
    assert np.abs(smaller.codes.astype(int)).max() <= 127
    assert np.abs(smaller.codes.astype(int)).max() == 127 or largest < 1e-36
    error = np.abs(np.float64(np.float32(row)) - smaller.codes[0] * np.float64(smaller.scales[0])).max()
    assert error <= 0.51 * np.float64(smaller.scales[0])


def test_an_exam_must_be_one(many):
    with pytest.raises(ArgumentError, match=r"exam must be an Exam: got 'pairs\.tsv'"):
        many.quantized(exam="pairs.tsv")


def test_scores_before_and_after(tmp_path, many):
    pytest.importorskip("scipy")
    (tmp_path / "pairs.tsv").write_text("".join(f"w{i}\tw{i + 1}\t{i % 7}\n" for i in range(50)))
    smaller = many.quantized(exam=Exam.read(pairs=[tmp_path / "pairs.tsv"]))
    before, after = smaller.scores
    assert before.pairs["pairs"].spearman == pytest.approx(after.pairs["pairs"].spearman, abs=0.02)
    assert repr(smaller).endswith(f"before: {before}\nafter:  {after}")
    assert before != after


def test_command_line(tmp_path, many, capsys):
    many.save(tmp_path / "v.safetensors")
    source, target = str(tmp_path / "v.safetensors"), str(tmp_path / "q.safetensors")
    assert main(["convert", source, target, "--int8", "--dims", "32"]) == 0
    assert "of the 10 nearest neighbours of words stay the same" in capsys.readouterr().err
    assert KeyedVectors.load(target).vector_size == 32
    assert main(["convert", source, target, "--dims", "32"]) == 2
    assert "--dims must come with --int8" in capsys.readouterr().err
    assert main(["convert", source, str(tmp_path / "q.txt"), "--int8"]) == 2
    assert "ends in .safetensors" in capsys.readouterr().err
