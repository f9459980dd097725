"""KeyedVectors: provable answers, defined behaviour at the edges, and errors."""

import copy
import sys
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.errors import ConfigError, MissingExtraError, UnknownWordError
from w2v.formats import Contents
from w2v.vectors import KeyedVectors, keys

# Angles in degrees on a circle: every cosine is known. "zero" has no direction at all.
ANGLES = {"east": 0, "near": 10, "diagonal": 45, "north": 90, "west": 180}


@pytest.fixture
def compass():
    rows = [
        [np.cos(np.radians(a)) * length, np.sin(np.radians(a)) * length] for length, a in enumerate(ANGLES.values(), 1)
    ]
    counts = [3, 9, 5, 9, 1, 2]
    return KeyedVectors.from_arrays([*ANGLES, "zero"], np.array([*rows, [0, 0]], dtype=np.float32), counts)


@pytest.fixture
def random():
    rng = np.random.default_rng(11)
    words = [f"word{i}" for i in range(300)]
    return KeyedVectors.from_arrays(words, rng.standard_normal((300, 24)).astype(np.float32), np.arange(300)[::-1])


def cosine(degrees):
    return pytest.approx(np.cos(np.radians(degrees)), abs=1e-6)


# --- storage and look-up


def test_a_view_is_kept_and_seen_through():
    wide = np.random.default_rng(0).standard_normal((5, 8)).astype(np.float32)
    vectors = KeyedVectors.from_arrays(list("abcde"), wide[:, :6])
    assert np.shares_memory(vectors.vectors, wide)
    assert vectors.vector_size == 6
    wide[1, :6] = wide[0, :6]
    vectors.fill_norms(force=True)
    assert vectors.most_similar("a", topn=1) == [("b", 1.0)]


def test_lookup(compass):
    assert len(compass) == 6
    assert list(compass) == compass.index_to_key == [*ANGLES, "zero"]
    assert compass.key_to_index["north"] == 3
    assert "north" in compass
    assert "south" not in compass
    np.testing.assert_array_equal(compass["north"], compass.vectors[3])
    np.testing.assert_array_equal(compass[3], compass.vectors[3])
    np.testing.assert_array_equal(compass[np.int64(3)], compass.vectors[3])
    np.testing.assert_array_equal(compass[["north", "east", 1]], compass.vectors[[3, 0, 1]])
    np.testing.assert_array_equal(compass[np.array([2, 0])], compass.vectors[[2, 0]])
    assert compass.get_index("west") == 4
    assert compass.get_index("south", -1) == -1
    assert repr(compass) == "KeyedVectors(vector_size=2, 6 keys)"


def test_a_vector_is_read_only(compass):
    with pytest.raises(ValueError, match="read-only"):
        compass["east"][0] = 7


def test_default_vectors(compass):
    np.testing.assert_array_equal(compass.get_vector("south", default=0), [0, 0])
    np.testing.assert_array_equal(compass.get_vector("south", default=[0, -1]), [0, -1])
    with pytest.raises(ConfigError, match="shape"):
        compass.get_vector("south", default=[1, 2, 3])


def test_normed_vectors(compass):
    np.testing.assert_allclose(compass.get_vector("west", norm=True), [-1, 0], atol=1e-6)
    np.testing.assert_array_equal(compass.get_vector("zero", norm=True), [0, 0])
    normed = compass.get_normed_vectors()
    assert normed.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(normed, axis=1), [1, 1, 1, 1, 1, 0], atol=1e-6)
    np.testing.assert_allclose(compass.norms, [1, 2, 3, 4, 5, 0], atol=1e-6)


@pytest.mark.parametrize("key", ["south", 6, -1, 1000])
def test_unknown_keys(compass, key):
    for ask in (
        compass.__getitem__,
        compass.get_vector,
        compass.get_index,
        compass.most_similar,
        lambda key: compass.similarity("east", key),
        lambda key: compass.most_similar_batch([key]),
        lambda key: compass.most_similar_cosmul(key),
        lambda key: compass.get_mean_vector([key], ignore_missing=False),
        lambda key: compass.rank("east", key),
    ):
        with pytest.raises(UnknownWordError):
            ask(key)
    assert key not in compass


@pytest.mark.parametrize("key", [1.5, None, b"east", ["east"]])
def test_keys_of_another_type(compass, key):
    with pytest.raises(ConfigError):
        compass.get_vector(key)


def test_attributes(compass):
    assert compass.get_vecattr("near", "count") == 9
    compass.set_vecattr("near", "count", 10)
    assert compass.get_vecattr("near", "count") == 10
    compass.set_vecattr("near", "weight", 2)
    compass.set_vecattr("east", "weight", 0.5)  # would be 0 if the attribute stayed an integer
    assert [compass.get_vecattr(word, "weight") for word in ("east", "near", "west")] == [0.5, 2, 0]
    compass.set_vecattr("east", "class", "place")
    assert compass.get_vecattr("east", "class") == "place"
    with pytest.raises(ConfigError, match="count"):
        compass.get_vecattr("near", "colour")


@pytest.mark.parametrize(
    ("words", "vectors", "counts", "message"),
    [
        (["a", "b", "a"], np.ones((3, 2)), None, "got 'a' twice, in rows 0 and 2"),
        (["a", 5], np.ones((2, 2)), None, "word 1 must be a string: got int"),
        (["a"], np.ones((2, 2)), None, "vectors must be one per word, 1 in all: got 2"),
        (["a"], np.ones(2), None, "a matrix"),
        (["a"], np.ones((1, 0)), None, "a matrix"),
        (["a"], np.array([["x"]]), None, "an array of numbers"),
        (["a"], np.ones((1, 2)), [1, 2], "counts"),
        (["a"], np.ones((1, 2)), [-1], "counts"),
        (["a"], np.ones((1, 2)), [0.5], "counts"),
    ],
)
def test_arrays_that_do_not_fit(words, vectors, counts, message):
    with pytest.raises(ConfigError, match=message):
        KeyedVectors.from_arrays(words, vectors, counts)


@pytest.mark.parametrize(
    "arguments", [{"vector_size": 0}, {"vector_size": 3, "count": -1}, {"vector_size": 3, "dtype": int}]
)
def test_constructor_refuses(arguments):
    with pytest.raises(ConfigError):
        KeyedVectors(**arguments)


def test_contents_there_and_back(compass):
    compass.metadata["made by"] = "hand"
    contents = compass.contents()
    assert isinstance(contents, Contents)
    again = KeyedVectors.from_contents(contents)
    np.testing.assert_array_equal(again.vectors, compass.vectors)
    assert again.index_to_key == compass.index_to_key
    assert again.metadata == {"made by": "hand"}
    assert again.get_vecattr("near", "count") == 9


def test_assignment_in_gensims_manner(compass):
    by_hand = KeyedVectors(2)
    by_hand.vectors = compass.vectors.astype(np.float64)
    with pytest.raises(ConfigError, match="vectors must be one per word, 0 in all: got 6"):
        by_hand.most_similar(np.ones(2))
    by_hand.key_to_index = dict(compass.key_to_index)
    assert by_hand.vectors.dtype == np.float32
    assert by_hand.most_similar("east") == compass.most_similar("east")
    by_hand.index_to_key = [word.upper() for word in compass.index_to_key]
    assert by_hand.most_similar("EAST", topn=1)[0][0] == "NEAR"
    with pytest.raises(ConfigError, match="key_to_index"):
        by_hand.key_to_index = {"a": 0, "b": 2}


# --- unknown words: suggestions


def test_suggestions_name_similar_words():
    vectors = KeyedVectors.from_arrays(["Paris", "king", "kind", "queen", "berlin"], np.eye(5, dtype=np.float32))
    with pytest.raises(KeyError, match=r"^'paris' is not among the 5 words; did you mean 'Paris'\?$"):
        vectors["paris"]
    with pytest.raises(KeyError, match="did you mean 'king', 'kind'"):
        vectors["kin"]
    with pytest.raises(KeyError, match=r"^'xyzzy' is not among the 5 words$"):
        vectors["xyzzy"]
    with pytest.raises(KeyError, match="''"):
        vectors[""]


def test_suggestions_cost_nothing_unread_and_little_read():
    words = [f"w{i:06d}" for i in range(200_000)]
    known = dict.fromkeys(words, 0)
    start = time.process_time()
    errors = [keys.missing(f"w{i}x", words, known) for i in range(1000)]
    unread = time.process_time() - start
    start = time.process_time()
    text = str(errors[0])
    read = time.process_time() - start
    assert "not among" in text
    assert unread < 0.1
    assert read < 0.5  # 15 ms; of this process alone, whatever else runs


def test_an_unknown_word_error_does_not_carry_the_vocabulary(compass):
    with pytest.raises(UnknownWordError) as caught:
        compass["eats"]
    assert "east" in repr(caught.value)
    assert "diagonal" not in repr(caught.value)
    across = copy.deepcopy(caught.value)  # takes an object apart as a pool of processes does
    assert str(across) == str(caught.value)
    assert isinstance(across.args[0], str)


# --- pairs


def test_pairs(compass):
    assert compass.similarity("near", "diagonal") == cosine(35)
    assert compass.similarity("east", "west") == cosine(180)
    assert compass.similarity("east", "zero") == 0
    assert compass.similarity("zero", "zero") == 0
    assert type(compass.similarity("near", "diagonal")) is np.float32
    assert compass.distance("near", "north") == pytest.approx(1 - np.cos(np.radians(80)), abs=1e-6)
    np.testing.assert_allclose(compass.distances("east", ["north", "zero", "west"]), [1, 1, 2], atol=1e-6)
    np.testing.assert_allclose(
        compass.distances(np.array([0, 9.0])), 1 - np.sin(np.radians([0, 10, 45, 90, 180, 0])), atol=1e-6
    )
    np.testing.assert_allclose(
        KeyedVectors.cosine_similarities(np.array([2.0, 0]), np.array([[1, 1], [0, 0]])), [0.5**0.5, 0]
    )
    with pytest.raises(ConfigError, match="shapes"):
        KeyedVectors.cosine_similarities(np.ones(2), np.ones((2, 3)))


def test_ranks(compass):
    assert compass.closer_than("east", "diagonal") == ["near"]
    assert compass.rank("east", "near") == 1
    assert compass.rank("east", "west") == 5
    assert compass.rank("east", "east") == 1


def test_rank_is_the_place_in_the_list(random):
    for place, (word, _) in enumerate(random.most_similar("word7", topn=299), 1):
        assert random.rank("word7", word) == place


def test_sets(compass):
    assert compass.doesnt_match(["east", "near", "diagonal", "west"]) == "west"
    assert compass.rank_by_centrality(["east", "north", "diagonal"])[0][1] == "diagonal"
    assert compass.most_similar_to_given("east", ["west", "near", "north"]) == "near"
    assert compass.n_similarity(["east", "north"], ["north"]) == pytest.approx(4 / 17**0.5, abs=1e-6)
    assert compass.n_similarity("east", "near") == cosine(10)  # one word, not its letters
    assert compass.n_similarity(["east"], ["south"]) == 0


def test_relative_cosine_similarity(compass):
    top = sum(score for _, score in compass.most_similar("east", topn=2))
    assert compass.relative_cosine_similarity("east", "near", topn=2) == pytest.approx(np.cos(np.radians(10)) / top)
    with pytest.raises(ConfigError, match="must not add up to 0"):
        compass.relative_cosine_similarity("zero", "east")


def test_words_left_out_are_logged(compass, caplog):
    assert compass.doesnt_match(["east", "south", "near", "west"]) == "west"
    assert "1 of 4 words are unknown and ignored: ['south']" in caplog.text


@pytest.mark.parametrize(
    "ask",
    [
        lambda v: v.most_similar(),
        lambda v: v.most_similar([], []),
        lambda v: v.most_similar(["south"], ignore_missing=True),
        lambda v: v.most_similar_cosmul(),
        lambda v: v.most_similar_to_given("east", []),
        lambda v: v.doesnt_match([]),
        lambda v: v.doesnt_match(["south"]),
        lambda v: v.rank_by_centrality([]),
        lambda v: v.n_similarity([], ["east"]),
        lambda v: v.get_mean_vector([]),
        lambda v: v[[]],
    ],
)
def test_empty_inputs(compass, ask):
    with pytest.raises(ConfigError):
        ask(compass)


def test_means(compass):
    np.testing.assert_allclose(compass.get_mean_vector(["east", "north"]), [0.5, 0.5], atol=1e-6)
    np.testing.assert_allclose(compass.get_mean_vector(["east", "north"], pre_normalize=False), [0.5, 2], atol=1e-6)
    np.testing.assert_allclose(compass.get_mean_vector(["east", "north"], weights=[3, -1]), [0.75, -0.25], atol=1e-6)
    np.testing.assert_allclose(
        compass.get_mean_vector(["east", "north"], post_normalize=True), [0.5**0.5] * 2, atol=1e-6
    )
    np.testing.assert_allclose(compass.get_mean_vector(["east", np.array([0, 4])]), [0.5, 2], atol=1e-6)
    np.testing.assert_array_equal(compass.get_mean_vector(["south"]), [0, 0])
    np.testing.assert_array_equal(compass.get_mean_vector("east"), compass.get_mean_vector(["east"]))
    for weights in ([1], [1, np.nan], [[1, 1]]):
        with pytest.raises(ConfigError, match="weights"):
            compass.get_mean_vector(["east", "north"], weights=weights)


# --- neighbours


def test_most_similar(compass):
    found = compass.most_similar("east", topn=5)
    assert [word for word, _ in found] == ["near", "diagonal", "north", "zero", "west"]
    assert [score for _, score in found] == [cosine(10), cosine(45), cosine(90), 0, cosine(180)]
    assert all(type(score) is float for _, score in found)
    # east - north points to -45 degrees: near, at 55 degrees from it, comes first.
    assert compass.most_similar(["east"], ["north"], topn=1) == [("near", cosine(55))]
    # Weights: 3 east + 1 north, at atan(1/3), not at 45 degrees.
    angle = np.degrees(np.arctan(1 / 3))
    assert compass.most_similar([("east", 3), "north"], topn=1) == [("near", cosine(angle - 10))]
    assert compass.most_similar(("east", 3), topn=1) == compass.most_similar("east", topn=1)
    assert compass.most_similar(np.array([0.0, 2.0]), topn=1) == [("north", cosine(0))]
    assert compass.similar_by_vector([0, 2], topn=1) == [("north", cosine(0))]
    assert compass.similar_by_word("east", 2) == compass.similar_by_key("east", 2) == found[:2]


def test_all_scores(compass):
    scores = compass.most_similar("east", topn=None)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, [1, *np.cos(np.radians([10, 45, 90, 180])), 0], atol=1e-6)
    np.testing.assert_allclose(compass.most_similar("east", topn=None, clip_start=3, clip_end=5), [0, -1], atol=1e-6)
    assert compass.most_similar_cosmul("east", topn=None, restrict_vocab=2).shape == (2,)


def test_search_of_some_rows(compass):
    assert [word for word, _ in compass.most_similar("east", restrict_vocab=3)] == ["near", "diagonal"]
    assert [word for word, _ in compass.most_similar("east", clip_start=3, clip_end=5)] == ["north", "west"]
    assert [word for word, _ in compass.most_similar_cosmul("east", restrict_vocab=3)] == ["near", "diagonal"]
    assert [word for word, _ in compass.most_similar_cosmul("west", restrict_vocab=2)] == ["near", "east"]
    assert compass.most_similar("east", restrict_vocab=1) == []


def test_more_than_there_are(compass):
    assert len(compass.most_similar("east", topn=1000)) == 5
    assert len(compass.most_similar_cosmul("east", topn=1000)) == 5
    assert len(compass.most_similar_batch(["east"], topn=1000)[0]) == 5


def test_inputs_that_cancel_out_and_zero_vectors(compass):
    assert compass.most_similar("zero", topn=2) == [("east", 0.0), ("near", 0.0)]
    assert compass.most_similar(["east"], ["east"], topn=2) == [("near", 0.0), ("diagonal", 0.0)]
    assert compass.most_similar(np.zeros(2), topn=2) == [("east", 0.0), ("near", 0.0)]


def test_ignore_missing(compass):
    assert compass.most_similar(["east", "south"], ignore_missing=True) == compass.most_similar("east")
    assert compass.most_similar_batch(["south", "east"], topn=2, ignore_missing=True) == [
        [],
        compass.most_similar("east", topn=2),
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        *({"topn": bad} for bad in (-5, 2.0, "3", True)),
        *({"restrict_vocab": bad} for bad in (0, -1)),
        {"clip_start": -1},
        {"clip_start": 6},
        {"clip_start": 3, "clip_end": 3},
        {"clip_start": 1, "restrict_vocab": 3},
        {"indexer": object()},
    ],
)
def test_numbers_out_of_range(compass, arguments):
    with pytest.raises(ConfigError):
        compass.most_similar("east", **arguments)
    if "indexer" not in arguments:
        with pytest.raises(ConfigError):
            compass.most_similar_batch(["east"], **arguments)
    if arguments.keys() <= {"topn", "restrict_vocab"}:
        with pytest.raises(ConfigError):
            compass.most_similar_cosmul("east", **arguments)


@pytest.mark.parametrize(
    "vector", [np.ones(3), np.array([np.nan, 1]), np.array([1, np.inf]), np.ones((2, 2, 2)), np.array(1.0)]
)
def test_vectors_that_are_no_queries(compass, vector):
    for ask in (
        compass.most_similar,
        compass.most_similar_cosmul,
        compass.similar_by_vector,
        compass.distances,
        compass.get_mean_vector,
        lambda vector: compass.most_similar_batch([vector]),
    ):
        with pytest.raises(ConfigError):
            ask(vector)


def test_weights_that_are_none(compass):
    with pytest.raises(ConfigError, match="finite"):
        compass.most_similar([("east", np.nan)])
    with pytest.raises(ConfigError, match="without weights: got positive="):
        compass.most_similar_cosmul([("east", 2.0)])


def test_rows_that_are_not_finite(compass):
    compass.vectors[1] = [np.nan, 0]
    compass.norms = None
    with pytest.raises(ConfigError, match="row 1"):
        compass.most_similar("east")


def test_cosmul(compass):
    # (1 + cos 10)/2 / ((1 + cos 80)/2 + 1e-6) for "near"; "zero" has (1/2) / (1/2).
    expected = (1 + np.cos(np.radians(10))) / (1 + np.cos(np.radians(80)) + 2e-6)
    found = compass.most_similar_cosmul(["east"], ["north"], topn=6)
    assert found[0] == ("near", pytest.approx(expected, rel=1e-6))
    assert found[-1] == ("west", pytest.approx(0, abs=1e-6))
    assert dict(found)["zero"] == pytest.approx(1, abs=1e-5)
    assert all(type(score) is float for _, score in found)
    # Without positives the numerator is 1: largest where the cosine with "west" is least.
    assert compass.most_similar_cosmul(negative="west", topn=2) == [
        ("east", pytest.approx(1e6, rel=1e-3)),
        ("near", pytest.approx(2 / (1 - np.cos(np.radians(10))), rel=1e-3)),
    ]


# --- batches


def test_batch_of_words_and_vectors(random):
    words = [f"word{i}" for i in range(0, 300, 3)]
    assert random.most_similar_batch(words, topn=7) == [random.most_similar(word, topn=7) for word in words]
    matrix = np.random.default_rng(1).standard_normal((40, 24))
    assert random.most_similar_batch(matrix, topn=7) == [random.similar_by_vector(row, topn=7) for row in matrix]
    assert random.most_similar_batch(["word1", matrix[0], 2], topn=3) == [
        random.most_similar("word1", topn=3),
        random.similar_by_vector(matrix[0], topn=3),
        random.most_similar(2, topn=3),
    ]
    assert random.most_similar_batch([]) == []
    assert random.most_similar_batch(np.empty((0, 24))) == []


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_batch_equals_scalar(data):
    size, dim = data.draw(st.integers(1, 60)), data.draw(st.integers(1, 8))
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    # Integers, so that there are ties and zero rows.
    matrix = rng.integers(-2, 3, size=(size, dim)).astype(data.draw(st.sampled_from([np.float32, np.float16])))
    vectors = KeyedVectors.from_arrays([str(i) for i in range(size)], matrix)
    asked = data.draw(st.lists(st.integers(0, size - 1).map(str), max_size=30))
    start = data.draw(st.integers(0, size - 1))
    options = {
        "topn": data.draw(st.integers(1, 70)),
        "clip_start": start,
        "clip_end": data.draw(st.integers(start + 1, 70)),
    }
    assert vectors.most_similar_batch(asked, **options) == [vectors.most_similar(word, **options) for word in asked]


def test_batches_are_bounded_in_memory():
    matrix = np.random.default_rng(6).standard_normal((30_000, 16)).astype(np.float32)
    vectors = KeyedVectors.from_arrays([str(i) for i in range(30_000)], matrix)
    vectors.fill_norms()
    tracemalloc.start()
    try:
        vectors.most_similar_batch(matrix[:3000], topn=2)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100e6  # all scores at once would be 360 MB


def test_threads_get_the_same_answers(random):
    words = random.index_to_key
    expected = [random.most_similar(word, topn=5) for word in words]
    fresh = copy.copy(random)  # its norms are not known yet: the threads race for them
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda word: fresh.most_similar(word, topn=5), words)) == expected


# --- editing


def test_norms_are_renewed_by_every_change(compass):
    def fresh():
        rebuilt = KeyedVectors.from_arrays(compass.index_to_key, compass.vectors.copy())
        np.testing.assert_array_equal(compass.norms, rebuilt.norms)
        assert compass.most_similar("east") == rebuilt.most_similar("east")

    compass.fill_norms()
    compass.add_vector("south", [0, -3])
    fresh()
    compass["near"] = [5, 5]
    fresh()
    compass.sort_by_descending_frequency()
    fresh()
    compass.vectors = compass.vectors * np.float32(2)
    fresh()
    compass.vectors[0] = [7, 7]
    compass.fill_norms(force=True)
    fresh()
    compass.unit_normalize_all()
    fresh()
    np.testing.assert_allclose(sorted(compass.norms), [0, *[1] * 6], atol=1e-6)


def test_add_vectors(compass):
    assert compass.add_vector("south", [0, -1]) == 6
    assert compass.add_vector("east", [5, 5]) == 0
    np.testing.assert_array_equal(compass["east"], [1, 0])
    compass.add_vectors(["east", "down"], [[2, 0], [0, -2]], extras={"count": [7, 8]}, replace=True)
    np.testing.assert_array_equal(compass[["east", "down"]], [[2, 0], [0, -2]])
    assert [compass.get_vecattr(word, "count") for word in ("east", "near", "south", "down")] == [7, 9, 0, 8]
    compass.add_vectors(["near", "up"], [[9, 9], [0, 2]], extras={"count": [1, 4], "tall": [0.5, 1.5]})
    assert [compass.get_vecattr(word, "count") for word in ("near", "up")] == [9, 4]
    assert [compass.get_vecattr(word, "tall") for word in ("near", "up")] == [0, 1.5]
    assert compass.most_similar("down", topn=1) == [("south", cosine(0))]


@pytest.mark.parametrize(
    ("words", "vectors", "extras"),
    [
        (["a", "a"], np.ones((2, 2)), {}),
        (["a", "b"], np.ones((1, 2)), {}),
        (["a"], np.ones((1, 3)), {}),
        ("a", np.ones(3), {}),
        ([5], np.ones((1, 2)), {}),
        (["a"], np.ones((1, 2)), {"count": [1, 2]}),
    ],
)
def test_what_cannot_be_added_changes_nothing(compass, words, vectors, extras):
    before = compass.index_to_key.copy(), compass.vectors.copy()
    with pytest.raises(ConfigError):
        compass.add_vectors(words, vectors, extras)
    assert compass.index_to_key == before[0]
    np.testing.assert_array_equal(compass.vectors, before[1])


@pytest.mark.parametrize("room", [0, 1, 100])
def test_adding_one_by_one(room):
    rows = np.random.default_rng(2).standard_normal((50, 3)).astype(np.float32)
    grown = KeyedVectors(3, count=room)
    assert len(grown) == 0
    for i, row in enumerate(rows):
        assert grown.add_vector(str(i), row) == i
        assert grown.vectors.shape == (i + 1, 3)
    np.testing.assert_array_equal(grown.vectors, rows)


def test_growing_never_writes_into_a_wider_matrix():
    wide = np.zeros((3, 4), dtype=np.float32)
    vectors = KeyedVectors.from_arrays(["a", "b"], wide[:2, :3])
    vectors.add_vector("c", [1, 2, 3])
    assert not wide.any()
    vectors["a"] = [4, 5, 6]  # now in a matrix of its own
    assert not wide.any()


def test_replacing_writes_through_a_view_and_copies_what_is_read_only():
    wide = np.ones((2, 4), dtype=np.float32)
    KeyedVectors.from_arrays(["a", "b"], wide[:, :3])["a"] = [4, 5, 6]
    assert wide.tolist() == [[4, 5, 6, 1], [1, 1, 1, 1]]
    wide.flags.writeable = False
    vectors = KeyedVectors.from_arrays(["a", "b"], wide)
    vectors["b"] = [2, 2, 2, 2]
    vectors.unit_normalize_all()
    assert wide[1].tolist() == [1, 1, 1, 1]
    np.testing.assert_allclose(vectors["b"], [0.5] * 4)


def test_sort_by_descending_frequency(compass):
    before = {word: compass[word].tolist() for word in compass}
    compass.sort_by_descending_frequency()
    assert compass.index_to_key == ["near", "north", "diagonal", "east", "zero", "west"]
    assert {word: compass[word].tolist() for word in compass} == before
    assert [compass.get_vecattr(word, "count") for word in compass] == [9, 9, 5, 3, 2, 1]
    with pytest.raises(ConfigError, match="count"):
        KeyedVectors(3).sort_by_descending_frequency()


def test_resize_vectors(compass):
    old = compass.vectors.copy()
    compass.index_to_key = [*compass.index_to_key, "south", "up"]
    compass.set_vecattr("east", "flag", 1)  # as long as the words, not as the vectors
    compass.resize_vectors(seed=5)
    expected = (np.random.default_rng(5).random((8, 2), dtype=np.float32)[6:] * 2 - 1) / 2
    np.testing.assert_array_equal(compass.vectors, np.concatenate([old, expected]))
    np.testing.assert_array_equal(compass["up"], expected[1])
    assert [compass.get_vecattr(word, "flag") for word in ("east", "up")] == [1, 0]
    assert compass.get_vecattr("up", "count") == 0
    compass.index_to_key = ["alone"]
    with pytest.raises(ConfigError, match="at least as many as the vectors"):
        compass.resize_vectors()


def test_vectors_for_all(compass):
    chosen = compass.vectors_for_all(["west", "south", "east", "west"], copy_vecattrs=True)
    assert isinstance(chosen, KeyedVectors)
    assert chosen.index_to_key == ["west", "east"]
    np.testing.assert_array_equal(chosen.vectors, compass[["west", "east"]])
    assert chosen.get_vecattr("west", "count") == 1
    assert not np.shares_memory(chosen.vectors, compass.vectors)
    assert len(compass.vectors_for_all(["south"])) == 0


def test_half_precision(random):
    half = random.astype(np.float16)
    assert half.vectors.dtype == np.float16
    assert half.vectors.nbytes * 2 == random.vectors.nbytes
    assert half["word1"].dtype == np.float16
    assert half.get_vecattr("word1", "count") == random.get_vecattr("word1", "count")
    assert half.most_similar("word3", topn=5) == half.astype(np.float32).most_similar("word3", topn=5)
    assert dict(half.most_similar("word3", topn=299)) == pytest.approx(
        dict(random.most_similar("word3", topn=299)), abs=1e-3
    )
    assert half.most_similar("word3", topn=None).dtype == np.float32
    half.unit_normalize_all()
    assert half.vectors.dtype == np.float16
    with pytest.raises(ConfigError, match="float64"):
        random.astype(np.float64)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_copies_are_independent(compass, duplicate):
    other = duplicate(compass)
    assert other.most_similar("east") == compass.most_similar("east")
    other.add_vector("south", [0, -1])
    other.unit_normalize_all()
    other.set_vecattr("east", "count", 77)
    assert len(compass) == 6
    assert compass.get_vecattr("east", "count") == 3
    np.testing.assert_allclose(compass.norms, np.linalg.norm(compass.vectors, axis=1), atol=1e-6)


# --- files


def test_save_and_load(compass, tmp_path):
    path = tmp_path / "compass.safetensors"
    compass.metadata["origin"] = "compass"
    compass.save(path)
    for mmap in (None, "r"):
        loaded = KeyedVectors.load(path, mmap=mmap)
        np.testing.assert_array_equal(loaded.vectors, compass.vectors)
        assert loaded.index_to_key == compass.index_to_key
        assert loaded.metadata == {"origin": "compass"}
        assert loaded.get_vecattr("near", "count") == 9
        loaded.add_vector("near", [7, 7])  # known: nothing is written
        loaded.add_vectors([], np.empty((0, 2)))
        np.testing.assert_array_equal(loaded.vectors, compass.vectors)
        loaded.add_vector("new", [7, 7])
        assert loaded["new"].tolist() == [7, 7]
        loaded = KeyedVectors.load(path, mmap=mmap)
        loaded["near"] = [3, 3]  # a mapped file is left alone
        assert loaded.most_similar("diagonal", topn=1) == [("near", cosine(0))]
    with pytest.raises(ConfigError, match="mmap"):
        KeyedVectors.load(path, mmap="r+")


@pytest.mark.parametrize("binary", [False, True])
def test_word2vec_format(compass, tmp_path, binary):
    path, counts = tmp_path / "compass.vec", tmp_path / "counts.txt"
    compass.save_word2vec_format(path, fvocab=counts, binary=binary)
    loaded = KeyedVectors.load_word2vec_format(path, fvocab=counts, binary=binary)
    assert loaded.index_to_key == ["near", "north", "diagonal", "east", "zero", "west"]
    for word in compass:
        np.testing.assert_array_equal(loaded[word], compass[word])
        assert loaded.get_vecattr(word, "count") == compass.get_vecattr(word, "count")
    assert KeyedVectors.load_word2vec_format(path, binary=binary, limit=2).index_to_key == ["near", "north"]
    compass.save_word2vec_format(path, binary=binary, sort_attr="none", prefix="p_")
    assert KeyedVectors.load_word2vec_format(path, binary=binary).index_to_key[0] == "p_east"
    with pytest.raises(ConfigError, match="append"):
        compass.save_word2vec_format(path, append=True)


# --- Word Mover's Distance


def test_wmdistance_names_what_is_missing(compass, monkeypatch):
    monkeypatch.setitem(sys.modules, "ot", None)
    with pytest.raises(MissingExtraError, match=r'pip install "w2v\[wmd\]"'):
        compass.wmdistance(["east"], ["north"])


def test_wmdistance_states_the_transport_problem(compass, monkeypatch):
    posed = []
    solver = SimpleNamespace(emd2=lambda *problem: posed.append(problem) or 0.5)
    monkeypatch.setitem(sys.modules, "ot", solver)
    assert compass.wmdistance(["north", "east", "south", "east"], ["west"]) == 0.5
    weights1, weights2, costs = posed[0]
    np.testing.assert_allclose(weights1, [2 / 3, 1 / 3])  # east, north: in row order
    np.testing.assert_allclose(weights2, [1])
    np.testing.assert_allclose(costs, [[2], [2**0.5]], atol=1e-6)
    compass.wmdistance(["north"], ["west"], norm=False)
    np.testing.assert_allclose(posed[1][2], [[41**0.5]], atol=1e-5)
    assert compass.wmdistance(["south"], ["east"]) == float("inf")
    assert len(posed) == 2


def test_wmdistance_with_pot(compass):
    pytest.importorskip("ot")
    assert compass.wmdistance(["east", "north"], ["north", "west"]) == pytest.approx(1, abs=1e-6)


# --- names of gensim 3


def test_old_names(compass):
    with pytest.warns(DeprecationWarning, match="key_to_index"):
        vocab = compass.vocab
    assert vocab["near"].index == 1
    assert vocab["near"].count == 9
    assert list(vocab) == compass.index_to_key
    assert len(vocab) == 6
    assert "south" not in vocab
    with pytest.warns(DeprecationWarning, match="index_to_key"):
        assert compass.index2word == compass.index_to_key
    with pytest.warns(DeprecationWarning, match="index_to_key"):
        assert compass.index2entity == compass.index_to_key
    with pytest.warns(DeprecationWarning, match="get_vector"):
        np.testing.assert_array_equal(compass.word_vec("near", use_norm=True), compass.get_vector("near", norm=True))
    with pytest.warns(DeprecationWarning, match="get_normed_vectors"):
        np.testing.assert_array_equal(compass.vectors_norm, compass.get_normed_vectors())
    with pytest.warns(DeprecationWarning, match="closer_than"):
        assert compass.words_closer_than("east", "diagonal") == ["near"]
    with pytest.warns(DeprecationWarning, match="fill_norms"):
        compass.init_sims()
    assert compass.norms[1] == pytest.approx(2)
    with pytest.warns(DeprecationWarning, match="unit_normalize_all"):
        compass.init_sims(replace=True)
    assert compass.norms[1] == pytest.approx(1)


def test_nothing_is_printed(compass, capsys):
    compass.most_similar("east")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_strings_where_lists_of_words_are_wanted():
    vectors = KeyedVectors.from_arrays(["a", "b", "c"], [[1, 0], [3, 1], [0, 1]])
    assert vectors.most_similar_to_given("a", "b") == "b"
    assert vectors.most_similar_to_given("a", ["b", "c"]) == "b"
    assert vectors.vectors_for_all("b").index_to_key == ["b"]
    with pytest.raises(ConfigError, match="at least one known word: got only unknown ones, such as 'a b c'"):
        vectors.doesnt_match("a b c")
    with pytest.raises(ConfigError, match="document2 must be a list of words: got the string 'b c'; split it"):
        vectors.wmdistance(["a"], "b c")


def test_words_that_look_the_same():
    vectors = KeyedVectors.from_arrays(["cafe\u0301", "th\u00e9"], [[1, 0], [3, 1]])
    for word, meant in (("caf\u00e9", r"'cafe\\u0301'"), ("the\u0301", r"'th\\xe9'")):
        with pytest.raises(UnknownWordError, match=rf"did you mean {meant} \(accents written differently\)\?"):
            vectors.most_similar(word)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_vectors_are_finite_wherever_they_come_in(value):
    with pytest.raises(ConfigError, match=r"must be finite .* in row 1, of the word 'b'; leave such words out"):
        KeyedVectors.from_arrays(["a", "b"], [[1.0, 2.0], [value, 3.0]])
    vectors = KeyedVectors.from_arrays(["a", "b"], [[1.0, 2.0], [2.0, 3.0]])
    with pytest.raises(ConfigError, match="in row 0, of the word 'c'"):
        vectors.add_vectors(["c"], [[value, 0.0]])
    with pytest.raises(ConfigError, match="must be finite"):
        vectors["a"] = [value, 0.0]
    assert vectors["a"].tolist() == [1, 2]
    with pytest.raises(ConfigError, match="must be finite"):
        KeyedVectors.from_arrays(["a"], np.array([[1, np.inf]], np.float16))


@pytest.mark.parametrize("word", ["New York", "new york", " new_york", "NEW YORK", "new_york\n"])
def test_a_phrase_is_suggested_for_its_words(word):
    vectors = KeyedVectors.from_arrays(["king", "new_york"], np.eye(2))
    with pytest.raises(UnknownWordError, match="did you mean 'new_york'"):
        vectors[word]
