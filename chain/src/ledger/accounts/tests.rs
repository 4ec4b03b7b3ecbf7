//! Balances at the edges: deposits, dust and the cap.

use super::{
    BURN_ACCOUNT, EXISTENTIAL_DEPOSIT, balance, deposit, is_subnet_account, spendable, subnet_account,
    transfer, withdraw,
};
use crate::{
    AccountId, CallError,
    ledger::issuance,
    state::{MemoryState, Overlay},
};
use std::collections::BTreeSet;
use taonet_subnets::amount::Tao;

const A: AccountId = AccountId([1; 32]);
const B: AccountId = AccountId([2; 32]);

#[test]
fn every_subnet_has_an_account_of_its_own() {
    let all: BTreeSet<AccountId> = (0..=u16::MAX).map(subnet_account).collect();
    assert_eq!(all.len(), 1 << 16);
    assert!(all.iter().all(is_subnet_account));
    assert!(!is_subnet_account(&BURN_ACCOUNT) && !is_subnet_account(&A));
    let mut close = subnet_account(1);
    close.0[31] = 1;
    assert!(!is_subnet_account(&close));
}

#[test]
fn payments_at_the_edge_of_existence() {
    let base = MemoryState::default();
    let mut state = Overlay::new(&base);
    issuance::mint(&mut state, Tao::new(2_000));
    deposit(&mut state, &A, Tao::new(2_000)).expect("above the deposit");
    assert_eq!(spendable(&state, &A), Tao::new(1_500));
    assert_eq!(deposit(&mut state, &B, Tao::new(499)), Err(CallError::BelowMinimum));
    assert_eq!(transfer(&mut state, &A, &B, Tao::new(499)), Err(CallError::BelowMinimum));
    // The payer is looked at first.
    assert_eq!(transfer(&mut state, &B, &BURN_ACCOUNT, Tao::new(1)), Err(CallError::InsufficientBalance));
    assert_eq!(withdraw(&mut state, &A, Tao::new(2_001)), Err(CallError::InsufficientBalance));
    transfer(&mut state, &A, &B, EXISTENTIAL_DEPOSIT).expect("opens the account");
    transfer(&mut state, &A, &B, Tao::new(1_001)).expect("leaves dust");
    assert_eq!((balance(&state, &A), balance(&state, &B)), (Tao::ZERO, Tao::new(1_501)));
    assert_eq!(issuance::issuance(&state).total, Tao::new(1_501));
}

#[test]
fn minting_stops_at_the_cap() {
    let base = MemoryState::default();
    let mut state = Overlay::new(&base);
    assert_eq!(issuance::mint(&mut state, Tao::MAX), Tao::whole(21_000_000));
    assert_eq!(issuance::mint(&mut state, Tao::new(1)), Tao::ZERO);
    issuance::destroy(&mut state, Tao::new(5));
    assert_eq!(issuance::mint(&mut state, Tao::new(7)), Tao::new(5));
}
