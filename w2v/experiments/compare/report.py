"""The report: the same tables in the terminal and in Markdown, and definitions of all numbers."""

import statistics
from collections.abc import Sequence

from w2v.evaluation.analogies import RESTRICT
from w2v.experiments.compare.engines import ENGINES
from w2v.experiments.compare.result import Comparison
from w2v.experiments.compare.shared_samples import NEIGHBOURS, PAIRS, QUERIES, ROWS
from w2v.experiments.compare.shared_text import MOST_WORDS_IN_A_LINE
from w2v.experiments.compare.statistics import Contrast, Ratios
from w2v.experiments.tables import markdown_table

DEFINITIONS = """\
- **The text.** w2v tokenises the text once; both engines then read the same file, with one sentence per line, single
  spaces between words and at most {line_words:,} words per line. Every pair of runs checks that both vocabularies have the
  same words, in the same order and with the same counts; a difference ends the comparison.
- **A run** is one training run in its own process, with the same code for both engines except for one import. gensim reads
  the text through `corpus_file`, its fastest path, which only its compiled core supports. The engines alternate, and take
  turns in running first.
- **words/s**: in-vocabulary words of the text x epochs, divided by the seconds that `train` takes. Speed runs train one
  epoch. For w2v this excludes reading the text, because w2v keeps the encoded text from `build_vocab`; gensim reads the
  file again in every epoch, within `train`.
- **ratio**: the median, over pairs of runs, of the ratio within the pair. Above 1, w2v is better.
- **reading and counting**: the time that `build_vocab` takes, for which w2v uses all threads and gensim one.
- **peak memory**: the largest resident size (VmHWM) of the process up to the end of training, including Python and all
  imports.
- **analogies**: Google's questions, or those of the given file, answered by 3CosAdd. *restricted*: only the {restrict:,}
  most frequent words are known and are candidates, and questions with other words are skipped (the table gives the
  coverage). *full*: every word is a candidate, every question counts, and a question with an unknown word counts as wrong,
  as is usual in papers.
- **word pairs**: Spearman's rank correlation x 100 between cosines and human scores, over the pairs whose words are known.
  The 95 % intervals are bootstrap percentiles over pairs (1,000 resamples, the same for both engines) of the mean over
  seeds.
- **mean (range)**: mean over seeds, with the smallest and the largest value. **spread**: the larger of the ranges of the
  two engines. A smaller difference between means is attributed to chance; with three seeds this is a rule of thumb, not a
  test.
- **shared neighbours**: for {queries:,} words drawn from the {restrict:,} most frequent, the percentage of their {near}
  nearest words (by cosine, among the most frequent) that two runs have in common. Runs with the same seed start from the
  same vectors, so only runs with different seeds are compared. The agreement of two runs of gensim is the most that can be
  expected.
- **alignment**: mean squared distance between the input vectors, scaled to length 1, of {pairs:,} co-occurring pairs of
  the text, drawn as in training (with subsampling of frequent words and random window widths). **uniformity**: log of the
  mean of exp(-2 x squared distance) over all pairs of {rows:,} words drawn from the vocabulary. According to Wang & Isola
  (2020), lower is better for both; improving one often worsens the other.
- **shared loss**: mean of -log sigmoid(score) over these pairs and of -log sigmoid(-score) over the same noise words, in
  nats, computed from the final matrices of both engines. The losses that the engines report cannot be compared: that of
  w2v is the mean over an epoch during training, that of gensim a running float32 sum that its threads overwrite."""


def summary(comparison: Comparison) -> str:
    """Return the summary for the terminal: what was compared, tables, and the results in words."""
    return "\n\n".join([*_heading(comparison), *_tables(comparison), _sentences(comparison)])


def markdown(comparison: Comparison, picture: str | None) -> str:
    """Return the whole report; ``picture`` is the name of the picture next to it, if there is one."""
    title = "# w2v {w2v} and gensim {gensim} on the same text".format(**comparison.about["versions"])
    parts = [title, *_heading(comparison), "## Results in words", _sentences(comparison)]
    if picture is not None:
        parts.append(f"![Scores and speed of both engines]({picture})")
    parts += ["## Results in numbers", *_tables(comparison), "## Definitions", definitions()]
    parts += ["## All runs", _runs(comparison)]
    return "\n\n".join(parts) + "\n"


def definitions() -> str:
    """Return the definitions of all numbers."""
    return DEFINITIONS.format(
        line_words=MOST_WORDS_IN_A_LINE,
        restrict=RESTRICT,
        queries=QUERIES,
        near=NEIGHBOURS,
        pairs=PAIRS,
        rows=ROWS,
    )


def _heading(comparison: Comparison) -> list[str]:
    about = comparison.about
    machine, text, words = about["machine"], about["text"], about["vocabulary"]
    where = f"{about['date']}, {machine['cpu']}, {machine['processors']} processors ({machine['isa']})"
    on = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    source = ", ".join(text["sources"][:3]) or "sentences"
    how = "both engines read this file" if text["as_it_was"] else "both engines read a copy with one sentence per line"
    parameters = ", ".join(f"{name}={value}" for name, value in about["parameters"].items())
    lines = [
        f"{where}; {on}.",
        f"Text: {source}{' (the beginning)' if text['cut'] else ''}, {text['words']:,} words in {text['sentences']:,} "
        f"lines; {how}. Vocabulary: {words['words']:,} words, in the same order and with the same counts in both engines.",
        f"Parameters of both engines: {parameters}.",
    ]
    if ours := about.get("w2v_parameters"):
        lines.append(
            f"Parameters of w2v only: {', '.join(f'{name}={value}' for name, value in ours.items())}; gensim trains sgns."
        )
    if not comparison.complete:
        made, planned = len(comparison.records), len(comparison.steps)
        lines.append(f"**Incomplete**: {made} of {planned} pairs of runs. The same command continues where it stopped.")
    return lines


def _sentences(comparison: Comparison) -> str:
    return "\n".join(f"- {sentence}" for sentence in comparison.sentences) or "Nothing was measured yet."


def _tables(comparison: Comparison) -> list[str]:
    figures = comparison.figures
    speed = [*figures.training, *figures.resources]
    found = []
    if speed:
        columns = ["median over pairs of runs", *ENGINES, "ratio", "range", "pairs"]
        found.append(markdown_table(columns, [_ratio_row(ratios) for ratios in speed]))
    if figures.scores:
        columns = ["mean (range) over seeds", *ENGINES, "w2v - gensim", "95 % interval of the difference", "based on"]
        found.append(markdown_table(columns, [_contrast_row(contrast) for contrast in figures.scores]))
    if figures.geometry:
        columns = ["on the same words and pairs", *ENGINES, "w2v - gensim"]
        found.append(markdown_table(columns, [_contrast_row(contrast)[:4] for contrast in figures.geometry]))
    if figures.overlaps:
        rows = [[name, _mean_and_range(values, 1), str(len(values))] for name, values in figures.overlaps.items()]
        found.append(markdown_table(["shared neighbours, %", "mean (range)", "pairs of runs"], rows))
    return found


def _ratio_row(ratios: Ratios) -> list[str]:
    digits = 0 if ratios.better == "higher" else 2 if ratios.unit == "s" else 1
    medians = [f"{statistics.median(values):,.{digits}f}" for values in (ratios.w2v, ratios.gensim)]
    ends = f"{min(ratios.ratios):.2f} to {max(ratios.ratios):.2f}"
    name = f"{ratios.name}, {ratios.unit}"
    return [name, *medians, f"{ratios.median_ratio:.2f}", ends, str(len(ratios.ratios))]


def _contrast_row(contrast: Contrast) -> list[str]:
    digits = contrast.digits
    cells = [_mean_and_range(values, digits) for values in (contrast.w2v, contrast.gensim)]
    ends = () if contrast.intervals is None else contrast.intervals.difference
    interval = " to ".join(_signed(end, digits) for end in ends)
    unit = f", {contrast.unit}" if contrast.unit else ""
    return [f"{contrast.name}{unit}", *cells, _signed(contrast.difference, digits), interval, contrast.of]


def _signed(value: float, digits: int) -> str:
    return f"{round(value, digits) + 0.0:+.{digits}f}"  # + 0.0: never -0.0


def _mean_and_range(values: Sequence[float], digits: int) -> str:
    mean = f"{statistics.mean(values):.{digits}f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def _runs(comparison: Comparison) -> str:
    columns = ["runs", "threads", "number", "engine", "read, s", "train, s", "words/s", "peak MB", "text read, %"]
    rows = []
    for record in comparison.records:
        for engine in sorted(ENGINES, key=lambda engine: engine != record["first"]):  # in the order in which they ran
            run, seconds = record[engine], record[engine]["seconds"]
            figures = [f"{seconds['read']:.2f}", f"{seconds['train']:.2f}", f"{run['words_per_second']:,.0f}"]
            figures += [f"{run['peak_memory_bytes'] / 1e6:.1f}", f"{100 * run['read_share']:.1f}"]
            rows.append([record["kind"], str(record["workers"]), str(record["number"]), engine, *figures])
    return markdown_table(columns, rows)
