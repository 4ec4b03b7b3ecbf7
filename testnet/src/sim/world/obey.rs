//! Doing what nodes want done: sending, waking, and telling the checks.

use super::super::{
    checks::{Decided, Violation},
    liars::Mouth,
    trace::What,
};
use super::{Event, Parcel, World};
use std::sync::Arc;
use taonet_chain::AccountId;
use taonet_consensus::{Committed, Message, Offence, Outgoing, Verdict};

impl World {
    pub(super) fn obey(&mut self, node: usize, mut tip: u64, out: Vec<Outgoing>) -> Result<(), Violation> {
        self.check_durable(node, &out)?;
        for outgoing in out {
            match outgoing {
                Outgoing::Broadcast(message) => self.broadcast(node, message)?,
                Outgoing::Send { to, message } => self.send_to(node, to, message)?,
                Outgoing::WakeAt { at, timer } => {
                    let (life, at) = (self.nodes[node].life, self.nodes[node].really(at));
                    self.add(at.max(self.now), node, Event::Wake { life, timer });
                }
                Outgoing::Committed(committed) => {
                    self.committed(node, tip, committed)?;
                    tip += 1;
                }
                Outgoing::Restored(restored) => {
                    self.checks.restored(node, &restored)?;
                    tip = restored.height;
                    self.fold(node, tip);
                }
                Outgoing::Refused { reason, .. } => self.nodes[node].refused.push(reason),
                Outgoing::Verdict { from, verdict: Verdict::Reject(offence) }
                | Outgoing::Penalty { peer: from, offence } => self.accused(node, from, offence)?,
                Outgoing::Verdict { .. } => {}
            }
        }
        let Some(replica) = self.nodes[node].replica() else { return Ok(()) };
        self.checks.ledger(replica.tip().height, replica.store())
    }

    fn check_durable(&self, node: usize, out: &[Outgoing]) -> Result<(), Violation> {
        let signed = |outgoing: &Outgoing| {
            matches!(outgoing, Outgoing::Broadcast(Message::Vote(_) | Message::Proposal(_)))
        };
        let at_risk = self.nodes[node].replica().is_some_and(|replica| replica.store().at_risk() > 0);
        if at_risk && out.iter().any(signed) { Err(Violation::NotDurable { node }) } else { Ok(()) }
    }

    fn committed(&mut self, node: usize, tip: u64, committed: Arc<Committed>) -> Result<(), Violation> {
        let Committed { block, id, authorities, .. } = &*committed;
        self.checks.decided(node, tip, &Decided { block, id: *id, authorities })?;
        let digits = committed.id.0.first_chunk().map_or(0, |first| u64::from_le_bytes(*first));
        self.fold(node, digits);
        self.note(node, What::Decided { round: committed.block.certificate.round, value: committed.id });
        self.nodes[node].last = Some(committed);
        Ok(())
    }

    /// The honest accuse only those who are not. A twin gets answers to what its other self asked for, so what it makes
    /// of them counts for nothing.
    fn accused(&mut self, node: usize, accused: AccountId, offence: Offence) -> Result<(), Violation> {
        if !self.is_honest(node) {
            return Ok(());
        }
        let peer = self.nodes.iter().position(|node| node.id == accused).unwrap_or(usize::MAX);
        if !self.checks.guilty().contains(&accused) {
            return Err(Violation::Accused { node, peer, offence });
        }
        self.nodes[peer].blamed.insert(offence);
        Ok(())
    }

    /// To everyone; as gossip, if there is such a thing here.
    fn broadcast(&mut self, from: usize, message: Message) -> Result<(), Violation> {
        let gossip = self.gossip.as_mut().map(|said| {
            *said += 1;
            *said
        });
        if let Some(gossip) = gossip {
            self.nodes[from].sees(gossip);
        }
        self.say(from, message, gossip, |_, _| true)
    }

    /// To the node with this key, and to its twin.
    fn send_to(&mut self, from: usize, to: AccountId, message: Message) -> Result<(), Violation> {
        self.say(from, message, None, |world, node| world.nodes[node].id == to)
    }

    fn say(
        &mut self,
        from: usize,
        message: Message,
        gossip: Option<u64>,
        to: impl Fn(&World, usize) -> bool,
    ) -> Result<(), Violation> {
        if self.nodes[from].liar.is_none() {
            self.checks.said(from, &message)?;
        }
        let parcel = Parcel { message: Arc::new(message), gossip };
        for receiver in 0..self.nodes.len() {
            if to(self, receiver) {
                self.hand(from, receiver, &parcel)?;
            }
        }
        Ok(())
    }

    /// A node passes on what it heard from another.
    pub(super) fn pass_on(&mut self, node: usize, from: usize, parcel: &Parcel) -> Result<(), Violation> {
        for receiver in (0..self.nodes.len()).filter(|receiver| *receiver != from) {
            let known = parcel.gossip.is_some_and(|gossip| self.nodes[receiver].seen.contains(&gossip));
            if !known {
                self.hand(node, receiver, parcel)?;
            }
        }
        Ok(())
    }

    /// From one node to another, if there is a way: as it is, or as a liar tells it.
    fn hand(&mut self, from: usize, to: usize, parcel: &Parcel) -> Result<(), Violation> {
        if !self.hears(from, to) || !self.is_up(to) {
            return Ok(());
        }
        let node = &mut self.nodes[from];
        let Some(liar) = &mut node.liar else {
            self.carry(from, to, parcel);
            return Ok(());
        };
        let mut mouth = Mouth { key: &node.key, network: &self.network, random: &mut self.random };
        for message in liar.says(&parcel.message, to, &mut mouth) {
            self.checks.said(from, &message)?;
            // A lie is news to everyone.
            let gossip = parcel.gossip.filter(|_| message == *parcel.message);
            self.carry(from, to, &Parcel { message: Arc::new(message), gossip });
        }
        Ok(())
    }

    fn carry(&mut self, from: usize, to: usize, parcel: &Parcel) {
        let arrivals: Vec<_> = self.wiring.link(from, to).arrivals(self.now, &mut self.random).collect();
        for at in arrivals {
            self.add(at, to, Event::Deliver { from, parcel: parcel.clone() });
        }
    }
}
