//! What the book copies from elsewhere is so.
//!
//! Rules:
//! 1. The map is complete and true: every name that the specification gives for a function of the public network is in
//!    it, so is every call, and what it says about the code is so.
//! 2. The screens in the chapter about explanations are those that the tests of the commands take, and the line of the
//!    registry in the chapter about hyperparameters is one.
//! 3. Every chapter with an example has the sections that the introduction promises, and every page is in the summary.

use std::{collections::BTreeSet, fs, path::Path};

/// The parts of the specification that name functions.
const SPECIFICATION: [&str; 9] = [
    "economics",
    "emission",
    "pools",
    "staking",
    "registration",
    "hyperparameters",
    "events-errors",
    "peripherals",
    "yuma",
];

/// What introduces the names at the end of a section.
const UPSTREAM: &str = "*Upstream:*";

/// The heading of the table of names at the end of yuma.md.
const NAMES: &str = "## 17. Upstream names";

/// The sections of a chapter, in their order.
const SECTIONS: [&str; 5] = [
    "## The rule",
    "## An example",
    "## What would go wrong without it",
    "## Deviations from the public network",
    "## Where in the code",
];

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Asserts that nothing was found, naming everything that was.
fn nothing(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

/// The words of `text` that stand between backquotes, but for names of files.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let quotes = text.split('`').skip(1).step_by(2).filter(|quote| !quote.ends_with(".json"));
    let part_of_name = |c: char| c.is_alphanumeric() || "_…*".contains(c);
    quotes.flat_map(move |quote| quote.split(move |c| !part_of_name(c))).filter(|name| !name.is_empty())
}

/// The cells of the rows of all tables in `text`.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.map(|row| row.split(" | ").collect())
}

/// All names that a page of the specification gives for functions of the public network.
fn names(page: &str) -> BTreeSet<String> {
    let paragraphs = page.split("\n\n").filter_map(|paragraph| paragraph.split_once(UPSTREAM));
    let table = page.split_once(NAMES).map(|(_, table)| table).unwrap_or_default();
    let cells = rows(table).filter_map(|row| row.get(1).copied());
    paragraphs.map(|(_, names)| names).chain(cells).flat_map(quoted).map(str::to_owned).collect()
}

/// What the map has in its first column.
fn mapped(map: &str) -> BTreeSet<String> {
    rows(map).filter_map(|row| row.first().copied()).flat_map(quoted).map(str::to_owned).collect()
}

#[test]
fn every_name_of_the_specification_is_in_the_map() {
    let mapped = mapped(&read("docs/book/map.md"));
    let all: BTreeSet<String> =
        SPECIFICATION.iter().flat_map(|page| names(&read(&format!("docs/spec/{page}.md")))).collect();
    assert!(all.len() > 150, "the specification names more than {} functions", all.len());
    let missing: Vec<String> = all.difference(&mapped).cloned().collect();
    nothing("docs/book/map.md does not say where these live", &missing);
}

#[test]
fn every_call_is_in_the_map() {
    let calls = read("chain/src/calls/mod.rs");
    let (_, table) = calls.split_once("\nnames! {\n").expect("the table of names");
    let (table, _) = table.split_once("\n}\n").expect("its end");
    let mapped = mapped(&read("docs/book/map.md"));
    let names = table.split('"').skip(1).step_by(2).map(str::to_owned);
    let missing: Vec<String> = names.filter(|name| !mapped.contains(name)).collect();
    nothing("docs/book/map.md does not say where these calls live", &missing);
}

#[test]
fn what_the_map_says_of_the_code_is_so() {
    let map = read("docs/book/map.md");
    let links: Vec<&str> = map.split("](../../").skip(1).collect();
    assert!(links.len() > 200, "the map has more than {} links into the code", links.len());
    let mut wrong = Vec::new();
    for link in links {
        let (path, rest) = link.split_once(')').expect("a link ends");
        let Some(name) = quoted(rest).next() else { panic!("{path}: which function?") };
        let code = read(path);
        let defines =
            |kind| code.contains(&format!("{kind} {name}(")) || code.contains(&format!("{kind} {name}<"));
        let is_type =
            code.contains(&format!("pub struct {name} ")) || code.contains(&format!("pub struct {name}("));
        if !defines("fn") && !is_type {
            wrong.push(format!("{path} {name}"));
        }
    }
    nothing("docs/book/map.md says these exist", &wrong);
}

#[test]
fn the_screens_are_those_of_the_commands() {
    let chapter = read("docs/book/explaining.md");
    let tests = "testnet/src/explain/snapshots/taonet_testnet__explain__tests__";
    let taken: Vec<String> = [
        "the_lesson_of_an_epoch_is_the_same_text_every_time",
        "the_lesson_of_an_epoch_is_the_same_text_every_time-2",
        "the_emission_of_a_block_in_words",
        "a_trade_is_what_the_chain_then_does",
    ]
    .map(|name| read(&format!("{tests}{name}.snap")))
    .to_vec();
    let screens: Vec<&str> =
        chapter.split("```text\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0)).collect();
    assert_eq!(screens.len(), taken.len());
    let old = screens.into_iter().filter(|screen| !taken.iter().any(|text| text.contains(screen)));
    nothing(
        "docs/book/explaining.md shows these, and the commands do not",
        &old.map(str::to_owned).collect::<Vec<_>>(),
    );
}

#[test]
fn the_line_of_the_registry_is_one() {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let chapter = read("docs/book/hyperparameters.md");
    let (_, line) = chapter.split_once("```text\n").expect("the line");
    let (line, _) = line.split_once("```").expect("its end");
    assert!(words(&read("chain/src/params/table.rs")).contains(&words(line)), "not in the registry: {line}");
}

#[test]
fn every_chapter_has_the_same_sections() {
    let list = read("chain/src/book.rs");
    let chapters: Vec<&str> = list.split('"').filter(|name| name.ends_with(".md")).collect();
    assert!(chapters.len() > 15, "the book has more than {} chapters with examples", chapters.len());
    let mut wrong = Vec::new();
    for chapter in chapters {
        let text = read(&format!("docs/book/{chapter}"));
        let sections: Vec<&str> = text.lines().filter(|line| line.starts_with("## ")).collect();
        if sections != SECTIONS || !text.contains("```rust\n") {
            wrong.push(format!("{chapter}: {}", sections.join(", ")));
        }
    }
    nothing("these chapters are made differently", &wrong);
}

#[test]
fn every_page_is_in_the_summary() {
    let summary = read("docs/book/SUMMARY.md");
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/book");
    let names = fs::read_dir(book).expect("the book").flatten().map(|entry| entry.file_name());
    let pages = names.map(|name| name.to_string_lossy().into_owned()).filter(|name| name.ends_with(".md"));
    let lost = pages.filter(|page| page != "SUMMARY.md" && !summary.contains(&format!("]({page})")));
    nothing("docs/book/SUMMARY.md does not name these", &lost.collect::<Vec<_>>());
}
