"""Files for TensorBoard's projector and the Embedding Projector (https://projector.tensorflow.org).

vectors.tsv             one row of values per word
metadata.tsv            word and count, with a heading; only words and no heading if there are no counts
projector_config.pbtxt  what TensorBoard reads: ``tensorboard --logdir FOLDER``
"""

import os

from w2v.annotations import checked
from w2v.arguments import integer, shown
from w2v.atomic_files import PathLike, atomic_write
from w2v.atomic_folders import atomic_folder
from w2v.errors import FormatError
from w2v.formats.contents import check_contents, check_encodable, finite_blocks
from w2v.vectors.store import VectorStore

VECTORS, METADATA, CONFIG = "vectors.tsv", "metadata.tsv", "projector_config.pbtxt"


@checked
def to_projector(store: VectorStore, folder: PathLike, words: int | None = None) -> None:
    r"""Write the files for TensorBoard and the Embedding Projector into a folder.

    Both show at most the first 100,000 rows, and get slow before that.

    Parameters
    ----------
    folder : str or os.PathLike
        A new or empty folder, or one that was written before. It appears complete or not at all.
    words : int, optional
        Write only the first rows, which hold the most frequent words; by default all.

    Raises
    ------
    FormatError
        If a word has a tab or a line break, which the format has no place for, or a lone surrogate; or is blank and there
        are no counts.
    OutputError
        If the folder cannot be written, or has other files in it. It is then unchanged.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 0.5]], counts=[7, 3])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     vectors.to_projector(f"{folder}/v")
    ...     pathlib.Path(folder, "v", "vectors.tsv").read_text()
    ...     pathlib.Path(folder, "v", "metadata.tsv").read_text()
    '1.0\t0.0\n0.0\t0.5\n'
    'word\tcount\na\t7\nb\t3\n'
    """
    contents = store.contents()
    check_contents(contents)
    rows = len(store) if words is None else min(integer("words", words, 1), len(store))
    counts = None if contents.counts is None else contents.counts.tolist()
    check_encodable(contents.words[:rows])
    for row, word in enumerate(contents.words[:rows]):
        if not word.isprintable() and len(f"{word}.".splitlines()) + word.count("\t") > 1:
            raise FormatError(f"word {row} must not have a tab or a line break: got {shown(word)}; drop or rename it")
        if counts is None and not word.strip():
            raise FormatError(f"word {row} must not be blank: got {shown(word)}; drop or rename it")
    with atomic_folder(folder, (VECTORS, METADATA, CONFIG)) as new:
        with atomic_write(os.path.join(new, VECTORS)) as stream:
            for block in finite_blocks(contents.vectors[:rows], contents.vectors.dtype, "vectors"):
                stream.writelines(("\t".join(map(str, values)) + "\n").encode() for values in block.astype("f4"))
        with atomic_write(os.path.join(new, METADATA)) as stream:
            if counts is None:
                lines = contents.words[:rows]
            else:
                lines = [
                    "word\tcount",
                    *(f"{word}\t{n}" for word, n in zip(contents.words[:rows], counts, strict=False)),
                ]
            stream.writelines(f"{line}\n".encode() for line in lines)
        with atomic_write(os.path.join(new, CONFIG)) as stream:
            stream.write(f'embeddings {{\n  tensor_path: "{VECTORS}"\n  metadata_path: "{METADATA}"\n}}\n'.encode())
