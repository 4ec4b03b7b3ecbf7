//! The moving price: what a subnet's alpha has been worth over the last weeks (pools.md section 10).
//!
//! Rules, once per block for each emitting subnet:
//! - the spot price counts for at most 1, and with a weight of `alpha * age / (age + halving)`, which starts near zero
//!   and approaches `alpha`;
//! - every product is floored, and so is the stored value, to 2^-32. At maturity a rising average therefore stalls
//!   about `8 * 10^-5` below the price, and a falling one drops by at least one unit per block (a quirk to keep).

use crate::fixed::{I96F32, U64F64};

/// How slowly a moving price follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Averaging {
    /// The weight of one block's price once the subnet is old.
    pub alpha: I96F32,
    /// The age, in blocks, at which half that weight is reached.
    pub halving_blocks: u64,
}

impl Default for Averaging {
    /// A weight of 0.000003, which forgets half in 231,000 blocks (32 days), half reached after 201,600 blocks.
    fn default() -> Self {
        Self { alpha: I96F32::from_bits(12_885), halving_blocks: 201_600 }
    }
}

/// The moving price after block `block` of a subnet that emits since `first_emission_block`.
pub fn moving_price(
    old: I96F32,
    spot: U64F64,
    averaging: Averaging,
    block: u64,
    first_emission_block: Option<u64>,
) -> I96F32 {
    let age = block.saturating_sub(first_emission_block.unwrap_or(0).saturating_sub(1));
    let maturity = U64F64::from_ratio(age, i128::from(age) + i128::from(averaging.halving_blocks));
    let alpha = averaging.alpha.convert::<U64F64>().mul(maturity);
    let kept = U64F64::ONE.sub(alpha).mul(old.convert());
    alpha.mul(spot.min(U64F64::ONE)).add(kept).convert()
}
