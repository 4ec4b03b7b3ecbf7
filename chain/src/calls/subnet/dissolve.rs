//! The end of a subnet (registration.md section 9).
//!
//! Rules, in this order:
//! 1. root dividends of the subnet that nobody claimed are lost;
//! 2. the TAO of its pool is the pot. It is divided among everyone who holds alpha, by its amount, and the protocol,
//!    whose part is what it owns of the subnet's alpha. Holders are paid to their coldkeys; a payment that fails stays;
//! 3. the owner of a subnet from before `network_registration_start_block` gets its lock back, less what the owner's
//!    cut of the last epoch is worth at the present price;
//! 4. what is then left in the subnet's account above the existential deposit is recycled, locks of others with it;
//! 5. everything about the subnet is forgotten. What is not, its number's next subnet inherits (a quirk to keep):
//!    [`inherited`] of the parameters, the stored root proportion, and where coldkeys send what they mine there.
//!
//! Owners cannot dissolve their subnet; governance can, and so does the creation of a subnet when all places are taken.
//!
//! Deviation: a lock is paid back out of the subnet's account and no further. Of a subnet that genesis founds, the lock
//! is the TAO of its pool, which belongs to the holders; nobody put another one aside.

use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        accounts::{self, subnet_account},
        children, claims, commitments, epochs, identities, issuance, locks, neurons, params,
        settings::settings,
        stakes,
        subnets::{self, ROOT, Remains, Subnet, SubnetState},
        swaps,
    },
    params::SubnetParams,
    state::{Overlay, StateRead},
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    fixed::U96F32,
    registration::{
        dissolution::divide_pot,
        network::{Standing, subnet_to_prune},
    },
};

/// In subnets that were created after this block the protocol owns the pool's alpha as well, when they are dissolved.
const PROTOCOL_OWNS_RESERVE_AFTER: u64 = 0;

/// Dissolves a subnet in the name of governance.
///
/// # Errors
/// In this order: `BadOrigin`, `SubnetNotExists`.
pub(in crate::calls) fn dissolve_network(
    state: &mut Overlay<'_>,
    origin: &AccountId,
    netuid: u16,
) -> Result<Vec<Event>, CallError> {
    if settings(state).sudo != *origin {
        return Err(CallError::BadOrigin);
    }
    if netuid == ROOT || !subnets::exists(state, netuid) {
        return Err(CallError::SubnetNotExists);
    }
    Ok(dissolve(state, netuid))
}

/// The subnet that has to make room for another one in block `now`, if one is old enough.
pub(super) fn weakest_subnet(state: &dyn StateRead, now: u64) -> Option<u16> {
    let standing = |(netuid, subnet): (u16, SubnetState)| Standing {
        netuid,
        moving_price: subnet.moving_price,
        registered: subnets::subnet(state, netuid).map_or(0, |subnet| subnet.registered_at),
    };
    let all: Vec<Standing> =
        subnets::states(state).into_iter().filter(|(netuid, _)| *netuid != ROOT).map(standing).collect();
    subnet_to_prune(&all, now, params::network(state).network_immunity_period)
}

/// Pays everyone out and forgets the subnet.
pub(super) fn dissolve(state: &mut Overlay<'_>, netuid: u16) -> Vec<Event> {
    claims::forget_subnet(state, netuid);
    pay_out(state, netuid);
    refund_lock(state, netuid);
    let subnet = subnets::state_of(state, netuid).unwrap_or_default();
    issuance::unstake(state, subnet.pool.tao);
    recycle_rest(state, netuid);
    let remains = Remains { params: params::subnet(state, netuid), root_proportion: subnet.root_proportion };
    let mut events = forget(state, netuid);
    subnets::remove(state, netuid, &remains);
    events.push(Event::NetworkRemoved { netuid });
    events
}

/// Everything that is kept about a subnet somewhere else than in its own record: each part has its owner.
fn forget(state: &mut Overlay<'_>, netuid: u16) -> Vec<Event> {
    stakes::forget_subnet(state, netuid);
    locks::forget_subnet(state, netuid);
    children::forget_subnet(state, netuid);
    neurons::forget_subnet(state, netuid);
    epochs::forget_subnet(state, netuid);
    params::forget_subnet(state, netuid);
    commitments::forget_subnet(state, netuid);
    swaps::forget_subnet(state, netuid);
    let had_identity = identities::forget_subnet(state, netuid);
    had_identity.then_some(Event::SubnetIdentityRemoved { netuid }).into_iter().collect()
}

/// The parameters of a new subnet that has the number of a dissolved one.
pub(super) fn inherited(fresh: SubnetParams, old: &SubnetParams) -> SubnetParams {
    SubnetParams {
        recycle_withheld: old.recycle_withheld,
        owner_cut_enabled: old.owner_cut_enabled,
        min_non_immune_uids: old.min_non_immune_uids,
        min_childkey_take: old.min_childkey_take,
        root_claim_threshold: old.root_claim_threshold,
        ..fresh
    }
}

/// Divides the pot. The protocol comes last, and its part stays in the account.
fn pay_out(state: &mut Overlay<'_>, netuid: u16) {
    let pot = subnets::state_of(state, netuid).unwrap_or_default().pool.tao;
    let holders = stakes::final_claims(state, netuid);
    let protocol = protocol_claim(state, netuid);
    let claims: Vec<u64> = holders.iter().map(|(_, claim)| claim.units()).chain([protocol.units()]).collect();
    for ((coldkey, _), part) in holders.iter().zip(divide_pot(pot, &claims)) {
        // Under the existential deposit to a coldkey without account it stays, to be recycled.
        let _ = accounts::transfer(state, &subnet_account(netuid), coldkey, part);
    }
}

fn protocol_claim(state: &dyn StateRead, netuid: u16) -> Alpha {
    let subnet = subnets::state_of(state, netuid).unwrap_or_default();
    let registered_at = subnets::subnet(state, netuid).map_or(0, |subnet| subnet.registered_at);
    if registered_at > PROTOCOL_OWNS_RESERVE_AFTER {
        subnet.pool.alpha.saturating_add(subnet.protocol_alpha)
    } else {
        subnet.protocol_alpha
    }
}

/// Gives a lock back to the owner of a subnet that is older than open registration.
fn refund_lock(state: &mut Overlay<'_>, netuid: u16) {
    let network = params::network(state);
    let old = |subnet: &Subnet| subnet.registered_at < network.network_registration_start_block;
    let Some((owner, locked)) = subnets::subnet(state, netuid)
        .filter(old)
        .and_then(|subnet| subnet.owner.map(|owner| (owner, subnet.locked)))
    else {
        return;
    };
    let emitted: u128 = epochs::emission(state, netuid).into_iter().map(u128::from).sum();
    let cut = emitted * u128::from(network.subnet_owner_cut) / u128::from(u16::MAX);
    let price = subnets::state_of(state, netuid).unwrap_or_default().pool.price();
    let worth = U96F32::from_int(i128::try_from(cut).unwrap_or(i128::MAX)).mul(price.convert()).to_u64();
    let account = subnet_account(netuid);
    let refund = locked.saturating_sub(Tao::new(worth)).min(accounts::spendable(state, &account));
    // Under the existential deposit to an owner without account it stays, to be recycled.
    let _ = accounts::transfer(state, &account, &owner, refund);
}

/// Destroys what the subnet's account holds above the existential deposit.
fn recycle_rest(state: &mut Overlay<'_>, netuid: u16) {
    let account = subnet_account(netuid);
    let rest = accounts::spendable(state, &account);
    if accounts::withdraw(state, &account, rest).is_ok() {
        issuance::destroy(state, rest);
    }
}
