"""From anything that is a corpus to an ``EncodedCorpus``, in one pass.

text         files, folders, streams -> blocks of bytes that end between words
tokenizing   raw prose -> words
counting     blocks -> provisional ids and counts, by threads
sentences    lists of words, whole numbers -> the same
provisional  what these leave behind; spool: its ids, on disk
encoding     chosen words, final ids -> EncodedCorpus
cache        encoded texts, found again by content
"""

from w2v.reading.counting import TextOptions, text_size
from w2v.reading.encoding import encode, is_paths
from w2v.reading.spool import forget
from w2v.reading.text import FileState, file_states, find_sources, refuse_changed

__all__ = [
    "FileState",
    "TextOptions",
    "encode",
    "file_states",
    "find_sources",
    "forget",
    "is_paths",
    "refuse_changed",
    "text_size",
]
