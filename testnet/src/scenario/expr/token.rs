//! From text to words and signs.

use super::{Binary, Mistake};

/// A word or a sign.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A number.
    Number(f64),
    /// A text without its quotes.
    Text(String),
    /// The name of a fact, or `true`, or `false`.
    Name(String),
    /// An operator; `-` is always [`Binary::Minus`].
    Operator(Binary),
    /// `!`
    Not,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
}

/// Signs, longer ones first.
const SIGNS: [(&str, Token); 16] = [
    ("||", Token::Operator(Binary::Or)),
    ("&&", Token::Operator(Binary::And)),
    ("<=", Token::Operator(Binary::AtMost)),
    (">=", Token::Operator(Binary::AtLeast)),
    ("==", Token::Operator(Binary::Equal)),
    ("!=", Token::Operator(Binary::Unequal)),
    ("<", Token::Operator(Binary::Less)),
    (">", Token::Operator(Binary::More)),
    ("+", Token::Operator(Binary::Plus)),
    ("-", Token::Operator(Binary::Minus)),
    ("*", Token::Operator(Binary::Times)),
    ("/", Token::Operator(Binary::Over)),
    ("!", Token::Not),
    ("(", Token::Open),
    (")", Token::Close),
    (",", Token::Comma),
];

/// The words and signs of a text, each with its place.
///
/// # Errors
/// A sign that means nothing here, a number that is none, or a quote that is never closed.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Mistake> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (token, length) = match first {
            blank if blank.is_whitespace() => {
                at += blank.len_utf8();
                continue;
            }
            '\'' | '"' => quoted(at, rest, first)?,
            digit if digit.is_ascii_digit() || digit == '.' => number(at, rest)?,
            letter if letter.is_ascii_alphabetic() || letter == '_' => name(rest),
            _ => sign(at, rest, first)?,
        };
        found.push((at, token));
        at += length;
    }
    Ok(found)
}

fn quoted(at: usize, rest: &str, quote: char) -> Result<(Token, usize), Mistake> {
    let inner = &rest[1..];
    let end = inner.find(quote).ok_or_else(|| Mistake::new(at, "this quote is never closed"))?;
    Ok((Token::Text(inner[..end].to_owned()), end + 2))
}

fn number(at: usize, rest: &str) -> Result<(Token, usize), Mistake> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '.' || letter == '_';
    let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
    let digits = rest[..length].replace('_', "");
    let number = digits.parse().map_err(|_| Mistake::new(at, format!("`{digits}` is no number")))?;
    Ok((Token::Number(number), length))
}

fn name(rest: &str) -> (Token, usize) {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
    (Token::Name(rest[..length].to_owned()), length)
}

fn sign(at: usize, rest: &str, first: char) -> Result<(Token, usize), Mistake> {
    if let Some((sign, token)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
        return Ok((token.clone(), sign.len()));
    }
    let hint = match first {
        '=' => ": to compare, write `==`",
        '&' | '|' => ": write it twice",
        _ => "",
    };
    Err(Mistake::new(at, format!("`{first}` means nothing here{hint}")))
}
