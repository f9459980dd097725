"""Encode text as word ids: files, streams and iterables become an ``EncodedCorpus`` in one pass.

paths           what is a path, and what is text
source_files    paths, folders and URLs (remote) -> open files
text_files      files -> blocks of bytes that end between words
table_files     tables -> one column: parquet, or lines of json_lines or separated_values
table_objects   data frames, datasets and records -> one column
arrow           a column in Arrow's layout -> blocks of text, words, or integers
sentences       what may be a sentence
tokenizers      raw prose -> words
count           the corpus -> whichever of these is right for it:
count_text      blocks -> provisional ids and counts, with several threads
count_lists     lists of words -> provisional ids and counts
count_numbers   lists of integers -> provisional ids and counts
counts          the result of counting: provisional ids on disk (disk_array), and a count per id
select_words    counts -> the words that get a vector, in row order
vocabulary      the selected words with their counts
subsampling     counts -> how likely an occurrence of each word is to be kept
noise           counts -> the noise distribution, and the pool that noise words are drawn from
encode          provisional ids -> final ids: an encoded_corpus
cache           encoded corpora on disk, looked up by content
"""
