"""The manifest: well formed, and malformed ones are refused with the field that is wrong."""

import dataclasses
import re

import pytest

from w2v.corpora import PublicCorpus, find_corpus, load_manifest
from w2v.errors import ConfigError

VALID = {
    "name": "toy",
    "url": "https://example.org/toy.zip",
    "licence": "CC0",
    "tokenizer": "whitespace",
    "description": "A toy.",
    "advice": "Play.",
}


def toml(values):
    lines = [f"{key} = {value!r}" if not isinstance(value, bool) else f"{key} = true" for key, value in values.items()]
    return "[[corpus]]\n" + "\n".join(lines) + "\n"


def test_package_manifest():
    corpora = load_manifest()
    assert {"text8", "enwik8", "enwik9", "wikitext-103", "one-billion-words"} <= corpora.keys()
    for name, corpus in corpora.items():
        assert find_corpus(name) == corpus
        assert corpus.tokenizer in ("whitespace", "words")
        assert corpus.url.startswith("https://")
        assert all((corpus.licence, corpus.description, corpus.advice))
        assert corpus.packed == (corpus.member is not None)
        assert (corpus.sha256 or corpus.text_sha256) or name.endswith("-latest")


def test_facts_of_text8():
    text8 = find_corpus("text8")
    assert (text8.size, text8.text_size, text8.file_name) == (31_344_016, 100_000_000, "text8.txt")


def test_entries_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        find_corpus("text8").size = 1


def test_unknown_name():
    with pytest.raises(ConfigError, match=r"corpus must be one of text8, enwik8, .*: got 'text9'"):
        find_corpus("text9")


def test_valid_entry(tmp_path):
    path = tmp_path / "manifest.toml"
    path.write_text(toml(VALID))
    assert load_manifest(path) == {"toy": PublicCorpus(**VALID)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "../toy"}, "a corpus name must be lower-case letters, digits, '.' and '-': got '../toy'"),
        ({"name": "Toy"}, "a corpus name must be lower-case letters, digits, '.' and '-': got 'Toy'"),
        ({"url": "ftp://example.org/toy.zip"}, "http, https, file address"),
        ({"url": "https://example.org/"}, "address of a file"),
        ({"size": "12"}, "size must be an integer: got '12'"),
        ({"size": True}, "size must be an integer: got True"),
        ({"licence": 3}, "licence must be a string: got 3"),
        ({"sha256": "12"}, "64 lower-case hexadecimal digits: got '12'"),
        ({"text_sha256": "A" * 64}, "64 lower-case hexadecimal digits: got 'AAA"),
        ({"colour": "red"}, ": got 'colour'"),
        ({"url": "https://example.org/toy.txt", "member": "a"}, "url must be an archive"),
    ],
)
def test_malformed_entry(tmp_path, change, message):
    path = tmp_path / "manifest.toml"
    path.write_text(toml(VALID | change))
    with pytest.raises(ConfigError, match=re.escape(message)):
        load_manifest(path)


@pytest.mark.parametrize("field", sorted(VALID))
def test_missing_field(tmp_path, field):
    path = tmp_path / "manifest.toml"
    path.write_text(toml({key: value for key, value in VALID.items() if key != field}))
    with pytest.raises(ConfigError, match=f"must have the field '{field}'"):
        load_manifest(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("corpus = [", "cannot read the manifest"),
        ("", "must have [[corpus]] entries: got none"),
        ("corpus = 3", "must have [[corpus]] entries: got none"),
        ("corpus = [3]", "a manifest entry must be a [[corpus]] table: got 3"),
        (toml(VALID) * 2, "must be unique: got 'toy' twice"),
    ],
)
def test_malformed_manifest(tmp_path, text, message):
    path = tmp_path / "manifest.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=re.escape(message)):
        load_manifest(path)


def test_missing_manifest(tmp_path):
    with pytest.raises(ConfigError, match="cannot read the manifest"):
        load_manifest(tmp_path / "none.toml")
