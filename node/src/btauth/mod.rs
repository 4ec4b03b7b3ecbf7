//! `btauth/1`: any HTTP request can prove who sent it, to whom, with exactly this body, and recently
//! (keys-and-axons.md section 2).
//!
//! Rules:
//! 1. What is signed are eight lines joined by `\n`, without one at the end: `btauth/1`, the scheme, the HTTP method in
//!    upper case, the request target as sent, SHA-256 of the raw body in lower-case hex, the nonce, the sender, and the
//!    receiver or `-`.
//! 2. The nonce is the time in nanoseconds since the Unix epoch. Every request, a repeated one too, signs a fresh one.
//! 3. The proof travels in six `X-Bittensor-…` headers ([`header`]). An absent scheme means `sr25519`, so taonet always
//!    names its own, `ed25519`.
//! 4. The receiver checks in a fixed order, each failure with its own [`AuthError`]; see [`Verifier::verify`].
//!
//! ```
//! use taonet_chain::Keypair;
//! use taonet_node::btauth::{Request, Verifier};
//!
//! let (alice, bob) = (Keypair::from_seed([1; 32]), Keypair::from_seed([2; 32]));
//! let request = Request { method: "POST", target: "/forward", body: b"{}" };
//! let now = 1_790_345_409_716_418_794;
//! let headers = request.sign(&alice, Some(bob.account()), now);
//!
//! let mut verifier = Verifier::new(bob.account());
//! let header = |name: &str| headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str());
//! assert_eq!(verifier.verify(&request, header, now), Ok(alice.account()));
//! assert!(verifier.verify(&request, header, now).is_err(), "the same request again is a replay");
//! ```

mod replay;
mod verify;

#[cfg(test)]
mod tests;

pub use replay::MAX_REMEMBERED;
pub use verify::{AuthError, MAX_AGE_NS, MAX_AHEAD_NS, Verifier};

use sha2::{Digest, Sha256};
use taonet_chain::{AccountId, Keypair};

/// The names of the headers.
pub mod header {
    /// The version of this protocol: `1`.
    pub const VERSION: &str = "X-Bittensor-Version";
    /// The sender's hotkey, SS58.
    pub const HOTKEY: &str = "X-Bittensor-Hotkey";
    /// The nonce, decimal.
    pub const NONCE: &str = "X-Bittensor-Nonce";
    /// `0x` and 128 hex digits.
    pub const SIGNATURE: &str = "X-Bittensor-Signature";
    /// The signature scheme; absent means `sr25519`.
    pub const CRYPTO: &str = "X-Bittensor-Crypto";
    /// The receiver's hotkey, SS58; absent when the request is not bound to one.
    pub const RECEIVER: &str = "X-Bittensor-Receiver";
}

/// The version that the first header names.
const VERSION: &str = "1";

/// The scheme of the keys of this network.
const ED25519: &str = "ed25519";

/// The part of an HTTP request that is signed, besides who sends it and when.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method; upper case is what counts.
    pub method: &'a str,
    /// The request target as sent: path and `?query`.
    pub target: &'a str,
    /// The raw body.
    pub body: &'a [u8],
}

impl Request<'_> {
    /// The headers that prove this request to come from `key`, for `receiver` only if there is one. `nonce` is the
    /// time in nanoseconds since the Unix epoch.
    pub fn sign(
        &self,
        key: &Keypair,
        receiver: Option<AccountId>,
        nonce: u64,
    ) -> Vec<(&'static str, String)> {
        let sender = key.account();
        let signature = key.sign_raw(self.payload(sender, receiver, nonce).as_bytes());
        let mut headers = vec![
            (header::VERSION, VERSION.to_owned()),
            (header::HOTKEY, sender.to_string()),
            (header::NONCE, nonce.to_string()),
            (header::SIGNATURE, format!("0x{}", hex::encode(signature.0))),
            (header::CRYPTO, ED25519.to_owned()),
        ];
        headers.extend(receiver.map(|receiver| (header::RECEIVER, receiver.to_string())));
        headers
    }

    /// The eight lines that are signed.
    pub fn payload(&self, sender: AccountId, receiver: Option<AccountId>, nonce: u64) -> String {
        let method = self.method.to_ascii_uppercase();
        let body = hex::encode(Sha256::digest(self.body));
        let receiver = receiver.map_or_else(|| "-".to_owned(), |receiver| receiver.to_string());
        format!("btauth/1\n{ED25519}\n{method}\n{}\n{body}\n{nonce}\n{sender}\n{receiver}", self.target)
    }
}
