//! The checks of the simulation find what they look for.

use crate::sim::{Violation, checks::Checks};
use taonet_chain::{
    Network,
    genesis::{DevOptions, Genesis},
    ledger::accounts,
    state::{MemoryState, Overlay, StateRead},
};

/// The ledger of a genesis, and the same without an account that holds TAO.
fn ledgers() -> (Checks, MemoryState, MemoryState) {
    let genesis = Genesis::dev(DevOptions::default());
    let (tip, changes) = genesis.build().expect("a preset");
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
    (Checks::new(Network { genesis: genesis.hash(), branch: 0 }, tip.authorities), sound, broken)
}

#[test]
fn a_ledger_is_read_once_per_height_and_must_be_sound() {
    let (mut checks, sound, broken) = ledgers();
    assert_eq!(checks.ledger(0, &sound), Ok(()));
    assert_eq!(checks.ledger(0, &broken), Ok(()), "another node has shown height 0");
    let found = checks.ledger(1, &broken);
    let issuance = |broken| matches!(broken, taonet_chain::Violation::Issuance { .. });
    assert!(matches!(found, Err(Violation::Ledger { height: 1, broken }) if issuance(broken)), "{found:?}");
}
