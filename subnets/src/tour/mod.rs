//! The first built-in task: a short round trip through all points.
//!
//! Rules:
//! 1. A challenge is a set of [`POINTS`] points with whole coordinates from 0 to 65,535, drawn from a seed
//!    ([`Challenge::draw`]).
//! 2. An answer is an order of the points. It is valid when it visits every point exactly once; from the last point the
//!    way leads back to the first. The length of a leg is the straight distance rounded down ([`Point::distance`]).
//! 3. The score compares an answer with the best tour known for this challenge: the best valid answer of the round or
//!    the validator's own, whichever is shorter. With r = best / length, the score is r^8 ([`score`]).
//! 4. Miners differ by [`Method`], from drawing a circle to searching for improvements, never by a noise number.
//!
//! Why this task: the work is real (the shortest tour is hard to find), anyone can check an answer in microseconds, and
//! the difference between a lazy and a good method is easy to see. Integer arithmetic only, so that every validator
//! agrees to the last bit.
//!
//! ```
//! use taonet_subnets::task::{Miner, Validator};
//! use taonet_subnets::tour::{Judge, Method};
//!
//! let challenge = Judge.forward(7);
//! let answers: Vec<_> = Method::ALL.map(|mut method| Some(method.forward(&challenge))).into();
//! let verdicts = Judge.score(&challenge, &answers);
//! assert!(verdicts[0].score < verdicts[4].score, "{verdicts:?}");
//! ```

pub mod methods;
pub mod points;
pub mod score;
mod text;

#[cfg(test)]
mod tests;

pub use methods::Method;
pub use points::{Challenge, MAX_POINTS, MIN_POINTS, Point};

use crate::task::{Malformed, Miner, Task, Validator, Verdict};

/// Points of the challenges that validators draw: enough that methods separate clearly in one round, few enough that
/// the best method answers within a few milliseconds.
pub const POINTS: usize = 60;

/// The order in which a tour visits the points, by their position in the challenge.
pub type Answer = Vec<u16>;

/// The task of this module.
#[derive(Clone, Copy, Debug)]
pub struct Tour;

impl Task for Tour {
    type Challenge = Challenge;
    type Answer = Answer;
    const NAME: &'static str = "tour";

    /// `[[x,y],[x,y],...]`
    fn write_challenge(challenge: &Challenge) -> String {
        text::write_pairs(challenge.points())
    }

    fn read_challenge(json: &str) -> Result<Challenge, Malformed> {
        Challenge::new(text::read_pairs(json)?)
    }

    /// `[3,0,2,...]`
    fn write_answer(answer: &Answer) -> String {
        text::write_list(answer)
    }

    fn read_answer(json: &str) -> Result<Answer, Malformed> {
        text::read_list(json)
    }
}

/// A method is a miner: it answers with the tour that it finds.
impl Miner<Tour> for Method {
    fn forward(&mut self, challenge: &Challenge) -> Answer {
        self.tour(challenge)
    }
}

/// The honest validator of this task: compares every answer with the best tour that anybody found, itself included.
#[derive(Clone, Copy, Debug, Default)]
pub struct Judge;

impl Judge {
    /// The method of the validator's own reference tour: the best of the built-in ones, so that a miner alone on its
    /// subnet cannot earn a full score with a poor answer.
    pub const REFERENCE: Method = Method::OrOpt;
}

impl Validator<Tour> for Judge {
    fn forward(&mut self, seed: u64) -> Challenge {
        Challenge::draw(seed, POINTS)
    }

    fn score(&mut self, challenge: &Challenge, answers: &[Option<Answer>]) -> Vec<Verdict> {
        let reference = challenge.length(&Self::REFERENCE.tour(challenge));
        score::judge(challenge, reference, answers)
    }
}
