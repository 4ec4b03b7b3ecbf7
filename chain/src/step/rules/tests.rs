//! Each rule gives what the table of emission.md section 4 says.

use crate::{
    Call, Genesis, GenesisError,
    calls::subnet::create,
    genesis::{DevOptions, ParamText},
    invariants::violations,
    ledger::{
        accounts, params,
        subnets::{self, Subnet, SubnetState},
    },
    memory::MemoryChain,
    params::Param,
    state::{MemoryState, Overlay},
    step::step,
    testing::{account, block, call, dev_state},
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    fixed::{I64F64, I96F32, U96F32},
    pool::Pool,
};

/// A dev network with a second subnet; the first has three times its moving price and keeps half of the miners' pay.
fn two_subnets() -> MemoryState {
    let mut base = dev_state();
    let mut state = Overlay::new(&base);
    let values = params::subnet(&state, 1);
    let owner = Subnet { owner: Some(account("//Alice")), ..Subnet::default() };
    create(&mut state, 2, &owner, &values, Pool::new(Tao::whole(4_000), Alpha::whole(8_000)));
    accounts::transfer(&mut state, &account("//Alice"), &accounts::subnet_account(2), Tao::whole(4_000))
        .expect("she is rich");
    for (netuid, price, burned) in [(1, 3i128 << 31, 1u128 << 31), (2, 1 << 31, 0)] {
        subnets::update(&mut state, netuid, |subnet| {
            subnet.first_emission_block = Some(1);
            subnet.moving_price = I96F32::from_bits(price);
            subnet.miner_burned = U96F32::from_bits(burned);
        });
    }
    let changes = state.into_changes();
    base.apply(&changes);
    base
}

fn choose(state: &mut Overlay<'_>, param: &str, name: &str) {
    let param = Param::by_name(param).expect("a parameter");
    let value = param.parse(name).expect("a rule");
    let choice = Call::SetParam { netuid: None, param: param.id, value };
    call(state, 1, "//Alice", &choice).expect("she governs");
}

fn subnet(state: &Overlay<'_>, netuid: u16) -> SubnetState {
    subnets::state_of(state, netuid).expect("it exists")
}

/// What each of the two subnets got of a block's TAO, in thousandths.
fn thousandths(state: &Overlay<'_>) -> [u64; 2] {
    [1, 2].map(|netuid| {
        let last = subnet(state, netuid).last;
        (last.tao_in.saturating_add(last.excess).units() + 500_000) / 1_000_000
    })
}

#[test]
fn each_rule_of_sharing() {
    // Prices of 3 to 1; of the first one's share half is lost; flows of 1 to 4.
    let table = [("price", [750, 250]), ("price_and_miners", [600, 400]), ("flow", [200, 800])];
    let base = two_subnets();
    for (rule, expected) in table {
        let mut state = Overlay::new(&base);
        choose(&mut state, "share_rule", rule);
        subnets::update(&mut state, 1, |subnet| subnet.user_flow = 1_000_000_000_000);
        subnets::update(&mut state, 2, |subnet| subnet.user_flow = 4_000_000_000_000);
        step(&mut state, &block(2));
        assert_eq!(thousandths(&state), expected, "{rule}");
        assert_eq!(violations(&state), []);
    }
}

#[test]
fn flows_are_averaged_and_cleared_only_where_they_decide() {
    let base = two_subnets();
    for (rule, is_cleared) in [("price_and_miners", false), ("price", false), ("flow", true)] {
        let mut state = Overlay::new(&base);
        choose(&mut state, "share_rule", rule);
        subnets::update(&mut state, 1, |subnet| subnet.user_flow = 1 << 40);
        step(&mut state, &block(2));
        let after = subnet(&state, 1);
        let placed = after.last.tao_in.saturating_add(after.last.excess).units() as i64;
        assert_eq!(after.user_flow, if is_cleared { 0 } else { 1 << 40 }, "{rule}");
        assert_eq!(after.protocol_flow, placed, "{rule}: what the block itself put in counts next time");
        assert_eq!(after.flow_averages.user > I64F64::ZERO, is_cleared, "{rule}");
    }
}

#[test]
fn a_flow_fades_with_the_smoothing() {
    let base = two_subnets();
    let mut state = Overlay::new(&base);
    choose(&mut state, "share_rule", "flow");
    // A half of each block's flow joins the average.
    choose(&mut state, "flow_smoothing", "4611686018427387904");
    choose(&mut state, "net_flow_enabled", "off");
    for (flow, thousand) in [(1_000, 500), (0, 250), (0, 125), (-1_000, -438)] {
        subnets::update(&mut state, 1, |subnet| subnet.user_flow = flow);
        subnets::update(&mut state, 2, |subnet| subnet.user_flow = 8);
        step(&mut state, &block(2));
        let average = subnet(&state, 1).flow_averages.user;
        assert_eq!(average.round(), thousand, "{average:?}");
    }
    assert_eq!(thousandths(&state), [0, 1_000], "who loses TAO gets none");
}

#[test]
fn each_rule_of_injecting() {
    let base = two_subnets();
    // The first subnet gets 0.6 of the block's TAO at a price of 1.25; the second 0.4 at 0.5.
    let table = [
        // Price above the share: all TAO goes in with what alpha the price says. Below: one alpha, and half a TAO.
        ("block_emission", [(600, 480, 0), (400, 800, 0)]),
        ("alpha_emission", [(600, 480, 0), (400, 800, 0)]),
    ];
    for (rule, expected) in table {
        let mut state = Overlay::new(&base);
        choose(&mut state, "injection_rule", rule);
        step(&mut state, &block(2));
        let found = [1, 2].map(|netuid| {
            let last = subnet(&state, netuid).last;
            let round = |units: u64| (units + 500_000) / 1_000_000;
            (round(last.tao_in.units()), round(last.alpha_in.units()), round(last.excess.units()))
        });
        assert_eq!(found, expected, "{rule}");
    }
}

/// What becomes of alpha that the chain buys: the excess over what the rule injects.
#[test]
fn bought_alpha_left_circulation_under_the_first_rule() {
    let base = two_subnets();
    for (rule, keeps) in [("block_emission", false), ("alpha_emission", true), ("root_proportion", true)] {
        let mut state = Overlay::new(&base);
        choose(&mut state, "injection_rule", rule);
        // At a tenth of the price, 0.4 TAO finds no four alpha to go with.
        subnets::update(&mut state, 2, |subnet| subnet.pool.tao = Tao::whole(400));
        let before = subnet(&state, 2);
        step(&mut state, &block(2));
        let after = subnet(&state, 2);
        assert!(after.last.excess > Tao::ZERO, "{rule}");
        assert_eq!(after.protocol_alpha > Alpha::ZERO, keeps, "{rule}");
        let own = after.last.alpha_out.saturating_add(after.protocol_alpha);
        assert_eq!(after.alpha_out, before.alpha_out.saturating_add(own), "{rule}");
    }
}

#[test]
fn genesis_names_the_rules() -> Result<(), GenesisError> {
    let mut genesis = Genesis::dev(DevOptions::default());
    genesis.params.insert("share_rule".to_owned(), ParamText("flow".to_owned()));
    genesis.params.insert("injection_rule".to_owned(), ParamText("alpha_emission".to_owned()));
    let read = Genesis::from_toml(&genesis.to_toml())?;
    let network = params::network(&MemoryChain::new(&read)?.state);
    assert_eq!((network.share_rule, network.injection_rule), (2, 2));
    genesis.params.insert("share_rule".to_owned(), ParamText("guess".to_owned()));
    assert_eq!(Genesis::from_toml(&genesis.to_toml()).expect_err("no rule").field, "params.share_rule");
    Ok(())
}
