//! What happens in a scenario, as calls to the chain or as faults of the network.

use super::{file::Act, stage::StageError};
use crate::harness::{Setup, keys, orders};
use taonet_chain::{Call, ConsensusMode, ledger::subnets::ROOT};
use taonet_subnets::amount::Tao;

/// Something to be done.
#[derive(Clone, Debug)]
pub(super) enum Deed<'a> {
    /// These send these calls, in this order.
    Send(Vec<(String, Call)>),
    /// The network or a node changes.
    Fault(&'a Act),
}

/// What an act asks for.
pub(super) fn deed<'a>(act: &'a Act, setup: &Setup) -> Result<Deed<'a>, StageError> {
    let netuid = |subnet: &str| setup.subnet(subnet).map(|index| index as u16 + 1);
    let governed = |call| Ok(Deed::Send(vec![(orders::SUDO.to_owned(), call)]));
    match act {
        Act::SetParam { subnet, name, value } => {
            let call = orders::set_param(subnet.as_deref().and_then(netuid), name, value);
            governed(call.map_err(StageError::of)?)
        }
        Act::Dissolve(subnet) => match netuid(subnet) {
            Some(netuid) => governed(Call::DissolveNetwork { netuid }),
            None => Err(StageError(format!("there is no subnet `{subnet}`"))),
        },
        Act::StakeMode => governed(Call::SetConsensusMode { mode: ConsensusMode::Stake }),
        Act::Stand(nodes) => {
            let calls = nodes.iter().map(|(node, tao)| stand(node, *tao, setup));
            Ok(Deed::Send(calls.collect::<Result<Vec<_>, _>>()?.concat()))
        }
        Act::Partition(_) | Act::Heal | Act::Crash(_) | Act::Start(_) | Act::Link { .. } => {
            Ok(Deed::Fault(act))
        }
    }
}

/// A node becomes its own owner, stakes to itself, and stands for election.
fn stand(node: &str, amount: Tao, setup: &Setup) -> Result<Vec<(String, Call)>, StageError> {
    let key = keys::node(node, setup.authorities);
    let hotkey = key.ok_or_else(|| StageError(format!("there is no node `{node}`")))?.account();
    let calls = [
        Call::TryAssociateHotkey { hotkey },
        Call::AddStake { hotkey, netuid: ROOT, amount },
        Call::JoinAuthorities { hotkey },
    ];
    Ok(calls.map(|call| (node.to_owned(), call)).to_vec())
}
