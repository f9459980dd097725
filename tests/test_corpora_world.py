"""The generated world: its text is reproducible, its regularities are really in the text."""

import hashlib
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.corpora import analogies, generate, similarity_pairs, write
from w2v.corpora.lexicon import KINDS
from w2v.errors import ConfigError, OutputError
from w2v.evaluation import evaluate_analogies, evaluate_pairs, read_analogies, read_pairs


@pytest.fixture(scope="module")
def text():
    return [line.split() for line in generate(300_000, seed=3)]


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "analogies.txt"
    path.write_text(analogies(), encoding="ascii")
    return path


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text(similarity_pairs(), encoding="ascii")
    return path


def test_text_is_the_same_everywhere():
    digest = hashlib.sha256("\n".join(generate(10_000, seed=0)).encode()).hexdigest()
    assert digest == "84721bc89b8eda453a22825f320d0b59882c72c61eb927fc4d81525b2aaa560f"


def test_seed_chooses_the_text():
    assert list(generate(500, seed=1)) != list(generate(500, seed=2))


def test_a_shorter_text_is_the_beginning_of_a_longer_one():
    short, long = list(generate(300, seed=5)), list(generate(3_000, seed=5))
    assert long[: len(short)] == short


@settings(max_examples=30)
@given(words=st.integers(1, 2_000), seed=st.integers(0, 2**40))
def test_length_and_form(words, seed):
    lines = list(generate(words, seed))
    counts = [len(line.split()) for line in lines]
    assert sum(counts[:-1]) < words <= sum(counts)
    assert all(re.fullmatch("[a-z]+( [a-z]+)*", line) for line in lines)


@pytest.mark.parametrize(("words", "seed"), [(0, 0), (-1, 0), (10, -1)])
def test_arguments_are_checked_before_the_first_line(words, seed):
    with pytest.raises(ConfigError, match=r"(words|seed) must be .*: got"):
        generate(words, seed)


def test_words_of_a_topic_belong_to_one_item():
    lines = [line for kind in KINDS for line in kind.table.strip().splitlines()]
    words = Counter(word for line in lines for word in line.replace("|", " ").split())
    assert [word for word, times in words.items() if times > 1] == []
    assert [len(kind.table.strip().splitlines()) for kind in KINDS] == [24] * len(KINDS)


def test_function_words_are_far_more_frequent_than_topics(text):
    counts = [times for _, times in Counter(word for line in text for word in line).most_common()]
    assert counts[0] > 0.1 * sum(counts)
    assert counts[0] > 10 * counts[20] > 20 * counts[-1]


def test_write(tmp_path):
    path = tmp_path / "world.txt"
    write(path, 1_000, seed=4)
    assert path.read_text(encoding="ascii").splitlines() == list(generate(1_000, seed=4))


def test_write_reports_what_failed(tmp_path):
    with pytest.raises(OutputError, match="no_such_folder"):
        write(tmp_path / "no_such_folder" / "world.txt", 10)


def test_analogies_are_balanced_and_known(questions, text):
    sections = read_analogies(questions)
    assert [(section.name, len(section.questions)) for section in sections] == [
        ("capital-world", 552),
        ("family", 552),
        ("gram1-past-tense", 552),
        ("gram2-present-participle", 552),
        ("gram3-plural", 552),
        ("gram4-comparative", 552),
    ]
    counts = Counter(word for line in text for word in line)
    asked = {word for section in sections for question in section.questions for word in question}
    assert min(counts[word] for word in asked) >= 20
    assert ("paris", "france", "rome", "italy") in sections[0].questions


def test_similarity_pairs_have_three_levels(pairs):
    read = read_pairs(pairs)
    assert Counter(pair.score for pair in read) == {9: 120, 5: 120, 1: 120}
    assert len({frozenset((pair.first, pair.second)) for pair in read}) == 360


def test_regularities_are_in_the_counts(text, questions, pairs):
    """Factorised co-occurrence counts solve the world: what Levy & Goldberg (2014) showed that skip-gram does."""
    words, vectors = factorised_counts(text, window=5, dim=200)
    result = evaluate_analogies(words, vectors, questions, restrict=None)
    assert result.total.coverage == 1.0
    assert min(score.accuracy for score in result.sections) > 0.8
    assert result.total.accuracy > 0.95
    assert evaluate_pairs(words, vectors, pairs).spearman > 0.9


def test_skip_gram_learns_the_world(text, questions):
    word2vec = pytest.importorskip("gensim.models").Word2Vec
    model = word2vec(text, vector_size=50, sg=1, epochs=5, workers=1, seed=1)
    result = evaluate_analogies(model.wv.index_to_key, model.wv.vectors, questions, restrict=None)
    assert min(score.accuracy for score in result.sections) > 0.9


def factorised_counts(lines, window, dim):
    """Return words and the left singular vectors of their positive pointwise mutual information."""
    words = [word for word, _ in Counter(word for line in lines for word in line).most_common()]
    row = {word: i for i, word in enumerate(words)}
    ids = np.concatenate([np.array([row[word] for word in line] + [-1] * window) for line in lines])
    counts = np.zeros(len(words) ** 2)
    for distance in range(1, window + 1):
        left, right = ids[:-distance], ids[distance:]
        both = (left >= 0) & (right >= 0)
        counts += np.bincount(left[both] * len(words) + right[both], minlength=len(counts))
    table = counts.reshape(len(words), -1)
    table = table + table.T
    total = table.sum(axis=1)
    with np.errstate(divide="ignore"):
        information = np.log(table * total.sum() / np.outer(total, total))
    left, scale, _ = np.linalg.svd(np.maximum(information, 0))
    return words, left[:, :dim] * np.sqrt(scale[:dim])
