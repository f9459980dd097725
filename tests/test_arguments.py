"""Arguments are checked at the doors, in one wording."""

import inspect
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

import w2v
from w2v.annotations import checked
from w2v.arguments import integer, number, one_of, path, positive, sequence, shown, takes, truth, word_set
from w2v.errors import ArgumentError, ConfigError
from w2v.formats import describe_repairs
from w2v.server import ServerSettings


@checked
def door(
    whole: int = 0,
    real: float | None = None,
    flag: bool = False,
    text: str = "",
    place: str | Path = "",
    kind: Literal["a", "b"] = "a",
    array: ArrayLike | None = None,
    matrix: NDArray[Any] | None = None,
    sequence: Sequence[Any] = (),
    iterable: Iterable[Any] = (),
    mapping: Mapping[str, Any] | None = None,
    function: Callable[[], Any] | None = None,
    config: w2v.TrainConfig | None = None,
    anything: Any = None,
) -> dict[str, Any]:
    return dict(locals())


@pytest.mark.parametrize(
    ("name", "value", "made"),
    [
        ("whole", np.int8(3), 3),
        ("whole", np.array(3), 3),
        ("real", 2, 2.0),
        ("real", np.float16(0.5), 0.5),
        ("real", None, None),
        ("flag", np.bool_(True), True),
        ("flag", 1, True),
        ("text", np.str_("a"), "a"),
        ("place", Path("a"), Path("a")),
        ("sequence", range(2), range(2)),
        ("iterable", {1}, {1}),
        ("mapping", {}, {}),
        ("function", len, len),
        ("anything", (1,), (1,)),
    ],
)
def test_the_body_gets_plain_values(name, value, made):
    got = door(**{name: value})[name]
    assert got == made
    assert type(got) is type(made)


def test_iterators_become_sequences_and_numbers_arrays():
    assert door(sequence=iter("ab"))["sequence"] == ["a", "b"]
    assert door(array=[[1, 2]])["array"].shape == (1, 2)
    assert door(3, 1)["real"] == 1.0
    assert list(inspect.signature(door).parameters)[:2] == ["whole", "real"]


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("whole", True, "an integer"),
        ("whole", 1.0, "an integer"),
        ("whole", "1", "an integer"),
        ("real", "1", "a number or None"),
        ("real", np.datetime64("2020-01-01"), "a number or None"),
        ("flag", 2, "True or False"),
        ("flag", None, "True or False"),
        ("text", b"a", "a string"),
        ("kind", 1, "one of a, b"),
        ("array", ["a"], "an array of numbers or None"),
        ("matrix", [[1], [1, 2]], "an array of numbers or None"),
        ("sequence", 5, "a list"),
        ("iterable", np.array(5), "an iterable"),
        ("mapping", [], "a mapping or None"),
        ("function", "len", "a function or None"),
        ("config", {}, "a TrainConfig or None"),
    ],
)
def test_another_type_is_an_argument_error(name, value, wanted):
    for call in (lambda: door(**{name: value}), lambda: door(*_before(name), value)):
        with pytest.raises(ArgumentError, match=f"{name} must be {wanted}: got") as caught:
            call()
        assert isinstance(caught.value, ValueError)
        assert isinstance(caught.value, TypeError)


def _before(name):
    parameters = inspect.signature(door).parameters
    return [parameters[p].default for p in list(parameters)[: list(parameters).index(name)]]


@pytest.mark.parametrize(
    "call",
    [
        lambda: integer("n", 5, 0, 4),
        lambda: integer("n", -(10**400), 0),
        lambda: number("x", math.nan, 0, 1),
        lambda: number("x", 10**400, 0, 1),
        lambda: positive("x", math.inf),
        lambda: one_of("kind", "c", ("a", "b")),
        lambda: path("file", "a\0b"),
        lambda: path("file", "\ud800"),
        lambda: door(kind="c"),
    ],
)
def test_a_wrong_value_is_no_type_error(call):
    with pytest.raises(ConfigError, match="must be") as caught:
        call()
    assert not isinstance(caught.value, TypeError)


@pytest.mark.parametrize(
    "call", [lambda: truth("flag", "no"), lambda: word_set("keep", "abc"), lambda: path("file", 3)]
)
def test_a_wrong_type_is_a_type_error(call):
    with pytest.raises(TypeError, match="must be"):
        call()


@pytest.mark.parametrize("value", [dict, 5, np.array(5), b"ab", None])
def test_what_has_no_elements_is_no_sequence(value):
    with pytest.raises(ArgumentError, match="words must be a list of words: got"):
        sequence("words", value, "a list of words")


def test_sequences_stay_and_iterators_become_lists():
    words = ("a", "b")
    assert sequence("words", words, "a list") is words
    assert sequence("words", {"a": 1}.keys(), "a list") == ["a"]


@pytest.mark.parametrize("function", [len, lambda word: None, 5, "keep"])
def test_a_function_that_cannot_be_called_so_is_refused(function):
    with pytest.raises(ArgumentError, match="rule must be a function of word, count: got"):
        takes("rule", function, "word", "count")


@pytest.mark.parametrize("function", [lambda word, count: None, lambda *given: None, max, dict.fromkeys])
def test_a_function_that_can_be_called_so_or_does_not_tell_is_taken(function):
    takes("rule", function, "word", "count")


def test_values_are_shown_in_one_short_line():
    class Silent:
        def __repr__(self):
            raise RuntimeError

    assert shown(Silent()) == "a Silent"
    assert shown(np.zeros((2, 3))) == "an array of float64, shape (2, 3)"
    assert len(shown("x" * 5000)) == len(shown(["a"] * 100_000)) == 200
    assert path("file", b"a") == "a"


def test_utf_16_without_a_byte_order_mark(tmp_path):
    file = tmp_path / "text.txt"
    file.write_bytes("a b\n".encode("utf-16-le"))
    with pytest.raises(w2v.errors.TextEncodingError, match="utf-16-le"):
        w2v.encode(str(file), text=w2v.TextOptions(encoding="utf-16"))


ODD = np.array([np.inf, np.inf])
VECTORS = w2v.KeyedVectors.from_arrays(["a", "b"], np.eye(2, dtype=np.float32), counts=[2, 1])
CORPUS = w2v.encode([["a", "b"]] * 9, w2v.VocabularyConfig(min_count=1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: w2v.geometry.Space(None), "vectors must be an array of numbers: got None"),
        (lambda: w2v.geometry.uniformity(np.eye(2), 1e308), "t must be a positive number, at most 1e+300: got 1e+308"),
        (
            lambda: VECTORS.cosine_similarities([1.0, 1.0], [[np.inf, 1.0]]),
            "vectors must hold numbers of at most 3.4e+38: got NaN, infinity or a larger one",
        ),
        (lambda: w2v.geometry.Space(np.ones((2, 3)), words=dict), "words must be a list of words: got <class 'dict'>"),
        (
            lambda: w2v.geometry.Settings(ms=np.array(3)),
            "ms must be a list of integers: got an array of int64, shape ()",
        ),
        (
            lambda: w2v.Word2Vec([["a"]], min_count=1, trim_rule=len),
            "trim_rule must be a function of word, count, min_count: got <built-in function len>",
        ),
        (lambda: w2v.KeyedVectors(10**400), "vector_size must be an integer from 1 to 4611686018427387904: got 1000"),
        (lambda: w2v.corpora.load_manifest("/dev/full"), "cannot read the manifest /dev/full: it has more than"),
        (lambda: VECTORS.allocate_vecattrs(["count"], ["M8[D]"]), "types must fit the values of count, "),
        (
            lambda: setattr(VECTORS, "key_to_index", {"a": None, "b": "x"}),
            "key_to_index must map 2 words onto the rows 0 to 1, each once: got [None, 'x']",
        ),
        (lambda: w2v.VocabularyConfig(drop=np.array(3)), "drop must be a collection of words: got an array of int64"),
        (
            lambda: w2v.geometry.nt_xent(np.ones((1, 2)), np.ones((1, 2)), np.ones((1, 2)), temperature=5e-324),
            "temperature must be a number from 1e-300 to",
        ),
        (lambda: VECTORS[None], "keys must be a word or a list of words: got None"),
        (lambda: w2v.Word2Vec([["a", "b"]] * 9, min_count=1, tokenizer=ODD), "tokenizer must be 'whitespace', 'words'"),
        (lambda: VECTORS.similar_by_vector([[1], [2, 3]]), "vector must be an array of numbers"),
        (lambda: VECTORS.most_similar([[[1], [2, 3]]]), "must be"),
        (lambda: VECTORS.add_vectors(["x"], [[1], [2, 3]]), "weights must be"),
        (lambda: VECTORS.get_mean_vector(["a"], weights=[[1], [2, 3]]), "weights must be"),
        (lambda: w2v.KeyedVectors.from_arrays(["a", "b"], [[1], [2, 3]]), "vectors must be"),
        (lambda: w2v.TextOptions(np.zeros(1, [("a", "i4")])), "tokenizer must be 'whitespace', 'words'"),
        (lambda: VECTORS.set_vecattr("a", "n", -(10**400)), "val must be an integer from -9223372036854775808 to"),
        (lambda: VECTORS.intersect_word2vec_format("v.bin", 10**400), "lockf must be a number from 0 to 3.40282e"),
        (lambda: w2v.Trainer.resume("c", CORPUS, w2v.TrainConfig(), 5), "steps must be one float per word, 2 in all"),
        (lambda: describe_repairs("v.txt", {"duplicates": None}), "duplicates must be an integer of at least 0"),
        (lambda: w2v.theory.measure_optimum("m", CORPUS), "model must be a TrainedModel: got 'm'; w2v.load reads one"),
        (
            lambda: w2v.Trainer.resume("c", CORPUS, w2v.TrainConfig(), text="-1"),
            "text must be a ChunkedText: got '-1'",
        ),
        (lambda: w2v.Sentences(VECTORS).take_vectors("a"), "vectors must be an array of numbers: got 'a'"),
        (lambda: ServerSettings(None), "model must be a path: got None"),
        (lambda: ServerSettings("v", host=5), "host must be a string: got 5"),
        (lambda: ServerSettings("v", token=5), "token must be a string: got 5"),
        (lambda: ServerSettings("v", index="<p>"), "index must be bytes or None: got '<p>'; encode the page"),
        (lambda: ServerSettings("v", allow_host=["a", 5]), "each of allow_host must be a string: got 5"),
        (lambda: ServerSettings("v").knows_host(5), "header must be a string: got 5"),
    ],
)
def test_what_the_campaign_of_arguments_found(call, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: w2v.compare([["a", "b"]] * 9, say=lambda: None), "say must be a function of line: got"),
        (lambda: w2v.compare([["a", "b"]] * 9, "a\0b"), "folder must be a path that a system can hold"),
    ],
)
def test_arguments_of_compare(call, message):
    pytest.importorskip("gensim")
    with pytest.raises(ConfigError, match=re.escape(message)):
        call()
