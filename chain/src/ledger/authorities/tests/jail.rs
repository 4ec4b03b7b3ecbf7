//! Evidence, missed slots, jail and the way out.

use super::{URIS, accounts_of, accuse, chain, double_vote, genesis, ids, make, run_to, take};
use crate::{
    Authority, Call, CallError, ConsensusMode, Draft, Event, Evidence, Hash, Proposal,
    event::{AuthorityJailed, LastAuthoritySpared},
    execute::BlockError,
    genesis::ParamText,
    ledger::{
        accounts,
        authorities::{JailCause, missed_slots, sentence, served},
        issuance, stakes,
        subnets::ROOT,
    },
    memory::MemoryChain,
    testing::{account, key},
};
use taonet_subnets::amount::{Alpha, Tao};

const STAKE: ConsensusMode = ConsensusMode::Stake;
const AUTHORITY: ConsensusMode = ConsensusMode::Authority;

fn unjail(uri: &str) -> Call {
    Call::UnjailAuthority { authority: account(uri) }
}

#[test]
fn a_liar_is_jailed_freed_and_elected_again() {
    for (mode, order) in [(AUTHORITY, URIS), (STAKE, ["//Eve", "//Dave", "//Charlie", "//Bob"])] {
        let mut chain = chain(mode, &[("era_length", 5), ("jail_blocks", 7)]);
        run_to(&mut chain, 1);
        let evidence = double_vote(&chain, "//Dave", 1);
        let (_, outcome) = accuse(&mut chain, vec![evidence]);
        let jailed = Event::AuthorityJailed(AuthorityJailed {
            authority: account("//Dave"),
            cause: JailCause::Lie,
            height: 1,
            until: 9,
            burned: Tao::ZERO,
        });
        assert_eq!(outcome.events.first(), Some(&jailed));
        assert_eq!(chain.tip.authorities.power(&account("//Dave")), 0, "at once");
        run_to(&mut chain, 7);
        assert_eq!(chain.tip.authorities.len(), 3, "nor is it chosen at the end of the era");
        assert_eq!(make(&mut chain, &[("//Dave", unjail("//Dave"))]).0, [Err(CallError::JailNotOver)]);
        let (results, events) = make(&mut chain, &[("//Dave", unjail("//Dave"))]);
        assert_eq!(results, [Ok(())]);
        assert!(events.contains(&Event::AuthorityUnjailed { authority: account("//Dave") }));
        assert_eq!(chain.tip.authorities.len(), 3, "free, but the era is not over");
        run_to(&mut chain, 10);
        assert_eq!(ids(&chain.tip.authorities), accounts_of(&order));
    }
}

#[test]
fn two_proposals_of_one_round_are_evidence_as_well() {
    let mut chain = chain(STAKE, &[]);
    run_to(&mut chain, 2);
    let propose = |value| Proposal::sign(&key("//Eve"), &chain.network, (2, 0), value, None);
    let evidence = Evidence::Proposals(propose(Hash::ZERO), propose(Hash([1; 32])));
    let (block, _) = accuse(&mut chain, vec![evidence]);
    assert_eq!((block.evidence.len(), chain.tip.authorities.power(&account("//Eve"))), (1, 0));
}

#[test]
fn one_jailing_settles_everything_up_to_its_block() {
    let mut chain = chain(AUTHORITY, &[("jail_blocks", 0), ("era_length", 5)]);
    run_to(&mut chain, 2);
    let both = vec![double_vote(&chain, "//Dave", 1), double_vote(&chain, "//Dave", 2)];
    let (block, _) = accuse(&mut chain, both.clone());
    assert_eq!(block.evidence, both[..1]);
    make(&mut chain, &[("//Dave", unjail("//Dave"))]);
    run_to(&mut chain, 7);
    assert_eq!(chain.tip.authorities.len(), 4);
    // The other lie was before the jailing; at height 5 Dave was no authority, at height 6 again.
    for (height, counts) in [(2, false), (5, false), (6, true)] {
        let evidence = double_vote(&chain, "//Dave", height);
        let (block, _) = chain.build(Draft { evidence: vec![evidence], ..chain.draft(Vec::new()) });
        assert_eq!(block.evidence.len(), usize::from(counts), "height {height}");
    }
}

#[test]
fn who_left_is_punished_for_what_it_did_before() {
    let mut chain = chain(STAKE, &[("era_length", 3)]);
    make(&mut chain, &[("//Dave", Call::LeaveAuthorities { hotkey: account("//Dave") })]);
    run_to(&mut chain, 5);
    assert_eq!(chain.tip.authorities.power(&account("//Dave")), 0);
    let heights: Vec<bool> = (0..6).map(|height| served(&chain.state, &account("//Dave"), height)).collect();
    assert_eq!(heights, [false, true, true, true, false, false]);
    let join = Call::JoinAuthorities { hotkey: account("//Dave") };
    let evidence = vec![double_vote(&chain, "//Dave", 4), double_vote(&chain, "//Dave", 3)];
    let (block, _) = accuse(&mut chain, evidence.clone());
    assert_eq!(block.evidence, evidence[1..], "of height 4 it says nothing");
    assert_eq!(make(&mut chain, &[("//Dave", join)]).0, [Err(CallError::AuthorityIsJailed)]);
}

#[test]
fn terms_and_offences_are_forgotten_after_the_window() {
    let mut genesis = genesis(STAKE, &[("era_length", 2)]);
    genesis.limits.evidence_window = 4;
    let mut chain = MemoryChain::new(&genesis).expect("the preset builds");
    run_to(&mut chain, 1);
    let evidence = double_vote(&chain, "//Dave", 1);
    accuse(&mut chain, vec![evidence]);
    let kept = |chain: &MemoryChain| served(&chain.state, &account("//Dave"), 2);
    run_to(&mut chain, 6);
    assert!(kept(&chain));
    run_to(&mut chain, 8);
    assert!(!kept(&chain));
}

#[test]
fn the_only_authority_is_spared() {
    let mut chain = chain(STAKE, &[("max_authorities", 1), ("era_length", 2)]);
    run_to(&mut chain, 2);
    let evidence = double_vote(&chain, "//Eve", 1);
    let (_, outcome) = accuse(&mut chain, vec![evidence.clone()]);
    let spared = Event::LastAuthoritySpared(LastAuthoritySpared {
        authority: account("//Eve"),
        height: 1,
        burned: Tao::ZERO,
    });
    assert_eq!(outcome.events.first(), Some(&spared));
    assert_eq!((chain.tip.authorities.len(), sentence(&chain.state, &account("//Eve"))), (1, None));
    let (block, _) = chain.build(Draft { evidence: vec![evidence], ..chain.draft(Vec::new()) });
    assert!(block.evidence.is_empty(), "and it is settled");
}

#[test]
fn governance_pardons_whom_it_appoints() {
    let mut chain = chain(AUTHORITY, &[]);
    run_to(&mut chain, 1);
    let evidence = double_vote(&chain, "//Dave", 1);
    accuse(&mut chain, vec![evidence]);
    let list = URIS.map(|uri| Authority { id: account(uri), power: 1 }).to_vec();
    make(&mut chain, &[("//Alice", Call::SetAuthorities { authorities: list })]);
    assert_eq!((chain.tip.authorities.len(), sentence(&chain.state, &account("//Dave"))), (4, None));
}

#[test]
fn a_sentence_follows_the_stake_of_a_swapped_hotkey() {
    let mut chain = chain(STAKE, &[("era_length", 2), ("jail_blocks", 50)]);
    make(&mut chain, &[("//Alice", Call::JoinAuthorities { hotkey: account("//val-a") })]);
    run_to(&mut chain, 3);
    let evidence = double_vote(&chain, "//val-a", 3);
    accuse(&mut chain, vec![evidence]);
    let swap = Call::SwapHotkey { hotkey: account("//val-a"), new_hotkey: account("//new"), netuid: None };
    assert_eq!(make(&mut chain, &[("//Alice", swap)]).0, [Ok(())]);
    let join = Call::JoinAuthorities { hotkey: account("//new") };
    assert_eq!(make(&mut chain, &[("//Alice", join)]).0, [Err(CallError::AuthorityIsJailed)]);
}

#[test]
fn a_liar_pays_what_genesis_says() {
    // Mode, share of the root stake in 65,535ths, and what is burned of the 12,000 TAO that Dave staked.
    for (mode, share, expected) in
        [(AUTHORITY, 65_535, 0), (STAKE, 0, 0), (STAKE, 6_553, 1_199), (STAKE, 65_535, 12_000)]
    {
        let mut genesis = genesis(mode, &[("era_length", 100)]);
        genesis.limits.jail_burn = Tao::whole(7);
        genesis.params.insert("jail_burn_share".to_owned(), ParamText::from(share));
        let mut chain = MemoryChain::new(&genesis).expect("the preset builds");
        run_to(&mut chain, 1);
        let stake =
            |chain: &MemoryChain| stakes::stake(&chain.state, ROOT, &account("//Dave"), &account("//Dave"));
        let free = |chain: &MemoryChain| accounts::balance(&chain.state, &account("//Dave"));
        let (staked, held, issued) = (stake(&chain), free(&chain), issuance::issuance(&chain.state).total);
        let evidence = double_vote(&chain, "//Dave", 1);
        let (_, outcome) = accuse(&mut chain, vec![evidence]);
        let Some(Event::AuthorityJailed(AuthorityJailed { burned, .. })) = outcome.events.first() else {
            panic!("jailed")
        };
        let of_stake = burned.saturating_sub(Tao::whole(7));
        assert!((expected..=expected + 1).contains(&(of_stake.units() / 1_000_000_000)), "{mode} {burned}");
        // A block's own emission and claims touch the stake of others only.
        assert_eq!(stake(&chain), staked.saturating_sub(Alpha::new(of_stake.units())));
        assert_eq!(free(&chain), held.saturating_sub(Tao::whole(7)));
        let minted = issuance::issuance(&chain.state).block_emission;
        assert!(
            issuance::issuance(&chain.state).total <= issued.saturating_add(minted).saturating_sub(*burned)
        );
    }
}

/// Makes blocks in which `absent` never proposes; whose slot is its own, the next round's proposer makes.
fn run_without(chain: &mut MemoryChain, absent: &str, height: u64) -> Vec<Event> {
    let mut events = Vec::new();
    while chain.tip.height < height {
        let (set, next) = (chain.tip.authorities.clone(), chain.tip.height + 1);
        let mut turns = (0..).filter_map(|round| set.proposer(&chain.network.genesis, next, round));
        let proposer = turns.find(|id| *id != account(absent)).expect("another one");
        let draft = Draft { proposer, ..chain.draft(Vec::new()) };
        events.extend(take(chain, draft).1.events);
    }
    events
}

#[test]
fn who_misses_too_many_slots_in_a_row_is_jailed() {
    let mut chain = chain(AUTHORITY, &[("max_missed_slots", 3), ("era_length", 100)]);
    let events = run_without(&mut chain, "//Dave", 9);
    // It is Dave's turn at heights 2, 6 and 10.
    assert_eq!(missed_slots(&chain.state, &account("//Dave")), 2);
    assert!(!events.iter().any(|event| matches!(event, Event::AuthorityJailed(AuthorityJailed { .. }))));
    let events = run_without(&mut chain, "//Dave", 10);
    assert!(matches!(
        events.first(),
        Some(Event::AuthorityJailed(AuthorityJailed { cause: JailCause::MissedSlots, height: 10, .. }))
    ));
    assert_eq!((chain.tip.authorities.len(), missed_slots(&chain.state, &account("//Dave"))), (3, 0));
}

#[test]
fn a_block_of_its_own_clears_the_count() {
    let mut chain = chain(AUTHORITY, &[("max_missed_slots", 3), ("era_length", 100)]);
    run_without(&mut chain, "//Dave", 9);
    run_to(&mut chain, 10);
    assert_eq!(missed_slots(&chain.state, &account("//Dave")), 0);
    run_without(&mut chain, "//Dave", 18);
    assert_eq!((missed_slots(&chain.state, &account("//Dave")), chain.tip.authorities.len()), (2, 4));
}

#[test]
fn absence_never_takes_a_third_of_the_power_of_an_era() {
    let mut chain = chain(AUTHORITY, &[("max_missed_slots", 1), ("era_length", 30)]);
    run_without(&mut chain, "//Dave", 10);
    assert_eq!(chain.tip.authorities.len(), 3);
    // Three of four remain; two of four would be half.
    run_without(&mut chain, "//Charlie", 25);
    assert_eq!(chain.tip.authorities.len(), 3);
    assert!(missed_slots(&chain.state, &account("//Charlie")) >= 4);
    // The next era begins with three, of which two are not more than two thirds.
    run_without(&mut chain, "//Charlie", 45);
    assert_eq!(chain.tip.authorities.len(), 3);
}

#[test]
fn nothing_is_counted_unless_genesis_or_governance_says_so() {
    let mut chain = chain(AUTHORITY, &[]);
    run_without(&mut chain, "//Dave", 30);
    assert_eq!((missed_slots(&chain.state, &account("//Dave")), chain.tip.authorities.len()), (0, 4));
}

#[test]
fn everybody_checks_evidence() {
    let mut chain = chain(STAKE, &[]);
    run_to(&mut chain, 3);
    let good = double_vote(&chain, "//Dave", 2);
    let (mut block, _) = chain.build(Draft { evidence: vec![good], ..chain.draft(Vec::new()) });
    let Evidence::Votes(_, vote) = &mut block.evidence[0] else { panic!("two votes") };
    vote.round = 1;
    block.header.evidence_root = crate::block::evidence_root(&block.evidence);
    assert_eq!(chain.apply(&block).err(), Some(BlockError::Evidence(0)));
}
