//! Neurons: who they are, and what the last epoch made of them.

use crate::{
    crypto::AccountId,
    ledger::{
        children,
        epochs::{self, Mechanism},
        neurons, stakes, subnets,
    },
    state::StateRead,
    transaction::AxonInfo,
};
use serde::Serialize;
use taonet_subnets::amount::{Alpha, Tao};

/// One neuron, as the last epoch left it. Proportions are in 65,535ths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NeuronInfo {
    /// Its slot.
    pub uid: u16,
    /// Its hotkey.
    pub hotkey: AccountId,
    /// The coldkey that owns the hotkey.
    pub coldkey: Option<AccountId>,
    /// The block of its registration.
    pub registered_at: u64,
    /// The alpha staked to it.
    #[serde(with = "crate::text::alpha")]
    pub alpha_stake: Alpha,
    /// The TAO staked to it on root.
    #[serde(with = "crate::text::tao")]
    pub tao_stake: Tao,
    /// Its stake weight in whole base units of alpha: its alpha and a part of its TAO, less what it lends to child keys
    /// and with what it is lent.
    pub stake_weight: u64,
    /// Whether it spoke lately enough to vote.
    pub active: bool,
    /// Whether it holds a validator seat.
    pub validator_permit: bool,
    /// How much of its weights the consensus supports.
    pub validator_trust: u16,
    /// The weight for it that enough stake supports.
    pub consensus: u16,
    /// What it earns as a miner.
    pub incentive: u16,
    /// What it earns as a validator.
    pub dividends: u16,
    /// What the last epoch emitted to it, before takes and withholdings.
    #[serde(with = "crate::text::alpha")]
    pub emission: Alpha,
    /// When its weights were last set.
    pub last_update: u64,
    /// Where it can be reached.
    pub axon: Option<AxonInfo>,
}

/// All neurons of a subnet, by UID.
pub fn metagraph(state: &dyn StateRead, netuid: u16) -> Option<Vec<NeuronInfo>> {
    subnets::subnet(state, netuid)?;
    let vectors = epochs::vectors(state, netuid);
    let all = neurons::neurons(state, netuid);
    Some((0..).zip(&all).map(|(uid, neuron)| neuron_info(state, netuid, uid, neuron, &vectors)).collect())
}

fn neuron_info(
    state: &dyn StateRead,
    netuid: u16,
    uid: u16,
    neuron: &neurons::Neuron,
    vectors: &epochs::Vectors,
) -> NeuronInfo {
    fn at<T: Copy + Default>(vector: &[T], uid: u16) -> T {
        vector.get(usize::from(uid)).copied().unwrap_or_default()
    }
    let hotkey = neuron.hotkey;
    let alpha_stake = stakes::hotkey_total(state, netuid, &hotkey);
    let tao_stake = Tao::new(stakes::hotkey_total(state, subnets::ROOT, &hotkey).units());
    NeuronInfo {
        uid,
        hotkey,
        coldkey: stakes::owner(state, &hotkey),
        registered_at: neuron.registered_at,
        alpha_stake,
        tao_stake,
        stake_weight: children::stake_weight(state, netuid, &hotkey),
        active: at(&vectors.active, uid),
        validator_permit: at(&vectors.permits, uid),
        validator_trust: at(&vectors.validator_trust, uid),
        consensus: at(&vectors.consensus, uid),
        incentive: at(&vectors.incentive, uid),
        dividends: at(&vectors.dividends, uid),
        emission: Alpha::new(at(&vectors.emission, uid)),
        last_update: at(&vectors.last_update, uid),
        axon: neurons::axon(state, netuid, &hotkey).map(|axon| axon.info),
    }
}

/// The weights that each neuron of a subnet set in its first mechanism, by UID.
pub fn weights(state: &dyn StateRead, netuid: u16) -> Option<Vec<Vec<(u16, u16)>>> {
    mechanism_weights(state, Mechanism { netuid, number: 0 })
}

/// The weights that each neuron set in a mechanism, by UID.
pub fn mechanism_weights(state: &dyn StateRead, mechanism: Mechanism) -> Option<Vec<Vec<(u16, u16)>>> {
    let index = match mechanism.number {
        // Root has no mechanisms, but a place for weights.
        0 => mechanism.index().filter(|_| subnets::exists(state, mechanism.netuid)),
        _ => epochs::existing(state, mechanism),
    }?;
    let count = u16::try_from(neurons::count(state, mechanism.netuid)).unwrap_or(u16::MAX);
    Some((0..count).map(|uid| epochs::weights(state, index, uid)).collect())
}
