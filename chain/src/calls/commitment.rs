//! Publishing a commitment (peripherals.md section 2).

use super::BlockContext;
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::{
        commitments::{
            self, Commitment, Field, MAX_BYTES_PER_EPOCH, MAX_FIELD_BYTES, MAX_FIELDS, MIN_COUNTED_BYTES,
            Space,
        },
        commits, epochs, neurons, params,
    },
    state::Overlay,
};

/// Publishes what the hotkey `origin` commits to. Where the subnet allows it, a wish to lose its bonds is granted.
///
/// # Errors
/// In this order: `AccountNotAllowedCommit`, `TooManyFieldsInCommitmentInfo`, `SpaceLimitExceeded`.
pub(super) fn set_commitment(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    origin: &AccountId,
    netuid: u16,
    fields: &[Field],
) -> Result<Vec<Event>, CallError> {
    let uid = neurons::uid(state, netuid, origin).ok_or(CallError::AccountNotAllowedCommit)?;
    if fields.len() > MAX_FIELDS {
        return Err(CallError::TooManyFieldsInCommitmentInfo);
    }
    let epoch = commits::now_epoch(state, netuid, block.number);
    let bytes = fields.iter().map(|field| field.size() as u64).sum::<u64>().max(MIN_COUNTED_BYTES);
    let used = commitments::used(state, netuid, origin, epoch).saturating_add(bytes);
    let too_long = fields.iter().any(|field| field.size() > MAX_FIELD_BYTES);
    if too_long || used > MAX_BYTES_PER_EPOCH {
        return Err(CallError::SpaceLimitExceeded);
    }
    let commitment = Commitment { block: block.number, fields: fields.to_vec() };
    commitments::publish(state, netuid, origin, &commitment, Space { epoch, used });
    if fields.contains(&Field::ResetBonds) && params::subnet(state, netuid).bonds_reset_enabled {
        epochs::forget_bonds_to(state, netuid, uid);
    }
    Ok(vec![Event::Commitment { netuid, who: *origin }])
}
