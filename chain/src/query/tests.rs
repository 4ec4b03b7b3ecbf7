//! Answers, as tools see them.

use super::{account, metagraph, network, parameters, subnet, subnets, weights};
use crate::{
    ledger::identities::{self, SubnetIdentity},
    state::Overlay,
    testing::{account as key, dev_state},
};
use taonet_subnets::amount::{Alpha, Tao};

#[test]
fn an_account_with_its_stakes() {
    let state = dev_state();
    let two = account(&state, &key("//Two"));
    assert_eq!((two.balance, two.nonce, two.owner), (Tao::whole(100_000), 0, None));
    assert_eq!(two.hotkeys, [key("//m1")]);
    let [stake] = two.stakes[..] else { panic!("{:?}", two.stakes) };
    assert_eq!((stake.netuid, stake.hotkey, stake.alpha), (1, key("//val-b"), Alpha::whole(1_000)));
    assert_eq!(stake.worth, Tao::whole(1_250));
    let miner = account(&state, &key("//m1"));
    assert_eq!((miner.owner, miner.registrations), (Some(key("//Two")), vec![(1, 3)]));
}

#[test]
fn what_does_not_exist_is_answered_with_none() {
    let state = dev_state();
    assert!(subnet(&state, 9).is_none() && metagraph(&state, 9).is_none() && weights(&state, 9).is_none());
    assert!(parameters(&state, Some(9)).is_none());
    assert_eq!(account(&state, &key("//nobody")).balance, Tao::ZERO);
}

#[test]
fn parameters_of_root_of_subnets_and_of_the_network() {
    let state = dev_state();
    let names = |netuid| -> Vec<&str> {
        parameters(&state, netuid).expect("exists").iter().map(|param| param.name).collect()
    };
    assert!(names(Some(1)).contains(&"burn_half_life") && !names(Some(0)).contains(&"burn_half_life"));
    assert!(names(None).contains(&"subnet_limit") && !names(None).contains(&"tempo"));
    let of_one = parameters(&state, Some(1)).expect("exists");
    let tempo = of_one.iter().find(|param| param.name == "tempo").expect("listed");
    assert_eq!((tempo.value.as_str(), tempo.default.as_str(), tempo.who), ("20", "360", "owner"));
    let owners = |(min, max): (&str, &str)| Some((min.to_owned(), max.to_owned()));
    assert_eq!(tempo.owner_range, owners(("360", "50400")), "narrower than root's");
    let burn = of_one.iter().find(|param| param.name == "burn_increase_mult").expect("listed");
    assert_eq!(burn.value, "1.26");
}

#[test]
fn a_subnet_is_called_as_it_calls_itself_on_one_line() {
    let base = dev_state();
    let mut state = Overlay::new(&base);
    let name = |state: &Overlay<'_>| subnet(state, 1).expect("exists").name;
    assert_eq!(name(&state), "tour");
    for (own, shown) in [("Round\ntrips\x1b[31m", "Roundtrips[31m"), (" \n ", "tour"), ("Trips", "Trips")] {
        let identity = SubnetIdentity { subnet_name: own.to_owned(), ..SubnetIdentity::default() };
        identities::set_subnet_identity(&mut state, 1, &identity);
        assert_eq!(name(&state), shown);
    }
}

#[test]
fn amounts_are_integers_in_json_and_wide_numbers_are_text() {
    let state = dev_state();
    let all = subnets(&state);
    assert_eq!(all.iter().map(|subnet| subnet.netuid).collect::<Vec<_>>(), [0, 1]);
    let json = serde_json::to_value(&all[1]).expect("plain data");
    assert_eq!(json["pool"]["tao"], 5_000_000_000_000u64);
    assert_eq!(json["pool"]["price"]["rao"], 1_250_000_000u64);
    assert_eq!(json["pool"]["price"]["bits"], (5u128 << 62).to_string());
    assert_eq!(json["owner"], key("//Alice").to_string());
    let json = serde_json::to_value(network(&state, 0)).expect("plain data");
    assert_eq!(json["lock_cost"], 100_000_000_000u64);
    assert_eq!(json["subnets"], 1);
    let neurons = metagraph(&state, 1).expect("the dev subnet");
    assert_eq!(neurons.len(), 8);
    assert_eq!(weights(&state, 1), Some(vec![Vec::new(); 8]));
}
