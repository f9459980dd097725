"""Cut and damaged .gz, .bz2 and .xz files, through every reader: an error of the family, or what was written."""

import bz2
import gzip
import io
import lzma
import random
from contextlib import suppress

import pytest

import w2v
from w2v import KeyedVectors, Text8Corpus, encode
from w2v.compression import OPENERS, open_zst
from w2v.errors import CorpusError, MissingExtraError, W2VError
from w2v.evaluation import evaluate_word_analogies, evaluate_word_pairs
from w2v.gensim_compat.readers import LineSentence, PathLineSentences

PACK = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
with suppress(MissingExtraError):
    with io.BytesIO() as probe:
        open_zst(probe, "wb").close()
    PACK[".zst"] = lambda data: packed_zst(data)
TEXT = "".join(random.Random(1).choices("abcdefgh \n", k=4000)).encode()
VECTORS = b"2 2\na 1 2\nb 3 4\n"
KEYED = KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]])
READERS = {
    "LineSentence": lambda path: list(LineSentence(path)),
    "LineSentence of an open file": lambda path: list(LineSentence(OPENERS[path.suffix](path))),
    "PathLineSentences": lambda path: list(PathLineSentences(path)),
    "Text8Corpus": lambda path: list(Text8Corpus(path)),
    "encode": lambda path: encode(path, w2v.VocabularyConfig(min_count=1)),
    "encode of a reader": lambda path: w2v.Word2Vec(Text8Corpus(path), min_count=1, vector_size=2, workers=1, epochs=1),
    "vectors": lambda path: KeyedVectors.load_word2vec_format(path),
    "analogies": lambda path: evaluate_word_analogies(KEYED, path),
    "pairs": lambda path: evaluate_word_pairs(KEYED, path),
}


def damaged(packed):
    """Yield files that are cut, and files with changed bytes at the start, in the middle and at the end."""
    draws = random.Random(2)
    yield from (packed[:cut] for cut in (0, 1, 5, 11, 20, len(packed) // 2, len(packed) - 9, len(packed) - 1))
    for place in [*range(12), *(draws.randrange(len(packed)) for _ in range(20)), len(packed) - 1]:
        yield packed[:place] + bytes([packed[place] ^ draws.randrange(1, 256)]) + packed[place + 1 :]
    yield packed + b"\x1f\x8bgarbage"


def packed_zst(data):
    stream = io.BytesIO()
    with open_zst(stream, "wb") as packed:
        packed.write(data)
    return stream.getvalue()


def test_every_extension_is_tried():
    assert PACK.keys() | {".zst"} == OPENERS.keys()


@pytest.mark.skipif(".zst" not in PACK, reason="zstandard is not installed")
def test_zstd_frames_follow_one_another(tmp_path):
    path = tmp_path / "t.txt.zst"
    path.write_bytes(packed_zst(b"a b\n" * 5000) + packed_zst(b"c d\n" * 3) + packed_zst(b""))
    corpus = encode(path, w2v.VocabularyConfig(min_count=1))
    assert corpus.ledger.tokens == 10_006
    assert corpus.vocabulary.words == ["b", "a", "d", "c"]
    path.write_bytes(packed_zst(TEXT * 100)[:-40])
    with pytest.raises(CorpusError, match="damaged or unreadable after byte"):
        encode(path)
    vectors = tmp_path / "v.txt.zst"
    KEYED.save(vectors)
    assert KeyedVectors.load(vectors).index_to_key == ["a", "b"]


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("name", READERS)
def test_damage_is_an_error_of_the_family(tmp_path, name, suffix):
    errors = 0
    path = tmp_path / f"t{suffix}"
    for data in damaged(PACK[suffix](VECTORS if name == "vectors" else TEXT)):
        path.write_bytes(data)
        try:
            READERS[name](path)
        except W2VError:
            errors += 1
    assert errors > 10
