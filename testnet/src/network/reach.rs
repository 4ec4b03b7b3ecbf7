//! Why a network stands still: which authorities can agree with each other now.
//!
//! Rules:
//! 1. Blocks need authorities with more than two thirds of all power that hear each other.
//! 2. A node says to whom it is connected. What is known of the processes and links counts more: a paused node seems
//!    connected until its peers have missed a ping, and a link that was just cut until its ends have closed it.
//! 3. The sentence tells of the best-connected node: if it cannot reach enough, nobody can.

use super::{links::Faults, record::Record};
use serde::Serialize;
use std::fmt;
use taonet_node::proto::Status;
use taonet_p2p::Passage;

/// What the best-connected node reaches, itself included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// Authorities that it reaches.
    pub authorities: usize,
    /// All authorities.
    pub all_authorities: usize,
    /// Their power.
    pub power: u64,
    /// The power of all.
    pub all_power: u64,
}

impl Reach {
    /// Looks at the nodes' answers, in the order of the record; `None` is a node that did not answer.
    pub fn of(record: &Record, statuses: &[Option<Status>]) -> Reach {
        let awake = |account: &str| {
            // A stranger that is connected is awake.
            let known = record.nodes.iter().find(|node| node.authority == account);
            known.is_none_or(|node| node.process.is_some_and(|p| p.is_running() && !p.is_paused()))
        };
        // Links that cannot be read of are as their ends say.
        let faults = Faults::read(record).unwrap_or_default();
        let place = |account: &str| record.nodes.iter().position(|node| node.authority == account);
        let is_cut = |one: &str, other: &str| {
            let (Some(one), Some(other)) = (place(one), place(other)) else { return false };
            [(one, other), (other, one)]
                .iter()
                .any(|&(from, to)| faults.link(from, to).passage == Passage::Cut)
        };
        let reaches = |status: &Status| {
            let own = &status.node_id;
            let hears = |account: &String| {
                account == own || (status.connected.contains(account) && !is_cut(own, account))
            };
            let reached: Vec<u64> = status
                .authorities
                .iter()
                .filter(|authority| hears(&authority.account) && awake(&authority.account))
                .map(|authority| authority.power)
                .collect();
            Reach {
                authorities: reached.len(),
                all_authorities: status.authorities.len(),
                power: reached.iter().fold(0, |sum, power| sum.saturating_add(*power)),
                all_power: status.authorities.iter().fold(0, |sum, one| sum.saturating_add(one.power)),
            }
        };
        let all = statuses.iter().flatten().map(reaches).max_by_key(|reach| reach.power);
        all.unwrap_or(Reach { all_authorities: record.nodes.len(), ..Reach::default() })
    }

    /// Whether blocks can be made.
    pub fn suffices(&self) -> bool {
        u128::from(self.power) * 3 > u128::from(self.all_power) * 2
    }
}

/// `2 of 4 authorities reachable, 3 needed`; with different powers, in percent.
impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reached, all) = (self.authorities, self.all_authorities);
        let even = self.all_power.checked_rem(all as u64) == Some(0)
            && u128::from(self.power) * all as u128 == u128::from(self.all_power) * reached as u128;
        write!(f, "{reached} of {all} authorities reachable")?;
        if even || self.all_power == 0 {
            return write!(f, ", {} needed", all * 2 / 3 + 1);
        }
        let percent = u128::from(self.power) * 100 / u128::from(self.all_power);
        write!(f, " with {percent} % of the power, more than 66 % needed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_counts_authorities_or_weighs_their_power() {
        let reach = |authorities, power| Reach { authorities, all_authorities: 4, power, all_power: 4 };
        assert_eq!(reach(2, 2).to_string(), "2 of 4 authorities reachable, 3 needed");
        assert!(!reach(2, 2).suffices() && reach(3, 3).suffices());
        let uneven = Reach { authorities: 1, all_authorities: 4, power: 60, all_power: 100 };
        assert_eq!(
            uneven.to_string(),
            "1 of 4 authorities reachable with 60 % of the power, more than 66 % needed"
        );
        let nobody = Reach { all_authorities: 4, ..Reach::default() };
        assert_eq!(nobody.to_string(), "0 of 4 authorities reachable, 3 needed");
        assert!(!nobody.suffices());
        let exactly = Reach { authorities: 2, all_authorities: 3, power: 2, all_power: 3 };
        assert!(!exactly.suffices(), "two thirds are not more than two thirds");
    }
}
