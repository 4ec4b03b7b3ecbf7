//! Anything, from anyone, in any order: what holds after every single step.
//!
//! Rules:
//! 1. Nothing panics, and every message gets exactly one verdict.
//! 2. What nobody could honestly have sent is never accepted; what an honest node sends is never held against it.
//! 3. This node never says two things in one round, whatever the other three of four authorities do.
//! 4. Memory is bounded: every table of the replica stays within its constant.
//! 5. The chain only grows, by blocks with a quorum behind them; its books balance; replaying the log gives the same.

#[path = "../../../../chain/tests/fuzz/engine.rs"]
mod engine;

use super::*;
use crate::{
    mempool::{MAX_BYTES, MAX_TRANSACTIONS},
    store::Record,
    sync::MAX_NEIGHBOURS,
    tendermint::{ROUNDS_AHEAD, ROUNDS_BEHIND},
};
use engine::{Random, damaged, fuzz, one_form};
use std::collections::{BTreeMap, BTreeSet};
use taonet_chain::{
    AccountId, AuthoritySet, Body, Call, Certificate, Transaction, execute::MAX_EVIDENCE, ledger::accounts,
    violations,
};
use taonet_subnets::amount::Tao;

/// The replica under attack is authority 0 of four; the attackers hold the keys of all others.
const AUTHORITIES: u16 = 4;

/// Neighbours: the other authorities, and as many strangers.
const PEERS: u64 = 6;

/// Steps of one case.
const STEPS: u64 = 150;

/// Messages that one step may send to one neighbour: votes and two proposals, or blocks, and a status.
const ANSWERS: usize = 5;

/// What the verdict about a message must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    /// It is good: it must not be held against its sender.
    NoReject,
    /// It is forged: it must not be passed on.
    NoAccept,
    /// It depends.
    Any,
}

/// The attack, and what was seen of the victim.
struct Attack {
    stage: Stage,
    strangers: Vec<Keypair>,
    /// Encodings of messages sent so far, to be damaged.
    sent: Vec<Vec<u8>>,
    /// Timers the victim asked for.
    timers: Vec<(Time, Timer)>,
    /// What the victim signed: votes by height, round and kind; proposals by height and round.
    votes: BTreeMap<(u64, u32, VoteKind), Option<Hash>>,
    proposals: BTreeMap<(u64, u32), Hash>,
    /// Blocks seen, and rounds gone through, at the present height.
    blocks: Vec<Block>,
    rounds: BTreeSet<u32>,
    /// Who decides the present height.
    authorities: AuthoritySet,
    height: u64,
}

impl Attack {
    fn new(random: &mut Random) -> Attack {
        let mut stage = Stage::new(AUTHORITIES, 0);
        let opening = std::mem::take(&mut stage.out);
        let strangers = (0..PEERS).map(|index| Keypair::from_seed([100 + index as u8; 32])).collect();
        let (votes, proposals) = (BTreeMap::new(), BTreeMap::new());
        let (sent, timers, blocks, rounds) = (Vec::new(), Vec::new(), Vec::new(), BTreeSet::new());
        let authorities = stage.genesis_set();
        let mut attack = Attack {
            stage,
            strangers,
            sent,
            timers,
            votes,
            proposals,
            blocks,
            rounds,
            authorities,
            height: 1,
        };
        attack.watch(opening);
        // Mostly the network has started; else it is left to chance.
        if random.chance(80) {
            for peer in 0..3 {
                let peer = attack.peer(peer);
                attack.step(Incoming::Connected(peer), Due::Any);
                let status = attack.status(1);
                attack
                    .step(Incoming::Received { from: peer, message: Message::Status(status) }, Due::NoReject);
            }
        }
        attack
    }

    fn status(&self, height: u64) -> Status {
        let (network, step) = (self.stage.network, Step::Waiting);
        Status { network, height, round: 0, step, proposal: false, prevotes: 0, precommits: 0 }
    }

    fn peer(&self, index: u64) -> NodeId {
        match index {
            0..=2 => self.stage.id(1 + index as usize),
            index => self.strangers[index as usize - 3].account(),
        }
    }

    fn key(&self, random: &mut Random) -> Keypair {
        let authority = &self.stage.keys[random.between(1, 3) as usize];
        if random.chance(85) { authority.clone() } else { self.strangers[0].clone() }
    }

    fn is_authority(&self, key: &Keypair) -> bool {
        self.stage.replica.tip.authorities.power(&key.account()) > 0
    }

    /// One step, and everything that must hold after it.
    fn step(&mut self, incoming: Incoming, due: Due) {
        if let Incoming::Received { message, .. } = &incoming
            && self.sent.len() < 64
        {
            self.sent.push(message.encode());
        }
        let received = matches!(incoming, Incoming::Received { .. });
        let shown = incoming.clone();
        let out = self.stage.step(incoming).to_vec();
        let verdicts: Vec<Verdict> = out
            .iter()
            .filter_map(|outgoing| match outgoing {
                Outgoing::Verdict { verdict, .. } => Some(*verdict),
                _ => None,
            })
            .collect();
        assert_eq!(verdicts.len(), usize::from(received), "one verdict per message: {shown:?}");
        for verdict in verdicts {
            let rejected = matches!(verdict, Verdict::Reject(_));
            assert!(due != Due::NoReject || !rejected, "{verdict:?}, but it is good: {shown:?}");
            assert!(
                due != Due::NoAccept || verdict != Verdict::Accept,
                "accepted, but it is forged: {shown:?}"
            );
        }
        self.watch(out);
        self.check_bounds();
    }

    /// Takes in what the victim says.
    fn watch(&mut self, out: Vec<Outgoing>) {
        let (genesis, me) = (self.stage.network, self.stage.id(0));
        let mut per_peer = BTreeMap::new();
        for outgoing in out {
            match outgoing {
                Outgoing::WakeAt { at, timer } => self.timers.push((at, timer)),
                Outgoing::Send { to, message } => {
                    assert!(
                        message.encode().len() <= crate::MAX_MESSAGE_BYTES,
                        "an answer that cannot be sent"
                    );
                    *per_peer.entry(to).or_insert(0) += 1;
                }
                Outgoing::Broadcast(Message::Vote(vote)) => {
                    assert!(vote.voter == me && vote.verify(&genesis));
                    let said = self.votes.entry((vote.height, vote.round, vote.kind)).or_insert(vote.value);
                    assert_eq!(*said, vote.value, "a second vote in one round");
                }
                Outgoing::Broadcast(Message::Proposal(proposed)) => {
                    let proposal = &proposed.proposal;
                    let said =
                        self.proposals.entry((proposal.height, proposal.round)).or_insert(proposal.value);
                    assert_eq!(*said, proposal.value, "a second proposal in one round");
                    self.blocks.push(proposed.block);
                }
                Outgoing::Committed(committed) => {
                    let height = committed.block.block.header.height;
                    assert_eq!(height, self.height, "the chain grows by one block at a time");
                    let certificate = &committed.block.certificate;
                    certificate.verify(&genesis, &self.authorities).expect("a quorum decided it");
                    self.authorities = committed.authorities.clone();
                    self.height = height + 1;
                    self.blocks.clear();
                    self.rounds.clear();
                }
                _ => {}
            }
        }
        self.rounds.insert(self.stage.replica.agreement.round());
        self.timers.truncate(256);
        assert!(per_peer.values().all(|count| *count <= ANSWERS), "{per_peer:?}");
    }

    /// Rule 4.
    fn check_bounds(&self) {
        let replica = &self.stage.replica;
        assert!(replica.mempool.len() <= MAX_TRANSACTIONS && replica.mempool.bytes() <= MAX_BYTES);
        assert!(replica.neighbours.len() <= MAX_NEIGHBOURS);
        assert!(replica.evidence.len() <= MAX_EVIDENCE);
        let authorities = usize::from(AUTHORITIES);
        let rounds = (ROUNDS_BEHIND + 1 + ROUNDS_AHEAD) as usize;
        assert!(replica.ahead.len() <= authorities);
        assert!(
            replica.early.len() <= 2 * (2 * authorities + 2),
            "two rounds, two kinds, and their proposals"
        );
        assert!(replica.candidates.len() <= 2 * rounds + 2);
    }
}

// What attackers send.
impl Attack {
    fn number(&self, random: &mut Random) -> u64 {
        let height = self.height;
        match random.below(10) {
            0 => height.saturating_sub(1),
            1 => height + 1,
            2 => random.bits(),
            3 => u64::MAX,
            _ => height,
        }
    }

    fn round(&self, random: &mut Random) -> u32 {
        let round = self.stage.replica.agreement.round();
        match random.below(12) {
            0..=1 => round.saturating_add(1),
            2 => random.below(40) as u32,
            3 => u32::MAX - random.below(2) as u32,
            4 => round.saturating_add(ROUNDS_AHEAD + random.below(3) as u32),
            _ => round,
        }
    }

    fn kind(random: &mut Random) -> VoteKind {
        if random.chance(50) { VoteKind::Prevote } else { VoteKind::Precommit }
    }

    fn value(&self, random: &mut Random) -> Option<Hash> {
        match random.below(8) {
            0..=1 => None,
            2 => Some(Hash([random.bits() as u8; 32])),
            _ => random.pick(&self.blocks).map(Block::id),
        }
    }

    fn vote_message(&self, random: &mut Random) -> (Message, Due) {
        let key = self.key(random);
        let place = (self.number(random), self.round(random), Attack::kind(random));
        let mut vote = Vote::sign(&key, &self.stage.network, place, self.value(random));
        let forged = random.chance(15);
        if forged {
            vote.signature.0[random.below(64) as usize] ^= 1 << random.below(8);
        }
        let due = match (forged, self.is_authority(&key)) {
            (false, true) => Due::NoReject,
            _ => Due::NoAccept,
        };
        (Message::Vote(vote), due)
    }

    /// A block that follows the tip, or nearly.
    fn draft_block(&mut self, random: &mut Random) -> Block {
        if random.chance(50)
            && let Some(block) = random.pick(&self.blocks)
        {
            return block.clone();
        }
        let author = random.between(0, 3) as usize;
        let time = self.stage.now + random.below(3_000);
        let mut block = self.stage.block(author, time);
        match random.below(12) {
            0 => block.header.timestamp_ms = random.bits(),
            1 => block.header.state_root = Hash([9; 32]),
            2 => block.header.height = random.bits(),
            3 => block.transactions = vec![self.transaction(random).0],
            _ => {}
        }
        if self.blocks.len() < 8 {
            self.blocks.push(block.clone());
        }
        block
    }

    fn proposal_message(&mut self, random: &mut Random) -> (Message, Due) {
        let block = self.draft_block(random);
        let place = (self.number(random), self.round(random));
        let proposer = self.stage.replica.agreement.proposer(place.1);
        let turn = self.stage.keys.iter().find(|key| Some(key.account()) == proposer).cloned();
        let key = turn.filter(|key| key.account() != self.stage.id(0) && random.chance(85));
        let key = key.unwrap_or_else(|| self.key(random));
        let polka = random.chance(30).then(|| self.polka(random, place, block.id()));
        let network = self.stage.network;
        let mut proposal = Proposal::sign(&key, &network, place, block.id(), polka);
        let forged = random.chance(15);
        if forged {
            proposal.signature.0[random.below(64) as usize] ^= 1 << random.below(8);
        }
        (
            Message::Proposal(Box::new(Proposed { proposal, block })),
            if forged { Due::NoAccept } else { Due::Any },
        )
    }

    fn polka(&self, random: &mut Random, (height, round): (u64, u32), value: Hash) -> (u32, Vec<Vote>) {
        let valid_round = round.saturating_sub(random.below(3) as u32);
        let place = (height, valid_round, VoteKind::Prevote);
        let count = if random.chance(70) { 3 } else { random.below(5) as usize };
        let voters = self.stage.keys.iter().skip(1).cycle().take(count);
        (valid_round, voters.map(|key| Vote::sign(key, &self.stage.network, place, Some(value))).collect())
    }

    fn transaction(&self, random: &mut Random) -> (Transaction, Due) {
        let uri = *random.pick(&taonet_chain::keys::DEV_ACCOUNTS).expect("there are some");
        let key = Keypair::from_uri(uri).expect("a constant");
        let signer = key.account();
        let next = accounts::nonce(&self.stage.replica.store, &signer);
        let nonce = if random.chance(80) { next + random.below(4) } else { random.bits() };
        let genesis = if random.chance(95) { self.stage.genesis.hash() } else { Hash([1; 32]) };
        let bits = random.below(50);
        let tip = Tao::new(random.below(1 << bits));
        let call = Call::Transfer {
            to: AccountId([random.bits() as u8; 32]),
            amount: Tao::new(random.below(1 << 20)),
        };
        let valid_until = if random.chance(90) { u64::MAX } else { random.below(5) };
        let body = Body { signer, nonce, genesis, valid_from: 0, valid_until, tip, call };
        let mut transaction = Transaction::sign(&key, body);
        let forged = random.chance(10);
        if forged {
            transaction.signature.0[random.below(64) as usize] ^= 1 << random.below(8);
        }
        let ours = genesis == self.stage.genesis.hash();
        (transaction, if forged || !ours { Due::NoAccept } else { Due::NoReject })
    }

    /// The next block, decided by the three attackers, or nearly: catching up with them is right.
    fn decided(&mut self, random: &mut Random) -> CommittedBlock {
        let block = self.draft_block(random);
        let mut committed = self.sign_off(block, random.below(3) as u32);
        let signatures = &mut committed.certificate.signatures;
        match random.below(8) {
            0 => signatures.truncate(2),
            1 => signatures.extend(signatures.first().copied()),
            2 => signatures.swap(0, 1),
            _ => {}
        }
        committed
    }

    fn status_message(&self, random: &mut Random) -> (Message, Due) {
        let mut status = self.status(self.number(random));
        (status.round, status.step) = (self.round(random), self.stage.replica.agreement.step());
        (status.proposal, status.prevotes) = (random.chance(50), u128::from(random.bits()));
        let other = random.chance(10);
        if other {
            status.network.genesis = Hash([8; 32]);
        }
        (Message::Status(status), if other { Due::NoAccept } else { Due::NoReject })
    }

    fn message(&mut self, random: &mut Random) -> (Message, Due) {
        match random.below(16) {
            0..=4 => self.vote_message(random),
            5..=6 => self.proposal_message(random),
            7..=8 => {
                let (transaction, due) = self.transaction(random);
                (Message::Transaction(transaction), due)
            }
            9..=10 => self.status_message(random),
            11 => {
                let count = random.below(9);
                let votes = (0..count).filter_map(|_| match self.vote_message(random).0 {
                    Message::Vote(vote) => Some(vote),
                    _ => None,
                });
                (Message::Votes(votes.collect()), Due::Any)
            }
            12 => (Message::Fetch(self.number(random)), Due::NoReject),
            13 => {
                let blocks = (0..random.below(3)).map(|_| self.decided(random)).collect();
                (Message::Blocks(blocks), Due::NoReject)
            }
            _ => {
                let nearly = (0..32).find_map(|_| Message::decode(&damaged(random, &self.sent)).ok());
                (nearly.unwrap_or(Message::Fetch(0)), Due::Any)
            }
        }
    }

    fn timer(&mut self, random: &mut Random) -> Timer {
        if random.chance(80) && !self.timers.is_empty() {
            let at = random.below(self.timers.len() as u64) as usize;
            let (time, timer) = self.timers.swap_remove(at);
            if random.chance(90) {
                self.stage.now = self.stage.now.max(time);
            }
            return timer;
        }
        let step =
            *random.pick(&[Step::Waiting, Step::Propose, Step::Prevote, Step::Precommit]).expect("four");
        match random.below(4) {
            0 => Timer::Work,
            1 => Timer::Heartbeat,
            2 => Timer::Start { height: self.number(random) },
            _ => Timer::Timeout { height: self.number(random), round: self.round(random), step },
        }
    }

    /// The three attackers agree on a block for once: without progress only one height would be attacked.
    fn agree(&mut self, random: &mut Random) {
        let author = random.between(1, 3) as usize;
        let block = self.stage.block(author, self.stage.now);
        let (height, round, value) = (self.height, self.stage.replica.agreement.round(), block.id());
        let blocks = self.sign_off(block.clone(), round);
        if random.chance(30) {
            let from = self.peer(0);
            self.step(Incoming::Received { from, message: Message::Blocks(vec![blocks]) }, Due::NoReject);
        }
        let proposer = self.stage.replica.agreement.proposer(round);
        if let Some(key) = self.stage.keys[1..].iter().find(|key| Some(key.account()) == proposer) {
            let proposal = Proposal::sign(key, &self.stage.network, (height, round), value, None);
            let message = Message::Proposal(Box::new(Proposed { proposal, block }));
            self.step(Incoming::Received { from: self.peer(0), message }, Due::NoReject);
        }
        for kind in [VoteKind::Prevote, VoteKind::Precommit] {
            for voter in 1..=3 {
                let place = (height, round, kind);
                let vote = Vote::sign(&self.stage.keys[voter], &self.stage.network, place, Some(value));
                // Those who were seen voting twice have no say any more.
                let due =
                    if self.is_authority(&self.stage.keys[voter]) { Due::NoReject } else { Due::NoAccept };
                self.step(Incoming::Received { from: self.peer(1), message: Message::Vote(vote) }, due);
            }
        }
    }

    /// A block with the precommits of all attackers.
    fn sign_off(&self, block: Block, round: u32) -> CommittedBlock {
        let (height, value) = (block.header.height, block.id());
        let sign = |key: &Keypair| {
            let vote =
                Vote::sign(key, &self.stage.network, (height, round, VoteKind::Precommit), Some(value));
            (key.account(), vote.signature)
        };
        let signatures = self.stage.keys[1..=3].iter().map(sign).collect();
        CommittedBlock { block, certificate: Certificate { height, round, value, signatures } }
    }

    /// Anything happens.
    fn strike(&mut self, random: &mut Random) {
        let from = self.peer(random.below(PEERS));
        match random.below(20) {
            0 => self.step(Incoming::Connected(from), Due::Any),
            1 => self.step(Incoming::Disconnected(from), Due::Any),
            2 => {
                let (transaction, _) = self.transaction(random);
                self.step(Incoming::Submitted(transaction), Due::Any);
            }
            3..=8 => {
                let timer = self.timer(random);
                self.step(Incoming::Wake(timer), Due::Any);
            }
            9 => self.stage.now = self.stage.now.saturating_add(random.below(5_000)),
            10 if random.chance(10) => self.crash(random),
            11..=12 => self.agree(random),
            _ => {
                let (message, due) = self.message(random);
                self.step(Incoming::Received { from, message }, due);
            }
        }
    }

    /// The victim loses its power, and what was not synced of its store; then it comes back.
    fn crash(&mut self, random: &mut Random) {
        let replica = &self.stage.replica;
        let (config, mut store) = (replica.config.clone(), replica.store.clone());
        store.lose_power(random.below(store.at_risk() as u64 + 1) as usize);
        let mut out = Vec::new();
        self.stage.replica =
            Replica::open(config, store, self.stage.now, &mut out).expect("its store is sound");
        self.timers.clear();
        self.height = self.stage.replica.tip.height + 1;
        self.authorities = self.stage.replica.tip.authorities.clone();
        self.blocks.clear();
        self.rounds.clear();
        self.watch(out);
    }

    /// Rule 5, at the end.
    fn check_end(&self) {
        let replica = &self.stage.replica;
        assert_eq!(violations(&replica.store), Vec::new());
        // Each record of the log is a vote, proposal, block or timeout that counted.
        let log = replica.store.log();
        let votes = log.iter().filter(|record| matches!(record, Record::Vote(_))).count();
        let rounds = self.rounds.len() + (ROUNDS_BEHIND + 1 + ROUNDS_AHEAD) as usize;
        assert!(votes <= 4 * usize::from(AUTHORITIES) * rounds, "{votes} votes logged in {rounds} rounds");
        let again =
            Replica::open(replica.config.clone(), replica.store.clone(), replica.now, &mut Vec::new());
        assert_eq!(again.expect("its store is sound").agreement, replica.agreement, "replayed alike");
    }
}

#[test]
fn anything_from_anyone_breaks_no_rule() {
    let (mut blocks, mut rounds) = (0, BTreeSet::new());
    fuzz(12, |random| {
        let mut attack = Attack::new(random);
        for _ in 0..STEPS {
            attack.strike(random);
        }
        attack.check_end();
        blocks += attack.height - 1;
        rounds.insert(attack.stage.replica.agreement.round());
    });
    println!("{blocks} blocks were decided under attack, rounds {rounds:?}");
}

/// What is sent and what is logged, damaged: it decodes in one form or not at all.
#[test]
fn messages_and_records_decode_or_fail() {
    let random = &mut Random::new(1);
    let mut attack = Attack::new(random);
    let mut records = BTreeSet::new();
    while attack.sent.len() < 64 || attack.height < 4 {
        attack.strike(random);
        let log = attack.stage.replica.store.log();
        records.extend(log.iter().map(|record| borsh::to_vec(record).expect("a vector takes all")));
    }
    let records: Vec<Vec<u8>> = records.into_iter().collect();
    let mut decoded = [0, 0];
    fuzz(10_000, |random| {
        let bytes = damaged(random, &attack.sent);
        if let Ok(message) = Message::decode(&bytes) {
            assert_eq!(message.encode(), bytes, "{message:?}");
            decoded[0] += 1;
        }
        decoded[1] += usize::from(one_form::<Record>(&damaged(random, &records)).is_some());
    });
    assert!(decoded.iter().all(|count| *count > 0), "too much damage to reach anything: {decoded:?}");
}

/// One authority votes in every round there is: only the rounds that can matter cost anything.
#[test]
fn votes_for_rounds_that_never_come_take_no_room() {
    let mut stage = Stage::started(AUTHORITIES, 0);
    for round in (0..200).chain(u32::MAX - 200..=u32::MAX) {
        for kind in [VoteKind::Prevote, VoteKind::Precommit] {
            let vote = stage.vote(1, kind, round, None);
            assert!(!matches!(stage.receive(1, Message::Vote(vote)), Verdict::Reject(_)), "round {round}");
        }
    }
    let log = stage.replica.store.log();
    assert!(log.len() <= 2 * (ROUNDS_AHEAD as usize + 1) + 4, "{} records", log.len());
    assert_eq!(stage.replica.ahead.len(), 1);
}

/// Strangers come and go under ever new names.
#[test]
fn new_names_take_no_room() {
    let mut stage = Stage::started(AUTHORITIES, 0);
    for name in 0..1_000u32 {
        let mut id = [7; 32];
        id[..4].copy_from_slice(&name.to_le_bytes());
        let from = AccountId(id);
        stage.step(Incoming::Connected(from));
        let status = Status { height: u64::MAX, ..status_at(&stage) };
        stage.step(Incoming::Received { from, message: Message::Status(status) });
    }
    assert_eq!(stage.replica.neighbours.len(), MAX_NEIGHBOURS);
}

fn status_at(stage: &Stage) -> Status {
    let (network, step) = (stage.network, Step::Waiting);
    Status { network, height: 1, round: 0, step, proposal: false, prevotes: 0, precommits: 0 }
}
