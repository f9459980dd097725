"""Errors of the library name Python parameters; on the command line they name options instead.

    window must be an integer from 1 to 1000: got 0        ->  --window must be ...
    ...; lower min_count=5                                 ->  ...; lower --min-count 5
    cannot read corpus '/data/seed=1/text.txt'             ->  unchanged: a value, not a parameter

Names are looked for where the library writes them, and skipped in quotations, paths and arguments of the command.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from w2v.errors import ConfigError, W2VError, WordEncodingError

IN_PYTHON = {
    'pass its encoding to load_word2vec_format, such as encoding="cp1252"': (
        "convert it to UTF-8, for example with iconv -f cp1252 -t utf-8"
    ),
    ' or unicode_errors="replace" reads it anyway': " reads it anyway",
    "pass binary=True or let its name end in": "let its name end in",
    "pass binary=False or let its name end in": "let its name end in",
    "no_header=True takes the first number of each row as its word": (
        "write a line with the numbers of rows and of values above them to take the first number of each row as its word"
    ),
    "no_header=True reads rows of 1 value": "write a line with the numbers of rows and of values above rows of 1 value",
    "pass limit= to read only the first rows": "read a file with only its first rows",
    "pass words and vectors to KeyedVectors.from_arrays": "in Python, pass words and vectors to KeyedVectors.from_arrays",
    ", or pass the column itself to Word2Vec": "",
    ", or pass the lists themselves to Word2Vec": "",
    "load it, and pass it to w2v.encode": "in Python, load it, and pass it to w2v.encode",
    "; to load only vectors, use KeyedVectors.load or KeyedVectors.load_word2vec_format": "",
    "use KeyedVectors.load, or save a whole model with its method save (w2v train --whole-model)": (
        "w2v train --whole-model writes a model"
    ),
    "; use KeyedVectors.load": "",
    " (w2v.encode takes it in text=TextOptions(...))": "",
    "text itself, pass iter(strings) and a tokenizer, or lists of words": "text itself, write it to a file",
    "to query the vectors, use w2v.load": "to query the vectors, use w2v neighbors",
    "to query vectors, use w2v.load": "to query vectors, use w2v neighbors",
    "pass tokenizer= to load()": "name one with --tokenizer",
    "(Word2Vec.save, w2v train --whole-model)": "(w2v train --whole-model)",
    "; pass the same start= (none, if there was none), or start a new run": "; start a new run",
}
"""What the library says of what only Python offers, and what the command line says instead."""


@dataclass(frozen=True)
class OptionNames:
    """What the parameters of the library are called on the command line.

    Attributes
    ----------
    flags : mapping of str to str
        The option of each parameter.
    values : tuple of str
        Arguments of the command, such as paths, in which nothing is replaced.
    phrases : mapping of str to str
        Phrases of the library, and what to say instead.
    """

    flags: Mapping[str, str]
    values: tuple[str, ...] = ()
    phrases: Mapping[str, str] = field(default_factory=dict)

    @contextmanager
    def in_errors(self) -> Iterator[None]:
        """Replace parameters by options in the message of an error raised by the block."""
        try:
            yield
        except WordEncodingError as problem:  # its arguments are the codec's
            problem.message = self.mention(problem.message)
            raise
        except W2VError as problem:
            if problem.args and isinstance(problem.args[0], str):
                message = problem.args[0]
                message = _subject(message, self.flags) if isinstance(problem, ConfigError) else message
                problem.args = (self.mention(message), *problem.args[1:])
            raise

    def mention(self, message: str) -> str:
        """Replace the parameters that a message mentions."""
        for phrase, instead in {**IN_PYTHON, **self.phrases}.items():
            message = message.replace(phrase, instead)
        return _mentions(message, self.flags, self.values)


def named(flags: Mapping[str, str]) -> AbstractContextManager[None]:
    """Replace these parameters by options in the message of an error raised by the block."""
    return OptionNames(flags).in_errors()


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
    assigned = rf'(?P<name>{names})=(?:"(?P<text>[\w.-]+)"|(?P<set>True\b)|(?=[^\s"]))'
    left_out = rf"(?<=leave )(?P<left_out>{names})(?= out)"
    mention = rf"(?<![^\s(])(?:{assigned}|{left_out}|(?P<alone>{compound})(?![\w=]))"
    kept = [re.escape(value) for value in _paths(values) if re.search(rf"(?:{names})=|(?:{compound})", value)]
    # Leftmost first: a value, a quotation or a word with a slash is skipped before anything is looked for inside it.
    skipped = "|".join([*kept, r"(?<![^\s(])'(?:[^'\\]|\\.)*'", r'(?<![^\s(])"(?:[^"\\]|\\.)*"'])

    def replaced(found: re.Match[str]) -> str:
        if found["name"]:
            return flags[found["name"]] + ("" if found["set"] else f" {found['text'] or ''}")
        alone = found["alone"] or found["left_out"]
        return flags[alone] if alone else found[0]

    return re.sub(rf"{skipped}|{mention}|\S*/\S*", replaced, message)


def _paths(values: Iterable[str]) -> list[str]:
    """Return the values with their folders, which messages name too, longest first."""
    found: set[str] = set()
    for value in values:
        while value and value not in found:
            found.add(value)
            value = os.path.dirname(value)
    return sorted(found, key=len, reverse=True)
