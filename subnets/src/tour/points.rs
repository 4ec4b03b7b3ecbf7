//! Points, distances and challenges of the tour task.
//!
//! Rules:
//! 1. Coordinates are `u16`; a distance is the integer square root of dx² + dy², so at most 92,680 and exact
//!    everywhere.
//! 2. A challenge is drawn by splitmix64: the state starts at the seed; each number adds 0x9E3779B97F4A7C15 to the
//!    state and mixes it (shift 30, times 0xBF58476D1CE4E5B9, shift 27, times 0x94D049BB133111EB, shift 31). Each
//!    point takes one number: x is its lowest 16 bits, y the 16 bits above.

use crate::task::Malformed;

/// Fewest points of a challenge: with three or less every order is equally long.
pub const MIN_POINTS: usize = 4;

/// Most points of a challenge. The methods take up to cubic time, and a validator must not keep a miner busy for long:
/// at this size the slowest method still answers in well under a second.
pub const MAX_POINTS: usize = 256;

/// A place on the square map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// From the left edge, 0 to 65,535.
    pub x: u16,
    /// From the lower edge, 0 to 65,535.
    pub y: u16,
}

impl Point {
    /// The straight distance to `other`, rounded down.
    pub fn distance(self, other: Point) -> u64 {
        let dx = u64::from(self.x.abs_diff(other.x));
        let dy = u64::from(self.y.abs_diff(other.y));
        (dx * dx + dy * dy).isqrt()
    }
}

/// The points to visit: between [`MIN_POINTS`] and [`MAX_POINTS`] of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    points: Vec<Point>,
}

impl Challenge {
    /// A challenge of these points; refused when there are too few or too many.
    ///
    /// # Errors
    /// Too few or too many points.
    pub fn new(points: Vec<Point>) -> Result<Challenge, Malformed> {
        if (MIN_POINTS..=MAX_POINTS).contains(&points.len()) {
            Ok(Challenge { points })
        } else {
            Err(Malformed("between 4 and 256 points"))
        }
    }

    /// `count` random points from `seed`; a count outside the bounds is moved to the nearest bound.
    pub fn draw(seed: u64, count: usize) -> Challenge {
        let mut numbers = SplitMix64(seed);
        let mut point = || {
            let number = numbers.next();
            Point { x: number as u16, y: (number >> 16) as u16 }
        };
        Challenge { points: (0..count.clamp(MIN_POINTS, MAX_POINTS)).map(|_| point()).collect() }
    }

    /// The points, in the order that answers count them.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The length of the round trip through `order`. Positions that do not exist are skipped; check with
    /// [`Challenge::fault`] first.
    pub fn length(&self, order: &[u16]) -> u64 {
        let mut visited = order.iter().filter_map(|&at| self.points.get(usize::from(at)));
        let Some(&first) = visited.next() else { return 0 };
        let (last, open) = visited.fold((first, 0), |(from, sum), &to| (to, sum + from.distance(to)));
        open + last.distance(first)
    }

    /// What is wrong with `order` as a tour; `None` when it visits every point exactly once.
    pub fn fault(&self, order: &[u16]) -> Option<String> {
        if order.len() != self.points.len() {
            return Some(format!("{} stops instead of {}", order.len(), self.points.len()));
        }
        let mut seen = vec![false; self.points.len()];
        for &at in order {
            match seen.get_mut(usize::from(at)) {
                None => return Some(format!("no point {at}")),
                Some(true) => return Some(format!("point {at} twice")),
                Some(unseen) => *unseen = true,
            }
        }
        None
    }
}

/// The smallest generator that passes the usual tests of randomness. Public so that a challenge can be reproduced in
/// any language.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::SplitMix64;

    /// The first numbers of seed 1234567, as published with the generator.
    #[test]
    fn the_generator_is_splitmix64() {
        let mut numbers = SplitMix64(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| numbers.next()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }
}
