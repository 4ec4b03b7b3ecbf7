//! The language of assertions, rule by rule.

use super::{Expr, Facts, Value, parse};
use proptest::prelude::*;

/// Two participants and a truth.
struct Town;

impl Facts for Town {
    fn fact(&self, name: &str, arguments: &[Value]) -> Result<Value, String> {
        match (name, arguments) {
            ("pay", [Value::Text(who)]) if who == "ann" => Ok(Value::Number(3.0)),
            ("pay", [Value::Text(who)]) if who == "bob" => Ok(Value::Number(2.0)),
            ("calm", []) => Ok(Value::Truth(true)),
            _ => Err(format!("nothing is known of `{name}`")),
        }
    }
}

fn holds(text: &str) -> Result<bool, String> {
    let checked = parse(text).and_then(|expr| expr.check(&Town));
    checked.map(|account| account.holds).map_err(|mistake| format!("{}: {mistake}", mistake.at))
}

#[test]
fn an_assertion_says_what_it_says_in_arithmetic() {
    let cases = [
        ("pay('ann') > pay(\"bob\")", true),
        ("1 + 2 * 3 == 7", true),
        ("(1 + 2) * 3 == 9", true),
        ("8 - 4 - 2 == 2", true),
        ("8 / 4 / 2 == 1", true),
        ("-2 * -3 == 6", true),
        ("1 < 2 && 2 < 3 || false", true),
        ("false && false || true", true),
        ("!(1 < 2)", false),
        ("!1 < 2", false),
        ("!calm() || calm()", true),
        ("1_000 <= 1e3", true),
        ("'a' != 'b' && 'a' == 'a'", true),
        ("abs(-2) == max(1, 2) && min(1, 2) == 1", true),
        ("calm() == true", true),
    ];
    for (text, expected) in cases {
        assert_eq!(holds(text), Ok(expected), "{text}");
    }
}

#[test]
fn a_mistake_says_where_it_is_and_what_would_be_right() {
    let cases = [
        ("", "0: it ends too early: a number, a name in quotes or a fact is missing"),
        ("1 <", "3: it ends too early: a number, a name in quotes or a fact is missing"),
        ("1 < < 2", "4: a number, a name in quotes or a fact is missing before this"),
        ("(1 < 2", "6: a closing bracket is missing here"),
        ("calm(1 2)", "7: a closing bracket is missing here"),
        ("1 < 2 3", "6: something follows that is not joined to what is before it"),
        ("1 < 2 < 3", "6: comparisons do not chain: write `a < b && b < c`"),
        ("1 = 1", "2: `=` means nothing here: to compare, write `==`"),
        ("calm() & calm()", "7: `&` means nothing here: write it twice"),
        ("pay(ann) > 1", "4: `ann` is a fact: write `ann(…)`; names of participants are quoted"),
        ("pay('ann", "4: this quote is never closed"),
        ("1.2.3 > 1", "0: `1.2.3` is no number"),
        ("pay('eve') > 1", "0: nothing is known of `pay`"),
        ("1 / 0 > 1", "2: this divides by zero"),
        ("1 + 1", "2: it is 2, which neither holds nor fails: compare it"),
        ("1 && calm()", "2: `&&` does not join 1 and true"),
        ("!1", "0: `!` takes a truth, not 1"),
        ("-calm()", "0: `-` takes a number, not true"),
        ("'a' < 'b'", "4: `<` does not join 'a' and 'b'"),
    ];
    for (text, expected) in cases {
        assert_eq!(holds(text), Err(expected.to_owned()), "{text}");
    }
}

#[test]
fn a_failure_comes_with_every_fact_that_it_rests_on() {
    let expr = parse("pay('ann') < pay('bob') && pay('ann') > 0").expect("it can be read");
    let account = expr.check(&Town).expect("all is known");
    let facts: Vec<String> = account.facts.iter().map(|(fact, value)| format!("{fact} = {value}")).collect();
    assert!(!account.holds);
    assert_eq!(facts, ["pay('ann') = 3", "pay('bob') = 2"]);
}

#[test]
fn names_can_be_checked_before_anything_runs() {
    let expr = parse("max(pay('ann'), 1) > 0 || !calm()").expect("it can be read");
    let mut names = Vec::new();
    let all = expr.each_call(&mut |call| {
        names.push(call.name.clone());
        Ok(())
    });
    assert_eq!((all, names), (Ok(()), vec!["max".to_owned(), "pay".to_owned(), "calm".to_owned()]));
}

#[test]
fn what_would_exhaust_the_reader_is_refused() {
    let deep = format!("{}1{} > 0", "(".repeat(200), ")".repeat(200));
    assert_eq!(holds(&deep), Err("33: it is nested more than 32 deep".to_owned()));
    let long = format!("{} > 0", "1+".repeat(600));
    assert_eq!(
        holds(&long),
        Err("1000: an assertion has at most 1000 characters: make two of it".to_owned())
    );
}

proptest! {
    /// Whatever people type, they get an answer.
    #[test]
    fn no_text_is_too_much(text in "[a-z'\"0-9.<>=!&|()+*/, é-]{0,60}") {
        let _ = parse(&text).and_then(|expr: Expr| expr.check(&Town));
    }
}
