//! How this subnet judges: an answer is worth the more, the fewer coins it needs.
//!
//! Finding an answer is work, checking one is not: a validator adds up the coins, and compares with the
//! best answer of the round. It never has to solve the task itself.

use crate::task::{Answer, Challenge, Change};
use taonet_subnets::task::{Score, Validator, Verdict};

/// Asks for an amount, and counts coins.
#[derive(Clone)]
pub struct Cashier;

impl Validator<Change> for Cashier {
    /// Four kinds of coins and an amount, all out of the seed: nobody can know them before the round.
    fn forward(&mut self, seed: u64) -> Challenge {
        let draw = |shift: u32, below: usize| (seed >> shift) as usize % below;
        Challenge {
            amount: 200 + draw(0, 800),
            coins: vec![1, 10 + draw(16, 10), 30 + draw(32, 10), 70 + draw(48, 20)],
        }
    }

    /// The fewest coins of the round are worth everything; each coin more halves that.
    fn score(&mut self, challenge: &Challenge, answers: &[Option<Answer>]) -> Vec<Verdict> {
        let is_right = |answer: &&Answer| challenge.is_paid_by(answer);
        let right = answers.iter().flatten().filter(is_right);
        let fewest = right.map(Vec::len).min().unwrap_or_default();
        let judge = |answer: &Option<Answer>| match answer {
            None => Verdict::missing(),
            Some(coins) if !is_right(&coins) => Verdict::new(Score::ZERO, "not the amount"),
            Some(coins) => {
                let score = Score(u16::MAX >> (coins.len() - fewest).min(15));
                Verdict::new(score, format!("{} coins", coins.len()))
            }
        };
        answers.iter().map(judge).collect()
    }
}
