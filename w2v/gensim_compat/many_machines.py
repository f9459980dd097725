"""Training a `Word2Vec` on many machines: workers read its text, and train its matrices, which are here.

words known     text ==> workers: encode, train from the model's matrices  ==> the model
no words yet    text ==> workers: count, choose words, encode, train       ==> words and matrices of the model
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from w2v.config import TrainConfig
from w2v.distributed.backend import Backend, backend_of, files_of
from w2v.distributed.job import Job, read_with
from w2v.errors import ArgumentError, ConfigError
from w2v.gensim_compat.source import Source
from w2v.gensim_compat.vocabulary_methods import choice, take_words
from w2v.training.train import Run
from w2v.training.trainer import Trainer

if TYPE_CHECKING:
    from w2v.gensim_compat.word2vec import Word2Vec


def refuse_local(model: Word2Vec) -> None:
    """Raise ConfigError if parameters contradict training on many machines, or those of a backend one another."""
    backend_of(
        model.backend,
        model.address,
        model.nodes,
        phrases=next((given for given in (model._phrases, vars(model).get("phrases")) if given is not None), None),
        cache=model._cache,
        max_vocab_size=model.max_vocab_size,
        preset=model.preset,
        geometry_every=model.geometry_every,
        geometry_every_words=model.geometry_every_words,
    )


@contextmanager
def trainer_of(
    model: Word2Vec, corpus_iterable: Any, corpus_file: Any, config: TrainConfig, resume: bool
) -> Iterator[Trainer]:
    """Connect to workers, let them read the text, and return what trains the model while they are connected."""
    refuse_local(model)
    source = model._source
    if corpus_iterable is not None or corpus_file is not None:
        source = Source.of(corpus_iterable, corpus_file, model.text)
    if source is None:
        raise ArgumentError("cannot train without a corpus: none was read before; pass a corpus to train()")
    if not source.is_files:
        raise ConfigError(
            f"corpus must be files if there is a backend: got {type(source.corpus).__name__}, which only this process can "
            "read; write it to text files with one sentence per line, or to Parquet, or leave backend out"
        )
    run = Run.of(None, [], model._checkpoints, resume, None, model._progress)
    with Backend(str(model.backend), model.address, model.nodes).leading(config.workers) as connect:
        files, known = files_of(source.corpus), model.rows.vocabulary() if len(model.wv) else None
        wanted = choice(model, model._rule) if known is None else known
        with connect() as workers:
            text, config = read_with(workers, Job(files, wanted, source.text, config, run))
            text.require_memory()
            if known is None:
                take_words(model, text.corpus, source)
            before, model.shards = model.shards, config.shards
            trainer = _trainer(model, text, config, run)
            try:
                yield trainer
            finally:
                if not trainer.reports:  # it failed in its first epoch: the next attempt may be elsewhere
                    model.shards = before
            model._told = {**model._told, "distributed": text.costs.summary()}
            model.wv.metadata = model.metadata()


def _trainer(model: Word2Vec, text: Any, config: TrainConfig, run: Run) -> Trainer:
    factors = model.wv.row_factors()
    if run.resumed is not None:
        return Trainer.resume(run.resumed.path, text.corpus, config, factors, text=text)
    matrices = model.rows.bring(replace(config, shards=0))  # the copies of shards are with the workers
    return Trainer(text.corpus, config, matrices, steps=factors, text=text)
