"""The corpus in the form that the trainer reads: word ids, sentence offsets, vocabulary, and token counts.

The ids are a memory-mapped array of uint32, which can be read any number of times and may be larger than memory.
"""

from dataclasses import asdict, dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from w2v.arguments import amount
from w2v.config import TextOptions, VocabularyConfig
from w2v.corpus.phrase_table import PhraseTable
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import ConfigError


@dataclass(frozen=True)
class ReadLedger:
    """Counts of what was read: ``tokens`` = ``out_of_vocabulary`` + the number of tokens in the encoded corpus.

    ``distinct`` counts distinct words, ``replaced`` characters that were not valid UTF-8. ``min_count`` is the effective
    minimum count of the vocabulary; 0 if the vocabulary was supplied.
    """

    tokens: int
    out_of_vocabulary: int
    distinct: int
    sentences: int
    replaced: int
    min_count: int = 0

    def to_dict(self) -> dict[str, int]:
        """Return the fields as JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class EncodedCorpus:
    """A corpus as word ids; `w2v.encode` makes one.

    Attributes
    ----------
    vocabulary : Vocabulary
    tokens : ndarray of uint32, shape (N,)
        Rows of the in-vocabulary words in the order of the text; usually a read-only memory map.
    offsets : ndarray of int64, shape (S + 1,)
        Sentence s is ``tokens[offsets[s]:offsets[s + 1]]``.
    ledger : ReadLedger
    sources : tuple of str
        The files it was read from; empty if it was passed as Python objects.
    from_cache : bool
        Whether it was loaded from a cache (see `w2v.corpus.cache`).
    selection : VocabularyConfig, optional
        How the words were selected; None if the vocabulary was supplied.
    text : TextOptions, optional
        How text was split into words; None if it was passed as Python objects.
    phrases : PhraseTable, optional
        The phrases that were merged; None if none were looked for.

    Examples
    --------
    >>> import w2v
    >>> corpus = w2v.encode([["the", "cat"], ["the", "dog"], ["cat"]], w2v.VocabularyConfig(min_count=2))
    >>> corpus.vocabulary.words, corpus.tokens.tolist(), corpus.offsets.tolist()
    (['cat', 'the'], [1, 0, 1, 0], [0, 2, 3, 4])
    >>> corpus.ledger.out_of_vocabulary
    1
    """

    vocabulary: Vocabulary
    tokens: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    ledger: ReadLedger
    sources: tuple[str, ...] = ()
    from_cache: bool = False
    selection: VocabularyConfig | None = None
    text: TextOptions | None = None
    phrases: PhraseTable | None = None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __repr__(self) -> str:
        tokens, sentences = amount(len(self.tokens), "token"), amount(len(self), "sentence")
        return f"EncodedCorpus({tokens}, {sentences}, {amount(len(self.vocabulary), 'distinct word')})"

    def pieces(self, most: int) -> NDArray[np.int64]:
        """Return the offsets with every sentence longer than ``most`` tokens cut into pieces of that length.

        Context windows do not cross a cut; no token is dropped.

            offsets         0 ................ 7 ... 9
            pieces(most=3)  0 ... 3 ... 6 .... 7 ... 9
        """
        lengths = np.diff(self.offsets)
        if not len(lengths) or lengths.max() <= most:
            return self.offsets
        counts = np.maximum(-(-lengths // most), 1)
        starts = np.repeat(self.offsets[:-1], counts)
        first = np.repeat(np.cumsum(counts) - counts, counts)
        cuts = starts + (np.arange(len(starts)) - first) * most
        return np.append(cuts, self.offsets[-1])


@dataclass(frozen=True)
class ScatteredCorpus:
    """An encoded corpus whose ids are on several machines; its attributes are those of `EncodedCorpus`."""

    vocabulary: Vocabulary
    ledger: ReadLedger
    sources: tuple[str, ...] = ()
    selection: VocabularyConfig | None = None
    text: TextOptions | None = None
    phrases: PhraseTable | None = None

    @property
    def tokens(self) -> NoReturn:
        """Raise ConfigError."""
        raise _far()

    @property
    def offsets(self) -> NoReturn:
        """Raise ConfigError."""
        raise _far()


def _far() -> ConfigError:
    return ConfigError(
        "callbacks must do without the ids of the text, which are on other machines: got one that reads them; leave it out, "
        "or train on one machine"
    )
