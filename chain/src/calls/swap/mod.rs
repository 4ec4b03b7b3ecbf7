//! Swapping keys that were lost or stolen (peripherals.md sections 3 and 4).
//!
//! - `hotkey`: another hotkey takes the place of one, on one subnet or on all;
//! - `coldkey`: another coldkey takes everything over, after an announcement and a delay.

mod coldkey;
mod hotkey;

use super::BlockContext;
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{accounts, issuance},
    state::Overlay,
    transaction::Call,
};
use hotkey::{Swap, swap_hotkey};
use taonet_subnets::amount::Tao;

/// Executes the calls that swap keys; `None` for other calls.
pub(super) fn apply(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    call: &Call,
) -> Option<Result<Vec<Event>, CallError>> {
    Some(match call {
        Call::SwapHotkey { hotkey: old, new_hotkey: new, netuid } => {
            let swap = Swap { old, new, netuid: *netuid, keep_stake: false };
            swap_hotkey(state, block, origin, swap)
        }
        Call::SwapHotkeyV2 { hotkey: old, new_hotkey: new, netuid, keep_stake } => {
            let swap = Swap { old, new, netuid: *netuid, keep_stake: *keep_stake };
            swap_hotkey(state, block, origin, swap)
        }
        Call::AnnounceColdkeySwap { new_coldkey_hash } => {
            coldkey::announce(state, block, origin, *new_coldkey_hash)
        }
        Call::SwapColdkeyAnnounced { new_coldkey } => {
            coldkey::swap_announced(state, block, origin, new_coldkey)
        }
        Call::DisputeColdkeySwap => coldkey::dispute(state, origin),
        Call::ClearColdkeySwapAnnouncement => coldkey::clear(state, block, origin),
        Call::ResetColdkeySwap { coldkey } => coldkey::reset(state, origin, coldkey),
        Call::SwapColdkey { old_coldkey, new_coldkey } => {
            coldkey::swap_by_root(state, block, origin, old_coldkey, new_coldkey)
        }
        _ => return None,
    })
}

/// Takes the price of a swap and destroys it.
///
/// # Errors
/// `error`: the coldkey has less.
fn pay(state: &mut Overlay<'_>, coldkey: &AccountId, cost: Tao, error: CallError) -> Result<(), CallError> {
    accounts::withdraw(state, coldkey, cost).map_err(|_| error)?;
    issuance::destroy(state, cost);
    Ok(())
}
