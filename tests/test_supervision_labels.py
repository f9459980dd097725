"""Labelled items in every form in which people have them, and what is decided about them."""

import json
import os

import numpy as np
import pytest

from w2v.config import TextOptions
from w2v.errors import ArgumentError, ConfigError, CorpusError
from w2v.supervision.labelled import LabelSource
from w2v.supervision.splits import stratified

TEXTS = ["the film was good", "I liked the film", "it was dull", "what a bore it was"]
LABELS = ["good", "good", "bad", "bad"]


def read(labels, known=(), **options):
    return LabelSource(labels, **options).read(known)


def write(path, pairs, tab="\t"):
    path.write_text("".join(f"{one}{tab}{two}\n" for one, two in pairs), encoding="utf-8")
    return path


def test_words_and_their_labels(tmp_path):
    path = tmp_path / "labels.tsv"
    path.write_text("# animals and plants\ncat\tanimal\r\ndog\tanimal\n\noak\tplant\n#cat\tplant\n", encoding="utf-8")
    found = read(path)
    assert (found.kind, found.layout, found.source) == ("words", "word<TAB>label", str(path))
    assert found.items == ["cat", "dog", "oak", "#cat"]  # a line with a tab is no comment
    assert found.labels == ["animal", "animal", "plant", "plant"]


def test_texts_with_the_label_on_either_side(tmp_path):
    first = read(write(tmp_path / "a.txt", zip(LABELS, TEXTS, strict=True)))
    assert (first.kind, first.layout) == ("texts", "label<TAB>text")
    last = read(write(tmp_path / "b.txt", zip(TEXTS, LABELS, strict=True)))
    assert (last.kind, last.layout) == ("texts", "text<TAB>label")
    assert first.items == last.items == TEXTS
    assert first.labels == last.labels == LABELS


def test_what_cannot_be_decided_is_an_error(tmp_path):
    equal = write(tmp_path / "a.tsv", [("cat", "animal"), ("oak", "plant")])
    with pytest.raises(CorpusError, match=r"fewer different labels than items.*got 2 different values in both columns"):
        read(equal)
    mixed = write(tmp_path / "b.tsv", [("cat", "x"), ("dog", "x"), ("a big dog", "x")])
    with pytest.raises(CorpusError, match="clearly words or texts: got white space in 33% of the items; say which"):
        read(mixed)
    assert read(mixed, items="texts").kind == "texts"
    assert read(mixed, items="words").kind == "words"
    assert read(mixed, known={"a big dog"}).kind == "words"  # a word with spaces that the vectors have


def test_labels_that_are_known_tell_which_field_they_are_in(tmp_path):
    path = write(tmp_path / "a.tsv", [("good", "a fine film"), ("bad", "a dull one")])
    assert read(path, items="texts", names=["bad", "good"]).labels == ["good", "bad"]


def test_lines_that_have_not_two_fields(tmp_path):
    path = tmp_path / "labels.txt"
    for text, fields in (("cat animal\n", 1), ("cat\tanimal\n" + "a\tb\tc\n", 3)):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CorpusError, match=f"line . of .* must be two fields with a tab between them.*got {fields}"):
            read(path)
    path.write_text("\n \n", encoding="utf-8")
    with pytest.raises(CorpusError, match="at least one item with a label: got none"):
        read(path)


def test_a_table_has_named_columns(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text(
        'id,text,topic\n1,"good, ""very"" good",a\n2,"so\nbad",b\n3,,b\n4,fine,\n5,well well,a\n', encoding="utf-8"
    )
    found = read(path, column="text", label_column="topic")
    assert found.items == ['good, "very" good', "so\nbad", "well well"]
    assert found.labels == ["a", "b", "a"]
    assert found.excluded == {"without a text": 1, "without a label": 1}
    assert found.layout == "column 'text', labels in 'topic'"
    with pytest.raises(CorpusError, match=r"one of 'id', 'text', 'topic'.*label_column=\"NAME\""):
        read(path)
    with pytest.raises(ArgumentError, match=r"column and label_column must be given together.*got only column='text'$"):
        read(path, column="text")
    with pytest.raises(CorpusError, match="must be a header with the column 'label'"):
        read(path, column="text", label_column="label")
    with pytest.raises(ConfigError, match="column must be left out for a file that is not a table"):
        read(write(tmp_path / "a.txt", zip(LABELS, TEXTS, strict=True)), column="text", label_column="topic")


def test_json_lines_may_have_numbers_and_missing_values(tmp_path):
    path = tmp_path / "a.jsonl"
    rows = [{"t": text, "y": y} for text, y in zip(TEXTS, [1, 1.0, True, None], strict=True)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = read(path, column="t", label_column="y")
    assert found.labels == ["1", "1", "True"]
    assert found.excluded["without a label"] == 1


def test_parquet_and_data_frames(tmp_path):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pandas.DataFrame({"text": [*TEXTS, None], "topic": pandas.Categorical([*LABELS, "bad"])})
    frame.to_parquet(tmp_path / "a.parquet")
    frame["number"] = [0.0, 1.0, np.nan, 1.0, 0.0]
    for found in (
        read(tmp_path / "a.parquet", column="text", label_column="topic"),
        read(frame, column="text", label_column="topic"),
        read(frame.to_dict("records"), column="text", label_column="topic"),
        read(iter(frame.to_dict("records")), column="text", label_column="topic"),
        read(frame.to_dict("list"), column="text", label_column="topic"),
    ):
        assert (found.items, found.labels, found.kind) == (TEXTS, LABELS, "texts")
        assert found.excluded == {"without a text": 1, "without a label": 0}
    assert read(frame, column="text", label_column="number").labels == ["0", "1", "1"]


def test_folders_of_topics(tmp_path):
    files, folders, both = (tmp_path / name for name in ("files", "folders", "both"))
    for path in (files, folders / "good", folders / "bad", both / "good"):
        path.mkdir(parents=True)
    (files / "good.txt").write_text("\n".join(TEXTS[:2]), encoding="utf-8")
    (files / "bad.txt").write_text("\n".join(TEXTS[2:]) + "\n", encoding="utf-8")
    for number, (text, label) in enumerate(zip(TEXTS, LABELS, strict=True)):
        (folders / label / f"{number}.txt").write_text(text.replace(" ", "\n"), encoding="utf-8")
    (both / "x.txt").write_text("x", encoding="utf-8")
    for path, layout in (
        (files, "a file per label, a text per line"),
        (folders, "a folder per label, a text per file"),
    ):
        found = read(path)
        assert found.layout == layout
        assert dict(zip(found.items, found.labels, strict=True)) == dict(zip(TEXTS, LABELS, strict=True))
    with pytest.raises(CorpusError, match="a file per label, whose lines are: got both"):
        read(both)


def test_python_objects():
    assert read({"cat": "animal", "oak": "plant"}).kind == "words"
    assert read((TEXTS, LABELS)).labels == LABELS
    with pytest.raises(ConfigError, match="labels must be one per item, 4 in all: got 1"):
        read((TEXTS, ["good"]))
    for wrong in (None, 3, TEXTS, ("a", "b", "c")):
        with pytest.raises(ArgumentError, match="labels must be a file, a folder, a mapping"):
            read(wrong)
    with pytest.raises(ConfigError, match="labels must have the column 'topic': got 'text'"):
        read({"text": TEXTS}, column="text", label_column="topic")


def test_encodings_and_compression(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("schön\tgut\nübel\tschlecht\nmies\tschlecht\n".encode("cp1252"))
    with pytest.raises(CorpusError, match="UTF-8"):
        read(path)
    assert read(path, text=TextOptions(encoding="cp1252")).items == ["schön", "übel", "mies"]


def test_paths_of_every_kind(tmp_path):
    path = write(tmp_path / "a.txt", zip(LABELS, TEXTS, strict=True))
    assert read(str(path)).items == read(os.fsencode(path)).items == TEXTS
    with pytest.raises(ConfigError, match="labels must be a path that a system can hold"):
        read("a\0b")
    with pytest.raises(CorpusError, match="it is a device, which may have no end"):
        read("/dev/full")


def test_equal_items_count_once_and_those_with_several_labels_not_at_all():
    items = ["a b", "c d", "a b", "e f", "e f", "g h"]
    found = read((items, ["x", "x", "x", "x", "y", "y"])).distinct()
    assert found.items == ["a b", "c d", "g h"]
    assert found.labels == ["x", "x", "y"]
    assert found.excluded == {"without a text": 0, "without a label": 0, "with several labels": 1, "repeated": 1}


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.9])
def test_the_division_is_stratified(share):
    classes = np.random.default_rng(0).permutation(np.repeat(np.arange(5), [2, 3, 10, 100, 1000]))
    train, test = stratified(classes, share, 7)
    assert sorted([*train, *test]) == list(range(len(classes)))
    sizes = np.bincount(classes[test], minlength=5)
    assert (np.bincount(classes[train], minlength=5) >= 1).all()
    assert (sizes >= 1).all()
    assert sizes[2:].tolist() == [round(share * 10), round(share * 100), round(share * 1000)]
    again = stratified(classes, share, 7)
    assert (again[0] == train).all()
    assert (again[1] == test).all()
    assert (stratified(classes, share, 8)[1] != test).any()


def test_nothing_held_out():
    train, test = stratified(np.array([0, 0, 1, 1]), 0.0, 1)
    assert train.tolist() == [0, 1, 2, 3]
    assert not len(test)
