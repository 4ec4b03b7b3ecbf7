//! Not voting twice after losing one's memory.
//!
//! A node whose data is gone but whose key is not may have voted already at the height in progress. It must not vote
//! there again, for it cannot know what it said.
//!
//! Rules:
//! 1. A node that starts at block 0 with an empty log observes: it follows, and signs nothing.
//! 2. It waits until it has heard, with itself, authorities of more than two thirds of the power say where they
//!    are. The highest height among them is at least the last one whose decision it can have seen before. So it
//!    votes again two heights later, when that height and the next have been decided without it.
//! 3. Where nobody is beyond height 1, everybody is new: it votes at once.
//! 4. Who is known never to have signed anything votes at once as well ([`Config::trust_empty`](crate::Config)). The
//!    shell knows it of a key that was made for a new node. Without this a node that starts a moment later than a
//!    quorum would count as one that lost its memory, and one more that fails would stop a network of four.
//! 5. Observing is kept in the log ([`Record::Observing`](crate::store::Record)), so that a restart does not end it.
//!
//! If more than a third lost their memory at once the chain waits: only an operator can know that no vote was given
//! before ([`Config::trust_empty`](crate::Config)). A lying authority can delay a node that lost its memory, but cannot
//! make it vote.

use crate::message::NodeId;
use taonet_chain::AuthoritySet;

/// Whether a node may vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// It remembers what it said.
    Open,
    /// It observes, and does not know yet how far the others are.
    Observing,
    /// It observes below this height.
    ObservingBelow(u64),
}

impl Guard {
    /// Whether the node may vote.
    pub fn is_open(self) -> bool {
        self == Guard::Open
    }

    /// The guard of a node that wants to decide `height` and hears where others are.
    pub fn hear(
        self,
        height: u64,
        authorities: &AuthoritySet,
        me: &NodeId,
        others: impl Iterator<Item = (NodeId, u64)>,
    ) -> Guard {
        let guard = match self {
            Guard::Observing => quorum_height(height, authorities, me, others)
                .map_or(Guard::Observing, |highest| Guard::ObservingBelow(first_height(highest))),
            known => known,
        };
        match guard {
            Guard::ObservingBelow(first) if height >= first => Guard::Open,
            guard => guard,
        }
    }
}

/// The first height at which a node may vote when the highest it heard of is `highest`.
fn first_height(highest: u64) -> u64 {
    if highest <= 1 { 1 } else { highest.saturating_add(2) }
}

/// The highest height among a quorum that was heard, ourselves included.
pub(crate) fn quorum_height(
    height: u64,
    authorities: &AuthoritySet,
    me: &NodeId,
    others: impl Iterator<Item = (NodeId, u64)>,
) -> Option<u64> {
    let mut power = u128::from(authorities.power(me));
    let mut highest = height;
    for (other, at) in others.filter(|(other, _)| other != me) {
        let own = authorities.power(&other);
        if own > 0 {
            power += u128::from(own);
            highest = highest.max(at);
        }
    }
    authorities.is_quorum(power).then_some(highest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use taonet_chain::AccountId;

    fn node(index: u8) -> NodeId {
        AccountId([index; 32])
    }

    #[test]
    fn a_node_without_memory_votes_two_heights_after_the_highest_it_hears_of() {
        let set = AuthoritySet::equal((0..4).map(node));
        struct Case {
            name: &'static str,
            height: u64,
            heard: &'static [(u8, u64)],
            expected: Guard,
        }
        let cases = [
            Case { name: "nobody heard", height: 1, heard: &[], expected: Guard::Observing },
            Case { name: "half is no quorum", height: 1, heard: &[(1, 1)], expected: Guard::Observing },
            Case {
                name: "strangers do not count",
                height: 1,
                heard: &[(1, 1), (9, 1)],
                expected: Guard::Observing,
            },
            Case { name: "everybody is new", height: 1, heard: &[(1, 1), (2, 1)], expected: Guard::Open },
            Case {
                name: "others are ahead",
                height: 1,
                heard: &[(1, 50), (2, 7)],
                expected: Guard::ObservingBelow(52),
            },
            Case {
                name: "still at work",
                height: 51,
                heard: &[(1, 50), (2, 7)],
                expected: Guard::ObservingBelow(53),
            },
        ];
        for case in cases {
            let others = case.heard.iter().map(|(index, height)| (node(*index), *height));
            assert_eq!(
                Guard::Observing.hear(case.height, &set, &node(0), others),
                case.expected,
                "{}",
                case.name
            );
        }
    }

    #[test]
    fn observing_ends_at_its_height_and_not_before() {
        let set = AuthoritySet::equal((0..4).map(node));
        let guard = Guard::ObservingBelow(52);
        assert_eq!(guard.hear(51, &set, &node(0), [(node(1), 90)].into_iter()), guard);
        assert_eq!(guard.hear(52, &set, &node(0), [].into_iter()), Guard::Open);
        assert_eq!(Guard::Open.hear(1, &set, &node(0), [].into_iter()), Guard::Open);
    }
}
