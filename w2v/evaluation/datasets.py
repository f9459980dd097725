"""Standard question sets that are already on the disk: the ones that come with gensim.

gensim is only located, never imported. Other sets are files that a user passes by path.
"""

import importlib.util
from pathlib import Path

from w2v.errors import ConfigError, MissingExtraError

# name -> file in gensim/test/test_data
_FILES = {
    "questions-words": "questions-words.txt",
    "wordsim353": "wordsim353.tsv",
    "simlex999": "simlex999.txt",
}

#: Names that ``dataset`` knows: Google analogies (19,544 questions), WordSim-353 and SimLex-999 (word pairs).
DATASETS = tuple(_FILES)


def dataset(name: str) -> Path:
    """Return the path of a standard question set.

    Parameters
    ----------
    name : {"questions-words", "wordsim353", "simlex999"}
        Google analogies, WordSim-353 or SimLex-999.

    Raises
    ------
    ConfigError
        If the name is unknown.
    MissingExtraError
        If gensim, whose test data holds the files, is not installed or came without them.
    """
    if name not in _FILES:
        raise ConfigError(f"dataset {name!r}; one of {', '.join(DATASETS)} is needed, or the path of a file")
    spec = importlib.util.find_spec("gensim")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder, "test", "test_data", _FILES[name])
        if path.is_file():
            return path
    raise MissingExtraError(
        f'dataset {name!r} comes with gensim: pip install "w2v[gensim]", or pass a file by its path'
    )
