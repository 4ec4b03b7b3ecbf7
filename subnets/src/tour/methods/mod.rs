//! Five ways to find a tour, from the laziest to the best.
//!
//! | method | idea | longer than the best | mean score |
//! |---|---|---|---|
//! | `sweep` | visit the points by their angle around the middle, like the hand of a clock | 61 % | 0.028 |
//! | `nearest` | always go to the nearest point not yet visited | 22 % | 0.230 |
//! | `greedy` | keep adding the shortest leg that still fits into a tour | 17 % | 0.311 |
//! | `two-opt` | start with `nearest`, then uncross: turn a part around while that helps | 5 % | 0.659 |
//! | `or-opt` | from several starts, uncross and move short pieces while that helps; keep the best | 0 % | 1.000 |
//!
//! They differ by what they *do*, so their ranking holds on every set of points on average, though not on every single
//! one. All are deterministic: ties go to the lower position. Tests hold the figures above.

mod construct;
mod improve;

use super::{Answer, Challenge, Point};
use std::{fmt, str::FromStr};

/// How many nearest-neighbour tours `or-opt` starts from, beside the greedy one. More starts find little more.
const STARTS: usize = 8;

/// A way to find a tour. Its text form is the name in the table above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// By angle around the middle.
    Sweep,
    /// Always to the nearest point not yet visited.
    Nearest,
    /// The shortest fitting legs first.
    Greedy,
    /// `nearest`, then turning parts around.
    TwoOpt,
    /// Several starts, turning parts around and moving pieces.
    OrOpt,
}

impl Method {
    /// All methods, the laziest first.
    pub const ALL: [Method; 5] =
        [Method::Sweep, Method::Nearest, Method::Greedy, Method::TwoOpt, Method::OrOpt];

    /// The name that people and flags use.
    pub fn name(self) -> &'static str {
        match self {
            Method::Sweep => "sweep",
            Method::Nearest => "nearest",
            Method::Greedy => "greedy",
            Method::TwoOpt => "two-opt",
            Method::OrOpt => "or-opt",
        }
    }

    /// The tour that this method finds: every point of the challenge exactly once.
    pub fn tour(self, challenge: &Challenge) -> Answer {
        let points = challenge.points();
        let legs = Legs::between(points);
        let order = match self {
            Method::Sweep => construct::sweep(points),
            Method::Nearest => construct::nearest(&legs, 0),
            Method::Greedy => construct::greedy(&legs),
            Method::TwoOpt => improve::uncrossed(&legs, construct::nearest(&legs, 0)),
            Method::OrOpt => best_of_several(&legs),
        };
        order.into_iter().map(|at| at as u16).collect()
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no method has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownMethod;

impl fmt::Display for UnknownMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a method; choose one of ")?;
        f.write_str(&Method::ALL.map(Method::name).join(", "))
    }
}

impl std::error::Error for UnknownMethod {}

impl FromStr for Method {
    type Err = UnknownMethod;

    fn from_str(name: &str) -> Result<Method, UnknownMethod> {
        Method::ALL.into_iter().find(|method| method.name() == name).ok_or(UnknownMethod)
    }
}

fn best_of_several(legs: &Legs) -> Vec<usize> {
    let starts = (0..STARTS).map(|start| construct::nearest(legs, start * legs.points() / STARTS));
    starts
        .chain([construct::greedy(legs)])
        .map(|tour| improve::polished(legs, tour))
        .min_by_key(|tour| legs.length(tour))
        .unwrap_or_default()
}

/// All distances between the points of one challenge, worked out once. Positions are those of the challenge.
struct Legs {
    points: usize,
    distances: Vec<u64>,
}

impl Legs {
    fn between(points: &[Point]) -> Legs {
        let row = |from: Point| points.iter().map(move |&to| from.distance(to));
        Legs { points: points.len(), distances: points.iter().flat_map(|&from| row(from)).collect() }
    }

    fn points(&self) -> usize {
        self.points
    }

    fn distance(&self, from: usize, to: usize) -> u64 {
        self.distances[from * self.points + to]
    }

    fn length(&self, tour: &[usize]) -> u64 {
        let back = tour.iter().cycle().skip(1);
        tour.iter().zip(back).map(|(&from, &to)| self.distance(from, to)).sum()
    }
}
