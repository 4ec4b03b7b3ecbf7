//! The receiver's side: the checks, in their order.

use super::{ED25519, Request, VERSION, header, replay::ReplayMemory};
use taonet_chain::{AccountId, Signature};

/// How old a request may be: ten seconds.
pub const MAX_AGE_NS: u64 = 10_000_000_000;

/// How far ahead the sender's clock may be: two seconds.
pub const MAX_AHEAD_NS: u64 = 2_000_000_000;

/// Why a request does not prove who sent it. In the order of the checks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// A header is missing.
    #[error("the header {0} is missing; sign the request with btauth/1")]
    Missing(&'static str),
    /// A header is not in its form.
    #[error("the header {0} is not well formed; it must be {1}")]
    Malformed(&'static str, &'static str),
    /// The request names nobody as its receiver.
    #[error("the request is not bound to a receiver; sign it for my hotkey in X-Bittensor-Receiver")]
    Unbound,
    /// The request is for somebody else.
    #[error("the request is for {0}, not for me; read my hotkey from the metagraph again")]
    OtherReceiver(AccountId),
    /// The request is too old.
    #[error("the nonce is {0} ms old, more than 10 s; sign each request freshly and check the clock")]
    Stale(u64),
    /// The request comes from the future.
    #[error("the nonce is {0} ms ahead, more than 2 s; check the clock")]
    Early(u64),
    /// The scheme is one that this network has no keys for.
    #[error("signatures of scheme `sr25519` cannot be checked here; use an ed25519 hotkey")]
    UnsupportedScheme,
    /// The signature is not the sender's over this request.
    #[error("the signature does not match; sign exactly the method, target and body that are sent")]
    Signature,
    /// The sender used this nonce before.
    #[error("this request was received before; sign each retry with a fresh nonce")]
    Replayed,
    /// More requests are remembered than memory is kept for.
    #[error("too many requests in the last seconds; try again shortly")]
    Overloaded,
}

impl AuthError {
    /// A stable name for programs.
    pub fn name(&self) -> &'static str {
        match self {
            AuthError::Missing(_) => "missing_header",
            AuthError::Malformed(..) => "malformed_header",
            AuthError::Unbound => "unbound_request",
            AuthError::OtherReceiver(_) => "other_receiver",
            AuthError::Stale(_) => "stale_nonce",
            AuthError::Early(_) => "early_nonce",
            AuthError::UnsupportedScheme => "unsupported_scheme",
            AuthError::Signature => "bad_signature",
            AuthError::Replayed => "replayed_request",
            AuthError::Overloaded => "overloaded",
        }
    }
}

/// Checks requests for one receiver and remembers them for as long as they are fresh.
#[derive(Debug)]
pub struct Verifier {
    me: AccountId,
    accepts_unbound: bool,
    seen: ReplayMemory,
}

impl Verifier {
    /// A verifier for requests to `me` only.
    pub fn new(me: AccountId) -> Verifier {
        Verifier { me, accepts_unbound: false, seen: ReplayMemory::default() }
    }

    /// Accepts requests that name no receiver, too. Whoever receives such a request can send it on as if it were
    /// meant for someone else.
    pub fn accept_unbound(self) -> Verifier {
        Verifier { accepts_unbound: true, ..self }
    }

    /// Who sent this request. `header` looks a header up by its name, `now` is the time in nanoseconds since the Unix
    /// epoch.
    ///
    /// The order: headers present and well formed; receiver; age of the nonce; signature, under the declared scheme
    /// only, over the body as received; not seen before. Only what passed all of these is remembered, so strangers
    /// cannot poison the memory.
    ///
    /// # Errors
    /// The first check that fails, in the order of keys-and-axons.md section 2.
    pub fn verify<'h>(
        &mut self,
        request: &Request<'_>,
        header: impl Fn(&'static str) -> Option<&'h str>,
        now: u64,
    ) -> Result<AccountId, AuthError> {
        self.verify_of(request, header, now, |_| true)
    }

    /// The same, but only requests of senders that are `known` are remembered, since the others are refused anyway:
    /// keys cost nothing, and whoever makes many must not fill the memory.
    ///
    /// # Errors
    /// As for [`verify`](Verifier::verify); a stranger's request may be proved twice.
    pub fn verify_of<'h>(
        &mut self,
        request: &Request<'_>,
        header: impl Fn(&'static str) -> Option<&'h str>,
        now: u64,
        known: impl FnOnce(&AccountId) -> bool,
    ) -> Result<AccountId, AuthError> {
        let proof = Proof::read(header)?;
        self.check_receiver(proof.receiver)?;
        check_age(proof.nonce, now)?;
        proof.check_signature(request)?;
        if known(&proof.sender) {
            self.seen.remember(proof.nonce, proof.sender, now.saturating_sub(MAX_AGE_NS))?;
        }
        Ok(proof.sender)
    }

    fn check_receiver(&self, receiver: Option<AccountId>) -> Result<(), AuthError> {
        match receiver {
            Some(receiver) if receiver == self.me => Ok(()),
            Some(receiver) => Err(AuthError::OtherReceiver(receiver)),
            None if self.accepts_unbound => Ok(()),
            None => Err(AuthError::Unbound),
        }
    }
}

fn check_age(nonce: u64, now: u64) -> Result<(), AuthError> {
    let (age, ahead) = (now.saturating_sub(nonce), nonce.saturating_sub(now));
    if age > MAX_AGE_NS {
        Err(AuthError::Stale(age / 1_000_000))
    } else if ahead > MAX_AHEAD_NS {
        Err(AuthError::Early(ahead / 1_000_000))
    } else {
        Ok(())
    }
}

/// The headers of one request, understood.
struct Proof {
    sender: AccountId,
    receiver: Option<AccountId>,
    nonce: u64,
    scheme: Scheme,
    signature: Signature,
}

#[derive(PartialEq, Eq)]
enum Scheme {
    Ed25519,
    Sr25519,
}

impl Proof {
    fn read<'h>(header: impl Fn(&'static str) -> Option<&'h str>) -> Result<Proof, AuthError> {
        let present = |name| header(name).ok_or(AuthError::Missing(name));
        if present(header::VERSION)? != VERSION {
            return Err(AuthError::Malformed(header::VERSION, "1"));
        }
        Ok(Proof {
            sender: account(header::HOTKEY, present(header::HOTKEY)?)?,
            nonce: nonce(present(header::NONCE)?)?,
            signature: signature(present(header::SIGNATURE)?)?,
            scheme: scheme(header(header::CRYPTO))?,
            receiver: header(header::RECEIVER).map(|text| account(header::RECEIVER, text)).transpose()?,
        })
    }

    fn check_signature(&self, request: &Request<'_>) -> Result<(), AuthError> {
        if self.scheme == Scheme::Sr25519 {
            return Err(AuthError::UnsupportedScheme);
        }
        let payload = request.payload(self.sender, self.receiver, self.nonce);
        if self.sender.verify_raw(payload.as_bytes(), &self.signature) {
            Ok(())
        } else {
            Err(AuthError::Signature)
        }
    }
}

fn account(name: &'static str, text: &str) -> Result<AccountId, AuthError> {
    text.parse().map_err(|_| AuthError::Malformed(name, "an SS58 address with prefix 42"))
}

/// The nonce, in the one form that is signed: digits without leading zeros.
fn nonce(text: &str) -> Result<u64, AuthError> {
    let form = AuthError::Malformed(header::NONCE, "nanoseconds since the Unix epoch in decimal digits");
    text.parse().ok().filter(|nonce: &u64| nonce.to_string() == text).ok_or(form)
}

fn signature(text: &str) -> Result<Signature, AuthError> {
    let form = AuthError::Malformed(header::SIGNATURE, "0x and 128 hex digits");
    let mut bytes = [0; 64];
    let digits = text.strip_prefix("0x").ok_or(form.clone())?;
    hex::decode_to_slice(digits, &mut bytes).map_err(|_| form)?;
    Ok(Signature(bytes))
}

fn scheme(text: Option<&str>) -> Result<Scheme, AuthError> {
    match text {
        Some(ED25519) => Ok(Scheme::Ed25519),
        Some("sr25519") | None => Ok(Scheme::Sr25519),
        Some(_) => Err(AuthError::Malformed(header::CRYPTO, "ed25519 or sr25519")),
    }
}
