//! Properties of the methods and of the judge.

use super::methods::Method;
use super::*;
use crate::task::Score;
use proptest::prelude::*;

fn mean_lengths(seeds: std::ops::Range<u64>) -> [u64; 5] {
    let count = seeds.end - seeds.start;
    let challenges: Vec<Challenge> = seeds.map(|seed| Challenge::draw(seed, POINTS)).collect();
    Method::ALL.map(|method| {
        let lengths = challenges.iter().map(|challenge| challenge.length(&method.tour(challenge)));
        lengths.sum::<u64>() / count
    })
}

/// The figures of the table in `methods`, as percent of the best method's mean length.
#[test]
fn the_methods_rank_as_documented() {
    let means = mean_lengths(0..300);
    let best = means[4];
    let percent = means.map(|mean| mean * 100 / best);
    assert!(means.is_sorted_by(|worse, better| worse > better), "{means:?}");
    assert_eq!(percent, [161, 122, 117, 105, 100], "mean lengths {means:?}");
}

/// The mean scores of the table in `methods`: each method earns at least a quarter more than the one before.
#[test]
fn mean_scores_are_as_documented() {
    let rounds = 100;
    let mut sums = [0u32; 5];
    for seed in 0..rounds {
        let challenge = Judge.forward(seed);
        let answers: Vec<_> = Method::ALL.map(|method| Some(method.tour(&challenge))).into();
        for (sum, verdict) in sums.iter_mut().zip(Judge.score(&challenge, &answers)) {
            *sum += u32::from(verdict.score.0);
        }
    }
    let means = sums.map(|sum| Score((sum / rounds as u32) as u16).to_string());
    assert_eq!(means, ["0.028", "0.230", "0.311", "0.659", "1.000"]);
}

#[test]
fn wrong_answers_score_nothing_and_say_why() {
    let challenge = Challenge::draw(1, 5);
    let table: [(Option<Answer>, &str); 5] = [
        (None, "no answer"),
        (Some(vec![]), "0 stops instead of 5"),
        (Some(vec![0, 1, 2, 3, 4, 0]), "6 stops instead of 5"),
        (Some(vec![0, 1, 2, 3, 3]), "point 3 twice"),
        (Some(vec![0, 1, 2, 3, 5]), "no point 5"),
    ];
    let answers: Vec<_> = table.iter().map(|(answer, _)| answer.clone()).collect();
    for (verdict, (answer, why)) in Judge.score(&challenge, &answers).iter().zip(&table) {
        assert_eq!((verdict.score, verdict.why.as_str()), (Score::ZERO, *why), "{answer:?}");
    }
}

#[test]
fn a_miner_that_beats_the_reference_sets_the_mark() {
    let challenge = Challenge::draw(1, POINTS);
    let tour = Method::OrOpt.tour(&challenge);
    let length = challenge.length(&tour);
    let verdicts = score::judge(&challenge, length * 2, &[Some(tour)]);
    assert_eq!(verdicts[0].score, Score::MAX);
    let alone = score::judge(&challenge, length, &[Some(Method::Sweep.tour(&challenge))]);
    assert!(alone[0].score < Score::MAX, "the reference keeps a lone lazy miner from a full score");
}

#[test]
fn a_challenge_has_a_sensible_number_of_points() {
    let place = Point { x: 1, y: 1 };
    assert!(Challenge::new(vec![place; MIN_POINTS - 1]).is_err());
    assert!(Challenge::new(vec![place; MAX_POINTS + 1]).is_err());
    assert_eq!(Challenge::draw(1, 0).points().len(), MIN_POINTS);
    assert_eq!(Challenge::draw(1, 9_999).points().len(), MAX_POINTS);
}

#[test]
fn names_and_methods_match() {
    for method in Method::ALL {
        assert_eq!(method.name().parse(), Ok(method));
    }
    assert!("random".parse::<Method>().is_err());
}

fn any_challenge() -> impl Strategy<Value = Challenge> {
    // Coordinates from a small range make equal points, equal distances and straight lines likely.
    let coordinate = prop_oneof![0u16..4, any::<u16>()];
    let point = (coordinate.clone(), coordinate).prop_map(|(x, y)| Point { x, y });
    prop::collection::vec(point, MIN_POINTS..40).prop_map(|points| Challenge::new(points).expect("in range"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_method_visits_every_point_once(challenge in any_challenge()) {
        for method in Method::ALL {
            prop_assert_eq!(challenge.fault(&method.tour(&challenge)), None, "{}", method);
        }
    }

    #[test]
    fn improving_never_makes_longer(challenge in any_challenge()) {
        let length = |method: Method| challenge.length(&method.tour(&challenge));
        prop_assert!(length(Method::TwoOpt) <= length(Method::Nearest));
        prop_assert!(length(Method::OrOpt) <= length(Method::Nearest));
        prop_assert!(length(Method::OrOpt) <= length(Method::Greedy));
    }

    #[test]
    fn no_two_legs_cross_after_two_opt(challenge in any_challenge()) {
        let tour = Method::TwoOpt.tour(&challenge);
        let count = tour.len();
        for first in 0..count {
            for second in first + 2..count {
                let mut turned = tour.clone();
                turned[first + 1..=second].reverse();
                prop_assert!(challenge.length(&turned) >= challenge.length(&tour));
            }
        }
    }

    #[test]
    fn lengths_do_not_depend_on_start_or_direction(challenge in any_challenge(), by in 0usize..40) {
        let mut tour = Method::Sweep.tour(&challenge);
        let length = challenge.length(&tour);
        let count = tour.len();
        tour.rotate_left(by % count);
        tour.reverse();
        prop_assert_eq!(challenge.length(&tour), length);
    }

    #[test]
    fn challenges_and_answers_survive_the_wire(challenge in any_challenge()) {
        let answer = Method::Nearest.tour(&challenge);
        prop_assert_eq!(Tour::read_challenge(&Tour::write_challenge(&challenge)), Ok(challenge));
        prop_assert_eq!(Tour::read_answer(&Tour::write_answer(&answer)), Ok(answer));
    }
}
