//! Triggering an epoch.

use super::{with_network, with_params};
use crate::{
    Call, CallError, Event,
    ledger::subnets,
    state::Overlay,
    testing::{account, call, chain, check_errors, dev_state, signed},
};

const TRIGGER: Call = Call::TriggerEpoch { netuid: 1 };

fn clock(state: &mut Overlay<'_>, last_epoch_block: u64, pending_epoch_at: u64) {
    subnets::update(state, 1, |subnet| {
        subnet.clock.last_epoch_block = last_epoch_block;
        subnet.clock.pending_epoch_at = pending_epoch_at;
    });
    with_network(state, |network| network.admin_freeze_window = 10);
}

#[test]
fn errors() {
    check_errors(
        50,
        vec![
            (
                "no such subnet",
                |_| {},
                "//Alice",
                Call::TriggerEpoch { netuid: 9 },
                CallError::SubnetDoesNotExist,
            ),
            ("not the owner", |_| {}, "//Bob", TRIGGER, CallError::BadOrigin),
            (
                "commit-reveal",
                |state| {
                    clock(state, 45, 51);
                    with_params(state, |params| params.commit_reveal_enabled = true);
                },
                "//Alice",
                TRIGGER,
                CallError::DynamicTempoBlockedByCommitReveal,
            ),
            (
                "pending",
                |state| clock(state, 31, 51),
                "//Alice",
                TRIGGER,
                CallError::EpochTriggerAlreadyPending,
            ),
            (
                "imminent",
                |state| clock(state, 39, 0),
                "//Alice",
                TRIGGER,
                CallError::AutoEpochAlreadyImminent,
            ),
            (
                "too often",
                |state| {
                    clock(state, 30, 0);
                    with_network(state, |network| network.owner_hyperparam_rate_limit = 2);
                    call(state, 40, "//Alice", &TRIGGER).expect("works");
                    clock(state, 45, 0);
                },
                "//Alice",
                TRIGGER,
                CallError::TxRateLimitExceeded,
            ),
        ],
    );
}

#[test]
fn it_fires_one_freeze_window_later() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    clock(&mut state, 40, 0);
    let expected = Event::EpochTriggered { netuid: 1, by: account("//Alice"), fires_at: 60 };
    assert_eq!(call(&mut state, 50, "//Alice", &TRIGGER), Ok(vec![expected]));
    assert_eq!(subnets::state_of(&state, 1).map(|subnet| subnet.clock.pending_epoch_at), Some(60));
}

#[test]
fn a_triggered_epoch_runs_and_restarts_the_cycle() {
    let mut chain = chain();
    let trigger = signed(&chain, "//Alice", TRIGGER);
    let mut runs = |height: u64| {
        let calls = if height == 3 { vec![trigger.clone()] } else { Vec::new() };
        let (_, outcome) = chain.produce(calls);
        outcome.events.iter().any(|event| matches!(event, Event::EpochRan { .. }))
    };
    let ran: Vec<u64> = (1..=25).filter(|&height| runs(height)).collect();
    // No freeze window on a dev network: the next block; the next automatic one is a tempo of 20 later.
    assert_eq!(ran, [4, 24]);
}
