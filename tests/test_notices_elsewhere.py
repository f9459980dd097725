"""`w2v phrases` and encoders of sentences give the notices about texts that training gives, and none about ordinary ones."""

import html
import lzma
import re
import warnings
from pathlib import Path

import numpy as np
import pytest

import w2v
from w2v.cli.main import main
from w2v.errors import CorpusWarning
from w2v.sentences import SentenceTraining

NOVEL = lzma.decompress((Path(__file__).parent / "data" / "emma.txt.xz").read_bytes()).decode("ascii")[:100_000]
LINES = [" ".join(re.findall("[a-z]+", line.lower())) for line in NOVEL.split("\n") if line.strip()]
PAGE = [html.escape(f"<p>{line}</p>", quote=False) if i % 2 else f"<p>{line}</p><br/>" for i, line in enumerate(LINES)]
TABLE = [f"{i}\t2021-03-12\t{line}\tgood" for i, line in enumerate(LINES)]
WORDS = sorted({word for line in LINES for word in line.split()})
MODEL = w2v.KeyedVectors.from_arrays(WORDS, np.random.default_rng(0).normal(size=(len(WORDS), 8)))
for word in WORDS:
    MODEL.set_vecattr(word, "count", 5)

READERS = {
    "phrases": lambda path, encoder, out: w2v.phrases(path),
    "encode": lambda path, encoder, out: encoder.encode_file(path, out / "x.npy"),
    "train": lambda path, encoder, out: encoder.train(path, config=SentenceTraining(steps=2), progress=False),
    "fit": lambda path, encoder, out: encoder.fit(path),
}


def messages(reader, lines, tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("".join(line + "\n" for line in lines))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        READERS[reader](str(path), w2v.Sentences(MODEL), tmp_path)
    assert all(warning.filename == __file__ for warning in caught)
    return {str(warning.message) for warning in caught if warning.category is CorpusWarning}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (PAGE, "are HTML or XML tags"),
        (TABLE, "looks like a table of 4 columns separated by tabs"),
        ([line.replace("e", "Ã©") for line in LINES], "encoded in UTF-8 twice"),
    ],
    ids=["tags", "table", "mojibake"],
)
def test_they_are_noticed(reader, lines, says, tmp_path):
    (message,) = messages(reader, lines, tmp_path)
    assert says in message


@pytest.mark.parametrize("reader", READERS)
def test_ordinary_text_is_not(reader, tmp_path):
    assert messages(reader, LINES, tmp_path) == set()


def test_prose_that_is_not_split_is_noticed_where_white_space_splits_it(tmp_path):
    lines = [line.replace(" ", ", ") for line in LINES]
    (message,) = messages("phrases", lines, tmp_path)
    assert "has lists of items with commas" in message
    assert messages("encode", lines, tmp_path) == set()  # encoders split prose into words


def test_queries_of_one_word_are_sentences_for_an_encoder(tmp_path):
    assert messages("encode", WORDS, tmp_path) == set()


def test_the_command_line_says_it(tmp_path, capsys):
    path, vectors = tmp_path / "t.txt", tmp_path / "v.safetensors"
    path.write_text("".join(line + "\n" for line in PAGE))
    MODEL.save(str(vectors))
    for command in (
        ["phrases", str(path), "-o", str(tmp_path / "p.tsv")],
        ["sentences", "encode", str(vectors), str(path), "-o", str(tmp_path / "x.npy")],
    ):
        warnings.simplefilter("default")  # pytest restores the filters
        assert main(command) == 0
        assert "are HTML or XML tags" in capsys.readouterr().err
