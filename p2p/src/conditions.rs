//! Link conditions: faults on purpose, per peer, changed while the node runs.
//!
//! Rules:
//! 1. A [`Link`] is what this node does to a peer: how late its bytes leave, and whether there is a connection at all.
//!    Both ends of a link have one; whoever breaks a link (`taonet net`) sets both.
//! 2. **Cut**: connections to the peer are closed at once, and none is made, by either side. Whatever the protocol,
//!    nothing crosses: neither gossip nor a direct message nor its acknowledgement.
//! 3. **Mute** is the one-way cut, as far as a stream permits one: the peer's bytes still arrive, ours wait. They leave
//!    when the link opens again. A connection that stays mute ends when its pings are not answered, half a minute
//!    later; what waited is lost with it, and no new one is made, because a handshake needs both directions.
//! 4. **Latency and jitter** delay what leaves; a **loss** is a packet that a stream sends again, so it arrives late
//!    by the time of a retransmission. Order is kept, as TCP keeps it.
//! 5. Chance comes from the seed and the peer: the same seed draws the same numbers. How many are drawn depends on the
//!    bytes that are sent, and real processes do not repeat themselves.
//! 6. A node holds no more than a quarter of a mebibyte of delayed bytes for one stream (`line/pipe.rs`); more has to
//!    wait where it comes from.

use crate::{Error, config::TARGETS};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use taonet_consensus::NodeId;
use tokio::sync::watch;

/// The longest latency and jitter together: the first words of a connection cross the link three times, and a peer that
/// has not said them in five seconds is turned away.
pub const MAX_DELAY: Duration = Duration::from_secs(1);

/// The most packets lost, in millionths: of more than half, a real stream would give up.
pub const MAX_LOSS_PPM: u32 = 500_000;

/// Whether bytes pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Passage {
    /// In both directions.
    #[default]
    Open,
    /// The peer's bytes arrive, ours wait.
    Mute,
    /// There is no connection.
    Cut,
}

/// What this node does to one peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Whether bytes pass.
    pub passage: Passage,
    /// How late bytes leave.
    pub latency: Duration,
    /// By how much the latency varies, up and down.
    pub jitter: Duration,
    /// Packets lost, in millionths.
    pub loss_ppm: u32,
}

impl Link {
    /// Whether bytes leave at once.
    pub(crate) fn is_clear(&self) -> bool {
        *self == Link::default()
    }

    /// Whether it is within its bounds.
    ///
    /// # Errors
    /// [`Error::Link`]: which one it passes.
    pub fn check(&self) -> Result<(), Error> {
        if self.latency.saturating_add(self.jitter) > MAX_DELAY {
            return Err(Error::Link(format!("latency and jitter together are at most {MAX_DELAY:?}")));
        }
        if self.loss_ppm > MAX_LOSS_PPM {
            return Err(Error::Link(format!("at most {} % may be lost", MAX_LOSS_PPM / 10_000)));
        }
        Ok(())
    }
}

/// All links of a node that are not as they should be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// Where chance begins.
    pub seed: u64,
    /// The links by peer; a peer that is not listed has an open link.
    pub links: BTreeMap<NodeId, Link>,
}

impl Conditions {
    /// The link to a peer.
    pub fn link(&self, peer: &NodeId) -> Link {
        self.links.get(peer).copied().unwrap_or_default()
    }

    fn check(&self) -> Result<(), Error> {
        if self.links.len() > TARGETS {
            return Err(Error::Link(format!("at most {TARGETS} links have conditions")));
        }
        self.links.values().try_for_each(Link::check)
    }
}

/// The conditions that all connections of a node look at. Copies share them.
#[derive(Clone, Debug)]
pub struct Links(Arc<watch::Sender<Conditions>>);

impl Links {
    /// Shared conditions.
    ///
    /// # Errors
    /// A link or their number is beyond its bound.
    pub fn new(conditions: Conditions) -> Result<Links, Error> {
        conditions.check()?;
        Ok(Links(Arc::new(watch::channel(conditions).0)))
    }

    /// Replaces all conditions. When this returns, no byte passes this node on a link that is cut.
    ///
    /// # Errors
    /// A link or their number is beyond its bound; then nothing has changed.
    pub fn set(&self, conditions: Conditions) -> Result<(), Error> {
        conditions.check()?;
        self.0.send_replace(conditions);
        Ok(())
    }

    /// The conditions of now.
    pub fn get(&self) -> Conditions {
        self.0.borrow().clone()
    }

    /// The conditions as they change.
    pub(crate) fn watch(&self) -> watch::Receiver<Conditions> {
        self.0.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_its_bound_changes_nothing() {
        let peer = NodeId::default();
        let one = |link| Conditions { seed: 1, links: [(peer, link)].into() };
        let good = Link { latency: MAX_DELAY, loss_ppm: MAX_LOSS_PPM, ..Link::default() };
        let links = Links::new(one(good)).unwrap();
        let many = (0..=TARGETS as u64).map(|n| {
            let mut id = [0; 32];
            id[..8].copy_from_slice(&n.to_le_bytes());
            (taonet_chain::AccountId(id), good)
        });
        let table = [
            one(Link { jitter: Duration::from_millis(1), ..good }),
            one(Link { latency: Duration::MAX, jitter: Duration::MAX, ..good }),
            one(Link { loss_ppm: MAX_LOSS_PPM + 1, ..good }),
            Conditions { seed: 1, links: many.collect() },
        ];
        for bad in table {
            assert!(matches!(links.set(bad.clone()), Err(Error::Link(_))), "{bad:?}");
            assert!(Links::new(bad).is_err());
            assert_eq!(links.get(), one(good));
        }
    }
}
