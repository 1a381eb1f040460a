# Bare `make` lists the targets.

SHELL := /bin/bash
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
REDOCLY       := @redocly/cli@2.77.0
SPECTRAL      := @stoplight/spectral-cli@6.16.3
DOCUMENTS     := openapi.yaml cmd/keysmock/control.yaml
# A number of runs, not a time: Go 1.26's fuzzing may fail at the end of a time without a cause (go.dev/issue/75804).
FUZZTIME      ?= 20000x
SOAK          ?= 5m
KILLS         ?= 1000
BASE          ?=
EVERY         ?= 1
PACKAGES      ?= ./...

# What a person wrote: not generated, and not a program's main or a test's helper.
COVERED := ./types,./wrapper/keys,./wrapper/keystest,./cmd/keysmock

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: demo
demo: ## Take a key through its life against a mock in the same process
	@go run ./examples/quickstart

.PHONY: test
test: ## Run the tests, of PACKAGES (./...) alone where it is set
	go test $(PACKAGES)

.PHONY: race
race: ## Run the tests with the race detector
	go test -race ./...

.PHONY: second
second: ## Ask another validator about each exchange of the contract tests
	@exchanges=$$(mktemp) && trap 'rm -f "$$exchanges"' EXIT && \
	go test -count=1 ./contract -exchanges "$$exchanges" && go run ./contract/second "$$exchanges"

.PHONY: journeys
journeys: ## Change the API in copies of the project, and compare what the commands say with what CONTRIBUTING.md says
	go test -tags journeys -timeout 20m ./contract/journeys

.PHONY: mock
mock: ## Run the mock server on http://127.0.0.1:8787
	@go run ./cmd/keysmock

.PHONY: generate
generate: ## Make the generated code anew from openapi.yaml
	go generate ./...

.PHONY: drift
drift: ## Fail where the generated code or go.mod isn't what its sources say; change nothing
	@go run ./codegen -check
	@go mod tidy -diff || { echo "go.mod or go.sum isn't tidy: run go mod tidy" >&2; exit 1; }

.PHONY: fmt
fmt: ## Format the Go code
	gofmt -w $$(git ls-files '*.go')

.PHONY: fmt-check
fmt-check: ## Fail where Go code isn't formatted
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "not formatted: $$unformatted" >&2; exit 1; }

.PHONY: vet
vet: ## Run go vet
	go vet ./...

.PHONY: lint
lint: ## Run the linters of .golangci.yml
	go run $(GOLANGCI_LINT) run

.PHONY: lint-spec
lint-spec: ## Lint the OpenAPI documents with Redocly CLI and Spectral (needs Node)
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true npx --yes $(REDOCLY) lint $(DOCUMENTS) --extends recommended-strict
	npx --yes $(SPECTRAL) lint $(DOCUMENTS) --ruleset contract/spectral.yaml --fail-severity hint

.PHONY: cover
cover: ## Fail where the tests cover less than 90 % of what is hand-written
	@go test -coverprofile=coverage.out -coverpkg=$(COVERED) ./... >/dev/null
	@go tool cover -func=coverage.out | awk '/^total:/ { print "coverage of hand-written packages: " $$3; exit ($$3 + 0 < 90) }'

.PHONY: fuzz
fuzz: ## Run each fuzz target FUZZTIME (20000x) times
	@set -e; for file in $$(git ls-files '*_test.go' | xargs grep -l '^func Fuzz'); do \
		for target in $$(grep -oE '^func Fuzz[A-Za-z]+' $$file | cut -c6-); do \
			echo "fuzz $$target"; go test -run='^$$' -fuzz="^$$target$$" -fuzztime=$(FUZZTIME) -fuzzminimizetime=100x ./$$(dirname $$file); \
		done; \
	done

.PHONY: faults
faults: ## Play the fault matrix and write docs/faults.md anew
	@go test -count=1 -run TestFaultMatrix ./wrapper/keys -update

.PHONY: soak
soak: ## Use one mock from 16 goroutines under random faults for SOAK (5m)
	go test -run TestSoak -v -timeout 1h ./wrapper/keys -soak $(SOAK)

.PHONY: mutate
mutate: ## Plant faults, each EVERY-th of the list (1), and fail where the tests let one live
	@go run ./contract/mutate -every $(EVERY)

.PHONY: mutate-sample
mutate-sample: ## Plant a fixed sample of the faults
	@$(MAKE) --no-print-directory mutate EVERY=12

.PHONY: kills
kills: ## Kill keysmock KILLS (1000) times and see that it forgets nothing that it answered
	go test -run TestKills -v -timeout 1h ./cmd/keysmock -kills $(KILLS)

.PHONY: examples
examples: ## Build every example and run it against keysmock
	@examples/run.sh

.PHONY: compat
compat: ## Tell what changed since BASE (the last commit of main), and fail where a breaking change isn't owned up to
	@go run ./contract/compat -base "$(BASE)"

.PHONY: links
links: ## Fail where a program that imports wrapper/keys links more than it should
	@modules=$$(go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}' ./wrapper/keys | sort -u); \
	echo "wrapper/keys links:" $$modules; [ $$(wc -w <<< "$$modules") -le 4 ] && ! grep -qE 'kin-openapi|testify' <<< "$$modules"

.PHONY: browser
browser: ## Drive the mock's pages in a headless Chromium (needs Chromium)
	go test -tags browser -run Browser ./cmd/keysmock

.PHONY: bench
bench: ## Measure the client against its baselines, and write that into docs/benchmarks.md
	@set -o pipefail; bench/client.sh | tee /dev/stderr | docs/section.sh client

.PHONY: bench-mock
bench-mock: ## Measure the mock against Prism and a bare handler, and write that into docs/benchmarks.md (needs Node and wrk)
	@set -o pipefail; bench/mock.sh | tee /dev/stderr | docs/section.sh mock

.PHONY: release
release: ## Build keysmock for each platform into bin/, the same bytes every time, with checksums
	@rm -rf bin && mkdir bin; set -e; for os in linux darwin windows; do for arch in amd64 arm64; do \
		name=keysmock-$$os-$$arch; [ $$os != windows ] || name=$$name.exe; echo "build $$name"; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -trimpath -buildvcs=false -ldflags='-s -w -buildid=' -o bin/$$name ./cmd/keysmock; \
	done; done; cd bin && sha256sum keysmock-* > SHA256SUMS && cat SHA256SUMS

.PHONY: verify
verify: ## Check the modules against go.sum
	go mod verify

.PHONY: ci
ci: verify fmt-check vet drift compat lint lint-spec links examples race second journeys cover browser fuzz mutate-sample demo ## Everything that CI runs
