//! Following a chain without its blocks: headers, certificates and proofs of the state, from one trusted anchor.
//!
//! Rules:
//! 1. The anchor is the genesis, whose authorities follow from it alone, or a header that its user knows by its id.
//! 2. A header is believed if it names the authorities that are known to decide its height and carries their
//!    certificate. Headers in between need not be seen.
//! 3. The authorities change only by a [`Turn`]: a believed header with the set that it names for the next height. Who
//!    follows every turn knows the set of every height after the anchor.
//! 4. A value, or its absence, is believed if it is proven against the state root of a believed header.
//!
//! What is trusted besides the anchor: of none of the sets on the way did two thirds ever sign another chain, not even
//! long after they had left. Who doubts that of sets of long ago takes a later header as anchor, whose id came from
//! somebody he knows.
//!
//! ```
//! use taonet_chain::{DevOptions, Genesis, light::LightChain};
//! let genesis = Genesis::dev(DevOptions::default());
//! let light = LightChain::at_genesis(&genesis, 0)?;
//! assert_eq!((light.height(), light.authorities().len()), (0, 4));
//! # Ok::<(), taonet_chain::GenesisError>(())
//! ```

use crate::{
    authority::AuthoritySet,
    block::{BlockId, CommittedBlock, Header},
    genesis::{Genesis, GenesisError},
    state::tree::Proof,
    vote::{Certificate, CertificateError, Network},
};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// A header and the precommits that decided it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CertifiedHeader {
    /// The header.
    pub header: Header,
    /// More than two thirds of precommits for it.
    pub certificate: Certificate,
}

impl From<&CommittedBlock> for CertifiedHeader {
    fn from(committed: &CommittedBlock) -> CertifiedHeader {
        let (header, certificate) = (committed.block.header.clone(), committed.certificate.clone());
        CertifiedHeader { header, certificate }
    }
}

/// A header with the authorities of the next height: where one set hands over to another.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Turn {
    /// The header, certified by the set before.
    pub certified: CertifiedHeader,
    /// The set that decides from the next height on.
    pub authorities: AuthoritySet,
}

impl Turn {
    /// The height of its header.
    pub fn height(&self) -> u64 {
        self.certified.header.height
    }

    /// Whether the set is the one its header names.
    fn is_whole(&self) -> bool {
        self.authorities.hash() == self.certified.header.next_authorities
    }
}

/// Why something is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LightError {
    /// The header belongs to another network.
    OtherNetwork,
    /// The header is not after the last one that is known.
    NotAfter {
        /// The height of the last one.
        known: u64,
    },
    /// The header is not the one that is trusted.
    NotTheAnchor,
    /// The header names other authorities than those known: turns are missing, or it is of another branch.
    OtherAuthorities,
    /// The certificate is about another block.
    OtherBlock,
    /// The certificate proves nothing.
    Certificate(CertificateError),
    /// The set is not the one that the header names for the next height.
    NextAuthorities,
    /// The proof does not lead from the value to the state root of the header.
    Proof,
}

impl fmt::Display for LightError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LightError::OtherNetwork => f.write_str("the header belongs to another network"),
            LightError::NotAfter { known } => write!(f, "the header is not after block {known}"),
            LightError::NotTheAnchor => f.write_str("the header is not the one that is trusted"),
            LightError::OtherAuthorities => {
                f.write_str("the header names other authorities than those known for its height")
            }
            LightError::OtherBlock => f.write_str("the certificate is about another block"),
            LightError::Certificate(error) => error.fmt(f),
            LightError::NextAuthorities => {
                f.write_str("the authorities are not those that the header names for the next height")
            }
            LightError::Proof => f.write_str("the proof does not lead from the value to the state root"),
        }
    }
}

impl std::error::Error for LightError {}

/// What is known of a chain by who follows its turns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LightChain {
    network: Network,
    height: u64,
    authorities: AuthoritySet,
}

impl LightChain {
    /// Trusts a genesis, on a branch of its network (0 but for development networks that were taken back).
    ///
    /// # Errors
    /// The genesis makes no sense.
    pub fn at_genesis(genesis: &Genesis, branch: u32) -> Result<LightChain, GenesisError> {
        let (tip, _) = genesis.build()?;
        let network = Network { genesis: genesis.hash(), branch };
        Ok(LightChain::at(network, tip.height, tip.authorities))
    }

    /// Trusts that after `height` these authorities decide.
    pub fn at(network: Network, height: u64, authorities: AuthoritySet) -> LightChain {
        LightChain { network, height, authorities }
    }

    /// Trusts the header with this id; it needs no certificate then.
    ///
    /// # Errors
    /// `OtherNetwork`, `NotTheAnchor` or `NextAuthorities`.
    pub fn at_header(network: Network, id: &BlockId, turn: &Turn) -> Result<LightChain, LightError> {
        let header = &turn.certified.header;
        if header.genesis != network.genesis {
            Err(LightError::OtherNetwork)
        } else if header.id() != *id {
            Err(LightError::NotTheAnchor)
        } else if !turn.is_whole() {
            Err(LightError::NextAuthorities)
        } else {
            Ok(LightChain::at(network, header.height, turn.authorities.clone()))
        }
    }

    /// The last height of which the authorities that follow are known.
    pub fn height(&self) -> u64 {
        self.height
    }

    /// The network.
    pub fn network(&self) -> Network {
        self.network
    }

    /// Who decides after that height, until the next turn.
    pub fn authorities(&self) -> &AuthoritySet {
        &self.authorities
    }

    /// Whether a later header is to be believed.
    ///
    /// # Errors
    /// Why not. `OtherAuthorities` may mean that turns are missing.
    pub fn check(&self, certified: &CertifiedHeader) -> Result<(), LightError> {
        let CertifiedHeader { header, certificate } = certified;
        if header.genesis != self.network.genesis {
            Err(LightError::OtherNetwork)
        } else if header.height <= self.height {
            Err(LightError::NotAfter { known: self.height })
        } else if header.authorities != self.authorities.hash() {
            Err(LightError::OtherAuthorities)
        } else if (certificate.height, certificate.value) != (header.height, header.id()) {
            Err(LightError::OtherBlock)
        } else {
            certificate.verify(&self.network, &self.authorities).map_err(LightError::Certificate)
        }
    }

    /// Goes on to a later header and the authorities that follow it.
    ///
    /// # Errors
    /// Those of [`check`](LightChain::check), and `NextAuthorities`. Nothing is changed then.
    pub fn turn(&mut self, turn: &Turn) -> Result<(), LightError> {
        self.check(&turn.certified)?;
        if !turn.is_whole() {
            return Err(LightError::NextAuthorities);
        }
        self.height = turn.height();
        self.authorities = turn.authorities.clone();
        Ok(())
    }
}

/// Whether `proof` shows that `key` has `value` (`None`: no value) after the block with a believed `header`.
///
/// # Errors
/// `Proof`: it does not.
pub fn check_value(
    header: &Header,
    key: &[u8],
    value: Option<&[u8]>,
    proof: &Proof,
) -> Result<(), LightError> {
    if proof.verify(&header.state_root, key, value) { Ok(()) } else { Err(LightError::Proof) }
}

#[cfg(test)]
mod tests;
