# The one way to do each thing; CI runs the same recipes. `make` lists them.

CARGO ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)
DEBUG := $(abspath $(TARGET))/debug/causeway

.DEFAULT_GOAL := help
.PHONY: help run dev build install test check fmt prepare

help: ## List the recipes
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

run: dev ## Build, then serve with the sample system on http://127.0.0.1:7400
	@.ci/link $(DEBUG)
	@exec $(DEBUG) serve --sample

dev: ## Build the binary for development
	@$(CARGO) build --package causeway

build: ## Build the optimised binary
	@$(CARGO) build --release --package causeway

install: ## Install the optimised binary beside cargo's other programs
	@$(CARGO) install --locked --path engine/causeway

test: ## Install what tests need, then check format, lints and run every test
	@.ci/test

check: ## Format, lints, and licences where cargo-deny and cargo-machete are installed
	@$(CARGO) fmt --check
	@$(CARGO) clippy --workspace --all-targets -- -D warnings
	@if command -v cargo-deny >/dev/null; then $(CARGO) deny --log-level error check; else echo "cargo-deny is not installed: skipped"; fi
	@if command -v cargo-machete >/dev/null; then $(CARGO) machete; else echo "cargo-machete is not installed: skipped"; fi

fmt: ## Format the code
	@$(CARGO) fmt

prepare: ## Install what tests need (Debian packages, a Postgres)
	@.ci/prepare
