"""``train``: train a model on the processors of several machines."""

from collections.abc import Iterable
from typing import Any

from w2v.annotations import checked
from w2v.atomic_files import PathLike
from w2v.config import TextOptions, TrainConfig, VocabularyConfig
from w2v.corpus.source_files import Paths
from w2v.corpus.vocabulary import Vocabulary
from w2v.distributed.backend import Backend, files_of
from w2v.distributed.job import Job, train_with
from w2v.errors import ConfigError
from w2v.training.checkpoint import Checkpoints
from w2v.training.train import Run
from w2v.training.trained_model import TrainedModel


@checked
def train(
    paths: Paths,
    config: TrainConfig | None = None,
    vocabulary: VocabularyConfig | Vocabulary | None = None,
    text: TextOptions | None = None,
    *,
    backend: str = "ray",
    address: str | None = None,
    nodes: int = 0,
    start: TrainedModel | None = None,
    callbacks: Iterable[Any] = (),
    checkpoints: Checkpoints | PathLike | None = None,
    resume: bool = False,
    comment: str | None = None,
    progress: bool | None = None,
) -> TrainedModel:
    """Train word vectors on several machines, with Ray or MPI.

    The result depends on the text, the configuration and its ``shards``, and not on the number of machines and processors,
    nor on workers that die meanwhile: it is, bit for bit, that of ``w2v.train(w2v.encode(paths, vocabulary, text), config)``
    on a machine of the same kind, with the same instruction set.

    Parameters
    ----------
    paths : path or list of paths
        Files, folders and URLs, as for :func:`w2v.encode`; all machines must see them under the same names. Texts are
        divided after line feeds, Parquet files between row groups; compressed files and other tables stay whole.
    config : TrainConfig, optional
        ``shards`` is the number of copies of the matrices that are trained side by side; 0: as many as there are threads
        in all, rounded up to a power of two. ``workers`` is the number of threads of each worker; 0: all of its machine.
    vocabulary : VocabularyConfig or Vocabulary, optional
        How to select the words; or the words themselves.
    text : TextOptions, optional
        How to split text into words.
    backend : {"ray", "mpi"}
        With MPI, all processes run the same program, and only process 0 goes on after this call: the others work for it,
        and then exit.
    address : str, optional
        ``"HOST:PORT"`` of a Ray cluster, or ``"auto"``: the cluster that this machine belongs to. By default a Ray is
        started on this machine alone, unless the program is connected to one already.
    nodes : int
        Number of workers of Ray; 0: one per machine.
    start : TrainedModel, optional
        Continue training a copy of this model, on its words; leave ``vocabulary`` out.
    callbacks, checkpoints, resume, comment, progress
        As for :func:`w2v.train`. Checkpoints are written here, at the end of a span of rounds; each of the two functions
        can continue those of the other.

    Returns
    -------
    TrainedModel
        Its metadata tells under ``"distributed"`` what was sent, and where the time went.

    Raises
    ------
    MissingExtraError
        If Ray or mpi4py is missing, or Ray too old.
    ConfigError
        If a parameter is wrong, standard input is among the files, nothing answers at the address, or machines have other
        versions or instruction sets.
    CorpusError
        If a machine cannot read a file, or a file changed meanwhile.
    MemoryLimitError, OutputError
        If a machine has no room for its copies of the matrices, or for its part of the text.
    TrainingError
        If a Ray of our own does not start, workers die again and again; and as for :func:`w2v.train`.

    Examples
    --------
    >>> import w2v
    >>> model = w2v.distributed.train("texts/", w2v.TrainConfig(shards=4), address="auto")  # doctest: +SKIP
    """
    config, by = config or TrainConfig(), Backend(backend, address, nodes)
    if start is not None and vocabulary is not None:
        raise ConfigError("vocabulary must be left out with start, whose words are trained: got both")
    run = Run.of(start, callbacks, checkpoints, resume, comment, progress)
    wanted = vocabulary or (VocabularyConfig() if start is None else start.vocabulary)
    with by.leading(config.workers) as connect:
        job = Job(files_of(paths), wanted, text or TextOptions(), config, run)
        with connect() as workers:
            return train_with(workers, job)[0]
