//! Dissolving subnets, and what their successors inherit.

use super::{with_network, with_params};
use crate::{
    Call, CallError, Event,
    invariants::violations,
    ledger::{
        accounts, claims, epochs, identities, issuance, neurons, params, stakes,
        subnets::{self, ROOT},
    },
    params::ParamId,
    state::{Overlay, StateRead, schema},
    testing::{account, call, check_errors, dev_state},
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    fixed::{I96F32, U96F32},
};

const DISSOLVE: Call = Call::DissolveNetwork { netuid: 1 };

fn create(hotkey: &str) -> Call {
    Call::RegisterNetwork { hotkey: account(hotkey) }
}

#[test]
fn errors() {
    check_errors(
        5,
        vec![
            ("an owner", |_| {}, "//Eve", DISSOLVE, CallError::BadOrigin),
            ("root", |_| {}, "//Alice", Call::DissolveNetwork { netuid: ROOT }, CallError::SubnetNotExists),
            ("none", |_| {}, "//Alice", Call::DissolveNetwork { netuid: 9 }, CallError::SubnetNotExists),
        ],
    );
}

#[test]
fn holders_share_the_pot_by_their_alpha() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let before = |state: &dyn StateRead, uri: &str| accounts::balance(state, &account(uri));
    let holders = stakes::final_claims(&state, 1);
    let (total, pot) = (
        holders.iter().map(|(_, alpha)| alpha.units()).sum::<u64>(),
        subnets::state_of(&state, 1).expect("subnet 1").pool.tao,
    );
    let held: Vec<Tao> = holders.iter().map(|(coldkey, _)| accounts::balance(&state, coldkey)).collect();
    let staked = issuance::issuance(&state).staked;
    let events = call(&mut state, 5, "//Alice", &DISSOLVE).expect("works");
    assert_eq!(events, [Event::NetworkRemoved { netuid: 1 }]);
    // The protocol owns nothing of a subnet that is as old as the chain, so all of the pot goes to the holders.
    let mut paid = Tao::ZERO;
    for ((coldkey, alpha), held) in holders.iter().zip(held) {
        let got = accounts::balance(&state, coldkey).saturating_sub(held);
        let fair = u128::from(pot.units()) * u128::from(alpha.units()) / u128::from(total);
        assert!((fair..=fair + 1).contains(&u128::from(got.units())), "{coldkey} got {got}");
        paid = paid.saturating_add(got);
    }
    assert_eq!(paid, pot);
    assert_eq!(before(&state, "//nobody"), Tao::ZERO);
    assert_eq!(issuance::issuance(&state).staked, staked.saturating_sub(pot));
    assert!(accounts::balance(&state, &accounts::subnet_account(1)) <= accounts::EXISTENTIAL_DEPOSIT);
    assert_eq!(violations(&state), []);
}

#[test]
fn the_protocol_keeps_its_part_of_a_younger_subnet_and_it_is_recycled() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    call(&mut state, 10, "//Eve", &create("//new")).expect("works");
    call(&mut state, 11, "//Eve", &Call::StartCall { netuid: 2 }).expect("works");
    let stake = Call::AddStake { hotkey: account("//new"), netuid: 2, amount: Tao::whole(100) };
    call(&mut state, 11, "//Eve", &stake).expect("works");
    let subnet = subnets::state_of(&state, 2).expect("subnet 2");
    let held = stakes::stake(&state, 2, &account("//new"), &account("//Eve"));
    let (balance, issued) = (accounts::balance(&state, &account("//Eve")), issuance::issuance(&state).total);
    let account_of_2 = accounts::balance(&state, &accounts::subnet_account(2));

    call(&mut state, 12, "//Alice", &Call::DissolveNetwork { netuid: 2 }).expect("works");
    let claims = u128::from(held.units()) + u128::from(subnet.pool.alpha.units());
    let fair = u128::from(subnet.pool.tao.units()) * u128::from(held.units()) / claims;
    let got = accounts::balance(&state, &account("//Eve")).saturating_sub(balance);
    assert!((fair..=fair + 1).contains(&u128::from(got.units())));
    let recycled = account_of_2.saturating_sub(got).saturating_sub(accounts::EXISTENTIAL_DEPOSIT);
    assert_eq!(issuance::issuance(&state).total, issued.saturating_sub(recycled));
    assert_eq!(violations(&state), []);
}

#[test]
fn a_payment_too_small_for_a_new_account_stays_and_is_recycled() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    stakes::increase(&mut state, 1, &account("//m1"), &account("//nobody"), Alpha::new(1));
    subnets::update(&mut state, 1, |subnet| {
        subnet.alpha_out = subnet.alpha_out.saturating_add(Alpha::new(1));
    });
    call(&mut state, 5, "//Alice", &DISSOLVE).expect("works");
    assert_eq!(accounts::balance(&state, &account("//nobody")), Tao::ZERO);
    assert_eq!(violations(&state), []);
}

#[test]
fn nothing_of_a_dissolved_subnet_is_left_but_what_the_next_inherits() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    epochs::set_weights(&mut state, 1, 2, &vec![(1, 9)]);
    claims::credit(&mut state, 1, &account("//val-a"), Alpha::new(1_000));
    params::set_owner_clock(&mut state, 1, ParamId(2), 3);
    let identity = Call::SetSubnetIdentity { netuid: 1, identity: Box::default() };
    call(&mut state, 4, "//Alice", &identity).expect("works");
    assert!(!claims::rates(&state, &account("//val-a")).is_empty());

    let events = call(&mut state, 5, "//Alice", &DISSOLVE).expect("works");
    assert_eq!(events, [Event::SubnetIdentityRemoved { netuid: 1 }, Event::NetworkRemoved { netuid: 1 }]);
    assert!(claims::rates(&state, &account("//val-a")).is_empty());
    assert_eq!(identities::subnet_identity(&state, 1), None);
    assert!(neurons::registrations(&state, &account("//m1")).is_empty());
    // By netuid first: every table that is keyed so, but for how often the number was used and what remains.
    let kept = [schema::CREATIONS, schema::REMAINS];
    for table in schema::ALL
        .iter()
        .filter(|table| ["netuid", "mechanism"].iter().any(|start| table.key.starts_with(start)))
    {
        let left = state.scan(&[table.prefix, 0, 1]).count();
        assert_eq!(left, usize::from(kept.contains(&table.prefix)), "{}", table.name);
    }
}

#[test]
fn an_owner_from_before_open_registration_gets_its_lock_back() {
    // When registration opened; what the last epoch emitted; and how much of the lock comes back.
    for (opened, emitted, lost) in
        [(0, 0, None), (5, 0, None), (6, 0, Some(0)), (6, 65_535_000, Some(11_796_000))]
    {
        let base = dev_state();
        let mut state = Overlay::new(&base);
        call(&mut state, 5, "//Eve", &create("//new-2")).expect("works");
        let subnet = subnets::subnet(&state, 2).expect("the new one");
        with_network(&mut state, |network| network.network_registration_start_block = opened);
        epochs::set_emission(&mut state, 2, &vec![emitted, 0]);
        let price: U96F32 = subnets::state_of(&state, 2).expect("the new one").pool.price().convert();
        let worth = |alpha: u64| Tao::new(U96F32::from_int(alpha).mul(price).to_u64());
        let expected = lost.map_or(Tao::ZERO, |alpha| subnet.locked.saturating_sub(worth(alpha)));
        let held = accounts::spendable(&state, &accounts::subnet_account(2));
        let before = accounts::balance(&state, &account("//Eve"));
        call(&mut state, 6, "//Alice", &Call::DissolveNetwork { netuid: 2 }).expect("works");
        let got = accounts::balance(&state, &account("//Eve")).saturating_sub(before);
        assert_eq!(got, expected.min(held), "registration opened in block {opened}");
        assert_eq!(violations(&state), []);
    }
}

#[test]
fn at_the_limit_the_cheapest_old_subnet_makes_room() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    call(&mut state, 10, "//Eve", &create("//new-2")).expect("works");
    with_network(&mut state, |network| {
        (network.subnet_limit, network.network_immunity_period) = (2, 50);
    });
    let young = call(&mut state, 49, "//Dave", &create("//new-3"));
    assert_eq!(young, Err(CallError::SubnetLimitReached));
    subnets::update(&mut state, 1, |subnet| subnet.moving_price = I96F32::from_bits(7));
    // Subnet 2 is cheaper, but too young.
    let events = call(&mut state, 59, "//Dave", &create("//new-3")).expect("works");
    let expected = [Event::NetworkRemoved { netuid: 1 }, Event::NetworkAdded { netuid: 1, mechanism: 1 }];
    assert_eq!(events, expected);
    assert_eq!((subnets::creations(&state, 1), subnets::creations(&state, 2)), (2, 1));
    assert_eq!(subnets::subnet(&state, 1).expect("the new one").owner, Some(account("//Dave")));
    assert_eq!(subnets::subnet(&state, 1).expect("the new one").symbol, "α");
    assert_eq!(violations(&state), []);
}

#[test]
fn the_next_subnet_of_the_number_inherits_a_little() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    with_params(&mut state, |params| {
        (params.recycle_withheld, params.owner_cut_enabled) = (true, false);
        (params.min_non_immune_uids, params.kappa) = (3, 5);
    });
    subnets::update(&mut state, 1, |subnet| subnet.root_proportion = U96F32::from_bits(77));
    call(&mut state, 5, "//Alice", &DISSOLVE).expect("works");
    call(&mut state, 6, "//Eve", &create("//new")).expect("works");
    let mut expected = params::new_subnet(&state);
    (expected.recycle_withheld, expected.owner_cut_enabled) = (true, false);
    expected.min_non_immune_uids = 3;
    assert_eq!(params::subnet(&state, 1), expected);
    let next = subnets::state_of(&state, 1).expect("the new one");
    assert_eq!(next.root_proportion, U96F32::from_bits(77));
    assert_eq!((next.alpha_out, next.volume, next.user_flow), (Alpha::ZERO, 0, 0));
    assert_eq!(subnets::remains(&state, 1), None);
}
