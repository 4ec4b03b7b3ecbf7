//! Tours from nothing: `sweep`, `nearest`, `greedy`.

use super::{Legs, Point};
use std::cmp::Ordering;

/// The points by their angle around their centre of gravity; at the same angle the nearer first.
///
/// Angles are compared by the sign of a cross product, so no trigonometry and no rounding.
pub(super) fn sweep(points: &[Point]) -> Vec<usize> {
    let count = points.len() as i64;
    let sum_x: i64 = points.iter().map(|point| i64::from(point.x)).sum();
    let sum_y: i64 = points.iter().map(|point| i64::from(point.y)).sum();
    // Scaled by the number of points, the centre has whole coordinates.
    let arm = |at: usize| (i64::from(points[at].x) * count - sum_x, i64::from(points[at].y) * count - sum_y);
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|&a, &b| by_angle(arm(a), arm(b)).then(a.cmp(&b)));
    order
}

fn by_angle(a: (i64, i64), b: (i64, i64)) -> Ordering {
    let lower_half = |(x, y): (i64, i64)| y < 0 || (y == 0 && x < 0);
    let cross = a.0 * b.1 - a.1 * b.0;
    let square = |(x, y): (i64, i64)| x * x + y * y;
    lower_half(a).cmp(&lower_half(b)).then(0.cmp(&cross)).then(square(a).cmp(&square(b)))
}

/// From `start` always on to the nearest point not yet visited.
pub(super) fn nearest(legs: &Legs, start: usize) -> Vec<usize> {
    let mut open: Vec<usize> = (0..legs.points()).filter(|&at| at != start).collect();
    let mut tour = vec![start];
    let mut here = start;
    while let Some(next) = (0..open.len()).min_by_key(|&slot| (legs.distance(here, open[slot]), open[slot])) {
        here = open.swap_remove(next);
        tour.push(here);
    }
    tour
}

/// The shortest legs first, leaving out any that would give a point a third leg or close a circle too early.
pub(super) fn greedy(legs: &Legs) -> Vec<usize> {
    let count = legs.points();
    let mut candidates: Vec<(usize, usize)> =
        (0..count).flat_map(|to| (0..to).map(move |from| (from, to))).collect();
    candidates.sort_by_key(|&(from, to)| (legs.distance(from, to), from, to));

    let mut neighbours: Vec<Vec<usize>> = vec![Vec::with_capacity(2); count];
    let mut paths = Paths::new(count);
    for (from, to) in candidates {
        if neighbours[from].len() < 2 && neighbours[to].len() < 2 && paths.join(from, to) {
            neighbours[from].push(to);
            neighbours[to].push(from);
        }
    }
    walk(&neighbours)
}

/// Reads one path through all points from its neighbour lists; the missing last leg closes the tour.
fn walk(neighbours: &[Vec<usize>]) -> Vec<usize> {
    let mut here = neighbours.iter().position(|near| near.len() < 2).unwrap_or(0);
    let mut tour = vec![here];
    let mut visited = vec![false; neighbours.len()];
    visited[here] = true;
    while let Some(&next) = neighbours[here].iter().find(|&&near| !visited[near]) {
        visited[next] = true;
        tour.push(next);
        here = next;
    }
    tour
}

/// Which points are already connected: a union-find forest with path halving.
struct Paths(Vec<usize>);

impl Paths {
    fn new(count: usize) -> Paths {
        Paths((0..count).collect())
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    /// Connects two points; false when they already were.
    fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a] = b;
        a != b
    }
}
