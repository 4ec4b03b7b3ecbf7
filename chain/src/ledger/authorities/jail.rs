//! Jail: where authorities go that lied, or that were away for too long.
//!
//! Rules:
//! 1. Evidence counts if it is inside the window, proves something, and is about somebody who was an authority at its
//!    height. One jailing settles all that the accused did up to that block: a lie at many heights is one offence.
//! 2. Jail takes an authority out of the set at once; it is not chosen again before it is free. Freedom is asked for,
//!    `jail_blocks` after the jailing, and holds from the next era on.
//! 3. The only authority stays: a network without authorities could never be repaired.
//! 4. A proven liar pays: `jail_burn` from its free balance, and in stake mode `jail_burn_share` of what the owner of
//!    the hotkey has staked to it on root. Both are 0 unless genesis says otherwise. Nominators lose nothing: they
//!    neither hold the key nor run the node. What the liar has unstaked before is out of reach, since stake on this
//!    network is never bound.

use super::{authorities, era, install, terms};
use crate::{
    authority::{AuthorityId, AuthoritySet, ConsensusMode},
    calls::BlockContext,
    error::CallError,
    event::{AuthorityJailed, Event, LastAuthoritySpared},
    ledger::{
        accounts, issuance, params,
        pools::{self, Position},
        settings::Limits,
        stakes,
        subnets::ROOT,
    },
    state::{Overlay, StateRead, schema, table::Table},
    vote::{Evidence, Network},
};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;
use taonet_subnets::amount::{Alpha, Tao};

const OFFENCES: Table<AuthorityId, u64> = Table::new(schema::OFFENCES);
const JAIL: Table<AuthorityId, Sentence> = Table::new(schema::JAIL);

/// What an authority is jailed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JailCause {
    /// It signed two things of which only one may be.
    Lie,
    /// It missed too many slots in a row.
    MissedSlots,
}

impl JailCause {
    /// The word for it, in answers and on screens.
    pub const fn name(self) -> &'static str {
        match self {
            JailCause::Lie => "lie",
            JailCause::MissedSlots => "missed slots",
        }
    }
}

/// A stay in jail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sentence {
    /// What for.
    pub cause: JailCause,
    /// The block that jailed.
    pub since: u64,
    /// The first block in which freedom can be asked for.
    pub until: u64,
}

/// The sentence of an account; `None` if it is free.
pub fn sentence(state: &dyn StateRead, authority: &AuthorityId) -> Option<Sentence> {
    JAIL.get(state, authority)
}

/// Everyone in jail, ascending.
pub fn sentences(state: &dyn StateRead) -> Vec<(AuthorityId, Sentence)> {
    JAIL.iter(state).collect()
}

/// Lets an account out of jail, if it is there.
pub(crate) fn free(state: &mut Overlay<'_>, authority: &AuthorityId) {
    JAIL.remove(state, authority);
}

/// The sentence of a swapped hotkey is that of its successor as well.
pub(super) fn follow(state: &mut Overlay<'_>, old: &AuthorityId, new: &AuthorityId) {
    if let Some(sentence) = sentence(state, old) {
        JAIL.put(state, new, &sentence);
    }
}

/// Whether `evidence` may be punished in block `number`: it proves something, about an authority, recent and new.
pub(crate) fn is_punishable(
    state: &dyn StateRead,
    network: &Network,
    window: u64,
    number: u64,
    evidence: &Evidence,
) -> bool {
    let (accused, height) = evidence.accused();
    let recent = height < number && number - height <= window;
    let is_new = OFFENCES.get(state, &accused).is_none_or(|settled| height > settled);
    recent && is_new && terms::served(state, &accused, height) && evidence.verify(network)
}

/// Punishes the accused: burns what genesis says, and jails it unless it is the only authority.
pub(crate) fn punish(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    limits: &Limits,
    evidence: &Evidence,
) -> Event {
    let (authority, height) = evidence.accused();
    OFFENCES.put(state, &authority, &block.number);
    let burned = burn_balance(state, &authority, limits.jail_burn)
        .saturating_add(burn_stake(state, block, &authority).unwrap_or_default());
    if is_only(state, &authority) {
        return Event::LastAuthoritySpared(LastAuthoritySpared { authority, height, burned });
    }
    let Sentence { cause, until, .. } = jail(state, block.number, &authority, JailCause::Lie);
    Event::AuthorityJailed(AuthorityJailed { authority, cause, height, until, burned })
}

/// Jails an account in block `number`; if it is an authority, the next block is made without it.
pub(super) fn jail(
    state: &mut Overlay<'_>,
    number: u64,
    authority: &AuthorityId,
    cause: JailCause,
) -> Sentence {
    let until = number.saturating_add(params::network(state).jail_blocks);
    let sentence = Sentence { cause, since: number, until };
    JAIL.put(state, authority, &sentence);
    install(state, number, &without(state, authority));
    sentence
}

/// The set without one of it.
pub(super) fn without(state: &dyn StateRead, authority: &AuthorityId) -> AuthoritySet {
    AuthoritySet::new(authorities(state).iter().filter(|other| other.id != *authority).copied())
}

fn is_only(state: &dyn StateRead, authority: &AuthorityId) -> bool {
    without(state, authority).is_empty()
}

/// Destroys up to `amount` of a free balance; returns how much that is.
fn burn_balance(state: &mut Overlay<'_>, account: &AuthorityId, amount: Tao) -> Tao {
    let burned = amount.min(accounts::balance(state, account));
    if accounts::withdraw(state, account, burned).is_err() {
        return Tao::ZERO;
    }
    issuance::destroy(state, burned);
    burned
}

/// In stake mode: sells the share of the owner's root stake, and destroys the TAO; returns how much that is.
fn burn_stake(state: &mut Overlay<'_>, block: &BlockContext, hotkey: &AuthorityId) -> Result<Tao, CallError> {
    let share = params::network(state).jail_burn_share;
    let Some(coldkey) = stakes::owner(state, hotkey).filter(|_| era(state).mode == ConsensusMode::Stake)
    else {
        return Ok(Tao::ZERO);
    };
    let stake = stakes::stake(state, ROOT, hotkey, &coldkey).units();
    let part = u128::from(stake) * u128::from(share) / u128::from(u16::MAX);
    let amount = Alpha::new(u64::try_from(part).unwrap_or(stake));
    if amount.is_zero() {
        return Ok(Tao::ZERO);
    }
    let position = Position { coldkey, hotkey: *hotkey, netuid: ROOT };
    state.attempt(|state| {
        let sold = pools::sell_stake_for(state, block, position, amount, coldkey)?;
        accounts::withdraw(state, &coldkey, sold)?;
        issuance::destroy(state, sold);
        Ok(sold)
    })
}

/// Forgets what was settled up to heights that evidence cannot be about any more.
pub(super) fn forget(state: &mut Overlay<'_>, height: u64) {
    let old: Vec<_> =
        OFFENCES.iter(state).filter(|(_, settled)| *settled < height).map(|(key, _)| key).collect();
    old.iter().for_each(|key| OFFENCES.remove(state, key));
}
