"""Pairs with a column that numbers the lines where the score is expected are an error that says which columns to choose."""

import pytest

from w2v.cli.main import main
from w2v.errors import ConfigError, CorpusError
from w2v.evaluation.similarity import read_pairs
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
    message = rf"in column 3: got the numbers of its lines, {first}, .*choose the columns, as in columns='1,2,4'"
    with pytest.raises(CorpusError, match=message):
        read_pairs(path)
    assert [pair.score for pair in read_pairs(path, columns="1,2,4")] == [s for _, _, s in WORDS]
    assert [pair.score for pair in read_pairs(path, columns="1,2,3")] == list(range(first, first + 12))


def test_sentences_too(tmp_path, capsys):
    path = write(tmp_path, [(a, b, i) for i, (a, b, _) in enumerate(TEXTS)])
    with pytest.raises(
        CorpusError, match=r"column 3: got the numbers of its lines.*choose the columns, or add one of scores"
    ):
        read_sentence_pairs(path)
    path = write(tmp_path, [(i, a, s, b) for i, (a, b, s) in enumerate(TEXTS)])
    with pytest.raises(CorpusError, match="name them, as in columns='2,4,3'"):
        read_sentence_pairs(path)
    assert main(["sentences", "train", "x.bin", "--pairs", path, "-o", str(tmp_path / "e.safetensors")]) != 0
    assert "columns=" not in capsys.readouterr().err


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
