//! Who makes blocks, as far as calls decide it (this network's own).
//!
//! Rules:
//! 1. Governance replaces the list and chooses the mode.
//! 2. A hotkey joins, leaves and is freed by its own key or by its coldkey's. An appointed account without a coldkey
//!    signs for itself.
//! 3. All of it holds from the next era on, but for a new list in authority mode, which holds from the next height on.

use super::{BlockContext, ensure};
use crate::{
    authority::{Authority, AuthoritySet, ConsensusMode},
    crypto::AccountId,
    error::CallError,
    event::{CandidateJoined, ConsensusModeSet, Event},
    ledger::{authorities, params, settings::settings, stakes, subnets::ROOT},
    state::{Overlay, StateRead},
};
use taonet_subnets::amount::Tao;

/// Replaces the list of authorities; whoever it names is free.
///
/// # Errors
/// In this order: `BadOrigin` (not the sudo account), `InvalidAuthorities` (empty, repeated, without power, too many).
pub(super) fn set_authorities(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    list: &[Authority],
) -> Result<Vec<Event>, CallError> {
    ensure(settings(state).sudo == *origin, CallError::BadOrigin)?;
    let set = AuthoritySet::new(list.iter().copied());
    ensure(!set.is_empty() && set.len() == list.len(), CallError::InvalidAuthorities)?;
    authorities::appoint(state, block.number, &set);
    Ok(vec![Event::AuthoritiesSet { hash: set.hash() }])
}

/// Says how the authorities of the next era are chosen.
///
/// # Errors
/// In this order: `BadOrigin` (not the sudo account), `ConsensusModeUnchanged`.
pub(super) fn set_consensus_mode(
    state: &mut Overlay<'_>,
    origin: &AccountId,
    mode: ConsensusMode,
) -> Result<Vec<Event>, CallError> {
    ensure(settings(state).sudo == *origin, CallError::BadOrigin)?;
    let era = authorities::era(state);
    ensure(era.next_mode != mode, CallError::ConsensusModeUnchanged)?;
    authorities::set_mode(state, mode);
    Ok(vec![Event::ConsensusModeSet(ConsensusModeSet {
        mode,
        last_block: era.last_block(&params::network(state)),
    })])
}

/// Lets a hotkey stand for election.
///
/// # Errors
/// In this order: `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `AlreadyCandidate`, `AuthorityIsJailed`,
/// `NotEnoughAuthorityStake`, `TooManyCandidates`.
pub(super) fn join(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    hotkey: &AccountId,
) -> Result<Vec<Event>, CallError> {
    ensure(stakes::owner(state, hotkey).is_some(), CallError::HotKeyAccountNotExists)?;
    ensure(may_sign(state, origin, hotkey), CallError::NonAssociatedColdKey)?;
    ensure(!authorities::is_candidate(state, hotkey), CallError::AlreadyCandidate)?;
    ensure(authorities::sentence(state, hotkey).is_none(), CallError::AuthorityIsJailed)?;
    let stake = Tao::new(stakes::hotkey_total(state, ROOT, hotkey).units());
    let least = Tao::new(params::network(state).authority_min_stake);
    ensure(stake >= least, CallError::NotEnoughAuthorityStake)?;
    let gone = authorities::enter(state, block.number, hotkey).ok_or(CallError::TooManyCandidates)?;
    let left = gone.map(|hotkey| Event::CandidateLeft { hotkey });
    Ok(left.into_iter().chain([Event::CandidateJoined(CandidateJoined { hotkey: *hotkey, stake })]).collect())
}

/// Ends the candidacy of a hotkey.
///
/// # Errors
/// In this order: `NonAssociatedColdKey`, `NotCandidate`.
pub(super) fn leave(
    state: &mut Overlay<'_>,
    origin: &AccountId,
    hotkey: &AccountId,
) -> Result<Vec<Event>, CallError> {
    ensure(may_sign(state, origin, hotkey), CallError::NonAssociatedColdKey)?;
    ensure(authorities::is_candidate(state, hotkey), CallError::NotCandidate)?;
    authorities::leave(state, hotkey);
    Ok(vec![Event::CandidateLeft { hotkey: *hotkey }])
}

/// Frees a jailed authority.
///
/// # Errors
/// In this order: `NonAssociatedColdKey`, `NotJailed`, `JailNotOver`.
pub(super) fn unjail(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    authority: &AccountId,
) -> Result<Vec<Event>, CallError> {
    ensure(may_sign(state, origin, authority), CallError::NonAssociatedColdKey)?;
    let sentence = authorities::sentence(state, authority).ok_or(CallError::NotJailed)?;
    ensure(block.number >= sentence.until, CallError::JailNotOver)?;
    authorities::free(state, authority);
    Ok(vec![Event::AuthorityUnjailed { authority: *authority }])
}

/// Whether `origin` may speak for an authority: it is the account itself, or the coldkey of the hotkey.
fn may_sign(state: &dyn StateRead, origin: &AccountId, authority: &AccountId) -> bool {
    origin == authority || stakes::owner(state, authority) == Some(*origin)
}
