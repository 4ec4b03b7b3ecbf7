//! Calls and transactions as every layer makes them, so that they are the same bytes on each.

use super::HarnessError;
use taonet_chain::{AccountId, Body, Call, Hash, Keypair, Transaction, params::Param};
use taonet_subnets::amount::Tao;

/// For how many blocks a transaction may be executed; as long as those of the command line.
pub(super) const VALIDITY_BLOCKS: u64 = 512;

/// Who governs networks under test.
pub(crate) const SUDO: &str = "Alice";

/// The transaction of a call after a height.
pub(super) fn sign(
    genesis: Hash,
    height: u64,
    key: &Keypair,
    call: Call,
    nonce: impl FnOnce(&AccountId) -> u64,
) -> Transaction {
    let signer = key.account();
    let (valid_from, valid_until) = (height, height.saturating_add(VALIDITY_BLOCKS));
    let nonce = nonce(&signer);
    Transaction::sign(key, Body { signer, nonce, genesis, valid_from, valid_until, tip: Tao::ZERO, call })
}

/// The call that sets a parameter, by name.
pub(crate) fn set_param(netuid: Option<u16>, name: &str, value: &str) -> Result<Call, HarnessError> {
    let wrong = || HarnessError::Param(value.to_owned(), name.to_owned());
    let param = Param::by_name(name).ok_or_else(wrong)?;
    let value = param.parse(value).filter(|value| param.allows(*value)).ok_or_else(wrong)?;
    Ok(Call::SetParam { netuid, param: param.id, value })
}
