#!/bin/sh
# Build w2v without a network and measure it and gensim by number of threads: see many_cores.py.
#
#   benchmarks/many_cores.sh TEXT [--output FOLDER] [--wheels FOLDER] [--evaluation FOLDER] [--seconds 560] ...
#
# PYTHON is the interpreter (default: python3). It needs numpy, cython, setuptools, tokenizers, tqdm, click and psutil.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "${PYTHON:-python3}" -u "$here/many_cores.py" "$@"
