//! Packages that are built in several versions because others' dependency trees disagree.

pub(super) const DUPLICATES: [&str; 17] = [
    "base64",
    "block-buffer",
    "chacha20",
    "cpufeatures",
    "crypto-common",
    "curve25519-dalek",
    "digest",
    "foldhash",
    "getrandom",
    "hashbrown",
    "sha2",
    "shlex",
    "syn",
    "synstructure",
    "thiserror",
    "thiserror-impl",
    "yasna",
];
