"""Which row a key means: a word or a row number. `has_index_for` and `get_index` are methods of `KeyedVectors`.

If all words are integers, or strings such as "7", an integer is always such a word. An unknown key raises
`UnknownWordError`, a `KeyError` whose message suggests similar words, unless ``default`` or ``ignore_missing`` is given.
"""

from collections.abc import Hashable, Iterable
from typing import Any

from w2v.arguments import wrong_type
from w2v.errors import ConfigError, UnknownWordError, warn
from w2v.vectors.keys import Key, as_list, find_row, is_integer, missing
from w2v.vectors.store import VectorStore

MOSTLY = 0.8
"""Of the words of a store, so many are whole numbers that an integer is rather meant as one of them than as a row."""


def has_index_for(store: VectorStore, key: Any) -> bool:
    """Return whether a word, or a row with that number, exists.

    As for a dict, the answer is False for anything else that can be a key of one, such as None, NaN or a tuple.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]]).has_index_for("c")
    False
    """
    if isinstance(key, Hashable) and not isinstance(key, str) and not is_integer(key):
        return False
    return find_row_of(store, key) is not None


def get_index(store: VectorStore, key: Key, default: int | None = None) -> int:
    """Return the row of a word; for an unknown word return ``default``, if given.

    Raises
    ------
    ArgumentError, UnknownWordError
        If a word is neither a string nor an integer, or is unknown.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> vectors = KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]])
    >>> vectors.get_index("b"), vectors.get_index("c", default=-1)
    (1, -1)
    """
    row = find_row_of(store, key)
    if row is not None:
        return row
    if default is None:
        raise unknown(store, key)
    return default


def find_row_of(store: VectorStore, key: Key) -> int | None:
    """Return the row of a key; None if there is no such word or row."""
    if not isinstance(key, str) and not store.numbers and is_integer(key):
        key = _meant(store, key)
    return find_row(key, store.index_to_key, store.key_to_index, store.numbers)


def _meant(store: VectorStore, key: int) -> Key:
    """Return the word that an integer means if all words are such as "7", wherever they came from; else the row number."""
    share, word = store.whole_numbers, str(int(key))
    if share < MOSTLY or store.key_to_index.get(word) == key:
        return word if share == 1 else key
    if share == 1:
        _tell_once(
            store,
            f"the integer {word} is taken for the word {word!r}, not for a row number, as all words are whole numbers; "
            "index_to_key has the words of the rows",
        )
        return word
    if word in store.key_to_index and 0 <= key < len(store):
        _tell_once(
            store,
            f"the integer {word} is taken for row {word}, which is the word {store.index_to_key[int(key)]!r}, as not all "
            f"words are whole numbers; pass {word!r} as a string for the word",
        )
    return key


def _tell_once(store: VectorStore, message: str) -> None:
    """Warn of how a key was understood; only the first time, as a program may look up millions."""
    if not store.told:
        store.told = True
        warn(message)


def unknown(store: VectorStore, key: Key) -> UnknownWordError:
    """Return the error to raise for a key that `find_row_of` does not find."""
    is_id = store.numbers or (not isinstance(key, str) and store.whole_numbers == 1)
    return missing(key, store.index_to_key, store.key_to_index, is_id)


def refuse_unknown(store: VectorStore, keys: Iterable[Key]) -> None:
    """Raise one UnknownWordError that names all keys without a row; the keys are few."""
    errors = [unknown(store, key) for key in dict.fromkeys(keys) if find_row_of(store, key) is None]
    if errors:
        raise errors[0] if len(errors) == 1 else UnknownWordError("; ".join(map(str, errors)))


def rows_of(store: VectorStore, keys: Any, *, ignore_missing: bool = False) -> list[int]:
    """Return the rows of one or more keys, optionally without the unknown ones."""
    store.check_rows()
    if keys is None:
        raise wrong_type("keys", "a word or a list of words", keys)
    rows = [get_index(store, key) for key in as_list(keys) if not ignore_missing or has_index_for(store, key)]
    if not rows:
        raise ConfigError(f"keys must be at least one {'known ' if ignore_missing else ''}word: got none")
    return rows
