#!/usr/bin/env bash
# Build the sdist and the wheel from it, install each away from the source tree, and run the tests against what is installed.
# Usage: tests/check_distributions.sh [PYTHON ...]
set -euo pipefail
tree=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/build"
"$work/build/bin/pip" install --quiet --disable-pip-version-check build
"$work/build/bin/python" -m build --outdir "$work/dist" "$tree" >"$work/build.log" 2>&1 || { tail -40 "$work/build.log"; exit 1; }
if tar -tzf "$work"/dist/*.tar.gz | grep -E '/_(core|replay|testing|text)\.c$'; then echo "generated C in the sdist"; exit 1; fi
cp -r "$tree/tests" "$work/tests"
cp "$tree/pyproject.toml" "$work/"
for python in "${@:-python3}"; do
    for file in "$work"/dist/*; do
        # A wheel fits one Python; the sdist builds anywhere, here with what only tests need (w2v._testing), so that the
        # kernels are tested too.
        case "$file" in *.whl) [ "$python" = python3 ] || continue ;; esac
        echo "== $python: $(basename "$file")"
        rm -rf "$work/venv"
        "$python" -m venv "$work/venv"
        W2V_TESTING=1 "$work/venv/bin/pip" install --quiet --disable-pip-version-check "w2v[eval] @ file://$file" pytest hypothesis ${EXTRA_PACKAGES:-}
        (cd "$work" && PYTHONSAFEPATH=1 "$work/venv/bin/pytest" -q tests)
    done
done
