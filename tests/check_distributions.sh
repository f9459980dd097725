#!/usr/bin/env bash
# Build sdist and wheel, and run the tests against what is installed from them, away from the source tree: the same wheel on
# every Python, and the sdist on the first.
# Usage: tests/check_distributions.sh [PYTHON ...]      (default: every Python from 3.11 that is found)
# TESTS: what pytest is to run (default: tests). EXTRA_PACKAGES: what else to install.
set -euo pipefail
tree=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ $# -eq 0 ]; then
    for minor in $(seq 11 19); do
        # By pyenv's folders too: its python3.N run only where that version is chosen.
        for found in "/usr/bin/python3.$minor" "/usr/local/bin/python3.$minor" ~/.pyenv/versions/3."$minor".*/bin/python3; do
            if [ -x "$found" ] && "$found" -c "import ensurepip" 2>/dev/null; then set -- "$@" "$found"; break; fi
        done
    done
fi
PYTHON=${1:?there is no Python from 3.11} "$tree/tests/build_wheel.sh" "$work/dist"
cp -r "$tree/tests" "$work/tests"
cp "$tree/pyproject.toml" "$work/"
check() { # PYTHON FILE
    echo "== $("$1" --version): $(basename "$2")"
    rm -rf "$work/venv"
    "$1" -m venv "$work/venv"
    # From the sdist with what only tests need (w2v._testing), so that the kernels are tested too.
    W2V_TESTING=1 "$work/venv/bin/pip" install --quiet --disable-pip-version-check \
        "w2v[eval] @ file://$2" pytest hypothesis safetensors ${EXTRA_PACKAGES:-}
    (cd "$work" && PYTHONSAFEPATH=1 "$work/venv/bin/python" -m pytest -q ${TESTS:-tests})
}
for python in "$@"; do
    check "$python" "$(echo "$work"/dist/*.whl)"
done
check "$1" "$(echo "$work"/dist/*.tar.gz)"
