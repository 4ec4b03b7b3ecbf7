//! Random subnets: legal ones that reach every branch of the rules, and nonsense.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;

/// One epoch's inputs.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) subnet: Subnet,
    pub(super) ballots: Vec<Ballot>,
    pub(super) block: u64,
    pub(super) emission: u64,
}

const BLOCK: u64 = 1_000_000;

/// Blocks around the edges that masks compare with: registrations, updates and commits often coincide.
fn blocks() -> impl Strategy<Value = u64> {
    prop_oneof![
        6 => select(vec![900_000u64, 990_000, 995_000, 995_001, 999_640, 999_641, 999_900]),
        1 => 900_000u64..BLOCK,
    ]
}

fn any_params() -> impl Strategy<Value = Params> {
    let shares = || prop_oneof![any::<u16>(), select(vec![0, 1, 32_767, 65_535, 65_535])];
    let bonds = (0u64..=1_000_000, shares(), any::<bool>(), any::<bool>());
    let liquid = (shares(), shares(), prop_oneof![any::<i16>(), -3_000i16..3_000]);
    let stakes = (0u16..12, prop_oneof![Just(0), 0u64..2_000_000_000_000], any::<u64>());
    (shares(), bonds, liquid, stakes, any::<bool>()).prop_map(
        |(kappa, bonds, liquid, stakes, commit_reveal)| Params {
            kappa,
            bonds_moving_average: bonds.0,
            bonds_penalty: bonds.1,
            yuma3: bonds.2,
            liquid_alpha: bonds.3,
            alpha_low: liquid.0.min(liquid.1),
            alpha_high: liquid.0.max(liquid.1),
            alpha_sigmoid_steepness: liquid.2,
            max_allowed_validators: stakes.0,
            stake_threshold: stakes.1,
            tao_weight: stakes.2,
            commit_reveal,
            ..Params::default()
        },
    )
}

fn neuron() -> impl Strategy<Value = Neuron> {
    let amount = || prop_oneof![1 => Just(0), 1 => select(vec![1u64, 1_000_000_000_000]), 3 => 0u64..4_000_000_000_000];
    (amount(), amount(), blocks(), any::<bool>()).prop_map(
        |(alpha_stake, tao_stake, registered_at, permit)| Neuron {
            alpha_stake,
            tao_stake,
            registered_at,
            validator_permit: permit,
        },
    )
}

/// A row without repeated uids, sometimes in random order, sometimes naming a uid outside the subnet.
fn row(n: usize) -> impl Strategy<Value = Row> {
    let uids: Vec<u16> = (0..n as u16 + 2).collect();
    let uids = prop_oneof![
        subsequence(uids.clone(), 0..=uids.len()),
        subsequence(uids.clone(), 0..=uids.len()).prop_shuffle(),
    ];
    let value = prop_oneof![1 => Just(0), 1 => select(vec![1u16, 100, 65_535]), 3 => any::<u16>()];
    uids.prop_flat_map(move |uids| {
        vec(value.clone(), uids.len()).prop_map(move |values| uids.iter().copied().zip(values).collect())
    })
}

/// Bonds are often to the neurons that have weights, as they are when nobody comes or goes.
fn ballot(n: usize) -> impl Strategy<Value = Ballot> {
    (blocks(), proptest::option::of(blocks()), row(n), row(n), any::<bool>()).prop_map(
        |(last_update, oldest_commit, weights, bonds, same)| {
            let bonds =
                if same { weights.iter().map(|&(uid, weight)| (uid, !weight)).collect() } else { bonds };
            Ballot { last_update, oldest_commit, weights, bonds }
        },
    )
}

/// A subnet whose rows are well formed.
pub(super) fn legal() -> impl Strategy<Value = Case> {
    (0usize..14).prop_flat_map(|n| {
        let last_step = select(vec![0, 999_639, 999_640, 999_900]);
        let subnet = (any_params(), proptest::option::of(0..n as u16 + 1), last_step, vec(neuron(), n));
        let emission = prop_oneof![1 => Just(0), 4 => 0u64..1_000_000_000_000, 4 => any::<u64>()];
        (subnet, vec(ballot(n), n), emission).prop_map(
            |((params, owner_uid, last_step_block, neurons), ballots, emission)| {
                let subnet = Subnet { params, owner_uid, last_step_block, neurons };
                Case { subnet, ballots, block: BLOCK, emission }
            },
        )
    })
}

/// Numbers at the ends of their range, rows that name a uid twice or nobody, ballots missing or left over.
pub(super) fn anything() -> impl Strategy<Value = Case> {
    let extreme = || prop_oneof![Just(0u64), Just(u64::MAX), any::<u64>()];
    let row = || vec((prop_oneof![0u16..8, any::<u16>()], any::<u16>()), 0..24);
    let ballot = (extreme(), proptest::option::of(extreme()), row(), row());
    let ballot = ballot.prop_map(|(last_update, oldest_commit, weights, bonds)| Ballot {
        last_update,
        oldest_commit,
        weights,
        bonds,
    });
    let neuron = (extreme(), extreme(), extreme(), any::<bool>());
    let neuron = neuron.prop_map(|(alpha_stake, tao_stake, registered_at, validator_permit)| Neuron {
        alpha_stake,
        tao_stake,
        registered_at,
        validator_permit,
    });
    let params = (any_params(), extreme(), any::<[u16; 5]>(), any::<u32>(), extreme());
    let params = params.prop_map(
        |(params, bonds_moving_average, [low, high, tempo, kappa, seats], factor, threshold)| Params {
            bonds_moving_average,
            alpha_low: low,
            alpha_high: high,
            tempo,
            kappa,
            max_allowed_validators: seats,
            activity_cutoff_factor: factor,
            stake_threshold: threshold,
            ..params
        },
    );
    let subnet = (params, any::<Option<u16>>(), extreme(), vec(neuron, 0..9));
    (subnet, vec(ballot, 0..12), extreme(), extreme()).prop_map(
        |((params, owner_uid, last_step_block, neurons), ballots, block, emission)| {
            let subnet = Subnet { params, owner_uid, last_step_block, neurons };
            Case { subnet, ballots, block, emission }
        },
    )
}
