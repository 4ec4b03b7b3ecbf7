//! Better tours from given ones: `two-opt` turns parts around, `or-opt` moves short pieces elsewhere.
//!
//! Every change makes the tour shorter by at least one unit, so both come to an end; neither ever returns a longer tour
//! than it was given.

use super::Legs;

/// The longest piece that is moved at once.
const PIECE: usize = 3;

/// The tour after all two-opt changes that help.
pub(super) fn uncrossed(legs: &Legs, mut tour: Vec<usize>) -> Vec<usize> {
    while two_opt_pass(legs, &mut tour) {}
    tour
}

/// The tour when neither turning a part around nor moving a piece helps any more.
pub(super) fn polished(legs: &Legs, mut tour: Vec<usize>) -> Vec<usize> {
    loop {
        tour = uncrossed(legs, tour);
        if !or_opt_pass(legs, &mut tour) {
            return tour;
        }
    }
}

/// For every two legs a→b and c→d: a→c and b→d instead, with everything between turned around, if that is shorter.
/// Two legs that cross are always longer. Returns whether anything helped.
fn two_opt_pass(legs: &Legs, tour: &mut [usize]) -> bool {
    let mut helped = false;
    let count = tour.len();
    for first in 0..count.saturating_sub(2) {
        for second in first + 2..count {
            let (a, b) = (tour[first], tour[first + 1]);
            let (c, d) = (tour[second], tour[(second + 1) % count]);
            if legs.distance(a, c) + legs.distance(b, d) < legs.distance(a, b) + legs.distance(c, d) {
                tour[first + 1..=second].reverse();
                helped = true;
            }
        }
    }
    helped
}

/// Takes every piece of up to [`PIECE`] points out of the tour and puts it back where it costs least, either way round.
/// Returns whether anything helped.
fn or_opt_pass(legs: &Legs, tour: &mut Vec<usize>) -> bool {
    let mut helped = false;
    for length in 1..=PIECE.min(tour.len().saturating_sub(2)) {
        for _ in 0..tour.len() {
            tour.rotate_left(1);
            helped |= move_first_piece(legs, tour, length);
        }
    }
    helped
}

/// Moves the first `length` points of the tour to the best other place, if there is a better one.
fn move_first_piece(legs: &Legs, tour: &mut Vec<usize>, length: usize) -> bool {
    let (piece, rest) = tour.split_at(length);
    let (&[head, ..], &[tail, ..]) = (piece, &piece[length - 1..]) else { return false };
    let (&[after, ..], &[before, ..]) = (rest, &rest[rest.len() - 1..]) else { return false };

    let saved = legs.distance(before, head) + legs.distance(tail, after);
    let gap = legs.distance(before, after);
    let placed = |slot: usize| {
        let (from, to) = (rest[slot], rest[slot + 1]);
        let forward = legs.distance(from, head) + legs.distance(tail, to);
        let backward = legs.distance(from, tail) + legs.distance(head, to);
        (forward.min(backward) + gap, legs.distance(from, to), backward < forward)
    };
    let best = (0..rest.len() - 1)
        .map(|slot| (slot, placed(slot)))
        .filter(|(_, (added, freed, _))| *added < saved + freed)
        .max_by_key(|(slot, (added, freed, _))| (saved + freed - added, std::cmp::Reverse(*slot)));
    let Some((slot, (_, _, turned))) = best else { return false };

    let mut piece = piece.to_vec();
    if turned {
        piece.reverse();
    }
    tour.drain(..length);
    tour.splice(slot + 1..slot + 1, piece);
    true
}
