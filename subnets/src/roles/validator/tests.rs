//! A validator's block-by-block behaviour, with a task small enough to read: the answer is the score.

use super::*;
use crate::task::{Malformed, Score};

#[derive(Clone, Debug)]
struct Honour;

impl Task for Honour {
    type Challenge = u64;
    type Answer = u16;
    const NAME: &'static str = "honour";
    fn write_challenge(challenge: &u64) -> String {
        challenge.to_string()
    }
    fn read_challenge(json: &str) -> Result<u64, Malformed> {
        json.parse().map_err(|_| Malformed("a number"))
    }
    fn write_answer(answer: &u16) -> String {
        answer.to_string()
    }
    fn read_answer(json: &str) -> Result<u16, Malformed> {
        json.parse().map_err(|_| Malformed("a number"))
    }
}

struct Believer;

impl Validator<Honour> for Believer {
    fn forward(&mut self, seed: u64) -> u64 {
        seed
    }
    fn score(&mut self, _: &u64, answers: &[Option<u16>]) -> Vec<Verdict> {
        answers.iter().map(|answer| Verdict::new(Score(answer.unwrap_or(0)), "")).collect()
    }
}

const ME: Uid = 0;

/// A network of one validator and two miners with the dev preset's tempo of 20, seen by that validator.
struct Bench {
    role: ValidatorRole<Honour, Believer>,
    view: ValidatorView,
    /// Answers that uids 1 and 2 give.
    answers: Vec<Option<u16>>,
    /// Whether the chain takes weights.
    accepts: bool,
    /// Heights at which a round began and weights went out.
    asked: Vec<u64>,
    set: Vec<(u64, Vec<(Uid, u16)>)>,
}

fn neuron(uid: Uid, registered_at: u64, serves: bool) -> Neuron {
    Neuron { uid, hotkey: [uid as u8; 32], registered_at, serves }
}

impl Bench {
    fn new() -> Bench {
        Bench::of("honest")
    }

    /// A validator of this policy.
    fn of(policy: &str) -> Bench {
        let policy: Policy<String> = policy.parse().expect("a policy");
        let policy = policy.try_map(|name| name.parse().map(|uid: u8| [uid; 32])).expect("uids");
        let neurons = vec![neuron(ME, 0, false), neuron(1, 0, true), neuron(2, 0, true)];
        let view = ValidatorView {
            height: 0,
            seed: 0,
            tempo: 20,
            next_epoch: 20,
            permitted: Some(ME),
            weights_from: 0,
            neurons,
            ..ValidatorView::default()
        };
        Bench {
            role: ValidatorRole::new(Believer, policy),
            view,
            answers: vec![Some(1_000), Some(2_000)],
            accepts: true,
            asked: Vec::new(),
            set: Vec::new(),
        }
    }

    fn step(&mut self, event: ValidatorEvent<Honour>) -> Vec<ValidatorAction<u64>> {
        let mut out = Vec::new();
        self.role.step(event, &mut out);
        out
    }

    fn block(&mut self) -> Vec<ValidatorAction<u64>> {
        self.view.height += 1;
        if self.view.height > self.view.next_epoch {
            self.view.next_epoch += self.view.tempo;
        }
        self.step(ValidatorEvent::Committed(self.view.clone()))
    }

    /// Commits blocks up to `height`, answering every question and settling all weights within the same block.
    fn run_to(&mut self, height: u64) {
        while self.view.height < height {
            let mut todo = self.block();
            while let Some(action) = todo.pop() {
                todo.extend(match action {
                    ValidatorAction::Ask { round, .. } => {
                        self.asked.push(self.view.height);
                        self.step(ValidatorEvent::Answered { round, answers: self.answers.clone() })
                    }
                    ValidatorAction::SetWeights(weights) => {
                        self.set.push((self.view.height, weights));
                        self.step(ValidatorEvent::WeightsSettled { accepted: self.accepts })
                    }
                });
            }
        }
    }

    fn set_heights(&self) -> Vec<u64> {
        self.set.iter().map(|(height, _)| *height).collect()
    }
}

#[test]
fn five_rounds_and_one_set_of_weights_per_epoch() {
    let mut bench = Bench::new();
    bench.run_to(60);
    assert_eq!(bench.asked, [1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 41, 45, 49, 53, 57]);
    assert_eq!(bench.set_heights(), [1, 15, 35, 55], "the first at once, then before each epoch");
    assert_eq!(bench.set[1].1, [(1, 1_000), (2, 2_000)]);
}

#[test]
fn a_chain_that_went_back_is_worked_for_as_before() {
    let mut bench = Bench::of("late:1");
    bench.run_to(1_000);
    (bench.view.height, bench.view.next_epoch) = (40, 60);
    (bench.asked, bench.set) = Default::default();
    bench.run_to(100);
    assert_eq!(bench.asked, [41, 45, 49, 53, 57, 61, 65, 69, 73, 77, 81, 85, 89, 93, 97]);
    assert_eq!(bench.set_heights(), [61, 75, 95], "one epoch late, with what was found in this life");
    assert_eq!(bench.set[0].1, [(1, 1_000), (2, 2_000)]);
}

#[test]
fn long_tempos_do_not_mean_long_silence() {
    let mut bench = Bench::new();
    (bench.view.tempo, bench.view.next_epoch) = (360, 360);
    bench.run_to(360);
    assert_eq!(bench.asked, [1, 51, 101, 151, 201, 251, 301, 351]);
    assert_eq!(bench.set_heights(), [1, 335]);
}

#[test]
fn a_challenge_goes_to_serving_miners_only() {
    let mut bench = Bench::new();
    bench.view.seed = 77;
    bench.view.neurons =
        vec![neuron(ME, 0, true), neuron(1, 0, false), neuron(2, 0, true), neuron(3, 0, true)];
    let asked = ValidatorAction::Ask { round: 1, challenge: 77, miners: vec![2, 3] };
    assert_eq!(bench.block(), [asked]);
}

#[test]
fn no_round_without_permit_or_miners() {
    let mut bench = Bench::new();
    bench.view.permitted = None;
    bench.run_to(10);
    bench.view.permitted = Some(ME);
    bench.view.neurons = vec![neuron(ME, 0, true)];
    bench.run_to(20);
    assert!(bench.asked.is_empty() && bench.set.is_empty());
}

#[test]
fn an_open_round_holds_back_the_next() {
    let mut bench = Bench::new();
    assert_eq!(bench.block().len(), 1);
    for _ in 0..30 {
        assert_eq!(bench.block(), [], "still waiting for round 1");
    }
    bench.step(ValidatorEvent::Answered { round: 7, answers: vec![] });
    assert_eq!(bench.block(), [], "the end of a round that was never begun means nothing");
    bench.step(ValidatorEvent::Answered { round: 1, answers: bench.answers.clone() });
    assert!(matches!(bench.block()[..], [ValidatorAction::Ask { round: 2, .. }]));
}

#[test]
fn missing_answers_count_as_zero() {
    let mut bench = Bench::new();
    bench.answers = vec![Some(4_000), None];
    bench.run_to(1);
    assert_eq!(bench.set[0].1, [(1, 4_000), (2, 0)]);
    bench.answers = vec![];
    bench.run_to(5);
    let standing = bench.role.standings().get(1).expect("it was asked");
    assert_eq!((standing.score(), standing.rounds, standing.answered), (Score(2_000), 2, 1));
}

#[test]
fn nothing_earned_means_nothing_reported() {
    let mut bench = Bench::new();
    bench.answers = vec![None, Some(0)];
    bench.run_to(40);
    assert!(bench.set.is_empty());
    bench.answers = vec![Some(9), None];
    bench.run_to(41);
    assert_eq!(bench.set_heights(), [41]);
}

#[test]
fn refused_weights_are_tried_again_after_a_pause() {
    let mut bench = Bench::new();
    bench.accepts = false;
    bench.run_to(8);
    assert_eq!(bench.set_heights(), [1, 5]);
    bench.accepts = true;
    bench.run_to(14);
    assert_eq!(bench.set_heights(), [1, 5, 9]);
}

#[test]
fn the_rate_limit_is_respected() {
    let mut bench = Bench::new();
    bench.view.weights_from = 18;
    bench.run_to(20);
    assert_eq!(bench.set_heights(), [18]);
}

#[test]
fn weights_on_their_way_are_not_overtaken() {
    let mut bench = Bench::new();
    bench.block();
    let out = bench.step(ValidatorEvent::Answered { round: 1, answers: bench.answers.clone() });
    assert!(matches!(out[..], [ValidatorAction::SetWeights(_)]));
    for _ in 0..3 {
        bench.block();
    }
    bench.block();
    let out = bench.step(ValidatorEvent::Answered { round: 2, answers: bench.answers.clone() });
    assert_eq!(out, [], "the first weights have not settled");
    let out = bench.step(ValidatorEvent::WeightsSettled { accepted: false });
    assert_eq!(out, [], "refused: a pause first");
}

#[test]
fn a_uid_with_a_new_owner_starts_from_nothing() {
    let mut bench = Bench::new();
    bench.run_to(1);
    assert!(bench.role.standings().get(1).is_some());
    bench.view.neurons[1] = neuron(1, 2, false);
    bench.run_to(2);
    assert!(bench.role.standings().get(1).is_none(), "the old owner's scores are gone");

    bench.view.height = 4;
    bench.block();
    bench.view.neurons[2] = neuron(2, 6, true);
    bench.block();
    bench.step(ValidatorEvent::Answered { round: 2, answers: vec![Some(5)] });
    assert!(
        bench.role.standings().get(2).is_none(),
        "an answer of the old owner does not count for the new one"
    );
}

#[test]
fn the_lazy_ask_once_in_several_tempos_and_repeat_themselves() {
    let mut bench = Bench::of("lazy:2");
    bench.run_to(100);
    assert_eq!(bench.asked, [1, 41, 81]);
    assert_eq!(bench.set_heights(), [1, 15, 35, 55, 75, 95]);
}

#[test]
fn late_movers_report_what_they_found_an_epoch_ago() {
    let mut bench = Bench::of("late:1");
    bench.run_to(20);
    assert!(bench.set.is_empty(), "there is no epoch before the first");
    bench.answers = vec![Some(9_000), Some(0)];
    bench.run_to(40);
    assert_eq!(bench.set, [(21, vec![(1, 1_000), (2, 2_000)]), (35, vec![(1, 1_000), (2, 2_000)])]);
    bench.run_to(60);
    assert_eq!(bench.set.last().map(|(height, _)| *height), Some(55));
    assert!(bench.set[2].1[0].1 > 4_000, "by now the change of epoch 2 is old news: {:?}", bench.set[2]);
}

#[test]
fn the_offline_do_nothing_and_come_back() {
    let mut bench = Bench::of("offline:10..38");
    bench.run_to(60);
    assert_eq!(bench.asked, [1, 5, 9, 38, 42, 46, 50, 54, 58]);
    assert_eq!(bench.set_heights(), [1, 38, 55]);
}

#[test]
fn a_cabal_asks_nobody_and_votes_every_epoch() {
    let mut bench = Bench::of("cabal:2");
    bench.run_to(40);
    assert!(bench.asked.is_empty());
    let row = vec![(1, 0), (2, u16::MAX)];
    assert_eq!(bench.set, [(1, row.clone()), (15, row.clone()), (35, row)]);
}
