"""Files go both ways between w2v and gensim."""

import numpy as np
import pytest

from w2v.errors import UnsafeFormatError
from w2v.formats import Contents, load, load_word2vec, save_word2vec

gensim_models = pytest.importorskip("gensim.models")

WORDS = [
    "the",
    "naïve",
    "北京",
    "🙂",
    "new_york",
    "a\u00a0b",
    "\u2003",
    "\ufeff",
    "\x85",
    "5",
    "3.5",
    "-",
    "#",
    '"',
]


@pytest.fixture
def vectors():
    rng = np.random.default_rng(11)
    matrix = rng.normal(size=(len(WORDS), 7)).astype(np.float32)
    matrix[0, :4] = [-0.0, 1e-45, np.finfo(np.float32).max, 1 / 3]
    return matrix


@pytest.fixture
def theirs(vectors):
    keyed = gensim_models.KeyedVectors(7)
    keyed.add_vectors(WORDS, vectors)
    for word in WORDS:
        keyed.set_vecattr(word, "count", 100 - WORDS.index(word))
    return keyed


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("binary", [False, True])
def test_gensim_to_w2v(tmp_path, theirs, vectors, binary, suffix):
    path, vocab = str(tmp_path / f"m{suffix}"), str(tmp_path / "vocab")
    theirs.save_word2vec_format(path, fvocab=vocab, binary=binary, prefix="*")
    loaded = load_word2vec(path, binary=binary, fvocab=vocab)
    assert loaded.words == ["*" + word for word in WORDS]
    assert loaded.counts.tolist() == list(range(100, 100 - len(WORDS), -1))
    assert loaded.vectors.tobytes() == vectors.tobytes()


def test_gensim_text_without_header(tmp_path, theirs, vectors):
    path = str(tmp_path / "m")
    theirs.save_word2vec_format(path, write_header=False)
    loaded = load_word2vec(path, binary=False)
    assert loaded.words == WORDS
    assert loaded.vectors.tobytes() == vectors.tobytes()


# gensim leaves some files to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2"])
@pytest.mark.parametrize(("binary", "header"), [(False, True), (False, False), (True, True)])
def test_w2v_to_gensim(tmp_path, vectors, binary, header, suffix):
    path, vocab = str(tmp_path / f"m{suffix}"), str(tmp_path / "vocab")
    # gensim strips its vocabulary file of Unicode white space, so only plain words can have counts there.
    words = [word for word in WORDS if word.split() == [word]]
    ours = Contents(words, vectors[: len(words)], counts=np.arange(len(words), 0, -1))
    save_word2vec(path, ours, binary=binary, header=header, fvocab=vocab)
    options = {"binary": binary, "no_header": not header}
    loaded = gensim_models.KeyedVectors.load_word2vec_format(path, fvocab=vocab if header else None, **options)
    assert loaded.index_to_key == words
    assert loaded.vectors.tobytes() == ours.vectors.tobytes()
    if header:
        assert [loaded.get_vecattr(word, "count") for word in words] == ours.counts.tolist()


@pytest.mark.parametrize("binary", [False, True])
def test_odd_words_reach_gensim(tmp_path, vectors, binary):
    save_word2vec(tmp_path / "m", Contents(WORDS, vectors), binary=binary)
    loaded = gensim_models.KeyedVectors.load_word2vec_format(str(tmp_path / "m"), binary=binary)
    assert loaded.index_to_key == WORDS
    assert loaded.vectors.tobytes() == vectors.tobytes()


@pytest.mark.parametrize("format", [None, "native", "binary", "text"])
def test_gensims_own_files_are_not_opened(tmp_path, theirs, format):
    theirs.save(str(tmp_path / "m.kv"))
    with pytest.raises(UnsafeFormatError):
        load(tmp_path / "m.kv", format)
