//! The sources that this program carries: the crates that a subnet's tests need, without their own tests.
//!
//! They are those it was built from (`testnet/build.rs`). A copy of them in a crate is a cargo workspace of its own,
//! whose manifests name only what these crates need ([`super::manifest`]).

use super::{File, manifest};

/// Paths in the repository, and texts: sources, manifests, scenarios, licences, `Cargo.lock`.
static PACKED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/packed.rs"));

/// The crates, in the order of their dependency.
pub const CRATES: [&str; 4] = ["subnets", "chain", "consensus", "testnet"];

/// A file of the repository that is packed; empty if it is not.
pub(super) fn packed(path: &str) -> &'static str {
    PACKED.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| *text)
}

/// The manifest of a crate as it is vendored.
pub(super) fn manifest_of(name: &str) -> toml::Table {
    manifest::of_crate(packed(&format!("{name}/Cargo.toml")))
}

/// The workspace of these crates, below `taonet/`.
pub(super) fn vendored() -> Vec<File> {
    let at = |path: &str| format!("taonet/{path}");
    let is_source = |path: &str| !path.ends_with("Cargo.toml") && path != "Cargo.lock";
    let sources = PACKED.iter().filter(|(path, _)| is_source(path));
    let mut files: Vec<File> = sources.map(|(path, text)| File::new(at(path), *text)).collect();
    let manifests: Vec<(String, toml::Table)> =
        CRATES.iter().map(|name| (format!("{name}/Cargo.toml"), manifest_of(name))).collect();
    let root = manifest::of_workspace(packed("Cargo.toml"), manifests.iter().map(|(_, manifest)| manifest));
    files.push(File::new(at("Cargo.toml"), root.to_string()));
    files.extend(manifests.iter().map(|(path, manifest)| File::new(at(path), manifest.to_string())));
    files
}
