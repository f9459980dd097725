"""A column of counts among the values of vectors, as in the lines ``word count value value ...`` of some programs."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

FEWEST_ROWS, ROWS_SEEN, FEWEST_COLUMNS = 10, 1000, 4
TIMES_LARGER = 20
"""Than any other value; trained dimensions differ less, and hold no whole numbers."""


def column_of_counts(vectors: NDArray[Any]) -> int | None:
    """Return the first or last column if it holds counts, as its first rows tell; None if neither does.

    Examples
    --------
    >>> values = np.random.default_rng(0).normal(size=(20, 5))
    >>> values[:, 0] = 4000 // np.arange(1, 21)
    >>> column_of_counts(values), column_of_counts(values[:, 1:])
    (0, None)
    """
    seen = vectors[:ROWS_SEEN].astype(np.float64)
    if len(seen) < FEWEST_ROWS or seen.shape[1] < FEWEST_COLUMNS:
        return None
    for place, others in ((0, seen[:, 1:]), (seen.shape[1] - 1, seen[:, :-1])):
        values = seen[:, place]
        is_whole = (values >= 1).all() and (values == np.floor(values)).all()
        if is_whole and values.max() > TIMES_LARGER * np.abs(others).max() and (others != np.floor(others)).any():
            return place
    return None


def has_counts(name: str, word: str, row: NDArray[Any], place: int) -> str:
    """Return what is said of a file with such a column."""
    which, field = ("first", r"[ \t]+[^ \t]+") if place == 0 else ("last", r"[ \t]+[^ \t]+[ \t]*$")
    awk = f'NR==1 && NF==2 {{print $1, $2-1; next}} {{sub(/{field}/, ""); print}}'
    return (
        f"{name}: rows must be a word and its vector: got whole numbers, such as {row[place]:.0f} for {word!r:.40}, as the "
        f"{which} value of each, far larger than the others, as counts are, which would decide all similarities; take that "
        f"column out, and lower the dimension in the header if there is one, for example with awk '{awk}'; strict=False "
        "reads it as a value"
    )
