//! Subnets: what rarely changes about them, and the one record of what changes in every block.
//!
//! Rules:
//! 1. Netuid 0 is root: it has no market (one alpha is one TAO) and no epoch.
//! 2. A number is given out again after its subnet was dissolved; the next subnet starts with what [`Remains`].
//! 3. [`SubnetState`] is one value, so that a block without transactions writes one key per subnet, and its account's
//!    balance as the second.

use super::bits;
use crate::{
    crypto::AccountId,
    params::SubnetParams,
    state::{Overlay, StateRead, schema, table::Table},
};
use borsh::{BorshDeserialize, BorshSerialize};
use taonet_subnets::{
    amount::{Alpha, Tao},
    emission::flow::FlowAverages,
    fixed::{I64F64, I96F32, U96F32},
    pool::Pool,
    yuma::schedule::Counters,
};

/// The root network.
pub const ROOT: u16 = 0;

const SUBNETS: Table<u16, Subnet> = Table::new(schema::SUBNETS);
const SUBNET_STATES: Table<u16, SubnetState> = Table::new(schema::SUBNET_STATES);
const CREATIONS: Table<u16, u64> = Table::new(schema::CREATIONS);
const REMAINS: Table<u16, Remains> = Table::new(schema::REMAINS);
const CREATION: Table<(), Creation> = Table::new(schema::CREATION);

/// What rarely changes about a subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Subnet {
    /// What people call it.
    pub name: String,
    /// The symbol of its token.
    pub symbol: String,
    /// The owner's coldkey; `None` for root.
    pub owner: Option<AccountId>,
    /// The owner's hotkey.
    pub owner_hotkey: Option<AccountId>,
    /// The block of its creation.
    pub registered_at: u64,
    /// What its creation cost.
    pub locked: Tao,
}

/// What changes about a subnet in every block.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SubnetState {
    /// The reserves and weights of its market.
    pub pool: Pool,
    /// The alpha outside the pool: staked, pending, or nobody's.
    pub alpha_out: Alpha,
    /// The part of it that chain buys bought.
    pub protocol_alpha: Alpha,
    /// What its alpha has been worth over the last weeks.
    #[borsh(serialize_with = "bits::i96f32::write", deserialize_with = "bits::i96f32::read")]
    pub moving_price: I96F32,
    /// The fraction of the last epoch's incentive that was withheld from the owner's miners.
    #[borsh(serialize_with = "bits::u96f32::write", deserialize_with = "bits::u96f32::read")]
    pub miner_burned: U96F32,
    /// Root's part of the subnet after the last block with emission; for display.
    #[borsh(serialize_with = "bits::u96f32::write", deserialize_with = "bits::u96f32::read")]
    pub root_proportion: U96F32,
    /// The block of the start call plus one; `None` before it.
    pub first_emission_block: Option<u64>,
    /// What waits for the epoch.
    pub pending: Pending,
    /// What the last block's coinbase did.
    pub last: LastBlock,
    /// All that was ever traded, in TAO.
    pub volume: u128,
    /// TAO that users put in less what they took out.
    pub user_flow: i64,
    /// TAO that the protocol put in less what it took out.
    pub protocol_flow: i64,
    /// Averages of both flows, where they decide who gets TAO.
    pub flow_averages: Flows,
    /// When its epochs run.
    pub clock: Clock,
    /// The price of a registration.
    pub burn: Tao,
    /// Registrations in this block and in this interval; root alone is limited by them.
    pub registrations: Registrations,
    /// Everything since genesis.
    pub totals: Totals,
}

/// The averages of a subnet's flows of TAO, in RAO per block ([`FlowAverages`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Flows {
    /// What users put in less what they took out.
    #[borsh(serialize_with = "bits::i64f64::write", deserialize_with = "bits::i64f64::read")]
    pub user: I64F64,
    /// What the protocol put in less what it took out.
    #[borsh(serialize_with = "bits::i64f64::write", deserialize_with = "bits::i64f64::read")]
    pub protocol: I64F64,
}

impl From<Flows> for FlowAverages {
    fn from(flows: Flows) -> FlowAverages {
        FlowAverages { user: flows.user, protocol: flows.protocol }
    }
}

impl From<FlowAverages> for Flows {
    fn from(averages: FlowAverages) -> Flows {
        Flows { user: averages.user, protocol: averages.protocol }
    }
}

/// The alpha that waits for a subnet's epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pending {
    /// For miners.
    pub server: Alpha,
    /// For validators and their nominators.
    pub validator: Alpha,
    /// For root's stakers.
    pub root: Alpha,
    /// For the owner.
    pub owner: Alpha,
}

impl Pending {
    /// What the epoch distributes: all but the owner's cut.
    pub fn for_epoch(&self) -> Alpha {
        self.server.saturating_add(self.validator).saturating_add(self.root)
    }
}

/// What a block's coinbase did for a subnet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct LastBlock {
    /// TAO that became liquidity.
    pub tao_in: Tao,
    /// Alpha that became liquidity.
    pub alpha_in: Alpha,
    /// Alpha set aside for participants.
    pub alpha_out: Alpha,
    /// TAO that bought alpha.
    pub excess: Tao,
    /// TAO that root's stakers got for their dividends since.
    pub root_sold: Tao,
}

/// The counters of a subnet's epochs, besides its tempo ([`Counters`] says what each is).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Clock {
    /// Block of the last epoch slot.
    pub last_epoch_block: u64,
    /// Block from which a triggered or deferred epoch is due; 0 for none.
    pub pending_epoch_at: u64,
    /// Blocks since the pending emission was last taken.
    pub blocks_since_last_step: u64,
    /// How many epoch slots have passed.
    pub epoch_index: u64,
    /// Block of the last epoch that ran.
    pub last_step_block: u64,
}

impl Clock {
    /// The clock with the subnet's tempo.
    pub fn counters(self, tempo: u16) -> Counters {
        Counters {
            tempo,
            last_epoch_block: self.last_epoch_block,
            pending_epoch_at: self.pending_epoch_at,
            blocks_since_last_step: self.blocks_since_last_step,
            epoch_index: self.epoch_index,
            last_step_block: self.last_step_block,
        }
    }
}

impl From<Counters> for Clock {
    fn from(counters: Counters) -> Clock {
        Clock {
            last_epoch_block: counters.last_epoch_block,
            pending_epoch_at: counters.pending_epoch_at,
            blocks_since_last_step: counters.blocks_since_last_step,
            epoch_index: counters.epoch_index,
            last_step_block: counters.last_step_block,
        }
    }
}

/// How many neurons registered lately: on root, and where the price is adjusted once per interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Registrations {
    /// In this block.
    pub this_block: u16,
    /// In this interval.
    pub this_interval: u16,
    /// Those of this interval that were paid for by work.
    pub works: u16,
}

/// What happened to a subnet since it exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// TAO that the protocol added to the pool.
    pub tao_injected: Tao,
    /// TAO with which the protocol bought alpha.
    pub tao_bought: Tao,
    /// What registrations cost in all.
    pub registrations_paid: Tao,
    /// How many epochs ran.
    pub epochs: u64,
}

impl SubnetState {
    /// Its alpha in the pool and outside.
    pub fn alpha_issuance(&self) -> Alpha {
        self.pool.alpha.saturating_add(self.alpha_out)
    }

    /// Lowers alpha out: the alpha can be emitted again.
    pub fn recycle(&mut self, amount: Alpha) {
        self.alpha_out = self.alpha_out.saturating_sub(amount);
    }
}

/// When and at what cost subnets were last created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Creation {
    /// The block of the last creation by a user; 0 for none.
    pub last_block: u64,
    /// What it cost; before the first, the least lock cost.
    pub last_lock: Tao,
}

/// What a dissolved subnet leaves to the next of its number (registration.md section 9): a quirk to keep.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Remains {
    /// Its parameters, of which the next subnet takes some.
    pub params: SubnetParams,
    /// The stored part of root.
    #[borsh(serialize_with = "bits::u96f32::write", deserialize_with = "bits::u96f32::read")]
    pub root_proportion: U96F32,
}

/// Whether there is such a subnet.
pub fn exists(state: &dyn StateRead, netuid: u16) -> bool {
    SUBNETS.contains(state, &netuid)
}

/// What rarely changes about a subnet.
pub fn subnet(state: &dyn StateRead, netuid: u16) -> Option<Subnet> {
    SUBNETS.get(state, &netuid)
}

/// What changes in every block about a subnet.
pub fn state_of(state: &dyn StateRead, netuid: u16) -> Option<SubnetState> {
    SUBNET_STATES.get(state, &netuid)
}

/// The numbers of all subnets, ascending, root first.
pub fn netuids(state: &dyn StateRead) -> Vec<u16> {
    SUBNETS.iter(state).map(|(netuid, _)| netuid).collect()
}

/// The states of all subnets, ascending, root first.
pub fn states(state: &dyn StateRead) -> Vec<(u16, SubnetState)> {
    SUBNET_STATES.iter(state).collect()
}

/// When and at what cost subnets were last created.
pub fn creation(state: &dyn StateRead) -> Creation {
    CREATION.get(state, &()).unwrap_or_default()
}

/// How many subnets have had this number.
pub fn creations(state: &dyn StateRead, netuid: u16) -> u64 {
    CREATIONS.get(state, &netuid).unwrap_or_default()
}

/// What the last subnet of this number left.
pub(crate) fn remains(state: &dyn StateRead, netuid: u16) -> Option<Remains> {
    REMAINS.get(state, &netuid)
}

/// Writes a new subnet, which takes over what remains of the last one.
pub(crate) fn found(state: &mut Overlay<'_>, netuid: u16, subnet: &Subnet, start: &SubnetState) {
    let count = creations(state, netuid).saturating_add(1);
    CREATIONS.put(state, &netuid, &count);
    REMAINS.remove(state, &netuid);
    put_subnet(state, netuid, subnet);
    put_state(state, netuid, start);
}

/// Removes a subnet and notes what it leaves.
pub(crate) fn remove(state: &mut Overlay<'_>, netuid: u16, remains: &Remains) {
    REMAINS.put(state, &netuid, remains);
    SUBNETS.remove(state, &netuid);
    SUBNET_STATES.remove(state, &netuid);
}

/// Writes what rarely changes.
pub(crate) fn put_subnet(state: &mut Overlay<'_>, netuid: u16, subnet: &Subnet) {
    SUBNETS.put(state, &netuid, subnet);
}

/// Writes what changes in every block.
pub(crate) fn put_state(state: &mut Overlay<'_>, netuid: u16, subnet: &SubnetState) {
    SUBNET_STATES.put(state, &netuid, subnet);
}

/// Changes the state of a subnet; nothing happens if there is no such subnet.
pub(crate) fn update(state: &mut Overlay<'_>, netuid: u16, change: impl FnOnce(&mut SubnetState)) {
    if let Some(mut subnet) = state_of(state, netuid) {
        change(&mut subnet);
        put_state(state, netuid, &subnet);
    }
}

/// Notes a creation.
pub(crate) fn set_creation(state: &mut Overlay<'_>, creation: &Creation) {
    CREATION.put(state, &(), creation);
}
