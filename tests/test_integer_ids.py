"""Integer ids stay integers: in the vocabulary, in answers, in files; and keys that can be none are not contained."""

import json
import warnings
from fractions import Fraction

import numpy as np
import pytest

import w2v
from w2v import KeyedVectors, Word2Vec
from w2v.cli.main import main
from w2v.errors import ConfigError, FormatError, MemoryLimitError, UnknownWordError
from w2v.formats import native

SETTINGS = {"vector_size": 8, "min_count": 1, "sample": 0, "workers": 1}


def baskets(kind=int):
    rng = np.random.default_rng(0)
    return [[kind(side * 10 + item) for item in rng.integers(0, 10, 8)] for side in (0, 3) for _ in range(60)]


@pytest.fixture(scope="module")
def model():
    return Word2Vec(baskets(), **SETTINGS)


def integers(words):
    return all(type(word) is int for word in words)


def test_answers_are_integers(model):
    wv = model.wv
    assert sorted(wv.index_to_key) == [*range(10), *range(30, 40)]
    assert integers(wv.index_to_key)
    assert integers(wv.key_to_index)
    assert integers(wv)
    for found in (
        wv.most_similar(3),
        wv.most_similar(np.int32(3)),
        wv.most_similar("3"),
        wv.similar_by_key(3),
        wv.similar_by_vector(wv[3]),
        wv.most_similar_cosmul([3, 4], [30]),
        wv.most_similar_batch([3, 30])[0],
        model.predict_output_word([3, 4]),
    ):
        assert integers(word for word, _ in found)
    assert {word // 10 for word, _ in wv.most_similar(33, topn=5)} == {3}
    assert integers(wv.closer_than(3, 30))
    assert wv.doesnt_match([1, 2, 35]) == 35
    assert wv.most_similar_to_given(1, [2, 35]) == 2


def test_an_integer_is_an_id_and_never_a_row(model):
    assert 33 in model.wv
    assert 15 not in model.wv  # a row of that number exists
    assert "33" in model.wv
    assert "033" not in model.wv
    with pytest.raises(UnknownWordError, match=r"^15 is not among the 20 ids$"):
        model.wv[15]


def test_the_matrix_in_the_order_of_the_ids(model):
    matrix = model.wv.matrix_by_id()
    assert matrix.shape == (40, 8)
    assert all((matrix[key] == model.wv[key]).all() for key in model.wv.index_to_key)
    assert (matrix[10:30] == 0).all()
    assert np.isnan(model.wv.matrix_by_id(fill=np.nan)[10:30]).all()
    with pytest.raises(ConfigError, match=r"words must be integers to order vectors by them: got .'a'.; train on"):
        KeyedVectors.from_arrays(["a"], [[1.0]]).matrix_by_id()
    with pytest.raises(ConfigError, match="at least 0"):
        KeyedVectors.from_arrays([-1], [[1.0]]).matrix_by_id()
    with pytest.raises(MemoryLimitError, match="largest id 1000000000000"):
        KeyedVectors.from_arrays([10**12], [[1.0]]).matrix_by_id()


def test_files_keep_ids(model, tmp_path):
    model.save(tmp_path / "m.safetensors")
    model.wv.save(tmp_path / "v.safetensors")
    for wv in (
        Word2Vec.load(tmp_path / "m.safetensors").wv,
        KeyedVectors.load(tmp_path / "v.safetensors"),
        w2v.load(tmp_path / "m.safetensors").vectors,
        model.wv.astype("float16"),
        model.wv.vectors_for_all([3, 30]),
    ):
        assert integers(wv.index_to_key)
        assert 33 in wv or len(wv) == 2
    contents = native.load(tmp_path / "v.safetensors")
    contents.words[0] = "x"
    native.save(tmp_path / "bad.safetensors", contents)
    with pytest.raises(FormatError, match=r"words must be integers, as the file.s metadata says: .* got 'x'"):
        KeyedVectors.load(tmp_path / "bad.safetensors")


def test_training_goes_on_with_ids(model):
    again = Word2Vec(baskets(), **SETTINGS)
    again.build_vocab([[77, 3, 78], [77, 78]], update=True)
    again.train([[77, 3, 78], [77, 78]])
    assert again.wv.index_to_key[-2:] == [77, 78]
    assert integers(again.wv.index_to_key)
    with pytest.raises(ConfigError, match="words must be integers, as the other ids are: got 'cat'"):
        again.build_vocab([["cat", "dog"]], update=True)
    assert len(again.wv) == 22
    seen = []
    again.scan_vocab(baskets(), trim_rule=None)
    assert integers(again.raw_vocab)
    Word2Vec(baskets(), **SETTINGS, trim_rule=lambda word, count, least: seen.append(word))
    assert integers(seen)
    corpus = w2v.encode(baskets(), w2v.VocabularyConfig(min_count=1))
    trained = w2v.train(corpus, w2v.TrainConfig(vector_size=4, sample=0, workers=1, epochs=1))
    assert integers(trained.vectors.index_to_key)


def test_words_are_of_one_kind():
    wv = KeyedVectors.from_arrays(np.array([7, 3]), [[1.0, 0], [0, 1]])
    assert wv.index_to_key == [7, 3]
    assert wv.numbers
    wv.add_vectors([9], [[1, 1]])
    assert wv.index_to_key == [7, 3, 9]
    with pytest.raises(ConfigError, match="words must be integers, as the others here are: got 'a'"):
        wv["a"] = [1, 2]
    with pytest.raises(ConfigError, match="words must be strings, as the others here are: got 5"):
        KeyedVectors.from_arrays(["a"], [[1.0]])[5] = [1]
    with pytest.raises(ConfigError, match="word 1 must be an integer: got str"):
        KeyedVectors.from_arrays([1, "a"], [[1.0], [2.0]])
    with pytest.raises(ConfigError, match="word 1 must be a string: got bool"):
        KeyedVectors.from_arrays(["a", True], [[1.0], [2.0]])
    names = KeyedVectors.from_arrays(np.array(["a", "b"]), [[1.0], [2.0]])
    assert [type(word) for word in names.index_to_key] == [str, str]


def test_the_command_line_takes_digits(model, tmp_path, capsys):
    path = str(tmp_path / "v.safetensors")
    model.wv.save(path)
    assert main(["neighbors", path, "33", "-n", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["neighbors"]["33"]
    assert integers(word for word, _ in found)
    assert main(["similarity", path, "33", "34"]) == 0
    assert main(["neighbors", path, "15"]) == 65
    assert "15 is not among the 20 ids" in capsys.readouterr().err


@pytest.mark.parametrize("key", [None, float("nan"), 2.5, ("a", "b"), b"a", Fraction(1, 2), frozenset("a"), object])
def test_what_can_be_no_key_is_not_contained(model, key):
    words = KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]])
    for wv in (words, model.wv):
        assert key not in wv
        assert not wv.has_index_for(key)
        with pytest.raises(ConfigError, match="a key must be a word"):
            wv.get_index(key)
    assert words.most_similar(["a", key], ignore_missing=True) == words.most_similar("a")
    with pytest.raises(ConfigError, match="got list"):
        ["a"] in words  # noqa: B015  (as in a dict, an error)


NODES = ["10", "7", "3", "4", "5", "6", "1", "2", "8"]


@pytest.mark.parametrize("kind", [str, int])
def test_an_integer_means_the_same_wherever_the_vectors_come_from(kind, tmp_path):
    kv = KeyedVectors.from_arrays([kind(node) for node in NODES], np.arange(18).reshape(9, 2))
    stores = {"memory": kv}
    for extension in ("safetensors", "parquet", "vec", "txt.gz", "bin"):
        kv.save(tmp_path / f"v.{extension}")
        stores[extension] = KeyedVectors.load(tmp_path / f"v.{extension}")
    stores["gensim's door"] = KeyedVectors.load_word2vec_format(tmp_path / "v.vec")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, store in stores.items():
            for key in (7, np.int64(7), "7"):
                assert store[key].tolist() == [2, 3], name
                assert store.get_index(key) == 1, name
                assert key in store
            assert 0 not in store, name
            assert store[[7, 3]].tolist() == [[2, 3], [4, 5]]
            assert [int(word) for word, _ in store.most_similar(7, topn=9)] == [
                int(word) for word, _ in kv.most_similar("7", topn=9)
            ]
            with pytest.raises(UnknownWordError, match=r"^0 is not among the 9 ids$"):
                store[0]


def test_what_an_integer_means_is_said_once_where_it_may_be_either():
    kv = KeyedVectors.from_arrays(NODES, np.eye(9))
    with pytest.warns(UserWarning, match="integer 7 is taken for the word '7', not for a row number") as caught:
        kv[7]
    assert caught[0].filename == __file__
    mostly = KeyedVectors.from_arrays(["</s>", *NODES], np.eye(10))  # as word2vec writes walks
    with pytest.warns(UserWarning, match="7 is taken for row 7, which is the word '1', .*; pass '7' as a string"):
        assert mostly[7].tolist() == np.eye(10)[7].tolist()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert kv[3].tolist() == np.eye(9)[2].tolist()
        assert mostly[8].tolist() == np.eye(10)[8].tolist()
        text = KeyedVectors.from_arrays(["the", "2", "of", "1"], np.eye(4))
        assert text[1].tolist() == [0, 1, 0, 0]
        kv.add_vector("x", np.ones(9))
        assert kv.whole_numbers == 0.9
        KeyedVectors.from_arrays([str(i) for i in range(9)], np.eye(9))[7]  # word 7 is row 7


@pytest.mark.parametrize("key", [True, np.bool_(True), [True], np.array([True, False])])
def test_a_truth_value_is_no_row_number(key, model):
    words = KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]])
    for wv in (words, model.wv):
        with pytest.raises(ConfigError, match="must be a word"):
            wv[key]
        with pytest.raises(ConfigError, match="must be a word"):
            wv.most_similar(key)
    assert True not in words


@pytest.mark.parametrize("keys", [{"a", "b"}, frozenset("ab"), {"a": 1}])
def test_keys_without_an_order_have_no_rows(keys):
    words = KeyedVectors.from_arrays(["a", "b", "c"], np.eye(3))
    for ask in (words.__getitem__, words.most_similar_batch, lambda k: words.distances("c", k), words.neighbours_frame):
        with pytest.raises(ConfigError, match=rf"in order.*got a {type(keys).__name__}; pass sorted\(keys\)"):
            ask(keys)
    with pytest.raises(ConfigError, match="in order"):
        words.add_vectors(keys, np.eye(3)[:2])
    if isinstance(keys, dict):
        with pytest.raises(ConfigError, match=r"got a dict; pass list\(weights.items\(\)\) to weight them"):
            words.most_similar(positive=keys)
    else:
        assert words.most_similar(positive=keys) == words.most_similar(sorted(keys))  # a mean has no order
        with pytest.raises(ConfigError, match=r"words must be in the order of the rows, as in a list: got a \w*set"):
            KeyedVectors.from_arrays(keys, np.eye(2))
    assert words.subset(keys).index_to_key == sorted(keys)
