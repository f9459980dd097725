"""``compare``: from a text to a report."""

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from w2v.annotations import checked
from w2v.arguments import path, takes
from w2v.atomic_files import PathLike, atomic_write
from w2v.config import TextOptions, TrainConfig, VocabularyConfig
from w2v.corpus.encode import encode
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.paths import Files, resolved
from w2v.errors import MissingExtraError
from w2v.evaluation.exam import Exam
from w2v.experiments.compare import picture, report
from w2v.experiments.compare.config import QUICK_WORDS, ComparisonConfig, parameters_of
from w2v.experiments.compare.journal import NAME, Journal, Step, check_contents, open_journal
from w2v.experiments.compare.machine import machine, today, versions
from w2v.experiments.compare.measure import Bench, measure_all, plan
from w2v.experiments.compare.result import Comparison
from w2v.experiments.compare.scores import comparison_exam
from w2v.experiments.compare.shared_samples import SharedSamples
from w2v.experiments.compare.shared_text import SharedText, share
from w2v.experiments.compare.working_folder import working_folder
from w2v.experiments.journal import refuse_foreign_reports, refuse_reports_over
from w2v.gensim_compat.bridge import gensim_version
from w2v.overwriting import paths_in
from w2v.plotting.plots import check_plot

REPORT, DATA, PICTURES = "report.md", "report.json", ("report.svg", "report.png")
FOLDER = "w2v-comparison"

Say = Callable[[str], object]


@checked
def compare(
    corpus: Any,
    folder: str | Path = FOLDER,
    *,
    seeds: int | None = None,
    rounds: int | None = None,
    workers: int = 0,
    min_count: int = 5,
    quick: bool = False,
    pairs: Sequence[PathLike] = (),
    analogies: PathLike | None = None,
    tokenizer: Any = "whitespace",
    errors: str = "strict",
    encoding: str = "utf-8",
    as_lines: bool = False,
    column: str | None = None,
    objective: str = TrainConfig.objective,
    progress: bool | None = None,
    say: Say | None = None,
    **parameters: Any,
) -> Comparison:
    """Train w2v and gensim on the same words with the same parameters, and apply the same measurements to both.

    Every finished run is saved in the folder (``runs.jsonl``). After an interruption the same call continues from there;
    after a complete comparison it writes the report again.

    Parameters
    ----------
    corpus : as for `w2v.encode`
        Files, a folder, or lists of words. A single file of words separated by single blanks is not copied.
    folder : path
        Output folder for ``runs.jsonl``, ``report.json``, ``report.md``, ``report.svg`` and ``report.png``.
    seeds, rounds : int, optional
        Number of training runs to score, and of pairs of runs to measure speed with; 3 of each by default.
    workers : int
        Largest number of threads; 0: one per processor. Speed is measured with 1, 2, 4, ... threads up to this number.
    min_count : int
    quick : bool
        Use the first million words, and by default one seed and one round.
    pairs, analogies : paths
        Word pairs with human scores in addition to WordSim-353 and SimLex-999, and analogies instead of Google's (these
        three come with gensim).
    tokenizer, errors, encoding, as_lines, column : as for `w2v.TextOptions`
    objective : str
        Objective of w2v; gensim always trains skip-gram with negative sampling.
    progress : bool, optional
        Show a progress bar; by default only in a terminal.
    say : callable, optional
        Function that receives messages about the progress, one line each.
    **parameters
        Training parameters that both engines have: ``vector_size``, ``window``, ``negative``, ``epochs``, ...

    Returns
    -------
    Comparison

    Raises
    ------
    MissingExtraError
        If gensim is not installed.
    ConfigError
        If a parameter is wrong, or the folder contains another comparison or report.
    CorpusError
        If the text or a test set cannot be read.
    FormatError
        If ``runs.jsonl`` in the folder is not the journal of a comparison.
    ComparisonError
        If an engine fails, or the vocabularies differ.
    OutputError
        If the folder cannot be written.
    KeyboardInterrupt
        On Ctrl-C, after writing a report of the runs so far.
    """
    gensim_version()
    if say is not None:
        takes("say", say, "line")
    usual = 1 if quick else ComparisonConfig.seeds
    config = ComparisonConfig(
        seeds=usual if seeds is None else seeds,
        rounds=usual if rounds is None else rounds,
        workers=workers,
        min_count=min_count,
        most_words=QUICK_WORDS if quick else None,
    )
    folder = Path(os.fsdecode(path("folder", folder)))
    options = TextOptions(tokenizer, errors, config.threads[-1], encoding, as_lines, column)
    shared = parameters_of(parameters) | {"min_count": config.min_count}
    # The default is not recorded, so that journals from before this parameter existed can be continued.
    ours = {} if objective == TrainConfig.objective else {"objective": TrainConfig(objective=objective).objective}
    exam = comparison_exam(analogies, pairs)
    corpus = resolved(corpus, options)
    texts = paths_in("corpus", (*corpus.paths, *corpus.sources) if isinstance(corpus, Files) else None)
    inputs = [*texts, *paths_in("pairs", pairs), *paths_in("analogies", analogies)]
    refuse_reports_over(folder, (NAME, DATA, REPORT, *PICTURES), inputs)
    refuse_foreign_reports(folder / NAME, (DATA, REPORT, *PICTURES))
    with working_folder(folder) as working:
        text = share(corpus, working, options, config.most_words)
        encoded = encode(text.path, VocabularyConfig(config.min_count), TextOptions(threads=config.threads[-1]))
        with open_journal(folder, *_header(text, encoded, shared, ours, exam)) as journal:
            check_contents(journal)
            bench = Bench(text, shared, ours, exam, SharedSamples.of(encoded, shared), working)
            del encoded
            steps = plan(config)
            try:
                _measure(bench, journal, steps, progress, say or (lambda line: None))
            finally:
                made = [record for step in steps if (record := journal.find(step)) is not None]
                comparison = Comparison(journal.about, steps, made)
                if made:  # also after Ctrl-C or the failure of an engine
                    write_reports(comparison, folder)
    return comparison


def write_reports(comparison: Comparison, folder: Path) -> None:
    """Write report.json, report.md and, if matplotlib is installed and there are scores to draw, report.svg and report.png.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    data, drawn = comparison.to_dict(), None
    if picture.scores(comparison.figures.scores):
        with suppress(MissingExtraError):  # the user was told before the first run
            picture.draw(data, folder / PICTURES[0])
            drawn = PICTURES[0]
    text = json.dumps(data, indent=1, allow_nan=False)
    for name, content in ((DATA, text), (REPORT, report.markdown(comparison, drawn))):
        with atomic_write(folder / name) as file:
            file.write(content.encode())


def _header(
    text: SharedText, encoded: EncodedCorpus, parameters: dict[str, Any], ours: dict[str, Any], exam: Exam
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the subject of the comparison and further information; see `open_journal`."""
    here, on = machine(), versions()
    asked = {
        "analogies": sum(len(section.questions) for section in exam.analogies),
        "pairs": {name: len(pairs) for name, pairs in exam.pairs.items()},
    }
    subject = {"text": text.sha256, **parameters, **ours, **on, **here, **asked}
    about = {
        "machine": here,
        "versions": on,
        "date": today(),
        "text": text.to_dict(),
        "parameters": parameters,
        "w2v_parameters": ours,
        "vocabulary": {"words": len(encoded.vocabulary), "tokens": len(encoded.tokens), "equal": True},
        "questions": asked,
    }
    return subject, about


def _measure(bench: Bench, journal: Journal, steps: Sequence[Step], progress: bool | None, say: Say) -> None:
    left = [step for step in steps if journal.find(step) is None]
    if not left:
        return
    if len(left) < len(steps):
        say(f"{len(steps) - len(left)} of {len(steps)} pairs of runs are already in {journal.lines.path}")
    try:
        check_plot(PICTURES[0])
    except MissingExtraError as problem:
        say(f"the report will not have a plot: {problem}")
    say(f"{len(left)} pairs of runs to do, each with one run of w2v and one of gensim")
    measure_all(bench, left, journal, progress)
