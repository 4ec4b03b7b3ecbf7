//! What those need who trust no node: values with proofs, and how the authorities changed.
//!
//! Rules:
//! 1. The tree of the last block is the driver's; that of an earlier one is that tree with the undo records since laid
//!    over it. Either belongs to a certified header.
//! 2. Nothing here is believed by a client: it checks all of it ([`taonet_chain::light`]).

use super::past::{self, Pasts};
use crate::{fault::Fault, proto, shared::Provable, store::View};
use borsh::BorshSerialize;
use taonet_chain::{Turn, state::StateRead};

/// Turns of one answer: of the largest sets they are less than a megabyte.
const MAX_TURNS: usize = 32;

/// A value of the state after a block, with its proof.
pub(super) fn prove(
    view: &View<'_>,
    pasts: &Pasts,
    provable: Provable,
    branch: u32,
    request: &proto::ProveStateRequest,
) -> Result<proto::ProvenValue, Fault> {
    let Provable { mut certified, mut tree } = provable;
    let last = certified.header.height;
    let height = request.height.unwrap_or(last);
    past::require_kept(height, last)?;
    // The view may be a block ahead of the driver's answer.
    let tip = view.tip()?.height;
    past::require_kept(height, tip)?;
    let differences = pasts.differences(view, height, tip)?;
    let value = differences.get(&request.key).cloned().unwrap_or_else(|| view.get(&request.key));
    if height < last {
        tree.apply(tree.preview(&differences));
        certified = (&view.block(height)?.ok_or_else(|| past::not_kept(height))?).into();
    }
    let proof = encoded(&tree.prove(&request.key));
    Ok(proto::ProvenValue { height, header: encoded(&certified), value, proof, branch })
}

/// The changes of authorities from a height on, after the header of that height if it is kept.
pub(super) fn turns(view: &View<'_>, from: u64) -> Result<proto::Turns, Fault> {
    let mut turns = view.turns(from, MAX_TURNS + 1)?;
    if turns.first().map(Turn::height) != Some(from)
        && let Some(block) = view.block(from)?
    {
        let before = view.turns(0, usize::MAX)?.into_iter().take_while(|turn| turn.height() < from);
        let authorities = before.last().map(|turn| turn.authorities);
        turns.splice(0..0, authorities.map(|authorities| Turn { certified: (&block).into(), authorities }));
    }
    let next_height = turns.get(MAX_TURNS).map_or(0, Turn::height);
    Ok(proto::Turns { turns: turns.iter().take(MAX_TURNS).map(encoded).collect(), next_height })
}

fn encoded(value: &impl BorshSerialize) -> Vec<u8> {
    // Writing into a vector cannot fail.
    borsh::to_vec(value).unwrap_or_default()
}
