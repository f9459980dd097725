"""Numbers of another width or byte order in word2vec's binary format, which has no place to say what its numbers are.

They are little-endian float32. word2vec.c and its relatives write whatever the machine and the program have: float64, or
big-endian numbers, which would be read as 1e-38 and 1e38.
"""

import numpy as np
from numpy.typing import NDArray

from w2v.errors import FormatError
from w2v.formats.word2vec_header import Shape

# Words have none in any language; bytes of vectors that are taken for words do.
CONTROLS = bytes(range(32)) + b"\x7f"
FIRST_ROW_BYTES = 1 << 16
"""The beginning of the rows that is looked at."""
_MAX_WORD_BYTES = 1000
_LEAST_ROWS = 3
_LEAST_VALUES = 8
_JUDGED_VALUES = 100_000
_PLAUSIBLE = (1e-12, 1e12)
_ADVICE = "save the vectors as text or as safetensors where they were made, or convert them to little-endian float32"


def refuse_other_width(name: str, window: bytes, shape: Shape) -> None:
    """Raise FormatError if the rows fit together only with values of 8 or 2 bytes.

    Parameters
    ----------
    name : str
        Of the file.
    window : bytes
        The first `FIRST_ROW_BYTES` of its rows, or all of them.
    shape : Shape
    """
    if _fits(window, shape, 4):
        return
    for kind, size in (("float64", 8), ("float16", 2)):
        if _fits(window, shape, size):
            raise FormatError(
                f"cannot read {name}: values must be float32, 4 bytes each, in a word2vec binary file: got {size} bytes "
                f"each ({kind}); {_ADVICE}"
            )


def refuse_big_endian(name: str, block: NDArray[np.float32]) -> None:
    """Raise FormatError if values are absurdly small or large, but usual ones when their bytes are swapped."""
    values = block.reshape(-1)[:_JUDGED_VALUES]
    values = values[values != 0]
    if len(values) < _LEAST_VALUES:
        return
    absurd = 1 - float(_are_plausible(values).mean())
    if absurd > 0.1 and _are_plausible(values.byteswap()).mean() > 0.999:
        raise FormatError(
            f"cannot read {name}: values must be little-endian: got big-endian ones, of which {absurd:.0%} would be below "
            f"{_PLAUSIBLE[0]:g}, above {_PLAUSIBLE[1]:g} or NaN; {_ADVICE}"
        )


def _fits(window: bytes, shape: Shape, size: int) -> bool:
    """Whether rows of values of this size follow one another as far as can be seen, and end where the file does."""
    is_whole = len(window) < FIRST_ROW_BYTES
    place = row = 0
    while row < shape.rows:
        space = window.find(b" ", place, place + _MAX_WORD_BYTES)
        end = space + 1 + size * shape.dim
        if not is_whole and (end > len(window) or (space < 0 and place + _MAX_WORD_BYTES > len(window))):
            return row >= _LEAST_ROWS
        word = window[place:space].strip(b"\n")
        if space < 0 or end > len(window) or not word or word.translate(None, CONTROLS) != word:
            return False
        place = end + (window[end : end + 1] == b"\n")
        row += 1
    return is_whole and place == len(window)


def _are_plausible(values: NDArray[np.float32]) -> NDArray[np.bool_]:
    small, large = _PLAUSIBLE
    size = np.abs(values)
    found: NDArray[np.bool_] = (size >= small) & (size <= large)
    return found
