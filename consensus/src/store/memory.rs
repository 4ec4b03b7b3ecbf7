//! A store in memory, for tests, simulation and benches. It can be taken back a few blocks and can lose its power.

use super::{Record, Store, is_turn};
use crate::{
    control::Control,
    snapshot::{Chunk, Offer, Snapshot},
};
use std::collections::{BTreeMap, VecDeque};
use taonet_chain::{
    CommittedBlock, Outcome, Tip, Turn, next_tip,
    state::{
        Changes, MemoryState, StateRead,
        chunks::{Entry, chunk_of},
    },
};

/// How many blocks are kept by default: enough for a node that was away for minutes, little enough to forget about.
pub const HISTORY: u64 = 1_000;

/// A store in memory.
#[derive(Clone, Debug)]
pub struct MemoryStore {
    state: MemoryState,
    tip: Tip,
    log: Vec<Record>,
    control: Control,
    blocks: BTreeMap<u64, Kept>,
    history: u64,
    turns: BTreeMap<u64, Turn>,
    snapshot: Option<(Offer, BTreeMap<u16, Vec<Entry>>)>,
    /// What was done since the last sync, oldest first.
    unsynced: VecDeque<Done>,
}

/// A block with what takes it back.
#[derive(Clone, Debug)]
struct Kept {
    block: CommittedBlock,
    undo: Changes,
    tip_before: Tip,
}

/// Something that is lost with the power.
#[derive(Clone, Debug)]
enum Done {
    Appended,
    Controlled { before: Control },
    Committed { log_before: Vec<Record>, forgotten: Option<Box<Kept>> },
}

impl MemoryStore {
    /// A store at block 0 of a genesis, which keeps the last `history` blocks, and at least one.
    pub fn new(tip: Tip, genesis: &Changes, history: u64) -> MemoryStore {
        let mut state = MemoryState::default();
        state.apply(genesis);
        MemoryStore {
            state,
            tip,
            log: Vec::new(),
            control: Control::default(),
            blocks: BTreeMap::new(),
            history: history.max(1),
            turns: BTreeMap::new(),
            snapshot: None,
            unsynced: VecDeque::new(),
        }
    }

    /// Takes the last block back. `false` if it is no longer, or was never, kept.
    pub fn revert(&mut self) -> bool {
        let Some(kept) = self.blocks.remove(&self.tip.height) else { return false };
        self.turns.remove(&self.tip.height);
        self.state.apply(&kept.undo);
        self.tip = kept.tip_before;
        self.log.clear();
        true
    }

    /// How many operations would be at risk if the power failed now.
    pub fn at_risk(&self) -> usize {
        self.unsynced.len()
    }

    /// Loses the power: of what was done since the last sync, only the first `survive` operations remain.
    pub fn lose_power(&mut self, survive: usize) {
        while self.unsynced.len() > survive {
            match self.unsynced.pop_back() {
                Some(Done::Appended) => drop(self.log.pop()),
                Some(Done::Controlled { before }) => self.control = before,
                Some(Done::Committed { log_before, forgotten }) => {
                    self.revert();
                    self.log = log_before;
                    if let Some(kept) = forgotten {
                        self.blocks.insert(kept.block.block.header.height, *kept);
                    }
                }
                None => {}
            }
        }
        self.unsynced.clear();
    }

    fn forget_old(&mut self) -> Option<Kept> {
        let oldest = self.tip.height.checked_sub(self.history)?;
        self.blocks.remove(&oldest)
    }
}

impl StateRead for MemoryStore {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.state.get(key)
    }

    fn scan_from(&self, prefix: &[u8], from: &[u8]) -> Box<dyn Iterator<Item = (Vec<u8>, Vec<u8>)> + '_> {
        self.state.scan_from(prefix, from)
    }
}

impl Store for MemoryStore {
    fn tip(&self) -> Tip {
        self.tip.clone()
    }

    fn block(&self, height: u64) -> Option<CommittedBlock> {
        self.blocks.get(&height).map(|kept| kept.block.clone())
    }

    fn log(&self) -> Vec<Record> {
        self.log.clone()
    }

    fn append(&mut self, record: &Record) {
        self.log.push(record.clone());
        self.unsynced.push_back(Done::Appended);
    }

    fn control(&self) -> Control {
        self.control
    }

    fn keep_control(&mut self, control: &Control) {
        let before = std::mem::replace(&mut self.control, *control);
        self.unsynced.push_back(Done::Controlled { before });
    }

    fn sync(&mut self) {
        self.unsynced.clear();
    }

    fn commit(&mut self, block: &CommittedBlock, outcome: &Outcome, log: &[Record]) {
        let undo = self.state.undo_of(&outcome.changes);
        self.state.apply(&outcome.changes);
        let tip_before = std::mem::replace(&mut self.tip, next_tip(&block.block, outcome));
        self.blocks.insert(self.tip.height, Kept { block: block.clone(), undo, tip_before });
        if is_turn(&block.block.header) {
            let turn = Turn { certified: block.into(), authorities: outcome.authorities.clone() };
            self.turns.insert(self.tip.height, turn);
        }
        let log_before = std::mem::replace(&mut self.log, log.to_vec());
        let forgotten = self.forget_old().map(Box::new);
        self.unsynced.push_back(Done::Committed { log_before, forgotten });
    }

    fn undo(&self, height: u64) -> Option<Changes> {
        self.blocks.get(&height).map(|kept| kept.undo.clone())
    }

    fn turns(&self, from: u64, limit: usize) -> Vec<Turn> {
        self.turns.range(from..).take(limit).map(|(_, turn)| turn.clone()).collect()
    }

    fn snapshot(&self) -> Option<Snapshot> {
        let (offer, chunks) = self.snapshot.as_ref()?;
        let missing = offer.wanted().into_iter().filter(|index| !chunks.contains_key(index)).collect();
        Some(Snapshot { offer: offer.clone(), missing })
    }

    fn chunk(&self, index: u16) -> Vec<Entry> {
        let chunks = self.snapshot.as_ref().map(|(_, chunks)| chunks);
        chunks.and_then(|chunks| chunks.get(&index)).cloned().unwrap_or_default()
    }

    fn take_snapshot(&mut self, offer: &Offer, differences: &Changes) {
        let mut state = self.state.clone();
        state.apply(differences);
        let mut chunks = BTreeMap::<u16, Vec<Entry>>::new();
        for (key, value) in state.scan(&[]) {
            chunks.entry(chunk_of(&key)).or_default().push((key, value));
        }
        self.snapshot = Some((offer.clone(), chunks));
    }

    fn begin_snapshot(&mut self, offer: &Offer) {
        self.snapshot = Some((offer.clone(), BTreeMap::new()));
    }

    fn put_chunk(&mut self, chunk: &Chunk) {
        if let Some((_, chunks)) = &mut self.snapshot {
            chunks.insert(chunk.index, chunk.entries.clone());
        }
    }

    fn install(&mut self, turns: &[Turn], log: &[Record]) {
        let Some((offer, chunks)) = &self.snapshot else { return };
        let entries = chunks.values().flatten().cloned();
        self.state = MemoryState::default();
        self.state.apply(&entries.map(|(key, value)| (key, Some(value))).collect());
        self.tip = offer.tip();
        self.turns = turns.iter().map(|turn| (turn.height(), turn.clone())).collect();
        self.blocks.clear();
        self.log = log.to_vec();
        self.unsynced.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tendermint::Step;
    use taonet_chain::{
        AuthoritySet, Certificate, Draft, Hash, Network,
        block::beacon,
        build,
        genesis::{DevOptions, Genesis},
        state::tree::Tree,
    };

    fn store(history: u64) -> (Network, MemoryStore) {
        let genesis = Genesis::dev(DevOptions::default());
        let (tip, changes) = genesis.build().expect("a preset");
        (Network { genesis: genesis.hash(), branch: 0 }, MemoryStore::new(tip, &changes, history))
    }

    fn grow(network: &Network, store: &mut MemoryStore, log: &[Record]) {
        let tip = store.tip();
        let proposer = tip.authorities.iter().next().expect("there are authorities").id;
        let beacon = beacon(&network.genesis, tip.height + 1);
        let draft =
            Draft { timestamp_ms: 0, proposer, evidence: Vec::new(), transactions: Vec::new(), beacon };
        let (block, outcome) = build(network, &tip, store, &Tree::of(store), draft);
        let certificate =
            Certificate { height: tip.height + 1, round: 0, value: block.id(), signatures: Vec::new() };
        store.commit(&CommittedBlock { block, certificate }, &outcome, log);
    }

    #[test]
    fn what_was_not_synced_is_lost_from_the_end_backwards() {
        let timeout = |round| Record::Timeout { round, step: Step::Propose };
        let (network, mut store) = store(2);
        grow(&network, &mut store, &[]);
        grow(&network, &mut store, &[]);
        store.append(&timeout(0));
        store.sync();
        let synced = (store.tip(), store.log(), Tree::of(&store).root());
        store.append(&timeout(1));
        grow(&network, &mut store, &[Record::Observing]);
        store.append(&timeout(2));
        assert!(store.block(1).is_none(), "the oldest of three is forgotten");
        assert_eq!(store.at_risk(), 3);
        for survive in (0..=3).rev() {
            let mut crashed = store.clone();
            crashed.lose_power(survive);
            let root = Tree::of(&crashed).root();
            assert_eq!(root, crashed.tip().state_root, "{survive} survive: state and tip agree");
            match survive {
                0 => assert_eq!((crashed.tip(), crashed.log(), root), synced.clone()),
                1 => assert_eq!(
                    (crashed.tip(), crashed.log()),
                    (synced.0.clone(), vec![timeout(0), timeout(1)])
                ),
                2 => assert_eq!((crashed.tip().height, crashed.log()), (3, vec![Record::Observing])),
                _ => assert_eq!((crashed.tip().height, crashed.log().len()), (3, 2)),
            }
            assert_eq!(crashed.block(1).is_some(), survive < 2, "{survive} survive");
        }
    }

    #[test]
    fn blocks_are_taken_back_as_far_as_they_are_kept() {
        let (network, mut store) = store(3);
        let mut roots = vec![store.tip().state_root];
        for _ in 0..5 {
            grow(&network, &mut store, &[]);
            roots.push(store.tip().state_root);
        }
        for height in (2..5).rev() {
            assert!(store.revert());
            assert_eq!((store.tip().height, Tree::of(&store).root()), (height, roots[height as usize]));
        }
        assert!(!store.revert(), "three blocks are kept");
        assert_ne!(store.tip().authorities, AuthoritySet::default());
        assert_ne!(roots[2], Hash::ZERO);
    }
}
