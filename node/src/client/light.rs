//! A client that trusts no node: it believes what a certified header commits to, and nothing else.
//!
//! Rules:
//! 1. It starts from a genesis file, or from a block whose height and hash its user knows, and follows the changes of
//!    authorities from there ([`taonet_chain::light`], which needs neither this crate nor a network).
//! 2. Every value comes with a header, a certificate and a proof, and all three are checked.
//! 3. A lie is an error of its own kind, [`LightFault::Lie`]: ask another node, and this one no more.
//! 4. A development network that was taken back to a checkpoint goes on as another branch, on which nothing counts that
//!    was signed before. Nobody can be led from the genesis to it; so that is refused by name
//!    ([`LightFault::TakenBack`]). From a block that was made since, all goes as usual.
//!
//! A node can still be behind, or pretend to be: look at the height and the time of what it proves.

use super::{Client, decoded};
use crate::{config::Trusted, fault::Fault, proto};
use taonet_chain::{
    AccountId, CertifiedHeader, Code, Genesis, Hash, Header, LightChain, LightError, Network, Turn,
    ledger::accounts, light::check_value, state::tree::Proof,
};
use taonet_subnets::amount::Tao;

/// How often turns are asked for before a node is taken for one that has no end of them.
const MAX_PAGES: usize = 10_000;

/// Why a light client has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LightFault {
    /// The node did not answer, or does not have what was asked for.
    #[error(transparent)]
    Node(#[from] Fault),
    /// What the node answered is not true, or not provable from what is trusted.
    #[error("the node's answer is not to be believed: {0}")]
    Lie(#[from] LightError),
    /// The network was taken back to a checkpoint, and what is trusted is older than that, or the node lies.
    #[error(
        "the network was taken back to a checkpoint, and on branch {branch} nothing counts that was signed before"
    )]
    TakenBack {
        /// The branch it is on.
        branch: u32,
    },
}

impl From<LightFault> for Fault {
    fn from(fault: LightFault) -> Fault {
        match fault {
            LightFault::Node(fault) => fault,
            LightFault::Lie(_) => {
                let remedy = "Check that the genesis is this network's, then ask another node.";
                Fault::new(Code::PolicyViolation, "NotBelieved", fault, remedy)
            }
            LightFault::TakenBack { .. } => {
                let remedy = "Trust a block that was made since: --trust HEIGHT:HASH.";
                Fault::new(Code::PolicyViolation, "TakenBack", fault, remedy)
            }
        }
    }
}

/// A value that was proven, or that was proven not to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The header of the block after which it holds.
    pub header: Header,
    /// The raw value; `None` if the key has none.
    pub value: Option<Vec<u8>>,
}

/// A light client of one node.
#[derive(Debug)]
pub struct LightClient {
    client: Client,
    /// The anchor and what was known after each change of authorities since, ascending; never empty but before the
    /// header of a trusted block was fetched.
    known: Vec<LightChain>,
    network: Network,
    trusted: Option<Trusted>,
}

impl LightClient {
    /// Trusts a genesis, and a network that was never taken back to a checkpoint.
    ///
    /// # Errors
    /// The genesis makes no sense.
    pub fn at_genesis(client: Client, genesis: &Genesis) -> Result<LightClient, Fault> {
        let light = LightChain::at_genesis(genesis, 0)
            .map_err(|error| Fault::invalid(&error.sentence, error.remedy))?;
        let network = light.network();
        Ok(LightClient { client, known: vec![light], network, trusted: None })
    }

    /// Trusts a block of the network with this genesis hash, on whatever branch the node is.
    pub fn at_block(client: Client, genesis: Hash, trusted: Trusted) -> LightClient {
        let network = Network { genesis, branch: 0 };
        LightClient { client, known: Vec::new(), network, trusted: Some(trusted) }
    }

    /// The value of a raw key of the state, or its absence, after a block (by default the last one).
    ///
    /// # Errors
    /// See [`LightFault`].
    pub async fn value(&mut self, key: &[u8], height: Option<u64>) -> Result<Proven, LightFault> {
        let answer = self.client.prove(key, height).await?;
        self.believe(key, height, &answer).await
    }

    /// The free balance of an account after the last block; the header says which that is.
    ///
    /// # Errors
    /// See [`LightFault`].
    pub async fn balance(&mut self, account: &AccountId) -> Result<(Header, Tao), LightFault> {
        let proven = self.value(&accounts::balance_key(account), None).await?;
        let balance = accounts::balance_of_value(proven.value.as_deref()).ok_or_else(other_version)?;
        Ok((proven.header, balance))
    }

    /// Checks an answer about a key, whoever gave it; what it lacks of the way to its header is asked of the node.
    ///
    /// # Errors
    /// See [`LightFault`].
    pub async fn believe(
        &mut self,
        key: &[u8],
        height: Option<u64>,
        answer: &proto::ProvenValue,
    ) -> Result<Proven, LightFault> {
        let certified: CertifiedHeader = decoded(&answer.header)?;
        let proof: Proof = decoded(&answer.proof)?;
        self.go_to(answer.branch)?;
        if height.is_some_and(|height| height != certified.header.height) {
            return Err(LightError::OtherBlock.into());
        }
        self.check(&certified).await.map_err(|fault| self.not_by_others(fault))?;
        check_value(&certified.header, key, answer.value.as_deref(), &proof)?;
        Ok(Proven { header: certified.header, value: answer.value.clone() })
    }

    /// Goes on to the branch that the node is on. Which one that is nobody signs: on a network where time can be turned
    /// back, whoever does it decides. But what is trusted must be on it.
    fn go_to(&mut self, branch: u32) -> Result<(), LightFault> {
        if branch == self.network.branch {
            return Ok(());
        }
        if self.trusted.is_none() {
            return Err(LightFault::TakenBack { branch });
        }
        self.network.branch = branch;
        self.known.clear();
        Ok(())
    }

    /// On a later branch a signature that does not hold may be one of those that count no more.
    fn not_by_others(&self, fault: LightFault) -> LightFault {
        match (fault, self.network.branch) {
            (LightFault::Lie(LightError::Certificate(_)), branch @ 1..) => LightFault::TakenBack { branch },
            (fault, _) => fault,
        }
    }

    /// Believes a header, or says why not.
    async fn check(&mut self, certified: &CertifiedHeader) -> Result<(), LightFault> {
        let height = certified.header.height;
        let is_trusted = |trusted: Trusted| trusted.id == certified.header.id();
        if self.trusted.is_some_and(is_trusted) {
            return Ok(());
        }
        for _ in 0..MAX_PAGES {
            let before = self.known.iter().rev().find(|light| light.height() < height).cloned();
            let from = match (&before, self.trusted) {
                (Some(light), _) => match light.check(certified) {
                    // A change of authorities on the way may be one that we have not heard of.
                    Err(LightError::OtherAuthorities) if self.known.last() == Some(light) => light.height(),
                    checked => return Ok(checked?),
                },
                (None, Some(trusted)) if self.known.is_empty() => trusted.height,
                (None, _) => {
                    let known = self.known.first().map_or(0, LightChain::height);
                    return Err(LightError::NotAfter { known }.into());
                }
            };
            if !self.follow(from, height).await? {
                return Err(LightError::OtherAuthorities.into());
            }
        }
        Err(LightError::OtherAuthorities.into())
    }

    /// Takes in turns from a height on that are before `end`; whether any was new.
    async fn follow(&mut self, from: u64, end: u64) -> Result<bool, LightFault> {
        let mut learned = false;
        for bytes in self.client.turns(from).await?.turns {
            let turn: Turn = decoded(&bytes)?;
            let Some(last) = self.known.last() else {
                let Some(trusted) = self.trusted else { break };
                self.known.push(LightChain::at_header(self.network, &trusted.id, &turn)?);
                learned = true;
                continue;
            };
            if turn.height() >= end {
                break;
            }
            if turn.height() > last.height() {
                let mut next = last.clone();
                next.turn(&turn)?;
                self.known.push(next);
                learned = true;
            }
        }
        Ok(learned)
    }
}

fn other_version() -> Fault {
    let sentence = "the value is no balance";
    Fault::new(Code::Unknown, "OtherVersion", sentence, "Use the same version of taonet as the network.")
}
