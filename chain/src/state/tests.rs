//! The state against the simplest thing that could be right: a map.

use super::{
    Changes, MemoryState, Overlay, StateRead,
    cow::CHUNK,
    tree::{DEPTH, Tree, place},
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn changes() -> impl Strategy<Value = Changes> {
    let key = prop::collection::vec(0u8..4, 1..4);
    prop::collection::btree_map(key, prop::option::of(prop::collection::vec(any::<u8>(), 0..4)), 0..12)
}

fn state_of(all: &[Changes]) -> MemoryState {
    let mut state = MemoryState::default();
    all.iter().for_each(|changes| state.apply(changes));
    state
}

proptest! {
    #[test]
    fn an_overlay_reads_like_the_state_with_its_changes_applied(
        base in changes(),
        above in changes(),
        prefix in prop::collection::vec(0u8..4, 0..2),
    ) {
        let base = state_of(&[base]);
        let mut overlay = Overlay::new(&base);
        for (key, value) in &above {
            match value {
                Some(value) => overlay.put(key.clone(), value.clone()),
                None => overlay.remove(key.clone()),
            }
        }
        let mut applied = base.clone();
        applied.apply(&above);
        let seen: Vec<_> = overlay.scan(&prefix).collect();
        let expected: Vec<_> = applied.scan(&prefix).collect();
        prop_assert_eq!(&seen, &expected);
        let mut from = prefix.clone();
        from.push(2);
        let late: Vec<_> = expected.into_iter().filter(|(key, _)| *key >= from).collect();
        prop_assert_eq!(overlay.scan_from(&prefix, &from).collect::<Vec<_>>(), late);
        let mut taken = base.clone();
        taken.apply(&overlay.into_changes());
        prop_assert_eq!(taken, applied);
    }

    #[test]
    fn a_failed_attempt_leaves_no_trace(before in changes(), inside in changes(), nested in changes()) {
        let base = MemoryState::default();
        let write = |overlay: &mut Overlay<'_>, changes: &Changes| {
            for (key, value) in changes {
                match value {
                    Some(value) => overlay.put(key.clone(), value.clone()),
                    None => overlay.remove(key.clone()),
                }
            }
        };
        let mut overlay = Overlay::new(&base);
        write(&mut overlay, &before);
        let failed: Result<(), ()> = overlay.attempt(|overlay| {
            write(overlay, &inside);
            let _: Result<(), ()> = overlay.attempt(|overlay| { write(overlay, &nested); Ok(()) });
            Err(())
        });
        prop_assert!(failed.is_err());
        let mut untouched = Overlay::new(&base);
        write(&mut untouched, &before);
        prop_assert_eq!(overlay.into_changes(), untouched.into_changes());
    }

    #[test]
    fn the_root_depends_on_the_content_and_not_on_the_way_there(first in changes(), second in changes()) {
        let mut stepwise = Tree::default();
        for changes in [&first, &second] {
            let delta = stepwise.preview(changes);
            let root = stepwise.root_with(&delta);
            stepwise.apply(delta);
            prop_assert_eq!(stepwise.root(), root);
        }
        prop_assert_eq!(stepwise.root(), Tree::of(&state_of(&[first, second])).root());
    }

    #[test]
    fn proofs_show_presence_and_absence_and_nothing_else(
        content in changes(),
        key in prop::collection::vec(0u8..4, 1..4),
    ) {
        let state = state_of(&[content]);
        let tree = Tree::of(&state);
        let proof = tree.prove(&key);
        let value = state.get(&key);
        prop_assert!(proof.verify(&tree.root(), &key, value.as_deref()));
        prop_assert!(!proof.verify(&tree.root(), &key, Some(b"something else")));
        prop_assert_eq!(proof.verify(&tree.root(), &key, None), value.is_none());
    }

    #[test]
    fn undo_restores_the_state(before in changes(), after in changes()) {
        let mut state = state_of(&[before]);
        let original = state.clone();
        let undo = state.undo_of(&after);
        state.apply(&after);
        state.apply(&undo);
        prop_assert_eq!(state, original);
    }
}

#[test]
fn a_tampered_proof_fails() {
    let state = state_of(&[[(b"a".to_vec(), Some(b"1".to_vec()))].into()]);
    let tree = Tree::of(&state);
    let mut proof = tree.prove(b"a");
    proof.siblings[3].0[0] ^= 1;
    assert!(!proof.verify(&tree.root(), b"a", Some(b"1")));
    let mut short = tree.prove(b"a");
    short.siblings.pop();
    assert!(!short.verify(&tree.root(), b"a", Some(b"1")));
}

#[test]
fn every_node_has_its_own_place_and_every_path_is_in_four_chunks() {
    let leaves = 1 << DEPTH;
    let places: BTreeSet<usize> = (1..2 * leaves).map(place).collect();
    assert_eq!(places.len(), 2 * leaves - 1);
    assert_eq!(places.last(), Some(&place(2 * leaves - 1)));
    for leaf in leaves..2 * leaves {
        let chunks: BTreeSet<usize> = (0..=DEPTH).map(|level| place(leaf >> level) / CHUNK).collect();
        assert_eq!(chunks.len(), 4, "{leaf}");
    }
}
