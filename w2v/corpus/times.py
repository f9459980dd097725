r"""Dates and times among the words of a text: the stamps of a log, a chat or subtitles, or items that are named so.

``10:22:05 sshd[7]: closed``: a stamp, as lines begin with a time of day. ``2021-03-12 milk bread``: perhaps an item, as
lines begin with a date alone. ``2021-03-12 2021-03-15``: items, as most of the words are dates, and they recur.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

FEWEST_LINES = 10
"""Fewer lines of a kind are chance."""
FIRST = 6
"""Number of words at the beginning of a line among which its time is."""
STAMPED = 0.3
WORDS_SHARE = 0.05
CLOCK_SHARE = 0.1
"""Of the words that are dates or times; the others are the dates beside them, or words such as 3:16."""
ITEMS = 0.5

DAY, MONTH, YEAR, MINUTE = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"[12]\d{3}", r"[0-5]\d"
DATES = (
    rf"{YEAR}(?P<s>[-./]){MONTH}(?P=s){DAY}"  # 2021-03-12
    rf"|{DAY}(?P<t>[-/]){DAY}(?P=t)(?:\d\d|{YEAR})"  # 12/03/21, 3/12/2021
    rf"|{DAY}\.{MONTH}\.{YEAR}"  # 1.3.2021
    r"|(?:0[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])\.\d\d"  # 01.03.21; not the versions 2.6.13 and 9.0.0001
)
CLOCKS = (
    rf"\d{{1,2}}:{MINUTE}(?::{MINUTE})?(?:[.,]\d+)?"  # 10:22, [00:01:02,500
    rf"|{YEAR}(?P<u>[-./]){MONTH}(?P=u){DAY}[T_]\d\d:?{MINUTE}\S*"  # 2021-03-12T10:22:05Z
    r"|\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d\d:\S*"  # [12/Mar/2021:10:22:05; not addresses, as flows of a network are corpora
)
VERSE, VERSES = re.compile(r"\W*\d{1,3}:(?:\d|[6-9]\d|1\d\d)\W*"), 0.05
"""A verse, a result or a ratio, and the share of them among words like 1:10 from which on none of these is a time."""
DATE, CLOCK = (re.compile(rf"\W*(?:{form})\W*") for form in (DATES, CLOCKS))


class WordCounts(Protocol):
    """Words of a text, and how often they occur."""

    @property
    def words(self) -> list[str]:
        """The words."""

    @property
    def counts(self) -> list[int]:
        """How often each occurs."""

    @property
    def total(self) -> int:
        """How often they occur, all of them together."""


def _is_time(word: str) -> bool:
    return CLOCK.fullmatch(word) is not None or DATE.fullmatch(word) is not None


def _are_items(times: int, distinct: int, words: int) -> bool:
    """Whether dates and times are the items of sequences: most of the words, and each of them several times."""
    return times > ITEMS * words and 2 * distinct <= times


def stamped(lines: Sequence[str]) -> str | None:
    """Say that lines begin with times, as those of logs and chats do, or with dates."""
    filled = [line for line in lines if line.strip()]
    timed = [line for line in filled if any(map(CLOCK.fullmatch, line.split(None, FIRST)[:FIRST]))]
    dated = [line for line in filled if DATE.fullmatch(line.split(None, 1)[0])]
    verses = sum(1 for line in filled if any(map(VERSE.fullmatch, line.split(None, FIRST)[:FIRST])))
    if verses >= VERSES * (verses + len(timed)):
        timed = []
    least = max(FEWEST_LINES, STAMPED * len(filled))
    if max(len(timed), len(dated)) < least:
        return None
    words = [word for line in filled for word in line.split()]
    times = [word for word in words if _is_time(word)]
    if _are_items(len(times), len(set(times)), len(words)):
        return None
    if len(timed) >= least:
        return (
            f"looks like a log, a chat or subtitles: {len(timed) / len(filled):.0%} of its first lines begin with a date or "
            f"a time, such as {timed[0][:60]!r}, whose parts are taken for words; keep only the text of each line"
        )
    return (
        f"has a date at the beginning of {len(dated) / len(filled):.0%} of its first lines, such as "
        f"{dated[0].strip()[:60]!r}: it is taken for a word like the others, and is in their windows; "
        "leave it out if it is no item"
    )


def frequent(words: WordCounts, among: Iterable[int]) -> tuple[float, list[str], str, str] | None:
    """Return which share of all words are dates or times, these words, what they are, and what to do; None if few are.

    Parameters
    ----------
    words : WordCounts
    among : iterable of int
        The rows that may be such words.
    """
    among = list(among)
    rows = [row for row in among if _is_time(words.words[row])]
    verses = sum(words.counts[row] for row in among if VERSE.fullmatch(words.words[row]))
    if verses >= VERSES * (verses + sum(words.counts[row] for row in rows)):
        rows = [row for row in rows if DATE.fullmatch(words.words[row])]
    times = sum(words.counts[row] for row in rows)
    clocks = sum(words.counts[row] for row in rows if CLOCK.fullmatch(words.words[row]))
    if times < WORDS_SHARE * words.total or _are_items(times, len(rows), words.total):
        return None
    share, found = times / words.total, [words.words[row] for row in rows]
    if clocks < CLOCK_SHARE * times:
        return (
            share,
            found,
            "are dates",
            "they are taken for words like the others; leave them out if they are no items",
        )
    return (
        share,
        found,
        "are dates or times",
        "as in a log, a chat or subtitles, they are taken for words and fill the windows of the words beside them; "
        "keep only the text of each line",
    )
