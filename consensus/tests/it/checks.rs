//! The checks of the simulation find what they look for.

use crate::sim::{Violation, checks::conservation::Conservation};
use taonet_chain::{
    genesis::{DevOptions, Genesis},
    ledger::accounts,
    state::{MemoryState, Overlay, StateRead},
};

/// The ledger of a genesis, and the same without an account that holds TAO.
fn ledgers() -> (MemoryState, MemoryState) {
    let genesis = Genesis::dev(DevOptions::default());
    let (_, changes) = genesis.build().expect("a preset");
    let mut sound = MemoryState::default();
    sound.apply(&changes);
    let (rich, _) = accounts::balances(&sound)[0];
    let mut overlay = Overlay::new(&sound);
    for (key, _) in sound.scan(&[]).filter(|(key, _)| key.ends_with(&rich.0)) {
        overlay.remove(key);
    }
    let changes = overlay.into_changes();
    let mut broken = sound.clone();
    broken.apply(&changes);
    (sound, broken)
}

#[test]
fn a_ledger_is_read_once_per_height_and_must_be_sound() {
    let (sound, broken) = ledgers();
    let mut checks = Conservation::default();
    assert_eq!(checks.stands(0, &sound), Ok(()));
    assert_eq!(checks.stands(0, &broken), Ok(()), "another node has shown height 0");
    let found = checks.stands(1, &broken);
    let issuance = |broken| matches!(broken, taonet_chain::Violation::Issuance { .. });
    assert!(matches!(found, Err(Violation::Ledger { height: 1, broken }) if issuance(broken)), "{found:?}");
}
