//! What happens after the step of a block: every operation of a run by its name, most of them calls.

use std::collections::BTreeSet;

use serde_json::Value;
use taonet_chain::ledger::claims::RootClaimType;
use taonet_chain::params::Param;
use taonet_chain::replay::Write;
use taonet_chain::{AccountId, Call};
use taonet_subnets::amount::{Alpha, Tao};

use super::records::{Fields, NewSubnet, account};
use super::writes;
use crate::conformance::{Malformed, parse};

/// An operation.
pub(super) enum Op<'a> {
    /// Nothing that changes the state of this chain.
    Nothing,
    /// What the recorder wrote directly.
    Writes(Vec<Write>),
    /// The state in the middle of a block.
    ObserveState(&'a Value),
    /// A subnet right after its creation.
    ObserveNewSubnet(NewSubnet),
    /// A call.
    Call(Recorded<'a>),
}

/// A call with its outcome.
pub(super) struct Recorded<'a> {
    /// Who called.
    pub(super) origin: AccountId,
    /// What.
    pub(super) call: Call,
    /// `Ok`, or the name of the error.
    pub(super) result: &'a str,
    /// The lock cost of a subnet before the call.
    pub(super) lock_cost_before: Option<u64>,
}

impl<'a> Op<'a> {
    /// Reads an operation.
    pub(super) fn read(op: &'a Value) -> Result<Op<'a>, Malformed> {
        let fields = Fields(op);
        Ok(match fields.text("op")? {
            // Genesis founds root.
            "create_root" => Op::Nothing,
            "fund" => Op::Writes(vec![writes::fund(&fields)?]),
            "set" => Op::Writes(writes::set(&fields)?),
            "observe_state" => Op::ObserveState(&op["state"]),
            "observe_new_subnet" => Op::ObserveNewSubnet(parse(op)?),
            // Epochs are recorded, so weights move nothing; and who may set them follows from epochs.
            "set_weights" => match op["result"].as_str() {
                Some("Ok") => Op::Nothing,
                _ => return Err("set_weights is always Ok in a run".into()),
            },
            name => Op::Call(Recorded {
                // Governance has no number: it is the sudo account of the network.
                origin: fields.optional("origin")?.map_or_else(AccountId::default, account),
                call: call(name, &fields)?,
                result: op["result"].as_str().ok_or("a call without a result")?,
                lock_cost_before: fields.optional("lock_cost_before")?,
            }),
        })
    }
}

/// The call of a name.
fn call(name: &str, op: &Fields<'_>) -> Result<Call, Malformed> {
    let families = [stake, movement, ownership, subnet];
    for family in families {
        if let Some(call) = family(name, op)? {
            return Ok(call);
        }
    }
    Err(format!("the call {name} is not known").into())
}

type Family = Result<Option<Call>, Malformed>;

/// Putting stake in and taking it out.
fn stake(name: &str, op: &Fields<'_>) -> Family {
    let (hotkey, netuid) = (|| op.account("hotkey"), || op.number("netuid"));
    let (tao, alpha) = (|| op.number("amount").map(Tao::new), || op.number("amount").map(Alpha::new));
    let allow_partial = || op.flag("allow_partial");
    Ok(Some(match name {
        "transfer" => Call::Transfer { to: op.account("dest")?, amount: tao()? },
        "add_stake" => Call::AddStake { hotkey: hotkey()?, netuid: netuid()?, amount: tao()? },
        "add_stake_limit" => Call::AddStakeLimit {
            hotkey: hotkey()?,
            netuid: netuid()?,
            amount: tao()?,
            limit: op.number("limit_price")?,
            allow_partial: allow_partial()?,
        },
        "add_stake_burn" => Call::AddStakeBurn {
            hotkey: hotkey()?,
            netuid: netuid()?,
            amount: tao()?,
            limit: op.optional("limit")?,
        },
        "remove_stake" => Call::RemoveStake { hotkey: hotkey()?, netuid: netuid()?, amount: alpha()? },
        "remove_stake_limit" => Call::RemoveStakeLimit {
            hotkey: hotkey()?,
            netuid: netuid()?,
            amount: alpha()?,
            limit: op.number("limit_price")?,
            allow_partial: allow_partial()?,
        },
        "remove_stake_full_limit" => Call::RemoveStakeFullLimit {
            hotkey: hotkey()?,
            netuid: netuid()?,
            limit: op.optional("limit_price")?,
        },
        "unstake_all" => Call::UnstakeAll { hotkey: hotkey()? },
        "unstake_all_alpha" => Call::UnstakeAllAlpha { hotkey: hotkey()? },
        "recycle_alpha" => Call::RecycleAlpha { hotkey: hotkey()?, amount: alpha()?, netuid: netuid()? },
        "burn_alpha" => Call::BurnAlpha { hotkey: hotkey()?, amount: alpha()?, netuid: netuid()? },
        "claim_root" => Call::ClaimRoot { subnets: op.parsed("subnets")? },
        "set_root_claim_type" => Call::SetRootClaimType { claim_type: claim_type(op)? },
        _ => return Ok(None),
    }))
}

/// Moving stake, and locking it.
fn movement(name: &str, op: &Fields<'_>) -> Family {
    let (hotkey, netuid) = (|| op.account("hotkey"), || op.number("netuid"));
    let amount = || op.number("amount").map(Alpha::new);
    let origin_netuid = || op.number("origin_netuid");
    let destination_netuid = || op.number("destination_netuid");
    Ok(Some(match name {
        "move_stake" => Call::MoveStake {
            origin_hotkey: op.account("origin_hotkey")?,
            destination_hotkey: op.account("destination_hotkey")?,
            origin_netuid: origin_netuid()?,
            destination_netuid: destination_netuid()?,
            amount: amount()?,
        },
        "transfer_stake" => Call::TransferStake {
            destination_coldkey: op.account("destination_coldkey")?,
            hotkey: hotkey()?,
            origin_netuid: origin_netuid()?,
            destination_netuid: destination_netuid()?,
            amount: amount()?,
        },
        "swap_stake" => Call::SwapStake {
            hotkey: hotkey()?,
            origin_netuid: origin_netuid()?,
            destination_netuid: destination_netuid()?,
            amount: amount()?,
        },
        "swap_stake_limit" => Call::SwapStakeLimit {
            hotkey: hotkey()?,
            origin_netuid: origin_netuid()?,
            destination_netuid: destination_netuid()?,
            amount: amount()?,
            limit: op.number("limit_price")?,
            allow_partial: op.flag("allow_partial")?,
        },
        "lock_stake" => Call::LockStake { hotkey: hotkey()?, netuid: netuid()?, amount: amount()? },
        "move_lock" => {
            Call::MoveLock { destination_hotkey: op.account("destination_hotkey")?, netuid: netuid()? }
        }
        "set_perpetual_lock" => Call::SetPerpetualLock { netuid: netuid()?, enabled: op.flag("enabled")? },
        "set_reject_locked_alpha" => Call::SetRejectLockedAlpha { enabled: op.flag("enabled")? },
        _ => return Ok(None),
    }))
}

/// What belongs to the owner of a hotkey.
fn ownership(name: &str, op: &Fields<'_>) -> Family {
    let (hotkey, netuid) = (|| op.account("hotkey"), || op.number("netuid"));
    Ok(Some(match name {
        "increase_take" => Call::IncreaseTake { hotkey: hotkey()?, take: op.number("take")? },
        "decrease_take" => Call::DecreaseTake { hotkey: hotkey()?, take: op.number("take")? },
        "try_associate_hotkey" => Call::TryAssociateHotkey { hotkey: hotkey()? },
        "set_coldkey_auto_stake_hotkey" => {
            Call::SetColdkeyAutoStakeHotkey { netuid: netuid()?, hotkey: hotkey()? }
        }
        "set_children" => {
            Call::SetChildren { hotkey: hotkey()?, netuid: netuid()?, children: op.links("children")? }
        }
        "set_childkey_take" => {
            Call::SetChildkeyTake { hotkey: hotkey()?, netuid: netuid()?, take: op.number("take")? }
        }
        "set_auto_parent_delegation_enabled" => {
            Call::SetAutoParentDelegationEnabled { hotkey: hotkey()?, enabled: op.flag("enabled")? }
        }
        // The public network's old call for proof of work does the same, whatever the work.
        "burned_register" | "register" => Call::BurnedRegister { netuid: netuid()?, hotkey: hotkey()? },
        "register_limit" => {
            let limit = Tao::new(op.number("limit_price")?);
            Call::RegisterLimit { netuid: netuid()?, hotkey: hotkey()?, limit }
        }
        "root_register" => Call::RootRegister { hotkey: hotkey()? },
        "swap_hotkey" => Call::SwapHotkey {
            hotkey: hotkey()?,
            new_hotkey: op.account("new_hotkey")?,
            netuid: op.optional("netuid")?,
        },
        "swap_hotkey_v2" => Call::SwapHotkeyV2 {
            hotkey: hotkey()?,
            new_hotkey: op.account("new_hotkey")?,
            netuid: op.optional("netuid")?,
            keep_stake: op.flag("keep_stake")?,
        },
        "swap_coldkey" => Call::SwapColdkey {
            old_coldkey: op.account("old_coldkey")?,
            new_coldkey: op.account("new_coldkey")?,
        },
        _ => return Ok(None),
    }))
}

/// Subnets, their owners and who they are.
fn subnet(name: &str, op: &Fields<'_>) -> Family {
    let (hotkey, netuid) = (|| op.account("hotkey"), || op.number("netuid"));
    Ok(Some(match name {
        "register_network" => Call::RegisterNetwork { hotkey: hotkey()? },
        "register_network_with_identity" => {
            Call::RegisterNetworkWithIdentity { hotkey: hotkey()?, identity: op.parsed("identity")? }
        }
        "start_call" => Call::StartCall { netuid: netuid()? },
        "root_dissolve_network" => Call::DissolveNetwork { netuid: netuid()? },
        "set_sn_owner_hotkey" => Call::SetOwnerHotkey { netuid: netuid()?, hotkey: hotkey()? },
        "set_subnet_identity" => {
            Call::SetSubnetIdentity { netuid: netuid()?, identity: op.parsed("identity")? }
        }
        "set_identity" => Call::SetIdentity { identity: op.parsed("identity")? },
        "update_symbol" => Call::UpdateSymbol { netuid: netuid()?, symbol: op.text("symbol")?.to_owned() },
        "trigger_epoch" => Call::TriggerEpoch { netuid: netuid()? },
        "set_tempo" => set_param(netuid()?, "tempo", op.number("tempo")?)?,
        _ => return Ok(None),
    }))
}

/// The call that sets a parameter of a subnet.
fn set_param(netuid: u16, name: &str, value: u64) -> Result<Call, Malformed> {
    let param = Param::by_name(name).ok_or("no such parameter")?.id;
    Ok(Call::SetParam { netuid: Some(netuid), param, value: i128::from(value) })
}

/// What shall become of root dividends: a name, and for one of them a list of subnets.
fn claim_type(op: &Fields<'_>) -> Result<RootClaimType, Malformed> {
    Ok(match op.text("type")? {
        "swap" => RootClaimType::Swap,
        "keep" => RootClaimType::Keep,
        "keep_subnets" => {
            let subnets: BTreeSet<u16> = op.parsed("subnets")?;
            RootClaimType::KeepSubnets { subnets }
        }
        other => return Err(format!("the claim type {other:?} is not known").into()),
    })
}
