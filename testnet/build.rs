//! Reads off the chain's sources which family of calls raises which error, for `taonet explain error`.
//!
//! Every file below `calls` and `ledger` opens with what it is about, and names every error it can give: in its code
//! (`CallError::Name`), or in the docs of functions that pass on what others give.
//!
//! With the feature `processes` it also lists the sources that `taonet init --offline` copies: the crates that a
//! subnet's tests need, without their own tests and without what only real processes need.

use std::{
    collections::BTreeSet,
    env,
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

/// The crates that a subnet's tests need.
const PACKED: [&str; 4] = ["subnets", "chain", "consensus", "testnet"];
/// What they need beside their sources, and what says how they are built.
const BESIDE: [&str; 6] =
    ["Cargo.toml", "Cargo.lock", "LICENSE-APACHE", "LICENSE-MIT", "testnet/build.rs", "testnet/scenarios"];
/// What only real processes need.
const PROCESSES: [&str; 6] = ["cli", "init", "load", "network", "main.rs", "screen.rs"];

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    if env::var_os("CARGO_FEATURE_PROCESSES").is_some() {
        fs::write(out.join("packed.rs"), packed(&here.join(".."))?)?;
    }
    fs::write(out.join("families.rs"), families(&here.join("../chain/src"))?)
}

/// The sources to copy, as a Rust expression: paths and texts.
fn packed(root: &Path) -> io::Result<String> {
    let root = root.canonicalize()?;
    let mut files: Vec<PathBuf> = Vec::new();
    let crates = PACKED.iter().flat_map(|name| [format!("{name}/Cargo.toml"), format!("{name}/src")]);
    for place in crates.chain(BESIDE.map(str::to_owned)) {
        let place = root.join(place);
        println!("cargo:rerun-if-changed={}", place.display());
        files.extend(if place.is_dir() { sources(&place)? } else { vec![place] });
    }
    let processes = PROCESSES.map(|name| root.join("testnet/src").join(name));
    files.retain(|file| !processes.iter().any(|left_out| file.starts_with(left_out)));
    let mut list = String::from("&[\n");
    for file in files {
        let path = file.strip_prefix(&root).map_err(io::Error::other)?.display().to_string();
        // Writing into a string cannot fail.
        let _ = writeln!(list, "    ({path:?}, include_str!({:?})),", file.display().to_string());
    }
    list.push(']');
    Ok(list)
}

/// Families of calls with their errors, as a Rust expression.
fn families(chain: &Path) -> io::Result<String> {
    let mut families = String::from("&[\n");
    for folder in ["calls", "ledger"] {
        let folder = chain.join(folder);
        println!("cargo:rerun-if-changed={}", folder.display());
        for file in sources(&folder)? {
            let text = fs::read_to_string(file)?;
            let names: Vec<&str> = errors(&text).into_iter().collect();
            // Writing into a string cannot fail.
            let _ = writeln!(families, "    ({:?}, &{names:?}),", title(&text));
        }
    }
    families.push(']');
    Ok(families)
}

/// The sources and scenarios below a folder but for tests, in order.
fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let is_test = path.file_stem().is_some_and(|name| name == "tests");
        if path.is_dir() && !is_test {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "toml") && !is_test {
            found.push(path);
        }
    }
    Ok(found)
}

/// What a file is about: its first line, without the section of the specification.
fn title(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim_start_matches("//!").trim();
    let end = line.rfind(" (").filter(|_| line.contains(".md")).unwrap_or(line.len());
    line[..end].trim_end_matches('.').to_owned()
}

/// The names of errors in a file.
fn errors(text: &str) -> BTreeSet<&str> {
    let in_code = text.split("CallError::").skip(1).map(word);
    let in_docs = text.lines().filter(|line| line.trim_start().starts_with("///"));
    let in_docs = in_docs.flat_map(|line| line.split('`').skip(1).step_by(2)).map(word);
    in_code.chain(in_docs).filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase())).collect()
}

/// The name that a text begins with.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}
