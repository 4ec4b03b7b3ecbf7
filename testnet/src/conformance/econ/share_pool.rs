//! Share pools and their decimal numbers (staking.md section 2).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use taonet_subnets::amount::Alpha;
use taonet_subnets::share_pool::{SafeFloat, SharePool};

use super::Text;
use crate::conformance::{Case, Cases, Malformed, parse};

/// A number as the files write it: mantissa and exponent.
pub(super) type FileFloat = (Text<u128>, i64);

/// The form in which files write a number.
pub(super) fn written(number: SafeFloat) -> FileFloat {
    (Text(number.mantissa()), number.exponent())
}

fn number((mantissa, exponent): FileFloat) -> Result<SafeFloat, Malformed> {
    SafeFloat::new(mantissa.0, exponent).ok_or_else(|| "the mantissa exceeds 10^21".into())
}

pub(super) fn safe_float(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        a: FileFloat,
        b: FileFloat,
        c: FileFloat,
        a_norm: FileFloat,
        b_norm: FileFloat,
        c_norm: FileFloat,
        a_to_u64: u64,
        add: Option<FileFloat>,
        sub: Option<FileFloat>,
        div: Option<FileFloat>,
        a_mul_b_div_c: Option<FileFloat>,
    }
    let file: File = parse(item)?;
    let (a, b, c) = (number(file.a)?, number(file.b)?, number(file.c)?);
    case.equal("a_norm", file.a_norm, written(a))?;
    case.equal("b_norm", file.b_norm, written(b))?;
    case.equal("c_norm", file.c_norm, written(c))?;
    case.equal("a_to_u64", file.a_to_u64, a.to_u64())?;
    case.equal("add", file.add, Some(written(a.plus(b))))?;
    case.equal("sub", file.sub, a.minus(b).map(written))?;
    case.equal("div", file.div, a.divided_by(b).map(written))?;
    case.equal("a_mul_b_div_c", file.a_mul_b_div_c, a.scaled(b, c).map(written))
}

/// A pool and the shares in it.
#[derive(Default)]
struct Stakers {
    pool: SharePool,
    shares: BTreeMap<u64, SafeFloat>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Operation {
    Add,
    Remove,
    Distribute,
    Slash,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    op: Operation,
    key: Option<u64>,
    amount: u64,
    total_value: u64,
    denominator: FileFloat,
    keys: Vec<(u64, FileFloat, u64)>,
    next_1rao_add_ok: bool,
}

pub(super) fn sequence(cases: &mut Cases<'_>, name: &str, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        steps: Vec<Value>,
    }
    let file: File = parse(item)?;
    let mut stakers = Stakers::default();
    for (position, item) in file.steps.iter().enumerate() {
        cases.case(&format!("{name}.steps[{position}]"), |case| step(case, &mut stakers, item));
    }
    Ok(())
}

fn step(case: &mut Case, stakers: &mut Stakers, item: &Value) -> Result<(), Malformed> {
    let step: Step = parse(item)?;
    apply(stakers, &step)?;
    let pool = stakers.pool;
    case.equal("total_value", step.total_value, pool.value.units())?;
    case.equal("denominator", step.denominator, written(pool.denominator))?;
    let keys: Vec<_> = step
        .keys
        .iter()
        .map(|&(key, ..)| {
            let share = stakers.shares.get(&key).copied().unwrap_or_default();
            (key, written(share), pool.value_of(share).units())
        })
        .collect();
    case.equal("keys", step.keys, keys)?;
    case.equal("next_1rao_add_ok", step.next_1rao_add_ok, pool.accepts(Alpha::new(1)))
}

fn apply(Stakers { pool, shares }: &mut Stakers, step: &Step) -> Result<(), Malformed> {
    let amount = Alpha::new(step.amount);
    let share = |key: Option<u64>| key.ok_or("this operation needs a key");
    match step.op {
        Operation::Add => {
            let share = shares.entry(share(step.key)?).or_default();
            *share = pool.deposit(*share, amount);
        }
        Operation::Remove => {
            let share = shares.entry(share(step.key)?).or_default();
            *share = pool.withdraw(*share, amount).unwrap_or(*share);
        }
        Operation::Distribute => pool.distribute(amount),
        Operation::Slash => pool.slash(amount),
    }
    Ok(())
}
