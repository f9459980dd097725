"""The report: the same tables in the terminal and in Markdown, and what every figure means."""

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
- **One text.** w2v tokenises once; both engines read the same file, a sentence a line, words between single blanks, at
  most {line_words:,} words a line. Words, their order and their counts are compared in every pair of runs; a difference ends
  the comparison.
- **A run** is one training in a process of its own, by the same lines of code for both engines but for one import. gensim
  reads by `corpus_file`, its fastest way, which only its compiled core offers. The engines take turns, and take turns in
  going first.
- **words/s**: in-vocabulary words of the text x epochs, over the seconds of the call that trains (`train`). Speed runs
  train one epoch. Reading the text is not in it for w2v, which keeps the encoded text from `build_vocab`; gensim reads the
  file again in every epoch, within `train`.
- **ratio**: above 1 w2v is better. The median over pairs of runs of the ratio within a pair.
- **reading and counting**: the call of `build_vocab`. w2v uses all threads for it, gensim one.
- **peak memory**: the largest resident size (VmHWM) of the process until training ended, with Python and all imports.
- **analogies**: Google's questions or the file given, 3CosAdd. *restricted*: only the {restrict:,} most frequent words are
  known and are candidates, questions with other words are left out (coverage is printed). *full*: every word is a candidate,
  every question counts, unknown words make it wrong; papers use this one.
- **word pairs**: Spearman's rank correlation x 100 of cosines and human scores, over the pairs whose words are known.
  The 95 % intervals are bootstrap percentiles over pairs (1,000 draws, the same for both engines) of the mean over seeds.
- **mean (range)**: over seeds, smallest to largest. **spread**: the wider of the two engines' ranges. A smaller
  difference of means is called chance; with three seeds that is a rule of thumb, not a test.
- **shared neighbours**: of {queries:,} words drawn from the {restrict:,} most frequent, the share of their {near} nearest
  words (by cosine, among these) that two runs have in common. Runs of the same seed start from the same vectors, so only
  runs of different seeds are compared. Two gensim runs are the ceiling: no other engine can be more alike.
- **alignment**: mean squared distance of the input vectors, scaled to length 1, of {pairs:,} co-occurring pairs of the
  text, drawn as training draws them (frequent words subsampled, the window's reach at random). **uniformity**: log of the
  mean of exp(-2 x squared distance) over all pairs of {rows:,} words drawn from the vocabulary. For each, lower is better
  by Wang & Isola (2020); what improves one often costs the other.
- **shared loss**: mean of -log sigmoid(score) over the same pairs and of -log sigmoid(-score) over the same noise words,
  in nats, computed from the final matrices of both engines. The engines' own tallies cannot be compared: w2v's is the mean
  of an epoch while it trains, gensim's a running float32 sum that threads overwrite."""


def summary(comparison: Comparison) -> str:
    """Return what the terminal shows: what was compared, tables, sentences."""
    return "\n\n".join([*_heading(comparison), *_tables(comparison), _sentences(comparison)])


def markdown(comparison: Comparison, picture: str | None) -> str:
    """Return the whole report; ``picture`` is the name of the PNG beside it, if there is one."""
    title = "# w2v {w2v} and gensim {gensim} on the same text".format(**comparison.about["versions"])
    parts = [title, *_heading(comparison), "## In words", _sentences(comparison)]
    if picture is not None:
        parts.append(f"![Speed against quality]({picture})")
    parts += ["## In figures", *_tables(comparison), "## What the figures mean", definitions()]
    parts += ["## Every pair of runs", _runs(comparison)]
    return "\n\n".join(parts) + "\n"


def definitions() -> str:
    """Return what every figure means."""
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
    how = "both read the file as it is" if text["as_it_was"] else "both read a copy with a sentence a line"
    parameters = ", ".join(f"{name}={value}" for name, value in about["parameters"].items())
    lines = [
        f"{where}; {on}.",
        f"Text: {source}{', the beginning' if text['cut'] else ''}: {text['words']:,} words in {text['sentences']:,} lines; "
        f"{how}. Vocabulary: {words['words']:,} words, the same for both, in the same order, with the same counts.",
        f"Parameters of both: {parameters}.",
    ]
    if ours := about.get("w2v_parameters"):
        lines.append(f"w2v alone: {', '.join(f'{name}={value}' for name, value in ours.items())}; gensim trains sgns.")
    if not comparison.complete:
        made, planned = len(comparison.records), len(comparison.steps)
        lines.append(f"**Not complete**: {made} of {planned} pairs of runs. The same command goes on from here.")
    return lines


def _sentences(comparison: Comparison) -> str:
    return "\n".join(f"- {sentence}" for sentence in comparison.sentences) or "Nothing was measured yet."


def _tables(comparison: Comparison) -> list[str]:
    figures = comparison.figures
    speed = [*figures.training, *figures.resources]
    found = []
    if speed:
        columns = ["medians over pairs of runs", *ENGINES, "ratio", "lowest to highest", "pairs"]
        found.append(markdown_table(columns, [_ratio_row(ratios) for ratios in speed]))
    if figures.scores:
        columns = ["means and ranges over seeds", *ENGINES, "w2v - gensim", "95 % interval of it", "of"]
        found.append(markdown_table(columns, [_contrast_row(contrast) for contrast in figures.scores]))
    if figures.geometry:
        columns = ["over the same words and pairs", *ENGINES, "w2v - gensim"]
        found.append(markdown_table(columns, [_contrast_row(contrast)[:4] for contrast in figures.geometry]))
    if figures.overlaps:
        rows = [[name, _mean_and_range(values, 1), str(len(values))] for name, values in figures.overlaps.items()]
        found.append(markdown_table(["shared neighbours, %", "mean and range", "pairs of runs"], rows))
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
        for engine in sorted(ENGINES, key=lambda engine: engine != record["first"]):  # in the order they were made
            run, seconds = record[engine], record[engine]["seconds"]
            figures = [f"{seconds['read']:.2f}", f"{seconds['train']:.2f}", f"{run['words_per_second']:,.0f}"]
            figures += [f"{run['peak_memory_bytes'] / 1e6:.1f}", f"{100 * run['read_share']:.1f}"]
            rows.append([record["kind"], str(record["workers"]), str(record["number"]), engine, *figures])
    return markdown_table(columns, rows)
