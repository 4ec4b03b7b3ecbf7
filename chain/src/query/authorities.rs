//! Who makes blocks, and who may in the next era.

use crate::{
    authority::ConsensusMode,
    crypto::AccountId,
    ledger::{
        authorities::{self, JailCause, Sentence},
        params, stakes,
        subnets::ROOT,
    },
    state::StateRead,
};
use serde::Serialize;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};
use taonet_subnets::amount::Tao;

/// Who makes blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuthoritiesInfo {
    /// How the authorities of this era were chosen.
    pub mode: ConsensusMode,
    /// How those of the next one will be.
    pub next_mode: ConsensusMode,
    /// The number of the era.
    pub era: u64,
    /// Its first block.
    pub first_block: u64,
    /// Its last block, in which the next authorities are chosen.
    pub last_block: u64,
    /// Everyone concerned: the authorities in their order, then others by falling root stake.
    pub accounts: Vec<StandingInfo>,
}

/// How one account stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StandingInfo {
    /// Which.
    pub account: AccountId,
    /// The coldkey that owns it, if it is a hotkey.
    pub coldkey: Option<AccountId>,
    /// Its power in the next block; 0: it is no authority.
    pub power: u64,
    /// What is staked to it on root.
    #[serde(with = "crate::text::tao")]
    pub stake: Tao,
    /// Whether governance appointed it.
    pub appointed: bool,
    /// Since which block it stands for election, if it does.
    pub candidate_since: Option<u64>,
    /// Slots it missed in a row, where that is counted.
    pub missed_slots: u32,
    /// Its sentence, if it is in jail.
    pub jail: Option<JailInfo>,
}

/// A stay in jail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct JailInfo {
    /// What for.
    pub cause: JailCause,
    /// The block that jailed.
    pub since: u64,
    /// The first block in which freedom can be asked for.
    pub until: u64,
}

impl From<Sentence> for JailInfo {
    fn from(sentence: Sentence) -> JailInfo {
        JailInfo { cause: sentence.cause, since: sentence.since, until: sentence.until }
    }
}

/// Who makes blocks, and who may in the next era.
pub fn authorities(state: &dyn StateRead) -> AuthoritiesInfo {
    let era = authorities::era(state);
    let (set, appointed) = (authorities::authorities(state), authorities::appointed(state));
    let candidates: BTreeMap<AccountId, u64> = authorities::candidates(state).into_iter().collect();
    let jailed = authorities::sentences(state).into_iter().map(|(account, _)| account);
    let others: BTreeSet<AccountId> = appointed
        .iter()
        .map(|one| one.id)
        .chain(candidates.keys().copied())
        .chain(jailed)
        .filter(|account| set.power(account) == 0)
        .collect();
    let standing = |account: AccountId| StandingInfo {
        account,
        coldkey: stakes::owner(state, &account),
        power: set.power(&account),
        stake: Tao::new(stakes::hotkey_total(state, ROOT, &account).units()),
        appointed: appointed.power(&account) > 0,
        candidate_since: candidates.get(&account).copied(),
        missed_slots: authorities::missed_slots(state, &account),
        jail: authorities::sentence(state, &account).map(JailInfo::from),
    };
    let mut others: Vec<StandingInfo> = others.into_iter().map(standing).collect();
    others.sort_by_key(|other| Reverse(other.stake));
    AuthoritiesInfo {
        mode: era.mode,
        next_mode: era.next_mode,
        era: era.number,
        first_block: era.first_block,
        last_block: era.last_block(&params::network(state)),
        accounts: set.iter().map(|one| standing(one.id)).chain(others).collect(),
    }
}
