"""Records, settings, analysis and findings of a study: what is claimed follows from the numbers, and nothing more."""

import json
from dataclasses import replace

import numpy as np
import pytest

from w2v.errors import FormatError, OutputError
from w2v.experiments.journal import open_json_lines
from w2v.experiments.study import correlation, location
from w2v.experiments.study.analysis import ALL, SOUND, analyse, other_metrics
from w2v.experiments.study.changes import changed_models
from w2v.experiments.study.findings import answer, findings, kept, misled, moved, of_tests, significant, uninformative
from w2v.experiments.study.grid import OBJECTIVES, Model, default_grid
from w2v.experiments.study.interventions import CHANGES, COMMON, LENGTHS, NOISY, RANDOM
from w2v.experiments.study.journal import FILE, Record, open_journal, read_journal
from w2v.experiments.study.metrics import ALIGNMENT, CLAIMED, INPUT, METRICS, SUM, UNIFORMITY, key
from w2v.experiments.study.quality import ANALOGIES, PROBE, SENTENCES, SIMILARITY
from w2v.experiments.study.settings import mean_sd, settings_of

pytest.importorskip("scipy.stats")

RANK = "input-input: effective_rank"
WORD_SCORES = (ANALOGIES, SIMILARITY, PROBE)


@pytest.fixture(autouse=True)
def _fewer_resamples(monkeypatch):
    monkeypatch.setattr(correlation, "RESAMPLES", 50)
    monkeypatch.setattr(correlation, "PERMUTATIONS", 999)
    monkeypatch.setattr(location, "PERMUTATIONS", 999)


# ------------------------------------------------------------------------------------------------------------- records


def record(model, quality, metric=0.0, failure=None, changes=None):
    """A made-up record: every score of words is ``quality``, every metric ``metric``."""
    if failure:
        return Record("s", model, failure)
    coverage = {"questions": 9, "answered": 8, "pairs": {"p": [1, 2]}, "sentences": {}, "probe": None}
    metrics = {one.key: metric for one in METRICS} | {RANK: 0.9 * model.vector_size + metric}
    scores = dict.fromkeys(WORD_SCORES, quality) | {SENTENCES: None}
    return Record("s", model, None, metrics, scores, coverage, {"loss": 1.0}, changes or {})


def changes_of(quality=0.4, drift=0.0, noise_helps_the_sum=True, random=0.1):
    """Made-up changes: the common vector moves the place alone, plus ``drift`` of quality; noise spoils quality."""
    found = {}
    for number, name in enumerate(CHANGES):
        place, score = (1.9, -3.8), quality
        if name in COMMON:
            b = LENGTHS[number]
            place, score = (1.9 / (1 + b * b), -3.8 / (1 + b * b)), quality + drift * b
        elif name in (*NOISY, RANDOM):
            place, score = (1.9, -3.9 if noise_helps_the_sum else -3.0), quality * (random if name == RANDOM else 0.1)
        metrics = {one.key: 0.0 for one in METRICS if one.towers == INPUT}
        if name not in (*NOISY, RANDOM):
            metrics[key(INPUT, "information")] = 0.2
        metrics |= {key(INPUT, ALIGNMENT): place[0], key(INPUT, UNIFORMITY): place[1], key(INPUT, SUM): sum(place)}
        found[name] = {"metrics": metrics, "scores": dict.fromkeys(WORD_SCORES, score)}
    return found


def a_study(slope, spread=1.0, apart=0.0):
    """Records of the grid whose quality goes with their place as told within objectives; ``apart``: of objectives."""
    rng = np.random.default_rng(9)
    offsets = {name: apart * number for number, name in enumerate(OBJECTIVES)}
    places = {model.setting: spread * float(rng.uniform(-1, 0)) for model in default_grid()}
    found = []
    for model in default_grid():
        a, u = places[model.setting], spread * float(rng.uniform(-0.01, 0.01)) - places[model.setting] / 2
        one = record(model, 0.5 + slope * a + offsets[model.objective] + 0.01 * float(rng.standard_normal()))
        place = {}
        for towers in ("input-input", "input-output"):
            values = (a + offsets[model.objective], u, a + u + offsets[model.objective])
            place |= {key(towers, name): value for name, value in zip(CLAIMED, values, strict=True)}
        found.append(replace(one, metrics=one.metrics | place))
    return found


def test_a_journal_gives_back_what_it_was_given(tmp_path):
    records = [
        record(Model(), 0.5, changes=changes_of()),
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


def test_a_journal_of_another_version_is_refused_and_says_so(tmp_path):
    line = record(Model(), 0.5).to_dict()
    old = {name: line[name] for name in line if name not in ("format", "changes")} | {"stage": "grid"}
    with open_json_lines(tmp_path / FILE, "study") as book:
        book.append(old)
    with pytest.raises(
        FormatError, match=r"its format is 1, that of another version of w2v study.*choose another folder"
    ):
        read_journal(tmp_path, "anything")


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


def test_a_setting_is_its_seeds_and_a_failed_one_is_not_among_them():
    records = [record(replace(Model(), seed=s), 0.1 * s) for s in (1, 2, 3)] + [record(Model("triplet"), 0, 0, "no")]
    (setting,) = settings_of(records)
    assert mean_sd(setting.score(ANALOGIES)) == pytest.approx((0.2, 0.1))
    assert setting.score(SENTENCES) == ()
    assert mean_sd((0.5,)) == (0.5, None)
    assert mean_sd(()) is None
    assert not setting.collapsed
    flat = [replace(r, metrics=r.metrics | {RANK: 12.0}) for r in records[:3]]
    assert settings_of(flat)[0].collapsed


# ------------------------------------------------------------------------------------------------ analysis and findings


def test_what_holds_within_objectives_is_found_and_its_sign_is_told():
    for slope, word in ((-1, "better"), (1, "worse")):
        (view,) = analyse(settings_of(a_study(slope)))
        found = {(one.metric, one.score): one for one in view.associations}
        assert len(found) == 2 * len(CLAIMED) * len(WORD_SCORES)
        one = found["input-input: alignment", ANALOGIES]
        assert np.sign(one.rho) == np.sign(one.within) == slope
        total = found["input-input: alignment + uniformity", ANALOGIES]
        assert total.partial is None
        assert total.holm < 0.05
        assert f"with {word} analogies" in of_tests([view])
        assert f"lower goes with {word} scores" in answer([], [view])


def test_what_differs_between_objectives_alone_is_no_finding():
    (view,) = analyse(settings_of(a_study(0, spread=0.1, apart=1.0)))
    one = next(one for one in view.associations if one.metric == "input-input: alignment" and one.score == ANALOGIES)
    assert one.rho > 0.9
    assert one.holm > 0.05
    assert significant(view) == []
    assert "All settings: none." in of_tests([view])
    assert "no association with quality within objectives is identified" in answer([], [view]).lower()


def test_all_tests_of_a_report_are_corrected_together():
    records = a_study(0)
    flat = [replace(r, metrics=r.metrics | {RANK: 12.0}) if r.model.setting == Model().setting else r for r in records]
    views = analyse(settings_of(flat))
    assert [view.name for view in views] == [ALL, SOUND]
    assert views[1].n == views[0].n - 1
    tests = [p for view in views for p in view.tests]
    assert len(tests) == 2 * (18 + 6)
    corrected = [one.holm for view in views for one in (*view.associations, *view.places)]
    assert sorted(p for p in corrected if p is not None)[0] >= len([p for p in tests if p is not None]) / 1000 - 1e-9


def test_other_metrics_are_described_and_not_tested():
    found = other_metrics(settings_of(a_study(-1)))
    assert not any(name.split(": ")[1] in CLAIMED for name, _ in found)
    assert found["input-input: information", ANALOGIES][0] is None  # it is the same everywhere


def changed(**told):
    return changed_models(
        settings_of([record(replace(Model(), seed=s), 0.4, -2.0, changes=changes_of(**told)) for s in (1, 2)])
    )


def test_a_place_that_moves_while_scores_stay_is_an_answer():
    (one,) = changed()
    assert moved(one)
    assert kept(one)
    assert one.spread(ALIGNMENT) == pytest.approx(1.9 * 0.8)
    assert "Neither alignment nor uniformity determines analogies, similarity, probe and information" in answer(
        [one], []
    )
    assert f"changed {ANALOGIES} by at most 0.0" in findings([one], [])[1]


def test_scores_that_move_too_are_no_answer():
    (one,) = changed(drift=0.1)
    assert not kept(one)
    assert "moved scores too" in answer([one], [])
    assert "Neither" not in answer([one], [])


def test_noise_misleads_only_if_the_sum_falls_and_every_score_too():
    (one,) = changed()
    assert misled(one) is not None
    assert "A lower sum does not mean better vectors" in answer([one], [])
    (other,) = changed(noise_helps_the_sum=False)
    assert misled(other) is None
    assert "lower sum" not in answer([other], [])


def test_no_finding_rests_on_a_score_that_random_vectors_win():
    (one,) = changed(random=1.1)
    assert uninformative([one]) == list(WORD_SCORES)
    assert uninformative(changed()) == []
    views = analyse(settings_of(a_study(-1)))
    assert "analogies" in "".join(findings(changed(), views))
    told = findings([one], views)
    assert "Neither alignment nor uniformity determines information:" in told[0]
    assert sum("cannot tell good vectors here" in line for line in told) == len(WORD_SCORES)
    assert not any("analogies" in line for line in told if "cannot tell" not in line)


def test_findings_of_no_model_and_of_one_objective_are_still_sentences():
    assert all(isinstance(line, str) for line in findings([], analyse([])))
    assert "Too few" in answer([], analyse([]))
    one = settings_of([record(Model(vector_size=d), 0.1 * d, -0.01 * d) for d in (10, 20)])
    assert any("No association could be tested" in line for line in findings([], analyse(one)))
    json.dumps([vars(a) for view in analyse(one) for a in view.associations], allow_nan=False)
