//! Nominations too small to keep (staking.md section 6).

use super::{BlockContext, market};
use crate::{
    event::Event,
    ledger::{
        locks, params,
        pools::{self, Position, Terms},
        stakes,
    },
    params::NetworkParams,
    state::Overlay,
};
use taonet_subnets::{amount::Tao, fixed::U64F64, pool::DEFAULT_SELL_LIMIT};

/// Pays out what a nominator has left, if that is below the nominators' minimum, and lowers a lock on it. If the
/// payment fails, the stake is gone all the same: what was done of it stays done (a quirk to keep).
pub(super) fn clear_if_small(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
) -> Option<Event> {
    let Position { coldkey, hotkey, netuid } = position;
    let stake = stakes::stake(state, netuid, &hotkey, &coldkey);
    let minimum = nominator_minimum(&params::network(state));
    let price = market(state, netuid).0.price();
    let is_small = stake.units() < U64F64::from_int(minimum.units()).div(price).to_u64();
    if stake.is_zero() || !is_small || stakes::owner(state, &hotkey) == Some(coldkey) {
        return None;
    }
    let terms = Terms::up_to(DEFAULT_SELL_LIMIT);
    let paid = pools::unstake_from_subnet(state, block, position, stake, terms);
    locks::reduce(state, netuid, &coldkey, stake, block.number);
    paid.ok().map(|(_, removed)| removed)
}

/// [`clear_if_small`] for every stake there is, by hotkey, coldkey and subnet; for when the minimum was raised.
pub(in crate::calls) fn clear_all_small(state: &mut Overlay<'_>, block: &BlockContext) -> Vec<Event> {
    let shares = stakes::shares_after(state, None, usize::MAX).into_iter();
    shares
        .filter_map(|(hotkey, coldkey, netuid)| {
            clear_if_small(state, block, Position { coldkey, hotkey, netuid })
        })
        .collect()
}

/// The least worth of a nomination.
fn nominator_minimum(network: &NetworkParams) -> Tao {
    let product = u128::from(network.min_stake) * u128::from(network.nominator_min_required_stake);
    Tao::new(u64::try_from(product / 1_000_000).unwrap_or(u64::MAX))
}
