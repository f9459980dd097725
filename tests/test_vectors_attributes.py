"""What is kept for each word beside its vector: counts, further values, factors of frozen rows, norms."""

import copy
import pickle

import numpy as np
import pytest

from w2v import Word2Vec
from w2v.errors import ConfigError, FormatError, UnknownAttributeError, UnsafeFormatError
from w2v.geometry import Space
from w2v.sentences import Sentences
from w2v.vectors import KeyedVectors

WORDS = ["a", "b", "c", "d"]


@pytest.fixture
def vectors():
    return KeyedVectors.from_arrays(WORDS, np.arange(1, 13, dtype=np.float32).reshape(4, 3), [9, 7, 7, 1])


def test_attributes_have_a_value_for_every_word(vectors):
    vectors.allocate_vecattrs(["rank", "tag", "weight"], [int, str, np.float32])
    assert [vectors.get_vecattr("b", name) for name in ("rank", "tag", "weight")] == [0, 0, 0]
    vectors.set_vecattr("b", "tag", "noun")
    vectors.set_vecattr("b", "rank", 2.5)  # widens
    vectors.add_vectors(["e"], np.ones((1, 3)), extras={"rank": [7]})
    vectors.index_to_key = [*vectors.index_to_key, "f"]
    vectors.resize_vectors()
    assert vectors.expandos["rank"].tolist() == [0, 2.5, 0, 0, 7, 0]
    assert vectors.expandos["tag"].tolist() == [0, "noun", 0, 0, 0, 0]
    with pytest.raises(KeyError, match=r"attr must be one of \['count', 'rank', 'tag', 'weight'\]: got 'nonsense'"):
        vectors.get_vecattr("a", "nonsense")
    with pytest.raises(ConfigError, match="types must be one per attribute, 2 in all: got 1"):
        vectors.allocate_vecattrs(["x", "y"], [int])


def test_numbers_come_back_from_a_file_and_other_values_are_reported(vectors, tmp_path):
    vectors.expandos |= {
        "rank": np.arange(4, dtype=np.int16),
        "weight": np.linspace(0, 1, 4),
        "half": np.ones(4, np.float16),
    }
    vectors.expandos["yes"] = np.array([True, False, True, False])
    vectors.vectors_lockf = [1, 0, 0.5, 1]
    vectors.save(tmp_path / "v")
    loaded = KeyedVectors.load(tmp_path / "v")
    assert {name: values.tolist() for name, values in loaded.expandos.items()} == {
        name: values.tolist() for name, values in vectors.expandos.items()
    }
    assert loaded.vectors_lockf.tolist() == [1, 0, 0.5, 1]
    vectors.set_vecattr("a", "tag", "noun")
    with pytest.warns(UserWarning, match="the attribute 'tag' is not saved: it must be numeric, got object") as caught:
        vectors.save(tmp_path / "v")
    assert caught[0].filename == __file__
    assert "tag" not in KeyedVectors.load(tmp_path / "v").expandos


def test_factors_follow_their_words(vectors):
    assert vectors.vectors_lockf.tolist() == [1]
    assert vectors.row_factors() is None
    vectors.vectors_lockf = np.array([1, 2, 3, 4]) / 4
    vectors.set_vecattr("d", "count", 100)
    vectors.sort_by_descending_frequency()
    assert dict(zip(vectors, vectors.row_factors(), strict=True)) == {"d": 1, "a": 0.25, "b": 0.5, "c": 0.75}
    vectors.add_vector("e", np.ones(3))
    assert vectors.vectors_lockf.tolist() == [1, 0.25, 0.5, 0.75, 1]
    for other in (copy.copy(vectors), copy.deepcopy(vectors), pickle.loads(pickle.dumps(vectors))):
        assert other.vectors_lockf.tolist() == [1, 0.25, 0.5, 0.75, 1]
        other.vectors_lockf[0] = 0
    assert vectors.vectors_lockf[0] == 1


def test_norms_are_computed_anew_when_told(vectors):
    assert vectors.norms[0] == pytest.approx(np.sqrt(14))
    vectors.vectors[0] = 0
    vectors.norms = None
    assert vectors.norms[0] == 0
    with pytest.raises(ConfigError, match="assign None"):
        vectors.norms = np.ones(4)


@pytest.mark.parametrize("binary", [False, True])
def test_counts_by_rank(vectors, tmp_path, binary):
    vectors.save_word2vec_format(tmp_path / "v", tmp_path / "counts", binary=binary)
    without = KeyedVectors.load_word2vec_format(tmp_path / "v", binary=binary)
    assert without.expandos["count"].tolist() == [4, 3, 2, 1]
    assert without.metadata == {"counts": "by rank: the file holds none"}
    with_counts = KeyedVectors.load_word2vec_format(tmp_path / "v", tmp_path / "counts", binary=binary)
    assert with_counts.expandos["count"].tolist() == [9, 7, 7, 1]
    assert with_counts.metadata == {}
    some = with_counts.vectors_for_all(["c", "a"])
    assert some.expandos["count"].tolist() == [2, 1]
    assert with_counts.vectors_for_all(["c", "a"], copy_vecattrs=True).expandos["count"].tolist() == [7, 9]


def made_up(tmp_path):
    KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [2, 1], [0, 1]]).save_word2vec_format(tmp_path / "v")
    return KeyedVectors.load_word2vec_format(tmp_path / "v")


DERIVED = {
    "itself": lambda v, folder: v,
    "subset": lambda v, folder: v.subset(["b", "a"]),
    "drop": lambda v, folder: v.drop("c"),
    "rename": lambda v, folder: v.rename({"c": "d"}),
    "merge": lambda v, folder: v.merge(KeyedVectors.from_arrays(["e"], [[1, 1]], counts=[9])),
    "merge into": lambda v, folder: KeyedVectors.from_arrays(["e"], [[1, 1]], counts=[9]).merge(v),
    "merge two": lambda v, folder: v.merge(v.rename({"c": "d"})),
    "align_to": lambda v, folder: v.align_to(v).vectors,
    "astype": lambda v, folder: v.astype("float16"),
    "copy": lambda v, folder: copy.copy(v),
    "vectors_for_all": lambda v, folder: v.vectors_for_all(["a", "b"]),
    "vectors_for_all with attributes": lambda v, folder: v.vectors_for_all(["a", "b"], copy_vecattrs=True),
    "native": lambda v, folder: (v.save(folder / "s.safetensors"), KeyedVectors.load(folder / "s.safetensors"))[1],
    "int8": lambda v, folder: (
        v.quantized().save(folder / "s.safetensors"),
        KeyedVectors.load(folder / "s.safetensors"),
    )[1],
    "static embedding": lambda v, folder: (v.to_static_embedding(folder / "s"), KeyedVectors.from_hub(folder / "s"))[1],
}


@pytest.mark.parametrize("how", DERIVED)
def test_made_up_counts_are_never_taken_for_true_ones(tmp_path, how):
    vectors = DERIVED[how](made_up(tmp_path), tmp_path)
    assert vectors.true_counts() is None
    assert Space.from_keyed_vectors(vectors).counts is None
    vectors.save(tmp_path / "w.safetensors")
    assert Space.load(tmp_path / "w.safetensors").counts is None
    with pytest.raises(ConfigError, match="weights must be"):
        Sentences(vectors)
    model = Word2Vec([["a", "b", "c"]] * 9, vector_size=2, min_count=1, workers=1, sample=0)
    model.wv = vectors
    with pytest.raises(ConfigError, match=r"every word must have a non-negative integer count.*got no counts"):
        model.train([["a", "b"]], total_examples=1, epochs=1)
    pytest.importorskip("sklearn")
    from w2v.integrations.sklearn import Word2VecVectorizer

    with pytest.raises(UnknownAttributeError, match="needs the counts"):
        Word2VecVectorizer(vectors, weights="sif").fit(["a b", "c"])


def test_counts_that_are_set_are_true(tmp_path):
    vectors = made_up(tmp_path)
    for word in vectors.index_to_key:
        vectors.set_vecattr(word, "count", 7)
    assert vectors.true_counts().tolist() == [7, 7, 7]
    assert vectors.metadata == {}
    true = KeyedVectors.from_arrays(["a", "b"], np.eye(2), counts=[5, 3])
    assert true.true_counts().tolist() == [5, 3]
    assert true.vectors_for_all(["b"], copy_vecattrs=True).true_counts().tolist() == [3]
    assert true.vectors_for_all(["b"]).true_counts() is None
    assert true.merge(KeyedVectors.from_arrays(["c"], [[1, 1]], counts=[2])).true_counts().tolist() == [5, 3, 2]
    assert KeyedVectors.from_arrays(["a"], [[1.0]]).true_counts() is None
    assert KeyedVectors.from_arrays(["a"], [[1.0]], [4], {"counts": 3}).true_counts().tolist() == [4]


def test_what_gensim_forgives_is_forgiven_and_said(tmp_path):
    path = tmp_path / "v.txt"
    path.write_text("3 2\na 1 2\na 3 4\nb 5 6", encoding="utf-8")
    said = "v.txt was repaired while it was read: duplicate words left out: 1, missing newline after the last row: 1"
    with pytest.warns(UserWarning, match=said) as caught:
        vectors = KeyedVectors.load_word2vec_format(path)
    assert [warning.filename for warning in caught] == [__file__]
    with pytest.warns(UserWarning, match=said):
        assert KeyedVectors.load(path, strict=False).index_to_key == ["a", "b"]
    assert vectors.index_to_key == ["a", "b"]
    assert vectors["a"].tolist() == [1, 2]
    assert vectors.metadata["repairs"]["final_newline"] == 1
    with pytest.raises(FormatError, match="the last line must end with a newline"):
        KeyedVectors.load(path)


@pytest.mark.parametrize("name", ["v", "v.kv", "v.model", "v.wordvectors", "v.pkl", "v.safetensors"])
def test_any_other_name_gets_the_native_format(vectors, tmp_path, name):
    vectors.save(str(tmp_path / name), separately=["vectors"], sep_limit=10, ignore=["norms"], pickle_protocol=4)
    for mmap in (None, "r"):
        loaded = KeyedVectors.load(tmp_path / name, mmap=mmap)
        assert (loaded.vectors == vectors.vectors).all()
        assert loaded.expandos["count"].tolist() == [9, 7, 7, 1]
    (tmp_path / name).write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(UnsafeFormatError, match=rf"w2v convert .*{name} out\.safetensors --trust-pickle"):
        KeyedVectors.load(tmp_path / name)


def test_none_wanted_none_found(vectors):
    for found in (
        vectors.most_similar("a", topn=0),
        vectors.most_similar("a", topn=np.uint8(0)),
        vectors.most_similar_cosmul("a", topn=0),
        vectors.similar_by_word("a", topn=0),
    ):
        assert found == []
    assert vectors.most_similar_batch(["a", "b"], topn=0) == [[], []]
    with pytest.raises(ConfigError, match="must not add up to 0"):
        vectors.relative_cosine_similarity("a", "b", topn=0)


def test_a_word_and_its_normalised_vector_are_one_question(vectors):
    rng = np.random.default_rng(0)
    many = KeyedVectors.from_arrays([str(i) for i in range(300)], rng.normal(size=(300, 40)))
    for word in ("7", "123"):
        by_vector = many.most_similar([many.get_vector(word, norm=True)], topn=300)
        assert [pair for pair in by_vector if pair[0] != word] == many.most_similar(word, topn=299)


def test_a_name_of_another_kind(vectors):
    assert str(vectors) == "KeyedVectors<vector_size=3, 4 keys>"
    assert repr(vectors) == "KeyedVectors(vector_size=3, 4 keys)"
    assert len(KeyedVectors(3, count=5, mapfile_path="x")) == 0


@pytest.mark.parametrize("factors", [1e308, [1e308], [np.nan], [-1.0], [1.0, 1.0, 1.0, 1.0, 1.0]])
def test_lock_factors_that_are_refused_are_not_kept(factors):
    vectors = KeyedVectors.from_arrays(["a", "b"], np.eye(2))
    vectors.vectors_lockf = [0.5, 1.0]
    with pytest.raises(ConfigError, match="vectors_lockf must"):
        vectors.vectors_lockf = factors
    assert vectors.vectors_lockf.tolist() == [0.5, 1.0]
