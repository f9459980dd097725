"""What a training on several machines costs: what travels, and where the time goes."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class RoundCosts:
    """The costs of one round.

    Attributes
    ----------
    epoch : int
    tokens : int
        Trained by all shards.
    rows : int
        Rows of each matrix that were merged.
    sent : int
        Bytes of changes that workers sent one another, and of rows that they sent to the process that drives them.
    train, wait, merge : float
        Seconds in which the workers trained, on average; waited for the last one, on average; and merged.
    """

    epoch: int
    tokens: int
    rows: int
    sent: int
    train: float
    wait: float
    merge: float


@dataclass(frozen=True)
class Costs:
    """The costs of a training.

    Attributes
    ----------
    rounds : list of RoundCosts
        Those that this process trained, in order; rounds that were lost with a worker and repeated occur again.
    losses : int
        How often a worker was lost.
    workers : int
        Number of workers at the end.
    """

    rounds: list[RoundCosts]
    losses: int
    workers: int

    def to_dict(self) -> dict[str, Any]:
        """Return the sums, and the rounds one by one, as JSON values."""
        return {**self.summary(), "rounds": [asdict(one) for one in self.rounds]}

    def summary(self) -> dict[str, Any]:
        """Return the sums as JSON values."""
        tokens, sent = (sum(getattr(one, name) for one in self.rounds) for name in ("tokens", "sent"))
        seconds = {name: sum(getattr(one, name) for one in self.rounds) for name in ("train", "wait", "merge")}
        return {
            "workers": self.workers,
            "losses": self.losses,
            "sent_bytes": sent,
            "bytes_per_token": sent / tokens if tokens else 0.0,
            "seconds": seconds,
        }
