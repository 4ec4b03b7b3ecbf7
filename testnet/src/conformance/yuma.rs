//! The vectors of the Yuma epoch: whole epochs, and the rules around them one by one.

mod epoch;
mod rules;
#[cfg(test)]
mod tests;

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use taonet_subnets::yuma::{Params, Row};

use super::{Cases, Error, Malformed, Report};

/// Runs a directory of Yuma vectors.
///
/// # Errors
///
/// If the directory cannot be read or holds no JSON file. What is wrong inside a file is in the report instead.
pub fn yuma(dir: &Path) -> Result<Report, Error> {
    super::run(dir, check)
}

fn check(cases: &mut Cases<'_>, kind: &str, root: &Value) -> Result<(), Malformed> {
    match kind {
        "epoch" => epoch::check(cases, root),
        "mechanisms" => cases.items(root, epoch::mechanisms),
        "split" => cases.items(root, rules::split),
        "upscale" => cases.items(root, rules::upscale),
        "commit_hash" => cases.items(root, rules::commit_hash),
        "schedule" => cases.items(root, rules::schedule),
        "inherited" => cases.items(root, rules::inherited),
        "num_mul" => cases.items(root, rules::mul),
        "num_div_safe" => cases.items(root, rules::div_safe),
        "num_div_saturating" => cases.items(root, rules::div_saturating),
        "num_exp" => cases.items(root, rules::exp),
        "num_proportion_to_u16" => cases.items(root, rules::proportion_to_u16),
        "num_weighted_median" => cases.items(root, rules::weighted_median),
        "num_liquid_alpha" => cases.items(root, rules::liquid_alpha),
        "num_normalize" => cases.items(root, rules::normalize),
        "num_stake" => cases.items(root, rules::stake),
        _ => Err(format!("the kind {kind:?} is not known").into()),
    }
}

/// A row as the files write it: uid, value, uid, value, …
type FlatRow = Vec<u16>;

fn row(flat: &FlatRow) -> Result<Row, Malformed> {
    let (pairs, rest) = flat.as_chunks::<2>();
    if !rest.is_empty() {
        return Err("a row ends in the middle of a pair".into());
    }
    Ok(pairs.iter().map(|&[uid, value]| (uid, value)).collect())
}

fn flat(row: &Row) -> FlatRow {
    row.iter().flat_map(|&(uid, value)| [uid, value]).collect()
}

/// The parameters as the files name them.
#[derive(Deserialize)]
struct ParamsFile {
    tempo: u16,
    activity_cutoff_factor_milli: u32,
    kappa: u16,
    max_allowed_validators: u16,
    bonds_moving_average: u64,
    bonds_penalty: u16,
    yuma3: bool,
    liquid_alpha: bool,
    alpha_low: u16,
    alpha_high: u16,
    alpha_sigmoid_steepness: i16,
    commit_reveal: bool,
    stake_threshold: u64,
    tao_weight: u64,
}

impl From<ParamsFile> for Params {
    fn from(file: ParamsFile) -> Self {
        Self {
            tempo: file.tempo,
            activity_cutoff_factor: file.activity_cutoff_factor_milli,
            kappa: file.kappa,
            max_allowed_validators: file.max_allowed_validators,
            bonds_moving_average: file.bonds_moving_average,
            bonds_penalty: file.bonds_penalty,
            yuma3: file.yuma3,
            liquid_alpha: file.liquid_alpha,
            alpha_low: file.alpha_low,
            alpha_high: file.alpha_high,
            alpha_sigmoid_steepness: file.alpha_sigmoid_steepness,
            commit_reveal: file.commit_reveal,
            stake_threshold: file.stake_threshold,
            tao_weight: file.tao_weight,
        }
    }
}
