"""What is said about steps that are too large, a run that diverged nevertheless, and one without a single step."""

import logging
from typing import Any

from w2v import _core
from w2v.config import TrainConfig
from w2v.corpus.encoded_corpus import EncodedCorpus
from w2v.errors import DivergedError, NothingTrainedError
from w2v.training.objectives import TABLE
from w2v.training.rounds import TOKENS_OF_A_SHARD

_LOG = logging.getLogger(__name__)


def log_held_rate(config: TrainConfig) -> None:
    """Log a warning if the core holds the learning rate below ``config.alpha`` (``cython_ext/step.h``)."""
    alpha, negative, weight = config.alpha, config.negative, config.negative_weight
    rate = alpha if TABLE[config.objective].bounded else _core.tile_rate(alpha, negative, weight)
    if rate < alpha:
        weighed = "" if weight == 1 else f" and negative_weight={weight:g}"
        _LOG.warning(
            "alpha=%g is held at %.3g with negative=%d%s, as larger steps diverge", alpha, rate, negative, weighed
        )


def log_fewer_shards(config: TrainConfig, shards: int) -> None:
    """Log a warning if a run has fewer shards than configured, because its text is short."""
    if shards < config.shards:
        _LOG.warning(
            "trained as %d shard%s instead of %d, as each needs %s tokens in all epochs",
            *(shards, "" if shards == 1 else "s", config.shards, f"{TOKENS_OF_A_SHARD:,}"),
        )


def diverged(config: TrainConfig, epoch: int, loss: float) -> DivergedError:
    """Return the error of a run that diverged in ``epoch``, counted from 0."""
    shards = f", shards={config.shards}" if config.shards > 1 else ""
    weight = f"negative_weight={config.negative_weight:g}, " if config.negative_weight != 1 else ""
    return DivergedError(
        f"training diverged in epoch {epoch + 1} of {config.epochs}: a weight is NaN or infinite, or the loss, {loss:.3g}, "
        f"is far above that of zero vectors; lower alpha={config.alpha:g}{shards}, {weight}negative={config.negative} or "
        f"window={config.window}"
    )


def nothing_trained(config: TrainConfig, corpus: Any) -> NothingTrainedError:
    """Return the error of a run without a pair of words."""
    if isinstance(corpus, EncodedCorpus) and len(corpus.tokens) == len(corpus.offsets) - 1:
        return NothingTrainedError(
            "no word was trained: each is alone in its sentence, and so has no context; put the words of a sentence, a "
            "paragraph or a session on one line, or in one list"
        )
    return NothingTrainedError(
        f"no word was trained: all were subsampled away (sample={config.sample:g}) or were alone in their sentence; check "
        "that sentences have several words, or keep frequent words with sample=0"
    )
