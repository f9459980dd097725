#!/usr/bin/env bash
# Run the tests with the oldest versions of its dependencies that pyproject.toml allows.
# Usage: tests/check_oldest.sh [EXTRA ...]      (default: what the tests of reading and writing use)
# PYTHON: the oldest Python (default: python3.11). TESTS: what pytest is to run.
set -euo pipefail
tree=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ $# -eq 0 ]; then set -- arrow eval hub serve sklearn usearch web zstd jieba; fi
"${PYTHON:-python3.11}" -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet --disable-pip-version-check uv
install() { "$work/tools/bin/uv" pip install --quiet --python "$work/venv/bin/python" "$@"; }
"$work/tools/bin/uv" venv --quiet --python "${PYTHON:-python3.11}" "$work/venv"
extras=()
for extra in "$@"; do extras+=(--extra "$extra"); done
install --resolution lowest-direct -r "$tree/pyproject.toml" "${extras[@]}"
install pytest hypothesis safetensors polars "httpx<0.28"
W2V_TESTING=1 install --no-deps "$tree"
"$work/tools/bin/uv" pip list --quiet --python "$work/venv/bin/python"
cp -r "$tree/tests" "$tree/pyproject.toml" "$work/"
# Old libraries warn of what newer ones under them have deprecated.
(cd "$work" && PYTHONSAFEPATH=1 venv/bin/python -m pytest -q -W ignore::DeprecationWarning ${TESTS:-tests})
