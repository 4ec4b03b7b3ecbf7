//! From words and signs to an expression: one function per level of rule 2.

use super::{
    Binary, Call, Expr, MAX_DEPTH, MAX_LENGTH, Mistake, Unary, Value,
    token::{Token, tokens},
};

/// Reads an assertion.
///
/// # Errors
/// The first thing that cannot be read, and what would be right there.
pub fn parse(text: &str) -> Result<Expr, Mistake> {
    if text.len() > MAX_LENGTH {
        let sentence = format!("an assertion has at most {MAX_LENGTH} characters: make two of it");
        return Err(Mistake::new(MAX_LENGTH, sentence));
    }
    let mut parser = Parser { tokens: tokens(text)?, next: 0, end: text.len(), depth: 0 };
    let expr = parser.level(0)?;
    match parser.peek() {
        None => Ok(expr),
        Some(_) => {
            Err(Mistake::new(parser.at(), "something follows that is not joined to what is before it"))
        }
    }
}

/// The operators of two values, from the loosest level to the tightest.
const LEVELS: [&[Binary]; 5] = [
    &[Binary::Or],
    &[Binary::And],
    &[Binary::Less, Binary::AtMost, Binary::More, Binary::AtLeast, Binary::Equal, Binary::Unequal],
    &[Binary::Plus, Binary::Minus],
    &[Binary::Times, Binary::Over],
];

/// The level of comparisons, above which `!` stands.
const COMPARISONS: usize = 2;

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    /// Where the next token stands, or where the text ends.
    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(at, _)| *at)
    }

    fn take(&mut self, wanted: &Token) -> bool {
        let is_next = self.peek() == Some(wanted);
        self.next += usize::from(is_next);
        is_next
    }

    fn level(&mut self, level: usize) -> Result<Expr, Mistake> {
        if level == COMPARISONS && self.peek() == Some(&Token::Not) {
            return self.unary(Unary::Not, |parser| parser.level(COMPARISONS));
        }
        let Some(operators) = LEVELS.get(level) else { return self.signed() };
        let mut left = self.level(level + 1)?;
        while let Some(operator) = self.operator(operators) {
            let at = self.at();
            self.next += 1;
            let right = self.level(level + 1)?;
            left = Expr::Binary { operator, sides: Box::new([left, right]), at };
            if level == COMPARISONS && self.operator(operators).is_some() {
                return Err(Mistake::new(self.at(), "comparisons do not chain: write `a < b && b < c`"));
            }
        }
        Ok(left)
    }

    fn operator(&self, among: &[Binary]) -> Option<Binary> {
        match self.peek() {
            Some(Token::Operator(operator)) if among.contains(operator) => Some(*operator),
            _ => None,
        }
    }

    fn signed(&mut self) -> Result<Expr, Mistake> {
        match self.peek() {
            Some(Token::Operator(Binary::Minus)) => self.unary(Unary::Minus, Parser::signed),
            _ => self.atom(),
        }
    }

    fn unary(
        &mut self,
        operator: Unary,
        of: impl FnOnce(&mut Parser) -> Result<Expr, Mistake>,
    ) -> Result<Expr, Mistake> {
        let at = self.at();
        self.next += 1;
        let of = Box::new(self.deeper(of)?);
        Ok(Expr::Unary { operator, of, at })
    }

    fn atom(&mut self) -> Result<Expr, Mistake> {
        let at = self.at();
        let token = self.peek().cloned();
        self.next += 1;
        match token {
            Some(Token::Number(number)) => Ok(Expr::Literal(Value::Number(number))),
            Some(Token::Text(text)) => Ok(Expr::Literal(Value::Text(text))),
            Some(Token::Name(name)) if name == "true" || name == "false" => {
                Ok(Expr::Literal(Value::Truth(name == "true")))
            }
            Some(Token::Name(name)) => self.call(at, name),
            Some(Token::Open) => {
                let inner = self.deeper(|parser| parser.level(0))?;
                if self.take(&Token::Close) { Ok(inner) } else { Err(Mistake::new(self.at(), CLOSE)) }
            }
            Some(_) => Err(Mistake::new(at, "a number, a name in quotes or a fact is missing before this")),
            None => {
                Err(Mistake::new(at, "it ends too early: a number, a name in quotes or a fact is missing"))
            }
        }
    }

    fn call(&mut self, at: usize, name: String) -> Result<Expr, Mistake> {
        if !self.take(&Token::Open) {
            let sentence = format!("`{name}` is a fact: write `{name}(…)`; names of participants are quoted");
            return Err(Mistake::new(at, sentence));
        }
        let mut arguments = Vec::new();
        while !self.take(&Token::Close) {
            if !arguments.is_empty() && !self.take(&Token::Comma) {
                return Err(Mistake::new(self.at(), CLOSE));
            }
            arguments.push(self.deeper(|parser| parser.level(0))?);
        }
        Ok(Expr::Call(Call { name, arguments, at }))
    }

    fn deeper(&mut self, inner: impl FnOnce(&mut Parser) -> Result<Expr, Mistake>) -> Result<Expr, Mistake> {
        if self.depth >= MAX_DEPTH {
            return Err(Mistake::new(self.at(), format!("it is nested more than {MAX_DEPTH} deep")));
        }
        self.depth += 1;
        let inner = inner(self);
        self.depth -= 1;
        inner
    }
}

const CLOSE: &str = "a closing bracket is missing here";
