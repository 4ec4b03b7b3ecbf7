//! Every clause of the paper, by its line. Four authorities of equal power; at height 4 authority `r mod 4` proposes
//! round `r`. Unless a test says otherwise we are authority 3, so rounds 0 to 2 belong to others.

use super::*;
use taonet_chain::{AccountId, Signature};

const HEIGHT: u64 = 4;
const A: Hash = Hash([0xA; 32]);
const B: Hash = Hash([0xB; 32]);

fn id(index: u8) -> AuthorityId {
    AccountId([index; 32])
}

fn set() -> AuthoritySet {
    AuthoritySet::equal((0..4).map(id))
}

fn vote(kind: VoteKind, voter: u8, round: u32, value: Option<Hash>) -> Vote {
    Vote { height: HEIGHT, round, kind, value, voter: id(voter), signature: Signature([0; 64]) }
}

fn prevote(voter: u8, round: u32, value: Option<Hash>) -> Input {
    Input::Vote(vote(VoteKind::Prevote, voter, round, value))
}

fn precommit(voter: u8, round: u32, value: Option<Hash>) -> Input {
    Input::Vote(vote(VoteKind::Precommit, voter, round, value))
}

/// A proposal that claims, but does not prove, an earlier polka.
fn bare(round: u32, value: Hash, valid_round: Option<u32>) -> Proposal {
    let proposer = id((round % 4) as u8);
    let signature = Signature([0; 64]);
    Proposal { height: HEIGHT, round, value, valid_round, polka: Vec::new(), proposer, signature }
}

fn new(round: u32, value: Hash) -> Input {
    Input::Proposal(bare(round, value, None), Validity::Valid)
}

/// A proposal of a value again, with its polka.
fn again(round: u32, value: Hash, valid_round: u32) -> Input {
    let polka = (0..3).map(|voter| vote(VoteKind::Prevote, voter, valid_round, Some(value))).collect();
    Input::Proposal(Proposal { polka, ..bare(round, value, Some(valid_round)) }, Validity::Valid)
}

fn timeout(round: u32, step: Step) -> Input {
    Input::Timeout { round, step }
}

fn voted(kind: VoteKind, round: u32, value: Option<Hash>) -> Output {
    Output::Vote { round, kind, value }
}

fn prevoted(round: u32, value: Option<Hash>) -> Output {
    voted(VoteKind::Prevote, round, value)
}

fn precommitted(round: u32, value: Option<Hash>) -> Output {
    voted(VoteKind::Precommit, round, value)
}

fn schedule(round: u32, step: Step) -> Output {
    Output::Schedule { round, step }
}

/// An authority whose own messages come back to it at once, as in a replica.
struct Node {
    agreement: Agreement,
    me: u8,
}

impl Node {
    fn new(me: u8) -> Node {
        Node { agreement: Agreement::new(Some(id(me)), Hash::ZERO, HEIGHT, set()), me }
    }

    fn started(me: u8) -> Node {
        let mut node = Node::new(me);
        node.when(Input::Start);
        node
    }

    fn given(mut self, inputs: impl IntoIterator<Item = Input>) -> Node {
        inputs.into_iter().for_each(|input| drop(self.when(input)));
        self
    }

    fn when(&mut self, input: Input) -> Vec<Output> {
        let mut all = Vec::new();
        let mut inputs = vec![input];
        while !inputs.is_empty() {
            let mut out = Vec::new();
            self.agreement.handle(inputs.remove(0), &mut out);
            for output in &out {
                match output {
                    Output::Vote { round, kind, value } => {
                        inputs.push(Input::Vote(vote(*kind, self.me, *round, *value)));
                    }
                    Output::Propose { round, value, justification } => {
                        let (valid_round, polka) = justification.clone().unzip();
                        let polka = polka.unwrap_or_default();
                        let own = Proposal { polka, ..bare(*round, *value, valid_round) };
                        inputs.push(Input::Proposal(own, Validity::Valid));
                    }
                    _ => {}
                }
            }
            all.extend(out);
        }
        all
    }
}

/// Locked on A in round 0, and now in round 1.
fn locked_on_a() -> Node {
    let node = Node::started(3).given([new(0, A), prevote(0, 0, Some(A)), prevote(1, 0, Some(A))]);
    assert_eq!(node.agreement.locked, Some((0, A)));
    node.given([timeout(0, Step::Precommit)])
}

#[test]
fn l14_the_proposer_asks_for_a_block_and_l19_proposes_it() {
    let mut node = Node::new(0);
    assert_eq!(node.when(Input::Start), [Output::Build { round: 0 }]);
    let proposed = Output::Propose { round: 0, value: A, justification: None };
    assert_eq!(node.when(Input::Value { round: 0, value: A }), [proposed, prevoted(0, Some(A))]);
    assert_eq!(node.when(Input::Value { round: 0, value: B }), [], "a second block of the same round");
}

#[test]
fn l16_the_proposer_proposes_its_valid_value_with_the_polka() {
    let locked = locked_on_a().given([timeout(1, Step::Precommit)]);
    let mut node = locked;
    let out = node.when(timeout(2, Step::Precommit));
    let [Output::Propose { round: 3, value, justification: Some((0, polka)) }, vote] = out.as_slice() else {
        panic!("{out:?}");
    };
    assert_eq!((*value, polka.len()), (A, 3));
    assert_eq!(*vote, prevoted(3, Some(A)));
}

#[test]
fn l18_a_block_for_a_round_that_is_over_is_not_proposed() {
    let mut node = Node::started(0).given([timeout(0, Step::Precommit)]);
    assert_eq!(node.when(Input::Value { round: 0, value: A }), []);
}

#[test]
fn l21_others_wait_for_the_proposal() {
    assert_eq!(Node::new(3).when(Input::Start), [schedule(0, Step::Propose)]);
    assert_eq!(Node::started(3).when(Input::Start), [], "a second start");
}

#[test]
fn l22_prevotes_a_valid_block_and_l26_nil_for_an_invalid_one() {
    for (validity, expected) in
        [(Validity::Valid, Some(A)), (Validity::Invalid, None), (Validity::Untimely, None)]
    {
        let mut node = Node::started(3);
        let out = node.when(Input::Proposal(bare(0, A, None), validity));
        assert_eq!(out, [prevoted(0, expected)], "{validity:?}");
    }
}

#[test]
fn l22_needs_the_proposer_of_the_round() {
    let mut node = Node::started(3);
    let stranger = Proposal { proposer: id(1), ..bare(0, A, None) };
    assert_eq!(node.when(Input::Proposal(stranger, Validity::Valid)), []);
    let elsewhere = Proposal { height: HEIGHT + 1, ..bare(0, A, None) };
    assert_eq!(node.when(Input::Proposal(elsewhere, Validity::Valid)), []);
}

#[test]
fn l23_a_locked_authority_refuses_another_new_block() {
    assert_eq!(locked_on_a().when(new(1, B)), [prevoted(1, None)]);
    assert_eq!(locked_on_a().when(new(1, A)), [prevoted(1, Some(A))]);
}

#[test]
fn l28_prevotes_when_lock_is_older() {
    // Locked on A in round 0; B had a polka in round 1 that we did not see.
    let mut node = locked_on_a().given([timeout(1, Step::Precommit)]);
    assert_eq!(node.when(again(2, B, 1)), [prevoted(2, Some(B))]);
}

#[test]
fn l28_refuses_when_lock_is_newer() {
    // Locked on A in round 1; the polka of B in round 0 is older.
    let mut node = Node::started(3).given([
        timeout(0, Step::Precommit),
        new(1, A),
        prevote(0, 1, Some(A)),
        prevote(1, 1, Some(A)),
        timeout(1, Step::Precommit),
    ]);
    assert_eq!(node.agreement.locked, Some((1, A)));
    assert_eq!(node.when(again(2, B, 0)), [prevoted(2, None)]);
}

#[test]
fn l28_prevotes_the_locked_value_whatever_the_round_of_its_polka() {
    let mut node = Node::started(3).given([
        timeout(0, Step::Precommit),
        new(1, A),
        prevote(0, 1, Some(A)),
        prevote(1, 1, Some(A)),
        timeout(1, Step::Precommit),
    ]);
    assert_eq!(node.when(again(2, A, 0)), [prevoted(2, Some(A))]);
}

#[test]
fn l28_waits_for_a_polka_that_is_claimed_but_not_proven() {
    let mut node = Node::started(3).given([timeout(0, Step::Precommit)]);
    assert_eq!(node.when(Input::Proposal(bare(1, B, Some(0)), Validity::Valid)), []);
    assert_eq!(node.when(prevote(0, 0, Some(B))), []);
    assert_eq!(node.when(prevote(1, 0, Some(B))), []);
    assert_eq!(node.when(prevote(2, 0, Some(B))), [prevoted(1, Some(B))]);
}

#[test]
fn l28_ignores_a_polka_of_the_same_or_a_later_round() {
    for valid_round in [1, 2] {
        let mut node = Node::started(3).given([timeout(0, Step::Precommit)]);
        assert_eq!(node.when(again(1, B, valid_round)), [], "polka of round {valid_round} in round 1");
    }
}

#[test]
fn l28_a_polka_must_be_a_quorum_of_different_authorities_for_this_value() {
    let good = |voter| vote(VoteKind::Prevote, voter, 0, Some(B));
    let cases: [(&str, Vec<Vote>); 5] = [
        ("two of four", vec![good(0), good(1)]),
        ("one of them twice", vec![good(0), good(1), good(1)]),
        ("a stranger among them", vec![good(0), good(1), good(9)]),
        ("a vote for another block", vec![good(0), good(1), vote(VoteKind::Prevote, 2, 0, Some(A))]),
        ("a precommit", vec![good(0), good(1), vote(VoteKind::Precommit, 2, 0, Some(B))]),
    ];
    for (name, polka) in cases {
        let mut node = Node::started(3).given([timeout(0, Step::Precommit)]);
        let proposal = Proposal { polka, ..bare(1, B, Some(0)) };
        assert_eq!(node.when(Input::Proposal(proposal, Validity::Valid)), [], "{name}");
    }
}

#[test]
fn l28_a_late_stamp_does_not_matter_once_it_had_a_polka() {
    let mut node = Node::started(3).given([timeout(0, Step::Precommit)]);
    let Input::Proposal(proposal, _) = again(1, B, 0) else { unreachable!() };
    assert_eq!(node.when(Input::Proposal(proposal.clone(), Validity::Untimely)), [prevoted(1, Some(B))]);
    let mut other = Node::started(3).given([timeout(0, Step::Precommit)]);
    assert_eq!(other.when(Input::Proposal(proposal, Validity::Invalid)), [prevoted(1, None)]);
}

#[test]
fn hidden_lock_is_released_by_the_polka_that_the_proposal_carries() {
    // Authority 0 voted twice in round 0: B to us, A to the holder of the lock. We hold 0's vote for B, so counting
    // votes alone we could never confirm the polka for A. Everyone else being free, refusing A again would stall us.
    let mut node = Node::started(3).given([
        prevote(0, 0, Some(B)),
        prevote(1, 0, Some(A)),
        timeout(0, Step::Propose),
        timeout(0, Step::Precommit),
    ]);
    let out = node.when(again(1, A, 0));
    assert!(out.contains(&prevoted(1, Some(A))), "{out:?}");
    let accused = out.iter().find_map(|output| match output {
        Output::Equivocation(evidence) => Some(evidence.accused()),
        _ => None,
    });
    assert_eq!(accused, Some((id(0), HEIGHT)), "and the double vote comes to light");
}

#[test]
fn l34_prevotes_for_anything_start_the_timer_once() {
    let mut node = Node::started(3).given([new(0, A), prevote(0, 0, Some(B))]);
    assert_eq!(node.when(prevote(1, 0, None)), [schedule(0, Step::Prevote)]);
    assert_eq!(node.when(prevote(2, 0, None)), []);
}

#[test]
fn l34_applies_only_after_our_own_prevote() {
    let mut node =
        Node::started(3).given([prevote(0, 0, Some(B)), prevote(1, 0, None), prevote(2, 0, Some(A))]);
    assert_eq!(node.when(new(0, A)), [prevoted(0, Some(A)), schedule(0, Step::Prevote)]);
}

#[test]
fn l36_a_polka_locks_and_precommits() {
    let mut node = Node::started(3).given([new(0, A), prevote(0, 0, Some(A))]);
    assert_eq!(node.when(prevote(1, 0, Some(A))), [precommitted(0, Some(A))]);
    assert_eq!(node.agreement.locked, Some((0, A)));
    assert_eq!(node.agreement.valid.as_ref().map(|valid| (valid.round, valid.value)), Some((0, A)));
}

#[test]
fn l36_needs_the_proposal_and_its_validity() {
    let votes = [prevote(0, 0, Some(A)), prevote(1, 0, Some(A)), prevote(2, 0, Some(A))];
    let mut unseen = Node::started(3).given(votes.clone()).given([timeout(0, Step::Propose)]);
    assert_eq!(unseen.agreement.locked, None);
    assert_eq!(unseen.when(new(0, A)), [precommitted(0, Some(A))], "once the proposal is there");
    let invalid = Input::Proposal(bare(0, A, None), Validity::Invalid);
    let node = Node::started(3).given([invalid]).given(votes);
    assert_eq!(node.agreement.locked, None);
}

#[test]
fn l36_a_block_stamped_late_is_locked_when_the_others_accept_it() {
    let late = Input::Proposal(bare(0, A, None), Validity::Untimely);
    let mut node = Node::started(3).given([late, prevote(0, 0, Some(A)), prevote(1, 0, Some(A))]);
    assert_eq!(node.when(prevote(2, 0, Some(A))), [precommitted(0, Some(A))]);
}

#[test]
fn l42_a_polka_after_our_precommit_changes_only_the_valid_value() {
    let mut node = Node::started(3).given([new(0, A), timeout(0, Step::Prevote), prevote(0, 0, Some(A))]);
    assert_eq!(node.when(prevote(1, 0, Some(A))), []);
    assert_eq!(node.agreement.locked, None);
    assert_eq!(node.agreement.valid.as_ref().map(|valid| valid.value), Some(A));
}

#[test]
fn l44_a_polka_for_nil_precommits_nil() {
    let mut node = Node::started(3).given([timeout(0, Step::Propose), prevote(0, 0, None)]);
    assert_eq!(node.when(prevote(1, 0, None)), [precommitted(0, None)]);
}

#[test]
fn l47_precommits_for_anything_start_the_timer_once() {
    let mut node = Node::started(3).given([precommit(0, 0, None), precommit(1, 0, Some(A))]);
    assert_eq!(node.when(precommit(2, 0, None)), [schedule(0, Step::Precommit)]);
    assert_eq!(node.when(prevote(2, 0, None)), []);
}

#[test]
fn l49_decides_in_any_step_and_for_any_round() {
    let commit = |round| (0..3).map(move |voter| precommit(voter, round, Some(A)));
    let decided = |round| Output::Decide { round, value: A };
    let mut node = Node::started(3).given(commit(0));
    assert!(node.when(new(0, A)).contains(&decided(0)), "the proposal comes last");
    let mut node = Node::started(3).given([new(0, A), timeout(0, Step::Precommit)]).given(commit(0).take(2));
    assert_eq!(node.when(precommit(2, 0, Some(A))), [decided(0)], "from a round that is over");
    let mut node = Node::new(3).given([new(0, A)]).given(commit(0).take(2));
    assert_eq!(node.when(precommit(2, 0, Some(A))), [decided(0)], "before the height has started here");
    assert_eq!(node.when(timeout(0, Step::Propose)), [], "and nothing comes after it");
}

#[test]
fn l49_needs_more_than_two_thirds_for_one_valid_block_in_one_round() {
    let cases: [(&str, Vec<Input>); 4] = [
        ("two of four", vec![new(0, A), precommit(0, 0, Some(A)), precommit(1, 0, Some(A))]),
        (
            "two blocks",
            vec![new(0, A), precommit(0, 0, Some(A)), precommit(1, 0, Some(A)), precommit(2, 0, Some(B))],
        ),
        (
            "two rounds",
            vec![new(0, A), precommit(0, 0, Some(A)), precommit(1, 0, Some(A)), precommit(2, 1, Some(A))],
        ),
        (
            "an invalid block",
            vec![
                Input::Proposal(bare(0, A, None), Validity::Invalid),
                precommit(0, 0, Some(A)),
                precommit(1, 0, Some(A)),
                precommit(2, 0, Some(A)),
            ],
        ),
    ];
    for (name, inputs) in cases {
        assert_eq!(Node::started(3).given(inputs).agreement.decided(), None, "{name}");
    }
}

#[test]
fn l49_the_certificate_has_as_few_precommits_as_make_a_quorum() {
    let all = (0..4).map(|voter| precommit(voter, 0, Some(A)));
    let node = Node::started(3).given(all).given([new(0, A)]);
    let certificate = node.agreement.certificate().expect("it has decided");
    let signers: Vec<_> = certificate.signatures.iter().map(|(signer, _)| *signer).collect();
    assert_eq!((certificate.height, certificate.round, certificate.value), (HEIGHT, 0, A));
    assert_eq!(signers, [id(0), id(1), id(2)]);
}

#[test]
fn l49_a_certificate_decides_like_the_precommits_in_it() {
    let mut node = Node::started(3);
    let decided = Output::Decide { round: 5, value: A };
    assert_eq!(node.when(Input::Certified { round: 5, value: A }), [decided]);
}

#[test]
fn l55_one_third_and_more_ahead_pulls_along() {
    let mut node = Node::started(3).given([prevote(0, 2, None)]);
    assert_eq!(node.when(precommit(0, 2, None)), [], "one authority is no proof");
    assert_eq!(node.when(prevote(1, 2, None)), [schedule(2, Step::Propose)]);
    assert_eq!(node.agreement.round(), 2);
}

#[test]
fn l55_counts_one_round_at_a_time() {
    let mut node = Node::started(3).given([prevote(0, 2, None)]);
    assert_eq!(node.when(prevote(1, 3, None)), [], "one in round 2 and one in round 3");
}

#[test]
fn l55_reaches_beyond_the_window_with_the_latest_votes() {
    let far = ROUNDS_AHEAD + 1_000;
    let mut node = Node::started(3).given([prevote(0, far - 1, None), prevote(0, far, None)]);
    assert_eq!(node.when(prevote(1, far, None)), [schedule(far, Step::Propose)]);
    // The votes that pulled us here count in this round.
    let out = node.given([timeout(far, Step::Propose)]);
    assert_eq!(out.agreement.votes(far, VoteKind::Prevote).count(), 3);
}

#[test]
fn l57_no_proposal_in_time_prevotes_nil() {
    let mut node = Node::started(3);
    assert_eq!(node.when(timeout(0, Step::Propose)), [prevoted(0, None)]);
    assert_eq!(node.when(timeout(0, Step::Propose)), [], "once");
    assert_eq!(Node::started(3).when(timeout(1, Step::Propose)), [], "another round's timeout");
}

#[test]
fn l61_no_polka_in_time_precommits_nil() {
    let mut node = Node::started(3).given([new(0, A)]);
    assert_eq!(node.when(timeout(0, Step::Prevote)), [precommitted(0, None)]);
    assert_eq!(Node::started(3).when(timeout(0, Step::Prevote)), [], "not while waiting for a proposal");
}

#[test]
fn l65_no_decision_in_time_starts_the_next_round() {
    let mut node = Node::started(3);
    assert_eq!(node.when(timeout(0, Step::Precommit)), [schedule(1, Step::Propose)]);
    assert_eq!(node.when(timeout(0, Step::Precommit)), [], "once");
    assert_eq!(node.when(timeout(1, Step::Precommit)), [schedule(2, Step::Propose)]);
    assert_eq!(node.when(timeout(2, Step::Precommit)), [Output::Build { round: 3 }], "round 3 is ours");
}

#[test]
fn an_observer_follows_in_silence() {
    for me in [None, Some(id(9))] {
        let mut agreement = Agreement::new(me, Hash::ZERO, HEIGHT, set());
        let mut out = Vec::new();
        let commit = (0..3).flat_map(|voter| [prevote(voter, 0, Some(A)), precommit(voter, 0, Some(A))]);
        for input in [Input::Start, new(0, A), timeout(0, Step::Prevote)].into_iter().chain(commit) {
            agreement.handle(input, &mut out);
        }
        assert!(!out.iter().any(|output| matches!(output, Output::Vote { .. })), "{out:?}");
        assert_eq!(agreement.decided(), Some((0, A)));
    }
}

#[test]
fn nothing_is_said_before_the_start() {
    let mut node =
        Node::new(3).given([new(0, A), prevote(0, 0, Some(A)), prevote(1, 0, Some(A)), prevote(2, 5, None)]);
    assert_eq!(node.when(timeout(0, Step::Propose)), []);
    assert_eq!(node.when(prevote(1, 5, None)), []);
    let out = node.when(Input::Start);
    assert_eq!(out.first(), Some(&schedule(0, Step::Propose)));
    assert_eq!(node.agreement.round(), 5, "what was heard before counts now: {out:?}");
}

#[test]
fn a_contradiction_is_evidence_once() {
    let mut node = Node::started(3).given([new(0, A), prevote(0, 0, Some(A))]);
    let out = node.when(prevote(0, 0, None));
    let [Output::Equivocation(evidence)] = out.as_slice() else { panic!("{out:?}") };
    assert_eq!(evidence.accused(), (id(0), HEIGHT));
    assert_eq!(node.when(prevote(0, 0, Some(B))), []);
    let out = node.when(new(0, B));
    let [Output::Equivocation(evidence)] = out.as_slice() else { panic!("{out:?}") };
    assert_eq!(evidence.accused(), (id(0), HEIGHT));
    assert_eq!(node.when(new(0, Hash([0xC; 32]))), [], "a third proposal is not even kept");
}

#[test]
fn either_of_two_proposals_may_win() {
    let mut node =
        Node::started(3).given([new(0, A), new(0, B), prevote(0, 0, Some(B)), prevote(1, 0, Some(B))]);
    assert_eq!(node.when(prevote(2, 0, Some(B))), [precommitted(0, Some(B))]);
    let out = node.given((0..3).map(|voter| precommit(voter, 0, Some(B))));
    assert_eq!(out.agreement.decided(), Some((0, B)));
}

#[test]
fn strangers_and_other_heights_do_not_count() {
    let node = Node::started(3).given([new(0, A), prevote(8, 0, Some(A)), prevote(9, 0, Some(A))]);
    assert_eq!(node.agreement.locked, None);
    let elsewhere = Vote { height: HEIGHT + 1, ..vote(VoteKind::Prevote, 0, 0, Some(A)) };
    assert!(!node.agreement.wants_vote(&elsewhere));
    assert!(!node.agreement.wants_vote(&vote(VoteKind::Prevote, 9, 0, Some(A))));
    assert!(node.agreement.wants_vote(&vote(VoteKind::Prevote, 0, 0, Some(A))));
}

#[test]
fn memory_is_bounded_whatever_comes() {
    let mut node = Node::started(3);
    for round in (0..5_000).chain(u32::MAX - 100..=u32::MAX) {
        for voter in [0, 1, 2] {
            // Different rounds for each, so that nobody is pulled along.
            let round = round.saturating_add(u32::from(voter) * 10_000);
            node.when(prevote(voter, round, Some(A)));
            node.when(precommit(voter, round, None));
        }
        node.when(new(round, A));
    }
    assert!(node.agreement.window.rounds().count() <= (ROUNDS_AHEAD + ROUNDS_BEHIND + 1) as usize);
    assert!(node.agreement.beyond.len() <= 3);
    // The last round there is has no next.
    let mut last = Node::started(3).given([prevote(0, u32::MAX, None), prevote(1, u32::MAX, None)]);
    assert_eq!(last.agreement.round(), u32::MAX);
    assert_eq!(last.when(timeout(u32::MAX, Step::Precommit)), []);
}

#[test]
fn old_rounds_are_forgotten_and_the_lock_is_not() {
    let mut node = locked_on_a();
    for round in 1..40 {
        node.when(timeout(round, Step::Precommit));
    }
    assert_eq!(node.agreement.locked, Some((0, A)));
    assert_eq!(node.agreement.votes(0, VoteKind::Prevote).count(), 0);
    let later = node.given([new(40, B)]);
    assert_eq!(later.agreement.votes(40, VoteKind::Prevote).filter(|vote| vote.value.is_none()).count(), 1);
}
