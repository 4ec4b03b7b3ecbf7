//! Style that a machine can check, so that reviewers can look at the rest.
//!
//! Rules: every source file opens with module docs; lines, functions and files fit in the head; the pure crates name
//! nothing impure; nothing is left for later; links in the documents lead somewhere.

use std::{
    fs,
    path::{Path, PathBuf},
};

const LINE_COLUMNS: usize = 120;
const FUNCTION_LINES: usize = 70;
const FILE_LINES: usize = 600;

const CRATES: [&str; 6] = ["subnets", "chain", "consensus", "p2p", "node", "testnet"];
const PURE: [&str; 3] = ["subnets/src", "chain/src", "consensus/src"];

/// What a pure crate must not name, outside its tests.
const IMPURE: [&str; 15] = [
    "std::time",
    "std::thread",
    "std::fs",
    "TcpListener",
    "TcpStream",
    "UdpSocket",
    "std::env",
    "std::process",
    "HashMap",
    "HashSet",
    "tokio",
    "f32",
    "f64",
    "rand::",
    "getrandom",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "target" && name != "vectors" && name != ".git" {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<(String, String)> {
    let root = root();
    let paths = CRATES.iter().flat_map(|name| files(&root.join(name), "rs"));
    paths
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source file is readable");
            (path.strip_prefix(&root).expect("below the workspace").display().to_string(), text)
        })
        .collect()
}

fn is_test(path: &str) -> bool {
    ["/tests", "/benches/", "/examples/"].iter().any(|part| path.contains(part))
}

/// Asserts that nothing was found, naming everything that was.
fn nothing(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

fn lines_where(test: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources() {
        let numbered = text.lines().enumerate().filter(|(_, line)| test(&path, line));
        found.extend(numbered.map(|(number, line)| format!("{path}:{}: {}", number + 1, line.trim())));
    }
    found
}

#[test]
fn every_file_opens_with_module_docs() {
    let bare = sources().into_iter().filter(|(_, text)| !text.starts_with("//!")).map(|(path, _)| path);
    nothing("these files do not say what they are for", &bare.collect::<Vec<_>>());
}

#[test]
fn lines_fit_on_a_screen() {
    nothing("these lines are too long", &lines_where(|_, line| line.chars().count() > LINE_COLUMNS));
}

#[test]
fn files_fit_in_the_head() {
    let long =
        sources().into_iter().filter(|(path, text)| !is_test(path) && text.lines().count() > FILE_LINES);
    nothing("these files are too long", &long.map(|(path, _)| path).collect::<Vec<_>>());
}

#[test]
fn functions_fit_in_the_head() {
    let mut long = Vec::new();
    for (path, text) in sources().into_iter().filter(|(path, _)| !is_test(path)) {
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate().filter(|(_, line)| opens_function(line)) {
            let indent = line.len() - line.trim_start().len();
            let end = format!("{}}}", " ".repeat(indent));
            let end = lines[number..].iter().position(|line| **line == end);
            let length = end.unwrap_or_else(|| panic!("{path}:{}: where does it end?", number + 1));
            if length > FUNCTION_LINES {
                long.push(format!("{path}:{}: {length} lines", number + 1));
            }
        }
    }
    nothing("these functions are too long", &long);
}

fn opens_function(line: &str) -> bool {
    let start = line.trim_start();
    let words =
        ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn ", "async fn ", "pub async fn ", "const fn "];
    words.iter().any(|word| start.starts_with(word)) && !line.ends_with('}') && !line.ends_with(';')
}

#[test]
fn pure_crates_name_nothing_impure() {
    let found = lines_where(|path, line| {
        let pure = PURE.iter().any(|place| path.starts_with(place)) && !is_test(path);
        let code = line.split("//").next().unwrap_or_default();
        pure && IMPURE.iter().any(|word| names(code, word))
    });
    nothing("the pure crates have no I/O, clock, threads, floats, hash maps or randomness", &found);
}

/// Whether `code` holds `word` as a word of its own.
fn names(code: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(start, _)| {
        let before = code[..start].chars().next_back();
        let after = code[start + word.len()..].chars().next();
        !before.is_some_and(part_of_name) && (word.ends_with(':') || !after.is_some_and(part_of_name))
    })
}

#[test]
fn nothing_is_left_for_later() {
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("#[ign", "ore")];
    nothing("do it or leave it", &lines_where(|_, line| words.iter().any(|word| line.contains(word))));
}

#[test]
fn the_readme_has_its_figures() {
    let text = fs::read_to_string(root().join("README.md")).expect("a document is readable");
    let blank = text.lines().any(|line| line.len() > 3 && line.chars().all(|c| c.is_ascii_uppercase()));
    assert!(!blank, "a placeholder stands where a figure belongs");
}

#[test]
fn links_in_documents_lead_somewhere() {
    let root = root();
    let mut broken = Vec::new();
    for path in files(&root, "md") {
        let text = fs::read_to_string(&path).expect("a document is readable");
        for (start, _) in text.match_indices("](") {
            let target = text[start + 2..].split(')').next().unwrap_or_default();
            let file = target.split('#').next().unwrap_or_default();
            let local = !file.is_empty() && !target.contains("://");
            if local && !path.parent().expect("a folder").join(file).exists() {
                broken.push(format!("{}: {target}", path.display()));
            }
        }
    }
    nothing("these links lead nowhere", &broken);
}
