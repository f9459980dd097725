"""Encoding of text as word ids: files, streams and iterables become an ``EncodedCorpus`` in one pass.

text_files      files, folders and streams -> blocks of bytes that end between words
tokenizers      raw prose -> words
count_text      blocks -> provisional ids and counts, with several threads
count_lists     lists of words or of integers -> provisional ids and counts
counts          the result of counting: provisional ids on disk (disk_array), and a count per id
select_words    counts -> the words that get a vector, in row order
vocabulary      the selected words: counts, subsampling and noise distributions
encode          provisional ids -> final ids: an encoded_corpus
cache           encoded corpora on disk, looked up by content
"""
