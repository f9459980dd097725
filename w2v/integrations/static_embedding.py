"""A folder that model2vec, and sentence-transformers as ``StaticEmbedding``, load: methods of `KeyedVectors`.

    model.safetensors   embeddings, F32 (V, d); counts and further attributes, which other tools ignore
    tokenizer.json      splits texts as in training; an unknown word gives no token (`w2v.corpus.portable_tokenizer`)
    config.json         for model2vec; the metadata of the vectors under "w2v"
    modules.json        for sentence-transformers
    README.md           the model card

The vector of a text is the mean of the vectors of its known words.
"""

import json
import os
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.annotations import checked
from w2v.atomic_files import PathLike, atomic_write
from w2v.atomic_folders import atomic_folder
from w2v.errors import FormatError
from w2v.formats.contents import Contents, check_contents
from w2v.formats.native_header import ATTRIBUTE, metadata_text
from w2v.formats.safetensors import read_tensors, write_tensors
from w2v.integrations.model_card import model_card
from w2v.json_values import require_shallow
from w2v.vectors.keyed_vectors import KeyedVectors

WEIGHTS, TOKENIZER, CONFIG = "model.safetensors", "tokenizer.json", "config.json"
MODULES, CARD = "modules.json", "README.md"
FILES = (WEIGHTS, TOKENIZER, CONFIG, MODULES, CARD)
FILE_NAMES = ("sources", "tokenizer")
"""Entries of the metadata that hold names of files."""


@checked
def to_static_embedding(store: KeyedVectors, folder: PathLike, tokenizer: str | None = None) -> None:
    """Write a folder that model2vec and sentence-transformers load; `KeyedVectors.from_hub` reads it too.

    The vector of a text is then the mean of the vectors of its words; unknown words are left out.

    Parameters
    ----------
    folder : str or os.PathLike
        A new or empty folder, or one that was written before. It appears complete or not at all.
    tokenizer : {"whitespace", "words"}, optional
        How texts are split into words; by default as in training. If that is not recorded, or the text had been split
        before: "words" if the words have no capitals and punctuation, else "whitespace" (see
        `w2v.corpus.tokenizers.tokenizer_of`).

    Raises
    ------
    ConfigError
        If the vectors were trained with another tokenizer, and none of these is named.
    FormatError
        If a vector is not finite, or a word has a lone surrogate.
    OutputError
        If the folder cannot be written, or has other files in it. It is then unchanged.

    Examples
    --------
    >>> import os, tempfile
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["the", "cat"], [[1, 0], [0, 1]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     vectors.to_static_embedding(f"{folder}/cat", tokenizer="words")
    ...     sorted(os.listdir(f"{folder}/cat"))
    ['README.md', 'config.json', 'model.safetensors', 'modules.json', 'tokenizer.json']
    """
    with atomic_folder(folder, FILES) as new:
        write_files(store, new, tokenizer, os.path.basename(os.path.abspath(folder)))


def write_files(store: KeyedVectors, folder: str, tokenizer: str | None, name: str, card: dict[str, Any] = {}) -> None:  # noqa: B006
    """Write all files into a folder that exists; ``card`` holds further parameters of `model_card`."""
    from w2v.corpus.portable_tokenizer import portable_tokenizer
    from w2v.corpus.tokenizers import tokenizer_of

    contents = store.contents()
    check_contents(contents)
    metadata = shareable(json.loads(metadata_text(contents.metadata)))
    split = portable_tokenizer(contents.words, tokenizer or tokenizer_of(metadata, contents.words))
    suffix = json.loads(split.to_str())["model"]["end_of_word_suffix"]
    config = {
        "model_type": "model2vec",
        "architectures": ["StaticModel"],
        "hidden_dim": store.vector_size,
        "normalize": False,
        "max_length": None,
        "embedding_dtype": "float32",
        "w2v": {"one_letter_suffix": suffix, "metadata": metadata},
    }
    modules = [{"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.models.StaticEmbedding"}]
    tensors: dict[str, NDArray[Any]] = {"embeddings": contents.vectors.astype(np.float32, copy=False)}
    if contents.counts is not None:
        tensors["counts"] = contents.counts
    tensors |= {ATTRIBUTE + attribute: values for attribute, values in contents.attributes.items()}
    write_tensors(os.path.join(folder, WEIGHTS), tensors)
    texts = {
        TOKENIZER: split.to_str(),
        CONFIG: json.dumps(config, indent=2),
        MODULES: json.dumps(modules, indent=2),
        CARD: model_card(store, name, metadata, **card),
    }
    for file, text in texts.items():
        with atomic_write(os.path.join(folder, file)) as stream:
            stream.write(text.encode(errors="replace"))  # a folder may have a name that is not UTF-8


def shareable(value: Any) -> Any:
    """Return metadata without the folders in which files lay on this machine: those of `FILE_NAMES`, and absolute paths.

    Examples
    --------
    >>> shareable({"sources": ["texts/news.txt"], "scores": {"/home/me/simlex.tsv": 0.4}, "comment": "and/or"})
    {'sources': ['news.txt'], 'scores': {'simlex.tsv': 0.4}, 'comment': 'and/or'}
    """
    if isinstance(value, dict):
        return {
            shareable(name): _file_names(item) if name in FILE_NAMES else shareable(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [shareable(item) for item in value]
    return _file_name(value) if isinstance(value, str) and _is_absolute(value) else value


def _file_names(value: Any) -> Any:
    if isinstance(value, list):
        return [_file_names(item) for item in value]
    return _file_name(value) if isinstance(value, str) else shareable(value)


def _file_name(path: str) -> str:
    name = PurePath(path).name
    return PureWindowsPath(name).name or path


def _is_absolute(text: str) -> bool:
    """Whether a text is the path of a file in a folder, from the root: "/home/me/x", but not "/s"."""
    return any(len(path.parts) > 2 and path.is_absolute() for path in (PurePosixPath(text), PureWindowsPath(text)))


def is_static_embedding(folder: PathLike) -> bool:
    """Whether a folder has the files of one."""
    return all(os.path.isfile(os.path.join(folder, name)) for name in (WEIGHTS, TOKENIZER, CONFIG))


def read_folder(folder: PathLike) -> Contents:
    """Read a folder of `to_static_embedding` or of model2vec, whose tokens are the words.

    Raises
    ------
    FormatError
        If a file is damaged, or tokens and vectors differ in number.
    """
    from tokenizers import Tokenizer

    path = Path(folder)
    try:
        config = json.loads((path / CONFIG).read_text(encoding="utf-8"))
        vocabulary = Tokenizer.from_file(str(path / TOKENIZER)).get_vocab()
        own = config.get("w2v", {})
        suffix, metadata = own.get("one_letter_suffix"), own.get("metadata", {})
        if not isinstance(metadata, dict) or not isinstance(suffix, str | None):
            raise ValueError("w2v must hold a suffix and metadata")
        require_shallow(metadata)
    except Exception as error:  # tokenizers raises plain Exception
        raise FormatError(f"cannot read {path}: {CONFIG} or {TOKENIZER} is damaged: {error!r:.200}") from error
    words = [word for word, _ in sorted(vocabulary.items(), key=lambda item: item[1])]
    if suffix:
        words = [_word(token, suffix) for token in words]
    tensors = read_tensors(path / WEIGHTS)
    vectors = _vectors(path, tensors)
    if len(vectors) != len(words):
        raise FormatError(f"{path} must have one vector per token, {len(words)} in all: got {len(vectors)}")
    attributes = {
        name.removeprefix(ATTRIBUTE): values for name, values in tensors.items() if name.startswith(ATTRIBUTE)
    }
    contents = Contents(words, vectors, tensors.get("counts"), metadata=metadata, attributes=attributes)
    check_contents(contents)
    return contents


def _word(token: str, suffix: str) -> str:
    word = token.removesuffix(suffix)
    return word if len(word) == 1 else token


def _vectors(path: Path, tensors: dict[str, Any]) -> Any:
    """Return one vector per token; model2vec may share them between tokens, and weight them."""
    vectors = tensors.get("embeddings", tensors.get("embedding.weight"))
    if vectors is None or vectors.ndim != 2:
        raise FormatError(
            f"{path / WEIGHTS} must have a matrix called embeddings: got {', '.join(tensors) or 'nothing'}"
        )
    mapping, weights = tensors.get("mapping"), tensors.get("weights")
    if mapping is not None:
        if mapping.dtype.kind not in "iu" or mapping.ndim != 1 or not ((mapping >= 0) & (mapping < len(vectors))).all():
            raise FormatError(f"{path / WEIGHTS}: mapping must hold rows of embeddings")
        vectors = vectors[mapping]
    if vectors.dtype not in (np.float32, np.float16) or weights is not None:
        vectors = vectors.astype(np.float32)
    if weights is not None:
        if weights.shape != (len(vectors),):
            raise FormatError(f"{path / WEIGHTS}: weights must be one per token, {len(vectors)}: got {weights.shape}")
        vectors = (vectors * weights[:, np.newaxis]).astype(np.float32)
    return vectors
