#!/bin/sh
# Installs what the build needs and is missing, and compiles RocksDB once for this user.
#
# RocksDB is 343 C++ files: about 16 minutes on two cores. Cargo would compile it again for every profile and every
# checkout, so it is built once into the user's cache folder, and .cargo/config.toml (written here, not committed) points
# every later build at it. A plain `cargo build` without this script still works, the slow way.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$1"; say "what to try: $2"; exit 1; }

has_libclang() {
    [ -n "${LIBCLANG_PATH:-}" ] && return 0
    ldconfig -p 2>/dev/null | grep -q 'libclang[-.0-9]*\.so' && return 0
    ls /usr/lib/llvm-*/lib/libclang*.so* >/dev/null 2>&1
}

missing_packages() {
    command -v cc >/dev/null 2>&1 || printf 'gcc libc6-dev '
    command -v c++ >/dev/null 2>&1 || printf 'g++ '
    has_libclang || printf 'libclang-dev '
}

install_packages() {
    [ -z "$1" ] && return 0
    command -v apt-get >/dev/null 2>&1 ||
        die "missing: $1(no apt-get here)" "install a C++20 compiler and libclang with your package manager, then run this again"
    root=""
    [ "$(id -u)" = 0 ] || root="sudo"
    say "installing with apt-get: $1"
    $root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || true
    # shellcheck disable=SC2086 # a list of package names
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1 >&2 ||
        die "apt-get could not install: $1" "run 'apt-get install $1' by hand and read what it says"
}

version_of_rocksdb() {
    awk '/^name = "librocksdb-sys"/ { getline; gsub(/"/, "", $3); print $3 }' Cargo.lock
}

# Prints a line every 20 seconds while RocksDB compiles: how many of its object files exist by now.
watch_objects() {
    while sleep 20; do
        done=$(find "$1" -name '*.o' 2>/dev/null | wc -l)
        say "compiling RocksDB: $done of about 345 files"
    done
}

build_rocksdb() {
    say "compiling RocksDB $version once into $cache (about 16 minutes on two cores; never again for this user)"
    watch_objects "$cache/build" &
    watcher=$!
    trap 'kill $watcher 2>/dev/null || true' EXIT INT TERM
    env -u ROCKSDB_LIB_DIR -u ROCKSDB_STATIC CARGO_TARGET_DIR="$cache/build" \
        cargo build --release --locked --quiet -p librocksdb-sys >&2 ||
        die "RocksDB did not compile" "read the compiler's last lines above; it needs a C++20 compiler (gcc 11 or newer) and libclang"
    kill $watcher 2>/dev/null || true
    built=$(find "$cache/build" -name librocksdb.a | head -n 1)
    [ -n "$built" ] || die "no librocksdb.a came out of the build" "remove $cache and run this again"
    mv "$built" "$cache/librocksdb.a.new" && mv "$cache/librocksdb.a.new" "$cache/librocksdb.a"
    rm -rf "$cache/build"
}

command -v cargo >/dev/null 2>&1 || die "cargo is missing" "install Rust from https://rustup.rs"
install_packages "$(missing_packages)"

version=$(version_of_rocksdb)
triple=$(rustc -vV | sed -n 's/^host: //p')
cache="${XDG_CACHE_HOME:-$HOME/.cache}/taonet/rocksdb-$version-$triple"
mkdir -p "$cache"
if [ -f "$cache/librocksdb.a" ]; then
    say "RocksDB $version is ready in $cache"
else
    build_rocksdb
fi

mkdir -p .cargo
cat > .cargo/config.toml <<CONFIG
# Written by scripts/setup.sh; not committed.
[env]
ROCKSDB_LIB_DIR = "$cache"
ROCKSDB_STATIC = "1"
CONFIG
say "done"
