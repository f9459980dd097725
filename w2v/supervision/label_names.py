"""Labels that are hardly meant as classes of their own: missing values, and one class written in several ways."""

import unicodedata
from collections import Counter
from collections.abc import Sequence

from w2v.arguments import amount
from w2v.corpus.sentence_layout import MISSING
from w2v.errors import warn

MISSING_LABELS = {name.casefold() for name in MISSING} - {"none"} | {"?", "-", "--", "."}
"""In lower case. None is a class of many data sets, of stances for example; what is blank has no label."""


def notice_labels(labels: Sequence[str], source: str) -> None:
    """Warn of labels that are written like missing values, and of those that differ in case or white space alone.

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
    alike: dict[str, list[str]] = {}
    for name in counts:
        alike.setdefault(" ".join(unicodedata.normalize("NFKC", name).casefold().split()), []).append(name)
    if several := [names for names in alike.values() if len(names) > 1]:
        more = f" (and {amount(len(several) - 1, 'more such class', 'more such classes')})" if len(several) > 1 else ""
        warn(
            f"{source} has {_counted(several[0], counts)}{more}, which differ in case or white space alone: they are taken "
            "for different classes; write them alike if they are one"
        )


def _counted(names: list[str], counts: Counter[str]) -> str:
    """Return labels with how often they occur, for a message."""
    some = [f"{name!r:.40} ({amount(counts[name], 'item')})" for name in names[:5]]
    several = "the labels " if len(some) > 1 else "the label "
    return several + " and ".join([", ".join(some[:-1]), some[-1]] if len(some) > 1 else some)
