//! What happens after the step of a block: every operation of a run by its name, most of them calls.

use serde_json::Value;
use taonet_chain::replay::Write;
use taonet_chain::{AccountId, Call};
use taonet_subnets::amount::{Alpha, Tao};

use super::records::{Fields, NewSubnet};
use super::writes;
use crate::conformance::{Malformed, parse};

/// An operation.
pub(super) enum Op<'a> {
    /// Nothing that changes the state of this chain.
    Nothing,
    /// Something that the recorder wrote directly.
    Write(Write),
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
            "fund" => Op::Write(writes::fund(&fields)?),
            "set" => Op::Write(writes::set(&fields)?),
            "observe_state" => Op::ObserveState(&op["state"]),
            "observe_new_subnet" => Op::ObserveNewSubnet(parse(op)?),
            // Epochs are recorded, so weights move nothing; and who may set them follows from epochs.
            "set_weights" => match op["result"].as_str() {
                Some("Ok") => Op::Nothing,
                _ => return Err("set_weights is always Ok in a run".into()),
            },
            name => Op::Call(Recorded {
                origin: fields.account("origin")?,
                call: call(name, &fields)?,
                result: op["result"].as_str().ok_or("a call without a result")?,
                lock_cost_before: fields.optional("lock_cost_before")?,
            }),
        })
    }
}

fn call(name: &str, op: &Fields<'_>) -> Result<Call, Malformed> {
    let hotkey = || op.account("hotkey");
    let netuid = || op.number("netuid");
    let tao = || op.number("amount").map(Tao::new);
    let alpha = || op.number("amount").map(Alpha::new);
    let limit = || op.number("limit_price");
    Ok(match name {
        "add_stake" => Call::AddStake { hotkey: hotkey()?, netuid: netuid()?, amount: tao()? },
        "add_stake_limit" => Call::AddStakeLimit {
            hotkey: hotkey()?,
            netuid: netuid()?,
            amount: tao()?,
            limit: limit()?,
            allow_partial: op.flag("allow_partial")?,
        },
        "remove_stake" => Call::RemoveStake { hotkey: hotkey()?, netuid: netuid()?, amount: alpha()? },
        "remove_stake_limit" => Call::RemoveStakeLimit {
            hotkey: hotkey()?,
            netuid: netuid()?,
            amount: alpha()?,
            limit: limit()?,
            allow_partial: op.flag("allow_partial")?,
        },
        "register_network" => Call::RegisterNetwork { hotkey: hotkey()? },
        "start_call" => Call::StartCall { netuid: netuid()? },
        "burned_register" => Call::BurnedRegister { netuid: netuid()?, hotkey: hotkey()? },
        "root_register" => Call::RootRegister { hotkey: hotkey()? },
        _ => return Err(format!("the call {name} is not known").into()),
    })
}
