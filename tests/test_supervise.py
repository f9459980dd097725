"""From labels to a classifier: learned on real text, measured on what was held out, saved, used on the command line."""

import csv
import json
import lzma
import math
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import w2v
from w2v import Classifier, KeyedVectors, Sentences, SupervisionConfig, formats, supervise
from w2v.cli import main
from w2v.errors import ArgumentError, ConfigError, CorpusError, FormatError, GeometryError
from w2v.evaluation.statistics import interval
from w2v.geometry.uniformity import uniformity
from w2v.supervision.classifier import check_room
from w2v.supervision.scores import Accuracy, Change, Division, class_directions
from w2v.supervision.spaces import CentredWords, fold, separate
from w2v.supervision.splits import stratified
from w2v.vectors.cosines import unit

DATA = Path(__file__).parent / "data"
NOVELS = ("emma", "pride-and-prejudice")


@pytest.fixture(scope="module")
def paragraphs():
    """Paragraphs of two novels, labelled with their novel."""
    texts = {name: lzma.decompress((DATA / f"{name}.txt.xz").read_bytes()).decode().split("\n") for name in NOVELS}
    pairs = [(text, name) for name, lines in texts.items() for text in lines if len(text.split()) >= 20]
    return [text for text, _ in pairs], [name for _, name in pairs]


@pytest.fixture(scope="module")
def vectors(paragraphs):
    corpus = w2v.encode(iter(paragraphs[0]), text=w2v.TextOptions(tokenizer="words"))
    return w2v.train(corpus, w2v.TrainConfig(vector_size=50, epochs=5, workers=1)).vectors


@pytest.fixture(scope="module")
def novels(vectors, paragraphs):
    return supervise(vectors, paragraphs, progress=False)


def planted(n=400, d=20, seed=0):
    """Words whose class is in directions of little variance."""
    draws = np.random.default_rng(seed)
    classes = draws.integers(0, 3, n)
    x = draws.normal(size=(n, d)) * np.linspace(2, 0.3, d)
    x[:, -3:] += np.eye(3)[classes]
    words = [f"w{number}" for number in range(n)]
    return KeyedVectors.from_arrays(words, x, np.arange(n, 0, -1)), {
        w: "abc"[c] for w, c in zip(words, classes, strict=True)
    }


# ------------------------------------------------------------------------------------------------------------- learning


def test_texts_are_told_apart_better_than_before(novels, paragraphs):
    report, held_out = novels.report, novels.report.held_out
    assert report.layout == "items, labels"
    assert report.items == "texts"
    assert set(report.classes) == set(NOVELS)
    assert sum(map(sum, report.classes.values())) + sum(report.excluded.values()) == len(paragraphs[0])
    assert held_out.mean_change.low > 0.02
    assert held_out.nearest_change.low > 0
    assert held_out.after.mean_classifier.low > held_out.majority.high + 0.1
    assert report.losses[1] < report.losses[0]
    assert held_out.after.tolerance > held_out.before.tolerance


def test_words_without_a_label_move_too():
    words, labels = planted()
    known = dict(list(labels.items())[:300])
    done = supervise(words, known, progress=False)
    rest = [word for word in labels if word not in known]
    plain = CentredWords.of(words).rows(slice(None))
    rows = [words.key_to_index[word] for word in known]
    numbers = np.array(["abc".index(label) for label in known.values()])
    before = (plain[300:] @ class_directions(plain[rows], numbers).T).argmax(axis=1)
    right = np.mean(["abc"[c] == labels[word] for c, word in zip(before, rest, strict=True)])
    assert done.classifier.evaluate({word: labels[word] for word in rest}).accuracy.value > right + 0.1
    assert done.model.index_to_key == words.index_to_key
    assert done.model.get_vecattr("w3", "count") == 397
    assert np.linalg.norm(done.model.vectors, axis=1) == pytest.approx(1, abs=1e-6)


def test_nothing_that_was_passed_changes(vectors, paragraphs):
    encoder = Sentences(vectors)
    before, raw, metadata = encoder.encode(paragraphs[0][:5]), vectors.vectors.copy(), json.dumps(encoder.metadata)
    supervise(encoder, paragraphs, SupervisionConfig(steps=3), progress=False)
    assert (encoder.encode(paragraphs[0][:5]) == before).all()
    assert (vectors.vectors == raw).all()
    assert json.dumps(encoder.metadata) == metadata


def test_the_same_seed_gives_the_same_file(tmp_path):
    words, labels = planted()
    for name in ("a", "b"):
        supervise(words, labels, SupervisionConfig(steps=30), progress=False).save(tmp_path / f"{name}.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()
    other = supervise(words, labels, SupervisionConfig(steps=30, seed=2), progress=False)
    assert (other.model.vectors != KeyedVectors.load(tmp_path / "a.safetensors").vectors).any()


def test_a_head_commutes_with_weighted_means(vectors, paragraphs):
    encoder, head = Sentences(vectors), np.random.default_rng(0).normal(size=(50, 50))
    folded = separate(encoder)
    fold(folded, head)
    expected = unit(encoder.encode(paragraphs[0][:100]).astype(np.float64) @ head.T)
    assert folded.encode(paragraphs[0][:100]) == pytest.approx(expected, abs=1e-5)


# ------------------------------------------------------------------------------------------------------------- measures


def wilson_by_hand(right, n):
    """Ends of the interval: the p with |right/n - p| = z sqrt(p (1 - p) / n)."""
    z2, p = 1.959963984540054**2, right / n
    root = math.sqrt(z2 * (z2 + 4 * n * p * (1 - p)))
    return (2 * n * p + z2 - root) / (2 * (n + z2)), (2 * n * p + z2 + root) / (2 * (n + z2))


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_intervals_are_those_of_wilson(counts):
    right, n = counts
    found = Accuracy.counted(right, n)
    assert (found.low, found.high) == pytest.approx(wilson_by_hand(right, n), abs=1e-9)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_the_interval_of_a_change_is_that_of_a_bootstrap_over_the_items():
    draws = np.random.default_rng(0)
    classes, before, after = (draws.integers(0, 2, 500) for _ in range(3))
    change = Change.of(before, after, classes, 1)
    differences = (after == classes).astype(float) - (before == classes)
    assert change.value == pytest.approx(differences.mean(), abs=1e-12)
    resampled = [differences[draws.integers(0, 500, 500)].mean() for _ in range(4000)]
    assert (change.low, change.high) == pytest.approx(interval(resampled), abs=0.01)


def test_both_classifiers_by_hand():
    draws = np.random.default_rng(0)
    x, y = draws.normal(size=(60, 4)), draws.normal(size=(25, 4))
    train, test = draws.permutation(np.repeat([0, 1, 2], 20)), draws.integers(0, 3, 25)
    judged = Division(train, test).judge(x, y)
    u, v = unit(x), unit(y)
    means = np.array([u[train == c].mean(axis=0) for c in range(3)])
    for row in range(25):
        cosines = [means[c] @ v[row] / np.linalg.norm(means[c]) for c in range(3)]
        assert judged.by_means[row] == np.argmax(cosines)
        near = np.argsort(-(u @ v[row]))[:15].tolist()
        votes = [sum(train[i] == c for i in near) for c in range(3)]
        winners = [c for c in range(3) if votes[c] == max(votes)]
        assert judged.by_neighbours[row] == min(winners, key=lambda c: [train[i] for i in near].index(c))
    pairs = [v[i] @ v[j] for i in range(25) for j in range(25) if i != j and test[i] == test[j]]
    assert judged.separation.tolerance == pytest.approx(np.mean(pairs), abs=1e-12)
    assert judged.separation.uniformity == pytest.approx(uniformity(v), abs=1e-12)


def test_lda_and_logistic_regression_are_beside_them(novels):
    pytest.importorskip("sklearn")
    held_out = novels.report.held_out
    assert held_out.lda.value > 0.7
    assert held_out.regression.value > 0.7
    assert held_out.lda_space is None  # two classes
    words, labels = planted()
    assert supervise(words, labels, progress=False).report.held_out.lda_space.mean_classifier.value > 0.7


def test_without_scikit_learn_they_are_left_out_and_that_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.discriminant_analysis", None)
    words, labels = planted()
    report = supervise(words, labels, SupervisionConfig(steps=5), progress=False).report
    assert report.held_out.lda is None
    assert 'left out, scikit-learn is not installed; pip install "w2v[sklearn]"' in str(report)


def test_with_no_more_items_than_classes_they_are_left_out_too():
    words, _ = planted(40)
    few = {f"w{i}": "abcd"[i % 4] for i in range(8)}  # one of each class is trained on
    report = supervise(words, few, SupervisionConfig(steps=2), held_out=0.7, progress=False).report
    assert report.held_out.obstacle == "there are not more items than classes"


def test_with_one_vector_per_class_they_are_left_out_too():
    """Texts that differ in unknown words only, such as names and numbers in a template, have one vector."""
    words, _ = planted(40)
    words.vectors[::2], words.vectors[1::2] = words.vectors[0], words.vectors[1]
    same = {f"w{i}": "ab"[i % 2] for i in range(40)}
    with pytest.warns(UserWarning, match="have collapsed"):
        report = supervise(words, same, SupervisionConfig(steps=2), progress=False).report
    assert report.held_out.obstacle == "all items of a class have the same vector"
    assert report.held_out.lda is None


# ------------------------------------------------------------------------------------------------------ what is left out


def test_what_is_left_out_is_reported():
    words, labels = planted(60)
    words.vectors[59] = 0
    pairs = [
        *labels.items(),
        ("unknown", "a"),
        ("w0", labels["w0"]),
        ("W1", labels["w1"]),
        ("w2", "other"),
        ("w3", "one"),
    ]
    pairs = [pair for pair in pairs if pair != ("w3", labels["w3"])]
    report = supervise(words, tuple(zip(*pairs, strict=True)), SupervisionConfig(steps=2), progress=False).report
    assert report.excluded == {"unknown words": 1, "words with several labels": 1, "words without a direction": 1}
    assert report.single == ("one",)
    assert sum(map(sum, report.classes.values())) == 60 - 3
    assert "1 class with a single member: 'one'" in str(report)
    assert "left out: 1 unknown word\n" in str(report)


def test_texts_left_out(vectors, paragraphs):
    texts, labels = [*paragraphs[0], "xyzzy qwertz", paragraphs[0][0]], [*paragraphs[1], "emma", "pride-and-prejudice"]
    report = supervise(vectors, (texts, labels), SupervisionConfig(steps=2), progress=False).report
    assert report.excluded["without a known word"] == 1
    assert report.excluded["with several labels"] == 1


def test_fewer_than_two_classes_is_an_error():
    words, labels = planted(30)
    with pytest.raises(
        GeometryError,
        match=r"a mapping.* must have at least two classes of two known words: got 1 \(.all.\); add items with",
    ):
        supervise(words, dict.fromkeys(labels, "all"))
    with pytest.raises(GeometryError, match=r"got 0 and 2 classes with a single member \('a', 'b'\)"):
        supervise(words, {"w0": "a", "w1": "b"})
    with pytest.raises(GeometryError, match=r"texts: got 1 \('a'\) and 2 classes with a single member \('b', 'c'\)"):
        supervise(words, (["w1 w2", "w2 w3", "w3 w4", "w4 w5"], ["a", "a", "b", "c"]))
    with pytest.raises(GeometryError, match=r'got 0 .*if they are texts, say so with items="texts"'):
        supervise(words, {"w0": "a", "w1": "b"})
    with pytest.raises(GeometryError, match="one label: got 2 unknown words; if they are texts, say so"):
        supervise(words, {"x": "a", "y": "a"})


def test_a_class_that_is_nearly_everything():
    words, labels = planted(200)
    most = {word: "rare" if word in ("w7", "w9") else "common" for word in labels}
    report = supervise(words, most, SupervisionConfig(steps=20), progress=False).report
    assert report.classes == {"common": (139, 59), "rare": (1, 1)}
    assert report.held_out.majority.value == pytest.approx(59 / 60)


def test_collapse_is_warned_of():
    words, labels = planted(200)
    collapsed = SupervisionConfig(loss="out", temperature=10.0, alpha=1.0, steps=300)
    with pytest.warns(UserWarning, match="uniformity must be below -1, or the vectors have collapsed: got -0"):
        assert supervise(words, labels, collapsed, progress=False).report.collapsed
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not supervise(words, labels, progress=False).report.collapsed


def test_train_on_everything():
    words, labels = planted(100)
    done = supervise(words, labels, SupervisionConfig(steps=5), held_out=0, progress=False)
    assert done.report.held_out is None
    assert sum(train for train, _ in done.report.classes.values()) == 100
    assert "held out 0" in str(done.report)


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"held_out": 1}, ConfigError, "held_out must be a number from 0 to 0.9: got 1"),
        ({"held_out": "x"}, ArgumentError, "held_out must be a number"),
        ({"items": "letters"}, ConfigError, "items must be one of"),
        ({"config": 3}, ArgumentError, "config must be"),
        ({"vectors": "file"}, ArgumentError, "vectors must be"),
        ({"column": "text"}, ArgumentError, "column and label_column must be given together"),
        ({"labels": "no/such/file"}, CorpusError, "no/such/file"),
    ],
)
def test_arguments_are_checked(wrong, error, message):
    words, labels = planted(30)
    with pytest.raises(error, match=message):
        supervise(**{"vectors": words, "labels": labels, **wrong})


def test_texts_are_split_as_is_said(vectors):
    items, labels = ["king|queen", "queen|king", "king|king", "queen|queen"], ["a", "b", "a", "b"]
    bars = w2v.TextOptions(tokenizer=lambda text: text.split("|"))
    words = KeyedVectors.from_arrays(["king", "queen"], [[1.0, 0.0], [0.5, 1.0]], [2, 1])
    with pytest.warns(UserWarning, match="collapsed"):  # of two directions
        done = supervise(words, (items, labels), items="texts", text=bars, held_out=0, progress=False)
    assert done.classifier.predict(["king|king|king", "king king"]) == ["a", None]


def test_the_mean_is_that_of_all_words_with_a_direction():
    draws = np.random.default_rng(0)
    raw = draws.normal(size=(50, 6)) + 1
    raw[[7, 9]] = 0
    words = KeyedVectors.from_arrays([f"w{i}" for i in range(50)], raw)
    kept = [i for i in range(50) if i not in (7, 9)]
    u = unit(raw[kept].astype(np.float32))
    found = CentredWords.of(words).rows(slice(None))
    assert found[kept] == pytest.approx(unit(u - u.mean(axis=0)), abs=1e-12)
    assert not found[[7, 9]].any()
    head = draws.normal(size=(6, 6))
    assert CentredWords.of(words).with_head(head).vectors == pytest.approx(unit(found @ head.T), abs=1e-6)


def test_an_encoder_is_for_texts(vectors):
    with pytest.raises(ArgumentError, match="vectors must be KeyedVectors for words: got Sentences"):
        supervise(Sentences(vectors), {"a": "b"}, items="words")


def test_too_many_classes_for_a_header():
    check_room(1310, 100)
    with pytest.raises(ConfigError, match="at most 1,310 classes for vectors of 100 numbers: got 1,311"):
        check_room(1311, 100)


# ------------------------------------------------------------------------------------------------------------ classifiers


def test_a_classifier_survives_its_file(novels, paragraphs, tmp_path):
    path = tmp_path / "novels.safetensors"
    novels.save(path)
    again = Classifier.load(path)
    assert repr(again) == "Classifier(2 classes of texts, vector_size=50)"
    assert again.names == novels.classifier.names
    assert (again.scores(paragraphs[0]) == novels.classifier.scores(paragraphs[0])).all()
    assert again.metadata == json.loads(json.dumps(novels.classifier.metadata))
    # An ordinary encoder, and an ordinary file of vectors.
    assert (Sentences.load(path).encode(paragraphs[0][:3]) == novels.model.encode(paragraphs[0][:3])).all()
    assert KeyedVectors.load(path).index_to_key == novels.model.words
    made = formats.read_metadata(path)["metadata"]["sentences"]["supervision"]
    assert (made["loss"], made["steps"], made["items"]) == ("in", 200, "texts")
    assert made["report"]["held_out"]["after"]["mean_classifier"]["items"] == 1000
    again.save(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == path.read_bytes()


def test_the_reported_accuracy_is_that_of_the_saved_classifier(novels, paragraphs, tmp_path):
    novels.save(tmp_path / "a.safetensors")
    distinct = dict(zip(*paragraphs, strict=True))
    texts, labels = list(distinct), list(distinct.values())
    numbers = np.array([NOVELS.index(label) for label in labels])
    _, test = stratified(numbers, 0.3, 1)
    found = Classifier.load(tmp_path / "a.safetensors").evaluate(([texts[i] for i in test], [labels[i] for i in test]))
    assert found.accuracy == novels.report.held_out.after.mean_classifier


def test_scores_by_class_by_hand():
    vectors = KeyedVectors.from_arrays(["a", "b", "c", "d", "e"], [[1, 0], [1, 0.1], [0, 1], [0.1, 1], [1, 0.2]])
    classifier = Classifier(vectors, ["right", "up"], [[2, 0], [0, 3]])
    assert classifier.predict(["A", "d", "x"]) == ["right", "up", None]
    assert classifier.predict([]) == []
    assert classifier.scores(["b"]) == pytest.approx(np.array([[1, 0.1]]) / math.hypot(1, 0.1), abs=1e-6)
    found = classifier.evaluate({"a": "right", "b": "up", "c": "up", "d": "new", "x": "up"})
    assert found.accuracy.value == 0.5
    assert [(c.name, c.items, c.precision, c.recall) for c in found.classes] == [
        ("right", 1, 0.5, 1.0),
        ("up", 2, 0.5, 0.5),
        ("new", 1, None, 0.0),
    ]
    assert found.balanced == pytest.approx(0.5)
    assert found.majority == 0.5
    assert found.excluded == {"unknown": 1}
    assert "accuracy 50.0 [15.0, 85.0] of 4 items" in str(found)
    assert found.unknown_classes == ("new",)
    assert "counted as wrong: 1 whose label is no class of the classifier: 'new'" in str(found)
    with pytest.raises(
        CorpusError, match=r"classes of the classifier, such as 'right', 'up': got 'left', 'down' \(read as"
    ):
        classifier.evaluate({"a": "left", "b": "left", "c": "down"})
    with pytest.warns(UserWarning, match="items must be words, as this classifies words: got texts, such as 'a b c'"):
        assert classifier.predict(["a b c", "d e"]) == [None, None]
    assert classifier.evaluate((["a", "c"], ["right", "up"])).accuracy.value == 1.0
    with pytest.raises(
        GeometryError, match="a known word with a label, as this classifies words: got 1 unknown word, such as 'x'"
    ):
        classifier.evaluate({"x": "up"})


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ([0, 1, 2], [0, 1, 2]),
        (np.array([0, 5, -2]), [0, 5, -2]),
        ([0.0, 1.0, 2.0], [0, 1, 2]),  # integers of a column with missing values
        ([False, True, 2], ["False", "True", "2"]),
        ([0.5, 1.0, 2.0], ["0.5", "1", "2"]),
        (["0", "1", "2"], ["0", "1", "2"]),
    ],
)
def test_labels_keep_their_type(given_, expected, tmp_path):
    words, labels = planted(60)
    trained = supervise(
        words,
        {word: given_["abc".index(label)] for word, label in labels.items()},
        SupervisionConfig(steps=2),
        held_out=0,
    )
    trained.save(tmp_path / "a.safetensors")
    for classifier in (trained.classifier, Classifier.load(tmp_path / "a.safetensors")):
        found = classifier.predict([*labels, "unknown"])
        assert set(found) == {*expected, None}
        assert {type(label) for label in found[:-1]} == {type(expected[0])}
        assert classifier.names == [str(label) for label in classifier.labels]
        assert classifier.evaluate(dict(zip(labels, found, strict=False))).accuracy.value == 1


def test_what_a_classifier_is_made_of_is_checked():
    words, _ = planted(10)
    with pytest.raises(ConfigError, match="names must be integers, as metadata say: got 'a'"):
        Classifier(words, ["a"], np.eye(1, 20), {"integer_labels": True})
    for names, directions, message in (
        (["a", 1], np.eye(2, 20), "names must be a list of strings"),
        (["a"], np.eye(2, 20), "directions must be 1 row of 20 finite numbers"),
        (["a"], np.full((1, 20), np.nan), "directions must be 1 row of 20 finite numbers"),
        ([], np.zeros((0, 20)), "there must be a name"),
        (["a"], "x", "directions must be an array of numbers"),
    ):
        with pytest.raises(ConfigError, match=message):
            Classifier(words, names, directions)
    with pytest.raises(CorpusError, match=r"items must be strings: got 3 as items\[1\]"):
        Classifier(words, ["a"], np.eye(1, 20)).predict(["w1", 3])


def test_files_that_are_no_classifiers(tmp_path, novels):
    words, _ = planted(10)
    words.save(tmp_path / "plain.safetensors")
    words.save_word2vec_format(tmp_path / "plain.txt")
    novels.model.save(tmp_path / "encoder.safetensors")
    for name in ("plain.safetensors", "plain.txt", "encoder.safetensors"):
        with pytest.raises(
            FormatError, match=r"must be a file of w2v supervise or Classifier\.save: got vectors without"
        ):
            Classifier.load(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        Classifier.load(tmp_path / "none.safetensors")


@pytest.mark.parametrize(
    "made",
    [
        {"classes": ["a", "b"]},
        {"classes": ["a", 1], "directions": ""},
        {"classes": "ab", "directions": ""},
        {"classes": ["a", "b"], "directions": "!"},
        {"classes": ["a", "b"], "directions": "AAAA"},
        {"classes": [], "directions": ""},
        {"classes": ["a"], "directions": "AADAfwAAwH8="},  # two NaN
    ],
)
def test_hostile_metadata_is_a_format_error(made, tmp_path):
    words = KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]], metadata={"supervision": made})
    words.save(tmp_path / "a.safetensors")
    with pytest.raises(FormatError):
        Classifier.load(tmp_path / "a.safetensors")


# ----------------------------------------------------------------------------------------------------------- command line


@pytest.fixture(scope="module")
def files(vectors, paragraphs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    vectors.save(folder / "vectors.safetensors")
    for name, places in (("train", slice(0, None, 2)), ("test", slice(1, None, 2))):
        with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(["text", "novel"])
            rows.writerows(zip(paragraphs[0][places], paragraphs[1][places], strict=True))
    return folder


def test_from_a_csv_to_a_scored_classifier(files, monkeypatch, capsys):
    monkeypatch.chdir(files)
    columns = ["--column", "text", "--label-column", "novel"]
    assert main(["supervise", "vectors.safetensors", "train.csv", *columns, "-o", "novels.safetensors", "--quiet"]) == 0
    said = capsys.readouterr()
    assert "train.csv: read as column 'text', labels in 'novel'; 1,66" in said.out
    assert "always the largest class" in said.out
    assert said.err == ""
    assert main(["classify", "novels.safetensors", "test.csv", *columns, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"]["low"] > 0.65
    Path("new.txt").write_text(
        "Mr. Knightley smiled at Harriet.\n\nMr. Bingley danced with Jane Bennet.\n", encoding="utf-8"
    )
    assert main(["classify", "novels.safetensors", "new.txt"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.split("\n")]
    assert [row[0] for row in rows[:3]] == ["emma", "", "pride-and-prejudice"]
    assert rows[1] == ["", "0.0000", ""]
    assert main(["classify", "novels.safetensors", "test.csv", "--column", "text", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["items"][0]) == {"item", "class", "cosine"}
    Path("empty.txt").write_bytes(b"")
    for more in ([], ["--json"]):
        assert main(["classify", "novels.safetensors", "empty.txt", *more]) == 65
        told = capsys.readouterr()
        assert (told.out, "empty.txt must contain words or texts: got none" in told.err) == ("", True)
    assert main(["info", "novels.safetensors"]) == 0
    told = capsys.readouterr().out
    assert "directions" not in told
    assert "common" not in told


def test_words_on_the_command_line(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words, labels = planted()
    words.save("words.safetensors")
    Path("labels.tsv").write_text("".join(f"{word}\t{label}\n" for word, label in labels.items()), encoding="utf-8")
    run = ["supervise", "words.safetensors", "labels.tsv", "--quiet"]
    assert main([*run, "-o", "out.safetensors", "--json", "--steps", "50", "--loss", "out"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["layout"] == "word<TAB>label"
    assert report["losses"][1] < report["losses"][0]
    assert formats.read_metadata("out.safetensors")["metadata"]["supervision"]["loss"] == "out"
    assert main(["classify", "out.safetensors", "labels.tsv", "--labelled"]) == 0
    assert "labels.tsv: word<TAB>label" in capsys.readouterr().out
    assert main([*run, "-o", "out.txt"]) == 0  # an ordinary file of vectors, without the classes
    assert len(KeyedVectors.load("out.txt")) == 400
    Path("texts.txt").write_text("w1 and w2\nw3 or w4\n", encoding="utf-8")
    capsys.readouterr()
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert main(["classify", "out.safetensors", "texts.txt"]) == 0
    assert "w2v: items must be words, as this classifies words: got texts" in capsys.readouterr().err
    Path("table.txt").write_text("a\tb\tc\n", encoding="utf-8")
    for source, more, message in (
        ("labels.tsv", ["--column", "text"], "got only --column 'text'"),
        ("labels.tsv", ["--label-column", "label"], "got only --label-column 'label'"),
        ("table.txt", [], "for a table, pass --column NAME and --label-column NAME"),
    ):
        assert main(["supervise", "words.safetensors", source, *more, "-o", "o.safetensors"]) in (2, 65)
        assert message in capsys.readouterr().err
    for more, message in (
        (["-o", "o.safetensors", "--weights", "mean"], "--weights must be left out for words"),
        (["-o", "o.safetensors", "--held-out", "2"], "--held-out must be a number from 0 to 0.9: got 2"),
        (["-o", "o.safetensors", "--alpha", "0"], "--alpha must be a number"),
        (["-o", "o.txt", "--items", "texts"], "--output must end in .safetensors for texts"),
        (["-o", "no/folder/o.safetensors"], "no/folder"),
    ):
        capsys.readouterr()
        assert main([*run, *more]) in (2, 74)
        assert message in capsys.readouterr().err
    assert not Path("o.safetensors").exists()


def test_labels_from_standard_input(tmp_path):
    words, labels = planted(60)
    words.save(tmp_path / "words.safetensors")
    lines = "".join(f"{word}\t{label}\n" for word, label in labels.items())
    command = [
        sys.executable,
        "-m",
        "w2v",
        "supervise",
        "words.safetensors",
        "-",
        "-o",
        "o.safetensors",
        "--steps",
        "3",
    ]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert "60 words in 3 classes" in done.stdout
