//! From tour lengths to scores.
//!
//! Rules:
//! 1. best = the shortest of all valid answers of the round and the validator's own reference.
//! 2. r = best / length, a fraction of 65,535 rounded down; the score is r^8, by three squarings, each rounded down.
//! 3. No answer, or an order that is not a tour: 0.
//!
//! Why the eighth power: lengths of sensible methods differ by a few percent, and pay that differs by a few percent
//! makes nobody search for a better method. With r^8 a tour 5 % longer than the best earns two thirds, 10 % longer
//! less than half, 25 % longer a sixth. Why the best of the round: the shortest possible tour is not known, and this
//! way a miner who beats every built-in method sets the mark for all others.

use super::{Answer, Challenge};
use crate::task::{Score, Verdict};

/// Judges all answers of a round. `reference` is the length of the validator's own tour.
pub fn judge(challenge: &Challenge, reference: u64, answers: &[Option<Answer>]) -> Vec<Verdict> {
    let lengths: Vec<Result<u64, String>> =
        answers.iter().map(|answer| measure(challenge, answer.as_deref())).collect();
    let best = lengths.iter().flatten().copied().fold(reference, u64::min);
    lengths.into_iter().map(|length| verdict(best, length)).collect()
}

/// The score of a tour of `length` when the best one known has length `best`.
pub fn sharpened(best: u64, length: u64) -> Score {
    let one = u64::from(u16::MAX);
    // Two equal tours of length zero (all points in one place) are equally good.
    let ratio = match length {
        0 => one,
        _ => (best.min(length) * one) / length,
    };
    let square = |r: u64| r * r / one;
    let score = square(square(square(ratio)));
    Score(u16::try_from(score).unwrap_or(u16::MAX))
}

fn measure(challenge: &Challenge, answer: Option<&[u16]>) -> Result<u64, String> {
    let order = answer.ok_or_else(|| Verdict::missing().why)?;
    match challenge.fault(order) {
        Some(fault) => Err(fault),
        None => Ok(challenge.length(order)),
    }
}

fn verdict(best: u64, length: Result<u64, String>) -> Verdict {
    match length {
        Ok(length) => Verdict::new(sharpened(best, length), compared(best, length)),
        Err(fault) => Verdict::new(Score::ZERO, fault),
    }
}

/// For people: `length 431203, 1.052 x best`.
fn compared(best: u64, length: u64) -> String {
    let thousandths = length * 1_000 / best.max(1);
    format!("length {length}, {}.{:03} x best", thousandths / 1_000, thousandths % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_tours_earn_clearly_less() {
        let table = [
            (1_000, 65_535), // the best one
            (1_010, 60_516), // 1 % longer
            (1_050, 44_352), // 5 % longer: two thirds
            (1_100, 30_569), // 10 % longer: less than half
            (1_250, 10_994), // 25 % longer: a sixth
            (2_000, 255),    // twice as long: next to nothing
            (0, 65_535),     // shorter than the best: cannot be, and stays in range
        ];
        for (length, expected) in table {
            assert_eq!(sharpened(1_000, length), Score(expected), "length {length}");
        }
    }

    #[test]
    fn no_length_overflows() {
        // The longest tour there can be: the longest leg, as often as there are points.
        let longest = 92_680 * super::super::MAX_POINTS as u64;
        assert_eq!(sharpened(longest, longest), Score::MAX);
        assert_eq!(sharpened(0, longest), Score::ZERO);
    }
}
