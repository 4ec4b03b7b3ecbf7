//! How a subnet's alpha of one block is set aside until the epoch (emission.md section 6).
//!
//! Rules:
//! - the owner's cut comes first, if the subnet has one;
//! - the rest is halved between miners and validators. This is where the split of 50 to 50 is fixed;
//! - root's stakers get their part out of the validators' half, or it is recycled when root sells nothing;
//! - each part is floored, so up to a few units a block belong to nobody.

use super::fraction_of_u16;
use crate::amount::Alpha;
use crate::fixed::U96F32;

/// What one block adds to a subnet's four accumulators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accrual {
    /// For the owner.
    pub owner: Alpha,
    /// For miners.
    pub server: Alpha,
    /// For validators and their nominators.
    pub validator: Alpha,
    /// For root's stakers.
    pub root: Alpha,
    /// Root's part when root does not sell: alpha out falls by it.
    pub recycled: Alpha,
}

/// Splits the alpha of one block.
///
/// `owner_cut` is in 65,535ths, none when the subnet's owner gets none. `root_proportion` is evaluated after alpha out
/// has grown by this emission; `root_sells` comes from [`root_sells`](super::shares::root_sells).
pub fn accrue(emission: Alpha, owner_cut: Option<u16>, root_proportion: U96F32, root_sells: bool) -> Accrual {
    let half = U96F32::from_bits(1 << (U96F32::FRACTION_BITS - 1));
    let all = U96F32::from_int(emission.units());
    let owner = owner_cut.map_or(U96F32::ZERO, |cut| all.mul(fraction_of_u16(cut)));
    let rest = all.sub(owner);
    let root = root_proportion.mul(rest).mul(half);
    let server = rest.mul(half);
    let validator = rest.sub(server).sub(root);
    let amount = |part: U96F32| Alpha::new(part.to_u64());
    let (root, recycled) = if root_sells { (amount(root), Alpha::ZERO) } else { (Alpha::ZERO, amount(root)) };
    Accrual { owner: amount(owner), server: amount(server), validator: amount(validator), root, recycled }
}
