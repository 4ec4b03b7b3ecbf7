//! Tables for people: aligned columns, never wider than [`MAX_WIDTH`] unless every cell has to be whole.
//!
//! Rule: when the columns do not fit, the widest address loses characters, and when those are short, the widest
//! column of all. What is cut ends in `…`; addresses are cut in the middle, so that both ends can be compared.
//! Everything is whole in `--json`.

use std::fmt::{self, Write};

/// No line is longer than this.
pub(super) const MAX_WIDTH: usize = 100;
/// No column is cut below this.
const MIN_COLUMN: usize = 5;
/// Addresses are cut to this before anything else is.
const SHORT_ADDRESS: usize = 8;
const GAP: usize = 1;

/// How the cells of a column stand, and how they are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// To the left; cut at the end.
    Text,
    /// To the right; cut at the end.
    Number,
    /// To the left; cut in the middle.
    Address,
}

/// A table.
pub(super) struct Table {
    columns: Vec<(Column, String)>,
    rows: Vec<Vec<String>>,
    max_width: usize,
}

impl Table {
    pub(super) fn new(columns: &[(Column, &str)]) -> Table {
        let columns = columns.iter().map(|&(column, title)| (column, title.to_owned())).collect();
        Table { columns, rows: Vec::new(), max_width: MAX_WIDTH }
    }

    /// The same, however wide it becomes: for cells that people type again, such as names.
    pub(super) fn uncut(self) -> Table {
        Table { max_width: usize::MAX, ..self }
    }

    /// Adds a row with a cell for each column.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    fn widths(&self) -> Vec<usize> {
        let width = |index: usize, title: &String| {
            let cells = self.rows.iter().filter_map(|row| row.get(index));
            cells.chain([title]).map(|cell| length(cell)).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> =
            self.columns.iter().enumerate().map(|(index, (_, title))| width(index, title)).collect();
        let gaps = GAP * widths.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > self.max_width {
            let columns = || self.columns.iter().map(|(column, _)| *column).zip(0..);
            let addresses = columns()
                .filter(|&(column, index)| column == Column::Address && widths[index] > SHORT_ADDRESS);
            let all = columns().filter(|&(_, index)| widths[index] > MIN_COLUMN);
            let widest = addresses.max_by_key(|&(_, index)| widths[index]);
            match widest.or_else(|| all.max_by_key(|&(_, index)| widths[index])) {
                Some((_, index)) => widths[index] -= 1,
                None => break,
            }
        }
        widths
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        let titles: Vec<String> = self.columns.iter().map(|(_, title)| title.clone()).collect();
        for row in [&titles].into_iter().chain(&self.rows) {
            let mut line = String::new();
            for ((cell, &width), (column, _)) in row.iter().zip(&widths).zip(&self.columns) {
                let cell = cut(cell, width, *column);
                match column {
                    Column::Number => write!(line, "{cell:>width$}")?,
                    Column::Text | Column::Address => write!(line, "{cell:<width$}")?,
                }
                line.push_str(&" ".repeat(GAP));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn cut(text: &str, width: usize, column: Column) -> String {
    let all = length(text);
    if all <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(1);
    let tail = if column == Column::Address { kept / 2 } else { 0 };
    let head: String = text.chars().take(kept - tail).collect();
    let tail: String = text.chars().skip(all - tail).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str = "5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu";

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(&[(Column::Text, "NAME"), (Column::Number, "AMOUNT")]);
        table.row(["a".into(), "1".into()]);
        table.row(["longer".into(), "1234567".into()]);
        assert_eq!(table.to_string(), "NAME    AMOUNT\na            1\nlonger 1234567\n");
    }

    #[test]
    fn a_table_that_is_too_wide_loses_characters_of_its_widest_columns() {
        let mut table =
            Table::new(&[(Column::Address, "HOTKEY"), (Column::Address, "COLDKEY"), (Column::Text, "X")]);
        table.row([ALICE.into(), ALICE.into(), "short".into()]);
        table.row([ALICE.into(), ALICE.into(), "a text that needs its room".into()]);
        let text = table.to_string();
        assert!(text.lines().all(|line| line.chars().count() <= MAX_WIDTH), "{text}");
        assert!(text.contains("a text that needs its room"), "{text}");
        assert!(text.contains("5FA9nQDVg") && text.contains("…") && text.contains("TTpu "), "{text}");
    }

    #[test]
    fn a_table_that_has_to_be_whole_is_as_wide_as_it_must() {
        let mut table = Table::new(&[(Column::Text, "NAME"), (Column::Number, "VALUE")]).uncut();
        let name = "a_parameter_".repeat(10);
        table.row([name.clone(), "18446744073709551615".into()]);
        let text = table.to_string();
        assert!(text.contains(&format!("{name} 18446744073709551615")), "{text}");
    }

    #[test]
    fn a_column_is_never_cut_to_nothing() {
        let mut table = Table::new(&[(Column::Text, "LONG TITLE"); 40]);
        table.row(vec!["x".to_owned(); 40]);
        assert!(table.to_string().starts_with("LONG… LONG…"));
    }
}
