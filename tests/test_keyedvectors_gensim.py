"""Every query of KeyedVectors against gensim's on the same random vectors: same results, same types."""

import numpy as np
import pytest

from w2v.vectors import KeyedVectors

gensim_models = pytest.importorskip("gensim.models")

WORDS = [f"w{i}" for i in range(200)]
DIM = 25


@pytest.fixture(scope="module")
def pair():
    """The same words, vectors and counts in both."""
    rng = np.random.default_rng(42)
    matrix = (rng.standard_normal((200, DIM)) * rng.uniform(0.2, 5, size=(200, 1))).astype(np.float32)
    counts = np.sort(rng.integers(1, 10_000, size=200))[::-1].copy()
    theirs = gensim_models.KeyedVectors(DIM)
    theirs.add_vectors(WORDS, matrix)
    for word, count in zip(WORDS, counts, strict=True):
        theirs.set_vecattr(word, "count", count)
    return KeyedVectors.from_arrays(WORDS, matrix.copy(), counts), theirs


# Under NumPy 1 the floating-point type that gensim returns depends on the promotion of scalars; ours never varies.
PRECISION_IS_THEIRS = np.lib.NumpyVersion(np.__version__) >= "2.0.0"


def assert_same(ours, theirs):
    """Same type, same shape, equal to 1e-5, all the way down."""
    if PRECISION_IS_THEIRS or not isinstance(theirs, np.floating):
        assert type(ours) is type(theirs)
    if isinstance(theirs, np.ndarray):
        assert ours.dtype == theirs.dtype if PRECISION_IS_THEIRS else ours.dtype.kind == theirs.dtype.kind
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)
    elif isinstance(theirs, list | tuple):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert_same(one, other)
    elif isinstance(theirs, float | np.floating):
        assert ours == pytest.approx(theirs, rel=1e-5, abs=1e-5)
    else:
        assert ours == theirs


VECTOR = np.random.default_rng(1).standard_normal(DIM).astype(np.float32)
OTHER = np.random.default_rng(2).standard_normal(DIM)

CALLS = {
    "getitem word": lambda v: v["w5"],
    "getitem words": lambda v: v[["w5", "w3", "w5"]],
    "getitem row": lambda v: v[7],
    "getitem rows": lambda v: v[[7, 2]],
    "getitem array": lambda v: v[np.array([7, 2])],
    "contains": lambda v: ("w5" in v, "x" in v, 5 in v, 500 in v, -1 in v),
    "len": len,
    "vectors": lambda v: v.vectors,
    "key_to_index": lambda v: v.key_to_index,
    "index_to_key": lambda v: v.index_to_key,
    "vector_size": lambda v: v.vector_size,
    "norms": lambda v: (v.fill_norms(), v.norms),
    "get_vector": lambda v: v.get_vector("w9"),
    "get_vector norm": lambda v: v.get_vector("w9", norm=True),
    "get_index": lambda v: (v.get_index("w9"), v.get_index("x", -1), v.get_index(4)),
    "get_vecattr": lambda v: v.get_vecattr("w9", "count"),
    "has_index_for": lambda v: (v.has_index_for("w9"), v.has_index_for("x")),
    "get_normed_vectors": lambda v: v.get_normed_vectors(),
    "mean": lambda v: v.get_mean_vector(["w1", "w2", "x", "w3"]),
    "mean raw": lambda v: v.get_mean_vector(["w1", "w2"], pre_normalize=False),
    "mean unit": lambda v: v.get_mean_vector(["w1", "w2"], post_normalize=True),
    "mean weights": lambda v: v.get_mean_vector(["w1", "w2", "x"], weights=[3, -1, 5]),
    "mean with vector": lambda v: v.get_mean_vector(["w1", VECTOR]),
    "mean of rows": lambda v: v.get_mean_vector(np.stack([VECTOR, VECTOR * 2])),
    "mean unknown": lambda v: v.get_mean_vector(["x"]),
    "similarity": lambda v: v.similarity("w1", "w2"),
    "similarity rows": lambda v: v.similarity(1, 2),
    "distance": lambda v: v.distance("w1", "w2"),
    "distances": lambda v: v.distances("w1"),
    "distances some": lambda v: v.distances("w1", ["w4", "w2"]),
    "distances vector": lambda v: v.distances(VECTOR),
    "most_similar": lambda v: v.most_similar("w1"),
    "most_similar list": lambda v: v.most_similar(["w1", "w2"], topn=3),
    "most_similar negative": lambda v: v.most_similar(["w1", "w2"], ["w3"], topn=50),
    "most_similar only negative": lambda v: v.most_similar(negative="w3"),
    "most_similar row": lambda v: v.most_similar(3),
    "most_similar weights": lambda v: v.most_similar([("w1", 2.0), "w2"], [("w3", -0.5), "w4"]),
    "most_similar negative weight": lambda v: v.most_similar(["w1"], [("w3", 0.5)]),
    "most_similar vector": lambda v: v.most_similar(VECTOR),
    "most_similar word and vector": lambda v: v.most_similar(["w1", VECTOR], [OTHER]),
    "most_similar matrix": lambda v: v.most_similar(np.stack([VECTOR, OTHER])),
    "most_similar twice the same": lambda v: v.most_similar(["w1", "w1", "w2"]),
    "most_similar none": lambda v: v.most_similar("w1", topn=None),
    "most_similar all": lambda v: v.most_similar("w1", topn=1000),
    "most_similar clip": lambda v: v.most_similar("w1", topn=7, clip_start=20, clip_end=60),
    "most_similar clip none": lambda v: v.most_similar("w1", topn=None, clip_start=20, clip_end=60),
    "most_similar restrict": lambda v: v.most_similar("w1", topn=7, restrict_vocab=9),
    "most_similar restrict none": lambda v: v.most_similar("w1", topn=None, restrict_vocab=9),
    "cosmul": lambda v: v.most_similar_cosmul("w1"),
    "cosmul analogy": lambda v: v.most_similar_cosmul(["w1", "w2"], ["w3"], topn=20),
    "cosmul none": lambda v: v.most_similar_cosmul("w1", topn=None),
    "to_given": lambda v: v.most_similar_to_given("w1", ["w5", "w9", "w3"]),
    "similar_by_word": lambda v: v.similar_by_word("w1", topn=4, restrict_vocab=50),
    "similar_by_key": lambda v: v.similar_by_key("w1", topn=4),
    "similar_by_vector": lambda v: v.similar_by_vector(VECTOR, topn=4, restrict_vocab=50),
    "similar_by_vector of a word": lambda v: v.similar_by_vector(v["w1"], topn=4),
    "similar_by_vector none": lambda v: v.similar_by_vector(VECTOR, topn=None),
    "doesnt_match": lambda v: v.doesnt_match(["w1", "w2", "x", "w3", "w4"]),
    "doesnt_match rows": lambda v: v.doesnt_match([1, 2, 3, 4]),
    "n_similarity": lambda v: v.n_similarity(["w1", "w2"], ["w3", "x", "w4"]),
    "n_similarity unknown": lambda v: v.n_similarity(["w1"], ["x"]),
    "rank": lambda v: [v.rank("w1", word) for word in WORDS],
    "closer_than": lambda v: v.closer_than("w1", "w2"),
    "closer_than itself": lambda v: v.closer_than("w1", "w1"),
    "centrality": lambda v: v.rank_by_centrality(["w1", "x", "w2", "w3"]),
    "centrality raw": lambda v: v.rank_by_centrality(["w1", "w2", "w3"], use_norm=False),
    "relative": lambda v: v.relative_cosine_similarity("w1", "w2", topn=5),
    "cosine_similarities": lambda v: v.cosine_similarities(VECTOR, v.vectors[:9]),
    "cosine_similarities float64": lambda v: v.cosine_similarities(OTHER, v.vectors[:9]),
    "vectors_for_all": lambda v: (lambda some: (some.index_to_key, some.vectors))(v.vectors_for_all(["w4", "x", "w1"])),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning:gensim")
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_query(pair, call):
    ours, theirs = pair
    assert_same(call(ours), call(theirs))


def test_vectors_handed_out_are_read_only_as_theirs(pair):
    for vectors in pair:
        assert not vectors["w1"].flags.writeable
        assert not vectors.get_vector("w1", norm=True).flags.writeable


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda v: v["x"], KeyError),
        (lambda v: v[1000], KeyError),
        (lambda v: v[-1], KeyError),
        (lambda v: v[[]], ValueError),
        (lambda v: v.get_index("x"), KeyError),
        (lambda v: v.get_vecattr("x", "count"), KeyError),
        (lambda v: v.get_mean_vector([]), ValueError),
        (lambda v: v.get_mean_vector(["x"], ignore_missing=False), KeyError),
        (lambda v: v.get_mean_vector(["w1", "w2"], weights=[1]), ValueError),
        (lambda v: v.similarity("w1", "x"), KeyError),
        (lambda v: v.distances("x"), KeyError),
        (lambda v: v.distances(np.ones(3)), ValueError),
        (lambda v: v.most_similar(), ValueError),
        (lambda v: v.most_similar("x"), KeyError),
        (lambda v: v.most_similar(np.ones(3)), ValueError),
        (lambda v: v.most_similar_cosmul("x"), KeyError),
        (lambda v: v.most_similar_cosmul(), ValueError),
        (lambda v: v.most_similar_to_given("w1", []), ValueError),
        (lambda v: v.doesnt_match([]), ValueError),
        (lambda v: v.doesnt_match(["x"]), ValueError),
        (lambda v: v.rank_by_centrality(["x"]), ValueError),
        (lambda v: v.rank("w1", "x"), KeyError),
        (lambda v: v.closer_than("x", "w1"), KeyError),
        (lambda v: v.add_vectors(["q"], np.ones((1, 3))), ValueError),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning:gensim")
def test_error(pair, call, error):
    for vectors in pair:
        with pytest.raises(error):
            call(vectors)


def twins():
    """Two small ones to edit."""
    matrix = np.random.default_rng(3).standard_normal((6, 4)).astype(np.float32)
    made = []
    for kind in (KeyedVectors, gensim_models.KeyedVectors):
        vectors = kind(4)
        vectors.add_vectors(list("abcdef"), matrix.copy())
        for count, word in enumerate("abcdef"):
            vectors.set_vecattr(word, "count", [5, 9, 1, 7, 3, 8][count])
        made.append(vectors)
    return made


def edit_by_adding(v):
    v.add_vectors(["g", "a"], np.array([[1, 2, 3, 4], [9, 9, 9, 9]], dtype=np.float32))
    v.add_vectors(["a", "h"], np.array([[5, 6, 7, 8], [0, 0, 0, 1]], dtype=np.float32), replace=True)


def edit_by_assigning(v):
    v["b"] = np.array([1, 0, 0, 2])
    v[["c", "new"]] = np.ones((2, 4))


def edit_by_resizing(v):
    v.index_to_key = [*v.index_to_key, "g", "h"]
    v.key_to_index = {word: row for row, word in enumerate(v.index_to_key)}
    v.resize_vectors(seed=3)


EDITS = {
    "add": edit_by_adding,
    "assign": edit_by_assigning,
    "resize": edit_by_resizing,
    "sort": lambda v: v.sort_by_descending_frequency(),
    "normalise": lambda v: v.unit_normalize_all(),
    "assign vectors": lambda v: setattr(v, "vectors", v.vectors * 2),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_edit(edit):
    ours, theirs = twins()
    for vectors in (ours, theirs):
        vectors.fill_norms()
        edit(vectors)
        vectors.fill_norms(force=True)
    assert_same(ours.index_to_key, theirs.index_to_key)
    assert_same(ours.vectors, theirs.vectors)
    assert_same(ours.norms, theirs.norms)
    assert [ours.get_vecattr(w, "count") for w in "abcdef"] == [theirs.get_vecattr(w, "count") for w in "abcdef"]
    assert_same(ours.most_similar("a"), theirs.most_similar("a"))


@pytest.mark.parametrize("binary", [False, True])
def test_each_reads_what_the_other_writes(tmp_path, binary):
    ours, theirs = twins()
    theirs.save_word2vec_format(str(tmp_path / "theirs"), binary=binary)
    ours.save_word2vec_format(tmp_path / "ours", binary=binary)
    read_by_us = KeyedVectors.load_word2vec_format(tmp_path / "theirs", binary=binary)
    read_by_them = gensim_models.KeyedVectors.load_word2vec_format(str(tmp_path / "ours"), binary=binary)
    assert read_by_us.index_to_key == read_by_them.index_to_key == list("bfdaec")  # by count
    assert_same(read_by_us.vectors, read_by_them.vectors)


def test_wmdistance():
    pytest.importorskip("ot")
    ours, theirs = twins()
    for one, other in (("abca", "def"), ("ab", "bc"), ("a", "a"), ("x", "a"), ("abxx", "ba")):
        for norm in (True, False):
            assert_same(ours.wmdistance([*one], [*other], norm=norm), theirs.wmdistance([*one], [*other], norm=norm))
