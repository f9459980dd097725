"""Share vectors on the Hugging Face Hub, and load them from there: the only module that imports huggingface_hub."""

import os
import tempfile
from collections.abc import Sequence
from typing import Any, TypeVar

from w2v import formats
from w2v.annotations import checked
from w2v.arguments import amount
from w2v.atomic_files import PathLike
from w2v.errors import FormatError, OutputError, W2VError
from w2v.extras import library
from w2v.integrations.static_embedding import CONFIG, TOKENIZER, WEIGHTS, is_static_embedding, read_folder, write_files
from w2v.vectors.keyed_vectors import KeyedVectors

Store = TypeVar("Store", bound=KeyedVectors)


@checked
def push_to_hub(
    store: KeyedVectors,
    name: str,
    *,
    private: bool | None = None,
    token: str | None = None,
    tokenizer: str | None = None,
    license: str | None = None,
    language: str | Sequence[str] | None = None,
) -> str:
    """Upload the vectors to a model repository of the Hugging Face Hub, which is made if it does not exist.

    The files are those of `to_static_embedding`, with a model card written from the metadata: the text (without its
    folders), the parameters, the geometry that training recorded, and ``metadata["scores"]``, a dict of the name of each
    score to a number.

    Parameters
    ----------
    name : str
        ``"repository"`` or ``"owner/repository"``.
    private : bool, optional
        Of a new repository; by default what the owner has set.
    token : str, optional
        By default that of ``hf auth login``.
    tokenizer : {"whitespace", "words"}, optional
        See `to_static_embedding`.
    license, language : str, optional
        For the model card, such as ``"cc-by-sa-4.0"`` and ``"en"``.

    Returns
    -------
    str
        The address of the commit.

    Raises
    ------
    OutputError
        If the upload fails.
    MissingExtraError
        If huggingface_hub is not installed.
    """
    hub = _hub()
    with tempfile.TemporaryDirectory(prefix="w2v-") as folder:
        write_files(store, folder, tokenizer, name, {"license": license, "language": language})
        try:
            api = hub.HfApi(token=token)
            made = api.create_repo(name, private=private, exist_ok=True)
            whole = getattr(made, "repo_id", name)  # with the owner, of a name without one
            message = f"{amount(len(store), 'word vector')} of {amount(store.vector_size, 'dimension')}"
            return str(api.upload_folder(repo_id=whole, folder_path=folder, commit_message=message).commit_url)
        except Exception as problem:  # errors of several libraries: HTTP, tokens, names
            folder = "; this names a repository of the Hub; to write a folder on this machine, use to_static_embedding"
            raise OutputError(
                f"cannot push the vectors to {name}: {_said(problem)}{'' if '/' in name else folder}"
            ) from problem


@checked
def from_hub(
    cls: type[Store],
    name: PathLike,
    filename: str | None = None,
    *,
    revision: str | None = None,
    token: str | None = None,
) -> Store:
    """Load vectors from a model repository of the Hugging Face Hub, or from a folder of the same files.

    What was downloaded before is not downloaded again.

    Parameters
    ----------
    name : str or os.PathLike
        ``"owner/repository"``, or a local folder.
    filename : str, optional
        A file of vectors in any format that `KeyedVectors.load` reads. By default the folder of `to_static_embedding`, of
        model2vec (whose tokens are the words), or the only file of vectors.
    revision : str, optional
        A branch, tag or commit.
    token : str, optional
        By default that of ``hf auth login``.

    Raises
    ------
    FormatError
        If there are no vectors, several files of them, or they are damaged; or if the repository cannot be reached.

    Examples
    --------
    >>> import tempfile
    >>> from w2v import KeyedVectors
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     KeyedVectors.from_arrays(["the", "a"], [[1, 0], [0, 1]]).to_static_embedding(f"{folder}/v")
    ...     KeyedVectors.from_hub(f"{folder}/v").index_to_key
    ['the', 'a']
    """
    if os.path.isdir(name):
        source: _Folder | _Repository = _Folder(os.fsdecode(name))
    else:
        source = _Repository(os.fsdecode(name), revision, token)
    if filename is None:
        folder = source.static_embedding()
        if folder is not None:
            return cls.from_contents(read_folder(folder))
        filename = _only_vectors(os.fsdecode(name), source.files())
    return cls.load(source.file(filename))


class _Folder:
    """A local folder."""

    def __init__(self, path: str) -> None:
        self.path = path

    def static_embedding(self) -> str | None:
        return self.path if is_static_embedding(self.path) else None

    def files(self) -> list[str]:
        return sorted(os.listdir(self.path))

    def file(self, name: str) -> str:
        return os.path.join(self.path, name)


class _Repository:
    """A repository of the Hub."""

    def __init__(self, name: str, revision: str | None, token: str | None) -> None:
        self.name, self.options = name, {"revision": revision, "token": token}

    def static_embedding(self) -> str | None:
        wanted = [WEIGHTS, TOKENIZER, CONFIG]
        folder = self._call("snapshot_download", self.name, allow_patterns=wanted)
        return folder if is_static_embedding(folder) else None

    def files(self) -> list[str]:
        return sorted(self._call("list_repo_files", self.name))

    def file(self, name: str) -> str:
        return str(self._call("hf_hub_download", self.name, name))

    def _call(self, function: str, *arguments: str, **options: Any) -> Any:
        hub = _hub()
        try:
            return getattr(hub, function)(*arguments, **options, **self.options)
        except W2VError:
            raise
        except Exception as problem:  # errors of several libraries: HTTP, tokens, names
            raise FormatError(
                f"cannot load {self.name} from the Hugging Face Hub: {_said(problem)}; nor is it a folder"
            ) from problem


def _only_vectors(name: str, files: Sequence[str]) -> str:
    known = [file for file in files if formats.has_format(file)]
    if len(known) == 1:
        return known[0]
    listed = ", ".join((known or files)[:20]) or "nothing"
    what = "filename must name one of the files of vectors" if known else "it must hold a file of vectors"
    raise FormatError(f"{name}: {what}: got {listed}")


def _said(problem: Exception) -> str:
    return " ".join(str(problem).split())[:500] or type(problem).__name__


def _hub() -> Any:
    return library("huggingface_hub", "hub", "use the Hugging Face Hub")
