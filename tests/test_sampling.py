"""The laws of the random choices, and the independence of the streams. Each test may fail by chance once in 10^6 runs
of new seeds; the seeds are fixed."""

import zlib

import numpy as np
import pytest
from scipy import stats
from texts import zipf_sentences
from tiles import aligned_rows

from w2v import _core, machine
from w2v.config import TrainConfig, VocabularyConfig
from w2v.corpus.encode import encode
from w2v.corpus.noise import noise_pool, noise_probabilities, pool_length
from w2v.corpus.subsampling import keep_thresholds
from w2v.corpus.vocabulary import Vocabulary
from w2v.training import reference
from w2v.training.checkpoint import STREAMS
from w2v.training.trainer import Trainer

P_VALUE = 1e-6
POOL = 2**20


def zipf_vocabulary(size):
    counts = (1e6 / np.arange(1, size + 1)).astype(np.int64) + 5
    return Vocabulary([f"w{i}" for i in range(size)], counts)


@pytest.mark.parametrize("exponent", [0.75, 0.0, 1.0, -0.5])
@pytest.mark.parametrize("size", [2, 50, 5000])
def test_noise_pool_has_the_noise_law(size, exponent):
    """Each word's share is the floor or the ceiling of what the law expects: closer than any random draw."""
    vocabulary = zipf_vocabulary(size)
    pool = noise_pool(vocabulary.counts, exponent, seed=3)
    assert len(pool) & (len(pool) - 1) == 0
    assert len(pool) >= 32 * size
    weights = vocabulary.counts.astype(float) ** exponent
    expected = len(pool) * weights / weights.sum()
    assert np.abs(np.bincount(pool, minlength=size) - expected).max() < 1 + 1e-6


@pytest.mark.parametrize(
    ("words", "mib"), [(10, 0.25), (85_625, 16), (10**6, 128), (8 * 2**20, 1024), (10**7, 1024), (10**9, 1024)]
)
def test_the_size_of_a_noise_pool_is_bounded(words, mib):
    assert 4 * pool_length(words) == mib * 2**20


def test_noise_pool_is_shuffled_and_seeded():
    vocabulary = zipf_vocabulary(100)
    pool = noise_pool(vocabulary.counts, 0.75, seed=3)
    assert (pool == noise_pool(vocabulary.counts, 0.75, seed=3)).all()
    assert not (pool == noise_pool(vocabulary.counts, 0.75, seed=4)).all()
    table = np.zeros((2, 2))
    np.add.at(table, ((pool[:-1:2] == 0).astype(int), (pool[1::2] == 0).astype(int)), 1)
    assert stats.chi2_contingency(table).pvalue > P_VALUE  # neighbours in the pool are independent


def test_every_place_of_a_shuffled_pool_is_as_likely():
    """Where the single place of the first, a middle and the last word lands, over many seeds."""
    shares = np.array([1, 6, 1, 7, 1], np.int64)
    pools = np.array([_core.shuffled_pool(shares, seed) for seed in range(8_000)])
    for word in (0, 2, 4):
        assert stats.chisquare((pools == word).sum(0)).pvalue > P_VALUE


@pytest.mark.parametrize("shares", [[2, -1, 3], [0, 0], [2**31, 2**31]])
def test_shares_that_make_no_pool_are_refused(shares):
    with pytest.raises(ValueError, match="shares are negative, or too many"):
        _core.shuffled_pool(np.array(shares, np.int64), 1)


def test_keep_law_of_the_compiled_run():
    """Subsampling keeps each word as often as its threshold says; counted in the ledger of a real run."""
    corpus = encode(zipf_sentences(3000, words=200, exponent=1.3, seed=0), VocabularyConfig(min_count=1))
    config = TrainConfig(vector_size=1, epochs=5, sample=1e-3, workers=2)
    keep = keep_thresholds(corpus.vocabulary.counts, config.sample) / 2**32
    expected = float(keep[corpus.tokens].sum())
    deviation = np.sqrt(float((keep * (1 - keep))[corpus.tokens].sum()))
    for report in Trainer(corpus, config).run():
        kept = report.tokens - report.subsampled
        assert abs(kept - expected) / deviation < stats.norm.isf(P_VALUE / 2)


def test_keep_formula_by_hand():
    """c = 100 of N = 10,000 and sample 1e-3: allowed = 10; (sqrt(10) + 1) / 10 = 0.41623."""
    vocabulary = Vocabulary(["a", "b"], np.array([9900, 100]))
    assert keep_thresholds(vocabulary.counts, 1e-3)[1] / 2**32 == pytest.approx(0.4162278, rel=1e-6)
    assert (keep_thresholds(vocabulary.counts, 0) == 2**32 - 1).all()


def streams(keys, draws=20_000):
    out = []
    for key in keys:
        stream = reference.Stream(*key)
        out.append(np.array([stream.next() >> 32 for _ in range(draws)]) / 2**32)
    return out


def test_streams_are_uniform_and_independent():
    """The reference streams are the compiled ones (test_engine.py ties them); neighbours in every key are compared."""
    keys = [(1, 0, 0), (1, 0, 1), (1, 1, 0), (2, 0, 0), (0, 0, 0), (0, 1, 0), (0, 0, 1)]
    drawn = streams(keys)
    for sample in drawn:
        assert stats.kstest(sample, "uniform").pvalue > P_VALUE
        assert abs(stats.pearsonr(sample[:-1], sample[1:])[0]) < 5 / np.sqrt(len(sample))
    for i, one in enumerate(drawn):
        for other in drawn[:i]:
            assert not np.isin(one, other).mean() > 0.001
            assert abs(stats.pearsonr(one, other)[0]) < 5 / np.sqrt(len(one))


@pytest.mark.parametrize("window", [2, 5, 7])
def test_window_law(window):
    """The reaches of the windows of one long sentence of distinct words, read off how many contexts follow each centre."""
    config = TrainConfig(window=window, negative=1)
    words = np.arange(20_000, dtype=np.uint32)
    noise = reference.NoiseRegion(np.zeros(1, np.uint32), 0)
    windows = reference.windows(words, np.full(len(words), 2**32 - 1), noise, config, reference.Stream(1, 2, 3))
    reaches = [int((w.contexts > w.targets[0]).sum()) for w in windows][:-window]
    drawn = np.bincount(reaches, minlength=window + 1)[1:]
    assert len(drawn) == window
    assert stats.chisquare(drawn).pvalue > P_VALUE


def places_drawn(negative, windows):
    """Return the places of a pool that each of some windows draws from, and where its region then began."""
    config = TrainConfig(negative=negative)
    stream = reference.Stream(4, negative, 0)
    region = reference.NoiseRegion(np.arange(POOL, dtype=np.uint32), 0)
    drawn = [(region.draw(stream.next(), config), region.first) for _ in range(windows)]
    return config, np.array([places for places, _ in drawn]), np.array([first for _, first in drawn])


@pytest.mark.parametrize("negative", [1, 5, 15, 64])
def test_noise_words_of_a_window_come_from_different_places_of_its_region(negative):
    config, places, first = places_drawn(negative, 5_000)
    assert all(len(set(window)) == negative for window in places.tolist())
    within = places - first[:, None]
    assert within.min() >= 0
    size = config.noise_region(POOL)
    assert within.max() < size
    for k in range(negative):  # every draw of a window has the law of the region: any place is as likely as another
        assert stats.chisquare(np.bincount(within[:, k] * 16 // size, minlength=16)).pvalue > P_VALUE


@pytest.mark.parametrize(("negative", "times"), [(1, 1), (5, 5), (15, 5), (64, 64 / 12)])
def test_a_place_of_the_pool_is_drawn_a_few_times_while_the_region_passes(negative, times):
    """On average as often as the region moves more slowly than words are drawn, with the spread of independent draws."""
    config, places, first = places_drawn(negative, 5_000)
    passed = slice(int(first[0]) + config.noise_region(POOL), int(first[-1]))
    drawn = np.bincount(places.ravel())[passed]
    assert drawn.mean() == pytest.approx(times, rel=0.05)
    assert 0.8 * times < drawn.var() < 1.2 * times


def test_the_region_of_a_small_pool_is_the_pool():
    assert TrainConfig().noise_region(131_072) == 131_072
    assert TrainConfig().noise_region(262_144) == 64


def test_distant_windows_share_no_place():
    """Noise words of windows a region apart come from different places, whatever the two random numbers are."""
    config, places, _ = places_drawn(5, 2_000)
    apart = config.noise_region(POOL) // config.noise_step
    assert not any(set(one) & set(other) for one, other in zip(places[:-apart], places[apart:], strict=True))


def compiled_run(tokens, sentence, chunk_sentences, keep, noise, settings):
    """Run one epoch of the compiled engine over equal sentences; return its matrices and its records."""
    words = len(keep)
    input, output = (aligned_rows(np.full((words, 1), value), np.float32) for value in (1.0, 0.0))
    offsets = np.arange(0, len(tokens) + 1, sentence)
    chunks = np.arange(0, len(offsets), chunk_sentences)
    noise = _core.Noise(noise, settings.noise_region(len(noise)), settings.noise_step)
    engine = _core.Engine(input, output, _core.Text(tokens, offsets, chunks, keep), noise, settings, machine.isa())
    counts, losses = np.zeros((len(chunks) - 1, 6), np.int64), np.zeros(len(chunks) - 1)
    engine.begin(0, 0, len(losses), counts, losses)
    engine.work()
    return input[:, 0], output[:, 0], counts


def test_keep_law_word_by_word_in_the_compiled_engine():
    """Chunk c holds word c alone, so its record tells how often that word was kept."""
    probability = np.array([0.02, 0.1, 0.5, 0.9, 0.999, 1.0])
    keep = (probability * (2**32 - 1)).astype(np.uint32)
    each = 20_000
    tokens = np.repeat(np.arange(len(keep), dtype=np.uint32), each)
    settings = TrainConfig(vector_size=1, window=1, negative=1, epochs=1, alpha=1e-9, min_alpha=0)
    _, _, counts = compiled_run(tokens, 20, each // 20, keep, np.zeros(1, np.uint32), settings)
    for kept, p in zip(each - counts[:, 1], probability, strict=True):
        assert stats.binomtest(int(kept), each, float(p)).pvalue > P_VALUE / len(keep)


def test_chunks_of_the_compiled_engine_draw_independently():
    """How many of 1,000 words each of 400 chunks keeps: binomial spread, and no echo from one chunk to the next."""
    keep = np.full(2, 2**31, np.uint32)
    tokens = np.zeros(400_000, np.uint32)
    settings = TrainConfig(vector_size=1, window=1, negative=1, epochs=1, alpha=1e-9, min_alpha=0)
    _, _, counts = compiled_run(tokens, 20, 50, keep, np.zeros(1, np.uint32), settings)
    z = (counts[:, 1] - 500) / np.sqrt(250)
    spread = float((z**2).sum())
    assert stats.chi2.sf(spread, len(z)) > P_VALUE
    assert stats.chi2.cdf(spread, len(z)) > P_VALUE
    assert abs(stats.pearsonr(z[:-1], z[1:])[0]) < 5 / np.sqrt(len(z))


@pytest.mark.parametrize("small_pool", [131_072, 0])
@pytest.mark.parametrize("negative", [1, 5])
def test_noise_law_of_the_compiled_engine(negative, small_pool, monkeypatch):
    """Noise words that never occur in the text: with inputs of 1 and a tiny rate, a row counts how often it was drawn."""
    monkeypatch.setattr("w2v.config.SMALL_POOL", small_pool)
    vocabulary = zipf_vocabulary(30)
    noise = noise_pool(vocabulary.counts, 0.75, seed=5)
    tokens = np.tile(np.array([30, 31], np.uint32), 30_000)
    keep = np.full(32, 2**32 - 1, np.uint32)
    rate = 1e-9
    settings = TrainConfig(vector_size=1, window=1, negative=negative, epochs=1, alpha=rate, min_alpha=rate)
    _, output, counts = compiled_run(tokens, 60, 100, keep, noise, settings)
    # A window of n contexts moves each of its noise rows by -rate * sigma(0) * n; sentences' ends have n = 1, others 2.
    drawn = output[:30].astype(float) / (-rate / 2)
    contexts = counts[0, 4] * len(counts) / (1 + negative)
    assert drawn.sum() == pytest.approx(contexts * negative, rel=1e-3)
    expected = noise_probabilities(vocabulary.counts, 0.75) * drawn.sum()
    # In units of windows (two contexts each). Places of the pool are multinomial at most; each is drawn n times in a pass
    # of the region, n Poisson of mean m, so that a word's count has at most E[n^2] / E[n] = 1 + m times that spread.
    spread = 2 * (1 + negative / settings.noise_step)
    assert stats.chi2.sf(float(((drawn - expected) ** 2 / expected).sum()) / spread, 29) > P_VALUE


def test_the_version_of_the_streams_is_that_of_the_draws():
    """If this fails because draws have changed, raise STREAMS: a checkpoint must not go on under other ones."""
    vocabulary = zipf_vocabulary(100)
    pool = noise_pool(vocabulary.counts, 0.75, seed=1)
    stream = reference.Stream(1, 2, 3)
    region = reference.NoiseRegion(pool, stream.next())
    sentence = np.arange(100, dtype=np.uint32)
    drawn = reference.windows(sentence, keep_thresholds(vocabulary.counts, 1e-3), region, TrainConfig(), stream)
    told = b"".join(window.contexts.tobytes() + window.targets.tobytes() for window in drawn)
    assert (STREAMS, zlib.crc32(pool.tobytes()), zlib.crc32(told)) == (4, 2419865811, 255925908)
