//! Who is claimed for automatically (emission.md section 9).
//!
//! Rules:
//! 1. Coldkeys stand in a list without gaps: one that leaves is replaced by the last one. So a block draws them by
//!    index, and nobody else is touched.
//! 2. Staking to root and the calls about claims enter a coldkey; an unstake from root that leaves it none removes it.
//! 3. Root stake that moves within root changes nothing at once. A sweep over all shares of the chain, a few in every
//!    block, enters those who received it.

use crate::{
    crypto::AccountId,
    ledger::{
        stakes::{self, SharePlace},
        subnets::ROOT,
    },
    state::{Overlay, StateRead, schema, table::Table},
};

/// How many shares a sweep looks at in a block.
const SWEPT_PER_BLOCK: usize = 30;

const CLAIMANTS: Table<u64, AccountId> = Table::new(schema::CLAIMANTS);
const INDICES: Table<AccountId, u64> = Table::new(schema::CLAIMANT_INDICES);
const COUNT: Table<(), u64> = Table::new(schema::CLAIMANT_COUNT);
const SWEEP: Table<(), SharePlace> = Table::new(schema::CLAIMANT_SWEEP);

/// How many coldkeys are in the list.
pub fn claimants(state: &dyn StateRead) -> u64 {
    COUNT.get(state, &()).unwrap_or_default()
}

/// The coldkey at an index of the list.
pub fn claimant(state: &dyn StateRead, index: u64) -> Option<AccountId> {
    CLAIMANTS.get(state, &index)
}

/// Enters a coldkey, unless it is in the list.
pub(crate) fn enter(state: &mut Overlay<'_>, coldkey: &AccountId) {
    if !INDICES.contains(state, coldkey) {
        let count = claimants(state);
        place(state, count, coldkey);
        COUNT.put(state, &(), &count.saturating_add(1));
    }
}

/// Removes a coldkey that has no root stake any more.
pub(crate) fn leave_without_stake(state: &mut Overlay<'_>, coldkey: &AccountId) {
    let hotkeys = stakes::staking_hotkeys(state, coldkey);
    if hotkeys.iter().all(|hotkey| stakes::stake(state, ROOT, hotkey, coldkey).is_zero()) {
        leave(state, coldkey);
    }
}

fn leave(state: &mut Overlay<'_>, coldkey: &AccountId) {
    let Some(gap) = INDICES.get(state, coldkey) else { return };
    let last = claimants(state).saturating_sub(1);
    if let Some(mover) = claimant(state, last) {
        place(state, gap, &mover);
    }
    CLAIMANTS.remove(state, &last);
    INDICES.remove(state, coldkey);
    COUNT.put(state, &(), &last);
}

fn place(state: &mut Overlay<'_>, index: u64, coldkey: &AccountId) {
    CLAIMANTS.put(state, &index, coldkey);
    INDICES.put(state, coldkey, &index);
}

/// Enters the coldkeys of the next shares on root, and starts again after the last share of the chain.
pub(crate) fn sweep(state: &mut Overlay<'_>) {
    let shares = stakes::shares_after(state, SWEEP.get(state, &()).as_ref(), SWEPT_PER_BLOCK);
    shares.iter().filter(|share| share.2 == ROOT).for_each(|share| enter(state, &share.1));
    match shares.last() {
        Some(last) if shares.len() == SWEPT_PER_BLOCK => SWEEP.put(state, &(), last),
        _ => SWEEP.remove(state, &()),
    }
}
