//! Out of what the fee of a transaction is paid (peripherals.md section 5).
//!
//! Rules:
//! 1. A fee is paid in TAO, to the author of the block.
//! 2. If the signer has too little TAO, and its call sells, moves or destroys alpha of exactly one stake, that stake
//!    pays: as much alpha as the fee is worth at the present price is sold without the pool's fee, and the author gets
//!    the TAO.
//! 3. A fee worth less than one unit of alpha takes the whole stake; so does one worth more than the stake. What is
//!    locked cannot pay.
//! 4. What is paid stays paid when the call fails.

use crate::{
    admit::Refusal,
    calls::BlockContext,
    crypto::AccountId,
    event::Event,
    ledger::{
        accounts, issuance, locks,
        pools::{self, Position},
        stakes, subnets,
    },
    state::{Overlay, StateRead},
    transaction::{Body, Call},
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    fixed::U64F64,
    pool::DEFAULT_SELL_LIMIT,
};

/// Whether the signer of `body` can pay a fee of `needed` in block `now`.
///
/// # Errors
/// `CannotPayFee`.
pub(crate) fn check(state: &dyn StateRead, now: u64, body: &Body, needed: Tao) -> Result<(), Refusal> {
    let balance = accounts::balance(state, &body.signer);
    if balance >= needed || alpha_due(state, now, body, needed).is_some() {
        return Ok(());
    }
    Err(Refusal::CannotPayFee { needed, balance })
}

/// Takes a fee of `needed`; returns what the author got, and what can be observed of it.
///
/// # Errors
/// `CannotPayFee`; then the state must be left as it was before.
pub(crate) fn pay(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    body: &Body,
    needed: Tao,
) -> Result<(Tao, Option<Event>), Refusal> {
    let balance = accounts::balance(state, &body.signer);
    let refusal = Refusal::CannotPayFee { needed, balance };
    if accounts::withdraw(state, &body.signer, needed).is_ok() {
        give(state, author(block), needed);
        return Ok((needed, None));
    }
    let (position, alpha) = alpha_due(state, block.number, body, needed).ok_or(refusal)?;
    let tao = pools::sell_stake_for(state, block, position, alpha, author(block)).map_err(|_| refusal)?;
    let Position { coldkey: who, netuid, .. } = position;
    Ok((tao, Some(Event::TransactionFeePaidWithAlpha { who, netuid, alpha, tao })))
}

fn author(block: &BlockContext) -> AccountId {
    block.author.unwrap_or(accounts::BURN_ACCOUNT)
}

/// Gives a fee to the author; one too small to open the author's account is destroyed.
fn give(state: &mut Overlay<'_>, author: AccountId, fee: Tao) {
    if accounts::deposit(state, &author, fee).is_err() {
        issuance::destroy(state, fee);
    }
}

/// The stake that pays, and with how much alpha; none where there is no such stake, or nothing would come of it.
fn alpha_due(state: &dyn StateRead, now: u64, body: &Body, needed: Tao) -> Option<(Position, Alpha)> {
    let position = payer(state, &body.signer, &body.call)?;
    let Position { coldkey, hotkey, netuid } = position;
    let pool = subnets::state_of(state, netuid)?.pool;
    let stake = stakes::stake(state, netuid, &hotkey, &coldkey);
    let most = stake.min(locks::available(state, netuid, &coldkey, now));
    let alpha = match U64F64::from_int(needed.units()).div(pool.price()).to_u64() {
        0 => most,
        alpha => most.min(Alpha::new(alpha)),
    };
    let sale = pool.quote_sell(alpha, DEFAULT_SELL_LIMIT, 0).ok()?;
    (!sale.paid_out.is_zero()).then_some((position, alpha))
}

/// The one stake that a call takes alpha out of.
fn payer(state: &dyn StateRead, signer: &AccountId, call: &Call) -> Option<Position> {
    let position = |hotkey: &AccountId, netuid| Position { coldkey: *signer, hotkey: *hotkey, netuid };
    match call {
        Call::RemoveStake { hotkey, netuid, .. }
        | Call::RemoveStakeLimit { hotkey, netuid, .. }
        | Call::RemoveStakeFullLimit { hotkey, netuid, .. }
        | Call::RecycleAlpha { hotkey, netuid, .. }
        | Call::BurnAlpha { hotkey, netuid, .. }
        | Call::MoveStake { origin_hotkey: hotkey, origin_netuid: netuid, .. }
        | Call::TransferStake { hotkey, origin_netuid: netuid, .. }
        | Call::SwapStake { hotkey, origin_netuid: netuid, .. }
        | Call::SwapStakeLimit { hotkey, origin_netuid: netuid, .. } => Some(position(hotkey, *netuid)),
        Call::UnstakeAll { hotkey } => {
            only_stake(state, signer, hotkey, subnets::ROOT).map(|n| position(hotkey, n))
        }
        Call::UnstakeAllAlpha { hotkey } => only_stake(state, signer, hotkey, 1).map(|n| position(hotkey, n)),
        _ => None,
    }
}

/// The subnet, from `first` on, of the only stake of a coldkey with a hotkey.
fn only_stake(state: &dyn StateRead, coldkey: &AccountId, hotkey: &AccountId, first: u16) -> Option<u16> {
    let netuids = subnets::netuids(state).into_iter().filter(|netuid| *netuid >= first);
    let mut staked = netuids.filter(|netuid| !stakes::stake(state, *netuid, hotkey, coldkey).is_zero());
    staked.next().filter(|_| staked.next().is_none())
}

#[cfg(test)]
mod tests;
