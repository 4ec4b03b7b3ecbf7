//! The name of a subnet's crate.

use super::InitError;
use std::fmt;

/// Words that are no names of crates: those of Rust, and the crates that the skeleton itself uses.
const TAKEN: [&str; 58] = [
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "serde",
    "serde-json",
    "static",
    "std",
    "struct",
    "super",
    "taonet",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

/// A name that works as a crate, a folder and a subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// The most characters: those of a subnet's name.
    pub const MAX: usize = 64;

    /// The name in a text.
    ///
    /// # Errors
    /// It is none, or it means something else already.
    pub fn new(text: &str) -> Result<Name, InitError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
        if !begins || text.ends_with('-') || text.len() > Name::MAX || !text.chars().all(plain) {
            return Err(InitError::Name(text.to_owned()));
        }
        if TAKEN.contains(&text) || text.starts_with("taonet-") {
            return Err(InitError::Taken(text.to_owned()));
        }
        Ok(Name(text.to_owned()))
    }

    /// As code writes it: `my_subnet`.
    pub fn in_code(&self) -> String {
        self.0.replace('-', "_")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
