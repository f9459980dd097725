"""What all models of a study share, and the examination of one: train, measure, score, change."""

import hashlib
import json
import time
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from w2v.config import TextOptions, TrainConfig, VocabularyConfig
from w2v.corpus.encode import encode
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.errors import GeometryError, TrainingError
from w2v.evaluation.probe import ProbeSettings
from w2v.experiments.study.grid import Model
from w2v.experiments.study.held_out import split
from w2v.experiments.study.interventions import changed
from w2v.experiments.study.journal import Record
from w2v.experiments.study.metrics import DRAWS, SETTINGS, metrics
from w2v.experiments.study.quality import Marks, StudyExam, mark
from w2v.experiments.tables import file_name
from w2v.geometry import PositivePairs, Settings, Space, text_pairs
from w2v.machine import one_thread
from w2v.training.checkpoint import STREAMS, fingerprint
from w2v.training.objectives import LOSSES
from w2v.training.trainer import Trainer
from w2v.vectors import KeyedVectors
from w2v.version import __version__

HELD_OUT = 0.1
"""Share of the text that is held out from training."""
MIN_COUNT = 5
CHANGED = ("sgns", "nt_xent", "align_uniform")
"""Objectives whose default setting is changed after training, if they are in the grid."""


@dataclass(frozen=True)
class Plan:
    """Parameters of a study besides its grid.

    Attributes
    ----------
    epochs : int
    workers : int
        Number of threads for reading and training; 0: one per processor.
    settings : Settings
        Parameters of the metrics. Words are weighted as in the positive pairs.
    probe : ProbeSettings
    changed : tuple of str
        Objectives whose default setting is changed after training.

    Raises
    ------
    ConfigError
        If epochs or workers are out of range.
    """

    epochs: int = 5
    workers: int = 0
    settings: Settings = SETTINGS
    probe: ProbeSettings = field(default_factory=ProbeSettings)
    changed: tuple[str, ...] = CHANGED

    def __post_init__(self) -> None:
        self.threads  # noqa: B018  (raises if a number is out of range, before the corpus is read)

    @property
    def threads(self) -> int:
        """Number of threads: ``workers``, or one per processor if that is 0."""
        return TrainConfig(epochs=self.epochs, workers=self.workers).threads


@dataclass(frozen=True)
class StudyBench:
    """Everything that all models of a study share.

    Attributes
    ----------
    corpus : EncodedCorpus
        What is trained on.
    exam : StudyExam
    pairs : PositivePairs
        From the held-out end of the text.
    plan : Plan
    facts : dict
        What a report says about all of this, as JSON values.
    """

    corpus: EncodedCorpus
    exam: StudyExam
    pairs: PositivePairs
    plan: Plan
    facts: dict[str, Any]

    @classmethod
    def of(cls, source: Any, text: TextOptions, exam: StudyExam, plan: Plan) -> "StudyBench":
        """Read the corpus, hold out its end, and draw the positive pairs from that."""
        whole = source if isinstance(source, EncodedCorpus) else encode(source, VocabularyConfig(1), text)
        corpus, end = split(whole, HELD_OUT, MIN_COUNT)
        pairs = text_pairs(end, n=DRAWS, held_out=True)
        facts = {
            "corpus": {
                "names": [file_name(name) for name in corpus.sources],
                "tokenizer": file_name((corpus.text or text).to_dict()["tokenizer"]),
                "sha256": fingerprint(corpus),
                "words": corpus.ledger.tokens,
                "words_held_out": end.ledger.tokens,
                "words_in_vocabulary": len(corpus.tokens),
                "vocabulary": len(corpus.vocabulary),
            },
            "epochs": plan.epochs,
            "test_sets": exam.digests,
            "positive_pairs": _without_folder(pairs.law, corpus),
            "measured": plan.settings.to_dict(),
            "probe": asdict(plan.probe),
            "streams": STREAMS,
            "losses": LOSSES,
            "w2v": __version__,
        }
        return cls(corpus, exam, pairs, plan, facts)

    @property
    def setup(self) -> str:
        """Digest of everything that must be equal for a line of the journal to be reused."""
        return hashlib.sha256(json.dumps(self.facts, sort_keys=True).encode()).hexdigest()[:16]

    def examine(self, model: Model, change: bool) -> Record:
        """Train, measure and score one model and, if wanted, its changed vectors; a failure is recorded too."""
        words = self.corpus.vocabulary.words
        began = time.perf_counter()
        changes: dict[str, Any] = {}
        try:
            trainer = Trainer(self.corpus, model.config(self.plan.epochs, self.plan.workers))
            reports = trainer.run(progress=False)
            trained = time.perf_counter()
            with one_thread():
                space = Space(
                    trainer.vectors, trainer.matrices.output_vectors, self.corpus.vocabulary.counts, words=words
                )
                values = metrics(space, self.pairs, self.plan.settings)
                marks = self._mark(space)
                scored = time.perf_counter()
                if change:
                    changes = self._changes(space, model.seed)
        except (TrainingError, GeometryError) as problem:
            return Record(self.setup, model, str(problem))
        training = {
            "loss": reports[-1].loss,
            "words_per_second": sum(report.tokens for report in reports) / sum(report.seconds for report in reports),
            "seconds": {
                "train": trained - began,
                "measure": scored - trained,
                "change": time.perf_counter() - scored,
            },
        }
        return Record(self.setup, model, None, values, marks.scores, marks.coverage, training, changes)

    def _mark(self, space: Space) -> Marks:
        vocabulary = self.corpus.vocabulary
        vectors = KeyedVectors.from_arrays(vocabulary.words, np.asarray(space.vectors), vocabulary.counts)
        return mark(self.exam, vectors, self.plan.probe, self.corpus.text)

    def _changes(self, space: Space, seed: int) -> dict[str, dict[str, Any]]:
        """Measure and score the changed input vectors of a model."""
        inputs = Space(space.vectors, None, space.counts, words=space.words)
        return {
            name: {
                "metrics": metrics(other, self.pairs, self.plan.settings),
                "scores": self._mark(other).scores,
            }
            for name, other in changed(inputs, self.pairs.distribution(len(space)), seed)
        }


def _without_folder(law: str, corpus: EncodedCorpus) -> str:
    """Remove folders from the names of the corpus files, because a report may be published."""
    for name in corpus.sources:
        law = law.replace(name, file_name(name))
    return law
