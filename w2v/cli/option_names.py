"""Errors of the library name Python parameters; on the command line they name options instead.

    window must be an integer from 1 to 1000: got 0        ->  --window must be ...
    ...; lower min_count=5                                 ->  ...; lower --min-count 5
    cannot read corpus '/data/seed=1/text.txt'             ->  unchanged: a value, not a parameter

Names are looked for where the library writes them, and skipped in quotations, paths and arguments of the command.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from w2v.errors import ConfigError, W2VError


@contextmanager
def named(flags: Mapping[str, str], values: Iterable[str] = ()) -> Iterator[None]:
    """Replace parameters by options in the message of an error raised by the block.

    Parameters
    ----------
    flags : mapping of str to str
        The option of each parameter.
    values : iterable of str
        Arguments of the command, such as paths, in which nothing is replaced.
    """
    try:
        yield
    except W2VError as problem:
        if problem.args and isinstance(problem.args[0], str):
            message = _subject(problem.args[0], flags) if isinstance(problem, ConfigError) else problem.args[0]
            problem.args = (_mentions(message, flags, values), *problem.args[1:])
        raise


def _subject(message: str, flags: Mapping[str, str]) -> str:
    """Replace the parameters that a message begins with: ``keep and drop must not share a word``."""
    begins = re.match(r"\w+(?: and \w+)*(?= must )", message)
    if begins is None:
        return message
    return " and ".join(flags.get(name, name) for name in begins[0].split(" and ")) + message[begins.end() :]


def _mentions(message: str, flags: Mapping[str, str], values: Iterable[str]) -> str:
    """Replace ``name=value``, and names with an underscore, which are no English words, outside values."""
    if not flags:
        return message
    names = "|".join(sorted(map(re.escape, flags), key=len, reverse=True))
    compound = "|".join(sorted((re.escape(name) for name in flags if "_" in name), key=len, reverse=True)) or r"\b\B"
    assigned = rf'(?P<name>{names})=(?:"(?P<text>\w+)"|(?=[^\s"]))'
    mention = rf"(?<![^\s(])(?:{assigned}|(?P<alone>{compound})(?![\w=]))"
    kept = [re.escape(value) for value in _paths(values) if re.search(rf"(?:{names})=|(?:{compound})", value)]
    # Leftmost first: a value, a quotation or a word with a slash is skipped before anything is looked for inside it.
    skipped = "|".join([*kept, r"(?<![^\s(])'(?:[^'\\]|\\.)*'", r'(?<![^\s(])"(?:[^"\\]|\\.)*"', r"\S*/\S*"])

    def replaced(found: re.Match[str]) -> str:
        if found["name"]:
            return f"{flags[found['name']]} {found['text'] or ''}"
        return flags[found["alone"]] if found["alone"] else found[0]

    return re.sub(f"{skipped}|{mention}", replaced, message)


def _paths(values: Iterable[str]) -> list[str]:
    """Return the values with their folders, which messages name too, longest first."""
    found: set[str] = set()
    for value in values:
        while value and value not in found:
            found.add(value)
            value = os.path.dirname(value)
    return sorted(found, key=len, reverse=True)
