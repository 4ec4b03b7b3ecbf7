//! The block step against the public network's code: recorded runs, block by block.
//!
//! A run is replayed through [`step_with`] and `dispatch` and nothing else, but for one writer of parameters and state,
//! as far as its calls exist here; all state is compared wherever the run recorded it.

use super::step_with;
use crate::{
    AccountId, BlockContext, Call, Genesis, MainnetOptions, dispatch,
    invariants::{Violation, violations},
    ledger::{
        accounts, issuance, params,
        subnets::{self, SubnetState},
    },
    memory::MemoryChain,
    params::{NetworkParams, SubnetParams},
    state::{MemoryState, Overlay, StateRead},
    testing::account,
};
use serde_json::Value;
use taonet_subnets::{
    amount::{Alpha, Tao},
    fixed::{I96F32, U96F32},
};

const INJECTION: &str = include_str!("../../../vectors/econ/run_injection.json");
const LIFECYCLE: &str = include_str!("../../../vectors/econ/run_lifecycle.json");

/// A run's accounts are small integers: big-endian account ids.
fn id(json: &Value) -> AccountId {
    let mut bytes = [0; 32];
    bytes[24..].copy_from_slice(&unsigned(json).to_be_bytes());
    AccountId(bytes)
}

fn unsigned(json: &Value) -> u64 {
    json.as_u64().unwrap_or_else(|| panic!("{json} is no amount"))
}

fn netuid(json: &Value) -> u16 {
    u16::try_from(unsigned(json)).expect("a netuid")
}

/// A raw fixed-point number, which is text.
fn bits(json: &Value) -> i128 {
    json.as_str().expect("text").parse().expect("an integer")
}

/// An empty network without any account.
fn empty() -> MemoryState {
    let genesis = Genesis::mainnet(MainnetOptions {
        id: "vectors".to_owned(),
        sudo: account("//Alice"),
        authorities: vec![account("//Bob")],
        accounts: Vec::new(),
    });
    MemoryChain::new(&genesis).expect("the preset builds").state
}

/// The call of an operation, if this ledger has it.
fn call_of(op: &Value) -> Option<Call> {
    let hotkey = || id(&op["hotkey"]);
    let limit = || (unsigned(&op["limit"]), op["allow_partial"].as_bool().expect("a choice"));
    Some(match op["op"].as_str()? {
        "register_network" => Call::RegisterNetwork { hotkey: hotkey() },
        "start_call" => Call::StartCall { netuid: netuid(&op["netuid"]) },
        "burned_register" => Call::BurnedRegister { netuid: netuid(&op["netuid"]), hotkey: hotkey() },
        "root_register" => Call::RootRegister { hotkey: hotkey() },
        "add_stake" => Call::AddStake {
            hotkey: hotkey(),
            netuid: netuid(&op["netuid"]),
            amount: Tao::new(unsigned(&op["amount"])),
        },
        "remove_stake" => Call::RemoveStake {
            hotkey: hotkey(),
            netuid: netuid(&op["netuid"]),
            amount: Alpha::new(unsigned(&op["amount"])),
        },
        "add_stake_limit" => {
            let (limit, allow_partial) = limit();
            let (netuid, amount) = (netuid(&op["netuid"]), Tao::new(unsigned(&op["amount"])));
            Call::AddStakeLimit { hotkey: hotkey(), netuid, amount, limit, allow_partial }
        }
        _ => return None,
    })
}

/// The one writer that only vectors use.
fn write(state: &mut Overlay<'_>, op: &Value) {
    let value = &op["value"];
    let mut network: NetworkParams = params::network(state);
    let subnet_of = |op: &Value| op["netuid"].as_u64().map_or(0, |netuid| netuid as u16);
    let on = subnet_of(op);
    let mut values: SubnetParams = params::subnet(state, on);
    match op["param"].as_str().expect("a name") {
        // Not of this ledger: there are no automatic claims and no dissolution.
        "num_root_claims" | "network_immunity_period" => {}
        "network_rate_limit" => network.network_rate_limit = unsigned(value),
        "subnet_limit" => network.subnet_limit = unsigned(value) as u16,
        "network_lock_reduction_interval" => network.lock_reduction_interval = unsigned(value),
        "start_call_delay" => network.start_call_delay = unsigned(value),
        "tempo" => values.tempo = unsigned(value) as u16,
        "subnet_emission_enabled" => values.emission_enabled = value.as_bool().expect("a choice"),
        "owner_cut_enabled" => values.owner_cut_enabled = value.as_bool().expect("a choice"),
        "miner_burned_bits" => subnets::update(state, on, |subnet| {
            subnet.miner_burned = U96F32::from_bits(bits(value) as u128);
        }),
        "pool_override" => subnets::update(state, on, |subnet| {
            subnet.pool.tao = Tao::new(unsigned(&value["tao_reserve"]));
            subnet.pool.alpha = Alpha::new(unsigned(&value["alpha_in"]));
            subnet.alpha_out = Alpha::new(unsigned(&value["alpha_out"]));
            subnet.moving_price = I96F32::from_bits(bits(&value["moving_price_bits"]));
        }),
        other => panic!("unknown parameter {other}"),
    }
    params::put_network(state, &network);
    if subnets::exists(state, on) {
        params::put_subnet(state, on, &values);
    }
}

/// Every number that a run records about a subnet, by the run's names.
fn recorded(state: &dyn StateRead, netuid: u16, subnet: &SubnetState) -> Value {
    serde_json::json!({
        "netuid": netuid,
        "account_balance": accounts::balance(state, &accounts::subnet_account(netuid)).units(),
        "alpha_in": subnet.pool.alpha.units(),
        "alpha_in_emission": subnet.last.alpha_in.units(),
        "alpha_out": subnet.alpha_out.units(),
        "alpha_out_emission": subnet.last.alpha_out.units(),
        "blocks_since_last_step": subnet.clock.blocks_since_last_step,
        "burn": subnet.burn.units(),
        "epoch_index": subnet.clock.epoch_index,
        "excess_tao": subnet.last.excess.units(),
        "last_epoch_block": subnet.clock.last_epoch_block,
        "miner_burned_bits": subnet.miner_burned.to_bits().to_string(),
        "moving_price_bits": subnet.moving_price.to_bits().to_string(),
        "pending_epoch_at": subnet.clock.pending_epoch_at,
        "pending_owner_cut": subnet.pending.owner.units(),
        "pending_root_divs": subnet.pending.root.units(),
        "pending_server": subnet.pending.server.units(),
        "pending_validator": subnet.pending.validator.units(),
        "protocol_alpha": subnet.protocol_alpha.units(),
        "protocol_flow": subnet.protocol_flow,
        "quote_weight": subnet.pool.quote_weight.quote(),
        "root_prop_bits": subnet.root_proportion.to_bits().to_string(),
        "root_sell_tao": subnet.last.root_sold.units(),
        "tao_in_emission": subnet.last.tao_in.units(),
        "tao_reserve": subnet.pool.tao.units(),
        "user_flow": subnet.user_flow,
        "volume": subnet.volume.to_string(),
    })
}

fn compare(state: &dyn StateRead, expected: &Value, block: u64) {
    let totals = issuance::issuance(state);
    let held = accounts::balances(state).iter().map(|(_, held)| held.units()).sum::<u64>();
    let global = serde_json::json!({
        "total_issuance": totals.total.units(), "balances_issuance": held, "total_stake": totals.staked.units(),
    });
    assert_eq!(global, expected["global"], "totals after block {block}");
    for expected in expected["subnets"].as_array().expect("a list") {
        let number = netuid(&expected["netuid"]);
        let subnet =
            subnets::state_of(state, number).unwrap_or_else(|| panic!("subnet {number} in block {block}"));
        let found = recorded(state, number, &subnet);
        for (name, value) in expected.as_object().expect("fields") {
            assert_eq!(&found[name], value, "{name} of subnet {number} after block {block}");
        }
    }
    for balance in expected["balances"].as_array().into_iter().flatten() {
        let found = accounts::balance(state, &id(&balance[0])).units();
        assert_eq!(found, unsigned(&balance[1]), "balance of {} after block {block}", balance[0]);
    }
}

/// Replays a run up to the first call that this ledger does not have; returns the last block and how many times the
/// whole state was compared.
fn replay(text: &str) -> (u64, usize) {
    let run: Value = serde_json::from_str(text).expect("valid JSON");
    let steps = run["steps"].as_array().expect("a list");
    let last = steps.last().map_or(0, |step| unsigned(&step["block"]));
    let mut recorded = steps.iter().peekable();
    let (mut base, mut compared) = (empty(), 0);
    let author = Some(id(&12_345.into()));
    for number in 0..=last {
        let block = BlockContext { number, author, parent_hash: Default::default() };
        let mut state = Overlay::new(&base);
        if number > 0 {
            let none = |_: &mut Overlay<'_>, netuid, _, _| panic!("no epoch is recorded for subnet {netuid}");
            step_with(&mut state, &block, &none);
        }
        let Some(step) = recorded.next_if(|step| unsigned(&step["block"]) == number) else {
            let changes = state.into_changes();
            base.apply(&changes);
            continue;
        };
        for op in step["ops"].as_array().into_iter().flatten() {
            match op["op"].as_str().expect("a name") {
                "create_root" => {}
                "observe_state" => compare(&state, &op["state"], number),
                "observe_new_subnet" => {}
                "set" => write(&mut state, op),
                "fund" => {
                    let amount = issuance::mint(&mut state, Tao::new(unsigned(&op["amount"])));
                    accounts::deposit(&mut state, &id(&op["coldkey"]), amount).expect("above the deposit");
                }
                _ => {
                    let Some(call) = call_of(op) else { return (number, compared) };
                    let name = match dispatch(&mut state, &block, &id(&op["origin"]), &call) {
                        Ok(_) => "Ok",
                        Err(error) => error.name(),
                    };
                    assert_eq!(name, op["result"], "{op} in block {number}");
                }
            }
        }
        if !step["state"].is_null() {
            compare(&state, &step["state"], number);
            compared += 1;
        }
        // The vectors write reserves without the TAO behind them.
        let found = violations(&state).into_iter().find(|found| !matches!(found, Violation::Backing { .. }));
        assert_eq!(found, None, "after block {number}");
        let changes = state.into_changes();
        base.apply(&changes);
    }
    (last, compared)
}

#[test]
fn injection_over_2100_blocks_and_a_halving() {
    assert_eq!(replay(INJECTION), (2_100, 88));
}

#[test]
fn creation_and_start_of_subnets() {
    let (block, compared) = replay(LIFECYCLE);
    assert!(block >= 84 && compared >= 3, "block {block}, compared {compared} times");
}
