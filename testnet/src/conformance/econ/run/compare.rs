//! The state of the chain as runs record it, and the comparison, number by number.
//!
//! A recorded table is complete, and a list of rows whose first columns are the key. Rows are compared one by one: one
//! that is missing, one too many and one that differs are each named by their key.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use taonet_chain::AccountId;
use taonet_chain::ledger::subnets::SubnetState;
use taonet_chain::ledger::{accounts, claims, issuance, locks, neurons, params, stakes, subnets};
use taonet_chain::state::StateRead;
use taonet_subnets::locks::Lock;

use super::records::{NewSubnet, number};
use crate::conformance::econ::share_pool::written;
use crate::conformance::{Case, Malformed};

/// How many rows of a table are reported; the first tell where to look.
const MAX_REPORTED: usize = 8;

/// A table of a run.
struct Table {
    name: &'static str,
    /// How many columns are the key.
    key: usize,
    /// Its rows here.
    rows: fn(&dyn StateRead) -> Vec<Value>,
    /// Whether a row with 0 after its key says the same as no row: what does not exist has nothing.
    zero_is_none: bool,
}

const fn table(name: &'static str, key: usize, rows: fn(&dyn StateRead) -> Vec<Value>) -> Table {
    Table { name, key, rows, zero_is_none: false }
}

const TABLES: &[Table] = &[
    Table { zero_is_none: true, ..table("balances", 1, balances) },
    table("delegates", 1, delegates),
    Table { zero_is_none: true, ..table("hotkey_totals", 2, hotkey_totals) },
    table("stakes", 3, stake_shares),
    table("root_claimable", 2, root_claimable),
    table("root_claimed", 3, root_claimed),
    table("locks", 3, locked),
    table("neurons_hotkey_regblock", 1, registered_neurons),
];

/// Compares a recorded state.
pub(super) fn state(
    case: &mut Case,
    state: &dyn StateRead,
    expected: &Value,
    place: &str,
) -> Result<(), Malformed> {
    for (name, expected) in expected.as_object().ok_or("a state is an object of tables")? {
        let place = format!("{place}.{name}");
        match name.as_str() {
            "global" => fields(case, &place, expected, &global(state))?,
            "subnets" => all_subnets(case, state, expected, &place)?,
            _ => {
                let table = TABLES.iter().find(|table| table.name == name);
                let table = table.ok_or_else(|| format!("the table {name:?} is not known"))?;
                table_rows(case, &place, table, expected, (table.rows)(state))?;
            }
        }
    }
    Ok(())
}

/// Compares the fields that `expected` has.
fn fields(case: &mut Case, place: &str, expected: &Value, found: &Value) -> Result<(), Malformed> {
    for (name, value) in expected.as_object().ok_or("not an object of fields")? {
        case.equal(&format!("{place}.{name}"), value, &found[name])?;
    }
    Ok(())
}

fn all_subnets(
    case: &mut Case,
    state: &dyn StateRead,
    expected: &Value,
    place: &str,
) -> Result<(), Malformed> {
    let recorded = expected.as_array().ok_or("not a list of subnets")?;
    let numbers: Vec<&Value> = recorded.iter().map(|subnet| &subnet["netuid"]).collect();
    case.equal(&format!("{place}: netuids"), numbers, subnets::netuids(state))?;
    let states: BTreeMap<u16, SubnetState> = subnets::states(state).into_iter().collect();
    for expected in recorded {
        let netuid = expected["netuid"].as_u64().and_then(|netuid| u16::try_from(netuid).ok());
        if let Some((netuid, subnet)) =
            netuid.and_then(|netuid| states.get(&netuid).map(|state| (netuid, state)))
        {
            fields(case, &format!("{place}[{netuid}]"), expected, &subnet_fields(state, netuid, subnet))?;
        }
    }
    Ok(())
}

/// Compares a list of rows by their keys.
fn table_rows(
    case: &mut Case,
    place: &str,
    table: &Table,
    expected: &Value,
    found: Vec<Value>,
) -> Result<(), Malformed> {
    let rows = |rows: Vec<Value>| -> Result<BTreeMap<Vec<u64>, Value>, Malformed> {
        rows.into_iter().map(|row| Ok((key_of(&row, table.key)?, row))).collect()
    };
    let expected = rows(expected.as_array().ok_or("not a list of rows")?.clone())?;
    let found = rows(found)?;
    let differ = |key: &&Vec<u64>| match (expected.get(*key), found.get(*key)) {
        (Some(row), None) | (None, Some(row)) => !(table.zero_is_none && row[table.key] == 0),
        (expected, found) => expected != found,
    };
    let keys: BTreeSet<&Vec<u64>> = expected.keys().chain(found.keys()).collect();
    let differing: Vec<&Vec<u64>> = keys.into_iter().filter(differ).collect();
    for key in differing.iter().take(MAX_REPORTED) {
        case.equal(&format!("{place}{key:?}"), expected.get(*key), found.get(*key))?;
    }
    let more = differing.len().saturating_sub(MAX_REPORTED);
    case.equal(&format!("{place}: further rows that differ"), 0, more)
}

fn key_of(row: &Value, columns: usize) -> Result<Vec<u64>, Malformed> {
    let key = row.as_array().and_then(|row| row.get(..columns)?.iter().map(Value::as_u64).collect());
    key.ok_or_else(|| format!("{row} does not start with {columns} numbers").into())
}

/// The number by which a run calls an account. One that it cannot name is none of its accounts.
fn named(account: &AccountId) -> Value {
    number(account).map_or_else(|| json!(u64::MAX), Value::from)
}

fn global(state: &dyn StateRead) -> Value {
    let totals = issuance::issuance(state);
    let held = accounts::balances(state).iter().map(|(_, held)| held.units()).fold(0, u64::saturating_add);
    json!({
        "balances_issuance": held,
        "total_issuance": totals.total.units(),
        "total_stake": totals.staked.units(),
    })
}

fn subnet_fields(state: &dyn StateRead, netuid: u16, subnet: &SubnetState) -> Value {
    let SubnetState { pool, pending, last, clock, .. } = subnet;
    json!({
        "netuid": netuid,
        "account_balance": accounts::balance(state, &accounts::subnet_account(netuid)).units(),
        "alpha_in": pool.alpha.units(),
        "alpha_in_emission": last.alpha_in.units(),
        "alpha_out": subnet.alpha_out.units(),
        "alpha_out_emission": last.alpha_out.units(),
        "blocks_since_last_step": clock.blocks_since_last_step,
        "burn": subnet.burn.units(),
        "epoch_index": clock.epoch_index,
        "excess_tao": last.excess.units(),
        "last_epoch_block": clock.last_epoch_block,
        "miner_burned_bits": subnet.miner_burned.to_bits().to_string(),
        "moving_price_bits": subnet.moving_price.to_bits().to_string(),
        "pending_epoch_at": clock.pending_epoch_at,
        "pending_owner_cut": pending.owner.units(),
        "pending_root_divs": pending.root.units(),
        "pending_server": pending.server.units(),
        "pending_validator": pending.validator.units(),
        "protocol_alpha": subnet.protocol_alpha.units(),
        "protocol_flow": subnet.protocol_flow,
        "quote_weight": pool.quote_weight.quote(),
        "root_prop_bits": subnet.root_proportion.to_bits().to_string(),
        "root_sell_tao": last.root_sold.units(),
        "tao_in_emission": last.tao_in.units(),
        "tao_reserve": pool.tao.units(),
        "user_flow": subnet.user_flow,
        "volume": subnet.volume.to_string(),
    })
}

/// What a run says about a subnet right after its creation.
pub(super) fn new_subnet(state: &dyn StateRead, netuid: u16, created: u64) -> Option<NewSubnet> {
    let subnet = subnets::subnet(state, netuid)?;
    let changing = subnets::state_of(state, netuid)?;
    Some(NewSubnet {
        netuid,
        alpha_in: changing.pool.alpha.units(),
        emission_enabled: params::subnet(state, netuid).emission_enabled,
        last_epoch_block: changing.clock.last_epoch_block,
        locked: subnet.locked.units(),
        registered_counter: created,
        symbol: subnet.symbol,
        tao_reserve: changing.pool.tao.units(),
    })
}

/// What the accounts of users and the author hold.
fn balances(state: &dyn StateRead) -> Vec<Value> {
    let all = accounts::balances(state).into_iter();
    let of_users = all.filter(|(account, _)| !accounts::is_subnet_account(account));
    of_users.map(|(account, held)| json!([named(&account), held.units()])).collect()
}

fn delegates(state: &dyn StateRead) -> Vec<Value> {
    stakes::takes(state).iter().map(|(hotkey, take)| json!([named(hotkey), take])).collect()
}

fn hotkey_totals(state: &dyn StateRead) -> Vec<Value> {
    let row = |((netuid, hotkey), pool): ((u16, AccountId), taonet_subnets::share_pool::SharePool)| {
        json!([named(&hotkey), netuid, pool.value.units(), written(pool.denominator)])
    };
    stakes::all_pools(state).into_iter().map(row).collect()
}

fn stake_shares(state: &dyn StateRead) -> Vec<Value> {
    let row = |((netuid, hotkey, coldkey), share): &((u16, AccountId, AccountId), _)| {
        let value = stakes::stake(state, *netuid, hotkey, coldkey).units();
        json!([named(hotkey), named(coldkey), netuid, value, written(*share)])
    };
    stakes::all_shares(state).iter().map(row).collect()
}

fn root_claimable(state: &dyn StateRead) -> Vec<Value> {
    let rates = claims::all_rates(state).into_iter();
    rates
        .map(|((hotkey, netuid), rate)| json!([named(&hotkey), netuid, rate.to_bits().to_string()]))
        .collect()
}

fn root_claimed(state: &dyn StateRead) -> Vec<Value> {
    let row = |((netuid, hotkey, coldkey), claimed): &((u16, AccountId, AccountId), u128)| {
        json!([netuid, named(hotkey), named(coldkey), claimed.to_string()])
    };
    claims::all_claimed(state).iter().map(row).collect()
}

fn locked(state: &dyn StateRead) -> Vec<Value> {
    let of_subnet = |netuid| {
        let row = move |(coldkey, hotkey, lock): (AccountId, AccountId, Lock)| {
            let conviction = lock.conviction.to_bits().to_string();
            json!([named(&coldkey), netuid, named(&hotkey), lock.mass.units(), conviction, lock.last_update])
        };
        locks::locks(state, netuid).into_iter().map(row)
    };
    subnets::netuids(state).into_iter().flat_map(of_subnet).collect()
}

fn registered_neurons(state: &dyn StateRead) -> Vec<Value> {
    let row = |netuid| {
        let neurons = neurons::neurons(state, netuid);
        let neuron = |neuron: &neurons::Neuron| json!([named(&neuron.hotkey), neuron.registered_at]);
        json!([netuid, neurons.iter().map(neuron).collect::<Vec<_>>()])
    };
    subnets::netuids(state).into_iter().map(row).collect()
}
