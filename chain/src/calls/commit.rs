//! Committing to weights by their hash and revealing them, or sealing them so that they reveal themselves (yuma.md
//! sections 10.3 and 10.4).
//!
//! Purpose: others cannot copy weights before they are stale.
//!
//! Rules:
//! 1. A commit says when its author decided: it sets the neuron's last update. A reveal does not.
//! 2. A commit is revealed exactly `reveal_period` epochs later, neither before nor after. A reveal ends all older
//!    commits of its hotkey; one of a batch ends only its own.
//! 3. What is revealed passes the checks of open weights, but for the rate limit, which bound the commit.
//! 4. A reveal that fails changes nothing, expired commits included.
//! 5. Timelocked commits are only stored here; the block step opens them.
//!
//! Deviation: nobody commits on root. It has no epochs, so what was committed there would never be opened nor dropped.

use super::{
    BlockContext, ensure,
    weights::{self, Submission},
};
use crate::{
    crypto::{AccountId, Hash},
    error::CallError,
    event::Event,
    ledger::{
        commits::{self, HashCommit, MAX_OPEN_COMMITS},
        epochs::{self, Mechanism},
        neurons, params,
        subnets::ROOT,
    },
    state::{Overlay, StateRead},
    transaction::Reveal,
};
use taonet_subnets::yuma::{payload::sealed_hash, submission::Commitment};

/// The version of the sealed form and its timing that this network speaks.
pub const COMMIT_REVEAL_VERSION: u16 = 4;
/// The most bytes of a timelocked commit: a row for a thousand UIDs, four times a full subnet.
pub const MAX_SEALED_BYTES: usize = 5_000;

/// Commits the hotkey `origin` to weights.
///
/// # Errors
/// In this order: `CanNotSetRootNetworkWeights`, `MechanismDoesNotExist`, `CommitRevealDisabled`,
/// `HotKeyNotRegisteredInSubNet`, `CommittingWeightsTooFast`, `TooManyUnrevealedCommits`.
pub(super) fn commit(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    mechanism: Mechanism,
    hash: &Hash,
) -> Result<Vec<Event>, CallError> {
    let Mechanism { netuid, number } = mechanism;
    let (index, uid) = check_commit(state, block, origin, mechanism, COMMIT_REVEAL_VERSION)?;
    let epoch = commits::now_epoch(state, netuid, block.number);
    let Queue { mut open, .. } = Queue::read(state, netuid, index, origin, epoch);
    ensure(open.len() < MAX_OPEN_COMMITS, CallError::TooManyUnrevealedCommits)?;
    open.push(HashCommit { hash: *hash, epoch, block: block.number });
    commits::put_by_hash(state, index, origin, &open);
    epochs::set_last_update(state, index, uid, block.number);
    Ok(vec![Event::WeightsCommitted { hotkey: *origin, netuid, mechanism: number, hash: *hash }])
}

/// Weights that nobody can read before a round of the beacon.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sealed<'s> {
    /// What is sealed.
    pub(super) bytes: &'s [u8],
    /// From which round on it can be opened.
    pub(super) round: u64,
    /// The version of the form.
    pub(super) version: u16,
}

/// Commits the hotkey `origin` to weights that reveal themselves.
///
/// # Errors
/// In this order: `CommitTooLong`, `CanNotSetRootNetworkWeights`, `MechanismDoesNotExist`, `CommitRevealDisabled`,
/// `IncorrectCommitRevealVersion`, `HotKeyNotRegisteredInSubNet`, `CommittingWeightsTooFast`,
/// `TooManyUnrevealedCommits` (in this epoch).
pub(super) fn commit_timelocked(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    mechanism: Mechanism,
    sealed: Sealed<'_>,
) -> Result<Vec<Event>, CallError> {
    let Mechanism { netuid, number } = mechanism;
    let Sealed { bytes, round, version } = sealed;
    ensure(bytes.len() <= MAX_SEALED_BYTES, CallError::CommitTooLong)?;
    let (index, uid) = check_commit(state, block, origin, mechanism, version)?;
    let epoch = commits::now_epoch(state, netuid, block.number);
    let mine = commits::timelocked(state, index, epoch).iter().filter(|one| one.hotkey == *origin).count();
    ensure(mine < MAX_OPEN_COMMITS, CallError::TooManyUnrevealedCommits)?;
    commits::push_timelocked(state, (index, epoch), origin, (block.number, round), bytes);
    epochs::set_last_update(state, index, uid, block.number);
    let hash = Hash(sealed_hash(bytes));
    Ok(vec![Event::TimelockedWeightsCommitted { hotkey: *origin, netuid, mechanism: number, hash, round }])
}

/// What every commit must pass; returns the mechanism's index and the neuron's UID.
fn check_commit(
    state: &dyn StateRead,
    block: &BlockContext,
    origin: &AccountId,
    mechanism: Mechanism,
    version: u16,
) -> Result<(u16, u16), CallError> {
    let netuid = mechanism.netuid;
    ensure(netuid != ROOT, CallError::CanNotSetRootNetworkWeights)?;
    let index = epochs::existing(state, mechanism).ok_or(CallError::MechanismDoesNotExist)?;
    ensure(params::subnet(state, netuid).commit_reveal_enabled, CallError::CommitRevealDisabled)?;
    ensure(version == COMMIT_REVEAL_VERSION, CallError::IncorrectCommitRevealVersion)?;
    let uid = neurons::uid(state, netuid, origin).ok_or(CallError::HotKeyNotRegisteredInSubNet)?;
    let waited = weights::waited(state, mechanism, uid, block.number);
    ensure(waited, CallError::CommittingWeightsTooFast)?;
    Ok((index, uid))
}

/// Reveals the weights of a commit of the hotkey `origin`.
///
/// # Errors
/// In this order: `CommitRevealDisabled`, `NoWeightsCommitFound`, `ExpiredWeightCommit`,
/// `InvalidRevealCommitHashNotMatch`, `RevealTooEarly`; then those of [`weights::set`].
pub(super) fn reveal(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    mechanism: Mechanism,
    reveal: &Reveal,
) -> Result<Vec<Event>, CallError> {
    let Mechanism { netuid, number } = mechanism;
    ensure(params::subnet(state, netuid).commit_reveal_enabled, CallError::CommitRevealDisabled)?;
    let index = mechanism.index().ok_or(CallError::NoWeightsCommitFound)?;
    let now = commits::now_epoch(state, netuid, block.number);
    let mut queue = Queue::read(state, netuid, index, origin, now);
    let hash = hash(origin, index, reveal);
    let place = queue.find(&hash)?;
    queue.check_time(place)?;
    queue.open.drain(..=place);
    commits::put_by_hash(state, index, origin, &queue.open);
    let mut events = weights::set(state, block, origin, mechanism, submission(reveal))?;
    events.push(Event::WeightsRevealed { hotkey: *origin, netuid, mechanism: number, hash });
    Ok(events)
}

/// Reveals several commits of the hotkey `origin` in mechanism 0, in the order in which they are given.
///
/// # Errors
/// In this order, each for every reveal: `CommitRevealDisabled`, `NoWeightsCommitFound`; `ExpiredWeightCommit`;
/// `InvalidRevealCommitHashNotMatch`, `RevealTooEarly`; then those of [`weights::set`], and
/// `InvalidRevealCommitHashNotMatch` for a commit that is revealed twice.
pub(super) fn batch_reveal(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    netuid: u16,
    reveals: &[Reveal],
) -> Result<Vec<Event>, CallError> {
    let mechanism = Mechanism { netuid, number: 0 };
    ensure(params::subnet(state, netuid).commit_reveal_enabled, CallError::CommitRevealDisabled)?;
    let index = mechanism.index().ok_or(CallError::NoWeightsCommitFound)?;
    let now = commits::now_epoch(state, netuid, block.number);
    let mut queue = Queue::read(state, netuid, index, origin, now);
    ensure(!queue.is_empty(), CallError::NoWeightsCommitFound)?;
    let hashes: Vec<Hash> = reveals.iter().map(|reveal| hash(origin, index, reveal)).collect();
    ensure(!hashes.iter().any(|hash| queue.expired.contains(hash)), CallError::ExpiredWeightCommit)?;
    for hash in &hashes {
        queue.check_time(queue.position(hash)?)?;
    }
    let mut events = Vec::new();
    for (reveal, hash) in reveals.iter().zip(&hashes) {
        queue.open.remove(queue.position(hash)?);
        events.extend(weights::set(state, block, origin, mechanism, submission(reveal))?);
    }
    commits::put_by_hash(state, index, origin, &queue.open);
    events.push(Event::WeightsBatchRevealed { hotkey: *origin, netuid, hashes });
    Ok(events)
}

fn hash(hotkey: &AccountId, storage_index: u16, reveal: &Reveal) -> Hash {
    let Reveal { uids, values, salt, version_key } = reveal;
    let commitment =
        Commitment { hotkey: &hotkey.0, storage_index, uids, values, salt, version_key: *version_key };
    Hash(commitment.hash())
}

fn submission(reveal: &Reveal) -> Submission<'_> {
    Submission { uids: &reveal.uids, values: &reveal.values, version_key: reveal.version_key }
}

/// A hotkey's commits, seen from an epoch.
struct Queue {
    /// The hashes of those at the front that can no longer be revealed.
    expired: Vec<Hash>,
    /// The others, oldest first.
    open: Vec<HashCommit>,
    now: u64,
    reveal_period: u64,
}

impl Queue {
    fn read(state: &dyn StateRead, netuid: u16, index: u16, hotkey: &AccountId, now: u64) -> Queue {
        let reveal_period = params::subnet(state, netuid).reveal_period;
        let mut open = commits::by_hash(state, index, hotkey);
        let is_expired = |commit: &HashCommit| commit.time().is_expired(now, reveal_period);
        // From the front only: a longer reveal period can make a later commit expire before an earlier one would.
        let expired = open.iter().take_while(|commit| is_expired(commit)).count();
        let expired = open.drain(..expired).map(|commit| commit.hash).collect();
        Queue { expired, open, now, reveal_period }
    }

    fn is_empty(&self) -> bool {
        self.open.is_empty() && self.expired.is_empty()
    }

    /// Where the commit with a hash is, and why there is none otherwise.
    fn find(&self, hash: &Hash) -> Result<usize, CallError> {
        match self.position(hash) {
            Err(_) if self.expired.contains(hash) => Err(CallError::ExpiredWeightCommit),
            Err(_) if self.open.is_empty() => Err(CallError::NoWeightsCommitFound),
            place => place,
        }
    }

    fn position(&self, hash: &Hash) -> Result<usize, CallError> {
        let place = self.open.iter().position(|commit| commit.hash == *hash);
        place.ok_or(CallError::InvalidRevealCommitHashNotMatch)
    }

    /// Whether the commit at a place can be revealed in this epoch.
    fn check_time(&self, place: usize) -> Result<(), CallError> {
        let due = self.open.get(place).map(|commit| commit.epoch.saturating_add(self.reveal_period));
        ensure(due == Some(self.now), CallError::RevealTooEarly)
    }
}
