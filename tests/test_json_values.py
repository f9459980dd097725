"""Shapes of JSON: what has the shape comes back, and the message about anything else names the member."""

from contextlib import suppress
from dataclasses import fields

import pytest
from hostile import JSON
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.corpus.encoded_corpus import ReadLedger
from w2v.json_values import ANY, Real, Whole, check, record


@pytest.mark.parametrize(
    ("value", "shape", "said"),
    [
        (True, Whole(), "x must be an integer from 0 to 9223372036854775807: got True"),
        (2**63, Whole(), "x must be an integer"),
        (10**400, Real(), "x must be a number"),
        (float("nan"), Real(), "x must be a number"),
        (float("inf"), Real(low=0), "x must be a number from 0"),
        ([1, "a"], [Whole()], r"x\[1\] must be an integer"),
        ({"a": {"b": None}}, {"a": {"b": str}}, "x.a.b must be a string: got None"),
        ({"a": 1}, {str: bool}, "x.a must be true or false: got 1"),
        ({}, {"a": ANY}, "x must have 'a': got none"),
        (5, (str, None), "x must be a string or null: got 5"),
        ([5], ([str], None), r"x\[0\] must be a string: got 5"),
        ("c", {"a", "b"}, "x must be one of a, b: got 'c'"),
        ([], {"a": ANY}, r"x must be an object: got \[\]"),
        ({}, [ANY], "x must be a list: got {}"),
    ],
)
def test_shapes(value, shape, said):
    with pytest.raises(ValueError, match=said):
        check(value, shape, "x")


def test_records_take_known_fields_only():
    ledger = dict.fromkeys([f.name for f in fields(ReadLedger)], 3)
    assert record(ReadLedger, ledger, "read") == ReadLedger(**ledger)
    assert record(ReadLedger, list(ledger.values()), "read") == ReadLedger(**ledger)
    for wrong in (ledger | {"path": "/x"}, {"tokens": 3}, [3] * 9, 5, None, ledger | {"tokens": "3"}):
        with pytest.raises(ValueError, match="read"):
            record(ReadLedger, wrong, "read")


SHAPES = (Whole(), Real(), str, bool, None, {"a"}, [Whole()], {"a": [str]}, {str: (Real(), None)}, ([str], {"a": str}))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@given(value=st.recursive(JSON, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
@settings(deadline=None)
def test_any_json_against_any_shape(shape, value):
    with suppress(ValueError):
        assert check(value, shape, "x") is value
