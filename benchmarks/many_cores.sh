#!/bin/sh
# Build w2v without a network and measure it by number of threads, with gensim beside it: see many_cores.py.
#
#   benchmarks/many_cores.sh TEXT [--output FOLDER] [--wheels FOLDER] [--evaluation FOLDER] [--seconds 560] ...
#
# PYTHON names the interpreter (default: python3). It needs numpy, cython, setuptools, tokenizers, tqdm and safetensors.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "${PYTHON:-python3}" -u "$here/many_cores.py" "$@"
