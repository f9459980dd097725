"""A column of counts beside the vectors of a file in text would decide every similarity, so it is refused by name."""

import re
import subprocess

import numpy as np
import pytest

from w2v import KeyedVectors
from w2v.errors import FormatError

RNG = np.random.default_rng(0)
WORDS = [f"word{i}" for i in range(40)]
VALUES = RNG.normal(size=(40, 6)) / 3
COUNTS = (50_000 / np.arange(1, 41)).astype(int)


def write(tmp_path, columns, header=True, separator=" ", end=""):
    path = tmp_path / "v.vec"
    rows = [
        separator.join([word, *map(str, row)]) + end
        for word, row in zip(WORDS, zip(*columns, strict=True), strict=True)
    ]
    path.write_text("".join(line + "\n" for line in ([f"40 {len(columns)}"] if header else []) + rows))
    return str(path)


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize(
    ("columns", "which"),
    [
        ([COUNTS, *VALUES.round(4).T], "first"),
        ([*VALUES.round(4).T, COUNTS], "last"),
        ([RNG.permutation(COUNTS), *VALUES.round(4).T], "first"),
    ],
)
def test_counts_are_refused(columns, which, header, tmp_path):
    path = write(tmp_path, columns, header)
    with pytest.raises(FormatError, match=f"as the {which} value of each.*awk.*strict=False") as caught:
        KeyedVectors.load(path)
    assert f"such as {(columns[0] if which == 'first' else columns[-1])[0]} for 'word0'" in str(caught.value)
    with pytest.warns(UserWarning, match="columns that look like counts, read as values: 1"):
        vectors = KeyedVectors.load_word2vec_format(path, binary=False, no_header=not header)
    assert vectors.vector_size == 7


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize(("separator", "end"), [(" ", ""), (" ", " "), ("\t", "")])
@pytest.mark.parametrize("columns", [[COUNTS, *VALUES.round(4).T], [*VALUES.round(4).T, COUNTS]], ids=["first", "last"])
def test_the_command_that_is_proposed_works(columns, separator, end, header, tmp_path):
    path = write(tmp_path, columns, header, separator, end)
    with pytest.raises(FormatError) as caught:
        KeyedVectors.load(path)
    program = re.search(r"with awk '([^']*)'", str(caught.value))[1]
    mended = tmp_path / "m.vec"
    mended.write_bytes(subprocess.run(["awk", program, path], capture_output=True, check=True).stdout)
    vectors = KeyedVectors.load(str(mended))
    assert list(vectors.index_to_key) == WORDS
    np.testing.assert_array_equal(vectors.vectors, VALUES.round(4).astype(np.float32))


@pytest.mark.parametrize(
    "columns",
    [
        VALUES.T,
        (VALUES * 100).round().T,  # quantised
        [np.arange(40) % 3, *VALUES.T],  # a feature of its own
        [COUNTS / 7.3, *VALUES.T],
        [COUNTS, *(COUNTS // 3 for _ in range(5))],  # counts of contexts
        [np.zeros(40), *VALUES.T],
    ],
    ids=range(6),
)
def test_other_columns_are_not(columns, tmp_path):
    assert len(KeyedVectors.load(write(tmp_path, columns))) == 40
