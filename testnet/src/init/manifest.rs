//! Manifests of vendored crates: those of the repository, less what only tests, benches and real processes need.

use super::packed::CRATES;
use std::collections::BTreeSet;
use toml::{Table, Value};

/// Parts of a manifest that are about other things than the library.
const LEFT_OUT: [&str; 6] = ["bench", "bin", "dev-dependencies", "example", "features", "test"];

/// The manifest of a crate: its library, with the dependencies that it always has.
pub(super) fn of_crate(text: &str) -> Table {
    let mut manifest: Table = text.parse().unwrap_or_default();
    LEFT_OUT.iter().for_each(|part| drop(manifest.remove(*part)));
    if let Some(package) = table(&mut manifest, "package") {
        package.remove("default-run");
    }
    if let Some(dependencies) = table(&mut manifest, "dependencies") {
        dependencies.retain(|_, needed| needed.get("optional").and_then(Value::as_bool) != Some(true));
    }
    manifest
}

/// What a crate depends on, by name.
pub(super) fn dependencies(manifest: &Table) -> BTreeSet<&str> {
    let table = manifest.get("dependencies").and_then(Value::as_table);
    table.into_iter().flat_map(Table::keys).map(String::as_str).collect()
}

/// The manifest of the workspace of these crates.
pub(super) fn of_workspace<'m>(text: &str, crates: impl Iterator<Item = &'m Table>) -> Table {
    let needed: BTreeSet<&str> = crates.flat_map(dependencies).collect();
    let mut manifest: Table = text.parse().unwrap_or_default();
    manifest.remove("profile");
    let Some(workspace) = table(&mut manifest, "workspace") else { return manifest };
    workspace.insert("members".to_owned(), CRATES.map(Value::from).to_vec().into());
    if let Some(dependencies) = table(workspace, "dependencies") {
        dependencies.retain(|name, _| needed.contains(name));
    }
    if let Some(rust) = table(workspace, "lints").and_then(|lints| table(lints, "rust")) {
        // The sources ask for features that the copies do not have.
        let features = Value::from(vec![Value::from("cfg(feature, values(\"oracle\", \"processes\"))")]);
        let level = ("level".to_owned(), Value::from("warn"));
        let known = Table::from_iter([level, ("check-cfg".to_owned(), features)]);
        rust.insert("unexpected_cfgs".to_owned(), known.into());
    }
    manifest
}

fn table<'t>(of: &'t mut Table, name: &str) -> Option<&'t mut Table> {
    of.get_mut(name).and_then(Value::as_table_mut)
}
