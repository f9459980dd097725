"""Word vectors as users hold them: gensim's names over a matrix and a vocabulary.

    table          what is stored: words, matrix, norms, attributes
    lookup         a word -> its row, vector, attributes; the mean of several
    editing        adding, replacing, sorting, normalising, converting
    transport      moving one document's words onto another's (an extra)
    similarities   comparing given words
    neighbours     searching for similar words, one query or many
    queries        the arithmetic under the latter two: pure functions of arrays
    gensim3_names  older names, with a warning

Queries read arrays that no query changes, so any number of threads may ask at once; editing is for one thread alone.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import DTypeLike

from w2v import formats
from w2v.atomic_files import PathLike
from w2v.errors import ConfigError
from w2v.formats import native
from w2v.logs import logger
from w2v.not_offered import PROVENANCE, SaysWhatIsNotOffered
from w2v.vectors.editing import counts_by_rank
from w2v.vectors.gensim3_names import Gensim3Names
from w2v.vectors.neighbours import NeighbourQueries

_LOG = logger(__name__)


class KeyedVectors(Gensim3Names, NeighbourQueries, SaysWhatIsNotOffered):
    """Words and their vectors, to look up, compare, search, edit, load and save.

    Parameters
    ----------
    vector_size : int
        Numbers per vector, at least 1.
    count : int
        Rows to make room for; the object is empty all the same.
    dtype : {float32, float16}
        What vectors are stored as. Queries are computed in float32 and float64 either way.

    Attributes
    ----------
    vectors : ndarray, shape (V, vector_size)
    index_to_key : list of str
    key_to_index : dict of str to int
    norms : ndarray of float32, shape (V,)
    expandos : dict of str to ndarray, shape (V,)
        Further values of each word by name, above all ``"count"``.
    metadata : dict
        JSON values that say how the vectors were made.

    Notes
    -----
    The cosine with a zero vector, which is undefined, is 0. After writing into `vectors` in place, call
    ``fill_norms(force=True)``; every other change is noticed.
    """

    NOT_OFFERED: ClassVar[dict[str, str]] = {
        "add_lifecycle_event": PROVENANCE,
        "lifecycle_events": PROVENANCE,
        "log_accuracy": "evaluate_word_analogies returns all that it would log",
        "log_evaluate_word_pairs": "evaluate_word_pairs returns all that it would log",
        "mapfile_path": "gensim does not use it either",
        "next_index": "words are added behind the last one: their rows are those from len(vectors) on",
        "similarity_unseen_docs": "it belongs to Doc2Vec",
    }

    def evaluate_word_analogies(
        self,
        analogies: PathLike,
        restrict_vocab: int | None = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
        similarity_function: str = "most_similar",
    ) -> tuple[float, list[dict[str, Any]]]:
        """Score analogies as gensim does; see `w2v.evaluation.evaluate_word_analogies`."""
        from w2v import evaluation

        return evaluation.evaluate_word_analogies(
            self, analogies, restrict_vocab, case_insensitive, dummy4unknown, similarity_function
        )

    def evaluate_word_pairs(
        self,
        pairs: PathLike,
        delimiter: str | None = "\t",
        encoding: str = "utf8",
        restrict_vocab: int | None = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
    ) -> tuple[Any, Any, float]:
        """Score word similarity as gensim does; see `w2v.evaluation.evaluate_word_pairs`."""
        from w2v import evaluation

        return evaluation.evaluate_word_pairs(
            self, pairs, delimiter, encoding, restrict_vocab, case_insensitive, dummy4unknown
        )

    def save(
        self,
        path: PathLike,
        separately: Iterable[str] | None = None,
        sep_limit: int = 0,
        ignore: Iterable[str] = (),
        pickle_protocol: int = 0,
    ) -> None:
        """Write to a file, in the format that its extension names; any other name gets the native one, safetensors.

        The native format keeps words, vectors, counts, further numbers of words (`expandos`), which rows are frozen, and
        metadata; the others keep words and vectors. See `w2v.formats.save`.

        Parameters
        ----------
        path : str or os.PathLike
        separately, sep_limit, ignore, pickle_protocol
            gensim's, without effect: there is one file, without pickle, whose vectors `load` can map into memory.
        """
        formats.save(path, self.contents(), None if formats.has_format(path) else "native")

    @classmethod
    def load(cls, fname: PathLike, mmap: str | None = None) -> Self:
        """Read a file: a native one whatever its name, another in the format that its extension names.

        Pickles, as gensim's `save` writes them, are refused. See `w2v.formats.load`.

        Parameters
        ----------
        fname : str or os.PathLike
        mmap : {None, "r"}
            "r" maps the vectors of a native file read-only instead of copying them.
        """
        if mmap not in (None, "r"):
            raise ConfigError(f"mmap is None or 'r' (read-only); got {mmap!r}")
        return cls.from_contents(formats.load(fname) if mmap is None else native.load(fname, mmap=True))

    def save_word2vec_format(
        self,
        fname: PathLike,
        fvocab: PathLike | None = None,
        binary: bool = False,
        total_vec: int | None = None,
        write_header: bool = True,
        prefix: str = "",
        append: bool = False,
        sort_attr: str = "count",
    ) -> None:
        """Write word2vec's text or binary format, which keep words and vectors only.

        Parameters
        ----------
        fname : str or os.PathLike
        fvocab : str or os.PathLike, optional
            Write the counts there.
        binary : bool
        total_vec : int, optional
            Number of rows to state in the header instead of the true one.
        write_header : bool
            Without a header, a text is a GloVe file.
        prefix : str
            Put before every word.
        append : bool
            Not supported: a file is written wholly or not at all.
        sort_attr : str
            Write rows in descending order of this attribute, if there is one of that name.
        """
        if append:
            raise ConfigError("append=True: a file is written wholly or not at all; write all vectors at once")
        ordered = self
        if sort_attr in self.expandos:
            values = self.expandos[sort_attr]
            order = np.argsort(-values, kind="stable")
            if (values[1:] > values[:-1]).any():
                ordered = self.vectors_for_all([self._words[row] for row in order], copy_vecattrs=True)
        formats.save_word2vec(
            fname,
            ordered.contents(),
            binary=binary,
            header=write_header,
            prefix=prefix,
            total=total_vec,
            fvocab=fvocab,
        )

    @classmethod
    def load_word2vec_format(
        cls,
        fname: PathLike,
        fvocab: PathLike | None = None,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
        limit: int | None = None,
        datatype: DTypeLike = np.float32,
        no_header: bool = False,
    ) -> Self:
        """Read word2vec's text or binary format, and forgive what gensim forgives; see `w2v.formats.load_word2vec`.

        Counts are those of the file ``fvocab``; without one they are `counts_by_rank`, as in gensim, and `metadata` says
        so. Repairs are logged as a warning, and in `metadata` too. (`load` forgives nothing, and invents no counts.)
        """
        contents = formats.load_word2vec(
            fname,
            fvocab=fvocab,
            binary=binary,
            encoding=encoding,
            errors=unicode_errors,
            limit=limit,
            dtype=datatype,
            no_header=no_header,
            strict=False,
        )
        vectors = cls.from_contents(contents)
        if any(contents.metadata["repairs"].values()):
            _LOG.warning("%s was repaired while it was read: %s", fname, contents.metadata["repairs"])
        else:
            del vectors.metadata["repairs"]
        if contents.counts is None:
            vectors.expandos["count"] = counts_by_rank(len(vectors))
            vectors.metadata["counts"] = "by rank: the file holds none"
        return vectors

    def intersect_word2vec_format(
        self,
        fname: PathLike,
        lockf: float = 0.0,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
    ) -> None:
        """Take over a file's vectors for the words that are known here; the others stay as they are.

        The matrix is written in place, so that a model whose vectors these are is trained on from there.

        Parameters
        ----------
        fname : str or os.PathLike
            In word2vec's text or binary format.
        lockf : float
            Becomes the factor in `vectors_lockf` of the words that are taken over: 0.0 keeps them from being trained any
            further, 1.0 trains them on.

        Raises
        ------
        ConfigError
            If ``lockf`` is negative or not finite, or the file's vectors have another length.
        FormatError
            If the file is damaged. Nothing is changed then.
        """
        if not 0 <= lockf < np.inf:
            raise ConfigError(f"lockf is a finite number from 0 (frozen) on: got {lockf!r}")
        found = self.load_word2vec_format(fname, binary=binary, encoding=encoding, unicode_errors=unicode_errors)
        if found.vector_size != self.vector_size:
            raise ConfigError(f"{fname}: vectors of {found.vector_size} numbers; allowed here: {self.vector_size}")
        common = [word for word in found.index_to_key if word in self]
        if common:
            factors = self.row_factors()
            self.add_vectors(common, found[common], replace=True)
            if factors is not None or lockf != 1:
                factors = np.ones(len(self), np.float32) if factors is None else factors
                factors[[self._rows[word] for word in common]] = lockf
                self.vectors_lockf = factors
