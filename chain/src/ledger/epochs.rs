//! Weights, bonds, and what epochs leave behind (yuma.md sections 3, 8 and 11).
//!
//! Rules:
//! 1. Between tables and tables an epoch is one pure function, [`yuma::epoch`]; here its input is read and its output
//!    stored.
//! 2. One value per row of weights or bonds, one per vector: keyed by subnet, or by mechanism index where mechanisms
//!    differ. A subnet has one mechanism here, whose index is the netuid.
//! 3. A new neuron starts with nothing; whoever takes over a slot inherits nothing, and what others set for its
//!    predecessor becomes an explicit zero.

use super::{neurons, params, stakes, subnets};
use crate::{
    crypto::AccountId,
    state::{Overlay, StateRead, schema, table::Table},
};
use taonet_subnets::{
    amount::Alpha,
    yuma::{self, Ballot, Output, Row, submission},
};

const WEIGHTS: Table<(u16, u16), Row> = Table::new(schema::WEIGHTS);
const BONDS: Table<(u16, u16), Row> = Table::new(schema::BONDS);
const LAST_UPDATE: Table<u16, Vec<u64>> = Table::new(schema::LAST_UPDATE);
const INCENTIVE: Table<u16, Vec<u16>> = Table::new(schema::INCENTIVE);
const ACTIVE: Table<u16, Vec<bool>> = Table::new(schema::ACTIVE);
const PERMITS: Table<u16, Vec<bool>> = Table::new(schema::PERMITS);
const STAKE_WEIGHT: Table<u16, Vec<u16>> = Table::new(schema::STAKE_WEIGHT);
const CONSENSUS: Table<u16, Vec<u16>> = Table::new(schema::CONSENSUS);
const DIVIDENDS: Table<u16, Vec<u16>> = Table::new(schema::DIVIDENDS);
const VALIDATOR_TRUST: Table<u16, Vec<u16>> = Table::new(schema::VALIDATOR_TRUST);
const EMISSION: Table<u16, Vec<u64>> = Table::new(schema::EMISSION);

/// What the last epoch left, and when each neuron last set weights; all by UID.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vectors {
    /// When weights were last set, or the slot was last given: block.
    pub last_update: Vec<u64>,
    /// What miners earn: 65,535ths.
    pub incentive: Vec<u16>,
    /// Who spoke lately enough to vote.
    pub active: Vec<bool>,
    /// Who holds a validator seat.
    pub permits: Vec<bool>,
    /// Each one's part of all stake: 65,535ths.
    pub stake_weight: Vec<u16>,
    /// The weight that enough stake supports: 65,535ths.
    pub consensus: Vec<u16>,
    /// What validators earn: 65,535ths.
    pub dividends: Vec<u16>,
    /// How much of a validator's row the consensus supports: 65,535ths.
    pub validator_trust: Vec<u16>,
    /// What the last epoch emitted: alpha. The score by which neurons are replaced.
    pub emission: Vec<u64>,
}

/// What an epoch gives one neuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earnings {
    /// The neuron's hotkey.
    pub hotkey: AccountId,
    /// What it mined, paid as it is.
    pub incentive: Alpha,
    /// What it validated, the key by which dividends are shared.
    pub dividend: u64,
}

/// Runs the epoch of a subnet in a block, distributing some alpha, and says who earned what, by UID. The block step
/// takes it as a parameter, so that recorded epochs can be replayed.
pub type EpochFunction<'f> = dyn Fn(&mut Overlay<'_>, u16, u64, Alpha) -> Vec<Earnings> + 'f;

/// What the last epoch of a subnet left.
pub fn vectors(state: &dyn StateRead, netuid: u16) -> Vectors {
    Vectors {
        last_update: LAST_UPDATE.get(state, &netuid).unwrap_or_default(),
        incentive: INCENTIVE.get(state, &netuid).unwrap_or_default(),
        active: ACTIVE.get(state, &netuid).unwrap_or_default(),
        permits: PERMITS.get(state, &netuid).unwrap_or_default(),
        stake_weight: STAKE_WEIGHT.get(state, &netuid).unwrap_or_default(),
        consensus: CONSENSUS.get(state, &netuid).unwrap_or_default(),
        dividends: DIVIDENDS.get(state, &netuid).unwrap_or_default(),
        validator_trust: VALIDATOR_TRUST.get(state, &netuid).unwrap_or_default(),
        emission: EMISSION.get(state, &netuid).unwrap_or_default(),
    }
}

/// When the weights of each neuron were last set, by UID.
pub fn last_update(state: &dyn StateRead, netuid: u16) -> Vec<u64> {
    LAST_UPDATE.get(state, &netuid).unwrap_or_default()
}

/// Whether a neuron holds a validator seat.
pub fn has_permit(state: &dyn StateRead, netuid: u16, uid: u16) -> bool {
    let permits = PERMITS.get(state, &netuid).unwrap_or_default();
    permits.get(usize::from(uid)).copied().unwrap_or(false)
}

/// The weights that a neuron set.
pub fn weights(state: &dyn StateRead, netuid: u16, uid: u16) -> Row {
    WEIGHTS.get(state, &(netuid, uid)).unwrap_or_default()
}

/// The bonds of a neuron.
pub fn bonds(state: &dyn StateRead, netuid: u16, uid: u16) -> Row {
    BONDS.get(state, &(netuid, uid)).unwrap_or_default()
}

/// What each neuron of a subnet emitted in the last epoch, by UID.
pub fn emission(state: &dyn StateRead, netuid: u16) -> Vec<u64> {
    EMISSION.get(state, &netuid).unwrap_or_default()
}

/// Everything an epoch in the next block would read about a subnet.
pub fn epoch_input(state: &dyn StateRead, netuid: u16) -> (yuma::Subnet, Vec<Ballot>) {
    let vectors = vectors(state, netuid);
    let all = neurons::neurons(state, netuid);
    let owner_hotkey = subnets::subnet(state, netuid).and_then(|subnet| subnet.owner_hotkey);
    let neuron = |(uid, neuron): (usize, &neurons::Neuron)| yuma::Neuron {
        alpha_stake: stakes::hotkey_total(state, netuid, &neuron.hotkey).units(),
        tao_stake: stakes::hotkey_total(state, subnets::ROOT, &neuron.hotkey).units(),
        registered_at: neuron.registered_at,
        validator_permit: vectors.permits.get(uid).copied().unwrap_or(false),
    };
    let ballot = |(uid, &last_update): (u16, &u64)| Ballot {
        last_update,
        oldest_commit: None,
        weights: weights(state, netuid, uid),
        bonds: bonds(state, netuid, uid),
    };
    let subnet = yuma::Subnet {
        params: yuma_params(state, netuid),
        owner_uid: owner_hotkey.and_then(|hotkey| neurons::uid(state, netuid, &hotkey)),
        last_step_block: subnets::state_of(state, netuid).map_or(0, |subnet| subnet.clock.last_step_block),
        neurons: all.iter().enumerate().map(neuron).collect(),
    };
    (subnet, (0..).zip(&vectors.last_update).map(ballot).collect())
}

fn yuma_params(state: &dyn StateRead, netuid: u16) -> yuma::Params {
    let (subnet, network) = (params::subnet(state, netuid), params::network(state));
    yuma::Params {
        tempo: subnet.tempo,
        activity_cutoff_factor: subnet.activity_cutoff_factor,
        kappa: subnet.kappa,
        max_allowed_validators: subnet.max_allowed_validators,
        bonds_moving_average: subnet.bonds_moving_average,
        bonds_penalty: subnet.bonds_penalty,
        yuma3: subnet.yuma3_enabled,
        liquid_alpha: subnet.liquid_alpha_enabled,
        alpha_low: subnet.alpha_low,
        alpha_high: subnet.alpha_high,
        alpha_sigmoid_steepness: subnet.alpha_sigmoid_steepness,
        commit_reveal: subnet.commit_reveal_enabled,
        stake_threshold: network.stake_threshold,
        tao_weight: network.tao_weight,
    }
}

/// Runs the epoch of `netuid` in `block` on `emission`, stores what it leaves, and says who earned what.
pub fn run(state: &mut Overlay<'_>, netuid: u16, block: u64, emission: Alpha) -> Vec<Earnings> {
    let (subnet, ballots) = epoch_input(state, netuid);
    let mut output = yuma::epoch(&subnet, &ballots, block, emission.units());
    let paid = output.server_emission.iter().zip(&output.validator_emission);
    let earnings = neurons::neurons(state, netuid)
        .into_iter()
        .zip(paid)
        .map(|(neuron, (&incentive, &dividend))| Earnings {
            hotkey: neuron.hotkey,
            incentive: Alpha::new(incentive),
            dividend,
        })
        .collect();
    for (uid, row) in (0..).zip(std::mem::take(&mut output.bonds)) {
        put_row(&BONDS, state, netuid, uid, &row);
    }
    put_output(state, netuid, &output);
    earnings
}

fn put_output(state: &mut Overlay<'_>, netuid: u16, output: &Output) {
    INCENTIVE.put(state, &netuid, &output.incentive);
    ACTIVE.put(state, &netuid, &output.active);
    PERMITS.put(state, &netuid, &output.validator_permit);
    STAKE_WEIGHT.put(state, &netuid, &output.stake_weight);
    CONSENSUS.put(state, &netuid, &output.consensus);
    DIVIDENDS.put(state, &netuid, &output.dividends);
    VALIDATOR_TRUST.put(state, &netuid, &output.validator_trust);
    EMISSION.put(state, &netuid, &output.emission);
}

fn put_row(table: &Table<(u16, u16), Row>, state: &mut Overlay<'_>, netuid: u16, uid: u16, row: &Row) {
    if row.is_empty() {
        table.remove(state, &(netuid, uid));
    } else {
        table.put(state, &(netuid, uid), row);
    }
}

/// Stores the weights of a neuron, set in `block`.
pub(crate) fn set_weights(state: &mut Overlay<'_>, netuid: u16, uid: u16, row: &Row, block: u64) {
    put_row(&WEIGHTS, state, netuid, uid, row);
    let mut last_update = last_update(state, netuid);
    if let Some(slot) = last_update.get_mut(usize::from(uid)) {
        *slot = block;
    }
    LAST_UPDATE.put(state, &netuid, &last_update);
}

/// Gives or takes a validator seat; only genesis does this by hand.
pub(crate) fn set_permit(state: &mut Overlay<'_>, netuid: u16, uid: u16, permit: bool) {
    let mut permits = PERMITS.get(state, &netuid).unwrap_or_default();
    if let Some(slot) = permits.get_mut(usize::from(uid)) {
        *slot = permit;
    }
    PERMITS.put(state, &netuid, &permits);
}

/// The vectors of a slot that was given to a new neuron in `block`: appended, or written over.
pub(crate) fn reset_slot(state: &mut Overlay<'_>, netuid: u16, uid: u16, block: u64) {
    let slot = usize::from(uid);
    set_slot(&LAST_UPDATE, state, netuid, slot, block);
    set_slot(&INCENTIVE, state, netuid, slot, 0);
    set_slot(&ACTIVE, state, netuid, slot, true);
    set_slot(&PERMITS, state, netuid, slot, false);
    set_slot(&STAKE_WEIGHT, state, netuid, slot, 0);
    set_slot(&CONSENSUS, state, netuid, slot, 0);
    set_slot(&DIVIDENDS, state, netuid, slot, 0);
    set_slot(&VALIDATOR_TRUST, state, netuid, slot, 0);
    set_slot(&EMISSION, state, netuid, slot, 0);
}

/// Forgets what the former holder of a slot set and what others set for it. Others' bonds stay until the epoch masks
/// them.
pub(crate) fn forget_slot(state: &mut Overlay<'_>, netuid: u16, uid: u16) {
    WEIGHTS.remove(state, &(netuid, uid));
    BONDS.remove(state, &(netuid, uid));
    let (keys, mut rows): (Vec<_>, Vec<Row>) = WEIGHTS.iter_from(state, &netuid).unzip();
    submission::forget_weights_to(&mut rows, uid);
    for (key, row) in keys.iter().zip(&rows) {
        WEIGHTS.put(state, key, row);
    }
}

fn set_slot<T>(table: &Table<u16, Vec<T>>, state: &mut Overlay<'_>, netuid: u16, slot: usize, value: T)
where
    T: borsh::BorshSerialize + borsh::BorshDeserialize,
{
    let mut vector = table.get(state, &netuid).unwrap_or_default();
    match vector.get_mut(slot) {
        Some(old) => *old = value,
        None => vector.push(value),
    }
    table.put(state, &netuid, &vector);
}
