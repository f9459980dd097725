"""What a lenient reader repairs in files of word2vec's formats, and how that is said."""

from collections.abc import Mapping

REPAIRS = {
    "duplicates": "{} duplicate words left out",
    "spaces_in_words": "{} words with white space",
    "blank_words": "{} words that are empty or white space alone",
    "undecodable_words": "{} words with undecodable bytes",
    "newlines_before_words": "newlines before {} words skipped",
    "blank_lines": "{} blank lines skipped",
    "final_newline": "no newline after the last row",
    "rows_beyond_header": "{} rows more than the header says",
}
"""By key of ``metadata["repairs"]``: what was done, in words."""


def describe(path: object, repairs: Mapping[str, int]) -> str:
    """Return one line about the repairs of a file.

    Examples
    --------
    >>> describe("v.vec", {"duplicates": 2, "final_newline": 1})
    'v.vec was repaired while it was read: 2 duplicate words left out, no newline after the last row'
    """
    parts = ", ".join(REPAIRS[name].format(f"{count:,}") for name, count in repairs.items())
    return f"{path} was repaired while it was read: {parts}"
