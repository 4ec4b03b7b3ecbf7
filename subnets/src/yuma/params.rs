//! The parameters that an epoch reads (yuma.md section 3.1).

/// Parameters of one subnet, and the two global ones (`stake_threshold`, `tao_weight`) that an epoch needs.
///
/// Any value is accepted; who may set what within which bounds is the chain's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Params {
    /// Blocks between two epochs.
    pub tempo: u16,
    /// How long a validator may stay silent, in thousandths of a tempo.
    pub activity_cutoff_factor: u32,
    /// Share of stake that must support a weight, in 65535ths.
    pub kappa: u16,
    /// Validator seats.
    pub max_allowed_validators: u16,
    /// How much of the old bonds each epoch keeps, in millionths. Above 1000000 the numbers mean nothing.
    pub bonds_moving_average: u64,
    /// How much of a validator's excess above the consensus its bonds are spared, in 65535ths: 0 counts it fully.
    pub bonds_penalty: u16,
    /// Which bond formula: `false` for relative bonds (section 7.2), `true` for absolute ones (section 7.3).
    pub yuma3: bool,
    /// A rate per pair of validator and miner (section 7.4); has effect only with `yuma3`.
    pub liquid_alpha: bool,
    /// The lowest liquid rate, in 65535ths.
    pub alpha_low: u16,
    /// The highest liquid rate, in 65535ths.
    pub alpha_high: u16,
    /// How sharply the liquid rate rises with the distance, in hundredths.
    pub alpha_sigmoid_steepness: i16,
    /// Whether weights are committed first and revealed later.
    pub commit_reveal: bool,
    /// Stake weight below which a neuron has none, in rao; the subnet owner is exempt.
    pub stake_threshold: u64,
    /// What one rao of root stake weighs in alpha, in units of 1 / (2^64 - 1).
    pub tao_weight: u64,
}

impl Default for Params {
    /// The defaults of section 3.1 (a new subnet gets 64 seats and the second bond formula instead).
    fn default() -> Self {
        Self {
            tempo: 360,
            activity_cutoff_factor: 13_889,
            kappa: 32_767,
            max_allowed_validators: 128,
            bonds_moving_average: 900_000,
            bonds_penalty: u16::MAX,
            yuma3: false,
            liquid_alpha: false,
            alpha_low: 45_875,
            alpha_high: 58_982,
            alpha_sigmoid_steepness: 1_000,
            commit_reveal: true,
            stake_threshold: 0,
            tao_weight: 971_718_665_099_567_868,
        }
    }
}
