//! Registration as it was before: adjusted once per interval, and paid for by work; and with a limit price.

use super::{with_network, with_params};
use crate::{
    BlockContext, Call, CallError, Event, Hash,
    invariants::violations,
    ledger::{accounts, neurons, params, stakes, subnets, work::WINDOW},
    state::{Overlay, StateRead},
    step::step,
    testing::{account, block, call, check_errors, dev_state},
};
use taonet_subnets::{amount::Tao, registration::seal::Work};

const DIFFICULTY: u64 = 16;

fn burn(hotkey: &str) -> Call {
    Call::BurnedRegister { netuid: 1, hotkey: account(hotkey) }
}

fn limited(netuid: u16, limit: u64) -> Call {
    Call::RegisterLimit { netuid, hotkey: account("//new"), limit: Tao::new(limit) }
}

/// The earlier rule, with intervals of ten blocks, and work.
fn historic(state: &mut Overlay<'_>) {
    with_network(state, |network| network.pow_registration = true);
    with_params(state, |params| {
        params.registration_rule = 1;
        params.adjustment_interval = 10;
        (params.difficulty, params.min_difficulty) = (DIFFICULTY, 2);
    });
}

/// The id of a block.
fn hash(number: u64) -> Hash {
    Hash([number as u8; 32])
}

/// Runs the step of block `number`.
fn enter(state: &mut Overlay<'_>, number: u64) {
    step(state, &BlockContext { parent_hash: hash(number - 1), ..block(number) });
}

/// The state in which block 5 executes its calls.
fn at_five(state: &mut Overlay<'_>) {
    historic(state);
    (1..=5).for_each(|number| enter(state, number));
}

/// Work of a hotkey on a block, to be owned by `//Eve`.
fn solved(hotkey: &str, number: u64) -> Call {
    let work = Work::new(&hash(number).0, &account(hotkey).0);
    let (nonce, seal) = work.solve(DIFFICULTY, 0..100_000).expect("one in 16 is found");
    Call::Register { netuid: 1, block_number: number, nonce, work: Hash(seal), coldkey: account("//Eve") }
}

/// [`solved`], with something changed.
fn forged(change: impl FnOnce(&mut u16, &mut u64, &mut Hash)) -> Call {
    let mut call = solved("//new", 4);
    if let Call::Register { netuid, nonce, work, .. } = &mut call {
        change(netuid, nonce, work);
    }
    call
}

fn prices(state: &dyn StateRead) -> (u64, u64) {
    (subnets::state_of(state, 1).expect("it exists").burn.units(), params::subnet(state, 1).difficulty)
}

#[test]
fn errors_of_work() {
    let disabled = CallError::SubNetRegistrationDisabled;
    let rows: Vec<crate::testing::Row> = vec![
        ("root", |_| {}, "//new", forged(|n, _, _| *n = 0), CallError::RegistrationNotPermittedOnRootSubnet),
        ("no such subnet", |_| {}, "//new", forged(|n, _, _| *n = 9), CallError::SubnetNotExists),
        ("work does not pay", |_| {}, "//new", solved("//new", 4), disabled),
        (
            "the price falls steadily",
            |state| {
                at_five(state);
                with_params(state, |params| params.registration_rule = 0);
            },
            "//new",
            solved("//new", 4),
            disabled,
        ),
        (
            "one in this block",
            |state| {
                at_five(state);
                call(state, 5, "//Dave", &burn("//other")).expect("a free slot");
            },
            "//m1",
            solved("//new", 4),
            CallError::TooManyRegistrationsThisBlock,
        ),
        (
            "six in this interval",
            |state| {
                at_five(state);
                subnets::update(state, 1, |subnet| subnet.registrations.this_interval = 6);
            },
            "//m1",
            solved("//new", 4),
            CallError::TooManyRegistrationsThisInterval,
        ),
        ("registered", at_five, "//m1", solved("//new", 4), CallError::HotKeyAlreadyRegisteredInSubNet),
        ("too old", at_five, "//new", solved("//new", 5 - WINDOW - 1), CallError::InvalidWorkBlock),
        ("of the future", at_five, "//new", solved("//new", 5), CallError::InvalidWorkBlock),
        ("too easy", at_five, "//new", forged(|_, _, work| work.0 = [255; 32]), CallError::InvalidDifficulty),
        ("another seal", at_five, "//new", forged(|_, _, work| work.0 = [0; 32]), CallError::InvalidSeal),
        ("another nonce", at_five, "//new", forged(|_, nonce, _| *nonce += 1), CallError::InvalidSeal),
        ("somebody else's work", at_five, "//other", solved("//new", 4), CallError::InvalidSeal),
        (
            "somebody else's hotkey",
            |state| {
                at_five(state);
                stakes::own(state, &account("//new"), &account("//Two"));
            },
            "//new",
            solved("//new", 4),
            CallError::NonAssociatedColdKey,
        ),
    ];
    check_errors(5, rows);
}

#[test]
fn work_on_each_of_the_last_three_blocks_pays_once() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    at_five(&mut state);
    with_params(&mut state, |params| params.max_registrations_per_block = 9);
    let count = neurons::count(&state, 1);
    for (index, number) in (5 - WINDOW..5).enumerate() {
        let hotkey = format!("//new{number}");
        let events = call(&mut state, 5, &hotkey, &solved(&hotkey, number));
        let uid = u16::try_from(count + index).expect("small");
        assert_eq!(events, Ok(vec![Event::NeuronRegistered { netuid: 1, uid, hotkey: account(&hotkey) }]));
        assert_eq!(stakes::owner(&state, &account(&hotkey)), Some(account("//Eve")));
    }
    // Even a hotkey that has lost its slot cannot show the same work again.
    with_params(&mut state, |params| params.max_allowed_uids = 11);
    for number in 2..5 {
        neurons::replace(&mut state, 1, 10, &account("//other"), 5);
        assert_eq!(
            call(&mut state, 5, "//new4", &solved("//new4", 4)),
            Err(CallError::InvalidSeal),
            "{number}"
        );
    }
    assert_eq!(violations(&state), []);
}

#[test]
fn blocks_and_seals_are_forgotten() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    at_five(&mut state);
    call(&mut state, 5, "//new", &solved("//new", 4)).expect("it is valid");
    (6..=9).for_each(|number| enter(&mut state, number));
    let rows = |state: &dyn StateRead, prefix| state.scan(&[prefix]).count();
    assert_eq!(rows(&state, crate::state::schema::RECENT_BLOCKS), WINDOW as usize);
    assert_eq!(rows(&state, crate::state::schema::USED_WORK), 0);
}

#[test]
fn without_work_no_block_is_remembered() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    (1..=5).for_each(|number| enter(&mut state, number));
    assert_eq!(state.scan(&[crate::state::schema::RECENT_BLOCKS]).count(), 0);
}

#[test]
fn prices_are_adjusted_once_per_interval_by_what_was_used_more() {
    // Who registers how in the first ten blocks; a target of 2; the price and the difficulty in block 10.
    let table: [(&[&str], u64, u64); 5] = [
        (&[], 500_000_000, 8),
        (&["burn"], 1_000_000_000, 12),
        (&["burn", "burn", "burn"], 1_250_000_000, 16),
        (&["burn", "work", "work"], 1_000_000_000, 20),
        (&["burn", "work"], 1_000_000_000, 16),
    ];
    let base = dev_state();
    for (how, price, difficulty) in table {
        let mut state = Overlay::new(&base);
        historic(&mut state);
        assert_eq!(prices(&state), (1_000_000_000, DIFFICULTY));
        for number in 1..=10 {
            enter(&mut state, number);
            let hotkey = format!("//new{number}");
            let made = match how.get(number as usize - 1) {
                Some(&"work") => call(&mut state, number, &hotkey, &solved(&hotkey, number - 1)),
                Some(_) => call(&mut state, number, "//Eve", &burn(&hotkey)),
                None => continue,
            };
            made.expect("a free slot");
            assert_eq!(prices(&state), (1_000_000_000, DIFFICULTY), "not at once");
        }
        assert_eq!(prices(&state), (price, difficulty), "{how:?}");
        let counts = subnets::state_of(&state, 1).expect("it exists").registrations;
        assert_eq!(counts, Default::default(), "the next interval starts");
    }
}

#[test]
fn the_earlier_rule_allows_so_many_burns() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    historic(&mut state);
    for number in 1..=7 {
        enter(&mut state, number);
        let first = call(&mut state, number, "//Eve", &burn(&format!("//new{number}")));
        let second = call(&mut state, number, "//Eve", &burn(&format!("//other{number}")));
        let expected = if number < 7 { Ok(()) } else { Err(CallError::TooManyRegistrationsThisInterval) };
        assert_eq!(first.map(drop), expected);
        let none_more = if number < 7 {
            CallError::TooManyRegistrationsThisBlock
        } else {
            CallError::TooManyRegistrationsThisInterval
        };
        assert_eq!(second, Err(none_more));
    }
}

#[test]
fn a_limit_price_is_looked_at_first() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let price = prices(&state).0;
    let table = [
        (1, price - 1, CallError::RegistrationPriceLimitExceeded),
        (0, 0, CallError::RegistrationPriceLimitExceeded),
        (0, u64::MAX, CallError::RegistrationNotPermittedOnRootSubnet),
        (9, 0, CallError::SubnetNotExists),
    ];
    for (netuid, limit, error) in table {
        assert_eq!(call(&mut state, 1, "//Eve", &limited(netuid, limit)), Err(error), "{netuid} {limit}");
    }
    let before = accounts::balance(&state, &account("//Eve"));
    call(&mut state, 1, "//Eve", &limited(1, price)).expect("a free slot");
    assert_eq!(before.saturating_sub(accounts::balance(&state, &account("//Eve"))).units(), price);
}
