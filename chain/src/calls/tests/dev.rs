//! Development calls: refused elsewhere, free of rights and waits here, and never against the books.

use super::with_network;
use crate::{
    Call, CallError, DevOptions, Event, Genesis, Refusal,
    admit::admit,
    invariants::violations,
    ledger::{accounts, issuance, params, subnets},
    memory::MemoryChain,
    params::{Param, Scope, Setting, Who},
    state::{MemoryState, Overlay},
    testing::{Row, account, call, chain, check_errors, dev_state, signed},
    transaction::Inner,
};
use taonet_subnets::amount::{MAX_SUPPLY, Tao};

/// Somebody without money or rights.
const NOBODY: &str = "//nobody";

fn fund(uri: &str, amount: u64) -> Call {
    Call::DevFund { account: account(uri), amount: Tao::new(amount) }
}

fn set(netuid: Option<u16>, name: &str, value: i128) -> Call {
    let param = Param::by_name(name).expect("a parameter");
    Call::DevSetParam { netuid, param: param.id, value }
}

fn as_account(uri: &str, call: Call) -> Call {
    Call::DevImpersonate { account: account(uri), call: Inner::new(call).expect("an ordinary call") }
}

fn pay(to: &str, amount: u64) -> Call {
    Call::Transfer { to: account(to), amount: Tao::new(amount) }
}

#[test]
fn errors_of_development_calls() {
    let of_subnet = |call: Call| Call::DevImpersonate {
        account: accounts::subnet_account(1),
        call: Inner::new(call).expect("an ordinary call"),
    };
    let rows: Vec<Row> = vec![
        ("the supply has an end", |_| {}, NOBODY, fund(NOBODY, MAX_SUPPLY), CallError::SupplyExhausted),
        ("too little to open an account", |_| {}, NOBODY, fund(NOBODY, 499), CallError::BelowMinimum),
        (
            "a subnet's account is not funded",
            |_| {},
            NOBODY,
            Call::DevFund { account: accounts::subnet_account(1), amount: Tao::new(1_000) },
            CallError::CannotUseSystemAccount,
        ),
        (
            "nobody speaks for a subnet",
            |_| {},
            NOBODY,
            of_subnet(pay(NOBODY, 1_000)),
            CallError::CannotUseSystemAccount,
        ),
        (
            "the inner error",
            |_| {},
            NOBODY,
            as_account("//Two", pay(NOBODY, u64::MAX)),
            CallError::InsufficientBalance,
        ),
        (
            "a network's parameter of a subnet",
            |_| {},
            NOBODY,
            set(Some(1), "tx_rate_limit", 1),
            CallError::InvalidValue,
        ),
        ("no such subnet", |_| {}, NOBODY, set(Some(77), "tempo", 50), CallError::SubnetDoesNotExist),
        ("built in", |_| {}, NOBODY, set(None, "existential_deposit", 500), CallError::CallDisabled),
        (
            "out of range",
            |_| {},
            NOBODY,
            set(Some(1), "tempo", -1),
            Param::by_name("tempo").expect("one").error,
        ),
    ];
    check_errors(5, rows);
}

#[test]
fn funding_mints_and_the_issuance_knows() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let before = issuance::issuance(&state).total;
    let events = call(&mut state, 1, NOBODY, &fund(NOBODY, 7_000)).expect("funds");
    assert_eq!(events, [Event::Funded { account: account(NOBODY), amount: Tao::new(7_000) }]);
    assert_eq!(accounts::balance(&state, &account(NOBODY)), Tao::new(7_000));
    assert_eq!(issuance::issuance(&state).total, before.saturating_add(Tao::new(7_000)));
    assert_eq!(violations(&state), []);
}

/// The network on which settings wait for nothing: always frozen, slow to change, and owned by somebody else.
fn reluctant() -> MemoryState {
    let mut base = dev_state();
    let mut state = Overlay::new(&base);
    with_network(&mut state, |network| network.admin_freeze_window = u16::MAX);
    let changes = state.into_changes();
    base.apply(&changes);
    base
}

#[test]
fn anybody_sets_every_parameter_that_is_not_built_in_at_any_time() {
    let base = reluctant();
    for param in Param::all() {
        let netuid = (param.scope != Scope::Network).then_some(1);
        let value = match param.name {
            "min_allowed_uids" => 1,
            _ => param.default.clamp(param.min, param.max),
        };
        let mut state = Overlay::new(&base);
        let liquid = call(&mut state, 19, NOBODY, &set(Some(1), "liquid_alpha_enabled", 1));
        assert!(liquid.is_ok(), "{liquid:?}");
        for _ in 0..2 {
            let result = call(&mut state, 19, NOBODY, &set(netuid, param.name, value));
            let expected = match param.who {
                Who::Constant => Err(CallError::CallDisabled),
                _ => Ok(Event::ParamSet { netuid, setting: Setting { param: param.id, value } }),
            };
            assert_eq!(result.map(|events| events[0].clone()), expected, "{param}");
        }
        assert_eq!(violations(&state), [], "{param}");
    }
}

#[test]
fn a_new_tempo_starts_a_new_cycle_whoever_sets_it() {
    let base = reluctant();
    let mut state = Overlay::new(&base);
    call(&mut state, 19, NOBODY, &set(Some(1), "tempo", 7)).expect("sets");
    assert_eq!(params::subnet(&state, 1).tempo, 7);
    assert_eq!(subnets::state_of(&state, 1).expect("subnet 1").clock.last_epoch_block, 19);
}

#[test]
fn whoever_is_impersonated_did_it() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let before = accounts::balance(&state, &account("//Bob"));
    let events = call(&mut state, 1, NOBODY, &as_account("//Bob", pay(NOBODY, 5_000))).expect("pays");
    let paid = Event::Transfer { from: account("//Bob"), to: account(NOBODY), amount: Tao::new(5_000) };
    assert_eq!(events, [paid]);
    assert_eq!(accounts::balance(&state, &account("//Bob")), before.saturating_sub(Tao::new(5_000)));
    let take_over = Call::SetAuthorities { authorities: Vec::new() };
    let refused = call(&mut state, 1, NOBODY, &as_account("//Alice", take_over));
    assert_eq!(refused, Err(CallError::InvalidAuthorities), "the sudo account's right, and its error");
}

#[test]
fn the_receipt_has_the_inner_error_and_the_signer_pays() {
    let mut chain = chain();
    let signer = accounts::balance(&chain.state, &account("//Bob"));
    let failing = signed(&chain, "//Bob", as_account("//Two", pay(NOBODY, u64::MAX)));
    let (_, outcome) = chain.produce(vec![failing]);
    assert_eq!(outcome.receipts[0].result, Err(CallError::InsufficientBalance));
    assert!(!outcome.receipts[0].fee.is_zero());
    assert!(accounts::balance(&chain.state, &account("//Bob")) <= signer);
}

#[test]
fn other_networks_know_no_development_calls() {
    let mut genesis = Genesis::dev(DevOptions::default());
    genesis.dev = false;
    let mut chain = MemoryChain::new(&genesis).expect("the genesis builds");
    let calls = [fund(NOBODY, 7_000), set(Some(1), "tempo", 7), as_account("//Bob", pay(NOBODY, 5_000))];
    for development in calls {
        let transaction = signed(&chain, "//Alice", development.clone());
        let refusal = Err(Refusal::Call(CallError::NotADevelopmentNetwork));
        assert_eq!(admit(&chain.state, 1, &transaction), refusal);
        let (block, _) = chain.produce(vec![transaction]);
        assert_eq!(block.transactions, [], "a builder leaves it out");
        let dispatched = call(&mut Overlay::new(&chain.state), 1, "//Alice", &development);
        assert_eq!(dispatched, Err(CallError::NotADevelopmentNetwork));
    }
}
