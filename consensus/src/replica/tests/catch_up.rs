//! Catching up: what is taken from whom, what is refused, and that there is always a way on.

use super::*;
use crate::{
    sync::FETCH_PATIENCE_MS,
    testing::{Chain, Exchange},
};
use taonet_chain::AuthoritySet;

#[test]
fn a_node_that_is_behind_asks_and_catches_up_one_block_a_step() {
    let (mut source, blocks) = decided_chain(6);
    source.receive(3, Message::Fetch(1));
    assert_eq!(source.sent(), [(source.id(3), Message::Blocks(blocks.clone()))]);
    let mut stage = behind(7);
    assert_eq!(stage.receive(1, Message::Blocks(blocks)), Verdict::Accept);
    for height in 1..=6 {
        stage.step(Incoming::Wake(Timer::Work));
        assert_eq!(stage.committed(), Some(height));
    }
    assert_eq!(stage.replica.store.at_risk(), 0, "all of it is durable at the end of the answer");
    assert_eq!(stage.replica.tip, source.replica.tip);
}

#[test]
fn blocks_that_were_not_asked_for_are_ignored() {
    let (_, blocks) = decided_chain(2);
    let mut stage = behind(3);
    assert_eq!(stage.receive(2, Message::Blocks(blocks.clone())), Verdict::Ignore, "asked somebody else");
    assert_eq!(stage.receive(1, Message::Blocks(blocks.clone())), Verdict::Accept);
    assert_eq!(stage.receive(1, Message::Blocks(blocks)), Verdict::Ignore, "answered already");
}

/// Changes an honest answer.
type Spoil = fn(&Chain, &mut Vec<CommittedBlock>);

/// Everything that can be wrong with an answer. Block 4 changes the authorities: 0 to 3 decide it, 4 to 7 the next.
const LIES: [(&str, Spoil); 15] = [
    ("a changed header", |_, blocks| blocks[1].block.header.timestamp_ms += 1),
    ("another state root", |_, blocks| blocks[1].block.header.state_root = Hash::ZERO),
    ("a block that breaks a rule, certified", |chain, blocks| {
        blocks[1].block.header.beacon = [9; 32];
        recertify(chain, &mut blocks[1], &[0, 1, 2]);
    }),
    ("a block of another parent, certified", |chain, blocks| {
        blocks[1].block.header.parent = Hash::ZERO;
        recertify(chain, &mut blocks[1], &[0, 1, 2]);
    }),
    ("a transaction more", |_, blocks| {
        let extra = blocks[3].block.transactions[0].clone();
        blocks[1].block.transactions.push(extra);
    }),
    ("the certificate of another block", |_, blocks| blocks[1].certificate = blocks[2].certificate.clone()),
    ("a forged signature", |_, blocks| blocks[1].certificate.signatures[0].1.0[0] ^= 1),
    ("too few signatures", |_, blocks| blocks[1].certificate.signatures.truncate(2)),
    ("a signature twice", |_, blocks| {
        let again = blocks[1].certificate.signatures[0];
        blocks[1].certificate.signatures[1] = again;
    }),
    ("signatures of strangers", |chain, blocks| recertify(chain, &mut blocks[1], &[4, 5, 6, 7])),
    ("signatures of the set before", |chain, blocks| recertify(chain, &mut blocks[4], &[0, 1, 2, 3])),
    ("a header that names the set before", |chain, blocks| {
        blocks[4].block.header.authorities = blocks[3].block.header.authorities;
        recertify(chain, &mut blocks[4], &[4, 5, 6, 7]);
    }),
    ("a gap", |_, blocks| drop(blocks.remove(1))),
    ("a repetition", |_, blocks| blocks[1] = blocks[0].clone()),
    ("nothing", |_, blocks| blocks.clear()),
];

fn recertify(chain: &Chain, committed: &mut CommittedBlock, signers: &[u16]) {
    let signers = AuthoritySet::equal(signers.iter().map(|index| Chain::key(*index).account()));
    committed.certificate = chain.certify(&committed.block, &signers);
}

/// Six blocks; after the fourth other authorities decide.
fn changing_chain() -> (Chain, Vec<CommittedBlock>) {
    let mut chain = Chain::new(4, 100);
    let mut blocks = chain.extend(3);
    blocks.push(chain.call_in(&[4, 5, 6, 7]));
    blocks.extend(chain.extend(2));
    (chain, blocks)
}

/// Whom the last step, or these outputs, asked for blocks, and from which height.
fn asked(out: &[Outgoing]) -> Option<(NodeId, u64)> {
    out.iter().find_map(|outgoing| match outgoing {
        Outgoing::Send { to, message: Message::Fetch(height) } => Some((*to, *height)),
        _ => None,
    })
}

#[test]
fn every_lie_is_penalised_and_somebody_else_is_asked() {
    let (chain, blocks) = changing_chain();
    for (name, spoil) in LIES {
        let mut stage = behind(7);
        stage.hear(2, 7);
        let mut lie = blocks.clone();
        spoil(&chain, &mut lie);
        let verdict = stage.receive(1, Message::Blocks(lie));
        let mut out = stage.out.clone();
        out.extend(work_off(&mut stage));
        let liar = stage.id(1);
        let penalised =
            |outgoing: &Outgoing| matches!(outgoing, Outgoing::Penalty { peer, .. } if *peer == liar);
        let rejected = verdict == Verdict::Reject(Offence::Block);
        assert!(rejected != out.iter().any(penalised), "{name}: once, {verdict:?}");
        // What was right before the lie is kept; the rest comes from the other.
        let height = stage.replica.tip.height;
        assert_eq!(asked(&out), Some((stage.id(2), height + 1)), "{name}");
        stage.receive(2, Message::Blocks(blocks[height as usize..].to_vec()));
        work_off(&mut stage);
        assert_eq!(stage.replica.tip, chain.store.tip(), "{name}");
    }
}

#[test]
fn an_answer_about_other_heights_than_asked_is_a_lie() {
    let (_, blocks) = decided_chain(5);
    for wrong in [1..5, 2..5, 4..5] {
        let mut stage = behind(6);
        assert_eq!(
            stage.receive(1, Message::Blocks(blocks[wrong.clone()].to_vec())),
            Verdict::Reject(Offence::Block),
            "{wrong:?}"
        );
    }
}

#[test]
fn a_late_answer_to_an_earlier_question_is_no_lie_and_takes_no_answers_place() {
    let (_, blocks) = decided_chain(6);
    let mut stage = behind(7);
    stage.receive(1, Message::Blocks(blocks[..3].to_vec()));
    assert_eq!(asked(&work_off(&mut stage)), Some((stage.id(1), 4)));
    for late in [0..2, 0..5, 2..6] {
        assert_eq!(
            stage.receive(1, Message::Blocks(blocks[late.clone()].to_vec())),
            Verdict::Ignore,
            "{late:?}"
        );
    }
    assert_eq!(stage.receive(1, Message::Blocks(blocks[3..].to_vec())), Verdict::Accept);
    work_off(&mut stage);
    assert_eq!(stage.replica.tip.height, 6);
}

#[test]
fn what_was_decided_in_the_meantime_is_skipped_without_blame() {
    let (source, blocks) = decided_chain(3);
    let mut stage = behind(4);
    // While the answer is on its way, gossip brings the votes for height 1 after all.
    let proposal = Proposal::sign(&source.keys[1], &source.network, (1, 0), blocks[0].block.id(), None);
    let proposed = Proposed { proposal, block: blocks[0].block.clone() };
    stage.step(Incoming::Wake(Timer::Start { height: 1 }));
    stage.receive(1, Message::Proposal(Box::new(proposed)));
    for vote in blocks[0].certificate.votes() {
        stage.receive(2, Message::Vote(vote));
    }
    assert_eq!(stage.replica.tip.height, 1);
    assert_eq!(stage.receive(1, Message::Blocks(blocks)), Verdict::Accept);
    let out = work_off(&mut stage);
    assert!(!out.iter().any(|outgoing| matches!(outgoing, Outgoing::Penalty { .. })), "{out:?}");
    assert_eq!(stage.replica.tip, source.replica.tip);
}

#[test]
fn one_behind_waits_a_heartbeat_for_its_own_decision_and_then_asks() {
    let (source, blocks) = decided_chain(1);
    let mut stage = Stage::started(4, 0);
    stage.hear(1, 2);
    assert_eq!(asked(&stage.out), None, "it may decide any moment");
    stage.now += timing::heartbeat(&stage.genesis.timing());
    stage.hear(1, 2);
    assert_eq!(asked(&stage.out), Some((stage.id(1), 1)));
    stage.receive(1, Message::Blocks(blocks));
    work_off(&mut stage);
    assert_eq!(stage.replica.tip, source.replica.tip);
}

#[test]
fn in_the_middle_of_a_round_a_decided_block_ends_the_height() {
    let (source, blocks) = decided_chain(2);
    let mut stage = Stage::started(4, 0);
    // It has prevoted nil in round 0 and is on its way to round 1 when it hears that the others are two ahead.
    stage.step(Incoming::Wake(Timer::Timeout { height: 1, round: 0, step: Step::Propose }));
    assert_eq!(stage.own_votes(), [(VoteKind::Prevote, None)]);
    stage.hear(1, 3);
    assert_eq!(asked(&stage.out), Some((stage.id(1), 1)));
    stage.receive(1, Message::Blocks(blocks));
    work_off(&mut stage);
    assert_eq!(stage.replica.tip, source.replica.tip);
    assert_eq!(stage.replica.agreement.round(), 0, "of the next height");
}

#[test]
fn a_staller_costs_its_patience_once() {
    let (source, blocks) = decided_chain(6);
    let mut stage = behind(7);
    stage.hear(2, 7);
    stage.now += FETCH_PATIENCE_MS;
    stage.step(Incoming::Wake(Timer::Heartbeat));
    let mut out = stage.out.clone();
    for height in 1..=6 {
        assert_eq!(asked(&out), Some((stage.id(2), height)), "never the one who stalled");
        stage.receive(2, Message::Blocks(vec![blocks[height as usize - 1].clone()]));
        out = stage.step(Incoming::Wake(Timer::Work)).to_vec();
        stage.now += timing::heartbeat(&stage.genesis.timing());
        stage.hear(1, 7);
        out.append(&mut stage.out);
        out.extend(stage.step(Incoming::Wake(Timer::Heartbeat)).to_vec());
    }
    assert_eq!(stage.replica.tip, source.replica.tip);
}

#[test]
fn ten_thousand_blocks_behind_is_only_more_of_the_same() {
    // Ten times less where nothing is optimised.
    const BEHIND: u64 = if cfg!(debug_assertions) { 1_000 } else { 10_000 };
    let mut chain = Chain::bare(BEHIND);
    chain.extend(BEHIND);
    let mut pair = Exchange::of([chain.store.clone(), chain.empty_store(BEHIND)], &chain);
    let tip = chain.store.tip();
    let steps = pair.run_until(|nodes| nodes[1].tip() == &tip);
    assert!(steps > BEHIND, "a block a step, so that nobody waits long for anything else");
}
