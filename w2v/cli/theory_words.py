"""``w2v theory words``: what can be measured of the theory on real words."""

import textwrap
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import click
import numpy as np

from w2v.arguments import amount
from w2v.cli.command import command, quiet_option, text_file_options, tokenizer_option
from w2v.cli.geometry import Wanted
from w2v.cli.output import emit, json_option, tell
from w2v.cli.theory_lab import four_places
from w2v.errors import ConfigError
from w2v.formats import is_native, read_metadata
from w2v.geometry import read_labels
from w2v.theory.representation import random, scaled
from w2v.theory.words import LabelledText, WordsMeasured, measure_words
from w2v.training.provenance import Provenance

ROWS = (
    ("L_sup", "L_sup of the mean classifier, two classes"),
    ("error", "its error"),
    ("accuracy", "its accuracy among all classes"),
    ("R_mu", "its cross-entropy among all classes, nats"),
    ("s", "s(f), the spread within classes"),
    ("L_un_classes", "L_un over pairs of the classes"),
    ("bound", "  theorem 4.1 for them: a bound on L_sup"),
    ("L_un_text", "L_un over pairs of the text"),
    ("unaware", "  theorem 4.1 for them: no bound"),
    ("captured_classes", "-limit over pairs of the classes, nats"),
    ("captured_text", "-limit over pairs of the text, nats"),
)


@command()
@click.argument("model")
@click.argument("labels")
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--words", "most", default=5_000, show_default=True, help="measure the most frequent labelled words, up to 20000"
)
@click.option("--draws", type=int, default=400_000, show_default=True, help="positive pairs to draw from TEXT")
@click.option("--seed", type=int, default=1, show_default=True, help="seed of the draw, and of random vectors")
@tokenizer_option(None)
@text_file_options(of_model=True)
@quiet_option
@json_option
def words(
    model: str,
    labels: str,
    text: tuple[str, ...],
    most: int,
    draws: int,
    seed: int,
    quiet: bool,
    as_json: bool,
    **reading: Any,
) -> None:
    """Measure the theory's quantities on real words.

    MODEL is a whole model (w2v train --whole-model). LABELS has a word, a tab and its class per line. The frequencies of
    classes and of words within them are estimated from positive pairs of TEXT. The pairs of a text are not drawn from the
    classes, so that no theorem bounds what is measured here; the report says how far they are from it. The loss is the
    hinge loss.
    """
    wanted = Wanted(
        model=model,
        against=None,
        corpus=text,
        pairs=None,
        procrustes=False,
        min_score=None,
        towers="input-output",
        window=None,
        subsampling=None,
        draws=draws,
        held_out=None,
        columns=None,
        lenient=False,
        **reading,
    )
    (space,), pairs = wanted.read(seed)
    known = read_labels(labels, space.words or [])
    selected = LabelledText.of(known, pairs, len(space), most)
    if not quiet:
        tell(f"measuring {_named(selected)}")
    f, g = (np.asarray(matrix[selected.rows], np.float64) for matrix in (space.vectors, space.targets))
    trained = scaled(f, g, _config(model), space.name)
    size = float(np.sqrt(np.abs(trained.f).mean() * np.abs(trained.g).mean()))
    guess = replace(random(len(f), f.shape[1], seed, size), name="random")
    found = [measure_words(selected, vectors) for vectors in (trained, guess)]
    world = selected.world
    data = {
        "words": len(selected.rows),
        "classes": len(world.rho),
        "excluded": {reason: number for reason, number in selected.excluded.items() if number},
        "pairs": {"drawn": selected.drawn, "labelled": len(selected.pairs), "law": pairs.law},
        "tau": world.collision,
        "entropy": world.entropy,
        "largest_class": float(world.rho.max()),
        "same_class": selected.same_class,
        "class_information": selected.class_information,
        "models": [asdict(measured) for measured in found],
    }
    emit(data, table(selected, found, pairs.law), as_json)


def _config(model: str) -> Any:
    metadata = read_metadata(model)["metadata"] if is_native(model) else {}
    if "config" not in metadata:
        raise ConfigError(f"MODEL must be a whole model of w2v, which says how it was trained: got {model}")
    return Provenance.from_metadata(metadata, repr(model)).config


def _named(text: LabelledText) -> str:
    return f"{amount(len(text.rows), 'word')} in {amount(len(text.world.rho), 'class', 'classes')}"


def table(text: LabelledText, found: Sequence[WordsMeasured], law: str) -> str:
    """Format the measurements, and what they say."""
    world = text.world
    same, tau = text.same_class, world.collision
    lines = [
        f"positive pairs: {law}",
        f"{_named(text)}; {len(text.pairs):,} of {amount(text.drawn, 'pair')} have two labels{text.left_out}",
        f"H(rho) {world.entropy:.4f} nats; the most frequent class has {world.rho.max():.1%} of the occurrences",
        f"two words of a class: {same:.1%} of the pairs of the text (theory: 100 %), {tau:.1%} of independent words (tau)",
        f"the classes of a pair have {text.class_information:.4f} nats in common (theory: H(rho))",
        "",
        f"{'':<44}" + "".join(f"{measured.name[:20]:>22}" for measured in found),
    ]
    for name, meaning in ROWS:
        lines.append(f"{meaning:<44}" + "".join(f"{four_places(getattr(m, name)):>22}" for m in found))
    first = found[0]
    lines += ["", *textwrap.wrap(_conclusion(same, first), 118)]
    return "\n".join(lines)


def _conclusion(same: float, found: WordsMeasured) -> str:
    below = "is below" if found.unaware < found.L_sup else "only happens to be above"
    return (
        f"The pairs of the text are not of one class: {1 - same:.1%} of them contradict the theory. What theorem 4.1 gives "
        f"for them ({found.unaware:.4f}) is no bound, and {below} L_sup ({found.L_sup:.4f}). Over pairs of the classes it "
        f"is a bound whatever the vectors are ({found.bound:.4f}), but the vectors were not trained on those pairs."
    )
