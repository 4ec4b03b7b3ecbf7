//! Two ways to mine: [`Greedy`] is quick, [`Thorough`] is right.

use crate::task::{Answer, Challenge, Change};
use taonet_subnets::task::Miner;

/// Takes the largest coin that fits, again and again.
/// For 30 out of coins of 1, 10 and 25 that is `25 1 1 1 1 1`.
#[derive(Clone)]
pub struct Greedy;

impl Miner<Change> for Greedy {
    fn forward(&mut self, challenge: &Challenge) -> Answer {
        let mut coins = challenge.coins.clone();
        coins.sort_unstable();
        let (mut answer, mut left) = (Answer::new(), challenge.amount);
        for coin in coins.into_iter().rev() {
            answer.extend(std::iter::repeat_n(coin, left / coin));
            left %= coin;
        }
        answer
    }
}

/// Finds the fewest coins for every smaller amount first.
/// For 30 out of coins of 1, 10 and 25 that is `10 10 10`.
#[derive(Clone)]
pub struct Thorough;

impl Miner<Change> for Thorough {
    fn forward(&mut self, challenge: &Challenge) -> Answer {
        // By amount: the number of coins that it takes, and the last of them.
        let mut fewest = vec![(0, 0)];
        for amount in 1..=challenge.amount {
            let fitting = challenge.coins.iter().filter(|coin| **coin <= amount);
            let best = fitting
                .map(|coin| (fewest[amount - coin].0 + 1, *coin))
                .min();
            fewest.push(best.expect("the coin of 1 always fits"));
        }
        let (mut answer, mut left) = (Answer::new(), challenge.amount);
        while left > 0 {
            let (_, coin) = fewest[left];
            answer.push(coin);
            left -= coin;
        }
        answer
    }
}
