import numpy as np
from numpy.typing import NDArray

def parse_rows(
    text: bytes, dim: int, longest_word: int, longest_line: int
) -> tuple[list[bytes], NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]: ...
def decode_words(text: bytes, bounds: NDArray[np.int64]) -> list[str]: ...
