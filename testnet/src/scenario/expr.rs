//! What an assertion says: a small language of numbers, names and facts.
//!
//! ```text
//! dividends('copier') < 0.9 * dividends('honest') && supply_conserved()
//! ```
//!
//! Rules:
//! 1. Values are numbers, texts in quotes, and truths. Facts are calls: what is true of the network when it is asked.
//! 2. From loosest to tightest: `||`, `&&`, `!`, comparisons (`<` `<=` `>` `>=` `==` `!=`, which do not chain), `+`
//!    `-`, `*` `/`, the sign. `min`, `max` and `abs` are always there.
//! 3. Both sides of `&&` and `||` are always evaluated, so that an account of a failure is complete.
//! 4. A division by zero is a mistake of the assertion, not a number: it could not be said whether it holds.
//! 5. Everything that goes wrong says where in the text.
//!
//! Numbers are floating-point: assertions compare, they do not keep books. What must be exact to the last unit is one
//! fact, computed by the chain's own invariants.

mod eval;
mod parse;
mod token;

pub use eval::{Account, Facts};
pub use parse::parse;

use std::fmt;

/// The most characters of an assertion: more is no longer read by anyone.
pub const MAX_LENGTH: usize = 1_000;

/// The deepest nesting of brackets, signs and calls: the parser recurses.
pub const MAX_DEPTH: usize = 32;

/// An assertion, or a part of one. Positions count bytes of the text.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A number or a text.
    Literal(Value),
    /// A fact.
    Call(Call),
    /// The opposite of a truth, or of a number.
    Unary {
        /// Which.
        operator: Unary,
        /// Of what.
        of: Box<Expr>,
        /// Where.
        at: usize,
    },
    /// Two values joined.
    Binary {
        /// How.
        operator: Binary,
        /// Both.
        sides: Box<[Expr; 2]>,
        /// Where the operator stands.
        at: usize,
    },
}

/// A fact that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Its name.
    pub name: String,
    /// Of what.
    pub arguments: Vec<Expr>,
    /// Where.
    pub at: usize,
}

/// An operator of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    /// `!`
    Not,
    /// `-`
    Minus,
}

/// An operator of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Over,
}

/// What an expression is worth.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A name.
    Text(String),
    /// Whether something holds.
    Truth(bool),
}

/// What is wrong with an assertion, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Mistake {
    /// Bytes from the beginning of the text.
    pub at: usize,
    /// What is wrong, and what would be right.
    pub sentence: String,
}

impl Mistake {
    /// A mistake at a place.
    pub fn new(at: usize, sentence: impl Into<String>) -> Mistake {
        Mistake { at, sentence: sentence.into() }
    }
}

impl Expr {
    /// Where it begins.
    pub fn at(&self) -> usize {
        match self {
            Expr::Literal(_) => 0,
            Expr::Call(call) => call.at,
            Expr::Unary { at, .. } | Expr::Binary { at, .. } => *at,
        }
    }

    /// Shows every fact that it asks for, so that names can be checked before anything runs.
    ///
    /// # Errors
    /// The first that `check` returns.
    pub fn each_call(&self, check: &mut dyn FnMut(&Call) -> Result<(), Mistake>) -> Result<(), Mistake> {
        match self {
            Expr::Literal(_) => Ok(()),
            Expr::Call(call) => {
                check(call)?;
                call.arguments.iter().try_for_each(|argument| argument.each_call(check))
            }
            Expr::Unary { of, .. } => of.each_call(check),
            Expr::Binary { sides, .. } => sides.iter().try_for_each(|side| side.each_call(check)),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => number.fmt(f),
            Value::Text(text) => write!(f, "'{text}'"),
            Value::Truth(truth) => truth.fmt(f),
        }
    }
}

impl fmt::Display for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Binary::Or => "||",
            Binary::And => "&&",
            Binary::Less => "<",
            Binary::AtMost => "<=",
            Binary::More => ">",
            Binary::AtLeast => ">=",
            Binary::Equal => "==",
            Binary::Unequal => "!=",
            Binary::Plus => "+",
            Binary::Minus => "-",
            Binary::Times => "*",
            Binary::Over => "/",
        })
    }
}

#[cfg(test)]
mod tests;
