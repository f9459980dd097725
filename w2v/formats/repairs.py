"""What a lenient reader repairs in files of word2vec's formats, and how that is said."""

from collections.abc import Mapping

from w2v.annotations import checked
from w2v.arguments import integer

REPAIRS = {
    "duplicates": "duplicate words left out",
    "spaces_in_words": "words with white space",
    "blank_words": "words that are empty or only white space",
    "undecodable_words": "words with undecodable bytes",
    "newlines_before_words": "words after additional newlines",
    "blank_lines": "blank lines skipped",
    "final_newline": "missing newline after the last row",
    "rows_beyond_header": "rows beyond those in the header",
    "column_of_counts": "columns that look like counts, read as values",
    "column_numbers": "numbers of columns in the first line, read as a word",
}
"""By key of ``metadata["repairs"]``: what is counted, in words."""


@checked
def describe(path: object, repairs: Mapping[str, int]) -> str:
    """Return one line about the repairs of a file.

    Raises
    ------
    ArgumentError, ConfigError
        If the repairs are not counts by name.

    Examples
    --------
    >>> describe("v.vec", {"duplicates": 2, "blank_lines": 1})
    'v.vec was repaired while it was read: duplicate words left out: 2, blank lines skipped: 1'
    """
    parts = ", ".join(f"{REPAIRS.get(name, name)}: {integer(name, count, 0):,}" for name, count in repairs.items())
    return f"{path} was repaired while it was read: {parts}"
