//! Events: everything that can be observed in a block (events-errors.md section 1).
//!
//! Rules:
//! 1. Names and fields are the public network's, so that tools and vectors can use them.
//! 2. Events happen in order: those of the block step first, then those of each transaction.
//! 3. The numbers of events never change: headers commit to them and nodes store them.

mod parts;

pub use parts::{
    AuthorityJailed, CandidateJoined, ColdkeySwapped, ConsensusModeSet, ElectionFailed, EraStarted,
    HotkeySwapped, HotkeySwappedOnSubnet, LastAuthoritySpared,
};

use crate::{
    crypto::{AccountId, Hash},
    ledger::claims::RootClaimType,
    params::Setting,
};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;
use taonet_subnets::amount::{Alpha, Tao};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Event {
    /// TAO moved between two accounts.
    Transfer {
        /// The payer.
        from: AccountId,
        /// The receiver.
        to: AccountId,
        /// How much.
        #[serde(with = "crate::text::tao")]
        amount: Tao,
    } = 0,

    /// TAO was staked.
    StakeAdded {
        /// Whose stake.
        coldkey: AccountId,
        /// With whom.
        hotkey: AccountId,
        /// What left the coldkey, fee included.
        #[serde(with = "crate::text::tao")]
        tao_in: Tao,
        /// What was staked.
        #[serde(with = "crate::text::alpha")]
        alpha_out: Alpha,
        /// Where.
        netuid: u16,
        /// The pool's fee.
        #[serde(with = "crate::text::tao")]
        fee: Tao,
    } = 10,
    /// Stake was taken out.
    StakeRemoved {
        /// Whose stake.
        coldkey: AccountId,
        /// With whom.
        hotkey: AccountId,
        /// What the coldkey got.
        #[serde(with = "crate::text::tao")]
        tao_out: Tao,
        /// What was sold, without the fee.
        #[serde(with = "crate::text::alpha")]
        alpha_in: Alpha,
        /// Where.
        netuid: u16,
        /// The pool's fee.
        #[serde(with = "crate::text::alpha")]
        fee: Alpha,
    } = 11,
    /// Stake moved to another hotkey or subnet.
    StakeMoved {
        /// Whose stake.
        coldkey: AccountId,
        /// From whom.
        origin_hotkey: AccountId,
        /// From where.
        origin_netuid: u16,
        /// To whom.
        destination_hotkey: AccountId,
        /// To where.
        destination_netuid: u16,
        /// What it was worth.
        #[serde(with = "crate::text::tao")]
        tao: Tao,
    } = 12,
    /// Stake was given to another coldkey.
    StakeTransferred {
        /// Who had it.
        origin_coldkey: AccountId,
        /// Who has it.
        destination_coldkey: AccountId,
        /// With whom.
        hotkey: AccountId,
        /// From where.
        origin_netuid: u16,
        /// To where.
        destination_netuid: u16,
        /// What it was worth.
        #[serde(with = "crate::text::tao")]
        tao: Tao,
    } = 13,
    /// Stake moved to another subnet.
    StakeSwapped {
        /// Whose stake.
        coldkey: AccountId,
        /// With whom.
        hotkey: AccountId,
        /// From where.
        origin_netuid: u16,
        /// To where.
        destination_netuid: u16,
        /// What it was worth.
        #[serde(with = "crate::text::tao")]
        tao: Tao,
    } = 14,
    /// Alpha was destroyed and can be emitted again.
    AlphaRecycled {
        /// Whose stake it was.
        coldkey: AccountId,
        /// With whom.
        hotkey: AccountId,
        /// How much.
        #[serde(with = "crate::text::alpha")]
        amount: Alpha,
        /// Where.
        netuid: u16,
    } = 15,
    /// Alpha was destroyed for ever.
    AlphaBurned {
        /// Whose stake it was.
        coldkey: AccountId,
        /// With whom.
        hotkey: AccountId,
        /// How much.
        #[serde(with = "crate::text::alpha")]
        amount: Alpha,
        /// Where.
        netuid: u16,
    } = 16,
    /// TAO was staked and the alpha burned.
    AddStakeBurn {
        /// Where.
        netuid: u16,
        /// With whom it was staked.
        hotkey: AccountId,
        /// What was offered.
        #[serde(with = "crate::text::tao")]
        amount: Tao,
        /// What was bought for it and burned.
        #[serde(with = "crate::text::alpha")]
        alpha: Alpha,
    } = 17,
    /// A coldkey chose where its miners on a subnet stake what they earn.
    AutoStakeDestinationSet {
        /// Whose miners.
        coldkey: AccountId,
        /// Where.
        netuid: u16,
        /// With whom they stake.
        hotkey: AccountId,
    } = 18,
    /// What a miner earned was staked with the hotkey that its owner chose.
    AutoStakeAdded {
        /// Where.
        netuid: u16,
        /// With whom it was staked.
        destination: AccountId,
        /// The miner.
        hotkey: AccountId,
        /// Whose stake it is.
        owner: AccountId,
        /// How much.
        #[serde(with = "crate::text::alpha")]
        incentive: Alpha,
    } = 19,
    /// The owner of a hotkey keeps more of its dividends.
    TakeIncreased {
        /// The owner.
        coldkey: AccountId,
        /// The hotkey.
        hotkey: AccountId,
        /// The new take, 65,535ths.
        take: u16,
    } = 20,
    /// The owner of a hotkey keeps less of its dividends.
    TakeDecreased {
        /// The owner.
        coldkey: AccountId,
        /// The hotkey.
        hotkey: AccountId,
        /// The new take, 65,535ths.
        take: u16,
    } = 21,

    /// A subnet was created.
    NetworkAdded {
        /// Its number.
        netuid: u16,
        /// 1: a dynamic pool.
        mechanism: u16,
    } = 30,
    /// A subnet was started.
    FirstEmissionBlockNumberSet {
        /// Which.
        netuid: u16,
        /// The first block with emission.
        block: u64,
    } = 31,

    /// A subnet was dissolved.
    NetworkRemoved {
        /// Its number.
        netuid: u16,
    } = 32,
    /// The token of a subnet got another symbol.
    SymbolUpdated {
        /// Which subnet.
        netuid: u16,
        /// Its symbol now.
        symbol: String,
    } = 33,
    /// A subnet said who it is.
    SubnetIdentitySet {
        /// Which.
        netuid: u16,
    } = 34,
    /// What a subnet said about itself is gone.
    SubnetIdentityRemoved {
        /// Which.
        netuid: u16,
    } = 35,
    /// Another hotkey works for a subnet's owner.
    SubnetOwnerHotkeySet {
        /// On which subnet.
        netuid: u16,
        /// The hotkey.
        hotkey: AccountId,
    } = 36,

    /// A hotkey got a UID.
    NeuronRegistered {
        /// On which subnet; 0 is root.
        netuid: u16,
        /// Its slot.
        uid: u16,
        /// The hotkey.
        hotkey: AccountId,
    } = 40,

    /// A signer without enough TAO paid the fee of a transaction out of its stake.
    TransactionFeePaidWithAlpha {
        /// Who.
        who: AccountId,
        /// On which subnet the stake is.
        netuid: u16,
        /// What it paid.
        #[serde(with = "crate::text::alpha")]
        alpha: Alpha,
        /// What the author got for it.
        #[serde(with = "crate::text::tao")]
        tao: Tao,
    } = 41,

    /// A hotkey published its axon.
    AxonServed {
        /// On which subnet.
        netuid: u16,
        /// The hotkey.
        hotkey: AccountId,
    } = 50,
    /// A hotkey published where it serves what Prometheus reads.
    PrometheusServed {
        /// On which subnet.
        netuid: u16,
        /// The hotkey.
        hotkey: AccountId,
    } = 51,

    /// A validator's weights were set, openly or by a reveal.
    WeightsSet {
        /// On which subnet.
        netuid: u16,
        /// In which of its mechanisms.
        mechanism: u8,
        /// The validator's slot.
        uid: u16,
    } = 60,
    /// A validator committed to weights by their hash.
    WeightsCommitted {
        /// The validator.
        hotkey: AccountId,
        /// On which subnet.
        netuid: u16,
        /// In which of its mechanisms.
        mechanism: u8,
        /// The hash.
        hash: Hash,
    } = 61,
    /// A validator revealed what it had committed to.
    WeightsRevealed {
        /// The validator.
        hotkey: AccountId,
        /// On which subnet.
        netuid: u16,
        /// In which of its mechanisms.
        mechanism: u8,
        /// The hash of the commit.
        hash: Hash,
    } = 62,
    /// A validator revealed several commits at once.
    WeightsBatchRevealed {
        /// The validator.
        hotkey: AccountId,
        /// On which subnet.
        netuid: u16,
        /// The hashes of the commits.
        hashes: Vec<Hash>,
    } = 63,
    /// A validator committed to weights that reveal themselves.
    TimelockedWeightsCommitted {
        /// The validator.
        hotkey: AccountId,
        /// On which subnet.
        netuid: u16,
        /// In which of its mechanisms.
        mechanism: u8,
        /// The hash of what was committed.
        hash: Hash,
        /// The round from which on it can be opened.
        round: u64,
    } = 64,
    /// A timelocked commit opened and its weights were set.
    TimelockedWeightsRevealed {
        /// On which subnet.
        netuid: u16,
        /// In which of its mechanisms.
        mechanism: u8,
        /// The validator.
        hotkey: AccountId,
    } = 65,
    /// The mechanisms of a subnet share its emission anew.
    MechanismSplitSet {
        /// On which subnet.
        netuid: u16,
        /// The parts, 65,535ths; `None` for even ones.
        split: Option<Vec<u16>>,
    } = 66,

    /// An epoch ran and its emission was paid.
    EpochRan {
        /// On which subnet.
        netuid: u16,
        /// The number of this epoch, from 1.
        index: u64,
        /// In which block.
        block: u64,
    } = 70,
    /// An epoch was put off because enough ran in this block.
    EpochDeferred {
        /// On which subnet.
        netuid: u16,
        /// The block in which it was due.
        from: u64,
        /// The block in which it will be tried again.
        to: u64,
    } = 71,
    /// An epoch was left out because a hotkey held two slots.
    EpochSkipped {
        /// On which subnet.
        netuid: u16,
        /// In which block.
        block: u64,
    } = 72,
    /// What the miners of a subnet earned in an epoch.
    IncentiveAlphaEmittedToMiners {
        /// On which subnet.
        netuid: u16,
        /// The alpha by UID.
        #[serde(with = "crate::text::alphas")]
        amounts: Vec<Alpha>,
    } = 73,
    /// The owner asked for an early epoch.
    EpochTriggered {
        /// On which subnet.
        netuid: u16,
        /// The owner's coldkey.
        by: AccountId,
        /// From which block on it is due.
        fires_at: u64,
    } = 74,

    /// The root dividends of a coldkey were claimed, by itself or automatically.
    RootClaimed {
        /// Whose.
        coldkey: AccountId,
    } = 90,
    /// A coldkey said what shall become of its root dividends.
    RootClaimTypeSet {
        /// Whose.
        coldkey: AccountId,
        /// What becomes of them.
        #[serde(rename = "type")]
        claim_type: RootClaimType,
    } = 91,

    /// A parameter was set.
    ParamSet {
        /// The subnet; `None` for a parameter of the whole network.
        netuid: Option<u16>,
        /// Which, and its new value.
        #[serde(flatten)]
        setting: Setting,
    } = 80,
    /// The list of authorities that governance appoints was replaced.
    AuthoritiesSet {
        /// The hash of the new list.
        hash: Hash,
    } = 81,
    /// An authority, or one that was, is jailed: it is no authority any more.
    AuthorityJailed(AuthorityJailed) = 82,

    /// Stake was locked.
    StakeLocked {
        /// Whose stake.
        coldkey: AccountId,
        /// For whom.
        hotkey: AccountId,
        /// Where.
        netuid: u16,
        /// How much more.
        #[serde(with = "crate::text::alpha")]
        amount: Alpha,
    } = 100,
    /// A lock was given to another hotkey.
    LockMoved {
        /// Whose lock.
        coldkey: AccountId,
        /// The hotkey it was for.
        origin_hotkey: AccountId,
        /// The hotkey it is for.
        destination_hotkey: AccountId,
        /// Where.
        netuid: u16,
    } = 101,
    /// A coldkey chose whether its locks on a subnet decay.
    PerpetualLockUpdated {
        /// Which coldkey.
        coldkey: AccountId,
        /// Where.
        netuid: u16,
        /// Whether they are perpetual.
        enabled: bool,
    } = 102,
    /// A coldkey chose whether it refuses stake that carries the lock of others.
    RejectLockedAlphaUpdated {
        /// Which coldkey.
        coldkey: AccountId,
        /// Whether it does.
        enabled: bool,
    } = 103,
    /// A subnet went to the coldkey whose hotkey has most conviction.
    SubnetOwnerChanged {
        /// Which subnet.
        netuid: u16,
        /// Its owner until now.
        old_coldkey: AccountId,
        /// Its owner from now on.
        new_coldkey: AccountId,
    } = 104,

    /// A hotkey asked for other children.
    SetChildrenScheduled {
        /// Which hotkey.
        hotkey: AccountId,
        /// Where.
        netuid: u16,
        /// They are set by the first epoch slot after this block.
        block: u64,
        /// What is lent, 2^64 - 1 for everything, and to whom.
        children: Vec<(u64, AccountId)>,
    } = 110,
    /// A hotkey got other children.
    SetChildren {
        /// Which hotkey.
        hotkey: AccountId,
        /// Where.
        netuid: u16,
        /// What is lent, 2^64 - 1 for everything, and to whom.
        children: Vec<(u64, AccountId)>,
    } = 111,
    /// A hotkey chose what it keeps of the dividends of others' stake.
    ChildKeyTakeSet {
        /// Which hotkey.
        hotkey: AccountId,
        /// In 65,535ths.
        take: u16,
    } = 112,
    /// A root validator chose whether it lends to the owners of new subnets.
    AutoParentDelegationEnabledSet {
        /// Its hotkey.
        hotkey: AccountId,
        /// Whether it does.
        enabled: bool,
    } = 113,

    /// A coldkey said who it is.
    ChainIdentitySet {
        /// Which.
        coldkey: AccountId,
    } = 120,
    /// A hotkey was replaced on all subnets.
    HotkeySwapped(HotkeySwapped) = 121,
    /// A hotkey was replaced on one subnet.
    HotkeySwappedOnSubnet(HotkeySwappedOnSubnet) = 122,
    /// A coldkey announced its successor.
    ColdkeySwapAnnounced {
        /// Which coldkey.
        who: AccountId,
        /// The hash of the successor.
        new_coldkey_hash: Hash,
    } = 123,
    /// A coldkey was replaced.
    ColdkeySwapped(ColdkeySwapped) = 124,
    /// The swap of a coldkey was disputed, so the coldkey is frozen.
    ColdkeySwapDisputed {
        /// Which.
        coldkey: AccountId,
    } = 125,
    /// Governance ended the swap of a coldkey.
    ColdkeySwapReset {
        /// Which.
        who: AccountId,
    } = 126,
    /// A coldkey took its announcement back.
    ColdkeySwapCleared {
        /// Which.
        who: AccountId,
    } = 127,
    /// A hotkey published a commitment.
    Commitment {
        /// On which subnet.
        netuid: u16,
        /// The hotkey.
        who: AccountId,
    } = 128,

    /// A hotkey stands for election from now on.
    CandidateJoined(CandidateJoined) = 140,
    /// A hotkey does not stand for election any more.
    CandidateLeft {
        /// Which.
        hotkey: AccountId,
    } = 141,
    /// A jailed authority is free: the next era may have it again.
    AuthorityUnjailed {
        /// Which.
        authority: AccountId,
    } = 142,
    /// Governance chose another mode, which holds from the next era on.
    ConsensusModeSet(ConsensusModeSet) = 143,
    /// The authorities of the next era were chosen; they decide from the next block on.
    EraStarted(EraStarted) = 144,
    /// Too few could be authorities, so those there are stay, and so does the mode.
    ElectionFailed(ElectionFailed) = 145,
    /// The only authority was proven to have said two different things. It stays: without it there would be no block.
    LastAuthoritySpared(LastAuthoritySpared) = 146,
    /// TAO was minted for an account of a development network.
    Funded {
        /// Which account.
        account: AccountId,
        /// How much.
        #[serde(with = "crate::text::tao")]
        amount: Tao,
    } = 150,
}

impl Event {
    /// The public network's name where it is not that of the variant: setting a parameter is an event for each.
    pub fn public_name(&self) -> Option<String> {
        match self {
            Event::ParamSet { setting, .. } => setting.event_name(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
