//! From new TAO to everyone's stake, as arithmetic on plain numbers.
//!
//! A block's emission takes this way; each step is one file and one section of emission.md:
//! 1. [`shares`]: which part of the block's TAO belongs to which subnet (section 4);
//! 2. [`terms`]: how much of it becomes liquidity, and how much buys alpha (section 5);
//! 3. [`accrual`]: how the subnet's own alpha of the block is set aside for owner, miners, validators and root
//!    (section 6), to wait for the epoch;
//! 4. [`parents`]: a hotkey's dividend from the epoch is shared with those who lent it stake (section 8.2);
//! 5. [`dividends`]: what each hotkey earned by alpha and by root stake, and the takes and withholdings of the payout
//!    (sections 8.1, 8.3, 8.4).
//!
//! Root dividends end as rates that stakers claim against: [`crate::claims`]. [`flow`] is the sharing rule of winter
//! 2025/26, kept as a switch (section 10).
//!
//! Amounts leave fixed point floored. The dust stays where it arises and is never minted.

pub mod accrual;
pub mod dividends;
pub mod flow;
pub mod parents;
pub mod shares;
pub mod terms;

#[cfg(test)]
mod tests;

use crate::amount::{Alpha, Tao};
use crate::fixed::U96F32;

/// The weight of one staked TAO against one alpha: `stored / (2^64 - 1)`, floored to 2^-32 (emission.md section 5.1).
pub fn tao_weight(stored: u64) -> U96F32 {
    U96F32::from_ratio(stored, u64::MAX)
}

/// Root's part of a subnet: its weighted TAO over that plus the subnet's alpha (emission.md section 5.1); 0 when there
/// is neither.
///
/// `root_tao` is all TAO staked to root, `tao_weight` comes from [`tao_weight`], `alpha_issuance` is the subnet's alpha
/// in the pool and outside.
pub fn root_proportion(root_tao: Tao, tao_weight: U96F32, alpha_issuance: Alpha) -> U96F32 {
    let root = U96F32::from_int(root_tao.units()).mul(tao_weight);
    root.div(root.add(U96F32::from_int(alpha_issuance.units())))
}

/// A `u16` proportion, 65,535 for the whole.
fn fraction_of_u16(parts: u16) -> U96F32 {
    U96F32::from_ratio(parts, u16::MAX)
}
