//! Giving blocks, or the state as a whole, to who is behind (see [`crate::sync`] and [`crate::snapshot`]).
//!
//! Rule: nobody has to be answered. Who asks too much, or for what is not here, hears nothing and asks somebody else.

use super::Replica;
use crate::{
    interface::Verdict,
    message::{Message, NodeId},
    snapshot::{self, Chunk, INTERVAL, LIFE, MAX_TURNS_PER_ANSWER, Offer},
    store::Store,
    sync,
};
use taonet_chain::{AuthoritySet, Turn, state::Changes};

impl<S: Store> Replica<S> {
    pub(super) fn on_fetch(&mut self, from: NodeId, height: u64) -> Verdict {
        if height == 0 || height > self.tip.height || !self.neighbours.may_draw(&from, self.now) {
            return Verdict::Accept;
        }
        let store = &self.store;
        let kept = (height..=self.tip.height).map_while(|height| store.block(height));
        let (blocks, bytes) = sync::fit_answer(kept);
        self.neighbours.draw(&from, bytes);
        if !blocks.is_empty() {
            self.send(from, Message::Blocks(blocks));
        } else if let Some(offer) = self.offer(height) {
            self.send_drawn(from, Message::Snapshot(Box::new(offer)));
        }
        Verdict::Accept
    }

    /// A snapshot that is not before `height`: the one we have, unless it is too old, or a new one.
    fn offer(&mut self, height: u64) -> Option<Offer> {
        if self.restore.is_some() {
            return None; // there is room for one, and ours is being gathered
        }
        let kept = self.store.snapshot().filter(|kept| kept.missing.is_empty()).map(|kept| kept.offer);
        let is_good =
            |offer: &Offer| offer.height() >= height && offer.height().saturating_add(LIFE) > self.tip.height;
        if let Some(offer) = kept.filter(is_good) {
            return Some(offer);
        }
        let regular = self.tip.height - self.tip.height % INTERVAL;
        let made = if regular >= height { self.compose(regular) } else { None };
        let (offer, differences) = made.or_else(|| self.compose(self.tip.height))?;
        self.store.take_snapshot(&offer, &differences);
        Some(offer)
    }

    /// The offer of the state after a block, and how that differs from the present state. `None` if the block, or the
    /// undo record of one since, is no longer here.
    fn compose(&self, height: u64) -> Option<(Offer, Changes)> {
        let turn = self.turn_at(height)?;
        let mut differences = Changes::new();
        for later in height.saturating_add(1)..=self.tip.height {
            for (key, value) in self.store.undo(later)? {
                // The oldest record of a key says what it was.
                differences.entry(key).or_insert(value);
            }
        }
        let mut tree = self.tree.clone();
        tree.apply(tree.preview(&differences));
        let offer = Offer { turn, chunks: tree.chunks() };
        offer.folds().then_some((offer, differences))
    }

    /// The header of a block that is kept, with the authorities after it.
    fn turn_at(&self, height: u64) -> Option<Turn> {
        let certified = (&self.store.block(height)?).into();
        Some(Turn { certified, authorities: self.authorities_after(height)? })
    }

    /// Whom the last change up to `height` left in charge.
    fn authorities_after(&self, height: u64) -> Option<AuthoritySet> {
        let turns = self.store.turns(0, usize::MAX);
        turns.into_iter().take_while(|turn| turn.height() <= height).last().map(|turn| turn.authorities)
    }

    pub(super) fn on_fetch_turns(&mut self, from: NodeId, height: u64) -> Verdict {
        // One who began with a snapshot may not know how it came to its own authorities.
        let first = self.store.turns(0, 1).first().map(Turn::height);
        let is_known = first.is_some_and(|first| first <= height.max(1));
        if is_known && self.neighbours.may_draw(&from, self.now) {
            let mut turns = self.store.turns(height, MAX_TURNS_PER_ANSWER);
            if turns.first().map(Turn::height) != Some(height) {
                turns.splice(0..0, self.turn_at(height));
                turns.truncate(MAX_TURNS_PER_ANSWER);
            }
            if !turns.is_empty() {
                self.send_drawn(from, Message::Turns(turns));
            }
        }
        Verdict::Accept
    }

    pub(super) fn on_fetch_chunks(&mut self, from: NodeId, height: u64, first: u16) -> Verdict {
        if self.restore.is_some() || !self.neighbours.may_draw(&from, self.now) {
            return Verdict::Accept;
        }
        let kept =
            self.store.snapshot().filter(|kept| kept.missing.is_empty() && kept.offer.height() == height);
        let Some(kept) = kept else { return Verdict::Accept };
        let wanted = kept.offer.wanted().into_iter().filter(|index| *index >= first);
        let chunk = |index| Chunk { index, entries: self.store.chunk(index) };
        let (chunks, bytes) = snapshot::fit_chunks(wanted.map(chunk));
        self.neighbours.draw(&from, bytes);
        if !chunks.is_empty() {
            self.send(from, Message::Chunks { height, chunks });
        }
        Verdict::Accept
    }
}
