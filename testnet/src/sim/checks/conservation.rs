//! The genesis and every height leave a ledger that holds [`taonet_chain::invariants`].
//!
//! It is read once per height, at the first node that has come to it; of heights that one step of a node decides
//! together, the last is read.

use super::Violation;
use taonet_chain::{state::StateRead, violations};

/// Which ledgers were read.
#[derive(Clone, Debug, Default)]
pub struct Conservation {
    /// The lowest height whose ledger nobody has shown yet.
    due: u64,
}

impl Conservation {
    /// A node stands at `height` with this ledger.
    ///
    /// # Errors
    /// The first invariant that does not hold, if no node has come so far before.
    pub fn stands(&mut self, height: u64, state: &dyn StateRead) -> Result<(), Violation> {
        if height < self.due {
            return Ok(());
        }
        self.due = height + 1;
        violations(state).first().map_or(Ok(()), |broken| Err(Violation::Ledger { height, broken: *broken }))
    }
}
