"""Find the words of scripts without spaces (Chinese, Japanese, Thai and others), with other libraries.

Each is an extra of the same name (``pip install "w2v[jieba]"``), and is imported only here, when it is asked for. It says
where words begin and end; they are then normalised as all prose is (`w2v.corpus.tokenizers`), and punctuation is dropped.
"""

import importlib
import logging
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from unicodedata import normalize

from w2v.config import SEGMENTERS
from w2v.errors import MissingExtraError

Split = Callable[[str], Iterable[str]]
"""A function from a text to its words."""


@dataclass(frozen=True)
class Segmenter:
    """A library that finds words.

    Attributes
    ----------
    name : str
        As `w2v.TextOptions` names it; also the name of the extra that installs it.
    packages : tuple of str
        What has to be installed.
    split : function from str to iterable of str
        Used by one thread at a time.
    """

    name: str
    packages: tuple[str, ...]
    split: Split

    @property
    def versions(self) -> list[str]:
        """The versions of its packages: another one may find other words."""
        return [f"{package} {version(package)}" for package in self.packages]


def find_segmenter(name: str) -> Segmenter:
    """Return the segmenter of this name, one of `w2v.config.SEGMENTERS`.

    Raises
    ------
    MissingExtraError
        If what it needs is not installed.
    """
    packages, load = _LOADERS[name]
    try:
        with warnings.catch_warnings():  # some are older than the Python that runs them
            warnings.simplefilter("ignore")
            split = load()
    except ImportError as problem:
        raise MissingExtraError(
            f"cannot split text into words: tokenizer {name!r} needs {' and '.join(packages)}: {problem}; "
            f'pip install "w2v[{name}]"'
        ) from problem
    return Segmenter(name, packages, split)


def _module(name: str) -> Any:
    return importlib.import_module(name)


def _jieba() -> Split:
    """Chinese. Full-width letters are made narrow first: jieba would take each for a word."""
    jieba = _module("jieba")
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return lambda text: jieba.lcut(normalize("NFKC", text))


def _janome() -> Split:
    """Japanese, in Python alone."""
    return _module("janome.tokenizer").Tokenizer(wakati=True).tokenize  # type: ignore[no-any-return]


def _mecab() -> Split:
    """Japanese, in C++, with the dictionary UniDic."""
    _module("unidic_lite")  # or its absence would be an error of MeCab's
    tagger = _module("fugashi").Tagger("-Owakati")
    return lambda text: tagger.parse(text).split()


def _pythainlp() -> Split:
    """Thai."""
    return _module("pythainlp.tokenize").word_tokenize  # type: ignore[no-any-return]


def _icu() -> Split:
    """Any script: ICU's word boundaries, with its dictionaries of Chinese, Japanese, Thai, Lao, Khmer and Burmese."""
    breaker = _module("icu4py.breakers").WordBreaker
    return lambda text: breaker(text, "")


_LOADERS: dict[str, tuple[tuple[str, ...], Callable[[], Split]]] = {
    "jieba": (("jieba",), _jieba),
    "janome": (("janome",), _janome),
    "mecab": (("fugashi", "unidic-lite"), _mecab),
    "pythainlp": (("pythainlp",), _pythainlp),
    "icu": (("icu4py",), _icu),
}
assert tuple(_LOADERS) == SEGMENTERS
