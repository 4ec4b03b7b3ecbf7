//! The one validation of a transaction, for mempool and block alike.
//!
//! Rules:
//! 1. Size, network, window, nonce, signature and fee are checked here and nowhere else.
//! 2. The mempool may hold transactions whose nonce is up to [`MAX_NONCE_AHEAD`] ahead; a block executes only the next.
//! 3. A coldkey that is about to be swapped gets no other call into a block.
//! 4. A development call gets into the blocks of development networks alone.
//! 5. A call that is free of fee must pass its own checks as well, so that failing calls cannot fill blocks.

use crate::{
    calls::{self, BlockContext},
    error::{CallError, Code},
    fees,
    ledger::{
        accounts,
        settings::{Settings, settings},
        swaps,
    },
    state::{Overlay, StateRead},
    transaction::{Body, MAX_TRANSACTION_BYTES, Transaction},
};
use std::fmt;
use taonet_subnets::amount::Tao;

/// How far ahead of its signer's next nonce a transaction may wait: a burst of calls, not a warehouse.
pub const MAX_NONCE_AHEAD: u64 = 64;

/// Why a transaction is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its encoding is longer than [`MAX_TRANSACTION_BYTES`].
    TooLarge,
    /// It is signed for another network.
    WrongNetwork,
    /// It is valid from this height on.
    NotYetValid(u64),
    /// It was valid until this height.
    Expired(u64),
    /// The signature is not the signer's.
    BadSignature,
    /// The nonce has been used; this is the next one.
    NonceUsed(u64),
    /// The nonce is ahead of this next one: too far for the mempool, or at all for a block.
    NonceAhead(u64),
    /// The signer has too little for the fee.
    CannotPayFee {
        /// What fee and tip come to.
        needed: Tao,
        /// What the signer has.
        balance: Tao,
    },
    /// A free call that would fail.
    Call(CallError),
}

impl Refusal {
    /// The kind of failure.
    pub const fn code(&self) -> Code {
        match self {
            Refusal::TooLarge => Code::LimitExceeded,
            Refusal::WrongNetwork
            | Refusal::BadSignature
            | Refusal::NonceUsed(_)
            | Refusal::NonceAhead(_) => Code::InvalidArgument,
            Refusal::NotYetValid(_) => Code::TooEarly,
            Refusal::Expired(_) => Code::Expired,
            Refusal::CannotPayFee { .. } => Code::InsufficientBalance,
            Refusal::Call(error) => error.code(),
        }
    }

    /// A short stable name.
    pub const fn name(&self) -> &'static str {
        match self {
            Refusal::TooLarge => "TooLarge",
            Refusal::WrongNetwork => "WrongNetwork",
            Refusal::NotYetValid(_) => "NotYetValid",
            Refusal::Expired(_) => "Expired",
            Refusal::BadSignature => "BadSignature",
            Refusal::NonceUsed(_) => "NonceUsed",
            Refusal::NonceAhead(_) => "NonceAhead",
            Refusal::CannotPayFee { .. } => "CannotPayFee",
            Refusal::Call(error) => error.name(),
        }
    }

    /// What to do about it.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Refusal::TooLarge => "Send less in one transaction.",
            Refusal::WrongNetwork => "Ask the node for its genesis hash and sign again.",
            Refusal::NotYetValid(_) => "Send it again when the chain has reached that height.",
            Refusal::Expired(_) => "Sign it again with a later window.",
            Refusal::BadSignature => "Sign with the key of the account named as signer.",
            Refusal::NonceUsed(_) | Refusal::NonceAhead(_) => {
                "Ask the node for the account's nonce and sign again."
            }
            Refusal::CannotPayFee { .. } => "Fund the signer.",
            Refusal::Call(error) => error.remedy(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::TooLarge => write!(f, "the transaction is longer than {MAX_TRANSACTION_BYTES} bytes"),
            Refusal::WrongNetwork => f.write_str("the transaction is signed for another network"),
            Refusal::NotYetValid(from) => write!(f, "the transaction is valid from height {from} on"),
            Refusal::Expired(until) => write!(f, "the transaction was valid until height {until}"),
            Refusal::BadSignature => f.write_str("the signature is not the signer's"),
            Refusal::NonceUsed(next) => write!(f, "the nonce has been used; the next one is {next}"),
            Refusal::NonceAhead(next) => write!(f, "the nonce is ahead; the next one is {next}"),
            Refusal::CannotPayFee { needed, balance } => {
                write!(f, "the fee is {needed} TAO and the signer has {balance} TAO")
            }
            Refusal::Call(error) => write!(f, "{}: {}", error.name(), error.sentence()),
        }
    }
}

impl std::error::Error for Refusal {}

/// What the signer of `body` pays, tip included.
pub fn fee(settings: &Settings, body: &Body) -> Tao {
    let price = if body.call.is_free() { Tao::ZERO } else { settings.limits.fee_per_cost };
    price.saturating_mul(body.call.cost()).saturating_add(body.tip)
}

/// Whether `transaction` may wait for, or stand in, the block at `height` on top of `state`, signature included.
///
/// # Errors
/// Why not; the first check that fails.
pub fn admit(state: &dyn StateRead, height: u64, transaction: &Transaction) -> Result<(), Refusal> {
    if transaction.size() > MAX_TRANSACTION_BYTES {
        return Err(Refusal::TooLarge);
    }
    if !transaction.verify() {
        return Err(Refusal::BadSignature);
    }
    admit_verified(state, height, transaction)
}

/// [`admit`] for a transaction whose size and signature have been checked before.
///
/// # Errors
/// Why not; the first check that fails.
pub fn admit_verified(state: &dyn StateRead, height: u64, transaction: &Transaction) -> Result<(), Refusal> {
    let body = &transaction.body;
    let settings = settings(state);
    let next = accounts::nonce(state, &body.signer);
    check_place(&settings, height, body)?;
    if body.nonce < next {
        return Err(Refusal::NonceUsed(next));
    }
    if body.nonce - next > MAX_NONCE_AHEAD {
        return Err(Refusal::NonceAhead(next));
    }
    fees::check(state, height, body, fee(&settings, body))?;
    calls::check_development(state, &body.call).map_err(Refusal::Call)?;
    swaps::check_not_announced(state, &body.signer, &body.call).map_err(Refusal::Call)?;
    if body.call.is_free() && body.nonce == next {
        let block = BlockContext { number: height, author: None, parent_hash: Default::default() };
        calls::dispatch(&mut Overlay::new(state), &block, &body.signer, &body.call).map_err(Refusal::Call)?;
    }
    Ok(())
}

/// Network and window.
fn check_place(settings: &Settings, height: u64, body: &Body) -> Result<(), Refusal> {
    if body.genesis != settings.genesis {
        Err(Refusal::WrongNetwork)
    } else if height < body.valid_from {
        Err(Refusal::NotYetValid(body.valid_from))
    } else if height > body.valid_until {
        Err(Refusal::Expired(body.valid_until))
    } else {
        Ok(())
    }
}

/// The checks of a transaction that is about to be executed; its size and signature have been checked before.
///
/// # Errors
/// Why it cannot stand in this block.
pub(crate) fn admit_now(
    state: &dyn StateRead,
    settings: &Settings,
    height: u64,
    body: &Body,
) -> Result<Tao, Refusal> {
    check_place(settings, height, body)?;
    let next = accounts::nonce(state, &body.signer);
    match body.nonce.cmp(&next) {
        std::cmp::Ordering::Less => return Err(Refusal::NonceUsed(next)),
        std::cmp::Ordering::Greater => return Err(Refusal::NonceAhead(next)),
        std::cmp::Ordering::Equal => {}
    }
    let needed = fee(settings, body);
    fees::check(state, height, body, needed)?;
    calls::check_development(state, &body.call).map_err(Refusal::Call)?;
    swaps::check_not_announced(state, &body.signer, &body.call).map_err(Refusal::Call)?;
    Ok(needed)
}
