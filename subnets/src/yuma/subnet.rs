//! What an epoch reads and what it returns (yuma.md sections 3 and 8).

use super::Params;

/// A stored sparse row: pairs of uid and value in the order in which they were submitted, explicit zeros included.
///
/// A uid occurs at most once per row. Pairs that name a uid outside the subnet are ignored.
pub type Row = Vec<(u16, u16)>;

/// The state of a subnet that all its mechanisms share. The uid of a neuron is its index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subnet {
    /// The parameters in force.
    pub params: Params,
    /// Uid of the subnet owner's hotkey, if it is registered here.
    pub owner_uid: Option<u16>,
    /// Block of the previous epoch; 0 if there was none.
    pub last_step_block: u64,
    /// One entry per uid.
    pub neurons: Vec<Neuron>,
}

impl Subnet {
    /// Whether `uid` is the subnet owner's.
    pub fn is_owner(&self, uid: usize) -> bool {
        self.owner_uid.map(usize::from) == Some(uid)
    }
}

/// What the mechanisms of a subnet share about one neuron.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neuron {
    /// Alpha on this subnet after inheritance between parent and child keys, in rao.
    pub alpha_stake: u64,
    /// TAO on the root network after inheritance, in rao.
    pub tao_stake: u64,
    /// Block in which the present holder of this uid registered.
    pub registered_at: u64,
    /// The permit stored by the previous epoch.
    pub validator_permit: bool,
}

/// What one neuron brings to one mechanism. A uid without a ballot has the default one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ballot {
    /// Block in which the weights were last set or, under commit-reveal, committed.
    pub last_update: u64,
    /// Block of the oldest open commit, if any (see [`super::submission::oldest_open_commit`]).
    pub oldest_commit: Option<u64>,
    /// The weights.
    pub weights: Row,
    /// The bonds stored by the previous epoch.
    pub bonds: Row,
}

/// Everything an epoch stores or pays: one element per uid.
///
/// Proportions are in 65535ths, truncated. Rank equals `incentive`; trust and a pruning score are no outputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Whether the last update is recent enough to vote.
    pub active: Vec<bool>,
    /// Whole rao of stake weight, before the threshold.
    pub stake: Vec<u64>,
    /// Share of all stake weight, after the threshold.
    pub stake_weight: Vec<u16>,
    /// The highest weight that enough stake supports.
    pub consensus: Vec<u16>,
    /// The share of the miners' payment.
    pub incentive: Vec<u16>,
    /// The share of the validators' payment.
    pub dividends: Vec<u16>,
    /// How much of a validator's row the consensus supports.
    pub validator_trust: Vec<u16>,
    /// Who holds a validator seat from now on.
    pub validator_permit: Vec<bool>,
    /// Miner and validator payment together, in rao: the score by which neurons are replaced.
    pub emission: Vec<u64>,
    /// Payment for incentive, in rao.
    pub server_emission: Vec<u64>,
    /// Payment for dividends, in rao: the key by which dividends are shared out.
    pub validator_emission: Vec<u64>,
    /// The bonds to store: empty for every uid without a seat.
    pub bonds: Vec<Row>,
}
