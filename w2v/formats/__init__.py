"""Read and write word vectors: one module per format; `load` and `save` choose among them."""

from w2v.formats.by_extension import check_format, check_native_name, has_format, load, save, storable_part
from w2v.formats.contents import Contents
from w2v.formats.native import is_native, read_metadata
from w2v.formats.parquet import is_parquet
from w2v.formats.parquet import read_metadata as read_parquet_metadata
from w2v.formats.repairs import describe as describe_repairs
from w2v.formats.word2vec import load_word2vec, save_word2vec

__all__ = [
    "Contents",
    "check_format",
    "check_native_name",
    "describe_repairs",
    "has_format",
    "is_native",
    "is_parquet",
    "load",
    "load_word2vec",
    "read_metadata",
    "read_parquet_metadata",
    "save",
    "save_word2vec",
    "storable_part",
]
