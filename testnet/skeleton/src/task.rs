//! The task: pay an amount with as few coins as possible.
//!
//! Challenges and answers travel as JSON, because miners are written in any language. Both come from
//! strangers, so what is read is bounded before anything is done with it.

use serde::{Deserialize, Serialize};
use serde_json::json;
use taonet_subnets::task::{Malformed, Task};

/// The largest amount, and the largest coin: they bound the work of a miner.
pub const MAX_AMOUNT: usize = 10_000;
/// The most kinds of coins, for the same reason.
pub const MAX_COINS: usize = 16;

/// What validators ask: `{"amount":30,"coins":[1,10,25]}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// What is to be paid.
    pub amount: usize,
    /// What the coins are worth; there are as many of each as one likes.
    /// One is worth 1, so that every amount can be paid.
    pub coins: Vec<usize>,
}

/// What miners answer, coin by coin: `[10,10,10]`.
pub type Answer = Vec<usize>;

impl Challenge {
    /// Whether these coins exist and are worth the amount.
    pub fn is_paid_by(&self, answer: &[usize]) -> bool {
        let exist = answer.iter().all(|coin| self.coins.contains(coin));
        exist && answer.iter().sum::<usize>() == self.amount
    }

    fn is_sound(&self) -> bool {
        let fits = |coin: &usize| (1..=MAX_AMOUNT).contains(coin);
        self.amount <= MAX_AMOUNT
            && self.coins.len() <= MAX_COINS
            && self.coins.contains(&1)
            && self.coins.iter().all(fits)
    }
}

/// The task of this subnet.
pub struct Change;

impl Task for Change {
    type Challenge = Challenge;
    type Answer = Answer;
    const NAME: &'static str = "change";

    fn write_challenge(challenge: &Challenge) -> String {
        json!(challenge).to_string()
    }

    fn read_challenge(text: &str) -> Result<Challenge, Malformed> {
        let challenge = serde_json::from_str(text).ok().filter(Challenge::is_sound);
        challenge.ok_or(Malformed("an amount, and coins of which one is worth 1"))
    }

    fn write_answer(answer: &Answer) -> String {
        json!(answer).to_string()
    }

    fn read_answer(text: &str) -> Result<Answer, Malformed> {
        // Nobody needs more coins than the amount has units.
        let is_short = |coins: &Answer| coins.len() <= MAX_AMOUNT;
        let answer = serde_json::from_str(text).ok().filter(is_short);
        answer.ok_or(Malformed("a list of coins"))
    }
}
