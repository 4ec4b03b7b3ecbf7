//! Weights: set openly, or hidden until they are revealed or reveal themselves (yuma.md section 10).

use super::{Asks, Planned, Plans, words::OneSubnet};
use crate::{
    cli::{
        keys,
        secrets::{self, Secret},
        session::Session,
    },
    fault::Fault,
    proto,
};
use clap::Args;
use std::path::PathBuf;
use taonet_chain::{
    AccountId, Call, Code, Hash,
    beacon::{round_key, seal},
    calls::COMMIT_REVEAL_VERSION,
};
use taonet_subnets::yuma::payload::WeightsPayload;

/// How many numbers of 16 bits make a hash unguessable.
const SALT_NUMBERS: usize = 8;

/// A row of weights.
#[derive(Clone, Debug, Args)]
struct Row {
    /// The scored UIDs, separated by commas
    #[arg(long, value_delimiter = ',', required = true, value_name = "UID")]
    uids: Vec<u16>,
    /// A score for each; only their proportions count
    #[arg(long, value_delimiter = ',', required = true, value_name = "W", value_parser = score)]
    weights: Vec<f64>,
    /// The version of the validator's rules
    #[arg(long, default_value_t = 0)]
    version_key: u64,
}

impl Row {
    /// The scores as parts of the best one.
    fn values(&self) -> Result<Vec<u16>, Fault> {
        let (uids, weights) = (self.uids.len(), self.weights.len());
        if uids != weights {
            return Err(Fault::invalid(
                format!("{uids} UIDs and {weights} weights"),
                "Give one weight for each UID.",
            ));
        }
        Ok(to_parts(&self.weights))
    }
}

/// Set weights.
#[derive(Clone, Debug, Args)]
pub struct SetWeights {
    #[command(flatten)]
    subnet: OneSubnet,
    /// The mechanism, where a subnet has several
    #[arg(long, visible_alias = "mechid", alias = "mecid")]
    mechanism: Option<u8>,
    #[command(flatten)]
    row: Row,
}

impl Asks for SetWeights {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        let (netuid, values) = (self.subnet.netuid(), self.row.values()?);
        let Row { uids, version_key, .. } = self.row.clone();
        Ok(match self.mechanism {
            None => Call::SetWeights { netuid, uids, values, version_key },
            Some(mechanism) => Call::SetMechanismWeights { netuid, mechanism, uids, values, version_key },
        })
    }
}

/// Commit to weights by their hash.
#[derive(Clone, Debug, Args)]
pub struct CommitWeights {
    #[command(flatten)]
    subnet: OneSubnet,
    /// The mechanism, where a subnet has several
    #[arg(long, visible_alias = "mechid", alias = "mecid", default_value_t = 0)]
    mechanism: u8,
    #[command(flatten)]
    row: Row,
    /// What makes the hash unguessable, separated by commas [default: random numbers]
    #[arg(long, value_delimiter = ',', value_name = "NUMBER")]
    salt: Vec<u16>,
}

impl CommitWeights {
    /// What is hidden, and must be known to reveal it.
    pub(super) fn secret(&self, signer: AccountId, random: &[u8; 32]) -> Result<Secret, Fault> {
        let numbers =
            random.chunks_exact(2).map(|pair| pair.iter().fold(0, |n, byte| n << 8 | u16::from(*byte)));
        let salt = match self.salt.is_empty() {
            true => numbers.take(SALT_NUMBERS).collect(),
            false => self.salt.clone(),
        };
        self.salted(signer, salt)
    }

    fn salted(&self, signer: AccountId, salt: Vec<u16>) -> Result<Secret, Fault> {
        Ok(Secret {
            hotkey: signer,
            netuid: self.subnet.netuid(),
            mechanism: self.mechanism,
            uids: self.row.uids.clone(),
            values: self.row.values()?,
            salt,
            version_key: self.row.version_key,
        })
    }
}

impl Plans for CommitWeights {
    async fn plan(&self, session: &Session, signer: AccountId) -> Result<Planned, Fault> {
        let secret = self.secret(signer, &keys::entropy()?)?;
        let hash = secret.hash()?;
        session.output.talk(&format!("salt {}", secrets::list(&secret.salt)));
        let call = Call::CommitWeights { netuid: secret.netuid, mechanism: secret.mechanism, hash };
        Ok(Planned { call, keep: Some(secret), spent: Vec::new() })
    }
}

/// Reveal weights that were committed.
#[derive(Clone, Debug, Args)]
pub struct RevealWeights {
    #[command(flatten)]
    subnet: OneSubnet,
    /// The mechanism, where a subnet has several
    #[arg(long, visible_alias = "mechid", alias = "mecid", default_value_t = 0)]
    mechanism: u8,
    /// The scored UIDs, where the commit was made elsewhere [default: those of the commit that is due]
    #[arg(long, value_delimiter = ',', requires_all = ["weights", "salt"])]
    uids: Vec<u16>,
    /// A score for each, as it was committed
    #[arg(long, value_delimiter = ',', requires = "uids", value_parser = score)]
    weights: Vec<f64>,
    /// What made the hash unguessable, separated by commas
    #[arg(long, value_delimiter = ',', requires = "uids", value_name = "NUMBER")]
    salt: Vec<u16>,
    /// The version of the validator's rules, as it was committed
    #[arg(long, default_value_t = 0)]
    version_key: u64,
}

impl RevealWeights {
    /// What is revealed, where it is named in full.
    pub(super) fn named(&self, signer: AccountId) -> Option<Result<Secret, Fault>> {
        let RevealWeights { subnet, mechanism, uids, weights, salt, version_key } = self.clone();
        let row = Row { uids, weights, version_key };
        let commit = CommitWeights { subnet, mechanism, row, salt: Vec::new() };
        (!self.uids.is_empty()).then(|| commit.salted(signer, salt))
    }

    /// The call that reveals a secret.
    pub(super) fn reveals(secret: Secret) -> Call {
        let Secret { netuid, mechanism, .. } = secret;
        Call::RevealWeights { netuid, mechanism, reveal: secret.into_reveal() }
    }
}

impl Plans for RevealWeights {
    async fn plan(&self, session: &Session, signer: AccountId) -> Result<Planned, Fault> {
        if let Some(secret) = self.named(signer) {
            return Ok(RevealWeights::reveals(secret?).into());
        }
        let commits = session.client.commits(self.subnet.netuid(), self.mechanism, Some(&signer)).await?;
        let (secret, file) = kept(&commits)?.swap_remove(0);
        Ok(Planned { spent: vec![file], ..RevealWeights::reveals(secret).into() })
    }
}

/// Reveal all commits that are due.
#[derive(Clone, Debug, Args)]
pub struct RevealBatch {
    #[command(flatten)]
    subnet: OneSubnet,
}

impl RevealBatch {
    /// The call that reveals secrets.
    pub(super) fn reveals(&self, secrets: impl IntoIterator<Item = Secret>) -> Call {
        let reveals = secrets.into_iter().map(Secret::into_reveal).collect();
        Call::BatchRevealWeights { netuid: self.subnet.netuid(), reveals }
    }
}

impl Plans for RevealBatch {
    async fn plan(&self, session: &Session, signer: AccountId) -> Result<Planned, Fault> {
        let commits = session.client.commits(self.subnet.netuid(), 0, Some(&signer)).await?;
        let (secrets, spent): (Vec<_>, Vec<_>) = kept(&commits)?.into_iter().unzip();
        Ok(Planned { spent, ..self.reveals(secrets).into() })
    }
}

/// The secrets of all commits that can be revealed now, oldest first; at least one.
fn kept(commits: &proto::Commits) -> Result<Vec<(Secret, PathBuf)>, Fault> {
    let due = due(commits)?;
    let known = due.into_iter().filter_map(|hash| secrets::find(&hash).transpose());
    let known: Vec<_> = known.collect::<Result<_, Fault>>()?;
    if known.is_empty() {
        let sentence = "what was committed is not known here";
        let remedy = "Name it: --uids, --weights, --salt and --version-key as they were committed.";
        return Err(Fault::new(Code::NotFound, "UnknownSecret", sentence, remedy));
    }
    Ok(known)
}

/// The hashes of all commits that can be revealed now.
pub(super) fn due(commits: &proto::Commits) -> Result<Vec<Hash>, Fault> {
    let reveal_epoch = |commit: &proto::HashCommit| commit.epoch.saturating_add(commits.reveal_period);
    let open = commits.by_hash.iter();
    let due = open.clone().filter(|commit| reveal_epoch(commit) == commits.epoch);
    let hashes: Vec<Hash> = due.filter_map(|commit| Hash::from_hex(&commit.hash)).collect();
    if !hashes.is_empty() {
        return Ok(hashes);
    }
    match open.map(reveal_epoch).filter(|epoch| *epoch > commits.epoch).min() {
        Some(epoch) => {
            let sentence =
                format!("the next commit can be revealed in epoch {epoch}, and now is {}", commits.epoch);
            let remedy = "Wait for that epoch: `taonet subnets show NETUID` says when the next one begins.";
            Err(Fault::new(Code::TooEarly, "RevealTooEarly", sentence, remedy))
        }
        None => {
            let remedy = "Commit first: `taonet weights commit`.";
            Err(Fault::new(Code::NotFound, "NoWeightsCommitFound", "the hotkey has no open commit", remedy))
        }
    }
}

/// Commit to weights that reveal themselves.
#[derive(Clone, Debug, Args)]
pub struct CommitTimelocked {
    #[command(flatten)]
    subnet: OneSubnet,
    /// The mechanism, where a subnet has several
    #[arg(long, visible_alias = "mechid", alias = "mecid", default_value_t = 0)]
    mechanism: u8,
    #[command(flatten)]
    row: Row,
    /// The height from which on it can be opened [default: the epoch in which it will count]
    #[arg(long, value_name = "HEIGHT")]
    round: Option<u64>,
}

/// What a seal depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sealing {
    /// The network.
    pub(super) genesis: Hash,
    /// From which height on it opens, unless another one is named.
    pub(super) round: u64,
    /// What makes it unguessable.
    pub(super) entropy: [u8; 32],
}

impl CommitTimelocked {
    /// The call with what is sealed.
    pub(super) fn sealed(&self, signer: AccountId, sealing: &Sealing) -> Result<Call, Fault> {
        let (values, round) = (self.row.values()?, self.round.unwrap_or(sealing.round));
        let Row { uids, version_key, .. } = self.row.clone();
        let payload = WeightsPayload { hotkey: Some(signer.0), uids, values, version_key }.encode();
        Ok(Call::CommitTimelockedWeights {
            netuid: self.subnet.netuid(),
            mechanism: self.mechanism,
            commit: seal(&round_key(&sealing.genesis, round), &sealing.entropy, &payload),
            round,
            version: COMMIT_REVEAL_VERSION,
        })
    }
}

impl Plans for CommitTimelocked {
    async fn plan(&self, session: &Session, signer: AccountId) -> Result<Planned, Fault> {
        let client = &session.client;
        let netuid = self.subnet.netuid();
        let genesis = Hash::from_hex(&client.status().await?.genesis).unwrap_or_default();
        let subnet = client.subnet(netuid).await?;
        let period: u64 = session.parameter(Some(netuid), "reveal_period").await?.parse().unwrap_or(1);
        let next = subnet.next_epoch_block.unwrap_or(subnet.height);
        let round = next.saturating_add(u64::from(subnet.tempo).saturating_mul(period.saturating_sub(1)));
        Ok(self.sealed(signer, &Sealing { genesis, round, entropy: keys::entropy()? })?.into())
    }
}

/// Scores as parts of the best one, which gets 65535.
pub(super) fn to_parts(weights: &[f64]) -> Vec<u16> {
    let best = weights.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    // A part is from 0 to 65535 by construction.
    weights.iter().map(|weight| (weight / best * f64::from(u16::MAX)).round() as u16).collect()
}

pub(super) fn score(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(score) if score.is_finite() && score >= 0.0 => Ok(score),
        _ => Err("a score is a number from 0 on, such as 0.5".into()),
    }
}
