"""Lists of items whose separators become words, or parts of words, get a notice; prose with commas gets none."""

import itertools
import os
import random
import re
import subprocess
import warnings

import pytest

from w2v import TextOptions, VocabularyConfig, encode
from w2v.corpus.item_lists import SIGNS, barred, braced, listed, separated
from w2v.errors import CorpusWarning

ALL = VocabularyConfig(min_count=1)
ITEMS = ["milk", "rye bread", "butter", "brown eggs", "tea", "rice", "salt", "oat milk", "jam", "figs"]
DRAW = random.Random(1)
BASKETS = [DRAW.sample(ITEMS, DRAW.randint(2, 6)) for _ in range(60)]
SINGLE = [[item.replace(" ", "") for item in basket] for basket in BASKETS]
NUMBERED = [[f"item{DRAW.randint(1, 30)}" for _ in range(5)] for _ in range(60)]


def messages(path, tokenizer=None, as_lines=False):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        encode(path, ALL, TextOptions(tokenizer, as_lines=as_lines))
    return [str(warning.message) for warning in caught if warning.category is CorpusWarning]


def write(tmp_path, baskets, separator):
    path = tmp_path / "t.txt"
    path.write_text("".join(separator.join(basket) + "\n" for basket in baskets))
    return str(path)


@pytest.mark.parametrize("baskets", [BASKETS, SINGLE, NUMBERED], ids=["several", "single", "numbered"])
@pytest.mark.parametrize(
    ("separator", "says"),
    [
        (", ", "lists of items with commas between them"),
        ("; ", "lists of items with semicolons between them"),
        (" | ", r"has '\|' between the items"),
        (" , ", "has ',' between the items|lists of items with commas"),
        (" / ", "has '/' between the items"),
        (" -> ", "has '->' between the items"),
    ],
)
def test_lists_of_items(separator, says, baskets, tmp_path):
    path = write(tmp_path, baskets, separator)
    (message,) = messages(path)
    assert re.search(says, message)
    assert messages(path, as_lines=True) == [] or "of the words" in messages(path, as_lines=True)[0]


def test_items_of_several_words_between_bars(tmp_path):
    (message,) = messages(write(tmp_path, BASKETS, "|"))
    assert re.search(r"has '\|' between the items of its lines, such as '", message)
    assert messages(write(tmp_path, BASKETS, "|"), as_lines=True) == []


@pytest.mark.parametrize("separator", [",", ", "])
@pytest.mark.parametrize("name", ["T{:04}: ", "{} ", ""])
def test_items_in_braces(name, separator, tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("".join(name.format(i) + f"{{{separator.join(basket)}}}\n" for i, basket in enumerate(BASKETS)))
    (message,) = messages(str(path))
    assert re.search(r"has the items of each line in braces, such as '.*\{", message)
    assert messages(str(path), as_lines=True) == []
    commands_work(message, path, tmp_path)


FACTORS = ["the|DET cat|NOUN sat|VERB", "the|the|DET cats|cat|NOUN"]


@pytest.mark.parametrize(
    "line",
    [
        *FACTORS,
        "P(a|b) is the probability of a given b",
        "cat x | grep y|wc",
        "f(x) = {a,b} of all",
        "the set {a,b} is small",
        "{name} of {place}",
        "int a[] = {1,2,3};",
    ],
)
def test_other_bars_and_braces(line):
    assert barred([line] * 40) is None
    assert braced([line] * 40) is None


@pytest.mark.parametrize("line", FACTORS)
def test_words_with_factors(line, tmp_path):
    path = tmp_path / "t.txt"
    path.write_text(
        "".join(f"{line} {' '.join([f'x{i}|' + line.split('|', 1)[1].split()[0]] * (i % 4))}\n" for i in range(60))
    )
    assert messages(str(path)) == []


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
@pytest.mark.parametrize("separator", [", ", "; ", "|", *(f" {sign} " for sign in SIGNS)])
def test_the_command_that_is_proposed_works(separator, locale, tmp_path):
    path = write(tmp_path, BASKETS, separator)
    (message,) = messages(path)
    commands_work(message, path, tmp_path, locale)


def commands_work(message, path, tmp_path, locale="C"):
    program = re.search(r"awk '(.*)'$", message)[1]
    mended = tmp_path / "m.txt"
    done = subprocess.run(["awk", program, path], capture_output=True, check=True, env={**os.environ, "LC_ALL": locale})
    mended.write_bytes(done.stdout)
    assert messages(str(mended)) == []
    words = {item.replace(" ", "_") for item in itertools.chain(*BASKETS)}
    assert set(encode(str(mended), ALL).vocabulary.words) == words


@pytest.mark.parametrize(
    "line",
    [
        "the cat, the dog and the old grey parrot sat on the mat, and slept until the sun had risen",
        "yes, sir.",
        "Paris, France",
        "a , b c d e f g h",
        "to be or not to be",
        "x + y z w v u t s",
    ],
)
def test_other_commas(line):
    assert listed([line] * 40) is None
    assert separated([line] * 40) is None
