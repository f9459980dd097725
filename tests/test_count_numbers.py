"""Integers are counted as numbers: as a dictionary would count them, whatever their range."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v import VocabularyConfig, encode
from w2v._text import NumberTable, ScanError, count_small
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import CorpusError
from w2v.machine import resident_memory

ALL = VocabularyConfig(min_count=1)
NUMBERS = st.one_of(
    st.integers(0, 40), st.integers(4000, 5000), st.integers(0, 2**63 - 1), st.sampled_from([2**20, 2**22])
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(NUMBERS, max_size=40), max_size=12))
def test_a_table_counts_as_a_dictionary_does(batches):
    table, ids = NumberTable(), []
    for batch in batches:
        ids += table.add(np.array(batch, np.int64)).tolist()
    numbers = [number for batch in batches for number in batch]
    assert table.numbers().tolist() == list(dict.fromkeys(numbers))
    assert [int(table.numbers()[i]) for i in ids] == numbers
    assert dict(zip(table.numbers().tolist(), table.counts().tolist(), strict=True)) == Counter(numbers)
    assert all(table.numbers()[table.find(number)] == number for number in numbers)
    assert table.find(123_456_789_012) == -1 or 123_456_789_012 in numbers


def test_the_array_of_small_numbers_grows_and_takes_over_what_was_hashed():
    rng = np.random.default_rng(1)
    table, seen = NumberTable(), []
    for most in (10, 10**6, 3 * 10**6, 10**7, 2**62):
        batch = rng.integers(0, most, 300_000)
        table.add(batch)
        seen.append(batch)
    values, first, counts = np.unique(np.concatenate(seen), return_index=True, return_counts=True)
    order = np.argsort(first)
    assert (table.numbers() == values[order]).all()
    assert (table.counts() == counts[order]).all()


def test_a_few_large_numbers_in_a_long_text_cost_no_memory():
    table, batch = NumberTable(), np.zeros(1 << 22, np.int64)
    batch[-1] = 4 * len(batch) - 1
    before = resident_memory()
    ids = table.add(batch)
    assert (ids[0], ids[-1], table.numbers().tolist()) == (0, 1, [0, int(batch[-1])])
    assert resident_memory() - before < (1 << 26), "an array of 2**24 entries has 128 MiB"


@pytest.mark.parametrize("corpus", [[[1, 2, 1]], (np.array([1, 2, 1]), np.array([0, 3]))], ids=["lists", "arrays"])
def test_words_that_are_no_ids_are_not_among_them(corpus):
    words = {"9" * 5000, "9" * 20, str(2**63), "-1", "01", "\u0661", "1.0", "one", ""}
    kept = encode(corpus, VocabularyConfig(min_count=2, keep=words | {"2"}))
    assert sorted(kept.vocabulary.words) == ["1", "2"]
    assert encode(corpus, Vocabulary(["2", "1", *words], np.ones(2 + len(words), np.int64))).tokens.tolist() == [
        1,
        0,
        1,
    ]


def test_what_is_no_id():
    with pytest.raises(ScanError) as caught:
        NumberTable().add(np.array([1, 2, -3]))
    assert caught.value.args == ("negative", 2)
    counts, first = np.zeros(3, np.int64), np.zeros(3, np.int64)
    for wrong in ([3], [-1]):
        with pytest.raises(ValueError, match="do not fit"):
            count_small(np.array(wrong), 0, counts, first)
    count_small(np.array([2, 0, 2]), 10, counts, first)
    assert (counts.tolist(), first.tolist()) == ([1, 0, 2], [11, 0, 10])


@pytest.mark.parametrize("shift", [0, 5, 10**12])
@pytest.mark.parametrize("kind", [np.int64, np.uint64, np.int32])
def test_arrays_lists_and_pairs_are_encoded_alike(shift, kind):
    if shift > 2**31 and kind is np.int32:
        return
    rng = np.random.default_rng(2)
    walks = (rng.zipf(1.5, (300, 7)) % 50 + shift).astype(kind)
    words = [[str(number) for number in walk] for walk in walks.tolist()]
    for config in (ALL, VocabularyConfig(min_count=5), VocabularyConfig(min_count=1, max_final_vocab=9)):
        expected = encode(words, config)
        offsets = np.arange(0, walks.size + 1, 7)
        for corpus in (walks.tolist(), list(walks), iter(walks), (walks.ravel(), offsets), walks):
            got = encode(corpus, config)
            assert got.vocabulary.words == expected.vocabulary.words  # ties too
            assert (got.tokens == expected.tokens).all()
            assert (got.offsets == expected.offsets).all()
            assert got.ledger == expected.ledger
            assert got.vocabulary.numbers
    keep = VocabularyConfig(min_count=1000, keep={words[0][0], words[1][0], "007"}, drop={"not a number"})
    got = encode((walks.ravel(), offsets), keep).vocabulary
    assert set(got.words) == {words[0][0], words[1][0]} or len(set(words[0][:1] + words[1][:1])) == 1
    known = encode(words, ALL).vocabulary
    assert (encode((walks.ravel(), offsets), known).tokens == encode(words, known).tokens).all()


def test_errors_name_the_sentence():
    for corpus, where in (
        ([[1], [2, -3]], r"got -3 in sentences\[1\]"),
        ((np.array([1, 2, -3]), np.array([0, 1, 3])), r"got -3 in sentences\[1\]"),
        ([np.array([1]), np.array([2**63], np.uint64)], r"got 9223372036854775808 in sentences\[1\]"),
    ):
        with pytest.raises(CorpusError, match=where):
            encode(corpus, ALL)
