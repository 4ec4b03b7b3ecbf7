//! Rules that the golden vectors cannot tell apart from an almost right version, and the edge cases of section 12.

use super::*;

/// A subnet of validators with the given stakes followed by `miners` miners; everybody registered long ago, everybody
/// heard of recently, no weights.
fn subnet(stakes: &[u64], miners: usize) -> (Subnet, Vec<Ballot>) {
    let validator = |&alpha_stake: &u64| Neuron {
        alpha_stake,
        registered_at: 100,
        validator_permit: true,
        ..Neuron::default()
    };
    let miner = Neuron { registered_at: 100, ..Neuron::default() };
    let neurons: Vec<Neuron> =
        stakes.iter().map(validator).chain(std::iter::repeat_n(miner, miners)).collect();
    let ballots = vec![Ballot { last_update: 9_000, ..Ballot::default() }; neurons.len()];
    let params = Params { commit_reveal: false, ..Params::default() };
    (Subnet { params, owner_uid: None, last_step_block: 9_640, neurons }, ballots)
}

fn run(subnet: &Subnet, ballots: &[Ballot]) -> Output {
    epoch(subnet, ballots, 10_000, 1_000_000)
}

#[test]
fn stake_equal_to_the_minority_does_not_exceed_it() {
    // Two equal stakes, kappa exactly one half: the cumulative stake on the lower score equals the minority.
    let mut weights = Rows::default();
    for score in [1 << 30, 1 << 31] {
        weights.append(1, [(0, I32F32::from_bits(score), true)].into_iter());
    }
    let half = I32F32::from_ratio(1, 2);
    assert_eq!(consensus::consensus(&weights, &[half, half], 1, half), [half]);
    let less = half.sub(I32F32::from_bits(1));
    assert_eq!(consensus::consensus(&weights, &[half, half], 1, less), [half]);
    let more = half.add(I32F32::from_bits(1));
    assert_eq!(consensus::consensus(&weights, &[half, half], 1, more)[0].to_bits(), 1 << 30);
}

#[test]
fn zero_scores_weigh_as_much_as_the_minority_allows() {
    // One of two equal stakes is silent about the column: at exactly one half the other one still decides.
    let mut weights = Rows::default();
    weights.append(1, [(0, I32F32::ONE, true)].into_iter());
    weights.append(0, std::iter::empty());
    let half = I32F32::from_ratio(1, 2);
    assert_eq!(consensus::consensus(&weights, &[half, half], 1, half), [I32F32::ONE]);
    let more = half.add(I32F32::from_bits(1));
    assert_eq!(consensus::consensus(&weights, &[half, half], 1, more), [I32F32::ZERO]);
}

#[test]
fn no_neurons_no_outputs() {
    assert_eq!(run(&Subnet::default(), &[]), Output::default());
    assert_eq!(run(&Subnet::default(), &[Ballot::default()]), Output::default());
}

#[test]
fn without_stake_nothing_is_paid() {
    let (subnet, mut ballots) = subnet(&[0, 0], 1);
    ballots[0].weights = vec![(2, 65_535)];
    let output = run(&subnet, &ballots);
    assert_eq!(output.emission, [0, 0, 0]);
    assert_eq!(output.validator_permit, [false; 3]);
}

#[test]
fn when_nobody_votes_all_stake_earns_with_or_without_permit() {
    let (mut subnet, ballots) = subnet(&[3_000, 1_000], 0);
    for neuron in &mut subnet.neurons {
        neuron.validator_permit = false;
    }
    assert_eq!(run(&subnet, &ballots).validator_emission, [750_000, 250_000]);
    subnet.neurons[0].validator_permit = true;
    assert_eq!(run(&subnet, &ballots).validator_emission, [1_000_000, 0]);
}

#[test]
fn total_disagreement_pays_active_stake_and_lets_bonds_decay() {
    let (mut subnet, mut ballots) = subnet(&[1_000, 1_000, 1_000], 3);
    for (i, miner) in [(0, 3), (1, 4), (2, 5)] {
        ballots[i].weights = vec![(miner, 65_535)];
        ballots[i].bonds = vec![(miner, 40_000)];
    }
    subnet.params.yuma3 = true;
    for liquid_alpha in [false, true] {
        subnet.params.liquid_alpha = liquid_alpha;
        let output = run(&subnet, &ballots);
        assert_eq!(output.consensus, [0; 6]);
        assert_eq!(output.validator_trust, [0; 6]);
        assert_eq!(output.validator_emission[..3], [333_333; 3]);
        assert_eq!(output.bonds[0], [(3, 35_999)], "nine tenths of 40000, truncated twice");
    }
}

#[test]
fn incentive_without_bonds_takes_everything() {
    let (mut subnet, mut ballots) = subnet(&[1_000], 1);
    subnet.params.bonds_moving_average = 1_000_000;
    ballots[0].weights = vec![(1, 65_535)];
    let output = run(&subnet, &ballots);
    assert_eq!((output.server_emission, output.validator_emission), (vec![0, 1_000_000], vec![0, 0]));
}

#[test]
fn outdated_votes_are_those_not_after_the_registration() {
    for (registered_at, counts) in [(8_999, true), (9_000, false), (9_001, false)] {
        let (mut subnet, mut ballots) = subnet(&[1_000], 1);
        subnet.neurons[1].registered_at = registered_at;
        ballots[0].weights = vec![(1, 65_535)];
        assert_eq!(run(&subnet, &ballots).incentive[1] > 0, counts, "registered at {registered_at}");
    }
}

#[test]
fn the_owner_may_vote_for_itself_but_not_with_a_stale_vote() {
    for (owner_uid, last_update, incentive) in
        [(None, 9_000, 0), (Some(0), 9_000, 65_535), (Some(0), 100, 0), (Some(0), 101, 65_535)]
    {
        let (mut subnet, mut ballots) = subnet(&[1_000], 1);
        subnet.owner_uid = owner_uid;
        subnet.params.activity_cutoff_factor = 50_000;
        ballots[0].weights = vec![(0, 65_535)];
        ballots[0].last_update = last_update;
        assert_eq!(
            run(&subnet, &ballots).incentive[0],
            incentive,
            "owner {owner_uid:?}, update {last_update}"
        );
    }
}

#[test]
fn an_open_commit_older_than_the_target_hides_the_vote() {
    for (oldest_commit, commit_reveal, counts) in [
        (None, true, true),
        (Some(8_000), true, true), // as old as the registration: not older
        (Some(7_999), true, false),
        (Some(7_999), false, true),
    ] {
        let (mut subnet, mut ballots) = subnet(&[1_000], 1);
        subnet.params.commit_reveal = commit_reveal;
        subnet.neurons[1].registered_at = 8_000;
        ballots[0].oldest_commit = oldest_commit;
        ballots[0].weights = vec![(1, 65_535)];
        assert_eq!(run(&subnet, &ballots).incentive[1] > 0, counts, "{oldest_commit:?} {commit_reveal}");
    }
}

#[test]
fn weights_and_bonds_to_a_uid_outside_the_subnet_count_for_nothing() {
    for yuma3 in [false, true] {
        let (mut subnet, mut ballots) = subnet(&[1_000, 700], 2);
        subnet.params.yuma3 = yuma3;
        ballots[0].weights = vec![(2, 300), (3, 700)];
        ballots[0].bonds = vec![(2, 9_000)];
        ballots[1].weights = vec![(3, 1)];
        let expected = run(&subnet, &ballots);
        ballots[0].weights = vec![(4, 65_535), (2, 300), (65_535, 9), (3, 700)];
        ballots[0].bonds = vec![(4, 1), (2, 9_000), (65_535, 65_535)];
        assert_eq!(run(&subnet, &ballots), expected);
    }
}

#[test]
fn activity_ends_after_the_cutoff() {
    let (subnet, mut ballots) = subnet(&[1_000, 1_000], 0);
    ballots[0].last_update = 5_000; // the default cutoff is 5000 blocks
    ballots[1].last_update = 4_999;
    assert_eq!(run(&subnet, &ballots).active, [true, false]);
    assert!(is_active(u64::MAX, 5_000, u64::MAX));
    assert_eq!(activity_cutoff(&Params { tempo: 0, ..Params::default() }), 1);
    assert_eq!(
        activity_cutoff(&Params { tempo: u16::MAX, activity_cutoff_factor: u32::MAX, ..Params::default() }),
        281_470_681_677
    );
}

#[test]
fn bonds_to_a_neuron_registered_since_the_last_step_are_forgotten() {
    for (last_step_block, registered_at, kept) in [
        (9_640, 9_640, true),
        (9_640, 9_641, false),
        (0, 9_639, true), // never stepped: one tempo back counts
        (0, 9_640, false),
    ] {
        let (mut subnet, mut ballots) = subnet(&[1_000], 1);
        subnet.last_step_block = last_step_block;
        subnet.neurons[1].registered_at = registered_at;
        ballots[0].bonds = vec![(1, 65_535)];
        assert_eq!(!run(&subnet, &ballots).bonds[0].is_empty(), kept, "{last_step_block} {registered_at}");
    }
}

#[test]
fn among_equal_stakes_the_higher_uid_takes_the_seat() {
    for (seats, expected) in
        [(0, [false; 3]), (1, [false, false, true]), (2, [false, true, true]), (3, [true; 3])]
    {
        let (mut subnet, ballots) = subnet(&[500; 3], 0);
        subnet.params.max_allowed_validators = seats;
        assert_eq!(run(&subnet, &ballots).validator_permit, expected, "{seats} seats");
    }
}

#[test]
fn the_owner_keeps_its_seat_and_is_spared_the_threshold() {
    let (mut subnet, ballots) = subnet(&[500, 400, 0], 0);
    subnet.params.stake_threshold = 501;
    subnet.params.max_allowed_validators = 0;
    subnet.owner_uid = Some(1);
    let output = run(&subnet, &ballots);
    assert_eq!(output.validator_permit, [false, true, false]);
    assert_eq!(output.stake_weight, [0, 65_535, 0]);
    assert_eq!(output.stake, [500, 400, 0], "before the threshold");
}

#[test]
fn stake_equal_to_the_threshold_counts() {
    for (stake_threshold, expected) in [(500, [65_535, 0]), (501, [0, 0])] {
        let (mut subnet, ballots) = subnet(&[500, 499], 0);
        subnet.params.stake_threshold = stake_threshold;
        assert_eq!(run(&subnet, &ballots).stake_weight, expected, "{stake_threshold}");
    }
}

#[test]
fn a_bond_whose_weight_the_consensus_drops_is_lost_with_liquid_alpha() {
    let (mut subnet, mut ballots) = subnet(&[6_000, 4_000], 2);
    (subnet.params.yuma3, subnet.params.liquid_alpha) = (true, true);
    ballots[0].weights = vec![(2, 65_535)];
    ballots[1].weights = vec![(2, 30_000), (3, 30_000)];
    ballots[1].bonds = vec![(3, 65_535)];
    let output = run(&subnet, &ballots);
    assert_eq!(output.consensus[3], 0);
    assert!(output.bonds[1].iter().all(|&(uid, _)| uid == 2), "{:?}", output.bonds[1]);
}

#[test]
fn a_tiny_bond_is_stored_as_an_explicit_zero() {
    let (mut subnet, mut ballots) = subnet(&[1_000], 2);
    subnet.params.yuma3 = true;
    subnet.params.bonds_moving_average = 1;
    ballots[0].bonds = vec![(1, 65_535)];
    ballots[0].weights = vec![(2, 65_535)];
    assert_eq!(run(&subnet, &ballots).bonds[0], [(1, 0), (2, 65_534)]);
}

#[test]
fn the_largest_emission_fits() {
    let (subnet, ballots) = subnet(&[1_000], 0);
    assert_eq!(epoch(&subnet, &ballots, 10_000, u64::MAX).emission, [u64::MAX]);
}
