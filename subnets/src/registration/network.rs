//! The price of a subnet, the price its alpha starts at, and which subnet makes room (registration.md sections 7 to 9).
//!
//! Rules:
//! - creating a subnet locks TAO. Right after a creation the lock costs double the last one, then falls in a straight
//!   line, which reaches the last price after an interval, and a minimum later;
//! - the pool of a new subnet starts at the median price of all subnets;
//! - when all places are taken, the subnet with the lowest moving price goes, of those that are old enough.

use crate::amount::{RAO_PER_TAO, Tao};
use crate::fixed::{I96F32, U64F64};

/// Blocks over which a lock cost falls to the last price while a block emits one whole TAO: 14 days.
pub const LOCK_REDUCTION_INTERVAL: u64 = 100_800;

/// The least lock, and the last one before there was any.
pub const MIN_LOCK: Tao = Tao::whole(1_000);

/// What the next lock depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockPrice {
    /// The least lock.
    pub min: Tao,
    /// What was locked last.
    pub last: Tao,
    /// The block of the last creation; 0 for none.
    pub last_block: u64,
    /// The interval from [`reduction_interval`].
    pub interval: u64,
}

impl LockPrice {
    /// The lock cost in block `now`.
    pub fn at(&self, now: u64) -> Tao {
        let start = if self.last_block == 0 { self.last } else { self.last.saturating_mul(2) };
        // Without an interval, when no TAO is emitted any more, the cost does not fall.
        let per_block = self.last.units().checked_div(self.interval).unwrap_or(0);
        let fallen = per_block.saturating_mul(now.saturating_sub(self.last_block));
        start.saturating_sub(Tao::new(fallen)).max(self.min)
    }
}

/// The blocks over which a lock cost falls, shorter as less TAO is emitted.
pub fn reduction_interval(interval: u64, block_emission: Tao) -> u64 {
    let whole = U64F64::from_ratio(block_emission.units(), RAO_PER_TAO);
    U64F64::from_int(interval).mul(whole).to_u64()
}

/// The median of the prices above zero: the mean of the middle two for an even number, 1 without any.
pub fn median_price(prices: impl IntoIterator<Item = U64F64>) -> U64F64 {
    let mut prices: Vec<U64F64> = prices.into_iter().filter(|&price| price > U64F64::ZERO).collect();
    prices.sort_unstable();
    let upper = prices.len() / 2;
    let lower = prices.len().saturating_sub(1) / 2;
    match (prices.get(lower), prices.get(upper)) {
        (Some(&lower), Some(&upper)) if lower != upper => lower.add(upper).div(U64F64::from_int(2)),
        (Some(&middle), _) => middle,
        _ => U64F64::ONE,
    }
}

/// What counts of a subnet when one has to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The subnet; never root.
    pub netuid: u16,
    /// Its moving price.
    pub moving_price: I96F32,
    /// The block of its registration.
    pub registered: u64,
}

/// The subnet that makes room in block `now`: of those older than `immunity` blocks the one with the lowest moving
/// price, then the earliest, then the lowest netuid.
pub fn subnet_to_prune(subnets: &[Standing], now: u64, immunity: u64) -> Option<u16> {
    subnets
        .iter()
        .filter(|subnet| now >= subnet.registered.saturating_add(immunity))
        .min_by_key(|subnet| (subnet.moving_price, subnet.registered, subnet.netuid))
        .map(|subnet| subnet.netuid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_cost_falls_in_a_straight_line() {
        let price =
            LockPrice { min: MIN_LOCK, last: MIN_LOCK, last_block: 1_000, interval: LOCK_REDUCTION_INTERVAL };
        let table = [(0, 2_000_000_000_000), (50_400, 1_500_000_046_400), (100_800, 1_000_000_092_800)];
        for (blocks, cost) in table {
            assert_eq!(price.at(1_000 + blocks), Tao::new(cost), "after {blocks} blocks");
        }
        assert_eq!(price.at(u64::MAX), MIN_LOCK);
        assert_eq!(LockPrice { last_block: 0, ..price }.at(0), MIN_LOCK, "the first one is not doubled");
        assert_eq!(LockPrice { interval: 0, ..price }.at(2_000), Tao::whole(2_000), "it does not fall");
    }

    #[test]
    fn the_interval_shrinks_with_the_emission() {
        for (emission, blocks) in [(1_000_000_000, 100_800), (500_000_000, 50_400), (0, 0)] {
            assert_eq!(reduction_interval(LOCK_REDUCTION_INTERVAL, Tao::new(emission)), blocks);
        }
    }

    #[test]
    fn the_median_leaves_out_zero_prices() {
        let prices = |list: &[u64]| list.iter().map(|&price| U64F64::from_int(price)).collect::<Vec<_>>();
        for (list, median) in [(&[0, 9, 1, 5][..], 5), (&[4, 0, 2], 3), (&[0, 0], 1), (&[], 1), (&[7], 7)] {
            assert_eq!(median_price(prices(list)), U64F64::from_int(median), "{list:?}");
        }
    }

    #[test]
    fn the_cheapest_old_subnet_goes_then_the_earliest_then_the_first() {
        let subnet = |netuid, price, registered| Standing {
            netuid,
            moving_price: I96F32::from_bits(price),
            registered,
        };
        let all = [subnet(1, 5, 10), subnet(2, 3, 20), subnet(3, 3, 10), subnet(4, 3, 10), subnet(5, 0, 95)];
        assert_eq!(subnet_to_prune(&all, 100, 50), Some(3));
        assert_eq!(subnet_to_prune(&all, 100, 5), Some(5));
        assert_eq!(subnet_to_prune(&all, 100, 100), None);
    }
}
