//! Hashes, accounts and signatures.
//!
//! Rules:
//! 1. Every hash names what it is a hash *of*: blake3 keyed with a [`Domain`], so bytes of one kind can never pass for
//!    another kind.
//! 2. A signature is over the 32-byte hash of a domain and the bytes, never over raw bytes.
//! 3. Signatures are checked with `verify_strict`, one by one, everywhere: nodes must not differ in what they accept.
//! 4. An account is 32 bytes. Accounts of people are ed25519 public keys; accounts of subnets are keyless and no
//!    signature ever verifies for them.

use borsh::{BorshDeserialize, BorshSerialize};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use std::fmt;

/// What a hash or a signature is about. The key is the domain's name, padded with dots to 32 bytes.
#[derive(Clone, Copy)]
pub struct Domain(&'static [u8; 32]);

impl Domain {
    /// The header of a block; its hash is the block's id.
    pub const HEADER: Domain = Domain(b"taonet.header...................");
    /// A genesis; its hash is the identity of the network.
    pub const GENESIS: Domain = Domain(b"taonet.genesis..................");
    /// A signed transaction.
    pub const TRANSACTION: Domain = Domain(b"taonet.transaction..............");
    /// The bytes of a transaction that its signer signs.
    pub const TRANSACTION_BODY: Domain = Domain(b"taonet.transaction-body.........");
    /// A prevote or precommit.
    pub const VOTE: Domain = Domain(b"taonet.vote.....................");
    /// A proposal of a block in a round.
    pub const PROPOSAL: Domain = Domain(b"taonet.proposal.................");
    /// A set of authorities.
    pub const AUTHORITIES: Domain = Domain(b"taonet.authorities..............");
    /// The receipt of one transaction.
    pub const RECEIPT: Domain = Domain(b"taonet.receipt..................");
    /// A list of hashes (transactions or receipts of a block).
    pub const LIST: Domain = Domain(b"taonet.list.....................");
    /// A key of the state.
    pub const STATE_KEY: Domain = Domain(b"taonet.state-key................");
    /// A value of the state.
    pub const STATE_VALUE: Domain = Domain(b"taonet.state-value..............");
    /// A bucket of the state tree.
    pub const STATE_BUCKET: Domain = Domain(b"taonet.state-bucket.............");
    /// An inner node of the state tree.
    pub const STATE_NODE: Domain = Domain(b"taonet.state-node...............");
    /// Which authority proposes a round when powers are unequal.
    pub const PROPOSER: Domain = Domain(b"taonet.proposer.................");
    /// A message between nodes, as gossip names it.
    pub const MESSAGE: Domain = Domain(b"taonet.message..................");
    /// The key of bytes that are sealed to a beacon round.
    pub const SEAL: Domain = Domain(b"taonet.seal.....................");
    /// The coldkey that is announced to replace another one.
    pub const COLDKEY_SWAP: Domain = Domain(b"taonet.coldkey-swap.............");
    /// Seeds that built-in roles and the beacon derive from public data.
    pub const SEED: Domain = Domain(b"taonet.seed.....................");
}

/// A 32-byte blake3 hash. `Display` is lower-case hex, `Debug` its first eight digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, BorshSerialize, BorshDeserialize)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// All zero: the parent of block 0 and the root of nothing.
    pub const ZERO: Hash = Hash([0; 32]);

    /// The hash of `bytes` in `domain`.
    pub fn of(domain: Domain, bytes: &[u8]) -> Hash {
        Hash(*blake3::keyed_hash(domain.0, bytes).as_bytes())
    }

    /// The hash of the borsh encoding of `value` in `domain`.
    pub fn of_value(domain: Domain, value: &impl BorshSerialize) -> Hash {
        let mut hasher = blake3::Hasher::new_keyed(domain.0);
        // Writing into a hasher cannot fail.
        let _ = borsh::to_writer(&mut hasher, value);
        Hash(*hasher.finalize().as_bytes())
    }

    /// Parses 64 hex digits, with or without `0x`.
    pub fn from_hex(text: &str) -> Option<Hash> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes).ok()?;
        Some(Hash(bytes))
    }

    /// The first eight hex digits, for people.
    pub fn short(&self) -> String {
        hex::encode(&self.0[..4])
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

/// An ed25519 signature, 64 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct Signature(pub [u8; 64]);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..", hex::encode(&self.0[..4]))
    }
}

/// An account: 32 bytes, an ed25519 public key or a keyless account of a subnet. Text form: SS58, see [`crate::ss58`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, BorshSerialize, BorshDeserialize)]
pub struct AccountId(pub [u8; 32]);

impl AccountId {
    /// Whether this account signed `bytes` in `domain`.
    ///
    /// ```
    /// use taonet_chain::{Domain, Keypair};
    /// let alice = Keypair::from_seed([1; 32]);
    /// let signature = alice.sign(Domain::VOTE, b"yes");
    /// assert!(alice.account().verify(Domain::VOTE, b"yes", &signature));
    /// assert!(!alice.account().verify(Domain::PROPOSAL, b"yes", &signature));
    /// ```
    pub fn verify(&self, domain: Domain, bytes: &[u8], signature: &Signature) -> bool {
        self.verify_raw(&Hash::of(domain, bytes).0, signature)
    }

    /// Whether this account signed exactly `bytes`, without a domain: only for formats that others define, such as
    /// signed HTTP requests.
    pub fn verify_raw(&self, bytes: &[u8], signature: &Signature) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        VerifyingKey::from_bytes(&self.0).is_ok_and(|key| key.verify_strict(bytes, &signature).is_ok())
    }
}

/// A secret key with its account.
#[derive(Clone)]
pub struct Keypair(SigningKey);

impl Keypair {
    /// The key pair of a 32-byte seed.
    pub fn from_seed(seed: [u8; 32]) -> Keypair {
        Keypair(SigningKey::from_bytes(&seed))
    }

    /// The seed this key pair came from: the secret itself.
    pub fn seed(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The account this key signs for.
    pub fn account(&self) -> AccountId {
        AccountId(self.0.verifying_key().to_bytes())
    }

    /// Signs `bytes` in `domain`. ed25519 is deterministic: the same bytes give the same signature.
    pub fn sign(&self, domain: Domain, bytes: &[u8]) -> Signature {
        self.sign_raw(&Hash::of(domain, bytes).0)
    }

    /// Signs exactly `bytes`, without a domain: only for formats that others define.
    pub fn sign_raw(&self, bytes: &[u8]) -> Signature {
        Signature(self.0.sign(bytes).to_bytes())
    }
}

impl fmt::Debug for Keypair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keypair({})", self.account())
    }
}
