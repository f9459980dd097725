"""The extensions of files: none is written under the name of another format, which would deceive other programs."""

import os

from w2v.atomic_files import PathLike
from w2v.errors import FormatError

# Names that gensim's users give to what `save` writes (.model, .kv, .pkl) are not among them.
# fmt: off
KNOWN = (
    ".safetensors", ".parquet", ".bin", ".txt", ".vec", ".w2v",
    ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".feather", ".arrow", ".avro", ".npy", ".npz",
    ".joblib", ".pt", ".pth", ".onnx", ".gguf", ".h5", ".hdf5", ".mat", ".xls", ".xlsx", ".ods", ".html", ".xml",
    ".yaml", ".yml", ".md", ".pdf", ".sqlite", ".db", ".zip", ".tar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".ftz",
)
# fmt: on
"""Extensions of formats that people know."""


def check_name(path: PathLike, *own: str) -> None:
    """Raise FormatError if the extension of a file to write is that of a format other than its own.

    Parameters
    ----------
    path : str or os.PathLike
    *own : str
        The extensions of its format.

    Raises
    ------
    FormatError
        If it is; the message lists those that are possible.

    Examples
    --------
    >>> check_name("sentences.npy", ".npy")
    >>> check_name("sentences", ".npy")
    >>> check_name("s.csv", ".npy")
    Traceback (most recent call last):
    w2v.errors.FormatError: the extension of s.csv must be .npy: got .csv; a name without an extension is possible too
    """
    name = os.fsdecode(path)
    ending = os.path.splitext(name)[1].lower()
    if ending in KNOWN and ending not in own:
        listed = ", ".join(own)
        raise FormatError(
            f"the extension of {name} must be {'one of ' if ',' in listed else ''}{listed}: got {ending}; "
            "a name without an extension is possible too"
        )
