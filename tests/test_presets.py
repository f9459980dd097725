"""Presets: what they choose, what contradicts them, and that every way to ask for one trains the same vectors."""

import numpy as np
import pytest

import w2v
from w2v import KeyedVectors, TrainConfig, Word2Vec
from w2v.cli.main import main
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ArgumentError, ConfigError
from w2v.training.presets import CHOSEN, PRESETS, chosen, different, preset

SENTENCES = [["the", "quick", "brown", "fox", "jumps"], ["over", "the", "lazy", "dog"]] * 60
SMALL = {"vector_size": 6, "workers": 1, "min_count": 1, "seed": 3}


def vocabulary(words):
    """Return a vocabulary of so many words in all, in the proportions of a text: Zipf's law."""
    counts = np.maximum(words / 12 / np.arange(1, 60_001), words > 0).astype(np.int64)
    counts = np.sort(counts)[::-1]
    counts[0] += words - counts.sum()
    return Vocabulary([f"w{i}" for i in range(len(counts))], counts)


@pytest.mark.parametrize("name", PRESETS)
def test_the_choices_cover_every_size_with_valid_parameters(name):
    sizes = [choice.words for choice in PRESETS[name]]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == 0
    for choice in PRESETS[name]:
        for words in {max(choice.words, 200_000), choice.words + 300_000}:
            found = preset(name, vocabulary(words), TrainConfig(vector_size=7, seed=5))
            assert (found.vector_size, found.seed) == (7, 5)
            assert all(getattr(found, field) == getattr(choice, field) for field in CHOSEN)
            assert different(found)
    assert chosen(name, Vocabulary([], np.zeros(0, np.int64)))["epochs"] == PRESETS[name][-1].epochs


def test_nothing_is_dropped_where_no_word_is_much_more_frequent_than_others():
    flat = Vocabulary([f"item{i}" for i in range(100)], np.full(100, 5_000))
    found = chosen("fast", flat)
    assert found["sample"] == TrainConfig.sample
    assert {**found, "sample": 0} == {**chosen("fast", vocabulary(500_000)), "sample": 0}


FEW = w2v.encode(SENTENCES, w2v.VocabularyConfig(min_count=1)).vocabulary


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (("quick", FEW), ConfigError, "preset must be one of fast: got 'quick'"),
        (("fast", 5), ArgumentError, "vocabulary must be"),
        (("fast", FEW, TrainConfig(epochs=3)), ConfigError, 'epochs must be left out with preset="fast".*got 3'),
        (("fast", FEW, TrainConfig(window=9, alpha=0.05)), ConfigError, "alpha must be left out"),
        (("fast", FEW, TrainConfig(objective="nt_xent")), ConfigError, 'objective must be "sgns" with preset="fast"'),
        (("fast", FEW, {"epochs": 3}), ArgumentError, "config must be"),
    ],
)
def test_what_contradicts_a_preset(arguments, error, said):
    with pytest.raises(error, match=said):
        preset(*arguments)


def test_every_way_to_ask_for_a_preset_trains_the_same_vectors(tmp_path, capsys):
    corpus = w2v.encode(SENTENCES, w2v.VocabularyConfig(min_count=1))
    own = TrainConfig(vector_size=6, workers=1, seed=3)
    wanted = w2v.train(corpus, w2v.preset("fast", corpus.vocabulary, own)).vectors
    model = Word2Vec(SENTENCES, preset="fast", **SMALL)
    assert {field: getattr(model, field) for field in CHOSEN} == chosen("fast", corpus.vocabulary)
    np.testing.assert_array_equal(model.wv.vectors, wanted.vectors)

    text, out = tmp_path / "t.txt", tmp_path / "v.safetensors"
    text.write_text("".join(" ".join(words) + "\n" for words in SENTENCES))
    command = ["train", str(text), "-o", str(out), "--preset", "fast", "--vector-size", "6"]
    assert main([*command, "--workers", "1", "--min-count", "1", "--seed", "3"]) == 0
    assert f"fast: epochs {model.epochs}, alpha {model.alpha:g}, sample {model.sample:g}" in capsys.readouterr().err
    loaded = KeyedVectors.load(out)
    np.testing.assert_array_equal(loaded.vectors, wanted.vectors)
    assert loaded.metadata["config"]["epochs"] == model.epochs


def test_a_model_chooses_when_its_vocabulary_is_built_and_may_be_changed_then():
    model = Word2Vec(preset="fast", **SMALL)
    assert model.alpha == TrainConfig.alpha
    model.build_vocab(SENTENCES)
    assert model.alpha == chosen("fast", FEW)["alpha"] != TrainConfig.alpha
    model.epochs = 1
    model.train()
    assert len(model.reports) == 1
    model.build_vocab(SENTENCES, update=True)
    assert model.epochs == 1


@pytest.mark.parametrize(("name", "value"), [("objective", "nt_xent"), ("preset", "quick")])
def test_a_preset_that_cannot_be_used_changes_nothing(name, value):
    model = Word2Vec(preset="fast", **SMALL)
    setattr(model, name, value)
    before = model.config
    with pytest.raises(ConfigError, match=f"^{name} must be .*: got '{value}'"):
        model.build_vocab(SENTENCES)
    assert model.config == before
    model.preset = None
    model.build_vocab(SENTENCES)


def test_words_of_another_model_choose_too():
    model = Word2Vec(preset="fast", **SMALL)
    model.reset_from(Word2Vec(SENTENCES, **SMALL))
    assert {field: getattr(model, field) for field in CHOSEN} == chosen("fast", FEW)


def test_the_report_on_words_is_of_the_sample_that_was_chosen():
    model, own = Word2Vec(preset="fast", **SMALL), Word2Vec(sample=chosen("fast", FEW)["sample"], **SMALL)
    for one in (model, own):
        one.scan_vocab(SENTENCES)
    assert model.prepare_vocab(dry_run=True) == own.prepare_vocab(dry_run=True)


@pytest.mark.parametrize("method", ["build_vocab", "prepare_vocab"])
def test_a_sample_for_the_vocabulary_contradicts_a_preset(method):
    model = Word2Vec(preset="fast", **SMALL)
    model.scan_vocab(SENTENCES)
    with pytest.raises(ConfigError, match='sample must be left out with preset="fast"'):
        getattr(model, method)(**({"corpus_iterable": SENTENCES} if method == "build_vocab" else {}), sample=0.01)
    assert model.sample == TrainConfig.sample


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"preset": "slow"}, "preset must be one of fast: got 'slow'"),
        ({"preset": "fast", "sample": 0.01}, 'sample must be left out with preset="fast", which chooses it: got 0.01'),
        ({"preset": "fast", "objective": "triplet"}, 'objective must be "sgns"'),
        ({"preset": "fast", "backend": "ray"}, 'preset must be left out with backend="ray"'),
    ],
)
def test_what_a_model_refuses(options, said):
    with pytest.raises(ConfigError, match=said):
        Word2Vec(**SMALL, **options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--epochs", "5"], "--epochs must be left out with --preset fast, which chooses it: got 5"),
        (["--negative-weight", "2"], "--negative-weight must be left out with --preset fast"),
        (["--objective", "nt_xent"], '--objective must be "sgns" with --preset fast'),
        (["--backend", "ray"], "--preset must be left out with --backend ray"),
    ],
)
def test_what_the_command_refuses(tmp_path, capsys, options, said):
    (tmp_path / "t.txt").write_text("a b\n" * 9)
    command = ["train", str(tmp_path / "t.txt"), "-o", str(tmp_path / "v.bin"), "--preset", "fast", *options]
    assert main(command) == 2
    assert said in capsys.readouterr().err
