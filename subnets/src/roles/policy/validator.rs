//! What a validator reports, given what it found, and how often it looks.

use super::{Hotkey, Span};
use crate::roles::{Standings, Uid, validator::ValidatorView};
use std::collections::{BTreeMap, BTreeSet};

/// The whole of a row of weights: what shares are parts of.
const WHOLE: u64 = u16::MAX as u64;

/// How a validator turns what it knows into the weights it sets. The parts compose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy<K = Hotkey> {
    /// What it takes for the truth.
    pub report: Report<K>,
    /// It asks once in so many tempos, and repeats its old weights meanwhile; 0: five times in every one.
    pub lazy: u64,
    /// By how many epochs it holds its reports back.
    pub late: u64,
    /// Which part of its weight it gives to the subnet's owner, in hundredths.
    pub withheld: u8,
    /// When it sees and does nothing.
    pub offline: Option<Span>,
}

/// What a validator takes for the truth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Report<K = Hotkey> {
    /// The average score of every miner.
    #[default]
    Honest,
    /// The score of every miner in the last round in which it was asked.
    LastRound,
    /// What others say, as far as the chain shows it: the mean of their weights in force by stake. Under commit-reveal
    /// that is what was revealed, an epoch or more ago.
    Copied,
    /// These neurons deserve everything.
    Members(BTreeSet<K>),
    /// It alone deserves everything. (Yuma ignores what a neuron says of itself.)
    Itself,
}

impl<K> Default for Policy<K> {
    fn default() -> Policy<K> {
        Policy { report: Report::Honest, lazy: 0, late: 0, withheld: 0, offline: None }
    }
}

impl<K> Policy<K> {
    /// Reports every average as it is.
    pub fn honest() -> Policy<K> {
        Policy::default()
    }

    /// Takes this for the truth.
    pub fn reporting(report: Report<K>) -> Policy<K> {
        Policy { report, ..Policy::default() }
    }

    /// Whether it asks miners at all.
    pub fn asks(&self) -> bool {
        matches!(self.report, Report::Honest | Report::LastRound)
    }

    /// Whether it needs the weights of others ([`ValidatorView::others`]).
    pub fn reads_others(&self) -> bool {
        matches!(self.report, Report::Copied)
    }

    /// Whether it sees and does nothing at a height.
    pub fn is_offline(&self, height: u64) -> bool {
        self.offline.is_some_and(|span| span.contains(height))
    }

    /// The same policy with members in another form.
    ///
    /// # Errors
    /// The first that `key` gives.
    pub fn try_map<L: Ord, E>(self, key: impl Fn(K) -> Result<L, E>) -> Result<Policy<L>, E> {
        let report = match self.report {
            Report::Honest => Report::Honest,
            Report::LastRound => Report::LastRound,
            Report::Copied => Report::Copied,
            Report::Members(members) => {
                Report::Members(members.into_iter().map(key).collect::<Result<_, E>>()?)
            }
            Report::Itself => Report::Itself,
        };
        let Policy { lazy, late, withheld, offline, .. } = self;
        Ok(Policy { report, lazy, late, withheld, offline })
    }
}

/// What a validator has found.
pub(in crate::roles) struct Found<'a> {
    pub(in crate::roles) me: Uid,
    pub(in crate::roles) view: &'a ValidatorView,
    pub(in crate::roles) standings: &'a Standings,
}

impl Policy {
    /// The weights to set, by ascending uid, zeros included: a zero says "asked and found worthless". Empty when nobody
    /// earned anything, for there is nothing to report.
    pub(in crate::roles) fn weights(&self, found: &Found<'_>) -> Vec<(Uid, u16)> {
        let weights = match &self.report {
            Report::Honest => {
                found.standings.iter().map(|(uid, standing)| (uid, standing.score().0)).collect()
            }
            Report::LastRound => {
                found.standings.iter().map(|(uid, standing)| (uid, standing.last.score.0)).collect()
            }
            Report::Copied => copied(found),
            Report::Members(members) => everything_to(found, |hotkey| members.contains(hotkey)),
            Report::Itself => vec![(found.me, u16::MAX)],
        };
        let weights = withhold(weights, found.view.owner, self.withheld);
        if weights.iter().all(|(_, weight)| *weight == 0) { Vec::new() } else { weights }
    }
}

/// The mean of the others' rows, each a row of shares, by their stake.
fn copied(found: &Found<'_>) -> Vec<(Uid, u16)> {
    let mut sums = BTreeMap::<Uid, u128>::new();
    for row in found.view.others.iter().filter(|row| row.uid != found.me) {
        let whole: u64 = row.weights.iter().map(|(_, weight)| u64::from(*weight)).sum();
        for (uid, weight) in &row.weights {
            let share = (u64::from(*weight) * WHOLE).checked_div(whole).unwrap_or(0);
            *sums.entry(*uid).or_default() += u128::from(share) * u128::from(row.stake);
        }
    }
    let most = sums.values().copied().max().unwrap_or(0);
    let scaled = |sum: u128| mul_div(sum, u128::from(WHOLE), most);
    sums.into_iter().map(|(uid, sum)| (uid, scaled(sum))).collect()
}

/// `value * factor / whole`, for `value` up to `whole`, in as many bits as there are.
fn mul_div(value: u128, factor: u128, whole: u128) -> u16 {
    // Sums are below 2^16 * 2^64 * 2^12 rows; another 16 bits still fit.
    let scaled = value.saturating_mul(factor).checked_div(whole).unwrap_or(0);
    u16::try_from(scaled).unwrap_or(u16::MAX)
}

/// Full weight to some, nothing to all others that serve.
fn everything_to(found: &Found<'_>, deserves: impl Fn(&Hotkey) -> bool) -> Vec<(Uid, u16)> {
    let others = found.view.neurons.iter().filter(|neuron| neuron.uid != found.me);
    others
        .filter(|neuron| neuron.serves || deserves(&neuron.hotkey))
        .map(|neuron| (neuron.uid, if deserves(&neuron.hotkey) { u16::MAX } else { 0 }))
        .collect()
}

/// Gives a part of the row, in hundredths, to the owner.
fn withhold(mut weights: Vec<(Uid, u16)>, owner: Option<Uid>, hundredths: u8) -> Vec<(Uid, u16)> {
    let part = u64::from(hundredths.min(100));
    let Some(owner) = owner.filter(|_| part > 0) else { return weights };
    weights.retain(|(uid, _)| *uid != owner);
    let whole: u64 = weights.iter().map(|(_, weight)| u64::from(*weight)).sum();
    // Of a row whose others sum to the part that is left over, so many 65,535ths.
    let share = |weight: u64| (weight * WHOLE).checked_div(whole).unwrap_or(0) * (100 - part) / 100;
    let mut row: Vec<(Uid, u16)> =
        weights.iter().map(|(uid, weight)| (*uid, short(share(u64::from(*weight))))).collect();
    row.push((owner, short(WHOLE * part / 100)));
    row.sort_unstable();
    row
}

fn short(value: u64) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}
