//! The call that hands in weights: openly, or sealed until the epoch that counts them.
//!
//! Purpose: where a subnet uses commit-reveal, weights must not be readable before they count. The chain opens sealed
//! ones by itself, so a validator has nothing to remember and nothing to do later.
//!
//! Rule: weights are sealed to the height of the epoch that will open them, as far as it can be foreseen. If the tempo
//! changes on the way they are opened earlier or later, but never before their height.

use super::super::chain::{Chain, Rules, Subnet};
use crate::fault::Fault;
use taonet_chain::{AccountId, Call, Code, beacon::seal, calls::COMMIT_REVEAL_VERSION};
use taonet_subnets::yuma::payload::WeightsPayload;

/// Weights on their way to a subnet.
#[derive(Clone, Debug)]
pub(super) struct Ballot {
    /// Whose.
    pub(super) hotkey: AccountId,
    /// Where to.
    pub(super) netuid: u16,
    /// UIDs and what they deserve.
    pub(super) weights: Vec<(u16, u16)>,
}

impl Ballot {
    /// What to call so that the weights count in the next epoch, or as many epochs later as the rules hide them.
    pub(super) async fn call<C: Chain>(self, chain: &C, rules: Rules, next: Epochs) -> Result<Call, Fault> {
        let Ballot { hotkey, netuid, weights } = self;
        let (uids, values) = weights.into_iter().unzip();
        let version_key = rules.weights_version;
        let Some(period) = rules.reveal_period else {
            return Ok(Call::SetWeights { netuid, uids, values, version_key });
        };
        let round = next.after(period);
        let payload = WeightsPayload { hotkey: Some(hotkey.0), uids, values, version_key };
        let commit = seal(&chain.round_key(round).await?, &entropy()?, &payload.encode());
        Ok(Call::CommitTimelockedWeights {
            netuid,
            mechanism: 0,
            commit,
            round,
            version: COMMIT_REVEAL_VERSION,
        })
    }
}

/// When a subnet's epochs will run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Epochs {
    /// The height of the next one.
    pub(super) next: u64,
    /// Blocks between two.
    pub(super) tempo: u64,
}

impl Epochs {
    pub(super) fn of(subnet: &Subnet) -> Epochs {
        Epochs { next: subnet.next_epoch, tempo: subnet.tempo }
    }

    /// The height that opens what is committed now and hidden for so many epochs.
    fn after(self, period: u64) -> u64 {
        self.next.saturating_add(self.tempo.saturating_mul(period.saturating_sub(1)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_period_is_the_next_epoch() {
        let epochs = Epochs { next: 40, tempo: 20 };
        assert_eq!([1, 2, 5].map(|period| epochs.after(period)), [40, 60, 120]);
        assert_eq!(Epochs { next: u64::MAX, tempo: 20 }.after(3), u64::MAX, "a subnet without epochs");
    }
}
