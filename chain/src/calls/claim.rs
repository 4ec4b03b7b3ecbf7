//! Claiming root dividends, and saying what shall become of them (emission.md section 9).
//!
//! Both calls enter the coldkey into the list of those who are claimed for automatically.

use super::ensure;
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::claims::{self, RootClaimType},
    state::Overlay,
};
use std::collections::BTreeSet;

/// The most subnets of one claim.
pub(super) const MAX_CLAIMED_SUBNETS: usize = 5;

/// The most subnets whose dividends a coldkey can list as kept: as many as there can be.
const MAX_KEPT_SUBNETS: usize = 4_096;

/// Claims what `origin` is owed of some subnets.
///
/// # Errors
/// `InvalidSubnetNumber`; then those of a sale or a payment, which undo the whole claim.
pub(super) fn claim_root(
    state: &mut Overlay<'_>,
    origin: &AccountId,
    subnets: &BTreeSet<u16>,
) -> Result<Vec<Event>, CallError> {
    let fits = (1..=MAX_CLAIMED_SUBNETS).contains(&subnets.len());
    ensure(fits, CallError::InvalidSubnetNumber)?;
    claims::enter(state, origin);
    claims::claim(state, origin, Some(subnets))?;
    Ok(vec![Event::RootClaimed { coldkey: *origin }])
}

/// Says what shall become of the dividends of `origin`.
///
/// # Errors
/// `InvalidSubnetNumber`: a list of subnets to keep is empty, or longer than there can be subnets.
pub(super) fn set_root_claim_type(
    state: &mut Overlay<'_>,
    origin: &AccountId,
    claim_type: &RootClaimType,
) -> Result<Vec<Event>, CallError> {
    if let RootClaimType::KeepSubnets { subnets } = claim_type {
        let fits = (1..=MAX_KEPT_SUBNETS).contains(&subnets.len());
        ensure(fits, CallError::InvalidSubnetNumber)?;
    }
    claims::enter(state, origin);
    claims::set_claim_type(state, origin, claim_type);
    Ok(vec![Event::RootClaimTypeSet { coldkey: *origin, claim_type: claim_type.clone() }])
}
