//! Keys that are about to be swapped, or were (peripherals.md sections 3 and 4).
//!
//! Rules:
//! 1. A coldkey announces its successor by its hash and waits: so a thief's announcement is seen before it works.
//! 2. While an announcement is pending the coldkey can do nothing but go on with the swap, or end it
//!    ([`check_not_announced`]). A disputed one freezes the coldkey until governance resets it.
//! 3. Swaps of hotkeys are rare: one per coldkey and thousand blocks, and one per subnet and day.
//!
//! Deviation: the hash is this network's own ([`coldkey_hash`]), as all its hashes are.

use crate::{
    crypto::{AccountId, Domain, Hash},
    error::CallError,
    state::{Overlay, StateRead, schema, table::Table},
    transaction::Call,
};
use borsh::{BorshDeserialize, BorshSerialize};

const CLOCKS: Table<AccountId, u64> = Table::new(schema::HOTKEY_SWAP_CLOCKS);
const SUBNET_CLOCKS: Table<(u16, AccountId), u64> = Table::new(schema::SUBNET_SWAP_CLOCKS);
const ANNOUNCEMENTS: Table<AccountId, Announcement> = Table::new(schema::COLDKEY_SWAPS);

/// What a coldkey announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Announcement {
    /// The [`coldkey_hash`] of the new coldkey.
    pub hash: Hash,
    /// The first block in which the swap can be made.
    pub executable_at: u64,
    /// Whether it is disputed.
    pub disputed: bool,
}

/// What an announcement says about the new coldkey without naming it.
pub fn coldkey_hash(coldkey: &AccountId) -> Hash {
    Hash::of(Domain::COLDKEY_SWAP, &coldkey.0)
}

/// What a coldkey announced, if anything is pending.
pub fn announcement(state: &dyn StateRead, coldkey: &AccountId) -> Option<Announcement> {
    ANNOUNCEMENTS.get(state, coldkey)
}

/// Whether a call may be made while its signer is about to be swapped: asked at admission and again at dispatch.
///
/// # Errors
/// `ColdkeySwapDisputed`, `ColdkeySwapAnnounced`.
pub fn check_not_announced(state: &dyn StateRead, signer: &AccountId, call: &Call) -> Result<(), CallError> {
    let goes_on = matches!(
        call,
        Call::AnnounceColdkeySwap { .. }
            | Call::SwapColdkeyAnnounced { .. }
            | Call::DisputeColdkeySwap
            | Call::ClearColdkeySwapAnnouncement
    );
    // Governance must always be able to end a dispute, even about itself.
    let ends = matches!(call, Call::ResetColdkeySwap { .. });
    match announcement(state, signer) {
        Some(pending) if pending.disputed && !ends => Err(CallError::ColdkeySwapDisputed),
        Some(_) if !goes_on && !ends => Err(CallError::ColdkeySwapAnnounced),
        _ => Ok(()),
    }
}

/// The block in which a coldkey last swapped a hotkey, if it ever did.
pub fn clock(state: &dyn StateRead, coldkey: &AccountId) -> Option<u64> {
    CLOCKS.get(state, coldkey)
}

/// The block in which a coldkey last swapped a hotkey on one subnet, if it ever did.
pub fn subnet_clock(state: &dyn StateRead, netuid: u16, coldkey: &AccountId) -> Option<u64> {
    SUBNET_CLOCKS.get(state, &(netuid, *coldkey))
}

/// Notes a swap of a hotkey.
pub(crate) fn set_clock(state: &mut Overlay<'_>, coldkey: &AccountId, block: u64) {
    CLOCKS.put(state, coldkey, &block);
}

/// Notes a swap of a hotkey on one subnet.
pub(crate) fn set_subnet_clock(state: &mut Overlay<'_>, netuid: u16, coldkey: &AccountId, block: u64) {
    SUBNET_CLOCKS.put(state, &(netuid, *coldkey), &block);
}

/// Writes or removes an announcement.
pub(crate) fn set_announcement(state: &mut Overlay<'_>, coldkey: &AccountId, pending: Option<&Announcement>) {
    match pending {
        Some(pending) => ANNOUNCEMENTS.put(state, coldkey, pending),
        None => ANNOUNCEMENTS.remove(state, coldkey),
    }
}

/// Forgets the swaps on a subnet that is dissolved.
pub(crate) fn forget_subnet(state: &mut Overlay<'_>, netuid: u16) {
    SUBNET_CLOCKS.clear(state, &netuid);
}
