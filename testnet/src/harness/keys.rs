//! Keys from names, so that a test needs no key file and every layer derives the same ones.
//!
//! Rules:
//! 1. The coldkey of `alice` is the key of the URI `//alice`, its hotkey that of `//alice//hot`.
//! 2. The names of the public development accounts (Alice, Bob, …) are theirs in any case of letters, and their
//!    coldkeys are the well-known keys.
//! 3. A call that the chain wants from a hotkey is signed by the hotkey of a name, every other call by its coldkey.
//!    `alice.hot` and `alice.cold` say which when it matters.
//! 4. `n0`, `n1` and so on are the nodes: each has one key, which votes, owns itself and signs its calls. A participant
//!    who is called so comes first.

use taonet_chain::{AccountId, Call, DevOptions, Keypair, keys::DEV_ACCOUNTS};

/// The most characters of a name.
const MAX_NAME: usize = 64;

/// Which of the two keys of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Holds money and owns hotkeys.
    Cold,
    /// Works on a subnet.
    Hot,
}

/// The URI of a participant's key; `None` for a text that is no name: 1 to 64 letters, digits, dashes and underscores.
///
/// ```
/// use taonet_testnet::harness::keys::{Which, uri};
/// assert_eq!(uri("val-a", Which::Cold).as_deref(), Some("//val-a"));
/// assert_eq!(uri("val-a", Which::Hot).as_deref(), Some("//val-a//hot"));
/// assert_eq!(uri("alice", Which::Cold).as_deref(), Some("//Alice"));
/// assert_eq!(uri("no name", Which::Cold), None);
/// ```
pub fn uri(name: &str, which: Which) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(plain) {
        return None;
    }
    let dev = DEV_ACCOUNTS.iter().find(|uri| uri.trim_start_matches('/').eq_ignore_ascii_case(name));
    let cold = dev.map_or_else(|| format!("//{name}"), |uri| (*uri).to_owned());
    Some(match which {
        Which::Cold => cold,
        Which::Hot => format!("{cold}//hot"),
    })
}

/// A participant's key.
pub fn key(name: &str, which: Which) -> Option<Keypair> {
    Keypair::from_uri(&uri(name, which)?).ok()
}

/// A participant's account.
pub fn account(name: &str, which: Which) -> Option<AccountId> {
    key(name, which).map(|key| key.account())
}

/// The key of the node with this name, of so many that are authorities.
pub fn node(name: &str, authorities: u16) -> Option<Keypair> {
    let index = name.strip_prefix('n')?.parse().ok().filter(|index| *index < authorities)?;
    Keypair::from_uri(&DevOptions::authority_uri(index)).ok()
}

/// The name in `who`, and the key that it asks for, if it does: `alice.hot` is the hotkey of alice.
pub fn split(who: &str) -> (&str, Option<Which>) {
    match who.rsplit_once('.') {
        Some((name, "hot")) => (name, Some(Which::Hot)),
        Some((name, "cold")) => (name, Some(Which::Cold)),
        _ => (who, None),
    }
}

/// Which key the chain wants a call from.
pub fn wanted_by(call: &Call) -> Which {
    match call {
        Call::ServeAxon { .. }
        | Call::ServePrometheus { .. }
        | Call::ServeAxonTls { .. }
        | Call::SetWeights { .. }
        | Call::SetMechanismWeights { .. }
        | Call::CommitWeights { .. }
        | Call::RevealWeights { .. }
        | Call::BatchRevealWeights { .. }
        | Call::CommitTimelockedWeights { .. }
        | Call::Register { .. }
        | Call::SetCommitment { .. } => Which::Hot,
        _ => Which::Cold,
    }
}
