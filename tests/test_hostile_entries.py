"""Checkpoints and cache entries that a stranger sealed: refused by the family, or ignored, and never believed."""

import io
import json
import re
from contextlib import suppress
from dataclasses import fields, replace
from hashlib import sha256

import numpy as np
import pytest
from hostile import many, mutated
from hypothesis import given, seed
from hypothesis import strategies as st
from texts import zipf_sentences

from w2v import TrainConfig, VocabularyConfig, encode
from w2v.corpus.encoded_corpus import ReadLedger
from w2v.errors import CheckpointError, DivergedError, FormatError
from w2v.formats import native
from w2v.training.trainer import Trainer

pytestmark = pytest.mark.usefixtures("no_fsync")

CONFIG = TrainConfig(vector_size=4, epochs=3, workers=1)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a corpus and the contents of an honest checkpoint in the middle of training."""
    corpus = encode(zipf_sentences(60, words=20, exponent=1.4, seed=1), VocabularyConfig(min_count=1))
    trainer = Trainer(corpus, CONFIG)
    trainer.advance(1)
    path = tmp_path_factory.mktemp("run") / "c.safetensors"
    trainer.save(str(path))
    return corpus, native.load(path)


@seed(16)
@many(400)
@given(data=st.data())
def test_checkpoints_with_any_state(tmp_path_factory, run, data):
    corpus, honest = run
    metadata = mutated(data, honest.metadata, most=2)
    path = tmp_path_factory.getbasetemp() / "c.safetensors"
    try:
        native.save(path, replace(honest, metadata=metadata))
    except FormatError:
        return
    try:
        resumed = Trainer.resume(str(path), corpus, CONFIG)
    except CheckpointError:
        return
    with suppress(DivergedError):  # a loss that no run could have so far
        resumed.run(progress=False)
        assert len(resumed.reports) == 3


@pytest.mark.parametrize("damage", ["rows", "columns", "words"])
def test_a_checkpoint_with_other_matrices_is_refused(tmp_path, run, damage):
    """The state says that it belongs to this corpus, but its matrices do not: the engine must not get them."""
    corpus, honest = run
    words, vectors, output, counts = honest.words, honest.vectors, honest.output, honest.counts
    if damage == "rows":
        words, vectors, output, counts = words[:-1], vectors[:-1], output[:-1], counts[:-1]
    elif damage == "columns":
        vectors, output = vectors[:, :-1].copy(), output[:, :-1].copy()
    else:
        words = words[::-1]
    path = tmp_path / "c.safetensors"
    native.save(path, replace(honest, words=words, vectors=vectors, output=output, counts=counts))
    with pytest.raises(CheckpointError, match=r"another corpus or vocabulary|vectors of another size"):
        Trainer.resume(str(path), corpus, CONFIG)


# Cache entries: arrays one after another, then the digest of all.


def entry(arrays, about):
    stream = io.BytesIO()
    for array in (*arrays, np.frombuffer(about, np.uint8)):
        np.save(stream, array, allow_pickle=array.dtype == object)
    return stream.getvalue()


HONEST = (np.array([0, 1, 2, 0], np.uint32), np.array([0, 3, 4]), np.array([2, 1, 1]))
ABOUT = {
    "words": ["a", "b", "c"],
    "numbers": False,
    "phrases": None,
    "ledger": dict.fromkeys([f.name for f in fields(ReadLedger)], 4),
}
WRONG_ARRAYS = {
    "a row that is none": (0, np.array([0, 1, 3, 0], np.uint32)),
    "no tokens": (0, np.array([], np.uint32)),
    "wider tokens": (0, np.array([0, 1, 2, 0], np.uint64)),
    "two dimensions": (0, np.zeros((2, 2), np.uint32)),
    "objects": (0, np.array([{}], object)),
    "an offset after the end": (1, np.array([0, 3, 5])),
    "an offset before the start": (1, np.array([-1, 3, 4])),
    "falling offsets": (1, np.array([0, 3, 2, 4])),
    "no offsets": (1, np.array([], np.int64)),
    "too few counts": (2, np.array([2, 1])),
    "negative counts": (2, np.array([2, 1, -1])),
    "counts that overflow": (2, np.array([2**62, 2**62, 1])),
}


@pytest.fixture
def cached(tmp_path):
    """Return a text, a folder with its cache entry, and a function that reads the text with a forged entry."""
    text, folder = tmp_path / "t.txt", tmp_path / "cache"
    text.write_text("a b c\na\n")
    options = VocabularyConfig(min_count=1)
    plain = encode(text, options, cache=folder)
    (path,) = folder.iterdir()

    def read(data):
        path.write_bytes(data + sha256(data).digest())
        found = encode(text, options, cache=folder)
        if not found.from_cache:
            assert np.array_equal(found.tokens, plain.tokens)
        return found.from_cache

    return read


def test_the_forger_of_entries_can_forge(cached):
    assert cached(entry(HONEST, json.dumps(ABOUT).encode()))


@pytest.mark.parametrize("name", WRONG_ARRAYS)
def test_entries_with_wrong_arrays_are_not_believed(cached, name):
    place, array = WRONG_ARRAYS[name]
    arrays = [*HONEST[:place], array, *HONEST[place + 1 :]]
    assert not cached(entry(arrays, json.dumps(ABOUT).encode()))


@pytest.mark.parametrize("shape", ["(1000000000000,)", "(-1,)", "(10**30,)", "(True,)", "5", "(4,) + (5,)", "(4.0,)"])
def test_entries_with_hostile_shapes(cached, shape):
    data = entry(HONEST, json.dumps(ABOUT).encode())
    head = data[:128]
    forged = re.sub(rb"\(4,\), }( *)\n", shape.encode() + b", }" + b" " * 40 + b"\n", head)
    length = len(forged) - 10
    assert not cached(forged[:8] + length.to_bytes(2, "little") + forged[10:] + data[128:])


@seed(16)
@many(200)
@given(data=st.data())
def test_entries_with_any_description(cached, data):
    about = mutated(data, ABOUT, most=2)
    cached(entry(HONEST, json.dumps(about).encode()))


@pytest.mark.parametrize(
    "about", [b"", b"{", b"[" * 100_000, b"\xff", b"null", b'{"words": ["a", "a", "b"], "ledger": {}}']
)
def test_entries_whose_description_is_no_json(cached, about):
    assert not cached(entry(HONEST, about))


@seed(16)
@many(300)
@given(data=st.data())
def test_entries_of_any_bytes(cached, data):
    """Resealed after any bytes were changed, cut or put in."""
    bytes_ = bytearray(entry(HONEST, json.dumps(ABOUT).encode()))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(bytes_)))
        bytes_[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    cached(bytes(bytes_))
