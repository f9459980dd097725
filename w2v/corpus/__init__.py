"""Text to word ids: anything that is a corpus becomes an ``EncodedCorpus``, in one pass.

text_files      files, folders and streams -> blocks of bytes that end between words
tokenizers      raw prose -> words
count_text      blocks -> provisional ids and counts, with several threads
count_lists     lists of words or of integers -> the same
counts          what counting leaves behind: provisional ids on disk (disk_array), a count per id
select_words    counts -> which words get a vector, in which order
vocabulary      the selected words: counts, subsampling and noise distributions
encode          provisional ids -> final ids: an encoded_corpus
cache           encoded corpora, found again by content
"""
