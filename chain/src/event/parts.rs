//! What the events about swapped keys, and about those who make blocks, carry.

use crate::{authority::ConsensusMode, crypto::AccountId, crypto::Hash, ledger::authorities::JailCause};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;
use taonet_subnets::amount::Tao;

/// Structs that can be observed.
macro_rules! observed {
    ($($(#[$doc:meta])* $name:ident { $($fields:tt)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize)]
        pub struct $name { $($fields)* }
    )*};
}

observed! {
    /// A hotkey was replaced on all subnets.
    HotkeySwapped {
        /// Its owner.
        pub coldkey: AccountId,
        /// The hotkey until now.
        pub old_hotkey: AccountId,
        /// The hotkey from now on.
        pub new_hotkey: AccountId,
    }

    /// A hotkey was replaced on one subnet.
    HotkeySwappedOnSubnet {
        /// Its owner.
        pub coldkey: AccountId,
        /// The hotkey until now.
        pub old_hotkey: AccountId,
        /// The hotkey from now on.
        pub new_hotkey: AccountId,
        /// Where.
        pub netuid: u16,
    }

    /// A coldkey was replaced.
    ColdkeySwapped {
        /// The coldkey until now.
        pub old_coldkey: AccountId,
        /// The coldkey from now on.
        pub new_coldkey: AccountId,
    }

    /// An authority, or one that was, is in jail.
    AuthorityJailed {
        /// Which.
        pub authority: AccountId,
        /// What for.
        pub cause: JailCause,
        /// The height at which it did so.
        pub height: u64,
        /// The block from which on it may ask to be free.
        pub until: u64,
        /// What it lost.
        #[serde(with = "crate::text::tao")]
        pub burned: Tao,
    }

    /// The only authority lied, and stays.
    LastAuthoritySpared {
        /// Which.
        pub authority: AccountId,
        /// The height at which it did so.
        pub height: u64,
        /// What it lost.
        #[serde(with = "crate::text::tao")]
        pub burned: Tao,
    }

    /// A hotkey stands for election.
    CandidateJoined {
        /// Which.
        pub hotkey: AccountId,
        /// What is staked to it on root.
        #[serde(with = "crate::text::tao")]
        pub stake: Tao,
    }

    /// A mode was asked for.
    ConsensusModeSet {
        /// Which.
        pub mode: ConsensusMode,
        /// The last block of this era.
        pub last_block: u64,
    }

    /// The authorities of an era were chosen.
    EraStarted {
        /// Its number.
        pub era: u64,
        /// Its first block.
        pub first_block: u64,
        /// How they were chosen.
        pub mode: ConsensusMode,
        /// How many there are.
        pub authorities: u16,
        /// The hash of the set.
        pub hash: Hash,
    }

    /// Nobody could be chosen.
    ElectionFailed {
        /// The mode in which that was tried.
        pub mode: ConsensusMode,
        /// How many could be authorities.
        pub candidates: u16,
        /// How many there must be.
        pub needed: u16,
    }
}
