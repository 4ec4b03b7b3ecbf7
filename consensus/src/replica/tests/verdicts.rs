//! What a replica says to what it is told: blocks, votes, proposals.

use super::*;

#[test]
fn a_block_from_the_future_is_prevoted_nil() {
    let drift = Stage::new(4, 0).genesis.timing().max_drift_ms;
    for (late, accepted) in [(drift, true), (drift + 1, false)] {
        let mut stage = Stage::started(4, 0);
        let block = stage.block(1, NOW + late);
        let expected = accepted.then_some(block.id());
        let proposed = stage.proposed(1, 0, block);
        assert_eq!(stage.receive(1, proposed), Verdict::Accept);
        assert_eq!(stage.own_votes(), [(VoteKind::Prevote, expected)], "{late} ms ahead");
    }
}

#[test]
fn a_wrong_block_is_prevoted_nil() {
    type Spoil = fn(&mut Block);
    let wrong: [(&str, Spoil); 4] = [
        ("before its slot", |block| block.header.timestamp_ms = 1),
        ("another state", |block| block.header.state_root = Hash::ZERO),
        ("another parent", |block| block.header.parent = Hash::ZERO),
        ("somebody else's", |block| block.header.proposer = Keypair::from_seed([9; 32]).account()),
    ];
    for (name, spoil) in wrong {
        let mut stage = Stage::started(4, 0);
        let mut block = stage.block(1, NOW);
        spoil(&mut block);
        let proposed = stage.proposed(1, 0, block);
        assert_eq!(stage.receive(1, proposed), Verdict::Accept, "{name}: its proposer did sign it");
        assert_eq!(stage.own_votes(), [(VoteKind::Prevote, None)], "{name}");
    }
}

#[test]
fn the_verdict_on_every_kind_of_vote() {
    let elsewhere = Network { genesis: Hash([7; 32]), branch: 0 };
    type Make = fn(&Stage, &Network) -> Vote;
    let cases: [(&str, Make, Verdict); 9] = [
        ("a good one", |s, _| s.vote(1, VoteKind::Prevote, 0, None), Verdict::Accept),
        ("a good one again", |s, _| s.vote(1, VoteKind::Prevote, 0, None), Verdict::Accept),
        ("far ahead", |s, _| s.vote(1, VoteKind::Prevote, u32::MAX, None), Verdict::Ignore),
        ("further back than that", |s, _| s.vote(1, VoteKind::Prevote, u32::MAX - 1, None), Verdict::Ignore),
        ("a stranger's", |s, _| s.vote(4, VoteKind::Prevote, 0, None), Verdict::Reject(Offence::Stranger)),
        (
            "forged",
            |s, _| Vote { value: Some(Hash::ZERO), ..s.vote(2, VoteKind::Prevote, 0, None) },
            Verdict::Reject(Offence::Signature),
        ),
        (
            "of another network",
            |s, other| Vote::sign(&s.keys[2], other, (1, 0, VoteKind::Prevote), None),
            Verdict::Reject(Offence::Signature),
        ),
        (
            "for the next height",
            |s, _| Vote::sign(&s.keys[2], &s.network, (2, 0, VoteKind::Prevote), None),
            Verdict::Ignore,
        ),
        (
            "for a later height",
            |s, _| Vote::sign(&s.keys[2], &s.network, (3, 0, VoteKind::Prevote), None),
            Verdict::Ignore,
        ),
    ];
    let mut stage = Stage::started(4, 0);
    for (name, make, expected) in cases {
        let vote = make(&stage, &elsewhere);
        assert_eq!(stage.receive(1, Message::Vote(vote)), expected, "{name}");
    }
}

#[test]
fn votes_far_ahead_are_logged_only_when_an_honest_authority_must_be_there() {
    let mut stage = Stage::started(4, 0);
    let logged = stage.replica.store.log().len();
    for round in 1_000..=1_200 {
        let vote = stage.vote(1, VoteKind::Prevote, round, None);
        assert_eq!(stage.receive(1, Message::Vote(vote)), Verdict::Ignore);
    }
    assert_eq!(stage.replica.store.log().len(), logged, "one authority alone leaves no trace");
    let second = stage.vote(2, VoteKind::Precommit, 1_200, None);
    stage.receive(2, Message::Vote(second));
    assert_eq!(stage.replica.agreement.round(), 1_200);
    assert_eq!(stage.replica.store.log().len(), logged + 2);
}

#[test]
fn the_verdict_on_every_kind_of_proposal() {
    let mut stage = Stage::started(4, 0);
    let block = stage.block(1, NOW);
    let good = stage.proposed(1, 0, block.clone());
    let Message::Proposal(proposed) = good.clone() else { unreachable!() };
    let with = |change: &dyn Fn(&mut Proposed)| {
        let mut proposed = proposed.clone();
        change(&mut proposed);
        Message::Proposal(proposed)
    };
    let justified = |polka: Vec<Vote>, round| {
        let proposer = round as usize % 4 + 1;
        let place = (1, round);
        let proposal =
            Proposal::sign(&stage.keys[proposer], &stage.network, place, block.id(), Some((0, polka)));
        Message::Proposal(Box::new(Proposed { proposal, block: block.clone() }))
    };
    let prevotes = |count| -> Vec<Vote> {
        (1..=count).map(|voter| stage.vote(voter, VoteKind::Prevote, 0, Some(block.id()))).collect()
    };
    let forged = |mut polka: Vec<Vote>| {
        polka[0].signature = polka[1].signature;
        polka
    };
    let cases = [
        ("not its turn", stage.proposed(2, 0, block.clone()), Verdict::Reject(Offence::Stranger)),
        ("another block", with(&|p| p.block.header.timestamp_ms += 1), Verdict::Reject(Offence::Proposal)),
        (
            "other lists under its header",
            with(&|p| p.block.evidence.push(Evidence::Votes(prevotes(1).remove(0), prevotes(1).remove(0)))),
            Verdict::Reject(Offence::Proposal),
        ),
        ("forged", with(&|p| p.proposal.signature.0[0] ^= 1), Verdict::Reject(Offence::Signature)),
        (
            "a polka for nothing",
            with(&|p| p.proposal.polka = prevotes(3)),
            Verdict::Reject(Offence::Proposal),
        ),
        ("no polka", justified(prevotes(0), 1), Verdict::Reject(Offence::Proposal)),
        ("half a polka", justified(prevotes(2), 1), Verdict::Reject(Offence::Proposal)),
        ("a forged polka", justified(forged(prevotes(3)), 1), Verdict::Reject(Offence::Signature)),
        ("a later height", with(&|p| p.proposal.height = 9), Verdict::Ignore),
        ("a height gone by", with(&|p| p.proposal.height = 0), Verdict::Ignore),
        ("far ahead", justified(prevotes(3), 2), Verdict::Ignore),
        ("a proven one of the next round", justified(prevotes(3), 1), Verdict::Accept),
        ("a good one", good.clone(), Verdict::Accept),
        ("the same again", good, Verdict::Ignore),
    ];
    for (name, message, expected) in cases {
        assert_eq!(stage.receive(1, message), expected, "{name}");
    }
}
