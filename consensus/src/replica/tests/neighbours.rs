//! What a replica gives its neighbours, and what it keeps of theirs until its time comes.

use super::*;

#[test]
fn a_neighbour_of_another_network_is_told_off() {
    let mut stage = Stage::started(4, 0);
    stage.network.branch = 1;
    assert_eq!(stage.hear(1, 1), Verdict::Reject(Offence::OtherNetwork));
}

#[test]
fn a_neighbour_at_our_height_gets_what_it_lacks() {
    let mut stage = Stage::started(4, 0);
    let block = stage.block(1, NOW);
    let proposed = stage.proposed(1, 0, block);
    stage.receive(1, proposed.clone());
    stage.hear(2, 1);
    let sent: Vec<_> = stage.sent().into_iter().map(|(to, message)| (to, message.lane(), message)).collect();
    let [(to, _, Message::Votes(votes)), (_, _, proposal)] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!((*to, votes.len()), (stage.id(2), 1));
    assert_eq!(*proposal, proposed);
}

#[test]
fn a_neighbour_may_draw_only_so_much() {
    let mut stage = Stage::started(4, 0);
    let block = stage.block(1, NOW);
    let proposed = stage.proposed(1, 0, block);
    stage.receive(1, proposed);
    let mut answers = 0;
    for _ in 0..100_000 {
        stage.hear(2, 1);
        answers += stage.sent().len();
        if stage.sent().is_empty() {
            break;
        }
    }
    assert!((100..50_000).contains(&answers), "{answers} answers without time passing");
    stage.now += 1_000;
    stage.hear(2, 1);
    assert!(!stage.sent().is_empty(), "and again when time has passed");
}

#[test]
fn early_messages_are_used_when_their_height_comes() {
    let (stage, blocks) = decided_chain(4);
    // A twin of the stage, one block behind, hears of height 4 before it has decided height 3.
    let mut late = behind(4);
    let votes: Vec<Vote> = blocks[3].certificate.votes().collect();
    let proposal = Proposal::sign(&stage.keys[0], &stage.network, (4, 0), blocks[3].block.id(), None);
    late.receive(1, Message::Blocks(blocks[..2].to_vec()));
    work_off(&mut late);
    assert_eq!(late.replica.tip.height, 2);
    late.receive(1, Message::Proposal(Box::new(Proposed { proposal, block: blocks[3].block.clone() })));
    for vote in votes {
        assert_eq!(late.receive(1, Message::Vote(vote)), Verdict::Ignore, "kept, but not passed on");
    }
    late.now += 10_000;
    late.hear(1, 5);
    late.receive(1, Message::Blocks(blocks[2..3].to_vec()));
    work_off(&mut late);
    assert_eq!(late.replica.tip.height, 4, "height 4 was decided from what came early");
}

#[test]
fn an_early_proposal_of_another_set_is_nobodys_fault() {
    // At height 2 other authorities may decide than at height 1, where we still are: three of them are their quorum.
    let mut stage = Stage::started(7, 0);
    let mut block = stage.block(2, NOW + 250);
    block.header.height = 2;
    let polka = |voters: &[usize], value| -> Vec<Vote> {
        let sign = |voter: &usize| {
            Vote::sign(&stage.keys[*voter], &stage.network, (2, 0, VoteKind::Prevote), Some(value))
        };
        voters.iter().map(sign).collect()
    };
    let propose = |polka: Vec<Vote>| {
        let justified = Some((0, polka));
        let proposal = Proposal::sign(&stage.keys[3], &stage.network, (2, 1), block.id(), justified);
        Message::Proposal(Box::new(Proposed { proposal, block: block.clone() }))
    };
    let cases = [
        ("three of seven", propose(polka(&[1, 2, 3], block.id())), Verdict::Ignore),
        ("about another block", propose(polka(&[1, 2, 3], Hash::ZERO)), Verdict::Reject(Offence::Proposal)),
        ("five of seven", propose(polka(&[1, 2, 3, 4, 5], block.id())), Verdict::Ignore),
    ];
    for (name, message, expected) in cases {
        assert_eq!(stage.receive(1, message), expected, "{name}");
    }
}
