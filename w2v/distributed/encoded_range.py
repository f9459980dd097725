"""A range of a text as word ids on the disk of the machine that read it, and its place in the chunks of the whole text."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.config import TextOptions
from w2v.corpus.count import count_parts_of_files
from w2v.corpus.counts import Provisional
from w2v.corpus.disk_array import forget
from w2v.corpus.encode import encode_counted, known_words
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.file_parts import FilePart
from w2v.corpus.vocabulary import Vocabulary


def read_range(parts: list[FilePart], text: TextOptions) -> Provisional:
    """Read a range of a text and count its words."""
    return count_parts_of_files(parts, text, None)
