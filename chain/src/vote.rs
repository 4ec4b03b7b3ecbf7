//! Votes, proposals, certificates and evidence: agreement as data.
//!
//! The algorithm that produces these lives in the crate `consensus`; the types live here because blocks carry them.
//!
//! Rules:
//! 1. Everything signed names its network: genesis hash and branch are part of the signed bytes ([`Network`]), so a
//!    vote of one network is noise on every other.
//! 2. A certificate is precommits of *more than two thirds* of the power of its height's authorities, each once.
//! 3. Evidence is two signed statements of one authority for the same height, round and kind that differ. Anyone can
//!    check it without having been there.

use crate::{
    authority::{AuthorityId, AuthoritySet},
    block::BlockId,
    crypto::{Domain, Hash, Keypair, Signature},
};
use borsh::{BorshDeserialize, BorshSerialize};
use std::{collections::BTreeSet, fmt};

/// What every signature of agreement is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct Network {
    /// The hash of the genesis.
    pub genesis: Hash,
    /// Raised when a development network is taken back to a checkpoint; 0 otherwise.
    pub branch: u32,
}

/// The two votes of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum VoteKind {
    /// "This proposal may be decided."
    Prevote,
    /// "More than two thirds said so."
    Precommit,
}

/// A signed vote. `value` is a block, or `None` for *nil*.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct Vote {
    /// The height it is about.
    pub height: u64,
    /// The round it is about.
    pub round: u32,
    /// Prevote or precommit.
    pub kind: VoteKind,
    /// The block voted for; `None` is nil.
    pub value: Option<BlockId>,
    /// Who votes.
    pub voter: AuthorityId,
    /// The voter's signature over all of the above and the network.
    pub signature: Signature,
}

impl Vote {
    /// A vote signed by `key`.
    pub fn sign(
        key: &Keypair,
        network: &Network,
        (height, round, kind): (u64, u32, VoteKind),
        value: Option<BlockId>,
    ) -> Vote {
        let voter = key.account();
        let mut vote = Vote { height, round, kind, value, voter, signature: Signature([0; 64]) };
        vote.signature = key.sign(Domain::VOTE, &vote.signed_bytes(network));
        vote
    }

    /// Whether its signature holds on `network`.
    pub fn verify(&self, network: &Network) -> bool {
        self.voter.verify(Domain::VOTE, &self.signed_bytes(network), &self.signature)
    }

    fn signed_bytes(&self, network: &Network) -> Vec<u8> {
        encode(&(network, self.height, self.round, self.kind, self.value, self.voter))
    }
}

/// A signed proposal of a block.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Proposal {
    /// The height it is about.
    pub height: u64,
    /// The round in which it is made.
    pub round: u32,
    /// The proposed block.
    pub value: BlockId,
    /// The earlier round in which more than two thirds prevoted for this block, if it is proposed again.
    pub valid_round: Option<u32>,
    /// The prevotes of that round: without them one double-voter could hide the proof and stall the chain for ever.
    pub polka: Vec<Vote>,
    /// Who proposes.
    pub proposer: AuthorityId,
    /// The proposer's signature over all of the above but the prevotes, which carry their own, and the network.
    pub signature: Signature,
}

impl Proposal {
    /// A proposal signed by `key`.
    pub fn sign(
        key: &Keypair,
        network: &Network,
        (height, round): (u64, u32),
        value: BlockId,
        justification: Option<(u32, Vec<Vote>)>,
    ) -> Proposal {
        let (valid_round, polka) = match justification {
            Some((round, polka)) => (Some(round), polka),
            None => (None, Vec::new()),
        };
        let proposer = key.account();
        let signature = Signature([0; 64]);
        let mut proposal = Proposal { height, round, value, valid_round, polka, proposer, signature };
        proposal.signature = key.sign(Domain::PROPOSAL, &proposal.signed_bytes(network));
        proposal
    }

    /// Whether its own signature holds on `network`; the prevotes it carries are checked where they are counted.
    pub fn verify(&self, network: &Network) -> bool {
        self.proposer.verify(Domain::PROPOSAL, &self.signed_bytes(network), &self.signature)
    }

    fn signed_bytes(&self, network: &Network) -> Vec<u8> {
        encode(&(network, self.height, self.round, self.value, self.valid_round, self.proposer))
    }
}

/// Proof that a block was decided.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Certificate {
    /// The height decided.
    pub height: u64,
    /// The round in which it was decided.
    pub round: u32,
    /// The block decided.
    pub value: BlockId,
    /// Who precommitted it, each with the signature of that vote.
    pub signatures: Vec<(AuthorityId, Signature)>,
}

/// Why a certificate proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateError {
    /// A signer occurs twice.
    Repeated,
    /// A signer is not an authority of this height.
    Stranger,
    /// A signature does not hold.
    Signature,
    /// The signers have two thirds of the power or less.
    NoQuorum,
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CertificateError::Repeated => "the certificate counts an authority twice",
            CertificateError::Stranger => "the certificate has a signer that is no authority of its height",
            CertificateError::Signature => "a signature of the certificate does not hold",
            CertificateError::NoQuorum => "the certificate has no more than two thirds of the power",
        })
    }
}

impl std::error::Error for CertificateError {}

impl Certificate {
    /// Whether it proves that `authorities` decided its block on `network`.
    ///
    /// # Errors
    /// Why it does not.
    pub fn verify(&self, network: &Network, authorities: &AuthoritySet) -> Result<(), CertificateError> {
        let mut seen = BTreeSet::new();
        let mut power = 0u128;
        for (voter, _) in &self.signatures {
            if !seen.insert(voter) {
                return Err(CertificateError::Repeated);
            }
            match authorities.power(voter) {
                0 => return Err(CertificateError::Stranger),
                own => power += u128::from(own),
            }
        }
        if !authorities.is_quorum(power) {
            return Err(CertificateError::NoQuorum);
        }
        let holds = self.votes().all(|vote| vote.verify(network));
        if holds { Ok(()) } else { Err(CertificateError::Signature) }
    }

    /// The precommits it stands for.
    pub fn votes(&self) -> impl Iterator<Item = Vote> + '_ {
        self.signatures.iter().map(|&(voter, signature)| Vote {
            height: self.height,
            round: self.round,
            kind: VoteKind::Precommit,
            value: Some(self.value),
            voter,
            signature,
        })
    }
}

/// Proof that an authority said two different things.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Evidence {
    /// Two votes of the same height, round and kind for different values.
    Votes(Vote, Vote),
    /// Two proposals of the same height and round that differ. Their prevotes are left out.
    Proposals(Proposal, Proposal),
}

impl Evidence {
    /// Who is accused, and of which height.
    pub fn accused(&self) -> (AuthorityId, u64) {
        match self {
            Evidence::Votes(vote, _) => (vote.voter, vote.height),
            Evidence::Proposals(proposal, _) => (proposal.proposer, proposal.height),
        }
    }

    /// Whether it proves misbehaviour on `network`.
    pub fn verify(&self, network: &Network) -> bool {
        match self {
            Evidence::Votes(a, b) => {
                let same = (a.height, a.round, a.kind, a.voter) == (b.height, b.round, b.kind, b.voter);
                same && a.value != b.value && a.verify(network) && b.verify(network)
            }
            Evidence::Proposals(a, b) => {
                let same = (a.height, a.round, a.proposer) == (b.height, b.round, b.proposer);
                let differ = (a.value, a.valid_round) != (b.value, b.valid_round);
                let bare = a.polka.is_empty() && b.polka.is_empty();
                same && differ && bare && a.verify(network) && b.verify(network)
            }
        }
    }
}

fn encode(value: &impl BorshSerialize) -> Vec<u8> {
    // Writing into a vector cannot fail; an encoding error of plain data would be a bug of its derive.
    borsh::to_vec(value).unwrap_or_default()
}

#[cfg(test)]
mod tests;
