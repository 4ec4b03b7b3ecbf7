//! What can be written, and what is refused without a trace.

use super::{Unwritable, Write, record_epoch, write};
use crate::{
    Call,
    invariants::violations,
    ledger::{accounts, epochs::Earnings, issuance, neurons, params, subnets},
    params::Param,
    state::Overlay,
    testing::{account, call, chain},
};
use taonet_subnets::{
    amount::{Alpha, MAX_SUPPLY, Tao},
    fixed::{I96F32, U96F32},
};

fn id(name: &str) -> crate::params::ParamId {
    Param::by_name(name).expect("a parameter").id
}

#[test]
fn money_is_minted_with_what_it_adds_to_the_issuance() {
    let chain = chain();
    let mut state = Overlay::new(&chain.state);
    let before = issuance::issuance(&state).total;
    let (account, amount) = (account("//nobody"), Tao::new(500));
    write(&mut state, Write::Fund { account, amount }).expect("the cap is far");
    assert_eq!(accounts::balance(&state, &account), amount);
    assert_eq!(issuance::issuance(&state).total, before.saturating_add(amount));
    assert_eq!(violations(&state), []);
}

#[test]
fn what_cannot_be_written_leaves_no_trace() {
    let chain = chain();
    let nobody = account("//nobody");
    let table = [
        (
            Write::Fund { account: nobody, amount: Tao::new(MAX_SUPPLY) },
            Unwritable::Amount(Tao::new(MAX_SUPPLY)),
        ),
        (Write::Fund { account: nobody, amount: Tao::new(499) }, Unwritable::Amount(Tao::new(499))),
        (Write::Param { netuid: Some(9), param: id("tempo"), value: 1 }, Unwritable::Subnet(9)),
        (Write::Param { netuid: None, param: id("tempo"), value: 1 }, Unwritable::Param(id("tempo"))),
        (
            Write::Param { netuid: Some(1), param: id("subnet_limit"), value: 1 },
            Unwritable::Param(id("subnet_limit")),
        ),
        (Write::Param { netuid: Some(1), param: id("tempo"), value: 65_536 }, Unwritable::Value(65_536)),
        (Write::MovingPrice { netuid: 9, price: I96F32::ZERO }, Unwritable::Subnet(9)),
    ];
    for (what, why) in table {
        let mut state = Overlay::new(&chain.state);
        assert_eq!(write(&mut state, what), Err(why));
        assert!(state.into_changes().is_empty(), "{what:?}");
    }
}

#[test]
fn every_place_holds_what_was_written() {
    let chain = chain();
    let mut state = Overlay::new(&chain.state);
    let (netuid, price) = (1, I96F32::from_bits(7));
    let pool = (Tao::new(1), Alpha::new(2), Alpha::new(3));
    let all = [
        Write::Pool { netuid, tao: pool.0, alpha: pool.1, alpha_out: pool.2, moving_price: I96F32::ZERO },
        Write::MovingPrice { netuid, price },
        Write::MinerBurned { netuid, fraction: U96F32::from_bits(8) },
        Write::Burn { netuid, price: Tao::new(9) },
        Write::Param { netuid: Some(netuid), param: id("tempo"), value: 10 },
        Write::Param { netuid: None, param: id("subnet_limit"), value: 11 },
    ];
    for what in all {
        write(&mut state, what).expect("subnet 1 exists");
    }
    let subnet = subnets::state_of(&state, netuid).expect("it exists");
    assert_eq!((subnet.pool.tao, subnet.pool.alpha, subnet.alpha_out), pool);
    assert_eq!((subnet.moving_price, subnet.miner_burned.to_bits()), (price, 8));
    assert_eq!(subnet.burn, Tao::new(9));
    assert_eq!(params::subnet(&state, netuid).tempo, 10);
    assert_eq!(params::network(&state).subnet_limit, 11);
}

#[test]
fn who_got_least_in_a_recorded_epoch_makes_room() {
    let chain = chain();
    let mut state = Overlay::new(&chain.state);
    for (name, value) in [("max_allowed_uids", 8), ("immunity_period", 0), ("min_non_immune_uids", 0)] {
        write(&mut state, Write::Param { netuid: Some(1), param: id(name), value }).expect("subnet 1 exists");
    }
    let incentives = [9, 9, 9, 1, 0, 9, 9, 9];
    let earned = |(neuron, incentive): (neurons::Neuron, u64)| Earnings {
        hotkey: neuron.hotkey,
        incentive: Alpha::new(incentive),
        // The dividend counts as well: UID 4 is not the last.
        dividend: if incentive == 0 { 5 } else { 0 },
    };
    let recorded: Vec<Earnings> =
        neurons::neurons(&state, 1).into_iter().zip(incentives).map(earned).collect();
    record_epoch(&mut state, 1, &recorded);
    let register = Call::BurnedRegister { netuid: 1, hotkey: account("//new") };
    call(&mut state, 5, "//Eve", &register).expect("somebody can go");
    assert_eq!(neurons::uid(&state, 1, &account("//new")), Some(3));
}
