//! What an expression is worth, and why.

use super::{Binary, Call, Expr, Mistake, Unary, Value};

/// Answers what is true of a network.
pub trait Facts {
    /// The value of a fact.
    ///
    /// # Errors
    /// Why there is none, in a sentence: no such fact, no such participant, not known yet.
    fn fact(&self, name: &str, arguments: &[Value]) -> Result<Value, String>;
}

/// Whether an assertion holds, with every fact that it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Whether it holds.
    pub holds: bool,
    /// The facts as they are written, in order, each with its value; each once.
    pub facts: Vec<(String, Value)>,
}

impl Expr {
    /// Whether it holds.
    ///
    /// # Errors
    /// It is not a truth, a fact is not known, or values are joined that cannot be.
    pub fn check(&self, facts: &dyn Facts) -> Result<Account, Mistake> {
        let mut seen = Vec::new();
        match self.value(facts, &mut seen)? {
            Value::Truth(holds) => Ok(Account { holds, facts: seen }),
            other => Err(Mistake::new(
                self.at(),
                format!("it is {other}, which neither holds nor fails: compare it"),
            )),
        }
    }

    fn value(&self, facts: &dyn Facts, seen: &mut Vec<(String, Value)>) -> Result<Value, Mistake> {
        match self {
            Expr::Literal(value) => Ok(value.clone()),
            Expr::Call(call) => call.value(facts, seen),
            Expr::Unary { operator, of, at } => match (operator, of.value(facts, seen)?) {
                (Unary::Not, Value::Truth(truth)) => Ok(Value::Truth(!truth)),
                (Unary::Minus, Value::Number(number)) => Ok(Value::Number(-number)),
                (Unary::Not, other) => Err(Mistake::new(*at, format!("`!` takes a truth, not {other}"))),
                (Unary::Minus, other) => Err(Mistake::new(*at, format!("`-` takes a number, not {other}"))),
            },
            Expr::Binary { operator, sides, at } => {
                let [left, right] = &**sides;
                let (left, right) = (left.value(facts, seen)?, right.value(facts, seen)?);
                operator.join(left, right).map_err(|sentence| Mistake::new(*at, sentence))
            }
        }
    }
}

impl Call {
    fn value(&self, facts: &dyn Facts, seen: &mut Vec<(String, Value)>) -> Result<Value, Mistake> {
        let arguments: Vec<Value> =
            self.arguments.iter().map(|argument| argument.value(facts, seen)).collect::<Result<_, _>>()?;
        if let Some(value) = of_numbers(&self.name, &arguments) {
            return Ok(value);
        }
        let value = facts.fact(&self.name, &arguments).map_err(|sentence| Mistake::new(self.at, sentence))?;
        let written: Vec<String> = arguments.iter().map(Value::to_string).collect();
        let entry = (format!("{}({})", self.name, written.join(", ")), value.clone());
        if !seen.contains(&entry) {
            seen.push(entry);
        }
        Ok(value)
    }
}

/// The facts of rule 2, which are true of any network.
fn of_numbers(name: &str, arguments: &[Value]) -> Option<Value> {
    let number = match (name, arguments) {
        ("abs", [Value::Number(number)]) => number.abs(),
        ("min", [Value::Number(a), Value::Number(b)]) => a.min(*b),
        ("max", [Value::Number(a), Value::Number(b)]) => a.max(*b),
        _ => return None,
    };
    Some(Value::Number(number))
}

impl Binary {
    fn join(self, left: Value, right: Value) -> Result<Value, String> {
        match (left, right) {
            (Value::Truth(a), Value::Truth(b)) => self.truths(a, b).map(Value::Truth),
            (Value::Number(a), Value::Number(b)) => self.numbers(a, b),
            (Value::Text(a), Value::Text(b)) if matches!(self, Binary::Equal | Binary::Unequal) => {
                Ok(Value::Truth((a == b) == (self == Binary::Equal)))
            }
            (left, right) => Err(format!("`{self}` does not join {left} and {right}")),
        }
    }

    fn truths(self, a: bool, b: bool) -> Result<bool, String> {
        match self {
            Binary::Or => Ok(a || b),
            Binary::And => Ok(a && b),
            Binary::Equal => Ok(a == b),
            Binary::Unequal => Ok(a != b),
            _ => Err(format!("`{self}` joins numbers, not truths")),
        }
    }

    fn numbers(self, a: f64, b: f64) -> Result<Value, String> {
        let truth = match self {
            Binary::Less => a < b,
            Binary::AtMost => a <= b,
            Binary::More => a > b,
            Binary::AtLeast => a >= b,
            Binary::Equal => a == b,
            Binary::Unequal => a != b,
            Binary::Plus => return Ok(Value::Number(a + b)),
            Binary::Minus => return Ok(Value::Number(a - b)),
            Binary::Times => return Ok(Value::Number(a * b)),
            Binary::Over if b == 0.0 => return Err("this divides by zero".to_owned()),
            Binary::Over => return Ok(Value::Number(a / b)),
            Binary::Or | Binary::And => return Err(format!("`{self}` joins truths, not numbers")),
        };
        Ok(Value::Truth(truth))
    }
}
