//! Paying.

use crate::{
    Call, CallError,
    ledger::{accounts, issuance},
    state::Overlay,
    testing::{account, call, check_errors, dev_state},
};
use taonet_subnets::amount::Tao;

fn pay(to: &str, amount: u64) -> Call {
    Call::Transfer { to: account(to), amount: Tao::new(amount) }
}

#[test]
fn errors() {
    check_errors(
        1,
        vec![
            ("more than there is", |_| {}, "//Bob", pay("//Eve", u64::MAX), CallError::InsufficientBalance),
            ("nothing to pay with", |_| {}, "//nobody", pay("//Eve", 1), CallError::InsufficientBalance),
            ("too little to open an account", |_| {}, "//Bob", pay("//new", 499), CallError::BelowMinimum),
        ],
    );
}

#[test]
fn amounts_at_the_edge() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let all = accounts::balance(&state, &account("//Bob"));
    // Nothing moves, also between accounts that do not exist.
    assert!(call(&mut state, 1, "//nobody", &pay("//new", 0)).is_ok());
    assert!(call(&mut state, 1, "//Bob", &pay("//Bob", 7)).is_ok());
    assert_eq!(accounts::balance(&state, &account("//Bob")), all);
    // Just enough to exist; then all but dust, which is destroyed with the account.
    assert!(call(&mut state, 1, "//Bob", &pay("//new", 500)).is_ok());
    let issued = issuance::issuance(&state).total;
    assert!(call(&mut state, 1, "//Bob", &pay("//new", all.units() - 500 - 499)).is_ok());
    assert_eq!(accounts::balance(&state, &account("//Bob")), Tao::ZERO);
    assert_eq!(issued.saturating_sub(issuance::issuance(&state).total), Tao::new(499));
}
