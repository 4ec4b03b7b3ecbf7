//! The whole epoch: equal to its definition on random subnets, total on nonsense, and the near misses that golden
//! vectors cannot tell apart.

use proptest::prelude::*;

use super::*;

mod near_misses;
mod strategy;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn epoch_equals_its_definition(case in strategy::legal()) {
        let fast = epoch(&case.subnet, &case.ballots, case.block, case.emission);
        let naive = oracle::epoch(&case.subnet, &case.ballots, case.block, case.emission);
        prop_assert_eq!(fast, naive);
    }

    #[test]
    fn every_input_has_an_answer(case in strategy::anything()) {
        let n = case.subnet.neurons.len();
        let output = epoch(&case.subnet, &case.ballots, case.block, case.emission);
        prop_assert_eq!(output.active.len(), n);
        prop_assert_eq!(output.bonds.len(), n);
        let ballots = [case.ballots, vec![]];
        let combined = mechanisms::epochs(&case.subnet, &ballots, None, case.block, case.emission);
        prop_assert_eq!(combined.total.emission.len(), n);
    }

    #[test]
    fn one_mechanism_changes_nothing(case in strategy::legal()) {
        let alone = epoch(&case.subnet, &case.ballots, case.block, case.emission);
        let combined = mechanisms::epochs(&case.subnet, &[case.ballots], None, case.block, case.emission);
        let total = Output {
            incentive: combined.incentive[0].clone(),
            bonds: combined.bonds[0].clone(),
            ..combined.total
        };
        prop_assert_eq!(total, alone);
    }

    #[test]
    fn never_pays_more_than_the_emission(case in strategy::legal()) {
        let output = epoch(&case.subnet, &case.ballots, case.block, case.emission);
        let paid = |part: &[u64]| part.iter().map(|&rao| u128::from(rao)).sum::<u128>();
        prop_assert!(paid(&output.emission) <= u128::from(case.emission));
        prop_assert!(
            paid(&output.server_emission) + paid(&output.validator_emission) <= u128::from(case.emission)
        );
    }
}
