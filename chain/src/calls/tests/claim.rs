//! Claiming root dividends: by call, and automatically.

use super::{with_network, with_params};
use crate::{
    AccountId, BlockContext, Call, CallError, Event, Hash, RootClaimType,
    calls::subnet::create,
    invariants::violations,
    ledger::{
        accounts, claims, issuance, params, stakes,
        subnets::{self, ROOT, Subnet},
    },
    state::{MemoryState, Overlay, StateRead},
    step::step,
    testing::{account, block, call, check_errors, dev_state},
};
use std::collections::BTreeSet;
use taonet_subnets::{
    amount::{Alpha, Tao},
    pool::Pool,
};

const TAO: u64 = 1_000_000_000;

fn claim(subnets: impl IntoIterator<Item = u16>) -> Call {
    Call::ClaimRoot { subnets: subnets.into_iter().collect() }
}

fn choose(claim_type: RootClaimType) -> Call {
    Call::SetRootClaimType { claim_type }
}

fn keep(subnets: impl IntoIterator<Item = u16>) -> RootClaimType {
    RootClaimType::KeepSubnets { subnets: subnets.into_iter().collect() }
}

/// A dev network with a second subnet like the first, and with 10 alpha of each for the root stakers of `//val-a`.
fn with_dividends() -> MemoryState {
    let mut base = dev_state();
    let mut state = Overlay::new(&base);
    let subnet = Subnet { owner: Some(account("//Alice")), ..Subnet::default() };
    let pool = Pool::new(Tao::whole(5_000), Alpha::whole(4_000));
    let values = params::subnet(&state, 1);
    create(&mut state, 2, &subnet, &values, pool);
    let (from, to) = (account("//Alice"), accounts::subnet_account(2));
    accounts::transfer(&mut state, &from, &to, Tao::whole(5_000)).expect("she is rich");
    for netuid in [1, 2] {
        subnets::update(&mut state, netuid, |subnet| {
            subnet.alpha_out = subnet.alpha_out.saturating_add(Alpha::whole(10));
        });
        claims::credit(&mut state, netuid, &account("//val-a"), Alpha::whole(10));
    }
    let changes = state.into_changes();
    base.apply(&changes);
    base
}

/// What `//Alice` has staked with `//val-a`, and is owed for its root dividends, on a subnet.
fn alices(state: &dyn StateRead, netuid: u16) -> (u64, u64) {
    let (hotkey, coldkey) = (account("//val-a"), account("//Alice"));
    let owed = claims::owed(state, netuid, &hotkey, &coldkey);
    (stakes::stake(state, netuid, &hotkey, &coldkey).units(), owed.units())
}

#[test]
fn errors_of_claims() {
    let bad = CallError::InvalidSubnetNumber;
    check_errors(
        1,
        vec![
            ("no subnet", |_| {}, "//Alice", claim([]), bad),
            ("six subnets", |_| {}, "//Alice", claim(1..=6), bad),
            ("keeps nothing", |_| {}, "//Alice", choose(keep([])), bad),
            ("keeps more than there can be", |_| {}, "//Alice", choose(keep(0..=4_096)), bad),
        ],
    );
}

#[test]
fn swapped_dividends_become_root_stake() {
    let base = with_dividends();
    let mut state = Overlay::new(&base);
    let (staked, owed) = (alices(&state, ROOT).0, alices(&state, 1).1);
    let (before, root_before) =
        (subnets::state_of(&state, 1).expect("it exists"), subnets::state_of(&state, ROOT).expect("root"));
    let total = issuance::issuance(&state);
    let held = |state: &dyn StateRead, netuid| accounts::balance(state, &accounts::subnet_account(netuid));
    let held_before = held(&state, ROOT);
    let events = call(&mut state, 1, "//Alice", &claim([1]));
    assert_eq!(events, Ok(vec![Event::RootClaimed { coldkey: account("//Alice") }]));

    let (after, root) =
        (subnets::state_of(&state, 1).expect("it exists"), subnets::state_of(&state, ROOT).expect("root"));
    let tao = before.pool.tao.saturating_sub(after.pool.tao);
    // Ten alpha less the dust of the rate, at a price of 1.25 that hardly falls.
    assert!((12_400_000_000..12_500_000_000).contains(&tao.units()), "{tao}");
    assert_eq!(after.alpha_out.units(), before.alpha_out.units() - owed);
    assert_eq!((after.last.root_sold, after.protocol_flow), (tao, -(tao.units() as i64)));
    assert_eq!(root.pool.tao, root_before.pool.tao.saturating_add(tao));
    assert_eq!(root.alpha_out.units(), root.pool.tao.units());
    assert_eq!(held(&state, ROOT), held_before.saturating_add(tao));
    assert_eq!(issuance::issuance(&state), total, "TAO moved from one stake to another");
    assert_eq!(alices(&state, ROOT).0, staked + tao.units());
    assert!(
        alices(&state, 1).1 <= 1 && alices(&state, 2).1.abs_diff(owed) <= 1,
        "the new stake earned nothing"
    );
    assert_eq!(violations(&state), []);
}

#[test]
fn what_is_kept_becomes_stake() {
    let table = [
        (RootClaimType::Keep, [true, true]),
        (RootClaimType::Swap, [false, false]),
        (keep([2, 7]), [false, true]),
    ];
    let base = with_dividends();
    for (choice, kept) in table {
        let mut state = Overlay::new(&base);
        let before = [1, 2].map(|netuid| alices(&state, netuid));
        let set = call(&mut state, 1, "//Alice", &choose(choice.clone()));
        let coldkey = account("//Alice");
        assert_eq!(set, Ok(vec![Event::RootClaimTypeSet { coldkey, claim_type: choice.clone() }]));
        call(&mut state, 1, "//Alice", &claim([1, 2])).expect("she is owed");
        for (index, netuid) in [1, 2].into_iter().enumerate() {
            let (staked, owed) = before[index];
            let (now, left) = alices(&state, netuid);
            // A sale on the other subnet raised the watermarks, and their floor moves what is owed by one.
            let expected = staked + if kept[index] { owed } else { 0 };
            assert!(now.abs_diff(expected) <= 1, "{choice:?} on {netuid}");
            assert!(left <= 1, "{choice:?} on {netuid}");
        }
        assert_eq!(violations(&state), []);
    }
}

#[test]
fn a_sale_that_fails_undoes_the_whole_claim() {
    let mut base = with_dividends();
    let mut state = Overlay::new(&base);
    // Subnet 2 has too little TAO to pay anything.
    subnets::update(&mut state, 2, |subnet| subnet.pool.tao = Tao::new(999_999));
    let changes = state.into_changes();
    base.apply(&changes);
    let mut state = Overlay::new(&base);
    assert_eq!(call(&mut state, 1, "//Alice", &claim([1, 2])), Err(CallError::ReservesTooLow));
    assert_eq!(state.into_changes(), Default::default());
    let mut state = Overlay::new(&base);
    assert!(call(&mut state, 1, "//Alice", &claim([1])).is_ok(), "the other subnet pays");
}

#[test]
fn less_than_the_threshold_waits() {
    let base = with_dividends();
    let owed = alices(&base, 1).1;
    for (threshold, is_paid) in [(0, true), (owed, true), (owed + 1, false)] {
        let mut state = Overlay::new(&base);
        with_params(&mut state, |params| params.root_claim_threshold = threshold);
        call(&mut state, 1, "//Alice", &claim([1])).expect("nothing to pay is no error");
        let left = alices(&state, 1).1;
        assert_eq!(left < owed, is_paid, "threshold {threshold}");
    }
}

#[test]
fn claims_enter_the_list_and_only_an_empty_root_stake_leaves_it() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let count = claims::claimants(&state);
    assert_eq!(count, 3, "the root stakers of genesis");
    call(&mut state, 1, "//Eve", &claim([1])).expect("nothing to pay is no error");
    call(&mut state, 1, "//Bob", &choose(RootClaimType::Keep)).expect("a choice");
    assert_eq!(claims::claimants(&state), count + 2);
    let stake =
        |amount| Call::AddStake { hotkey: account("//val-a"), netuid: ROOT, amount: Tao::new(amount) };
    let unstake =
        |amount| Call::RemoveStake { hotkey: account("//val-a"), netuid: ROOT, amount: Alpha::new(amount) };
    call(&mut state, 1, "//Dave", &stake(5 * TAO)).expect("he is rich");
    assert_eq!(claims::claimant(&state, count + 2), Some(account("//Dave")));
    call(&mut state, 1, "//Dave", &unstake(2 * TAO)).expect("he has as much");
    assert_eq!(claims::claimants(&state), count + 3);
    call(&mut state, 1, "//Dave", &unstake(3 * TAO)).expect("he has as much");
    assert_eq!(claims::claimants(&state), count + 2);
}

/// The block step with this parent; returns for whom was claimed.
fn claimed_for(state: &mut Overlay<'_>, parent: u8) -> BTreeSet<AccountId> {
    let events = step(state, &BlockContext { parent_hash: Hash([parent; 32]), ..block(1) });
    let coldkey = |event| match event {
        Event::RootClaimed { coldkey } => Some(coldkey),
        _ => None,
    };
    events.into_iter().filter_map(coldkey).collect()
}

#[test]
fn each_block_claims_for_those_whom_the_parent_draws() {
    let base = with_dividends();
    for (count, parent, drawn) in [(0, 1, vec![]), (1, 1, vec![1]), (1, 2, vec![2]), (50, 7, vec![0, 1, 2])] {
        let mut state = Overlay::new(&base);
        with_network(&mut state, |network| network.num_root_claims = count);
        let expected: BTreeSet<_> =
            drawn.iter().filter_map(|index| claims::claimant(&state, *index)).collect();
        assert_eq!(claimed_for(&mut state, parent), expected, "{count} draws of {parent}");
        assert_eq!(alices(&state, 1).1 <= 1, expected.contains(&account("//Alice")));
        assert_eq!(violations(&state), []);
    }
}

#[test]
fn an_automatic_claim_that_fails_is_dropped_in_silence() {
    let base = with_dividends();
    let mut state = Overlay::new(&base);
    with_network(&mut state, |network| network.num_root_claims = 50);
    subnets::update(&mut state, 2, |subnet| subnet.pool.tao = Tao::new(999_999));
    let before = [1, 2].map(|netuid| alices(&state, netuid));
    let others = BTreeSet::from([account("//Ferdie"), account("//One")]);
    assert_eq!(claimed_for(&mut state, 7), others);
    assert_eq!([1, 2].map(|netuid| alices(&state, netuid)), before);
}
