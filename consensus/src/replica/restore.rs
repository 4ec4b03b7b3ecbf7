//! Taking the state as a whole from a neighbour (see [`crate::snapshot`]).
//!
//! Rules:
//! 1. One server at a time, one request at a time. A server that lies or stalls is left, and everything but the chunks
//!    that were checked is forgotten: whoever is asked next may have the blocks, or offer the same snapshot.
//! 2. Nothing of an offer is kept before its header is believed, and no chunk before its hash is right.
//! 3. What this node has voted for does not bind it at the height it comes to: it never was there.

use super::{Replica, early::Early};
use crate::{
    interface::{Offence, Outgoing, Verdict},
    message::{Message, NodeId},
    snapshot::{Chunk, Offer},
    store::{Record, Store},
    sync::Wanted,
};
use std::collections::BTreeSet;
use taonet_chain::{LightChain, LightError, Turn, state::tree::Tree};

/// A snapshot on its way here.
#[derive(Debug)]
pub(super) struct Restore {
    offer: Box<Offer>,
    /// What is known of the chain on the way to the offered header; `None`: the trusted header is still to come.
    light: Option<LightChain>,
    /// All changes of authorities that are known.
    turns: Vec<Turn>,
    /// The chunks still to come; `None`: the header is not believed yet.
    missing: Option<BTreeSet<u16>>,
}

/// What to do next about a snapshot.
enum Next {
    Ask(Wanted),
    Install,
    /// It is of no use, though not a lie.
    Leave,
    Blame,
}

impl<S: Store> Replica<S> {
    /// Whether a snapshot is on its way. If its server has stalled, it no longer is.
    pub(super) fn is_restoring(&mut self) -> bool {
        if self.restore.is_some() && !self.neighbours.is_waiting(self.now) {
            self.restore = None;
        }
        self.restore.is_some()
    }

    /// The answer of a neighbour that no longer has the block we asked for.
    pub(super) fn on_snapshot(&mut self, from: NodeId, offer: Box<Offer>) -> Verdict {
        let wanted = |wanted| match wanted {
            Wanted::Blocks(height) if offer.height() >= height => Some(height),
            _ => None,
        };
        let Some(height) = self.neighbours.answered(&from, wanted) else {
            return Verdict::Ignore; // it was given up on
        };
        if !offer.folds() {
            return self.blame(&from);
        }
        self.neighbours.lacks(&from, height);
        if self.neighbours.has_better(&from, height) {
            self.pursue();
            return Verdict::Accept;
        }
        let trusted = self.config.trust.filter(|(height, _)| *height > self.tip.height);
        let (light, turns) = match trusted {
            Some(_) => (None, Vec::new()),
            None => {
                let light =
                    LightChain::at(self.config.network, self.tip.height, self.tip.authorities.clone());
                (Some(light), self.store.turns(0, usize::MAX))
            }
        };
        self.restore = Some(Restore { offer, light, turns, missing: None });
        self.go_on(from)
    }

    /// Does what is to be done next about the snapshot.
    fn go_on(&mut self, from: NodeId) -> Verdict {
        match self.next() {
            Next::Ask(wanted) => {
                self.neighbours.request(from, wanted, self.now);
                let message = match wanted {
                    Wanted::Blocks(height) => Message::Fetch(height),
                    Wanted::Turns(height) => Message::FetchTurns(height),
                    Wanted::Chunks { height, first } => Message::FetchChunks { height, first },
                };
                self.send(from, message);
            }
            Next::Install => self.install(),
            Next::Leave => {
                self.restore = None;
                self.neighbours.failed(&from);
            }
            Next::Blame => return self.blame(&from),
        }
        Verdict::Accept
    }

    fn next(&mut self) -> Next {
        let Some(restore) = &mut self.restore else { return Next::Leave };
        let height = restore.offer.height();
        if height <= self.tip.height {
            return Next::Leave; // we came further without it
        }
        let Some(missing) = &restore.missing else {
            let (trusted, _) = self.config.trust.unwrap_or_default();
            return match restore.light.as_ref().map(|light| (light.height(), restore.offer.follows(light))) {
                None if height <= trusted => Next::Leave,
                None => Next::Ask(Wanted::Turns(trusted)),
                Some((_, Ok(()))) => self.believe(),
                Some((known, Err(LightError::OtherAuthorities))) => Next::Ask(Wanted::Turns(known)),
                Some(_) => Next::Blame,
            };
        };
        match missing.first() {
            Some(first) => Next::Ask(Wanted::Chunks { height, first: *first }),
            None => Next::Install,
        }
    }

    /// The offered header is believed: makes room for its snapshot, unless a part of it is here already.
    fn believe(&mut self) -> Next {
        let Some(restore) = &mut self.restore else { return Next::Leave };
        let id = restore.offer.turn.certified.header.id();
        let same = |offer: &Offer| offer.turn.certified.header.id() == id;
        let missing = match self.store.snapshot().filter(|kept| same(&kept.offer)) {
            Some(kept) => kept.missing,
            None => {
                self.store.begin_snapshot(&restore.offer);
                restore.offer.wanted()
            }
        };
        restore.turns.push(restore.offer.turn.clone());
        restore.missing = Some(missing);
        self.next()
    }

    pub(super) fn on_turns(&mut self, from: NodeId, turns: Vec<Turn>) -> Verdict {
        let begin = turns.first().map(Turn::height);
        let wanted = |wanted| match wanted {
            Wanted::Turns(height) if begin.is_none_or(|begin| begin >= height) => Some(()),
            _ => None,
        };
        if self.neighbours.answered(&from, wanted).is_none() {
            return Verdict::Ignore;
        }
        if self.learn(turns).is_ok() { self.go_on(from) } else { self.blame(&from) }
    }

    /// Follows turns towards the offered header. An error if one is wrong, or none of them helps.
    fn learn(&mut self, turns: Vec<Turn>) -> Result<(), ()> {
        let Some(restore) = &mut self.restore else { return Err(()) };
        let end = restore.offer.height();
        let mut learned = Err(());
        for turn in turns.into_iter().take_while(|turn| turn.height() < end) {
            match (&mut restore.light, self.config.trust) {
                (Some(light), _) if turn.height() <= light.height() => continue,
                (Some(light), _) => light.turn(&turn).map_err(drop)?,
                (light @ None, Some((height, id))) if turn.height() == height => {
                    *light = Some(LightChain::at_header(self.config.network, &id, &turn).map_err(drop)?);
                }
                (None, _) => return Err(()),
            }
            restore.turns.push(turn);
            learned = Ok(());
        }
        learned
    }

    pub(super) fn on_chunks(&mut self, from: NodeId, height: u64, chunks: &[Chunk]) -> Verdict {
        let begin = chunks.first().map(|chunk| chunk.index);
        let wanted = |wanted| match wanted {
            Wanted::Chunks { height: of, first } if of == height => {
                Some(first).filter(|first| begin.is_none_or(|begin| begin >= *first))
            }
            _ => None,
        };
        let Some(first) = self.neighbours.answered(&from, wanted) else { return Verdict::Ignore };
        if begin == Some(first) && chunks.iter().all(|chunk| self.gather(chunk)) {
            self.neighbours.helped(&from);
            self.go_on(from)
        } else {
            self.blame(&from)
        }
    }

    /// Keeps a chunk that is still missing and is what the header says; `false` if it is not.
    fn gather(&mut self, chunk: &Chunk) -> bool {
        let Some(Restore { offer, missing: Some(missing), .. }) = &mut self.restore else { return false };
        let is_right = missing.contains(&chunk.index) && offer.has(chunk);
        if is_right {
            self.store.put_chunk(chunk);
            missing.remove(&chunk.index);
        }
        is_right
    }

    fn blame(&mut self, from: &NodeId) -> Verdict {
        self.restore = None;
        self.neighbours.distrust(from);
        self.pursue();
        Verdict::Reject(Offence::Snapshot)
    }

    /// All of it is here: the chain goes on from its header.
    fn install(&mut self) {
        let Some(Restore { offer, turns, .. }) = self.restore.take() else { return };
        let tip = offer.tip();
        let height = tip.height.saturating_add(1);
        let guard = self.guard.hear(height, &tip.authorities, &self.me, self.heights_of_others());
        let log: &[Record] = if guard.is_open() { &[] } else { &[Record::Observing] };
        self.store.install(&turns, log);
        self.tree = Tree::of(&self.store);
        self.mempool.settle(&[], height);
        self.drop_evidence(&[], tip.height);
        self.outgoing.push(Outgoing::Restored(tip.clone()));
        self.tip = tip;
        self.follow_chain_clock();
        self.early = Early::default();
        self.certificate = None;
        self.enter(height, guard);
        self.pursue();
    }
}
