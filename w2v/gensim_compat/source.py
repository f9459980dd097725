"""A corpus as passed to a model: the input, the options for reading it, and a check that it has not changed."""

import os
from collections.abc import Sized
from dataclasses import dataclass, replace
from typing import Any

from w2v.atomic_files import PathLike
from w2v.config import TextOptions
from w2v.corpus.encode import encode
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.paths import Files, is_paths
from w2v.corpus.phrases import WantedPhrases
from w2v.corpus.select_words import Choice
from w2v.corpus.sentences import as_sentence
from w2v.corpus.source_files import FileState, file_states, find_sources, refuse_changed
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ArgumentError, ConfigError, CorpusTypeError
from w2v.gensim_compat.readers import as_files


@dataclass(frozen=True, eq=False)
class Source:
    """A corpus to be read.

    Attributes
    ----------
    corpus : Any
        Paths, or an iterable of sentences.
    text : TextOptions
    states : dict
        Size, modification time and inode of each file, to detect changes.
    length : int or None
        Number of sentences in a list, to detect changes.
    is_files : bool
        Whether the corpus is paths, and not sentences.
    """

    corpus: Any
    text: TextOptions
    states: dict[str, FileState]
    length: int | None
    is_files: bool

    @classmethod
    def of(cls, corpus_iterable: Any, corpus_file: Any, text: TextOptions) -> "Source":
        """Make a source from sentences or files; gensim's file readers (`LineSentence`, ...) are replaced by their files.

        Raises
        ------
        ArgumentError
            If both are given, or neither.
        CorpusTypeError
            If sentences are strings, and there is no tokenizer to split them with.
        CorpusError
            If a file does not exist.
        """
        if (corpus_iterable is None) == (corpus_file is None):
            both = "both" if corpus_file is not None else "neither"
            raise ArgumentError(f"the corpus must be given as either sentences or corpus_file: got {both}")
        corpus = corpus_iterable if corpus_file is None else corpus_file
        files = as_files(corpus_iterable)
        if files is not None:
            corpus, text = files, replace(text, tokenizer="whitespace")
        elif corpus_file is not None:
            if not is_paths(corpus_file, TextOptions()):
                raise ConfigError(f"corpus_file must be a path or a list of paths: got {type(corpus_file).__name__}")
        elif isinstance(corpus, (str, bytes, os.PathLike)):
            raise CorpusTypeError(f"sentences must be lists of words: got {corpus!r:.60}; pass a path as corpus_file=")
        if files is not None or corpus_file is not None:
            return cls(corpus, text, file_states(find_sources(corpus)), None, is_files=True)
        if text.tokenizer is None and is_paths(corpus, text):
            as_sentence(corpus[0], 0)  # raises: a string is no list of words
        length = len(corpus) if isinstance(corpus, Sized) and getattr(corpus, "ndim", None) != 0 else None
        return cls(corpus, text, {}, length, is_files=False)

    @property
    def readable(self) -> Any:
        """The corpus for `w2v.encode`, which might take a list of texts for a list of paths."""
        if self.is_files:
            return Files.at(self.corpus)
        return iter(self.corpus) if is_paths(self.corpus, TextOptions()) else self.corpus

    def is_same(self, other: "Source") -> bool:
        """Whether another source has the same files, or the same object with as many sentences.

        Raises
        ------
        CorpusChangedError
            If a file changed.
        """
        if self.is_files and other.is_files:
            same = bool(self.corpus == other.corpus) and self.text == other.text
            if same:
                refuse_changed(self.states)
            return same
        same = self.corpus is other.corpus and self.length == other.length
        return same and self.text.column == other.text.column

    def encode(
        self, wanted: Choice | Vocabulary, cache: PathLike | None, progress: bool | None, phrases: WantedPhrases
    ) -> EncodedCorpus:
        """Read and encode the corpus."""
        return encode(self.readable, wanted, self.text, progress, cache, phrases)
