"""Everything public that takes arguments, found by inspection, with ordinary arguments to start from.

A new public function, method or option is found without a word here. What needs a required argument of a name that `GOOD`
does not know fails the campaign until it is given one; what is left out is in `LEFT_OUT`, with the reason.
"""

import copy
import functools
import importlib
import inspect
import json
import os
import subprocess
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from w2v.annotations import hints_of

MODULES = (
    "w2v",
    "w2v.corpora",
    "w2v.distributed",
    "w2v.evaluation",
    "w2v.explorer",
    "w2v.formats",
    "w2v.geometry",
    "w2v.sentences",
    "w2v.server",
    "w2v.supervision",
    "w2v.theory",
    "w2v.vectors",
)
OPERATORS = ("__getitem__", "__setitem__", "__contains__")

RECORD = "a record that functions return; programs read it and do not make it"
LEFT_OUT = {
    "w2v.CallbackAny2Vec": "a base class whose methods do nothing",
    "w2v.EncodedCorpus()": RECORD,
    "w2v.EncodedCorpus.pieces": "what the trainer divides a corpus with",
    "w2v.TrainedModel()": RECORD,
    "w2v.PhraseTable()": "w2v.phrases and PhraseTable.load make it",
    "w2v.PhraseTable.of_rows": "the part of load that follows its checks",
    "w2v.Checkpoints.due": "called by the trainer only",
    "w2v.Checkpoints.saved": "called by the trainer only",
    "w2v.Checkpoints.start": "called by the trainer only",
    "w2v.TrainConfig.noise_region": "called by the trainer only",
    "w2v.KeyedVectors.append_rows": "the part of add_vectors that follows its checks",
    "w2v.KeyedVectors.from_hub": "asks the Hugging Face Hub for what is no folder",
    "w2v.KeyedVectors.push_to_hub": "uploads to the Hugging Face Hub",
    "w2v.Sentences.encode_bags": "takes what a reader made",
    "w2v.corpora.Fetched()": RECORD,
    "w2v.distributed.train": "starts Ray; Word2Vec has the same parameters, and refuses the same",
    "w2v.corpora.PublicCorpus()": "an entry of the manifest, whose reader checks it",
    "w2v.evaluation.AnalogyResult()": RECORD,
    "w2v.evaluation.AnalogyScore()": RECORD,
    "w2v.evaluation.AnalogySection()": RECORD,
    "w2v.evaluation.SimilarityResult()": RECORD,
    "w2v.evaluation.SimilarityResult.of": "called by evaluate_pairs only",
    "w2v.evaluation.WordPair()": RECORD,
    "w2v.explorer.Page()": RECORD,
    "w2v.explorer.explore": "tried as w2v.explore",
    "w2v.formats.Contents()": RECORD,
    "w2v.geometry.Geometry()": RECORD,
    "w2v.geometry.Information()": RECORD,
    "w2v.geometry.Labels()": RECORD,
    "w2v.geometry.Labels.only": "called by measure only",
    "w2v.geometry.PositivePairs.distribution": "called by measure only",
    "w2v.geometry.Measurement()": RECORD,
    "w2v.geometry.PositivePairs()": RECORD,
    "w2v.geometry.TracePoint()": RECORD,
    "w2v.geometry.Trajectory()": RECORD,
    "w2v.geometry.Trace.on_train_begin": "called by the trainer only",
    "w2v.geometry.Trace.on_train_end": "called by the trainer only",
    "w2v.geometry.Trace.on_words": "called by the trainer only",
    "w2v.geometry.Trace.start": "called by the trainer only",
    "w2v.sentences.EncodedFile()": RECORD,
    "w2v.sentences.ScoredPair()": RECORD,
    "w2v.sentences.SentencePoint()": RECORD,
    "w2v.sentences.SentenceScores()": RECORD,
    "w2v.sentences.SentenceTraining.filled": "called by training only",
    "w2v.sentences.Sentences": "tried as w2v.Sentences",
    "w2v.server.serve": "answers until it is stopped; tests/test_server.py tries it",
    "w2v.supervision.Accuracy()": RECORD,
    "w2v.supervision.Accuracy.counted": "called by Accuracy.of only",
    "w2v.supervision.Accuracy.of": "called by supervise and evaluate only",
    "w2v.supervision.Change()": RECORD,
    "w2v.supervision.Change.of": "called by supervise only",
    "w2v.supervision.ClassScore()": RECORD,
    "w2v.supervision.Classifier": "tried as w2v.Classifier",
    "w2v.supervision.Evaluation()": RECORD,
    "w2v.supervision.Evaluation.of": "called by Classifier.evaluate only",
    "w2v.supervision.HeldOut()": RECORD,
    "w2v.supervision.Separation()": RECORD,
    "w2v.supervision.Supervision()": RECORD,
    "w2v.supervision.SupervisionConfig": "tried as w2v.SupervisionConfig",
    "w2v.supervision.SupervisionReport()": RECORD,
    "w2v.supervision.supervise": "tried as w2v.supervise",
    "w2v.theory.Case()": RECORD,
    "w2v.theory.Experiment()": RECORD,
    "w2v.theory.Generalisation()": RECORD,
    "w2v.theory.Inequality()": RECORD,
    "w2v.theory.Inequality.holds": "called on what measure returns",
    "w2v.theory.LabelledText()": RECORD,
    "w2v.theory.LabelledText.of": "takes what read_labels and text_pairs made",
    "w2v.theory.Measured()": RECORD,
    "w2v.theory.Measured.inequality": "called on what measure returns",
    "w2v.theory.Optimum()": RECORD,
    "w2v.theory.Outcome()": RECORD,
    "w2v.theory.Point()": RECORD,
    "w2v.theory.Sweep()": RECORD,
    "w2v.theory.Violation()": RECORD,
    "w2v.theory.Violation.failed_from": "called on what violations returns",
    "w2v.theory.WordsMeasured()": RECORD,
    "w2v.theory.measure_words": "takes what LabelledText.of made",
    "w2v.vectors.KeyedVectors": "tried as w2v.KeyedVectors",
}
"""What is not tried, with the reason."""

LONG = {
    "epochs",
    "words",
    "rounds",
    "seeds",
    "bootstrap",
    "every_epochs",
    "n",
    "draws",
    "sample",
    "count",
    "workers",
    "steps",
}
"""Amounts of work: a large one takes as long as was asked for, so it may be still at work when its time is up."""

SENTENCES = [["a", "b", "c", "d", "king", "queen"], ["queen", "a", "b"], ["d", "c", "king"]] * 20
WORDS = ["a", "b", "c", "d", "king", "queen"]
TEXTS = ["a b c d king queen.", "queen a b c d d.", "d c king a a a."] * 4


class World:
    """Small files in the current folder, and one of each object, from which calls get copies."""

    def __init__(self) -> None:
        import w2v

        Path("folder").mkdir(exist_ok=True)
        Path("text.txt").write_text("\n".join(map(" ".join, SENTENCES)) + "\n")
        Path("words.txt").write_text("a\nb\n")
        Path("pairs.tsv").write_text("a\tb\t9\na\tc\t2\nd\tking\t3\n")
        Path("labels.tsv").write_text("a\tx\nb\tx\nc\ty\nd\ty\n")
        Path("questions.txt").write_text(": family\na b c d\nking queen a b\n")
        Path("sts.tsv").write_text("5\ta b\tb a\n1\tking\tc d\n3\tqueen a\tking a\n")
        Path("noise.safetensors").write_bytes(bytes(range(256)) * 4)
        self.matrix = np.random.default_rng(1).normal(size=(6, 4)).astype(np.float32)
        self.corpus = w2v.encode(SENTENCES, w2v.VocabularyConfig(min_count=1))
        self.config = w2v.TrainConfig(vector_size=4, epochs=1, workers=1)
        self.trained = w2v.train(self.corpus, self.config)
        self.trained.save("model.safetensors")
        self.base = w2v.Word2Vec(SENTENCES, vector_size=4, min_count=1, epochs=1, workers=1)
        self.table = w2v.phrases(SENTENCES, w2v.PhraseConfig(threshold=0.1))
        self.table.save("phrases.tsv")
        self.encoder().save("encoder.safetensors")
        self.supervised().save("classifier.safetensors")
        self.vectors().save("vectors.bin")
        self.vectors().save("vectors.txt")
        w2v.Trainer(self.corpus, self.config).save("state.safetensors")
        self.files = _contents()

    def vectors(self) -> Any:
        """Return vectors of their own."""
        from w2v import KeyedVectors

        return KeyedVectors.from_arrays(WORDS, self.matrix.copy(), counts=[9, 8, 7, 6, 5, 4])

    def encoder(self) -> Any:
        """Return an encoder of sentences of its own."""
        from w2v import Sentences

        return Sentences(self.vectors())

    def supervised(self) -> Any:
        """Return what a supervised training gives."""
        from w2v import SupervisionConfig, supervise

        return supervise(self.vectors(), dict(zip(WORDS, "xxxyyy", strict=True)), SupervisionConfig(steps=2))

    def model(self) -> Any:
        """Return a model of its own."""
        return copy.deepcopy(self.base)

    def trainer(self) -> Any:
        """Return a trainer that has not begun."""
        from w2v import Trainer

        return Trainer(self.corpus, self.config)

    def space(self) -> Any:
        """Return a space to measure."""
        from w2v.geometry import Space

        return Space.from_keyed_vectors(self.vectors())

    def phrases(self) -> Any:
        """Return phrases with gensim's interface."""
        from w2v import Phrases

        return Phrases(SENTENCES, threshold=0.1)

    def pairs(self) -> Any:
        """Return positive pairs."""
        from w2v.geometry import file_pairs

        return file_pairs("pairs.tsv", WORDS, min_score=0.0)

    def labels(self) -> Any:
        """Return classes of words."""
        from w2v.geometry import read_labels

        return read_labels("labels.tsv", WORDS)

    def tidy(self) -> None:
        """Restore the files of the current folder, where a call changed them."""
        now = _contents()
        if now == self.files:
            return
        for name in now.keys() - self.files.keys():
            Path(name).unlink()
        for root, folders, _ in os.walk(".", topdown=False):
            for folder in folders:
                if Path(root, folder) != Path("folder"):
                    Path(root, folder).rmdir()
        for name, content in self.files.items():
            if now.get(name) != content:
                Path(name).write_bytes(content)


def hurry() -> None:
    """Let comparisons train in this process, and studies train two models: the same checks in a tenth of the time."""
    from w2v.cli import study
    from w2v.experiments.compare import engines
    from w2v.gensim_compat import bridge

    def train(command: list[str], *, input: str, **_: Any) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.CompletedProcess(command, 0, json.dumps(bridge.train(json.loads(input))), "")
        except Exception as problem:
            return subprocess.CompletedProcess(command, 1, "", str(problem))

    vars(engines)["subprocess"] = types.SimpleNamespace(run=train)
    few = study.quick_grid()[:2]
    vars(study)["quick_grid"] = lambda *_: few


def _contents() -> dict[str, bytes]:
    found = (Path(root, name) for root, _, names in os.walk(".") for name in names)
    return {str(path): path.read_bytes() if path.stat().st_size < 1 << 20 else b"large" for path in found}


def _lab() -> Any:
    """Return the configuration of a small lab."""
    return importlib.import_module("w2v.theory").LabConfig(words=12, classes=3, pairs=1_000, epochs=1)


def _settings() -> Any:
    """Return the settings of a server."""
    return importlib.import_module("w2v.server").ServerSettings("vectors.bin")


def _latent() -> Any:
    """Return a small world with latent classes."""
    return importlib.import_module("w2v.theory").make_world(6, 2)


GOOD: dict[str, Callable[[World], Any]] = {
    "a": lambda world: "a",
    "alpha": lambda world: 0.02,
    "analogies": lambda world: "questions.txt",
    "attr": lambda world: "count",
    "binary": lambda world: True,
    "chunks": lambda world: 1,
    "config": lambda world: world.config,
    "contents": lambda world: world.vectors().contents(),
    "context_words_list": lambda world: ["a", "b"],
    "corpus": lambda world: world.corpus,
    "counts": lambda world: np.arange(1, 7),
    "dim": lambda world: 4,
    "document1": lambda world: ["a", "b"],
    "document2": lambda world: ["c"],
    "dtype": lambda world: "float16",
    "epochs": lambda world: 1,
    "every": lambda world: importlib.import_module("w2v.geometry").Every(epochs=0.5),
    "first": lambda world: world.space(),
    "fname": lambda world: "vectors.bin",
    "item": lambda world: "a",
    "in_between": lambda world: [],
    "key": lambda world: "a",
    "key1": lambda world: "a",
    "key2": lambda world: "b",
    "keys": lambda world: ["a", "b"],
    "keys_list": lambda world: ["b", "c"],
    "known": lambda world: {"law": "x", "points": []},
    "min_alpha": lambda world: 0.0001,
    "name": lambda world: "centred",
    "negatives": lambda world: world.matrix,
    "norms": lambda world: np.arange(1.0, 7.0),
    "metadata": lambda world: {"comment": "x"},
    "other_model": lambda world: world.base,
    "pairs": lambda world: "pairs.tsv",
    "path": lambda world: "vectors.txt",
    "queries": lambda world: ["a", "b"],
    "repairs": lambda world: {"duplicates": 1},
    "rows": lambda world: np.arange(2),
    "second": lambda world: world.space(),
    "sentence": lambda world: ["a", "b"],
    "sentences": lambda world: SENTENCES,
    "source": lambda world: "text.txt",
    "space": lambda world: world.space(),
    "tokens": lambda world: 100,
    "val": lambda world: 1,
    "value": lambda world: None,
    "factors": lambda world: [1.0],
    "wanted": lambda world: False,
    "vector": lambda world: np.ones(4, np.float32),
    "vector_1": lambda world: np.ones(4),
    "vector_size": lambda world: 4,
    "vectors": lambda world: world.matrix.copy(),
    "vectors_all": lambda world: np.ones((2, 4)),
    "w1": lambda world: "a",
    "w2": lambda world: "b",
    "wa": lambda world: "a",
    "wb": lambda world: "b",
    "weights": lambda world: np.ones((2, 4), np.float32),
    "word_a": lambda world: "a",
    "word_b": lambda world: "b",
    "word": lambda world: "a",
    "word_freq": lambda world: {"a": 5, "b": 6, "c": 7},
    "word_or_vector": lambda world: "a",
    "words": lambda world: list(WORDS),
    "ws1": lambda world: ["a"],
    "ws2": lambda world: ["b"],
    "x": lambda world: world.matrix,
    "y": lambda world: world.matrix,
    # Of one function, and for arguments that are not required but make the call small or reach further.
    "w2v.Word2Vec() sentences": lambda world: SENTENCES,
    "w2v.Word2Vec() corpus_file": lambda world: None,
    "w2v.Word2Vec() vector_size": lambda world: 4,
    "w2v.Word2Vec() min_count": lambda world: 1,
    "w2v.Word2Vec() epochs": lambda world: 1,
    "w2v.Word2Vec() workers": lambda world: 1,
    "w2v.Word2Vec.build_vocab corpus_iterable": lambda world: SENTENCES,
    "w2v.Word2Vec.scan_vocab corpus_iterable": lambda world: SENTENCES,
    "w2v.Word2Vec.train corpus_iterable": lambda world: SENTENCES,
    "w2v.Word2Vec.load fname": lambda world: "model.safetensors",
    "w2v.Word2Vec.save path": lambda world: "new.safetensors",
    "w2v.Trainer.resume path": lambda world: "state.safetensors",
    "w2v.Trainer.save path": lambda world: "new.safetensors",
    "w2v.Checkpoints() path": lambda world: "new.safetensors",
    "w2v.TrainedModel.save path": lambda world: "new.safetensors",
    "w2v.KeyedVectors.add_vector key": lambda world: "new",
    "w2v.KeyedVectors.add_vectors keys": lambda world: ["a", "new"],
    "w2v.KeyedVectors.align_to other": World.vectors,
    "w2v.KeyedVectors.from_arrow table": lambda world: world.vectors().to_arrow(),
    "w2v.KeyedVectors.merge other": World.vectors,
    "w2v.KeyedVectors.rename names": lambda world: {"a": "new"},
    "w2v.KeyedVectors.to_projector folder": lambda world: "projector",
    "w2v.KeyedVectors.to_static_embedding folder": lambda world: "static",
    "w2v.KeyedVectors.save path": lambda world: "new.bin",
    "w2v.KeyedVectors.load_word2vec_format binary": lambda world: True,
    "w2v.KeyedVectors.intersect_word2vec_format binary": lambda world: True,
    "w2v.KeyedVectors.similar_by_vector vector": lambda world: np.ones(4),
    "w2v.KeyedVectors.get_vector default": lambda world: None,
    "w2v.PhraseTable.apply text": lambda world: "a b c",
    "w2v.PhraseTable.load path": lambda world: "phrases.tsv",
    "w2v.PhraseTable.of_round number": lambda world: 1,
    "w2v.PhraseTable.save path": lambda world: "new.tsv",
    "w2v.Phrases.load fname": lambda world: "phrases.tsv",
    "w2v.Phrases.save fname_or_handle": lambda world: "new.tsv",
    "w2v.LineSentence() source": lambda world: "text.txt",
    "w2v.Text8Corpus() fname": lambda world: "text.txt",
    "w2v.encode corpus": lambda world: SENTENCES,
    "w2v.encode vocabulary": lambda world: importlib.import_module("w2v").VocabularyConfig(min_count=1),
    "w2v.explore model": World.vectors,
    "w2v.explorer.Page.save path": lambda world: "new.html",
    "w2v.explore layout": lambda world: "pca",
    "w2v.preset name": lambda world: "fast",
    "w2v.preset vocabulary": lambda world: importlib.import_module("w2v").encode(SENTENCES).vocabulary,
    "w2v.phrases corpus": lambda world: SENTENCES,
    "w2v.phrases config": lambda world: importlib.import_module("w2v").PhraseConfig(threshold=0.1),
    "w2v.load path": lambda world: "model.safetensors",
    "w2v.Sentences() vectors": World.vectors,
    "w2v.Sentences() weights": lambda world: "sif",
    "w2v.Sentences.encode texts": lambda world: TEXTS,
    "w2v.Sentences.encode_file output": lambda world: "new.npy",
    "w2v.Sentences.encode_file text": lambda world: TEXTS,
    "w2v.Sentences.evaluate pairs": lambda world: "sts.tsv",
    "w2v.Sentences.fit text": lambda world: TEXTS,
    "w2v.Sentences.known texts": lambda world: TEXTS,
    "w2v.Sentences.load path": lambda world: "encoder.safetensors",
    "w2v.Sentences.most_similar query": lambda world: "a",
    "w2v.Sentences.most_similar texts": lambda world: TEXTS,
    "w2v.Sentences.read_with text": lambda world: importlib.import_module("w2v").TextOptions("words"),
    "w2v.Sentences.save path": lambda world: "new.safetensors",
    "w2v.Sentences.similarity first": lambda world: "a b",
    "w2v.Sentences.similarity second": lambda world: "c",
    "w2v.Sentences.to_static_embedding folder": lambda world: "static",
    "w2v.Sentences.train config": lambda world: importlib.import_module("w2v.sentences").SentenceTraining(),
    "w2v.Sentences.train pairs": lambda world: "neighbours",
    "w2v.Sentences.train text": lambda world: TEXTS,
    "w2v.sentences.SentenceTraining() epochs": lambda world: 1,
    "w2v.sentences.read_sentence_pairs path": lambda world: "sts.tsv",
    "w2v.Classifier() model": World.vectors,
    "w2v.Classifier() names": lambda world: ["x", "y"],
    "w2v.Classifier() directions": lambda world: np.eye(4)[:2],
    "w2v.Classifier.encode items": lambda world: WORDS,
    "w2v.Classifier.scores items": lambda world: WORDS,
    "w2v.Classifier.predict items": lambda world: WORDS,
    "w2v.Classifier.evaluate labels": lambda world: "labels.tsv",
    "w2v.Classifier.load path": lambda world: "classifier.safetensors",
    "w2v.Classifier.save path": lambda world: "new.safetensors",
    "w2v.SupervisionConfig() steps": lambda world: 2,
    "w2v.server.ServerSettings() model": lambda world: "vectors.bin",
    "w2v.server.ServerSettings.knows_host header": lambda world: "localhost:8000",
    "w2v.server.application settings": lambda world: _settings(),
    "w2v.server.application vectors": World.vectors,
    "w2v.supervise vectors": World.vectors,
    "w2v.supervise labels": lambda world: "labels.tsv",
    "w2v.supervise config": lambda world: importlib.import_module("w2v").SupervisionConfig(steps=2),
    "w2v.supervision.Supervision.save path": lambda world: "new.safetensors",
    "w2v.compare corpus": lambda world: "text.txt",
    "w2v.compare seeds": lambda world: 1,
    "w2v.compare rounds": lambda world: 1,
    "w2v.compare workers": lambda world: 1,
    "w2v.compare min_count": lambda world: 1,
    "w2v.corpora.fetch corpus": lambda world: "no such corpus",
    "w2v.corpora.find_corpus name": lambda world: "text8",
    "w2v.corpora.generate words": lambda world: 100,
    "w2v.corpora.load_manifest path": lambda world: importlib.import_module("w2v.corpora").load_manifest.__defaults__[
        0
    ],
    "w2v.corpora.write path": lambda world: "new.txt",
    "w2v.corpora.write words": lambda world: 100,
    "w2v.evaluation.dataset name": lambda world: "wordsim353",
    "w2v.evaluation.evaluate_word_analogies vectors": lambda world: world.vectors(),
    "w2v.evaluation.evaluate_word_pairs vectors": lambda world: world.vectors(),
    "w2v.evaluation.read_analogies path": lambda world: "questions.txt",
    "w2v.evaluation.read_pairs path": lambda world: "pairs.tsv",
    "w2v.formats.load_word2vec path": lambda world: "vectors.bin",
    "w2v.formats.read_metadata path": lambda world: "model.safetensors",
    "w2v.formats.save path": lambda world: "new.bin",
    "w2v.formats.save_word2vec path": lambda world: "new.bin",
    "w2v.geometry.Every() epochs": lambda world: 0.5,
    "w2v.geometry.Space.from_keyed_vectors vectors": lambda world: world.vectors(),
    "w2v.geometry.file_pairs min_score": lambda world: 0.0,
    "w2v.geometry.file_pairs path": lambda world: "pairs.tsv",
    "w2v.geometry.read_labels path": lambda world: "labels.tsv",
    "w2v.geometry.measure labels": lambda world: world.labels(),
    "w2v.geometry.collapsed settings": lambda world: importlib.import_module("w2v.geometry").Settings(),
    "w2v.geometry.uniform_alignment alpha": lambda world: 2.0,
    "w2v.geometry.uniform_law t": lambda world: 2.0,
    "w2v.geometry.uniform settings": lambda world: importlib.import_module("w2v.geometry").Settings(),
    "w2v.geometry.measure pairs": lambda world: world.pairs(),
    "w2v.geometry.text_pairs n": lambda world: 100,
    "w2v.geometry.norm_frequency counts": lambda world: np.arange(1, 7),
    "w2v.theory.Representation() f": lambda world: world.matrix,
    "w2v.theory.Representation() g": lambda world: world.matrix,
    "w2v.theory.World() rho": lambda world: np.full(2, 0.5),
    "w2v.theory.World() words": lambda world: np.full((2, 6), 1 / 6),
    "w2v.theory.World.pairs n": lambda world: 10,
    "w2v.theory.experiment config": lambda world: _lab(),
    "w2v.theory.experiment ks": lambda world: (2,),
    "w2v.theory.indifference config": lambda world: _lab(),
    "w2v.theory.make_world classes": lambda world: 2,
    "w2v.theory.make_world words": lambda world: 6,
    "w2v.theory.measure_optimum model": lambda world: copy.deepcopy(world.trained),
    "w2v.theory.measure ks": lambda world: (2,),
    "w2v.theory.measure vectors": lambda world: importlib.import_module("w2v.theory").random(6, 2),
    "w2v.theory.measure world": lambda world: _latent(),
    "w2v.theory.one_hot scores": lambda world: np.eye(3),
    "w2v.theory.random words": lambda world: 3,
    "w2v.theory.sweep config": lambda world: _lab(),
    "w2v.theory.sweep field": lambda world: "overlap",
    "w2v.theory.sweep values": lambda world: (0.2,),
    "w2v.theory.sweeps config": lambda world: _lab(),
    "w2v.theory.violations config": lambda world: _lab(),
    "w2v.theory.zero words": lambda world: 3,
}
"""Ordinary values by parameter, or by function and parameter."""

OWNERS: dict[str, Callable[[World], Any]] = {
    "w2v.KeyedVectors": World.vectors,
    "w2v.Word2Vec": World.model,
    "w2v.Trainer": World.trainer,
    "w2v.Sentences": World.encoder,
    "w2v.Classifier": lambda world: world.supervised().classifier,
    "w2v.supervision.Supervision": World.supervised,
    "w2v.EncodedCorpus": lambda world: world.corpus,
    "w2v.TrainedModel": lambda world: world.trained,
    "w2v.PhraseTable": lambda world: world.table,
    "w2v.Phrases": World.phrases,
    "w2v.TrainConfig": lambda world: world.config,
    "w2v.server.ServerSettings": lambda world: _settings(),
    "w2v.explorer.Page": lambda world: importlib.import_module("w2v.explorer").Page({"words": []}, {}),
    "w2v.geometry.Space": World.space,
    "w2v.geometry.Every": lambda world: GOOD["every"](world),
    "w2v.theory.LabConfig": lambda world: _lab(),
    "w2v.theory.World": lambda world: _latent(),
}
"""How to get an object whose methods are tried."""


@dataclass(frozen=True)
class Target:
    """A function, constructor, method, or assignment to a property: its name, how to get it, and what it takes."""

    name: str
    get: Callable[[World], Any]
    parameters: dict[str, inspect.Parameter]
    hints: dict[str, Any]

    def call(self, world: World, parameter: str, value: Any) -> Any:
        """Call it with one given argument and otherwise ordinary ones; use up an iterator that it returns."""
        given = {name: self.ordinary(name)(world) for name in self.parameters if name != parameter and self.needs(name)}
        positional, named = [], given | {parameter: value}
        for name, kind in self.parameters.items():
            if kind.kind is inspect.Parameter.POSITIONAL_ONLY:
                positional.append(named.pop(name))
        made = self.get(world)(*positional, **named)
        if isinstance(made, Iterator) or type(made).__name__ in ("LineSentence", "PathLineSentences", "Text8Corpus"):
            for _, _ in zip(range(1000), made, strict=False):
                pass
        return made

    def needs(self, name: str) -> bool:
        """Whether an ordinary value has to be passed for a parameter."""
        return self.parameters[name].default is inspect.Parameter.empty or f"{self.name} {name}" in GOOD

    def ordinary(self, name: str) -> Callable[[World], Any]:
        """Return the maker of an ordinary value; raise KeyError if there is none."""
        return GOOD.get(f"{self.name} {name}") or GOOD[name]


def _target(name: str, function: Any, get: Callable[[World], Any], *, bound: bool) -> Target | None:
    parameters = dict(list(inspect.signature(function).parameters.items())[bound:])
    kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    parameters = {key: p for key, p in parameters.items() if p.kind not in kinds and not key.startswith("_")}
    function = inspect.unwrap(function)
    hints = hints_of(function.__init__ if inspect.isclass(function) else function)
    if not parameters or name in LEFT_OUT:
        return None
    return Target(name, get, parameters, {key: hints.get(key, Any) for key in parameters})


def targets() -> dict[str, Target]:
    """Return all functions, constructors, methods and assignable properties of the public modules."""
    found: list[Target | None] = []
    for module in map(importlib.import_module, MODULES):
        for short in module.__all__:
            thing, name = getattr(module, short), f"{module.__name__}.{short}"
            if name in LEFT_OUT or not callable(thing):
                continue
            if inspect.isclass(thing):
                found += [
                    _target(f"{name}()", thing, lambda _, thing=thing: thing, bound=False),
                    *_members(name, thing),
                ]
            else:
                found.append(_target(name, thing, lambda _, thing=thing: thing, bound=False))
    return {target.name: target for target in found if target}


def _members(name: str, kind: type) -> Iterator[Target | None]:
    for short, member in inspect.getmembers(kind):
        if short.startswith("_") and short not in OPERATORS:
            continue
        static = inspect.getattr_static(kind, short)
        if isinstance(static, property):
            if static.fset:
                yield _target(f"{name}.{short} =", static.fset, _assigning(name, short), bound=True)
        elif isinstance(static, (classmethod, staticmethod)):
            yield _target(f"{name}.{short}", member, lambda _, member=member: member, bound=False)
        elif inspect.isfunction(member) and len(inspect.signature(member).parameters) > 1:
            yield _target(f"{name}.{short}", member, _method(name, short), bound=True)


def _assigning(owner: str, name: str) -> Callable[[World], Any]:
    def assign(world: World) -> Any:
        thing = OWNERS[owner](world)
        return lambda **given: setattr(thing, name, next(iter(given.values())))

    return assign


def _method(owner: str, name: str) -> Callable[[World], Any]:
    return lambda world: getattr(OWNERS[owner](world), name)


# ------------------------------------------------------------------------------------------------------- the command line

TINY = ["--quiet", "--vector-size=4", "--epochs=1", "--workers=1", "--min-count=1"]
TINY_LAB = ["--quiet", "--words=12", "--classes=3", "--pairs=1000", "--epochs=1"]
COMMANDS_LEFT_OUT = {
    "corpus list": "has flags only",
    "demo": "has flags only",
    "serve": "answers until it is stopped; tests/test_server.py tries it",
}
"""Commands that are not tried, with the reason."""
COMMANDS: dict[str, tuple[dict[str, list[str]], list[str]]] = {
    "train": ({"corpora": ["text.txt"]}, ["--output=new.safetensors", *TINY]),
    "explore": ({"model": ["vectors.bin"]}, ["--output=new.html", "--layout=pca", "--quiet"]),
    "neighbors": ({"model": ["vectors.bin"], "words": ["a"]}, []),
    "similarity": ({"model": ["vectors.bin"], "a": ["a"], "b": ["b"]}, []),
    "analogy": ({"model": ["vectors.bin"], "a": ["a"], "b": ["b"], "c": ["c"]}, []),
    "evaluate": ({"model": ["vectors.bin"]}, ["--pairs=pairs.tsv"]),
    "geometry": ({"model": ["vectors.bin"]}, ["--pairs=pairs.tsv", "--quiet", "--bootstrap=10"]),
    "study": ({"corpora": ["text.txt"]}, ["--output=report", "--quick", "--quiet", "--epochs=1", "--workers=1"]),
    "compare": ({"corpora": ["text.txt"]}, ["--output=report", "--seeds=1", "--rounds=1", *TINY]),
    "convert": ({"source": ["vectors.bin"], "target": ["new.txt"]}, []),
    "info": ({"model": ["vectors.bin"]}, []),
    "phrases": ({"corpora": ["text.txt"]}, ["--output=new.tsv", "--quiet"]),
    "sentences encode": ({"vectors": ["encoder.safetensors"], "text": ["text.txt"]}, ["--output=new.npy", "--quiet"]),
    "sentences train": (
        {"vectors": ["encoder.safetensors"], "text": ["text.txt"]},
        ["--output=new.safetensors", "--quiet", "--pairs=neighbours"],
    ),
    "sentences compare": (
        {"vectors": ["model.safetensors"], "text": ["text.txt"]},
        ["--sts=sts.tsv", "--steps=1", "--quiet"],
    ),
    "supervise": (
        {"vectors": ["vectors.bin"], "labels": ["labels.tsv"]},
        ["--output=new.safetensors", "--steps=2", "--quiet", "--held-out=0"],
    ),
    "classify": ({"classifier": ["classifier.safetensors"], "items": ["words.txt"]}, []),
    "sentences evaluate": ({"vectors": ["encoder.safetensors"], "pairs": ["sts.tsv"]}, []),
    "theory lab": ({}, TINY_LAB),
    "theory violations": ({}, TINY_LAB),
    "theory optimum": ({"model": ["model.safetensors"], "corpora": ["text.txt"]}, ["--quiet"]),
    "theory words": ({"model": ["model.safetensors"], "labels": ["labels.tsv"], "text": ["text.txt"]}, ["--quiet"]),
    "corpus fetch": ({"name": ["no such corpus"]}, ["--quiet"]),
    "corpus generate": ({"output": ["new.txt"]}, ["--words=100", "--quiet"]),
}
"""Ordinary arguments and options of each command. No corpus is fetched: that would need the network."""


@functools.cache
def commands() -> dict[str, dict[str, click.Parameter]]:
    """Return the arguments and options of each command, except flags, which take no value."""
    from w2v.cli.main import cli

    found: dict[str, dict[str, click.Parameter]] = {}

    def walk(command: click.Command, name: str) -> None:
        if isinstance(command, click.Group):
            for short, part in command.commands.items():
                walk(part, f"{name} {short}".strip())
            return
        valued = {p.name: p for p in command.params if p.name and not getattr(p, "is_flag", False)}
        if name not in COMMANDS_LEFT_OUT:
            found[name] = valued

    walk(cli, "")
    return found


def command_line(command: str, parameter: str, value: str) -> list[str]:
    """Return the arguments of a command with a hostile value for one of its parameters."""
    arguments, options = COMMANDS[command]
    given = commands()[command][parameter]
    if isinstance(given, click.Option):
        options = [*options, f"{max(given.opts, key=len)}={value}"]
    else:
        arguments = arguments | {parameter: [value]}
    return [*command.split(), *options, "--", *(word for words in arguments.values() for word in words)]
