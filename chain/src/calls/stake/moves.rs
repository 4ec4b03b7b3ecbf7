//! Moving stake to another hotkey, coldkey or subnet (staking.md section 5).
//!
//! Rules:
//! 1. The amount is cut to the stake there is.
//! 2. Within a subnet nothing is traded: shares change hands, and what moves must be worth the minimum stake.
//! 3. Across subnets the alpha is sold where it was and the TAO buys alpha where it goes. The fee is paid once: at the
//!    origin, or at the destination if the origin is root. Too little TAO for a stake stays a free balance.
//! 4. Whether stake may be given to another coldkey is up to both subnets. Locked stake cannot leave its subnet; to
//!    another coldkey there it takes its lock along.

use super::{BlockContext, Limit, add::welcome, ensure, market};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        accounts, claims, locks, params,
        pools::{self, Position, Terms},
        stakes,
        subnets::{self, ROOT},
    },
    state::{Overlay, StateRead},
    transaction::Call,
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    pool::{DEFAULT_BUY_LIMIT, DEFAULT_SELL_LIMIT, Mechanism, max_move},
};

/// What is to move, from where and to where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    kind: Kind,
    from: Position,
    to: Position,
    /// How much of the origin's alpha.
    amount: Alpha,
    limit: Option<Limit>,
}

/// By which call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Move,
    Transfer,
    Swap,
}

impl Move {
    /// What a call wants to move; `None` for a call that moves nothing.
    pub(super) fn of(origin: &AccountId, call: &Call) -> Option<Move> {
        let position = |coldkey: &AccountId, hotkey: &AccountId, netuid: &u16| Position {
            coldkey: *coldkey,
            hotkey: *hotkey,
            netuid: *netuid,
        };
        let from = |hotkey, netuid| position(origin, hotkey, netuid);
        let (kind, from, to, amount, limit) = match call {
            Call::MoveStake {
                origin_hotkey,
                destination_hotkey,
                origin_netuid,
                destination_netuid,
                amount,
            } => {
                let to = position(origin, destination_hotkey, destination_netuid);
                (Kind::Move, from(origin_hotkey, origin_netuid), to, amount, None)
            }
            Call::TransferStake {
                destination_coldkey,
                hotkey,
                origin_netuid,
                destination_netuid,
                amount,
            } => {
                let to = position(destination_coldkey, hotkey, destination_netuid);
                (Kind::Transfer, from(hotkey, origin_netuid), to, amount, None)
            }
            Call::SwapStake { hotkey, origin_netuid, destination_netuid, amount } => {
                let to = position(origin, hotkey, destination_netuid);
                (Kind::Swap, from(hotkey, origin_netuid), to, amount, None)
            }
            Call::SwapStakeLimit {
                hotkey,
                origin_netuid,
                destination_netuid,
                amount,
                limit,
                allow_partial,
            } => {
                let to = position(origin, hotkey, destination_netuid);
                let limit = Limit { price: *limit, allow_partial: *allow_partial };
                (Kind::Swap, from(hotkey, origin_netuid), to, amount, Some(limit))
            }
            _ => return None,
        };
        Some(Move { kind, from, to, amount: *amount, limit })
    }

    fn is_within_subnet(&self) -> bool {
        self.from.netuid == self.to.netuid
    }

    /// What is told about the move once stake worth `tao` has moved.
    fn event(&self, tao: Tao) -> Event {
        let Move { kind, from: Position { coldkey, hotkey, netuid: origin_netuid }, to, .. } = *self;
        let destination_netuid = to.netuid;
        match kind {
            Kind::Move => Event::StakeMoved {
                coldkey,
                origin_hotkey: hotkey,
                origin_netuid,
                destination_hotkey: to.hotkey,
                destination_netuid,
                tao,
            },
            Kind::Transfer => {
                let (origin_coldkey, destination_coldkey) = (coldkey, to.coldkey);
                Event::StakeTransferred {
                    origin_coldkey,
                    destination_coldkey,
                    hotkey,
                    origin_netuid,
                    destination_netuid,
                    tao,
                }
            }
            Kind::Swap => Event::StakeSwapped { coldkey, hotkey, origin_netuid, destination_netuid, tao },
        }
    }
}

/// Moves stake.
///
/// # Errors
/// In this order: those of the limit, `SameNetuid`, `SubnetNotExists`, `SubtokenDisabled`, `HotKeyAccountNotExists`,
/// across subnets `InsufficientLiquidity`, `AmountTooLow`, `SlippageTooHigh`; `TransferDisallowed`; across subnets
/// `StakeUnavailable`; within a subnet those of locks that follow ([`locks::transfer`]) and `AmountTooLow`.
pub(super) fn move_stake(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    wish: &Move,
) -> Result<Vec<Event>, CallError> {
    let amount = check(state, block, wish)?;
    let (tao, mut events) = match wish.is_within_subnet() {
        true => within_subnet(state, block, wish, amount)?,
        false => across_subnets(state, block, wish, amount)?,
    };
    events.push(wish.event(tao));
    Ok(events)
}

/// The checks of moving, in order; returns how much will move.
fn check(state: &dyn StateRead, block: &BlockContext, wish: &Move) -> Result<Alpha, CallError> {
    let Move { from, to, .. } = wish;
    let amount = wish.amount.min(stakes::stake(state, from.netuid, &from.hotkey, &from.coldkey));
    let max = max_amount(state, wish)?;
    ensure(from != to, CallError::SameNetuid)?;
    let ends = [from, to];
    let exist = ends.iter().all(|end| subnets::exists(state, end.netuid));
    ensure(exist, CallError::SubnetNotExists)?;
    let started = ends.iter().all(|end| params::subnet(state, end.netuid).subtoken_enabled);
    ensure(started, CallError::SubtokenDisabled)?;
    let owned = ends.iter().all(|end| stakes::owner(state, &end.hotkey).is_some());
    ensure(owned, CallError::HotKeyAccountNotExists)?;
    if !wish.is_within_subnet() {
        check_trade(state, from.netuid, amount)?;
        let partial = wish.limit.is_none_or(|limit| limit.allow_partial);
        ensure(partial || amount <= max, CallError::SlippageTooHigh)?;
    }
    let allowed = ends.iter().all(|end| params::subnet(state, end.netuid).transfers_enabled);
    ensure(wish.kind != Kind::Transfer || allowed, CallError::TransferDisallowed)?;
    if !wish.is_within_subnet() {
        locks::check_available(state, from.netuid, &from.coldkey, amount, block.number)?;
    }
    Ok(amount.min(max))
}

/// Whether the sale at the origin works and brings more than the minimum stake.
fn check_trade(state: &dyn StateRead, netuid: u16, amount: Alpha) -> Result<(), CallError> {
    let (pool, fee_rate) = market(state, netuid);
    let trade = pool
        .quote_sell(amount, DEFAULT_SELL_LIMIT, fee_rate)
        .map_err(|_| CallError::InsufficientLiquidity)?;
    ensure(trade.paid_out > min_stake(state), CallError::AmountTooLow)
}

/// The most that can move within the limit.
fn max_amount(state: &dyn StateRead, wish: &Move) -> Result<Alpha, CallError> {
    match wish.limit {
        Some(limit) if !wish.is_within_subnet() => {
            let (origin, origin_fee) = market(state, wish.from.netuid);
            let (destination, destination_fee) = market(state, wish.to.netuid);
            // A trade is simulated only where exactly one end has a pool: there its fee counts.
            let fee_rate =
                if destination.mechanism == Mechanism::Stable { origin_fee } else { destination_fee };
            Ok(max_move(&origin, &destination, limit.price, fee_rate)?)
        }
        _ => Ok(Alpha::MAX),
    }
}

/// Moves shares; the events are those of an unstake and a stake without fee.
fn within_subnet(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    wish: &Move,
    amount: Alpha,
) -> Result<(Tao, Vec<Event>), CallError> {
    let Move { from, to, .. } = *wish;
    let netuid = from.netuid;
    locks::transfer(state, netuid, &from.coldkey, &to.coldkey, amount, block.number)?;
    stakes::decrease(state, netuid, &from.hotkey, &from.coldkey, amount);
    stakes::increase(state, netuid, &to.hotkey, &to.coldkey, amount);
    if netuid == ROOT {
        let tao = Tao::new(amount.units());
        claims::root_stake_removed(state, &from.hotkey, &from.coldkey, tao);
        claims::root_stake_added(state, &to.hotkey, &to.coldkey, tao);
    }
    let worth = market(state, netuid).0.worth(amount);
    ensure(worth >= min_stake(state), CallError::AmountTooLow)?;
    let removed = Event::StakeRemoved {
        coldkey: from.coldkey,
        hotkey: from.hotkey,
        tao_out: worth,
        alpha_in: amount,
        netuid,
        fee: Alpha::ZERO,
    };
    let added = Event::StakeAdded {
        coldkey: to.coldkey,
        hotkey: to.hotkey,
        tao_in: worth,
        alpha_out: amount,
        netuid,
        fee: Tao::ZERO,
    };
    Ok((worth, vec![removed, added]))
}

/// Sells at the origin and buys at the destination; returns the TAO that the sale brought.
fn across_subnets(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    wish: &Move,
    amount: Alpha,
) -> Result<(Tao, Vec<Event>), CallError> {
    let Move { from, to, .. } = *wish;
    let from_root = from.netuid == ROOT;
    let sale = Terms { limit: DEFAULT_SELL_LIMIT, with_fee: !from_root };
    let (tao, removed) = pools::unstake_from_subnet(state, block, from, amount, sale)?;
    accounts::transfer(state, &from.coldkey, &to.coldkey, tao)?;
    let mut events = vec![removed];
    if tao >= min_stake(state) {
        welcome(state, &to);
        let purchase = Terms { limit: DEFAULT_BUY_LIMIT, with_fee: from_root };
        let (_, added) = pools::stake_into_subnet(state, block, to, tao, purchase)?;
        events.push(added);
    }
    Ok((tao, events))
}

fn min_stake(state: &dyn StateRead) -> Tao {
    Tao::new(params::network(state).min_stake)
}
