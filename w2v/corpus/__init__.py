"""Encode text as word ids: files, streams and iterables become an ``EncodedCorpus`` in one pass.

paths           what is a path, and what is text
source_files    paths, folders and URLs (remote) -> open files
text_files      files -> blocks of bytes that end between words
table_files     tables -> one column: parquet, or lines of json_lines or separated_values
table_objects   data frames, datasets and records -> one column
arrow           a column in Arrow's layout -> blocks of text, words, or integers
sentences       what may be a sentence
tokenizers      raw prose -> words; with Hugging Face's (hugging_face), and for scripts without spaces (segmenters)
count           the corpus -> whichever of these is right for it:
count_text      blocks -> provisional ids and counts, with several threads
count_lists     lists of words -> provisional ids and counts
count_tokens    the tokens of a Hugging Face tokenizer -> provisional ids and counts
count_numbers   lists of integers -> provisional ids and counts
counts          the result of counting: provisional ids on disk (disk_array), and a count per id
count_pairs     provisional ids -> pairs of neighbouring words with their scores
phrases         pairs -> a phrase_table, as a phrase_config says; merges phrases in what was read
merge_words     the same for one sentence of strings
select_words    counts -> the words that get a vector, in row order
vocabulary      the selected words with their counts
subsampling     counts -> how likely an occurrence of each word is to be kept
noise           counts -> the noise distribution, and the pool that noise words are drawn from
notices         warnings about texts that are hardly meant to be trained on as they are, by these kinds of signs:
  beginnings      the same for the beginning of a text whose words are not counted
  frequent_words  the words that are looked at, and what is said of those that show a sign
  foreign_words   words that are markup or numbers
  lost_letters    words whose letters were decoded wrongly, or are lost
  times           dates and times: stamps of lines or words, and not items
  line_layout     lines that are no sentences: tables, wrapped prose; record_lines: those of other programs' files
  item_lists      lines that are lists of items
  sentence_layout sentences that are padded, missing values, or single words
  unsplit_words   words that are glued to punctuation or to each other
encode          provisional ids -> final ids: an encoded_corpus
cache           encoded corpora on disk, looked up by content
"""
