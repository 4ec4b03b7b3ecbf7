//! Publishing commitments.

use super::with_params;
use crate::{
    Call, CallError, Event, Hash,
    ledger::{
        commitments::{self, Commitment, Field},
        epochs, subnets,
    },
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};

fn commit(fields: Vec<Field>) -> Call {
    Call::SetCommitment { netuid: 1, fields }
}

fn raw(bytes: usize) -> Field {
    Field::Raw(vec![7; bytes])
}

#[test]
fn errors() {
    check_errors(
        5,
        vec![
            ("no slot", |_| {}, "//nobody", commit(vec![raw(1); 4]), CallError::AccountNotAllowedCommit),
            (
                "four fields",
                |_| {},
                "//m1",
                commit(vec![raw(513); 4]),
                CallError::TooManyFieldsInCommitmentInfo,
            ),
            ("a long field", |_| {}, "//m1", commit(vec![raw(513)]), CallError::SpaceLimitExceeded),
            (
                "too much in an epoch",
                |state| {
                    for _ in 0..2 {
                        call(state, 5, "//m1", &commit(vec![raw(512); 3])).expect("3,072 bytes fit");
                    }
                },
                "//m1",
                commit(Vec::new()),
                CallError::SpaceLimitExceeded,
            ),
        ],
    );
}

#[test]
fn the_last_commitment_counts_and_the_next_epoch_has_room_again() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let hotkey = account("//m1");
    for _ in 0..31 {
        let events = call(&mut state, 5, "//m1", &commit(Vec::new())).expect("100 bytes each");
        assert_eq!(events, [Event::Commitment { netuid: 1, who: hotkey }]);
    }
    assert_eq!(call(&mut state, 5, "//m1", &commit(Vec::new())), Err(CallError::SpaceLimitExceeded));
    subnets::update(&mut state, 1, |subnet| subnet.clock.epoch_index += 1);
    let fields = vec![raw(3), Field::Hash(Hash([9; 32]))];
    call(&mut state, 6, "//m1", &commit(fields.clone())).expect("a new epoch");
    assert_eq!(commitments::commitment(&state, 1, &hotkey), Some(Commitment { block: 6, fields }));
}

#[test]
fn a_miner_may_ask_to_lose_its_bonds_where_the_subnet_allows_it() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    // //m1 has UID 3.
    epochs::set_bonds(&mut state, 1, 0, &vec![(3, 10), (4, 20)]);
    call(&mut state, 5, "//m1", &commit(vec![Field::ResetBonds])).expect("works");
    assert_eq!(epochs::bonds(&state, 1, 0), [(3, 10), (4, 20)]);
    with_params(&mut state, |params| params.bonds_reset_enabled = true);
    call(&mut state, 5, "//m1", &commit(vec![Field::ResetBonds])).expect("works");
    assert_eq!(epochs::bonds(&state, 1, 0), [(4, 20)]);
}
