//! Our agreement against an independent implementation of the same paper, `arc-malachitebft-core-driver`.
//!
//! Both get the same random inputs: valid and invalid proposals with and without an earlier round, votes and double
//! votes up to eight rounds ahead, timeouts. They must vote, propose and decide alike, in the same order.
//!
//! Normalised, because the two differ there by design: which timers are started (they start one for prevotes even when
//! they precommit nil in the same breath), and the round reported with a decision (they name the round in which they
//! noticed, we the round of the proposal). Double *proposals* are left out: they keep them all, we keep two.

mod context;

use crate::sim::random::Random;
use arc_malachitebft_core_driver::{Driver, Input as TheirInput, Output as TheirOutput};
use arc_malachitebft_core_types::{
    NilOrVal, Round, SignedMessage, ThresholdParams, Timeout, TimeoutKind, Validity as TheirValidity,
    VoteType,
};
use context::{Address, Height, Oracle, TheirProposal, TheirVote, Validator, Validators, Value};
use std::collections::{BTreeSet, VecDeque};
use taonet_chain::{AccountId, AuthoritySet, Hash, Proposal, Signature, Vote, VoteKind};
use taonet_consensus::tendermint::{Agreement, Input, Output, Step, Validity};

const HEIGHT: u64 = 1;
const RUNS: u64 = 30_000;
const INPUTS: u64 = 60;

/// What both sides are told, in words of neither.
#[derive(Clone, Copy, Debug)]
enum Event {
    Propose { round: u32, value: u8, valid_round: Option<u32>, valid: bool },
    Vote { voter: u8, round: u32, kind: VoteKind, value: Option<u8> },
    Timeout { round: u32, step: Step },
}

/// What both sides answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Proposed { round: u32, value: u8, valid_round: Option<u32> },
    Voted { round: u32, kind: VoteKind, value: Option<u8> },
    Decided { value: u8 },
}

#[test]
fn both_answer_alike() {
    let mut answers = 0;
    for seed in 0..RUNS {
        let count = [1, 4, 5, 7][(seed % 4) as usize];
        answers += run(seed, count);
    }
    assert!(answers > RUNS as usize, "too few answers were compared: {answers}");
}

/// One height with random inputs; gives the number of answers compared.
fn run(seed: u64, count: u8) -> usize {
    let mut random = Random::new(seed);
    let me = random.below(u64::from(count)) as u8;
    let mut ours = Ours::new(me, count);
    let mut theirs = Theirs::new(me, count);
    let mut told = Vec::new();
    let mut proposed = BTreeSet::new();
    let mut expected = theirs.start();
    let mut got = ours.start();
    for _ in 0..INPUTS {
        let event = random_event(&mut random, me, count, ours.agreement.round());
        if let Event::Propose { round, .. } = event {
            let proposer = proposer(count, round);
            if proposer == me || !proposed.insert(round) {
                continue;
            }
        }
        told.push(event);
        expected.extend(theirs.tell(event));
        got.extend(ours.tell(event));
        assert_eq!(got, expected, "seed {seed}, {count} authorities, we are {me}, after {told:#?}");
    }
    got.len()
}

fn random_event(random: &mut Random, me: u8, count: u8, now: u32) -> Event {
    let round = match random.below(8) {
        0 => now.saturating_sub(1),
        1 => now + 1,
        2 => now + random.below(8) as u32,
        _ => now,
    };
    // Each round has a favourite, so that quorums happen, for different values in different rounds.
    let favourite = 1 + (round % 2) as u8;
    let value = if random.chance(70) { favourite } else { 1 + random.below(3) as u8 };
    match random.below(10) {
        0 | 1 => {
            let earlier = round > 0 && random.chance(50);
            // Not further back than our memory reaches; a real proposal brings its proof along anyway.
            let valid_round = earlier.then(|| round - 1 - random.below(u64::from(round.min(8))) as u32);
            Event::Propose { round, value, valid_round, valid: random.chance(85) }
        }
        2 => {
            let step = [Step::Propose, Step::Prevote, Step::Precommit][random.below(3) as usize];
            Event::Timeout { round: now, step }
        }
        _ => {
            let others: Vec<u8> = (0..count).filter(|other| *other != me).collect();
            let voter = random.pick(&others).copied().unwrap_or(me);
            let kind = if random.chance(50) { VoteKind::Prevote } else { VoteKind::Precommit };
            let value = if random.chance(20) { None } else { Some(value) };
            Event::Vote { voter, round, kind, value }
        }
    }
}

fn proposer(count: u8, round: u32) -> u8 {
    ((HEIGHT + u64::from(round)) % u64::from(count)) as u8
}

/// What an authority proposes when it is free to choose.
fn own_value(round: u32) -> u8 {
    1 + (round % 3) as u8
}

struct Ours {
    agreement: Agreement,
    me: AccountId,
}

impl Ours {
    fn new(me: u8, count: u8) -> Ours {
        let authorities = AuthoritySet::equal((0..count).map(|index| AccountId([index; 32])));
        let me = AccountId([me; 32]);
        Ours { agreement: Agreement::new(Some(me), Hash::ZERO, HEIGHT, authorities), me }
    }

    fn start(&mut self) -> Vec<Answer> {
        self.feed(Input::Start)
    }

    fn tell(&mut self, event: Event) -> Vec<Answer> {
        let proposer = |round| self.agreement.proposer(round).unwrap_or_default();
        let input = match event {
            Event::Propose { round, value, valid_round, valid } => {
                let validity = if valid { Validity::Valid } else { Validity::Invalid };
                Input::Proposal(proposal(proposer(round), round, Hash([value; 32]), valid_round), validity)
            }
            Event::Vote { voter, round, kind, value } => {
                Input::Vote(vote(AccountId([voter; 32]), round, kind, value.map(|value| Hash([value; 32]))))
            }
            Event::Timeout { round, step } => Input::Timeout { round, step },
        };
        self.feed(input)
    }

    fn feed(&mut self, input: Input) -> Vec<Answer> {
        let mut answers = Vec::new();
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let mut out = Vec::new();
            self.agreement.handle(input, &mut out);
            for output in out {
                match output {
                    Output::Build { round } => {
                        inputs.push_back(Input::Value { round, value: Hash([own_value(round); 32]) });
                    }
                    Output::Propose { round, value, justification } => {
                        let (valid_round, polka) = justification.unzip();
                        answers.push(Answer::Proposed { round, value: value.0[0], valid_round });
                        let polka = polka.unwrap_or_default();
                        let own = Proposal { polka, ..proposal(self.me, round, value, valid_round) };
                        inputs.push_back(Input::Proposal(own, Validity::Valid));
                    }
                    Output::Vote { round, kind, value } => {
                        answers.push(Answer::Voted { round, kind, value: value.map(|value| value.0[0]) });
                        inputs.push_back(Input::Vote(vote(self.me, round, kind, value)));
                    }
                    Output::Decide { value, .. } => answers.push(Answer::Decided { value: value.0[0] }),
                    Output::Schedule { .. } | Output::Equivocation(_) => {}
                }
            }
        }
        answers
    }
}

fn proposal(proposer: AccountId, round: u32, value: Hash, valid_round: Option<u32>) -> Proposal {
    let signature = Signature([0; 64]);
    Proposal { height: HEIGHT, round, value, valid_round, polka: Vec::new(), proposer, signature }
}

fn vote(voter: AccountId, round: u32, kind: VoteKind, value: Option<Hash>) -> Vote {
    Vote { height: HEIGHT, round, kind, value, voter, signature: Signature([0; 64]) }
}

struct Theirs {
    driver: Driver<Oracle>,
    count: u8,
    me: u8,
}

impl Theirs {
    fn new(me: u8, count: u8) -> Theirs {
        let validators = Validators((0..count).map(|index| Validator(Address(index))).collect());
        let address = Address(me);
        let driver = Driver::new(Oracle, Height(HEIGHT), validators, address, ThresholdParams::default());
        Theirs { driver, count, me }
    }

    fn start(&mut self) -> Vec<Answer> {
        self.feed(TheirInput::NewRound(Height(HEIGHT), Round::new(0), Address(proposer(self.count, 0))))
    }

    fn tell(&mut self, event: Event) -> Vec<Answer> {
        let input = match event {
            Event::Propose { round, value, valid_round, valid } => {
                let proposer = proposer(self.count, round);
                let pol_round = Round::from(valid_round);
                let proposal = TheirProposal {
                    round: Round::new(round),
                    value: Value(value),
                    pol_round,
                    proposer: Address(proposer),
                };
                TheirInput::Proposal(SignedMessage::new(proposal, ()), TheirValidity::from_bool(valid))
            }
            Event::Vote { voter, round, kind, value } => {
                TheirInput::Vote(their_vote(voter, round, kind, value))
            }
            Event::Timeout { round, step } => {
                let kind = match step {
                    Step::Waiting | Step::Propose => TimeoutKind::Propose,
                    Step::Prevote => TimeoutKind::Prevote,
                    Step::Precommit => TimeoutKind::Precommit,
                };
                TheirInput::TimeoutElapsed(Timeout::new(Round::new(round), kind))
            }
        };
        self.feed(input)
    }

    fn feed(&mut self, input: TheirInput<Oracle>) -> Vec<Answer> {
        let mut answers = Vec::new();
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for output in self.driver.process(input).expect("every input is about this height") {
                inputs.extend(self.obey(output, &mut answers));
            }
        }
        answers
    }

    fn obey(&self, output: TheirOutput<Oracle>, answers: &mut Vec<Answer>) -> Option<TheirInput<Oracle>> {
        match output {
            TheirOutput::NewRound(height, round) => {
                let proposer = proposer(self.count, number(round));
                Some(TheirInput::NewRound(height, round, Address(proposer)))
            }
            TheirOutput::GetValue(_, round, _) => {
                Some(TheirInput::ProposeValue(round, Value(own_value(number(round)))))
            }
            TheirOutput::Propose(proposal) => {
                let (round, valid_round) = (number(proposal.round), proposal.pol_round.as_u32());
                answers.push(Answer::Proposed { round, value: proposal.value.0, valid_round });
                Some(TheirInput::Proposal(SignedMessage::new(proposal, ()), TheirValidity::Valid))
            }
            TheirOutput::Vote(vote) => {
                let kind = match vote.kind {
                    VoteType::Prevote => VoteKind::Prevote,
                    VoteType::Precommit => VoteKind::Precommit,
                };
                let value = match vote.value {
                    NilOrVal::Nil => None,
                    NilOrVal::Val(value) => Some(value),
                };
                answers.push(Answer::Voted { round: number(vote.round), kind, value });
                Some(TheirInput::Vote(their_vote(self.me, number(vote.round), kind, value)))
            }
            TheirOutput::Decide(_, proposal) => {
                answers.push(Answer::Decided { value: proposal.value.0 });
                None
            }
            TheirOutput::ScheduleTimeout(_) => None,
        }
    }
}

fn number(round: Round) -> u32 {
    round.as_u32().expect("rounds are defined once the height has started")
}

fn their_vote(voter: u8, round: u32, kind: VoteKind, value: Option<u8>) -> SignedMessage<Oracle, TheirVote> {
    let kind = match kind {
        VoteKind::Prevote => VoteType::Prevote,
        VoteKind::Precommit => VoteType::Precommit,
    };
    let value = value.map_or(NilOrVal::Nil, NilOrVal::Val);
    SignedMessage::new(TheirVote { kind, round: Round::new(round), value, voter: Address(voter) }, ())
}
