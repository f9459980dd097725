"""The parts of a study, each against what is known: the grid, categories, exams, lines, and sentences made of numbers."""

import sys

import numpy as np
import pytest

from w2v.corpora import analogies
from w2v.errors import ConfigError, MissingExtraError
from w2v.evaluation import AnalogySection, dataset, read_analogies
from w2v.evaluation.probe import ProbeSettings, categories, probe
from w2v.experiments.study.grid import OBJECTIVES, OWN, Model, default_grid, quick_grid
from w2v.experiments.study.quality import ANALOGIES, PROBE, SENTENCES, SIMILARITY, StudyExam, mark, mean_of_sets
from w2v.experiments.study.runner import changed_settings
from w2v.vectors import KeyedVectors

pytest.importorskip("scipy.stats")
pytest.importorskip("sklearn")

RANK = "input-input: effective_rank"
WORD_SCORES = (ANALOGIES, SIMILARITY, PROBE)


# ------------------------------------------------------------------------------------------------------------ the grid


def test_budgets_are_equal_and_every_setting_has_every_seed():
    grid = default_grid()
    assert len(set(grid)) == len(grid)
    assert {m.objective for m in grid} == set(OBJECTIVES)
    settings = {m.setting for m in grid}
    assert len({sum(s.objective == name for s in settings) for name in OBJECTIVES}) == 1
    assert all({m.seed for m in grid if m.setting == s} == {1, 2, 3} for s in settings)
    assert [m.seed for m in grid] == sorted(
        m.seed for m in grid
    )  # a study that was stopped has as much of each objective
    assert all(grid[[m.objective for m in grid].index(name)] == Model(name) for name in OBJECTIVES)
    assert max(m.vector_size for m in quick_grid()) <= 50


def test_every_parameter_of_an_objective_varies():
    for name, parameters in OWN.items():
        for parameter in () if name == "triplet_dot" else parameters:
            assert len({getattr(m, parameter) for m in default_grid() if m.objective == name}) > 1, (name, parameter)


def test_the_objectives_and_the_seeds_are_those_that_were_asked_for():
    grid = default_grid(["nt_xent", "sgns"], seeds=2, first_seed=7)
    assert {m.objective for m in grid} == {"nt_xent", "sgns"}
    assert {m.seed for m in grid} == {7, 8}
    for wrong in ([], ["sgns", "sgns"], ["word2vec"]):
        with pytest.raises(ConfigError, match="objectives must be one or more of sgns, nt_xent"):
            default_grid(wrong)


def test_labels_tell_settings_apart():
    grid = default_grid()
    assert len({m.label for m in grid}) == len({m.setting for m in grid}) < len(grid)
    assert Model("nt_xent", window=2).label == "nt_xent τ=0.15, window=2"
    assert Model("align_uniform").label == "align_uniform λ=3 t=3"
    assert Model("spectral").label == "spectral"


def test_defaults_are_those_of_training():
    for name in OBJECTIVES:
        usual = Model(name).config(1)
        assert usual == type(usual)(objective=name, epochs=1, workers=0, seed=1)


def test_a_model_out_of_range_is_refused():
    with pytest.raises(ConfigError, match="vector_size"):
        Model(vector_size=0)


def test_default_settings_are_changed_with_all_their_seeds():
    grid = default_grid()
    assert changed_settings(grid, ("sgns", "nt_xent")) == {Model().setting, Model("nt_xent").setting}
    assert changed_settings(grid[:1], ("nt_xent",)) == set()


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
        StudyExam.read(tmp_path / "a.txt", [tmp_path / "a.txt"])


def test_a_handful_of_questions_is_no_score(tmp_path):
    words = [f"w{i}" for i in range(40)]
    vectors = np.random.default_rng(1).standard_normal((40, 8)).astype(np.float32)
    (tmp_path / "analogies.txt").write_text(": a\n" + "w0 w1 w2 w3\n" * 19)
    (tmp_path / "few.txt").write_text("".join(f"w{i} w{i + 1} {i % 7}\n" for i in range(19)))
    (tmp_path / "enough.txt").write_text("".join(f"w{i} w{i + 1} {i % 7}\n" for i in range(20)))
    exam = StudyExam.read(tmp_path / "analogies.txt", [tmp_path / "few.txt", tmp_path / "enough.txt"])
    keyed = KeyedVectors.from_arrays(words, vectors)
    scores = mark(exam, keyed).scores
    assert scores["analogies"] is None
    assert scores["similarity: few"] is None
    assert scores["similarity"] == scores["similarity: enough"]
    (tmp_path / "analogies.txt").write_text(": a\n" + "w0 w1 w2 w3\n" * 20)
    scores = mark(StudyExam.read(tmp_path / "analogies.txt", [tmp_path / "few.txt"]), keyed).scores
    assert 0 <= scores["analogies"] <= 1
    assert scores["similarity"] is None


def test_sets_count_by_their_size():
    scores = {"large": 0.5, "small": 0.1, "tiny": None}
    assert mean_of_sets(scores, {"large": 300, "small": 100, "tiny": 7}) == pytest.approx(0.4)
    assert mean_of_sets({"tiny": None}, {"tiny": 7}) is None


def test_sentences_are_scored_and_words_only_if_asked(tmp_path):
    rng = np.random.default_rng(1)
    words = [a + b for a in "abcde" for b in "uvwxyz"]
    vectors = rng.standard_normal((30, 8)).astype(np.float32)
    lines = [
        f"{rng.uniform(0, 5):.2f}\t{words[a]} {words[b]}.\t{words[c].title()} unknown"
        for a, b, c in rng.integers(30, size=(25, 3))
    ]
    (tmp_path / "sts.tsv").write_text("\n".join([*lines, "1.0\tnobody\tknows"]))
    exam = StudyExam.read(sentences=[tmp_path / "sts.tsv"])
    marks = mark(exam, KeyedVectors.from_arrays(words, vectors, np.full(30, 100)))
    assert marks.coverage["sentences"] == {"sts.tsv": [25, 26]}
    assert marks.scores[SENTENCES] == marks.scores["sentences: sts.tsv"]
    assert -1 <= marks.scores[SENTENCES] <= 1
    assert marks.scores[ANALOGIES] is marks.scores[SIMILARITY] is marks.scores[PROBE] is None
    with pytest.raises(ConfigError, match="different file names"):
        StudyExam.read(sentences=[tmp_path / "sts.tsv"] * 2)
