# Newsdesk in one word each. The first run sets up .venv; later runs skip what is done.
PYTHON ?= python3
CORPUS ?= evals/corpora/march-2025
INDEX ?= .newsdesk/$(notdir $(abspath $(CORPUS)))
BIN := .venv/bin

.PHONY: help install chat index test check evals gates bench reader clean

help:  ## what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: .venv/.installed  ## set up .venv with Newsdesk in it

.venv/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch -c constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

.venv/.installed-dev: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@

.venv/.browser: .venv/.installed-dev tests/install_browser.sh
	sh tests/install_browser.sh $(BIN)
	touch $@

index: install  ## index CORPUS (default: the March 2025 reports) into INDEX
	$(BIN)/newsdesk ingest "$(CORPUS)" --index "$(INDEX)"

chat: index  ## open the chat on 127.0.0.1 (CORPUS=folder for your own documents)
	$(BIN)/newsdesk chat --index "$(INDEX)"

test: .venv/.browser  ## run every test, the browser's too
	$(BIN)/python -m pytest

check: .venv/.installed-dev  ## ruff and mypy, strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

evals: install  ## known answers: accuracy, citations, refusals, latency
	$(BIN)/newsdesk eval

gates: install  ## check that no figure got worse, on the development questions
	$(BIN)/python -m evals.gates

bench: .venv/.installed-dev  ## speed against a plain LlamaIndex and Chroma pipeline
	$(BIN)/python -m evals.bench

reader: .venv/.installed-dev  ## train the reader again
	$(BIN)/python -m evals.training.train_reader --work .cache/reader --steps 1500 --every 500
	$(BIN)/python -m evals.training.finish_reader .cache/reader/reader.safetensors --near .cache/reader/near.npy
	cp .cache/reader/training.log docs/reader-training.log
	$(BIN)/python -m evals.training.calibrate
	$(BIN)/python -m evals.training.fit_verification

clean:  ## remove the environment, caches and indexes
	rm -rf .venv .cache .newsdesk reports .mypy_cache .ruff_cache .pytest_cache *.egg-info
