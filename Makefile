# Bare `make` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
REDOCLY       := @redocly/cli@2.77.0
SPECTRAL      := @stoplight/spectral-cli@6.16.3
DOCUMENTS     := openapi.yaml cmd/keysmock/control.yaml
TOOLS         := contract/tools
CONTAINERS    := examples/containers
NEXT_GO       := go1.27.4
# A number of runs, not a time: Go 1.26's fuzzing may fail at the end of a time without a cause (go.dev/issue/75804).
FUZZTIME      ?= 20000x
SOAK          ?= 5m
KILLS         ?= 1000
SEED          ?= 1
EXAMPLES      ?= 100
BASE          ?=
EVERY         ?= 1
PACKAGES      ?= ./...
TESTFLAGS     ?=

# What is written by hand, except programs' mains and tests' helpers.
COVERED := ./types,./wrapper/document,./wrapper/redact,./wrapper/keys,./wrapper/keystest,./wrapper/conformance,./cmd/keysmock

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: demo
demo: ## Take a key through its life against a mock in the same process
	@go run ./examples/quickstart

.PHONY: mock
mock: ## Run the mock server on http://127.0.0.1:8787
	@go run ./cmd/keysmock

.PHONY: test
test: ## Run the tests, or only those of PACKAGES
	go test $(TESTFLAGS) $(PACKAGES)

.PHONY: generate
generate: ## Generate the client, the server and the control API from their documents
	go generate ./...

.PHONY: drift
drift: ## Fail if generated code or a go.mod isn't up to date; change nothing
	@go run ./codegen -check
	@for dir in . $(TOOLS) $(CONTAINERS); do go -C $$dir mod tidy -diff || { echo "go.mod or go.sum in $$dir isn't tidy: run go -C $$dir mod tidy" >&2; exit 1; }; done

.PHONY: fmt
fmt: ## Format the Go code
	gofmt -w .

.PHONY: lint
lint: ## Lint the OpenAPI documents (needs Node) and the Go code
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true npx --yes $(REDOCLY) lint $(DOCUMENTS) --extends recommended-strict
	npx --yes $(SPECTRAL) lint $(DOCUMENTS) --ruleset contract/spectral.yaml --fail-severity hint
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "not formatted, run make fmt: $$unformatted" >&2; exit 1; }
	go run $(GOLANGCI_LINT) run
	cd $(TOOLS) && go run $(GOLANGCI_LINT) run
	cd $(CONTAINERS) && go run $(GOLANGCI_LINT) run

.PHONY: containers
containers: ## Run the example with keysmock in a container (needs Docker)
	go -C $(CONTAINERS) test -count=1 -tags docker ./...

.PHONY: compat
compat: ## Report what changed since BASE (origin/main, or the commit before HEAD), and fail if a breaking change isn't in CHANGELOG.md
	@go -C $(TOOLS) run ./compat -base "$(BASE)"

.PHONY: journeys
journeys: ## Change the API in copies of the project, and check what CONTRIBUTING.md says about it
	go -C $(TOOLS) test -count=1 -tags journeys -timeout 20m ./journeys

.PHONY: faults
faults: ## Play the fault matrix and write docs/faults.md
	@go test -count=1 -run TestFaultMatrix ./contract -update

.PHONY: fuzz
fuzz: ## Run each fuzz target FUZZTIME (20000x) times
	@for file in $$(git ls-files '*_test.go' | xargs grep -l '^func Fuzz'); do \
		for target in $$(grep -oE '^func Fuzz[A-Za-z]+' $$file | cut -c6-); do \
			echo "fuzz $$target"; go test -run='^$$' -fuzz="^$$target$$" -fuzztime=$(FUZZTIME) -fuzzminimizetime=100x ./$$(dirname $$file); \
		done; \
	done

.PHONY: schemathesis
schemathesis: ## Test keysmock with Schemathesis, EXAMPLES (100) an operation, from SEED (1) (needs Python)
	@$(TOOLS)/schemathesis/run.sh --seed $(SEED) --max-examples $(EXAMPLES)

.PHONY: languages
languages: ## Run the tests of docs/keysmock.md in Python, TypeScript (needs Node) and, if it is installed, Rust
	go -C $(TOOLS) test -count=1 -tags languages $(if $(shell command -v cargo),,-skip Rust) ./languages

.PHONY: mutate
mutate: ## Plant faults, every EVERY-th of the list (1), and fail if the tests don't catch one
	@go -C $(TOOLS)/mutate test -count=1 -tags mutate -timeout 3h -parallel 2 -every=$(EVERY) # In its directory, so that it prints each line at once.

.PHONY: soak
soak: ## Use one mock from 16 goroutines under random faults for SOAK (5m), and kill keysmock and a program that mints KILLS (1000) times
	go test -run TestSoak -v -timeout 1h ./wrapper/keys -soak $(SOAK)
	go test -run TestKills -v -timeout 1h ./wrapper/keys -kills $(KILLS)
	go test -run TestKills -v -timeout 1h ./cmd/keysmock -kills $(KILLS)

.PHONY: bench
bench: ## Measure the client against its baselines, for docs/benchmarks.md
	@bench/client.sh | tee /dev/stderr | docs/section.sh client

.PHONY: bench-mock
bench-mock: ## Measure the mock against Prism and a bare handler, for docs/benchmarks.md (needs Node and wrk)
	@bench/mock.sh | tee /dev/stderr | docs/section.sh mock

.PHONY: release
release: ## Build keysmock for each platform into bin/, the same bytes every time, with checksums
	@rm -rf bin && mkdir bin; for os in linux darwin windows; do for arch in amd64 arm64; do \
		name=keysmock-$$os-$$arch; [ $$os != windows ] || name=$$name.exe; echo "build $$name"; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -trimpath -buildvcs=false -ldflags='-s -w -buildid=' -o bin/$$name ./cmd/keysmock; \
	done; done; cd bin && sha256sum keysmock-* > SHA256SUMS && cat SHA256SUMS

.PHONY: ci
ci: drift compat lint ## Everything that CI runs, except govulncheck, which needs the network (needs Node, Python and Chromium)
	go mod verify
	examples/run.sh
	$(MAKE) --no-print-directory test TESTFLAGS='-race -coverprofile=coverage.out -coverpkg=$(COVERED)'
	@go tool cover -func=coverage.out | awk '/^total:/ { print "coverage of hand-written packages: " $$3; exit ($$3 + 0 < 90) }'
	go -C $(TOOLS) test -count=1 -race ./...
	go -C $(TOOLS) test -count=1 -tags browser ./browser
	GOTOOLCHAIN=$(NEXT_GO) $(MAKE) --no-print-directory test
	GOTOOLCHAIN=$(NEXT_GO) go -C $(TOOLS) test -count=1 ./compat ./kinds ./mutate # The second validator takes minutes to build.
	$(MAKE) --no-print-directory languages
	$(MAKE) --no-print-directory schemathesis
	$(MAKE) --no-print-directory journeys
	$(MAKE) --no-print-directory fuzz FUZZTIME=5000x
	$(MAKE) --no-print-directory mutate EVERY=24
