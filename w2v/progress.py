"""Progress bars: tqdm's, which are imported when the first one is made."""

import sys
from typing import Any


def make_bar(*arguments: Any, **options: Any) -> Any:
    """Return a bar of tqdm; in a notebook, one of its widgets.

    Outside of notebooks, ``tqdm.auto`` would import asyncio for nothing: 0.04 s of processor time.
    """
    if "IPython" in sys.modules:
        from tqdm.auto import tqdm
    else:
        from tqdm import tqdm
    return tqdm(*arguments, **options)
