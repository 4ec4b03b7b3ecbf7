//! Errors on their way between processes: a gRPC status with a typed detail, and back.
//!
//! Rules:
//! 1. Every error a client sees has a number, a name, one of the eighteen codes, a sentence and a remedy.
//! 2. On the wire it is the standard `google.rpc.Status` with one [`proto::ErrorDetail`], so that any gRPC tool
//!    shows it.
//! 3. A status without that detail (a proxy's, or a lost connection) still becomes a sentence with a remedy.

use crate::{client::lost, proto, store::StoreError};
use prost::Message;
use std::fmt;
use taonet_chain::{CallError, Code as Kind, Refusal};
use taonet_consensus::Rejection;
use tonic::{Code, Status};

/// The type of the detail, as `google.protobuf.Any` names it.
const DETAIL_TYPE: &str = "type.googleapis.com/taonet.v1.ErrorDetail";

/// So many characters of a client's text are repeated to it: an answer must not grow with the question.
const SHOWN: usize = 64;

/// What is wrong, for programs and for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Fault {
    /// The stable number of a call error; 0 for everything else.
    pub number: u32,
    /// A stable name, such as `NotEnoughBalanceToStake`.
    pub name: String,
    /// The kind of failure.
    pub code: Kind,
    /// What is wrong.
    pub sentence: String,
    /// What to do about it.
    pub remedy: String,
    /// The transaction that was executed and failed, if it is about one: its fee was paid.
    pub paid: Option<Box<Paid>>,
}

/// A transaction that failed in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// Its hash.
    pub id: String,
    /// The height of the block.
    pub height: u64,
    /// What was paid for it, in RAO.
    pub fee: u64,
}

impl Fault {
    /// A fault that is not about a call.
    pub fn new(code: Kind, name: &str, sentence: impl fmt::Display, remedy: &str) -> Fault {
        Fault {
            number: 0,
            name: name.into(),
            code,
            sentence: sentence.to_string(),
            remedy: remedy.into(),
            paid: None,
        }
    }

    /// A request that makes no sense.
    pub fn invalid(sentence: impl fmt::Display, remedy: &str) -> Fault {
        Fault::new(Kind::InvalidArgument, "InvalidRequest", sentence, remedy)
    }

    /// Something that is asked for and not there.
    pub fn not_found(sentence: impl fmt::Display, remedy: &str) -> Fault {
        Fault::new(Kind::NotFound, "NotFound", sentence, remedy)
    }

    /// More than the node serves at a time.
    pub fn busy(what: &str) -> Fault {
        let sentence = format!("the node serves no more {what} at the moment");
        Fault::new(Kind::LimitExceeded, "Busy", sentence, "Try again later, or ask another node.")
    }

    /// The node is stopping.
    pub fn stopping() -> Fault {
        Fault::new(Kind::Internal, "Stopping", "the node is stopping", "Ask another node, or start it again.")
    }

    /// The fault as it travels.
    pub fn to_detail(&self) -> proto::ErrorDetail {
        proto::ErrorDetail {
            number: self.number,
            name: self.name.clone(),
            code: self.code.to_string(),
            sentence: self.sentence.clone(),
            remedy: self.remedy.clone(),
        }
    }
}

impl From<CallError> for Fault {
    fn from(error: CallError) -> Fault {
        let fault = Fault::new(error.code(), error.name(), error.sentence(), error.remedy());
        Fault { number: error.number().into(), ..fault }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Fault {
        if let Refusal::Call(error) = refusal {
            return error.into();
        }
        Fault::new(refusal.code(), refusal.name(), refusal, refusal.remedy())
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Fault {
        let code = match rejection {
            Rejection::Refused(refusal) => return refusal.into(),
            Rejection::Known => Kind::AlreadyExists,
            Rejection::AccountFull | Rejection::Full => Kind::LimitExceeded,
        };
        Fault::new(code, rejection.name(), rejection, rejection.remedy())
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Fault {
        Fault::new(Kind::Internal, "Storage", &error, &error.remedy())
    }
}

impl From<proto::ErrorDetail> for Fault {
    fn from(detail: proto::ErrorDetail) -> Fault {
        Fault {
            number: detail.number,
            code: kind_of(&detail.code),
            name: detail.name,
            sentence: detail.sentence,
            remedy: detail.remedy,
            paid: None,
        }
    }
}

/// `google.rpc.Status`, which carries the details of a gRPC error.
#[derive(Clone, PartialEq, Message)]
struct RichStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, Message)]
struct Any {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

impl From<Fault> for Status {
    fn from(fault: Fault) -> Status {
        let code = grpc_code(&fault);
        let detail = Any { type_url: DETAIL_TYPE.into(), value: fault.to_detail().encode_to_vec() };
        let rich = RichStatus { code: code.into(), message: fault.sentence.clone(), details: vec![detail] };
        Status::with_details(code, fault.sentence, rich.encode_to_vec().into())
    }
}

impl From<Status> for Fault {
    fn from(status: Status) -> Fault {
        let rich = RichStatus::decode(status.details()).unwrap_or_default();
        let detail = rich.details.iter().find(|detail| detail.type_url == DETAIL_TYPE);
        match detail.and_then(|detail| proto::ErrorDetail::decode(detail.value.as_slice()).ok()) {
            Some(detail) => detail.into(),
            None => without_detail(&status),
        }
    }
}

fn without_detail(status: &Status) -> Fault {
    match status.code() {
        Code::Unavailable => lost(status).at("its address"),
        Code::Unimplemented => Fault::new(
            Kind::Unknown,
            "Unimplemented",
            "what answers there does not know this request",
            "Check that the address is a taonet node of the same version.",
        ),
        Code::OutOfRange | Code::ResourceExhausted => Fault::new(
            Kind::LimitExceeded,
            "TooLarge",
            format!("the request or its answer is too long: {}", status.message()),
            "Send or ask for less at a time.",
        ),
        code => Fault::new(
            Kind::Unknown,
            "Unexpected",
            format!("{code}: {}", status.message()),
            "Look into the node's log (`taonet logs`).",
        ),
    }
}

/// A client's text as an error repeats it.
pub(crate) fn shown(text: &str) -> String {
    let start: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() { format!("{start}…") } else { start }
}

fn grpc_code(fault: &Fault) -> Code {
    match fault.code {
        Kind::NotFound | Kind::SubnetNotExists => Code::NotFound,
        Kind::LimitExceeded | Kind::RateLimited => Code::ResourceExhausted,
        Kind::NotAuthorized => Code::PermissionDenied,
        Kind::AlreadyExists => Code::AlreadyExists,
        Kind::InvalidArgument | Kind::UnitMismatch => Code::InvalidArgument,
        Kind::Internal | Kind::Unknown => Code::Internal,
        _ => Code::FailedPrecondition,
    }
}

fn kind_of(text: &str) -> Kind {
    Kind::ALL.iter().copied().find(|kind| kind.text() == text).unwrap_or(Kind::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_error_survives_the_wire() {
        for &error in CallError::ALL {
            let fault = Fault::from(error);
            assert_eq!(Fault::from(Status::from(fault.clone())), fault);
        }
    }

    #[test]
    fn a_refusal_says_what_is_wrong_and_what_to_do() {
        let fault = Fault::from(Status::from(Fault::from(Refusal::NonceUsed(7))));
        assert_eq!((fault.name.as_str(), fault.code), ("NonceUsed", Kind::InvalidArgument));
        assert_eq!(fault.sentence, "the nonce has been used; the next one is 7");
        assert!(!fault.remedy.is_empty());
    }

    #[test]
    fn a_status_of_somebody_else_becomes_a_sentence_with_a_remedy() {
        for code in [Code::Unavailable, Code::Unimplemented, Code::DeadlineExceeded] {
            let fault = Fault::from(Status::new(code, "something"));
            assert!(!fault.sentence.is_empty() && !fault.remedy.is_empty());
        }
    }
}
