"""Compare positive pairs: read vectors and text once, train on each kind of pairs, mark all encoders, and report."""

import hashlib
import json
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from w2v.annotations import checked
from w2v.arguments import one_of
from w2v.arrays import Rows
from w2v.atomic_files import PathLike
from w2v.config import TextOptions
from w2v.corpus.paths import is_paths
from w2v.errors import ConfigError, DivergedError
from w2v.evaluation.columns import Columns
from w2v.experiments.journal import JsonLines, refuse_foreign_reports, refuse_reports_over
from w2v.experiments.sentence_pairs.journal import FILE, Record, open_journal, read_journal
from w2v.experiments.sentence_pairs.kinds import BASELINES, KINDS, LABELLED, NEIGHBOURS, STARTS, SWAP, Baseline
from w2v.experiments.sentence_pairs.marking import Examiner, Reference
from w2v.experiments.sentence_pairs.report import DATA, PICTURES, REPORT, PairComparison, Row, write_report
from w2v.experiments.tables import file_name
from w2v.overwriting import paths_in
from w2v.plotting.plots import check_plot
from w2v.progress import make_bar
from w2v.sentences.bags import Bags
from w2v.sentences.encoder import Sentences
from w2v.sentences.judging import read_judged
from w2v.sentences.lessons import PairSource, find_synonyms, learn
from w2v.sentences.positive_pairs import Positives
from w2v.sentences.reader import one_sentence_per_line
from w2v.sentences.training import SentenceTraining
from w2v.vectors.keyed_vectors import KeyedVectors
from w2v.version import __version__

BUDGET = SentenceTraining(batch_size=1024, alpha=0.03, steps=400)
"""What each kind of pairs gets: about three passes over the sentences of 20 MB of text."""


@checked
def compare_pairs(
    vectors: KeyedVectors,
    text: Any,
    sts: Sequence[PathLike],
    folder: PathLike | None = None,
    *,
    labelled: PathLike | None = None,
    probe: PathLike | None = None,
    columns: Columns | None = None,
    kinds: Iterable[str] | None = None,
    config: SentenceTraining | None = None,
    centre: bool = True,
    options: TextOptions | None = None,
    progress: bool | None = None,
) -> PairComparison:
    """Train an encoder of sentences on each kind of positive pairs, with the same number of steps, and compare them.

    All trainings begin with SIF. Beside them are encoders before training, and random vectors with the same
    weights: what an encoder exceeds these by is what its vectors know.

    Parameters
    ----------
    vectors : KeyedVectors
        With counts.
    text : path, list of paths, or iterable of str
        Running text, as for `w2v.Sentences.train`.
    sts : sequence of path
        Files of scored pairs; see `w2v.sentences.read_sentence_pairs`.
    folder : path, optional
        Output folder for the report, the picture and ``trainings.jsonl``, from which an interrupted comparison continues if
        vectors, text, files, parameters and version of w2v are the same.
    labelled : path, optional
        A file of pairs to train on too; those scored at least 80 % of the highest are positive.
    probe : path, optional
        A file of scored pairs on which alignment and uniformity are measured; by default the first of ``sts``.
    columns : str or sequence of str or int, optional
        Those of the sentences and the score in all these files; see `w2v.sentences.read_sentence_pairs`.
    kinds : iterable of str, optional
        Some of ``w2v.experiments.sentence_pairs.kinds.KINDS``; by default all.
    config : SentenceTraining, optional
        By default 400 steps of 1024 pairs, with a learning rate of 0.03.
    centre : bool
        Whether they begin without the mean sentence, as `w2v.Sentences` does. If not, much of what training does to
        uniformity is to take it away.
    options : TextOptions, optional
        How text is split into words; by default as for `w2v.Sentences`.
    progress : bool, optional
        Show a progress bar; by default only in a terminal.

    Raises
    ------
    ArgumentError, ConfigError
        If an argument has another type or is out of range, or the folder contains a report of something else.
    CorpusError
        If the text or a file of pairs cannot be read.
    MissingExtraError
        If there is a folder, and matplotlib is not installed.
    OutputError, FormatError
        If the folder cannot be written, or ``trainings.jsonl`` is something else.
    KeyboardInterrupt
        On Ctrl-C; the same call continues with the interrupted training.
    """
    wanted = [one_of("kinds", kind, tuple(KINDS)) for kind in (kinds if kinds is not None else KINDS)]
    if kinds is None and labelled is None:
        wanted.remove(LABELLED)
    if (LABELLED in wanted) != (labelled is not None):
        raise ConfigError(f"labelled must be given for the kind {LABELLED!r}, and only for it: got {labelled!r}")
    config = _budget(config or BUDGET)
    with ExitStack() as stack:
        book = None
        if folder is not None:
            check_plot(PICTURES[0])
            texts = paths_in("text", text) if is_paths(text, options or TextOptions("words")) else []
            scored = [*paths_in("sts", sts), *paths_in("labelled", labelled), *paths_in("probe", probe)]
            refuse_reports_over(folder, (FILE, REPORT, DATA, *PICTURES), [*texts, *scored])
            refuse_foreign_reports(Path(os.fsdecode(folder), FILE), (REPORT, DATA, *PICTURES))
            book = stack.enter_context(open_journal(folder))  # before anything slow, to check that it can be written
        bench = Bench.of(vectors, text, _named(sts), labelled, probe, columns, config, centre, options)
        found = {} if folder is None else read_journal(folder, bench.setup, bench.examiner.sets)
        comparison = bench.run(wanted, found, book, progress)
        if folder is not None:
            write_report(folder, comparison)
    return comparison


def _budget(config: SentenceTraining) -> SentenceTraining:
    """Return the same parameters for all kinds of pairs."""
    if config.epochs is not None:
        raise ConfigError(f"epochs must be left out, as all kinds of pairs get the same steps: got {config.epochs}")
    given = {name: getattr(config, name) or getattr(BUDGET, name) for name in ("batch_size", "alpha", "steps")}
    return replace(config, **given)


def _named(sts: Sequence[PathLike]) -> dict[str, PathLike]:
    """Return files by the names that tables have."""
    files = {os.path.splitext(file_name(os.fsdecode(path)))[0]: path for path in sts}
    if not files or len(files) < len(sts):
        raise ConfigError(f"sts must be files with different names: got {', '.join(map(os.fsdecode, sts)) or 'none'}")
    return files


@dataclass(frozen=True, eq=False)
class Bench:
    """Everything that all encoders of a comparison share."""

    vectors: KeyedVectors
    encoder: Sentences
    examiner: Examiner
    positives: dict[str, Positives]
    config: SentenceTraining
    facts: dict[str, Any]

    @classmethod
    def of(
        cls,
        vectors: KeyedVectors,
        text: Any,
        sts: dict[str, PathLike],
        labelled: PathLike | None,
        probe: PathLike | None,
        columns: Columns | None,
        config: SentenceTraining,
        centre: bool,
        options: TextOptions | None,
    ) -> "Bench":
        """Read the files, which are short, and then the text."""
        encoder = Sentences(vectors, centre=centre, text=options)
        reader, weights = encoder._reader, encoder.weights
        sets = {name: read_judged(path, reader, columns) for name, path in sts.items()}
        first = next(iter(sts))
        examiner = Examiner(sets, sets[first] if probe is None else read_judged(probe, reader, columns))
        positives = {}
        if labelled is not None:
            positives[LABELLED] = PairSource(None, labelled, columns=columns).read(reader, weights)
        bags = Bags.joined(reader.parts(text, prepare=one_sentence_per_line))
        for kind in (NEIGHBOURS, "none"):
            positives[kind] = Positives.of_text(bags, weights, neighbours=kind == NEIGHBOURS)
        facts = {
            "vectors": {"words": len(vectors), "dimensions": encoder.vector_size, "sha256": _digest(encoder._table)},
            "text": {kind: len(pairs) for kind, pairs in positives.items()}
            | {"sha256": _digest(bags.rows, bags.offsets)},
            "labelled": None if labelled is None else _digest(positives[LABELLED].bags.rows),
            "probe": first if probe is None else os.path.splitext(file_name(os.fsdecode(probe)))[0],
            "sets": {name: _digest(s.human, s.first.rows, s.second.rows) for name, s in sets.items()},
            "probe_sha256": _digest(examiner.probe.human, examiner.probe.first.rows, examiner.probe.second.rows),
            "training": asdict(config),
            "start": STARTS[centre].label,
            "w2v": __version__,
        }
        return cls(vectors, encoder, examiner, positives, config, facts)

    @property
    def setup(self) -> str:
        """Digest of everything that must be equal for a line of the journal to be reused."""
        return hashlib.sha256(json.dumps(self.facts, sort_keys=True).encode()).hexdigest()[:16]

    @cached_property
    def synonyms(self) -> Rows:
        """The nearest words of the most frequent ones, which two of the kinds need."""
        return find_synonyms(self.encoder)

    def run(
        self, kinds: Sequence[str], found: dict[str, Record], book: JsonLines | None, progress: bool | None
    ) -> PairComparison:
        """Mark the encoders before training, train those that have no record yet, and return the comparison."""
        start = self.examiner.mark(self.encoder.vectors, self.encoder.weights).reference
        rows = [self._baseline(baseline, start) for baseline in BASELINES]
        trained = [kind for kind in KINDS if kind in kinds or (kind == "none" and SWAP in kinds)]
        missing = [kind for kind in trained if kind not in found and kind != SWAP]
        with make_bar(missing, unit=" trainings", disable=None if progress is None else not progress) as bar:
            for kind in bar:
                bar.set_postfix_str(KINDS[kind])
                found[kind] = self.examine(kind, start)
                if book is not None:
                    book.append(found[kind].to_dict())
        rows += [Row.of(kind, found["none" if kind == SWAP else kind]) for kind in KINDS if kind in kinds]
        return PairComparison(self.facts, tuple(rows))

    def _baseline(self, baseline: Baseline, start: Reference) -> Row:
        if baseline.label == self.facts["start"]:
            encoder = self.encoder
        elif baseline.random:
            drawn = np.random.default_rng(0).standard_normal(self.vectors.vectors.shape, np.float32)
            words = KeyedVectors.from_arrays(self.vectors.words, drawn, self.vectors.true_counts())
            encoder = Sentences(words, baseline.weights, centre=baseline.centre, text=self.encoder.text)
        else:
            encoder = Sentences(self.vectors, baseline.weights, centre=baseline.centre, text=self.encoder.text)
        return Row(baseline.label, None, self.examiner.mark(encoder.vectors, encoder.weights, start).marks)

    def examine(self, kind: str, start: Reference) -> Record:
        """Train on one kind of pairs, and mark the result; a failure is recorded too."""
        pairs = self.positives.get(kind, self.positives["none"])
        synonyms = self.synonyms if kind in ("insertion", "replacement") else None
        began = time.process_time()
        try:
            lesson = learn(self.encoder, pairs, kind, self.config, self.examiner.probe, False, synonyms)
        except DivergedError:
            return Record(self.setup, kind, len(pairs), time.process_time() - began, None, ())
        seconds = time.process_time() - began
        marks = self.examiner.mark(lesson.vectors, self.encoder.weights, start).marks
        return Record(self.setup, kind, len(pairs), seconds, marks, tuple(lesson.points))


def _digest(*arrays: Any) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:16]
