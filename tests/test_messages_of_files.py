"""Messages about files that are not as a command wants them say where the fault is, and what to do."""

import random
import re
import subprocess

import pytest

import w2v
from w2v import TextOptions, VocabularyConfig, encode
from w2v.errors import CorpusError, NothingTrainedError
from w2v.supervision.label_files import line_pairs

DRAW = random.Random(1)
WORDS = [a + b for a in "abcdefgh" for b in "ijkl"]
LINES = [" ".join(DRAW.choices(WORDS, k=12)) for _ in range(100)]


def write(tmp_path, data, name="t.txt"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return str(path)


def test_a_word_per_line(tmp_path):
    corpus = encode(write(tmp_path, "\n".join(WORDS * 9)), VocabularyConfig(min_count=1))
    with pytest.raises(NothingTrainedError, match=r"each is alone in its sentence.*on one line, or in one list"):
        w2v.train(corpus, w2v.TrainConfig(vector_size=4))


def test_a_table_without_a_header(tmp_path):
    path = write(tmp_path, "".join(f"{i},{line},good\n" for i, line in enumerate(LINES)), "t.csv")
    with pytest.raises(CorpusError, match="if these are values, write a line of names above them"):
        encode(path)
    path = write(tmp_path, "id,text,label\n" + "".join(f"{i},{line},good\n" for i, line in enumerate(LINES)), "h.csv")
    with pytest.raises(CorpusError, match="one of 'id', 'text', 'label', or as_lines"):
        encode(path)


def test_the_line_of_an_open_quotation_mark(tmp_path):
    rows = [f"{i},{line}" for i, line in enumerate(LINES)]
    rows[20] = '20,"' + LINES[20]
    path = write(tmp_path, "\n".join(["id,text", *rows]) + "\n", "t.csv")
    with pytest.raises(
        CorpusError, match="in a row that begins in line 22: unexpected end of data; close quotation marks"
    ):
        encode(path, text=TextOptions(column="text"))


@pytest.mark.parametrize(
    ("data", "remedy"),
    [
        ("\0".join(LINES).encode(), r"if NULs end its lines.*tr '\\0' '\\n'"),
        ("é\0".join(LINES).encode(), "if NULs end its lines"),
        (" ".join(LINES).encode("utf-16-le")[2:-1], "UTF-16"),
        ("Жизнь и судьба. ".encode("utf-16-be") * 99, "UTF-16"),
    ],
    ids=range(4),
)
def test_nuls(data, remedy, tmp_path):
    with pytest.raises(CorpusError, match=remedy):
        encode(write(tmp_path, data))


def test_labels_of_fasttext(tmp_path):
    labels = ("__label__a ", "__label__b\t", "__label__a  __label__b ", "__label__a __label__b __label__c\t")
    path = write(tmp_path, "".join(f"{labels[i % 4]}{line}\n" for i, line in enumerate(LINES)))
    with pytest.raises(CorpusError, match=r"a label as fastText writes it, .*leave out all but one") as caught:
        list(line_pairs(path, TextOptions()))
    program = re.search(r"for example with awk '(.*)'$", str(caught.value))[1]
    mended = write(tmp_path, subprocess.run(["awk", program, path], capture_output=True, check=True).stdout, "m.tsv")
    assert list(line_pairs(mended, TextOptions())) == [("abaa"[i % 4], line) for i, line in enumerate(LINES)]


@pytest.mark.parametrize("first", ["1:{}", "[2:{}]", "{}:3"])
def test_verses_and_results_are_no_times(first, tmp_path):
    lines = [f"{first.format(i % 40 + 1)} {line}" for i, line in enumerate(LINES)]
    encode(write(tmp_path, "\n".join(lines)), VocabularyConfig(min_count=1))  # warnings are errors here
    encode([line.split() for line in lines], VocabularyConfig(min_count=1))
