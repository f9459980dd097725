"""Word similarity: correlations known by hand, coverage and duplicates counted, malformed files refused."""

import json
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.errors import ConfigError, CorpusError, MissingExtraError, W2VError
from w2v.evaluation import SimilarityResult, WordPair, evaluate_pairs, read_pairs

# Cosines with "a": b 1, c 0.8, d 0.6, e 0, f -1.
WORDS = ["a", "b", "c", "d", "e", "f"]
VECTORS = np.array([[2, 0], [1, 0], [0.8, 0.6], [3, 4], [0, 1], [-5, 0]], dtype=np.float32)


def pairs(*scores):
    return [WordPair("a", word, score) for word, score in zip("bcdef", scores, strict=False)]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "pairs.tsv"


@pytest.fixture(autouse=True)
def _scipy():
    pytest.importorskip("scipy")


def test_same_order_gives_one():
    result = evaluate_pairs(WORDS, VECTORS, pairs(9, 7, 6, 3, 1))
    assert result.spearman == pytest.approx(1)
    assert 0.9 < result.pearson < 1


def test_linear_scores_give_one():
    result = evaluate_pairs(WORDS, VECTORS, pairs(10, 9, 8, 5, 0))
    assert result.pearson == pytest.approx(1, abs=1e-6)


def test_reversed_order_gives_minus_one():
    assert evaluate_pairs(WORDS, VECTORS, pairs(1, 2, 3, 4, 5)).spearman == pytest.approx(-1)


def test_one_exchange_counted_by_hand():
    # Ranks 5 4 3 2 1 against 4 5 3 2 1: 1 - 6 (1 + 1) / (5 * 24).
    assert evaluate_pairs(WORDS, VECTORS, pairs(7, 9, 6, 3, 1)).spearman == pytest.approx(0.9)


def test_unknown_words_are_left_out_and_counted():
    asked = [*pairs(9, 7, 6), WordPair("a", "zebra", 1.0)]
    result = evaluate_pairs(WORDS, VECTORS, asked)
    assert (result.found, result.asked, result.coverage) == (3, 4, 0.75)
    assert result.spearman == pytest.approx(1)
    assert str(result).endswith("3 of 4 pairs found")


def test_restrict_limits_known_words():
    assert evaluate_pairs(WORDS, VECTORS, pairs(9, 7, 6), restrict=3).found == 2


def test_case():
    asked = [WordPair("A", "B", 9.0), WordPair("a", "C", 7.0)]
    assert evaluate_pairs(WORDS, VECTORS, asked).found == 2
    assert evaluate_pairs(WORDS, VECTORS, asked, case_insensitive=False).found == 0


def test_duplicates_are_counted_and_scored():
    asked = [*pairs(9, 7, 6), WordPair("B", "a", 9.0), WordPair("a", "b", 8.0)]
    result = evaluate_pairs(WORDS, VECTORS, asked)
    assert (result.duplicates, result.found) == (2, 5)


@pytest.mark.parametrize("asked", [pairs(9), pairs(5, 5, 5), [WordPair("a", "b", 1), WordPair("a", "b", 2)], []])
def test_undefined_correlation_is_none(asked):
    result = evaluate_pairs(WORDS, VECTORS, asked)
    assert (result.spearman, result.pearson) == (None, None)
    reason = "fewer than two pairs found" if len(asked) < 2 else "all scores, or all cosines, are equal"
    assert str(result).startswith(f"Spearman undefined, Pearson undefined ({reason}), ")


def test_json_form():
    result = SimilarityResult(spearman=0.5, pearson=None, found=3, asked=4, duplicates=1)
    assert json.loads(json.dumps(result.to_dict())) == {
        "spearman": 0.5,
        "pearson": None,
        "found": 3,
        "asked": 4,
        "duplicates": 1,
        "unscored": 0,
        "coverage": 0.75,
    }
    assert SimilarityResult(None, None, 0, 0, 0).coverage is None


@pytest.mark.parametrize(
    "text",
    [
        "a\tb\t1.5\nc\td\t2\n",
        "a b 1.5\r\nc  d 2\r\n",
        "a,b,1.5\nc, d, 2\n",
        "\ufeff# comment\n\nword1 word2 score\na b 1.5\n# another\nc d 2 0.3 noun\n",
        "Word 1,Word 2,Human (mean)\na,b,1.5\nc,d,2",
    ],
)
def test_formats(file, text):
    file.write_text(text, encoding="utf-8", newline="")
    assert read_pairs(file) == [WordPair("a", "b", 1.5), WordPair("c", "d", 2.0)]
    assert evaluate_pairs(WORDS, VECTORS, file).found == 2


# What spreadsheets and published sets look like.


@pytest.mark.parametrize(
    "text",
    [
        "a\tb\t6,77\nc\td\t2\n",
        "a b 6,77\nc d 2\n",
        "a;b;6,77\nc;d;2\n",
        "a;b;6.77\nc;d;2.0\n",
        '"a","b",6.77\n"c","d",2\n',
        '"a","b","6,77"\n"c","d","2"\n',
        '"a"\t"b"\t"6,77"\n"c"\t"d"\t"2"\n',
        '"a" "b" 6.77\n"c"  "d" "2"\n',
        "a\tb\t6.77\rc\td\t2\r",
        "word1\tword2\tscore\ra\tb\t6,77\rc\td\t2",
        "a,b,6.77,9\nc,d,2,9\n",
        "a , b , 6.77\nc , d , 2\n",
        "Word 1;Word 2;Human (mean)\na;b;6,77\nc;d;2\n",
        "a\tb\t6.77\nc,d,2\n",
    ],
)
def test_separators_quotes_and_decimal_signs(file, text):
    file.write_bytes(text.encode())
    assert read_pairs(file) == [WordPair("a", "b", 6.77), WordPair("c", "d", 2.0)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b,6,77\nc,d,5,30\n", "scores with a decimal point, as commas separate its columns: got 'a,b,6,77'"),
        ("a,b,6,77\nc,d,2\n", "scores with a decimal point"),
        ("a,b,c,d\ne,f,6,77\n", "scores with a decimal point"),
        ("a\tb\t6.77\nc\td\t1,234\n", "one decimal sign: got a point in line 1 and a comma in line 2"),
        ("a\tb\t1,234.5\n", "line 1: scores must have no commas between thousands: got '1,234.5'"),
        ("a\tb\t6_77\n", "line 1 must be two words and a finite number"),
        ("new york city 5\na b 3\n", "line 1 must be two words and a finite number: got 'new york city 5'"),
        ("a b N 5\nc d N 2\n", "line 1 must be .*; choose the columns, as in columns='1,2,4'"),
        ("\tb\t5\nc\td\t2\n", "line 1 must be"),
    ],
)
def test_a_score_is_never_cut_and_no_line_of_data_is_dropped(file, text, message):
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        read_pairs(file)


def test_columns_that_may_be_decimals_can_be_chosen(file):
    file.write_text("a,b,6,77\nc,d,5,30\n", encoding="utf-8")
    assert [pair.score for pair in read_pairs(file, columns=(1, 2, 3))] == [6, 5]
    assert [pair.score for pair in read_pairs(file, columns="1,2,4")] == [77, 30]


SIMLEX = "word1\tword2\tPOS\tSimLex999\tconc(w1)\na\tb\tA\t1.58\t2.72\nnew york\td\tN\t9\t5\n"


@pytest.mark.parametrize(
    "columns", [(1, 2, 4), "1,2,4", ("word1", "word2", "SimLex999"), " word1, word2 , simlex999", (1, "word2", 4)]
)
@pytest.mark.parametrize("head", ["", "# a set of pairs\n"])
def test_columns_by_name_or_number(file, columns, head):
    file.write_text(head + SIMLEX, encoding="utf-8")
    pairs = [WordPair("a", "b", 1.58), WordPair("new york", "d", 9.0)]
    assert read_pairs(file, columns=columns) == pairs
    assert evaluate_pairs(WORDS, VECTORS, file, columns=columns).asked == 2
    with pytest.raises(CorpusError, match=r"line \d must be two words .*: got 'a.*choose the columns"):
        read_pairs(file)


def test_names_in_a_comment_and_columns_in_another_order(file):
    file.write_text("# by us\n# score,first,second\n6.5,a,b\n3,c,d\n", encoding="utf-8")
    assert read_pairs(file, columns="first,second,score") == [WordPair("a", "b", 6.5), WordPair("c", "d", 3)]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("word1,word2,score", "columns must be names in the header of .*: got 'score'; it has 'word1', 'word2', 'POS'"),
        ((0, 1, 2), "numbers from 1: got 0"),
        ((1, 2), "columns must be three, two words and a score: got 2"),
        ("", "got ''"),
    ],
)
def test_columns_that_are_not_there(file, columns, message):
    file.write_text(SIMLEX, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_pairs(file, columns=columns)
    with pytest.raises(ConfigError, match="whose lines have at most 5 columns: got"):
        read_pairs(file, columns=(1, 2, 9))


def test_a_quotation_mark_may_be_a_word(file):
    file.write_text('"\ta\t5\n5"\tb\t2\n', encoding="utf-8")
    assert read_pairs(file) == [WordPair('"', "a", 5.0), WordPair('5"', "b", 2.0)]


@given(st.decimals(-99, 99, allow_nan=False, places=3), st.sampled_from(["\t", ";", " "]))
def test_decimal_commas_are_decimal_points(tmp_path_factory, score, separator):
    path = tmp_path_factory.getbasetemp() / "comma.txt"
    path.write_text(separator.join(["a", "b", str(score).replace(".", ",")]) + "\n", encoding="utf-8")
    assert read_pairs(path) == [WordPair("a", "b", float(score))]


def test_delimiter_and_encoding(file):
    file.write_bytes("new york;café;3\n".encode("latin-1"))
    assert read_pairs(file, delimiter=";", encoding="latin-1") == [WordPair("new york", "café", 3.0)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "got an empty file"),
        ("# only a comment\n", "at least one line 'word word number': got none"),
        ("word1 word2 score\n", "got none"),
        ("a b\n", "line 1 must be two words and a finite number: got 'a b'"),
        ("a b 1\nc d two\n", "line 2 must be .*: got 'c d two'"),
        ("a b 1\n\nc d many\n", "line 3 must be .*: got 'c d many'"),
        ("a b 1\nc d\n", "line 2 must be .*: got 'c d'"),
        ("a b 1\nc d inf", "line 2"),
        ("a\0b", "binary file"),
    ],
)
def test_malformed_files(file, text, message):
    file.write_text(text)
    with pytest.raises(CorpusError, match=message) as caught:
        read_pairs(file)
    assert "\n" not in str(caught.value)


def test_bad_options(file):
    file.write_text("a b 1\n")
    with pytest.raises(ConfigError, match="delimiter must be at least one character"):
        read_pairs(file, delimiter="")
    with pytest.raises(ConfigError, match="encoding must be the name of a text encoding"):
        read_pairs(file, encoding="klingon")
    with pytest.raises(ConfigError, match="1 word and 6 vectors"):
        evaluate_pairs(["a"], VECTORS, file)


@given(data=st.binary(max_size=60) | st.text("ab1., \t\n#", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "pairs.txt"
    path.write_bytes(data)
    try:
        outcome = read_pairs(path)
    except W2VError as error:
        outcome = str(error)
    if isinstance(outcome, str):
        assert str(path) in outcome
    else:
        assert all(np.isfinite(pair.score) and pair.first and pair.second for pair in outcome)


def test_without_scipy(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    with pytest.raises(MissingExtraError, match=r'pip install "w2v\[eval\]"'):
        evaluate_pairs(WORDS, VECTORS, pairs(9, 7, 6))
