"""The oracle against gensim itself, and against the same run written out in NumPy."""

from bisect import bisect_left

import numpy as np
import pytest

from w2v import TrainConfig, VocabularyConfig, _replay
from w2v.corpora import generate
from w2v.corpus.noise import cumulative_noise
from w2v.errors import ConfigError, CorpusError
from w2v.gensim_compat.replay import jobs, replay, sigmoid_table
from w2v.training.matrices import Matrices

pytestmark = pytest.mark.filterwarnings("ignore::w2v.errors.CorpusWarning")  # lee is not tokenised

LEAST_COSINE, LARGEST_DIFFERENCE = 0.99999, 1e-3


@pytest.fixture(scope="module")
def lee():
    path = pytest.importorskip("gensim.test.utils", reason="gensim is the yardstick").datapath("lee_background.cor")
    with open(path, encoding="utf-8") as lines:
        return [line.split() for line in lines]


@pytest.fixture(scope="module")
def world():
    pytest.importorskip("gensim", reason="gensim is the yardstick")
    return [line.split() for line in generate(40_000, seed=5)]


def assert_replays_gensim(sentences, min_count=5, batch_words=10_000, **parameters):
    from gensim.models import Word2Vec

    theirs = Word2Vec(sentences, sg=1, workers=1, min_count=min_count, batch_words=batch_words, **parameters)
    ours = replay(sentences, TrainConfig(**parameters), VocabularyConfig(min_count=min_count), batch_words)
    assert ours.vocabulary.words == [str(word) for word in theirs.wv.index_to_key]
    assert_same_rows(ours.matrices.vectors, theirs.wv.vectors)
    assert_same_rows(ours.matrices.output_vectors, theirs.syn1neg)


def assert_same_rows(ours, theirs):
    assert np.abs(ours - theirs).max() <= LARGEST_DIFFERENCE * np.abs(theirs).max()
    trained = theirs.any(axis=1)
    ours, theirs = ours[trained].astype(float), theirs[trained].astype(float)
    cosines = (ours * theirs).sum(axis=1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(theirs, axis=1)
    assert cosines.min() >= LEAST_COSINE


# ------------------------------------------------------------------------------------------------------ against gensim


@pytest.mark.parametrize("corpus", ["lee", "world"])
def test_gensims_vectors_from_gensims_seed(corpus, request):
    assert_replays_gensim(request.getfixturevalue(corpus), vector_size=100, epochs=5)


@pytest.mark.parametrize(
    "parameters",
    [
        {"seed": 2**32 - 1, "vector_size": 37},
        {"window": 1, "negative": 1},
        {"window": 12, "negative": 15},
        {"sample": 0},
        {"sample": 1e-5, "epochs": 4},
        {"ns_exponent": 0},
        {"ns_exponent": 1},
        {"ns_exponent": -0.5},
        {"shrink_windows": False},
        {"epochs": 1, "min_alpha": 0},
        {"alpha": 0.05, "min_alpha": 0.05},
        {"min_count": 1, "vector_size": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize("corpus", ["lee", "world"])
def test_parameters(corpus, parameters, request):
    sentences = request.getfixturevalue(corpus)[: 80 if corpus == "lee" else 1000]
    assert_replays_gensim(sentences, **{"vector_size": 30, "epochs": 2} | parameters)


@pytest.mark.parametrize("batch_words", [1, 50, 1000, 20_000])
def test_jobs_of_other_sizes(lee, batch_words):
    assert_replays_gensim(lee[:80], batch_words=batch_words, vector_size=30, epochs=2)


@pytest.mark.parametrize("sample", [0, 1e-3])
@pytest.mark.parametrize("place", ["first", "last", "alone"])
def test_sentences_longer_than_a_job(lee, place, sample):
    """gensim trains the first 10,000 words that it keeps; if such a sentence comes first, an empty job goes before it."""
    long, short = [[word for line in lee for word in line][:25_000]], lee[:40]
    sentences = {"first": long + short, "last": short + long, "alone": long}[place]
    assert_replays_gensim(sentences, sample=sample, vector_size=30, epochs=2)


def test_sentences_without_known_words_count_for_jobs_and_rates(lee):
    nothing = [[], [], ["unheard-of"], []] * 20
    assert_replays_gensim(nothing + lee[:60] + nothing + lee[60:120] + [[]], vector_size=30, batch_words=500)


@pytest.mark.parametrize(
    "sentences",
    [
        [["a", "a", "a"], ["b", "a", "b", "b"], ["c", "c", "c", "c", "c", "a"]],
        [[13, 13, 13, 15], [15, 15, 17, 17, 15], [], [19]],
    ],
    ids=["words", "whole numbers"],
)
def test_repeated_words(sentences):
    pytest.importorskip("gensim", reason="gensim is the yardstick")
    assert_replays_gensim(sentences * 100, min_count=1, sample=0, vector_size=10)


def test_noise_law_is_gensims_table(lee):
    from gensim.models import Word2Vec

    theirs = Word2Vec(sg=1, ns_exponent=0.75)
    theirs.build_vocab(lee)
    ours = replay(lee, TrainConfig(vector_size=1, epochs=1)).vocabulary
    assert cumulative_noise(ours.counts, 0.75).tolist() == theirs.cum_table.tolist()


# ----------------------------------------------------------------------------------------------------- without gensim


class Lcg:
    """The 48-bit generator of drand48 and java.util.Random."""

    def __init__(self, state):
        self.state = state

    def draw(self):
        number, self.state = self.state >> 16, (self.state * 25214903917 + 11) % 2**48
        return number


def written_out(sentences, words, counts, config):
    """One job per epoch, in NumPy and float64; every sentence is known whole."""
    matrices = Matrices.initialise(len(words), config.vector_size, config.seed)
    input, output = matrices.vectors.astype(float), matrices.output_vectors.astype(float)
    shares = np.cumsum(counts**config.ns_exponent)
    shares = np.round(shares / shares[-1] * (2**31 - 1)).astype(int).tolist()
    allowed = config.sample * counts.sum()
    keep = np.minimum((np.sqrt(counts / allowed) + 1) * allowed / counts, 1) * (2**32 - 1)
    generator = np.random.RandomState(config.seed)
    for epoch in range(config.epochs):
        rate = config.alpha + (config.min_alpha - config.alpha) * epoch / config.epochs
        numbers = Lcg(generator.randint(2**24) * 2**24 + generator.randint(2**24))
        kept = [[words.index(w) for w in s if numbers.draw() <= keep[words.index(w)]] for s in sentences]
        reduced = iter(generator.randint(0, config.window, sum(map(len, kept))).tolist())
        for sentence in kept:
            for i, centre in enumerate(sentence):
                reach = config.window - next(reduced)
                for j in range(max(0, i - reach), min(len(sentence), i + reach + 1)):
                    if j != i:
                        drawn = [bisect_left(shares, numbers.draw() % shares[-1]) for _ in range(config.negative)]
                        targets = [(centre, 1)] + [(noise, 0) for noise in drawn if noise != centre]
                        pair(input[sentence[j]], output, targets, rate)
    return input, output


def pair(x, output, targets, rate):
    change = np.zeros_like(x)
    for target, label in targets:
        score = x @ output[target]
        if abs(score) < 6:
            point = (int((score + 6) * 83) / 1000 * 2 - 1) * 6
            gradient = rate * (label - 1 / (1 + np.exp(-point)))
            change += gradient * output[target]
            output[target] += gradient * x
    x += change


def test_a_run_written_out_in_numpy():
    sentences = [["a", "b", "c", "a", "d"], ["b", "a", "a"], ["d"], ["a", "c", "a", "b", "e", "e"]] * 3
    config = TrainConfig(vector_size=5, window=3, negative=3, sample=0.05, epochs=20, alpha=0.2, seed=9)
    ours = replay(sentences, config, VocabularyConfig(min_count=1))
    assert ours.vocabulary.words == ["a", "b", "e", "d", "c"]  # of those with equal counts, the last seen first
    assert ours.vocabulary.counts.tolist() == [18, 9, 6, 6, 6]
    input, output = written_out(sentences, ours.vocabulary.words, ours.vocabulary.counts.astype(float), config)
    assert np.abs(output).max() > 0.3  # far from where it began
    np.testing.assert_allclose(ours.matrices.vectors, input, rtol=0, atol=2e-6)
    np.testing.assert_allclose(ours.matrices.output_vectors, output, rtol=0, atol=2e-6)


@pytest.mark.parametrize(
    ("lengths", "batch_words", "expected"),
    [
        ([], 5, [(0, 0)]),
        ([2, 3, 1], 5, [(0, 2), (2, 3)]),
        ([0, 0, 5, 0, 1], 5, [(0, 4), (4, 5)]),
        ([6, 6, 1], 5, [(0, 0), (0, 1), (1, 2), (2, 3)]),
        ([1, 6], 5, [(0, 1), (1, 2)]),
        ([5, 5], 10, [(0, 2)]),
    ],
)
def test_jobs_are_runs_of_whole_sentences(lengths, batch_words, expected):
    assert list(jobs(lengths, batch_words)) == expected


def replay_of(input, output, shares, negative):
    matrices = Matrices.copy_of(np.array(input, np.float32), np.array(output, np.float32))
    table = sigmoid_table()
    return matrices, _replay.Replay(
        matrices.input, matrices.output, matrices.dim, np.array(shares, np.uint32), negative, table, 83
    )


def train_pair(pairs, context, centre, rate, state=0):
    """The second word is the only one whose window reaches the other."""
    words, offsets, reach = np.array([context, centre], np.uint32), np.array([0, 2]), np.array([0, 1], np.int32)
    pairs.train(words, offsets, reach, rate, state)


def test_hand_computed_pair():
    """x = (1, 2), y = (3, -1): s = 1, entry int(7 * 83) = 581, the point 0.972: sigma = 0.7255180."""
    matrices, pairs = replay_of([[1, 2], [0, 0]], [[0, 0], [3, -1]], [1, 2], 0)
    train_pair(pairs, 0, 1, 0.1)
    g = 0.1 * (1 - 0.7255180)
    np.testing.assert_allclose(matrices.vectors, [[1 + 3 * g, 2 - g], [0, 0]], rtol=1e-6)
    np.testing.assert_allclose(matrices.output_vectors, [[0, 0], [3 + g, -1 + 2 * g]], rtol=1e-6)


def test_a_repeated_noise_word_is_seen_as_it_was_left():
    """All noise is word 0, drawn twice: the second time its row has moved."""
    matrices, pairs = replay_of([[0.0], [1.0], [0.0]], [[1.0], [0.0], [0.0]], [2**31 - 1] * 3, 2)
    train_pair(pairs, 1, 2, 0.5)
    table = sigmoid_table().astype(float)
    first = -0.5 * table[7 * 83]
    second = -0.5 * table[int((1 + first + 6) * 83)]
    assert matrices.output_vectors[0, 0] == pytest.approx(1 + first + second, rel=1e-6)
    assert matrices.vectors[1, 0] == pytest.approx(1 + first + second * (1 + first), rel=1e-6)


@pytest.mark.parametrize("score", [6.0, -6.0, 1e30, -1e30, np.inf, np.nan])
def test_scores_of_six_and_more_are_left_out(score):
    matrices, pairs = replay_of([[1.0], [0.0]], [[0.0], [score]], [1, 2], 0)
    train_pair(pairs, 0, 1, 0.1)
    np.testing.assert_array_equal(matrices.vectors, [[1.0], [0.0]])
    np.testing.assert_array_equal(matrices.output_vectors, [[0.0], [np.float32(score)]])


@pytest.mark.parametrize(
    "score", [np.nextafter(np.float32(6), np.float32(0)), np.nextafter(np.float32(-6), np.float32(0))]
)
def test_scores_just_below_six_are_in_the_table(score):
    matrices, pairs = replay_of([[1.0], [0.0]], [[0.0], [score]], [1, 2], 0)
    train_pair(pairs, 0, 1, 0.1)
    entry = sigmoid_table()[0 if score < 0 else 12 * 83 - 1]
    assert matrices.output_vectors[1, 0] == pytest.approx(score + 0.1 * (1 - entry), rel=1e-6)


def test_padding_stays_zero():
    ours = replay([["a", "b", "c"]] * 50, TrainConfig(vector_size=5, sample=0), VocabularyConfig(min_count=1))
    assert not ours.matrices.input[:, 5:].any()
    assert not ours.matrices.output[:, 5:].any()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"noise_windows": 2}, "noise_windows must be 1 .*got 2"),
        ({"sample": 1.0}, "sample must not be 1 .*got 1"),
        ({"seed": 2**32}, "seed must be at most 4294967295 .*got 4294967296"),
    ],
)
def test_what_gensim_lacks_is_refused(parameters, message):
    with pytest.raises(ConfigError, match=message):
        replay([["a", "b"]], TrainConfig(**parameters))


@pytest.mark.parametrize("batch_words", [0, -1, 1.5, "10"])
def test_impossible_jobs_are_refused(batch_words):
    with pytest.raises(ConfigError, match="batch_words must be a positive integer: got"):
        replay([["a", "b"]], batch_words=batch_words)


@pytest.mark.parametrize("sentences", ["text.txt", b"text", 5, None, ["a sentence", "as strings"], [["a"] * 9]])
def test_what_is_no_text_is_refused(sentences):
    with pytest.raises(CorpusError):
        replay(sentences)


def test_a_generator_is_as_good_as_a_list():
    config, sentences = TrainConfig(vector_size=4), [["a", "b", "c"]] * 20
    runs = [replay(corpus, config).matrices.vectors for corpus in (sentences, (s for s in sentences))]
    np.testing.assert_array_equal(*runs)


JOB = {"words": [0, 1, 2], "offsets": [0, 3], "reach": [1, 1, 1], "rate": 0.1}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"words": [0, 1, 3]}, "exceeds the vocabulary"),
        ({"offsets": []}, "partition"),
        ({"offsets": [1, 3]}, "partition"),
        ({"offsets": [0, 4]}, "partition"),
        ({"offsets": [0, 2, 1, 3]}, "partition"),
        ({"reach": [1, 1]}, "reach"),
        ({"reach": [1, -1, 1]}, "reach"),
        ({"rate": np.nan}, "learning rate"),
        ({"rate": np.inf}, "learning rate"),
    ],
)
def test_no_wrong_job_gets_through(changes, complaint):
    job = JOB | changes
    matrices, pairs = replay_of(np.ones((3, 2)), np.ones((3, 2)), [1, 2, 3], 1)
    words, offsets = np.array(job["words"], np.uint32), np.array(job["offsets"], np.int64)
    with pytest.raises(ValueError, match=complaint):
        pairs.train(words, offsets, np.array(job["reach"], np.int32), job["rate"], 0)
    assert (matrices.vectors == 1).all()
    if "words" in changes or "offsets" in changes:
        with pytest.raises(ValueError, match=complaint):
            _replay.subsample(words, offsets, np.zeros(3, np.uint32), 10, 0)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"output": (2, 16)}, "shapes"),
        ({"output": (3, 32)}, "shapes"),
        ({"noise": [1, 2]}, "shapes"),
        ({"input": (0, 16), "output": (0, 16), "noise": []}, "dim"),
        ({"dim": 0}, "dim"),
        ({"dim": 17}, "dim"),
        ({"noise": [0, 0, 0]}, "mass"),
        ({"negative": -1}, "negative"),
        ({"per_unit": 84.0}, "table"),
        ({"per_unit": 0.0}, "table"),
        ({"per_unit": np.nan}, "table"),
    ],
)
def test_no_wrong_model_gets_through(changes, complaint):
    given = {
        "input": (3, 16),
        "output": (3, 16),
        "dim": 5,
        "noise": [1, 2, 3],
        "negative": 1,
        "per_unit": 83.0,
    } | changes
    input, output = np.ones(given["input"], np.float32), np.ones(given["output"], np.float32)
    noise = np.array(given["noise"], np.uint32)
    with pytest.raises(ValueError, match=complaint):
        _replay.Replay(input, output, given["dim"], noise, given["negative"], sigmoid_table(), given["per_unit"])


def test_an_empty_job_is_no_trouble():
    _, pairs = replay_of([[1.0], [1.0]], [[0.0], [0.0]], [1, 2], 1)
    nothing, offsets = np.zeros(0, np.uint32), np.zeros(1, np.int64)
    pairs.train(nothing, offsets, np.zeros(0, np.int32), 0.1, 0)
    words, ends, state = _replay.subsample(nothing, offsets, np.ones(2, np.uint32), 10, 77)
    assert (len(words), ends.tolist(), state) == (0, [0], 77)
