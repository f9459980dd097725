"""A small generated world: any amount of text from a seed, with known regularities.

It is meant for demonstrations and tests: word vectors trained on it must solve its analogies and rank its word pairs, so
the result can be checked without a download.
"""

import os
import shutil
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, permutations
from random import Random

from w2v.annotations import checked
from w2v.atomic_files import PathLike, atomic_write
from w2v.errors import ConfigError, OutputError
from w2v.progress import make_bar

from .lexicon import KINDS, NARRATORS, OPENINGS, Kind

Random01 = Callable[[], float]  # returns the next number in [0, 1)

#: Scores in ``similarity_pairs``, on WordSim-353's scale of 0 to 10.
SAME_TOPIC, SAME_KIND, UNRELATED = 9, 5, 1

MOST_WORDS = 1 << 40
"""Largest number of words that `generate` yields."""

_OPENINGS = tuple(" ".join(phrase.split()) for phrase in OPENINGS.split("|"))
_NARRATORS = tuple(NARRATORS.split())

# Fractions of the sentences that get an opening and a narrator: enough for function words to follow Zipf's law.
_OPENED, _NARRATED = 0.5, 0.25

# Items are drawn with weight 1 / (rank + 10): the first of a table three times as often as the last.
_ITEM_OFFSET = 10


@dataclass(frozen=True)
class _Item:
    forms: tuple[str, ...]
    topic: dict[str, tuple[str, ...]]


@checked
def generate(words: int, seed: int = 0) -> Iterator[str]:
    """Yield sentences of the small world: lower case, words separated by single spaces, no punctuation.

    The same arguments give the same text in every version of Python.

    Parameters
    ----------
    words : int
        Number of words; the text ends with the sentence that reaches it.
    seed : int
        Seed of the random numbers.

    Raises
    ------
    ConfigError
        If ``words`` is not from 1 to ``MOST_WORDS``, or ``seed`` is negative.

    Examples
    --------
    >>> sum(len(sentence.split()) for sentence in generate(1000, seed=1)) >= 1000
    True
    """
    if not 1 <= words <= MOST_WORDS:
        raise ConfigError(f"words must be from 1 to {MOST_WORDS}: got {words}")
    if seed < 0:
        raise ConfigError(f"seed must be at least 0: got {seed}")
    # Only random() is used, the one method whose sequence Python guarantees not to change.
    return _sentences(words, Random(seed).random)


@checked
def write(path: PathLike, words: int, seed: int = 0, progress: bool | None = False) -> None:
    """Write the text of `generate` to a file, one sentence per line, atomically.

    Parameters
    ----------
    path : str or os.PathLike
    words, seed : int
    progress : bool, optional
        Show a progress bar; None: only in a terminal.

    Raises
    ------
    ConfigError
        As `generate`.
    OutputError
        If the file cannot be written, or the disk has no room for it; an existing file is then unchanged.
    """
    lines = generate(words, seed)
    refuse_full_disk(path, words)
    disable = None if progress is None else not progress
    bar = make_bar(total=words, unit=" words", unit_scale=True, desc="generate", disable=disable)
    with bar, atomic_write(path) as file:
        for line in lines:
            file.write(f"{line}\n".encode("ascii"))
            bar.update(line.count(" ") + 1)


def estimated_bytes(words: int) -> int:
    """Return about how large a text of so many words is."""
    return round(5.2 * words)


def refuse_full_disk(path: PathLike, words: int) -> None:
    """Raise OutputError if a text of so many words will not fit, before hours are spent on it."""
    try:
        if not os.path.isfile(path) and os.path.exists(path):
            return  # a device or a pipe
        free = shutil.disk_usage(os.path.dirname(os.path.abspath(path))).free
    except (OSError, ValueError):
        return  # the writer says what is wrong with the path
    if free < estimated_bytes(words):
        raise OutputError(
            f"cannot write {os.fsdecode(path)}: {words:,} words take about {estimated_bytes(words) / 1e9:,.1f} GB, and "
            f"{free / 1e9:,.1f} GB are free; generate fewer words, or choose another folder"
        )


def analogies() -> str:
    """Return all analogy questions of the world in the format of Google's questions-words.txt.

    There are six sections of 552 questions: every ordered pair of 24 word pairs. The names of grammar sections begin with
    ``gram``.

    Examples
    --------
    >>> analogies().splitlines()[:2]
    [': capital-world', 'paris france rome italy']
    """
    lines = []
    for kind in KINDS:
        items = _items(kind)
        for name, left, right in kind.sections:
            lines.append(f": {name}")
            for one, other in permutations(items, 2):
                lines.append(f"{one.forms[left]} {one.forms[right]} {other.forms[left]} {other.forms[right]}")
    return "\n".join(lines) + "\n"


def similarity_pairs() -> str:
    r"""Return word pairs of known relatedness, tab-separated as in WordSim-353: 24 pairs per kind and level.

    The levels are ``SAME_TOPIC`` (forms of one item: paris, france), ``SAME_KIND`` (the same form of two items: paris,
    rome) and ``UNRELATED`` (forms of two kinds: paris, taller). Because there are only three distinct scores, the rank
    correlation with scores that are all different is at most 0.943.

    Examples
    --------
    >>> similarity_pairs().splitlines()[1]
    'paris\tfrance\t9'
    """
    lines = ["# word 1\tword 2\trelatedness"]
    for place, kind in enumerate(KINDS):
        items, others = _items(kind), _items(KINDS[place - 1])
        for i, item in enumerate(items):
            first, second = item.forms[:2]
            lines.append(f"{first}\t{second}\t{SAME_TOPIC}")
            # The item five lines below: adjacent items of a table are related in meaning (king, prince).
            lines.append(f"{first}\t{items[(i + 5) % len(items)].forms[0]}\t{SAME_KIND}")
            lines.append(f"{first}\t{others[i].forms[1]}\t{UNRELATED}")
    return "\n".join(lines) + "\n"


def _items(kind: Kind) -> list[_Item]:
    items = []
    for line in kind.table.strip().splitlines():
        forms, _, topic = line.partition("|")
        words: dict[str, tuple[str, ...]] = {}
        for slot, word in zip(kind.topic.split(), topic.split(), strict=True):
            words[slot] = (*words.get(slot, ()), word)
        items.append(_Item(tuple(forms.split()), words))
    return items


def _sentences(words: int, random: Random01) -> Iterator[str]:
    speakers = [_Speaker.about(kind) for kind in KINDS]
    openings, narrators = _zipf(len(_OPENINGS)), _zipf(len(_NARRATORS))
    written = 0
    while written < words:
        sentence = speakers[int(random() * len(speakers))].speak(random)
        if random() < _OPENED:
            sentence = f"{_OPENINGS[_draw(openings, random)]} {sentence}"
        if random() < _NARRATED:
            sentence = f"{sentence} as {_NARRATORS[_draw(narrators, random)]} told us"
        written += sentence.count(" ") + 1
        yield sentence


@dataclass(frozen=True)
class _Speaker:
    """A generator of sentences about one kind; item, role and template are drawn independently of each other."""

    templates: list[list[str]]
    words: list[list[dict[str, tuple[str, ...]]]]  # item, role -> possible words of each slot
    weights: list[float]

    @classmethod
    def about(cls, kind: Kind) -> "_Speaker":
        items = _items(kind)
        words = [
            [
                {
                    "{word}": (form,),
                    **_slots(item.topic),
                    **_slots({k: tuple(v.split()) for k, v in role.slots.items()}),
                }
                for form, role in zip(item.forms, kind.roles, strict=True)
            ]
            for item in items
        ]
        return cls([template.split() for template in kind.templates], words, _zipf(len(items), _ITEM_OFFSET))

    def speak(self, random: Random01) -> str:
        template = self.templates[int(random() * len(self.templates))]
        roles = self.words[_draw(self.weights, random)]
        words = roles[int(random() * len(roles))]
        chosen: dict[str, int] = {}
        sentence = []
        for token in template:
            if options := words.get(token):
                # If a slot occurs twice, the second word is the one after the first, so they always differ.
                chosen[token] = chosen[token] + 1 if token in chosen else int(random() * len(options))
                token = options[chosen[token] % len(options)]
            sentence.append(token)
        return " ".join(sentence)


def _slots(words: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {f"{{{slot}}}": options for slot, options in words.items()}


def _zipf(size: int, offset: int = 0) -> list[float]:
    """Return the cumulative weights 1 / (rank + offset), rank = 1, 2, ... (the Zipf-Mandelbrot law)."""
    return list(accumulate(1 / (rank + offset) for rank in range(1, size + 1)))


def _draw(cumulative: list[float], random: Random01) -> int:
    return bisect(cumulative, random() * cumulative[-1])
