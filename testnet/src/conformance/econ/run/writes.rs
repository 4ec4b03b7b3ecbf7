//! What a recorder wrote directly: `fund` and `set`, as writes of the chain.
//!
//! `set` names a parameter as the registry does or as the public network's calls do ([`ALIASES`]), or a place in the
//! state that only recorders write.

use serde_json::Value;
use taonet_chain::params::{Param, Scope};
use taonet_chain::replay::Write;
use taonet_subnets::amount::{Alpha, Tao};
use taonet_subnets::fixed::{I96F32, U96F32};

use super::records::Fields;
use crate::conformance::Malformed;

/// Names of parameters that the public network's calls, storage and books use, and the registry's.
const ALIASES: &[(&str, &str)] = &[
    ("activity_cutoff_factor_milli", "activity_cutoff_factor"),
    ("bonds_reset_on", "bonds_reset_enabled"),
    ("childkey_take_increase_limit", "tx_childkey_take_rate_limit"),
    ("commit_reveal_weights_enabled", "commit_reveal_enabled"),
    ("default_take", "max_delegate_take"),
    ("delegate_take_increase_limit", "tx_delegate_take_rate_limit"),
    ("ema_price_halving_period", "ema_price_halving"),
    ("immune_neuron_limit", "immune_owner_uids_limit"),
    ("liquid_alpha_on", "liquid_alpha_enabled"),
    ("max_childkey_take", "childkey_take_max"),
    ("min_lock", "network_min_lock"),
    ("network_lock_reduction_interval", "lock_reduction_interval"),
    ("network_min_lock_cost", "network_min_lock"),
    ("network_registration_allowed", "registration_allowed"),
    ("nominator_min_required_stake_factor", "nominator_min_required_stake"),
    ("nominator_min_required_stake_factor_ppm", "nominator_min_required_stake"),
    ("owner_cut_auto_lock_enabled", "owner_cut_auto_lock"),
    ("owner_immune_neuron_limit", "immune_owner_uids_limit"),
    ("pending_childkey_cool_down", "pending_childkey_cooldown"),
    ("recycle_or_burn", "recycle_withheld"),
    ("reveal_period_epochs", "reveal_period"),
    ("subnet_emission_enabled", "emission_enabled"),
    ("swap_fee_rate", "fee_rate"),
    ("target_registrations_per_interval", "target_registrations"),
    ("transfer_toggle", "transfers_enabled"),
    ("yuma3_on", "yuma3_enabled"),
];

/// `fund`.
pub(super) fn fund(op: &Fields<'_>) -> Result<Write, Malformed> {
    Ok(Write::Fund { account: op.account("coldkey")?, amount: Tao::new(op.number("amount")?) })
}

/// `set`.
pub(super) fn set(op: &Fields<'_>) -> Result<Vec<Write>, Malformed> {
    let netuid = || op.number("netuid");
    let value = Fields(&op.0["value"]);
    Ok(vec![match op.text("param")? {
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
        "child_edge" => Write::ChildLink {
            netuid: netuid()?,
            parent: value.account("parent")?,
            child: value.account("child")?,
            proportion: value.number("proportion")?,
        },
        "childkey_take" => Write::ChildkeyTake {
            netuid: netuid()?,
            hotkey: value.account("hotkey")?,
            take: value.number("take")?,
        },
        "alpha_values" => return alpha_values(op),
        name => param(op, name, &op.0["value"])?,
    }])
}

/// The two rates of liquid alpha, which are two parameters here.
fn alpha_values(op: &Fields<'_>) -> Result<Vec<Write>, Malformed> {
    let value = &op.0["value"];
    let (low, high) = if value.is_array() { (&value[0], &value[1]) } else { (&value["low"], &value["high"]) };
    Ok(vec![param(op, "alpha_low", low)?, param(op, "alpha_high", high)?])
}

fn param(op: &Fields<'_>, name: &str, written: &Value) -> Result<Write, Malformed> {
    let param = find(name).ok_or_else(|| format!("the parameter {name:?} is not known"))?;
    let netuid = if param.scope == Scope::Network { None } else { Some(op.number("netuid")?) };
    Ok(Write::Param { netuid, param: param.id, value: value(param, written)? })
}

/// The parameter of a name, which may say that its value is given raw.
fn find(name: &str) -> Option<&'static Param> {
    let plain = name.strip_suffix("_bits").unwrap_or(name);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == plain);
    Param::by_name(alias.map_or(plain, |(_, name)| name))
}

/// A value as files write it: a number, a choice, or a text of either; what becomes of withheld incentive has names.
fn value(param: &Param, written: &Value) -> Result<i128, Malformed> {
    let value = match written {
        Value::Bool(choice) => Some(i128::from(*choice)),
        Value::Number(number) => number.as_i128(),
        Value::String(text) => match text.to_lowercase().as_str() {
            "recycle" => Some(1),
            "burn" => Some(0),
            other => param.parse(other),
        },
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

#[cfg(test)]
mod tests {
    use super::{ALIASES, find};
    use taonet_chain::params::Param;

    #[test]
    fn every_parameter_is_found_by_its_name_and_its_other_names() {
        for param in Param::all() {
            assert_eq!(find(param.name).map(|found| found.id), Some(param.id));
        }
        for (alias, name) in ALIASES {
            assert_eq!(find(alias).map(|found| found.name), Some(*name), "{alias}");
            assert!(Param::by_name(alias).is_none(), "{alias} is a name of its own");
        }
        assert_eq!(find("burn_increase_mult_bits").map(|found| found.name), Some("burn_increase_mult"));
    }
}
