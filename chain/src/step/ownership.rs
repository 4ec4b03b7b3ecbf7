//! A subnet goes to whoever others are convinced of (staking.md section 10).
//!
//! Rules:
//! 1. A subnet can change hands once it is a year old, whenever its epoch is drained.
//! 2. All conviction on the subnet must come to a tenth of its alpha out.
//! 3. The hotkey with most conviction wins; of equal ones the one that sorts last. If it is another coldkey's than the
//!    owner's, that coldkey becomes the owner and the hotkey, which needs a slot for it, the owner's hotkey.

use crate::{
    calls::register_neuron,
    event::Event,
    ledger::{
        locks, neurons, stakes,
        subnets::{self, Subnet},
    },
    state::Overlay,
};
use taonet_subnets::{amount::Alpha, fixed::U64F64};

/// How many blocks an owner is safe after the creation of the subnet: a year of 365.25 days.
const SAFE_BLOCKS: u64 = 2_629_800;

/// Conviction must come to alpha out divided by this.
const QUORUM: u64 = 10;

/// Gives a subnet to the coldkey behind the hotkey with most conviction, if there is enough of it.
pub(super) fn change_owner(state: &mut Overlay<'_>, netuid: u16, alpha_out: Alpha, block: u64) -> Vec<Event> {
    let Some(subnet) = subnets::subnet(state, netuid) else { return Vec::new() };
    if alpha_out.is_zero() || block < subnet.registered_at.saturating_add(SAFE_BLOCKS) {
        return Vec::new();
    }
    let convictions = locks::convictions(state, netuid, block);
    let total = convictions.values().fold(U64F64::ZERO, |sum, conviction| sum.add(*conviction));
    if total.mul(U64F64::from_int(QUORUM)) < U64F64::from_int(alpha_out.units()) {
        return Vec::new();
    }
    let winner = convictions.into_iter().max_by_key(|(_, conviction)| *conviction);
    let Some((hotkey, _)) = winner else { return Vec::new() };
    let Some(coldkey) = stakes::owner(state, &hotkey) else { return Vec::new() };
    let (Some(old_coldkey), Some(old_hotkey)) = (subnet.owner, subnet.owner_hotkey) else {
        return Vec::new();
    };
    if coldkey == old_coldkey {
        return Vec::new();
    }
    let mut events = Vec::new();
    if neurons::uid(state, netuid, &hotkey).is_none() {
        match register_neuron(state, netuid, &hotkey, block) {
            Ok(uid) => events.push(Event::NeuronRegistered { netuid, uid, hotkey }),
            Err(_) => return Vec::new(),
        }
    }
    locks::swap_roles(state, netuid, &old_hotkey, &hotkey, block);
    let subnet = Subnet { owner: Some(coldkey), owner_hotkey: Some(hotkey), ..subnet };
    subnets::put_subnet(state, netuid, &subnet);
    events.push(Event::SubnetOwnerChanged { netuid, old_coldkey, new_coldkey: coldkey });
    events
}

#[cfg(test)]
mod tests;
