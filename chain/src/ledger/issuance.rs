//! How much TAO exists: the only place where it is created or destroyed (emission.md section 1).
//!
//! Rules:
//! 1. Minting never takes the issuance above [`MAX_SUPPLY`]; the amount is cut to what is left.
//! 2. Destroyed ("recycled") TAO lowers the issuance, so that it can be emitted again.
//! 3. At all times the issuance is the sum of all balances.

use crate::state::{Overlay, StateRead, schema, table::Table};
use borsh::{BorshDeserialize, BorshSerialize};
use taonet_subnets::amount::{MAX_SUPPLY, Tao};

const ISSUANCE: Table<(), Issuance> = Table::new(schema::ISSUANCE);

/// The totals of TAO.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Issuance {
    /// All TAO that exists.
    pub total: Tao,
    /// What the pools' books count as staked (pools.md section 8; fees included, so it is not a sum of reserves).
    pub staked: Tao,
    /// What the last block step minted.
    pub block_emission: Tao,
}

/// The totals.
pub fn issuance(state: &dyn StateRead) -> Issuance {
    ISSUANCE.get(state, &()).unwrap_or_default()
}

/// Changes the totals.
fn update(state: &mut Overlay<'_>, change: impl FnOnce(&mut Issuance)) {
    let mut totals = issuance(state);
    change(&mut totals);
    ISSUANCE.put(state, &(), &totals);
}

/// Creates up to `amount`; returns what was created.
pub(crate) fn mint(state: &mut Overlay<'_>, amount: Tao) -> Tao {
    let total = issuance(state).total;
    let minted = amount.min(Tao::new(MAX_SUPPLY).saturating_sub(total));
    update(state, |totals| totals.total = total.saturating_add(minted));
    minted
}

/// Destroys `amount`, which the caller has taken from somewhere.
pub(crate) fn destroy(state: &mut Overlay<'_>, amount: Tao) {
    if !amount.is_zero() {
        update(state, |totals| totals.total = totals.total.saturating_sub(amount));
    }
}

/// Mints the emission of a block and remembers it.
pub(crate) fn mint_block(state: &mut Overlay<'_>, emission: Tao) -> Tao {
    let minted = mint(state, emission);
    update(state, |totals| totals.block_emission = emission);
    minted
}

/// Books TAO as staked.
pub(crate) fn stake(state: &mut Overlay<'_>, amount: Tao) {
    if !amount.is_zero() {
        update(state, |totals| totals.staked = totals.staked.saturating_add(amount));
    }
}

/// Books TAO as no longer staked.
pub(crate) fn unstake(state: &mut Overlay<'_>, amount: Tao) {
    if !amount.is_zero() {
        update(state, |totals| totals.staked = totals.staked.saturating_sub(amount));
    }
}
