//! A snapshot of one database becomes the state of another.

use super::*;
use taonet_chain::{AuthoritySet, Turn, state::tree::Tree};
use taonet_consensus::{Chunk, Offer};

/// A store with some blocks, and the offer of the state two blocks before its tip.
fn offering() -> (Rig, RocksStore, Offer, Changes) {
    let mut rig = Rig::new();
    let mut store = rig.open();
    for _ in 0..4 {
        rig.commit(&mut store, &[]);
    }
    let tree = rig.chain.tree.clone();
    let authorities = rig.chain.tip.authorities.clone();
    let certified = (&store.block(4).expect("it is kept")).into();
    let offer = Offer { turn: Turn { certified, authorities }, chunks: tree.chunks() };
    let mut differences = Changes::new();
    for height in 5..=6 {
        rig.commit(&mut store, &[]);
        for (key, value) in store.undo(height).expect("it is kept") {
            differences.entry(key).or_insert(value);
        }
    }
    (rig, store, offer, differences)
}

fn chunks(store: &RocksStore, offer: &Offer) -> Vec<Chunk> {
    offer.wanted().into_iter().map(|index| Chunk { index, entries: store.chunk(index) }).collect()
}

fn other() -> (tempfile::TempDir, RocksStore) {
    let dir = tempfile::tempdir().expect("a folder");
    let store = RocksStore::open(&dir.path().join("db"), &genesis("store-test"), History::Archive);
    (dir, store.expect("a store"))
}

fn reopened(dir: &tempfile::TempDir, store: RocksStore) -> RocksStore {
    drop(store);
    RocksStore::open(&dir.path().join("db"), &genesis("store-test"), History::Archive).expect("a store")
}

#[test]
fn a_snapshot_taken_here_is_installed_there_and_the_chain_goes_on() {
    let (rig, mut store, offer, differences) = offering();
    store.take_snapshot(&offer, &differences);
    assert_eq!(store.snapshot().map(|kept| kept.missing.len()), Some(0));
    let chunks = chunks(&store, &offer);
    assert!(chunks.iter().all(|chunk| offer.has(chunk)), "each is what its hash says");
    let (dir, mut joined) = other();
    joined.append(&Record::Start);
    joined.begin_snapshot(&offer);
    chunks.iter().for_each(|chunk| joined.put_chunk(chunk));
    joined.install(std::slice::from_ref(&offer.turn), &[Record::Observing]);
    let mut joined = reopened(&dir, joined);
    assert_eq!(joined.tip(), offer.tip());
    assert_eq!(Tree::of(&joined).root(), offer.tip().state_root);
    assert_eq!((joined.block(4), joined.undo(4), joined.log()), (None, None, vec![Record::Observing]));
    assert_eq!(joined.turns(0, 9), std::slice::from_ref(&offer.turn));
    // The two blocks after it lead to the same end.
    let mut follow = MemoryChain::new(&genesis("store-test")).expect("a genesis");
    for height in 1..=6 {
        let committed = store.block(height).expect("it is kept");
        let outcome = follow.apply(&committed.block).expect("a good block");
        if height > 4 {
            joined.commit(&committed, &outcome, &[]);
        }
    }
    rig.assert_same(&joined);
    assert_eq!(joined.block(5), store.block(5));
}

#[test]
fn what_was_gathered_survives_a_kill() {
    let (_rig, mut store, offer, differences) = offering();
    store.take_snapshot(&offer, &differences);
    let chunks = chunks(&store, &offer);
    let (dir, mut joined) = other();
    joined.begin_snapshot(&offer);
    chunks[..5].iter().for_each(|chunk| joined.put_chunk(chunk));
    let mut joined = reopened(&dir, joined);
    let kept = joined.snapshot().expect("it is being gathered");
    assert_eq!((kept.offer, kept.missing.len()), (offer.clone(), chunks.len() - 5));
    assert_eq!(joined.chunk(chunks[2].index), chunks[2].entries);
    assert_eq!(joined.tip().height, 0, "nothing has happened to the state");
    joined.begin_snapshot(&offer);
    let kept = joined.snapshot().expect("it begins again");
    assert_eq!(kept.missing.len(), chunks.len());
    assert_eq!(joined.chunk(chunks[2].index), []);
}

#[test]
fn a_copy_that_was_cut_short_is_no_snapshot() {
    let (_rig, mut store, offer, differences) = offering();
    store.take_snapshot(&offer, &differences);
    store.clear_snapshot(None).expect("it is cleared");
    assert_eq!(store.snapshot(), None);
    store.install(&[], &[]);
    assert_eq!(store.tip().height, 6, "there is nothing to install");
}

#[test]
fn changes_of_authorities_are_kept_when_their_blocks_are_forgotten() {
    let mut rig = Rig::new();
    let mut store = rig.open_with(History::Blocks(1)).expect("a store");
    for _ in 0..=BLOCKS_PER_UNDO {
        rig.commit(&mut store, &[]);
    }
    assert_eq!(store.block(1), None);
    let turns = store.turns(0, 9);
    assert_eq!(turns.iter().map(Turn::height).collect::<Vec<_>>(), [1]);
    assert_eq!(turns[0].authorities, rig.chain.tip.authorities);
    assert_ne!(turns[0].authorities, AuthoritySet::default());
    assert_eq!(store.turns(2, 9), []);
}
