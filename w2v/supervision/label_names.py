"""Labels that are hardly meant as classes of their own: missing values, and one class written in several ways."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Sequence

from w2v.arguments import amount
from w2v.errors import warn
from w2v.missing_values import UNKNOWN

MISSING_LABELS = UNKNOWN - {"none"}
"""None is a class of many data sets, of stances for example; what is blank has no label."""
NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)", re.ASCII)
"""As a label; an exponent may be part of a code, such as 1e3."""


def notice_labels(labels: Sequence[str], source: str) -> None:
    """Warn of labels that are written like missing values, of those that are spelled alike, and of quantities.

    Spelled alike are labels that differ in case, white space, or the width or composition of letters alone, unlike 10² and
    102, or that are one number, as 0 and 0.0. Quantities are decimals of which most items have one of their own.

    Warns
    -----
    UserWarning
    """
    counts = Counter(labels)
    if missing := [name for name in counts if name.casefold() in MISSING_LABELS]:
        are = "it is taken for a class" if len(missing) == 1 else "they are taken for classes"
        warn(
            f"{source} has {_counted(missing, counts)}, as missing values are written: {are} like the others; leave the "
            "label blank, or drop these items, if nobody has labelled them"
        )
    _notice_alike(counts, source, _folded, "differ only in case, white space, or the width or composition of letters")
    _notice_alike(counts, source, _number, "are the same number")
    own = [name for name, count in counts.items() if count == 1 and NUMBER.fullmatch(name)]
    decimals = [name for name in own if not name.lstrip("+-").isdecimal()]
    if 2 * len(own) > len(labels) and 2 * len(decimals) > len(own):
        warn(
            f"{source} has {amount(len(counts), 'different label')} for {amount(len(labels), 'item')}, most of them numbers "
            f"such as {' and '.join(decimals[:2])}: each is taken for a class, not for a quantity; divide the numbers into "
            "a few ranges, as in low, middle and high"
        )


def _notice_alike(counts: Counter[str], source: str, key: Callable[[str], Hashable], how: str) -> None:
    """Warn of labels with the same key."""
    alike: dict[Hashable, list[str]] = {}
    for name in counts:
        alike.setdefault(key(name), []).append(name)
    if several := [names for names in alike.values() if len(names) > 1]:
        more = f" (and {amount(len(several) - 1, 'more such class', 'more such classes')})" if len(several) > 1 else ""
        warn(
            f"{source} has {_counted(several[0], counts)}{more}, which {how}: they are taken for different classes; write "
            "them alike if they are one"
        )


def _number(name: str) -> Hashable:
    """Return a label that is written as a number as its value, and any other as it is."""
    return float(name.replace(",", ".")) if NUMBER.fullmatch(name) else name


def _folded(name: str) -> str:
    """Return a label in lower case, with single spaces, and letters of the usual width and composition."""
    letters = (
        unicodedata.normalize("NFKC", letter)
        if unicodedata.decomposition(letter).startswith(("<wide>", "<narrow>"))
        else letter
        for letter in name
    )
    return " ".join(unicodedata.normalize("NFC", "".join(letters).casefold()).split())


def _counted(names: list[str], counts: Counter[str]) -> str:
    """Return labels with how often they occur, for a message."""
    some = [f"{name!r:.40} ({amount(counts[name], 'item')})" for name in names[:5]]
    several = "the labels " if len(some) > 1 else "the label "
    return several + " and ".join([", ".join(some[:-1]), some[-1]] if len(some) > 1 else some)
