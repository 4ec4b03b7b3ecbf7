//! What the command line says: results on stdout, talk on stderr.
//!
//! Rules:
//! 1. A result is for people, or with `--json` one JSON document; never both, and nothing else is on stdout.
//! 2. With `--json` an error is a JSON document as well, with the field `error`.
//! 3. Every error ends with what to try.

use crate::{
    error::complaint,
    fault::{Fault, Paid},
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::io::{self, IsTerminal, Write};

/// How many decimals of an amount people want to see.
const DECIMALS: usize = 4;

/// How the command line speaks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    pub(super) json: bool,
    pub(super) quiet: bool,
}

impl Output {
    /// A result: `value` for programs, `text` for people.
    pub(super) fn result(&self, value: &impl Serialize, text: impl FnOnce() -> String) {
        if self.json {
            self.json(serde_json::to_value(value).unwrap_or_default());
        } else {
            print(&text());
        }
    }

    fn json(&self, value: Value) {
        let value = unfold(value);
        print(&serde_json::to_string_pretty(&value).unwrap_or_default());
    }

    /// One line of many results, such as a block of a stream: compact with `--json`.
    pub(super) fn line(&self, value: &impl Serialize, text: impl FnOnce() -> String) {
        if self.json {
            print(&unfold(serde_json::to_value(value).unwrap_or_default()).to_string());
        } else {
            print(&text());
        }
    }

    /// Something said on the way to the result.
    pub(super) fn talk(&self, text: &str) {
        if !self.quiet && !self.json {
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// How far something is; `last` ends it. On a terminal each word takes the place of the one before.
    pub(super) fn progress(&self, text: &str, last: bool) {
        if self.quiet || self.json {
            return;
        }
        let mut err = io::stderr();
        let _ = match (err.is_terminal(), last) {
            // Back to the start of the line, and clear the rest of it.
            (true, false) => write!(err, "\r{text}\x1b[K"),
            (true, true) => writeln!(err, "\r{text}\x1b[K"),
            (false, _) => writeln!(err, "{text}"),
        };
        let _ = err.flush();
    }

    /// Why there is no result.
    pub(super) fn fault(&self, fault: &Fault) {
        if self.json {
            let mut document = json!({ "error": fault.to_detail() });
            if let Some(paid) = &fault.paid {
                document["transaction"] = json!({ "id": paid.id, "height": paid.height, "fee": paid.fee });
            }
            self.json(document);
        } else {
            let _ = write!(io::stderr(), "{}", explain(fault));
        }
    }
}

/// A fault for people: what is wrong, then what to try.
pub(super) fn explain(fault: &Fault) -> String {
    let what = match fault.number {
        0 => fault.sentence.clone(),
        number => format!("{} ({number}, {}): {}", fault.name, fault.code, fault.sentence),
    };
    let complaint = complaint(&what, &fault.remedy);
    match fault.paid.as_deref() {
        Some(Paid { id, height, fee }) => {
            let (height, fee) = (grouped(*height), exact(*fee));
            format!("{complaint}paid:  {fee} τ, the fee in block {height}; taonet query tx {id}\n")
        }
        None => complaint,
    }
}

/// Prints a result. A reader that has gone, such as `head`, is no error.
fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = out.write_all(b"\n");
    }
}

/// Turns fields that carry JSON as text (`fields_json`) into fields that are JSON (`fields`).
fn unfold(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(unfold).collect()),
        Value::Object(fields) => Value::Object(fields.into_iter().map(unfold_field).collect::<Map<_, _>>()),
        other => other,
    }
}

fn unfold_field((name, value): (String, Value)) -> (String, Value) {
    let parsed = |text: &String| serde_json::from_str(text).ok();
    match (name.strip_suffix("_json"), &value) {
        (Some(short), Value::String(text)) => match parsed(text) {
            Some(inner) => (short.to_owned(), inner),
            None => (name, value),
        },
        _ => (name, unfold(value)),
    }
}

/// An amount to the last unit, for what is paid and can be spent: a few decimals, or as many as it has.
pub(super) fn exact(units: u64) -> String {
    let decimals = format!("{:09}", units % 1_000_000_000);
    let shown = decimals.trim_end_matches('0').len().max(DECIMALS);
    format!("{}.{decimals:.shown$}", grouped(units / 1_000_000_000))
}

/// An amount of base units as whole units with a few decimals and thousands apart: `1,234.5000`.
pub(super) fn amount(units: u64) -> String {
    let step = 10u64.pow(9 - DECIMALS as u32);
    let rounded = units / step + u64::from(units % step >= step / 2);
    let scale = 10u64.pow(DECIMALS as u32);
    format!("{}.{:0DECIMALS$}", grouped(rounded / scale), rounded % scale)
}

/// A number with thousands apart.
pub(super) fn grouped(number: u64) -> String {
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

/// A `u16` share as a decimal: 65535 is `1.0000`.
pub(super) fn share(value: u32) -> String {
    let ten_thousandths = (u64::from(value) * 10_000 + 32_767) / 65_535;
    format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use taonet_chain::CallError;

    #[test]
    fn amounts_are_rounded_for_people() {
        let table = [
            (0, "0.0000"),
            (1_500_000_000, "1.5000"),
            (49_999, "0.0000"),
            (50_000, "0.0001"),
            (999_999_999_999, "1,000.0000"),
            (1_234_567_000_000_000, "1,234,567.0000"),
        ];
        for (units, text) in table {
            assert_eq!(amount(units), text);
        }
    }

    #[test]
    fn what_is_paid_and_can_be_spent_is_shown_to_the_last_unit() {
        let table = [
            (0, "0.0000"),
            (50_000, "0.00005"),
            (1_500_000_000, "1.5000"),
            (99_998_999_950_000, "99,998.99995"),
            (1, "0.000000001"),
        ];
        for (units, text) in table {
            assert_eq!(exact(units), text);
        }
    }

    #[test]
    fn who_paid_for_a_failure_is_told_so() {
        let paid = Paid { id: "ab12".into(), height: 1_207, fee: 300_000 };
        let fault = Fault { paid: Some(Box::new(paid)), ..Fault::from(CallError::AmountTooLow) };
        let text = explain(&fault);
        assert!(
            text.ends_with("\npaid:  0.0003 τ, the fee in block 1,207; taonet query tx ab12\n"),
            "{text}"
        );
    }

    #[test]
    fn shares_go_from_zero_to_one() {
        assert_eq!([share(0), share(32_768), share(65_535)], ["0.0000", "0.5000", "1.0000"]);
    }

    #[test]
    fn json_in_text_becomes_json() {
        let value =
            json!({ "events": [{ "name": "Transfer", "fields_json": "{\"amount\":5}" }], "x_json": 1 });
        let expected = json!({ "events": [{ "name": "Transfer", "fields": { "amount": 5 } }], "x_json": 1 });
        assert_eq!(unfold(value), expected);
    }

    #[test]
    fn a_failed_call_is_explained_with_name_number_code_sentence_and_remedy() {
        insta::assert_snapshot!(explain(&CallError::NotEnoughBalanceToStake.into()), @r"
        error: NotEnoughBalanceToStake (200, insufficient_balance): The coldkey's free balance is too low.
        try:   Use a smaller amount or fund the coldkey.
        ");
    }
}
