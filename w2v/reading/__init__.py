"""From anything that is a corpus to an ``EncodedCorpus``, in one pass.

text         files, folders, streams -> blocks of bytes that end between words
tokenizing   raw prose -> words
counting     blocks -> provisional ids and counts, by threads
sentences    lists of words, whole numbers -> the same
provisional  what these leave behind; spool: its ids, on disk
pruning      rare words forgotten on the way, for gensim's max_vocab_size
encoding     chosen words, final ids -> EncodedCorpus
cache        encoded texts, found again by content
line_sentences  gensim's readers of files, to iterate over
"""

from w2v.reading.counting import TextOptions, text_size
from w2v.reading.encoding import count, encode, is_paths, remembered
from w2v.reading.line_sentences import LineSentence, PathLineSentences, Text8Corpus, as_files
from w2v.reading.spool import forget
from w2v.reading.text import FileState, file_states, find_sources, refuse_changed

__all__ = [
    "FileState",
    "LineSentence",
    "PathLineSentences",
    "Text8Corpus",
    "TextOptions",
    "as_files",
    "count",
    "encode",
    "file_states",
    "find_sources",
    "forget",
    "is_paths",
    "refuse_changed",
    "remembered",
    "text_size",
]
