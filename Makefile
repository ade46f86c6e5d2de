# The one way to do each thing; CI runs the same recipes. `make` lists them.

CARGO ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)
DEBUG := $(abspath $(TARGET))/debug/causeway

.DEFAULT_GOAL := help
.PHONY: help run demo dev build install web web-dev web-pages test check fmt prepare docs bench bench-large soak fuzz openapi

help: ## List the recipes
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

run: dev ## Build, then serve with the sample system on http://127.0.0.1:7400
	@.ci/link $(DEBUG)
	@exec $(DEBUG) serve --sample

demo: dev ## Build, then start a made-up trading company: simulated systems, and a server with its flows
	@.ci/link $(DEBUG)
	@exec $(DEBUG) demo $(ARGS)

dev: web ## Build web pages and binary for development
	@$(CARGO) build --workspace --bin causeway

build: web ## Build the optimised binary, web pages in it
	@$(CARGO) build --release --workspace --bin causeway

install: web ## Install the optimised binary beside cargo's other programs
	@$(CARGO) install --locked --path engine/causeway

web: ## Build the web pages, where they changed
	@.ci/web

web-dev: ## Serve the web pages from their sources, beside a running server (CAUSEWAY_URL)
	@.ci/web packages
	@cd web && npm run --silent dev

web-pages: dev ## Look through every page with axe, in both themes and languages (about three minutes)
	@cd web && CAUSEWAY_BIN=$(DEBUG) npx playwright test --grep @pages

test: ## Install what tests need, then check format, lints and run every test
	@.ci/test

check: ## Format, lints, and licences where cargo-deny and cargo-machete are installed
	@$(CARGO) fmt --check
	@$(CARGO) clippy --workspace --all-targets -- -D warnings
	@.ci/web packages
	@cd web && npm run --silent check
	@if command -v cargo-deny >/dev/null; then $(CARGO) deny --log-level error check; else echo "cargo-deny is not installed: skipped"; fi
	@if command -v cargo-machete >/dev/null; then $(CARGO) machete; else echo "cargo-machete is not installed: skipped"; fi

fmt: ## Format the code
	@$(CARGO) fmt
	@.ci/web packages
	@cd web && npm run --silent fix

prepare: ## Install what tests need (a Postgres, schemathesis, systems to try connectors on)
	@.ci/prepare

bench: prepare ## Measure speed against its aims, side by side with pgbench (about 20 minutes)
	@$(CARGO) bench --quiet --package causeway-tests --bench speed

bench-large: prepare ## The same with 10 million runs and 10,000 flows (an hour, 40 GB)
	@$(CARGO) bench --quiet --package causeway-tests --bench speed -- --large

soak: prepare dev ## Kill the server a thousand times under load (about an hour)
	@$(CARGO) test --quiet --package causeway-tests -- --ignored killed_a_thousand_times

fuzz: ## Ten minutes of documents and formulas from nowhere
	@$(CARGO) test --quiet --package causeway-tests -- --ignored documents_and_formulas_for_a_while

docs: ## Renew the generated reference pages
	@$(CARGO) run --quiet --package causeway-script --example reference

openapi: dev ## Renew the reviewed description of the API, and the web's types of it
	@$(DEBUG) openapi > tests/data/openapi.json
	@.ci/types
