"""Signs in the first lines of a text that they are lists of items, whose separators are no white space alone.

Of the words of prose about 5 % end in commas, or are commas if it is tokenised; few of its lines end without a full stop.
"""

import re
from collections import Counter

from w2v.corpus.times import FEWEST_LINES

SAME = 0.9
"""Share of the lines that are lists."""
LONGEST_ITEM = 2.5
"""In words, on average."""
SHORTEST_LIST = 2.5
"""In items, on average."""
ENDED = 0.1
"""Share of lists that may end like a sentence."""
SIGNS = ("|", "||", ";", ",", "/", "//", ">", ">>", "->", "-->", "=>", "~", "::", "•", "·", "&", "+")
SIGN_SHARE = 0.2
"""Of all words, those that are the sign alone."""
BRACED = re.compile(r"(?:[^\s{}]+\s+)?\{[^{}\"'=():]*\}")


def listed(lines: list[str]) -> str | None:
    """Say that lines are items with commas or semicolons between them, which become parts of the words before."""
    filled = [line.strip() for line in lines if line.strip()]
    for sign in (",", ";"):
        lists = [items for line in filled if len(items := line.rstrip(sign).split(f"{sign} ")) > 1]
        if len(lists) < max(FEWEST_LINES, SAME * len(filled)):
            continue
        items = [item for items in lists for item in items]
        ended = sum(items[-1][-1:] in tuple(".!?:") for items in lists)
        if (
            sum(len(item.split()) for item in items) <= LONGEST_ITEM * len(items)
            and len(items) >= SHORTEST_LIST * len(lists)
            and ended <= ENDED * len(lists)
        ):
            what, such = "comma" if sign == "," else "semicolon", f"{sign} ".join(lists[0])[:60]
            return (
                f"has lists of items with {what}s between them, such as {such!r}: a {what} becomes part of the "
                f"word before it, and items of several words fall apart; {_remedy(sign)}"
            )
    return None


def barred(lines: list[str]) -> str | None:
    """Say that lines are items, some of several words, with bars between them; words with factors (the|DET) are none."""
    filled = [line.strip() for line in lines if line.strip()]
    lists = [items for line in filled if len(items := line.strip("|").split("|")) > 1]
    if len(lists) < max(FEWEST_LINES, SAME * len(filled)) or all(len(line.split()) == 1 for line in filled):
        return None
    items = [item for items in lists for item in items]
    words = [word for line in filled for word in line.split()]
    factors = Counter(word.count("|") for word in words)
    usual, among = factors.most_common(1)[0]
    if (
        (usual > 0 and among >= SAME * factors.total())
        or "|" in words
        or not all(map(str.strip, items))
        or sum(len(item.split()) for item in items) > LONGEST_ITEM * len(items)
        or len(items) < SHORTEST_LIST * len(lists)
        or sum(items[-1][-1:] in tuple(".!?:") for items in lists) > ENDED * len(lists)
    ):
        return None
    return (
        f"has '|' between the items of its lines, such as {filled[0][:60]!r}: it becomes part of words, and items of "
        f"several words fall apart; {_remedy('|')}"
    )


def braced(lines: list[str]) -> str | None:
    """Say that the items of each line are in braces, perhaps after the name of a transaction."""
    filled = [line.strip() for line in lines if line.strip()]
    lists = [line for line in filled if BRACED.fullmatch(line)]
    if len(lists) < max(FEWEST_LINES, SAME * len(filled)) or sum("," in line for line in lists) < len(lists) / 2:
        return None
    return (
        f"has the items of each line in braces, such as {lists[0][:60]!r}: braces and commas become parts of words, and "
        "items of several words fall apart; write each item as one word (new_york), with only white space between them, for "
        r"""example with awk '{sub(/^[^{]*[{]/, ""); sub(/[}].*/, ""); gsub(/ *, */, "\t"); gsub(/ /, "_"); print}'"""
    )


def separated(lines: list[str]) -> str | None:
    """Say that a sign between items is taken for a word."""
    rows = [words for line in lines if (words := line.split())]
    counts = Counter(word for words in rows for word in set(words) if word in SIGNS)
    sign, among = counts.most_common(1)[0] if counts else ("", 0)
    if among < max(FEWEST_LINES, SAME * len(rows)):
        return None
    if sum(words.count(sign) for words in rows) < SIGN_SHARE * sum(map(len, rows)):
        return None
    return (
        f"has {sign!r} between the items of its lines, such as {' '.join(rows[0])[:60]!r}: it is taken for a word, and "
        f"fills the windows of the others; {_remedy(sign)}"
    )


def _remedy(sign: str) -> str:
    # As awk reads it everywhere, also byte by byte, where letters beyond ASCII in brackets are one of their bytes.
    pattern = "".join(rf"[{c}]" if c in "|+" else r"\/" if c == "/" else c for c in sign)
    return (
        "write each item as one word (new_york), with only white space between them, for example with "
        rf"""awk '{{gsub(/ *{pattern} */, "\t"); gsub(/ /, "_"); print}}'"""
    )
