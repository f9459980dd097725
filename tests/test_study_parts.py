"""The parts of a study, each against what is known: hand-computed correlations, categories, choices, sentences, lines."""

import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from w2v.corpora import analogies
from w2v.errors import ConfigError, FormatError, MissingExtraError, OutputError
from w2v.evaluation import AnalogySection, dataset, read_analogies
from w2v.evaluation.probe import ProbeSettings, categories, probe
from w2v.evaluation.statistics import ranks
from w2v.experiments.study.analysis import CLAIMED, EVERYTHING, FIXED, FIXED_OBJECTIVE, SOUND, analyse, collapsed
from w2v.experiments.study.best_settings import ALL, choose, repetitions
from w2v.experiments.study.correlation import Correlation, Sample, correlate, partial_spearman
from w2v.experiments.study.findings import claim, compare, findings, order, phrase, strongest
from w2v.experiments.study.grid import Model, default_grid, quick_grid
from w2v.experiments.study.journal import FILE, GRID, Record, open_journal, read_journal
from w2v.experiments.study.metrics import METRICS, token_uniformity
from w2v.experiments.study.quality import MAIN, QUALITIES, mark, study_exam
from w2v.experiments.study.runner import REPETITION_SEEDS
from w2v.geometry import PositivePairs, Settings, Space, measure

stats = pytest.importorskip("scipy.stats")
pytest.importorskip("sklearn")

RANK = "input-input: effective_rank"
NOTHING = np.empty((40, 0))


@pytest.fixture(autouse=True)
def _fewer_resamples(monkeypatch):
    monkeypatch.setattr("w2v.experiments.study.correlation.RESAMPLES", 50)


# ------------------------------------------------------------------------------------------------------------ the grid


def test_the_grid_can_answer_its_questions():
    grid = default_grid()
    assert len(set(grid)) == len(grid) >= 40
    assert {m.objective for m in grid} == {"sgns", "nt_xent", "triplet", "triplet_dot", "align_uniform"}
    for name, values in {
        "temperature": {0.05, 1.0},
        "negative": {5, 15},
        "vector_size": {50, 100, 200},
        "window": {2, 5, 10},
        "ns_exponent": {0.5, 0.75, 1.0},
        "seed": {1, 2},
    }.items():
        assert values <= {getattr(m, name) for m in grid}
    assert {(3, 3), (2, 2), (5, 2)} <= {(m.align_weight, m.uniform_t) for m in grid if m.objective == "align_uniform"}
    assert max(m.vector_size for m in quick_grid()) <= 50


def test_labels_tell_settings_apart():
    grid = default_grid()
    assert len({m.label for m in grid}) == len({m.setting for m in grid}) < len(grid)
    assert Model("nt_xent", window=2).label == "nt_xent τ=0.15, window=2"
    assert Model("align_uniform").label == "align_uniform λ=3 t=3"


def test_a_model_out_of_range_is_refused():
    with pytest.raises(ConfigError, match="vector_size"):
        Model(vector_size=0)


# ----------------------------------------------------------------------------------------------------------- the probe


def test_columns_of_one_kind_are_one_category_and_words_of_two_are_left_out():
    sections = [
        AnalogySection("capital-world", (("paris", "france", "rome", "italy"), ("oslo", "norway", "bern", "may"))),
        AnalogySection("currency", (("france", "euro", "norway", "krone"), ("italy", "euro", "norway", "krone"))),
        AnalogySection("translation", (("may", "mai", "red", "rouge"), ("blue", "bleu", "green", "vert"))),
    ]
    assert categories(sections) == {
        "capital": ("bern", "oslo", "paris", "rome"),
        "country": ("france", "italy", "norway"),  # without may
        "currency": ("euro", "krone"),
        "translation, left": ("blue", "green", "red"),
        "translation, right": ("bleu", "mai", "rouge", "vert"),
    }


def test_categories_of_the_world(tmp_path):
    (tmp_path / "a.txt").write_text(analogies(), encoding="utf-8")
    found = categories(read_analogies(tmp_path / "a.txt"))
    assert {name: len(words) for name, words in found.items()} == dict.fromkeys(
        (
            "adjective",
            "capital",
            "comparative",
            "country",
            "female relative",
            "male relative",
            "noun",
            "past tense",
            "plural noun",
            "present participle",
            "verb",
        ),
        24,
    )
    assert {"swim", "sing"} <= set(found["verb"])


def test_categories_of_googles_questions():
    pytest.importorskip("gensim")
    found = categories(read_analogies(dataset("questions-words")))
    assert {"walking", "dancing"} <= set(found["present participle"])
    assert {"euro", "yen"} <= set(found["currency"])
    assert {"Japan", "Angola"} <= set(found["country"])
    assert not {"past-tense, left", "gram7-past-tense, left"} & set(found)
    words = [word for group in found.values() for word in group]
    assert len(set(words)) == len(words) > 500


def clusters(spread):
    rng = np.random.default_rng(1)
    labels = np.repeat(np.arange(3), 20)
    vectors = np.eye(8)[labels] + spread * rng.standard_normal((60, 8))
    words = [f"w{i}" for i in range(60)]
    return words, vectors, {str(k): tuple(np.array(words)[labels == k]) for k in range(3)}


def test_the_probe_finds_categories_where_there_are_any():
    words, vectors, groups = clusters(0.1)
    found = probe(words, vectors, groups)
    assert found.accuracy == 1
    assert (found.words, found.categories) == (60, 3)
    assert found.majority == pytest.approx(1 / 3)
    # Of vectors without categories: 60 guesses at 1/3; 0.6 is more than 4 standard errors above.
    noise = np.random.default_rng(2).standard_normal((60, 8))
    assert probe(words, noise, groups).accuracy < 0.6


def test_the_probe_sees_directions_alone_and_repeats_itself():
    words, vectors, groups = clusters(0.5)
    lengths = np.random.default_rng(3).uniform(0.1, 10, (60, 1))
    assert probe(words, vectors, groups) == probe(words, vectors * lengths, groups)


def test_small_categories_are_left_out_and_one_is_no_probe():
    words, vectors, groups = clusters(0.1)
    groups["tiny"] = ("w0", "unknown")
    assert probe(words, vectors, groups).categories == 3
    assert probe(words, vectors, {"0": groups["0"]}) is None
    assert probe(words, vectors, groups, ProbeSettings(smallest=21)) is None
    with pytest.raises(ConfigError, match="smallest"):
        ProbeSettings(folds=5, smallest=4)


def test_without_scikit_learn_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    with pytest.raises(MissingExtraError, match=r"w2v\[study\]"):
        probe(*clusters(0.1))


def test_two_test_sets_of_one_name_are_refused(tmp_path):
    (tmp_path / "a.txt").write_text(analogies(), encoding="utf-8")
    with pytest.raises(ConfigError, match="different file names: got a twice"):
        study_exam(tmp_path / "a.txt", [tmp_path / "a.txt"])


def test_a_handful_of_questions_is_no_score(tmp_path):
    words = [f"w{i}" for i in range(40)]
    vectors = np.random.default_rng(1).standard_normal((40, 8)).astype(np.float32)
    (tmp_path / "analogies.txt").write_text(": a\n" + "w0 w1 w2 w3\n" * 19)
    (tmp_path / "few.txt").write_text("".join(f"w{i} w{i + 1} {i}\n" for i in range(19)))
    (tmp_path / "enough.txt").write_text("".join(f"w{i} w{i + 1} {i}\n" for i in range(20)))
    exam = study_exam(tmp_path / "analogies.txt", [tmp_path / "few.txt", tmp_path / "enough.txt"])
    scores = mark(exam, words, vectors).scores
    assert scores["analogies"] is None
    assert scores["analogies, full"] is None
    assert scores["similarity: few"] is None
    assert scores["similarity"] == scores["similarity: enough"]
    (tmp_path / "analogies.txt").write_text(": a\n" + "w0 w1 w2 w3\n" * 20)
    scores = mark(study_exam(tmp_path / "analogies.txt", [tmp_path / "few.txt"]), words, vectors).scores
    assert 0 <= scores["analogies"] <= 1
    assert 0 <= scores["analogies, full"] <= 1
    assert scores["similarity"] is None


# ---------------------------------------------------------------------------------------------------------- correlation


def test_equal_values_share_their_rank():
    assert ranks(np.array([[-np.inf], [3.0], [-np.inf]])).ravel().tolist() == [1.5, 3, 1.5]
    values = np.random.default_rng(3).integers(0, 6, (7, 30)).astype(float)
    for axis in (0, 1):
        np.testing.assert_array_equal(ranks(values, axis), stats.rankdata(values, axis=axis))
    assert ranks([]).tolist() == []


def test_without_controls_it_is_spearmans():
    rng = np.random.default_rng(4)
    x, y = rng.integers(0, 9, (40, 3)).astype(float), rng.standard_normal((40, 2))
    expected = [[stats.spearmanr(x[:, i], y[:, j])[0] for j in range(2)] for i in range(3)]
    np.testing.assert_allclose(partial_spearman(x, y, NOTHING), expected, atol=1e-12)


def test_one_control_gives_the_textbook_formula():
    rng = np.random.default_rng(5)
    z = rng.standard_normal(40)
    x, y = z + rng.standard_normal(40), z + rng.standard_normal(40)
    xy, xz, yz = (stats.spearmanr(*pair)[0] for pair in ((x, y), (x, z), (y, z)))
    expected = (xy - xz * yz) / np.sqrt((1 - xz**2) * (1 - yz**2))
    assert partial_spearman(x[:, None], y[:, None], z[:, None])[0, 0] == pytest.approx(expected, abs=1e-12)


def test_what_a_control_explains_goes_away():
    z = np.arange(40.0)
    rng = np.random.default_rng(6)
    x, y = np.exp(z / 10) + 0.01 * rng.standard_normal(40), z + rng.standard_normal(40)
    assert partial_spearman(x[:, None], y[:, None], NOTHING)[0, 0] > 0.95
    assert np.isnan(partial_spearman(z[:, None] ** 3, y[:, None], z[:, None])[0, 0])
    assert np.isnan(partial_spearman(np.ones((40, 1)), y[:, None], NOTHING)[0, 0])
    assert np.isnan(partial_spearman(x[:3, None], y[:3, None], NOTHING[:3])).all()


def test_intervals_cover_at_their_level(monkeypatch):
    """Of 200 samples of independent columns, 95 % of the intervals contain 0: at least 180 (p < 0.001 if it is 95 %)."""
    monkeypatch.setattr("w2v.experiments.study.correlation.RESAMPLES", 200)
    rng = np.random.default_rng(7)
    covered = 0
    for seed in range(10):
        sample = Sample(rng.standard_normal((40, 20)), rng.standard_normal((40, 1)), NOTHING, range(40))
        covered += sum(c.sign == 0 for c in correlate(sample, [str(i) for i in range(20)], ["q"], seed))
    assert covered >= 180


def test_as_many_resamples_as_are_reported(monkeypatch):
    """A thousand, without the patch of this file; of 200 models the interval is Fisher's (Fieller et al. 1957)."""
    monkeypatch.undo()
    drawn = []

    def counted(*sample):
        drawn.append(sample)
        return partial_spearman(*sample)

    monkeypatch.setattr("w2v.experiments.study.correlation.partial_spearman", counted)
    rng = np.random.default_rng(9)
    x = rng.standard_normal((200, 1))
    sample = Sample(x, x + rng.standard_normal((200, 1)), np.empty((200, 0)), range(200))
    (found,) = correlate(sample, ["m"], ["q"])
    assert len(drawn) == 1 + 1000
    half = 1.96 * np.sqrt(1.06 / 197)
    assert [found.low, found.high] == pytest.approx(np.tanh(np.arctanh(found.rho) + half * np.array([-1, 1])), abs=0.03)


def test_seeds_of_one_setting_are_drawn_together(monkeypatch):
    """Each setting four times over says no more than once: the interval is as wide as that of one model a setting."""
    monkeypatch.setattr("w2v.experiments.study.correlation.RESAMPLES", 200)
    rng = np.random.default_rng(8)
    x, y = rng.standard_normal((10, 1)), rng.standard_normal((10, 1))
    x4, y4 = np.repeat(x, 4, axis=0), np.repeat(y, 4, axis=0)
    (together,) = correlate(Sample(x4, y4, NOTHING, np.repeat(range(10), 4)), ["m"], ["q"])
    (once,) = correlate(Sample(x, y, NOTHING[:10], range(10)), ["m"], ["q"])
    (apart,) = correlate(Sample(x4, y4, NOTHING, range(40)), ["m"], ["q"])
    assert together.high - together.low == pytest.approx(once.high - once.low, abs=0.15)
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


# -------------------------------------------------------------------------------------------------- records and choices


def record(model, quality, metric=0.0, failure=None):
    """A made-up record: every score is ``quality``, every metric ``metric``."""
    if failure:
        return Record("s", model, GRID, failure)
    coverage = {"questions": 9, "answered": 8, "answered_restricted": 7, "pairs": {"p": [1, 2]}, "probe": None}
    metrics = {one.key: metric for one in METRICS} | {RANK: 0.9 * model.vector_size + metric}
    return Record("s", model, GRID, None, metrics, dict.fromkeys(QUALITIES, quality), coverage, {"loss": 1.0})


def a_study(slope):
    """Records whose metrics go with quality as told, over all objectives and dimensions."""
    rng = np.random.default_rng(9)
    records = []
    for i, model in enumerate(default_grid()):
        value = float(rng.uniform(-1, 0))
        records.append(record(model, slope * value + 0.01 * float(rng.standard_normal()) + 1e-6 * i, value))
    return records


def test_a_journal_gives_back_what_it_was_given(tmp_path):
    records = [
        record(Model(), 0.5),
        record(Model("nt_xent", temperature=0.07), None),
        record(Model("triplet"), 0, 0, "no"),
    ]
    with open_journal(tmp_path / "new") as book:
        for one in records:
            book.append(one.to_dict())
    assert read_journal(tmp_path / "new", "s") == records
    assert read_journal(tmp_path / "new", "other") == []
    assert read_journal(tmp_path / "none", "s") == []


def test_a_torn_last_line_is_dropped_and_a_foreign_one_is_named(tmp_path):
    with open_journal(tmp_path) as book:
        book.append(record(Model(), 0.5).to_dict())
    path = tmp_path / FILE
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:50])
    assert len(read_journal(tmp_path, "s")) == 1
    with open_journal(tmp_path) as book:
        book.append(record(Model("triplet"), 0.5).to_dict())
    assert [r.model.objective for r in read_journal(tmp_path, "s")] == ["sgns", "triplet"]
    path.write_bytes(whole + b'{"model": 1}\n')
    with pytest.raises(FormatError, match=r"line 2: it is not a record of a study"):
        read_journal(tmp_path, "s")


def test_two_studies_do_not_write_into_one_folder(tmp_path):
    with (
        open_journal(tmp_path),
        pytest.raises(OutputError, match="another study is writing it"),
        open_journal(tmp_path),
    ):
        pass
    with open_journal(tmp_path) as book:
        book.append(record(Model(), 0.5).to_dict())


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"), open_journal(tmp_path / "file" / "folder"):
        pass


def test_the_best_setting_is_that_of_the_highest_mean_over_its_seeds():
    lucky, steady = Model("nt_xent", temperature=0.07), Model("nt_xent")
    records = [
        record(lucky, 0.9),
        record(replace(lucky, seed=2), 0.1),
        record(steady, 0.6),
        record(replace(steady, seed=2), 0.6),
        record(Model(), 0.7),
        record(Model(window=2), 1.0, failure="diverged"),
    ]
    fresh = repetitions(records, (7, 8))
    assert fresh == [replace(m, seed=s) for m in (steady, Model()) for s in (7, 8)]
    chosen = {c.family: c for c in choose(records, [record(m, 0.5 + m.seed / 100) for m in fresh])}
    assert list(chosen) == ["nt_xent", "sgns", ALL]
    assert chosen["nt_xent"].chosen.model == steady.setting
    assert chosen["nt_xent"].chosen.mean(MAIN[0]) == 0.6
    assert chosen["nt_xent"].repeated.values(MAIN[0]) == pytest.approx([0.57, 0.58])
    assert (chosen["nt_xent"].among, chosen["sgns"].among, chosen[ALL].among) == (2, 1, 3)
    assert chosen[ALL].chosen.model == Model().setting
    assert choose([]) == []


@pytest.mark.parametrize("first", [1, 99, 100, 101, 102, 2**63 - 2])
@pytest.mark.parametrize("grid", [quick_grid(), default_grid()])
def test_no_model_of_the_grid_has_a_held_out_seed(grid, first):
    models = [replace(model, seed=model.seed - 1 + first) for model in grid]
    fresh = repetitions([record(model, 0.5) for model in models], REPETITION_SEEDS)
    assert not set(fresh) & set(models)
    assert {model.seed for model in fresh}.isdisjoint(model.seed for model in models)
    assert len({model.seed for model in fresh}) == len(REPETITION_SEEDS)
    if first == 1:  # journals of before remain usable
        assert {model.seed for model in fresh} == {101, 102}


# ------------------------------------------------------------------------------------------------------------- findings


def correlation(low, high):
    return Correlation("m", "q", 40, (low + high) / 2, low, high)


def test_a_sentence_claims_no_more_than_its_interval():
    assert phrase(correlation(-0.8, -0.2)) == "lower values go with better q (−0.50 [−0.80, −0.20])"
    assert phrase(correlation(0.2, 0.8)) == "lower values go with worse q (+0.50 [+0.20, +0.80])"
    assert phrase(correlation(-0.1, 0.5)) == "no significant correlation with q (+0.20 [−0.10, +0.50])"
    assert phrase(Correlation("m", "q", 3, None, None, None)) == "correlation with q undefined (3 models)"


def test_the_claim_is_said_to_hold_where_it_does_and_not_where_it_does_not():
    holds, contradicted = (analyse(a_study(slope)) for slope in (-1, 1))
    for view in (EVERYTHING, FIXED, FIXED_OBJECTIVE):
        assert ": lower is better throughout." in claim(view, holds[view])
        assert "lower is not better; wherever the correlation is significant, higher is better" in claim(
            view, contradicted[view]
        )
    assert "no significant correlation" in claim(EVERYTHING, [Correlation(CLAIMED[0], MAIN[0], 40, 0.1, -0.2, 0.3)])
    mixed = [
        Correlation(CLAIMED[0], score, 40, 0.5 * s, 0.5 * s - 0.1, 0.5 * s + 0.1)
        for score, s in zip(MAIN, (1, -1, 1), strict=True)
    ]
    assert "lower is better in some cases, and higher is better in others" in claim(EVERYTHING, mixed)
    assert "lower is better in some cases, and the others are not significant" in claim(
        EVERYTHING, [mixed[1], Correlation(CLAIMED[0], MAIN[0], 40, 0.1, -0.2, 0.3)]
    )
    assert "too few models" in claim(EVERYTHING, [])


def test_the_strongest_is_named_only_if_it_can_be_seen():
    one = Correlation("a", MAIN[0], 40, -0.5, -0.6, -0.4)
    other = Correlation("b", MAIN[0], 40, 0.7, 0.6, 0.8)
    unclear = Correlation("c", MAIN[1], 40, 0.9, -0.1, 1.0)
    (sentence,) = strongest([one, other, unclear])
    assert "with analogies, b (+0.70 [+0.60, +0.80])." in sentence
    assert strongest([unclear]) == []


def test_collapsed_models_are_left_out_of_their_view():
    records = [record(m, 0.5 + i / 100, -1 + i / 100) for i, m in enumerate(default_grid())]
    assert SOUND not in analyse(records)
    spoiled = [replace(r, metrics=r.metrics | {RANK: 12.0}) if i < 5 else r for i, r in enumerate(records)]
    assert sum(map(collapsed, spoiled)) == 5
    views = analyse(spoiled)
    assert views[EVERYTHING][0].n == len(records)
    assert views[SOUND][0].n == len(records) - 5
    assert views["nt_xent alone"][0].n == sum(m.objective == "nt_xent" for m in default_grid())


def test_an_order_is_told_only_if_all_seeds_tell_it():
    def pair(align, contrast):
        families = {"align_uniform": align, "nt_xent": contrast}
        records = [record(Model(name), 0.5) for name in families]
        fresh = [record(Model(n, seed=7 + i), v) for n, values in families.items() for i, v in enumerate(values)]
        found = {c.family: c for c in choose(records, fresh)}
        return compare(found["align_uniform"], found["nt_xent"], "probe")

    assert pair([0.6, 0.7], [0.4, 0.5]) == "probe: higher (65.0 against 45.0)"
    assert pair([0.4, 0.5], [0.6, 0.7]) == "probe: lower (45.0 against 65.0)"
    assert pair([0.4, 0.7], [0.5, 0.6]).startswith("probe: no difference beyond that between seeds")
    assert pair([0.4], [0.5, 0.6]) == "probe: too few seeds to compare"


def test_findings_of_no_model_and_of_one_objective_are_still_sentences():
    assert all(isinstance(line, str) for line in findings(analyse([]), choose([])))
    one = [record(Model(vector_size=d), 0.1 * d, -0.01 * d) for d in (10, 20)]
    assert "The best setting by mean rank is sgns, dim=20." in order(choose(one))
    assert "too few models" in claim(EVERYTHING, analyse(one)[EVERYTHING])
    json.dumps([vars(c) for c in analyse(one)[EVERYTHING]], allow_nan=False)


@pytest.mark.parametrize("rows", [30, 500])
@pytest.mark.parametrize("partners", [False, True])
def test_uniformity_by_token_is_that_of_a_whole_measurement(rows, partners):
    rng = np.random.default_rng(3)
    vectors, output = rng.normal(size=(2, rows, 5)).astype(np.float32)
    space = Space(vectors, output if partners else None, rng.integers(0, 50, rows))
    settings = Settings(ms=(4,), exact_rows=100, sample=100, bootstrap=20)
    pairs = PositivePairs(np.array([0, 1]), np.array([2, 3]), "two pairs", sampled=False)
    whole = measure(space, pairs, replace(settings, weighting="token")).uniformity.value
    assert token_uniformity(space, settings) == pytest.approx(whole, rel=1e-13)
