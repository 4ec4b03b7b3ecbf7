//! What happens in a scenario, as calls to the chain or as faults of the network.

use super::{file::Act, stage::StageError};
use crate::harness::{Setup, orders};
use taonet_chain::Call;

/// Something to be done.
#[derive(Clone, Debug)]
pub(super) enum Deed<'a> {
    /// Somebody sends a call.
    Send(String, Call),
    /// The network or a node changes.
    Fault(&'a Act),
}

/// What an act asks for.
pub(super) fn deed<'a>(act: &'a Act, setup: &Setup) -> Result<Deed<'a>, StageError> {
    let netuid = |subnet: &str| setup.subnet(subnet).map(|index| index as u16 + 1);
    let governed = |call| Ok(Deed::Send(orders::SUDO.to_owned(), call));
    match act {
        Act::SetParam { subnet, name, value } => {
            let call = orders::set_param(subnet.as_deref().and_then(netuid), name, value);
            governed(call.map_err(StageError::of)?)
        }
        Act::Dissolve(subnet) => match netuid(subnet) {
            Some(netuid) => governed(Call::DissolveNetwork { netuid }),
            None => Err(StageError(format!("there is no subnet `{subnet}`"))),
        },
        Act::Partition(_) | Act::Heal | Act::Crash(_) | Act::Start(_) | Act::Link { .. } => {
            Ok(Deed::Fault(act))
        }
    }
}
