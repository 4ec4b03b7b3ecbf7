//! Looking over the shoulder of an epoch: every intermediate result of yuma.md sections 4 to 8, by name.
//!
//! [`super::epoch`] itself runs with the silent trace `()`, so what an observer sees is what was computed.

use super::Rows;
use crate::fixed::{I32F32, I64F64};

/// The intermediate results of an epoch, in the order in which they appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Vector: every neuron's share of the stake weight (E2).
    Stake,
    /// Vector S: the stake that votes (E4).
    ActiveStake,
    /// Rows: weights after the masks for permit, self and outdated entries, as integers (E5.3).
    WeightsMasked,
    /// Rows W: weights in force, normalised (E5.5).
    WeightsNorm,
    /// Scalar: the share of stake that must support a weight (E6).
    Kappa,
    /// Vector C: the supported weight of each neuron (E6).
    Consensus,
    /// Rows: W clipped at C (E7).
    WeightsClipped,
    /// Vector: row sums of the clipped weights (E7).
    ValidatorTrust,
    /// Vector R: stake-weighted column sums of the clipped weights (E8).
    RanksRaw,
    /// Vector I: R normalised (E8).
    Incentive,
    /// Scalar: the penalty for exceeding the consensus (E9).
    BondsPenalty,
    /// Rows V: the weights that make bonds (E9).
    WeightsForBonds,
    /// Scalar: the rate of the plain moving average (7.1), also when liquid alpha takes its place.
    BondsAlpha,
    /// Rows, first formula: stored bonds without those to replaced neurons, as integers (7.1).
    BondsPrevRaw,
    /// Rows B: old bonds, normalised by column (first formula) or as proportions (second).
    BondsPrev,
    /// Rows, first formula: V weighted by stake (7.2).
    BondsDelta,
    /// Rows, first formula: the same, normalised by column.
    BondsDeltaNorm,
    /// Rows: the liquid rate of each entry of V (7.4).
    Alphas,
    /// Rows E, second formula: the new bonds (7.3).
    BondsEma,
    /// Rows: the new bonds normalised by column.
    BondsEmaNorm,
    /// Vector Q, second formula: what each validator's bonds are worth (7.3).
    BondsTimesIncentive,
    /// Vector D: the validators' shares (7.2, 7.3).
    Dividends,
    /// Vector: what share of the emission each neuron gets as a miner (section 8).
    ServerShare,
    /// Vector: what share of the emission each neuron gets as a validator.
    ValidatorShare,
    /// Vector: what share of the emission each neuron gets in all.
    CombinedShare,
}

impl Step {
    /// The name of this result in traces and golden vectors.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stake => "stake",
            Self::ActiveStake => "active_stake",
            Self::WeightsMasked => "weights_masked",
            Self::WeightsNorm => "weights_norm",
            Self::Kappa => "kappa",
            Self::Consensus => "consensus",
            Self::WeightsClipped => "weights_clipped",
            Self::ValidatorTrust => "validator_trust",
            Self::RanksRaw => "ranks_raw",
            Self::Incentive => "incentive",
            Self::BondsPenalty => "bonds_penalty",
            Self::WeightsForBonds => "weights_for_bonds",
            Self::BondsAlpha => "bonds_alpha",
            Self::BondsPrevRaw => "bonds_prev_raw",
            Self::BondsPrev => "bonds_prev",
            Self::BondsDelta => "bonds_delta",
            Self::BondsDeltaNorm => "bonds_delta_norm",
            Self::Alphas => "alphas",
            Self::BondsEma => "bonds_ema",
            Self::BondsEmaNorm => "bonds_ema_norm",
            Self::BondsTimesIncentive => "bonds_times_incentive",
            Self::Dividends => "dividends",
            Self::ServerShare => "server_share",
            Self::ValidatorShare => "validator_share",
            Self::CombinedShare => "combined_share",
        }
    }
}

/// Receives the intermediate results of an epoch. All methods do nothing unless overridden.
pub trait Trace {
    /// One number.
    fn scalar(&mut self, _step: Step, _value: I32F32) {}

    /// One number per uid.
    fn vector(&mut self, _step: Step, _values: &[I32F32]) {}

    /// A sparse matrix with one row per uid.
    fn rows(&mut self, _step: Step, _rows: &Rows) {}

    /// The stake weight of each uid in alpha, after the threshold (section 4).
    fn stake_totals(&mut self, _totals: &[I64F64]) {}
}

/// The silent trace.
impl Trace for () {}
