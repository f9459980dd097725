"""Training and evaluation of encoders of sentences: gradients, pairs, augmentations, scores by hand, the command line."""

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import w2v.sentences.training
from w2v import KeyedVectors, Sentences
from w2v.cli import main
from w2v.errors import ArgumentError, ConfigError, CorpusError, DivergedError
from w2v.sentences import ScoredPair, SentenceTraining, read_sentence_pairs
from w2v.sentences.augmentations import AUGMENTATIONS, Augmentation
from w2v.sentences.bags import Bags
from w2v.sentences.contrastive import Step, View, step
from w2v.sentences.positive_pairs import Positives
from w2v.sentences.training import _batches

V, D = 40, 6


def random_bags(rng, n, longest=7):
    lengths = rng.integers(1, longest + 1, n)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    return Bags(rng.integers(0, V, offsets[-1]), offsets, lengths)


def loss_by_the_paper(vectors, head, views, temperature):
    """Return the loss, sentence by sentence and pair by pair."""
    u = []
    for view in views:
        side = []
        for i in range(len(view.bags)):
            a, b = view.bags.offsets[i : i + 2]
            words = [
                view.weights[k] * vectors[view.bags.rows[k]] * (1 if view.mask is None else view.mask[k])
                for k in range(a, b)
            ]
            z = head @ (sum(words) / view.weights[a:b].sum())
            side.append(z / np.sqrt(z @ z))
        u.append(side)
    bags = [
        [sorted(view.bags.rows[a:b]) for a, b in zip(view.bags.offsets, view.bags.offsets[1:], strict=False)]
        for view in views
    ]
    n, total = len(u[0]), 0.0
    for i in range(n):
        # A cosine is left out if its two sentences, or those of one side, are equal.
        row = [j for j in range(n) if j == i or not _alike(bags, i, j)]
        column = [j for j in range(n) if j == i or not _alike(bags, j, i)]
        s = lambda x, y: np.exp(u[0][x] @ u[1][y] / temperature)  # noqa: E731
        total -= np.log(s(i, i) / sum(s(i, j) for j in row)) + np.log(s(i, i) / sum(s(j, i) for j in column))
    return total / (2 * n)


def _alike(bags, i, j):
    return bags[0][i] == bags[1][j] or bags[0][i] == bags[0][j] or bags[1][i] == bags[1][j]


def views_of(rng, kind):
    first, second = random_bags(rng, 9), random_bags(rng, 9)
    first.rows[: first.offsets[1]] = 3
    weights = rng.uniform(0.1, 1, V)
    views = [View(bags, weights[bags.rows]) for bags in (first, second)]
    if kind == "masked":
        views = [View(v.bags, v.weights, (rng.random((len(v.bags.rows), D)) < 0.8) / 0.8) for v in views]
    if kind == "repeated":  # sentence 4 is sentence 2 again, in another order
        repeated = Bags(np.array([1, 2, 5, 7, 2, 1]), np.array([0, 2, 3, 4, 6]), np.array([2, 1, 1, 2]))
        other = Bags(np.array([8, 9, 10, 11]), np.array([0, 1, 2, 3, 4]), np.ones(4, np.int64))
        views = [View(b, weights[b.rows]) for b in (repeated, other)]
    return tuple(views)


@pytest.mark.parametrize("kind", ["plain", "masked", "repeated"])
@pytest.mark.parametrize("temperature", [0.05, 1.0])
def test_gradients_are_finite_differences(kind, temperature):
    rng = np.random.default_rng(3)
    vectors, head = rng.normal(size=(V, D)), np.eye(D) + rng.normal(size=(D, D)) / 5
    views = views_of(rng, kind)
    made = step(vectors, head, views, temperature)
    assert made.loss == pytest.approx(loss_by_the_paper(vectors, head, views, temperature), rel=1e-10)
    gradient = np.zeros_like(vectors)
    gradient[made.rows] = made.gradient
    e = 1e-6
    for parameter, found in ((vectors, gradient), (head, made.head)):
        expected = np.zeros_like(parameter)
        for place in np.ndindex(parameter.shape):
            kept = parameter[place]
            parameter[place] = kept + e
            up = step(vectors, head, views, temperature).loss
            parameter[place] = kept - e
            down = step(vectors, head, views, temperature).loss
            parameter[place] = kept
            expected[place] = (up - down) / (2 * e)
        np.testing.assert_allclose(found, expected, atol=1e-6 * max(1, np.abs(expected).max()))


def test_without_a_head_it_is_the_identity():
    rng = np.random.default_rng(4)
    vectors, views = rng.normal(size=(V, D)), views_of(rng, "plain")
    one, two = step(vectors, None, views, 0.1), step(vectors, np.eye(D), views, 0.1)
    assert one.loss == pytest.approx(two.loss, rel=1e-12)
    np.testing.assert_allclose(one.gradient, two.gradient, atol=1e-12)


# ----------------------------------------------------------------------------------------------------------- training

TOPICS = [[f"{topic}{i}" for i in range(12)] for topic in "abcd"]


def prose(documents=60, seed=0):
    """Documents about one topic each, in sentences of seven words of which two are everywhere."""
    rng = np.random.default_rng(seed)
    lines = []
    for _ in range(documents):
        topic = TOPICS[rng.integers(len(TOPICS))]
        for _ in range(5):
            lines.append(" ".join(["the", "of", *rng.choice(topic, 5, replace=False)]) + ".")
        lines.append("")
    return lines


@pytest.fixture
def untrained():
    names = ["the", "of", *(word for topic in TOPICS for word in topic)]
    rows = np.random.default_rng(1).normal(size=(len(names), 16)).astype(np.float32)
    vectors = KeyedVectors.from_arrays(names, rows, [500, 400] + [20] * (len(names) - 2))
    return Sentences(vectors, a=0.01, text=_whole_words())


def _whole_words():
    from w2v import TextOptions

    return TextOptions(tokenizer=lambda text: text.replace(".", "").split())


def pairs_of_topics(n=200, seed=5):
    rng, pairs = np.random.default_rng(seed), []
    for _ in range(n):
        one, two = rng.integers(len(TOPICS), size=2)
        if rng.random() < 0.5:
            two = one
        first, second = (" ".join(rng.choice(TOPICS[t], 3)) for t in (one, two))
        pairs.append(ScoredPair(first, second, 5.0 if one == two else 0.0))
    return pairs


FAST = SentenceTraining(batch_size=32, epochs=4, alpha=0.1)


def test_neighbours_teach_topics(untrained):
    judged = pairs_of_topics()
    before = untrained.evaluate(judged)
    config = SentenceTraining(batch_size=32, epochs=12, alpha=0.1)
    points = untrained.train(iter(prose()), config=config, probe=judged, progress=False)
    after = untrained.evaluate(judged)
    assert after.spearman > before.spearman + 0.2
    assert after.random == pytest.approx(before.random)
    assert points[0].loss is None
    assert [point.step for point in points] == [0, 40, 80, 84]
    assert points[1].loss > points[2].loss > points[3].loss
    assert points[-1].alignment == pytest.approx(after.alignment)
    assert points[-1].uniformity == pytest.approx(after.uniformity)
    assert untrained.metadata["training"][0]["kind"] == "neighbours"


def test_training_is_reproducible(untrained, tmp_path):
    untrained.save(tmp_path / "start.safetensors")
    found = []
    for seed in (1, 1, 2):
        encoder = Sentences.load(tmp_path / "start.safetensors", _whole_words())
        encoder.train(iter(prose()), "dropout", SentenceTraining(batch_size=32, seed=seed), progress=False)
        found.append(encoder.vectors)
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_training_uses_one_thread(untrained, monkeypatch):
    threadpoolctl = pytest.importorskip("threadpoolctl")
    seen, real = [], w2v.sentences.training.step

    def observed(*given):
        seen.extend(library["num_threads"] for library in threadpoolctl.threadpool_info())
        return real(*given)

    monkeypatch.setattr("w2v.sentences.training.step", observed)
    with threadpoolctl.threadpool_limits(2):
        untrained.train(iter(prose()), config=FAST, progress=False)
    assert set(seen) == {1}


def test_the_batches_of_an_epoch_are_each_pair_once():
    found = list(islice(_batches(11, 3, np.random.default_rng(0)), 6))
    assert [len(batch) for batch in found] == [3] * 6
    for epoch in (found[:3], found[3:]):
        assert len(set(np.concatenate(epoch).tolist())) == 9
    assert not np.array_equal(found[0], found[3])


def test_a_number_of_steps_instead_of_epochs(untrained):
    for pairs in ("neighbours", "none"):
        encoder = Sentences(KeyedVectors.from_arrays(untrained.words, untrained._start, untrained.counts))
        points = encoder.train(iter(prose()), pairs, SentenceTraining(batch_size=32, steps=90), progress=False)
        assert [point.step for point in points] == [0, 40, 80, 90]
    with pytest.raises(ConfigError, match="not be given both"):
        SentenceTraining(epochs=1, steps=1)


@pytest.mark.parametrize("kind", AUGMENTATIONS)
def test_every_augmentation_trains(untrained, kind):
    before = untrained.vectors.copy()
    points = untrained.train(iter(prose()), kind, SentenceTraining(batch_size=16, rate=0.3), progress=False)
    assert np.isfinite(untrained.vectors).all()
    assert not np.array_equal(before, untrained.vectors)
    assert np.isfinite([point.loss for point in points[1:]]).all()


def test_a_head_is_trained_instead_of_the_words(untrained):
    before = untrained.vectors.copy()
    untrained.train(iter(prose()), config=SentenceTraining(batch_size=32, head=True), progress=False)
    map_, *_ = np.linalg.lstsq(before, untrained.vectors, rcond=None)
    np.testing.assert_allclose(before @ map_, untrained.vectors, atol=1e-4)


def test_labelled_pairs_of_files(untrained, tmp_path):
    judged = pairs_of_topics()
    rows = [f"{pair.score}\t{pair.first}\t{pair.second}" for pair in judged]
    (tmp_path / "pairs.tsv").write_text("\n".join(rows), encoding="utf-8")
    positive = [pair for pair in judged if pair.score == 5]
    for side in ("first", "second"):
        (tmp_path / f"{side}.txt").write_text("\n".join(getattr(p, side) for p in positive), encoding="utf-8")
    untrained.save(tmp_path / "start.safetensors")
    found = []
    for pairs in (tmp_path / "pairs.tsv", (tmp_path / "first.txt", tmp_path / "second.txt"), positive):
        encoder = Sentences.load(tmp_path / "start.safetensors", _whole_words())
        encoder.train(pairs=pairs, progress=False)
        assert encoder.metadata["training"][0]["pairs"] == len(positive)
        found.append(encoder.vectors)
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])
    (tmp_path / "first.txt").write_text("one line", encoding="utf-8")
    with pytest.raises(CorpusError, match="as many lines"):
        encoder.train(pairs=(tmp_path / "first.txt", tmp_path / "second.txt"))


def test_min_score_is_for_pairs_with_scores(untrained, tmp_path):
    (tmp_path / "one.txt").write_text("a1 a2\nb1 b2\n", encoding="utf-8")
    files = (tmp_path / "one.txt", tmp_path / "one.txt")
    for text, pairs in ((iter(prose()), "neighbours"), (None, files), (None, [ScoredPair("a1", "a2")] * 3)):
        with pytest.raises(ArgumentError, match="min_score must be left out"):
            untrained.train(text, pairs, min_score=1)


def test_what_cannot_be_trained_on(untrained):
    with pytest.raises(ArgumentError, match="text must be given"):
        untrained.train(pairs="dropout")
    with pytest.raises(ArgumentError, match="left out"):
        untrained.train(iter(prose()), pairs=[ScoredPair("a", "b")])
    with pytest.raises(ArgumentError, match="pairs must be one of"):
        untrained.train(pairs=3)
    with pytest.raises(CorpusError, match="at least 2 pairs"):
        untrained.train(iter(["nothing known here at all, sorry"]))


def test_a_training_that_diverges_changes_nothing(untrained, monkeypatch):
    before = untrained.encode(["the a1 a2"])
    bad = Step(np.nan, np.zeros(1, np.int64), np.full((1, 16), np.nan), np.zeros((16, 16)))
    monkeypatch.setattr("w2v.sentences.training.step", lambda *given: bad)
    with pytest.raises(DivergedError, match="alpha"):
        untrained.train(iter(prose()), progress=False)
    assert np.array_equal(untrained.encode(["the a1 a2"]), before)


@pytest.mark.parametrize(
    "wrong",
    [{"temperature": 0}, {"batch_size": 1}, {"epochs": 0}, {"alpha": -1}, {"rate": 1}, {"seed": -1}, {"head": 2}],
)
def test_wrong_parameters(wrong):
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        SentenceTraining(**wrong)


def test_neighbours_do_not_cross_documents():
    words = np.array([6, 6, 0, 6, 2, 6, 125])
    known = np.array([6, 6, 0, 6, 2, 6, 45])
    bags = Bags(np.zeros(known.sum(), np.int64), np.concatenate([[0], np.cumsum(known)]), words)
    pairs = Positives.of_text(bags, np.ones(1, np.float32), neighbours=True)
    # kept: 0 1 | 3 5 and the spans of 20, 20 (and 5, which is too short) words of the last
    assert list(zip(pairs.first, pairs.second, strict=True)) == [(0, 1), (2, 3), (3, 4), (4, 5)]
    assert pairs.bags.lengths.tolist() == [6, 6, 6, 6, 20, 20]


@pytest.mark.parametrize("kind", ["deletion", "insertion", "replacement"])
def test_augmented_sentences_keep_some_weight(kind):
    weights = np.array([1, 0, 0.5], np.float32)  # all synonyms are words without weight
    bags = Bags(np.array([0, 0, 2, 1, 2]), np.array([0, 1, 3, 5]), np.array([1, 2, 2]))
    augmentation = Augmentation(kind, 0.95, weights, np.ones((3, 5), np.int64))
    for seed in range(20):
        for view in augmentation.views(bags, bags, 4, np.random.default_rng(seed)):
            assert (np.add.reduceat(view.weights, view.bags.offsets[:-1]) > 0).all()
            assert np.array_equal(view.weights, np.where(view.weights > 0, weights[view.bags.rows], 0))


@pytest.mark.parametrize("kind", ["replacement", "insertion"])
def test_synonyms_without_weight_do_not_spoil_a_training(kind):
    names = ["cat", "dog", *(f"x{i}" for i in range(12))]
    rows = np.random.default_rng(0).normal(size=(14, 4)).astype(np.float32)
    encoder = Sentences(KeyedVectors.from_arrays(names, rows), {"cat": 1.0, "dog": 1.0})
    text = ["cat " * 7, "dog " * 7, "cat dog cat dog cat dog"] * 5
    encoder.train(iter(text), kind, SentenceTraining(batch_size=4, epochs=3, rate=0.9), progress=False)
    assert np.isfinite(encoder.encode(["cat", "dog"])).all()
    assert encoder.encode("cat").any()


def test_augmentations_by_hand():
    bags = Bags(np.arange(200) % 10, np.arange(0, 201, 10), np.full(20, 10))
    weights, synonyms = np.ones(10, np.float32), np.full((10, 5), 7)
    draws = np.random.default_rng(0)
    _, two = Augmentation("replacement", 0.5, weights, synonyms).views(bags, bags, 4, draws)
    changed = two.bags.rows != bags.rows
    assert set(two.bags.rows[changed]) == {7}
    assert 60 < changed.sum() < 120
    _, two = Augmentation("insertion", 0.5, weights, synonyms).views(bags, bags, 4, draws)
    assert len(two.bags.rows) == two.bags.offsets[-1] == len(two.weights) > 250
    for i in range(20):
        mine = two.bags.rows[two.bags.offsets[i] : two.bags.offsets[i + 1]].tolist()
        assert [word for word in mine if word != 7] == [0, 1, 2, 3, 4, 5, 6, 8, 9]
    _, two = Augmentation("deletion", 0.9, weights).views(bags, bags, 4, draws)
    assert (np.add.reduceat(two.weights, bags.offsets[:-1]) > 0).all()
    one, two = Augmentation("fixed", 0.5, weights).views(bags, bags, 4, draws)
    assert np.array_equal(one.mask, two.mask)
    assert set(np.unique(one.mask)) == {0, 2}
    one, two = Augmentation("dropout", 0.5, weights).views(bags, bags, 4, draws)
    assert not np.array_equal(one.mask, two.mask)


# --------------------------------------------------------------------------------------------------------- evaluation


def test_scores_by_hand():
    vectors = KeyedVectors.from_arrays(["x", "y", "z"], [[1, 0], [0, 1], [1, 1]], [1, 1, 1])
    encoder = Sentences(vectors, "mean", centre=False)
    pairs = [ScoredPair("x", "x", 5), ScoredPair("x", "z", 3), ScoredPair("x", "y", 1), ScoredPair("x", "", 0)]
    found = encoder.evaluate(pairs)
    # cosines 1, .7071, 0, 0: ranks 4, 3, 1.5, 1.5 against 4, 3, 2, 1
    assert found.spearman == pytest.approx(4.5 / np.sqrt(5 * 4.5))
    assert found.pearson == pytest.approx(np.corrcoef([5, 3, 1, 0], [1, np.sqrt(0.5), 0, 0])[0, 1])
    assert (found.pairs, found.unknown, found.alignment) == (4, 1, 0.0)
    assert found.low <= found.spearman <= found.high
    assert "random vectors" in str(found)
    assert "1 with a sentence of unknown words" in str(found)


def test_an_undefined_correlation():
    encoder = Sentences(KeyedVectors.from_arrays(["x"], [[1.0, 0]], [1]), "mean", centre=False)
    found = encoder.evaluate([ScoredPair("x", "x", 5), ScoredPair("x", "x", 3)])
    assert found.spearman is found.low is found.uniformity is None
    assert "undefined" in str(found)
    with pytest.raises(CorpusError, match="scores"):
        encoder.evaluate([ScoredPair("x", "x")])
    with pytest.raises(CorpusError, match="scores"):
        encoder.evaluate([])
    with pytest.raises(ArgumentError, match="ScoredPair"):
        encoder.evaluate([("x", "x", 1)])


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ('4.5\tHe said "a.\t"Yes" b\n2\tc, d\te\n', None),
        ('score\tone\ttwo\n4.5\tHe said "a.\t"Yes" b\n2\tc, d\te\n', None),
        ('He said "a.\t"Yes" b\t4.5\tmore\nc, d\te\t2\n', None),
        ('g\tf\t2012\t1\t4.5\tHe said "a.\t"Yes" b\ng\tf\t2012\t2\t2\tc, d\te\n', None),
        ('x\t4.5\tHe said "a.\t"Yes" b\ny\t2\tc, d\te\n', "3,4,2"),
        ('"He said ""a.","""Yes"" b",4.5\n"c, d",e,2\n', None),
    ],
)
def test_pairs_in_files(tmp_path, text, columns):
    (tmp_path / "p").write_text(text, encoding="utf-8")
    expected = [ScoredPair('He said "a.', '"Yes" b', 4.5), ScoredPair("c, d", "e", 2.0)]
    assert read_sentence_pairs(tmp_path / "p", columns) == expected


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        # A header tells, also where pairs are numbered, as in SICK and GLUE.
        (
            "pair_ID\tsentence_A\tsentence_B\trelatedness_score\tjudgement\n1\ta b\tc\t4.5\tNEUTRAL\n",
            None,
            ("a b", "c", 4.5),
        ),
        ("index\tsource1\tsource2\tsentence1\tsentence2\tscore\n0\tx\ty\ta b\tc\t4.5\n", None, ("a b", "c", 4.5)),
        ("id\tone\ttwo\tgold\n1\ta b\tc\t4.5\n", "one,two,gold", ("a b", "c", 4.5)),
        ("id\tOne\tTwo\tgold\n1\ta b\tc\t4.5\n", ["one", "two"], ("a b", "c", None)),
        ("1\ta b\tc\t4.5\n", "2,3,4", ("a b", "c", 4.5)),
        ("main-forum\tdeft\t2014\t1\t4.5\ta b\tc\tsource\tsource\n", None, ("a b", "c", 4.5)),
        ("\ta b\tc\n4.5\ta b\tc\n1\td\te\n", None, ("a b", "c", 4.5)),  # a pair that nobody judged
        ("4.5\ta b\t\n", None, ("a b", "", 4.5)),
        ("4.5\t\ta b\n", None, ("", "a b", 4.5)),
        ('4.5,"a\tb",c\n3,"d, e",f\n1,g,h\n', None, ("a\tb", "c", 4.5)),
        ('score,sentence1,sentence2\n4.5,"a\nb",c\n', None, ("a\nb", "c", 4.5)),
        ("4,5\ta b\tc\n", None, ("a b", "c", 4.5)),
        ("\ufeff4.5\ta b\tc\r\n", None, ("a b", "c", 4.5)),
    ],
)
def test_columns_of_pairs(tmp_path, text, columns, expected):
    (tmp_path / "p.tsv").write_text(text, encoding="utf-8", newline="")
    assert read_sentence_pairs(tmp_path / "p.tsv", columns)[0] == ScoredPair(*expected)


@pytest.mark.parametrize(
    "text",
    [
        "1\tA boy\tA girl\t4.5\n2\tA dog\tA cat\t3.3\n",  # either number may be the score
        "a b\tc d\t4.5\t5\t4\ne\tf\t3\t3\t3\n",
        "id\tq1\tq2\tquestion1\tquestion2\tsame\n0\t1\t2\tWhat?\tWhich?\t0\n",
        "a\tb\tc\nd\te\tf\n",
        "a\tb\nc\td\te\n",
        "4.5\ta b\n3\tc d\n",
        "5\t1\t2\n4\t3\t4\n",
        '4,"a,b\n3,c,d\n2,e,f\n',
        "4," + "x" * 200_000 + ",b\n3,a,b\n",
        "score\tsentence1\tsentence2\n",
    ],
)
def test_columns_of_pairs_that_nobody_can_tell(tmp_path, text):
    (tmp_path / "p.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"columns='2,3,1'|quotation marks"):
        read_sentence_pairs(tmp_path / "p.tsv")


GOOD = "5\ta b\tc d\n4\te f\tg h\n3\ti j\tk l\n"


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        (GOOD + "many\tm\tn\n", None, "line 4: the score must be a number: got 'many'"),
        (GOOD + "\nabc\tm\tn\n" + GOOD, None, "line 5: the score must be a number: got 'abc'"),
        (GOOD + "2\tm\n", None, r"line 4: must have at least 3 columns: got 2"),
        ("inf\tm\tn\n" + GOOD, None, "line 1: the score must be a number: got 'inf'"),
        ("inf\tm\tn\n" + GOOD, "2,3,1", "line 1: the score must be a number: got 'inf'"),
        ("# a comment\nscore\ts1\ts2\n" + GOOD + "x\tm\tn\n", None, "line 6: the score must be a number: got 'x'"),
        ('score,sentence1,sentence2\n5,"a\nb",c\nx,"d\ne",f\n', None, "line 4: the score must be a number"),
        ("a b\tc d\ng\th\ne f\n", "1,2", "line 3: must have at least 2 columns: got 1"),
    ],
)
def test_a_broken_line_is_an_error_with_its_number(tmp_path, text, columns, message):
    (tmp_path / "p").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        read_sentence_pairs(tmp_path / "p", columns)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(("labels", "texts"), [(["sport", "politics"], 3), (["arts and letters", "home news"], 30)])
def test_labelled_texts_are_no_pairs(folder, capsys, labels, texts, swapped):
    rows = [("text", "topic"), *((f"the cat runs {i} {label}", label) for label in labels for i in range(texts))]
    lines = [",".join(row[::-1] if swapped else row) for row in rows]
    (folder / "topics.csv").write_text("\n".join(lines), encoding="utf-8")
    command = ["sentences", "train", str(folder / "v.safetensors"), "--pairs", str(folder / "topics.csv")]
    assert main([*command, "-o", str(folder / "out.safetensors")]) == 65
    message = capsys.readouterr().err
    assert f"must be pairs of sentences that are alike, with or without a score: got {1 + 2 * texts} lines" in message
    assert f"'{labels[1]}'" in message
    assert "use w2v supervise" in message
    assert not (folder / "out.safetensors").exists()


def test_errors_of_pairs_name_no_option_that_the_command_lacks(folder, capsys):
    (folder / "numbers.csv").write_text("text,label\nthe cat,0\nthe dog,1\na cat,1\n", encoding="utf-8")
    pairs = str(folder / "numbers.csv")
    assert main(["sentences", "train", str(folder / "v.safetensors"), "--pairs", pairs, "-o", str(folder / "x")]) == 65
    message = capsys.readouterr().err
    assert "give them a header with sentence1, sentence2 and score; for texts with labels, use w2v supervise" in message
    assert "columns=" not in message
    assert main(["sentences", "evaluate", str(folder / "v.safetensors"), pairs]) == 65
    assert "--columns" in capsys.readouterr().err


def test_lines_that_are_no_pairs_by_design(tmp_path):
    for head in ("", "# a comment\n", "score\ts1\ts2\n", "\tnobody\tjudged\n", "# x\nscore\ts1\ts2\n\n\tz\tz\n"):
        for columns in (None, "2,3,1"):
            (tmp_path / "p").write_text(head + GOOD, encoding="utf-8")
            assert [pair.score for pair in read_sentence_pairs(tmp_path / "p", columns)] == [5, 4, 3]
    (tmp_path / "p").write_text("sentence1,sentence2\na b,c\nd,e\n", encoding="utf-8")
    assert read_sentence_pairs(tmp_path / "p") == [ScoredPair("a b", "c"), ScoredPair("d", "e")]


def test_all_sets_of_the_literature_are_read():
    folder = Path(__file__).parents[2] / "shared" / "evaluation" / "sts"
    if not folder.is_dir():
        pytest.skip("the test sets are not here")
    for path in folder.glob("*.tsv"):
        pairs = read_sentence_pairs(path)
        assert len(pairs) == path.read_text(encoding="utf-8").count("\n")
        assert all(0 <= pair.score <= 5 and pair.first and pair.second for pair in pairs)


def test_pairs_without_scores_and_wrong_files(tmp_path):
    (tmp_path / "p").write_text("a b\tc\nd\te\n", encoding="utf-8")
    assert read_sentence_pairs(tmp_path / "p") == [ScoredPair("a b", "c"), ScoredPair("d", "e")]
    for columns in ("1", "0,1", "a,b", "one,two", "1,2,3,4", "", [1.5, "x"], [True, 2], "99999999999999999999,1"):
        with pytest.raises(ConfigError, match="columns must be"):
            read_sentence_pairs(tmp_path / "p", columns)
    (tmp_path / "p").write_text("one column\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="two sentences and a score"):
        read_sentence_pairs(tmp_path / "p")


# ------------------------------------------------------------------------------------------------------- command line


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    names = ["the", "cat", "dog", "sleeps", "runs", "fast", "red", "sun"]
    KeyedVectors.from_arrays(names, rng.normal(size=(8, 4)).astype(np.float32), [50, 9, 8, 7, 6, 5, 4, 3]).save(
        tmp_path / "v.safetensors"
    )
    (tmp_path / "text.txt").write_text("The cat sleeps.\n\nzebra\nthe dog runs\n", encoding="utf-8")
    sentences = [" ".join(rng.choice(names, 7)) + "." for _ in range(80)]
    (tmp_path / "prose.txt").write_text("\n".join(sentences), encoding="utf-8")
    (tmp_path / "sts.tsv").write_text("5\tthe cat\ta cat\n1\tdog\tred sun\n3\tdog runs\tcat runs\n", encoding="utf-8")
    return tmp_path


def test_the_command_line(folder, capsys):
    vectors, out, made = (str(folder / name) for name in ("v.safetensors", "out.npy", "e.safetensors"))
    assert main(["sentences", "encode", vectors, str(folder / "text.txt"), "-o", out, "--json", "--quiet"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"path": out, "sentences": 4, "dim": 4, "unknown": 2}
    expected = Sentences(KeyedVectors.load(vectors)).encode(["the cat sleeps", "", "", "the dog runs"])
    assert np.array_equal(np.load(out), expected)
    prose_file = str(folder / "prose.txt")
    assert main(["sentences", "train", vectors, prose_file, "-o", made, "--batch-size", "16", "--quiet"]) == 0
    assert "79 pairs" in capsys.readouterr().out
    assert main(["sentences", "evaluate", made, str(folder / "sts.tsv"), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)["sets"][str(folder / "sts.tsv")]
    assert result["pairs"] == 3
    assert result["random"] is not None
    assert (
        main(["sentences", "train", vectors, "--pairs", str(folder / "sts.tsv"), "--min-score", "1", "-o", made]) == 0
    )
    assert (
        main(["sentences", "evaluate", vectors, str(folder / "sts.tsv"), "--weights", "usif", "--fit", prose_file]) == 0
    )
    assert "random vectors" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["evaluate", "e", "sts.tsv", "--weights", "sif"], 2, "--weights must be left out"),
        (["evaluate", "v.safetensors", "text.txt"], 65, "two sentences and a score"),
        (["train", "v.safetensors", "-o", "x"], 2, "TEXT must be given"),
        (["train", "v.safetensors", "text.txt", "--pairs", "sts.tsv", "-o", "x"], 2, "TEXT must be left out"),
        (["train", "v.safetensors", "prose.txt", "-o", "x", "--temperature", "0"], 2, "--temperature must be"),
        (
            ["train", "v.safetensors", "prose.txt", "-o", "x", "--rate", "0.2"],
            2,
            "--rate must be used with --pairs dropout",
        ),
        (
            ["train", "v.safetensors", "prose.txt", "-o", "x", "--min-score", "1"],
            2,
            "--min-score must be used with --pairs",
        ),
        (
            ["encode", "v.safetensors", "text.txt", "-o", "x", "--weights", "mean", "--a", "1"],
            2,
            "used with --weights sif",
        ),
        (["evaluate", "v.safetensors", "sts.tsv", "--columns", "2,2,1"], 2, "--columns must be two or three different"),
        (["encode", "v.safetensors", "none.txt", "-o", "x.npy"], 65, "none.txt"),
        (["encode", "v.safetensors", "text.txt", "-o", "no/x.npy"], 74, "no folder"),
        (["encode", "v.safetensors", "text.txt", "-o", "x.npy", "--a", "0"], 2, "--a must be"),
    ],
)
def test_errors_of_the_command_line(folder, capsys, monkeypatch, arguments, code, says):
    monkeypatch.chdir(folder)
    Sentences(KeyedVectors.load("v.safetensors")).save("e")
    assert main(["sentences", *arguments]) == code
    assert says in capsys.readouterr().err
    assert not (folder / "x").exists()
    assert not (folder / "x.npy").exists()


def test_columns_of_tables(folder, capsys):
    (folder / "t.jsonl").write_text('{"text": "The cat"}\n{"text": ""}\n{"text": "dog"}\n', encoding="utf-8")
    (folder / "t.csv").write_text('id,text\n1,"The cat, fast"\n2,dog\n', encoding="utf-8")
    vectors, out = str(folder / "v.safetensors"), str(folder / "out.npy")
    encoder = Sentences(KeyedVectors.load(vectors))
    for name, expected in (("t.jsonl", ["the cat", "", "dog"]), ("t.csv", ["the cat fast", "dog"])):
        assert main(["sentences", "encode", vectors, str(folder / name), "-o", out, "--column", "text", "--quiet"]) == 0
        assert np.array_equal(np.load(out), encoder.encode(expected))
    assert main(["sentences", "encode", vectors, str(folder / "t.csv"), "-o", out]) == 65
    assert "one of its columns must be named" in capsys.readouterr().err
