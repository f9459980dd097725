"""Values, places and changes for files that a stranger may have written; see the tests named test_hostile_*."""

import copy

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

VALUES = [
    None,
    True,
    0,
    7,
    -1,
    2**64,
    10**400,
    0.5,
    1e300,
    "",
    "x",
    "words",
    [],
    [1],
    ["a", "b"],
    {},
    {"a": 1},
    [[1, 2]],
]


def many(examples):
    """Return settings for a test that makes files: that many examples, however long one takes."""
    return settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=False
    )


def leaves(value, path=()):
    """Yield the path of every value in a JSON object; of long lists, the first two."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, item in items:
        yield from leaves(item, (*path, key))


def changed(value, path, new):
    """Return a copy of a JSON value with the value at a path replaced; ``...`` removes it."""
    value = copy.deepcopy(value)
    inside = value
    for key in path[:-1]:
        inside = inside[key]
    if path and new is ...:
        del inside[path[-1]]
    elif path:
        inside[path[-1]] = new
    return value


JSON = st.one_of(
    st.sampled_from(VALUES), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5)
)
NEW = st.one_of(st.just(...), JSON, st.lists(JSON, max_size=3), st.dictionaries(st.text(max_size=5), JSON, max_size=3))


def mutated(data, value, most):
    """Return a JSON object with one or more values changed, drawn from hypothesis."""
    for _ in range(data.draw(st.integers(1, most))):
        places = list(leaves(value))[1:]
        if places:
            value = changed(value, data.draw(st.sampled_from(places)), data.draw(NEW))
    return value
