# w2v: `make demo` shows it at work, `make test` checks everything. Both install what they need in $(VENV).

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# gensim has no wheel for Python 3.14; its marker in pyproject.toml leaves it out there.
EXTRAS ?= dev,eval,gensim,plot,study
SOURCES = pyproject.toml setup.py README.md LICENSE $(wildcard w2v/*.py w2v/*.pyi w2v/*/*.py w2v/*/*/*.py) \
	$(wildcard corpora/*.py corpora/*.toml cython_ext/*.pyx cython_ext/*.pxd cython_ext/*.h cython_ext/tile_*.c)
# Errors only: pip's advice about itself is none of the user's business here.
PIP = PIP_ROOT_USER_ACTION=ignore $(BIN)/pip --disable-pip-version-check -qq

.PHONY: demo test lint types unit dist bench bench-quick clean

demo: $(VENV)/.package
	@echo "w2v demo:"
	@$(BIN)/w2v demo

test: lint types unit

lint: $(VENV)/.testing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.testing
	$(BIN)/mypy w2v
	$(BIN)/mypy corpora

# PYTHONSAFEPATH: what is tested is the installed package, never the source folder.
unit: $(VENV)/.testing
	PYTHONSAFEPATH=1 $(BIN)/pytest

# The wheel and the sdist, each tested in an environment of its own, away from the source tree.
dist:
	tests/check_distributions.sh $(PYTHON)

bench: $(VENV)/.testing
	$(BIN)/python benchmarks/training.py $(TEXT)

$(BIN)/python:
	@echo "creating a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

# The package and what it needs, nothing else.
$(VENV)/.package: $(SOURCES) | $(BIN)/python
	@echo "compiling and installing w2v (about half a minute)"
	@$(PIP) install .
	@rm -f $(VENV)/.testing
	@touch $@

# The same with the extras, and with the kernels that only tests need (w2v._testing).
$(VENV)/.testing: $(SOURCES) | $(BIN)/python
	@echo "compiling w2v, installing it with its extras and the test tools (one to three minutes)"
	@W2V_TESTING=1 $(PIP) install ".[$(EXTRAS)]"
	@touch $(VENV)/.package $@

# On a generated text, without a file or a network: shares of the peak, words/s and reading, in under three minutes.
bench-quick: $(VENV)/.testing
	$(BIN)/python benchmarks/kernel.py
	$(BIN)/w2v corpus generate $(VENV)/world.txt --words 2000000
	$(BIN)/python benchmarks/reading.py $(VENV)/world.txt --rounds 1
	$(BIN)/python benchmarks/training.py $(VENV)/world.txt --pairs 1

clean:
	rm -rf build dist *.egg-info $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -f cython_ext/_core.c cython_ext/_replay.c cython_ext/_testing.c cython_ext/_text.c cython_ext/*.html w2v/*.so
