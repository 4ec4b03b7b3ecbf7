#!/bin/sh
# The whole test suite. Every step says what it is doing; the first failure ends it.
set -eu
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*" >&2; }

step "1/5 formatting"
cargo fmt --all --check

step "2/5 compiling everything in release (about ten minutes the first time on two cores)"
cargo test --release --locked --workspace --no-run

step "3/5 clippy, warnings denied"
cargo clippy --release --locked --workspace --all-targets -- -D warnings

step "4/5 tests: rules, properties, vectors, simulation, whole processes, dependency checks, doc tests"
cargo test --release --locked --workspace

step "5/5 a living network: four processes, two epochs, checked from outside"
"${CARGO_TARGET_DIR:-target}/release/taonet" up --until-epoch 2 --json

step "all of it passed"
