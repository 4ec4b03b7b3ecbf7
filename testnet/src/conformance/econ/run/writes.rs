//! What a recorder wrote directly: `fund` and `set`, as writes of the chain.
//!
//! `set` names a parameter as the registry does, or as the public network's calls do ([`ALIASES`]), or one of the places
//! in the state that only recorders write.

use serde_json::Value;
use taonet_chain::params::{Param, Scope, Unit};
use taonet_chain::replay::Write;
use taonet_subnets::amount::{Alpha, Tao};
use taonet_subnets::fixed::{I96F32, U96F32};

use super::records::Fields;
use crate::conformance::Malformed;

/// Other names of parameters, and the registry's.
const ALIASES: &[(&str, &str)] = &[
    ("network_lock_reduction_interval", "lock_reduction_interval"),
    ("nominator_min_required_stake_factor", "nominator_min_required_stake"),
    ("nominator_min_required_stake_factor_ppm", "nominator_min_required_stake"),
    ("recycle_or_burn", "recycle_withheld"),
    ("subnet_emission_enabled", "emission_enabled"),
];

/// `fund`.
pub(super) fn fund(op: &Fields<'_>) -> Result<Write, Malformed> {
    Ok(Write::Fund { account: op.account("coldkey")?, amount: Tao::new(op.number("amount")?) })
}

/// `set`.
pub(super) fn set(op: &Fields<'_>) -> Result<Write, Malformed> {
    let netuid = || op.number("netuid");
    let value = Fields(&op.0["value"]);
    Ok(match op.text("param")? {
        "pool_override" => Write::Pool {
            netuid: netuid()?,
            tao: Tao::new(value.number("tao_reserve")?),
            alpha: Alpha::new(value.number("alpha_in")?),
            alpha_out: Alpha::new(value.number("alpha_out")?),
            moving_price: I96F32::from_bits(value.bits("moving_price_bits")?),
        },
        "moving_price_bits" => {
            Write::MovingPrice { netuid: netuid()?, price: I96F32::from_bits(op.bits("value")?) }
        }
        "miner_burned_bits" => {
            Write::MinerBurned { netuid: netuid()?, fraction: U96F32::from_bits(op.bits("value")?) }
        }
        "burn" => Write::Burn { netuid: netuid()?, price: Tao::new(op.number("value")?) },
        name => param(op, name)?,
    })
}

fn param(op: &Fields<'_>, name: &str) -> Result<Write, Malformed> {
    let plain = name.strip_suffix("_bits").unwrap_or(name);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == plain);
    let name = alias.map_or(plain, |(_, name)| name);
    let param = Param::by_name(name).ok_or_else(|| format!("the parameter {name:?} is not known"))?;
    let netuid = if param.scope == Scope::Network { None } else { Some(op.number("netuid")?) };
    Ok(Write::Param { netuid, param: param.id, value: value(param, &op.0["value"])? })
}

/// A value as files write it: a number, a choice, a text of either, or the name of one of two ways.
fn value(param: &Param, written: &Value) -> Result<i128, Malformed> {
    let value = match written {
        Value::Bool(choice) => Some(i128::from(*choice)),
        Value::Number(number) => number.as_i128(),
        Value::String(text) if param.unit == Unit::Flag && param.name == "recycle_withheld" => {
            match text.to_lowercase().as_str() {
                "recycle" => Some(1),
                "burn" => Some(0),
                _ => None,
            }
        }
        Value::String(text) => param.parse(text),
        _ => None,
    };
    value.ok_or_else(|| format!("{written} is no value of {param}").into())
}

/// The subnet whose reserve a write leaves without the TAO behind it.
pub(super) fn unbacks(write: &Write) -> Option<u16> {
    match write {
        Write::Pool { netuid, .. } => Some(*netuid),
        _ => None,
    }
}
