//! How much is emitted per block: halvings by supply, not by time.
//!
//! Rule (emission.md section 2): one whole unit per block until half the cap exists, half a unit until three
//! quarters exist, and so on. The number of halvings is the number of thresholds `t_j = ceil(cap * (1 - 2^-j))` that
//! the issuance has reached; at the cap and after 30 halvings nothing is emitted. The same rule gives the TAO of a
//! block from the total issuance, and the alpha of a subnet from that subnet's own issuance.
//!
//! Written without a logarithm: `t_j <= issued` is the same as `remaining <= floor(cap / 2^j)`.

use crate::amount::{Alpha, MAX_SUPPLY, RAO_PER_TAO, Tao};

/// After this many halvings `10^9 >> k` is zero.
const HALVINGS: u32 = 30;

/// The TAO emitted in a block when `issued` exists (RAO per block).
pub fn block_emission(issued: Tao) -> Tao {
    Tao::new(emission(issued.units()))
}

/// The alpha a subnet emits in a block when `issued` of it exists, in the pool or outside.
pub fn alpha_emission(issued: Alpha) -> Alpha {
    Alpha::new(emission(issued.units()))
}

/// How many halvings an issuance has passed: 0 at first, 30 or more when nothing is emitted any more.
pub fn halvings(issued: u64) -> u32 {
    let remaining = MAX_SUPPLY.saturating_sub(issued);
    (1..=HALVINGS).take_while(|halving| remaining <= MAX_SUPPLY >> halving).fold(0, |_, halving| halving)
}

fn emission(issued: u64) -> u64 {
    RAO_PER_TAO >> halvings(issued)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_thresholds() {
        let table = [
            (0, 1_000_000_000),
            (10_499_999_999_999_999, 1_000_000_000),
            (10_500_000_000_000_000, 500_000_000),
            (15_750_000_000_000_000, 250_000_000),
            (20_999_679_565_429_687, 30_517),
            (20_999_679_565_429_688, 15_258),
            (20_999_999_960_884_451, 3),
            (20_999_999_960_884_452, 1),
            (20_999_999_980_442_226, 0),
            (MAX_SUPPLY, 0),
            (u64::MAX, 0),
        ];
        for (issued, emitted) in table {
            assert_eq!(block_emission(Tao::new(issued)), Tao::new(emitted), "issued {issued}");
            assert_eq!(alpha_emission(Alpha::new(issued)), Alpha::new(emitted), "issued {issued}");
        }
    }

    #[test]
    fn every_threshold_is_where_the_rule_puts_it() {
        for j in 1..=HALVINGS {
            let threshold = MAX_SUPPLY - (MAX_SUPPLY >> j);
            assert_eq!(halvings(threshold), j);
            assert_eq!(halvings(threshold - 1), j - 1);
        }
    }
}
