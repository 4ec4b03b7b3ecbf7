//! Parameters: the registry with the values in force.

use crate::{
    ledger::{params, subnets},
    params::{Param, Rate, Scope, Unit, Who, Window},
    state::StateRead,
};
use serde::Serialize;

/// A parameter with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ParamInfo {
    /// Its stable number.
    pub id: u16,
    /// Its name.
    pub name: &'static str,
    /// The type it is stored as.
    pub kind: &'static str,
    /// What its integer counts.
    pub unit: Unit,
    /// Its value as text.
    pub value: String,
    /// Its value where nothing else is said.
    pub default: String,
    /// The least value.
    pub min: String,
    /// The largest value.
    pub max: String,
    /// Who may set it: `owner` (or root), `root`, `fixed` (at genesis) or `constant` (nobody).
    pub who: &'static str,
    /// Its smallest and its largest value, as text, for the owner.
    pub owner_range: Option<(String, String)>,
    /// Whether it is frozen before an epoch, at least for the owner.
    pub frozen: bool,
    /// Whether the owner may change it only so often.
    pub rate_limited: bool,
    /// What it means.
    pub doc: &'static str,
}

/// The parameters of a subnet, or of the network for `None`.
pub fn parameters(state: &dyn StateRead, netuid: Option<u16>) -> Option<Vec<ParamInfo>> {
    let Some(netuid) = netuid else {
        let values = params::network(state);
        return Some(
            Param::all().filter_map(|param| Some(param_info(param, values.get(param.id)?))).collect(),
        );
    };
    subnets::subnet(state, netuid)?;
    let values = params::subnet(state, netuid);
    let applies = |param: &&Param| netuid != subnets::ROOT || param.scope != Scope::UserSubnet;
    let info = |param: &'static Param| Some(param_info(param, values.get(param.id)?));
    Some(Param::all().filter(applies).filter_map(info).collect())
}

fn param_info(param: &Param, value: i128) -> ParamInfo {
    ParamInfo {
        id: param.id.0,
        name: param.name,
        kind: param.kind,
        unit: param.unit,
        value: param.show(value),
        default: param.show(param.default),
        min: param.show(param.min),
        max: param.show(param.max),
        owner_range: match param.who {
            Who::Owner(least, most) => Some((param.show(least), param.show(most))),
            _ => None,
        },
        who: match param.who {
            Who::Owner(..) => "owner",
            Who::Root => "root",
            Who::Fixed => "fixed",
            Who::Constant => "constant",
        },
        frozen: param.window != Window::Open,
        rate_limited: param.rate != Rate::Free,
        doc: param.doc,
    }
}
