//! What a subnet asks of its miners, and how its validators judge the answers: the off-chain half of a subnet.
//!
//! The words are those of the ecosystem, because authors know them from every subnet template:
//! 1. A [`Task`] names what travels: a challenge, an answer, and the JSON form of both.
//! 2. A [`Miner`] answers: `forward` turns a challenge into an answer.
//! 3. A [`Validator`] asks and judges: `forward` draws the challenge of a round, `score` turns all answers of that
//!    round into one [`Verdict`] each. From verdicts to weights is the same for every task, so it lives in
//!    [`crate::roles`].
//!
//! The same three traits serve a simulation in one process and real processes that talk over HTTP. Determinism is
//! demanded only of a simulation, where nothing else is random either; a real miner may take all the liberties it
//! wants.
//!
//! A whole subnet in thirty lines: who finds the square root?
//!
//! ```
//! use taonet_subnets::task::{Malformed, Miner, Score, Task, Validator, Verdict};
//!
//! struct Root;
//! impl Task for Root {
//!     type Challenge = u64;
//!     type Answer = u64;
//!     const NAME: &'static str = "root";
//!     fn write_challenge(challenge: &u64) -> String { challenge.to_string() }
//!     fn read_challenge(json: &str) -> Result<u64, Malformed> { json.parse().map_err(|_| Malformed("a number")) }
//!     fn write_answer(answer: &u64) -> String { answer.to_string() }
//!     fn read_answer(json: &str) -> Result<u64, Malformed> { json.parse().map_err(|_| Malformed("a number")) }
//! }
//!
//! struct Newton;
//! impl Miner<Root> for Newton {
//!     fn forward(&mut self, challenge: &u64) -> u64 { challenge.isqrt() }
//! }
//!
//! struct Checker;
//! impl Validator<Root> for Checker {
//!     fn forward(&mut self, seed: u64) -> u64 { seed % 1_000 }
//!     fn score(&mut self, challenge: &u64, answers: &[Option<u64>]) -> Vec<Verdict> {
//!         let judge = |answer: &Option<u64>| match answer {
//!             Some(root) if *root == challenge.isqrt() => Verdict::new(Score::MAX, "exact"),
//!             Some(_) => Verdict::new(Score::ZERO, "wrong"),
//!             None => Verdict::missing(),
//!         };
//!         answers.iter().map(judge).collect()
//!     }
//! }
//!
//! let challenge = Checker.forward(12_081);
//! let answers = [Some(Newton.forward(&challenge)), Some(3), None];
//! let scores: Vec<u16> = Checker.score(&challenge, &answers).iter().map(|verdict| verdict.score.0).collect();
//! assert_eq!(scores, [65_535, 0, 0]);
//! ```

use std::fmt;

/// How good one answer is, in 65,535ths: 0 earns nothing, 65,535 is as good as it gets. The unit of weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(pub u16);

impl Score {
    /// Worth nothing: no answer, or a wrong one.
    pub const ZERO: Score = Score(0);
    /// As good as it gets.
    pub const MAX: Score = Score(u16::MAX);
}

/// Three decimals, rounded down: `0.731`.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thousandths = u32::from(self.0) * 1_000 / u32::from(u16::MAX);
        write!(f, "{}.{:03}", thousandths / 1_000, thousandths % 1_000)
    }
}

/// A validator's opinion of one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How good the answer is.
    pub score: Score,
    /// Why, in a few words for people. The screen shows it beside the score, so that nobody has to guess.
    pub why: String,
}

impl Verdict {
    /// A verdict with its reason.
    pub fn new(score: Score, why: impl Into<String>) -> Verdict {
        Verdict { score, why: why.into() }
    }

    /// The verdict on a miner that did not answer in time, or not in a readable form.
    pub fn missing() -> Verdict {
        Verdict::new(Score::ZERO, "no answer")
    }
}

/// A text that is not a challenge or an answer of the task. Holds what was expected instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.0)
    }
}

impl std::error::Error for Malformed {}

/// What travels between validators and miners of one subnet.
///
/// The text form of each is one JSON value, because miners are written in any language. Readers get text from
/// strangers: they bound what they accept and never panic. What one side writes, the other reads back unchanged.
pub trait Task {
    /// What validators ask.
    type Challenge;
    /// What miners return.
    type Answer;
    /// The name of the task: lower-case letters, digits and dashes.
    const NAME: &'static str;

    /// The challenge as one JSON value.
    fn write_challenge(challenge: &Self::Challenge) -> String;
    /// Reads a challenge; refuses what the task does not ask.
    fn read_challenge(json: &str) -> Result<Self::Challenge, Malformed>;
    /// The answer as one JSON value.
    fn write_answer(answer: &Self::Answer) -> String;
    /// Reads an answer. A readable answer may still be wrong: that is for the validator's `score` to say.
    fn read_answer(json: &str) -> Result<Self::Answer, Malformed>;
}

/// Answers challenges.
pub trait Miner<T: Task> {
    /// The miner's answer to `challenge`.
    fn forward(&mut self, challenge: &T::Challenge) -> T::Answer;
}

/// Draws challenges and judges answers.
pub trait Validator<T: Task> {
    /// The challenge of one round, the same for every miner so that answers can be compared. `seed` differs from
    /// round to round and nobody can know it before the round begins.
    fn forward(&mut self, seed: u64) -> T::Challenge;

    /// Judges the answers of one round: one verdict for each, in the same order. `None` is a miner that gave no
    /// readable answer in time. An answer for which no verdict comes back counts as missing.
    fn score(&mut self, challenge: &T::Challenge, answers: &[Option<T::Answer>]) -> Vec<Verdict>;
}
