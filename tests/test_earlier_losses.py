"""Files of w2v 0.1, in which align_uniform was the loss that is called decoupled now."""

import warnings

import numpy as np
import pytest

import w2v
from w2v.errors import CheckpointError
from w2v.formats import native
from w2v.training.trainer import Trainer

SENTENCES = [["a", "b", "c", "d"], ["b", "a", "d"]] * 30


def corpus():
    return w2v.encode(SENTENCES, w2v.VocabularyConfig(min_count=1))


def config(**changes):
    return w2v.TrainConfig(**{"vector_size": 8, "epochs": 2, "workers": 1, "sample": 0.0} | changes)


def older(path, **changes):
    """Make the file one of w2v 0.1: without the version of the losses, and with its align_uniform."""
    contents = native.load(path)
    metadata = dict(contents.metadata)
    holder = metadata.get("checkpoint", metadata)
    del holder["losses"]
    holder["config"] = holder["config"] | {"objective": "align_uniform"} | changes
    native.save(path, native.Contents(contents.words, contents.vectors, contents.counts, contents.output, metadata))


def old_model(path, **changes):
    w2v.train(corpus(), config(), progress=False).save(path)
    older(path, **changes)
    return path


@pytest.mark.parametrize("t", [3.0, 0.5])
def test_an_old_align_uniform_is_a_decoupled(tmp_path, t):
    path = old_model(tmp_path / "m.safetensors", align_weight=t, align_power=2.0, uniform_t=t)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = w2v.load(path)
        gensim_like = w2v.Word2Vec.load(path)
    assert (model.config.objective, model.config.temperature) == ("decoupled", 1 / (2 * t))
    assert (gensim_like.objective, gensim_like.temperature) == ("decoupled", 1 / (2 * t))
    np.testing.assert_array_equal(model.matrices.vectors, native.load(path).vectors)
    model.save(tmp_path / "again.safetensors")
    again = w2v.load(tmp_path / "again.safetensors")
    assert again.config == model.config
    was = native.load(tmp_path / "again.safetensors").metadata["trained_with"]
    assert was == {"objective": "align_uniform", "losses": 1, "align_weight": t, "align_power": 2.0, "uniform_t": t}


def test_one_that_no_objective_equals_warns(tmp_path):
    path = old_model(tmp_path / "m.safetensors", align_weight=3.0, align_power=2.0, uniform_t=50.0)
    with pytest.warns(
        RuntimeWarning, match=r"align_weight=3, align_power=2, uniform_t=50\), which no objective equals"
    ):
        assert w2v.load(path).config.temperature == 0.01


def test_other_objectives_and_new_files_stay(tmp_path):
    path = old_model(tmp_path / "m.safetensors", objective="nt_xent", uniform_t=50.0)
    assert w2v.load(path).config.objective == "nt_xent"
    w2v.train(corpus(), config(objective="align_uniform", uniform_t=2.0), progress=False).save(path)
    assert (w2v.load(path).config.objective, w2v.load(path).config.uniform_t) == ("align_uniform", 2.0)


@pytest.mark.parametrize("objective", ["align_uniform", "decoupled"])
def test_a_checkpoint_of_the_old_loss_is_refused(tmp_path, objective):
    path = tmp_path / "c.safetensors"
    trainer = Trainer(corpus(), config(objective="align_uniform"))
    trainer.advance(1)
    trainer.save(path)
    Trainer.resume(path, corpus(), config(objective="align_uniform"))
    older(path)
    with pytest.raises(CheckpointError, match=r"align_uniform of w2v 0\.1, which is another loss now"):
        Trainer.resume(path, corpus(), config(objective=objective))
