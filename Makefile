# Skewlab: `make demo` and `make test` do everything on a fresh Debian or Ubuntu machine with Swift 6.2 or newer.
SHELL := /bin/bash
.DEFAULT_GOAL := help
SKEWLAB := .build/release/skewlab
COUNTS := $(CURDIR)/.build/fault-counts.txt
LINTED := Package.swift Sources Tests Snippets

.PHONY: help setup build demo test check lint scenarios notebooks readme external docs counts sanitize bench clean

help:
	@echo "make demo    build, run the main scenario on real house prices, show the result"
	@echo "make test    every test, fast and statistical (release build)"
	@echo "make check   what CI runs: lint, test, every scenario and notebook, README commands, external package, docs"
	@echo "make sanitize  the tests under the address, undefined-behaviour and thread sanitizers (slow)"
	@echo "make bench   ratios against NumPy, pandas and scikit-learn, both sides in one run"
	@echo "make setup   install what is missing (Debian, Ubuntu)"
	@echo "make clean   delete builds and results"

setup:
	@Scripts/setup.sh

build: setup
	swift build -c release --product skewlab

demo: build
	$(SKEWLAB) run scenarios/house-prices.yaml --out results/demo --force
	@echo
	@echo "Try: $(SKEWLAB) describe anchoring"
	@echo "     $(SKEWLAB) new mine --table YOUR.csv --target COLUMN && $(SKEWLAB) run mine.yaml"

test: setup
	swift build -c release --build-tests
	@: > $(COUNTS)
	SKEWLAB_COUNTS=$(COUNTS) swift test -c release --skip-build

check: lint test scenarios notebooks readme external docs counts

lint:
	swift format lint --recursive --strict $(LINTED)

scenarios: build
	Scripts/run-scenarios.sh $(SKEWLAB)

notebooks: build
	Scripts/check-notebooks.sh $(SKEWLAB)

readme: build
	Scripts/check-readme.sh $(SKEWLAB)

external: setup
	swift run -c release --package-path Tests/ExternalPackage --scratch-path .build-external

docs: setup
	Scripts/build-docs.sh

# What the fault tests did in the last `make test`.
counts:
	@Scripts/print-counts.sh $(COUNTS)

sanitize: setup
	Scripts/sanitize.sh

bench: build
	Benchmarks/run.sh --large --readme

clean:
	rm -rf .build .build-* results
