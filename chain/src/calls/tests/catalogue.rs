//! Every event and error of the public network's core (events-errors.md) is one of this network's, but for a few that
//! nothing here can cause.

use crate::{CallError, params::Param};
use std::collections::BTreeSet;

const SPEC: &str = include_str!("../../../../docs/spec/events-errors.md");
const EVENTS: &str = concat!(include_str!("../../event.rs"), include_str!("../../event/parts.rs"));

/// What cannot happen here.
const ABSENT: [(&str, &str); 3] = [
    ("Deprecated", "no call is kept only to say that it is gone"),
    ("RootNetworkDoesNotExist", "root is there from genesis on"),
    ("ReservesOutOfBalance", "pools are created with even weights, which are never out of range"),
];

/// Text without what stands in parentheses.
fn without_remarks(text: &str) -> String {
    let mut depth = 0;
    let mut outside = |letter: &char| {
        depth += i32::from(*letter == '(');
        let shown = depth == 0;
        depth -= i32::from(*letter == ')');
        shown
    };
    text.chars().filter(|letter| outside(letter)).collect()
}

/// The names in a list of them: words that start with a capital letter or with an ellipsis.
fn names(list: &str) -> impl Iterator<Item = &str> {
    let words = list.split(|letter: char| !letter.is_alphanumeric() && letter != '…');
    words.filter(|word| word.starts_with(|first: char| first.is_uppercase() || first == '…'))
}

fn is_absent(name: &str) -> bool {
    ABSENT.iter().any(|(absent, _)| *absent == name)
}

/// The names of the spec that this network does not have; an ellipsis stands for the start of another name.
fn missing<'a>(listed: impl Iterator<Item = &'a str>, ours: &BTreeSet<String>) -> Vec<&'a str> {
    let known = |name: &str| match name.strip_prefix('…') {
        Some(end) => ours.iter().any(|ours| ours.ends_with(end)),
        None => ours.contains(name),
    };
    listed.filter(|name| !known(name) && !is_absent(name)).collect()
}

#[test]
fn every_event_of_the_core_is_one_of_ours() {
    let variants = EVENTS.lines().filter_map(|line| line.strip_prefix("    ")?.strip_suffix(" {"));
    let variants = variants.filter(|name| name.chars().all(char::is_alphanumeric)).map(str::to_owned);
    let ours: BTreeSet<String> = variants.chain(Param::all().map(Param::event_name)).collect();
    let (events, _) = SPEC.split_once("## 2. Errors").expect("two sections");
    let rows = events.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| event"));
    let cells: Vec<String> = rows.filter_map(|row| row.split('|').nth(1).map(without_remarks)).collect();
    let listed: Vec<&str> = cells.iter().flat_map(|cell| names(cell)).collect();
    assert!(listed.len() > 50, "the table is read: {listed:?}");
    assert_eq!(missing(listed.iter().copied(), &ours), Vec::<&str>::new());
    assert!(listed.iter().all(|name| !is_absent(name) || !ours.contains(*name)));
}

#[test]
fn every_error_of_the_core_is_one_of_ours() {
    let ours: BTreeSet<String> = CallError::ALL.iter().map(|error| error.name().to_owned()).collect();
    let (_, errors) = SPEC.split_once("## 2. Errors").expect("two sections");
    let errors = without_remarks(errors);
    let sentences = errors.lines().flat_map(|line| line.split(". "));
    let lists = sentences.map(|sentence| sentence.split_once(": ").map_or(sentence, |(_, list)| list));
    let listed: Vec<&str> = lists.flat_map(names).collect();
    assert!(listed.len() > 90, "the lists are read: {listed:?}");
    assert_eq!(missing(listed.iter().copied(), &ours), Vec::<&str>::new());
    assert!(listed.iter().all(|name| !is_absent(name) || !ours.contains(*name)));
}
