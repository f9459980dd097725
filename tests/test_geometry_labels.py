"""Classes of words: tolerance and two classifiers against brute force and known values; files of labels and their faults."""

import numpy as np
import pytest

from w2v.errors import ConfigError, CorpusError, GeometryError
from w2v.geometry import Labels, PositivePairs, Settings, Space, measure, read_labels

PAIRS = PositivePairs(np.array([0]), np.array([1]), "one pair", sampled=False)
QUICK = Settings(ms=(1,), bootstrap=20)


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def measured(x, labels):
    found = measure(Space(x), PAIRS, QUICK, labels=labels)
    return {m.name: m for m in found.labels}, found


def clusters(seed=0, n=90, dim=6, spread=0.8):
    """Return points around three centres, and their classes of 45, 30 and 15 points in random order."""
    rng = np.random.default_rng(seed)
    classes = rng.permutation(np.repeat([0, 1, 2], [45, 30, 15]))
    return rng.normal(size=(3, dim))[classes] + spread * rng.normal(size=(n, dim)), classes


@pytest.mark.parametrize("seed", range(4))
def test_tolerance_and_classifiers_by_brute_force(seed):
    x, classes = clusters(seed)
    found, _ = measured(x, Labels(np.arange(90), classes, ["a", "b", "c"]))
    u = unit(x)
    cosines = u @ u.T
    same = (classes[:, None] == classes[None]) & ~np.eye(90, dtype=bool)
    assert found["tolerance"].value == pytest.approx(cosines[same].mean(), abs=1e-12)
    by_mean, by_near = 0, 0
    for i in range(90):
        others = np.arange(90) != i
        scores = [u[i] @ u[others & (classes == c)].mean(axis=0) for c in range(3)]
        by_mean += np.argmax(scores) == classes[i]
        near = [j for j in np.argsort(-cosines[i]) if j != i][:15]
        votes = np.bincount(classes[near], minlength=3)
        winner = next(classes[j] for j in near if votes[classes[j]] == votes.max())
        by_near += winner == classes[i]
    assert found["mean_classifier"].value == pytest.approx(by_mean / 90)
    assert found["15_nearest"].value == pytest.approx(by_near / 90)
    assert 0.5 < by_mean / 90 < 1
    for m in found.values():
        assert m.low < m.value < m.high
        assert (m.n, m.of) == (90, "words in 3 classes of labels")
    assert "the largest class has 0.5000 of the words" in found["15_nearest"].definition


def test_known_values():
    x = np.repeat(np.eye(3), 20, axis=0)  # each class at one point, orthogonal to the others
    classes = np.repeat([0, 1, 2], 20)
    found, _ = measured(x, Labels(np.arange(60), classes, list("abc")))
    assert [m.value for m in found.values()] == pytest.approx([1, 1, 1])
    mixed = np.tile([0, 1, 2], 20)  # classes that have nothing to do with the vectors
    found, _ = measured(x, Labels(np.arange(60), mixed, list("abc")))
    # The cosine of two words of a class is 1 if they are at the same point, and otherwise 0.
    sizes = np.array([[np.sum((mixed == c) & (classes == p)) for p in range(3)] for c in range(3)])
    assert found["tolerance"].value == pytest.approx((sizes * (sizes - 1)).sum() / (3 * 20 * 19))


def test_rows_without_a_direction_and_small_classes_are_left_out():
    x, classes = clusters()
    x[3], x[4] = 0, np.nan
    names = ["a", "b", "c", "only one"]
    marked = classes.copy()
    marked[7] = 3
    found, geometry = measured(x, Labels(np.arange(90), marked, names, "mine", {"labels of an unknown word": 5}))
    kept = np.setdiff1d(np.arange(90), [3, 4, 7])
    clean, _ = measured(x[kept], Labels(np.arange(87), classes[kept], names[:3]))
    assert [m.value for m in found.values()] == [m.value for m in clean.values()]
    assert geometry.excluded["labels of an unknown word"] == 5
    assert geometry.excluded["labelled words whose row has no direction"] == 2
    assert geometry.excluded["words that are the only one of their class"] == 1
    assert geometry.to_dict()["labels"] == [m.to_dict() for m in geometry.labels]
    assert geometry.measurements[-3:] == geometry.labels
    with pytest.raises(GeometryError, match="mine must have at least two classes of two known words: got 1"):
        measured(x, Labels(np.arange(3, 8), np.array([0, 1, 2, 2, 2]), names, "mine"))


def test_a_file_of_labels(tmp_path):
    path = tmp_path / "labels.tsv"
    path.write_text(
        "# word\tclass\ncat\tanimal\nBank\tplace\nbank\tmoney\nOak \t plant\nzebra\tanimal\n\ncat\tanimal\n"
    )
    labels = read_labels(path, ["oak", "cat", "bank", "Bank"])
    assert labels.rows.tolist() == [1, 3, 2, 0]
    assert [labels.names[c] for c in labels.classes] == ["animal", "place", "money", "plant"]
    assert labels.source == str(path)
    assert labels.excluded == {"labels of an unknown word": 1, "words with several labels": 0}
    labels = read_labels(path, ["bank", "cat"])  # "Bank" is looked up in lower case: two labels
    assert labels.rows.tolist() == [1]
    assert labels.excluded == {"labels of an unknown word": 2, "words with several labels": 1}


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("cat\tanimal\noak plant\n", CorpusError, "line 2: must be a word, a tab and a label: got 'oak plant'"),
        ("cat\tanimal\tbig\n", CorpusError, "line 1: must be a word, a tab and a label"),
        ("cat\t\n", CorpusError, "line 1: must be a word"),
        ("zebra\tanimal\n", GeometryError, "must have a known word with one label: got 1 unknown word"),
        (
            "cat\ta\ncat\tb\noak\ta\noak\tb\n",
            GeometryError,
            "got 0 unknown words and 2 words with several labels; do words come first, and their labels after them?",
        ),
        ("", CorpusError, "empty"),
    ],
)
def test_a_wrong_file(tmp_path, text, error, message):
    path = tmp_path / "labels.tsv"
    path.write_text(text)
    with pytest.raises(error, match=message):
        read_labels(path, ["cat", "oak"])


def test_wrong_labels():
    with pytest.raises(ConfigError, match="rows and classes must be 1-D and of the same length"):
        Labels(np.arange(3), np.arange(2), list("abc"))
    with pytest.raises(ConfigError, match="classes must be numbers from 0 to 1: got 0 to 2"):
        Labels(np.arange(3), np.arange(3), list("ab"))
