//! The errors as a page of the book: what the tables of `docs/book/errors.md` are made of.

use super::{CallError, Code};
use std::fmt::Write;

/// Two tables in Markdown: the codes with the errors of each, and the errors by number.
pub fn table_markdown() -> String {
    let mut text = String::from("\n## By code\n\n| code | errors |\n| --- | --- |\n");
    for &code in Code::ALL {
        let names: Vec<_> =
            CallError::ALL.iter().filter(|error| error.code() == code).map(|error| error.name()).collect();
        let names = if names.is_empty() { "(of tools)".to_owned() } else { names.join(", ") };
        // Writing into a string cannot fail.
        let _ = writeln!(text, "| `{code}` | {names} |");
    }
    text.push_str("\n## By number\n\n| number | error | code | what is wrong | what to do |\n");
    text.push_str("| --- | --- | --- | --- | --- |\n");
    for error in CallError::ALL {
        let (name, code) = (error.name(), error.code());
        let _ = writeln!(
            text,
            "| {} | `{name}` | `{code}` | {} | {} |",
            error.number(),
            error.sentence(),
            error.remedy(),
        );
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The marks between which the page holds the generated tables.
    const MARKS: (&str, &str) = ("<!-- errors -->\n", "<!-- end of errors -->\n");

    #[test]
    fn the_page_of_the_book_is_what_the_table_says() {
        let page = include_str!("../../../docs/book/errors.md");
        let (_, rest) = page.split_once(MARKS.0).expect("the page has a place for the errors");
        let (printed, _) = rest.split_once(MARKS.1).expect("and its end");
        let expected = table_markdown();
        assert!(
            printed == expected,
            "docs/book/errors.md is not up to date; between its marks belongs\n{expected}"
        );
    }
}
