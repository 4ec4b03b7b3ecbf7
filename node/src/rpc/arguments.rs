//! The arguments of calls as JSON: names and integers as in the public network's tools.

use serde_json::{Value, json};
use taonet_chain::{
    Call,
    params::{Param, ParamId},
};

/// The arguments of a call as an object.
pub(super) fn arguments(call: &Call) -> Value {
    let families = [stake, moves, keys, swaps, networks, weights, development];
    families.iter().find_map(|family| family(call)).unwrap_or_default()
}

/// The arguments of calls that stake and unstake; `None` for others.
fn stake(call: &Call) -> Option<Value> {
    Some(match call {
        Call::Transfer { to, amount } => json!({ "to": to, "amount": amount.units() }),
        Call::AddStake { hotkey, netuid, amount } => {
            json!({ "hotkey": hotkey, "netuid": netuid, "amount": amount.units() })
        }
        Call::RemoveStake { hotkey, netuid, amount } => {
            json!({ "hotkey": hotkey, "netuid": netuid, "amount": amount.units() })
        }
        Call::AddStakeLimit { hotkey, netuid, amount, limit, allow_partial } => json!({
            "hotkey": hotkey, "netuid": netuid, "amount": amount.units(),
            "limit": limit, "allow_partial": allow_partial,
        }),
        Call::RemoveStakeLimit { hotkey, netuid, amount, limit, allow_partial } => json!({
            "hotkey": hotkey, "netuid": netuid, "amount": amount.units(),
            "limit": limit, "allow_partial": allow_partial,
        }),
        Call::RemoveStakeFullLimit { hotkey, netuid, limit } => {
            json!({ "hotkey": hotkey, "netuid": netuid, "limit": limit })
        }
        Call::UnstakeAll { hotkey }
        | Call::UnstakeAllAlpha { hotkey }
        | Call::TryAssociateHotkey { hotkey } => {
            json!({ "hotkey": hotkey })
        }
        Call::AddStakeBurn { hotkey, netuid, amount, limit } => {
            json!({ "hotkey": hotkey, "netuid": netuid, "amount": amount.units(), "limit": limit })
        }
        Call::RecycleAlpha { hotkey, amount, netuid } | Call::BurnAlpha { hotkey, amount, netuid } => {
            json!({ "hotkey": hotkey, "amount": amount.units(), "netuid": netuid })
        }
        Call::LockStake { hotkey, netuid, amount } => {
            json!({ "hotkey": hotkey, "netuid": netuid, "amount": amount.units() })
        }
        Call::MoveLock { destination_hotkey, netuid } => {
            json!({ "destination_hotkey": destination_hotkey, "netuid": netuid })
        }
        Call::SetPerpetualLock { netuid, enabled } => json!({ "netuid": netuid, "enabled": enabled }),
        Call::SetRejectLockedAlpha { enabled } => json!({ "enabled": enabled }),
        Call::ClaimRoot { subnets } => json!({ "subnets": subnets }),
        Call::SetRootClaimType { claim_type } => json!({ "type": claim_type }),
        _ => return None,
    })
}

/// The arguments of calls about hotkeys and their slots; `None` for others.
fn keys(call: &Call) -> Option<Value> {
    Some(match call {
        Call::SetColdkeyAutoStakeHotkey { netuid, hotkey } => json!({ "netuid": netuid, "hotkey": hotkey }),
        Call::IncreaseTake { hotkey, take } | Call::DecreaseTake { hotkey, take } => {
            json!({ "hotkey": hotkey, "take": take })
        }
        Call::BurnedRegister { netuid, hotkey } => json!({ "netuid": netuid, "hotkey": hotkey }),
        Call::RegisterLimit { netuid, hotkey, limit } => {
            json!({ "netuid": netuid, "hotkey": hotkey, "limit_price": limit.units() })
        }
        Call::Register { netuid, block_number, nonce, work, coldkey } => json!({
            "netuid": netuid, "block_number": block_number, "nonce": nonce, "work": work, "coldkey": coldkey,
        }),
        Call::ServeAxon { netuid, axon } => json!({ "netuid": netuid, "axon": axon }),
        Call::ServePrometheus { netuid, prometheus } => {
            json!({ "netuid": netuid, "prometheus": prometheus })
        }
        Call::ServeAxonTls { netuid, axon, certificate } => {
            json!({ "netuid": netuid, "axon": axon, "certificate": hex::encode(certificate) })
        }
        Call::SetChildren { hotkey, netuid, children } => {
            json!({ "hotkey": hotkey, "netuid": netuid, "children": children })
        }
        Call::SetChildkeyTake { hotkey, netuid, take } => {
            json!({ "hotkey": hotkey, "netuid": netuid, "take": take })
        }
        Call::SetAutoParentDelegationEnabled { hotkey, enabled } => {
            json!({ "hotkey": hotkey, "enabled": enabled })
        }
        _ => return None,
    })
}

/// The arguments of calls about subnets, names and parameters; `None` for others.
fn networks(call: &Call) -> Option<Value> {
    Some(match call {
        Call::RegisterNetwork { hotkey } | Call::RootRegister { hotkey } => json!({ "hotkey": hotkey }),
        Call::RegisterNetworkWithIdentity { hotkey, identity } => {
            json!({ "hotkey": hotkey, "identity": identity })
        }
        Call::StartCall { netuid } | Call::DissolveNetwork { netuid } => json!({ "netuid": netuid }),
        Call::SetSubnetIdentity { netuid, identity } => json!({ "netuid": netuid, "identity": identity }),
        Call::SetIdentity { identity } => json!({ "identity": identity }),
        Call::UpdateSymbol { netuid, symbol } => json!({ "netuid": netuid, "symbol": symbol }),
        Call::TrimSubnet { netuid, max_n } => json!({ "netuid": netuid, "max_n": max_n }),
        Call::SetCommitment { netuid, fields } => json!({ "netuid": netuid, "fields": fields }),
        Call::SetOwnerHotkey { netuid, hotkey } => json!({ "netuid": netuid, "hotkey": hotkey }),
        Call::SetMechanismSplit { netuid, split } => json!({ "netuid": netuid, "split": split }),
        Call::TriggerEpoch { netuid } => json!({ "netuid": netuid }),
        Call::SetParam { netuid, param, value } => setting(*netuid, *param, *value),
        Call::SetAuthorities { authorities } => {
            let list: Vec<Value> =
                authorities.iter().map(|one| json!({ "account": one.id, "power": one.power })).collect();
            json!({ "authorities": list })
        }
        Call::SetConsensusMode { mode } => json!({ "mode": mode }),
        Call::JoinAuthorities { hotkey } | Call::LeaveAuthorities { hotkey } => json!({ "hotkey": hotkey }),
        Call::UnjailAuthority { authority } => json!({ "authority": authority }),
        _ => return None,
    })
}

/// A parameter by its name, and its value as people write it.
fn setting(netuid: Option<u16>, param: ParamId, value: i128) -> Value {
    let found = Param::by_id(param);
    let name = found.map_or_else(|| param.0.to_string(), |param| param.name.to_owned());
    let value = found.map_or_else(|| value.to_string(), |param| param.show(value));
    json!({ "netuid": netuid, "param": name, "value": value })
}

/// The arguments of development calls; `None` for others.
fn development(call: &Call) -> Option<Value> {
    Some(match call {
        Call::DevFund { account, amount } => json!({ "account": account, "amount": amount.units() }),
        Call::DevSetParam { netuid, param, value } => setting(*netuid, *param, *value),
        Call::DevImpersonate { account, call } => {
            json!({ "account": account, "call": call.call().name(), "arguments": arguments(call.call()) })
        }
        _ => return None,
    })
}

/// The arguments of calls that swap keys; `None` for others.
fn swaps(call: &Call) -> Option<Value> {
    Some(match call {
        Call::SwapHotkey { hotkey, new_hotkey, netuid } => {
            json!({ "hotkey": hotkey, "new_hotkey": new_hotkey, "netuid": netuid })
        }
        Call::SwapHotkeyV2 { hotkey, new_hotkey, netuid, keep_stake } => json!({
            "hotkey": hotkey, "new_hotkey": new_hotkey, "netuid": netuid, "keep_stake": keep_stake,
        }),
        Call::AnnounceColdkeySwap { new_coldkey_hash } => {
            json!({ "new_coldkey_hash": new_coldkey_hash.to_string() })
        }
        Call::SwapColdkeyAnnounced { new_coldkey } => json!({ "new_coldkey": new_coldkey }),
        Call::DisputeColdkeySwap | Call::ClearColdkeySwapAnnouncement => json!({}),
        Call::ResetColdkeySwap { coldkey } => json!({ "coldkey": coldkey }),
        Call::SwapColdkey { old_coldkey, new_coldkey } => {
            json!({ "old_coldkey": old_coldkey, "new_coldkey": new_coldkey })
        }
        _ => return None,
    })
}

/// The arguments of calls about weights; `None` for others.
fn weights(call: &Call) -> Option<Value> {
    Some(match call {
        Call::SetWeights { netuid, uids, values, version_key } => {
            json!({ "netuid": netuid, "uids": uids, "values": values, "version_key": version_key })
        }
        Call::SetMechanismWeights { netuid, mechanism, uids, values, version_key } => json!({
            "netuid": netuid, "mecid": mechanism, "uids": uids, "values": values, "version_key": version_key,
        }),
        Call::CommitWeights { netuid, mechanism, hash } => {
            json!({ "netuid": netuid, "mecid": mechanism, "commit_hash": hash })
        }
        Call::CommitTimelockedWeights { netuid, mechanism, commit, round, version } => json!({
            "netuid": netuid, "mecid": mechanism, "commit": hex::encode(commit),
            "reveal_round": round, "commit_reveal_version": version,
        }),
        Call::RevealWeights { netuid, mechanism, reveal } => {
            json!({ "netuid": netuid, "mecid": mechanism, "reveal": reveal })
        }
        Call::BatchRevealWeights { netuid, reveals } => json!({ "netuid": netuid, "reveals": reveals }),
        _ => return None,
    })
}

/// The arguments of calls that move stake; `None` for others.
fn moves(call: &Call) -> Option<Value> {
    Some(match call {
        Call::MoveStake { origin_hotkey, destination_hotkey, origin_netuid, destination_netuid, amount } => {
            json!({
                "origin_hotkey": origin_hotkey, "destination_hotkey": destination_hotkey,
                "origin_netuid": origin_netuid, "destination_netuid": destination_netuid, "amount": amount.units(),
            })
        }
        Call::TransferStake { destination_coldkey, hotkey, origin_netuid, destination_netuid, amount } => {
            json!({
                "destination_coldkey": destination_coldkey, "hotkey": hotkey,
                "origin_netuid": origin_netuid, "destination_netuid": destination_netuid, "amount": amount.units(),
            })
        }
        Call::SwapStake { hotkey, origin_netuid, destination_netuid, amount } => json!({
            "hotkey": hotkey, "origin_netuid": origin_netuid, "destination_netuid": destination_netuid,
            "amount": amount.units(),
        }),
        Call::SwapStakeLimit { hotkey, origin_netuid, destination_netuid, amount, limit, allow_partial } => {
            json!({
                "hotkey": hotkey, "origin_netuid": origin_netuid, "destination_netuid": destination_netuid,
                "amount": amount.units(), "limit": limit, "allow_partial": allow_partial,
            })
        }
        _ => return None,
    })
}

/// One call of each kind, empty: what zeros decode to.
#[cfg(test)]
pub(crate) fn every_call() -> impl Iterator<Item = Call> {
    (0..=u8::MAX).filter_map(|number| {
        // More zeros than the longest call has fields.
        let bytes = [&[number][..], &[0; 512]].concat();
        borsh::BorshDeserialize::deserialize(&mut bytes.as_slice()).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_has_arguments() {
        let calls: Vec<Call> = every_call().collect();
        assert!(calls.iter().any(|call| call.name() == "set_commitment"), "all kinds are looked at");
        for call in calls {
            assert!(arguments(&call).is_object(), "{} has none", call.name());
        }
    }
}
