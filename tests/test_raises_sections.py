"""``Raises`` sections of the functions for vectors, files and evaluation name what exists, and what is raised."""

import builtins
import inspect
import re
import warnings

import numpy as np
import pytest

import w2v.evaluation
import w2v.formats
from w2v import KeyedVectors, errors
from w2v.formats import Contents

WORDS = ["a", "b", "c", "d"]
# Instead of one argument after another.
HOSTILE = [
    object(),
    None,
    "unknown",
    "",
    -1,
    10**30,
    1.5,
    float("nan"),
    [],
    ["unknown"],
    {},
    b"a",
    np.ones((2, 2)),
    "no/such/file",
]


def raised(function):
    """Return the errors that the ``Raises`` section of a docstring names."""
    text = inspect.cleandoc(function.__doc__ or "")
    section = re.search(r"^Raises\n-+\n(.*?)(?=\n\S[^\n]*\n-+\n|\Z)", text, re.DOTALL | re.MULTILINE)
    lines = section[1].splitlines() if section else []
    return [name for line in lines if line and not line.startswith(" ") for name in line.split(", ")]


def error(name):
    return getattr(errors, name, None) or getattr(builtins, name)


def public():
    for name in dir(KeyedVectors):
        member = inspect.getattr_static(KeyedVectors, name)
        function = getattr(member, "__func__", member)
        if not name.startswith("_") and inspect.isfunction(function):
            yield f"KeyedVectors.{name}", function
    for module in (w2v.formats, w2v.evaluation):
        for name in module.__all__:
            if inspect.isfunction(getattr(module, name)):
                yield f"{module.__name__}.{name}", getattr(module, name)


FUNCTIONS = dict(public())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_errors_that_are_named_exist(name):
    for found in raised(FUNCTIONS[name]):
        assert issubclass(error(found), BaseException)


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wv = KeyedVectors.from_arrays(WORDS, np.eye(4, 6, dtype=np.float32) + 0.1, [4, 3, 2, 1])
    for path in ("v.safetensors", "v.vec", "v.bin"):
        wv.save(path)
    (tmp_path / "pairs.tsv").write_text("a\tb\t1\nb\tc\t2\na\td\t4\n", encoding="ascii")
    (tmp_path / "analogies.txt").write_text(": x\na b c d\n", encoding="ascii")
    (tmp_path / "damaged.vec").write_text("2 2\na 1\nb 3 4 5\n", encoding="ascii")
    (tmp_path / "counts").write_text("a 1\n", encoding="ascii")
    return wv


def arguments(wv):
    """Return, for each function, arguments that it accepts."""
    contents = Contents(WORDS, np.eye(4, 6, dtype=np.float32))
    of_words = {"words": WORDS, "vectors": wv.vectors}
    return {
        "add_vector": {"key": "e", "vector": np.ones(6)},
        "add_vectors": {"keys": ["e"], "weights": np.ones((1, 6)), "extras": None, "replace": False},
        "allocate_vecattrs": {"attrs": ["x"], "types": [int]},
        "astype": {"dtype": np.float16},
        "closer_than": {"key1": "a", "key2": "b"},
        "cosine_similarities": {"vector_1": np.ones(6), "vectors_all": wv.vectors},
        "distance": {"w1": "a", "w2": "b"},
        "distances": {"word_or_vector": "a", "other_words": ["b"]},
        "doesnt_match": {"words": ["a", "b", "c"]},
        "evaluate_word_analogies": {
            "analogies": "analogies.txt",
            "restrict_vocab": 10,
            "similarity_function": "most_similar",
        },
        "evaluate_word_pairs": {
            "pairs": "pairs.tsv",
            "delimiter": "\t",
            "encoding": "utf8",
            "restrict_vocab": 9,
            "columns": None,
        },
        "fill_norms": {"force": True},
        "from_arrays": {**of_words, "counts": [4, 3, 2, 1], "metadata": {}},
        "get_index": {"key": "a"},
        "get_mean_vector": {"keys": ["a"], "weights": [1.0], "pre_normalize": True, "ignore_missing": True},
        "get_vecattr": {"key": "a", "attr": "count"},
        "get_vector": {"key": "a", "norm": False, "default": None},
        "intersect_word2vec_format": {
            "fname": "v.vec",
            "lockf": 0.0,
            "binary": False,
            "encoding": "utf8",
            "unicode_errors": "strict",
        },
        "load": {"fname": "v.vec", "mmap": None, "strict": True},
        "load_word2vec_format": {
            "fname": "v.vec",
            "fvocab": None,
            "binary": False,
            "encoding": "utf8",
            "unicode_errors": "strict",
            "limit": 2,
            "datatype": np.float32,
            "no_header": False,
            "strict": False,
        },
        "matrix_by_id": {"fill": 0.0},
        "most_similar": {
            "positive": ["a"],
            "negative": ["b"],
            "topn": 2,
            "clip_start": 0,
            "clip_end": None,
            "restrict_vocab": None,
            "ignore_missing": False,
        },
        "most_similar_batch": {"queries": ["a"], "topn": 2, "clip_start": 0, "clip_end": None, "restrict_vocab": None},
        "most_similar_cosmul": {"positive": ["a"], "negative": ["b"], "topn": 2, "restrict_vocab": None},
        "most_similar_to_given": {"key1": "a", "keys_list": ["b"]},
        "n_similarity": {"ws1": ["a"], "ws2": ["b"]},
        "rank": {"key1": "a", "key2": "b"},
        "rank_by_centrality": {"words": ["a", "b"], "use_norm": True},
        "relative_cosine_similarity": {"wa": "a", "wb": "b", "topn": 2},
        "resize_vectors": {"seed": 0},
        "save": {"path": "o.vec"},
        "save_word2vec_format": {
            "fname": "o.vec",
            "fvocab": None,
            "binary": False,
            "total_vec": None,
            "write_header": True,
            "prefix": "",
            "append": False,
            "sort_attr": "count",
        },
        "set_vecattr": {"key": "a", "attr": "count", "val": 3},
        "similar_by_key": {"key": "a", "topn": 2, "restrict_vocab": None},
        "similar_by_vector": {"vector": np.ones(6), "topn": 2, "restrict_vocab": None},
        "similar_by_word": {"word": "a", "topn": 2, "restrict_vocab": None},
        "similarity": {"w1": "a", "w2": "b"},
        "sort_by_descending_frequency": {},
        "vectors_for_all": {"keys": ["a"], "allow_inference": True, "copy_vecattrs": False},
        "formats.check_format": {"path": "o.vec"},
        "formats.check_native_name": {"path": "o.kv"},
        "formats.describe_repairs": {"path": "v.vec", "repairs": {"duplicates": 1}},
        "formats.has_format": {"path": "o.vec"},
        "formats.is_native": {"path": "v.vec"},
        "formats.load": {"path": "v.vec", "format": None, "strict": True},
        "formats.load_word2vec": {
            "path": "v.vec",
            "binary": False,
            "limit": 2,
            "encoding": "utf8",
            "errors": "strict",
            "dtype": np.float32,
            "no_header": False,
            "fvocab": None,
            "strict": False,
        },
        "formats.read_metadata": {"path": "v.safetensors"},
        "formats.save": {"path": "o.vec", "contents": contents, "format": None},
        "formats.save_word2vec": {
            "path": "o.vec",
            "contents": contents,
            "binary": False,
            "header": True,
            "prefix": "",
            "total": None,
            "fvocab": None,
        },
        "formats.storable_part": {"path": "o.vec", "contents": contents},
        "evaluation.dataset": {"name": "wordsim353"},
        "evaluation.evaluate_analogies": {**of_words, "analogies": "analogies.txt", "restrict": 9, "method": "3cosadd"},
        "evaluation.evaluate_pairs": {**of_words, "pairs": "pairs.tsv", "restrict": 9, "columns": None},
        "evaluation.evaluate_word_analogies": {"vectors": wv, "analogies": "analogies.txt", "restrict_vocab": 9},
        "evaluation.evaluate_word_pairs": {
            "vectors": wv,
            "pairs": "pairs.tsv",
            "delimiter": "\t",
            "encoding": "utf8",
            "columns": None,
        },
        "evaluation.read_analogies": {"path": "analogies.txt"},
        "evaluation.read_pairs": {"path": "pairs.tsv", "delimiter": None, "encoding": "utf8", "columns": None},
    }


FILES = ["v.bin", "damaged.vec", "counts", "no.vec", "o.csv", ".", "pairs.tsv", "analogies.txt"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_errors_that_are_raised_are_named(name, place):
    known = arguments(place)
    named = tuple(map(error, raised(FUNCTIONS[name])))
    short = name.removeprefix("KeyedVectors.").removeprefix("w2v.")
    for parameter in known.get(short, {}):
        for value in [*HOSTILE, *(FILES if parameter in ("path", "fname", "fvocab", "pairs", "analogies") else [])]:
            wv = KeyedVectors.from_arrays(WORDS, place.vectors.copy(), [4, 3, 2, 1])
            function = getattr(wv, short) if "." not in short else FUNCTIONS[name]
            given = known[short] | {parameter: value}
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    function(**given)
                except named:
                    pass
                except Exception as problem:
                    pytest.fail(
                        f"{short}({parameter}={value!r:.40}): {type(problem).__name__} is not named: {problem!s:.160}"
                    )
