"""Labels that are hardly meant as classes get a warning that names them; others get none."""

import json
import warnings

import numpy as np
import pytest

from w2v import KeyedVectors, supervise
from w2v.errors import ArgumentError
from w2v.supervision.label_names import notice_labels

WORDS = KeyedVectors.from_arrays([f"w{i}" for i in range(60)], np.random.default_rng(0).normal(size=(60, 4)))


def messages(labels):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        notice_labels(labels, "x.tsv")
    return [str(warning.message) for warning in caught]


@pytest.mark.parametrize("name", ["NA", "nan", "NaN", "null", "N/A", "?", "-", "<NA>", r"\N"])
def test_missing_values(name):
    (message,) = messages(["good"] * 9 + ["bad"] * 9 + [name] * 3)
    assert message.startswith(
        f"x.tsv has the label {name!r} (3 items), as missing values are written: it is taken for a class"
    )


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("positive", "Positive"),
        ("positive", "POSITIVE"),
        ("positive", "positive\u00a0"),
        ("positive", "ｐositive"),
        ("caf\u00e9", "cafe\u0301"),
        ("Straße", "STRASSE"),
        ("ガス", "ｶﾞｽ"),
        ("new york", "new\u3000york"),
    ],
)
def test_one_class_in_several_spellings(name, other):
    (message,) = messages([name] * 5 + [other] * 2 + ["negative"] * 5)
    assert message.startswith(f"x.tsv has the labels {name!r} (5 items) and ")
    assert "which differ only in case, white space, or the width or composition of letters" in message


def test_both_and_several():
    first, second = messages(["a", "A", "b", "B", "NA", "?"])
    assert first.startswith(
        "x.tsv has the labels 'NA' (1 item) and '?' (1 item), as missing values are written: they are taken"
    )
    assert second.startswith("x.tsv has the labels 'a' (1 item) and 'A' (1 item) (and 1 more such class), which differ")


@pytest.mark.parametrize(
    "labels",
    [
        ["none", "favor", "against"],
        ["N", "A"],
        ["1", "2.0", "3.5"] * 4,
        ["1e3", "1000", "1_000"],
        [f"{i}.5" for i in range(9)] * 2,
        [str(i) for i in range(30)],
        [f"v{i}.5" for i in range(30)],
        ["new york", "newyork"],
        ["Na+"],
        ["10²", "102"],
        ["①", "1"],
    ],
)
def test_others_get_none(labels):
    assert messages(labels) == []


@pytest.mark.parametrize(
    ("name", "other"), [("0", "0.0"), ("1.0", "1"), ("1,50", "1.5"), ("+1", "1"), ("-0", "0"), (".5", "0.5")]
)
def test_one_number_in_several_spellings(name, other):
    (message,) = messages([name] * 5 + [other] * 2 + ["negative"] * 5)
    assert message.startswith(
        f"x.tsv has the labels {name!r} (5 items) and {other!r} (2 items), which are the same number:"
    )
    assert message.endswith("they are taken for different classes; write them alike if they are one")


def test_quantities():
    (message,) = messages([f"{i / 8 + 0.3:.3f}" for i in range(40)] + ["2.5"] * 30)
    assert message.startswith(
        "x.tsv has 41 different labels for 70 items, most of them numbers such as 0.300 and 0.425: "
    )
    assert "each is taken for a class, not for a quantity" in message


@pytest.mark.parametrize(
    "label", [["war"], ("war",), [], {"war"}, {"a": 1}, b"war", np.bytes_("war"), np.array(["war"])]
)
def test_labels_are_no_collections(label):
    with pytest.raises(
        ArgumentError, match=r"^a label must be a string or a number: got .*; give each item one label$"
    ):
        supervise(WORDS, {f"w{i}": label if i == 7 else "peace" for i in range(60)}, progress=False)


def test_labels_in_json_are_no_lists(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps({"w": f"w{i}", "y": ["war"] if i % 2 else ["peace"]}) + "\n" for i in range(60)))
    with pytest.raises(ArgumentError, match=r"got \['peace'\] \(a list\)"):
        supervise(WORDS, path, column="w", label_column="y", progress=False)
    labels = {f"w{i}": np.array(i % 2) if i % 3 else np.int8(i % 2) for i in range(60)}  # scalars are numbers
    assert supervise(WORDS, labels, progress=False).classifier.names == ["0", "1"]


def test_supervise_and_the_command_line_say_it(tmp_path, capsys):
    from w2v.cli.main import main

    labels = {f"w{i}": ("good", "bad", "NA")[i % 3] for i in range(60)}
    with pytest.warns(UserWarning, match=r"a mapping has the label 'NA' \(20 items\)") as caught:
        supervise(WORDS, labels, progress=False)
    assert caught[0].filename == __file__
    path = tmp_path / "labels.tsv"
    path.write_text("".join(f"{word}\t{label}\n" for word, label in labels.items()))
    WORDS.save(str(tmp_path / "v.safetensors"))
    warnings.simplefilter("default")  # pytest restores the filters
    arguments = ["supervise", str(tmp_path / "v.safetensors"), str(path), "-o", str(tmp_path / "c.safetensors")]
    assert main(arguments) == 0
    assert "has the label 'NA' (20 items)" in capsys.readouterr().err
