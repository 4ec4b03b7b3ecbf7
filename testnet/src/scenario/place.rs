//! Where something stands in a file.
//!
//! A path is keys and places from 0, joined by dots: `subnet.0.miners.1.policy`. What is not there stands where what
//! would hold it does.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Where the value of a path begins.
pub(super) fn of_value(text: &str, path: &str) -> usize {
    find(text, path).1
}

/// Where the key of a path begins.
pub(super) fn of_key(text: &str, path: &str) -> usize {
    find(text, path).0
}

fn find(text: &str, path: &str) -> (usize, usize) {
    let Ok(root) = DeTable::parse(text) else { return (0, 0) };
    let span = root.span();
    let (mut key, mut found) = (span.start, &Spanned::new(span, DeValue::Table(root.into_inner())));
    for step in path.split('.') {
        let next = match found.get_ref() {
            DeValue::Table(table) => table.iter().find(|(name, _)| name.get_ref() == step),
            DeValue::Array(array) => {
                let value = step.parse().ok().and_then(|index: usize| array.get(index));
                if let Some(value) = value {
                    (key, found) = (value.span().start, value);
                    continue;
                }
                None
            }
            _ => None,
        };
        let Some((name, value)) = next else { break };
        (key, found) = (name.span().start, value);
    }
    (key, found.span().start)
}
