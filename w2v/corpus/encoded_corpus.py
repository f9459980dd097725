"""A corpus as the trainer reads it: word ids, sentences, the vocabulary, and the ledger of what was read.

The ids are a stream of uint32, mapped into memory; it can be read any number of times and may be larger than memory.
"""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.config import TextOptions, VocabularyConfig
from w2v.corpus.vocabulary import Vocabulary


@dataclass(frozen=True)
class ReadLedger:
    """What was read: ``tokens`` = ``out_of_vocabulary`` + the tokens of the encoded corpus.

    ``min_count`` is how often a word had to occur to enter the vocabulary; 0 where that was given.
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
    """A corpus as word ids.

    Attributes
    ----------
    vocabulary : Vocabulary
    tokens : ndarray of uint32, shape (N,)
        In-vocabulary words in the order of the text; usually a read-only memory map.
    offsets : ndarray of int64, shape (S + 1,)
        Sentence s is ``tokens[offsets[s]:offsets[s + 1]]``.
    ledger : ReadLedger
    sources : tuple of str
        Where it was read from; empty if it came from Python.
    from_cache : bool
        Whether the text was found encoded (see `w2v.corpus.cache`).
    selection : VocabularyConfig, optional
        How the words were selected; None if they were given.
    text : TextOptions, optional
        How text became words; None if it was not text.
    """

    vocabulary: Vocabulary
    tokens: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    ledger: ReadLedger
    sources: tuple[str, ...] = ()
    from_cache: bool = False
    selection: VocabularyConfig | None = None
    text: TextOptions | None = None

    def pieces(self, most: int) -> NDArray[np.int64]:
        """Return the offsets with every sentence longer than ``most`` tokens cut into pieces of that length.

        Windows do not reach over a cut; no token is left out.
        """
        lengths = np.diff(self.offsets)
        if not len(lengths) or lengths.max() <= most:
            return self.offsets
        counts = np.maximum(-(-lengths // most), 1)
        starts = np.repeat(self.offsets[:-1], counts)
        first = np.repeat(np.cumsum(counts) - counts, counts)
        cuts = starts + (np.arange(len(starts)) - first) * most
        return np.append(cuts, self.offsets[-1])
