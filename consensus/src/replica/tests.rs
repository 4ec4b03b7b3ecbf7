//! One replica among authorities whose keys the tests hold.

mod catch_up;
mod crashes;
mod fuzz;
mod neighbours;
mod restore;
mod verdicts;

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
