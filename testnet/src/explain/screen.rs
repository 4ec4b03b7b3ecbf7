//! Explanations as people read them: one numbered line per idea, each number next to those it comes from.
//!
//! Rules:
//! 1. No line is wider than [`WIDTH`] columns; long lists continue below their beginning, very long ones are cut and
//!    say by how much.
//! 2. Only text is made here; nothing is computed but sums for reading.

mod emission;
mod epoch;
mod neuron;
mod price;

pub use emission::emission;
pub use epoch::epoch;
pub use neuron::neuron;
pub use price::price;

use super::error::Explained;
use std::fmt::Write;

/// The most columns of a line.
pub const WIDTH: usize = 100;
/// The column in which the text of a step begins.
const INDENT: usize = 14;
/// Entries of a list that are shown.
const MOST_ENTRIES: usize = 24;

/// Lines of text.
#[derive(Default)]
struct Page(String);

impl Page {
    /// A line of its own.
    fn line(&mut self, text: &str) {
        self.paragraph("", 0, text);
    }

    /// A label and words behind it, on as many lines as they need.
    fn step(&mut self, label: &str, text: &str) {
        self.paragraph(label, INDENT, text);
    }

    /// A label and a list behind it, cut when it is very long.
    fn list(&mut self, label: &str, entries: &[String]) {
        let shown = entries.iter().take(MOST_ENTRIES).map(|entry| entry.replace(' ', "\u{a0}"));
        let mut words: Vec<String> = shown.collect();
        if entries.len() > MOST_ENTRIES {
            words.push(format!("… and {} more (--json has all)", entries.len() - MOST_ENTRIES));
        }
        self.step(label, &words.join("  "));
    }

    /// A formula, if they are wanted.
    fn formula(&mut self, wanted: bool, text: &str) {
        if wanted {
            self.paragraph("", INDENT, &format!("∎ {text}"));
        }
    }

    fn paragraph(&mut self, label: &str, indent: usize, text: &str) {
        let mut line = format!("{label:<indent$}");
        let mut empty = true;
        for word in text.split(' ') {
            if !empty && length(&line) + 1 + length(word) > WIDTH {
                self.0.push_str(line.trim_end());
                self.0.push('\n');
                (line, empty) = (" ".repeat(indent), true);
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }

    /// The text. Spaces that must not be broken are spaces again.
    fn finish(self) -> String {
        self.0.replace('\u{a0}', " ")
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// A table: titles, then rows; the first column to the left, the others to the right.
fn table(page: &mut Page, indent: usize, titles: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| length(cell));
        cells.chain(titles.get(column).map(|title| length(title))).max().unwrap_or(0)
    };
    let titles = titles.iter().map(|title| (*title).to_owned()).collect();
    for row in [&titles].into_iter().chain(rows) {
        let mut line = " ".repeat(indent);
        for (column, cell) in row.iter().enumerate() {
            let gap = " ".repeat(width(column) - length(cell));
            line.push_str(&if column == 0 { format!("{cell}{gap}") } else { format!("  {gap}{cell}") });
        }
        page.0.push_str(line.trim_end());
        page.0.push('\n');
    }
}

/// An amount of base units with all its decimals: `1,234.500000001`.
fn exact(units: u64) -> String {
    format!("{}.{:09}", grouped(units / 1_000_000_000), units % 1_000_000_000)
}

/// A number with thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share between 0 and 1: `0.5000`.
fn share(value: f64) -> String {
    format!("{value:.4}")
}

/// A share in a hundred: `12.34 %`.
fn percent(value: f64) -> String {
    format!("{:.2} %", value * 100.0)
}

/// Errors, one block of lines each.
pub fn errors(errors: &[Explained]) -> String {
    let mut text = String::new();
    for error in errors {
        let mut page = Page::default();
        page.line(&format!("{} ({}, {})", error.name, error.number, error.code));
        page.step(" means", error.sentence);
        page.step(" try", error.remedy);
        let raised = if error.raised_by.is_empty() {
            vec!["no call of this version"]
        } else {
            error.raised_by.clone()
        };
        for (index, family) in raised.iter().enumerate() {
            page.step(if index == 0 { " raised in" } else { "" }, family);
        }
        let _ = writeln!(text, "{}", page.finish());
    }
    text.trim_end().to_owned()
}
