"""Signs in the first lines of a text that they are records which other programs wrote: edge lists, counts, treebanks, YAML.

None of the texts that `line_layout` was measured on shows one of these signs.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

FEWEST = 10
SAME = 0.95
"""Share of the lines that have the same number of columns, or are as a list of counts or YAML would have them."""
COMMENT = re.compile(r"[#%;]|//")
MOST_COMMENTS = 100
EDGES = range(2, 6)
"""Number of columns of an edge list: two nodes, and perhaps a weight, a time, a label."""
DISTINCT = 12
"""Fewer different numbers may be ratings."""
KEY = re.compile(r"""\s*(?:- )*(?:"[^"]*"|'[^']*'|[A-Za-z_][\w.-]*):(?P<value>\s.*|$)""")
ITEM = re.compile(r"\s*- \S")
LIST = re.compile(r"""\s*\[(['"]).*\1\]\s*""")
BYTES = re.compile(r"""\s*b(['"]).*\1\s*""")
QUOTED = re.compile(r"""\s*".*\S"\s*""")
ASSIGNED = re.compile(r"""\s*(?:"[^"]*"|'[^']*'|[A-Za-z_][\w.-]*)\s*=\s*[^=\s]""")
SECTION = re.compile(r"\s*\[[^\]]+\]\s*")
# Not words of many tokenised texts.
SPEAKER = re.compile(r"\s*(?!<(?i:s|bos|sos|unk|num|url|user|pad|cls|sep|mask)>)(<[ @+%&~]?[^\s<>]+>)\s+\S")
SPOKEN, SPEAKERS = 0.8, 4
"""Share of the lines that begin with a name, and how often each name does on average."""
TAG = re.compile(r"[A-Z][A-Z0-9$_:+=|.-]*|[BIOES]-\w+|[_.,:;$#'\"`()!?-]+")
TAGS = 60
"""Treebanks have fewer parts of speech and kinds of names."""


def commented(lines: list[str]) -> str | None:
    """Say that an edge list or the like begins with comments, which are taken for sentences."""
    filled = [line.strip() for line in lines if line.strip()]
    comments = 0
    while comments < min(len(filled), MOST_COMMENTS) and COMMENT.match(filled[comments]):
        comments += 1
    rows = [line.split() for line in filled[comments:] if not COMMENT.match(line)]
    if not comments or len(rows) < FEWEST:
        return None
    width, same = _width(rows)
    if same < SAME * (len(filled) - comments) or width not in EDGES:
        return None
    mark = COMMENT.match(filled[0])
    return (
        f"begins with comments, such as {filled[0][:60]!r}, whose words are taken for words of the text: leave out the "
        f"lines that begin with {mark[0] if mark else '#'!r}, for example with grep -v"
    )


def counted(lines: list[str]) -> str | None:
    """Say that lines are words, or phrases, and how often they occur: the counts of a text, not a text."""
    rows = [line.split() for line in lines if line.strip()]
    if rows and not any(map(str.isdigit, rows[0])):
        rows = rows[1:]  # a header
    width, same = _width(rows)
    if len(rows) < FEWEST or same < SAME * len(rows) or not 2 <= width <= 6:
        return None
    rows = [row for row in rows if len(row) == width]
    for place in (width - 1, 0):
        counts = [int(row[place]) for row in rows if row[place].isdecimal() and len(row[place]) < 20]
        words = [" ".join(row[:place] + row[place + 1 :]) for row in rows]
        if (
            len(counts) < len(rows)
            or len(set(counts)) < min(DISTINCT, len(rows) / 2)
            or sum(map(_is_number, words)) > len(rows) / 2
        ):
            continue
        in_order = _share_in_order([-count for count in counts])
        if width == 2:
            in_order = max(in_order, _share_in_order(words))
        if len(set(words)) >= 0.99 * len(words) and in_order >= SAME:
            return (
                f"looks like a list of words and how often they occur, such as {' '.join(rows[0])[:60]!r}: each word has "
                "only its count as context, so nothing can be learnt from it; train on the text that was counted"
            )
    return None


def vertical(lines: list[str]) -> str | None:
    """Say that lines are tokens with their annotations, and blank lines end the sentences."""
    tokens = [fields for line in lines if (fields := line.split()) and not line.startswith("#")]
    blank = sum(not line.strip() for line in lines)
    if not tokens or not max(3, 0.02 * len(lines)) <= blank <= 0.5 * len(lines):
        return None
    width, same = _width(tokens)
    if same < SAME * len(tokens) or not 2 <= width <= 20:
        return None
    rows = [fields for fields in tokens if len(fields) == width]
    form = next((i for i in range(width) if sum(row[i].isdigit() for row in rows) < 0.5 * len(rows)), 0)
    if not any(_annotates(rows, form, other) for other in range(width) if other != form):
        return None
    return (
        f"seems to have one token per line, with {width} columns such as {' '.join(rows[0])[:40]!r} and blank lines between "
        "sentences: each line is taken for a sentence, so that words have only their annotations as context; put the tokens "
        f"(column {form + 1}) of each sentence on one line"
    )


def keyed(lines: list[str]) -> str | None:
    """Say that lines are YAML: keys with values, some of which are further keys or items."""
    filled = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if filled and filled[0].startswith("---"):
        filled = filled[1:]
    keys = [match for line in filled if (match := KEY.match(line))]
    outer = sum(match["value"].strip() in ("", "|", ">", "|-", ">-") for match in keys)
    nested = sum(line[0] in " -" for line in filled)
    if len(filled) < FEWEST or not outer or nested < len(filled) / 4:
        return None
    if len(keys) + sum(1 for line in filled if ITEM.match(line) and not KEY.match(line)) < SAME * len(filled):
        return None
    return (
        f"looks like YAML, with lines such as {keys[0][0].strip()[:60]!r}: keys and dashes are taken for words; write its "
        "texts alone to a text file, one sentence per line, or to a table (.jsonl, .csv)"
    )


def assigned(lines: list[str]) -> str | None:
    """Say that lines are settings or translations: keys, an equals sign and values, perhaps in sections."""
    filled = [line for line in lines if line.strip() and not COMMENT.match(line)]
    found = [line for line in filled if ASSIGNED.match(line) and not _is_features(line)]
    sections = sum(SECTION.fullmatch(line) is not None for line in filled)
    if len(found) < FEWEST or len(found) + sections < SAME * len(filled):
        return None
    return (
        f"looks like settings or translations, with keys and values such as {found[0].strip()[:60]!r}: keys become parts of "
        "words; keep only the text of the values"
    )


def _is_features(line: str) -> bool:
    """Whether a line is several words such as ``colour=red``, the features of something."""
    words = line.split()
    return len(words) > 1 and sum("=" in word[1:-1] for word in words) > len(words) / 2


def adjacent(lines: list[str]) -> str | None:
    """Say that lines begin with a word and a colon, which differs from the same word without it on other lines."""
    rows = [line.split() for line in lines if line.strip()]
    heads = [row[0] for row in rows if len(row) > 1 and row[0].endswith(":")]
    words = {word for row in rows for word in row[1:]}
    if len(heads) < max(FEWEST, SAME * len(rows)) or sum(head[:-1] in words for head in heads) < len(heads) / 2:
        return None
    return (
        f"begins each line with a word and a colon, such as {heads[0][:40]!r}, which differs from {heads[0][:-1][:40]!r}, "
        "as it occurs there too: remove the colons, or write an edge or a walk on each line"
    )


def spoken(lines: list[str]) -> str | None:
    """Say that lines begin with the names of who speaks, as those of chats do; not as in plays, whose names are words."""
    filled = [line for line in lines if line.strip()]
    names = [match[1] for line in filled if (match := SPEAKER.match(line))]
    if len(names) < max(FEWEST, SPOKEN * len(filled)) or not 2 <= len(set(names)) <= len(names) / SPEAKERS:
        return None
    first, second = [name for name, _ in Counter(names).most_common(2)]
    return (
        f"looks like a chat: {len(names) / len(filled):.0%} of its first lines begin with a name such as {first[:30]!r} or "
        f"{second[:30]!r}, which is taken for a word, and is in the windows of the others; keep only the text of each line"
    )


def written(lines: list[str]) -> str | None:
    """Say that lines are lists or bytes as Python prints them."""
    for pattern, what, remedy in (
        (LIST, "lists", "read each with ast.literal_eval or json.loads, and pass the lists"),
        (BYTES, "bytes", 'decode them first, as in text.decode("utf-8")'),
    ):
        found = [line for line in lines if pattern.fullmatch(line)]
        if len(found) >= max(FEWEST, SAME * sum(map(bool, lines))):
            return (
                f"has {what} as Python prints them, such as {found[0].strip()[:60]!r}: the signs around words are taken for "
                f"parts of them; {remedy}"
            )
    return None


def labelled(lines: list[str]) -> str | None:
    """Say that lines begin with labels, as fastText's classifier wants them."""
    found = [line for line in lines if line.startswith("__label__")]
    if len(found) < max(FEWEST, SAME * sum(map(bool, lines))):
        return None
    return (
        f"has a label at the beginning of each line, such as {found[0].split()[0][:40]!r}, which is taken for a word that "
        "is near all others; leave the labels out (w2v supervise is what learns labels)"
    )


def parallel(lines: list[str]) -> str | None:
    """Say that lines hold a sentence and its translation, as word aligners want them."""
    found = [line for line in lines if line.count(" ||| ") == 1]
    if len(found) < max(FEWEST, SAME * sum(map(bool, lines))):
        return None
    return (
        f"has two sentences on each line, separated by |||, such as {found[0][:60]!r}: they are taken for one; put each on "
        "a line of its own, or each language in a file of its own"
    )


def quoted(lines: list[str]) -> str | None:
    """Say that each line is in quotation marks, which whitespace does not separate from the words."""
    found = [line.strip() for line in lines if QUOTED.fullmatch(line)]
    if len(found) < max(FEWEST, SAME * sum(map(bool, lines))):
        return None
    return (
        f"has each line in quotation marks, such as {found[0][:60]!r}, which become parts of the first and the last word; "
        'remove them, or split the text with tokenizer="words"'
    )


def returned(lines: list[str]) -> str | None:
    """Say that many lines contain carriage returns, the line ends of old Macs, beside line feeds."""
    inside = sum(line.rstrip("\r").count("\r") for line in lines)
    if inside < max(FEWEST, len(lines) / 2):
        return None
    return (
        f"has {inside} carriage returns within its first {len(lines)} lines: the line ends of old Macs, which end no "
        "sentence where there are line feeds too; replace them, for example with tr '\\r' '\\n'"
    )


def _width(rows: Sequence[list[str]]) -> tuple[int, int]:
    """Return the most common number of columns, and how many rows have it."""
    return Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)


def _is_number(text: str) -> bool:
    return text.replace(" ", "").replace(".", "").isdigit()


def _share_in_order(values: Sequence[int] | Sequence[str]) -> float:
    """Return which share of values is not smaller than the one before."""
    return sum(a <= b for a, b in pairwise(values)) / max(len(values) - 1, 1)  # type: ignore[operator]


def _annotates(rows: list[list[str]], form: int, other: int) -> bool:
    """Whether a column numbers the tokens of each sentence, or holds a few tags that are none of the tokens.

    Lines of as many words each, such as verses or walks, have words in all columns.
    """
    values = [row[other] for row in rows]
    if sum(map(str.isdigit, values)) >= SAME * len(values):
        return values[0] in "01" and sum(int(b) - int(a) == 1 for a, b in pairwise(values)) > len(values) / 2
    tags, tokens = set(values), {row[form] for row in rows}
    if len(tags & tokens) > len(tags) / 2 or len(tags) > TAGS:
        return False
    return len(tokens) >= 3 * len(tags) or sum(TAG.fullmatch(tag) is not None for tag in tags) >= SAME * len(tags)
