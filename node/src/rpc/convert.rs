//! Between the chain's types and the API's: the only place where text of clients becomes types.

use super::{arguments::arguments, blocks::Stored};
use crate::{
    fault::{Fault, shown},
    proto,
};
use serde_json::Value;
use taonet_chain::{
    AccountId, Authority, Code, Event, Hash, MAX_TRANSACTION_BYTES, Refusal, Transaction,
    ledger::epochs::Mechanism,
};

/// An account from its address.
pub(super) fn account(text: &str) -> Result<AccountId, Fault> {
    text.parse().map_err(|error| {
        Fault::invalid(format!("`{}` is no account: {error}", shown(text)), "Send an SS58 address.")
    })
}

/// A hash from its hex digits.
pub(super) fn hash(text: &str) -> Result<Hash, Fault> {
    Hash::from_hex(text)
        .ok_or_else(|| Fault::invalid(format!("`{}` is no hash", shown(text)), "Send 64 hex digits."))
}

/// A subnet's number.
pub(super) fn netuid(number: u32) -> Result<u16, Fault> {
    u16::try_from(number)
        .map_err(|_| Fault::invalid(format!("{number} is no netuid"), "Send a number up to 65535."))
}

/// A neuron's number.
pub(super) fn uid(number: u32) -> Result<u16, Fault> {
    u16::try_from(number)
        .map_err(|_| Fault::invalid(format!("{number} is no UID"), "Send a number up to 65535."))
}

/// A mechanism of a subnet.
pub(super) fn mechanism(subnet: u32, number: u32) -> Result<Mechanism, Fault> {
    let netuid = netuid(subnet)?;
    let number = u8::try_from(number)
        .map_err(|_| Fault::invalid(format!("{number} is no mechanism"), "Send a number up to 255."))?;
    Ok(Mechanism { netuid, number })
}

/// A transaction from its encoding.
pub(super) fn transaction(bytes: &[u8]) -> Result<Transaction, Fault> {
    if bytes.len() > MAX_TRANSACTION_BYTES {
        return Err(Refusal::TooLarge.into());
    }
    borsh::from_slice(bytes).map_err(|error| {
        let remedy = "Send the borsh encoding of a signed transaction of this version.";
        Fault::new(Code::InvalidArgument, "Undecodable", format!("not a transaction: {error}"), remedy)
    })
}

pub(super) fn authority(authority: &Authority) -> proto::Authority {
    proto::Authority { account: authority.id.to_string(), power: authority.power }
}

/// A block as it is kept.
pub(super) fn raw_block(stored: &Stored) -> proto::RawBlock {
    proto::RawBlock {
        height: stored.committed.block.header.height,
        block: encoded(&stored.committed),
        receipts: encoded(&stored.results.receipts),
        events: encoded(&stored.results.events),
    }
}

fn encoded(value: &impl borsh::BorshSerialize) -> Vec<u8> {
    // Writing into a vector cannot fail.
    borsh::to_vec(value).unwrap_or_default()
}

/// An event with its fields as JSON, as the chain serializes them.
pub(super) fn event(event: &Event) -> proto::Event {
    let (name, fields) = variant(event);
    let name = event.public_name().unwrap_or(name);
    let netuid = fields.get("netuid").and_then(Value::as_u64).and_then(|netuid| u32::try_from(netuid).ok());
    proto::Event { name, fields_json: fields.to_string(), netuid }
}

/// The name and the fields of a variant of an enum.
fn variant(value: &impl serde::Serialize) -> (String, Value) {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => object.into_iter().next().unwrap_or_default(),
        Ok(Value::String(name)) => (name, Value::Object(Default::default())),
        _ => Default::default(),
    }
}

pub(super) fn block(stored: &Stored) -> proto::Block {
    let header = &stored.committed.block.header;
    let certificate = &stored.committed.certificate;
    proto::Block {
        height: header.height,
        hash: header.id().to_string(),
        parent: header.parent.to_string(),
        timestamp_ms: header.timestamp_ms,
        proposer: header.proposer.to_string(),
        round: certificate.round,
        state_root: header.state_root.to_string(),
        transactions_root: header.transactions_root.to_string(),
        receipts_root: header.receipts_root.to_string(),
        next_authorities: header.next_authorities.to_string(),
        signers: certificate.signatures.iter().map(|(signer, _)| signer.to_string()).collect(),
        transactions: executed_transactions(stored).collect(),
        events: stored.results.events.iter().map(event).collect(),
    }
}

/// The events of a block that a client asked for; `None` if there is none.
pub(super) fn block_events(
    stored: &Stored,
    request: &proto::WatchEventsRequest,
) -> Option<proto::BlockEvents> {
    let wanted = |event: &proto::Event| {
        (request.names.is_empty() || request.names.contains(&event.name))
            && (request.netuid.is_none() || request.netuid == event.netuid)
    };
    let events: Vec<_> = stored.results.events.iter().map(event).filter(wanted).collect();
    let header = &stored.committed.block.header;
    (!events.is_empty()).then(|| proto::BlockEvents {
        height: header.height,
        hash: header.id().to_string(),
        timestamp_ms: header.timestamp_ms,
        events,
    })
}

/// The transactions of a block with what became of them.
pub(super) fn executed_transactions(
    stored: &Stored,
) -> impl Iterator<Item = proto::ExecutedTransaction> + '_ {
    let header = &stored.committed.block.header;
    let block_hash = header.id().to_string();
    let pairs = stored.committed.block.transactions.iter().zip(&stored.results.receipts);
    (0u32..).zip(pairs).map(move |(position, (transaction, receipt))| {
        let body = &transaction.body;
        proto::ExecutedTransaction {
            id: receipt.transaction.to_string(),
            height: header.height,
            block_hash: block_hash.clone(),
            position,
            signer: body.signer.to_string(),
            nonce: body.nonce,
            call: body.call.name().into(),
            arguments_json: arguments(&body.call).to_string(),
            fee: receipt.fee.units(),
            error: receipt.result.err().map(|error| Fault::from(error).to_detail()),
            events: receipt.events(&stored.results.events).iter().map(event).collect(),
        }
    })
}
