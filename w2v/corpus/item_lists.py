"""Signs in the first lines of a text that they are lists of items, whose separators are no white space alone.

Of the words of prose about 5 % end in commas, or are commas if it is tokenised; few of its lines end without a full stop.
"""

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
