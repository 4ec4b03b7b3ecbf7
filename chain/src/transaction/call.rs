//! Everything an account can ask for, by family.
//!
//! Rule: the numbers of calls never change: they are what is signed and stored.

use super::{AxonInfo, Inner, PrometheusInfo, Reveal};
use crate::{
    authority::{Authority, ConsensusMode},
    crypto::{AccountId, Hash},
    ledger::{
        claims::RootClaimType,
        commitments::Field,
        identities::{Identity, SubnetIdentity},
    },
    params::ParamId,
};
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeSet;
use taonet_subnets::amount::{Alpha, Tao};

/// Everything an account can ask for.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Call {
    /// Moves TAO to another account.
    Transfer {
        /// The receiver.
        to: AccountId,
        /// How much.
        amount: Tao,
    } = 0,

    /// Stakes TAO of the signer to a hotkey on a subnet (staking.md section 3).
    AddStake {
        /// The hotkey.
        hotkey: AccountId,
        /// The subnet; 0 is root.
        netuid: u16,
        /// How much TAO.
        amount: Tao,
    } = 10,
    /// Stakes up to a limit price.
    AddStakeLimit {
        /// The hotkey.
        hotkey: AccountId,
        /// The subnet; 0 is root.
        netuid: u16,
        /// How much TAO.
        amount: Tao,
        /// The highest price, RAO per whole alpha.
        limit: u64,
        /// Whether to fill what fits instead of failing.
        allow_partial: bool,
    } = 11,
    /// Takes stake out of a subnet, as TAO (staking.md section 4).
    RemoveStake {
        /// The hotkey.
        hotkey: AccountId,
        /// The subnet; 0 is root.
        netuid: u16,
        /// How much alpha.
        amount: Alpha,
    } = 12,
    /// Takes stake out down to a limit price.
    RemoveStakeLimit {
        /// The hotkey.
        hotkey: AccountId,
        /// The subnet; 0 is root.
        netuid: u16,
        /// How much alpha.
        amount: Alpha,
        /// The lowest price, RAO per whole alpha.
        limit: u64,
        /// Whether to fill what fits instead of failing.
        allow_partial: bool,
    } = 13,
    /// Takes the whole stake out of a subnet, if there is a limit wholly or not at all.
    RemoveStakeFullLimit {
        /// The hotkey.
        hotkey: AccountId,
        /// The subnet; 0 is root.
        netuid: u16,
        /// The lowest price, RAO per whole alpha.
        limit: Option<u64>,
    } = 14,
    /// Takes all stake with a hotkey out of all subnets where that is possible.
    UnstakeAll {
        /// The hotkey.
        hotkey: AccountId,
    } = 15,
    /// Takes all stake with a hotkey out of all subnets but root, and stakes the TAO to it on root.
    UnstakeAllAlpha {
        /// The hotkey.
        hotkey: AccountId,
    } = 16,
    /// Moves stake to another hotkey, another subnet, or both (staking.md section 5).
    MoveStake {
        /// From which hotkey.
        origin_hotkey: AccountId,
        /// To which hotkey.
        destination_hotkey: AccountId,
        /// From which subnet.
        origin_netuid: u16,
        /// To which subnet.
        destination_netuid: u16,
        /// How much alpha of the origin.
        amount: Alpha,
    } = 17,
    /// Gives stake to another coldkey, on the same or on another subnet.
    TransferStake {
        /// The new owner of the stake.
        destination_coldkey: AccountId,
        /// The hotkey.
        hotkey: AccountId,
        /// From which subnet.
        origin_netuid: u16,
        /// To which subnet.
        destination_netuid: u16,
        /// How much alpha of the origin.
        amount: Alpha,
    } = 18,
    /// Moves stake with a hotkey to another subnet.
    SwapStake {
        /// The hotkey.
        hotkey: AccountId,
        /// From which subnet.
        origin_netuid: u16,
        /// To which subnet.
        destination_netuid: u16,
        /// How much alpha of the origin.
        amount: Alpha,
    } = 19,
    /// Moves stake with a hotkey to another subnet down to a limit.
    SwapStakeLimit {
        /// The hotkey.
        hotkey: AccountId,
        /// From which subnet.
        origin_netuid: u16,
        /// To which subnet.
        destination_netuid: u16,
        /// How much alpha of the origin.
        amount: Alpha,
        /// The lowest price of the origin's alpha in billionths of the price of the destination's.
        limit: u64,
        /// Whether to move what fits instead of failing.
        allow_partial: bool,
    } = 20,
    /// Stakes TAO of the signer and burns the alpha it gets for it (staking.md section 9).
    AddStakeBurn {
        /// The hotkey.
        hotkey: AccountId,
        /// The subnet.
        netuid: u16,
        /// How much TAO.
        amount: Tao,
        /// The highest price, RAO per whole alpha; wholly or not at all.
        limit: Option<u64>,
    } = 21,
    /// Destroys alpha of the signer so that it can be emitted again.
    RecycleAlpha {
        /// The hotkey.
        hotkey: AccountId,
        /// How much alpha.
        amount: Alpha,
        /// The subnet.
        netuid: u16,
    } = 22,
    /// Destroys alpha of the signer for ever.
    BurnAlpha {
        /// The hotkey.
        hotkey: AccountId,
        /// How much alpha.
        amount: Alpha,
        /// The subnet.
        netuid: u16,
    } = 23,
    /// Makes the signer the owner of a hotkey that has none (staking.md section 1).
    TryAssociateHotkey {
        /// The hotkey.
        hotkey: AccountId,
    } = 24,
    /// Chooses the hotkey to which the signer's miners stake what they earn (staking.md section 9).
    SetColdkeyAutoStakeHotkey {
        /// The subnet.
        netuid: u16,
        /// The hotkey.
        hotkey: AccountId,
    } = 25,
    /// Raises the part of dividends that a hotkey's owner keeps (staking.md section 7).
    IncreaseTake {
        /// The hotkey.
        hotkey: AccountId,
        /// The new take, 65,535ths.
        take: u16,
    } = 26,
    /// Lowers the part of dividends that a hotkey's owner keeps.
    DecreaseTake {
        /// The hotkey.
        hotkey: AccountId,
        /// The new take, 65,535ths.
        take: u16,
    } = 27,

    /// Creates a subnet at its lock cost (registration.md section 7).
    RegisterNetwork {
        /// The owner's hotkey; it takes UID 0.
        hotkey: AccountId,
    } = 30,
    /// Starts a subnet: its token can be traded and it emits (registration.md section 7).
    StartCall {
        /// The subnet.
        netuid: u16,
    } = 31,

    /// Creates a subnet that says who it is (registration.md section 7).
    RegisterNetworkWithIdentity {
        /// The owner's hotkey; it takes UID 0.
        hotkey: AccountId,
        /// Who the subnet says it is.
        identity: Option<Box<SubnetIdentity>>,
    } = 32,
    /// Says who a subnet is; for its owner (registration.md section 10).
    SetSubnetIdentity {
        /// The subnet.
        netuid: u16,
        /// Who it is.
        identity: Box<SubnetIdentity>,
    } = 33,
    /// Gives the token of a subnet another symbol; for its owner (registration.md section 10).
    UpdateSymbol {
        /// The subnet.
        netuid: u16,
        /// One of the known symbols that nobody has.
        symbol: String,
    } = 34,
    /// Dissolves a subnet; for the sudo account (registration.md section 9).
    DissolveNetwork {
        /// The subnet.
        netuid: u16,
    } = 35,
    /// Asks for an early epoch; for the subnet's owner (emission.md section 7).
    TriggerEpoch {
        /// The subnet.
        netuid: u16,
    } = 36,
    /// Lets another hotkey work for a subnet's owner (registration.md section 7).
    SetOwnerHotkey {
        /// The subnet.
        netuid: u16,
        /// The hotkey.
        hotkey: AccountId,
    } = 38,
    /// Lets the least earning neurons go until so many are left, and allows no more; for the subnet's owner
    /// (hyperparameters.md).
    TrimSubnet {
        /// The subnet.
        netuid: u16,
        /// How many slots there shall be.
        max_n: u16,
    } = 39,

    /// Registers a hotkey on a subnet at the current price (registration.md section 2).
    BurnedRegister {
        /// The subnet.
        netuid: u16,
        /// The hotkey.
        hotkey: AccountId,
    } = 40,
    /// Makes a hotkey a member of the root network (registration.md section 6).
    RootRegister {
        /// The hotkey.
        hotkey: AccountId,
    } = 41,
    /// Registers a hotkey at the current price, unless that is above a limit.
    RegisterLimit {
        /// The subnet.
        netuid: u16,
        /// The hotkey.
        hotkey: AccountId,
        /// The highest price.
        limit: Tao,
    } = 42,
    /// Registers the signer, a hotkey, by proof of work (registration.md section 5).
    Register {
        /// The subnet.
        netuid: u16,
        /// The block on which the work was done.
        block_number: u64,
        /// What makes the seal small enough.
        nonce: u64,
        /// The seal.
        work: Hash,
        /// Who owns the hotkey from now on, unless somebody does.
        coldkey: AccountId,
    } = 43,

    /// Publishes where a hotkey's axon listens; signed by the hotkey (peripherals.md section 1).
    ServeAxon {
        /// The subnet.
        netuid: u16,
        /// Where.
        axon: AxonInfo,
    } = 50,
    /// Publishes where a hotkey serves what Prometheus reads; signed by the hotkey (peripherals.md section 1).
    ServePrometheus {
        /// The subnet.
        netuid: u16,
        /// Where.
        prometheus: PrometheusInfo,
    } = 51,
    /// Publishes where a hotkey's axon listens, and the certificate of its key; signed by the hotkey.
    ServeAxonTls {
        /// The subnet.
        netuid: u16,
        /// Where.
        axon: AxonInfo,
        /// A byte for the algorithm, and up to 64 of the public key; ignored unless it is that.
        certificate: Vec<u8>,
    } = 52,

    /// Sets a validator's weights; signed by its hotkey (yuma.md section 10.1).
    SetWeights {
        /// The subnet.
        netuid: u16,
        /// The UIDs that are scored.
        uids: Vec<u16>,
        /// A score for each; only their proportions count.
        values: Vec<u16>,
        /// The version of the validator's rules.
        version_key: u64,
    } = 60,

    /// Sets a validator's weights in one of several mechanisms; signed by its hotkey (yuma.md sections 9 and 10.1).
    SetMechanismWeights {
        /// The subnet.
        netuid: u16,
        /// The mechanism; 0 is the first.
        mechanism: u8,
        /// The UIDs that are scored.
        uids: Vec<u16>,
        /// A score for each; only their proportions count.
        values: Vec<u16>,
        /// The version of the validator's rules.
        version_key: u64,
    } = 61,
    /// Commits to weights by their hash; signed by the validator's hotkey (yuma.md section 10.3).
    CommitWeights {
        /// The subnet.
        netuid: u16,
        /// The mechanism; 0 is the first.
        mechanism: u8,
        /// What [`Commitment`](taonet_subnets::yuma::submission::Commitment) hashes to.
        hash: Hash,
    } = 62,
    /// Reveals weights that were committed (yuma.md section 10.3).
    RevealWeights {
        /// The subnet.
        netuid: u16,
        /// The mechanism; 0 is the first.
        mechanism: u8,
        /// What was hidden.
        reveal: Reveal,
    } = 63,
    /// Reveals several commits in mechanism 0, all or none (yuma.md section 10.3).
    BatchRevealWeights {
        /// The subnet.
        netuid: u16,
        /// What was hidden, one for each commit.
        reveals: Vec<Reveal>,
    } = 64,
    /// Commits to weights that reveal themselves; signed by the validator's hotkey (yuma.md section 10.4).
    CommitTimelockedWeights {
        /// The subnet.
        netuid: u16,
        /// The mechanism; 0 is the first.
        mechanism: u8,
        /// A [`WeightsPayload`](taonet_subnets::yuma::payload::WeightsPayload), sealed to a round ([`crate::beacon`]).
        commit: Vec<u8>,
        /// The round of the beacon from which on it can be opened: the height of a block.
        round: u64,
        /// The version of this form, [`COMMIT_REVEAL_VERSION`](crate::calls::COMMIT_REVEAL_VERSION).
        version: u16,
    } = 65,
    /// Says how the mechanisms of a subnet share its emission; for the owner (yuma.md section 9).
    SetMechanismSplit {
        /// The subnet.
        netuid: u16,
        /// A part for each mechanism, 65,535ths that sum to the whole; `None` for even parts.
        split: Option<Vec<u16>>,
    } = 66,

    /// Sets a parameter (hyperparameters.md).
    SetParam {
        /// The subnet; `None` for a parameter of the whole network.
        netuid: Option<u16>,
        /// Which.
        param: ParamId,
        /// Its value in the parameter's own unit; fixed-point numbers by their raw integer.
        value: i128,
    } = 80,
    /// Replaces the list of authorities, in authority mode from the next height on; for the sudo account.
    SetAuthorities {
        /// The new list.
        authorities: Vec<Authority>,
    } = 81,

    /// Claims the signer's root dividends of some subnets (emission.md section 9).
    ClaimRoot {
        /// One to five subnets.
        subnets: BTreeSet<u16>,
    } = 90,
    /// Says what shall become of the signer's root dividends.
    SetRootClaimType {
        /// What becomes of them.
        claim_type: RootClaimType,
    } = 91,

    /// Locks stake of the signer on a subnet for a hotkey (staking.md section 10).
    LockStake {
        /// The hotkey that gains conviction.
        hotkey: AccountId,
        /// The subnet.
        netuid: u16,
        /// How much alpha, on top of what is locked already.
        amount: Alpha,
    } = 100,
    /// Gives the signer's lock to another hotkey.
    MoveLock {
        /// The other hotkey.
        destination_hotkey: AccountId,
        /// The subnet.
        netuid: u16,
    } = 101,
    /// Makes the signer's locks on a subnet perpetual, or lets them decay.
    SetPerpetualLock {
        /// The subnet.
        netuid: u16,
        /// Whether they are perpetual.
        enabled: bool,
    } = 102,
    /// Says whether the signer refuses stake from others that carries their lock.
    SetRejectLockedAlpha {
        /// Whether it does.
        enabled: bool,
    } = 103,
    /// Asks for the hotkeys to which one of the signer's lends stake weight on a subnet (staking.md section 8).
    SetChildren {
        /// The hotkey that lends.
        hotkey: AccountId,
        /// The subnet.
        netuid: u16,
        /// What is lent, 2^64 - 1 for everything, and to whom; all former children are replaced.
        children: Vec<(u64, AccountId)>,
    } = 110,
    /// Sets what a hotkey keeps of the dividends that others' stake earns through it.
    SetChildkeyTake {
        /// The hotkey.
        hotkey: AccountId,
        /// The subnet.
        netuid: u16,
        /// In 65,535ths.
        take: u16,
    } = 111,
    /// Says whether a root validator lends all its stake weight to the owner of every new subnet.
    SetAutoParentDelegationEnabled {
        /// The root validator's hotkey.
        hotkey: AccountId,
        /// Whether it does.
        enabled: bool,
    } = 112,

    /// Says who the signer is (registration.md section 10).
    SetIdentity {
        /// Who.
        identity: Box<Identity>,
    } = 120,
    /// Lets another hotkey take the place of one of the signer's (peripherals.md section 3).
    SwapHotkey {
        /// The hotkey that goes.
        hotkey: AccountId,
        /// The hotkey that comes.
        new_hotkey: AccountId,
        /// Where; `None` for all subnets.
        netuid: Option<u16>,
    } = 121,
    /// The same, and stake and dividends may stay with the old hotkey.
    SwapHotkeyV2 {
        /// The hotkey that goes.
        hotkey: AccountId,
        /// The hotkey that comes.
        new_hotkey: AccountId,
        /// Where; `None` for all subnets.
        netuid: Option<u16>,
        /// Whether stake and dividends stay behind.
        keep_stake: bool,
    } = 122,
    /// Announces the coldkey that will replace the signer (peripherals.md section 4).
    AnnounceColdkeySwap {
        /// Its hash, [`coldkey_hash`](crate::ledger::swaps::coldkey_hash).
        new_coldkey_hash: Hash,
    } = 123,
    /// Replaces the signer by the coldkey it announced.
    SwapColdkeyAnnounced {
        /// The new coldkey.
        new_coldkey: AccountId,
    } = 124,
    /// Freezes the signer, whose announcement is somebody else's.
    DisputeColdkeySwap = 125,
    /// Takes the signer's announcement back.
    ClearColdkeySwapAnnouncement = 126,
    /// Ends the announcement of a coldkey, disputed or not; for the sudo account.
    ResetColdkeySwap {
        /// The coldkey.
        coldkey: AccountId,
    } = 127,
    /// Replaces a coldkey at once; for the sudo account.
    SwapColdkey {
        /// The coldkey that goes.
        old_coldkey: AccountId,
        /// The coldkey that comes.
        new_coldkey: AccountId,
    } = 128,
    /// Publishes a commitment; signed by the hotkey (peripherals.md section 2).
    SetCommitment {
        /// The subnet.
        netuid: u16,
        /// What is committed to.
        fields: Vec<Field>,
    } = 129,

    /// Lets a hotkey stand for election as an authority; signed by it or by its coldkey. Its node must be running with
    /// the hotkey's key.
    JoinAuthorities {
        /// The hotkey.
        hotkey: AccountId,
    } = 140,
    /// Ends the candidacy of a hotkey; signed by it or by its coldkey.
    LeaveAuthorities {
        /// The hotkey.
        hotkey: AccountId,
    } = 141,
    /// Frees a jailed authority; signed by it or by its coldkey.
    UnjailAuthority {
        /// The authority.
        authority: AccountId,
    } = 142,
    /// Says how authorities are chosen from the next era on; for the sudo account.
    SetConsensusMode {
        /// How.
        mode: ConsensusMode,
    } = 143,

    /// Mints TAO for an account; on development networks.
    DevFund {
        /// The account.
        account: AccountId,
        /// How much.
        amount: Tao,
    } = 150,
    /// Sets any parameter but those that the rules have built in, at any time; on development networks.
    DevSetParam {
        /// The subnet; `None` for a parameter of the whole network.
        netuid: Option<u16>,
        /// Which.
        param: ParamId,
        /// Its value, as in [`Call::SetParam`].
        value: i128,
    } = 151,
    /// Makes a call in the name of any account; on development networks.
    DevImpersonate {
        /// In whose name.
        account: AccountId,
        /// The call.
        call: Inner,
    } = 152,
}
