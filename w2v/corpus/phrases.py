"""``phrases``: find the phrases of a text; and merge them in what was read, before its vocabulary is selected.

    Provisional  ->  pairs with scores  ->  PhraseTable
         |                                      |
         +------------- merge ------------------+--->  Provisional, in which a phrase is one token

Counts are those after merging: the occurrences of "new" that are part of "new_york" are not occurrences of "new".
"""

from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v._phrases import Merger
from w2v.annotations import checked
from w2v.arguments import wrong_type
from w2v.config import TextOptions
from w2v.corpus.count import count
from w2v.corpus.count_pairs import PairCounts, segments
from w2v.corpus.counts import Provisional, Segment
from w2v.corpus.disk_array import Spool
from w2v.corpus.notices import notice_text
from w2v.corpus.paths import resolved
from w2v.corpus.phrase_config import PhraseConfig
from w2v.corpus.phrase_table import Phrase, PhraseTable, ranked
from w2v.corpus.sentence_layout import Sentences
from w2v.errors import ConfigError, EmptyCorpusError

Ids = tuple[int, ...]
"""The words of a phrase as ids, of which unknown ones are negative."""

WantedPhrases = PhraseConfig | PhraseTable | None
"""The phrases to merge: those to be found, those of a table, or none."""


@checked
def phrases(
    corpus: Any, config: PhraseConfig | None = None, text: TextOptions | None = None, progress: bool | None = None
) -> PhraseTable:
    """Find the phrases of a corpus: pairs of neighbouring words that occur together more often than by chance.

    Parameters
    ----------
    corpus : str, path, list of them, or iterable of sentences
        As in `w2v.encode`.
    config : PhraseConfig, optional
    text : TextOptions, optional
        How to split text into words. The result does not depend on ``text.threads``.
    progress : bool, optional
        Show a progress bar; by default only in a terminal.

    Returns
    -------
    PhraseTable
        For ``w2v.encode(..., phrases=table)``, ``table[sentence]``, and ``table.save(path)``.

    Raises
    ------
    ConfigError
        If the words are integers.
    CorpusError
        If the corpus cannot be read.

    Warns
    -----
    CorpusWarning
        If a text looks like something else than sentences of words; see `w2v.encode`.

    Examples
    --------
    >>> text = [["i", "love", "new", "york"], ["new", "york", "is", "big"]] * 9
    >>> table = phrases(text, PhraseConfig(min_count=10, threshold=0.1))
    >>> [(found.phrase, found.count) for found in table]
    [('new_york', 18)]
    """
    from w2v.corpus.encode import progress_bar  # encode itself merges phrases

    text = text or TextOptions()
    corpus = resolved(corpus, text)
    with progress_bar(corpus, progress) as bar:
        read = count(corpus, text, bar)
    if read.sources and not read.counts.sum():
        raise EmptyCorpusError(f"{' and '.join(read.sources)} must contain words: got none; use a different text")
    notice_text(read, None, Sentences.first(read))
    return find_phrases(read, config or PhraseConfig(), text.threads)[1]


def find_phrases(
    read: Provisional, config: PhraseConfig, threads: int, *, merging: bool = False
) -> tuple[Provisional, PhraseTable]:
    """Return what was read, with phrases merged if that is wanted, and the phrases.

    ``read`` must not be used after merging.
    """
    _refuse_numbers(read)
    if config.scoring == "custom":
        raise ConfigError('scoring must be "default" or "npmi": got "custom"; use w2v.Phrases(scoring=function)')
    table, grown = PhraseTable(config), None
    for number in range(1, config.rounds + 1):
        found, ids = _find_round(read, config, threads, number, grown)
        table = PhraseTable(config, (*table.phrases, *found))
        if not found or (number == config.rounds and not merging):
            break
        read = _merge_round(read, found, ids, config, number)
        # The next round is about longer phrases only: with a lower threshold, it would find further pairs of words too.
        grown = np.zeros(len(read.counts), np.bool_)
        grown[[read.find(phrase.phrase) for phrase in found]] = True
    return read, table


def merge_phrases(read: Provisional, table: PhraseTable) -> Provisional:
    """Return what was read with the phrases of a table merged; ``read`` must not be used afterwards."""
    _refuse_numbers(read)
    for number in range(1, table.config.rounds + 1):
        find, found = cache(read.find), table.of_round(number)
        ids = [tuple(map(find, phrase.words)) for phrase in found]
        read = _merge_round(read, found, ids, table.config, number)
    return read


def wanted_phrases(value: Any) -> WantedPhrases:
    """Return an argument ``phrases`` as a configuration or a table; None for False.

    Raises
    ------
    ArgumentError
        If it is nothing of the kind.
    """
    table = getattr(value, "table", value)  # w2v.Phrases has one
    if isinstance(table, (PhraseConfig, PhraseTable)):
        return table
    if value is None or isinstance(value, (bool, np.bool_)):
        return PhraseConfig() if value else None
    raise wrong_type("phrases", "True or False, a PhraseConfig, a PhraseTable or a Phrases", value)


def with_phrases(read: Provisional, wanted: WantedPhrases, threads: int) -> tuple[Provisional, PhraseTable | None]:
    """Return what was read with the wanted phrases merged, and these; ``read`` must not be used afterwards."""
    if wanted is None:
        return read, None
    if isinstance(wanted, PhraseTable):
        return merge_phrases(read, wanted), wanted
    return find_phrases(read, wanted, threads, merging=True)


def _find_round(
    read: Provisional, config: PhraseConfig, threads: int, number: int, grown: NDArray[np.bool_] | None
) -> tuple[list[Phrase], list[Ids]]:
    """Return the phrases of one round, best first, with their ids; of tokens that are ``grown``, one is in each phrase."""
    is_connector = connectors(read, config)
    pairs = PairCounts(config.max_vocab_size, threads)
    pairs.add(read, is_connector)
    candidates = pairs.candidates(config.min_count)
    distinct = int(((read.counts > 0) & (is_connector == 0)).sum()) + len(pairs)
    scores = candidates.scores(read.counts, config.scoring, config.min_count, distinct, int(read.counts.sum()))
    accepted = scores > config.thresholds[number - 1]
    if grown is not None:
        accepted &= grown[candidates.words].any(axis=0)
    places = np.flatnonzero(accepted)
    ids = list(candidates.ids(places))
    word = {i: read.word(i) for i in set(chain.from_iterable(ids))}.__getitem__
    words = [tuple(map(word, pair)) for pair in ids]
    found, order = ranked(words, scores[places], candidates.counts[places], config.delimiter, number)
    return found, [ids[place] for place in order]


def connectors(read: Provisional, config: PhraseConfig) -> NDArray[np.uint8]:
    """Return whether each word that was read is a connector word."""
    is_connector = np.zeros(len(read.counts), np.uint8)
    found = np.array([read.find(word) for word in config.connector_words], np.int64)
    is_connector[found[found >= 0]] = 1
    return is_connector


def _merge_round(
    read: Provisional, found: list[Phrase], ids: list[Ids], config: PhraseConfig, number: int
) -> Provisional:
    """Merge phrases, whose words have these ids; the tokens that are new get the ids after those of the words."""
    known = [(phrase, those) for phrase, those in zip(found, ids, strict=True) if min(those) >= 0]
    words, index, tokens = len(read.counts), dict[str, int](), np.empty(len(known), np.uint32)
    for place, (phrase, _) in enumerate(known):
        token = read.find(
            phrase.phrase
        )  # it may exist already: new_york in the text, or two ways to merge new york city
        tokens[place] = token if token >= 0 else index.setdefault(phrase.phrase, words + len(index))
    word, old, new = read.word, read.find, list(index)
    weights = np.array([phrase.score for phrase, _ in known]) - config.thresholds[number - 1]
    counts = np.concatenate([read.counts, np.zeros(len(index), np.int64)])
    first_seen = np.zeros(len(counts), np.int64)
    merger = Merger(
        [those for _, those in known],
        tokens,
        weights if config.overlaps == "best" else None,
        connectors(read, config),
        counts,
        first_seen,
    )
    spool, made = _merged(read, merger)
    read.spool.close()
    return replace(
        read,
        spool=spool,
        segments=made,
        mappings=[np.arange(len(counts), dtype=np.uint32)],
        counts=counts,
        first_seen=first_seen,
        word=lambda i: word(i) if i < words else new[i - words],
        find=lambda token: index[token] if token in index else old(token),
    )


def _merged(read: Provisional, merger: Merger) -> tuple[Spool, list[Segment]]:
    spool, made = read.spool.rewritten(), []
    for ids, ends in segments(read):
        tokens, token_ends = merger.merge(ids, ends)
        if len(tokens):
            made.append(Segment(spool.append(tokens), len(tokens), token_ends, 0))
    return spool, made


def _refuse_numbers(read: Provisional) -> None:
    if read.numbers:
        raise ConfigError("phrases must be used with words: got integers; leave phrases out, or pass words")
