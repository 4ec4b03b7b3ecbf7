//! Whom to ask, what to answer, and how much.

use super::*;
use crate::tendermint::{Input, Step};
use taonet_chain::{AccountId, AuthoritySet, Hash, Signature, Vote};

const NETWORK: Network = Network { genesis: Hash::ZERO, branch: 0 };

fn node(index: u8) -> NodeId {
    AccountId([index; 32])
}

fn at(height: u64) -> Status {
    let (proposal, prevotes, precommits) = (false, 0, 0);
    Status { network: NETWORK, height, round: 0, step: Step::Waiting, proposal, prevotes, precommits }
}

fn blocks(wanted: Wanted) -> Option<u64> {
    if let Wanted::Blocks(height) = wanted { Some(height) } else { None }
}

fn neighbours(heights: &[u64]) -> Neighbours {
    let mut all = Neighbours::default();
    for (index, height) in (0..).zip(heights) {
        all.add(node(index), 0);
        all.heard(&node(index), at(*height));
    }
    all
}

#[test]
fn one_who_is_ahead_is_asked_and_then_the_next() {
    let mut all = neighbours(&[9, 3, 9, 9]);
    assert_eq!(all.ask(4, false, 0), Some(node(0)));
    assert_eq!(all.ask(4, false, FETCH_PATIENCE_MS - 1), None, "an answer is awaited");
    assert_eq!(all.ask(4, false, FETCH_PATIENCE_MS), Some(node(2)), "it did not come");
    assert_eq!(all.answered(&node(0), blocks), None, "too late");
    assert_eq!(all.answered(&node(2), blocks), Some(4));
    assert_eq!(all.answered(&node(2), blocks), None, "once");
    assert_eq!(all.ask(5, false, 0), Some(node(3)));
    all.remove(&node(3));
    assert_eq!(all.ask(5, false, 0), Some(node(2)), "the one asked has left, and 0 stalled before");
}

#[test]
fn who_failed_is_asked_last_until_it_has_helped_as_often() {
    let mut all = neighbours(&[9, 9, 9]);
    all.distrust(&node(0));
    all.heard(&node(0), at(9));
    all.failed(&node(1));
    all.failed(&node(1));
    let ask = |all: &mut Neighbours| {
        let asked = all.ask(4, false, 0);
        asked.inspect(|peer| assert_eq!(all.answered(peer, blocks), Some(4)))
    };
    assert_eq!([ask(&mut all), ask(&mut all)], [Some(node(2)); 2], "only 2 never failed");
    all.helped(&node(0));
    assert_eq!([ask(&mut all), ask(&mut all), ask(&mut all)], [node(0), node(2), node(0)].map(Some));
    all.remove(&node(0));
    all.remove(&node(2));
    assert_eq!(ask(&mut all), Some(node(1)), "better than nobody");
}

#[test]
fn who_lacks_the_block_is_asked_after_those_who_may_have_it() {
    let mut all = neighbours(&[9, 9, 9]);
    assert_eq!(all.ask(4, false, 0), Some(node(0)));
    assert_eq!(all.answered(&node(0), |wanted| (wanted == Wanted::Turns(4)).then_some(())), None, "not that");
    assert_eq!(all.answered(&node(0), blocks), Some(4));
    all.lacks(&node(0), 4);
    assert!(all.has_better(&node(0), 4) && !all.has_better(&node(1), 4));
    assert_eq!(all.ask(4, false, 0), Some(node(1)));
    all.failed(&node(1));
    all.failed(&node(2));
    assert!(!all.has_better(&node(0), 4), "the others failed");
    assert_eq!(all.ask(4, false, 0), Some(node(0)));
    assert!(all.is_waiting(FETCH_PATIENCE_MS - 1) && !all.is_waiting(FETCH_PATIENCE_MS));
    all.helped(&node(1));
    all.helped(&node(2));
    assert_eq!(all.ask(5, false, 0), Some(node(1)), "0 stalled");
}

#[test]
fn patience_forgives_one_height() {
    assert_eq!(neighbours(&[5]).ask(4, true, 0), None);
    assert_eq!(neighbours(&[5]).ask(4, false, 0), Some(node(0)));
    assert_eq!(neighbours(&[6]).ask(4, true, 0), Some(node(0)));
    assert_eq!(neighbours(&[4]).ask(4, false, 0), None);
}

#[test]
fn a_liar_is_not_asked_until_it_speaks_again() {
    let mut all = neighbours(&[9]);
    all.distrust(&node(0));
    assert_eq!(all.ask(4, false, 0), None);
    all.heard(&node(0), at(9));
    assert_eq!(all.ask(4, false, 0), Some(node(0)));
}

#[test]
fn the_number_of_neighbours_is_bounded() {
    let mut all = Neighbours::default();
    for index in 0..2 * MAX_NEIGHBOURS {
        let mut id = [0; 32];
        id[..8].copy_from_slice(&index.to_le_bytes());
        all.add(AccountId(id), 0);
        all.heard(&AccountId(id), at(1));
    }
    assert_eq!((all.len(), all.statuses().count()), (MAX_NEIGHBOURS, MAX_NEIGHBOURS));
}

#[test]
fn what_one_may_draw_is_used_up_and_refills() {
    let mut all = neighbours(&[1]);
    all.draw(&node(0), DRAW_BURST as usize);
    assert!(!all.may_draw(&node(0), 0));
    assert!(all.may_draw(&node(0), 1));
    all.draw(&node(0), usize::MAX);
    assert!(!all.may_draw(&node(0), 1), "drawing more than there is leaves nothing, not less");
    assert!(!all.may_draw(&node(9), 1), "strangers draw nothing");
}

fn vote(voter: u8, round: u32, kind: VoteKind) -> Vote {
    Vote { height: 1, round, kind, value: None, voter: node(voter), signature: Signature([0; 64]) }
}

#[test]
fn a_status_tells_what_is_missing_and_the_answer_is_just_that() {
    let set = AuthoritySet::equal((0..4).map(node));
    let agreement = |votes: &[Vote]| {
        let mut agreement = Agreement::new(None, Hash::ZERO, 1, set.clone());
        let inputs = std::iter::once(Input::Start).chain(votes.iter().cloned().map(Input::Vote));
        inputs.for_each(|input| agreement.handle(input, &mut Vec::new()));
        agreement
    };
    let (prevote, precommit) = (VoteKind::Prevote, VoteKind::Precommit);
    let theirs = agreement(&[vote(0, 0, prevote), vote(2, 0, precommit)]);
    let ours = agreement(&[vote(0, 0, prevote), vote(3, 0, prevote), vote(2, 0, precommit)]);
    let status = status_of(NETWORK, &theirs);
    assert_eq!((status.prevotes, status.precommits), (0b0001, 0b0100));
    assert_eq!(missing_votes(&ours, &status), [vote(3, 0, prevote)]);
    assert_eq!(missing_votes(&theirs, &status_of(NETWORK, &ours)), []);
    // Who is in an earlier round gets all of ours, which pulls it along.
    let later = agreement(&[vote(0, 3, prevote), vote(1, 3, precommit)]);
    assert_eq!(later.round(), 3);
    assert_eq!(missing_votes(&later, &status), [vote(0, 3, prevote), vote(1, 3, precommit)]);
}
