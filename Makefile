# taonet: two commands matter.
#
#   make up     install what is missing, build, and bring a living subnet network to life
#   make test   the whole test suite, from a fresh clone
#
# Both use the release profile, so RocksDB and libp2p compile once.

TARGET := $(or $(CARGO_TARGET_DIR),target)
CARGO := cargo
ARGS ?=

.PHONY: up test storm scenarios mutations setup build fmt lint bench load fuzz soak help

up: build
	@$(TARGET)/release/taonet up $(ARGS)

test: setup
	@sh scripts/test.sh

setup:
	@sh scripts/setup.sh

build: setup
	@echo "build: compiling taonet in release (about ten minutes the first time on two cores, seconds afterwards)" >&2
	@$(CARGO) build --release --locked --workspace

fmt:
	@$(CARGO) fmt --all

lint: setup
	@$(CARGO) clippy --release --locked --workspace --all-targets -- -D warnings

# A thousand networks of four to ten nodes, an hour of virtual time each, crashed, cut and betrayed; then more of them,
# whose authorities are elected.
storm: build
	@$(TARGET)/release/taonet sim storm --nodes 4..10 --seeds 0..1000 --hours 1 $(ARGS)
	@$(TARGET)/release/taonet sim storm --nodes 4..10 --seeds 0..100 --hours 1 --consensus stake $(ARGS)

# Every bundled story on one chain, on a simulated cluster and on real nodes, and each with the change that must make
# it fail. The real nodes take six minutes: they make their blocks in real time.
scenarios: build
	@$(TARGET)/release/taonet scenario run $(ARGS)
	@$(TARGET)/release/taonet scenario run --on cluster $(ARGS)
	@$(TARGET)/release/taonet scenario run --broken $(ARGS)
	@$(TARGET)/release/taonet scenario run --on processes $(ARGS)

# Breaks agreement in one line at a time and expects a test to notice; see docs/book/agreement.md.
mutations:
	@sh scripts/mutations.sh $(ARGS)

bench: build
	@$(CARGO) bench --workspace --features taonet-subnets/oracle

# Four nodes of their own: what they sustain, what limits it, and whether a flood delays blocks.
LOAD_HOME := $(TARGET)/load-home
FLOOD ?= 100000

load: build
	@set -e; export TAONET_HOME=$(LOAD_HOME); taonet=$(TARGET)/release/taonet; \
	$$taonet up -d >/dev/null; trap '$$taonet down >/dev/null' EXIT; \
	$$taonet load $(ARGS); $$taonet load --flood $(FLOOD)

# Seeds that no run had before: TIMES as many cases as `make test` has, from SEED on.
TIMES ?= 100
SEED ?= $(shell date +%s)000

fuzz: setup
	@echo "fuzz: seeds from $(SEED) on; a seed that fails is printed with the command that runs it again" >&2
	@TAONET_FUZZ_TIMES=$(TIMES) TAONET_FUZZ_SEED=$(SEED) $(CARGO) test --release --locked --workspace --test fuzz
	@TAONET_FUZZ_TIMES=$(TIMES) TAONET_FUZZ_SEED=$(SEED) $(CARGO) test --release --locked --workspace --lib fuzz

# Three real nodes, as many blocks as they can: memory and disk at each sample, and their slopes at the end.
BLOCKS ?= 100000

soak: setup
	@TAONET_SOAK_BLOCKS=$(BLOCKS) $(CARGO) test --release --locked -p taonet-testnet --test it soak -- --nocapture

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | head -6
