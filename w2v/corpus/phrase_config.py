"""``PhraseConfig``: how phrases are found and merged."""

from dataclasses import asdict, dataclass, field
from typing import Any

from w2v.arguments import number, shown, wrong_type
from w2v.config import choice, option, validate
from w2v.errors import ConfigError

ENGLISH_CONNECTOR_WORDS = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "without"]
)
"""English words that may stand inside a phrase (bank_of_america), the same ones as in gensim."""

THRESHOLDS = {"default": 10.0, "npmi": 0.5, "custom": 0.0}
"""The threshold of each score where none is given; 10 is gensim's, and word2vec's tool has 100 with its larger N."""

HIGHEST = 1e12


@dataclass(frozen=True)
class PhraseConfig:
    """How phrases are found and merged; names and defaults follow gensim's ``Phrases`` where it has the parameter.

    A pair of neighbouring words *a b* is a phrase if its score is above the threshold (T. Mikolov et al. 2013,
    arXiv:1310.4546; G. Bouma 2009, "Normalized (pointwise) mutual information in collocation extraction"):

    - ``"default"``: (count(a b) - min_count) * N / (count(a) * count(b)), where N is the number of distinct words and
      distinct pairs, as in gensim. word2vec's ``word2phrase`` takes the number of all words of the text for N instead, so
      a threshold for it has to be divided by (all words / N).
    - ``"npmi"``: ln(p(a b) / (p(a) p(b))) / -ln p(a b), from -1 to 1, where p is a count divided by the number of words
      of the text; only for pairs that occur at least ``min_count`` times.
    - ``"custom"``: scored by a function, with gensim's interface (`w2v.Phrases`) only.

    Attributes
    ----------
    threshold : float or tuple of float, optional
        Higher means fewer phrases; a tuple has one threshold per round. By default 10 for "default" and 0.5 for "npmi".
    connector_words : frozenset of str
        Words that may stand inside a phrase, but neither begin nor end one, and that do not count for its score; see
        ``ENGLISH_CONNECTOR_WORDS``.
    delimiter : str
        Joins the words of a phrase.

    Raises
    ------
    ConfigError
        If a value has the wrong type or is outside its range.

    Examples
    --------
    >>> PhraseConfig(scoring="npmi").thresholds
    (0.5,)
    >>> PhraseConfig(threshold=(20, 10), rounds=2).thresholds
    (20.0, 10.0)
    """

    min_count: int = option(5, "ignore pairs of words that occur less often", 1, 2**32 - 1)
    threshold: float | tuple[float, ...] | None = field(
        default=None, metadata={"help": "score above which a pair is a phrase"}
    )
    scoring: str = choice("default", "score of a pair", tuple(THRESHOLDS))
    rounds: int = option(1, "merge up to 2 words in the first round, up to 4 in the second, and so on", 1, 8)
    connector_words: frozenset[str] = field(
        default=frozenset(), metadata={"help": "words that may stand inside a phrase"}
    )
    delimiter: str = field(default="_", metadata={"help": "joins the words of a phrase"})
    max_vocab_size: int = option(
        40_000_000, "while counting, forget the rarest pairs whenever there are more distinct ones", 1, 2**40
    )
    overlaps: str = choice(
        "best",
        "of overlapping phrases, merge those with the largest sum of scores, or the first one",
        ("best", "first"),
    )

    def __post_init__(self) -> None:
        if not isinstance(self.delimiter, str):
            raise wrong_type("delimiter", "a string", self.delimiter)
        if not self.delimiter:
            raise ConfigError("delimiter must have at least one character: got ''")
        validate(self)
        low, high = {"default": (0.0, HIGHEST), "npmi": (-1.0, 1.0), "custom": (-HIGHEST, HIGHEST)}[self.scoring]
        given = THRESHOLDS[self.scoring] if self.threshold is None else self.threshold
        given = tuple(given) if isinstance(given, (tuple, list)) else (given,)
        checked = tuple(number("threshold", value, low, high) for value in given)
        if self.scoring == "default" and 0.0 in checked:
            raise ConfigError(
                f'threshold must be positive for scoring="default": got {shown(self.threshold)}; '
                'to take every pair, use scoring="npmi" with a threshold of -1'
            )
        if len(checked) not in (1, self.rounds):
            raise ConfigError(
                f"threshold must be one number, or one per round ({self.rounds}): got {len(checked)} numbers"
            )
        object.__setattr__(self, "threshold", checked if len(set(checked)) > 1 else checked[0])

    @property
    def thresholds(self) -> tuple[float, ...]:
        """The threshold of every round."""
        given = self.threshold
        return given if isinstance(given, tuple) else (float(given or 0.0),) * self.rounds

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        plain = {"threshold": list(self.thresholds), "connector_words": sorted(self.connector_words)}
        return asdict(self) | plain
