//! Which requests were seen: so that nobody can send another's request a second time.

use super::AuthError;
use std::collections::{BTreeMap, BTreeSet};
use taonet_chain::AccountId;

/// The most requests remembered: about five thousand a second over the twelve seconds that a nonce can be fresh, 3
/// MB. When they are exceeded, new requests are refused rather than old ones forgotten: forgetting would open the
/// door to replays.
pub const MAX_REMEMBERED: usize = 1 << 16;

/// Of these, from one sender: so that 64 validators, the most a subnet has by default, never take each other's room. A
/// validator asks a miner a few times per block.
pub(super) const MAX_PER_SENDER: usize = MAX_REMEMBERED / 64;

/// The pairs of nonce and sender that were accepted and are still fresh, the oldest nonce first.
#[derive(Debug, Default)]
pub(super) struct ReplayMemory {
    seen: BTreeSet<(u64, AccountId)>,
    /// How many of them each sender has.
    counts: BTreeMap<AccountId, usize>,
}

impl ReplayMemory {
    /// Remembers a request, and forgets all that are older than `oldest`: their age alone refuses them.
    pub(super) fn remember(&mut self, nonce: u64, sender: AccountId, oldest: u64) -> Result<(), AuthError> {
        self.forget(oldest);
        if self.seen.contains(&(nonce, sender)) {
            return Err(AuthError::Replayed);
        }
        let of_sender = self.counts.get(&sender).copied().unwrap_or(0);
        if self.seen.len() >= MAX_REMEMBERED || of_sender >= MAX_PER_SENDER {
            return Err(AuthError::Overloaded);
        }
        self.seen.insert((nonce, sender));
        self.counts.insert(sender, of_sender + 1);
        Ok(())
    }

    fn forget(&mut self, oldest: u64) {
        while let Some(&(nonce, sender)) = self.seen.first().filter(|(nonce, _)| *nonce < oldest) {
            self.seen.remove(&(nonce, sender));
            match self.counts.get_mut(&sender) {
                Some(count) if *count > 1 => *count -= 1,
                _ => drop(self.counts.remove(&sender)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(number: usize) -> AccountId {
        AccountId([number as u8; 32])
    }

    /// As many requests of one sender as are remembered, from this nonce on.
    fn fill(memory: &mut ReplayMemory, number: usize, first: u64) {
        for nonce in first..first + MAX_PER_SENDER as u64 {
            assert_eq!(memory.remember(nonce, sender(number), 0), Ok(()));
        }
    }

    #[test]
    fn one_sender_does_not_take_the_room_of_others() {
        let mut memory = ReplayMemory::default();
        fill(&mut memory, 1, 0);
        assert_eq!(memory.remember(9_999_999, sender(1), 0), Err(AuthError::Overloaded));
        assert_eq!(memory.remember(9_999_999, sender(2), 0), Ok(()));
        let replay = memory.remember(5, sender(1), 0);
        assert_eq!(replay, Err(AuthError::Replayed), "a replay is still called by its name");
        assert_eq!(memory.remember(9_999_999, sender(1), 1), Ok(()), "room comes with age");
        assert_eq!(
            memory.remember(1, sender(1), 1),
            Err(AuthError::Replayed),
            "the oldest fresh nonce is kept"
        );
        assert_eq!(memory.remember(1, sender(3), 2), Ok(()), "another sender, another request");
    }

    #[test]
    fn the_memory_is_bounded_and_forgets_by_age() {
        let mut memory = ReplayMemory::default();
        for number in 0..MAX_REMEMBERED / MAX_PER_SENDER {
            fill(&mut memory, number, 1_000);
        }
        assert_eq!(memory.remember(1_000, sender(200), 0), Err(AuthError::Overloaded));
        assert_eq!(memory.remember(9_000, sender(200), 9_000), Ok(()));
        assert_eq!((memory.seen.len(), memory.counts.len()), (1, 1));
    }
}
