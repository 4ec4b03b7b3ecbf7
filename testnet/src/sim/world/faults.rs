//! What can be done to a network: ending nodes, starting them, losing their disks, and cutting their wires.

use super::super::{checks::Violation, liars::Liar, link::Link, node::State, trace::What};
use super::{World, empty_store};
use taonet_consensus::{Incoming, Replica};

impl World {
    /// Ends a node as if by power loss. Of what it did since its last sync a random part survives; if its disk has
    /// died by itself, what its fuse said.
    pub fn crash(&mut self, node: usize) {
        let State::Up(replica) = std::mem::replace(&mut self.nodes[node].state, State::Between) else {
            return;
        };
        let disk = replica.into_store();
        let survive = self.random.below(disk.at_risk() as u64 + 1);
        let (memory, lost) = disk.lose_power(survive);
        self.nodes[node].state = State::Down(Box::new(memory));
        self.nodes[node].life += 1;
        self.nodes[node].lost = lost;
        self.nodes[node].fuse.put_out();
        self.nodes[node].seen.clear();
        self.note(node, What::Crashed { lost });
        self.part(node);
    }

    /// A node will end at its `call`-th store call from now on, counted from 1, in this life or the next; of what is
    /// not synced then, the oldest `survive` operations remain.
    pub fn crash_at_call(&mut self, node: usize, call: u64, survive: u64) {
        self.nodes[node].fuse.light(call, survive);
    }

    /// Starts a node that is down from its store.
    ///
    /// # Errors
    /// The store is damaged, or what must not happen did.
    pub fn start(&mut self, node: usize) -> Result<(), Violation> {
        match std::mem::replace(&mut self.nodes[node].state, State::Between) {
            State::Down(store) => {
                self.note(node, What::Started);
                self.open(node, *store)
            }
            _ => Err(Violation::Open { node }),
        }
    }

    /// A node loses its disk, but not its key. It must be down.
    pub fn wipe(&mut self, node: usize) {
        self.nodes[node].state = State::Down(Box::new(empty_store(&self.genesis, self.history)));
        self.note(node, What::Wiped);
    }

    /// From now on a node lies.
    pub fn corrupt(&mut self, node: usize, liar: Box<dyn Liar>) {
        self.checks.suspect(self.nodes[node].id);
        self.nodes[node].liar = Some(liar);
    }

    /// From now on a node that lied keeps to the rules. Its name stays on the list of those who may be accused.
    pub fn reform(&mut self, node: usize) {
        self.nodes[node].liar = None;
    }

    /// From now on a node's clock is so many milliseconds ahead, or behind if below zero.
    pub fn set_skew(&mut self, node: usize, skew_ms: i64) {
        self.nodes[node].skew_ms = skew_ms;
    }

    /// All links are like this from now on.
    pub fn set_links(&mut self, link: Link) {
        self.wiring.set_all(link);
    }

    /// What `from` says travels to `to` like this from now on.
    pub fn set_link(&mut self, from: usize, to: usize, link: Link) {
        self.wiring.set_link(from, to, link);
    }

    /// What `from` says no longer reaches `to`. Nobody notices, until the other direction is cut as well.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn cut(&mut self, from: usize, to: usize) -> Result<(), Violation> {
        self.rewire(&[(from, to, true)])
    }

    /// What `from` says reaches `to` again.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn join(&mut self, from: usize, to: usize) -> Result<(), Violation> {
        self.rewire(&[(from, to, false)])
    }

    /// Cuts the network in two: nodes hear those on their own side.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn split(&mut self, sides: impl IntoIterator<Item = bool>) -> Result<(), Violation> {
        let sides: Vec<bool> = sides.into_iter().collect();
        self.rewire_all(|from, to| sides.get(from) != sides.get(to))
    }

    /// Joins what was cut.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn heal(&mut self) -> Result<(), Violation> {
        self.rewire_all(|_, _| false)
    }

    /// Cuts or joins every direction as `is_cut` says of it.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn rewire_all(&mut self, is_cut: impl Fn(usize, usize) -> bool) -> Result<(), Violation> {
        let pairs = |from| (0..self.nodes.len()).map(move |to| (from, to));
        let all = (0..self.nodes.len()).flat_map(pairs).map(|(from, to)| (from, to, is_cut(from, to)));
        let changes: Vec<_> = all.collect();
        self.rewire(&changes)
    }

    /// Sets cuts, then tells both ends of every connection that came or went.
    fn rewire(&mut self, changes: &[(usize, usize, bool)]) -> Result<(), Violation> {
        let before = self.wiring.clone();
        for &(from, to, cut) in changes {
            if self.wiring.carries(from, to) == cut && from != to {
                self.wiring.set_cut(from, to, cut);
                self.note(from, if cut { What::Cut { to } } else { What::Healed { to } });
            }
        }
        for a in 0..self.nodes.len() {
            for b in (0..self.nodes.len()).filter(|b| *b != a) {
                match (before.connected(a, b), self.wiring.connected(a, b)) {
                    (true, false) => self.tell_gone(a, b)?,
                    (false, true) if self.meets(a, b) => {
                        self.step(a, Incoming::Connected(self.nodes[b].id))?;
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// `node` is told that `gone` is gone, unless a twin of it is still there.
    fn tell_gone(&mut self, node: usize, gone: usize) -> Result<(), Violation> {
        let id = self.nodes[gone].id;
        let twin_there =
            (0..self.nodes.len()).any(|other| self.nodes[other].id == id && self.meets(node, other));
        if twin_there { Ok(()) } else { self.step(node, Incoming::Disconnected(id)) }
    }

    /// A node that has just started meets everyone it can reach.
    pub(super) fn greet(&mut self, node: usize) -> Result<(), Violation> {
        for other in 0..self.nodes.len() {
            if self.meets(node, other) {
                self.step(other, Incoming::Connected(self.nodes[node].id))?;
                self.step(node, Incoming::Connected(self.nodes[other].id))?;
            }
        }
        Ok(())
    }

    /// A node that has just ended leaves everyone it could reach.
    fn part(&mut self, node: usize) {
        let id = self.nodes[node].id;
        for other in 0..self.nodes.len() {
            let twin_there =
                (0..self.nodes.len()).any(|twin| self.nodes[twin].id == id && self.meets(other, twin));
            let now = self.nodes[other].clock(self.now);
            if !twin_there
                && other != node
                && self.wiring.connected(other, node)
                && let State::Up(replica) = &mut self.nodes[other].state
            {
                // Leaving changes who is listened to, and asks for nothing.
                Replica::step(replica, now, Incoming::Disconnected(id), &mut Vec::new());
            }
        }
    }

    /// Whether two running nodes with different keys are connected.
    fn meets(&self, a: usize, b: usize) -> bool {
        let strangers = self.nodes[a].id != self.nodes[b].id;
        strangers && self.is_up(a) && self.is_up(b) && self.wiring.connected(a, b)
    }
}
