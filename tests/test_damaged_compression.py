"""Cut and damaged .gz, .bz2 and .xz files, through every reader: an error of the family, or what was written."""

import bz2
import gzip
import lzma
import random

import pytest

import w2v
from w2v import KeyedVectors, Text8Corpus, encode
from w2v.compression import OPENERS
from w2v.errors import W2VError
from w2v.evaluation import evaluate_word_analogies, evaluate_word_pairs
from w2v.gensim_compat.readers import LineSentence, PathLineSentences

PACK = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
TEXT = "".join(random.Random(1).choice("abcdefgh \n") for _ in range(4000)).encode()
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


def test_every_extension_is_tried():
    assert PACK.keys() == OPENERS.keys()


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
