# w2v: `make demo` installs it and runs the demo, `make test` checks everything. Both install what they need into $(VENV).

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# gensim has no wheel for Python 3.14; a marker in pyproject.toml omits it there.
EXTRAS ?= dev,eval,gensim,plot,study
SOURCES = pyproject.toml setup.py README.md LICENSE $(wildcard w2v/*.py w2v/*.pyi w2v/*/*.py w2v/*/*/*.py w2v/*/*.html) \
	$(wildcard corpora/*.py corpora/*.toml cython_ext/*.py cython_ext/*.pyx cython_ext/*.pxd cython_ext/*.h cython_ext/tile_*.c)
# Only errors are shown, without pip's advice about itself.
PIP = PIP_ROOT_USER_ACTION=ignore $(BIN)/pip --disable-pip-version-check -qq

.PHONY: demo test lint types unit wheel dist oldest docs docs-test pictures explorer bench bench-quick campaign sanitize clean

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
	@command -v npm >/dev/null && $(MAKE) -s explorer/node_modules || echo "no npm, or no registry: w2v/explorer/page.html is not compared with its source"
	PYTHONSAFEPATH=1 $(BIN)/pytest -n logical --maxprocesses 4 --dist loadscope

# In dist/: the sdist and this platform's wheel for Python 3.11 and newer.
wheel:
	PYTHON=$(PYTHON) tests/build_wheel.sh

# The same wheel on every Python that is found, and the sdist, each in an environment of its own, away from the source tree.
dist:
	tests/check_distributions.sh

# The tests with the oldest versions of the dependencies that pyproject.toml allows.
oldest:
	tests/check_oldest.sh

# The site, in build/site. The variable silences a notice that Material for MkDocs is maintained until May 2027 only.
docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# The examples of the site's pages, as doctests.
docs-test: $(VENV)/.testing
	PYTHONSAFEPATH=1 $(BIN)/pytest --doctest-glob='*.md' docs

# The page of `w2v explore`, from its source in explorer/: needs node and npm. The result is committed.
explorer: explorer/node_modules
	cd explorer && npm run build

explorer/node_modules: explorer/package-lock.json
	cd explorer && npm ci --no-audit --no-fund
	@touch $@

# The pictures of the site, from stored results and from the theory's experiments.
pictures: $(VENV)/.testing
	$(BIN)/python docs/pictures.py

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

# By name, not by path: w2v is there already, and only the extra's packages are missing.
$(VENV)/.docs: $(VENV)/.testing
	@$(PIP) install "w2v[docs]"
	@touch $@

# On a generated text, without a file or a network: shares of the peak, words/s and reading, in under three minutes.
bench-quick: $(VENV)/.testing
	$(BIN)/python benchmarks/kernel.py
	$(BIN)/w2v corpus generate $(VENV)/world.txt --words 2000000
	$(BIN)/python benchmarks/reading.py $(VENV)/world.txt --rounds 1
	$(BIN)/python benchmarks/training.py $(VENV)/world.txt --pairs 1

# Hostile files, kills, faults of the disk, load: MINUTES each; failures in $(VENV)/NAME.jsonl. See docs/reliability.md.
MINUTES ?= 10
SEED ?= 1
CAMPAIGNS = $(filter $(patsubst campaigns/%.py,%,$(wildcard campaigns/*.py)),files arguments kills load distributed_kills)
campaign: $(VENV)/.testing
	@status=0; for name in $(CAMPAIGNS); do \
		$(BIN)/python campaigns/$$name.py --minutes $(MINUTES) --seed $(SEED) --output $(VENV)/$$name.jsonl || status=1; \
	done; exit $$status

# The core, built with gcc's sanitizers into a scratch folder.
sanitize: $(VENV)/.testing
	$(BIN)/python campaigns/sanitizers.py

clean:
	rm -rf build dist *.egg-info $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -f cython_ext/_core.c cython_ext/_merging.c cython_ext/_phrases.c cython_ext/_replay.c cython_ext/_rows.c cython_ext/_shared.c cython_ext/_testing.c cython_ext/_text.c cython_ext/*.html w2v/*.so
