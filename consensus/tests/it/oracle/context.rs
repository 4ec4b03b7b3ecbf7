//! The types that the oracle asks its embedder for, as small as they can be. Nothing is signed.

use arc_malachitebft_core_types as core;
use core::{Context, NilOrVal, Round, SignedExtension, Timeout, VoteType, VotingPower};
use std::{fmt, time::Duration};

/// The context: everything below by name.
#[derive(Clone, Debug)]
pub(super) struct Oracle;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Address(pub(super) u8);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Height(pub(super) u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Value(pub(super) u8);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Validator(pub(super) Address);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Validators(pub(super) Vec<Validator>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TheirProposal {
    pub(super) round: Round,
    pub(super) value: Value,
    pub(super) pol_round: Round,
    pub(super) proposer: Address,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TheirVote {
    pub(super) kind: VoteType,
    pub(super) round: Round,
    pub(super) value: NilOrVal<u8>,
    pub(super) voter: Address,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NoTimeouts;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoSignatures;

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Height {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::Address for Address {}

impl core::Height for Height {
    const ZERO: Height = Height(0);
    const INITIAL: Height = Height(1);

    fn increment_by(&self, n: u64) -> Height {
        Height(self.0 + n)
    }

    fn decrement_by(&self, n: u64) -> Option<Height> {
        self.0.checked_sub(n).map(Height)
    }

    fn as_u64(&self) -> u64 {
        self.0
    }
}

impl core::Value for Value {
    type Id = u8;

    fn id(&self) -> u8 {
        self.0
    }
}

impl core::Validator<Oracle> for Validator {
    fn address(&self) -> &Address {
        &self.0
    }

    fn public_key(&self) -> &() {
        &()
    }

    fn voting_power(&self) -> VotingPower {
        1
    }
}

impl core::ValidatorSet<Oracle> for Validators {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn total_voting_power(&self) -> VotingPower {
        self.0.len() as u64
    }

    fn get_by_address(&self, address: &Address) -> Option<&Validator> {
        self.0.iter().find(|validator| validator.0 == *address)
    }

    fn get_by_index(&self, index: usize) -> Option<&Validator> {
        self.0.get(index)
    }
}

impl core::ProposalPart<Oracle> for Part {
    fn is_first(&self) -> bool {
        true
    }

    fn is_last(&self) -> bool {
        true
    }
}

impl core::Timeouts<Oracle> for NoTimeouts {
    fn duration_for(&self, _: Timeout) -> Duration {
        Duration::ZERO
    }
}

impl core::SigningScheme for NoSignatures {
    type DecodingError = &'static str;
    type Signature = ();
    type PublicKey = ();
    type PrivateKey = ();

    fn decode_signature(_: &[u8]) -> Result<(), &'static str> {
        Ok(())
    }

    fn encode_signature((): &()) -> Vec<u8> {
        Vec::new()
    }

    fn decode_public_key(_: &[u8]) -> Result<(), &'static str> {
        Ok(())
    }

    fn encode_public_key((): &()) -> Vec<u8> {
        Vec::new()
    }
}

impl core::Proposal<Oracle> for TheirProposal {
    fn height(&self) -> Height {
        Height(super::HEIGHT)
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn take_value(self) -> Value {
        self.value
    }

    fn pol_round(&self) -> Round {
        self.pol_round
    }

    fn validator_address(&self) -> &Address {
        &self.proposer
    }
}

impl core::Vote<Oracle> for TheirVote {
    fn height(&self) -> Height {
        Height(super::HEIGHT)
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &NilOrVal<u8> {
        &self.value
    }

    fn take_value(self) -> NilOrVal<u8> {
        self.value
    }

    fn vote_type(&self) -> VoteType {
        self.kind
    }

    fn validator_address(&self) -> &Address {
        &self.voter
    }

    fn extension(&self) -> Option<&SignedExtension<Oracle>> {
        None
    }

    fn take_extension(&mut self) -> Option<SignedExtension<Oracle>> {
        None
    }

    fn extend(self, _: SignedExtension<Oracle>) -> TheirVote {
        self
    }
}

impl Context for Oracle {
    type Address = Address;
    type Height = Height;
    type ProposalPart = Part;
    type Proposal = TheirProposal;
    type Validator = Validator;
    type ValidatorSet = Validators;
    type Timeouts = NoTimeouts;
    type Value = Value;
    type Vote = TheirVote;
    type Extension = ();
    type SigningScheme = NoSignatures;

    fn select_proposer<'a>(&self, set: &'a Validators, _: Height, round: Round) -> &'a Validator {
        let count = u8::try_from(set.0.len()).expect("a handful of validators");
        let round = round.as_u32().expect("rounds are defined once the height has started");
        &set.0[usize::from(super::proposer(count, round))]
    }

    fn new_proposal(
        &self,
        _: Height,
        round: Round,
        value: Value,
        pol_round: Round,
        proposer: Address,
    ) -> TheirProposal {
        TheirProposal { round, value, pol_round, proposer }
    }

    fn new_prevote(&self, _: Height, round: Round, value: NilOrVal<u8>, voter: Address) -> TheirVote {
        TheirVote { kind: VoteType::Prevote, round, value, voter }
    }

    fn new_precommit(&self, _: Height, round: Round, value: NilOrVal<u8>, voter: Address) -> TheirVote {
        TheirVote { kind: VoteType::Precommit, round, value, voter }
    }
}
