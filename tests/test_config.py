"""Every parameter, at and beyond both ends of its range, through the configuration and through Word2Vec."""

from dataclasses import fields

import numpy as np
import pytest

import w2v
from w2v.config import OBJECTIVES, TextOptions, TrainConfig, VocabularyConfig
from w2v.errors import ConfigError, MemoryLimitError
from w2v.training.memory import estimate_memory, require

RANGED = [f for f in (*fields(TrainConfig), *fields(VocabularyConfig)) if f.metadata.get("low") is not None]
JUNK = [float("nan"), float("inf"), -1, "5", b"", [], {}, None, 2**70, 1e30, np.array([1, 2])]


def make(name, value):
    if name not in TrainConfig.__dataclass_fields__:
        return VocabularyConfig(**{name: value})
    obeying = TrainConfig.__dataclass_fields__[name].metadata.get("of", ("sgns",))
    return TrainConfig(**{name: value}, objective=obeying[0])


@pytest.mark.parametrize("field", RANGED, ids=lambda f: f.name)
def test_ranges(field):
    low, high = field.metadata["low"], field.metadata["high"]
    if field.name not in ("min_alpha", "alpha", "shards"):  # these also bound each other
        assert getattr(make(field.name, low), field.name) == low
        assert getattr(make(field.name, high), field.name) == high
    step = 1 if field.type is not float else max(abs(low), abs(high)) * 1e-3 + 1e-12
    for outside in (low - step, high + step):
        with pytest.raises(ConfigError, match=f"^{field.name} must be an? (integer|number) from .* to .*: got"):
            make(field.name, outside)


@pytest.mark.parametrize("junk", JUNK, ids=repr)
@pytest.mark.parametrize("field", RANGED, ids=lambda f: f.name)
def test_junk(field, junk):
    if (junk is None and field.name == "max_final_vocab") or (field.name == "ns_exponent" and str(junk) == "-1"):
        make(field.name, junk)
        return
    with pytest.raises(ConfigError, match=f"^{field.name} must be"):
        make(field.name, junk)


def test_other_rules():
    with pytest.raises(ConfigError, match=r"min_alpha must be at most alpha=0\.01: got 0\.02; lower min_alpha"):
        TrainConfig(alpha=0.01, min_alpha=0.02)
    with pytest.raises(ConfigError, match="shrink_windows must be True or False: got 'yes'"):
        TrainConfig(shrink_windows="yes")
    with pytest.raises(ConfigError, match="keep and drop must not share a word: got 'a' in both"):
        VocabularyConfig(keep={"a"}, drop={"a", "b"})
    with pytest.raises(ConfigError, match="keep must be a collection of words: got 'word'"):
        VocabularyConfig(keep="word")
    assert TrainConfig(vector_size=np.int64(3)).to_dict()["vector_size"] == 3


@pytest.mark.parametrize("objective", [name for name in OBJECTIVES if name != "sgns"])
def test_only_sgns_weighs_its_noise(objective):
    assert TrainConfig(objective=objective, negative_weight=1).negative_weight == 1.0
    with pytest.raises(
        ConfigError, match=f"negative_weight must be 1 with objective='{objective}', .* of sgns: got 2; leave it out"
    ):
        TrainConfig(objective=objective, negative_weight=2)
    with pytest.raises(ConfigError, match=r"negative_weight must be a number from .*: got 0"):
        TrainConfig(negative_weight=0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"sg": 0}, r"sg must be 1: got 0; .*does not train CBOW"),
        ({"hs": 1}, r"hs must be 0: got 1; hierarchical softmax is not supported"),
        ({"trim_rule": 5}, "trim_rule must be a function"),
        ({"window": 0}, "window must be"),
        ({"errors": "ignore"}, "errors must be one of strict, replace: got 'ignore'"),
    ],
)
def test_word2vec_refuses_before_reading(wrong, message):
    def never():
        raise AssertionError("read")
        yield

    with pytest.raises(ConfigError, match=message):
        w2v.Word2Vec(never(), **wrong)


def test_a_run_that_cannot_fit_is_refused_with_the_estimate():
    estimate = estimate_memory(10**8, TrainConfig(vector_size=1000))
    assert estimate.matrices == 2 * 4 * 10**8 * 1008
    with pytest.raises(
        MemoryLimitError, match=r"needs about .* GB .*matrices.* but only 1 MB is available; raise min_count"
    ):
        require(estimate, 10**6)


@pytest.mark.parametrize("threads", [-1, 1.5, "2", True, 2000])
def test_threads_of_reading_are_checked(threads):
    with pytest.raises(ConfigError, match="threads must be an integer from 0 to 1024: got"):
        TextOptions(threads=threads)
