//! Whole epochs, step after step, with their traces; and several mechanisms at once.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use taonet_subnets::fixed::{I32F32, I64F64};
use taonet_subnets::yuma::mechanisms::{Combined, epochs, storage_index};
use taonet_subnets::yuma::{Ballot, Neuron, Output, Row, Rows, Step, Subnet, Trace, epoch_traced};

use super::{FlatRow, ParamsFile, flat, row};
use crate::conformance::{Case, Cases, Malformed, parse};

/// Runs the steps of an epoch file, each as a case of its own; bonds, permits and the step block carry over.
pub(super) fn check(cases: &mut Cases<'_>, root: &Value) -> Result<(), Malformed> {
    let mut world = World { params: parse(&root["params"])?, state: parse(&root["state"])? };
    let steps =
        root["epochs"].as_array().filter(|steps| !steps.is_empty()).ok_or("it has no list of epochs")?;
    for (position, step) in steps.iter().enumerate() {
        cases.case(&format!("epoch {position}"), |case| world.step(case, step));
    }
    Ok(())
}

/// The state between two epochs, as the files write it.
struct World {
    params: Map<String, Value>,
    state: Map<String, Value>,
}

impl World {
    fn step(&mut self, case: &mut Case, step: &Value) -> Result<(), Malformed> {
        self.set(&step["set"])?;
        let (block, emission): (u64, u64) = (parse(&step["block"])?, parse(&step["emission"])?);
        let subnet = subnet(&self.params, &self.state)?;
        let ballots = ballots(&Value::Object(self.state.clone()))?;

        let mut recorder = Recorder::default();
        let output = epoch_traced(&subnet, &ballots, block, emission, &mut recorder);
        let bonds: Vec<FlatRow> = output.bonds.iter().map(flat).collect();
        self.state.insert("bonds".into(), json!(bonds));
        self.state.insert("validator_permit".into(), json!(bits(&output.validator_permit)));
        self.state.insert("last_step_block".into(), json!(block));

        let expect = step["expect"].as_object().ok_or("a step does not say what to expect")?;
        compare(case, expect, &output, &bonds)?;
        match expect.get("trace").map(|trace| trace.as_object().ok_or("a trace is not an object")) {
            Some(trace) => recorder.compare(case, trace?),
            None => Ok(()),
        }
    }

    /// Applies a step's changes: new parameters, and single elements of the state by uid.
    fn set(&mut self, changes: &Value) -> Result<(), Malformed> {
        for (field, change) in changes.as_object().ok_or("the changes of a step are not an object")? {
            if field == "params" {
                for (name, value) in change.as_object().ok_or("changed parameters are not an object")? {
                    let parameter = self.params.get_mut(name).ok_or("a changed parameter is not known")?;
                    *parameter = value.clone();
                }
                continue;
            }
            let current =
                self.state.get_mut(field).ok_or_else(|| format!("the changed {field} is not known"))?;
            match (current, change) {
                (Value::Array(elements), Value::Object(by_uid)) => {
                    for (uid, value) in by_uid {
                        let element = elements.get_mut(uid.parse::<usize>()?);
                        *element.ok_or("a change names a uid that does not exist")? = value.clone();
                    }
                }
                (current, value) => *current = value.clone(),
            }
        }
        Ok(())
    }
}

/// What all mechanisms share, from the parameters and the state of a file.
fn subnet(params: &Map<String, Value>, state: &Map<String, Value>) -> Result<Subnet, Malformed> {
    #[derive(Deserialize)]
    struct State {
        owner_uid: Option<u16>,
        last_step_block: u64,
        alpha_stake: Vec<u64>,
        tao_stake: Vec<u64>,
        block_at_registration: Vec<u64>,
        validator_permit: Vec<u8>,
    }
    let params: ParamsFile = parse(&Value::Object(params.clone()))?;
    let state: State = parse(&Value::Object(state.clone()))?;
    let n = state.alpha_stake.len();
    same_length(
        n,
        &[state.tao_stake.len(), state.block_at_registration.len(), state.validator_permit.len()],
    )?;
    let neuron = |uid: usize| Neuron {
        alpha_stake: state.alpha_stake[uid],
        tao_stake: state.tao_stake[uid],
        registered_at: state.block_at_registration[uid],
        validator_permit: state.validator_permit[uid] != 0,
    };
    Ok(Subnet {
        params: params.into(),
        owner_uid: state.owner_uid,
        last_step_block: state.last_step_block,
        neurons: (0..n).map(neuron).collect(),
    })
}

/// The ballots of one mechanism; commits may be left out.
fn ballots(mechanism: &Value) -> Result<Vec<Ballot>, Malformed> {
    #[derive(Deserialize)]
    struct Mechanism {
        last_update: Vec<u64>,
        commit_block: Option<Vec<Option<u64>>>,
        weights: Vec<FlatRow>,
        bonds: Vec<FlatRow>,
    }
    let Mechanism { last_update, commit_block, weights, bonds } = parse(mechanism)?;
    let n = last_update.len();
    let commits = commit_block.unwrap_or_else(|| vec![None; n]);
    same_length(n, &[commits.len(), weights.len(), bonds.len()])?;
    let ballot = |uid: usize| {
        let (weights, bonds) = (row(&weights[uid])?, row(&bonds[uid])?);
        Ok(Ballot { last_update: last_update[uid], oldest_commit: commits[uid], weights, bonds })
    };
    (0..n).map(ballot).collect()
}

fn same_length(n: usize, lengths: &[usize]) -> Result<(), Malformed> {
    if lengths.iter().all(|&length| length == n) {
        Ok(())
    } else {
        Err("arrays by uid differ in length".into())
    }
}

/// Flags as the files write them.
fn bits(flags: &[bool]) -> Vec<u8> {
    flags.iter().copied().map(u8::from).collect()
}

/// Compares every expected field; one that is not known is an error.
fn compare(
    case: &mut Case,
    expect: &Map<String, Value>,
    output: &Output,
    bonds: &[FlatRow],
) -> Result<(), Malformed> {
    for (field, expected) in expect {
        match field.as_str() {
            "bonds_digest" => case.equal(field, expected, digest(&output.bonds))?,
            "bonds" => case.equal(field, expected, bonds)?,
            "trace" => {}
            _ => case.equal(field, expected, result(output, field)?)?,
        }
    }
    if expect.contains_key("bonds_digest") { Ok(()) } else { Err("a step has no digest of the bonds".into()) }
}

/// An output by its name in the files.
fn result(output: &Output, field: &str) -> Result<Value, Malformed> {
    Ok(match field {
        "active" => json!(bits(&output.active)),
        "validator_permit" => json!(bits(&output.validator_permit)),
        "stake" => json!(output.stake),
        "stake_weight" => json!(output.stake_weight),
        "consensus" => json!(output.consensus),
        "incentive" => json!(output.incentive),
        "dividends" => json!(output.dividends),
        "validator_trust" => json!(output.validator_trust),
        "server_emission" => json!(output.server_emission),
        "validator_emission" => json!(output.validator_emission),
        "emission" => json!(output.emission),
        _ => return Err(format!("the expected field {field:?} is not known").into()),
    })
}

/// Number of pairs, sum of the bonds, and their sum weighted by position, modulo 2^64.
fn digest(bonds: &[Row]) -> [u64; 3] {
    let mut digest = [0u64; 3];
    for (i, row) in (1..).zip(bonds) {
        for &(uid, bond) in row {
            let bond = u64::from(bond);
            let place = (u64::from(uid) + 1).wrapping_mul(i);
            digest = [digest[0] + 1, digest[1] + bond, digest[2].wrapping_add(place.wrapping_mul(bond))];
        }
    }
    digest
}

/// Writes down every intermediate result of an epoch, as the files name and write them.
#[derive(Default)]
struct Recorder {
    results: BTreeMap<&'static str, Value>,
}

impl Trace for Recorder {
    fn scalar(&mut self, step: Step, value: I32F32) {
        self.results.insert(step.name(), json!(value.to_bits()));
    }

    fn vector(&mut self, step: Step, values: &[I32F32]) {
        let raw: Vec<i64> = values.iter().map(|value| value.to_bits()).collect();
        self.results.insert(step.name(), json!(raw));
    }

    fn rows(&mut self, step: Step, rows: &Rows) {
        let pairs = |i| rows.pairs(i).flat_map(|(uid, value)| [uid as i64, value.to_bits()]).collect();
        let flat: Vec<Vec<i64>> = (0..rows.len()).map(pairs).collect();
        self.results.insert(step.name(), json!(flat));
    }

    fn stake_totals(&mut self, totals: &[I64F64]) {
        let raw: Vec<String> = totals.iter().map(|total| total.to_bits().to_string()).collect();
        self.results.insert("stake_filtered_i64f64", json!(raw));
    }
}

impl Recorder {
    fn compare(&self, case: &mut Case, trace: &Map<String, Value>) -> Result<(), Malformed> {
        for (name, expected) in trace {
            let got =
                self.results.get(name.as_str()).ok_or_else(|| format!("the trace {name:?} is not known"))?;
            let field = format!("trace.{name}");
            if name == Step::Alphas.name() {
                case.equal(&field, pick(expected, got)?, got)?;
            } else {
                case.equal(&field, expected, got)?;
            }
        }
        Ok(())
    }
}

/// The elements of the dense matrix `expected` at the places of the sparse rows `got`: the file lists the rate of every
/// pair, the epoch needs only those of weights that exist.
fn pick(expected: &Value, got: &Value) -> Result<Vec<Vec<i64>>, Malformed> {
    let (dense, sparse): (Vec<Vec<i64>>, Vec<Vec<i64>>) = (parse(expected)?, parse(got)?);
    same_length(sparse.len(), &[dense.len()])?;
    let picked = |(dense, sparse): (&Vec<i64>, &Vec<i64>)| {
        let places = sparse.iter().step_by(2).copied();
        let value = |uid: i64| usize::try_from(uid).ok().and_then(|uid| dense.get(uid)).copied();
        let pair = |uid| value(uid).map(|value| [uid, value]).ok_or("a matrix is smaller than the subnet");
        let pairs: Result<Vec<_>, _> = places.map(pair).collect();
        Ok(pairs?.concat())
    };
    dense.iter().zip(&sparse).map(picked).collect()
}

/// One subnet epoch over several mechanisms.
pub(super) fn mechanisms(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    let subnet = subnet(&parse(&item["params"])?, &parse(&item["state"])?)?;
    let mechanisms = item["mechanisms"].as_array().ok_or("it has no list of mechanisms")?;
    let mechanisms = mechanisms.iter().map(ballots).collect::<Result<Vec<_>, _>>()?;
    let split: Option<Vec<u16>> = parse(&item["split"])?;
    let netuid: u16 = parse(&item["netuid"])?;
    let combined =
        epochs(&subnet, &mechanisms, split.as_deref(), parse(&item["block"])?, parse(&item["emission"])?);
    for (field, expected) in item["expect"].as_object().ok_or("it does not say what to expect")? {
        match field.as_str() {
            "parts" => case.equal(field, expected, &combined.parts)?,
            "per_mechanism" => case.equal(field, expected, stored(&combined, netuid))?,
            _ => case.equal(field, expected, result(&combined.total, field)?)?,
        }
    }
    Ok(())
}

/// What is stored per mechanism.
fn stored(combined: &Combined, netuid: u16) -> Vec<Value> {
    let mechanism = |(m, (incentive, bonds)): (u8, (&Vec<u16>, &Vec<Row>))| {
        let bonds: Vec<FlatRow> = bonds.iter().map(flat).collect();
        json!({ "storage_index": storage_index(m, netuid), "incentive": incentive, "bonds": bonds })
    };
    (0..).zip(combined.incentive.iter().zip(&combined.bonds)).map(mechanism).collect()
}
