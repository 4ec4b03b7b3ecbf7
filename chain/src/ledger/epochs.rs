//! Weights, bonds, and what epochs leave behind (yuma.md sections 3, 8 and 11).
//!
//! Rules:
//! 1. Between tables and tables the epochs of a subnet are one pure function, [`yuma::mechanisms::epochs`]; here its
//!    input is read and its output stored.
//! 2. One value per row of weights or bonds, one per vector: keyed by subnet, or by mechanism index where mechanisms
//!    differ. The index of the first mechanism is the netuid.
//! 3. Slots that change hands, and numbers that do, have their own files: `slots` and `renumber`.

use super::{children, commits, neurons, params, subnets};
use crate::{
    crypto::AccountId,
    state::{Overlay, StateRead, schema, table::Table},
};
use std::collections::BTreeMap;
use taonet_subnets::{
    amount::Alpha,
    yuma::{self, Ballot, Output, Row, mechanisms},
};

mod renumber;
mod slots;

use slots::set_slot;

pub(crate) use renumber::renumber;
pub(crate) use slots::{forget_bonds_to, forget_slot, reset_slot};

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
const MECHANISM_SPLITS: Table<u16, Vec<u16>> = Table::new(schema::MECHANISM_SPLITS);

/// One of the scorings of a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mechanism {
    /// The subnet.
    pub netuid: u16,
    /// Its number in the subnet, from 0.
    pub number: u8,
}

impl Mechanism {
    /// Under which index its weights, bonds, incentive, last updates and commits are kept: the netuid for the first
    /// one. `None` if there can be no such mechanism.
    pub fn index(self) -> Option<u16> {
        mechanisms::storage_index(self.number, self.netuid)
    }
}

/// What the last epoch left, and when each neuron last set weights; all by UID. Last updates and incentive are those of
/// the first mechanism.
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

/// The index of a mechanism that a subnet has.
pub fn existing(state: &dyn StateRead, mechanism: Mechanism) -> Option<u16> {
    let Mechanism { netuid, number } = mechanism;
    let exists = subnets::exists(state, netuid) && number < params::subnet(state, netuid).mechanism_count;
    mechanism.index().filter(|_| exists)
}

/// The indices of all mechanisms of a subnet, ascending.
pub fn indices(state: &dyn StateRead, netuid: u16) -> impl Iterator<Item = u16> + use<> {
    let count = params::subnet(state, netuid).mechanism_count;
    (0..count).filter_map(move |number| Mechanism { netuid, number }.index())
}

/// How the mechanisms of a subnet share its emission, 65,535ths; `None` for evenly.
pub fn split(state: &dyn StateRead, netuid: u16) -> Option<Vec<u16>> {
    MECHANISM_SPLITS.get(state, &netuid)
}

/// When the weights of each neuron were last set or committed to in a mechanism, by UID.
pub fn last_update(state: &dyn StateRead, index: u16) -> Vec<u64> {
    LAST_UPDATE.get(state, &index).unwrap_or_default()
}

/// What each miner earned in a mechanism's last epoch, by UID: 65,535ths.
pub fn incentive(state: &dyn StateRead, index: u16) -> Vec<u16> {
    INCENTIVE.get(state, &index).unwrap_or_default()
}

/// Whether a neuron holds a validator seat.
pub fn has_permit(state: &dyn StateRead, netuid: u16, uid: u16) -> bool {
    let permits = PERMITS.get(state, &netuid).unwrap_or_default();
    permits.get(usize::from(uid)).copied().unwrap_or(false)
}

/// The weights that a neuron set in a mechanism.
pub fn weights(state: &dyn StateRead, index: u16, uid: u16) -> Row {
    WEIGHTS.get(state, &(index, uid)).unwrap_or_default()
}

/// The bonds of a neuron in a mechanism.
pub fn bonds(state: &dyn StateRead, index: u16, uid: u16) -> Row {
    BONDS.get(state, &(index, uid)).unwrap_or_default()
}

/// What each neuron of a subnet emitted in the last epoch, by UID.
pub fn emission(state: &dyn StateRead, netuid: u16) -> Vec<u64> {
    EMISSION.get(state, &netuid).unwrap_or_default()
}

/// Everything an epoch in the next block would read about a subnet: what its mechanisms share, and the ballots of each.
pub fn epoch_input(state: &dyn StateRead, netuid: u16) -> (yuma::Subnet, Vec<Vec<Ballot>>) {
    let permits = PERMITS.get(state, &netuid).unwrap_or_default();
    let all = neurons::neurons(state, netuid);
    let owner_hotkey = subnets::subnet(state, netuid).and_then(|subnet| subnet.owner_hotkey);
    let neuron = |(uid, neuron): (usize, &neurons::Neuron)| {
        let (alpha, tao) = children::inherited(state, netuid, &neuron.hotkey);
        yuma::Neuron {
            alpha_stake: alpha.units(),
            tao_stake: tao.units(),
            registered_at: neuron.registered_at,
            validator_permit: permits.get(uid).copied().unwrap_or(false),
        }
    };
    let clock = subnets::state_of(state, netuid).unwrap_or_default().clock;
    let subnet = yuma::Subnet {
        params: yuma_params(state, netuid),
        owner_uid: owner_hotkey.and_then(|hotkey| neurons::uid(state, netuid, &hotkey)),
        last_step_block: clock.last_step_block,
        neurons: all.iter().enumerate().map(neuron).collect(),
    };
    let ballots = indices(state, netuid).map(|index| ballots(state, netuid, index, &all)).collect();
    (subnet, ballots)
}

/// The ballots of a mechanism, by UID. Open commits matter only under commit-reveal.
fn ballots(state: &dyn StateRead, netuid: u16, index: u16, all: &[neurons::Neuron]) -> Vec<Ballot> {
    let rules = params::subnet(state, netuid);
    let oldest = if rules.commit_reveal_enabled {
        let epoch = subnets::state_of(state, netuid).unwrap_or_default().clock.epoch_index;
        commits::oldest_open(state, index, epoch, rules.reveal_period)
    } else {
        BTreeMap::new()
    };
    let last_update = last_update(state, index);
    let rows = rows(&WEIGHTS, state, index, all.len()).into_iter().zip(rows(&BONDS, state, index, all.len()));
    let ballot = |(uid, (neuron, (weights, bonds))): (usize, (&neurons::Neuron, (Row, Row)))| Ballot {
        last_update: last_update.get(uid).copied().unwrap_or(0),
        oldest_commit: oldest.get(&neuron.hotkey).copied(),
        weights,
        bonds,
    };
    all.iter().zip(rows).enumerate().map(ballot).collect()
}

/// The rows of the first `count` neurons in a mechanism, by UID: they lie side by side, and are read in one go.
fn rows(table: &Table<(u16, u16), Row>, state: &dyn StateRead, index: u16, count: usize) -> Vec<Row> {
    let mut rows = vec![Row::new(); count];
    for ((_, uid), row) in table.iter_from(state, &index) {
        if let Some(slot) = rows.get_mut(usize::from(uid)) {
            *slot = row;
        }
    }
    rows
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

/// Runs the epochs of all mechanisms of `netuid` in `block` on `emission`, stores what they leave, and says who earned
/// what in all of them together.
pub fn run(state: &mut Overlay<'_>, netuid: u16, block: u64, emission: Alpha) -> Vec<Earnings> {
    let (subnet, ballots) = epoch_input(state, netuid);
    let split = split(state, netuid);
    let combined = mechanisms::epochs(&subnet, &ballots, split.as_deref(), block, emission.units());
    let paid = combined.total.server_emission.iter().zip(&combined.total.validator_emission);
    let earnings = neurons::neurons(state, netuid)
        .into_iter()
        .zip(paid)
        .map(|(neuron, (&incentive, &dividend))| Earnings {
            hotkey: neuron.hotkey,
            incentive: Alpha::new(incentive),
            dividend,
        })
        .collect();
    let all: Vec<u16> = indices(state, netuid).collect();
    let left = combined.bonds.iter().zip(&combined.incentive);
    for (index, (ballots, (bonds, incentive))) in all.iter().zip(ballots.iter().zip(left)) {
        for (uid, (before, row)) in (0..).zip(ballots.iter().zip(bonds)) {
            if before.bonds != *row {
                put_row(&BONDS, state, *index, uid, row);
            }
        }
        INCENTIVE.put(state, index, incentive);
    }
    put_output(state, netuid, &combined.total);
    earnings
}

fn put_output(state: &mut Overlay<'_>, netuid: u16, output: &Output) {
    ACTIVE.put(state, &netuid, &output.active);
    PERMITS.put(state, &netuid, &output.validator_permit);
    STAKE_WEIGHT.put(state, &netuid, &output.stake_weight);
    CONSENSUS.put(state, &netuid, &output.consensus);
    DIVIDENDS.put(state, &netuid, &output.dividends);
    VALIDATOR_TRUST.put(state, &netuid, &output.validator_trust);
    EMISSION.put(state, &netuid, &output.emission);
}

fn put_row(table: &Table<(u16, u16), Row>, state: &mut Overlay<'_>, index: u16, uid: u16, row: &Row) {
    if row.is_empty() {
        table.remove(state, &(index, uid));
    } else {
        table.put(state, &(index, uid), row);
    }
}

/// Stores the weights of a neuron.
pub(crate) fn set_weights(state: &mut Overlay<'_>, index: u16, uid: u16, row: &Row) {
    put_row(&WEIGHTS, state, index, uid, row);
}

/// Notes that a neuron set, or committed to, weights in `block`.
pub(crate) fn set_last_update(state: &mut Overlay<'_>, index: u16, uid: u16, block: u64) {
    set_slot(&LAST_UPDATE, state, index, usize::from(uid), block);
}

/// Stores how mechanisms share the emission; `None` is evenly.
pub(crate) fn set_split(state: &mut Overlay<'_>, netuid: u16, split: Option<&[u16]>) {
    match split {
        Some(parts) => MECHANISM_SPLITS.put(state, &netuid, &parts.to_vec()),
        None => MECHANISM_SPLITS.remove(state, &netuid),
    }
}

/// Prepares for another number of mechanisms: those that are dropped leave nothing behind, those that are new start
/// without weights, and the parts are even again. Must be called before the parameter changes.
pub(crate) fn set_mechanism_count(state: &mut Overlay<'_>, netuid: u16, count: u8) {
    let old = params::subnet(state, netuid).mechanism_count;
    for index in (count..old).filter_map(|number| Mechanism { netuid, number }.index()) {
        clear_mechanism(state, index);
    }
    let n = neurons::count(state, netuid);
    for index in (old..count).filter_map(|number| Mechanism { netuid, number }.index()) {
        LAST_UPDATE.put(state, &index, &vec![0; n]);
        INCENTIVE.put(state, &index, &vec![0; n]);
    }
    if count != old {
        set_split(state, netuid, None);
    }
}

/// Forgets everything that is kept for one mechanism.
pub(crate) fn clear_mechanism(state: &mut Overlay<'_>, index: u16) {
    WEIGHTS.clear(state, &index);
    BONDS.clear(state, &index);
    LAST_UPDATE.remove(state, &index);
    INCENTIVE.remove(state, &index);
    commits::clear(state, index);
}

/// Gives or takes a validator seat; only genesis does this by hand.
pub(crate) fn set_permit(state: &mut Overlay<'_>, netuid: u16, uid: u16, permit: bool) {
    let mut permits = PERMITS.get(state, &netuid).unwrap_or_default();
    if let Some(slot) = permits.get_mut(usize::from(uid)) {
        *slot = permit;
    }
    PERMITS.put(state, &netuid, &permits);
}

/// Writes what each neuron emitted, by UID; only recorded runs do this by hand.
pub(crate) fn set_emission(state: &mut Overlay<'_>, netuid: u16, emission: &Vec<u64>) {
    EMISSION.put(state, &netuid, emission);
}

/// Writes the bonds of a neuron, for tests.
#[cfg(test)]
pub(crate) fn set_bonds(state: &mut Overlay<'_>, index: u16, uid: u16, row: &Row) {
    put_row(&BONDS, state, index, uid, row);
}

/// Forgets all that epochs of a dissolved subnet read and left. Its parameters must still be there.
pub(crate) fn forget_subnet(state: &mut Overlay<'_>, netuid: u16) {
    let all: Vec<u16> = indices(state, netuid).collect();
    for index in all {
        clear_mechanism(state, index);
    }
    ACTIVE.remove(state, &netuid);
    PERMITS.remove(state, &netuid);
    EMISSION.remove(state, &netuid);
    for table in [&STAKE_WEIGHT, &CONSENSUS, &DIVIDENDS, &VALIDATOR_TRUST, &MECHANISM_SPLITS] {
        table.remove(state, &netuid);
    }
}
