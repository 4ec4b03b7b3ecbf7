//! Dependencies, checked offline: licences, bans, doors and duplicates.
//!
//! Rules:
//! 1. Every package has a licence of [`LICENCES`].
//! 2. Nothing of [`BANNED`] is built: each would bring a C library or a second TLS stack.
//! 3. One heavy dependency, one door: only the crate that [`DOORS`] names depends on it directly, and the pure crates
//!    do not reach it at all.
//! 4. The test harness alone, without the default features of its crate, reaches only the pure crates.
//! 5. A package is built in one version, but for what [`DUPLICATES`] lists: others' trees disagree there.

use crate::duplicates::DUPLICATES;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

const LICENCES: [&str; 14] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "Unlicense",
    "CC0-1.0",
    "MPL-2.0",
    "0BSD",
    "BSL-1.0",
];

const BANNED: [&str; 4] = ["openssl-sys", "native-tls", "bindgen-cli", "protobuf-src"];

/// Heavy dependencies and the crates that may use them directly.
const DOORS: [(&str, &[&str]); 6] = [
    ("libp2p", &["taonet-p2p"]),
    ("rocksdb", &["taonet-node"]),
    ("tonic", &["taonet-node"]),
    ("ndarray", &["taonet-subnets"]),
    ("ed25519-dalek", &["taonet-chain"]),
    ("clap", &["taonet-node", "taonet-testnet"]),
];

const PURE: [&str; 3] = ["taonet-subnets", "taonet-chain", "taonet-consensus"];
const SHELL_ONLY: [&str; 5] = ["libp2p", "rocksdb", "tonic", "tokio", "clap"];

/// What cargo knows of the workspace: packages by id, and what each resolved package needs outside its tests.
struct Metadata {
    packages: BTreeMap<String, Value>,
    needs: BTreeMap<String, Vec<String>>,
}

fn metadata() -> Metadata {
    let host = Command::new("rustc").arg("-vV").output().expect("rustc runs").stdout;
    let host = String::from_utf8(host).expect("text");
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host line").to_owned();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", &host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let all: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let id = |value: &Value| value["id"].as_str().expect("an id").to_owned();
    let needs = list(&all["resolve"]["nodes"]).into_iter().map(|node| {
        let used = list(&node["deps"])
            .into_iter()
            .filter(|dep| list(&dep["dep_kinds"]).iter().any(|k| k["kind"] != "dev"));
        (id(&node), used.map(|dep| dep["pkg"].as_str().expect("an id").to_owned()).collect())
    });
    Metadata {
        packages: list(&all["packages"]).into_iter().map(|p| (id(&p), p)).collect(),
        needs: needs.collect(),
    }
}

impl Metadata {
    fn name(&self, id: &str) -> &str {
        self.packages[id]["name"].as_str().expect("a name")
    }

    /// All packages that the workspace members called `roots` reach outside their tests.
    fn reached(&self, roots: impl Fn(&str) -> bool) -> BTreeSet<&str> {
        let mut todo: Vec<&str> =
            self.needs.keys().map(String::as_str).filter(|id| roots(self.name(id))).collect();
        let mut seen = BTreeSet::new();
        while let Some(id) = todo.pop() {
            if seen.insert(id) {
                todo.extend(self.needs[id].iter().map(String::as_str));
            }
        }
        seen
    }
}

#[test]
fn every_licence_is_one_we_accept() {
    let metadata = metadata();
    let acceptable = |expression: &str| {
        let any = expression.replace('/', " OR ").replace(['(', ')'], "");
        any.split(" OR ").any(|all| all.split(" AND ").all(|one| LICENCES.contains(&one.trim())))
            || any.split(" AND ").all(|all| all.split(" OR ").any(|one| LICENCES.contains(&one.trim())))
    };
    let built = metadata.reached(|name| name.starts_with("taonet-"));
    for id in built {
        let licence = metadata.packages[id]["license"].as_str().unwrap_or("none stated");
        assert!(acceptable(licence), "{id}: licence {licence} is not in the list");
    }
}

#[test]
fn nothing_banned_is_built() {
    let metadata = metadata();
    for id in metadata.reached(|name| name.starts_with("taonet-")) {
        assert!(!BANNED.contains(&metadata.name(id)), "{id} is banned");
    }
}

#[test]
fn one_heavy_dependency_has_one_door() {
    let metadata = metadata();
    for (heavy, doors) in DOORS {
        for (id, needs) in &metadata.needs {
            let ours = metadata.name(id).starts_with("taonet-") && !doors.contains(&metadata.name(id));
            let uses = needs.iter().any(|need| metadata.name(need) == heavy);
            assert!(!(ours && uses), "{} must not depend on {heavy}", metadata.name(id));
        }
    }
    for id in metadata.reached(|name| PURE.contains(&name)) {
        assert!(!SHELL_ONLY.contains(&metadata.name(id)), "a pure crate reaches {id}");
    }
}

/// What a subnet author gets who adds this crate to `[dev-dependencies]` with `default-features = false`.
#[test]
fn the_harness_alone_reaches_only_pure_crates() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--package", "taonet-testnet", "--no-default-features"])
        .args(["--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).expect("text");
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(PURE.iter().all(|pure| names.contains(pure)), "{names:?}");
    for shell in SHELL_ONLY.iter().chain(&["taonet-node", "taonet-p2p", "librocksdb-sys"]) {
        assert!(!names.contains(shell), "the harness alone would compile {shell}");
    }
}

#[test]
fn packages_are_built_in_one_version() {
    let metadata = metadata();
    let mut versions = BTreeMap::<&str, BTreeSet<&str>>::new();
    for id in metadata.reached(|name| name.starts_with("taonet-")) {
        let version = metadata.packages[id]["version"].as_str().expect("a version");
        versions.entry(metadata.name(id)).or_default().insert(version);
    }
    let double: Vec<&str> = versions.iter().filter(|(_, all)| all.len() > 1).map(|(name, _)| *name).collect();
    assert_eq!(double, DUPLICATES, "the list of packages in several versions has changed");
}
