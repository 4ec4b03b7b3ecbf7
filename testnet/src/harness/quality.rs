//! A task that costs nothing, for who studies the mechanism and not the work: a miner answers with the quality of its
//! method, and the judge believes it.

use super::Workshop;
use taonet_subnets::task::{Malformed, Miner, Score, Task, Validator, Verdict};

/// The task: what a miner says of itself, in 65,535ths.
pub struct Quality;

impl Task for Quality {
    type Challenge = u64;
    type Answer = u16;
    const NAME: &'static str = "quality";

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

#[derive(Clone)]
struct Believer;

impl Validator<Quality> for Believer {
    fn forward(&mut self, seed: u64) -> u64 {
        seed
    }

    fn score(&mut self, _: &u64, answers: &[Option<u16>]) -> Vec<Verdict> {
        let verdict = |answer: &Option<u16>| match answer {
            Some(quality) => Verdict::new(Score(*quality), "as it says"),
            None => Verdict::missing(),
        };
        answers.iter().map(verdict).collect()
    }
}

#[derive(Clone)]
struct Says(u16);

impl Miner<Quality> for Says {
    fn forward(&mut self, _: &u64) -> u16 {
        self.0
    }
}

/// Its workshop, with three methods of very different quality: `good`, `fair` and `bad`.
///
/// ```
/// use taonet_testnet::harness::{Sim, SubnetSetup, quality};
///
/// let subnet = SubnetSetup::named("believers").tempo(10);
/// let net = Sim::builder().subnet(subnet).work(quality()).validator("val", 1_000, "honest").miner("m", "good");
/// assert!(net.build().is_ok());
/// ```
pub fn quality() -> Workshop<Quality> {
    let workshop = Workshop::<Quality>::new(Believer).method("good", Says(60_000));
    workshop.method("fair", Says(30_000)).method("bad", Says(600))
}
