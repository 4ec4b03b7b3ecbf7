//! Subnets: market, epochs, and where their emission goes.

use super::as_text;
use crate::{
    crypto::AccountId,
    ledger::{
        epochs,
        identities::{self, SubnetIdentity},
        neurons, params, subnets,
    },
    state::StateRead,
};
use serde::Serialize;
use taonet_subnets::{
    amount::{Alpha, RAO_PER_TAO, Tao},
    fixed::U64F64,
    yuma::mechanisms::{WHOLE, split_emission},
};

/// A price of alpha.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Price {
    /// RAO per whole alpha, floored.
    pub rao: u64,
    /// The raw integer of the number with 64 fraction bits.
    #[serde(serialize_with = "as_text")]
    pub bits: u128,
}

impl From<U64F64> for Price {
    fn from(price: U64F64) -> Price {
        let rao = price.mul(U64F64::from_int(RAO_PER_TAO)).to_u64();
        Price { rao, bits: price.to_bits() }
    }
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SubnetInfo {
    /// Its number.
    pub netuid: u16,
    /// What people call it.
    pub name: String,
    /// The symbol of its token.
    pub symbol: String,
    /// The owner's coldkey; none for root.
    pub owner: Option<AccountId>,
    /// The owner's hotkey.
    pub owner_hotkey: Option<AccountId>,
    /// The block of its creation.
    pub registered_at: u64,
    /// Whether its token can be traded.
    pub started: bool,
    /// Whether it emits alpha in a block.
    pub emits: bool,
    /// Whether it shares in the TAO of a block.
    pub emission_enabled: bool,
    /// How many neurons it has.
    pub neurons: u16,
    /// How many it may have.
    pub max_neurons: u16,
    /// The price of a registration.
    #[serde(with = "crate::text::tao")]
    pub burn: Tao,
    /// Which part of the emission each of its mechanisms gets, in 65,535ths; empty for root.
    pub mechanism_split: Vec<u16>,
    /// Who it says it is.
    pub identity: Option<SubnetIdentity>,
    /// Its market.
    pub pool: PoolInfo,
    /// Its epochs.
    pub epochs: EpochInfo,
    /// What the last block's coinbase did.
    pub last_block: EmissionInfo,
    /// What waits for the next epoch.
    pub pending: PendingInfo,
    /// TAO that the protocol added to the pool since genesis.
    #[serde(with = "crate::text::tao")]
    pub tao_injected: Tao,
    /// TAO with which the protocol bought alpha since genesis.
    #[serde(with = "crate::text::tao")]
    pub tao_bought: Tao,
    /// The fraction of the last epoch's incentive that was withheld from the owner's miners: 32 fraction bits.
    #[serde(serialize_with = "as_text")]
    pub miner_burned_bits: u128,
}

/// A subnet's market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PoolInfo {
    /// The TAO reserve.
    #[serde(with = "crate::text::tao")]
    pub tao: Tao,
    /// The alpha reserve.
    #[serde(with = "crate::text::alpha")]
    pub alpha: Alpha,
    /// The alpha outside.
    #[serde(with = "crate::text::alpha")]
    pub alpha_out: Alpha,
    /// The part of it that the protocol bought.
    #[serde(with = "crate::text::alpha")]
    pub protocol_alpha: Alpha,
    /// The weight of TAO, in units of 10^-18.
    pub quote_weight: u64,
    /// The present price.
    pub price: Price,
    /// What it has been over the last weeks.
    pub moving_price: Price,
    /// All that was ever traded, in RAO.
    #[serde(serialize_with = "as_text")]
    pub volume: u128,
}

/// A subnet's epochs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EpochInfo {
    /// Blocks between two epochs; 0 for none.
    pub tempo: u16,
    /// The number of the last epoch.
    pub index: u64,
    /// How many ran.
    pub ran: u64,
    /// The block of the last one that ran; 0 for none.
    pub last_block: u64,
    /// The block in which the next one is due; none if there will be none.
    pub next_block: Option<u64>,
}

/// What a block's coinbase did for a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EmissionInfo {
    /// TAO that became liquidity.
    #[serde(with = "crate::text::tao")]
    pub tao_in: Tao,
    /// Alpha that became liquidity.
    #[serde(with = "crate::text::alpha")]
    pub alpha_in: Alpha,
    /// Alpha set aside for participants.
    #[serde(with = "crate::text::alpha")]
    pub alpha_out: Alpha,
    /// TAO that bought alpha.
    #[serde(with = "crate::text::tao")]
    pub bought: Tao,
}

/// Alpha that waits for the next epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PendingInfo {
    /// For miners.
    #[serde(with = "crate::text::alpha")]
    pub server: Alpha,
    /// For validators and their nominators.
    #[serde(with = "crate::text::alpha")]
    pub validator: Alpha,
    /// For root's stakers.
    #[serde(with = "crate::text::alpha")]
    pub root: Alpha,
    /// For the owner.
    #[serde(with = "crate::text::alpha")]
    pub owner: Alpha,
}

/// All subnets, ascending, root first.
pub fn subnets(state: &dyn StateRead) -> Vec<SubnetInfo> {
    subnets::netuids(state).into_iter().filter_map(|netuid| subnet(state, netuid)).collect()
}

/// One subnet.
pub fn subnet(state: &dyn StateRead, netuid: u16) -> Option<SubnetInfo> {
    let fixed = subnets::subnet(state, netuid)?;
    let live = subnets::state_of(state, netuid)?;
    let values = params::subnet(state, netuid);
    let emits = live.first_emission_block.is_some() && values.subtoken_enabled && values.registration_allowed;
    Some(SubnetInfo {
        netuid,
        name: identities::subnet_name(state, netuid),
        symbol: fixed.symbol,
        owner: fixed.owner,
        owner_hotkey: fixed.owner_hotkey,
        registered_at: fixed.registered_at,
        started: values.subtoken_enabled,
        emits: netuid != subnets::ROOT && emits,
        emission_enabled: values.emission_enabled,
        neurons: u16::try_from(neurons::count(state, netuid)).unwrap_or(u16::MAX),
        max_neurons: values.max_allowed_uids,
        burn: live.burn,
        mechanism_split: mechanism_split(state, netuid, values.mechanism_count),
        identity: identities::subnet_identity(state, netuid),
        pool: pool_info(&live),
        epochs: epochs_of(netuid, &live, values.tempo),
        last_block: EmissionInfo {
            tao_in: live.last.tao_in,
            alpha_in: live.last.alpha_in,
            alpha_out: live.last.alpha_out,
            bought: live.last.excess,
        },
        pending: PendingInfo {
            server: live.pending.server,
            validator: live.pending.validator,
            root: live.pending.root,
            owner: live.pending.owner,
        },
        tao_injected: live.totals.tao_injected,
        tao_bought: live.totals.tao_bought,
        miner_burned_bits: live.miner_burned.to_bits(),
    })
}

/// The parts as the emission of one whole would be split.
fn mechanism_split(state: &dyn StateRead, netuid: u16, count: u8) -> Vec<u16> {
    if netuid == subnets::ROOT {
        return Vec::new();
    }
    let parts = split_emission(WHOLE.into(), count, epochs::split(state, netuid).as_deref());
    parts.into_iter().map(|part| u16::try_from(part).unwrap_or(WHOLE)).collect()
}

fn pool_info(live: &subnets::SubnetState) -> PoolInfo {
    PoolInfo {
        tao: live.pool.tao,
        alpha: live.pool.alpha,
        alpha_out: live.alpha_out,
        protocol_alpha: live.protocol_alpha,
        quote_weight: live.pool.quote_weight.quote(),
        price: live.pool.price().into(),
        moving_price: live.moving_price.convert::<U64F64>().into(),
        volume: live.volume,
    }
}

/// When a subnet's epochs run.
pub fn epoch_info(state: &dyn StateRead, netuid: u16) -> Option<EpochInfo> {
    let live = subnets::state_of(state, netuid)?;
    Some(epochs_of(netuid, &live, params::subnet(state, netuid).tempo))
}

fn epochs_of(netuid: u16, live: &subnets::SubnetState, tempo: u16) -> EpochInfo {
    let due = live.clock.last_epoch_block.saturating_add(u64::from(tempo));
    let next = match live.clock.pending_epoch_at {
        0 => due,
        pending => due.min(pending),
    };
    EpochInfo {
        tempo,
        index: live.clock.epoch_index,
        ran: live.totals.epochs,
        last_block: live.clock.last_step_block,
        next_block: (netuid != subnets::ROOT && tempo != 0).then_some(next),
    }
}
