//! The vectors of the economy: pools, emission, shares, prices, selections, payouts, locks.
//!
//! A file is an object with one list of cases per rule. What a list is about follows from its name and, where two files
//! use the same name, from a field that only its cases have: so a file may be called anything. One step of a
//! sequence counts as one case. Texts beside the lists are remarks.
//!
//! A file of whole blocks (`steps`) is executed through the chain itself: see [`run`].

mod dividends;
mod emission;
mod locks;
mod pool;
mod registration;
mod run;
mod share_pool;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{Case, Cases, Error, Malformed, Report};

/// Runs a directory of economic vectors.
///
/// # Errors
///
/// If the directory cannot be read or holds no JSON file. What is wrong inside a file is in the report instead.
pub fn econ(dir: &Path) -> Result<Report, Error> {
    super::visit(dir, check_file)
}

/// How the elements of a list are checked.
#[derive(Clone, Copy)]
enum Check {
    /// Each element is one case.
    Each(fn(&mut Case, &Value) -> Result<(), Malformed>),
    /// Each element is a sequence, with a case for each of its steps.
    Sequence(fn(&mut Cases<'_>, &str, &Value) -> Result<(), Malformed>),
}

/// The lists that are understood: name, a field of their cases that tells them from others of the same name, and the
/// check.
const LISTS: &[(&str, Option<&str>, Check)] = &[
    ("boundaries", None, Check::Each(emission::boundary)),
    ("cases", Some("issuance"), Check::Each(emission::block_emission)),
    ("price_shares", None, Check::Each(emission::price_shares)),
    ("subnet_terms", None, Check::Each(emission::subnet_terms)),
    ("moving_price", None, Check::Each(emission::moving_price)),
    ("flow_shares_dormant_variant", None, Check::Each(emission::flow_shares)),
    ("e_factor", None, Check::Each(pool::remaining_factor)),
    ("price", None, Check::Each(pool::price)),
    ("weight_update", None, Check::Each(pool::weight_update)),
    ("delta_to_reach_price", None, Check::Each(pool::amount_to_reach)),
    ("cases", Some("price_limit_rao"), Check::Each(pool::swap)),
    ("limits", None, Check::Each(pool::limits)),
    ("init_with_price", None, Check::Each(pool::init_with_price)),
    ("sequences", Some("quote_weight"), Check::Sequence(pool::sequence)),
    ("safe_float", None, Check::Each(share_pool::safe_float)),
    ("sequences", None, Check::Sequence(share_pool::sequence)),
    ("decay_factor_q32_by_half_life", None, Check::Each(registration::decay_factor)),
    ("trajectories", None, Check::Each(registration::burn_trajectory)),
    ("cases", Some("lock_cost"), Check::Each(registration::lock_cost)),
    ("cases", Some("seal"), Check::Each(registration::pow_seal)),
    ("neuron_to_prune", None, Check::Each(registration::neuron_to_prune)),
    ("subnet_to_prune", None, Check::Each(registration::subnet_to_prune)),
    ("median_price", None, Check::Each(registration::median_price)),
    ("auto_claim_indices", None, Check::Each(dividends::auto_claim_indices)),
    ("validator_split", None, Check::Each(dividends::validator_split)),
    ("parent_child", None, Check::Each(dividends::parent_child)),
    ("distribution", None, Check::Each(dividends::distribution)),
    ("exp_decay", None, Check::Each(locks::exp_decay)),
    ("roll_forward", None, Check::Each(locks::roll_forward)),
];

fn check_file(cases: &mut Cases<'_>, path: &Path) -> Result<(), Malformed> {
    let root: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    let root = root.as_object().ok_or("it is not an object of lists")?;
    if root.contains_key("steps") {
        return run::run(cases, root);
    }
    let mut understood = 0;
    for (name, content) in root {
        match content {
            Value::Array(list) => check_list(cases, name, list)?,
            Value::String(_) => continue,
            _ => return Err(format!("{name:?} is neither a list of cases nor a remark").into()),
        }
        understood += 1;
    }
    if understood == 0 { Err("it has no list of cases".into()) } else { Ok(()) }
}

fn check_list(cases: &mut Cases<'_>, name: &str, list: &[Value]) -> Result<(), Malformed> {
    let first = list.first().unwrap_or(&Value::Null);
    let fits = |field: &Option<&str>| field.is_none_or(|field| first.get(field).is_some());
    let (_, _, check) = LISTS
        .iter()
        .find(|(key, field, _)| *key == name && fits(field))
        .ok_or_else(|| format!("the list {name:?} is not known"))?;
    for (position, item) in list.iter().enumerate() {
        let case = format!("{name}[{position}]");
        match check {
            Check::Each(body) => {
                cases.case(&case, |case| body(case, item));
            }
            Check::Sequence(body) => body(cases, &case, item)?,
        }
    }
    Ok(())
}

/// A number that a file writes as a text because it may not fit 64 bits: raw bits of fixed-point numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Text<T>(T);

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(D::Error::custom)
    }
}

impl<T: fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The texts of several numbers.
fn texts<T>(numbers: impl IntoIterator<Item = T>) -> Vec<Text<T>> {
    numbers.into_iter().map(Text).collect()
}
