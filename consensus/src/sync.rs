//! Who is where: the neighbours, what they said of themselves, and whom to ask.
//!
//! Rules:
//! 1. Every node tells each neighbour its [`Status`] once per heartbeat, and at once when they meet. Gossip never
//!    retransmits, so this is how losses are repaired: the neighbour answers directly with what the sender lacks.
//! 2. A node that is behind asks *one* neighbour that is ahead for blocks, and the next one when that fails. A
//!    neighbour one height ahead is given a heartbeat's patience: most likely our own decision is on its way.
//! 3. Whoever stalls or lies is asked last from then on; each useful answer takes one such failure back. So one who
//!    keeps failing costs its [`FETCH_PATIENCE_MS`] once and not every other time.
//! 4. An answer that begins below what was asked is a late one to an earlier question, and is left alone: what is asked
//!    for only rises. Whoever answers nothing else lets its time pass.
//! 5. Who no longer has the blocks is asked after those who may have them, and gives the state as a whole
//!    ([`crate::snapshot`]).
//! 6. What a neighbour may draw from us is limited by bytes per second ([`Allowance`]); what we take from one is
//!    limited to what we asked for.
//!
//! Statuses go to neighbours, not by gossip: the transport proves who they are from.

use crate::{
    message::{MAX_ANSWER_BYTES, NodeId, Status},
    tendermint::Agreement,
    timing::Time,
};
use std::collections::BTreeMap;
use taonet_chain::{CommittedBlock, Network, VoteKind};

/// How many neighbours are listened to. The transport allows fewer connections than this.
pub const MAX_NEIGHBOURS: usize = 256;

/// How long an answer with blocks may take: ten times a slow link's way with a full answer.
pub const FETCH_PATIENCE_MS: Time = 2_000;

/// Bytes per millisecond a neighbour may draw: 8 MB a second, above what a node can check.
const DRAW_PER_MS: u64 = 8_192;

/// What a neighbour may draw at once: a few full answers.
const DRAW_BURST: u64 = 4 * MAX_ANSWER_BYTES as u64;

/// What answering costs even if the answer is empty.
const DRAW_AT_LEAST: u64 = 1_024;

/// What one neighbour may still draw from us.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    bytes: u64,
    at: Time,
}

impl Allowance {
    fn full(now: Time) -> Allowance {
        Allowance { bytes: DRAW_BURST, at: now }
    }

    /// Whether there is anything left; it refills with time.
    fn has_some(&mut self, now: Time) -> bool {
        let refill = now.saturating_sub(self.at).saturating_mul(DRAW_PER_MS);
        self.bytes = self.bytes.saturating_add(refill).min(DRAW_BURST);
        self.at = now;
        self.bytes >= DRAW_AT_LEAST
    }

    fn draw(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_sub(bytes.max(DRAW_AT_LEAST));
    }
}

#[derive(Clone, Debug)]
struct Neighbour {
    status: Option<Status>,
    allowance: Allowance,
    /// How often it stalled or lied, less its useful answers.
    failures: u32,
    /// The first block that it may still have.
    oldest: u64,
}

impl Neighbour {
    /// How it ranks among those who are asked for the block at `height`: the lowest first.
    fn rank(&self, height: u64) -> (u32, bool) {
        (self.failures, self.oldest > height)
    }
}

/// What a neighbour was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Blocks, from this height on.
    Blocks(u64),
    /// The changes of authorities, from this height on.
    Turns(u64),
    /// Chunks of a snapshot.
    Chunks {
        /// Its height.
        height: u64,
        /// The first of them.
        first: u16,
    },
}

#[derive(Clone, Copy, Debug)]
struct Request {
    peer: NodeId,
    wanted: Wanted,
    until: Time,
}

/// The neighbours of a node.
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    all: BTreeMap<NodeId, Neighbour>,
    request: Option<Request>,
    /// Whom we asked last, so that the next request goes to another.
    asked: Option<NodeId>,
}

impl Neighbours {
    /// A neighbour is there. Beyond [`MAX_NEIGHBOURS`] it is not listened to.
    pub fn add(&mut self, peer: NodeId, now: Time) {
        if self.all.len() < MAX_NEIGHBOURS {
            let neighbour =
                Neighbour { status: None, allowance: Allowance::full(now), failures: 0, oldest: 0 };
            self.all.entry(peer).or_insert(neighbour);
        }
    }

    /// A neighbour is gone.
    pub fn remove(&mut self, peer: &NodeId) {
        self.all.remove(peer);
        self.request.take_if(|request| request.peer == *peer);
    }

    /// Everyone.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> {
        self.all.keys().copied()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// A neighbour said where it is.
    pub fn heard(&mut self, peer: &NodeId, status: Status) {
        if let Some(neighbour) = self.all.get_mut(peer) {
            neighbour.status = Some(status);
        }
    }

    /// Where everyone said they are.
    pub fn statuses(&self) -> impl Iterator<Item = (NodeId, Status)> {
        self.all.iter().filter_map(|(id, neighbour)| neighbour.status.map(|status| (*id, status)))
    }

    /// Whether `peer` may have an answer now.
    pub fn may_draw(&mut self, peer: &NodeId, now: Time) -> bool {
        self.all.get_mut(peer).is_some_and(|neighbour| neighbour.allowance.has_some(now))
    }

    /// `peer` gets an answer of so many bytes.
    pub fn draw(&mut self, peer: &NodeId, bytes: usize) {
        if let Some(neighbour) = self.all.get_mut(peer) {
            neighbour.allowance.draw(bytes as u64);
        }
    }

    /// Whom to ask for the block at `height`, unless an answer is still awaited: of those who failed least and may have
    /// it, each in its turn. `patient`: our own decision may be on its way, so being one height ahead is not enough.
    pub fn ask(&mut self, height: u64, patient: bool, now: Time) -> Option<NodeId> {
        if self.is_waiting(now) {
            return None;
        }
        let lead = if patient { 2 } else { 1 };
        let ahead = || self.ahead(height.saturating_add(lead));
        let lowest = ahead().map(|(_, neighbour)| neighbour.rank(height)).min()?;
        let best = || ahead().filter(|(_, neighbour)| neighbour.rank(height) == lowest).map(|(peer, _)| peer);
        let next = best().find(|peer| Some(*peer) > self.asked).or_else(|| best().next())?;
        self.asked = Some(next);
        self.request(next, Wanted::Blocks(height), now);
        Some(next)
    }

    /// Whether somebody has time left to answer. Whoever let it pass has failed.
    pub fn is_waiting(&mut self, now: Time) -> bool {
        match self.request {
            Some(request) if now < request.until => true,
            Some(request) => {
                self.failed(&request.peer);
                false
            }
            None => false,
        }
    }

    /// Remembers what `peer` is asked for.
    pub fn request(&mut self, peer: NodeId, wanted: Wanted, now: Time) {
        self.request = Some(Request { peer, wanted, until: now.saturating_add(FETCH_PATIENCE_MS) });
    }

    /// Those who say they are at `height` or beyond.
    fn ahead(&self, height: u64) -> impl Iterator<Item = (NodeId, &Neighbour)> {
        let is_there =
            move |neighbour: &Neighbour| neighbour.status.is_some_and(|status| status.height >= height);
        let ahead = self.all.iter().filter(move |(_, neighbour)| is_there(neighbour));
        ahead.map(|(peer, neighbour)| (*peer, neighbour))
    }

    /// Whether `peer` answers what it was asked for, and what `is` makes of that; the request is over then.
    pub fn answered<T>(&mut self, peer: &NodeId, is: impl FnOnce(Wanted) -> Option<T>) -> Option<T> {
        let request = self.request.filter(|request| request.peer == *peer)?;
        let found = is(request.wanted)?;
        self.request = None;
        Some(found)
    }

    /// `peer` no longer has the block at `height`.
    pub fn lacks(&mut self, peer: &NodeId, height: u64) {
        if let Some(neighbour) = self.all.get_mut(peer) {
            neighbour.oldest = neighbour.oldest.max(height.saturating_add(1));
        }
    }

    /// Whether somebody else is to be asked for the block at `height` before `peer`.
    pub fn has_better(&self, peer: &NodeId, height: u64) -> bool {
        let own = self.all.get(peer).map(|neighbour| neighbour.rank(height));
        let mut ranks = self.ahead(height.saturating_add(1)).map(|(_, neighbour)| neighbour.rank(height));
        own.is_some_and(|own| ranks.any(|rank| rank < own))
    }

    /// `peer` stalled or lied: it is asked after all others.
    pub fn failed(&mut self, peer: &NodeId) {
        self.request.take_if(|request| request.peer == *peer);
        if let Some(neighbour) = self.all.get_mut(peer) {
            neighbour.failures = neighbour.failures.saturating_add(1);
        }
    }

    /// `peer` gave what it was asked for.
    pub fn helped(&mut self, peer: &NodeId) {
        if let Some(neighbour) = self.all.get_mut(peer) {
            neighbour.failures = neighbour.failures.saturating_sub(1);
        }
    }

    /// `peer` lied: what it said of itself is forgotten until it says it again, and it is asked after all others.
    pub fn distrust(&mut self, peer: &NodeId) {
        self.failed(peer);
        if let Some(neighbour) = self.all.get_mut(peer) {
            neighbour.status = None;
        }
    }
}

/// Where we are.
pub fn status_of(network: Network, agreement: &Agreement) -> Status {
    let round = agreement.round();
    Status {
        network,
        height: agreement.height(),
        round,
        step: agreement.step(),
        proposal: agreement.proposal(round).is_some(),
        prevotes: voters(agreement, round, VoteKind::Prevote),
        precommits: voters(agreement, round, VoteKind::Precommit),
    }
}

/// Whose votes of one kind we have, as a set of bits by position among the authorities.
fn voters(agreement: &Agreement, round: u32, kind: VoteKind) -> u128 {
    let positions =
        agreement.votes(round, kind).filter_map(|vote| agreement.authorities().position(&vote.voter));
    positions.fold(0, |bits, position| bits | bit(position))
}

/// The votes that a neighbour at our height lacks: of its round, and of ours if that is later.
pub fn missing_votes(agreement: &Agreement, status: &Status) -> Vec<taonet_chain::Vote> {
    let mut missing = Vec::new();
    for (kind, known) in [(VoteKind::Prevote, status.prevotes), (VoteKind::Precommit, status.precommits)] {
        let theirs = agreement.votes(status.round, kind).filter(|vote| {
            let position = agreement.authorities().position(&vote.voter);
            position.is_some_and(|position| known & bit(position) == 0)
        });
        missing.extend(theirs.cloned());
        if agreement.round() > status.round {
            missing.extend(agreement.votes(agreement.round(), kind).cloned());
        }
    }
    missing
}

fn bit(position: usize) -> u128 {
    u32::try_from(position).ok().and_then(|position| 1u128.checked_shl(position)).unwrap_or(0)
}

/// How many of `blocks` fit into one answer; at least one if there is any.
pub fn fit_answer(blocks: impl Iterator<Item = CommittedBlock>) -> (Vec<CommittedBlock>, usize) {
    let mut answer = Vec::new();
    let mut bytes = 0usize;
    for block in blocks.take(crate::message::MAX_BLOCKS_PER_ANSWER) {
        let size = borsh::object_length(&block).unwrap_or(usize::MAX);
        if !answer.is_empty() && bytes.saturating_add(size) > MAX_ANSWER_BYTES {
            break;
        }
        bytes = bytes.saturating_add(size);
        answer.push(block);
    }
    (answer, bytes)
}

#[cfg(test)]
mod tests;
