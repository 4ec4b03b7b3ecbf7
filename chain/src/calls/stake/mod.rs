//! Staking, unstaking, and moving, burning and recycling stake (staking.md sections 3 to 6 and 9).
//!
//! Rules:
//! 1. A trade is simulated before anything moves, and checked in the public network's order.
//! 2. With a limit price, what fits is computed first; its errors come first as well.
//! 3. After an unstake by somebody else than the hotkey's owner, a nomination that is too small is paid out whole.
//! 4. Stake that moves between subnets is sold and bought, and pays one fee in all.

mod add;
mod all;
mod burn;
mod moves;
pub(super) mod nominations;
mod remove;

pub use add::least_stake;

use super::{BlockContext, ensure};
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{params, pools::Position, subnets},
    state::{Overlay, StateRead},
    transaction::Call,
};
use moves::Move;
use taonet_subnets::{
    amount::{Alpha, Tao},
    pool::{MAX_INPUT_RATIO, Mechanism, Pool},
};

/// A limit price and what to do when not everything fits.
#[derive(Clone, Copy, Debug)]
struct Limit {
    /// RAO per whole alpha; of a move, origin's price in billionths of the destination's.
    price: u64,
    /// Whether to trade what fits.
    allow_partial: bool,
}

impl Limit {
    /// A limit within which everything has to fit.
    fn whole(price: u64) -> Limit {
        Limit { price, allow_partial: false }
    }
}

/// Executes a call of this family; `None` for any other.
pub(super) fn apply(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    call: &Call,
) -> Option<Result<Vec<Event>, CallError>> {
    let position =
        |hotkey: &AccountId, netuid: &u16| Position { coldkey: *origin, hotkey: *hotkey, netuid: *netuid };
    Some(match call {
        Call::AddStake { hotkey, netuid, amount } => {
            add::add_stake(state, block, position(hotkey, netuid), *amount, None)
                .map(|(_, event)| vec![event])
        }
        Call::AddStakeLimit { hotkey, netuid, amount, limit, allow_partial } => {
            let limit = Limit { price: *limit, allow_partial: *allow_partial };
            let added = add::add_stake(state, block, position(hotkey, netuid), *amount, Some(limit));
            added.map(|(_, event)| vec![event])
        }
        Call::RemoveStake { hotkey, netuid, amount } => {
            remove::remove_stake(state, block, position(hotkey, netuid), *amount, None)
        }
        Call::RemoveStakeLimit { hotkey, netuid, amount, limit, allow_partial } => {
            let limit = Limit { price: *limit, allow_partial: *allow_partial };
            remove::remove_stake(state, block, position(hotkey, netuid), *amount, Some(limit))
        }
        Call::RemoveStakeFullLimit { hotkey, netuid, limit } => {
            remove::remove_stake_full_limit(state, block, position(hotkey, netuid), *limit)
        }
        Call::UnstakeAll { hotkey } => all::unstake_all(state, block, origin, hotkey),
        Call::UnstakeAllAlpha { hotkey } => all::unstake_all_alpha(state, block, origin, hotkey),
        Call::AddStakeBurn { hotkey, netuid, amount, limit } => {
            burn::add_stake_burn(state, block, position(hotkey, netuid), *amount, *limit)
        }
        Call::RecycleAlpha { hotkey, amount, netuid } => {
            burn::recycle_alpha(state, block, position(hotkey, netuid), *amount)
        }
        Call::BurnAlpha { hotkey, amount, netuid } => {
            burn::burn_alpha(state, block, position(hotkey, netuid), *amount)
        }
        _ => {
            let wish = Move::of(origin, call)?;
            moves::move_stake(state, block, &wish)
        }
    })
}

/// The market of a subnet as a check sees it; a subnet that does not exist has an empty one at the price of 1.
fn market(state: &dyn StateRead, netuid: u16) -> (Pool, u16) {
    let pool =
        subnets::state_of(state, netuid).map_or(Pool::stable(Tao::ZERO, Alpha::ZERO), |subnet| subnet.pool);
    (pool, params::subnet(state, netuid).fee_rate)
}

/// Whether a trade pays in more than the pool takes at once.
fn is_too_large(pool: &Pool, amount: u64, reserve: u64) -> bool {
    pool.mechanism == Mechanism::Dynamic && amount > reserve.saturating_mul(MAX_INPUT_RATIO)
}
