"""Requests, checked: from a query string (one query) or a JSON body (up to 1,000 queries).

A query is what one question needs; options, such as the number of neighbours, hold for all queries of a request.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from w2v.arguments import shown
from w2v.errors import ConfigError, FormatError
from w2v.evaluation.solver import METHODS, Method
from w2v.json_values import Real, Whole, check
from w2v.server.settings import MAX_NEIGHBOURS, MAX_QUERIES, MAX_WORDS

Word: TypeAlias = str | int
WORD = (str, Whole(-(2**63)))
NUMBER = re.compile("[0-9]{1,9}")


@dataclass(frozen=True)
class Combination:
    """Words to find neighbours of, added and subtracted; or one vector."""

    positive: tuple[Word | NDArray[np.float64], ...]
    negative: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Request:
    """The queries of a request, and its options.

    Attributes
    ----------
    queries : sequence
        Of `Combination` (neighbours), of two words (similarity), of three (analogy), or of words (vectors).
    k : int
        Neighbours or answers per query.
    method : {"3cosadd", "3cosmul"}
        How analogies are scored.
    """

    queries: Sequence[Any]
    k: int = 10
    method: Method = "3cosadd"


Parameters: TypeAlias = Mapping[str, Sequence[str]]


def of_query_string(parameters: Parameters, names: Sequence[str], one: Callable[[Parameters], Any]) -> Request:
    """Return the request of a query string.

    Parameters
    ----------
    parameters : mapping of str to list of str
    names : sequence of str
        The parameters that there are.
    one : callable
        Makes the query of them.

    Raises
    ------
    ConfigError
        If a parameter is unknown, missing, repeated or out of range.
    """
    _refuse_unknown(parameters, names)
    options: dict[str, Any] = {}
    for name in ("k", "method"):
        if name in parameters:
            text = _single(parameters, name)
            options[name] = int(text) if name == "k" and NUMBER.fullmatch(text) else text
    return Request([one(parameters)], **_options(options))


def of_body(body: bytes, item: str, names: Sequence[str], one: Callable[[Any, str], Any]) -> Request:
    """Return the request of a JSON body.

    Parameters
    ----------
    body : bytes
    item : str
        The member that holds the list of queries, such as "queries".
    names : sequence of str
        The members that there are.
    one : callable
        Makes a query of an element of the list and its name in messages.

    Raises
    ------
    ConfigError
        If the body is not such an object.
    """
    try:
        values = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise ConfigError(f"the body must be JSON: got {shown(body[:40])} ({problem})") from None
    if not isinstance(values, dict):
        raise ConfigError(f'the body must be a JSON object with the member "{item}": got {shown(values)}')
    _refuse_unknown(values, names)
    listed = values.get(item)
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_QUERIES:
        number = f"{len(listed)} of them" if isinstance(listed, list) else shown(listed)
        more = "; send several requests" if isinstance(listed, list) and listed else ""
        raise ConfigError(f"{item} must be a list of 1 to {MAX_QUERIES} queries: got {number}{more}")
    queries = [one(value, f"{item}[{place}]") for place, value in enumerate(listed)]
    return Request(queries, **_options({name: values[name] for name in ("k", "method") if name in values}))


def combination(parameters: Parameters) -> Combination:
    """Return the query of ``?word=``, or of ``?positive=...&negative=...``."""
    words = parameters.get("word", ()), parameters.get("positive", ())
    if bool(words[0]) == bool(words[1]):
        raise ConfigError(f"word or positive must be given, but not both: got {_given(parameters)}; as in ?word=king")
    if words[0]:
        if "negative" in parameters:
            raise ConfigError("negative must be given together with positive, not word: got both; rename word")
        return Combination((_single(parameters, "word"),))
    return Combination(_few("positive", words[1]), _few("negative", parameters.get("negative", ())))


def combination_of(value: Any, what: str) -> Combination:
    """Return the query of a word, ``{"positive": [...], "negative": [...]}`` or ``{"vector": [...]}``."""
    if not isinstance(value, dict):
        return Combination((word_of(value, what),))
    if "vector" in value:
        _refuse_unknown(value, ("vector",), what)
        _check(value["vector"], [Real(-3.4e38, 3.4e38)], f"{what}.vector")
        return Combination((np.array(value["vector"], np.float64),))
    _refuse_unknown(value, ("positive", "negative"), what)
    both = {"positive": value.get("positive", []), "negative": value.get("negative", [])}
    _check(both, {"positive": [WORD], "negative": [WORD]}, what)
    if not both["positive"] and not both["negative"]:
        raise ConfigError(f"{what} must have at least one word, or a vector: got {shown(value)}")
    return Combination(_few(f"{what}.positive", both["positive"]), _few(f"{what}.negative", both["negative"]))


def word(parameters: Parameters) -> Word:
    """Return the query of ``?word=``."""
    return _single(parameters, "word")


def word_of(value: Any, what: str) -> Word:
    """Return a word."""
    checked: Word = _check(value, WORD, what)
    return checked


def words(*names: str) -> tuple[Callable[[Parameters], Any], Callable[[Any, str], Any]]:
    """Return the functions for queries of several words: from parameters of these names, and from a list."""

    def of_parameters(parameters: Parameters) -> tuple[Word, ...]:
        return tuple(_single(parameters, name) for name in names)

    def of_list(value: Any, what: str) -> tuple[Word, ...]:
        _check(value, [WORD], what)
        if len(value) != len(names):
            raise ConfigError(f"{what} must be a list of {len(names)} words, {', '.join(names)}: got {shown(value)}")
        return tuple(value)

    return of_parameters, of_list


def _options(given: Mapping[str, Any]) -> dict[str, Any]:
    _check(given.get("k", 1), Whole(1, MAX_NEIGHBOURS), "k")
    _check(given.get("method", METHODS[0]), set(METHODS), "method")
    return dict(given)


def _check(value: Any, shape: Any, what: str) -> Any:
    try:
        return check(value, shape, what)
    except FormatError:
        raise
    except ValueError as problem:
        raise ConfigError(str(problem)) from None


def _few(name: str, values: Sequence[Word]) -> tuple[Word, ...]:
    if len(values) > MAX_WORDS:
        raise ConfigError(f"{name} must have at most {MAX_WORDS} words: got {len(values)}")
    return tuple(values)


def _single(parameters: Parameters, name: str) -> str:
    values = parameters.get(name, ())
    if len(values) != 1:
        got = "none" if not values else f"{len(values)} values; send several queries in the body of a POST request"
        raise ConfigError(f"{name} must be given once: got {got}")
    return values[0]


def _refuse_unknown(given: Mapping[str, Any], names: Sequence[str], what: str = "") -> None:
    unknown = [name for name in given if name not in names]
    if unknown:
        where = f"members of {what}" if what else "names"
        raise ConfigError(f"{where} must be among {', '.join(names)}: got {shown(unknown[0])}")


def _given(parameters: Parameters) -> str:
    return ", ".join(parameters) or "nothing"
