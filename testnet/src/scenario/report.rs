//! What is left of a run for people and for machines: a page, tables, and a verdict for continuous integration.
//!
//! Rules:
//! 1. The page is one file that needs nothing but a browser: no script, no font, no image from elsewhere.
//! 2. The tables hold every number of the page.
//! 3. Names come from scenario files and are somebody's text: they are escaped in each format.

mod csv;
mod html;
mod junit;
mod plot;

pub use csv::csv;
pub use html::{Page, html, plot_names};
pub use junit::{Case, junit};

/// Text that is safe in HTML, SVG and XML. Control characters, which XML cannot hold at all, become a replacement.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(letter),
            control if control.is_control() => safe.push('\u{fffd}'),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests;
