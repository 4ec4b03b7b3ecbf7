//! Eras and elections: who is chosen, with which power, and from when on.

use super::{URIS, accounts_of, chain, genesis, ids, last_block, make, run_to};
use crate::{
    Authority, Call, CallError, ConsensusMode, Event,
    event::{ConsensusModeSet, ElectionFailed, EraStarted},
    ledger::{
        authorities::{candidates, era, ranked},
        params,
        stakes::hotkey_total,
        subnets::ROOT,
    },
    params::Param,
    testing::account,
};
use taonet_subnets::amount::{Alpha, Tao};

const STAKE: ConsensusMode = ConsensusMode::Stake;
const AUTHORITY: ConsensusMode = ConsensusMode::Authority;

fn join(uri: &str) -> Call {
    Call::JoinAuthorities { hotkey: account(uri) }
}

fn stake(uri: &str, tao: u64) -> Call {
    Call::AddStake { hotkey: account(uri), netuid: ROOT, amount: Tao::whole(tao) }
}

fn set(name: &str, value: i128) -> Call {
    let param = Param::by_name(name).expect("a parameter").id;
    Call::SetParam { netuid: None, param, value }
}

#[test]
fn a_network_can_start_in_stake_mode() {
    let mut chain = chain(STAKE, &[("era_length", 5)]);
    // Most stake first.
    assert_eq!(ids(&chain.tip.authorities), accounts_of(&["//Eve", "//Dave", "//Charlie", "//Bob"]));
    assert_eq!(chain.tip.authorities.power(&account("//Bob")), Tao::whole(10_000).units());
    assert_eq!((era(&chain.state).mode, last_block(&chain)), (STAKE, 5));
    let events = run_to(&mut chain, 5);
    let [Event::EraStarted(EraStarted { era: 2, first_block: 6, mode: STAKE, authorities: 4, hash })] =
        events
            .iter()
            .filter(|event| matches!(event, Event::EraStarted(EraStarted { .. })))
            .collect::<Vec<_>>()[..]
    else {
        panic!("one era: {events:?}")
    };
    assert_eq!(*hash, chain.tip.authorities.hash());
}

#[test]
fn a_genesis_in_stake_mode_needs_candidates_with_stake() {
    let mut poor = genesis(STAKE, &[("min_authorities", 4)]);
    poor.root.stakes.pop();
    assert_eq!(poor.build().expect_err("three candidates").field, "authorities");
    let mut nobody = genesis(STAKE, &[]);
    nobody.root.stakes.clear();
    assert_eq!(nobody.build().expect_err("no candidate").field, "authorities");
}

#[test]
fn power_changes_at_the_end_of_the_era_and_is_the_stake_then() {
    let mut chain = chain(STAKE, &[("era_length", 5)]);
    let (results, _) = make(&mut chain, &[("//Bob", stake("//Bob", 20_000))]);
    assert_eq!(results, [Ok(())]);
    run_to(&mut chain, 4);
    assert_eq!(chain.tip.authorities.power(&account("//Bob")), Tao::whole(10_000).units());
    let before = hotkey_total(&chain.state, ROOT, &account("//Bob"));
    run_to(&mut chain, 5);
    assert_eq!(chain.tip.authorities.power(&account("//Bob")), before.units());
    assert!(before > Alpha::whole(29_000));
    assert_eq!(ids(&chain.tip.authorities)[0], account("//Bob"));
}

#[test]
fn what_is_staked_in_the_last_block_counts_in_the_next_era_only() {
    let mut chain = chain(STAKE, &[("era_length", 5)]);
    run_to(&mut chain, 4);
    make(&mut chain, &[("//Bob", stake("//Bob", 20_000))]);
    assert_eq!(chain.tip.authorities.power(&account("//Bob")), Tao::whole(10_000).units());
    run_to(&mut chain, 10);
    assert!(chain.tip.authorities.power(&account("//Bob")) > Tao::whole(29_000).units());
}

#[test]
fn the_best_candidates_are_elected_and_equal_ones_by_account() {
    let mut chain = chain(AUTHORITY, &[("era_length", 8), ("max_authorities", 3)]);
    let joining = ["//Bob", "//Charlie", "//Dave", "//Eve"];
    let associate = joining.map(|uri| (uri, Call::TryAssociateHotkey { hotkey: account(uri) }));
    assert_eq!(make(&mut chain, &associate).0, [Ok(()); 4]);
    let staked = joining.map(|uri| (uri, stake(uri, 5_000)));
    assert_eq!(make(&mut chain, &staked).0, [Ok(()); 4]);
    assert_eq!(make(&mut chain, &joining.map(|uri| (uri, join(uri)))).0, [Ok(()); 4]);
    let to_stake = Call::SetConsensusMode { mode: STAKE };
    let (_, events) = make(&mut chain, &[("//Alice", to_stake)]);
    assert_eq!(
        events.last(),
        Some(&Event::ConsensusModeSet(ConsensusModeSet { mode: STAKE, last_block: 8 }))
    );
    run_to(&mut chain, 7);
    assert_eq!(ids(&chain.tip.authorities), accounts_of(&URIS), "nothing changes before the era ends");
    run_to(&mut chain, 8);
    let mut expected = accounts_of(&joining);
    expected.sort_unstable();
    expected.truncate(3);
    let powers: Vec<u64> = chain.tip.authorities.iter().map(|one| one.power).collect();
    assert!(powers.iter().all(|power| *power == powers[0]), "{powers:?}");
    assert_eq!(ids(&chain.tip.authorities), expected);
    assert_eq!(era(&chain.state).mode, STAKE);
}

#[test]
fn a_hotkey_with_stake_is_not_elected_unless_it_joined() {
    let mut chain = chain(STAKE, &[("era_length", 3)]);
    // The validators of the dev subnet have most of all root stake.
    assert!(hotkey_total(&chain.state, ROOT, &account("//val-a")) > Alpha::whole(30_000));
    run_to(&mut chain, 3);
    assert_eq!(chain.tip.authorities.power(&account("//val-a")), 0);
    // Its coldkey signs for it.
    assert_eq!(make(&mut chain, &[("//Alice", join("//val-a"))]).0, [Ok(())]);
    assert_eq!(chain.tip.authorities.power(&account("//val-a")), 0);
    run_to(&mut chain, 6);
    assert_eq!(ids(&chain.tip.authorities)[0], account("//val-a"));
    let leave = Call::LeaveAuthorities { hotkey: account("//val-a") };
    assert_eq!(make(&mut chain, &[("//Alice", leave)]).0, [Ok(())]);
    assert!(chain.tip.authorities.power(&account("//val-a")) > 0, "it stays until the era ends");
    run_to(&mut chain, 9);
    assert_eq!(chain.tip.authorities.power(&account("//val-a")), 0);
}

#[test]
fn an_election_without_enough_candidates_keeps_the_set_and_the_mode() {
    let mut chain = chain(AUTHORITY, &[("era_length", 4), ("min_authorities", 2)]);
    make(&mut chain, &[("//Alice", Call::SetConsensusMode { mode: STAKE })]);
    let events = run_to(&mut chain, 4);
    assert!(events.contains(&Event::ElectionFailed(ElectionFailed {
        mode: STAKE,
        candidates: 0,
        needed: 2
    })));
    assert_eq!((ids(&chain.tip.authorities), era(&chain.state).mode), (accounts_of(&URIS), AUTHORITY));
    make(&mut chain, &[("//Alice", join("//val-a"))]);
    let events = run_to(&mut chain, 8);
    assert!(events.contains(&Event::ElectionFailed(ElectionFailed {
        mode: STAKE,
        candidates: 1,
        needed: 2
    })));
    // The mode still waits, so candidates are all that is missing.
    make(&mut chain, &[("//Ferdie", join("//val-b"))]);
    run_to(&mut chain, 12);
    assert_eq!(ids(&chain.tip.authorities), accounts_of(&["//val-a", "//val-b"]));
    assert_eq!(era(&chain.state).mode, STAKE);
}

#[test]
fn a_network_goes_back_to_the_list_as_well() {
    let mut chain = chain(STAKE, &[("era_length", 4)]);
    let list = ["//Eve", "//Ferdie"].map(|uri| Authority { id: account(uri), power: 1 }).to_vec();
    let given = make(&mut chain, &[("//Alice", Call::SetAuthorities { authorities: list })]);
    assert_eq!(given.0, [Ok(())]);
    assert_eq!(chain.tip.authorities.len(), 4, "in stake mode the list waits");
    make(&mut chain, &[("//Alice", Call::SetConsensusMode { mode: AUTHORITY })]);
    run_to(&mut chain, 4);
    assert_eq!(ids(&chain.tip.authorities), accounts_of(&["//Eve", "//Ferdie"]));
    assert_eq!(chain.tip.authorities.total(), 2);
    assert_eq!(era(&chain.state).mode, AUTHORITY);
}

#[test]
fn the_set_may_change_at_every_height() {
    let mut chain = chain(STAKE, &[("era_length", 1)]);
    let mut hashes = Vec::new();
    for round in 0..6u64 {
        let uri = URIS[(round % 4) as usize];
        make(&mut chain, &[(uri, stake(uri, 1_000))]);
        hashes.push(chain.tip.authorities.hash());
    }
    hashes.dedup();
    assert!(hashes.len() >= 5, "{hashes:?}");
}

#[test]
fn a_shorter_era_ends_with_the_next_block() {
    let mut chain = chain(STAKE, &[("era_length", 100)]);
    run_to(&mut chain, 9);
    make(&mut chain, &[("//Alice", set("era_length", 5))]);
    assert_eq!(era(&chain.state).number, 1);
    run_to(&mut chain, 11);
    assert_eq!((era(&chain.state).number, era(&chain.state).first_block), (2, 12));
}

#[test]
fn a_swapped_hotkey_is_no_candidate_until_it_joins() {
    let mut chain = chain(STAKE, &[("era_length", 4)]);
    make(&mut chain, &[("//Alice", join("//val-a"))]);
    let swap = Call::SwapHotkey { hotkey: account("//val-a"), new_hotkey: account("//new"), netuid: None };
    assert_eq!(make(&mut chain, &[("//Alice", swap)]).0, [Ok(())]);
    assert!(candidates(&chain.state).iter().all(|(hotkey, _)| accounts_of(&URIS).contains(hotkey)));
    run_to(&mut chain, 4);
    assert_eq!(chain.tip.authorities.power(&account("//new")), 0);
}

#[test]
fn each_reason_not_to_join_or_leave() {
    let mut chain = chain(STAKE, &[]);
    make(&mut chain, &[("//Alice", join("//val-a"))]);
    let leave = |uri| Call::LeaveAuthorities { hotkey: account(uri) };
    let mode = |mode| Call::SetConsensusMode { mode };
    let table = [
        ("//Alice", join("//nobody"), CallError::HotKeyAccountNotExists),
        ("//Eve", join("//val-b"), CallError::NonAssociatedColdKey),
        ("//Alice", join("//val-a"), CallError::AlreadyCandidate),
        ("//Two", join("//m1"), CallError::NotEnoughAuthorityStake),
        ("//Eve", leave("//val-a"), CallError::NonAssociatedColdKey),
        ("//Ferdie", leave("//val-b"), CallError::NotCandidate),
        ("//Bob", mode(AUTHORITY), CallError::BadOrigin),
        ("//Alice", mode(STAKE), CallError::ConsensusModeUnchanged),
        ("//Bob", Call::UnjailAuthority { authority: account("//Bob") }, CallError::NotJailed),
        ("//Bob", Call::UnjailAuthority { authority: account("//Eve") }, CallError::NonAssociatedColdKey),
    ];
    for (signer, call, error) in table {
        assert_eq!(make(&mut chain, &[(signer, call)]).0, [Err(error)], "{error}");
    }
}

#[test]
fn the_ranks_are_those_of_an_election() {
    let mut chain = chain(STAKE, &[("era_length", 2), ("max_authorities", 2)]);
    let ranked: Vec<Authority> = ranked(&chain.state);
    assert_eq!(ranked.len(), 4);
    run_to(&mut chain, 1);
    let next = super::super::ranked(&chain.state);
    run_to(&mut chain, 2);
    assert_eq!(chain.tip.authorities.iter().copied().collect::<Vec<_>>(), next[..2]);
    assert_eq!(params::network(&chain.state).max_authorities, 2);
}
