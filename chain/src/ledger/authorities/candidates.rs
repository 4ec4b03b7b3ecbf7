//! Who stands for election.
//!
//! Rules:
//! 1. A candidate is a hotkey that asked to be one, in either mode: candidates gather before a network moves to stake
//!    mode.
//! 2. There are at most [`MAX_CANDIDATES`]. When the list is full, who comes with more root stake than the poorest
//!    takes its place, so that nobody can fill the list and keep others out.

use crate::{
    crypto::AccountId,
    ledger::{stakes, subnets::ROOT},
    state::{Overlay, StateRead, schema, table::Table},
};
use std::cmp::Reverse;
use taonet_subnets::amount::Tao;

const CANDIDATES: Table<AccountId, u64> = Table::new(schema::CANDIDATES);

/// The most candidates: four times the largest set, and few enough to look at all of them in one block.
pub const MAX_CANDIDATES: usize = 512;

/// Whether a hotkey stands for election.
pub(crate) fn is_candidate(state: &dyn StateRead, hotkey: &AccountId) -> bool {
    CANDIDATES.contains(state, hotkey)
}

/// All candidates and since which block each is one, ascending by account.
pub fn candidates(state: &dyn StateRead) -> Vec<(AccountId, u64)> {
    CANDIDATES.iter(state).collect()
}

/// The TAO staked to a hotkey on root; one alpha is one TAO there.
pub(super) fn root_stake(state: &dyn StateRead, hotkey: &AccountId) -> Tao {
    Tao::new(stakes::hotkey_total(state, ROOT, hotkey).units())
}

/// Lets a hotkey stand from block `number` on; returns who had to give way for it, if anybody, or `None` if the list is
/// full of others with as much stake.
pub(crate) fn enter(state: &mut Overlay<'_>, number: u64, hotkey: &AccountId) -> Option<Option<AccountId>> {
    let all = candidates(state);
    let mut gone = None;
    if all.len() >= MAX_CANDIDATES {
        let ranks = all.into_iter().map(|(account, _)| (root_stake(state, &account), Reverse(account)));
        let (stake, Reverse(poorest)) = ranks.min()?;
        if stake >= root_stake(state, hotkey) {
            return None;
        }
        leave(state, &poorest);
        gone = Some(poorest);
    }
    CANDIDATES.put(state, hotkey, &number);
    Some(gone)
}

/// Ends a candidacy, if there is one.
pub(crate) fn leave(state: &mut Overlay<'_>, hotkey: &AccountId) {
    CANDIDATES.remove(state, hotkey);
}
