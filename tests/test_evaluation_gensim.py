"""The gensim-style functions give what gensim gives, on the same vectors and files."""

from itertools import pairwise, permutations

import numpy as np
import pytest

from w2v.errors import ConfigError, CorpusError
from w2v.evaluation import evaluate_word_analogies, evaluate_word_pairs
from w2v.evaluation.test_sets import DATASETS, dataset
from w2v.vectors import KeyedVectors

ROLES, ITEMS, DIM = 4, 12, 16


class Vectors:
    def __init__(self, index_to_key, vectors):
        self.index_to_key, self.vectors = index_to_key, vectors


@pytest.fixture(scope="module")
def ours():
    """Word vectors that solve part of their analogies, some words in up to seven spellings, some never asked about."""
    rng = np.random.default_rng(1)
    role, item = rng.normal(size=(ROLES, DIM)), rng.normal(size=(ITEMS, DIM))
    words, rows = [], []
    for r in range(ROLES):
        for i in range(ITEMS):
            name = f"word{'abcd'[r]}{'ijklmnopqrst'[i]}"
            spellings = [name, name.upper(), name.title(), *(name[:k].upper() + name[k:] for k in (2, 3, 4, 5))]
            for spelling in spellings[: 7 if i < 3 else 1]:
                words.append(spelling)
                rows.append(role[r] + item[i] + rng.normal(scale=0.1 if i < 3 else 0.6, size=DIM))
    words += [f"other{n}" for n in range(40)]
    rows += list(rng.normal(size=(40, DIM)))
    order = rng.permutation(len(words))
    return Vectors([words[n] for n in order], np.array(rows, dtype=np.float32)[order])


@pytest.fixture(scope="module")
def theirs(ours):
    keyed_vectors = pytest.importorskip("gensim.models").KeyedVectors(DIM)
    keyed_vectors.add_vectors(ours.index_to_key, ours.vectors)
    return keyed_vectors


@pytest.fixture(scope="module")
def questions(tmp_path_factory):
    rng = np.random.default_rng(2)
    lines = []
    for left, right in ((0, 1), (1, 2), (2, 3)):
        lines.append(f": section{left}")
        asked = [
            " ".join(f"word{'abcd'[r]}{'ijklmnopqrst'[i]}" for r, i in ((left, i), (right, i), (left, j), (right, j)))
            for i, j in permutations(range(ITEMS), 2)
        ]
        lines += [asked[n] if n % 3 else asked[n].title() for n in rng.choice(len(asked), 60, replace=False)]
        lines.append("wordai wordbi wordai wordbi")
        lines.append("wordai wordbi unknown wordbj")
    path = tmp_path_factory.mktemp("gensim") / "questions.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def pairs(ours, tmp_path_factory):
    rng = np.random.default_rng(3)
    # No word beside another spelling of itself: such cosines are 1 but for rounding, which would decide their ranks.
    words = rng.permutation([*ours.index_to_key, "unknown"])
    chosen = [(a, b) for a, b in pairwise(words) if a.lower() != b.lower()][:80]
    lines = ["# first\tsecond\tscore"]
    lines += [f"{first}\t{second}\t{rng.uniform(0, 10):.2f}" for first, second in chosen]
    path = tmp_path_factory.mktemp("gensim") / "pairs.tsv"
    path.write_text("\n".join([*lines, "wordai\tunknown\t3"]) + "\n")
    return path


@pytest.mark.parametrize("case_insensitive", [True, False])
@pytest.mark.parametrize("dummy4unknown", [True, False])
@pytest.mark.parametrize("restrict_vocab", [300_000, 100])
def test_analogies_equal_gensim(ours, theirs, questions, case_insensitive, dummy4unknown, restrict_vocab):
    options = {
        "restrict_vocab": restrict_vocab,
        "case_insensitive": case_insensitive,
        "dummy4unknown": dummy4unknown,
    }
    expected = theirs.evaluate_word_analogies(str(questions), **options)
    assert evaluate_word_analogies(ours, questions, **options) == expected
    assert 0 < expected[0] < 1


@pytest.mark.parametrize("case_insensitive", [True, False])
@pytest.mark.parametrize("dummy4unknown", [True, False])
@pytest.mark.parametrize("restrict_vocab", [300_000, 100])
def test_pairs_equal_gensim(ours, theirs, pairs, case_insensitive, dummy4unknown, restrict_vocab):
    options = {
        "restrict_vocab": restrict_vocab,
        "case_insensitive": case_insensitive,
        "dummy4unknown": dummy4unknown,
    }
    pearson, spearman, unknown = evaluate_word_pairs(ours, pairs, **options)
    expected = theirs.evaluate_word_pairs(str(pairs), **options)
    np.testing.assert_allclose(pearson, expected[0], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(spearman, expected[1], rtol=1e-4, atol=1e-6)
    assert unknown == expected[2]
    assert (type(pearson), type(spearman)) == (type(expected[0]), type(expected[1]))


@pytest.mark.parametrize("name", DATASETS[1:])
def test_files_of_gensim_equal_gensim(name):
    gensim = pytest.importorskip("gensim.models")
    path = dataset(name)
    fields = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    words = sorted({word.lower() for first, second, _ in fields for word in (first, second)})[::2]
    vectors = np.random.default_rng(4).normal(size=(len(words), 20)).astype(np.float32)
    keyed_vectors = gensim.KeyedVectors(20)
    keyed_vectors.add_vectors(words, vectors)
    expected = keyed_vectors.evaluate_word_pairs(str(path))
    got = evaluate_word_pairs(Vectors(words, vectors), path)
    np.testing.assert_allclose(got[1], expected[1], rtol=1e-4)
    assert got[2] == expected[2]


def test_cosmul_is_obeyed(ours, questions):
    added, multiplied = (
        evaluate_word_analogies(ours, questions, similarity_function=name)[1]
        for name in ("most_similar", "most_similar_cosmul")
    )
    assert added != multiplied


def test_no_known_question_scores_zero(questions):
    score, sections = evaluate_word_analogies(Vectors(["a"], np.ones((1, 2))), questions)
    assert score == 0.0
    assert sections[-1] == {"section": "Total accuracy", "correct": [], "incorrect": []}


def test_too_few_pairs(pairs):
    pytest.importorskip("scipy")
    with pytest.raises(CorpusError, match="at least 2 pairs of known words: got 0 of 81"):
        evaluate_word_pairs(Vectors(["a"], np.ones((1, 2))), pairs)


def test_unknown_similarity_function(ours, questions):
    with pytest.raises(ConfigError, match="one of 'most_similar', 'most_similar_cosmul': got 'euclid'"):
        evaluate_word_analogies(ours, questions, similarity_function="euclid")


@pytest.mark.parametrize("delimiter", [";", ",", " "])
def test_the_delimiter_of_pairs_is_suggested(tmp_path, delimiter):
    path = tmp_path / "pairs.csv"
    path.write_text("".join(delimiter.join(["king", f"word{i}", f"{i}"]) + "\n" for i in range(3)), encoding="utf-8")
    with pytest.raises(
        CorpusError, match=f"seem to be separated by '{delimiter}': pass delimiter='{delimiter}', or None"
    ):
        KeyedVectors.from_arrays(["king"], [[1.0]]).evaluate_word_pairs(path)
