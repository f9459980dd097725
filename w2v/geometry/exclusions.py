"""What was left out of a measurement, and why, in words."""

import re
from collections.abc import Mapping

COUNTED = re.compile(r"^((?:\w+ )?(?:word|label|row|pair))s\b( that are\b)?")
"""The noun at the start of a reason, which is in the plural."""


def exclusions(excluded: Mapping[str, int]) -> list[str]:
    """Return how many were left out for each reason, in words.

    Examples
    --------
    >>> exclusions({"unknown words": 1, "words with several labels": 2, "repeated": 0})
    ['1 unknown word', '2 words with several labels']
    >>> exclusions({"words that are the only one of their class": 1, "zero rows": 1000})
    ['1 word that is the only one of its class', '1,000 zero rows']
    """
    return [
        f"{number:,} {_singular(reason) if number == 1 else reason}" for reason, number in excluded.items() if number
    ]


def _singular(reason: str) -> str:
    found = COUNTED.match(reason)
    if found is None:
        return reason
    rest = reason[found.end() :]
    return found[1] + (" that is" + rest.replace("their", "its") if found[2] else rest)
