//! One replica among authorities whose keys the tests hold.

mod catch_up;
mod restore;

use super::*;
use crate::{
    interface::{Offence, Verdict},
    message::{MAX_BLOCKS_PER_ANSWER, Message, Proposed, Status},
    store::MemoryStore,
    tendermint::Validity,
};
use taonet_chain::{
    Block, CommittedBlock, Draft, Hash, Keypair, Network, Proposal, Vote, VoteKind,
    block::beacon,
    build,
    genesis::{DevOptions, Genesis},
};

mod fuzz;

const NOW: Time = 1_700_000_000_000;

/// A network's keys and one replica of it.
struct Stage {
    genesis: Genesis,
    network: Network,
    keys: Vec<Keypair>,
    replica: Replica<MemoryStore>,
    now: Time,
    out: Vec<Outgoing>,
}

impl Stage {
    /// The replica is authority `me` of `count`, or an observer if there is no such authority.
    fn new(count: u16, me: usize) -> Stage {
        let genesis = Genesis::dev(DevOptions { authorities: count, ..DevOptions::default() });
        let (tip, changes) = genesis.build().expect("a preset");
        Stage::with(count, me, MemoryStore::new(tip, &changes, 100), None)
    }

    /// The same with a store that is not empty, and a block that its operator trusts.
    fn with(count: u16, me: usize, store: MemoryStore, trust: Option<(u64, Hash)>) -> Stage {
        let genesis = Genesis::dev(DevOptions { authorities: count, ..DevOptions::default() });
        let network = Network { genesis: genesis.hash(), branch: 0 };
        let uri = |index: u16| DevOptions::authority_uri(index);
        let keys: Vec<_> =
            (0..=count).map(|index| Keypair::from_uri(&uri(index)).expect("a constant")).collect();
        let key = keys[me].clone();
        let config = Config { network, timing: genesis.timing(), key, trust_empty: false, trust };
        let mut out = Vec::new();
        let replica = Replica::open(config, store, NOW, &mut out).expect("the store is sound");
        Stage { genesis, network, keys, replica, now: NOW, out }
    }

    /// The others say that they are at height 1, and the height starts.
    fn started(count: u16, me: usize) -> Stage {
        let mut stage = Stage::new(count, me);
        for other in (0..usize::from(count)).filter(|other| *other != me) {
            stage.step(Incoming::Connected(stage.id(other)));
            stage.hear(other, 1);
        }
        stage.step(Incoming::Wake(Timer::Start { height: 1 }));
        stage
    }

    fn id(&self, index: usize) -> NodeId {
        self.keys[index].account()
    }

    /// Only what this step gives is in `out` afterwards.
    fn step(&mut self, incoming: Incoming) -> &[Outgoing] {
        self.out.clear();
        self.replica.step(self.now, incoming, &mut self.out);
        &self.out
    }

    fn receive(&mut self, from: usize, message: Message) -> Verdict {
        let from = self.id(from);
        let verdicts: Vec<_> = self
            .step(Incoming::Received { from, message })
            .iter()
            .filter_map(|outgoing| match outgoing {
                Outgoing::Verdict { from: about, verdict } if *about == from => Some(*verdict),
                _ => None,
            })
            .collect();
        let [verdict] = verdicts.as_slice() else { panic!("one verdict per message: {verdicts:?}") };
        *verdict
    }

    fn hear(&mut self, from: usize, height: u64) -> Verdict {
        let status = Status {
            network: self.network,
            height,
            round: 0,
            step: Step::Waiting,
            proposal: false,
            prevotes: 0,
            precommits: 0,
        };
        self.receive(from, Message::Status(status))
    }

    /// The block that `author` would build now.
    fn block(&self, author: usize, timestamp_ms: Time) -> Block {
        let height = self.replica.tip.height + 1;
        let draft = Draft {
            timestamp_ms,
            proposer: self.id(author),
            evidence: Vec::new(),
            transactions: Vec::new(),
            beacon: beacon(&self.network.genesis, height),
        };
        build(&self.network, &self.replica.tip, &self.replica.store, &self.replica.tree, draft).0
    }

    fn proposed(&self, author: usize, round: u32, block: Block) -> Message {
        let place = (block.header.height, round);
        let proposal = Proposal::sign(&self.keys[author], &self.network, place, block.id(), None);
        Message::Proposal(Box::new(Proposed { proposal, block }))
    }

    fn vote(&self, voter: usize, kind: VoteKind, round: u32, value: Option<Hash>) -> Vote {
        Vote::sign(&self.keys[voter], &self.network, (self.replica.height(), round, kind), value)
    }

    fn own_votes(&self) -> Vec<(VoteKind, Option<Hash>)> {
        let votes = self.out.iter().filter_map(|outgoing| match outgoing {
            Outgoing::Broadcast(Message::Vote(vote)) => Some((vote.kind, vote.value)),
            _ => None,
        });
        votes.collect()
    }

    fn committed(&self) -> Option<u64> {
        self.out.iter().find_map(|outgoing| match outgoing {
            Outgoing::Committed(committed) => Some(committed.block.block.header.height),
            _ => None,
        })
    }

    fn sent(&self) -> Vec<(NodeId, Message)> {
        let sent = self.out.iter().filter_map(|outgoing| match outgoing {
            Outgoing::Send { to, message } => Some((*to, message.clone())),
            _ => None,
        });
        sent.collect()
    }
}

#[test]
fn a_single_authority_decides_in_one_step() {
    let mut stage = Stage::new(1, 0);
    for height in 1..=5 {
        stage.now += 250;
        stage.step(Incoming::Wake(Timer::Start { height }));
        assert_eq!(stage.committed(), Some(height));
        assert_eq!(stage.replica.store.at_risk(), 0, "what is told of is durable");
    }
}

#[test]
fn nothing_starts_before_its_slot() {
    let mut stage = Stage::new(1, 0);
    stage.step(Incoming::Wake(Timer::Start { height: 1 }));
    stage.now += 249;
    let out = stage.step(Incoming::Wake(Timer::Start { height: 2 }));
    assert!(
        matches!(out, [Outgoing::WakeAt { at, timer: Timer::Start { height: 2 } }] if *at == NOW + 250),
        "asked for again: {out:?}"
    );
}

#[test]
fn height_1_waits_until_a_quorum_is_there() {
    let mut stage = Stage::new(4, 1);
    assert!(stage.step(Incoming::Wake(Timer::Start { height: 1 })).is_empty());
    for other in [0, 2, 3] {
        stage.step(Incoming::Connected(stage.id(other)));
    }
    stage.hear(0, 1);
    assert_eq!(stage.replica.agreement.step(), Step::Waiting, "two of four");
    stage.hear(2, 1);
    // Authority 1 proposes round 0 of height 1, and may vote: nobody is further, so nobody has forgotten anything.
    assert_eq!(stage.own_votes().len(), 1, "{:?}", stage.out);
}

#[test]
fn a_block_passes_from_proposal_to_commit() {
    let mut stage = Stage::started(4, 0);
    let block = stage.block(1, NOW);
    let value = Some(block.id());
    let proposed = stage.proposed(1, 0, block);
    assert_eq!(stage.receive(1, proposed), Verdict::Accept);
    assert_eq!(stage.own_votes(), [(VoteKind::Prevote, value)]);
    for voter in [1, 2] {
        let vote = stage.vote(voter, VoteKind::Prevote, 0, value);
        assert_eq!(stage.receive(voter, Message::Vote(vote)), Verdict::Accept);
    }
    assert_eq!(stage.own_votes(), [(VoteKind::Precommit, value)]);
    for voter in [1, 2] {
        let vote = stage.vote(voter, VoteKind::Precommit, 0, value);
        stage.receive(voter, Message::Vote(vote));
    }
    assert_eq!(stage.committed(), Some(1));
    let kept = stage.replica.store.block(1).expect("it is kept");
    kept.certificate.verify(&stage.network, &stage.genesis_set()).expect("its certificate holds");
}

impl Stage {
    fn genesis_set(&self) -> taonet_chain::AuthoritySet {
        self.genesis.build().expect("a preset").0.authorities
    }
}

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

/// A chain of blocks decided by four authorities.
fn decided_chain(length: u64) -> (Stage, Vec<CommittedBlock>) {
    let mut stage = Stage::started(4, 0);
    for height in 1..=length {
        stage.now += 250;
        stage.step(Incoming::Wake(Timer::Start { height }));
        let proposer = (height % 4) as usize;
        if proposer != 0 {
            let block = stage.block(proposer, stage.now);
            let proposed = stage.proposed(proposer, 0, block);
            stage.receive(1, proposed);
        }
        let value = stage.replica.agreement.proposal(0).map(|proposal| proposal.value);
        for kind in [VoteKind::Prevote, VoteKind::Precommit] {
            for voter in [1, 2] {
                let vote = stage.vote(voter, kind, 0, value);
                stage.receive(voter, Message::Vote(vote));
            }
        }
    }
    assert_eq!(stage.replica.tip.height, length);
    let blocks = (1..=length).map(|height| stage.replica.store.block(height).expect("it is kept")).collect();
    (stage, blocks)
}

fn work_off(stage: &mut Stage) -> Vec<Outgoing> {
    let mut all = Vec::new();
    for _ in 0..MAX_BLOCKS_PER_ANSWER {
        stage.step(Incoming::Wake(Timer::Work));
        all.extend(stage.out.iter().cloned());
    }
    all
}

/// A node that has just learned that authority 1 is at `height` and asked it for blocks.
fn behind(height: u64) -> Stage {
    let mut stage = Stage::new(4, 0);
    stage.step(Incoming::Connected(stage.id(1)));
    stage.step(Incoming::Connected(stage.id(2)));
    stage.now += 10_000;
    stage.hear(1, height);
    assert_eq!(stage.sent(), [(stage.id(1), Message::Fetch(1))]);
    stage
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

#[test]
fn a_double_vote_is_in_our_next_block() {
    let mut stage = Stage::started(4, 0);
    for value in [None, Some(Hash([1; 32]))] {
        let vote = stage.vote(3, VoteKind::Prevote, 0, value);
        assert_eq!(stage.receive(3, Message::Vote(vote)), Verdict::Accept);
    }
    assert_eq!(stage.replica.evidence.len(), 1);
    // Blocks 1 to 3 belong to others, who have not seen it; block 4 is ours.
    for height in 1..=4u64 {
        stage.now += 300;
        stage.step(Incoming::Wake(Timer::Start { height }));
        let proposer = (height % 4) as usize;
        let round = u32::from(proposer == 3);
        if round == 1 {
            // The accused is silent in its turn, and the round after it is ours.
            for step in [Step::Propose, Step::Prevote, Step::Precommit] {
                stage.step(Incoming::Wake(Timer::Timeout { height, round: 0, step }));
            }
        } else if proposer != 0 {
            let block = stage.block(proposer, stage.now);
            let proposed = stage.proposed(proposer, 0, block);
            stage.receive(1, proposed);
        }
        let value = stage.replica.agreement.proposal(round).map(|proposal| proposal.value);
        for kind in [VoteKind::Prevote, VoteKind::Precommit] {
            for voter in [1, 2] {
                let vote = stage.vote(voter, kind, round, value);
                stage.receive(voter, Message::Vote(vote));
            }
        }
        assert_eq!(stage.replica.tip.height, height);
        if height == 3 {
            break;
        }
    }
    let block = stage.replica.store.block(3).expect("it is kept");
    let accused: Vec<_> = block.block.evidence.iter().map(Evidence::accused).collect();
    assert_eq!(accused, [(stage.id(3), 1)]);
    assert!(stage.replica.evidence.is_empty());
    assert_eq!(stage.replica.tip.authorities.len(), 3, "the accused is no authority any more");
}

#[test]
fn submitted_transactions_are_sent_on_or_refused() {
    use taonet_chain::{Body, Call, Transaction};
    let mut stage = Stage::started(4, 0);
    let alice = Keypair::from_uri("//Alice").expect("a constant");
    let mut body = Body {
        signer: alice.account(),
        nonce: 0,
        genesis: stage.network.genesis,
        valid_from: 0,
        valid_until: 100,
        tip: taonet_subnets::amount::Tao::ZERO,
        call: Call::Transfer { to: stage.id(1), amount: taonet_subnets::amount::Tao::whole(1) },
    };
    let good = Transaction::sign(&alice, body.clone());
    let out = stage.step(Incoming::Submitted(good.clone()));
    assert!(matches!(out, [Outgoing::Broadcast(Message::Transaction(sent))] if *sent == good), "{out:?}");
    let out = stage.step(Incoming::Submitted(good.clone()));
    assert!(matches!(out, [Outgoing::Refused { transaction, .. }] if *transaction == good.id()), "{out:?}");
    assert_eq!(stage.receive(1, Message::Transaction(good)), Verdict::Ignore);
    body.nonce = 1;
    let mut forged = Transaction::sign(&alice, body.clone());
    forged.signature.0[0] ^= 1;
    assert_eq!(stage.receive(1, Message::Transaction(forged)), Verdict::Reject(Offence::Transaction));
    body.nonce = 1_000;
    assert_eq!(stage.receive(1, Message::Transaction(Transaction::sign(&alice, body))), Verdict::Ignore);
}
