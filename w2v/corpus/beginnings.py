"""The beginning of a text that is read without counting its words, so that it gets the notices that other texts get."""

from dataclasses import replace

from w2v.config import TextOptions
from w2v.corpus.count_text import BEGINNING_BYTES, count_blocks
from w2v.corpus.notices import notice_text
from w2v.corpus.sentence_layout import Sentences
from w2v.corpus.text_files import Block
from w2v.corpus.tokenizers import WHITESPACE, WORDS
from w2v.errors import CorpusError


def notice_beginning(block: Block, options: TextOptions) -> None:
    """Warn if the first block of a text looks like something else than sentences; what cannot be read is no matter here.

    Warns
    -----
    CorpusWarning
    """
    data = block.data[: block.data.rfind(b"\n", 0, BEGINNING_BYTES) + 1] or block.data[:BEGINNING_BYTES]
    is_slow = options.tokenizer not in (None, WHITESPACE, WORDS)
    try:
        read = count_blocks([replace(block, data=data)], replace(options, tokenizer=WORDS) if is_slow else options)
    except CorpusError:
        return  # whoever reads the text says why
    read.text, read.sources = options, [block.source]
    notice_text(read, None, Sentences.first(read), needs_context=False)
    read.spool.close()
