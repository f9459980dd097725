"""What is made of vectors shares nothing with them: changing one never changes the other."""

import copy

import numpy as np
import pytest

from w2v import KeyedVectors


def vectors():
    made = KeyedVectors.from_arrays(
        ["a", "b", "c"],
        np.array([[1, 0.5], [3, 1], [0, 1]], np.float32),
        [5, 4, 3],
        {"text": {"tokenizer": "words"}, "sources": ["x.txt"], "merged": [{"sources": ["y.txt"]}]},
    )
    made.expandos["cluster"] = np.array([1, 2, 3])
    made.vectors_lockf = [1, 0, 1]
    return made


def state(v):
    """Return all that vectors hold, as a copy."""
    attributes = {name: values.tolist() for name, values in v.expandos.items()}
    return copy.deepcopy(
        (
            list(v.index_to_key),
            dict(v.key_to_index),
            v.vectors.tolist(),
            attributes,
            v.metadata,
            v.vectors_lockf.tolist(),
        )
    )


def scribble(value):
    """Change everything in place that can be reached from a value."""
    if isinstance(value, np.ndarray):
        if value.flags.writeable and value.dtype.kind in "iuf":
            value += 1
        return
    for item in inside(value):
        scribble(item)
    if isinstance(value, dict):
        value["new"] = 1
    elif isinstance(value, list):
        value.append("new")


def inside(value):
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list | tuple):
        return list(value)
    if type(value).__module__.startswith("pandas"):
        return [item for column in value for item in value[column]]
    return list(vars(value).values()) if hasattr(value, "__dict__") else []


MAKERS = {
    "subset": lambda v: v.subset(["c", "a"]),
    "subset of all": lambda v: v.subset(["a", "b", "c"]),
    "drop": lambda v: v.drop([]),
    "rename": lambda v: v.rename({}),
    "merge": lambda v: v.merge(KeyedVectors.from_arrays(["z"], [[1, 1]], [2], {"text": {"tokenizer": "words"}})),
    "merge into": lambda v: KeyedVectors.from_arrays(["z"], [[1, 1]], [2], {"text": {"tokenizer": "words"}}).merge(v),
    "merge nothing": lambda v: v.merge(KeyedVectors(2)),
    "align_to itself": lambda v: v.align_to(v),
    "align_to": lambda v: vectors().align_to(v),
    "quantized": lambda v: v.quantized(),
    "its contents": lambda v: v.quantized().contents(),
    "quantized, fewer dimensions": lambda v: v.quantized(dims=1),
    "astype": lambda v: v.astype("float32"),
    "copy": lambda v: copy.copy(v),
    "deepcopy": lambda v: copy.deepcopy(v),
    "vectors_for_all": lambda v: v.vectors_for_all(["a", "b", "c"]),
    "vectors_for_all with attributes": lambda v: v.vectors_for_all(["a", "b", "c"], copy_vecattrs=True),
    "words": lambda v: v[["a", "b"]],
    "most_similar_batch": lambda v: v.most_similar_batch(["a", "b"], 2),
    "to_pandas": lambda v: (pytest.importorskip("pandas"), v.to_pandas())[1],
    "normed": lambda v: v.get_normed_vectors(),
}


@pytest.mark.parametrize("name", MAKERS)
def test_changing_a_result_never_changes_its_source(name):
    source = vectors()
    before = state(source)
    scribble(MAKERS[name](source))
    source.fill_norms(force=True)
    assert state(source) == before


@pytest.mark.parametrize("name", MAKERS)
def test_changing_the_source_never_changes_a_result(name):
    source = vectors()
    made = MAKERS[name](source)
    scribble(source)
    fresh = MAKERS[name](vectors())
    if hasattr(made, "contents"):
        made, fresh = made.contents(), fresh.contents()
    assert repr(getattr(made, "vectors", made)) == repr(getattr(fresh, "vectors", fresh))
    assert repr(made) == repr(fresh)


def test_metadata_that_is_passed_is_copied():
    metadata = {"text": {"tokenizer": "words"}}
    made = KeyedVectors.from_arrays(["a"], [[1.0]], metadata=metadata)
    made.metadata["text"]["tokenizer"] = "whitespace"
    assert metadata == {"text": {"tokenizer": "words"}}
