"""Text that was most likely not meant to be split into words like this is noticed, once, in one line; other text never."""

import lzma
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import w2v
from w2v import TextOptions, VocabularyConfig, Word2Vec, encode
from w2v.corpora.world import generate
from w2v.errors import CorpusError, CorpusTypeError, CorpusWarning, EmptyCorpusError, NothingTrainedError

DATA = Path(__file__).parent / "data"
PROSE = lzma.decompress((DATA / "emma.txt.xz").read_bytes()).decode("ascii")[:300_000]
PUNCTUATION = r"\d+% of the words end in punctuation, such as '\w+[.,;!?:]' and .* tokenizer=\"words\""
CHINESE = ["我们的研究表明中国的经济发展速度很快。", "他昨天在北京大学参加了一个国际会议，会议讨论了气候变化问题。"] * 3
JAPANESE = [
    "吾輩は猫である。名前はまだ無い。",
    "どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所で泣いていた。",
]
THAI = ["ภาษาไทยเป็นภาษาที่ไม่มีช่องว่างระหว่างคำ", "วันนี้อากาศดีมากเราไปเที่ยวทะเลกัน"]
ALL = VocabularyConfig(min_count=1)


@pytest.fixture
def prose(tmp_path):
    path = tmp_path / "prose.txt"
    path.write_text(PROSE, encoding="utf-8")
    return str(path)


def test_raw_prose_is_noticed_once(prose):
    lists = [line.split() for line in PROSE.split("\n")]
    for corpus in (prose, lists, iter(lists)):
        with pytest.warns(CorpusWarning, match=PUNCTUATION) as caught:
            encode(corpus)
        assert len(caught) == 1
        assert caught[0].filename == __file__
    with pytest.warns(CorpusWarning, match=PUNCTUATION) as caught:
        Word2Vec(lists, vector_size=4, epochs=1)
    assert [str(w.message).count("\n") for w in caught] == [0]
    assert caught[0].filename == __file__
    with pytest.warns(CorpusWarning, match=PUNCTUATION):
        encode(prose, ALL)


PARAGRAPHS = [" ".join(text.split()) for text in re.split(r"\n\s*\n", PROSE) if text.strip()]


@pytest.mark.parametrize("words", [1000, 2000, 5000, 10_000, 26_000, 50_000])
@pytest.mark.parametrize("min_count", [1, 5])
def test_so_is_a_little_prose(words, min_count):
    tokens = " ".join(PARAGRAPHS).split()[:words]
    lists = [tokens[i : i + 50] for i in range(0, words, 50)]
    with pytest.warns(CorpusWarning, match=PUNCTUATION) as caught:
        encode(lists, VocabularyConfig(min_count=min_count))
    assert len(caught) == 1
    tokenised = [re.findall(r"Mrs?\.|[A-Z]\.|\w+|[^\w\s]", " ".join(row)) for row in lists]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encode(tokenised, VocabularyConfig(min_count=min_count))


def code():
    return [path.read_text(encoding="utf-8") for path in Path(w2v.__file__).parent.rglob("*.py")]


SILENT = {
    "tokenised": lambda: [re.findall(r"\w+|[^\w\s]", line) for line in PROSE.split("\n")],
    "words": lambda: [re.findall(r"\w+", line) for line in PROSE.split("\n")],
    "hashtags": lambda: [["#" + word for word in re.findall(r"\w+", line)] for line in PROSE.split("\n")],
    "code": lambda: [line.split() for text in code() for line in text.split("\n")],
    "generated": lambda: (line.split() for line in generate(50_000, 1)),
    "products": lambda: [[f"item-{i % 97}", f"shop/{i % 89}", f"v1.{i % 83}"] for i in range(5000)],
    "abbreviations": lambda: [["mr.", "etc.", *re.findall(r"\w+", line)] for line in PROSE.split("\n")],
    "integers": lambda: [[i % 100 for i in range(20)]] * 20,
    "few words": lambda: [["cats,", "dogs.", "fish"]] * 20,
    "chinese words": lambda: [["我们", "的", "研究", "表明", "中国"], ["马克思主义", "发展"]] * 20,
    "japanese words": lambda: [["コミュニケーション", "インターネットサービス", "の", "猫"]] * 20,
    "korean": lambda: [["대한민국의", "수도는", "서울특별시이며"], ["국제통화기금으로부터", "받았다"]] * 20,
    "thai words": lambda: [["ภาษาไทย", "เป็น", "ภาษา", "ที่", "ไม่มี"]] * 20,
}


@pytest.mark.parametrize("kind", SILENT)
@pytest.mark.parametrize("min_count", [1, 5])
def test_other_text_is_not(kind, min_count):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encode(SILENT[kind](), VocabularyConfig(min_count))


JOINED = {
    "khmer": "".join(f"ខ្ញុំ\u200bទៅ\u200bសាលា{i}\n" for i in range(60)),
    "baskets": "".join("milk,bread,beer,nuts"[: 10 + i % 11].rstrip(",") + "\n" for i in range(60)),
    "ids": "".join(f"{i},{i + 1},{i + 2},{i + 3}\n" for i in range(60)),
    "prices": "".join(f"{i};1,50;Katze{i % 5},rot\n" for i in range(9)),
}


@pytest.mark.parametrize("name", JOINED)
def test_words_joined_by_commas(tmp_path, name):
    path = tmp_path / "joined.txt"
    path.write_text(JOINED[name], encoding="utf-8")
    with pytest.warns(
        CorpusWarning, match=r"\d+% of the words have commas, semicolons or zero-width spaces inside, such as"
    ) as caught:
        encode(str(path), ALL)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("line", ["1,000,000 0,5 -3,25 12", "word|DET the|DET", "a , b ; c", "f(a,b) x={a,b} <a;b>"])
def test_other_commas_are_not_noticed(tmp_path, line):
    path = tmp_path / "other.txt"
    path.write_text(line + "\n", encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encode(str(path), ALL)
        encode([["1,2-diol", "2,3-diol"]], ALL)


@pytest.mark.parametrize("sentences", [[["The", "cats."]], [[1, 2]]])
def test_a_tokenizer_that_has_nothing_to_split(sentences):
    with pytest.warns(CorpusWarning, match="tokenizer= was not used: the sentences are lists of words") as caught:
        encode(sentences, ALL, TextOptions("words"))
    assert caught[0].filename == __file__
    with pytest.raises(CorpusTypeError, match="not a string: got b'the cat'; decode it, or open the file as text"):
        encode(iter([b"the cat"]), ALL, TextOptions("words"))


def test_text_without_letters(tmp_path):
    path = tmp_path / "emoji.txt"
    path.write_text("😀 😁\n", encoding="utf-8")
    with pytest.raises(
        CorpusError, match='must contain words: got none; tokenizer="words" keeps only letters and digits'
    ):
        encode(str(path), ALL, TextOptions("words"))


def test_prose_with_a_tokenizer_is_not(prose):
    encode(prose, text=TextOptions("words"))


@pytest.mark.parametrize(("texts", "script"), [(CHINESE, "Chinese"), (JAPANESE, "Japanese"), (THAI, "Thai")])
@pytest.mark.parametrize("tokenizer", ["words", "whitespace"])
def test_scripts_without_spaces_are_noticed(texts, script, tokenizer):
    with pytest.warns(
        CorpusWarning, match=rf"long runs of .*{script}.* such as .* each run became one word; split"
    ) as caught:
        encode(iter(texts), ALL, TextOptions(tokenizer))
    assert len(caught) == 1


def test_the_command_line_says_it_in_one_line(prose, tmp_path):
    command = [sys.executable, "-m", "w2v", "train", prose, "-o", str(tmp_path / "v.bin"), "--epochs", "1", "--quiet"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert re.fullmatch(
        r"w2v: \d+% of the words end in punctuation.* pass its text with --tokenizer words\n", result.stderr
    )


@pytest.mark.parametrize(
    ("lines", "match"),
    [
        ([f"{word}{i}" for i, word in enumerate(["apple", "pear", "plum"] * 9)], "27 words in all"),  # a list of words
        (["ACGT" * 15 + "ACGT"[i % 4] * (i + 1) for i in range(27)], "k-mers"),  # DNA in lines of 60
        (["", "one", "", "two", "three"] * 2, "alone in its sentence"),
    ],
)
def test_one_word_per_line(lines, match, tmp_path):
    """To lower min_count would not help."""
    path = tmp_path / "t.txt"
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    for corpus in (str(path), [line.split() for line in lines]):
        with pytest.raises(EmptyCorpusError, match=match) as caught:
            encode(corpus)
        assert "each is alone in its sentence, without a context: put the words of a sentence on one" in str(
            caught.value
        )
    with pytest.raises(EmptyCorpusError, match="lower min_count=5"):
        encode([["one", "two"], ["three"]])
    with pytest.raises(NothingTrainedError, match="each is alone in its sentence, and so has no context"):
        Word2Vec(corpus_file=str(path), min_count=1, vector_size=2)


def test_one_line_without_spaces(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("ACGT" * 50_000, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"a word must be at most 65536 bytes: .* text with spaces between words"):
        encode(str(path))
