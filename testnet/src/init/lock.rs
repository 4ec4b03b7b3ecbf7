//! `Cargo.lock` of a subnet's crate: out of the repository's, the crates that the harness needs.
//!
//! It names a few too many: those that only come with features which nobody asks for here. Cargo strikes them out, and
//! adds the subnet's crate and taonet's, when it first runs.

use super::packed::{CRATES, manifest_of, packed};
use std::collections::{BTreeMap, BTreeSet};

/// A package in the text of a lock file.
struct Package<'t> {
    name: &'t str,
    version: &'t str,
    /// Each is a name, followed by a version where the name alone is not enough.
    needs: Vec<&'t str>,
    text: &'t str,
}

impl<'t> Package<'t> {
    fn read(text: &'t str) -> Package<'t> {
        let value = |key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
            line.trim_matches([' ', '=', '"'])
        };
        let needs = text.lines().filter_map(|line| line.strip_prefix(" \"")?.strip_suffix("\","));
        Package {
            name: value("name"),
            version: value("version"),
            needs: needs.collect(),
            text: text.trim_end(),
        }
    }

    fn is(&self, need: &str) -> bool {
        let (name, version) = need.split_once(' ').unwrap_or((need, self.version));
        self.name == name && self.version == version.split(' ').next().unwrap_or_default()
    }
}

/// The text of the lock file.
pub(super) fn lock() -> String {
    let mut parts = packed("Cargo.lock").split("\n[[package]]\n");
    let head = parts.next().unwrap_or_default().trim_end();
    let all: Vec<Package> = parts.map(Package::read).collect();
    let mut wanted: Vec<&str> = all.iter().flat_map(needs_of_ours).collect();
    let mut kept = BTreeMap::new();
    while let Some(need) = wanted.pop() {
        let Some(package) = all.iter().find(|package| package.is(need)) else { continue };
        let ours = CRATES.iter().any(|name| is_ours(package.name, name));
        if !ours && kept.insert((package.name, package.version), package.text).is_none() {
            wanted.extend(&package.needs);
        }
    }
    let packages: String = kept.values().map(|text| format!("\n[[package]]\n{text}\n")).collect();
    format!("{head}\n{packages}")
}

/// What one of our crates needs, as the lock file writes it; nothing of other packages.
fn needs_of_ours<'t>(package: &Package<'t>) -> Vec<&'t str> {
    let Some(name) = CRATES.iter().find(|name| is_ours(package.name, name)) else { return Vec::new() };
    let manifest = manifest_of(name);
    let direct: BTreeSet<&str> = super::manifest::dependencies(&manifest);
    let is_direct = |need: &&str| direct.contains(need.split(' ').next().unwrap_or_default());
    package.needs.iter().copied().filter(is_direct).collect()
}

fn is_ours(package: &str, name: &str) -> bool {
    package.strip_prefix("taonet-") == Some(name)
}
