//! The chapter on limits says what the sources say: its tables are made of the constants and their comments.

use std::{fs, path::Path};

/// The chapter, and the marks between which its tables stand.
const PAGE: &str = "docs/book/limits.md";
const MARKS: (&str, &str) = ("<!-- limits -->\n", "<!-- end of limits -->\n");

/// Where outsiders can fill something, and whose sources say how much.
const ROOMS: [(&str, &str); 4] = [
    ("What may be in a block, a transaction and the state", "chain/src"),
    ("What a replica keeps of what others say", "consensus/src"),
    ("What a node takes from its peers", "p2p/src"),
    ("What a node, a miner and a validator take from clients", "node/src"),
];

/// Bounds by other names than `MAX_…`.
const OTHERS: [&str; 20] = [
    "DEMANDS",
    "STREAM_BUFFER",
    "CONCURRENT_READS",
    "DRAW_BURST",
    "DRAW_PER_MS",
    "FETCH_PATIENCE_MS",
    "ROUNDS_BEHIND",
    "ROUNDS_AHEAD",
    "PROPOSALS_PER_ROUND",
    "LAST_EARLY_ROUND",
    "WORK_TIME",
    "CONNECTION_TIME",
    "GREETING_TIME",
    "IDLE_TIME",
    "REQUEST_TIME",
    "ANSWER_TIME",
    "LIMITS",
    "CONNECT_TIME",
    "SHOWN",
    "SHOWN_NAME",
];

/// Bounds of people's screens, of a file's own text, and of the economy's rules: no outsider fills anything there.
const ELSEWHERE: [&str; 4] = ["/cli/", "/store/", "/params/", "/calls/tests"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

fn sources(dir: &Path, found: &mut Vec<String>) {
    let mut entries: Vec<_> =
        fs::read_dir(dir).expect("a folder").flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let name = path.strip_prefix(root()).expect("below the workspace").display().to_string();
        if path.is_dir() {
            sources(&path, found);
        } else if name.ends_with(".rs")
            && !name.contains("tests")
            && !ELSEWHERE.iter().any(|part| name.contains(part))
        {
            found.push(name);
        }
    }
}

/// The rows of one file: each bound with its value, its comment and its place.
fn rows(file: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(file)).expect("a source file");
    let (mut comment, mut rows) = (String::new(), Vec::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(words) = line.strip_prefix("/// ") {
            comment = if comment.is_empty() { words.to_owned() } else { format!("{comment} {words}") };
            continue;
        }
        let declared =
            line.split_once("const ").filter(|(before, _)| before.is_empty() || before.starts_with("pub"));
        if let Some((name, rest)) = declared.and_then(|(_, rest)| rest.split_once(':'))
            && is_bound(file, name)
        {
            let mut value = rest.split_once('=').map_or("", |(_, value)| value).trim().to_owned();
            while !value.ends_with(';') {
                let next = lines.next().unwrap_or(";").split("//").next().unwrap_or_default();
                value = format!("{value} {}", next.trim());
            }
            let (value, why) = (value.trim_end_matches(';'), comment.replace('|', "\\|"));
            rows.push(format!("| `{name}` | `{value}` | {} | `{file}` |", unlinked(&why)));
        }
        comment.clear();
    }
    rows
}

fn is_bound(file: &str, name: &str) -> bool {
    name.starts_with("MAX_") || OTHERS.contains(&name) || file == "p2p/src/config.rs"
}

/// A comment without the links of its documentation.
fn unlinked(text: &str) -> String {
    text.replace("[`", "`").replace("`]", "`")
}

/// The tables as they must stand on the page.
fn tables() -> String {
    let mut page = String::new();
    for (title, dir) in ROOMS {
        page += &format!("\n## {title}\n\n| bound | value | what and why | where |\n|---|---|---|---|\n");
        let mut files = Vec::new();
        sources(&root().join(dir), &mut files);
        for row in files.iter().flat_map(|file| rows(file)) {
            page += &row;
            page.push('\n');
        }
    }
    page.push('\n');
    page
}

#[test]
fn the_chapter_on_limits_lists_every_bound_as_it_is() {
    let page = fs::read_to_string(root().join(PAGE)).expect("the chapter");
    let (_, rest) = page.split_once(MARKS.0).expect("the chapter has a place for the tables");
    let (printed, _) = rest.split_once(MARKS.1).expect("and its end");
    let expected = tables();
    assert!(printed == expected, "write this between the marks of {PAGE}:\n{expected}");
}

#[test]
fn every_bound_says_why() {
    let silent = tables();
    let silent: Vec<&str> = silent.lines().filter(|row| row.contains("|  |")).collect();
    assert!(silent.is_empty(), "these bounds have no reason:\n{}", silent.join("\n"));
}
