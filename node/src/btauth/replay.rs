//! Which requests were seen: so that nobody can send another's request a second time.

use super::AuthError;
use std::collections::BTreeSet;
use taonet_chain::AccountId;

/// The most requests remembered: about five thousand a second over the twelve seconds that a nonce can be fresh, 3
/// MB. When they are exceeded, new requests are refused rather than old ones forgotten: forgetting would open the
/// door to replays.
pub const MAX_REMEMBERED: usize = 1 << 16;

/// The pairs of nonce and sender that were accepted and are still fresh, the oldest nonce first.
#[derive(Debug, Default)]
pub(super) struct ReplayMemory {
    seen: BTreeSet<(u64, AccountId)>,
}

impl ReplayMemory {
    /// Remembers a request, and forgets all that are older than `oldest`: their age alone refuses them.
    pub(super) fn remember(&mut self, nonce: u64, sender: AccountId, oldest: u64) -> Result<(), AuthError> {
        self.seen = self.seen.split_off(&(oldest, AccountId([0; 32])));
        if self.seen.contains(&(nonce, sender)) {
            return Err(AuthError::Replayed);
        }
        if self.seen.len() >= MAX_REMEMBERED {
            return Err(AuthError::Overloaded);
        }
        self.seen.insert((nonce, sender));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_is_bounded_and_forgets_by_age() {
        let mut memory = ReplayMemory::default();
        let sender = AccountId([1; 32]);
        for nonce in 0..MAX_REMEMBERED as u64 {
            assert_eq!(memory.remember(nonce, sender, 0), Ok(()));
        }
        assert_eq!(memory.remember(9_999_999, sender, 0), Err(AuthError::Overloaded));
        assert_eq!(
            memory.remember(5, sender, 0),
            Err(AuthError::Replayed),
            "a replay is still called by its name"
        );
        assert_eq!(memory.remember(9_999_999, sender, 1), Ok(()), "room comes with age");
        assert_eq!(memory.remember(1, sender, 1), Err(AuthError::Replayed), "the oldest fresh nonce is kept");
        assert_eq!(memory.remember(1, AccountId([2; 32]), 2), Ok(()), "another sender, another request");
    }
}
