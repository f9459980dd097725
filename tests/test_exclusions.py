"""What was left out of measurements, in words."""

import re
from pathlib import Path

import pytest

import w2v
from w2v.geometry.exclusions import exclusions

FILES = [p for p in Path(w2v.__file__).parent.rglob("*.py") if {"geometry", "supervision", "theory"} & set(p.parts)]
REASONS = sorted(
    {
        reason
        for path in FILES
        for reason in re.findall(
            r'"((?:\w+ )?(?:word|label|row|pair)s (?!in )[\w ]+)": *(?:int|len|lost|unknown)', path.read_text("utf-8")
        )
    }
)


def test_reasons_are_found():
    assert {"words that are the only one of their class", "pairs with an unknown word", "rows not finite"} <= set(
        REASONS
    )


@pytest.mark.parametrize("reason", REASONS)
def test_one_is_in_the_singular(reason):
    (one,) = exclusions({reason: 1, "nothing": 0})
    assert re.match(r"1 (\w+ )?(word|label|row|pair)\b", one)
    assert " are " not in one
    assert "their" not in one
    assert exclusions({reason: 1000}) == [f"1,000 {reason}"]
