"""docs/gensim-surface.md is what tests/gensim_surface.py writes; and its verdicts are not taken on trust alone."""

import importlib
import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

import w2v
from w2v import gensim_names

gensim = pytest.importorskip("gensim")
SPEC = importlib.util.spec_from_file_location("gensim_surface", Path(__file__).with_name("gensim_surface.py"))
surface = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(surface)

WRITTEN = surface.DOCUMENT.read_text(encoding="utf-8") if surface.DOCUMENT.exists() else ""
pytestmark = pytest.mark.skipif(f"gensim {gensim.__version__} " not in WRITTEN, reason="no document of this gensim")


def test_the_document_is_up_to_date():
    assert surface.document() == WRITTEN, "python tests/gensim_surface.py --write"


def test_every_name_has_a_verdict_and_what_is_refused_raises_an_error():
    table = list(surface.rows())
    assert len(table) > 120
    assert {verdict for _, _, verdict, _ in table} == {"same", "better", "without effect", "refused"}
    model = w2v.Word2Vec([["a", "b"]], min_count=1, sample=0)
    for kind, name, verdict, remark in table:
        assert remark or verdict == "same"
        if verdict != "refused":
            continue
        if name in ("sg", "hs", "null_word"):
            setattr(model, name, 1 - getattr(model, name))
            with pytest.raises(ValueError, match=f"{name} must be"):
                model.train()
            setattr(model, name, 1 - getattr(model, name))
        else:
            with pytest.raises(AttributeError, match="of gensim is not offered"):
                getattr({"Word2Vec": model, "KeyedVectors": model.wv}[kind], name)


@pytest.mark.parametrize("name", ["nonsense", "score"])
def test_explanations_of_nothing_are_found(monkeypatch, name):
    monkeypatch.setattr(surface, "REMARKS", surface.REMARKS | {("Word2Vec", name): ("same", "")})
    with pytest.raises(SystemExit, match="explained, but not there"):
        list(surface.rows())


def test_what_is_missing_or_differs_is_found(monkeypatch):
    monkeypatch.setattr(w2v.KeyedVectors, "distance", lambda self, w2, w1: 0)
    with pytest.raises(SystemExit, match=r"KeyedVectors\.distance takes other parameters"):
        list(surface.rows())
    names = replace(gensim_names.OF_MODELS, not_offered={})
    monkeypatch.setattr(gensim_names, "OF_MODELS", names)
    with pytest.raises(SystemExit, match=r"Word2Vec\.add_lifecycle_event is missing"):
        list(surface.rows())
