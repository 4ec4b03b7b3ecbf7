//! The call that hands in weights: openly, or sealed with fresh entropy until the epoch that counts them.

use super::super::chain::{Chain, Rules, Subnet};
use crate::fault::Fault;
use taonet_chain::{Call, Code, roles::Ballot};

/// What to call so that the weights count in the next epoch, or as many epochs later as the rules hide them.
pub(super) async fn call<C: Chain>(
    ballot: Ballot,
    chain: &C,
    rules: &Rules,
    subnet: &Subnet,
) -> Result<Call, Fault> {
    match subnet.sealed_to(rules) {
        None => Ok(ballot.open()),
        Some(round) => Ok(ballot.sealed(round, &chain.round_key(round).await?, &entropy()?)),
    }
}

fn entropy() -> Result<[u8; 32], Fault> {
    let mut entropy = [0; 32];
    getrandom::fill(&mut entropy).map_err(|error| {
        let sentence = format!("the system gives no random numbers: {error}");
        Fault::new(Code::Internal, "NoEntropy", sentence, "Try again.")
    })?;
    Ok(entropy)
}
