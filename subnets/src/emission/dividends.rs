//! Paying an epoch: what validators earn by alpha and by root stake, and who keeps what (emission.md section 8).
//!
//! Rules:
//! - if no miner earned anything, validators get the miners' half too (8.1);
//! - a hotkey's dividend counts partly for its alpha and partly for its root stake, in proportion to the two; what is
//!   paid are the accumulated amounts, in proportion to these parts (8.3);
//! - a validator keeps its take, the rest goes to everyone who staked to it (8.4);
//! - what the owner's own keys mined is withheld, and remembered as a fraction that lowers the subnet's next
//!   TAO (8.4).

use super::fraction_of_u16;
use super::parents::HotkeyStake;
use crate::amount::Alpha;
use crate::fixed::U96F32;

/// The alpha that validators share: their own accumulator, and the miners' when no miner earned anything.
pub fn validator_alpha(server: Alpha, validator: Alpha, incentives: impl IntoIterator<Item = u64>) -> Alpha {
    match incentives.into_iter().all(|incentive| incentive == 0) {
        true => validator.saturating_add(server),
        false => validator,
    }
}

/// A hotkey's dividend with what earned it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Earned {
    /// Its dividend, after sharing with parents.
    pub dividend: u64,
    /// Its stake, now.
    pub stake: HotkeyStake,
}

/// What a hotkey is paid, in alpha with 32 fraction bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dividends {
    /// For its alpha.
    pub alpha: U96F32,
    /// For its root stake.
    pub root: U96F32,
}

/// Splits `validator` and `root`, the accumulated alpha for each kind of stake, among the hotkeys given.
pub fn split_by_stake(
    validator: Alpha,
    root: Alpha,
    tao_weight: U96F32,
    hotkeys: &[Earned],
) -> Vec<Dividends> {
    let parts: Vec<Dividends> = hotkeys.iter().map(|hotkey| by_kind(hotkey, tao_weight)).collect();
    let total = |part: fn(&Dividends) -> U96F32| parts.iter().map(part).fold(U96F32::ZERO, U96F32::add);
    let (all_alpha, all_root) = (total(|part| part.alpha), total(|part| part.root));
    let (validator, root) = (U96F32::from_int(validator.units()), U96F32::from_int(root.units()));
    parts
        .iter()
        .map(|part| Dividends {
            alpha: validator.mul(part.alpha.div(all_alpha)),
            root: root.mul(part.root.div(all_root)),
        })
        .collect()
}

/// A hotkey's dividend, split in proportion to its alpha and its weighted root stake.
fn by_kind(hotkey: &Earned, tao_weight: U96F32) -> Dividends {
    let root_stake = U96F32::from_int(hotkey.stake.root.units()).mul(tao_weight);
    let all_stake = U96F32::from_int(hotkey.stake.alpha.units()).add(root_stake);
    let dividend = U96F32::from_int(hotkey.dividend);
    let root = dividend.mul(root_stake.div(all_stake));
    Dividends { alpha: dividend.sub(root), root }
}

/// A dividend split by the validator's take (65,535ths): what it keeps, and what goes to everyone who staked to it.
pub fn split_take(dividend: U96F32, take: u16) -> (Alpha, Alpha) {
    let kept = fraction_of_u16(take).mul(dividend);
    (Alpha::new(kept.to_u64()), Alpha::new(dividend.sub(kept).to_u64()))
}

/// The fraction of an epoch's miner incentive that was withheld from the owner's own keys; 0 without any incentive.
pub fn miner_burned(withheld: u64, incentives: u64) -> U96F32 {
    U96F32::from_ratio(withheld, incentives)
}
