"""What trains a corpus: one compiled engine, or one for each shard."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from w2v import _core
from w2v.config import TrainConfig
from w2v.corpus.disk_array import forget
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.corpus.subsampling import keep_thresholds
from w2v.machine import isa
from w2v.training.matrices import Matrices
from w2v.training.merging import Steps, rule_of
from w2v.training.rounds import number_of_shards, portions, rounds
from w2v.training.schedule import divide
from w2v.training.shards import Shards


def make_engine(
    corpus: EncodedCorpus,
    config: TrainConfig,
    matrices: Matrices,
    noise: NDArray[np.uint32],
    steps: NDArray[np.float32] | None,
) -> _core.Engine | Shards:
    """Return what trains ``matrices`` on a corpus; see `Trainer` for the parameters."""
    offsets, chunks = divide(corpus, config)
    text = _core.Text(corpus.tokens, offsets, chunks, keep_thresholds(corpus.vocabulary.counts, config.sample))
    config = replace(config, shards=number_of_shards(config, len(chunks) - 1, len(corpus.tokens)))
    if config.shards < 2:
        return _engine(corpus, config, matrices, text, noise, (steps, None), 1)
    plan = rounds(config, len(chunks) - 1, len(corpus.tokens), len(corpus.vocabulary))
    rule = rule_of(config, matrices, corpus.vocabulary.counts, plan, len(corpus.tokens), steps)
    engine = _engine(corpus, config, matrices, text, noise, rule.steps, rule.boost)
    return Shards(engine, matrices, rule, text, portions(len(chunks) - 1, config.shards), plan)


def _engine(
    corpus: EncodedCorpus,
    config: TrainConfig,
    matrices: Matrices,
    text: _core.Text,
    noise: NDArray[np.uint32],
    steps: Steps,
    boost: float,
) -> _core.Engine:
    return _core.Engine(
        matrices.input,
        matrices.output,
        text,
        _core.Noise(noise, config.noise_region(len(noise)), config.noise_step),
        config,
        isa(),
        *steps,
        boost,
        seen=lambda seen: forget(corpus.tokens, seen),
    )
