"""Texts that can be read but are no sentences of words get one notice that says what they are; ordinary texts get none."""

import html
import json
import lzma
import re
import textwrap
import time
import unicodedata
import warnings
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v import TextOptions, VocabularyConfig, Word2Vec, encode
from w2v.cli.main import main
from w2v.corpora.world import generate
from w2v.corpus import line_layout
from w2v.corpus.lost_letters import right_letters
from w2v.errors import CorpusError, CorpusWarning

DATA = Path(__file__).parent / "data"
NOVEL = lzma.decompress((DATA / "emma.txt.xz").read_bytes()).decode("ascii")[:100_000]
RAW = [" ".join(s.split()) for s in re.split(r"(?<=[.!?])\s+", NOVEL) if len(s.split()) > 4]
CLEAN = [" ".join(re.findall("[a-z]+", s.lower())) for s in RAW]
N = range(len(CLEAN))
ACCENTS = [re.sub("e(?=[rs])", "é", s) for s in CLEAN]
KOREAN = [text for row in (DATA / "korsts-300.tsv").read_text("utf-8").splitlines() for text in row.split("\t")[1:]]
ALL = VocabularyConfig(min_count=1)


def columns(text):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def folded(text, width):
    rows = [""]
    for word in text.split():
        if rows[-1] and columns(rows[-1]) + 1 + columns(word) > width:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    return "\n".join(rows)


def lines(of_each):
    return "".join(of_each(i, CLEAN[i]) + "\n" for i in N)


def rows(separator, quote=""):
    return lines(lambda i, s: separator.join([str(i), f"2021-03-{i % 28 + 1:02}", quote + s + quote, "good"]))


def tokens(of_each):
    return "".join("".join(of_each(n, word) + "\n" for n, word in enumerate(s.split(), 1)) + "\n" for s in CLEAN)


TABLE = r"looks like a table of 4 columns separated by {}, such as '1{}2021.*: all its cells .* \(number 3, it seems\)"
LOG = r"looks like a log, a chat or subtitles: \d+% of its first lines begin with a date or a time, such as"
DOCUMENTS = "% of the words are markup of documents, such as"
NAMES = ("anna", "bob", "carol", "dave", "eve")
# name -> text, and what the notice says about it
TEXTS = {
    "tabs": (rows("\t"), TABLE.format("tabs", r"\\t")),
    "a header": ("id\tdate\ttext\tlabel\n" + rows("\t"), r"4 columns separated by tabs, such as '0\\t2021"),
    "an empty column": (lines(lambda i, s: f"\t{i}\t{s}"), r"table of 2 columns .* \(number 3, it seems\)"),
    "semicolons": (rows(";"), TABLE.format("semicolons", ";")),
    "bars": (rows("|"), TABLE.format("vertical bars", r"\|")),
    "commas": (rows(","), TABLE.format("commas", ",")),
    "quoted": (
        "".join(f'{i},x,"{s.replace(chr(34), "")}"\n' for i, s in enumerate(RAW)),
        "3 columns separated by commas",
    ),
    "quoted lists": (
        lines(lambda i, s: f'{i},"{s.replace(" ", ", ")}",x'),
        r"columns separated by commas.*\(number 2",
    ),
    "ratings": (lines(lambda i, s: f"u{i % 91}\ti{i % 97}\t{i % 5}"), "table of 3 columns .*save the columns of words"),
    "numbered sentences": (lines(lambda i, s: f"{i}\t{s}"), r"table of 2 columns .* \(number 2, it seems\)"),
    "translations": (lines(lambda i, s: f"{s}\t{s.upper()}"), "table of 2 columns separated by tabs"),
    "whatsapp": (
        lines(lambda i, s: f"[12/{i % 12 + 1:02}/21, {i % 24:02}:15] Anna: {s}"),
        LOG + r" '\[12/01/21, 00:15\]",
    ),
    "android": (lines(lambda i, s: f"{i % 28 + 1}/2/21, 9:15 PM - Anna: {s}"), LOG),
    "kakao": (lines(lambda i, s: f"[안나] [오전 {i % 12}:15] {s}"), LOG),
    "web server": (
        lines(
            lambda i, s: f'10.0.0.{i % 99} - - [12/Mar/2021:10:22:{i % 60:02} +0000] "GET /{i % 9} HTTP/1.1" 200 {i}'
        ),
        LOG,
    ),
    "syslog": (lines(lambda i, s: f"Mar 12 10:22:{i % 60:02} host sshd[{i}]: {s}"), LOG),
    "iso times": (lines(lambda i, s: f"2021-03-12T10:22:{i % 60:02}.123Z INFO {s}"), LOG),
    "subtitles": ("A title\n\n" + lines(lambda i, s: f"{i}\n00:00:{i % 60:02},600 --> 00:01:00,200\n{s}\n"), LOG),
    "weights": (
        lines(lambda i, s: f"{i % 40} {i % 50} 0.{i % 97}"),
        "33% of the words are decimal numbers, such as '0",
    ),
    "float ids": (
        lines(lambda i, s: f"{i % 40} {i % 50}.0"),
        r"50% of the words are decimal .*3\.0 is another word than 3",
    ),
    "documents": (
        "".join(f'<doc id="{i}" title="A b">\n' + "\n".join(CLEAN[i : i + 9]) + "\n</doc>\n" for i in N[::9]),
        "% of the words are HTML or XML tags, such as '<doc' and '</doc>'",
    ),
    "paragraphs": (lines(lambda i, s: f"<p>{s}</p>"), "% of the words are HTML or XML tags, such as '"),
    "breaks with a space": (
        lines(lambda i, s: f"{s}.<br /><br />{s}." if i % 9 == 0 else s),
        r"% of the words are HTML or XML tags, such as '(\w+\.|/>)<br'",
    ),
    "breaks after a space": (lines(lambda i, s: f"{s} <br /> {s}" if i % 9 == 0 else s), "XML tags, such as '<br'"),
    "breaks in capitals": (lines(lambda i, s: f"{s}<BR>{s}" if i % 9 == 0 else s), "XML tags, such as '.*<BR>"),
    "tags in capitals": (lines(lambda i, s: f'<TD ALIGN="left"> {s}'), "XML tags, such as '<TD'"),
    "entities": ("".join(html.escape(s) + "\n" for s in RAW), "% of the words contain HTML entities, .*html.unescape"),
    "spaces": (lines(lambda i, s: s.replace(" the ", "&nbsp;the ")), r"HTML entities, such as '\w+&nbsp;the'"),
    "wiki": (
        lines(lambda i, s: re.sub(" (emma|father|house)", r" [[\1|\1 it]]", s) + " {{cite|x}}" * (i % 9 == 0)),
        "% of the words contain wiki markup",
    ),
    "latex": (
        lines(lambda i, s: s.replace("emma", r"\emph{emma}")),
        r"contain LaTeX commands, such as '\\\\emph\{emma\}'",
    ),
    "json strings": (
        "".join(json.dumps(s.replace("e", "é"))[1:-1] + "\n" for s in CLEAN),
        "contain escaped characters",
    ),
    "urls": (lines(lambda i, s: s.replace(" the ", "%C3%A9the ")), "contain escaped characters"),
    "mojibake": ("\n".join(ACCENTS).encode().decode("cp1252"), "encoded in UTF-8 twice, such as '.*Ã©.*' for '.*é.*'"),
    "quotes": (
        lines(lambda i, s: s + "’s").encode().decode("cp1252"),
        r"100% of the words beyond ASCII were encoded in UTF-8 twice, such as '\w+â€™s' for '\w+’s'",
    ),
    "cyrillic": (
        "мама мыла пол в доме у реки\n".encode().decode("cp1251") * 20,
        "encoded in UTF-8 twice, such as '.*' for '(мама|мыла)'",
    ),
    "korean": (
        "대한민국의 수도는 서울이다 나는 학교에 간다\n".encode().decode("latin-1").replace("\x85", "") * 20,
        "twice",
    ),
    "parts": (
        unicodedata.normalize("NFD", "\n".join(ACCENTS)),
        r"% of the words have letters in parts \(Unicode NFD\)",
    ),
    "spaced": (
        lines(lambda i, s: "  ".join(" ".join(word) for word in s.split())),
        "100% of the words are single letters",
    ),
    "hyphens": (
        "\n".join(re.sub(r"([a-z]{4})([a-z]{3})$", r"\1-\n\2", row) for s in CLEAN for row in textwrap.wrap(s, 60)),
        r"divides words at the end of \d+% of its first lines, such as '[a-z]+-' and '[a-z]+': .* join them \([a-z]+\)",
    ),
    "wrapped": (textwrap.fill(" ".join(CLEAN), 72), r"seems to be wrapped at 7\d characters, in the middle of"),
    "wrapped Korean": (
        folded(" ".join(KOREAN), 72).replace(".", ""),
        "seems to be wrapped at 72 columns, in the middle of",
    ),
    "Korean wrapped by letters": (
        textwrap.fill(" ".join(KOREAN), 60).replace(".", ""),
        "seems to be wrapped at (60|59|58) characters, in the middle of",
    ),
    "conll": (
        tokens(lambda n, word: f"{word} NN B-X O"),
        r"one token per line, with 4 columns such as .* \(column 1\)",
    ),
    "conllu": (
        tokens(lambda n, word: f"{n}\t{word}\tNOUN"),
        r"one token per line, with 3 columns such as .* \(column 2\)",
    ),
    "tokens": (
        tokens(lambda n, word: word) + "a b c\n" * 9,
        r"\d+% of the words are alone in their sentence: they have no",
    ),
    "edges": (
        "# Nodes: 90 Edges: 100\n# FromNodeId\tToNodeId\n" + lines(lambda i, s: f"{i % 91}\t{i % 97}"),
        r"begins with comments, such as '# Nodes: 90 Edges: 100', .*that begin with '#'",
    ),
    "names of edges": (
        "% edges\n" + lines(lambda i, s: f"anna{i % 91} bob{i % 97} 3"),
        "begins with comments, such as '%",
    ),
    "counts": (
        "".join(f"{word}x{i} {10**9 // (i + 1)}\n" for i, word in enumerate(CLEAN[0].split() * 9)),
        "looks like a list of words and how often they occur, such as",
    ),
    "counts in front": (
        "count word\n" + "".join(f"  {10**9 // (i + 1)} {word}{i}\n" for i, word in enumerate(CLEAN[0].split() * 9)),
        "looks like a list of words and how often",
    ),
    "bigrams": (
        "".join(f"{word} of\t{10**9 // (i + 1)}\n" for i, word in enumerate(set(" ".join(CLEAN).split()))),
        "looks like a list of words and how often",
    ),
    "dictionary": (
        "".join(f"{word} {len(word) ** 3 + i}\n" for i, word in enumerate(sorted(set(" ".join(CLEAN).split())))),
        "looks like a list of words and how often",
    ),
    "yaml": (
        "nlu:\n" + lines(lambda i, s: f"- intent: i{i}\n  examples: |\n    - {s}"),
        "looks like YAML, with lines such as 'nlu:'",
    ),
    "translations in yaml": (
        "de:\n  page:\n" + lines(lambda i, s: f'    title{i}: "{s}"'),
        "looks like YAML, with lines such as 'de:'",
    ),
    "carriage returns": (lines(lambda i, s: s.replace(" the ", " the\r")), "carriage returns within its first"),
    "pictures": (
        lines(lambda i, s: f'{s} <img src="{i}.png" alt="a"> it'),
        "% of the words are HTML or XML tags, such as '<img'",
    ),
    "bytes": (lines(lambda i, s: str(s.encode())), "has bytes as Python prints them, such as .b'emma.*text.decode"),
    "settings": (
        "[page]\n" + lines(lambda i, s: f"page.title{i} = {s}") + "# end\n",
        "looks like settings or translations, with keys and values such as 'page.title0 =",
    ),
    "strings": (lines(lambda i, s: f'"title{i}"="{s}";'), "looks like settings or translations"),
    "neighbours": (
        lines(lambda i, s: f"{i % 97}: " + " ".join(str(i * k % 97) for k in range(1, 9))),
        "begins each line with a word and a colon, such as '0:', which differs from '0'",
    ),
    "emphasis": (
        lines(lambda i, s: re.sub(r"\b(her|was)\b", r"**\1**", s)),
        r"% of the words contain Markdown, such as '\*\*",
    ),
    "links": (
        lines(lambda i, s: re.sub(r"\b(her|was)\b", r"[\1](https://x.y/z)", s)),
        "% of the words contain Markdown",
    ),
    "soft hyphens at the ends": (
        "\n".join(re.sub(r"([a-z]{4})([a-z]{3})$", "\\1\xac\n\\2", row) for s in CLEAN for row in textwrap.wrap(s, 60)),
        "divides words at the end of",
    ),
    "sessions of bars": (
        lines(lambda i, s: "|".join(f"t{i * k % 47}" for k in range(1, 6))),
        r"each line is one word, and 100% of them contain '\|', such as 't0\|",
    ),
    "sessions of arrows": (
        lines(lambda i, s: "->".join(f"t{i * k % 47}" for k in range(1, 6))),
        "each line is one word, and 100% of them contain '->', such as",
    ),
    "labels": (
        lines(lambda i, s: f"__label__{i % 3} {s}"),
        "has a label at the beginning of each line, such as '__label__0'",
    ),
    "aligned": (
        lines(lambda i, s: f"{s} ||| {s.upper()}"),
        r"two sentences on each line, separated by \|\|\|, such as",
    ),
    "features": (
        lines(lambda i, s: " ".join([str(i % 2), *(f"{k}:0.{i * k % 97}" for k in range(1, 8))])),
        "of the words are decimal numbers, such as '",
    ),
    "lowercase tags": (tokens(lambda n, word: f"{word} noun{n % 3}"), "one token per line, with 2 columns"),
    "dated baskets": (
        lines(lambda i, s: f"2021-03-{i % 28 + 1:02} milk{i % 7} bread{i % 11} eggs{i % 13}"),
        "has a date at the beginning of 100% of its first lines, such as '2021-03-01 milk0 bread0 eggs0': .* is no item$",
    ),
    "a diary": (
        lines(lambda i, s: f"{i % 28 + 1}.{i % 12 + 1}.2021 {s}"),
        "has a date at the beginning of 100% of its",
    ),
    "markdown": (
        lines(lambda i, s: s + "\n```python\nf(x)\n```" * (i % 3 == 0)),
        r"has code in Markdown fences \(```\) on",
    ),
    "literals": (lines(lambda i, s: f"{s} `{s.split()[0]}` of ``{s.split()[-1]}``"), DOCUMENTS),
    "bars of tables": (
        lines(lambda i, s: f"| {i % 7} | {s.split()[0]} |" if i % 3 else s),
        "are vertical bars, such as '|'",
    ),
    "rst": (lines(lambda i, s: f".. note::\n\n   {s} :ref:`the {s.split()[0]}` so\n"), DOCUMENTS),
    "headings": (lines(lambda i, s: f"{s[:20]}\n{'=' * 20}\n\n{s}\n"), DOCUMENTS),
    "man page": (lines(lambda i, s: f".SH {s[:9].upper()}\n.PP\n{s} \\fB{s.split()[0]}\\fR"), DOCUMENTS),
    "pod": (lines(lambda i, s: f"=item {s[:9]}\n\n{s} C<{s.split()[0]}>\n"), DOCUMENTS),
    "org": (lines(lambda i, s: f"* {s[:20]}\n:PROPERTIES:\n:ID: {i}\n:END:\n{s}"), DOCUMENTS),
    "asciidoc": (lines(lambda i, s: f"[source,java]\n----\n{s[:20]}\n----\n\n{s}"), DOCUMENTS),
    "chat of names": (
        lines(lambda i, s: f"<{NAMES[i % 5]}> {s}"),
        r"looks like a chat: 100% of its first lines begin with a name such as '<\w+>' or '<",
    ),
}
OF_WORDS = """weights, float ids, documents, pictures, breaks with a space, breaks after a space, breaks in capitals,
tags in capitals, paragraphs, entities, spaces, wiki, latex, json strings, urls, mojibake, quotes,
cyrillic, korean, parts, spaced, tokens""".replace("\n", " ").split(", ")


def messages(corpus, text=None):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        encode(corpus, ALL, text)
    return [(str(w.message), w.filename) for w in caught]


@pytest.fixture
def write(tmp_path):
    def to(text, name="t.txt"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        return str(path)

    return to


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_of_another_kind_gets_one_notice(name, write):
    text, says = TEXTS[name]
    for end in ("\n", "\r\n"):
        found = messages(write(text.replace("\n", end)))
        assert len(found) == 1, found
        message, file = found[0]
        assert re.search(says.replace(r" characters", r"\d* characters"), message), message
        assert file == __file__
        assert "\n" not in message
        assert len(message) < 450
    meant = [message for message, _ in messages(write(text), TextOptions(as_lines=True))]
    assert all("commas, semicolons" in message or "end in punctuation" in message for message in meant)


@pytest.mark.parametrize("name", TEXTS)
def test_it_gets_the_same_if_a_tokenizer_splits_it(name, write):
    text, says = TEXTS[name]
    if name != "tokens" and "sessions" not in name:
        found = messages(write(text), TextOptions("words"))
        assert len(found) == 1
        assert re.search(
            says, re.sub(r"^\d+%", "100%" if says.startswith("100%") else found[0][0].split()[0], found[0][0])
        )
    found = messages(iter(text.split("\n")), TextOptions("whitespace"))
    assert len(found) == 1
    assert re.search(says, found[0][0])
    assert "corpus 'sentences'" not in found[0][0]


@pytest.mark.parametrize("name", OF_WORDS)
def test_lists_of_its_words_get_it_too(name):
    text, says = TEXTS[name]
    found = messages([line.split() for line in text.split("\n")])
    assert len(found) == 1
    assert re.search(says, found[0][0])


def test_lists_with_dates_are_no_logs():
    baskets = [[f"2021-03-{i % 28 + 1:02}", f"milk{i % 7}", f"bread{i % 11}"] for i in N]
    ((message, _),) = messages(baskets)
    assert re.match(
        "33% of the words are dates, such as '2021-03-.*: they are .*leave them out if they are no", message
    )
    assert messages([[f"2021-03-{i * k % 28 + 1:02}" for k in range(1, 6)] for i in N]) == []
    logs = [["2021-03-12", f"10:22:{i % 60:02}", f"level{i % 3}", *CLEAN[i].split()[:4]] for i in N]
    ((message, _),) = messages(logs)
    assert "are dates or times" in message
    assert "as in a log" in message


@pytest.mark.parametrize("name", ["tabs", "whatsapp", "weights", "spaces", "mojibake", "conll"])
@pytest.mark.parametrize("extension", [".txt", ".log", ".dat", ""])
def test_models_and_the_command_line_say_it(name, extension, write, tmp_path, capsys):
    text, says = TEXTS[name]
    path = write(text, "t" + extension)
    with pytest.warns(CorpusWarning, match=says) as caught:
        Word2Vec(corpus_file=path, vector_size=4, epochs=1)
    assert len(caught) == 1
    train = ["train", path, "-o", str(tmp_path / "v.bin"), "--epochs", "1", "--vector-size", "4", "--quiet"]
    warnings.simplefilter("default")  # pytest restores the filters
    assert main(train) == 0
    said = capsys.readouterr().err
    first, *others = said.splitlines()
    assert re.search(f"^w2v: .*{says}", first)
    assert main([*train, "--as-lines"]) == 0
    for line in (*others, *capsys.readouterr().err.splitlines()):  # one epoch of a small text
        assert line.startswith("w2v: hardly anything was learned")


def test_prose_that_is_wrapped_and_not_split_gets_both(write):
    path = write(textwrap.fill(" ".join(RAW), 72))
    wrapped, punctuation = messages(path)
    assert "wrapped at 72 characters" in wrapped[0]
    assert 'tokenizer="words"' in punctuation[0]
    assert [message for message, _ in messages(path, TextOptions("words"))] == [wrapped[0]]


def test_the_file_that_is_no_text_is_named(write, tmp_path):
    write("\n".join(CLEAN), "a.txt")
    path = write(rows("\t"), "b.txt")
    found = messages(str(tmp_path))
    assert len(found) == 1
    assert f"corpus {path!r} looks like a table" in found[0][0]


ORDINARY = {
    "Korean": "\n".join(text.replace(".", "") for text in KOREAN),
    "Korean titles": "\n".join(" ".join(text.split()[:3]) for text in KOREAN),
    "amino acids": lines(lambda i, s: " ".join("acdefghiklmnpqrstvwy"[ord(c) % 20] for c in s)),
    "amino acids with others": lines(
        lambda i, s: " ".join("acdefghiklmnpqrstvwyx"[(i + ord(c)) % 20] for c in s) + " x b"
    ),
    "features": lines(lambda i, s: f"cat={i % 50} dog={i % 7} colour=red"),
    "sentences": "\n".join(CLEAN),
    "paragraphs": "\n".join(" ".join(CLEAN[i : i + 5]) for i in N[::5]),
    "tokenised": "\n".join(re.sub(r"[^\w\s]", r" \g<0> ", s) for s in RAW),
    "generated": "\n".join(generate(20_000, 1)),
    "indented": lines(lambda i, s: "\t" + s),
    "accents": "\n".join(ACCENTS),
    "typographic": lines(lambda i, s: f"“ {s} ” — ‘ it ’ …"),
    "walks": lines(lambda i, s: " ".join(f"n{i * k % 97}" for k in range(1, 9))),
    "walks between tabs": lines(lambda i, s: "\t".join(str(i * k % 97) for k in range(1, 9))),
    "triples": lines(lambda i, s: f"city{i % 50}\tcapital_of\tland{i % 50}"),
    "baskets": lines(lambda i, s: " ".join(f"item-{i * k % 97}" for k in range(1, i % 9 + 3))),
    "flows": lines(lambda i, s: f"10.0.0.{i % 90} 10.1.0.{i % 80} {i % 70 + 1000} tcp"),
    "bases": lines(lambda i, s: " ".join("ACGT"[(i * k) % 4] for k in range(1, 30))),
    "proteins": lines(lambda i, s: " ".join("ACDEFGHIKLMNPQRSTVWY"[(i * k) % 20] for k in range(1, 30))),
    "special words": lines(lambda i, s: f"<s> {s.replace('emma', '<unk>')} <num> </s> <eos>"),
    "some numbers": lines(lambda i, s: s + f" in {i} and 3.5" * (i % 5 == 0)),
    "some times": lines(lambda i, s: s + " at 10:30 on 12/03/21" * (i % 9 == 0)),
    "verses of four words": lines(lambda i, s: " ".join(s.split()[:4]) + "\n" * (i % 4 == 3)),
    "sayings": lines(lambda i, s: f'"{s}" she said "{s}"' if i % 2 else f'" {s} "'),
    "bits": lines(lambda i, s: " ".join(str((i * i + k * k * 7 + i * k) // 3 % 2) for k in range(12))),
    "powers": lines(lambda i, s: s + " 2 ** 3 x**2"),
    "speakers": lines(lambda i, s: f"{('Anna', 'Bob')[i % 2]}: {s}"),
    "joined words": lines(lambda i, s: "new-york-city is up-to-date"),
    "walks in blocks": lines(lambda i, s: " ".join(f"n{i * k % 97}" for k in range(1, 9)) + "\n" * (i % 9 == 8)),
    "hashtags": lines(lambda i, s: "#cats #dogs " * (i % 2) + s),
    "plays": lines(lambda i, s: f"ANNA: {s}" if i % 2 else f"BOB: {s}"),
    "interviews": lines(lambda i, s: f"Mr. {NAMES[i % 2].title()}: {s}"),
    "special beginnings": lines(lambda i, s: f"<s> {s}" if i % 3 else f"<unk> {s}"),
    "old quotations": lines(lambda i, s: f"``{s}'' `so' {s}"),
    "tokenised quotations": lines(lambda i, s: f"`` {s} '' -- {s} ----"),
    "a few literals": lines(lambda i, s: s + " `x` ::" * (i % 30 == 0)),
    "items": "We need:\n" + lines(lambda i, s: s),
    "headings": "# Emma\n" + lines(lambda i, s: s),
    "users": lines(lambda i, s: f"user{i * 7 % 91} {i * 3 % 97}"),
    "some addresses": lines(lambda i, s: s + " see https://example.org/a" * (i % 40 == 0)),
    "names in angle brackets": lines(lambda i, s: f"{s} <Li Wei> <A B>"),
    "comparisons": lines(lambda i, s: f"{s} a <b p <A x<br2"),
    "a letter": "Dear Anna,\n" + lines(lambda i, s: s),
    "with a name in Chinese": lines(lambda i, s: s + " 北京大学出版社" * (i % 50 == 0)),
    "Chinese words": "我们 的 研究 表明 中国 经济 发展 很 快 中华人民共和国\n" * 30,
    "graph in prose": "graph theory is a field of mathematics\n" * 30,
    "from": "From the house he went\nTo the town\nDate of birth\n" * 20,
    "queries": lines(lambda i, s: " ".join(s.split()[: i % 4 + 1])),
    "commas": "the café , they say, opened its second branch\n" * 30,
    "semicolons": lines(lambda i, s: f"he came; she went; {s}"),
    "versions": lines(lambda i, s: f"{s} 2.6.{i % 20}"),
    "patches": lines(lambda i, s: f"9.0.{i % 2000:04} {s}"),
    "sessions of dates": lines(lambda i, s: " ".join(f"2021-03-{i * k % 28 + 1:02}" for k in range(1, 6))),
    "trains": lines(lambda i, s: " ".join(f"{i % 3 + k:02}:{i * k % 4 * 15:02}" for k in range(1, 6))),
    "dates within": lines(lambda i, s: f"{s} on 2021-03-{i % 28 + 1:02} and so on"),
    "rulers": lines(lambda i, s: s + "\n~~~~~~~~~~~~~~~~" * (i % 9 == 0)),
    "C++": "[[nodiscard]] auto f(_Tp x) -> vector<typename T> ; // a <b>c</b>\nput(the_name, '&amp;');\n" * 20,
    "Python": "def put(names: dict[str, list[list[str]]], to_file) -> list[[Any], None]:\nx = '<p>' + a_b + '</p>'\n"
    * 20,
    "verses": lines(lambda i, s: s[: 36 + i * 7 % 13].rpartition(" ")[0] + "\n" * (i % 4 == 3)),
    "nothing to train on": "".join(word + "\n" for word in CLEAN[0].split()) * 30,
    "long words": lines(lambda i, s: s[:60].title()),
    "korean": "대한민국의 수도는 서울이다\n나는 오늘 학교에 갔다\n" * 30,
    "ukrainian": "її дім стоїть біля ріки і він дуже старий\nмій тато їде в Київ\n" * 30,
    "hindi": "मैं क़लम से लिखता हूँ\nवह बाज़ार गया था\n" * 30,
    "vietnamese": "tôi đang học tiếng Việt ở Hà Nội\n" * 30,
    "french capitals": "il a dit « OUI » au CAFÉ»\n" * 30 + "été déjà là où ça naît\nà la forêt près du château\n" * 60,
}


@pytest.mark.parametrize("name", ORDINARY)
@pytest.mark.parametrize("tokenizer", [None, "words"])
def test_ordinary_text_gets_none(name, tokenizer, write):
    assert messages(write(ORDINARY[name]), TextOptions(tokenizer)) == []


VECTORS = {
    "word2vec": "30 5\n" + "".join(f"w{i} 0.1 -0.2 .3 1 4e-2\n" for i in range(30)),
    "long rows": "2 3000\nthe " + "0.25 " * 3000,
    "GloVe": "".join(f"w{i}" + " 0.125 -1.5" * 25 + "\n" for i in range(30)),
    "GloVe, long rows": ", " + "0.25 -1.5e-05 " * 900 + "\n",
    "fastText": "30 12\n" + "".join(f"w{i}" + " 0.125 -1.5" * 6 + " \n" for i in range(30)),
    "tabs": "".join(f"w{i}" + "\t0.5\t-1.5" * 25 + "\r\n" for i in range(30)),
}


@pytest.mark.parametrize("name", VECTORS)
def test_vectors_are_no_corpus(name, write, tmp_path, capsys):
    path = write(VECTORS[name])
    with pytest.raises(CorpusError, match=r"must be plain text: got word vectors in text format; .* use w2v\.load;"):
        encode(path, ALL)
    assert main(["train", path, "-o", str(tmp_path / "v.bin")]) == 65
    assert "--as-lines reads its lines as they are" in capsys.readouterr().err
    assert "0.25" in encode(path, ALL, TextOptions(as_lines=True)).vocabulary.words or "long" not in name


@pytest.mark.parametrize(
    "line",
    ["2 3\nthe cat sat", "5 3\n1 2 3", "1 2 3 " * 50, "1.0 2.0 3.0 " * 50, "a 1 2 3 4 5 6 7 8 9 10 11", "pi 3.14 is"],
)
def test_other_numbers_are(line, write):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        encode(write((line + "\n") * 20), ALL)


@pytest.mark.parametrize(
    ("word", "right"), [("CAFÉ", None), ("Ã", None), ("Ã©tÃ©", "été"), ("√©", "é"), ("naïve", None)]
)
def test_letters_that_were_encoded_twice(word, right):
    assert right_letters(word) == right


LINE = st.text(st.sampled_from("ab1 .:,;|\t\"'-<>&[]{}`#\r\x85é\u3000"), max_size=30)


@settings(max_examples=200)
@given(st.lists(LINE, min_size=1, max_size=40))
def test_any_lines_get_an_answer(some):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        encode(iter(["a b", *some]), ALL, TextOptions("whitespace"))


@pytest.mark.parametrize(
    "part",
    [
        "1",
        "1 ",
        "- ",
        "</a",
        "&a",
        "%AA",
        "'",
        '"',
        "\t",
        "1,",
        ".",
        "[[",
        "a-",
        "<a ",
        "1:11",
        "@a",
        "a.",
        "@",
        "['",
        "b'",
        "a:",
    ],
)
def test_lines_that_are_hard_to_match(part):
    began = time.process_time()
    hard = [part * (4000 // len(part)) + "x"] * 15
    for judge in (
        line_layout.vertical,
        line_layout.table,
        line_layout.stamped,
        line_layout.hyphenated,
        line_layout.wrapped,
        line_layout.commented,
        line_layout.counted,
        line_layout.keyed,
        line_layout.labelled,
        line_layout.parallel,
        line_layout.quoted,
        line_layout.returned,
        line_layout.spoken,
        line_layout.written,
    ):
        judge(hard)
    messages([["a", "b", *line.split(" ")] for line in hard])
    messages(iter(["a b", *hard]), TextOptions("words"))
    assert time.process_time() - began < 5


TWEETS = lines(lambda i, s: f"RT @anna{i % 9}: {s} https://t.co/aB{i}c #cats" if i % 3 == 0 else s)


def test_addresses_are_noticed_where_they_are_split(write):
    (message, _), *others = messages(write(TWEETS), TextOptions("words"))
    assert others == []
    assert re.search(
        "% of the words are addresses or names with @, such as '@anna.:' and '@anna.:': "
        'tokenizer="words" splits them into parts such as https, t and co',
        message,
    )
    assert messages(write(TWEETS)) == []
    assert messages(write(TWEETS), TextOptions("words", as_lines=True)) == []
    assert "addresses" in messages(write("mail me at anna@example.org today\n" * 30), TextOptions("words"))[0][0]


@pytest.mark.parametrize(
    "script",
    ["我们的研究表明中国的经济发展速度很快", "今天天气很好。", "吾輩は猫である", "วันนี้อากาศดีมากเราไปเที่ยวทะเลกัน"],
)
@pytest.mark.parametrize("tokenizer", [None, "words"])
def test_a_text_of_which_every_second_line_is_not_split(script, tokenizer, write):
    text = "".join(f"{s}\n{script}\n" for s in CLEAN[:300])
    (message, _) = messages(write(text), TextOptions(tokenizer))[0]
    assert re.search(r"\d+% of the letters are in long runs of", message)


KINDS = {
    "a subtitle file (.ass, .ssa)": "[Script Info]\r\nTitle: x\n[Events]\nDialogue: 0,0:00:01.00,0:00:05.00,,,The cat\n",
    "a subtitle file (.sbv)": "0:00:00.599,0:00:04.160\nThe cat\n\n",
    "a subtitle file (.sub)": "{0}{25}The cat\n{26}{50}The dog\n",
    "a subtitle file (.smi, .ttml)": "<SAMI>\n<BODY>\n",
    "lyrics with times (.lrc)": "[ti:Song]\n[ar:Me]\n\n[00:12.00]The cat\n[00:15.30]The dog\n",
    "a calendar (.ics)": "BEGIN:VCALENDAR\nVERSION:2.0\n",
    "address cards (.vcf)": "BEGIN:VCARD\nVERSION:3.0\n",
    "a file of translations (.po)": '# German\nmsgid ""\nmsgstr ""\n',
    "an ARFF file": "@RELATION iris\n\n@ATTRIBUTE a NUMERIC\n",
    "a Matrix Market file": "%%MatrixMarket matrix coordinate real general\n% x\n3 3 2\n1 2 1.0\n",
    "a Pajek network (.net)": '*Vertices 3\n1 "a"\n',
    "a GML graph": "graph [\n  directed 0\n  node [\n    id 0\n",
    "a graph in DOT (Graphviz)": "digraph G {\n  a -> b;\n}\n",
    "a web archive (WARC)": "WARC/1.0\r\nWARC-Type: warcinfo\n",
    "an e-mail (.eml)": "From: Anna <a@example.org>\nTo: Bob\nSubject: Hi\n there\n\nDear Bob\n",
    "a patch (diff)": "diff --git a/x.py b/x.py\nindex 1..2\n",
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_files_of_other_programs_are_named(name, end, write):
    path = write(KINDS[name].replace("\r\n", "\n").replace("\n", end))
    with pytest.raises(CorpusError, match=re.escape(f"must be plain text: got {name}; ")):
        encode(path, ALL)
    with pytest.raises(CorpusError, match=re.escape(f"got {name}; ")):
        encode(path, ALL, TextOptions("words"))
    encode(path, ALL, TextOptions("words", as_lines=True))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: "\ufeff" + s, r"contain invisible characters, such as '\\ufeff"),
        (lambda s: s.replace("the", "th\u00ade"), "contain invisible characters, .*soft hyphens"),
        (lambda s: "\u200f" + s, "contain invisible characters"),
        (lambda s: f'"{s}"', "has each line in quotation marks, such as"),
    ],
)
def test_what_a_tokenizer_takes_away_is_noticed_only_without_one(change, says, write):
    path = write(lines(lambda i, s: change(s)))
    ((message, _),) = messages(path)
    assert re.search(says, message)
    if "quotation" not in says:
        assert messages(path, TextOptions("words")) == []


LISTS = {
    "white space at the ends": ([[word + "\n" for word in s.split()] for s in CLEAN], "begin or end with white space"),
    "line feeds of lines": ([(s + "\n").split(" ") for s in CLEAN], r"begin or end with white space, such as '\w+\\n'"),
    "bytes": ([[str(word.encode()) for word in s.split()] for s in CLEAN], "are bytes as Python prints them"),
    "texts and labels": ([(s, "good") for s in CLEAN], r"50% of the words are texts, such as .* tokenizer=.words."),
    "padding": ([(s.split() + ["<pad>"] * 40)[:40] for s in CLEAN], "begin or end with '<pad>' several times"),
    "padding before": ([(["0"] * 40 + s.split())[-40:] for s in CLEAN], "begin or end with '0' several times"),
    "padded ids": ([[*range(1, i % 12 + 2), *[0] * (16 - i % 12)] for i in N], "with '0' several times, as padding"),
    "a matrix of counts": (
        [[sum(1 for word in s.split() if len(word) == k) for k in range(60)] for s in CLEAN],
        "matrices of counts do",
    ),
    "missing values": (
        [s.split() if i % 9 else ["nan"] for i, s in enumerate(CLEAN)],
        r"sentences are 'nan' alone, as",
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_that_are_no_sentences(name):
    sentences, says = LISTS[name]
    ((message, file),) = messages(sentences)
    assert re.search(says, message)
    assert file == __file__
    with pytest.warns(CorpusWarning, match=says):
        encode(sentences, ALL, phrases="ids" not in name and "matrix" not in name)


@pytest.mark.parametrize("value", ["NULL", "nan", "None", "NA", "N/A", r"\N"])
def test_missing_values_in_a_column(value, write, tmp_path):
    path = write("id,text\n" + lines(lambda i, s: f"{i},{s if i % 50 else value}"), "t.csv")
    for tokenizer in (None, "words"):
        found = messages(path, TextOptions(tokenizer, column="text"))
        if value.isalpha() or tokenizer is None:
            assert re.search(r"^1\d of the first \d+ sentences are '.*' alone, as missing values", found[0][0])


@pytest.mark.parametrize("tag", ["<br>", "<br/>", "<br />", "<br /> ", "<BR>", "<BR />"])
@pytest.mark.parametrize("tokenizer", [None, "words"])
def test_reviews_with_line_breaks(tag, tokenizer, write):
    reviews = [f"{a}.{tag}{tag}{b}." for a, b in pairwise(CLEAN)]
    path = write("review,sentiment\n" + "".join(f'"{review}",positive\n' for review in reviews), "t.csv")
    ((message, _),) = messages(path, TextOptions(tokenizer, column="review"))
    assert "are HTML or XML tags, such as" in message
    sentences = [review.split() for review in reviews] if tokenizer is None else iter(reviews)
    ((message, _),) = messages(sentences, TextOptions(tokenizer) if tokenizer else None)
    assert "are HTML or XML tags, such as" in message


def test_other_lists_get_none():
    products = [["WHITE HANGING HEART T LIGHT HOLDER", f"RED BOX {i % 30} OF 5 PENCILS", "BAG"] for i in N]
    for sentences in (products, [["none", "of", "us"], ["na", "x"], ["b'", "x"]] * 9, [[i % 9, i % 7, 0] for i in N]):
        assert messages(sentences) == []


def test_the_file_of_a_column_is_named(write):
    path = write("id,text\n" + lines(lambda i, s: f'{i},"{s.split()}"'), "t.csv")
    assert messages(path, TextOptions("words", column="text"))[0][0].startswith(f"corpus {path!r} has lists as")


def test_lines_of_nothing_but_bytes_that_were_replaced(tmp_path):
    path = tmp_path / "koi8.txt"
    path.write_bytes(b"\xff \xfe\xff\n" * 10)
    with pytest.warns(CorpusWarning, match="30 characters of 20 words are not valid and were replaced"):
        corpus = encode(path, VocabularyConfig(min_count=1), TextOptions(errors="replace"))
    assert sorted(corpus.vocabulary.words) == ["\ufffd", "\ufffd\ufffd"]
