//! Free balances and nonces (economics.md section 4).
//!
//! Rules:
//! 1. An account exists while it holds at least the existential deposit of 500 RAO; what it holds is free.
//! 2. An account left with less is removed and the rest is destroyed: the issuance falls by it.
//! 3. A payment that would leave its receiver below the deposit fails; paying 0 always works and does nothing.
//! 4. Money lives in accounts: each subnet, root included, has a keyless one that holds what is staked there.
//! 5. A nonce outlives its account, so that no transaction is ever executed twice.

use super::issuance;
use crate::{
    crypto::AccountId,
    error::CallError,
    params::NetworkParams,
    state::{Overlay, StateRead, schema, table::Table},
};
use taonet_subnets::amount::Tao;

/// The least an account may hold.
pub const EXISTENTIAL_DEPOSIT: Tao = Tao::new(NetworkParams::DEFAULT.existential_deposit);

/// The account of nobody: TAO sent there is gone, yet still counts as issued.
pub const BURN_ACCOUNT: AccountId = AccountId([0; 32]);

/// What the accounts of subnets start with; the netuid follows, big endian, and the rest is zero.
const SUBNET_ACCOUNT_PREFIX: &[u8; 14] = b"taonet/subnet/";

const BALANCES: Table<AccountId, Tao> = Table::new(schema::BALANCES);
const NONCES: Table<AccountId, u64> = Table::new(schema::NONCES);

/// The keyless account of a subnet.
pub fn subnet_account(netuid: u16) -> AccountId {
    let [high, low] = netuid.to_be_bytes();
    let mut bytes = [0; 32];
    let head = SUBNET_ACCOUNT_PREFIX.iter().copied().chain([high, low]);
    bytes.iter_mut().zip(head).for_each(|(byte, value)| *byte = value);
    AccountId(bytes)
}

/// Whether an account is a subnet's, so that nobody can sign for it.
pub fn is_subnet_account(account: &AccountId) -> bool {
    let netuid = account.0.get(14..16).and_then(|bytes| bytes.try_into().ok()).map(u16::from_be_bytes);
    netuid.is_some_and(|netuid| subnet_account(netuid) == *account)
}

/// The free balance; zero for an account that does not exist.
pub fn balance(state: &dyn StateRead, account: &AccountId) -> Tao {
    BALANCES.get(state, account).unwrap_or_default()
}

/// How many transactions of an account have been executed: the nonce of its next one.
pub fn nonce(state: &dyn StateRead, account: &AccountId) -> u64 {
    NONCES.get(state, account).unwrap_or_default()
}

/// The key of the state under which an account's balance is kept: what a proof of it is about.
pub fn balance_key(account: &AccountId) -> Vec<u8> {
    BALANCES.raw_key(account)
}

/// The balance that a value of the state says; zero for no value, `None` if it is no balance.
pub fn balance_of_value(value: Option<&[u8]>) -> Option<Tao> {
    value.map_or(Some(Tao::ZERO), |value| borsh::from_slice(value).ok())
}

/// All accounts with their balances, in ascending order.
pub fn balances(state: &dyn StateRead) -> Vec<(AccountId, Tao)> {
    BALANCES.iter(state).collect()
}

/// What an account can spend and still exist.
pub fn spendable(state: &dyn StateRead, account: &AccountId) -> Tao {
    balance(state, account).saturating_sub(EXISTENTIAL_DEPOSIT)
}

/// Counts a transaction of `account`.
pub(crate) fn count_transaction(state: &mut Overlay<'_>, account: &AccountId) {
    let next = nonce(state, account).saturating_add(1);
    NONCES.put(state, account, &next);
}

/// Moves `amount`.
///
/// # Errors
/// `InsufficientBalance`: the payer has less. `BelowMinimum`: the receiver would be left below the deposit.
pub(crate) fn transfer(
    state: &mut Overlay<'_>,
    from: &AccountId,
    to: &AccountId,
    amount: Tao,
) -> Result<(), CallError> {
    if amount.is_zero() {
        return Ok(());
    }
    let left = balance(state, from).checked_sub(amount).ok_or(CallError::InsufficientBalance)?;
    if from == to {
        return Ok(());
    }
    let credited = credited(state, to, amount)?;
    BALANCES.put(state, to, &credited);
    settle(state, from, left);
    Ok(())
}

/// Gives `amount` of newly minted or withheld TAO to an account.
///
/// # Errors
/// `BelowMinimum`: the account would be left below the deposit.
pub(crate) fn deposit(state: &mut Overlay<'_>, to: &AccountId, amount: Tao) -> Result<(), CallError> {
    if !amount.is_zero() {
        let credited = credited(state, to, amount)?;
        BALANCES.put(state, to, &credited);
    }
    Ok(())
}

/// Takes `amount` from an account; the caller places or destroys it.
///
/// # Errors
/// `InsufficientBalance`: the account has less.
pub(crate) fn withdraw(state: &mut Overlay<'_>, from: &AccountId, amount: Tao) -> Result<(), CallError> {
    let left = balance(state, from).checked_sub(amount).ok_or(CallError::InsufficientBalance)?;
    settle(state, from, left);
    Ok(())
}

fn credited(state: &dyn StateRead, to: &AccountId, amount: Tao) -> Result<Tao, CallError> {
    let credited = balance(state, to).saturating_add(amount);
    if credited < EXISTENTIAL_DEPOSIT { Err(CallError::BelowMinimum) } else { Ok(credited) }
}

/// Writes what an account has left; removes it when that is too little.
fn settle(state: &mut Overlay<'_>, account: &AccountId, left: Tao) {
    if left >= EXISTENTIAL_DEPOSIT {
        BALANCES.put(state, account, &left);
    } else {
        BALANCES.remove(state, account);
        issuance::destroy(state, left);
    }
}

#[cfg(test)]
mod tests;
