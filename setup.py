"""What is compiled. How is in ``cython_ext/building.py``, everything else in pyproject.toml.

    pip install .                                    install
    pip install -e .                                 for development: the core is built in place
    python setup.py build_ext --inplace              build it again after a change

Environment: W2V_TESTING=1 also builds what only tests need (w2v._testing); W2V_DEBUG=1 compiles with bounds checks and
-O1 -g; W2V_SANITIZE=address,undefined (or thread) adds a sanitizer; W2V_ANNOTATE=1 writes cython_ext/*.html.
"""

import sys
from pathlib import Path

from setuptools import setup

sys.path.insert(0, str(Path(__file__).parent))  # a build backend does not put the tree there
from cython_ext.building import commands, extensions, options

# A new extension is a line here; a C file more for one is a word in its list. Headers and .pxd files are found without.
setup(
    ext_modules=extensions(
        _core=["tile_base.c", "tile_avx2.c", "tile_avx512.c"],
        _merging=[],
        _phrases=[],
        _replay=[],
        _rows=[],
        _text=[],
        # Only with W2V_TESTING=1, and compiled quickly: tile_emulated512.c takes 8 s at -O1 and 41 s at -O3.
        _testing=["tile_emulated512.c", "tile_float64.c"],
    ),
    cmdclass=commands,
    options=options,
)
