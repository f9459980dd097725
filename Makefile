# w2v: `make demo` shows it at work, `make test` checks everything. Both build what they need in $(VENV).

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# gensim has no wheel for Python 3.14; its marker in pyproject.toml leaves it out there.
EXTRAS ?= dev,eval,gensim,plot,study
SOURCES = pyproject.toml setup.py $(wildcard w2v/*.py w2v/*.pyi w2v/*/*.py corpora/*.py corpora/*.toml cython_ext/*)

.PHONY: demo test lint types unit dist docs docs-test bench bench-quick clean

demo: $(VENV)/.installed
	$(BIN)/w2v demo

test: lint types unit

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed
	$(BIN)/mypy w2v
	$(BIN)/mypy corpora

# PYTHONSAFEPATH: what is tested is the installed package, never the source folder.
unit: $(VENV)/.installed
	PYTHONSAFEPATH=1 $(BIN)/pytest

# The wheel and the sdist, each tested in an environment of its own, away from the source tree.
dist: $(VENV)/.installed
	tests/check_distributions.sh $(PYTHON)

# The site, in build/site. The variable silences a notice that Material for MkDocs is maintained until May 2027 only.
docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# The examples of the site's pages, as doctests.
docs-test: $(VENV)/.installed
	PYTHONSAFEPATH=1 $(BIN)/pytest --doctest-glob='*.md' docs

bench: $(VENV)/.installed
	$(BIN)/python benchmarks/training.py $(TEXT)

$(VENV)/.installed: $(SOURCES) README.md LICENSE
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check ".[$(EXTRAS)]"
	touch $@

# By name, not by path: w2v is there already, and only the extra's packages are missing.
$(VENV)/.docs: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check "w2v[docs]"
	touch $@

# On a generated text, without a file or a network: shares of the peak, words/s and reading, in under three minutes.
bench-quick: $(VENV)/.installed
	$(BIN)/python benchmarks/kernel.py
	$(BIN)/w2v corpus generate $(VENV)/world.txt --words 2000000
	$(BIN)/python benchmarks/reading.py $(VENV)/world.txt --rounds 1
	$(BIN)/python benchmarks/training.py $(VENV)/world.txt --pairs 1

clean:
	rm -rf build dist *.egg-info $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -f cython_ext/_core.c cython_ext/_replay.c cython_ext/_text.c cython_ext/*.html w2v/*.so
