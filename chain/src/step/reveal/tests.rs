//! Timelocked commits on a chain whose blocks are made by hand.

use crate::{
    AccountId, Call, Event, Hash, Transaction,
    beacon::{round_key, seal},
    calls::COMMIT_REVEAL_VERSION,
    genesis::{DEV_NETUID, DEV_VALIDATORS},
    ledger::{commits, epochs},
    memory::MemoryChain,
    params::Param,
    query,
    testing::{account, body, chain, key, signed},
};
use taonet_subnets::yuma::payload::WeightsPayload;

fn set_param(netuid: Option<u16>, name: &str, value: i128) -> Call {
    Call::SetParam { netuid, param: Param::by_name(name).expect("a parameter").id, value }
}

/// A dev chain at block 1 whose subnet hides weights; its epochs run in blocks 20, 40, 60.
fn hidden() -> MemoryChain {
    let mut chain = chain();
    let call = set_param(Some(DEV_NETUID), "commit_reveal_enabled", 1);
    let (_, outcome) = chain.produce(vec![signed(&chain, "//Alice", call)]);
    assert_eq!(outcome.receipts[0].result, Ok(()));
    chain
}

/// Makes empty blocks up to a height and returns what happened in the last one.
fn go_to(chain: &mut MemoryChain, height: u64) -> Vec<Event> {
    let mut events = Vec::new();
    while chain.tip.height < height {
        events = chain.produce(Vec::new()).1.events;
    }
    events
}

fn commit_bytes(mechanism: u8, commit: Vec<u8>, round: u64) -> Call {
    let netuid = DEV_NETUID;
    Call::CommitTimelockedWeights { netuid, mechanism, commit, round, version: COMMIT_REVEAL_VERSION }
}

/// A commit of a row in the name of a hotkey, sealed to a round.
fn commit(chain: &MemoryChain, hotkey: Option<AccountId>, row: (&[u16], &[u16]), round: u64) -> Call {
    let (uids, values) = (row.0.to_vec(), row.1.to_vec());
    let payload =
        WeightsPayload { hotkey: hotkey.map(|hotkey| hotkey.0), uids, values, version_key: 0 }.encode();
    let sealed = seal(&round_key(&chain.genesis(), round), &[1; 32], &payload);
    commit_bytes(0, sealed, round)
}

/// //val-b commits to a row, sealed to a round, in the next block.
fn send(chain: &mut MemoryChain, call: Call) {
    let transaction = signed(chain, "//val-b", call);
    let (_, outcome) = chain.produce(vec![transaction]);
    assert_eq!(outcome.receipts[0].result, Ok(()));
    assert!(outcome.receipts[0].fee.is_zero());
}

fn row(chain: &MemoryChain) -> Vec<(u16, u16)> {
    epochs::weights(&chain.state, DEV_NETUID, 1)
}

fn revealed(events: &[Event]) -> Vec<AccountId> {
    let of = |event: &Event| match event {
        Event::TimelockedWeightsRevealed { netuid: DEV_NETUID, mechanism: 0, hotkey } => Some(*hotkey),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

#[test]
fn what_is_committed_in_an_epoch_is_opened_with_the_next_and_counts_in_it() {
    let mut chain = hidden();
    go_to(&mut chain, 4);
    let votes: Vec<Transaction> = DEV_VALIDATORS
        .iter()
        .map(|(hotkey, ..)| {
            let call = commit(&chain, Some(account(hotkey)), (&[4, 3], &[10_000, 30_000]), 20);
            signed(&chain, hotkey, call)
        })
        .collect();
    let (_, outcome) = chain.produce(votes);
    assert!(outcome.receipts.iter().all(|receipt| receipt.result.is_ok()));
    assert_eq!(epochs::last_update(&chain.state, DEV_NETUID)[..3], [5, 5, 5]);
    go_to(&mut chain, 19);
    assert!(row(&chain).is_empty(), "nobody has seen it yet");

    let events = go_to(&mut chain, 20);
    assert_eq!(revealed(&events), DEV_VALIDATORS.map(|(hotkey, ..)| account(hotkey)));
    assert!(events.iter().any(|event| matches!(event, Event::EpochRan { netuid: DEV_NETUID, index: 1, .. })));
    assert_eq!(row(&chain), [(4, 21_845), (3, 65_535)]);
    assert_eq!(epochs::last_update(&chain.state, DEV_NETUID)[1], 5, "the last update is that of the commit");
    let metagraph = query::metagraph(&chain.state, DEV_NETUID).expect("the dev subnet");
    let incentive: Vec<u16> = metagraph.iter().map(|neuron| neuron.incentive).collect();
    assert!(incentive[3] > 2 * incentive[4] && incentive[4] > 0, "{incentive:?}");
    assert!(metagraph[1].dividends > 0);
    assert!(commits::waiting(&chain.state).is_empty(), "nothing is left behind");
}

#[test]
fn with_a_longer_period_it_takes_more_epochs() {
    let mut chain = hidden();
    let call = set_param(Some(DEV_NETUID), "reveal_period", 2);
    chain.produce(vec![signed(&chain, "//Alice", call)]);
    let call = commit(&chain, Some(account("//val-b")), (&[3], &[1]), 40);
    send(&mut chain, call);
    assert!(revealed(&go_to(&mut chain, 20)).is_empty() && row(&chain).is_empty());
    assert_eq!(revealed(&go_to(&mut chain, 40)), [account("//val-b")]);
}

#[test]
fn a_round_to_come_is_waited_for_within_its_epoch_only() {
    for (round, opens) in [(30, true), (39, true), (40, false)] {
        let mut chain = hidden();
        let call = commit(&chain, Some(account("//val-b")), (&[3], &[1]), round);
        send(&mut chain, call);
        go_to(&mut chain, round - 1);
        assert!(row(&chain).is_empty(), "round {round} is not known yet");
        let events = go_to(&mut chain, round);
        assert_eq!(!revealed(&events).is_empty(), opens, "round {round}");
        go_to(&mut chain, 60);
        assert_eq!(!row(&chain).is_empty(), opens, "round {round}");
        assert!(commits::waiting(&chain.state).is_empty(), "round {round} leaves nothing behind");
    }
}

#[test]
fn later_commits_win_and_bad_ones_are_dropped_without_a_trace() {
    let mut chain = hidden();
    let mine = Some(account("//val-b"));
    let calls = [
        commit(&chain, mine, (&[3], &[1]), 20),
        commit(&chain, None, (&[4], &[1]), 20),
        commit(&chain, Some(account("//val-c")), (&[5], &[1]), 20),
        commit(&chain, mine, (&[5, 5], &[1, 1]), 20),
        commit(&chain, mine, (&[5], &[1, 2]), 20),
        commit(&chain, mine, (&[99], &[1]), 20),
        commit_bytes(0, b"not sealed".to_vec(), 20),
        commit_bytes(0, seal(&round_key(&Hash::ZERO, 20), &[1; 32], b"elsewhere"), 20),
        commit_bytes(0, seal(&round_key(&chain.genesis(), 20), &[1; 32], b"nonsense"), 20),
    ];
    for call in calls {
        send(&mut chain, call);
    }
    let events = go_to(&mut chain, 20);
    let me = account("//val-b");
    assert_eq!(revealed(&events), [me, me], "the row with its hotkey, and the older form without");
    assert_eq!(row(&chain), [(4, 65_535)]);
    assert!(commits::waiting(&chain.state).is_empty());
}

#[test]
fn what_needs_a_permit_needs_it_when_it_opens() {
    let mut chain = hidden();
    let call = commit(&chain, Some(account("//m1")), (&[3], &[1]), 20);
    let transaction = signed(&chain, "//m1", call.clone());
    chain.produce(vec![transaction]);
    let vote = commit(&chain, Some(account("//m2")), (&[3], &[1]), 20);
    let transaction = signed(&chain, "//m2", vote);
    chain.produce(vec![transaction]);
    let events = go_to(&mut chain, 20);
    // A lone self weight needs no permit; scoring another does.
    assert_eq!(revealed(&events), [account("//m1")]);
}

#[test]
fn an_epoch_that_is_put_off_puts_off_its_reveals() {
    let mut chain = hidden();
    let create = Call::RegisterNetwork { hotkey: account("//new-2") };
    let limit = set_param(None, "max_epochs_per_block", 1);
    let transactions =
        [("//Alice", limit), ("//Eve", create)].map(|(signer, call)| signed(&chain, signer, call));
    chain.produce(transactions.to_vec());
    // Subnet 2 was created in block 2, which counts as block 0; subnet 1 goes first.
    for netuid in [1, 2] {
        let call = set_param(Some(netuid), "commit_reveal_enabled", 1);
        chain.produce(vec![signed(&chain, "//Alice", call)]);
    }
    let payload =
        WeightsPayload { hotkey: Some(account("//new-2").0), uids: vec![0], values: vec![1], version_key: 0 };
    let commit = seal(&round_key(&chain.genesis(), 20), &[1; 32], &payload.encode());
    let version = COMMIT_REVEAL_VERSION;
    let call = Call::CommitTimelockedWeights { netuid: 2, mechanism: 0, commit, round: 20, version };
    let (_, outcome) = chain.produce(vec![signed(&chain, "//new-2", call)]);
    assert_eq!(outcome.receipts[0].result, Ok(()));
    let events = go_to(&mut chain, 20);
    assert!(events.contains(&Event::EpochDeferred { netuid: 2, from: 20, to: 21 }), "{events:?}");
    assert!(epochs::weights(&chain.state, 2, 0).is_empty());
    go_to(&mut chain, 21);
    assert_eq!(epochs::weights(&chain.state, 2, 0), [(0, 65_535)]);
}

#[test]
fn each_mechanism_opens_its_own() {
    let mut chain = hidden();
    for (name, value) in [("max_allowed_uids", 128), ("mechanism_count", 2)] {
        let call = set_param(Some(DEV_NETUID), name, value);
        let (_, outcome) = chain.produce(vec![signed(&chain, "//Alice", call)]);
        assert_eq!(outcome.receipts[0].result, Ok(()), "{name}");
    }
    let Call::CommitTimelockedWeights { commit: sealed, .. } =
        commit(&chain, Some(account("//val-b")), (&[3], &[1]), 20)
    else {
        unreachable!("it is one")
    };
    send(&mut chain, commit_bytes(1, sealed, 20));
    go_to(&mut chain, 20);
    assert!(row(&chain).is_empty());
    assert_eq!(epochs::weights(&chain.state, 4_096 + DEV_NETUID, 1), [(3, 65_535)]);
}

#[test]
fn others_execute_the_same_and_know_a_false_secret() {
    let mut chain = hidden();
    let call = commit(&chain, Some(account("//val-b")), (&[3], &[1]), 20);
    send(&mut chain, call);
    go_to(&mut chain, 19);
    let (block, _) = chain.build(chain.draft(Vec::new()));
    let mut wrong = block.clone();
    wrong.header.beacon[0] ^= 1;
    assert_eq!(chain.apply(&wrong).err(), Some(crate::BlockError::Beacon));
    let outcome = chain.apply(&block).expect("the same again");
    assert_eq!(revealed(&outcome.events), [account("//val-b")]);
}

#[test]
fn a_free_commit_that_would_fail_does_not_enter() {
    let chain = hidden();
    let table = [
        (commit_bytes(0, vec![0; 5_001], 20), "CommitTooLong"),
        (commit_bytes(1, vec![0; 100], 20), "MechanismDoesNotExist"),
        (
            Call::CommitTimelockedWeights { netuid: 1, mechanism: 0, commit: vec![], round: 20, version: 3 },
            "IncorrectCommitRevealVersion",
        ),
    ];
    for (call, name) in table {
        let transaction = Transaction::sign(&key("//val-b"), body(&chain, "//val-b", call));
        let refusal = crate::admit(&chain.state, chain.tip.height + 1, &transaction);
        assert_eq!(refusal.map_err(|refusal| refusal.name()), Err(name));
    }
}
