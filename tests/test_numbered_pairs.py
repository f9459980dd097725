"""Pairs with a column that numbers the lines where the score is expected are an error that says which columns to choose."""

import numpy as np
import pytest

from w2v import KeyedVectors
from w2v.cli.main import main
from w2v.errors import ConfigError, CorpusError
from w2v.evaluation.similarity import evaluate_pairs, read_pairs
from w2v.sentences.scored_pairs import read_sentence_pairs

WORDS = [(f"king{i}", f"queen{i}", i % 7 / 2) for i in range(12)]
TEXTS = [(f"a king {i}", f"the queen {i}", i % 7 / 2) for i in range(12)]


def write(tmp_path, rows, header=None, separator="\t", name="pairs.tsv"):
    path = tmp_path / name
    lines = [header, *rows] if header else rows
    path.write_text("".join(separator.join(map(str, row)) + "\n" for row in lines))
    return str(path)


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
@pytest.mark.parametrize("header", [None, ("word1", "word2", "id", "score")])
@pytest.mark.parametrize("first", [0, 1, 4711])
def test_numbers_of_lines_are_no_scores(first, header, separator, tmp_path):
    path = write(tmp_path, [(a, b, first + i, s) for i, (a, b, s) in enumerate(WORDS)], header, separator)
    message = (
        rf"in column 3: got the numbers of its lines, {first}, .*choose the columns, as in columns='1,2,4'; "
        r"if these are scores, such as ranks, pass columns='1,2,3'$"
    )
    with pytest.raises(CorpusError, match=message):
        read_pairs(path)
    assert [pair.score for pair in read_pairs(path, columns="1,2,4")] == [s for _, _, s in WORDS]
    assert [pair.score for pair in read_pairs(path, columns="1,2,3")] == list(range(first, first + 12))


def test_sentences_too(tmp_path):
    path = write(tmp_path, [(a, b, i) for i, (a, b, _) in enumerate(TEXTS)])
    with pytest.raises(
        CorpusError,
        match=r"column 3: got the numbers of its lines.*or add one of scores; if these are scores.* columns='1,2,3'$",
    ):
        read_sentence_pairs(path)
    assert [pair.score for pair in read_sentence_pairs(path, "1,2,3")] == list(range(12))
    path = write(tmp_path, [(i, a, s, b) for i, (a, b, s) in enumerate(TEXTS)])
    with pytest.raises(CorpusError, match="name them, as in columns='2,4,3'"):
        read_sentence_pairs(path)


@pytest.mark.parametrize(
    ("rows", "hint"),
    [
        ([(a, s, b) for a, b, s in WORDS], "columns='1,3,2'"),
        ([(i, a, b, s) for i, (a, b, s) in enumerate(WORDS)], "columns='2,3,4'"),
        ([(s, a, b) for a, b, s in WORDS], "if the score comes first, choose the columns, as in columns='2,3,1'"),
        ([*WORDS, ("dog", "cat", "inf")], "line 13 must be .*: got 'dog.tcat.tinf'$"),
        ([*WORDS, ("dog", "cat")], "line 13 must be .*; add its score, or leave out the pair"),
        ([(s, "1984", a) for a, _, s in WORDS], "columns='2,3,1'"),
        ([("1984" if s == 1 else a, s, b) for a, b, s in WORDS], "columns='1,3,2'"),
    ],
)
def test_messages_say_which_columns(rows, hint, tmp_path):
    with pytest.raises(CorpusError, match=hint):
        read_pairs(write(tmp_path, rows))


@pytest.mark.parametrize("columns", [None, "1,2,3", "word1,word2,score"])
@pytest.mark.parametrize("separator", ["\t", ",", ";"])
@pytest.mark.parametrize("unknown", ["", "NA", "nan", "NaN", "None", "null", "n/a", "?", "-"])
def test_pairs_without_a_score_are_left_out(unknown, separator, columns, tmp_path):
    header = ("word1", "word2", "score")
    path = write(tmp_path, [("null", "nan", unknown), *WORDS, ("dog", "cat", unknown)], header, separator)
    assert [pair.score for pair in read_pairs(path, columns=columns)] == [s for _, _, s in WORDS]
    header = ("sentence1", "sentence2", "score")
    path = write(tmp_path, [("a none", "a nan", unknown), *TEXTS, ("a dog", "cat", unknown)], header, separator)
    columns = columns and columns.replace("word", "sentence")
    assert [pair.score for pair in read_sentence_pairs(path, columns)] == [s for _, _, s in TEXTS]


def test_reports_say_how_many_pairs_without_a_score_were_left_out(tmp_path, capsys):
    pytest.importorskip("scipy")
    words = [word for a, b, _ in WORDS for word in (a, b)]
    vectors = KeyedVectors.from_arrays(words, np.random.default_rng(0).normal(size=(24, 4)), counts=range(24, 0, -1))
    vectors.save(str(tmp_path / "v.safetensors"))
    path = write(tmp_path, [*WORDS, ("dog", "cat", "NA"), ("cow", "cat", "")])
    result = evaluate_pairs(vectors.index_to_key, vectors.vectors, path)
    assert (result.asked, result.unscored, result.to_dict()["unscored"]) == (12, 2, 2)
    assert str(result).endswith("12 of 12 pairs found; 2 pairs without a score left out")
    assert "left out" in result._repr_html_()
    with pytest.warns(UserWarning, match=r"pairs.tsv: 2 pairs without a score left out"):
        vectors.evaluate_word_pairs(path)
    assert main(["evaluate", str(tmp_path / "v.safetensors"), "--pairs", path]) == 0
    assert "2 pairs without a score left out" in capsys.readouterr().out
    path = write(tmp_path, [*((a, b, s) for a, b, s in WORDS), ("king0", "queen1", "-")])
    assert main(["sentences", "evaluate", str(tmp_path / "v.safetensors"), path]) == 0
    assert "12 pairs; 1 pair without a score left out" in capsys.readouterr().out
    assert "left out" not in str(evaluate_pairs(vectors.index_to_key, vectors.vectors, write(tmp_path, WORDS)))


def test_some_score_must_be_known(tmp_path):
    with pytest.raises(CorpusError, match="must contain at least one line 'word word number': got none"):
        read_pairs(write(tmp_path, [(a, b, "NA") for a, b, _ in WORDS]))
    path = write(tmp_path, [(a, b, "NA") for a, b, _ in TEXTS], ("sentence1", "sentence2", "score"))
    with pytest.raises(CorpusError, match=r"must contain lines of two sentences and a score.*: got none"):
        read_sentence_pairs(path)


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
def test_columns_by_name(separator, tmp_path):
    numbered = [(i, a, b, s) for i, (a, b, s) in enumerate(WORDS)]
    path = write(tmp_path, numbered, ("", "word1", "word2", "score"), separator)  # as pandas writes an index
    assert [pair.first for pair in read_pairs(path, columns="word1,word2,score")] == [a for a, _, _ in WORDS]
    swapped = write(tmp_path, WORDS, ("word1", "score", "word2"), separator)
    with pytest.raises(CorpusError, match=r"the two words and the score seem to be in columns='1,2,3'"):
        read_pairs(swapped, columns="word1,word2,score")
    with pytest.raises(ConfigError, match=r"got 'third'; it has 'word1', 'score', 'word2'"):
        read_pairs(swapped, columns="word1,word2,third")
    with pytest.raises(ConfigError, match=r"whose lines have at most 3 columns: got '1,2,7'"):
        read_pairs(swapped, columns="1,2,7")


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
def test_columns_of_sentences_by_name(separator, tmp_path):
    path = write(tmp_path, TEXTS, ("sentence1", "score", "sentence2"), separator)
    with pytest.raises(CorpusError, match=r"line 2: the score must be a number.*; choose .*columns='1,2,3'"):
        read_sentence_pairs(path)
    with pytest.raises(ConfigError, match="got 'third'; it has 'sentence1', 'score', 'sentence2'"):
        read_sentence_pairs(path, "sentence1,third")
    with pytest.raises(ConfigError, match=r"whose lines have at most 3 columns: got '1,2,7'"):
        read_sentence_pairs(path, "1,2,7")


@pytest.mark.parametrize("names", [("sentence1", "sentence2"), ("premise", "hypothesis"), ("text_a", "text_b")])
def test_a_header_is_no_pair(names, tmp_path):
    path = write(tmp_path, TEXTS, (*names, "score"))
    assert len(read_sentence_pairs(path, "1,2")) == len(TEXTS)
    path = write(tmp_path, [row[:2] for row in TEXTS], names)
    assert len(read_sentence_pairs(path)) == len(TEXTS)


@pytest.mark.parametrize(
    "rows",
    [
        WORDS,
        [(a, b, i) for i, (a, b, _) in enumerate(WORDS[:9])],  # few, which may be scores
        [(a, b, i * 5 % 12) for i, (a, b, _) in enumerate(WORDS)],  # ranks
        [(a, b, s, 1, 2, 3) for a, b, s in WORDS],  # the mean of several people, and theirs
    ],
)
def test_other_scores_are_read(rows, tmp_path):
    assert [pair.score for pair in read_pairs(write(tmp_path, rows))] == [float(row[2]) for row in rows]


def test_semicolons_separate_sentences_where_commas_are_decimal_signs(tmp_path):
    rows = [("Ein Hund, der bellt.", "Ein Hund bellt.", "4,5"), ("Ja", "Nein, nie", "0"), ('"Ja; gut"', "So", "1,25")]
    for header in (None, ("satz1", "satz2", "wert")):
        pairs = read_sentence_pairs(write(tmp_path, rows, header, ";", "pairs.csv"))
        assert [pair.score for pair in pairs] == [4.5, 0, 1.25]
        assert pairs[2].first == "Ja; gut"
    commas = [("A dog; barks", "A dog", 1.5), ("Yes", "No; never", 2)]
    assert read_sentence_pairs(write(tmp_path, commas, separator=","))[0].first == "A dog; barks"


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (
            ["262", "1,354", "2,000"],
            "line 2: scores must have no commas .* got '1,354', beside 262 in line 1; .* 1354,",
        ),
        (
            ["-1,354", "10"],
            "got '-1,354', beside 10 in line 2; remove the commas, as in -1354, or write a decimal point",
        ),
        (["3", "4", "5", "1,234,567"], "line 4: .* got '1,234,567'; remove the commas, as in 1234567"),
        (["3", "4", "5", "1,234.5"], "line 4: .* got '1,234.5'; remove the commas, as in 1234.5"),
        (["12.5", "1,354"], "must have one decimal sign: got a point in line 1 and a comma in line 2"),
    ],
)
def test_commas_between_thousands_are_no_decimal_signs(scores, message, tmp_path):
    for texts, read in ((WORDS, read_pairs), (TEXTS, read_sentence_pairs)):
        path = write(tmp_path, [(a, b, score) for (a, b, _), score in zip(texts, scores, strict=False)])
        for columns in (None, "1,2,3"):
            with pytest.raises(CorpusError, match=message):
                read(path, columns=columns)


@pytest.mark.parametrize(
    "scores", [["6,770", "1,354"], ["6,770", "9"], ["12,5", "10"], ["0,354", "10"], ["1,354", "2,5", "262"]]
)
def test_other_commas_are_decimal_signs(scores, tmp_path):
    for texts, read in ((WORDS, read_pairs), (TEXTS, read_sentence_pairs)):
        path = write(tmp_path, [(a, b, score) for (a, b, _), score in zip(texts, scores, strict=False)])
        assert [pair.score for pair in read(path)] == [float(score.replace(",", ".")) for score in scores]


@pytest.mark.parametrize(
    ("header", "place"),
    [
        (("word1", "word2", "POS_id", "score"), 4),
        (("w1", "w2", "rater1", "rater2", "Mean"), 5),
        (("w1", "w2", "r1", "Gold", "r2"), 4),
    ],
)
def test_a_later_column_that_is_named_like_the_score(header, place, tmp_path):
    rows = [(a, b, *(s + k for k in range(len(header) - 2))) for a, b, s in WORDS]
    path = write(tmp_path, rows, header, ",")
    name, columns = header[place - 1], f"1,2,{place}"
    message = (
        rf"column 3, '{header[2]}', .* but column {place} is named '{name}'; .*='{columns}', otherwise columns='1,2,3'"
    )
    with pytest.warns(UserWarning, match=message):
        assert [pair.score for pair in read_pairs(path)] == [s for _, _, s in WORDS]
    assert [pair.score for pair in read_pairs(path, columns=columns)] == [s + place - 3 for _, _, s in WORDS]
    assert [pair.score for pair in read_pairs(path, columns="1,2,3")] == [s for _, _, s in WORDS]
    raters = [(a, b, *range(1, len(header) - 1)) for a, b, _ in WORDS]
    with pytest.raises(
        CorpusError, match=f"decimal point.*if the score is '{name}', pass columns='{columns}'; if column 3"
    ):
        read_pairs(write(tmp_path, raters, header, ","))
    rows[3] = (*rows[3][:2], "N", *rows[3][3:])
    with pytest.raises(CorpusError, match=f"line 5 must be .*choose the columns, as in columns='{columns}'"):
        read_pairs(write(tmp_path, rows, header, ","))
    rows = [(a, b, i, *row[3:]) for i, ((a, b, _), row) in enumerate(zip(WORDS, rows, strict=True))]
    with pytest.raises(CorpusError, match=f"numbers of its lines.*choose the columns, as in columns='{columns}'"):
        read_pairs(write(tmp_path, rows, header, ","))


@pytest.mark.parametrize(
    "header", [("w1", "w2", "score", "mean"), ("w1", "w2", "r1", "mean", "gold"), ("w1", "w2", "sim", "n"), None]
)
def test_other_names_get_no_notice(header, tmp_path):
    rows = [(a, b, *(s for _ in range(len(header or "four") - 2))) for a, b, s in WORDS]
    assert len(read_pairs(write(tmp_path, rows, header))) == len(WORDS)
    rows = [(*row[:3], "x", *row[4:]) for row in rows]  # a column that is named so, without numbers
    assert len(read_pairs(write(tmp_path, rows, ("w1", "w2", "r1", "score", "x")[: len(rows[0])]))) == len(WORDS)
