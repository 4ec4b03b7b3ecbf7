//! What a replica makes of its own records after a crash.

use super::*;

#[test]
fn a_crash_at_any_record_of_a_height_says_the_same_again() {
    // Run one height and remember the store after each step; opening any of them must lead to the same messages.
    let mut stage = Stage::started(4, 1);
    let said = |out: &[Outgoing]| -> Vec<Message> {
        let own = out.iter().filter_map(|outgoing| match outgoing {
            Outgoing::Broadcast(message) => Some(message.clone()),
            _ => None,
        });
        own.collect()
    };
    let mut history = said(&stage.out);
    let mut stores = vec![(stage.replica.store.clone(), history.clone())];
    let value = stage.replica.agreement.proposal(0).map(|proposal| proposal.value);
    for kind in [VoteKind::Prevote, VoteKind::Precommit] {
        for voter in [0, 2] {
            let vote = stage.vote(voter, kind, 0, value);
            stage.receive(voter, Message::Vote(vote));
            history.extend(said(&stage.out));
            stores.push((stage.replica.store.clone(), history.clone()));
        }
    }
    assert_eq!(stage.replica.tip.height, 1);
    for (store, history) in &stores[..stores.len() - 1] {
        let mut out = Vec::new();
        let again =
            Replica::open(stage.replica.config.clone(), store.clone(), stage.now, &mut out).expect("sound");
        assert_eq!(said(&out), *history);
        assert_eq!(again.store.log(), store.log(), "replaying adds nothing to the log");
    }
}

#[test]
fn a_damaged_state_is_not_opened() {
    let stage = Stage::new(4, 0);
    let (tip, mut changes) = stage.genesis.build().expect("a preset");
    changes.pop_last();
    let store = MemoryStore::new(tip.clone(), &changes, 10);
    let config = stage.replica.config.clone();
    let error = Replica::open(config, store, NOW, &mut Vec::new()).err();
    assert!(matches!(error, Some(OpenError::StateRoot { expected, .. }) if expected == tip.state_root));
}

#[test]
fn a_damaged_log_is_not_opened() {
    let mut stage = Stage::started(4, 1);
    let value = stage.replica.agreement.proposal(0).map(|proposal| proposal.value);
    let vote = stage.vote(0, VoteKind::Prevote, 0, value);
    stage.receive(0, Message::Vote(vote.clone()));
    let block = stage.block(1, NOW);
    let Message::Proposal(proposed) = stage.proposed(1, 0, block.clone()) else { unreachable!() };
    let Proposed { proposal, block: _ } = *proposed;
    let validity = Validity::Valid;
    let mut other = block.clone();
    other.header.height = 7;
    let damaged = [
        ("a vote of another height", Record::Vote(Vote { height: 9, ..vote.clone() })),
        ("a vote whose bytes changed", Record::Vote(Vote { value: None, ..vote })),
        ("a block of another height", Record::Value { round: 0, block: other.clone() }),
        (
            "a proposal with another block",
            Record::Proposal { proposal: proposal.clone(), block: other, validity },
        ),
        (
            "a proposal whose bytes changed",
            Record::Proposal { proposal: Proposal { round: 3, ..proposal }, block, validity },
        ),
    ];
    let length = stage.replica.store.log().len();
    for (name, record) in damaged {
        let mut store = stage.replica.store.clone();
        store.append(&record);
        let mut out = Vec::new();
        let error = Replica::open(stage.replica.config.clone(), store, NOW, &mut out).err();
        assert_eq!(error, Some(OpenError::Log { height: 1, record: length }), "{name}");
        assert!(out.is_empty(), "{name}: it says nothing");
    }
}
